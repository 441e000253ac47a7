// Single values of Arrow arrays, with offsets, validity, dictionaries and slices resolved.
//
// What an array promises by its schema is checked once a batch by CheckArray(); what can only be seen at a
// value (an offset that runs backwards, an index outside its dictionary) is checked there. Buffer sizes are
// not part of the interface, so a producer that lies about them cannot be found out. Views do not own: the
// batch must stay alive. Pure; any thread. Source: Arrow columnar format 1.5; C data interface.
#ifndef ZHIDA_ENGINE_FACTS_ARROW_COLUMN_H_
#define ZHIDA_ENGINE_FACTS_ARROW_COLUMN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/facts/arrow_type.h"
#include "engine/value/decimal.h"

namespace zhida::facts {

// False with `*what` ("column revenue: it has 1 buffers, not 2") if the array is not of the shape or cannot
// be read. At least `length_min` elements must be there.
bool CheckArray(const ArrowShape& shape, const ArrowArray& array, int64_t length_min, std::string* what);

// Where one value lies: `at` counts from the start of the array's buffers.
struct ArrowCell {
  enum class Status : uint8_t { kNull, kValue, kBad };
  Status status = Status::kNull;
  const ArrowArray* array = nullptr;
  int64_t at = 0;
};

// Element `i` of the array, counted from the array's offset. kBad: an index outside the dictionary.
ArrowCell LocateCell(const ArrowShape& shape, const ArrowArray& array, int64_t i);

// The following read the value of a cell whose type is as named.
bool BoolOf(const ArrowCell& cell);
int128_t IntegerOf(const ArrowType& type, const ArrowCell& cell);  // integers, dates, time stamps
int128_t DecimalOf(const ArrowCell& cell);
double Float64Of(const ArrowCell& cell);
float Float32Of(const ArrowCell& cell);
// False if the text's place is not sound.
bool TextOf(const ArrowType& type, const ArrowCell& cell, std::string_view* text);
// Elements `*begin` to `*end` of the list's child, counted from the child's offset. False if that is not
// sound.
bool ItemsOf(const ArrowType& type, const ArrowCell& cell, int64_t* begin, int64_t* end);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_COLUMN_H_

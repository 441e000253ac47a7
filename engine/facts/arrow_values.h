// ArrowValues: an element of an Arrow array becomes a row of a column of its type, by the same rules as a
// JSON value.
//
// Functions that read a cell want one that holds a value, and return false with a fault where it is not good;
// then part of the value may be left in the column. Bound to one plan; keeps caches; one thread. Texts point
// into the batch or the pack.
#ifndef ZHIDA_ENGINE_FACTS_ARROW_VALUES_H_
#define ZHIDA_ENGINE_FACTS_ARROW_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/facts/arrow_column.h"
#include "engine/facts/arrow_schema.h"
#include "engine/facts/fault.h"
#include "engine/facts/scalar_rules.h"

namespace zhida::facts {

class ArrowValues {
 public:
  explicit ArrowValues(const ReadingPlan& plan);

  // Any kind. The row is there and missing, and its state is the caller's.
  bool Read(const ArrowBinding& binding, const ArrowCell& cell, size_t row, Column* column, Fault* fault);
  bool ReadDate(const ArrowBinding& binding, const ArrowCell& cell, int64_t* days, Fault* fault) const;
  bool ReadText(const ArrowBinding& binding, const ArrowCell& cell, std::string_view* out, Fault* fault);
  // Whether the text is a code of the type's list. One that the pack lists is pointed at there from then on.
  bool CheckCode(const TypePlan& type, std::string_view* text);

 private:
  // Element `i` of a child array, which may be null. Sets the state too.
  bool ReadItem(const ArrowBinding& binding, const ArrowArray& array, int64_t i, size_t row, Column* column,
                Fault* fault);
  bool ReadNumber(const ArrowBinding& binding, const ArrowCell& cell, Number* out, Fault* fault) const;
  bool ReadDateTime(const ArrowBinding& binding, const ArrowCell& cell, DateTime* out, Fault* fault) const;
  bool ReadList(const ArrowBinding& binding, const ArrowCell& cell, size_t row, Column* column, Fault* fault);
  bool ReadStruct(const ArrowBinding& binding, const ArrowCell& cell, size_t row, Column* column,
                  Fault* fault);
  bool ReadSeries(const ArrowBinding& binding, const ArrowCell& cell, size_t row, Column* column,
                  Fault* fault);
  bool ReadPeriod(const ArrowBinding& series, const ArrowArray& entries, int64_t i, int32_t* period,
                  Fault* fault);

  std::vector<CodeCache> codes_;
};

// The fault of a cell whose place in the buffers is not sound.
bool BadArrayFault(Fault* fault);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_VALUES_H_

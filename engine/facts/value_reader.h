// ValueReader: a JSON value becomes a row of a column of its type. Facts, list elements, members and series
// all come here.
//
// Every function reads the value at the cursor, steps over it, and returns false with a fault where it is not
// good. JSON null is the caller's business at the top and missing or absent inside lists and structures. A
// fault may leave part of a value behind, which ClearRow() takes away. Bound to one plan; keeps caches; one
// thread.
#ifndef ZHIDA_ENGINE_FACTS_VALUE_READER_H_
#define ZHIDA_ENGINE_FACTS_VALUE_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/facts/fault.h"
#include "engine/facts/json_tokens.h"
#include "engine/facts/scalar_rules.h"
#include "engine/facts/type_plan.h"

namespace zhida::facts {

class ValueReader {
 public:
  explicit ValueReader(const ReadingPlan& plan);

  // Texts are kept in this block from now on.
  void Begin(FactBlock* block) { block_ = block; }
  // Any kind; `depth` containers surround it. The row is there and missing, and its state is the caller's.
  bool Read(const TypePlan& type, JsonCursor* cursor, int depth, size_t row, Column* column, Fault* fault);
  bool ReadSeries(const TypePlan& type, JsonCursor* cursor, int depth, size_t row, Column* column,
                  Fault* fault);
  // The cache of a list of codes, which stays where it is.
  const CodeCache& codes(int list) const { return codes_[static_cast<size_t>(list)]; }

 private:
  bool ReadBoolean(const TypePlan& type, JsonCursor* cursor, int64_t* out, Fault* fault);
  bool ReadNumber(const TypePlan& type, JsonCursor* cursor, size_t row, Column* column, Fault* fault);
  bool ReadDate(const TypePlan& type, JsonCursor* cursor, int64_t* days, Fault* fault);
  bool ReadDateTime(const TypePlan& type, JsonCursor* cursor, Value* out, Fault* fault);
  bool ReadText(const TypePlan& type, JsonCursor* cursor, std::string_view* out, Fault* fault);
  // A value inside a container, where null is allowed. Sets the state too.
  bool ReadInner(const TypePlan& type, bool nullable, JsonCursor* cursor, int depth, size_t row,
                 Column* column, Fault* fault);
  bool ReadList(const TypePlan& type, JsonCursor* cursor, int depth, size_t row, Column* column,
                Fault* fault);
  bool ReadStruct(const TypePlan& type, JsonCursor* cursor, int depth, size_t row, Column* column,
                  Fault* fault);
  bool ReadMember(const TypePlan& type, size_t place, JsonCursor* cursor, int depth, size_t row,
                  Column* column, Fault* fault);
  bool ReadEntry(const TypePlan& type, JsonCursor* cursor, int depth, size_t row, Column* column,
                 Fault* fault);
  bool TakeStringFor(const TypePlan& type, JsonCursor* cursor, std::string_view* body, Fault* fault);

  FactBlock* block_ = nullptr;
  std::vector<CodeCache> codes_;
  std::string scratch_;
};

// The fault of a value of another type than `wanted` ("a number", "a date") at the cursor, or of its bad
// syntax.
bool WrongTypeFault(std::string_view wanted, JsonCursor cursor, Fault* fault);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_VALUE_READER_H_

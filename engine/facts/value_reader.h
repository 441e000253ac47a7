// ValueReader: a JSON value becomes a value of a fact's type. Columns, list elements, members and series all
// come here.
//
// Every function reads the value at the cursor, steps over it, and returns false with a fault where it is not
// good. JSON null is the caller's business at the top and unknown(missing) or null inside lists and
// structures. Bound to one plan; keeps caches; one thread. Texts that it hands out hold until the next call
// or the text changes.
#ifndef ZHIDA_ENGINE_FACTS_VALUE_READER_H_
#define ZHIDA_ENGINE_FACTS_VALUE_READER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/facts/fault.h"
#include "engine/facts/json_tokens.h"
#include "engine/facts/scalar_rules.h"
#include "engine/facts/type_plan.h"

namespace zhida::facts {

struct Text {
  std::string_view view;
  bool stable = false;  // lies in the pack and need not be copied
};

class ValueReader {
 public:
  explicit ValueReader(const ReadingPlan& plan);

  bool ReadBoolean(const TypePlan& type, JsonCursor* cursor, int64_t* out, Fault* fault);
  bool ReadNumber(const TypePlan& type, JsonCursor* cursor, Number* out, Fault* fault);
  bool ReadDate(const TypePlan& type, JsonCursor* cursor, int64_t* days, Fault* fault);
  bool ReadText(const TypePlan& type, JsonCursor* cursor, Text* out, Fault* fault);  // strings and codes
  // Any kind; `depth` containers surround it.
  bool ReadValue(const TypePlan& type, JsonCursor* cursor, int depth, Value* out, Fault* fault);

 private:
  // A value inside a container, where null is allowed.
  bool ReadInner(const TypePlan& type, bool nullable, JsonCursor* cursor, int depth, Value* out,
                 Fault* fault);
  bool ReadList(const TypePlan& type, JsonCursor* cursor, int depth, Value* out, Fault* fault);
  bool ReadStruct(const TypePlan& type, JsonCursor* cursor, int depth, Value* out, Fault* fault);
  bool ReadSeries(const TypePlan& type, JsonCursor* cursor, int depth, Value* out, Fault* fault);
  bool TakeStringFor(const TypePlan& type, JsonCursor* cursor, std::string_view* body, Fault* fault);

  std::vector<CodeCache> codes_;
  std::string scratch_;
};

// The fault of a value of another type than `wanted` ("a number", "a date") at the cursor, or of its bad
// syntax.
bool WrongTypeFault(std::string_view wanted, JsonCursor cursor, Fault* fault);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_VALUE_READER_H_

// Lists and structures: literals, filters and positions.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/feel/evaluation.h"

namespace zhida::feel {

Value Evaluation::List(const Expr& expr) {
  std::vector<Value> items;
  items.reserve(expr.args.size());
  for (const ExprPtr& item : expr.args) {
    items.push_back(Eval(item));
    if (items.back().is_error()) return items.back();
  }
  return Value::List(std::move(items));
}

Value Evaluation::Struct(const ExprPtr& pointer) {
  zhida::Struct structure;
  // The names belong to the node, which every structure made from it keeps alive.
  structure.names = std::shared_ptr<const std::vector<std::string>>(pointer, &pointer->names);
  structure.values.reserve(pointer->args.size());
  for (size_t i = 0; i < pointer->args.size(); ++i) {
    structure.values.push_back(Eval(pointer->args[i]));
    if (structure.values.back().is_error()) return structure.values.back();
    // Later entries may name earlier ones.
    if (pointer->index >= 0) slot(pointer->index + static_cast<int>(i)) = structure.values.back();
  }
  return Value::OfStruct(std::move(structure));
}

// A range as a value has two known ends or none to speak of, so unlike a list it is strict in them.
Value Evaluation::Range(const Expr& expr) {
  zhida::Range range;
  range.has_low = expr.args[0] != nullptr;
  range.has_high = expr.args[1] != nullptr;
  range.low_closed = range.has_low && expr.low_closed;
  range.high_closed = range.has_high && expr.high_closed;
  if (range.has_low) range.low = Eval(expr.args[0]);
  if (range.has_high) range.high = Eval(expr.args[1]);
  if (range.low.blocked() || range.high.blocked()) return ToValue(BlockedVerdict(range.low, range.high));
  if ((range.has_low && range.low.is_null()) || (range.has_high && range.high.is_null()))
    return Value::Error("an end of a range is null");
  return Value::OfRange(std::move(range));
}

Value Evaluation::Filter(const Expr& expr) {
  const Operand list(*this, expr.args[0]);
  if (list->blocked()) return *list;
  if (list->kind() != ValueKind::kList) return Value::Error("only a list can be filtered");
  const std::vector<Value>& items = list->list();
  if (!Spend(items.size())) return Value::Error(kTooManySteps);
  std::vector<Value> kept;
  Verdict total = Verdict::Of(true);
  for (const Value& item : items) {
    slot(expr.index) = item;
    const Verdict test = Test(expr.args[1]);
    switch (test.truth) {
      case Truth::kTrue:
        kept.push_back(item);
        break;
      case Truth::kFalse:
        break;
      case Truth::kUnknown:
      case Truth::kError:
        // An unknown test does not end the search: a later error would outweigh it.
        total = Undecided(total, test);
        break;
    }
    if (total.is(Truth::kError) || exhausted()) break;
  }
  if (!total.is(Truth::kTrue)) return ToValue(total);
  return kept.size() == items.size() ? *list : Value::List(std::move(kept));
}

Value Evaluation::Index(const Expr& expr) {
  const Operand list(*this, expr.args[0]);
  const Operand position(*this, expr.args[1]);
  if (list->blocked() || position->blocked()) return ToValue(BlockedVerdict(*list, *position));
  if (list->kind() != ValueKind::kList) return Value::Error("only a list has positions");
  if (position->kind() != ValueKind::kNumber) return Value::Error("the position in a list must be a number");
  const std::vector<Value>& items = list->list();
  const int64_t size = static_cast<int64_t>(items.size());
  const std::optional<int64_t> from_one = position->number().ToInt64();
  const int64_t index = !from_one ? -1 : *from_one < 0 ? size + *from_one : *from_one - 1;
  if (index < 0 || index >= size) return Value::Error("index out of range");
  return items[static_cast<size_t>(index)];
}

}  // namespace zhida::feel

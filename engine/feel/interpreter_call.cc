// Calls of built-in functions.
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/feel/builtins.h"
#include "engine/feel/evaluation.h"

namespace zhida::feel {
namespace {

// Adds what in one argument keeps a strict function from being computed.
Verdict BlockedBy(const Builtin& function, const Value& argument, bool moved) {
  if (argument.is_unknown() && moved) return Verdict::Of(true);
  if (argument.blocked()) return ToVerdict(argument);
  Verdict total = Verdict::Of(true);
  if (function.reads_elements && argument.kind() == ValueKind::kList) {
    for (const Value& item : argument.list()) {
      if (item.blocked()) total = Undecided(total, ToVerdict(item));
    }
  }
  return total;
}

Verdict EventVerdict(const Value& event) {
  if (event.is_null()) return Verdict::Error("the event date is null");
  return event.blocked() ? ToVerdict(event) : Verdict::Of(true);
}

// The `or` of a function over the elements of its argument at `position`, each call strict for itself.
Value CallOverElements(int index, const std::vector<Value>& args, size_t position,
                       const CallContext& context) {
  std::vector<Value> own = args;
  Verdict any = Verdict::Of(false);
  for (const Value& element : args[position].list()) {
    own[position] = element;
    any = Or(any, ToVerdict(CallBuiltin(index, own, context)));
    if (any.is(Truth::kTrue)) break;
  }
  return ToValue(any);
}

}  // namespace

Value CallBuiltin(int index, const std::vector<Value>& args, const CallContext& context) {
  const Builtin& function = Builtins()[static_cast<size_t>(index)];
  const size_t over = function.or_over < 0 ? args.size() : static_cast<size_t>(function.or_over);
  if (over < args.size() && args[over].kind() == ValueKind::kList)
    return CallOverElements(index, args, over, context);
  Verdict blocked = Verdict::Of(true);
  bool has_null = false;
  for (size_t i = 0; i < args.size(); ++i) {
    const bool moved = function.moved_from >= 0 && i >= static_cast<size_t>(function.moved_from);
    blocked = Undecided(blocked, BlockedBy(function, args[i], moved));
    has_null = has_null || args[i].is_null();
  }
  if (function.reads_event) blocked = Undecided(blocked, EventVerdict(context.dates.event));
  if (!blocked.is(Truth::kTrue)) return ToValue(blocked);
  if (has_null && !function.takes_null)
    return Value::Error("null given to a function; test it with != null first");
  return function.body(args, context);
}

Value Evaluation::Call(const Expr& expr) {
  // Argument lists are handed round, so that calls of scalars allocate nothing once the first have been made.
  std::vector<Value> args;
  std::vector<std::vector<Value>>& spare = host_.spare_arguments_;
  if (!spare.empty()) {
    args = std::move(spare.back());
    spare.pop_back();
  }
  args.reserve(expr.args.size());
  bool affordable = true;
  for (const ExprPtr& argument : expr.args) {
    args.push_back(Eval(argument));
    affordable = affordable && SpendParts(args.back());
  }
  Value value = Value::Error(kTooManySteps);
  if (affordable) {
    value = CallBuiltin(expr.index, args, {host_.model_, host_.dates_, &steps_left_});
    // The body may have used up the account; what follows must not run on nothing.
    if (steps_left_ == 0) exhausted_ = true;
  }
  args.clear();
  spare.push_back(std::move(args));
  return value;
}

}  // namespace zhida::feel

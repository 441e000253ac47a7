// Amounts: section 7 of docs/semantics.md, step by step.
#include <algorithm>
#include <limits>

#include "engine/base/limits.h"
#include "engine/pack/amount.h"

namespace zhida::pack {
namespace {

using feel::Expression;
using feel::Verdict;

constexpr const char* kTooLarge = "the amount does not fit into 64 bits of fen";

// A number of yuan, or what keeps it from being one.
struct Yuan {
  Verdict state = Verdict::Of(true);
  Decimal value;
};

Yuan YuanOf(const Value& value, const char* null_error) {
  switch (value.kind()) {
    case ValueKind::kNumber:
      return {Verdict::Of(true), value.number()};
    case ValueKind::kUnknown:
      return {Verdict::Unknown(value.cause()), Decimal()};
    case ValueKind::kError:
      return {Verdict::Error(value.error()), Decimal()};
    case ValueKind::kNull:
      return {Verdict::Error(null_error), Decimal()};
    default:
      return {Verdict::Error("the amount is not a number"), Decimal()};
  }
}

// The policy's own cap and floor.
struct Limits {
  Verdict state = Verdict::Of(true);
  std::optional<Decimal> floor;
  std::optional<Decimal> cap;
};

Limits LimitsOf(const AmountRule& rule, feel::Interpreter& interpreter, const std::vector<Value>& locals) {
  Limits limits;
  if (rule.floor.root != nullptr) {
    const Yuan floor = YuanOf(interpreter.Evaluate(rule.floor, locals), "the floor is null");
    limits.state = Undecided(limits.state, floor.state);
    limits.floor = floor.value;
  }
  if (rule.cap.root != nullptr) {
    const Yuan cap = YuanOf(interpreter.Evaluate(rule.cap, locals), "the cap is null");
    limits.state = Undecided(limits.state, cap.state);
    limits.cap = cap.value;
  }
  return limits;
}

// Steps 1 to 4 for one amount.
Amount Clipped(const Value& value, const Limits& limits, const MoneyRounding& round) {
  Yuan yuan = YuanOf(value, "the amount is null");
  if (yuan.state.is(Truth::kTrue) && yuan.value.is_negative())
    yuan.state = Verdict::Error("the amount is negative");
  Amount amount;
  amount.state = Undecided(yuan.state, limits.state);
  if (!amount.known()) return amount;
  amount.unclipped_fen = ToFen(yuan.value, round);
  Decimal clipped = yuan.value;
  if (limits.floor) clipped = std::max(clipped, *limits.floor);
  if (limits.cap) clipped = std::min(clipped, *limits.cap);
  if (clipped.is_negative()) {
    amount.state = Verdict::Error("the cap makes the amount negative");
    return amount;
  }
  amount.fen = ToFen(clipped, round);
  if (!amount.fen) amount.state = Verdict::Error(kTooLarge);
  return amount;
}

std::optional<int64_t> Sum(std::optional<int64_t> a, std::optional<int64_t> b) {
  int64_t sum = 0;
  if (!a || !b || __builtin_add_overflow(*a, *b, &sum)) return std::nullopt;
  return sum;
}

// The award of one element, if `where` takes it.
Amount AmountOfElement(const AmountRule& rule, const PerElement& per, feel::Interpreter& interpreter,
                       const std::vector<Value>& locals) {
  if (per.where.root != nullptr) {
    const Verdict counts = feel::ToVerdict(interpreter.Evaluate(per.where, locals));
    if (!counts.is(Truth::kTrue)) return {counts, std::nullopt, std::nullopt};
  }
  return Clipped(interpreter.Evaluate(per.amount, locals), LimitsOf(rule, interpreter, locals), rule.round);
}

// Each element whose `where` is true, one award each. An error anywhere wins over an unknown anywhere.
Amount AmountPerElement(const AmountRule& rule, const PerElement& per, feel::Interpreter& interpreter,
                        std::vector<ElementAmount>* each) {
  Amount total;
  const Value list = interpreter.Evaluate(per.list);
  total.fen = total.unclipped_fen = 0;
  if (list.blocked()) {
    total.state = feel::ToVerdict(list);
  } else if (list.kind() != ValueKind::kList) {
    total.state = Verdict::Error("the list of awards is null");
  } else if (list.list().size() > limits::kIterationsMax) {
    total.state = Verdict::Error("the list of awards is too long");
  }
  if (!total.known() || list.list().empty()) return total;
  std::vector<Value> locals(1);
  for (const Value& element : list.list()) {
    locals[0] = element;
    const Amount amount = AmountOfElement(rule, per, interpreter, locals);
    if (each != nullptr) each->push_back({element, amount});
    if (amount.state.is(Truth::kFalse)) continue;
    total.state = Undecided(total.state, amount.state);
    if (!amount.known()) continue;
    total.fen = Sum(total.fen, amount.fen);
    total.unclipped_fen = Sum(total.unclipped_fen, amount.unclipped_fen);
    if (!total.fen) total.state = Undecided(total.state, Verdict::Error(kTooLarge));
  }
  return total;
}

}  // namespace

Amount AmountOf(const Policy& policy, feel::Interpreter& interpreter, std::vector<ElementAmount>* each) {
  if (!policy.amount) return {};
  const AmountRule& rule = *policy.amount;
  Amount amount =
      rule.per ? AmountPerElement(rule, *rule.per, interpreter, each)
               : Clipped(interpreter.Evaluate(rule.amount), LimitsOf(rule, interpreter, {}), rule.round);
  if (!amount.known()) amount.fen = amount.unclipped_fen = std::nullopt;
  return amount;
}

}  // namespace zhida::pack

#include "engine/explain/lone_condition.h"

#include <algorithm>
#include <utility>

#include "engine/explain/sufficient.h"
#include "engine/feel/operators.h"
#include "engine/feel/verdict.h"

namespace zhida::explain {
namespace {

using feel::Expr;
using feel::ExprPtr;
using feel::Op;
using feel::Reading;
using pack::FactKind;

bool Reads(const Expr& expr, int fact) {
  if (expr.op == Op::kLocal || (expr.op == Op::kFact && expr.index == fact)) return true;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [fact](const ExprPtr& arg) { return arg != nullptr && Reads(*arg, fact); });
}

// Operators that are known once all their operands are.
bool IsTotal(Op op) {
  switch (op) {
    case Op::kFact:
    case Op::kLocal:
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot:
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
    case Op::kInRange:
    case Op::kIn:
    case Op::kInList:
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kNegate:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<size_t> SortOf(FactKind kind) {
  switch (kind) {
    case FactKind::kInteger:
    case FactKind::kDecimal:
    case FactKind::kRatio:
    case FactKind::kMoney:
      return 0;
    case FactKind::kDate:
      return 1;
    case FactKind::kString:
    case FactKind::kCode:
      return 2;
    default:
      return std::nullopt;
  }
}

Lone LoneConditions::Find(const feel::Expression& condition, int fact) {
  if (!facts_.Get(fact, Reading::kPromised).is_unknown()) return {};
  const std::vector<int> unknown = {fact};
  // The form asks for the fact, and for nothing else. Of a policy it would look at an event date that is not
  // known, of which there is none here.
  const pack::Policy any;
  Sufficient sufficient(pack_, any, interpreter_, unknown);
  if (sufficient.SetsOf(condition) != std::vector<FactSet>{1} || sufficient.cut()) return {};
  return FindHolds(condition, fact);
}

Lone LoneConditions::FindHolds(const feel::Expression& condition, int index) {
  const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(index)];
  const FactKind kind = fact.type->kind;
  if (kind == FactKind::kList || kind == FactKind::kStruct) return {Holds::kUntried};
  if (kind != FactKind::kBoolean && !SortOf(kind)) return {};
  WithValue facts(facts_, index);
  feel::Interpreter interpreter(pack_.model, facts, Reading::kPromised, interpreter_.dates());
  const auto holds = [&](const Value& value) {
    facts.Set(value);
    return feel::ToVerdict(interpreter.Evaluate(condition)).is(Truth::kTrue);
  };
  const bool decided = IsDecidedBy(condition.root, condition.slot_count, index);
  if (decided) {
    const std::vector<Value> common = CommonValues(fact);
    if (std::any_of(common.begin(), common.end(), holds)) return {Holds::kCommon};
  }
  for (const OwnValue& own : OwnValues(fact, condition)) {
    if (!decided && own.value.kind() != ValueKind::kString) return {};
    if (holds(own.value)) return {decided ? Holds::kOwn : Holds::kFirst, own.constants};
    if (!decided) return {};
  }
  return {};
}

std::vector<Value> LoneConditions::CommonValues(const pack::Fact& fact) {
  if (fact.type->kind == FactKind::kCode) return {};
  return Candidates(pack_, feel::Expression(), interpreter_).Of(*fact.type, fact.nullable);
}

std::vector<OwnValue> LoneConditions::OwnValues(const pack::Fact& fact, const feel::Expression& condition) {
  std::vector<OwnValue> all;
  const std::optional<size_t> sort = SortOf(fact.type->kind);
  if (!sort) return all;
  const Candidates own(pack_, condition, interpreter_);
  const std::vector<std::string>& texts = own.texts();
  for (Value& value : own.Of(*fact.type, false)) {
    size_t constants = *sort == 0 ? own.numbers().size() : own.days().size();
    if (value.kind() == ValueKind::kString) {
      const auto text = std::find(texts.begin(), texts.end(), value.string());
      if (text == texts.end()) continue;
      constants = static_cast<size_t>(text - texts.begin()) + 1;
    }
    all.push_back({std::move(value), constants});
  }
  return all;
}

// Whether the condition is known for every known value of the fact; the rest of it is what it is.
bool LoneConditions::IsDecidedBy(const ExprPtr& expr, int slot_count, int fact) {
  if (!Reads(*expr, fact)) {
    const Value value = Evaluate(interpreter_, {expr, slot_count, nullptr});
    return !value.is_unknown() && !feel::UnknownInside(value);
  }
  return IsTotal(expr->op) && std::all_of(expr->args.begin(), expr->args.end(), [&](const ExprPtr& arg) {
           return arg == nullptr || IsDecidedBy(arg, slot_count, fact);
         });
}

}  // namespace zhida::explain

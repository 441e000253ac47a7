#include "engine/explain/candidates.h"

#include <algorithm>

namespace zhida::explain {
namespace {

using feel::ExprPtr;
using feel::Op;

constexpr int kDepthMax = 32;

template <class T>
void Keep(std::vector<T>* all, const T& value) {
  if (all->size() < kConstantsMax && std::find(all->begin(), all->end(), value) == all->end())
    all->push_back(value);
}

// Whether `key` is new among those seen; few enough to look through.
template <class T>
bool IsNew(std::vector<T>* seen, const T& key) {
  if (std::find(seen->begin(), seen->end(), key) != seen->end()) return false;
  seen->push_back(key);
  return true;
}

}  // namespace

Candidates::Candidates(const pack::Pack& pack, const pack::Policy& policy, feel::Interpreter& interpreter)
    : pack_(pack), interpreter_(interpreter) {
  Add(policy.clauses);
  if (policy.amount) {
    const pack::AmountRule& rule = *policy.amount;
    for (const feel::Expression* part : {&rule.amount, &rule.floor, &rule.cap}) {
      if (part->root != nullptr) Add(PartOf(*part), 0, false);
    }
  }
  Keep(&days_, interpreter.dates().as_of);
  if (policy.valid && policy.valid->from) Keep(&days_, *policy.valid->from);
  if (policy.valid && policy.valid->to) Keep(&days_, *policy.valid->to);
}

Candidates::Candidates(const pack::Pack& pack, const feel::Expression& condition,
                       feel::Interpreter& interpreter)
    : pack_(pack), interpreter_(interpreter) {
  Add(condition);
}

void Candidates::Add(const std::vector<pack::Clause>& clauses) {
  for (const pack::Clause& clause : clauses) {
    Add(clause.when);
    Add(clause.parts);
  }
}

void Candidates::Add(const feel::Expression& expression) {
  if (expression.root != nullptr) Add(PartOf(expression), 0, true);
}

void Candidates::Add(const Part& part, int depth, bool compared) {
  if (depth > kDepthMax) return;
  const feel::Expr& expr = *part.root;
  switch (expr.op) {
    case Op::kLiteral:
      if (compared) AddValue(expr.literal);
      break;
    case Op::kParameter:
    case Op::kZone:
    case Op::kAsOf:
      if (compared) AddValue(Evaluate(interpreter_, part));
      break;
    case Op::kDefinition: {
      if (std::find(seen_.begin(), seen_.end(), expr.index) != seen_.end()) return;
      seen_.push_back(expr.index);
      const feel::Definition& definition = pack_.model.definitions[static_cast<size_t>(expr.index)];
      Add(definition.expression);
      if (definition.table == nullptr) return;
      for (const feel::TableInput& input : definition.table->inputs) Add(input.value);
      for (const feel::TableRule& rule : definition.table->rules) {
        for (const feel::Expression& cell : rule.cells) Add(cell);
      }
      return;
    }
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
    case Op::kInRange:
      compared = true;
      // A bar that is computed, such as as_of - duration("P1Y"), or another fact.
      for (const ExprPtr& arg : expr.args) {
        if (arg == nullptr || arg->op == Op::kLiteral || arg->op == Op::kLocal) continue;
        const Value value = Evaluate(interpreter_, PartOf(part, arg));
        if (!value.blocked()) AddValue(value);
      }
      break;
    default:
      break;
  }
  for (const ExprPtr& arg : expr.args) {
    if (arg != nullptr)
      Add(PartOf(part, arg), depth + 1, compared || (expr.op == Op::kIf && arg == expr.args[0]));
  }
}

void Candidates::AddValue(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNumber:
      Keep(&numbers_, value.number());
      break;
    case ValueKind::kDate:
      Keep(&days_, value.date());
      break;
    case ValueKind::kString:
      Keep(&texts_, value.string());
      break;
    case ValueKind::kList:
      for (const Value& item : value.list()) AddValue(item);
      break;
    default:
      break;
  }
}

std::vector<Value> Candidates::Of(const pack::FactType& type, bool nullable) const {
  std::vector<Value> values;
  switch (type.kind) {
    case pack::FactKind::kBoolean:
      values = {Value::Boolean(true), Value::Boolean(false)};
      break;
    case pack::FactKind::kInteger:
    case pack::FactKind::kDecimal:
    case pack::FactKind::kRatio:
    case pack::FactKind::kMoney:
      values = Numbers(type.scale);
      break;
    case pack::FactKind::kDate:
      values = Days();
      break;
    case pack::FactKind::kDateTime:
      for (const Value& day : Days()) values.push_back(Value::OfDateTime({day.date(), {}}));
      break;
    case pack::FactKind::kString:
      values = Texts("");
      break;
    case pack::FactKind::kCode:
      values = Texts(type.code_list);
      break;
    case pack::FactKind::kList:
    case pack::FactKind::kStruct:
    case pack::FactKind::kSeries:
      return {};
  }
  if (nullable) values.push_back(Value::Null());
  return values;
}

// Each constant and its neighbours at the fact's own grain; none, one, and far beyond.
std::vector<Value> Candidates::Numbers(int scale) const {
  std::vector<Value> values;
  std::vector<int128_t> seen;
  const Decimal step = Decimal::FromScaled(1, scale).value_or(Decimal::FromInt(1));
  const auto keep = [&](const std::optional<Decimal>& number) {
    const auto scaled = number ? number->ToScaled(scale) : std::nullopt;
    if (scaled && IsNew(&seen, *scaled)) values.push_back(Value::Number(*number));
  };
  for (const Decimal& number : numbers_) {
    keep(number);
    keep(Decimal::Add(number, step));
    keep(Decimal::Subtract(number, step));
  }
  constexpr int64_t kFar = 1'000'000'000'000;
  for (const int64_t number : {int64_t{0}, int64_t{1}, kFar, -kFar}) keep(Decimal::FromInt(number));
  return values;
}

std::vector<Value> Candidates::Days() const {
  constexpr int64_t kFar = 36'525;
  std::vector<Value> values;
  std::vector<int64_t> seen;
  const auto keep = [&](int64_t day) {
    if (IsNew(&seen, day)) values.push_back(Value::OfDate({day}));
  };
  for (const Date day : days_) {
    for (const int64_t step : {0, 1, -1}) keep(day.days + step);
  }
  const int64_t as_of = interpreter_.dates().as_of.days;
  keep(as_of - kFar);
  keep(as_of + kFar);
  return values;
}

std::vector<Value> Candidates::Texts(const std::string& code_list) const {
  std::vector<Value> values;
  const feel::CodeList* list = code_list.empty() ? nullptr : pack_.model.FindCodeList(code_list);
  for (const std::string& text : texts_) {
    if (list == nullptr || list->Has(text)) values.push_back(Value::String(text));
  }
  if (list == nullptr) {
    values.push_back(Value::String("-"));
    return values;
  }
  // A code that nobody names, for what must lie elsewhere.
  size_t others = 0;
  for (const feel::Code& code : list->codes()) {
    const bool named = std::any_of(texts_.begin(), texts_.end(), [&code](const std::string& text) {
      return code.code.starts_with(text) || text.starts_with(code.code);
    });
    if (named) continue;
    values.push_back(Value::String(code.code));
    if (++others == 2) break;
  }
  return values;
}

}  // namespace zhida::explain

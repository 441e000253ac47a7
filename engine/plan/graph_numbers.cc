// Numbers of the predicate graph.
#include <algorithm>
#include <utility>

#include "engine/base/limits.h"
#include "engine/plan/graph.h"

namespace zhida::plan {

NumberId GraphBuilder::InternNumber(Number number) {
  std::string key =
      Key({static_cast<int>(number.kind), number.list, number.decimal, number.scale, number.constant,
           number.fact, number.period, number.a, number.b, number.condition, number.column});
  for (int128_t constant : number.constants) key += zhida::ToString(constant) + ",";
  auto [entry, added] = numbers_.emplace(std::move(key), static_cast<int>(graph_.numbers.size()));
  if (added) graph_.numbers.push_back(std::move(number));
  return entry->second;
}

NumberId GraphBuilder::Constant(int128_t value, int scale) {
  // One form for each value: 1.50 and 1.5 are the same constant.
  while (scale > 0 && value % 10 == 0) {
    value /= 10;
    --scale;
  }
  Number number;
  number.kind = Number::Kind::kConstant;
  number.constant = value;
  number.scale = scale;
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::UnknownNumber() {
  Number number;
  number.kind = Number::Kind::kUnknown;
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::Fact(int fact, int scale) {
  Number number;
  number.kind = Number::Kind::kFact;
  number.fact = fact;
  number.scale = scale;
  number.list = ListOfSource(fact);
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::SeriesAt(int fact, int period_rule, int scale) {
  Number number;
  number.kind = Number::Kind::kSeriesAt;
  number.fact = fact;
  number.period = period_rule;
  number.scale = scale;
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::Count(int list, NodeId condition) {
  Number number;
  number.kind = Number::Kind::kCount;
  number.fact = list;
  number.condition = LiftNode(condition, list);
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::DatePart(Number::Kind kind, NumberId date) {
  Number number;
  number.kind = kind;
  number.a = date;
  number.list = ListOf({date}, {});
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::AddMonths(NumberId date, int32_t months) {
  Number number;
  number.kind = Number::Kind::kAddMonths;
  number.a = date;
  number.period = months;
  number.list = ListOf({date}, {});
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::Lift(NumberId id, int list) {
  const Number& inner = graph_.numbers[static_cast<size_t>(id)];
  const bool anywhere = inner.kind == Number::Kind::kConstant || inner.kind == Number::Kind::kUnknown;
  if (list == kNone || inner.list == list || anywhere) return id;
  Number number;
  number.kind = Number::Kind::kLift;
  number.list = list;
  number.decimal = inner.decimal;
  number.scale = inner.scale;
  number.a = id;
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::SeriesEntry(int fact, int32_t period, int scale) {
  Number number;
  number.kind = Number::Kind::kSeries;
  number.fact = fact;
  number.period = period;
  number.scale = scale;
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::Arithmetic(Number::Kind kind, NumberId a, NumberId b) {
  Number number;
  number.kind = kind;
  number.list = ListOf({a, b}, {});
  number.a = Lift(a, number.list);
  const Number& left = graph_.numbers[static_cast<size_t>(a)];
  const bool unary = kind == Number::Kind::kNegate || kind == Number::Kind::kAbsolute;
  int right_scale = left.scale;
  number.decimal = left.decimal || kind == Number::Kind::kDivide;
  if (!unary) {
    right_scale = graph_.numbers[static_cast<size_t>(b)].scale;
    number.decimal |= graph_.numbers[static_cast<size_t>(b)].decimal;
    number.b = Lift(b, number.list);
  }
  number.scale = kind == Number::Kind::kMultiply
                     ? graph_.numbers[static_cast<size_t>(a)].scale + right_scale
                     : std::max(graph_.numbers[static_cast<size_t>(a)].scale, right_scale);
  // Finer than whole numbers can be together with any useful value.
  number.decimal |= number.scale > limits::kDecimalDigitsMax;
  if (number.decimal) number.scale = 0;
  const bool commutes = kind == Number::Kind::kAdd || kind == Number::Kind::kMultiply ||
                        kind == Number::Kind::kMinimum || kind == Number::Kind::kMaximum;
  if (commutes && number.b < number.a) std::swap(number.a, number.b);
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::NumberIf(NodeId condition, NumberId a, NumberId b, Number::Kind kind) {
  Number number;
  number.kind = kind;
  number.list = ListOf({a, b}, {condition});
  number.condition = LiftNode(condition, number.list);
  number.a = Lift(a, number.list);
  number.b = Lift(b, number.list);
  const Number& then = graph_.numbers[static_cast<size_t>(a)];
  const Number& otherwise = graph_.numbers[static_cast<size_t>(b)];
  number.decimal = then.decimal || otherwise.decimal;
  number.scale = number.decimal ? 0 : std::max(then.scale, otherwise.scale);
  return InternNumber(std::move(number));
}

NumberId GraphBuilder::NumberChoice(ColumnId table, std::vector<int128_t> constants, int scale) {
  Number number;
  number.kind = Number::Kind::kChoice;
  number.column = table;
  number.constants = std::move(constants);
  number.scale = scale;
  return InternNumber(std::move(number));
}

const std::vector<int>& GraphBuilder::NumberFacts(NumberId id) {
  auto known = number_facts_.find(id);
  if (known != number_facts_.end()) return known->second;
  const Number number = graph_.numbers[static_cast<size_t>(id)];
  std::vector<int> facts;
  if (number.fact != kNone && ListOfSource(number.fact) == kNone) facts = {FactOf(number.fact)};
  if (number.kind == Number::Kind::kSeriesAt) {
    facts = Merged(facts, {FactOf(graph_.period_rules[static_cast<size_t>(number.period)].date)});
  }
  if (number.a != kNone) facts = Merged(facts, NumberFacts(number.a));
  if (number.b != kNone) facts = Merged(facts, NumberFacts(number.b));
  if (number.condition != kNone) facts = Merged(facts, NodeFacts(number.condition));
  if (number.column != kNone) facts = Merged(facts, graph_.columns[static_cast<size_t>(number.column)].facts);
  return number_facts_.emplace(id, std::move(facts)).first->second;
}

}  // namespace zhida::plan

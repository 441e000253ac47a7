#include "engine/plan/graph.h"

#include <algorithm>
#include <utility>

#include "engine/base/limits.h"

namespace zhida::plan {
namespace {

// Rough work for one block of firms, in units of one plane operation.
constexpr int kNumberTestCost = 2;
constexpr int kTextTestCost = 4;
constexpr int kTableTestCost = 40;
constexpr int kQuantifierCost = 10;
constexpr int kExpressionCost = 100'000;

// Quotients are compared with bounds of at most this many digits after the point: 0.000000001 is 1 in a
// milliard.
constexpr int kQuotientCutScale = 9;

std::string Key(std::initializer_list<int128_t> parts) {
  std::string key;
  for (int128_t part : parts) {
    key += zhida::ToString(part);
    key += ' ';
  }
  return key;
}

std::vector<int> Merged(const std::vector<int>& a, const std::vector<int>& b) {
  std::vector<int> out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

}  // namespace

int GraphBuilder::AddContext(const Context& context) {
  const std::string key = Key({context.event.days, context.event_fact, context.year});
  auto [entry, added] = contexts_.emplace(key, static_cast<int>(graph_.contexts.size()));
  if (added) graph_.contexts.push_back(context);
  return entry->second;
}

int GraphBuilder::AddPart(Part part) {
  const int next = graph_.fact_count + static_cast<int>(graph_.parts.size());
  const auto [entry, added] = parts_.emplace(std::pair{part.fact, part.member}, next);
  if (added) graph_.parts.push_back(std::move(part));
  return entry->second;
}

int GraphBuilder::ListOfSource(int source) const {
  if (source < graph_.fact_count) return kNone;
  const Part& part = graph_.parts[static_cast<size_t>(source - graph_.fact_count)];
  return part.of_items ? part.fact : kNone;
}

int GraphBuilder::FactOf(int source) const {
  return source < graph_.fact_count ? source
                                    : graph_.parts[static_cast<size_t>(source - graph_.fact_count)].fact;
}

int GraphBuilder::AddPeriodRule(PeriodRule rule) {
  const auto [entry, added] =
      period_rules_.emplace(Key({rule.date, rule.context}) + feel::Dump(*rule.expression.root),
                            static_cast<int>(graph_.period_rules.size()));
  if (added) graph_.period_rules.push_back(std::move(rule));
  return entry->second;
}

// The list to whose items one of them belongs, or kNone. All others are the subject's or the same list's.
int GraphBuilder::ListOf(std::initializer_list<NumberId> numbers, std::initializer_list<NodeId> nodes) const {
  for (NumberId id : numbers) {
    if (id != kNone && graph_.numbers[static_cast<size_t>(id)].list != kNone) {
      return graph_.numbers[static_cast<size_t>(id)].list;
    }
  }
  for (NodeId id : nodes) {
    if (id != kNone && graph_.nodes[static_cast<size_t>(id)].list != kNone) {
      return graph_.nodes[static_cast<size_t>(id)].list;
    }
  }
  return kNone;
}

// --- Numbers
// ---------------------------------------------------------------------------------------------------------

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

// --- Columns and their tests
// -----------------------------------------------------------------------------------------

ColumnId GraphBuilder::NumberColumn(NumberId number, NumberId divisor) {
  const int list = ListOf({number, divisor}, {});
  if (divisor != kNone) {
    // A quotient of decimals is one more decimal.
    if (graph_.numbers[static_cast<size_t>(number)].decimal ||
        graph_.numbers[static_cast<size_t>(divisor)].decimal) {
      return NumberColumn(Arithmetic(Number::Kind::kDivide, number, divisor), kNone);
    }
    number = Lift(number, list);
    divisor = Lift(divisor, list);
  }
  auto [entry, added] =
      columns_.emplace("number " + Key({number, divisor}), static_cast<int>(graph_.columns.size()));
  if (added) {
    Column column;
    column.kind = Column::Kind::kNumber;
    column.number = number;
    column.divisor = divisor;
    column.list = list;
    const Number& value = graph_.numbers[static_cast<size_t>(number)];
    column.cut_scale = value.decimal ? kQuotientCutScale : value.scale;
    column.facts = NumberFacts(number);
    if (divisor != kNone) {
      column.cut_scale = kQuotientCutScale;
      column.facts = Merged(column.facts, NumberFacts(divisor));
    }
    graph_.columns.push_back(std::move(column));
    cut_index_.emplace_back();
  }
  return entry->second;
}

int GraphBuilder::CutIndex(Column& column, const Cut& cut) {
  auto& index = cut_index_[static_cast<size_t>(&column - graph_.columns.data())];
  auto [entry, added] = index.emplace(Key({cut.value, cut.above}), static_cast<int>(column.cuts.size()));
  if (added) column.cuts.push_back(cut);
  return entry->second;
}

namespace {

// The cut that separates values below `bound` from those at or above it (`above`: strictly above it), on a
// number line of whole multiples of 10^-scale. nullopt when the bound does not fit.
std::optional<Cut> CutAt(const Decimal& bound, bool above, int scale, bool whole_multiples) {
  if (auto exact = bound.ToScaled(scale)) {
    if (!whole_multiples) return Cut{*exact, above};
    return Cut{*exact + (above ? 1 : 0), false};
  }
  if (!whole_multiples) return std::nullopt;
  // Finer than the column's values: the next multiple above is the first value on the far side either way.
  auto up = bound.Rounded(scale, Rounding::kCeiling);
  if (!up) return std::nullopt;
  auto value = up->ToScaled(scale);
  if (!value) return std::nullopt;
  return Cut{*value, false};
}

}  // namespace

NodeId GraphBuilder::TestNumber(ColumnId id, const std::vector<Stretch>& stretches, Truth on_null) {
  Column& column = graph_.columns[static_cast<size_t>(id)];
  const bool quotient = column.divisor != kNone || graph_.numbers[static_cast<size_t>(column.number)].decimal;
  NumberTest test;
  test.on_null = on_null;
  std::string key = "number " + Key({id, static_cast<int>(on_null)});
  for (const Stretch& stretch : stretches) {
    NumberTest::Stretch out;
    out.truth = stretch.truth;
    if (stretch.has_low) {
      auto cut = CutAt(stretch.low, !stretch.low_closed, column.cut_scale, !quotient);
      if (!cut || !Decimal::FromScaled(cut->value, column.cut_scale)) return kNone;
      out.low = CutIndex(column, *cut);
    }
    if (stretch.has_high) {
      auto cut = CutAt(stretch.high, stretch.high_closed, column.cut_scale, !quotient);
      if (!cut || !Decimal::FromScaled(cut->value, column.cut_scale)) return kNone;
      out.high = CutIndex(column, *cut);
    }
    key += Key({out.low, out.high, static_cast<int>(out.truth)});
    test.stretches.push_back(out);
  }
  auto [entry, added] = tests_.emplace(std::move(key), static_cast<int>(column.number_tests.size()));
  if (added) column.number_tests.push_back(std::move(test));
  Node node;
  node.kind = Node::Kind::kTest;
  node.list = column.list;
  node.column = id;
  node.test = entry->second;
  node.cost = kNumberTestCost;
  return InternNode(std::move(node));
}

ColumnId GraphBuilder::TextColumn(int fact) {
  auto [entry, added] = columns_.emplace("text " + Key({fact}), static_cast<int>(graph_.columns.size()));
  if (added) {
    Column column;
    column.kind = Column::Kind::kText;
    column.fact = fact;
    column.list = ListOfSource(fact);
    if (column.list == kNone) column.facts = {FactOf(fact)};
    graph_.columns.push_back(std::move(column));
    cut_index_.emplace_back();
  }
  return entry->second;
}

NodeId GraphBuilder::TestText(ColumnId id, const feel::Expression& expression, int context) {
  Column& column = graph_.columns[static_cast<size_t>(id)];
  auto [entry, added] = tests_.emplace("text " + Key({id, context}) + feel::Dump(*expression.root),
                                       static_cast<int>(column.text_tests.size()));
  if (added) column.text_tests.push_back(TextTest{expression, context});
  Node node;
  node.kind = Node::Kind::kTest;
  node.list = column.list;
  node.column = id;
  node.test = entry->second;
  node.cost = kTextTestCost;
  return InternNode(std::move(node));
}

ColumnId GraphBuilder::FindTableColumn(int definition, int context) const {
  auto found = columns_.find("table " + Key({definition, context}));
  return found == columns_.end() ? kNone : found->second;
}

ColumnId GraphBuilder::TableColumn(Column table, int context) {
  auto [entry, added] =
      columns_.emplace("table " + Key({table.definition, context}), static_cast<int>(graph_.columns.size()));
  if (added) {
    for (NodeId rule : table.rules) table.facts = Merged(table.facts, NodeFacts(rule));
    for (NodeId allowed : table.allowed) table.facts = Merged(table.facts, NodeFacts(allowed));
    graph_.columns.push_back(std::move(table));
    cut_index_.emplace_back();
  }
  return entry->second;
}

NodeId GraphBuilder::TestChoice(ColumnId id, std::vector<Truth> truths) {
  Column& column = graph_.columns[static_cast<size_t>(id)];
  std::string key = "choice " + Key({id});
  for (Truth truth : truths) key += TruthName(truth).front();
  auto [entry, added] = tests_.emplace(std::move(key), static_cast<int>(column.choice_tests.size()));
  if (added) column.choice_tests.push_back(std::move(truths));
  Node node;
  node.kind = Node::Kind::kTest;
  node.column = id;
  node.test = entry->second;
  node.cost = kTableTestCost;
  return InternNode(std::move(node));
}

NodeId GraphBuilder::TestExpression(const feel::Expression& expression, int context, std::vector<int> facts) {
  auto [entry, added] = columns_.emplace("expression " + Key({context}) + feel::Dump(*expression.root),
                                         static_cast<int>(graph_.columns.size()));
  if (added) {
    Column column;
    column.kind = Column::Kind::kExpression;
    column.expression = expression;
    column.context = context;
    column.facts = std::move(facts);
    graph_.columns.push_back(std::move(column));
    cut_index_.emplace_back();
  }
  Node node;
  node.kind = Node::Kind::kTest;
  node.column = entry->second;
  node.test = 0;
  node.cost = kExpressionCost;
  return InternNode(std::move(node));
}

// --- Truth
// -----------------------------------------------------------------------------------------------------------

NodeId GraphBuilder::InternNode(Node node) {
  std::string key = Key({static_cast<int>(node.kind), static_cast<int>(node.constant), node.list, node.over,
                         node.column, node.test});
  for (NodeId part : node.parts) key += Key({part});
  auto [entry, added] = nodes_.emplace(std::move(key), static_cast<int>(graph_.nodes.size()));
  if (added) graph_.nodes.push_back(std::move(node));
  return entry->second;
}

NodeId GraphBuilder::Constant(Truth truth) {
  Node node;
  node.kind = Node::Kind::kConstant;
  node.constant = truth;
  return InternNode(std::move(node));
}

NodeId GraphBuilder::Combine(Node::Kind kind, std::vector<NodeId> parts) {
  const bool conjunction = kind == Node::Kind::kAnd;
  int list = kNone;
  for (NodeId part : parts) {
    if (list == kNone) list = graph_.nodes[static_cast<size_t>(part)].list;
  }
  for (NodeId& part : parts) part = LiftNode(part, list);
  const Truth neutral = conjunction ? Truth::kTrue : Truth::kFalse;
  const Truth absorbing = conjunction ? Truth::kFalse : Truth::kTrue;
  std::vector<NodeId> flat;
  for (NodeId part : parts) {
    const Node& node = graph_.nodes[static_cast<size_t>(part)];
    if (node.kind == kind) {
      flat.insert(flat.end(), node.parts.begin(), node.parts.end());
    } else if (node.kind != Node::Kind::kConstant) {
      flat.push_back(part);
    } else if (node.constant == absorbing) {
      return part;
    } else if (node.constant != neutral) {
      flat.push_back(part);  // unknown and error decide nothing and vanish nowhere
    }
  }
  std::sort(flat.begin(), flat.end());
  flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
  if (flat.empty()) return Constant(neutral);
  if (flat.size() == 1) return flat.front();
  Node node;
  node.kind = kind;
  node.list = list;
  node.cost = 1;
  for (NodeId part : flat) node.cost += graph_.nodes[static_cast<size_t>(part)].cost;
  node.parts = std::move(flat);
  return InternNode(std::move(node));
}

NodeId GraphBuilder::And(std::vector<NodeId> parts) { return Combine(Node::Kind::kAnd, std::move(parts)); }
NodeId GraphBuilder::Or(std::vector<NodeId> parts) { return Combine(Node::Kind::kOr, std::move(parts)); }

NodeId GraphBuilder::Not(NodeId part) {
  const Node& inner = graph_.nodes[static_cast<size_t>(part)];
  if (inner.kind == Node::Kind::kNot) return inner.parts.front();
  if (inner.kind == Node::Kind::kConstant) return Constant(zhida::Not(inner.constant));
  Node node;
  node.kind = Node::Kind::kNot;
  node.list = inner.list;
  node.cost = inner.cost + 1;
  node.parts = {part};
  return InternNode(std::move(node));
}

NodeId GraphBuilder::If(NodeId condition, NodeId then, NodeId otherwise) {
  const Node& test = graph_.nodes[static_cast<size_t>(condition)];
  if (test.kind == Node::Kind::kConstant) {
    switch (test.constant) {
      case Truth::kTrue:
        return then;
      case Truth::kFalse:
        return otherwise;
      case Truth::kUnknown:
      case Truth::kError:
        return condition;
    }
  }
  // Equal branches stay: an unknown condition makes the whole unknown.
  Node node;
  node.kind = Node::Kind::kIf;
  node.list = ListOf({}, {condition, then, otherwise});
  node.cost = 2;
  node.parts = {LiftNode(condition, node.list), LiftNode(then, node.list), LiftNode(otherwise, node.list)};
  for (NodeId part : node.parts) node.cost += graph_.nodes[static_cast<size_t>(part)].cost;
  return InternNode(std::move(node));
}

NodeId GraphBuilder::Later(NodeId part) {
  const Node& inner = graph_.nodes[static_cast<size_t>(part)];
  if (inner.kind == Node::Kind::kLater) return part;
  if (inner.kind == Node::Kind::kConstant && inner.constant != Truth::kUnknown) return part;
  Node node;
  node.kind = Node::Kind::kLater;
  node.cost = inner.cost + 1;
  node.parts = {part};
  return InternNode(std::move(node));
}

NodeId GraphBuilder::Quantified(bool some, int list, NodeId part) {
  Node node;
  node.kind = some ? Node::Kind::kSome : Node::Kind::kEvery;
  node.over = list;
  node.parts = {LiftNode(part, list)};
  node.cost = kQuantifierCost + graph_.nodes[static_cast<size_t>(part)].cost;
  return InternNode(std::move(node));
}

NodeId GraphBuilder::Holds(int list, NodeId part) {
  Node node;
  node.kind = Node::Kind::kHolds;
  node.over = list;
  node.parts = {LiftNode(part, list)};
  node.cost = kQuantifierCost + graph_.nodes[static_cast<size_t>(part)].cost;
  return InternNode(std::move(node));
}

NodeId GraphBuilder::LiftNode(NodeId id, int list) {
  const Node& inner = graph_.nodes[static_cast<size_t>(id)];
  if (list == kNone || inner.list == list || inner.kind == Node::Kind::kConstant) return id;
  Node node;
  node.kind = Node::Kind::kLift;
  node.list = list;
  node.parts = {id};
  node.cost = inner.cost + 1;
  return InternNode(std::move(node));
}

const std::vector<int>& GraphBuilder::NodeFacts(NodeId id) {
  auto known = node_facts_.find(id);
  if (known != node_facts_.end()) return known->second;
  const Node node = graph_.nodes[static_cast<size_t>(id)];
  std::vector<int> facts;
  if (node.kind == Node::Kind::kTest) facts = graph_.columns[static_cast<size_t>(node.column)].facts;
  if (node.over != kNone) facts = {node.over};
  for (NodeId part : node.parts) facts = Merged(facts, NodeFacts(part));
  return node_facts_.emplace(id, std::move(facts)).first->second;
}

Graph GraphBuilder::Finish() {
  // Parts are older than what they are part of.
  for (size_t i = 0; i < graph_.nodes.size(); ++i) {
    std::vector<int> facts = NodeFacts(static_cast<NodeId>(i));
    Node& node = graph_.nodes[i];
    node.facts = std::move(facts);
    node.later = node.kind == Node::Kind::kLater;
    for (NodeId part : node.parts) node.later |= graph_.nodes[static_cast<size_t>(part)].later;
  }
  std::vector<int> uses(graph_.numbers.size());
  const auto use = [&](NumberId id) {
    if (id != kNone) ++uses[static_cast<size_t>(id)];
  };
  for (const Number& number : graph_.numbers) {
    use(number.a);
    use(number.b);
  }
  for (const Column& column : graph_.columns) {
    use(column.number);
    use(column.divisor);
  }
  for (size_t i = 0; i < graph_.numbers.size(); ++i) {
    const Number::Kind kind = graph_.numbers[i].kind;
    const bool cheap = kind == Number::Kind::kConstant || kind == Number::Kind::kUnknown ||
                       kind == Number::Kind::kFact || kind == Number::Kind::kLift;
    graph_.numbers[i].shared = !cheap && uses[i] > 1;
  }
  for (Column& column : graph_.columns) {
    std::vector<int> order(column.cuts.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    std::sort(order.begin(), order.end(), [&](int a, int b) {
      return column.cuts[static_cast<size_t>(a)] < column.cuts[static_cast<size_t>(b)];
    });
    std::vector<int> place(order.size());
    std::vector<Cut> sorted(order.size());
    for (size_t i = 0; i < order.size(); ++i) {
      place[static_cast<size_t>(order[i])] = static_cast<int>(i);
      sorted[i] = column.cuts[static_cast<size_t>(order[i])];
    }
    column.cuts = std::move(sorted);
    for (NumberTest& test : column.number_tests) {
      for (NumberTest::Stretch& stretch : test.stretches) {
        if (stretch.low != kNone) stretch.low = place[static_cast<size_t>(stretch.low)];
        if (stretch.high != kNone) stretch.high = place[static_cast<size_t>(stretch.high)];
      }
    }
  }
  return std::exchange(graph_, Graph{});
}

}  // namespace zhida::plan

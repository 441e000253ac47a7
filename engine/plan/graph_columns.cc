// Columns of the predicate graph and the tests of them.
#include <algorithm>
#include <optional>
#include <utility>

#include "engine/plan/graph.h"

namespace zhida::plan {
namespace {

// Rough work for one block of subjects, in units of one plane operation.
constexpr int kNumberTestCost = 2;
constexpr int kTextTestCost = 4;
constexpr int kTableTestCost = 40;
constexpr int kExpressionCost = 100'000;

// Quotients are compared with bounds of at most this many digits after the point: 0.000000001 is 1 in a
// milliard.
constexpr int kQuotientCutScale = 9;

}  // namespace

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

}  // namespace zhida::plan

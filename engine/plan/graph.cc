// Truth: contexts, sources, and nodes over tests. Numbers are in graph_numbers.cc, columns and their tests in
// graph_columns.cc.
#include "engine/plan/graph.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace zhida::plan {
namespace {

// In units of one plane operation for a block of subjects.
constexpr int kQuantifierCost = 10;

}  // namespace

// Fixed widths, so that no two lists of as many parts make the same key.
std::string GraphBuilder::Key(std::initializer_list<int128_t> parts) {
  std::string key;
  key.reserve(parts.size() * sizeof(int128_t));
  for (const int128_t part : parts) key.append(reinterpret_cast<const char*>(&part), sizeof(part));
  return key;
}

std::vector<int> GraphBuilder::Merged(const std::vector<int>& a, const std::vector<int>& b) {
  std::vector<int> out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

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

NodeId GraphBuilder::InternNode(Node node) {
  std::string key = Key({static_cast<int>(node.kind), static_cast<int>(node.constant), node.list, node.over,
                         node.column, node.test});
  for (NodeId part : node.parts) key += Key({part});
  auto [entry, added] = nodes_.emplace(std::move(key), static_cast<int>(graph_.nodes.size()));
  if (!added) return entry->second;
  // Parts are older than what they are part of.
  if (node.kind == Node::Kind::kTest) node.facts = graph_.columns[static_cast<size_t>(node.column)].facts;
  if (node.over != kNone) node.facts = {node.over};
  node.later = node.kind == Node::Kind::kLater;
  for (const NodeId part : node.parts) {
    const Node& of = graph_.nodes[static_cast<size_t>(part)];
    node.facts = Merged(node.facts, of.facts);
    node.later |= of.later;
  }
  graph_.nodes.push_back(std::move(node));
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

Graph GraphBuilder::Finish() {
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

#include "engine/plan/costs.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace zhida::plan {

namespace {

// A number is computed subject by subject; a plane operation takes 64 at once.
constexpr int64_t kNumberCost = 64;
constexpr int64_t kInterpretedCost = 100'000;

// What one clause or amount comes down to, each node and number once.
class Collector {
 public:
  explicit Collector(const Graph& graph) : graph_(graph) {}

  void Add(NodeId id) {
    if (id == kNone || !nodes_.insert(id).second) return;
    const Node& node = graph_.nodes[static_cast<size_t>(id)];
    if (node.kind == Node::Kind::kTest) Test(node.column);
    for (NodeId part : node.parts) Add(part);
  }

  void AddNumber(NumberId id) {
    if (id == kNone || !numbers_.insert(id).second) return;
    const Number& number = graph_.numbers[static_cast<size_t>(id)];
    cost += kNumberCost;
    AddNumber(number.a);
    AddNumber(number.b);
    Add(number.condition);
    if (number.column != kNone) Test(number.column);
  }

  std::string path = "planes";
  std::string reason;
  int64_t cost = 0;  // of numbers; nodes know their own

 private:
  void Test(ColumnId id) {
    const Column& column = graph_.columns[static_cast<size_t>(id)];
    switch (column.kind) {
      case Column::Kind::kNumber:
        AddNumber(column.number);
        AddNumber(column.divisor);
        break;
      case Column::Kind::kText:
        if (path != "interpreter") path = "texts";
        break;
      case Column::Kind::kTable:
        for (NodeId rule : column.rules) Add(rule);
        for (NodeId allowed : column.allowed) Add(allowed);
        break;
      case Column::Kind::kExpression:
        path = "interpreter";
        reason = "interpret " + feel::Dump(*column.expression.root);
        break;
    }
  }

  const Graph& graph_;
  std::unordered_set<NodeId> nodes_;
  std::unordered_set<NumberId> numbers_;
};

CostLine LineOf(const Graph& graph, NodeId node) {
  Collector collector(graph);
  collector.Add(node);
  const int64_t cost = graph.nodes[static_cast<size_t>(node)].cost;
  return {"", "", std::move(collector.path), std::move(collector.reason), cost + collector.cost};
}

CostLine LineOf(const Graph& graph, const pack::AmountRule& rule, const PlannedAmount& amount) {
  if (!amount.vector_form) {
    return {"", "", "interpreter", rule.per ? rule.per->amount.text : rule.amount.text, kInterpretedCost};
  }
  Collector collector(graph);
  collector.Add(amount.where);
  for (NumberId number : {amount.amount, amount.cap, amount.floor}) collector.AddNumber(number);
  return {"", "", std::move(collector.path), std::move(collector.reason), collector.cost};
}

std::string ClauseId(const pack::Policy& policy, const PlannedClause& clause) {
  if (clause.clause == PlannedClause::kInForce) return "in_force";
  if (clause.clause == PlannedClause::kOpen) return "open";
  return policy.clauses[static_cast<size_t>(clause.clause)].id;
}

// The implicit clauses come before those written: in_force, open, the first, the second ...
int OrderOf(const PlannedClause& clause) {
  return clause.clause == PlannedClause::kInForce ? -2
         : clause.clause == PlannedClause::kOpen  ? -1
                                                  : clause.clause;
}

}  // namespace

std::vector<CostLine> CostsOf(const Plan& plan) {
  std::vector<CostLine> lines;
  std::unordered_map<NodeId, CostLine> of_nodes;  // policies share them
  for (size_t i = 0; i < plan.policies.size(); ++i) {
    const pack::Policy& policy = plan.policy(i);
    const PlannedPolicy& planned = plan.policies[i];
    const auto add = [&](CostLine line, std::string clause) {
      line.policy = policy.id;
      line.clause = std::move(clause);
      lines.push_back(std::move(line));
    };
    std::vector<PlannedClause> clauses = planned.clauses;
    std::sort(clauses.begin(), clauses.end(),
              [](const auto& a, const auto& b) { return OrderOf(a) < OrderOf(b); });
    for (const PlannedClause& clause : clauses) {
      const auto [known, added] = of_nodes.try_emplace(clause.node);
      if (added) known->second = LineOf(plan.graph, clause.node);
      add(known->second, ClauseId(policy, clause));
    }
    if (planned.amount) add(LineOf(plan.graph, *policy.amount, *planned.amount), "amount");
  }
  return lines;
}

}  // namespace zhida::plan

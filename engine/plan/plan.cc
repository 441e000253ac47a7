#include "engine/plan/plan.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/plan/lowering.h"

namespace zhida::plan {

using feel::ExprPtr;
using pack::Clause;
using pack::Policy;

namespace {

class Compiler {
 public:
  Compiler(pack::PackPtr pack, Date as_of)
      : pack_(std::move(pack)), as_of_(as_of), lowering_(*pack_, as_of) {}

  PlanPtr Run() {
    auto plan = std::make_shared<Plan>();
    for (const Policy& policy : pack_->policies) plan->policies.push_back(Compile(policy, &plan->costs));
    plan->pack = pack_;
    plan->as_of = as_of_;
    plan->graph = lowering_.builder().Finish();
    SortByCost(plan.get());
    return plan;
  }

 private:
  PlannedPolicy Compile(const Policy& policy, std::vector<CostLine>* costs);
  NodeId ClauseNode(const Clause& clause, const Where& where, bool promised);
  PlannedAmount Amount(const pack::AmountRule& rule, const Where& where);
  CostLine CostOf(const std::string& policy, const std::string& clause, NodeId node);
  void CollectColumns(NodeId node, std::vector<bool>* seen, CostLine* line);
  static void SortByCost(Plan* plan);

  pack::PackPtr pack_;
  Date as_of_;
  Lowering lowering_;
};

NodeId Compiler::ClauseNode(const Clause& clause, const Where& where, bool promised) {
  GraphBuilder& graph = lowering_.builder();
  NodeId node = kNone;
  if (clause.form == Clause::Form::kWhen) {
    node = lowering_.Truth(clause.when.root, where);
  } else {
    std::vector<NodeId> parts;
    for (const Clause& part : clause.parts) parts.push_back(ClauseNode(part, where, promised));
    switch (clause.form) {
      case Clause::Form::kAll:
        node = graph.And(std::move(parts));
        break;
      case Clause::Form::kAny:
        node = graph.Or(std::move(parts));
        break;
      case Clause::Form::kNone:
        node = graph.Not(graph.Or(std::move(parts)));
        break;
      case Clause::Form::kWhen:
        break;
    }
  }
  return promised && clause.later_allowed ? graph.Later(node) : node;
}

PlannedAmount Compiler::Amount(const pack::AmountRule& rule, const Where& where) {
  PlannedAmount amount;
  amount.round = rule.round;
  if (rule.per) return amount;
  amount.amount = lowering_.NumberOf(rule.amount.root, where);
  if (rule.cap.root) amount.cap = lowering_.NumberOf(rule.cap.root, where);
  if (rule.floor.root) amount.floor = lowering_.NumberOf(rule.floor.root, where);
  amount.vector_form = amount.amount != kNone && (!rule.cap.root || amount.cap != kNone) &&
                       (!rule.floor.root || amount.floor != kNone);
  return amount;
}

PlannedPolicy Compiler::Compile(const Policy& policy, std::vector<CostLine>* costs) {
  GraphBuilder& graph = lowering_.builder();
  const Where where = lowering_.WhereOf(policy);
  PlannedPolicy planned;
  const auto add = [&](const std::string& id, NodeId node, NodeId promised, bool scope) {
    planned.clauses.push_back(PlannedClause{node, promised, scope});
    costs->push_back(CostOf(policy.id, id, node));
  };
  if (const NodeId node = lowering_.InForce(policy); node != kNone) add("in_force", node, node, true);
  if (const NodeId node = lowering_.Open(policy); node != kNone) add("open", node, node, true);
  std::set<int> facts;
  for (const Clause& clause : policy.clauses) {
    const NodeId node = ClauseNode(clause, where, false);
    const NodeId promised = ClauseNode(clause, where, true);
    planned.has_later = planned.has_later || promised != node;
    add(clause.id, node, promised, clause.scope);
  }
  for (const PlannedClause& clause : planned.clauses) {
    const std::vector<int>& read = graph.NodeFacts(clause.node);
    facts.insert(read.begin(), read.end());
  }
  if (policy.amount) {
    const pack::AmountRule& rule = *policy.amount;
    planned.amount = Amount(rule, where);
    const auto read = [&](const feel::Expression& expression) {
      if (!expression.root) return;
      const Reads reads = lowering_.reads().Of(*expression.root);
      facts.insert(reads.facts.begin(), reads.facts.end());
      if (reads.dated && policy.event_fact >= 0) facts.insert(policy.event_fact);
    };
    read(rule.amount);
    read(rule.cap);
    read(rule.floor);
    if (rule.per) {
      read(rule.per->list);
      read(rule.per->where);
      read(rule.per->amount);
    }
    CostLine line{policy.id, "amount", planned.amount->vector_form ? "planes" : "interpreter", ""};
    if (!planned.amount->vector_form) line.reason = rule.per ? "one award an element" : rule.amount.text;
    costs->push_back(std::move(line));
  }
  planned.facts.assign(facts.begin(), facts.end());
  return planned;
}

void Compiler::CollectColumns(NodeId id, std::vector<bool>* seen, CostLine* line) {
  if (seen->size() <= static_cast<size_t>(id)) seen->resize(static_cast<size_t>(id) + 1);
  if ((*seen)[static_cast<size_t>(id)]) return;
  (*seen)[static_cast<size_t>(id)] = true;
  const Graph& graph = lowering_.builder().graph();
  const Node& node = graph.nodes[static_cast<size_t>(id)];
  if (node.kind == Node::Kind::kTest) {
    const Column& column = graph.columns[static_cast<size_t>(node.column)];
    if (column.kind == Column::Kind::kExpression) {
      line->path = "interpreter";
      line->reason = graph.NodeText(id, pack_->model);
    } else if (column.kind == Column::Kind::kText && line->path != "interpreter") {
      line->path = "texts";
    }
    for (NodeId rule : column.rules) CollectColumns(rule, seen, line);
    for (NodeId allowed : column.allowed) CollectColumns(allowed, seen, line);
  }
  for (NodeId part : node.parts) CollectColumns(part, seen, line);
}

CostLine Compiler::CostOf(const std::string& policy, const std::string& clause, NodeId node) {
  CostLine line{policy, clause, "planes", ""};
  std::vector<bool> seen;
  CollectColumns(node, &seen, &line);
  return line;
}

// Parts by cost, so that a cheap false spares a dear part; then clauses likewise. Ties keep the order
// written.
void Compiler::SortByCost(Plan* plan) {
  const auto& nodes = plan->graph.nodes;
  const auto cheaper = [&](NodeId a, NodeId b) {
    return nodes[static_cast<size_t>(a)].cost < nodes[static_cast<size_t>(b)].cost;
  };
  for (Node& node : plan->graph.nodes) {
    if (node.kind == Node::Kind::kAnd || node.kind == Node::Kind::kOr) {
      std::stable_sort(node.parts.begin(), node.parts.end(), cheaper);
    }
  }
  for (PlannedPolicy& policy : plan->policies) {
    std::stable_sort(policy.clauses.begin(), policy.clauses.end(),
                     [&](const PlannedClause& a, const PlannedClause& b) { return cheaper(a.node, b.node); });
  }
}

}  // namespace

PlanPtr Compile(pack::PackPtr pack, Date as_of) { return Compiler(std::move(pack), as_of).Run(); }

std::string Plan::Dump() const {
  std::string out = "as of " + as_of.ToString() + "\n" + graph.Dump(pack->model);
  for (size_t i = 0; i < policies.size(); ++i) {
    out += "policy " + pack->policies[i].id + ":";
    for (const PlannedClause& clause : policies[i].clauses) {
      out += std::string(" ") + (clause.scope ? "@" : "") + "n" + std::to_string(clause.node);
      if (clause.promised != clause.node) out += "/n" + std::to_string(clause.promised);
    }
    if (policies[i].amount) {
      const PlannedAmount& amount = *policies[i].amount;
      out += amount.vector_form ? "; amount " + graph.NumberText(amount.amount, pack->model)
                                : "; amount by the judge";
      if (amount.cap != kNone) out += " cap " + graph.NumberText(amount.cap, pack->model);
      if (amount.floor != kNone) out += " floor " + graph.NumberText(amount.floor, pack->model);
    }
    out += "\n";
  }
  return out;
}

}  // namespace zhida::plan

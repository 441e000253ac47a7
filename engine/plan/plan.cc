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
  CostLine CostOf(const std::string& policy, const pack::AmountRule& rule, const PlannedAmount& amount);
  // What a clause comes down to, each node once.
  void CollectNode(NodeId node, std::vector<bool>* seen, CostLine* line);
  void CollectNumber(NumberId number, std::vector<bool>* seen, CostLine* line);
  void CollectColumn(ColumnId column, std::vector<bool>* seen, CostLine* line);
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
  Where of_items = where;
  if (rule.per) {
    if (!lowering_.ItemParts(rule.per->list, &of_items)) return amount;
    amount.list = of_items.list;
    if (rule.per->where.root) {
      amount.where = lowering_.ItemTruth(rule.per->where, of_items);
      if (amount.where == kNone) return amount;
    }
  }
  const auto number = [&](const feel::Expression& expression) {
    return rule.per ? lowering_.ItemNumber(expression, of_items) : lowering_.NumberOf(expression.root, where);
  };
  amount.amount = number(rule.per ? rule.per->amount : rule.amount);
  if (rule.cap.root) amount.cap = number(rule.cap);
  if (rule.floor.root) amount.floor = number(rule.floor);
  amount.vector_form = amount.amount != kNone && (!rule.cap.root || amount.cap != kNone) &&
                       (!rule.floor.root || amount.floor != kNone);
  return amount;
}

PlannedPolicy Compiler::Compile(const Policy& policy, std::vector<CostLine>* costs) {
  GraphBuilder& graph = lowering_.builder();
  const Where where = lowering_.WhereOf(policy);
  PlannedPolicy planned;
  const auto add = [&](const std::string& id, NodeId node, NodeId promised, bool scope, int clause) {
    planned.clauses.push_back(PlannedClause{node, promised, scope, clause});
    costs->push_back(CostOf(policy.id, id, node));
  };
  if (const NodeId node = lowering_.InForce(policy); node != kNone)
    add("in_force", node, node, true, PlannedClause::kInForce);
  if (const NodeId node = lowering_.Open(policy); node != kNone)
    add("open", node, node, true, PlannedClause::kOpen);
  std::set<int> facts;
  for (size_t i = 0; i < policy.clauses.size(); ++i) {
    const Clause& clause = policy.clauses[i];
    const NodeId node = ClauseNode(clause, where, false);
    const NodeId promised = ClauseNode(clause, where, true);
    planned.has_later = planned.has_later || promised != node;
    add(clause.id, node, promised, clause.scope, static_cast<int>(i));
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
    costs->push_back(CostOf(policy.id, rule, *planned.amount));
  }
  planned.facts.assign(facts.begin(), facts.end());
  return planned;
}

void Compiler::CollectNumber(NumberId id, std::vector<bool>* seen, CostLine* line) {
  if (id == kNone) return;
  const Number& number = lowering_.builder().graph().numbers[static_cast<size_t>(id)];
  CollectNumber(number.a, seen, line);
  CollectNumber(number.b, seen, line);
  if (number.condition != kNone) CollectNode(number.condition, seen, line);
  if (number.column != kNone) CollectColumn(number.column, seen, line);
}

void Compiler::CollectColumn(ColumnId id, std::vector<bool>* seen, CostLine* line) {
  const Column& column = lowering_.builder().graph().columns[static_cast<size_t>(id)];
  switch (column.kind) {
    case Column::Kind::kNumber:
      CollectNumber(column.number, seen, line);
      CollectNumber(column.divisor, seen, line);
      break;
    case Column::Kind::kText:
      if (line->path != "interpreter") line->path = "texts";
      break;
    case Column::Kind::kTable:
      for (NodeId rule : column.rules) CollectNode(rule, seen, line);
      for (NodeId allowed : column.allowed) CollectNode(allowed, seen, line);
      break;
    case Column::Kind::kExpression:
      line->path = "interpreter";
      line->reason = "interpret " + feel::Dump(*column.expression.root);
      break;
  }
}

void Compiler::CollectNode(NodeId id, std::vector<bool>* seen, CostLine* line) {
  if (seen->size() <= static_cast<size_t>(id)) seen->resize(static_cast<size_t>(id) + 1);
  if ((*seen)[static_cast<size_t>(id)]) return;
  (*seen)[static_cast<size_t>(id)] = true;
  const Node& node = lowering_.builder().graph().nodes[static_cast<size_t>(id)];
  if (node.kind == Node::Kind::kTest) CollectColumn(node.column, seen, line);
  for (NodeId part : node.parts) CollectNode(part, seen, line);
}

CostLine Compiler::CostOf(const std::string& policy, const std::string& clause, NodeId node) {
  CostLine line{policy, clause, "planes", ""};
  std::vector<bool> seen;
  CollectNode(node, &seen, &line);
  return line;
}

CostLine Compiler::CostOf(const std::string& policy, const pack::AmountRule& rule,
                          const PlannedAmount& amount) {
  CostLine line{policy, "amount", "planes", ""};
  if (!amount.vector_form) {
    line.path = "interpreter";
    line.reason = rule.per ? rule.per->amount.text : rule.amount.text;
    return line;
  }
  std::vector<bool> seen;
  if (amount.where != kNone) CollectNode(amount.where, &seen, &line);
  for (NumberId number : {amount.amount, amount.cap, amount.floor}) CollectNumber(number, &seen, &line);
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
      if (amount.list != kNone) out += " for each of " + graph.SourceText(amount.list, pack->model);
      if (amount.where != kNone) out += " where n" + std::to_string(amount.where);
      if (amount.cap != kNone) out += " cap " + graph.NumberText(amount.cap, pack->model);
      if (amount.floor != kNone) out += " floor " + graph.NumberText(amount.floor, pack->model);
    }
    out += "\n";
  }
  return out;
}

}  // namespace zhida::plan

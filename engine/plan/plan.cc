#include "engine/plan/plan.h"

#include <algorithm>
#include <unordered_map>
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

  PlanPtr Run(std::vector<pack::PolicyPtr> given) {
    auto plan = std::make_shared<Plan>();
    plan->given = std::move(given);
    const size_t count = plan->given.empty() ? pack_->policies.size() : plan->given.size();
    plan->policies.reserve(count);
    plan->pack = pack_;
    for (size_t i = 0; i < count; ++i) plan->policies.push_back(Compile(plan->policy(i)));
    plan->as_of = as_of_;
    plan->graph = lowering_.builder().Finish();
    SortByCost(plan.get());
    return plan;
  }

 private:
  PlannedPolicy Compile(const Policy& policy);
  NodeId ClauseNode(const Clause& clause, const Where& where, bool promised);
  NodeId Condition(const feel::Expression& when, const Where& where);
  PlannedAmount Amount(const pack::AmountRule& rule, const Where& where);
  static void SortByCost(Plan* plan);

  pack::PackPtr pack_;
  Date as_of_;
  Lowering lowering_;
  // Policies repeat each other's conditions, which the loader parsed once.
  struct Asked {
    const feel::Expr* condition;
    int64_t year;
    int event_fact;
    bool operator==(const Asked&) const = default;
  };
  struct AskedHash {
    size_t operator()(const Asked& asked) const {
      return std::hash<const void*>{}(asked.condition) ^
             static_cast<size_t>(asked.year * 31 + asked.event_fact);
    }
  };
  std::unordered_map<Asked, NodeId, AskedHash> conditions_;
};

// Whether the two readings may see a clause differently because of a mark.
bool HasLater(const Clause& clause) {
  return clause.later_allowed || std::any_of(clause.parts.begin(), clause.parts.end(), HasLater);
}

NodeId Compiler::Condition(const feel::Expression& when, const Where& where) {
  const auto [known, added] = conditions_.try_emplace({when.root.get(), where.year, where.event_fact}, kNone);
  if (added) known->second = lowering_.Truth(when.root, where);
  return known->second;
}

NodeId Compiler::ClauseNode(const Clause& clause, const Where& where, bool promised) {
  GraphBuilder& graph = lowering_.builder();
  NodeId node = kNone;
  if (clause.form == Clause::Form::kWhen) {
    node = Condition(clause.when, where);
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

PlannedPolicy Compiler::Compile(const Policy& policy) {
  GraphBuilder& graph = lowering_.builder();
  const Where where = lowering_.WhereOf(policy);
  PlannedPolicy planned;
  planned.clauses.reserve(policy.clauses.size());
  if (const NodeId node = lowering_.InForce(policy); node != kNone) {
    planned.clauses.push_back({node, node, true, PlannedClause::kInForce});
  }
  if (const NodeId node = lowering_.Open(policy); node != kNone) {
    planned.clauses.push_back({node, node, true, PlannedClause::kOpen});
  }
  for (size_t i = 0; i < policy.clauses.size(); ++i) {
    const Clause& clause = policy.clauses[i];
    const NodeId node = ClauseNode(clause, where, false);
    const NodeId promised = HasLater(clause) ? ClauseNode(clause, where, true) : node;
    planned.has_later = planned.has_later || promised != node;
    planned.clauses.push_back({node, promised, clause.scope, static_cast<int>(i)});
  }
  std::vector<int>& facts = planned.facts;
  for (const PlannedClause& clause : planned.clauses) {
    const std::vector<int>& read = graph.NodeFacts(clause.node);
    facts.insert(facts.end(), read.begin(), read.end());
  }
  if (policy.amount) {
    const pack::AmountRule& rule = *policy.amount;
    planned.amount = Amount(rule, where);
    const auto read = [&](const feel::Expression& expression) {
      if (!expression.root) return;
      const Reads reads = lowering_.reads().Of(*expression.root);
      facts.insert(facts.end(), reads.facts.begin(), reads.facts.end());
      if (reads.dated && policy.event_fact >= 0) facts.push_back(policy.event_fact);
    };
    read(rule.amount);
    read(rule.cap);
    read(rule.floor);
    if (rule.per) {
      read(rule.per->list);
      read(rule.per->where);
      read(rule.per->amount);
    }
  }
  std::sort(facts.begin(), facts.end());
  facts.erase(std::unique(facts.begin(), facts.end()), facts.end());
  facts.shrink_to_fit();
  return planned;
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

PlanPtr Compile(pack::PackPtr pack, Date as_of) { return Compiler(std::move(pack), as_of).Run({}); }

PlanPtr Compile(pack::PackPtr pack, std::vector<pack::PolicyPtr> policies, Date as_of) {
  return Compiler(std::move(pack), as_of).Run(std::move(policies));
}

std::string Plan::Dump() const {
  std::string out = "as of " + as_of.ToString() + "\n" + graph.Dump(pack->model);
  for (size_t i = 0; i < policies.size(); ++i) {
    out += "policy " + policy(i).id + ":";
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

// Plan: a pack compiled for one as-of date. Both engines run it.
// Immutable, shared by any number of threads.
#ifndef ZHIDA_ENGINE_PLAN_PLAN_H_
#define ZHIDA_ENGINE_PLAN_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/pack/pack.h"
#include "engine/plan/graph.h"

namespace zhida::plan {

// A top-level clause (or an implicit one) of a policy.
struct PlannedClause {
  NodeId node = kNone;      // Verified reading
  NodeId promised = kNone;  // Promised reading, with the marks `later: allowed` applied; often the same node
  bool scope = false;
  static constexpr int kInForce = -1;
  static constexpr int kOpen = -2;
  int clause = 0;  // which of the policy's clauses it is; negative: an implicit one
};

// How the amount is computed. Without vector form the judge computes it for the pairs that need it.
struct PlannedAmount {
  bool vector_form = false;
  int list = kNone;      // one award for each item of this list; the numbers then belong to the items
  NodeId where = kNone;  // which items; kNone: all
  NumberId amount = kNone;
  NumberId cap = kNone;  // kNone: there is none
  NumberId floor = kNone;
  MoneyRounding round;
};

struct PlannedPolicy {
  std::vector<PlannedClause> clauses;   // in the order to evaluate: cheap first, interpreted last
  std::optional<PlannedAmount> amount;  // nullopt: the policy has no amount
  std::vector<int> facts;               // facts its clauses and its amount read, ascending
  bool has_later = false;
};

struct Plan {
  pack::PackPtr pack;
  Date as_of;
  Graph graph;
  std::vector<PlannedPolicy> policies;  // parallel to pack->policies, or to `given`
  // The policies, where they are not the pack's own: they read its facts and names.
  std::vector<pack::PolicyPtr> given;

  const pack::Policy& policy(size_t index) const {
    return given.empty() ? pack->policies[index] : *given[index];
  }
  std::string Dump() const;
};
using PlanPtr = std::shared_ptr<const Plan>;

PlanPtr Compile(pack::PackPtr pack, Date as_of);
// Of these policies instead of the pack's own. At least one.
PlanPtr Compile(pack::PackPtr pack, std::vector<pack::PolicyPtr> policies, Date as_of);

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_PLAN_H_

// Costs: by which path each clause and each amount of a plan is decided, and what that costs about. For
// `zhida check --cost`; a plan is not slowed down by it.
#ifndef ZHIDA_ENGINE_PLAN_COSTS_H_
#define ZHIDA_ENGINE_PLAN_COSTS_H_

#include <string>
#include <vector>

#include "engine/plan/plan.h"

namespace zhida::plan {

struct CostLine {
  std::string policy;
  std::string clause;  // "amount" for the amount
  std::string path;    // planes | texts | interpreter
  std::string reason;  // why the interpreter, where it is one
  // Rough work for a block of subjects, if nobody else asked the same and nobody were refused before, in
  // units of one operation on a plane of bits. An interpreted condition counts 100,000.
  int64_t cost = 0;
};

// Policy by policy, clauses as written behind the implicit ones, the amount last.
std::vector<CostLine> CostsOf(const Plan& plan);

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_COSTS_H_

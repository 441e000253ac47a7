// Amounts of a policy in fen, for some subjects of a pass: docs/semantics.md, section "Amounts".
// One thread.
#ifndef ZHIDA_ENGINE_PLAN_AMOUNTS_H_
#define ZHIDA_ENGINE_PLAN_AMOUNTS_H_

#include <vector>

#include "engine/plan/numbers.h"

namespace zhida::plan {

// kAsk where it is not certain to be a plain amount: negative, null, out of range.
struct AmountValue {
  int64_t fen = 0;
  Known known = Known::kUnknown;
};

// Fills (*out)[i] for rows[i], which ascend. `rule` has vector form.
void EvaluateAmounts(const Plan& plan, const PlannedAmount& rule, Pass& pass, PeriodMemory& periods,
                     const Rows& rows, std::vector<AmountValue>* out);

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_AMOUNTS_H_

// The part of a pack's health that concerns money: budgets, steps to a payment, awards that another always
// displaces. Pure.
#ifndef ZHIDA_ENGINE_ANALYZE_HEALTH_MONEY_H_
#define ZHIDA_ENGINE_ANALYZE_HEALTH_MONEY_H_

#include <vector>

#include "engine/analyze/feasibility.h"
#include "engine/analyze/health.h"

namespace zhida::analyze {

// Adds what it finds, in no order.
void CheckMoney(const plan::Plan& plan, Feasibility* feasibility, std::vector<Finding>* findings);

}  // namespace zhida::analyze

#endif  // ZHIDA_ENGINE_ANALYZE_HEALTH_MONEY_H_

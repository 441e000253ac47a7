// Settlement cases: awards and earlier payments of a case through the settlement, against what it expects.
// Pure; one thread.
#ifndef ZHIDA_ENGINE_FACADE_SETTLEMENT_CASES_H_
#define ZHIDA_ENGINE_FACADE_SETTLEMENT_CASES_H_

#include <string>
#include <vector>

#include "engine/pack/pack.h"

namespace zhida::facade {

// What differs, a sentence each; empty when the case passes.
std::vector<std::string> RunSettlementCase(const pack::PackPtr& pack, const pack::SettlementCase& test);

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_SETTLEMENT_CASES_H_

// Cases: runs a pack's own test cases, each on all three evaluators, and counts which truths its clauses were
// seen with. Pure apart from the engines it makes; one thread.
#ifndef ZHIDA_ENGINE_FACADE_CASES_H_
#define ZHIDA_ENGINE_FACADE_CASES_H_

#include <string>

#include "engine/pack/pack.h"

namespace zhida::facade {

// JSON: {passed, failed, cases: [{id, title, file, line, ok, problems: []}], coverage: [{policy, clauses:
// [{id, true, false, unknown, error}]}]}. Coverage counts the policies that a case names.
std::string RunCases(const pack::PackPtr& pack);

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_CASES_H_

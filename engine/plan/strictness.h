// How operations on numbers treat what is not known. Pure; any thread.
#ifndef ZHIDA_ENGINE_PLAN_STRICTNESS_H_
#define ZHIDA_ENGINE_PLAN_STRICTNESS_H_

#include <algorithm>

#include "engine/plan/numbers.h"

namespace zhida::plan {

// Strict operations: null stands behind a guard, so meeting it is for the interpreter to explain.
inline Known Strict(Known a) { return a == Known::kNull ? Known::kAsk : a; }
inline Known Strict(Known a, Known b) { return Strict(std::max(a, b)); }

inline Known KnownOf(Truth truth) {
  return truth == Truth::kError ? Known::kAsk : truth == Truth::kUnknown ? Known::kUnknown : Known::kKnown;
}

// Of a rule that is open: two numbers could be equal, and an error could hide behind it.
inline Known OpenRule(Known then, Known otherwise) {
  return std::max(then, otherwise) == Known::kUnknown ? Known::kUnknown : Known::kAsk;
}

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_STRICTNESS_H_

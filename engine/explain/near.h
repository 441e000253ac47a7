// Near miss: a pair that is refused by exactly one clause, which is no clause of scope and can be cured.
//
// Clauses are those at the top of a policy, in the Promised reading; the others may be open but not errors.
// So a near miss becomes eligible, or at least undetermined, once the clause is cured. Pure; any thread.
// Source: docs/semantics.md, section 10.
#ifndef ZHIDA_ENGINE_EXPLAIN_NEAR_H_
#define ZHIDA_ENGINE_EXPLAIN_NEAR_H_

#include <memory>

#include "engine/batch/near_pass.h"
#include "engine/pack/pack.h"

namespace zhida::explain {

using batch::NearMiss;

// For every policy, which of its clauses at the top can be cured and are not of scope.
batch::CurableClauses CurableClausesOf(const pack::Pack& pack);

// What near misses need beside a plan: made once, used by any number of threads.
struct NearIndex {
  explicit NearIndex(const plan::Plan& plan);  // which must outlive it
  batch::CurableClauses curable;
  std::unique_ptr<plan::TextTests> texts;  // locks inside
};

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_NEAR_H_

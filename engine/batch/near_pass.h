// NearPass: the pairs of a block that exactly one clause refuses, one that can be cured.
//
// Beside the planes of the predicate graph it keeps two for a policy, "one clause is false" and "more than
// one is"; rows leave as soon as they are in the second, or fail a clause that cannot be cured. What the
// graph cannot tell is asked of the judge. Promised reading. Bound to one plan; one thread; reused from block
// to block. Source: docs/semantics.md, section 10.
#ifndef ZHIDA_ENGINE_BATCH_NEAR_PASS_H_
#define ZHIDA_ENGINE_BATCH_NEAR_PASS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/batch/block_pass.h"
#include "engine/facts/fact_block.h"
#include "engine/plan/plan.h"
#include "engine/plan/text_tests.h"

namespace zhida::batch {

// By policy, which of its clauses at the top may be the one.
using CurableClauses = std::vector<std::vector<bool>>;

struct NearRow {
  uint32_t row = 0;  // of the fact block
  uint32_t policy = 0;
  int clause = 0;      // position among the policy's clauses at the top
  bool open = false;   // another clause is undecided
  bool asked = false;  // not known yet: the graph cannot tell, so the judge has to

  friend bool operator==(const NearRow&, const NearRow&) = default;
};

class NearPass {
 public:
  // All must outlive this.
  NearPass(const plan::Plan& plan, plan::TextTests& texts, const CurableClauses& curable);

  // By row, then policy. `policies`: which are looked at; empty: all.
  void Run(const facts::FactBlock& block, size_t block_rows, const std::vector<bool>& policies,
           std::vector<NearRow>* near);

 private:
  void RunPolicy(size_t policy, size_t first, std::vector<NearRow>* near);

  const plan::Plan& plan_;
  const CurableClauses& curable_;
  BlockPass pass_;
  Plane alive_;
  Plane one_;
  Plane open_;
  Plane ask_;
  std::vector<std::pair<int, Plane>> failed_;  // by clause, the rows for which it was the first to fail
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_NEAR_PASS_H_

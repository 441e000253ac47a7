// Variants: a pack in which each policy is followed by copies of it, each without one of its clauses.
//
// Screened like any pack, it counts how many subjects each clause alone keeps out, by the engines themselves
// and with exact outcomes. Pure; any thread.
#ifndef ZHIDA_ENGINE_ANALYZE_VARIANTS_H_
#define ZHIDA_ENGINE_ANALYZE_VARIANTS_H_

#include <vector>

#include "engine/analyze/health.h"
#include "engine/pack/pack.h"

namespace zhida::analyze {

struct Variants {
  struct Origin {
    int policy = -1;  // of the pack the variants were made of
    int clause = -1;  // the clause left out; -1: none, the policy as it is
  };
  pack::PackPtr pack;
  std::vector<Origin> origins;  // parallel to the new pack's policies
};

// Variants of as many policies as `policies_max` leaves room for, in order; the others stand alone.
Variants LeaveOneOut(const pack::Pack& pack, size_t policies_max);

// Outcome counts of the variants' policies, as PolicyCounts of the original ones.
std::vector<PolicyCounts> Gather(const Variants& variants, size_t policies,
                                 const std::vector<std::array<int64_t, pack::kOutcomeCount>>& outcomes);

}  // namespace zhida::analyze

#endif  // ZHIDA_ENGINE_ANALYZE_VARIANTS_H_

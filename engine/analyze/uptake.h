// Uptake: policies that are in force and that nobody takes up, or that nobody can find.
//
// What is claimed comes from a table of claims or payments, what is published from a platform's own list.
// Without either nothing is found. Pure; any thread. Source: docs/analysis.md, section "What is counted".
#ifndef ZHIDA_ENGINE_ANALYZE_UPTAKE_H_
#define ZHIDA_ENGINE_ANALYZE_UPTAKE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/analyze/health.h"

namespace zhida::analyze {

struct UptakeLimits {
  int64_t open_days_least = 180;  // open for fewer days, it may yet be taken up
  int64_t eligible_least = 10;    // of fewer eligible subjects a share says nothing
  int64_t percent_least = 1;      // of the eligible that have claimed
};

// `claimants` are distinct subjects by policy, parallel to the pack's policies; so is `counts`, which may be
// empty: then only what nobody has claimed is found.
std::vector<Finding> CheckUptake(const plan::Plan& plan, const std::vector<PolicyCounts>& counts,
                                 const std::vector<int64_t>& claimants, const UptakeLimits& limits);

// One id a line of a platform's list; an empty line is none. `file` names the list.
struct Published {
  std::string file;
  std::vector<std::string> policies;
};
// Policies of the pack that the list lacks, ids of the list that the pack lacks, and what has ended and is
// listed still.
std::vector<Finding> CheckPublished(const plan::Plan& plan, const Published& published);

}  // namespace zhida::analyze

#endif  // ZHIDA_ENGINE_ANALYZE_UPTAKE_H_

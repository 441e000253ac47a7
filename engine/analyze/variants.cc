#include "engine/analyze/variants.h"

#include <memory>
#include <utility>

namespace zhida::analyze {

Variants LeaveOneOut(const pack::Pack& pack, size_t policies_max) {
  Variants variants;
  auto copy = std::make_shared<pack::Pack>(pack);
  std::vector<pack::Policy> policies;
  size_t left = policies_max > pack.policies.size() ? policies_max - pack.policies.size() : 0;
  for (size_t p = 0; p < pack.policies.size(); ++p) {
    const pack::Policy& policy = pack.policies[p];
    policies.push_back(policy);
    variants.origins.push_back({static_cast<int>(p), -1});
    if (policy.clauses.size() > left) continue;
    left -= policy.clauses.size();
    for (size_t c = 0; c < policy.clauses.size(); ++c) {
      pack::Policy without = policy;
      without.clauses.erase(without.clauses.begin() + static_cast<std::ptrdiff_t>(c));
      without.id += '~' + policy.clauses[c].id;
      policies.push_back(std::move(without));
      variants.origins.push_back({static_cast<int>(p), static_cast<int>(c)});
    }
  }
  copy->policies = std::move(policies);
  copy->files_digest += "~";  // the files do not hold these policies
  variants.pack = std::move(copy);
  return variants;
}

std::vector<PolicyCounts> Gather(const Variants& variants, size_t policies,
                                 const std::vector<std::array<int64_t, pack::kOutcomeCount>>& outcomes) {
  std::vector<PolicyCounts> counts(policies);
  for (size_t i = 0; i < variants.origins.size(); ++i) {
    PolicyCounts& of = counts[static_cast<size_t>(variants.origins[i].policy)];
    if (variants.origins[i].clause < 0) {
      of.outcomes = outcomes[i];
    } else {
      of.eligible_without.push_back(outcomes[i][static_cast<size_t>(pack::Outcome::kEligible)]);
    }
  }
  return counts;
}

}  // namespace zhida::analyze

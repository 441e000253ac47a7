#include "engine/analyze/uptake.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace zhida::analyze {

using pack::Policy;

namespace {

Finding FindingOf(const plan::Plan& plan, size_t policy, std::string_view kind, Weight weight) {
  Finding finding;
  finding.kind = kind;
  finding.weight = weight;
  finding.policy = static_cast<int>(policy);
  finding.where = plan.pack->policies[policy].where;
  return finding;
}

// How many days claims could have been made up to `as_of`; nothing where the policy does not say since when.
std::optional<int64_t> OpenDays(const Policy& policy, Date as_of) {
  std::optional<Date> from = policy.valid ? policy.valid->from : std::nullopt;
  // `from` may reach back before the day on which anybody could know of the policy.
  if (policy.issued && (!from || *from < *policy.issued)) from = policy.issued;
  Date to = as_of;
  if (policy.window) {
    if (policy.window->from && (!from || *from < *policy.window->from)) from = policy.window->from;
    if (policy.window->to) to = std::min(to, *policy.window->to);
  }
  if (!from) return std::nullopt;
  return int64_t{to.days} - from->days + 1;
}

}  // namespace

std::vector<Finding> CheckUptake(const plan::Plan& plan, const std::vector<PolicyCounts>& counts,
                                 const std::vector<int64_t>& claimants, const UptakeLimits& limits) {
  std::vector<Finding> findings;
  for (size_t p = 0; p < claimants.size(); ++p) {
    const Policy& policy = plan.pack->policies[p];
    if (!IsRunning(policy, plan.as_of)) continue;
    const std::optional<int64_t> open_days = OpenDays(policy, plan.as_of);
    if (!open_days || *open_days < limits.open_days_least) continue;
    std::optional<int64_t> eligible;
    if (!counts.empty()) {
      eligible = counts[p].outcomes[static_cast<size_t>(pack::Outcome::kEligible)] +
                 counts[p].outcomes[static_cast<size_t>(pack::Outcome::kConditional)];
    }
    if (eligible == 0) continue;  // CheckCounts says so
    const bool few = eligible && *eligible >= limits.eligible_least &&
                     claimants[p] * 100 < *eligible * limits.percent_least;
    if (claimants[p] > 0 && !few) continue;
    Finding finding = FindingOf(plan, p, "unclaimed", Weight::kRisk);
    finding.evidence = {{"open_days", std::to_string(*open_days)},
                        {"claimants", std::to_string(claimants[p])}};
    if (eligible) finding.evidence.push_back({"eligible", std::to_string(*eligible)});
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> CheckPublished(const plan::Plan& plan, const Published& published) {
  const std::vector<Policy>& policies = plan.pack->policies;
  std::unordered_map<std::string, size_t> index;
  for (size_t p = 0; p < policies.size(); ++p) index.emplace(policies[p].id, p);
  std::vector<Finding> findings;
  std::unordered_set<std::string> listed;
  for (size_t line = 0; line < published.policies.size(); ++line) {
    const std::string& id = published.policies[line];
    if (id.empty() || !listed.insert(id).second) continue;
    const auto known = index.find(id);
    Finding finding;
    if (known == index.end()) {
      finding.kind = "no_rules";
      finding.name = id;
    } else if (HasEnded(policies[known->second], plan.as_of)) {
      finding = FindingOf(plan, known->second, "expired_listed", Weight::kProblem);
      finding.evidence = {{"valid_to", policies[known->second].valid->to->ToString()}};
    } else {
      continue;
    }
    finding.where = {published.file, static_cast<int>(line) + 1, 1};
    findings.push_back(std::move(finding));
  }
  for (size_t p = 0; p < policies.size(); ++p) {
    if (listed.contains(policies[p].id) || !IsRunning(policies[p], plan.as_of)) continue;
    findings.push_back(FindingOf(plan, p, "unlisted", Weight::kProblem));
  }
  return findings;
}

}  // namespace zhida::analyze

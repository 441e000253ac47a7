// Health: what is wrong with policies as policies, before anybody is judged by them and after.
//
// CheckPolicies looks at the pack alone: what can never hold, what no data can decide, what is written twice,
// what has ended. CheckCounts looks at what came of a registry of subjects: policies that fit nobody, or so
// few that one clause seems to be made for them. A finding says what it rests on; what is not proven or
// counted is no finding. Pure; any thread. Source: docs/analysis.md.
#ifndef ZHIDA_ENGINE_ANALYZE_HEALTH_H_
#define ZHIDA_ENGINE_ANALYZE_HEALTH_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/pack/judge.h"
#include "engine/plan/plan.h"

namespace zhida::analyze {

// kProblem: it cannot work as it stands. kRisk: somebody should look. kNote: good to know; no finding by
// itself.
enum class Weight : uint8_t { kProblem, kRisk, kNote };
std::string_view WeightName(Weight weight);

struct Finding {
  std::string_view kind;  // "contradiction"; the list is in docs/analysis.md
  Weight weight = Weight::kRisk;
  int policy = -1;                   // -1: of no policy of the pack, but of the one called `name`
  std::string name;                  // where policy is -1
  int other = -1;                    // a second policy, or -1
  std::vector<std::string> clauses;  // ids of the policy's clauses that it is about
  std::vector<std::pair<std::string, std::string>> evidence;  // what for, and the figure or the words
  Location where;
};

// Nobody can be eligible any more. With an event fact it is the event's day that counts, not this one.
bool HasEnded(const pack::Policy& policy, Date as_of);
// It has begun, and not ended.
bool IsRunning(const pack::Policy& policy, Date as_of);

std::vector<Finding> CheckPolicies(const plan::Plan& plan);

// What a run over a registry counted of one policy.
struct PolicyCounts {
  std::array<int64_t, pack::kOutcomeCount> outcomes{};
  std::vector<int64_t> eligible_without;  // by top-level clause: subjects eligible if it were not there
};

struct CountLimits {
  int64_t few = 3;                 // fits "one or few" up to here
  int64_t registry_least = 1000;   // fewer subjects than this say nothing about fitting few
  int64_t single_out_least = 100;  // a clause singles out if without it at least this many fit
};

// `counts` runs parallel to the pack's policies.
std::vector<Finding> CheckCounts(const plan::Plan& plan, const std::vector<PolicyCounts>& counts,
                                 int64_t subjects, const CountLimits& limits);

}  // namespace zhida::analyze

#endif  // ZHIDA_ENGINE_ANALYZE_HEALTH_H_

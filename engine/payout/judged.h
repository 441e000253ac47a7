// From a judged pair to rows of the award table. Pure; any thread.
#ifndef ZHIDA_ENGINE_PAYOUT_JUDGED_H_
#define ZHIDA_ENGINE_PAYOUT_JUDGED_H_

#include <functional>
#include <string_view>
#include <vector>

#include "engine/pack/judge.h"
#include "engine/payout/award.h"
#include "engine/payout/rules.h"

namespace zhida::payout {

// Policies whose pairs settlement wants to see: with which outcomes.
struct Wanted {
  bool award = false;         // eligible and conditional pairs
  bool undetermined = false;  // because another award may depend on it
};
std::vector<Wanted> WantedOf(const pack::Pack& pack);

// Calls `take` for each award of the pair. What the input points to lives as long as the call.
void AwardsOfPair(pack::SubjectJudge& judge, std::string_view subject, int policy, pack::Outcome outcome,
                  const std::function<void(const AwardInput&)>& take);

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_JUDGED_H_

// Allocate: a budget among claims, in whole fen; and one payment among the levels that bear it.
//
// Claims come in the order of the pool, which also breaks ties. Nothing is given beyond a claim or beyond the
// budget, and what is given is a whole number of the unit where the budget is short. Pure; any thread.
// Source: docs/settlement.md; largest remainder (Hare quota).
#ifndef ZHIDA_ENGINE_PAYOUT_ALLOCATE_H_
#define ZHIDA_ENGINE_PAYOUT_ALLOCATE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/pack/settlement.h"

namespace zhida::payout {

struct Claim {
  int64_t fen = 0;       // asked, at least 0
  int64_t least = 0;     // less is not paid; 0: anything is
  bool at_least = true;  // false: `least` itself is not paid either
};

// True if `given` is too little to be paid.
inline bool FallsBelow(const Claim& claim, int64_t given) {
  return given < claim.least || (given == claim.least && !claim.at_least);
}

struct AllocationRule {
  pack::Control control = pack::Control::kOpen;
  int64_t free_fen = 0;  // at least 0; kOpen has no bound
  int64_t unit_fen = 1;
  int64_t refill = 0;
};

struct Allocation {
  std::vector<int64_t> given;      // by claim; of one that is too small, what it would have been
  std::vector<uint8_t> too_small;  // 1: not paid because it fell below its least
};

Allocation Allocate(const AllocationRule& rule, std::span<const Claim> claims);

// Lower levels are rounded half up to the fen, and never beyond what is left; the first takes the rest.
std::vector<int64_t> Share(int64_t fen, std::span<const pack::ShareLevel> levels);

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_ALLOCATE_H_

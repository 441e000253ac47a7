// Rivals: which awards of one firm to take where some exclude others.
//
// Awards are numbered in the order that breaks ties. A set is legal if no two of its awards exclude each
// other and none was left out that nothing in the set excludes. BestRivals returns the legal set of the
// largest value, the first in order among equals: the set that has the earlier award where two differ first.
// Exact. At most kRivalsMax awards: n awards have at most 3^(n/3) legal sets (Moon and Moser, 1965), so 32
// have some 126,000, each tried in a microsecond or so. Pure; any thread.
#ifndef ZHIDA_ENGINE_PAYOUT_RIVALS_H_
#define ZHIDA_ENGINE_PAYOUT_RIVALS_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/value/decimal.h"

namespace zhida::payout {

inline constexpr size_t kRivalsMax = 32;

struct Rivalry {
  std::vector<uint32_t> excludes;  // by award: those it excludes, as bits; symmetric
  std::vector<int64_t> most;       // by award: the most it can be worth in any set; never negative
  // What a legal set is worth together; at most the sum of `most`.
  std::function<int128_t(uint32_t)> value;
};

uint32_t BestRivals(const Rivalry& rivalry);

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_RIVALS_H_

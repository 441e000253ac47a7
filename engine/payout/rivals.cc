#include "engine/payout/rivals.h"

#include <algorithm>
#include <bit>

namespace zhida::payout {
namespace {

// Branch and bound: each award is first taken, then left out; sets that come later win only if they are worth
// more, which is what the order among equals asks for.
class Search {
 public:
  explicit Search(const Rivalry& rivalry) : rivalry_(rivalry), count_(rivalry.excludes.size()) {}

  uint32_t Run() {
    const uint32_t all = count_ == kRivalsMax ? ~uint32_t{0} : (uint32_t{1} << count_) - 1;
    Try(0, 0, all, 0);
    return best_;
  }

 private:
  // Awards before `at` are decided; `open` are those that may still be taken.
  void Try(size_t at, uint32_t taken, uint32_t open, int128_t most_taken) {
    while (at < count_ && (open >> at & 1) == 0) ++at;
    if (at == count_) {
      Finish(taken);
      return;
    }
    if (found_ && most_taken + MostOf(open) <= best_value_) return;
    const uint32_t bit = uint32_t{1} << at;
    Try(at + 1, taken | bit, open & ~(rivalry_.excludes[at] | bit), most_taken + rivalry_.most[at]);
    // Leaving it out is legal only if something still open excludes it.
    const uint32_t later = open & ~bit;
    if ((later & rivalry_.excludes[at]) != 0) Try(at + 1, taken, later, most_taken);
  }

  // A bound for what the open awards can add: of a chain of awards that all exclude the first of them, only
  // one can be taken if they also exclude each other.
  int128_t MostOf(uint32_t open) const {
    int128_t sum = 0;
    while (open != 0) {
      const auto first = static_cast<size_t>(std::countr_zero(open));
      uint32_t clique = uint32_t{1} << first;
      int64_t most = rivalry_.most[first];
      uint32_t near = open & rivalry_.excludes[first];
      while (near != 0) {
        const auto next = static_cast<size_t>(std::countr_zero(near));
        clique |= uint32_t{1} << next;
        most = std::max(most, rivalry_.most[next]);
        near &= rivalry_.excludes[next];
      }
      sum += most;
      open &= ~clique;
    }
    return sum;
  }

  void Finish(uint32_t taken) {
    for (size_t i = 0; i < count_; ++i) {
      if ((taken >> i & 1) == 0 && (rivalry_.excludes[i] & taken) == 0) return;  // left out for nothing
    }
    const int128_t value = rivalry_.value(taken);
    if (found_ && value <= best_value_) return;
    found_ = true;
    best_ = taken;
    best_value_ = value;
  }

  const Rivalry& rivalry_;
  size_t count_;
  uint32_t best_ = 0;
  int128_t best_value_ = 0;
  bool found_ = false;
};

}  // namespace

uint32_t BestRivals(const Rivalry& rivalry) { return Search(rivalry).Run(); }

}  // namespace zhida::payout

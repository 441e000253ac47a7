// History: payments made or promised before, as settlement needs them.
//
// What every payment took from its pool is summed at once; the payment itself is kept only if its subject has
// an award, or if it used up an identity that counts over all subjects. So memory is linear in awards,
// however long the history is. One thread fills it; Sort() once; then any may read. Negative sums are money
// that came back.
#ifndef ZHIDA_ENGINE_PAYOUT_HISTORY_H_
#define ZHIDA_ENGINE_PAYOUT_HISTORY_H_

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "engine/payout/award.h"
#include "engine/payout/rules.h"

namespace zhida::payout {

class History {
 public:
  // The awards must be complete and outlive the history.
  History(const Rules& rules, const AwardTable& awards);

  void Add(const PaymentInput& input);
  void Sort();

  bool empty() const { return payments_.empty(); }
  int64_t rows() const { return rows_; }
  int64_t rows_of_no_policy() const { return rows_of_no_policy_; }
  std::string_view View(TextRef ref) const { return texts_.View(ref); }
  // The payments of a subject. `*hint` makes a walk over rising subjects linear; start it with 0.
  std::span<const Payment> Of(std::string_view subject, size_t* hint) const;
  // What is kept, by rising subject.
  const std::vector<Payment>& payments() const { return payments_; }
  // True if a payment to anybody used this identity within the group.
  bool IsUsed(int group, std::string_view identity) const;
  // The sum that a pool's region has paid in a year. "": the whole where the pool has no quotas, else what
  // was paid to nobody knows which region.
  int128_t Committed(int32_t pool, int32_t year, std::string_view region) const;
  int128_t CommittedAll(int32_t pool, int32_t year) const;  // over all its regions

 private:
  struct Spent {
    int32_t pool;
    int32_t year;
    std::string region;
    auto operator<=>(const Spent&) const = default;
  };

  const Rules& rules_;
  const AwardTable& awards_;
  TextPool texts_;
  std::vector<Payment> payments_;
  std::unordered_set<size_t> subjects_;  // hashes; a clash keeps a payment too many, which harms nobody
  std::unordered_map<size_t, TextRef> regions_;  // by hash of pool and subject, where awards have one
  std::vector<std::set<std::string, std::less<>>> used_;  // by group
  std::map<Spent, int128_t> spent_;
  int64_t rows_ = 0;
  int64_t rows_of_no_policy_ = 0;
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_HISTORY_H_

// Settlement: all awards of a run to payments: each subject's awards are combined (in parallel), then each
// pool's budget is given out (in parallel).
//
// Fill awards(), then history() if there is one, then Run() once; then read. The lines come by subject (in
// bytes), policy id, object and year, whatever the order of the input, the threads and the pieces it came in;
// all figures are a function of the awards, the history and the pack alone. One thread at a time; Run() uses
// `threads`. Memory is linear in awards.
#ifndef ZHIDA_ENGINE_PAYOUT_SETTLEMENT_H_
#define ZHIDA_ENGINE_PAYOUT_SETTLEMENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/cancel.h"
#include "engine/base/diagnostic.h"
#include "engine/payout/award.h"
#include "engine/payout/history.h"
#include "engine/payout/line.h"
#include "engine/payout/rules.h"
#include "engine/value/decimal.h"

namespace zhida::payout {

// What a pool had and gave, or a region of it. asked = paid + held + cut; left = free - paid - held.
struct PoolTotals {
  int32_t pool = -1;
  std::string region;       // "" for the whole pool, or what the regions with quotas leave
  bool has_budget = false;  // else the sums of money that it has are 0
  int64_t total_fen = 0;
  int128_t carried_fen = 0;
  int128_t committed_fen = 0;
  int128_t free_fen = 0;
  int128_t asked_fen = 0;
  int128_t paid_fen = 0;
  int128_t held_fen = 0;
  int64_t awards = 0;  // that asked
  int64_t paid_awards = 0;
  Reason trouble = Reason::kNone;  // why it pays nothing at all
};

struct PolicyPayments {
  int64_t awards = 0;
  int64_t paid = 0;
  int64_t held = 0;
  int64_t nothing = 0;
  int128_t amount_fen = 0;  // before combination; awards without a known amount add nothing
  int128_t asked_fen = 0;
  int128_t paid_fen = 0;
  int128_t held_fen = 0;
};

class Settlement {
 public:
  Settlement(pack::PackPtr pack, Date as_of, int threads);
  ~Settlement();

  const Rules& rules() const { return rules_; }
  AwardTable& awards() { return awards_; }
  const AwardTable& awards() const { return awards_; }
  // The first call ends the awards.
  History& history();
  // A budget in place of the pack's.
  void SetBudget(int32_t pool, const pack::Budget& budget);

  // False if `cancel` was raised.
  bool Run(const CancelFlag* cancel = nullptr);
  // The same as if every pool were open: what each subject is due by itself.
  void RunWithoutBudgets();

  // Lines of kOpen stand among the others; they are no awards.
  const std::vector<Line>& lines() const { return lines_; }
  std::span<const Step> StepsOf(const Line& line) const;
  const std::vector<PoolTotals>& pool_totals() const { return pool_totals_; }
  const std::vector<PolicyPayments>& policy_totals() const { return policy_totals_; }
  const std::vector<int64_t>& reason_counts() const { return reason_counts_; }
  // True if nothing was lost: each award has one status, and what was asked is what was paid, held and cut.
  bool adds_up() const { return adds_up_; }
  const History* history_if_any() const { return history_.get(); }

 private:
  struct Piece;

  void OrderLines();
  void FindSharedIdentities();
  bool CombineAll(const CancelFlag* cancel);
  void GiveOutBudgets(bool bounded);
  void Count();

  Rules rules_;
  int threads_;
  AwardTable awards_;
  std::unique_ptr<History> history_;
  std::vector<std::pair<int32_t, pack::Budget>> budgets_;
  std::vector<Line> lines_;
  std::vector<size_t> subject_begins_;  // of lines, and one behind the last
  std::vector<uint8_t> shared_;         // by award row; empty: none
  std::vector<std::vector<Step>> steps_;
  std::vector<size_t> piece_begins_;  // of lines, by piece of steps_
  std::vector<PoolTotals> pool_totals_;
  std::vector<PolicyPayments> policy_totals_;
  std::vector<int64_t> reason_counts_;
  bool adds_up_ = true;
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_SETTLEMENT_H_

// Settlement: all awards of a run to payments: each subject's awards are combined, then each pool's budget is
// given out; both in parallel.
//
// Fill awards(), then history() if there is one, then Run() once; then read. The lines come by subject (in
// bytes), policy id, object and year, whatever the order of the input, the threads and the pieces it came in;
// all figures are a function of the awards, the history and the pack alone. One thread at a time; Run() uses
// `threads`. Memory is linear in awards.
#ifndef ZHIDA_ENGINE_PAYOUT_SETTLEMENT_H_
#define ZHIDA_ENGINE_PAYOUT_SETTLEMENT_H_

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/payout/award.h"
#include "engine/payout/history.h"
#include "engine/payout/line.h"
#include "engine/payout/pools.h"
#include "engine/payout/rules.h"
#include "engine/value/decimal.h"

namespace zhida::payout {

struct PolicyPayments {
  int64_t awards = 0;
  int64_t paid = 0;
  int64_t held = 0;
  int64_t nothing = 0;
  int128_t amount_fen = 0;  // before combination; awards without a known amount add nothing
  int128_t asked_fen = 0;
  int128_t paid_fen = 0;
  int128_t held_fen = 0;
  void Add(const PolicyPayments& other);
};

class Settlement {
 public:
  static constexpr size_t kPieceRows = 2'048;  // what they need fits the cache of a core

  // Threads work on pieces of about `piece_rows` awards, at least 1.
  Settlement(pack::PackPtr pack, Date as_of, int threads, size_t piece_rows = kPieceRows);
  ~Settlement();

  const Rules& rules() const { return rules_; }
  AwardTable& awards() { return awards_; }
  const AwardTable& awards() const { return awards_; }
  // The first call ends the awards.
  History& history();
  // A budget in place of the pack's.
  void SetBudget(int32_t pool, const pack::Budget& budget);

  void Run() { Run(true); }
  // The same as if every pool were open: what each subject is due by itself.
  void RunWithoutBudgets() { Run(false); }

  // Lines of kOpen stand among the others; they are no awards.
  std::span<const Line> lines() const { return lines_.all(); }
  std::span<const Step> StepsOf(const Line& line) const;
  const std::vector<PoolTotals>& pool_totals() const { return pool_totals_; }
  const std::vector<PolicyPayments>& policy_totals() const { return policy_totals_; }
  const std::vector<int64_t>& reason_counts() const { return reason_counts_; }
  // True if nothing was lost: each award has one status, and what was asked is what was paid, held and cut.
  bool adds_up() const { return adds_up_; }
  const History* history_if_any() const { return history_.get(); }

 private:
  // Awards of some subjects, which one thread works on at a time.
  struct Piece {
    size_t first_line = 0;
    std::vector<Step> steps;
  };
  struct Counts {
    std::vector<PolicyPayments> policies;
    std::vector<int64_t> reasons;
    bool adds_up = true;
  };

  void Run(bool bounded);
  void FindSharedIdentities();
  std::span<Line> LinesOf(size_t piece);
  void Count(std::span<const Line> lines, Counts* counts) const;
  void AddUp(std::span<const Counts> all);

  Rules rules_;
  int threads_;
  AwardTable awards_;
  std::unique_ptr<History> history_;
  GivenBudgets budgets_;
  size_t piece_rows_;
  Lines lines_;
  std::vector<Piece> pieces_;
  std::vector<uint8_t> shared_;  // by award row; empty: none
  std::vector<PoolTotals> pool_totals_;
  std::vector<PolicyPayments> policy_totals_;
  std::vector<int64_t> reason_counts_;
  bool adds_up_ = true;
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_SETTLEMENT_H_

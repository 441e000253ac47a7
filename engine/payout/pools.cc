// The budgets of a settlement: who asks which pool, in what order, and what each is given.
#include <algorithm>
#include <limits>

#include "engine/base/parallel.h"
#include "engine/payout/allocate.h"
#include "engine/payout/parallel_sort.h"
#include "engine/payout/settlement.h"

namespace zhida::payout {
namespace {

using pack::Budget;
using pack::Control;
using pack::Pool;

constexpr int64_t kFenMax = std::numeric_limits<int64_t>::max();

int64_t Narrow(int128_t fen) { return static_cast<int64_t>(std::clamp<int128_t>(fen, 0, kFenMax)); }

// A line that asks a pool, with all that its pool looks at: lines of one pool are far apart in memory, so
// they are read once, in their own order, for all pools together. The first sort key is here too, since most
// pools have one.
struct Asking {
  Claim claim;
  int64_t first = 0;
  uint32_t line = 0;
  PayeeState payee = PayeeState::kFine;
};

// An asking in its turn.
struct Turn {
  int64_t first = 0;
  uint32_t line = 0;
  uint32_t place = 0;  // among the askings
};

// What the years before left over, as far as budgets carry it on.
int128_t CarriedInto(const Budget& budget, const Pool& pool, int32_t index, const History* history) {
  int128_t carried = 0;
  const Budget* year = &budget;
  std::vector<const Budget*> chain;
  while (year->carry_over) {
    year = pool.FindBudget(year->year - 1);
    if (year == nullptr) break;
    chain.push_back(year);
  }
  for (size_t i = chain.size(); i-- > 0;) {
    const int128_t spent =
        history == nullptr ? 0 : history->CommittedAll(index, static_cast<int32_t>(chain[i]->year));
    carried = std::max<int128_t>(0, chain[i]->total_fen + carried - spent);
  }
  return carried;
}

// The parts of one pool, a region each and the rest last; one part where there are no quotas.
std::vector<PoolTotals> PartsOf(const Rules& rules, int32_t index, const Budget* budget,
                                const History* history) {
  const Pool& pool = rules.pools()[static_cast<size_t>(index)];
  std::vector<PoolTotals> parts;
  PoolTotals rest;
  rest.pool = index;
  rest.has_budget = budget != nullptr && pool.control != Control::kOpen;
  if (budget == nullptr && pool.control != Control::kOpen) rest.trouble = Reason::kNoBudget;
  if (budget != nullptr && budget->closed) rest.trouble = Reason::kPoolClosed;
  if (history != nullptr) rest.committed_fen = history->CommittedAll(index, rules.year());
  if (budget != nullptr) {
    rest.total_fen = budget->total_fen;
    rest.carried_fen = CarriedInto(*budget, pool, index, history);
  }
  for (const auto& [region, quota] : pool.quotas_fen) {
    PoolTotals part;
    part.pool = index;
    part.region = region;
    part.has_budget = rest.has_budget;
    part.trouble = rest.trouble;
    part.total_fen = quota;
    if (history != nullptr) {
      const int128_t own = history->Committed(index, rules.year(), region);
      rest.committed_fen -= own;
      // What went nobody knows where may have been this region's.
      part.committed_fen = own + history->Committed(index, rules.year(), "");
    }
    part.free_fen = part.total_fen - part.committed_fen;
    rest.total_fen -= part.total_fen;
    parts.push_back(std::move(part));
  }
  rest.free_fen = rest.total_fen + rest.carried_fen - rest.committed_fen;
  parts.push_back(std::move(rest));
  for (PoolTotals& part : parts) {
    if (!part.has_budget || part.trouble != Reason::kNone || part.free_fen >= 0) continue;
    part.trouble = Reason::kPoolOvercommitted;
    part.free_fen = 0;
  }
  return parts;
}

class PoolStage {
 public:
  PoolStage(const Rules& rules, const AwardTable& awards, std::vector<Line>* lines)
      : rules_(rules), awards_(awards), lines_(*lines) {}

  // Lines of no pool: only their least payment counts.
  void PayWithoutPool(std::span<const uint32_t> members) {
    for (const uint32_t i : members) {
      Asking asking;
      Line& line = lines_[i];
      if (!ClaimOf(line, &asking)) continue;
      Settle(Allocate({}, {&asking.claim, 1}), 0, Control::kOpen, asking.payee, &line);
    }
  }

  // The askings come in the order of their lines.
  void Pay(const Pool& pool, const std::vector<Asking>& askings, int threads, PoolTotals* part) {
    for (const Asking& asking : askings) part->asked_fen += asking.claim.fen;
    part->awards = static_cast<int64_t>(askings.size());
    if (part->trouble != Reason::kNone) {
      for (const Asking& asking : askings) Hold(part->trouble, &lines_[asking.line]);
      return;
    }
    std::vector<Turn> turns(askings.size());
    for (uint32_t i = 0; i < turns.size(); ++i) turns[i] = {askings[i].first, askings[i].line, i};
    PutInOrder(pool, &turns, threads);
    std::vector<Claim> claims(turns.size());
    std::vector<uint32_t> order(turns.size());
    for (uint32_t i = 0; i < turns.size(); ++i) {
      claims[i] = askings[turns[i].place].claim;
      order[turns[i].place] = i;
    }
    AllocationRule rule;
    rule.control = pool.control;
    rule.free_fen = Narrow(part->free_fen);
    rule.unit_fen = pool.unit_fen;
    rule.refill = pool.refill;
    const Allocation given = Allocate(rule, claims);
    for (size_t i = 0; i < askings.size(); ++i) {
      Line& line = lines_[askings[i].line];
      line.order = order[i] + 1;
      Settle(given, order[i], pool.control, askings[i].payee, &line);
      const bool paid = line.status == Status::kPay;
      (paid ? part->paid_fen : part->held_fen) += line.fen;
      part->paid_awards += paid ? 1 : 0;
    }
  }

  // False, after a hold, if the pool's order is not known for the line.
  bool AskingOf(const Pool& pool, uint32_t index, Asking* asking) {
    asking->line = index;
    Line& line = lines_[index];
    if (!ClaimOf(line, asking)) return false;
    if (pool.order_by.empty()) return true;
    const std::span<const int64_t> order = awards_.OrderOf(awards_.rows[line.row]);
    const bool known = order.size() == pool.order_by.size() &&
                       std::find(order.begin(), order.end(), kUnknownFen) == order.end();
    if (known) {
      asking->first = pool.order_by[0].descending ? ~order[0] : order[0];
      return true;
    }
    const bool matters = pool.control == Control::kFirstCome || pool.control == Control::kRanked;
    if (matters) Hold(Reason::kOrderUnknown, &line);
    asking->first = kFenMax;  // behind all that are known; ties go by subject
    return !matters;
  }

  static void Hold(Reason reason, Line* line) {
    line->status = Status::kHold;
    line->reason = reason;
    line->fen = 0;
  }

 private:
  void PutInOrder(const Pool& pool, std::vector<Turn>* members, int threads) const {
    if (pool.order_by.size() <= 1) {
      return ParallelSort(members, threads, [](const Turn& a, const Turn& b) {
        return a.first != b.first ? a.first < b.first : a.line < b.line;
      });
    }
    ParallelSort(members, threads, [&](const Turn& a, const Turn& b) {
      if (a.first != b.first) return a.first < b.first;
      const std::span<const int64_t> x = awards_.OrderOf(awards_.rows[lines_[a.line].row]);
      const std::span<const int64_t> y = awards_.OrderOf(awards_.rows[lines_[b.line].row]);
      for (size_t i = 1; i < std::min(x.size(), y.size()); ++i) {
        if (x[i] != y[i]) return pool.order_by[i].descending ? y[i] < x[i] : x[i] < y[i];
      }
      return a.line < b.line;
    });
  }

  // False, after a hold, if the least payment is not known.
  bool ClaimOf(Line& line, Asking* asking) const {
    Claim* const claim = &asking->claim;
    const Award& award = awards_.rows[line.row];
    asking->payee = award.payee_state;
    const pack::SettlementRule& rule = rules_.policy(award.policy).policy->settlement;
    claim->fen = line.asked_fen;
    claim->at_least = !rule.min_pay_inclusive;
    int64_t least = award.min_pay_fen;
    if (least == kNoFen) least = rule.min_pay.given() ? rule.min_pay.fen.value_or(kUnknownFen) : 0;
    claim->least = least;
    if (least != kUnknownFen) return true;
    Hold(Reason::kLimitUnknown, &line);
    return false;
  }

  static void Settle(const Allocation& allocation, size_t i, Control control, PayeeState payee, Line* line) {
    line->share_fen = line->fen = allocation.given[i];
    if (allocation.too_small[i] != 0) {
      line->status = Status::kNothing;
      line->reason = Reason::kBelowMinimum;
      line->fen = 0;
    } else if (line->fen == 0) {
      const bool waits = control == Control::kFirstCome;
      line->status = waits ? Status::kHold : Status::kNothing;
      line->reason = waits ? Reason::kBudgetQueue : Reason::kBudget;
    } else {
      if (line->fen < line->asked_fen) line->reason = Reason::kBudget;
      // The money is kept for it until somebody has looked at the account.
      if (payee == PayeeState::kFine) return;
      line->status = Status::kHold;
      line->reason = payee == PayeeState::kUnknown ? Reason::kPayeeUnknown : Reason::kAccountName;
    }
  }

  const Rules& rules_;
  const AwardTable& awards_;
  std::vector<Line>& lines_;
};

}  // namespace

void Settlement::GiveOutBudgets(bool bounded) {
  PoolStage stage(rules_, awards_, &lines_);
  pool_totals_.clear();
  std::vector<size_t> first_part;  // by pool, in pool_totals_
  for (size_t i = 0; i < rules_.pools().size(); ++i) {
    const Budget* budget = rules_.pools()[i].FindBudget(rules_.year());
    for (const auto& [pool, given] : budgets_) {
      if (static_cast<size_t>(pool) == i && given.year == rules_.year()) budget = &given;
    }
    first_part.push_back(pool_totals_.size());
    for (PoolTotals& part : PartsOf(rules_, static_cast<int32_t>(i), budget, history_.get())) {
      pool_totals_.push_back(std::move(part));
    }
  }
  std::vector<std::vector<Asking>> askings(pool_totals_.size());
  std::vector<uint32_t> poolless;
  for (uint32_t i = 0; i < lines_.size(); ++i) {
    const Line& line = lines_[i];
    if (line.status != Status::kPay) continue;
    const Award& award = awards_.rows[line.row];
    const int32_t index = rules_.policy(award.policy).pool;
    if (index < 0 || !bounded) {
      poolless.push_back(i);
      continue;
    }
    const Pool& pool = rules_.pools()[static_cast<size_t>(index)];
    size_t part = first_part[static_cast<size_t>(index)];
    if (!pool.quotas_fen.empty()) {
      const std::string_view region = awards_.View(award.region);
      if (region.empty()) {
        PoolStage::Hold(Reason::kRegionUnknown, &lines_[i]);
        continue;
      }
      const auto quota = std::lower_bound(pool.quotas_fen.begin(), pool.quotas_fen.end(), region,
                                          [](const std::pair<std::string, int64_t>& each,
                                             std::string_view name) { return each.first < name; });
      const bool named = quota != pool.quotas_fen.end() && quota->first == region;
      part += named ? static_cast<size_t>(quota - pool.quotas_fen.begin()) : pool.quotas_fen.size();
    }
    Asking asking;
    if (stage.AskingOf(pool, i, &asking)) askings[part].push_back(asking);
  }
  stage.PayWithoutPool(poolless);
  // Many pools keep all threads busy one each; few large ones need them for sorting.
  const bool by_pool = askings.size() >= 8;
  ParallelFor(askings.size(), by_pool ? threads_ : 1, [&](size_t part) {
    const Pool& pool = rules_.pools()[static_cast<size_t>(pool_totals_[part].pool)];
    stage.Pay(pool, askings[part], by_pool ? 1 : threads_, &pool_totals_[part]);
  });
}

}  // namespace zhida::payout

#include "engine/payout/pools.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "engine/payout/parallel_sort.h"

namespace zhida::payout {
namespace {

using pack::Budget;
using pack::Control;
using pack::Pool;

constexpr int64_t kFenMax = std::numeric_limits<int64_t>::max();

int64_t Narrow(int128_t fen) { return static_cast<int64_t>(std::clamp<int128_t>(fen, 0, kFenMax)); }

// What the years before left over, as far as budgets carry it on.
int128_t CarriedInto(const Budget& budget, const Pool& pool, int32_t index, const History& history) {
  int128_t carried = 0;
  const Budget* year = &budget;
  std::vector<const Budget*> chain;
  while (year->carry_over) {
    year = pool.FindBudget(year->year - 1);
    if (year == nullptr) break;
    chain.push_back(year);
  }
  for (size_t i = chain.size(); i-- > 0;) {
    const int128_t spent = history.CommittedAll(index, static_cast<int32_t>(chain[i]->year));
    carried = std::max<int128_t>(0, chain[i]->total_fen + carried - spent);
  }
  return carried;
}

// The parts of one pool, a region each and the rest last; one part where there are no quotas.
std::vector<PoolTotals> PartsOf(const Rules& rules, int32_t index, const Budget* budget,
                                const History& history) {
  const Pool& pool = rules.pools()[static_cast<size_t>(index)];
  std::vector<PoolTotals> parts;
  PoolTotals rest;
  rest.pool = index;
  rest.has_budget = budget != nullptr && pool.control != Control::kOpen;
  if (budget == nullptr && pool.control != Control::kOpen) rest.trouble = Reason::kNoBudget;
  if (budget != nullptr && budget->closed) rest.trouble = Reason::kPoolClosed;
  rest.committed_fen = history.CommittedAll(index, rules.year());
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
    const int128_t own = history.Committed(index, rules.year(), region);
    rest.committed_fen -= own;
    // What went nobody knows where may have been this region's.
    part.committed_fen = own + history.Committed(index, rules.year(), "");
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

// An asking in its turn. Askings are numbered as their lines are, so equal keys stay in that order.
struct Turn {
  int64_t key = 0;
  uint32_t place = 0;
};

// Days of a year, mostly: few keys near each other, which are counted instead of compared. False if they are
// too far apart for that.
bool OrderByCount(std::vector<Turn>* turns) {
  if (turns->empty()) return true;
  const auto [least, most] = std::minmax_element(turns->begin(), turns->end(),
                                                 [](const Turn& a, const Turn& b) { return a.key < b.key; });
  const int64_t first = least->key;
  const uint64_t range = static_cast<uint64_t>(most->key) - static_cast<uint64_t>(first);
  if (range >= turns->size()) return false;
  const auto slot = [first](const Turn& turn) { return static_cast<size_t>(turn.key - first); };
  std::vector<uint32_t> begins(range + 2);
  for (const Turn& turn : *turns) ++begins[slot(turn) + 1];
  std::partial_sum(begins.begin(), begins.end(), begins.begin());
  std::vector<Turn> ordered(turns->size());
  for (const Turn& turn : *turns) ordered[begins[slot(turn)]++] = turn;
  turns->swap(ordered);
  return true;
}

void PutInOrder(const Pool& pool, const AwardTable& awards, std::span<const Asking* const> askings,
                int threads, std::vector<Turn>* turns) {
  if (pool.order_by.size() <= 1) {
    if (OrderByCount(turns)) return;
    return ParallelSort(turns, threads, [](const Turn& a, const Turn& b) {
      return a.key != b.key ? a.key < b.key : a.place < b.place;
    });
  }
  ParallelSort(turns, threads, [&](const Turn& a, const Turn& b) {
    if (a.key != b.key) return a.key < b.key;
    const std::span<const int64_t> x = awards.OrderOf(awards.rows[askings[a.place]->row]);
    const std::span<const int64_t> y = awards.OrderOf(awards.rows[askings[b.place]->row]);
    for (size_t i = 1; i < std::min(x.size(), y.size()); ++i) {
      if (x[i] != y[i]) return pool.order_by[i].descending ? y[i] < x[i] : x[i] < y[i];
    }
    return a.place < b.place;
  });
}

void Hold(Reason reason, Line* line) {
  line->status = Status::kHold;
  line->reason = reason;
  line->fen = 0;
}

void NotPaid(Reason reason, Line* line) {
  line->status = Status::kNothing;
  line->reason = reason;
  line->fen = 0;
}

// The money is kept for it until somebody has looked at the account.
void HoldForPayee(PayeeState payee, Line* line) {
  if (payee == PayeeState::kFine) return;
  line->status = Status::kHold;
  line->reason = payee == PayeeState::kUnknown ? Reason::kPayeeUnknown : Reason::kAccountName;
}

}  // namespace

Pools::Pools(const Rules& rules, const AwardTable& awards, const History& history, const GivenBudgets& given,
             bool bounded)
    : rules_(rules), awards_(awards), bounded_(bounded) {
  for (size_t i = 0; i < rules.pools().size(); ++i) {
    const Budget* budget = rules.pools()[i].FindBudget(rules.year());
    for (const auto& [pool, other] : given) {
      if (static_cast<size_t>(pool) == i && other.year == rules.year()) budget = &other;
    }
    first_part_.push_back(parts_.size());
    for (PoolTotals& part : PartsOf(rules, static_cast<int32_t>(i), budget, history)) {
      parts_.push_back(std::move(part));
    }
  }
}

int64_t Pools::PartOf(const Award& award, Line* line) const {
  const auto index = static_cast<size_t>(rules_.policy(award.policy).pool);
  const Pool& pool = rules_.pools()[index];
  size_t part = first_part_[index];
  if (!pool.quotas_fen.empty()) {
    const std::string_view region = awards_.View(award.region);
    if (region.empty()) {
      Hold(Reason::kRegionUnknown, line);
      return -1;
    }
    const auto quota = std::lower_bound(
        pool.quotas_fen.begin(), pool.quotas_fen.end(), region,
        [](const std::pair<std::string, int64_t>& each, std::string_view name) { return each.first < name; });
    const bool named = quota != pool.quotas_fen.end() && quota->first == region;
    part += named ? static_cast<size_t>(quota - pool.quotas_fen.begin()) : pool.quotas_fen.size();
  }
  return static_cast<int64_t>(part);
}

// False if the order is not known and matters.
bool Pools::KeyOf(const Pool& pool, const Award& award, int64_t* key) const {
  if (pool.order_by.empty()) return true;
  const std::span<const int64_t> order = awards_.OrderOf(award);
  if (order.size() == pool.order_by.size() &&
      std::find(order.begin(), order.end(), kUnknownFen) == order.end()) {
    *key = pool.order_by[0].descending ? ~order[0] : order[0];
    return true;
  }
  *key = kFenMax;  // behind all that are known; ties go by subject
  return pool.control != Control::kFirstCome && pool.control != Control::kRanked;
}

void Pools::Collect(std::span<Line> lines, Found* found, Askings* askings) const {
  found->clear();
  askings->ends.assign(parts_.size(), 0);
  for (uint32_t i = 0; i < lines.size(); ++i) {
    Line& line = lines[i];
    if (line.status != Status::kPay) continue;
    const Award& award = awards_.rows[line.row];
    const PolicyRules& rules = rules_.policy(award.policy);
    const bool asks = bounded_ && rules.pool >= 0;
    const int64_t part = asks ? PartOf(award, &line) : -1;
    if (asks && part < 0) continue;
    const int64_t least = award.min_pay_fen == kNoFen ? rules.least_fen : award.min_pay_fen;
    if (least == kUnknownFen) {
      Hold(Reason::kLimitUnknown, &line);
      continue;
    }
    if (!asks) {
      line.share_fen = line.fen;
      if (FallsBelow({line.fen, least, !rules.least_inclusive}, line.fen)) {
        NotPaid(Reason::kBelowMinimum, &line);
      } else {
        HoldForPayee(award.payee_state, &line);
      }
      continue;
    }
    Asking asking;
    if (!KeyOf(rules_.pools()[static_cast<size_t>(rules.pool)], award, &asking.key)) {
      Hold(Reason::kOrderUnknown, &line);
      continue;
    }
    asking.fen = line.asked_fen;
    asking.least = least;
    asking.at_least = !rules.least_inclusive;
    asking.line = i;
    asking.row = line.row;
    asking.payee = award.payee_state;
    found->emplace_back(static_cast<uint32_t>(part), asking);
    ++askings->ends[static_cast<size_t>(part)];
  }
  // By part: the ends are begins until all are in their places.
  uint32_t begin = 0;
  for (uint32_t& end : askings->ends) begin += std::exchange(end, begin);
  askings->rows.resize(found->size());
  for (const auto& [part, asking] : *found) askings->rows[askings->ends[part]++] = asking;
}

void Pools::GiveOut(size_t index, std::span<Askings> pieces, int threads) {
  PoolTotals& part = parts_[index];
  std::vector<Asking*> askings;
  for (Askings& piece : pieces) {
    for (Asking& asking : piece.Of(index)) {
      part.asked_fen += asking.fen;
      askings.push_back(&asking);
    }
  }
  part.awards = static_cast<int64_t>(askings.size());
  if (part.trouble != Reason::kNone) return;
  const Pool& pool = rules_.pools()[static_cast<size_t>(part.pool)];
  std::vector<Turn> turns(askings.size());
  for (uint32_t i = 0; i < turns.size(); ++i) turns[i] = {askings[i]->key, i};
  PutInOrder(pool, awards_, askings, threads, &turns);
  std::vector<Claim> claims(turns.size());
  for (size_t i = 0; i < turns.size(); ++i) {
    const Asking& asking = *askings[turns[i].place];
    claims[i] = {asking.fen, asking.least, asking.at_least};
  }
  AllocationRule rule;
  rule.control = pool.control;
  rule.free_fen = Narrow(part.free_fen);
  rule.unit_fen = pool.unit_fen;
  rule.refill = pool.refill;
  const Allocation allocation = Allocate(rule, claims);
  for (uint32_t i = 0; i < turns.size(); ++i) {
    Asking& asking = *askings[turns[i].place];
    asking.turn = i + 1;
    asking.given = allocation.given[i];
    asking.too_small = allocation.too_small[i] != 0;
    if (asking.given == 0 || asking.too_small) continue;
    const bool paid = asking.payee == PayeeState::kFine;
    (paid ? part.paid_fen : part.held_fen) += asking.given;
    part.paid_awards += paid ? 1 : 0;
  }
}

void Pools::WriteBack(Askings* askings, std::span<Line> lines) const {
  for (size_t index = 0; index < parts_.size(); ++index) {
    const PoolTotals& part = parts_[index];
    const bool waits = rules_.pools()[static_cast<size_t>(part.pool)].control == Control::kFirstCome;
    for (const Asking& asking : askings->Of(index)) {
      Line& line = lines[asking.line];
      if (part.trouble != Reason::kNone) {
        Hold(part.trouble, &line);
        continue;
      }
      line.order = asking.turn;
      line.share_fen = line.fen = asking.given;
      if (asking.too_small) {
        NotPaid(Reason::kBelowMinimum, &line);
      } else if (asking.given == 0) {
        waits ? Hold(Reason::kBudgetQueue, &line) : NotPaid(Reason::kBudget, &line);
      } else {
        if (asking.given < asking.fen) line.reason = Reason::kBudget;
        HoldForPayee(asking.payee, &line);
      }
    }
  }
}

}  // namespace zhida::payout

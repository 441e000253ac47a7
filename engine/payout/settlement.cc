#include "engine/payout/settlement.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/base/parallel.h"
#include "engine/payout/combine.h"
#include "engine/payout/parallel_sort.h"
#include "engine/payout/subject_order.h"

namespace zhida::payout {
namespace {

constexpr size_t kReasonCount = static_cast<size_t>(Reason::kPayeeUnknown) + 1;
constexpr size_t kSharesPerThread = 32;  // so that threads end at about the same time
constexpr size_t kPoolsForThreads = 8;   // fewer need all threads for each
constexpr size_t kRowsAhead = 16;        // asked of the memory before they are needed

// Combines the awards of one piece after the other.
class PieceWorker {
 public:
  PieceWorker(const Rules& rules, const AwardTable& awards, const History& history,
              std::span<const uint8_t> shared)
      : rules_(rules), awards_(awards), history_(history), combiner_(rules, awards, history, shared) {}

  // Constructs the lines.
  void Run(std::span<const Stretch> stretches, const SubjectOrder& order, std::span<Line> lines,
           std::vector<Step>* steps) {
    size_t first = 0;
    size_t hint = 0;
    for (size_t i = 0; i < stretches.size(); ++i) {
      LookAhead(stretches, i);
      Add(stretches[i]);
      if (i + 1 < stretches.size() && order.SameSubject(stretches[i], stretches[i + 1])) continue;
      std::sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
        return a.rank != b.rank ? a.rank < b.rank : Before(awards_.rows[a.row], awards_.rows[b.row]);
      });
      const std::span<Line> own = lines.subspan(first, entries_.size());
      for (size_t k = 0; k < own.size(); ++k) std::construct_at(&own[k])->row = entries_[k].row;
      first += own.size();
      entries_.clear();
      std::span<const Payment> payments;
      if (!history_.empty()) {
        payments = history_.Of(awards_.View(awards_.rows[own.front().row].subject), &hint);
      }
      combiner_.Run(own, payments, steps);
    }
  }

 private:
  struct Entry {
    int32_t rank;  // of the policy
    uint32_t row;
  };

  // Subjects in order are rows in no order, each a wait for the memory if it is not asked in time.
  void LookAhead(std::span<const Stretch> stretches, size_t at) const {
    if (at + kRowsAhead >= stretches.size()) return;
    const Award* const far = &awards_.rows[stretches[at + kRowsAhead].begin];
    __builtin_prefetch(far);
    __builtin_prefetch(far + 1);
    const Award& near = awards_.rows[stretches[at + kRowsAhead / 2].begin];
    __builtin_prefetch(awards_.orders.data() + near.order_begin);
    __builtin_prefetch(awards_.links.data() + near.links_begin);
  }

  void Add(const Stretch& stretch) {
    for (uint32_t row = stretch.begin; row < stretch.begin + stretch.count; ++row) {
      entries_.push_back({rules_.policy(awards_.rows[row].policy).rank, row});
    }
  }

  // The order of awards of one subject and policy: object, year.
  bool Before(const Award& x, const Award& y) const {
    const int object = awards_.View(x.object).compare(awards_.View(y.object));
    if (object != 0) return object < 0;
    // Beyond the year two rows are one award that was supplied twice; whatever tells them apart orders them.
    const auto rest = [this](const Award& award) {
      const PayeeRow& payee = awards_.payees[award.payee];
      return std::tuple(award.year, award.amount_fen, award.unclipped_fen, award.min_pay_fen, award.outcome,
                        award.payee_state, awards_.View(award.region), awards_.View(payee.account),
                        awards_.View(payee.name), awards_.View(payee.bank));
    };
    return rest(x) < rest(y);
  }

  const Rules& rules_;
  const AwardTable& awards_;
  const History& history_;
  Combiner combiner_;
  std::vector<Entry> entries_;  // of one subject
};

}  // namespace

void PolicyPayments::Add(const PolicyPayments& other) {
  awards += other.awards;
  paid += other.paid;
  held += other.held;
  nothing += other.nothing;
  amount_fen += other.amount_fen;
  asked_fen += other.asked_fen;
  paid_fen += other.paid_fen;
  held_fen += other.held_fen;
}

Settlement::Settlement(pack::PackPtr pack, Date as_of, int threads, size_t piece_rows)
    : rules_(std::move(pack), as_of), threads_(threads), piece_rows_(piece_rows) {}

Settlement::~Settlement() = default;

History& Settlement::history() {
  if (!history_) history_ = std::make_unique<History>(rules_, awards_);
  return *history_;
}

void Settlement::SetBudget(int32_t pool, const pack::Budget& budget) { budgets_.emplace_back(pool, budget); }

void Settlement::Run(bool bounded) {
  const AwardTable no_awards;
  const History none(rules_, no_awards);
  if (history_) history_->Sort();
  const History& history = history_ ? *history_ : none;
  FindSharedIdentities();
  Pools pools(rules_, awards_, history, budgets_, bounded);
  SubjectOrder order(awards_, piece_rows_, threads_);
  lines_ = Lines(awards_.rows.size());
  pieces_.assign(order.pieces(), {});
  for (size_t i = 0; i < pieces_.size(); ++i) pieces_[i].first_line = order.first_row(i);
  std::vector<Askings> askings(pieces_.size());
  const auto most = static_cast<size_t>(threads_ <= 0 ? HardwareThreads() : threads_);
  const size_t shares = std::min(pieces_.size(), most * kSharesPerThread);
  const auto begin_of = [&](size_t share) { return share * pieces_.size() / shares; };
  ParallelFor(shares, threads_, [&](size_t share) {
    PieceWorker worker(rules_, awards_, history, shared_);
    Pools::Found found;
    for (size_t i = begin_of(share); i < begin_of(share + 1); ++i) {
      worker.Run(order.Sort(i), order, LinesOf(i), &pieces_[i].steps);
      pools.Collect(LinesOf(i), &found, &askings[i]);
    }
  });
  // Many pools keep all threads busy one each; few large ones need them for sorting.
  const bool by_pool = pools.parts() >= kPoolsForThreads;
  ParallelFor(pools.parts(), by_pool ? threads_ : 1,
              [&](size_t part) { pools.GiveOut(part, askings, by_pool ? 1 : threads_); });
  std::vector<Counts> counts(shares);
  ParallelFor(shares, threads_, [&](size_t share) {
    counts[share].policies.resize(rules_.pack().policies.size());
    counts[share].reasons.resize(kReasonCount);
    for (size_t i = begin_of(share); i < begin_of(share + 1); ++i) {
      pools.WriteBack(&askings[i], LinesOf(i));
      Count(LinesOf(i), &counts[share]);
    }
  });
  pool_totals_ = pools.TakeTotals();
  AddUp(counts);
}

// Identities that count over all subjects and are claimed by more than one.
void Settlement::FindSharedIdentities() {
  shared_.clear();
  if (!rules_.any_shared_identity()) return;
  struct Use {
    int group;
    std::string_view key;
    std::string_view subject;
    uint32_t row;
  };
  std::vector<Use> uses;
  for (uint32_t row = 0; row < awards_.rows.size(); ++row) {
    const Award& award = awards_.rows[row];
    if (award.outcome == pack::Outcome::kUndetermined) continue;
    const auto combine = rules_.policy(award.policy).combine;
    for (size_t i = 0; i < combine.size(); ++i) {
      const Link& link = awards_.links[award.links_begin + i];
      if (!rules_.groups()[static_cast<size_t>(combine[i].group)].all_subjects || link.key.size == 0)
        continue;
      uses.push_back({combine[i].group, awards_.View(link.key), awards_.View(award.subject), row});
    }
  }
  ParallelSort(&uses, threads_, [](const Use& a, const Use& b) {
    return std::tie(a.group, a.key, a.subject, a.row) < std::tie(b.group, b.key, b.subject, b.row);
  });
  shared_.assign(awards_.rows.size(), 0);
  for (size_t begin = 0; begin < uses.size();) {
    size_t end = begin;
    while (end < uses.size() && uses[end].group == uses[begin].group && uses[end].key == uses[begin].key)
      ++end;
    const bool several = uses[begin].subject != uses[end - 1].subject;
    for (size_t i = begin; i < end; ++i) shared_[uses[i].row] = several ? 1 : 0;
    begin = end;
  }
}

std::span<Line> Settlement::LinesOf(size_t piece) {
  const size_t begin = pieces_[piece].first_line;
  const size_t end = piece + 1 < pieces_.size() ? pieces_[piece + 1].first_line : lines_.room().size();
  return lines_.room().subspan(begin, end - begin);
}

std::span<const Step> Settlement::StepsOf(const Line& line) const {
  const auto at = static_cast<size_t>(&line - lines().data());
  const auto behind =
      std::upper_bound(pieces_.begin(), pieces_.end(), at,
                       [](size_t line, const Piece& piece) { return line < piece.first_line; });
  return std::span(std::prev(behind)->steps).subspan(line.steps_begin, line.steps_count);
}

void Settlement::Count(std::span<const Line> lines, Counts* counts) const {
  for (size_t i = 0; i < lines.size(); ++i) {
    const Line& line = lines[i];
    __builtin_prefetch(&awards_.rows[lines[std::min(i + kRowsAhead, lines.size() - 1)].row]);
    if (line.status == Status::kOpen) continue;
    const Award& award = awards_.rows[line.row];
    PolicyPayments& policy = counts->policies[static_cast<size_t>(award.policy)];
    ++policy.awards;
    ++counts->reasons[static_cast<size_t>(line.reason)];
    if (award.amount_fen > 0) policy.amount_fen += award.amount_fen;
    policy.asked_fen += line.asked_fen;
    switch (line.status) {
      case Status::kPay:
        ++policy.paid;
        policy.paid_fen += line.fen;
        break;
      case Status::kHold:
        ++policy.held;
        policy.held_fen += line.fen;
        break;
      default:
        ++policy.nothing;
        counts->adds_up &= line.fen == 0;
        break;
    }
    counts->adds_up &= line.fen >= 0;
    counts->adds_up &= line.fen <= line.asked_fen;
  }
}

void Settlement::AddUp(std::span<const Counts> all) {
  policy_totals_.assign(rules_.pack().policies.size(), {});
  reason_counts_.assign(kReasonCount, 0);
  adds_up_ = true;
  for (const Counts& counts : all) {
    for (size_t i = 0; i < policy_totals_.size(); ++i) policy_totals_[i].Add(counts.policies[i]);
    for (size_t i = 0; i < kReasonCount; ++i) reason_counts_[i] += counts.reasons[i];
    adds_up_ &= counts.adds_up;
  }
  for (const PoolTotals& totals : pool_totals_) {
    const int128_t given_fen = totals.paid_fen + totals.held_fen;
    adds_up_ &= given_fen <= totals.asked_fen;
    if (totals.has_budget) adds_up_ &= given_fen <= totals.free_fen;
  }
}

}  // namespace zhida::payout

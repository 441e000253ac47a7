#include "engine/payout/settlement.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <tuple>

#include "engine/base/parallel.h"
#include "engine/payout/combine.h"
#include "engine/payout/parallel_sort.h"

namespace zhida::payout {
namespace {

constexpr size_t kPieceLines = 8'192;  // of whole subjects; a piece is some milliseconds of work
constexpr size_t kReasonCount = static_cast<size_t>(Reason::kPayeeUnknown) + 1;

// Rows that follow each other and are of one subject, with the subject's first 24 bytes as numbers, so that
// most comparisons need no text.
struct Stretch {
  std::array<uint64_t, 3> head{};
  uint32_t begin = 0;
  uint32_t count = 0;
};

std::array<uint64_t, 3> HeadOf(std::string_view text) {
  std::array<uint64_t, 3> head{};
  for (size_t i = 0; i < 24; ++i) {
    const uint64_t byte = i < text.size() ? static_cast<uint8_t>(text[i]) : 0;
    head[i / 8] = head[i / 8] << 8 | byte;
  }
  return head;
}

}  // namespace

// What one thread works on at a time.
struct Settlement::Piece {
  size_t first_subject = 0;
  size_t last_subject = 0;
};

Settlement::Settlement(pack::PackPtr pack, Date as_of, int threads)
    : rules_(std::move(pack), as_of), threads_(threads) {}

Settlement::~Settlement() = default;

History& Settlement::history() {
  if (!history_) history_ = std::make_unique<History>(rules_, awards_);
  return *history_;
}

void Settlement::SetBudget(int32_t pool, const pack::Budget& budget) { budgets_.emplace_back(pool, budget); }

bool Settlement::Run(const CancelFlag* cancel) {
  if (history_) history_->Sort();
  OrderLines();
  FindSharedIdentities();
  if (!CombineAll(cancel)) return false;
  GiveOutBudgets(true);
  Count();
  return true;
}

void Settlement::RunWithoutBudgets() {
  OrderLines();
  CombineAll(nullptr);
  GiveOutBudgets(false);
  Count();
}

void Settlement::OrderLines() {
  const std::vector<Award>& rows = awards_.rows;
  std::vector<Stretch> stretches;
  for (uint32_t row = 0; row < rows.size(); ++row) {
    const std::string_view subject = awards_.View(rows[row].subject);
    if (!stretches.empty() && awards_.View(rows[stretches.back().begin].subject) == subject) {
      ++stretches.back().count;
    } else {
      stretches.push_back({HeadOf(subject), row, 1});
    }
  }
  ParallelSort(&stretches, threads_, [&](const Stretch& a, const Stretch& b) {
    if (a.head != b.head) return a.head < b.head;
    const int order = awards_.View(rows[a.begin].subject).compare(awards_.View(rows[b.begin].subject));
    return order != 0 ? order < 0 : a.begin < b.begin;
  });
  lines_.clear();
  lines_.reserve(rows.size());
  subject_begins_.clear();
  std::string_view last;
  for (const Stretch& stretch : stretches) {
    const std::string_view subject = awards_.View(rows[stretch.begin].subject);
    if (lines_.empty() || subject != last) subject_begins_.push_back(lines_.size());
    last = subject;
    for (uint32_t i = 0; i < stretch.count; ++i) {
      Line line;
      line.row = stretch.begin + i;
      lines_.push_back(line);
    }
  }
  subject_begins_.push_back(lines_.size());
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
    const auto& combine = rules_.policy(award.policy).policy->settlement.combine;
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

bool Settlement::CombineAll(const CancelFlag* cancel) {
  std::vector<Piece> pieces;
  const size_t subjects = subject_begins_.size() - 1;
  piece_begins_.clear();
  for (size_t subject = 0; subject < subjects;) {
    Piece piece{subject, subject};
    piece_begins_.push_back(subject_begins_[subject]);
    while (subject < subjects && subject_begins_[subject] - piece_begins_.back() < kPieceLines) ++subject;
    piece.last_subject = subject;
    pieces.push_back(piece);
  }
  steps_.assign(pieces.size(), {});
  const History none(rules_, AwardTable());
  const History& history = history_ ? *history_ : none;
  const auto before = [this](const Line& a, const Line& b) {
    const Award& x = awards_.rows[a.row];
    const Award& y = awards_.rows[b.row];
    if (x.policy != y.policy) return rules_.policy(x.policy).rank < rules_.policy(y.policy).rank;
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
  };
  ParallelFor(pieces.size(), threads_, [&](size_t i) {
    if (cancel != nullptr && cancel->raised()) return;
    Combiner combiner(rules_, awards_, history, shared_);
    size_t hint = 0;
    for (size_t subject = pieces[i].first_subject; subject < pieces[i].last_subject; ++subject) {
      const std::span<Line> lines(lines_.data() + subject_begins_[subject],
                                  subject_begins_[subject + 1] - subject_begins_[subject]);
      if (lines.size() > 1) std::sort(lines.begin(), lines.end(), before);
      std::span<const Payment> payments;
      if (!history.empty()) {
        payments = history.Of(awards_.View(awards_.rows[lines.front().row].subject), &hint);
      }
      combiner.Run(lines, payments, &steps_[i]);
    }
  });
  return cancel == nullptr || !cancel->raised();
}

std::span<const Step> Settlement::StepsOf(const Line& line) const {
  if (line.steps_count == 0) return {};
  const auto at = static_cast<size_t>(&line - lines_.data());
  const auto piece = static_cast<size_t>(std::upper_bound(piece_begins_.begin(), piece_begins_.end(), at) -
                                         piece_begins_.begin() - 1);
  return {steps_[piece].data() + line.steps_begin, line.steps_count};
}

void Settlement::Count() {
  policy_totals_.assign(rules_.pack().policies.size(), {});
  reason_counts_.assign(kReasonCount, 0);
  adds_up_ = true;
  for (const Line& line : lines_) {
    if (line.status == Status::kOpen) continue;
    const Award& award = awards_.rows[line.row];
    PolicyPayments& policy = policy_totals_[static_cast<size_t>(award.policy)];
    ++policy.awards;
    ++reason_counts_[static_cast<size_t>(line.reason)];
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
      case Status::kNothing:
        ++policy.nothing;
        adds_up_ = adds_up_ && line.fen == 0;
        break;
      case Status::kOpen:
        break;
    }
    adds_up_ = adds_up_ && line.fen >= 0 && line.fen <= line.asked_fen;
  }
  for (const PoolTotals& totals : pool_totals_) {
    adds_up_ = adds_up_ && (!totals.has_budget || totals.paid_fen + totals.held_fen <= totals.free_fen);
    adds_up_ = adds_up_ && totals.paid_fen + totals.held_fen <= totals.asked_fen;
  }
}

}  // namespace zhida::payout

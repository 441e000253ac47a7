// What a chosen award comes to: less the upper level, less earlier payments, within the limits.
#include <algorithm>
#include <limits>

#include "engine/payout/combine.h"
#include "engine/value/money.h"

namespace zhida::payout {

using pack::Form;
using pack::Membership;

namespace {

constexpr int64_t kFenMax = std::numeric_limits<int64_t>::max();
constexpr uint32_t kReadingForms = BitOf(Form::kTopup) | BitOf(Form::kIncl) | BitOf(Form::kPctUpper);

}  // namespace

int128_t Combiner::UpperOf(const Item& item, size_t membership) {
  const Membership& member = CombineOf(item)[membership];
  int128_t sum = LinkOf(item, membership).fen > 0 ? LinkOf(item, membership).fen : 0;
  seen_.assign(member.of.size(), 0);
  for (const Item& other : items_) {
    const auto found = std::lower_bound(member.of.begin(), member.of.end(), other.award->policy);
    if (found == member.of.end() || *found != other.award->policy) continue;
    seen_[static_cast<size_t>(found - member.of.begin())] = 1;
    if (other.chosen) sum += other.due;
  }
  // What is no award this time may have been paid before.
  for (const Payment& payment : payments_) {
    if (payment.policy < 0 || IsOwn(item, payment) || Reduces(item, payment)) continue;
    if (item.award->year != kNoYear && payment.year != item.award->year) continue;
    const auto found = std::lower_bound(member.of.begin(), member.of.end(), payment.policy);
    const bool named = found != member.of.end() && *found == payment.policy;
    if (named && seen_[static_cast<size_t>(found - member.of.begin())] == 0) sum += payment.fen;
    const bool others = member.of.empty() && member.form == Form::kIncl;
    if (others && payment.policy != item.award->policy && rules_.IsMember(payment.policy, member.group)) {
      sum += payment.fen;
    }
  }
  return std::max<int128_t>(sum, 0);
}

// `*holds`: it cannot be paid before that is decided, because it would be paid too much.
bool Combiner::ReadsOpenUpper(const Item& item, bool* holds) const {
  bool open = false;
  for (const Membership& member : CombineOf(item)) {
    if (member.of.empty()) continue;
    for (const Item& other : items_) {
      if (!other.open || !std::binary_search(member.of.begin(), member.of.end(), other.award->policy))
        continue;
      open = true;
      *holds = *holds || member.form != Form::kPctUpper;
    }
  }
  return open;
}

void Combiner::Compute(Item* item, bool keep_steps) {
  const Award& award = *item->award;
  int128_t due = std::max<int64_t>(0, award.amount_fen);
  const auto step = [&](StepKind kind, int32_t cause, int128_t fen) {
    if (keep_steps) Tell(*item, {static_cast<int64_t>(std::min<int128_t>(fen, kFenMax)), cause, kind});
  };
  bool upper_reduced = false;
  for (size_t i = 0; i < CombineOf(*item).size(); ++i) {
    const Membership& member = CombineOf(*item)[i];
    if ((BitOf(member.form) & kReadingForms) == 0) continue;
    if (LinkOf(*item, i).fen == kUnknownFen && keep_steps) {
      End(item, Status::kHold, Reason::kLimitUnknown);
      return;
    }
    const int128_t upper = UpperOf(*item, i);
    if (member.form == Form::kPctUpper) {
      if (upper > kFenMax) {
        due = int128_t{kFenMax} + 1;
      } else {
        const MoneyRounding round =
            item->rules->policy->amount ? item->rules->policy->amount->round : MoneyRounding{};
        const std::optional<Decimal> yuan =
            Decimal::Multiply(member.rate, FenToYuan(static_cast<int64_t>(upper)));
        const std::optional<int64_t> part = yuan ? ToFen(*yuan, round) : std::nullopt;
        const int128_t share = part ? int128_t{*part} : int128_t{kFenMax} + 1;
        due = award.amount_fen < 0 ? share : std::min(due, share);
      }
      step(StepKind::kPercentage, member.of.front(), due);
    } else if (upper > 0) {
      upper_reduced = upper_reduced || due > 0;
      due = std::max<int128_t>(0, due - upper);
      step(StepKind::kUpper, member.of.empty() ? -1 : member.of.front(), due);
    }
  }
  if (due > kFenMax) {
    item->due = item->pay = 0;
    if (keep_steps) End(item, Status::kHold, Reason::kTooLarge);
    return;
  }
  item->due = static_cast<int64_t>(due);
  item->pay = static_cast<int64_t>(std::clamp<int128_t>(due - item->paid, 0, kFenMax));
  if (item->paid != 0) step(StepKind::kAlreadyPaid, -1, item->pay);
  if (!keep_steps) return;
  bool holds = false;
  if (ReadsOpenUpper(*item, &holds)) {
    item->line->rival_open = true;
    if (holds) return End(item, Status::kHold, Reason::kUpperOpen);
  }
  if (item->pay > 0) return;
  Reason reason = item->due > 0 ? Reason::kAlreadyPaid : upper_reduced ? Reason::kUpperCovers : Reason::kZero;
  if (item->paid_own > item->due) reason = Reason::kOverpaid;
  End(item, Status::kNothing, reason);
}

// The sum of a group's awards in a year, with what was paid before, stays within the limit. Earlier policies
// are served first.
void Combiner::Limit(Form form) {
  rooms_.clear();
  for (Item& item : items_) {
    if ((item.rules->forms & BitOf(form)) == 0) continue;
    for (size_t i = 0; i < CombineOf(item).size(); ++i) {
      const Membership& member = CombineOf(item)[i];
      if (member.form != form || !item.competes) continue;
      const pack::Group& group = rules_.groups()[static_cast<size_t>(member.group)];
      const Link& link = LinkOf(item, i);
      const int64_t limit = link.fen == kNoFen ? group.limit.fen.value_or(kUnknownFen) : link.fen;
      if (limit == kUnknownFen || !link.key_known) {
        End(&item, Status::kHold, limit == kUnknownFen ? Reason::kLimitUnknown : Reason::kIdentityUnknown);
        continue;
      }
      const int32_t year = item.award->year == kNoYear ? rules_.year() : item.award->year;
      const std::string_view key = awards_.View(link.key);
      auto room = std::find_if(rooms_.begin(), rooms_.end(), [&](const Room& each) {
        return each.group == member.group && each.year == year && each.key == key;
      });
      if (room == rooms_.end()) {
        int128_t left = limit;
        for (const Payment& payment : payments_) {
          const int32_t paid_for = payment.year == kNoYear ? payment.paid_year : payment.year;
          const bool counts = paid_for == year && rules_.IsMember(payment.policy, member.group) &&
                              (key.empty() || history_.View(payment.object) == key);
          if (counts) left -= payment.fen;
        }
        room = rooms_.insert(rooms_.end(), {member.group, year, key, std::max<int128_t>(0, left)});
      }
      const int64_t before = item.pay;
      item.pay = static_cast<int64_t>(std::min<int128_t>(item.pay, room->left));
      room->left -= item.pay;
      if (item.pay == before) continue;
      const bool by_year = form == Form::kCapYear;
      Tell(item, {item.pay, member.group, by_year ? StepKind::kYearCap : StepKind::kContributionCap});
      if (item.pay == 0) {
        End(&item, Status::kNothing, by_year ? Reason::kYearCap : Reason::kContributionCap);
      }
    }
  }
}

}  // namespace zhida::payout

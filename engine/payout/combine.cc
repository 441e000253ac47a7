#include "engine/payout/combine.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "engine/payout/rivals.h"
#include "engine/value/money.h"

namespace zhida::payout {

using pack::Form;
using pack::Membership;

namespace {

constexpr int64_t kFenMax = std::numeric_limits<int64_t>::max();

bool ReadsUpper(Form form) { return form == Form::kTopup || form == Form::kIncl || form == Form::kPctUpper; }

bool Excludes(Form form) { return form == Form::kMax || form == Form::kOnceId; }

}  // namespace

void Combiner::End(Item* item, Status status, Reason reason) {
  item->competes = false;
  item->line->status = status;
  item->line->reason = reason;
}

void Combiner::Run(std::span<Line> lines, std::span<const Payment> payments, std::vector<Step>* steps) {
  payments_ = payments;
  Begin(lines);
  for (Item& item : items_) {
    ReadPayments(&item);
    ReadIdentity(&item);
  }
  CollectClaims();
  MarkOpenRivals();
  Choose();
  for (const size_t i : by_level_) {
    if (items_[i].chosen) Compute(&items_[i], true);
  }
  Limit(Form::kCapYear);
  Limit(Form::kCapContrib);
  RefuseDoubleKeys();
  Finish(steps);
}

void Combiner::Begin(std::span<Line> lines) {
  items_.clear();
  for (Line& line : lines) {
    Item item;
    item.award = &awards_.rows[line.row];
    item.rules = &rules_.policy(item.award->policy);
    item.line = &line;
    item.competes = true;
    if (item.award->outcome == pack::Outcome::kUndetermined) {
      item.open = true;
      End(&item, Status::kOpen, Reason::kUndetermined);
    } else if (item.award->outcome == pack::Outcome::kConditional && !item.rules->policy->pay_conditional) {
      item.open = true;
      End(&item, Status::kHold, Reason::kConditional);
    } else if (!item.award->object_known) {
      item.open = true;
      End(&item, Status::kHold, Reason::kIdentityUnknown);
    }
    items_.push_back(std::move(item));
  }
  by_level_.resize(items_.size());
  std::iota(by_level_.begin(), by_level_.end(), size_t{0});
  const bool flat =
      std::all_of(items_.begin(), items_.end(), [](const Item& item) { return item.rules->level == 0; });
  if (flat) return;
  std::stable_sort(by_level_.begin(), by_level_.end(),
                   [this](size_t a, size_t b) { return items_[a].rules->level < items_[b].rules->level; });
}

// A payment for the event key of the award, whatever part of it.
bool Combiner::IsOwn(const Item& item, const Payment& payment) const {
  return payment.kind == item.rules->kind && payment.year == item.award->year &&
         history_.View(payment.object) == awards_.View(item.award->object);
}

// A payment of the award's group that it only makes up the difference to.
bool Combiner::Reduces(const Item& item, const Payment& payment) const {
  for (size_t i = 0; i < CombineOf(item).size(); ++i) {
    const Membership& member = CombineOf(item)[i];
    const bool levels = member.form == Form::kTopup || member.form == Form::kStaged;
    if (!levels && member.form != Form::kMax) continue;
    if (!rules_.IsMember(payment.policy, member.group)) continue;
    if (levels) return true;
    const bool same_year = item.award->year == kNoYear || payment.year == item.award->year;
    const bool same_key =
        member.key.root == nullptr || history_.View(payment.object) == awards_.View(LinkOf(item, i).key);
    if (same_year && same_key) return true;
  }
  return false;
}

void Combiner::ReadPayments(Item* item) {
  for (const Payment& payment : payments_) {
    if (IsOwn(*item, payment)) {
      item->paid_own += payment.fen;
      item->paid += payment.fen;
      item->line->part = std::max(item->line->part, payment.part + 1);
    } else if (!item->rules->plain && Reduces(*item, payment)) {
      item->paid += payment.fen;
    }
  }
}

void Combiner::ReadIdentity(Item* item) {
  for (size_t i = 0; i < CombineOf(*item).size(); ++i) {
    const Membership& member = CombineOf(*item)[i];
    if (!item->competes || member.form != Form::kOnceId) continue;
    const Link& link = LinkOf(*item, i);
    const std::string_view key = awards_.View(link.key);
    if (!link.key_known || key.empty()) {
      item->open = true;
      End(item, Status::kHold, Reason::kIdentityUnknown);
      continue;
    }
    bool used = false;
    bool own = false;
    for (const Payment& payment : payments_) {
      if (!rules_.IsMember(payment.policy, member.group) || history_.View(payment.object) != key) continue;
      (IsOwn(*item, payment) ? own : used) = true;
    }
    // What others were paid for the identity is only known as "used", so an own payment explains it.
    if (used || (!own && history_.IsUsed(member.group, key))) {
      End(item, Status::kNothing, Reason::kIdentityUsed);
    } else if (!shared_.empty() && shared_[item->line->row] != 0) {
      item->open = true;
      End(item, Status::kHold, Reason::kIdentityShared);
    }
  }
}

void Combiner::CollectClaims() {
  claims_.clear();
  for (size_t i = 0; i < items_.size(); ++i) {
    if (items_[i].rules->plain || (!items_[i].competes && !items_[i].open)) continue;
    for (size_t m = 0; m < CombineOf(items_[i]).size(); ++m) {
      const Membership& member = CombineOf(items_[i])[m];
      if (!Excludes(member.form)) continue;
      const Link& link = LinkOf(items_[i], m);
      Claim claim;
      claim.group = member.group;
      claim.item = i;
      claim.once = member.form == Form::kOnceId;
      claim.key_known = link.key_known;
      claim.key = awards_.View(link.key);
      // An identity is used up for ever, other rivals are of one year.
      if (!claim.once) claim.year = items_[i].award->year;
      if (!claim.once && member.key.root == nullptr) claim.key = {};
      if (!claim.key_known && items_[i].competes) {
        items_[i].open = true;
        End(&items_[i], Status::kHold, Reason::kIdentityUnknown);
      }
      claims_.push_back(claim);
    }
  }
  std::sort(claims_.begin(), claims_.end(), [](const Claim& a, const Claim& b) {
    return std::tie(a.group, a.year, a.key, a.item) < std::tie(b.group, b.year, b.key, b.item);
  });
}

// What is not decided does not compete; who might have lost to it is told.
void Combiner::MarkOpenRivals() {
  for (const Claim& open : claims_) {
    if (!items_[open.item].open) continue;
    const bool no_key = !open.key_known || (open.once && open.key.empty());
    for (const Claim& other : claims_) {
      if (other.item == open.item || other.group != open.group) continue;
      if (no_key || open.SameAs(other)) items_[other.item].line->rival_open = true;
    }
  }
}

// Awards that exclude each other, or that read such ones, are decided together.
void Combiner::Choose() {
  // Mostly nothing excludes anything.
  const Claim* last = nullptr;
  bool rivals = false;
  for (const Claim& claim : claims_) {
    if (!items_[claim.item].competes) continue;
    rivals = rivals || (last != nullptr && last->SameAs(claim));
    last = &claim;
  }
  for (Item& item : items_) item.chosen = item.competes;
  if (!rivals) return;
  std::vector<size_t> root(items_.size());
  std::iota(root.begin(), root.end(), size_t{0});
  const auto find = [&root](size_t i) {
    while (root[i] != i) i = root[i] = root[root[i]];
    return i;
  };
  std::vector<uint8_t> tied(items_.size(), 0);
  size_t first = 0;
  for (size_t i = 0; i < claims_.size(); ++i) {
    if (!items_[claims_[i].item].competes) continue;
    if (first < i && claims_[first].SameAs(claims_[i]) && items_[claims_[first].item].competes) {
      const size_t a = claims_[first].item;
      const size_t b = claims_[i].item;
      if (a == b) continue;
      tied[a] = tied[b] = 1;
      root[find(b)] = find(a);
    } else {
      first = i;
    }
  }
  for (const size_t i : by_level_) {
    for (const Membership& member : CombineOf(items_[i])) {
      for (size_t j = 0; j < items_.size() && !member.of.empty(); ++j) {
        if (!std::binary_search(member.of.begin(), member.of.end(), items_[j].award->policy)) continue;
        if (tied[i] == 0 && tied[j] == 0) continue;
        tied[i] = tied[j] = 1;
        root[find(i)] = find(j);
      }
    }
  }
  std::vector<std::vector<size_t>> components(items_.size());
  for (size_t i = 0; i < items_.size(); ++i) {
    items_[i].chosen = items_[i].competes;
    if (items_[i].competes && tied[i] != 0) components[find(i)].push_back(i);
  }
  if (std::find(tied.begin(), tied.end(), 1) == tied.end()) return;
  // What stands alone is settled, so that those that read it can.
  for (const size_t i : by_level_) {
    if (items_[i].chosen) Compute(&items_[i], false);
  }
  for (const std::vector<size_t>& component : components) {
    if (component.size() > 1) ChooseAmong(component);
  }
}

void Combiner::ChooseAmong(const std::vector<size_t>& component) {
  const auto at = [&component](size_t item) {
    return static_cast<size_t>(std::lower_bound(component.begin(), component.end(), item) -
                               component.begin());
  };
  // One group alone is its best award, however many there are.
  bool reads = false;
  for (const size_t i : component) reads = reads || items_[i].rules->level > 0;
  size_t same = 0;
  size_t claims = 0;
  const Claim* lead = nullptr;
  for (const Claim& claim : claims_) {
    if (!items_[claim.item].competes || !std::binary_search(component.begin(), component.end(), claim.item)) {
      continue;
    }
    if (lead == nullptr) lead = &claim;
    same += claim.SameAs(*lead) ? 1 : 0;
    ++claims;
  }
  if (!reads && lead != nullptr && same == component.size() && claims == same) {
    size_t best = component.front();
    for (const size_t i : component) {
      Compute(&items_[i], false);
      if (items_[i].pay > items_[best].pay) best = i;
    }
    for (const size_t i : component) items_[i].chosen = i == best;
    for (const size_t i : component) {
      if (i != best) LeaveOut(i);
    }
    return;
  }
  if (component.size() > kRivalsMax) {
    for (const size_t i : component) {
      items_[i].chosen = false;
      End(&items_[i], Status::kHold, Reason::kTooManyRivals);
    }
    return;
  }
  Rivalry rivalry;
  rivalry.excludes.assign(component.size(), 0);
  rivalry.most.assign(component.size(), 0);
  for (size_t a = 0; a < claims_.size(); ++a) {
    for (size_t b = a + 1; b < claims_.size() && claims_[a].SameAs(claims_[b]); ++b) {
      const size_t one = claims_[a].item;
      const size_t two = claims_[b].item;
      if (one == two || !items_[one].competes || !items_[two].competes) continue;
      if (!std::binary_search(component.begin(), component.end(), one)) continue;
      rivalry.excludes[at(one)] |= uint32_t{1} << at(two);
      rivalry.excludes[at(two)] |= uint32_t{1} << at(one);
    }
  }
  rivalry.value = [this, &component](uint32_t taken) {
    for (size_t i = 0; i < component.size(); ++i) items_[component[i]].chosen = (taken >> i & 1) != 0;
    int128_t sum = 0;
    for (const size_t i : by_level_) {
      if (!items_[i].chosen || !std::binary_search(component.begin(), component.end(), i)) continue;
      Compute(&items_[i], false);
      sum += items_[i].pay;
    }
    return sum;
  };
  // Nothing is worth more than with all of its upper level and none of what reduces it.
  for (const size_t i : by_level_) {
    if (!std::binary_search(component.begin(), component.end(), i)) continue;
    items_[i].chosen = true;
    Compute(&items_[i], false);
    bool percentage = false;
    for (const Membership& member : CombineOf(items_[i])) percentage |= member.form == Form::kPctUpper;
    const int64_t amount = items_[i].award->amount_fen;
    int64_t most = percentage && amount < 0 ? kFenMax : std::max<int64_t>(0, amount);
    if (items_[i].rules->level == 0) most = items_[i].pay;
    rivalry.most[at(i)] = most;
  }
  const uint32_t taken = BestRivals(rivalry);
  for (size_t i = 0; i < component.size(); ++i) items_[component[i]].chosen = (taken >> i & 1) != 0;
  for (const size_t i : component) {
    if (!items_[i].chosen) LeaveOut(i);
  }
}

// The award gives way to the first that was chosen and excludes it.
void Combiner::LeaveOut(size_t loser) {
  Item& item = items_[loser];
  Reason reason = Reason::kGivenUp;
  for (const Claim& claim : claims_) {
    if (claim.item != loser || item.cause >= 0) continue;
    for (const Claim& other : claims_) {
      if (other.item == loser || !items_[other.item].chosen || !claim.SameAs(other)) continue;
      item.cause = items_[other.item].award->policy;
      reason = claim.once ? Reason::kIdentityUsed : Reason::kGivenUp;
      break;
    }
  }
  End(&item, Status::kNothing, reason);
  item.steps = {{0, item.cause, StepKind::kGivenUp}};
}

int128_t Combiner::UpperOf(const Item& item, size_t membership) const {
  const Membership& member = CombineOf(item)[membership];
  int128_t sum = LinkOf(item, membership).fen > 0 ? LinkOf(item, membership).fen : 0;
  std::vector<uint8_t> seen(member.of.size(), 0);
  for (const Item& other : items_) {
    const auto found = std::lower_bound(member.of.begin(), member.of.end(), other.award->policy);
    if (found == member.of.end() || *found != other.award->policy) continue;
    seen[static_cast<size_t>(found - member.of.begin())] = 1;
    if (other.chosen) sum += other.due;
  }
  // What is no award this time may have been paid before.
  for (const Payment& payment : payments_) {
    if (payment.policy < 0 || IsOwn(item, payment) || Reduces(item, payment)) continue;
    if (item.award->year != kNoYear && payment.year != item.award->year) continue;
    const auto found = std::lower_bound(member.of.begin(), member.of.end(), payment.policy);
    const bool named = found != member.of.end() && *found == payment.policy;
    if (named && seen[static_cast<size_t>(found - member.of.begin())] == 0) sum += payment.fen;
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
    if (keep_steps)
      item->steps.push_back({static_cast<int64_t>(std::min<int128_t>(fen, kFenMax)), cause, kind});
  };
  bool upper_reduced = false;
  for (size_t i = 0; i < CombineOf(*item).size(); ++i) {
    const Membership& member = CombineOf(*item)[i];
    if (!ReadsUpper(member.form)) continue;
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

int32_t Combiner::YearOf(const Item& item) const {
  return item.award->year == kNoYear ? rules_.year() : item.award->year;
}

// The sum of a group's awards in a year, with what was paid before, stays within the limit. Earlier policies
// are served first.
void Combiner::Limit(Form form) {
  struct Room {
    int group;
    int32_t year;
    std::string_view key;
    int128_t left;
  };
  std::vector<Room> rooms;
  for (Item& item : items_) {
    if (item.rules->plain) continue;
    for (size_t i = 0; i < CombineOf(item).size(); ++i) {
      const Membership& member = CombineOf(item)[i];
      if (member.form != form || !item.competes || !item.chosen) continue;
      const pack::Group& group = rules_.groups()[static_cast<size_t>(member.group)];
      const Link& link = LinkOf(item, i);
      const int64_t limit = link.fen == kNoFen ? group.limit.fen.value_or(kUnknownFen) : link.fen;
      if (limit == kUnknownFen || !link.key_known) {
        End(&item, Status::kHold, limit == kUnknownFen ? Reason::kLimitUnknown : Reason::kIdentityUnknown);
        continue;
      }
      const int32_t year = YearOf(item);
      const std::string_view key = awards_.View(link.key);
      auto room = std::find_if(rooms.begin(), rooms.end(), [&](const Room& each) {
        return each.group == member.group && each.year == year && each.key == key;
      });
      if (room == rooms.end()) {
        int128_t left = limit;
        for (const Payment& payment : payments_) {
          const int32_t paid_for = payment.year == kNoYear ? payment.paid_year : payment.year;
          const bool counts = paid_for == year && rules_.IsMember(payment.policy, member.group) &&
                              (key.empty() || history_.View(payment.object) == key);
          if (counts) left -= payment.fen;
        }
        room = rooms.insert(rooms.end(), {member.group, year, key, std::max<int128_t>(0, left)});
      }
      const int64_t before = item.pay;
      item.pay = static_cast<int64_t>(std::min<int128_t>(item.pay, room->left));
      room->left -= item.pay;
      if (item.pay == before) continue;
      const bool by_year = form == Form::kCapYear;
      item.steps.push_back(
          {item.pay, member.group, by_year ? StepKind::kYearCap : StepKind::kContributionCap});
      if (item.pay == 0) {
        End(&item, Status::kNothing, by_year ? Reason::kYearCap : Reason::kContributionCap);
      }
    }
  }
}

// Two payments for one event are never both made, and nobody guesses which.
void Combiner::RefuseDoubleKeys() {
  std::vector<Item*> paid;
  for (Item& item : items_) {
    if (item.competes && item.chosen && item.pay > 0) paid.push_back(&item);
  }
  if (paid.size() < 2) return;
  const auto key = [this](const Item* item) {
    return std::tuple(item->rules->kind, item->award->year, awards_.View(item->award->object));
  };
  std::stable_sort(paid.begin(), paid.end(), [&](const Item* a, const Item* b) { return key(a) < key(b); });
  for (size_t i = 0; i + 1 < paid.size(); ++i) {
    if (key(paid[i]) != key(paid[i + 1])) continue;
    End(paid[i], Status::kHold, Reason::kDuplicateKey);
    End(paid[i + 1], Status::kHold, Reason::kDuplicateKey);
  }
}

void Combiner::Finish(std::vector<Step>* steps) {
  for (Item& item : items_) {
    Line& line = *item.line;
    const bool paid = item.competes && item.chosen;
    line.asked_fen = paid ? item.pay : 0;
    line.fen = line.asked_fen;
    line.steps_begin = steps->size();
    line.steps_count = static_cast<uint8_t>(std::min<size_t>(item.steps.size(), 255));
    steps->insert(steps->end(), item.steps.begin(), item.steps.begin() + line.steps_count);
  }
}

}  // namespace zhida::payout

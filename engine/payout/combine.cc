#include "engine/payout/combine.h"

#include <algorithm>
#include <numeric>

namespace zhida::payout {

using pack::Form;
using pack::Membership;

void Combiner::End(Item* item, Status status, Reason reason) {
  item->competes = false;
  item->line->status = status;
  item->line->reason = reason;
}

void Combiner::Run(std::span<Line> lines, std::span<const Payment> payments, std::vector<Step>* steps) {
  payments_ = payments;
  Begin(lines);
  // Most subjects need few of the steps.
  if (!payments.empty()) {
    for (Item& item : items_) ReadPayments(&item);
  }
  if ((forms_ & BitOf(Form::kOnceId)) != 0) {
    for (Item& item : items_) ReadIdentity(&item);
  }
  if ((forms_ & kExcludingForms) != 0) {
    CollectClaims();
    MarkOpenRivals();
  }
  for (Item& item : items_) item.chosen = item.competes;
  if ((forms_ & kExcludingForms) != 0) Choose();
  for (const size_t i : by_level_) {
    if (items_[i].chosen) Compute(&items_[i], true);
  }
  if ((forms_ & BitOf(Form::kCapYear)) != 0) Limit(Form::kCapYear);
  if ((forms_ & BitOf(Form::kCapContrib)) != 0) Limit(Form::kCapContrib);
  if (items_.size() > 1) RefuseDoubleKeys();
  Finish(steps);
}

void Combiner::Begin(std::span<Line> lines) {
  items_.clear();
  steps_.clear();
  forms_ = 0;
  bool flat = true;
  for (Line& line : lines) {
    Item& item = items_.emplace_back();
    item.award = &awards_.rows[line.row];
    item.rules = &rules_.policy(item.award->policy);
    item.line = &line;
    forms_ |= item.rules->forms;
    flat = flat && item.rules->level == 0;
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
  }
  by_level_.resize(items_.size());
  std::iota(by_level_.begin(), by_level_.end(), size_t{0});
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
    } else if (item->rules->forms != 0 && Reduces(*item, payment)) {
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

// Two payments for one event are never both made, and nobody guesses which.
void Combiner::RefuseDoubleKeys() {
  keyed_.clear();
  for (uint32_t i = 0; i < items_.size(); ++i) {
    if (items_[i].competes) keyed_.push_back(i);
  }
  const auto order = [this](uint32_t a, uint32_t b) {
    const Item& x = items_[a];
    const Item& y = items_[b];
    if (x.rules->kind != y.rules->kind) return x.rules->kind < y.rules->kind ? -1 : 1;
    if (x.award->year != y.award->year) return x.award->year < y.award->year ? -1 : 1;
    return awards_.View(x.award->object).compare(awards_.View(y.award->object));
  };
  std::sort(keyed_.begin(), keyed_.end(), [&](uint32_t a, uint32_t b) { return order(a, b) < 0; });
  for (size_t i = 0; i + 1 < keyed_.size(); ++i) {
    if (order(keyed_[i], keyed_[i + 1]) != 0) continue;
    End(&items_[keyed_[i]], Status::kHold, Reason::kDuplicateKey);
    End(&items_[keyed_[i + 1]], Status::kHold, Reason::kDuplicateKey);
  }
}

void Combiner::Tell(const Item& item, const Step& step) {
  steps_.push_back({static_cast<uint32_t>(&item - items_.data()), step});
}

void Combiner::Finish(std::vector<Step>* steps) {
  const auto earlier = [](const Told& a, const Told& b) { return a.item < b.item; };
  if (!std::is_sorted(steps_.begin(), steps_.end(), earlier)) {
    std::stable_sort(steps_.begin(), steps_.end(), earlier);
  }
  size_t next = 0;
  for (uint32_t i = 0; i < items_.size(); ++i) {
    Item& item = items_[i];
    Line& line = *item.line;
    line.asked_fen = item.competes ? item.pay : 0;
    line.fen = line.asked_fen;
    line.steps_begin = steps->size();
    for (; next < steps_.size() && steps_[next].item == i; ++next) steps->push_back(steps_[next].step);
    // As many as a policy has groups and four more, which is far below 255.
    line.steps_count = static_cast<uint8_t>(steps->size() - line.steps_begin);
  }
}

}  // namespace zhida::payout

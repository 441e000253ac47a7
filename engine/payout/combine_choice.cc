// What excludes what among the awards of one subject, and the choice between them.
#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "engine/payout/combine.h"

namespace zhida::payout {

using pack::Form;
using pack::Membership;

namespace {

constexpr int64_t kFenMax = std::numeric_limits<int64_t>::max();

}  // namespace

void Combiner::CollectClaims() {
  claims_.clear();
  for (size_t i = 0; i < items_.size(); ++i) {
    if ((items_[i].rules->forms & kExcludingForms) == 0 || (!items_[i].competes && !items_[i].open)) continue;
    for (size_t m = 0; m < CombineOf(items_[i]).size(); ++m) {
      const Membership& member = CombineOf(items_[i])[m];
      if ((BitOf(member.form) & kExcludingForms) == 0) continue;
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
  if (!rivals) return;
  root_.resize(items_.size());
  std::iota(root_.begin(), root_.end(), size_t{0});
  const auto find = [this](size_t i) {
    while (root_[i] != i) i = root_[i] = root_[root_[i]];
    return i;
  };
  tied_.assign(items_.size(), 0);
  size_t first = 0;
  for (size_t i = 0; i < claims_.size(); ++i) {
    if (!items_[claims_[i].item].competes) continue;
    if (first < i && claims_[first].SameAs(claims_[i]) && items_[claims_[first].item].competes) {
      const size_t a = claims_[first].item;
      const size_t b = claims_[i].item;
      tied_[a] = tied_[b] = 1;
      root_[find(b)] = find(a);
    } else {
      first = i;
    }
  }
  for (const size_t i : by_level_) {
    for (const Membership& member : CombineOf(items_[i])) {
      for (size_t j = 0; j < items_.size() && !member.of.empty(); ++j) {
        if (!std::binary_search(member.of.begin(), member.of.end(), items_[j].award->policy)) continue;
        if (tied_[i] == 0 && tied_[j] == 0) continue;
        tied_[i] = tied_[j] = 1;
        root_[find(i)] = find(j);
      }
    }
  }
  // What stands alone is settled, so that those that read it can.
  for (const size_t i : by_level_) {
    if (items_[i].chosen) Compute(&items_[i], false);
  }
  together_.clear();
  for (size_t i = 0; i < items_.size(); ++i) {
    root_[i] = find(i);
    if (items_[i].competes && tied_[i] != 0) together_.push_back(i);
  }
  std::sort(together_.begin(), together_.end(),
            [this](size_t a, size_t b) { return root_[a] != root_[b] ? root_[a] < root_[b] : a < b; });
  for (size_t begin = 0; begin < together_.size();) {
    size_t end = begin + 1;
    while (end < together_.size() && root_[together_[end]] == root_[together_[begin]]) ++end;
    ChooseAmong({together_.data() + begin, end - begin});
    begin = end;
  }
}

// Whether all of them claim the same once, and nothing else, and none reads another's amount.
bool Combiner::IsOneGroup(std::span<const size_t> component) const {
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
  return !reads && same == component.size() && claims == same;
}

void Combiner::ChooseBest(std::span<const size_t> component) {
  size_t best = component.front();
  for (const size_t i : component) {
    Compute(&items_[i], false);
    if (items_[i].pay > items_[best].pay) best = i;
  }
  for (const size_t i : component) items_[i].chosen = i == best;
}

Rivalry Combiner::RivalryAmong(std::span<const size_t> component) {
  const auto is_in = [component](size_t item) {
    return std::binary_search(component.begin(), component.end(), item);
  };
  const auto at = [component](size_t item) {
    return static_cast<size_t>(std::lower_bound(component.begin(), component.end(), item) -
                               component.begin());
  };
  Rivalry rivalry;
  rivalry.excludes.assign(component.size(), 0);
  rivalry.most.assign(component.size(), 0);
  for (size_t a = 0; a < claims_.size(); ++a) {
    for (size_t b = a + 1; b < claims_.size() && claims_[a].SameAs(claims_[b]); ++b) {
      const size_t one = claims_[a].item;
      const size_t two = claims_[b].item;
      if (!items_[one].competes || !items_[two].competes || !is_in(one)) continue;
      rivalry.excludes[at(one)] |= uint32_t{1} << at(two);
      rivalry.excludes[at(two)] |= uint32_t{1} << at(one);
    }
  }
  rivalry.value = [this, component, is_in](uint32_t taken) {
    for (size_t i = 0; i < component.size(); ++i) items_[component[i]].chosen = (taken >> i & 1) != 0;
    int128_t sum = 0;
    for (const size_t i : by_level_) {
      if (!items_[i].chosen || !is_in(i)) continue;
      Compute(&items_[i], false);
      sum += items_[i].pay;
    }
    return sum;
  };
  // Nothing is worth more than with all of its upper level and none of what reduces it.
  for (const size_t i : by_level_) {
    if (!is_in(i)) continue;
    items_[i].chosen = true;
    Compute(&items_[i], false);
    bool percentage = false;
    for (const Membership& member : CombineOf(items_[i])) percentage |= member.form == Form::kPctUpper;
    const int64_t amount = items_[i].award->amount_fen;
    int64_t most = percentage && amount < 0 ? kFenMax : std::max<int64_t>(0, amount);
    if (items_[i].rules->level == 0) most = items_[i].pay;
    rivalry.most[at(i)] = most;
  }
  return rivalry;
}

void Combiner::ChooseAmong(std::span<const size_t> component) {
  if (IsOneGroup(component)) {
    ChooseBest(component);  // however many there are
  } else if (component.size() > kRivalsMax) {
    for (const size_t i : component) {
      items_[i].chosen = false;
      End(&items_[i], Status::kHold, Reason::kTooManyRivals);
    }
    return;
  } else {
    const uint32_t taken = BestRivals(RivalryAmong(component));
    for (size_t i = 0; i < component.size(); ++i) items_[component[i]].chosen = (taken >> i & 1) != 0;
  }
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
  Tell(item, {0, item.cause, StepKind::kGivenUp});
}

}  // namespace zhida::payout

#include "engine/facade/policy_list.h"

#include <algorithm>
#include <memory>

#include "engine/base/digest.h"

namespace zhida::facade {

PolicyList::PolicyList(pack::PackPtr pack)
    : pack_(std::move(pack)), slots_(static_cast<int>(pack_->policies.size())) {}

std::vector<PolicyList::Own>::const_iterator PolicyList::OwnFrom(int slot) const {
  return std::lower_bound(own_.begin(), own_.end(), slot,
                          [](const Own& own, int at) { return own.slot < at; });
}

const pack::PolicyPtr& PolicyList::OwnAt(int slot) const { return OwnFrom(slot)->policy; }

const pack::Policy& PolicyList::At(int slot) const {
  const auto own = OwnFrom(slot);
  return own != own_.end() && own->slot == slot ? *own->policy : pack_->policies[static_cast<size_t>(slot)];
}

bool PolicyList::IsDropped(int slot) const {
  return std::binary_search(dropped_.begin(), dropped_.end(), slot);
}

int PolicyList::PositionOf(int slot) const {
  return slot - static_cast<int>(std::lower_bound(dropped_.begin(), dropped_.end(), slot) - dropped_.begin());
}

int PolicyList::SlotAt(size_t position) const {
  // Before dropped slot i there are dropped_[i] - i others.
  int before = 0;
  int after = static_cast<int>(dropped_.size());
  while (before < after) {
    const int middle = (before + after) / 2;
    if (dropped_[static_cast<size_t>(middle)] - middle <= static_cast<int>(position))
      before = middle + 1;
    else
      after = middle;
  }
  return static_cast<int>(position) + before;
}

int PolicyList::FindSlot(std::string_view id) const {
  const pack::Policy* const policy = pack_->FindPolicy(id);
  int slot = policy == nullptr ? -1 : static_cast<int>(policy - pack_->policies.data());
  // Added ones have the last slots.
  const auto added = OwnFrom(static_cast<int>(pack_->policies.size()));
  const auto found = std::find_if(added, own_.end(), [id](const Own& own) { return own.policy->id == id; });
  if (found != own_.end()) slot = found->slot;
  return slot < 0 || IsDropped(slot) ? -1 : slot;
}

int PolicyList::Find(std::string_view id) const {
  const int slot = FindSlot(id);
  return slot < 0 ? -1 : PositionOf(slot);
}

std::vector<std::string> PolicyList::Ids() const {
  std::vector<std::string> ids;
  for (size_t i = 0; i < size(); ++i) ids.push_back((*this)[i].id);
  return ids;
}

std::vector<pack::Policy> PolicyList::All() const {
  std::vector<pack::Policy> all;
  all.reserve(size());
  for (size_t i = 0; i < size(); ++i) all.push_back((*this)[i]);
  return all;
}

int PolicyList::Put(pack::PolicyPtr policy, std::string text_digest) {
  const int known = FindSlot(policy->id);
  const int slot = known < 0 ? slots_++ : known;
  const auto at = OwnFrom(slot);
  if (at != own_.end() && at->slot == slot) {
    own_[static_cast<size_t>(at - own_.begin())] = {slot, std::move(policy), std::move(text_digest)};
  } else {
    own_.insert(at, {slot, std::move(policy), std::move(text_digest)});
  }
  return slot;
}

void PolicyList::Drop(int slot) {
  dropped_.insert(std::lower_bound(dropped_.begin(), dropped_.end(), slot), slot);
  const auto own = OwnFrom(slot);
  if (own != own_.end() && own->slot == slot) own_.erase(own);
}

std::string PolicyList::Digest() const {
  const auto of_pack = [this](int slot) { return slot < static_cast<int>(pack_->policies.size()); };
  std::string changes;
  for (const Own& own : own_) {
    changes += (of_pack(own.slot) ? "change " : "add ") + own.policy->id + " " + own.text_digest + "\n";
  }
  for (const int slot : dropped_) {
    if (of_pack(slot)) changes += "drop " + pack_->policies[static_cast<size_t>(slot)].id + "\n";
  }
  return changes.empty() ? pack_->digest : "sha256:" + Sha256Hex("pack " + pack_->digest + "\n" + changes);
}

}  // namespace zhida::facade

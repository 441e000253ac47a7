#include "engine/payout/rules.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace zhida::payout {
namespace {

// Each policy above those it reads; the loader has refused circles. Chains are short, so passes are few.
void SetLevels(std::vector<PolicyRules>* policies) {
  for (bool changed = true; changed;) {
    changed = false;
    for (PolicyRules& rules : *policies) {
      for (const pack::Membership& member : rules.combine) {
        for (const int upper : member.of) {
          const int32_t above = (*policies)[static_cast<size_t>(upper)].level + 1;
          if (rules.level >= above) continue;
          rules.level = above;
          changed = true;
        }
      }
    }
  }
}

}  // namespace

Rules::Rules(pack::PackPtr pack, Date as_of)
    : pack_(std::move(pack)), as_of_(as_of), year_(static_cast<int32_t>(as_of.civil().year)) {
  const std::vector<pack::Policy>& all = pack_->policies;
  policies_.resize(all.size());
  std::vector<int32_t> by_id(all.size());
  std::iota(by_id.begin(), by_id.end(), 0);
  std::sort(by_id.begin(), by_id.end(), [&](int32_t a, int32_t b) {
    return all[static_cast<size_t>(a)].id < all[static_cast<size_t>(b)].id;
  });
  for (size_t i = 0; i < by_id.size(); ++i) {
    policies_[static_cast<size_t>(by_id[i])].rank = static_cast<int32_t>(i);
  }
  for (size_t i = 0; i < all.size(); ++i) {
    PolicyRules& rules = policies_[i];
    rules.policy = &all[i];
    const pack::SettlementRule& settlement = all[i].settlement;
    rules.combine = settlement.combine;
    if (settlement.min_pay.given()) rules.least_fen = settlement.min_pay.fen.value_or(kUnknownFen);
    rules.least_inclusive = settlement.min_pay_inclusive;
    rules.index = static_cast<int32_t>(i);
    rules.pool = settlement.pool;
    rules.kind =
        kinds_.try_emplace(settlement.event_key.kind, static_cast<int32_t>(kinds_.size())).first->second;
    ids_.emplace(all[i].id, rules.index);
    for (const pack::Membership& member : settlement.combine) {
      if (member.form != pack::Form::kAdd) rules.forms |= BitOf(member.form);
      any_shared_identity_ = any_shared_identity_ || groups()[static_cast<size_t>(member.group)].all_subjects;
    }
  }
  SetLevels(&policies_);
}

int32_t Rules::FindPolicy(std::string_view id) const {
  const auto found = ids_.find(id);
  return found == ids_.end() ? -1 : found->second;
}

int32_t Rules::FindKind(std::string_view kind) const {
  const auto found = kinds_.find(kind);
  return found == kinds_.end() ? -1 : found->second;
}

bool Rules::IsMember(int32_t policy, int group) const {
  if (policy < 0) return false;
  const std::span<const pack::Membership> combine = this->policy(policy).combine;
  return std::any_of(combine.begin(), combine.end(),
                     [group](const pack::Membership& member) { return member.group == group; });
}

}  // namespace zhida::payout

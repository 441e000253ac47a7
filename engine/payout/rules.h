// Rules: the settlement part of a pack, prepared for one as-of date. Immutable; any thread.
#ifndef ZHIDA_ENGINE_PAYOUT_RULES_H_
#define ZHIDA_ENGINE_PAYOUT_RULES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/pack/pack.h"
#include "engine/payout/award.h"

namespace zhida::payout {

// Forms as a set of bits.
constexpr uint32_t BitOf(pack::Form form) { return uint32_t{1} << static_cast<int>(form); }
inline constexpr uint32_t kExcludingForms = BitOf(pack::Form::kMax) | BitOf(pack::Form::kOnceId);

// What settlement asks of a policy for each award, close together.
struct PolicyRules {
  const pack::Policy* policy = nullptr;
  std::span<const pack::Membership> combine;
  int64_t least_fen = 0;         // min_pay of the policy; kUnknownFen: awards have their own
  bool least_inclusive = false;  // the sum itself is not paid either
  int32_t index = -1;
  int32_t rank = 0;   // among policies by id, in bytes
  int32_t kind = -1;  // of its event key
  int32_t level = 0;  // above all policies that it reads
  int32_t pool = -1;
  uint32_t forms = 0;  // of its groups, as bits, without ADD; 0: its awards stand alone
};

class Rules {
 public:
  Rules(pack::PackPtr pack, Date as_of);

  const pack::Pack& pack() const { return *pack_; }
  const pack::PackPtr& pack_ptr() const { return pack_; }
  Date as_of() const { return as_of_; }
  int32_t year() const { return year_; }
  const PolicyRules& policy(int32_t index) const { return policies_[static_cast<size_t>(index)]; }
  const std::vector<pack::Group>& groups() const { return pack_->settlement.groups; }
  const std::vector<pack::Pool>& pools() const { return pack_->settlement.pools; }
  int32_t FindPolicy(std::string_view id) const;  // -1 if there is none
  int32_t FindKind(std::string_view kind) const;  // -1 if no policy has it
  bool IsMember(int32_t policy, int group) const;
  bool any_shared_identity() const { return any_shared_identity_; }

 private:
  pack::PackPtr pack_;
  Date as_of_;
  int32_t year_;
  std::vector<PolicyRules> policies_;
  std::unordered_map<std::string_view, int32_t> ids_;
  std::unordered_map<std::string_view, int32_t> kinds_;
  bool any_shared_identity_ = false;
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_RULES_H_

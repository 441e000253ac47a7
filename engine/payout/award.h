// What settlement starts from: awards, one a row, and earlier payments.
//
// Money is in fen. The tables only grow; one thread fills them. What may be absent has its own constant, so
// that a row stays small: memory is linear in awards, about 100 bytes each with its texts.
#ifndef ZHIDA_ENGINE_PAYOUT_AWARD_H_
#define ZHIDA_ENGINE_PAYOUT_AWARD_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/pack/judge.h"
#include "engine/payout/text_pool.h"

namespace zhida::payout {

inline constexpr int64_t kNoFen = std::numeric_limits<int64_t>::min();
inline constexpr int64_t kUnknownFen = kNoFen + 1;  // there is a sum, but nobody knows it
inline constexpr int32_t kNoYear = std::numeric_limits<int32_t>::min();

// Why an award waits for a person though its amount is settled.
enum class PayeeState : uint8_t { kFine = 0, kUnknown, kOtherName };

// One group of an award: the identity within it, and the limit or the upper level's part.
struct Link {
  TextRef key;
  bool key_known = true;
  int64_t fen = kNoFen;
};

struct PayeeRow {
  TextRef name;
  TextRef account;
  TextRef bank;
};

struct Award {
  TextRef subject;
  TextRef object;
  TextRef region;
  int64_t amount_fen = kNoFen;  // after the policy's own cap
  int64_t unclipped_fen = kNoFen;
  int64_t min_pay_fen = kNoFen;
  uint32_t order_begin = 0;  // in AwardTable::orders
  uint32_t links_begin = 0;  // in AwardTable::links; as many as the policy has memberships
  uint32_t payee = 0;        // in AwardTable::payees
  int32_t policy = -1;
  int32_t year = kNoYear;  // of the event key
  pack::Outcome outcome = pack::Outcome::kEligible;
  uint8_t order_count = 0;
  PayeeState payee_state = PayeeState::kFine;
  bool object_known = true;
};

// One award as callers hand it in; texts are copied.
struct AwardInput {
  std::string_view subject;
  std::string_view object;
  std::string_view region;
  int32_t policy = -1;
  pack::Outcome outcome = pack::Outcome::kEligible;
  int64_t amount_fen = kNoFen;
  int64_t unclipped_fen = kNoFen;
  int64_t min_pay_fen = kNoFen;
  int32_t year = kNoYear;
  bool object_known = true;
  std::span<const int64_t> order;
  struct Link {
    std::string_view key;
    bool key_known = true;
    int64_t fen = kNoFen;
  };
  std::span<const Link> links;  // parallel to the policy's memberships
  std::string_view payee_name;
  std::string_view payee_account;
  std::string_view payee_bank;
  PayeeState payee_state = PayeeState::kFine;
};

struct AwardTable {
  TextPool texts;
  std::vector<Award> rows;
  std::vector<int64_t> orders;
  std::vector<Link> links;
  std::vector<PayeeRow> payees;

  void Add(const AwardInput& input);
  std::string_view View(TextRef ref) const { return texts.View(ref); }
  std::span<const int64_t> OrderOf(const Award& award) const {
    return {orders.data() + award.order_begin, award.order_count};
  }
};

// A payment made or promised before. Negative: money that came back.
struct Payment {
  TextRef subject;
  TextRef object;
  int64_t fen = 0;
  int32_t kind = -1;    // of Rules::kinds; -1: of no policy of the pack
  int32_t policy = -1;  // -1: not said
  int32_t year = kNoYear;
  int32_t part = 1;
  int32_t paid_year = 0;  // of its date
};

struct PaymentInput {
  std::string_view subject;
  std::string_view policy;
  std::string_view kind;
  std::string_view object;
  std::string_view region;
  std::string_view pool;
  int64_t fen = 0;
  int32_t year = kNoYear;
  int32_t part = 1;
  int32_t paid_year = 0;
  int32_t pool_year = 0;  // whose budget it came from; 0: that of paid_year
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_AWARD_H_

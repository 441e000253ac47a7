// Line: what became of one award, with every step that its figure needs.
#ifndef ZHIDA_ENGINE_PAYOUT_LINE_H_
#define ZHIDA_ENGINE_PAYOUT_LINE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string_view>

namespace zhida::payout {

enum class Status : uint8_t {
  kPay = 0,
  kHold,     // a person has to decide; fen is what would be paid, 0 if that is not known
  kNothing,  // nothing is due
  kOpen,     // undetermined, so no award yet; only there because it is somebody's rival
};
std::string_view StatusName(Status status);

// Why an award is not paid, or not whole.
enum class Reason : uint8_t {
  kNone = 0,
  kConditional,        // rests on a promise, and the policy pays on eligible only
  kUndetermined,       // kOpen
  kZero,               // the amount is 0
  kAlreadyPaid,        // earlier payments cover it
  kOverpaid,           // earlier payments of this very award exceed it: something is to be recovered
  kGivenUp,            // a better award of its group is paid instead
  kIdentityUsed,       // its person, loan or invoice has served another award
  kIdentityShared,     // several subjects claim with one identity
  kIdentityUnknown,    // what identifies it is not known
  kUpperOpen,          // an award of the upper level, which it is reduced by, is not decided
  kUpperCovers,        // the upper level pays it all
  kYearCap,            // the year's limit is used up
  kContributionCap,    // the contribution is used up
  kLimitUnknown,       // a limit, a min_pay or the upper level's part is not known
  kBelowMinimum,       // less than min_pay
  kBudget,             // the pool is used up
  kBudgetQueue,        // the pool is used up; first in line when there is money again
  kNoBudget,           // the pool has no budget for the year
  kPoolClosed,         // the pool's year is closed
  kPoolOvercommitted,  // more was paid from the pool than it has
  kOrderUnknown,       // what the pool puts awards in order by is not known
  kRegionUnknown,      // the region is not known, and the pool has quotas
  kDuplicateKey,       // two awards of one event key
  kTooManyRivals,      // more awards exclude each other than are solved exactly
  kTooLarge,           // beyond 64 bits of fen
  kAccountName,        // the account's name differs from the subject's
  kPayeeUnknown,       // whom to pay is not known
};
std::string_view ReasonName(Reason reason);  // "already_paid"; "" for kNone

enum class StepKind : uint8_t {
  kAmount = 0,  // as computed, before the policy's own cap
  kOwnCap,
  kPercentage,  // of the upper level's award
  kUpper,       // less what the upper level pays
  kAlreadyPaid,
  kGivenUp,
  kYearCap,
  kContributionCap,
  kBudget,
  kMinimum,
};
std::string_view StepName(StepKind kind);

// The figure after a step, and what made it so: a policy, a group or a pool, by the kind of step.
struct Step {
  int64_t fen = 0;
  int32_t cause = -1;
  StepKind kind = StepKind::kAmount;
};

struct Line {
  int64_t asked_fen = 0;     // of the pool
  int64_t share_fen = 0;     // what the pool had for it
  int64_t fen = 0;           // paid, or held
  uint64_t steps_begin = 0;  // among those of its piece
  uint32_t row = 0;          // of the award
  int32_t part = 1;          // of the event key
  uint32_t order = 0;        // turn in the pool, from 1; 0: the pool was not asked
  uint8_t steps_count = 0;
  Status status = Status::kPay;
  Reason reason = Reason::kNone;
  bool rival_open = false;
};

// Room for lines that several threads construct, each its own, since the first touch of memory is dear.
class Lines {
 public:
  Lines() = default;
  explicit Lines(size_t count)
      : lines_(static_cast<Line*>(::operator new(count * sizeof(Line)))), count_(count) {}
  // To be constructed before they are read.
  std::span<Line> room() { return {lines_.get(), count_}; }
  std::span<const Line> all() const { return {lines_.get(), count_}; }

 private:
  struct Release {
    void operator()(Line* lines) const { ::operator delete(lines); }
  };
  std::unique_ptr<Line, Release> lines_;
  size_t count_ = 0;
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_LINE_H_

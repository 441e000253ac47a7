#include "engine/payout/line.h"

#include <iterator>

namespace zhida::payout {
namespace {

// By the number of the enumerator.
constexpr std::string_view kStatusNames[] = {"pay", "hold", "nothing", "open"};
static_assert(std::size(kStatusNames) == static_cast<size_t>(Status::kOpen) + 1);
constexpr std::string_view kReasonNames[] = {"",
                                             "conditional",
                                             "undetermined",
                                             "zero",
                                             "already_paid",
                                             "overpaid",
                                             "given_up",
                                             "identity_used",
                                             "identity_shared",
                                             "identity_unknown",
                                             "upper_open",
                                             "upper_covers",
                                             "year_cap",
                                             "contribution_cap",
                                             "limit_unknown",
                                             "below_minimum",
                                             "budget",
                                             "budget_queue",
                                             "no_budget",
                                             "pool_closed",
                                             "pool_overcommitted",
                                             "order_unknown",
                                             "region_unknown",
                                             "duplicate_key",
                                             "too_many_rivals",
                                             "too_large",
                                             "account_name",
                                             "payee_unknown"};
static_assert(std::size(kReasonNames) == static_cast<size_t>(Reason::kPayeeUnknown) + 1);
constexpr std::string_view kStepNames[] = {"amount",       "own_cap",  "percentage", "upper",
                                           "already_paid", "given_up", "year_cap",   "contribution_cap",
                                           "budget",       "minimum"};
static_assert(std::size(kStepNames) == static_cast<size_t>(StepKind::kMinimum) + 1);

}  // namespace

std::string_view StatusName(Status status) { return kStatusNames[static_cast<size_t>(status)]; }
std::string_view ReasonName(Reason reason) { return kReasonNames[static_cast<size_t>(reason)]; }
std::string_view StepName(StepKind kind) { return kStepNames[static_cast<size_t>(kind)]; }

}  // namespace zhida::payout

#include "engine/payout/line.h"

namespace zhida::payout {

std::string_view StatusName(Status status) {
  switch (status) {
    case Status::kPay:
      return "pay";
    case Status::kHold:
      return "hold";
    case Status::kNothing:
      return "nothing";
    case Status::kOpen:
      return "open";
  }
  return "";
}

std::string_view ReasonName(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "";
    case Reason::kConditional:
      return "conditional";
    case Reason::kUndetermined:
      return "undetermined";
    case Reason::kZero:
      return "zero";
    case Reason::kAlreadyPaid:
      return "already_paid";
    case Reason::kOverpaid:
      return "overpaid";
    case Reason::kGivenUp:
      return "given_up";
    case Reason::kIdentityUsed:
      return "identity_used";
    case Reason::kIdentityShared:
      return "identity_shared";
    case Reason::kIdentityUnknown:
      return "identity_unknown";
    case Reason::kUpperOpen:
      return "upper_open";
    case Reason::kUpperCovers:
      return "upper_covers";
    case Reason::kYearCap:
      return "year_cap";
    case Reason::kContributionCap:
      return "contribution_cap";
    case Reason::kLimitUnknown:
      return "limit_unknown";
    case Reason::kBelowMinimum:
      return "below_minimum";
    case Reason::kBudget:
      return "budget";
    case Reason::kBudgetQueue:
      return "budget_queue";
    case Reason::kNoBudget:
      return "no_budget";
    case Reason::kPoolClosed:
      return "pool_closed";
    case Reason::kPoolOvercommitted:
      return "pool_overcommitted";
    case Reason::kOrderUnknown:
      return "order_unknown";
    case Reason::kRegionUnknown:
      return "region_unknown";
    case Reason::kDuplicateKey:
      return "duplicate_key";
    case Reason::kTooManyRivals:
      return "too_many_rivals";
    case Reason::kTooLarge:
      return "too_large";
    case Reason::kAccountName:
      return "account_name";
    case Reason::kPayeeUnknown:
      return "payee_unknown";
  }
  return "";
}

std::string_view StepName(StepKind kind) {
  switch (kind) {
    case StepKind::kAmount:
      return "amount";
    case StepKind::kOwnCap:
      return "own_cap";
    case StepKind::kPercentage:
      return "percentage";
    case StepKind::kUpper:
      return "upper";
    case StepKind::kAlreadyPaid:
      return "already_paid";
    case StepKind::kGivenUp:
      return "given_up";
    case StepKind::kYearCap:
      return "year_cap";
    case StepKind::kContributionCap:
      return "contribution_cap";
    case StepKind::kBudget:
      return "budget";
    case StepKind::kMinimum:
      return "minimum";
  }
  return "";
}

}  // namespace zhida::payout

#include "engine/ledger/transition.h"

#include "engine/value/decimal.h"

namespace zhida::ledger {

std::optional<State> NextState(State from, EntryKind kind) {
  struct Way {
    EntryKind kind;
    State from;
    State to;
  };
  static constexpr Way kWays[] = {
      {EntryKind::kHold, State::kReserved, State::kHeld},
      {EntryKind::kRelease, State::kHeld, State::kReserved},
      {EntryKind::kExport, State::kReserved, State::kExported},
      {EntryKind::kExport, State::kExported, State::kExported},  // into the file that supersedes
      {EntryKind::kWithdraw, State::kExported, State::kReserved},
      {EntryKind::kPending, State::kExported, State::kPending},
      {EntryKind::kPending, State::kUnknown, State::kPending},
      {EntryKind::kUnknown, State::kExported, State::kUnknown},
      {EntryKind::kUnknown, State::kPending, State::kUnknown},
      {EntryKind::kPost, State::kExported, State::kPaid},
      {EntryKind::kPost, State::kPending, State::kPaid},
      {EntryKind::kPost, State::kUnknown, State::kPaid},
      {EntryKind::kReject, State::kExported, State::kRejected},
      {EntryKind::kReject, State::kPending, State::kRejected},
      {EntryKind::kReject, State::kUnknown, State::kRejected},
      {EntryKind::kVoid, State::kReserved, State::kVoid},
      {EntryKind::kVoid, State::kHeld, State::kVoid},
      {EntryKind::kVoid, State::kRejected, State::kVoid},
      {EntryKind::kReturn, State::kPaid, State::kPaid},
      {EntryKind::kRecover, State::kPaid, State::kPaid},
      {EntryKind::kDemand, State::kPaid, State::kPaid},
  };
  for (const Way& way : kWays) {
    if (way.kind == kind && way.from == from) return way.to;
  }
  return std::nullopt;
}

StepFault Step(EntryKind kind, int64_t amount_fen, Standing* standing) {
  const std::optional<State> next = NextState(standing->state, kind);
  if (!next) return StepFault::kWrongState;
  if (kind == EntryKind::kReturn || kind == EntryKind::kRecover) {
    if (amount_fen <= 0 || amount_fen > standing->amount_fen - standing->returned_fen) {
      return StepFault::kWrongAmount;
    }
    standing->returned_fen += amount_fen;
    if (standing->returned_fen == standing->amount_fen) standing->state = State::kReturned;
    return StepFault::kNone;
  }
  if (kind == EntryKind::kDemand) {
    if (amount_fen <= 0 || amount_fen > standing->amount_fen - standing->demanded_fen) {
      return StepFault::kWrongAmount;
    }
    standing->demanded_fen += amount_fen;
    return StepFault::kNone;
  }
  const bool whole = kind == EntryKind::kExport || kind == EntryKind::kPost || kind == EntryKind::kVoid;
  if (amount_fen != (whole ? standing->amount_fen : 0)) return StepFault::kWrongAmount;
  standing->state = *next;
  return StepFault::kNone;
}

bool MovesMoney(EntryKind kind) {
  return kind == EntryKind::kReserve || kind == EntryKind::kPost || kind == EntryKind::kVoid ||
         kind == EntryKind::kReturn || kind == EntryKind::kRecover;
}

bool Move(EntryKind kind, int64_t amount_fen, Balance* balance) {
  Balance after = *balance;
  bool overflow = false;
  const auto add = [&](int64_t fen, int64_t* sum_fen) {
    overflow |= __builtin_add_overflow(*sum_fen, fen, sum_fen);
  };
  if (kind == EntryKind::kReserve) {
    add(-amount_fen, &after.free_fen);
    add(amount_fen, &after.reserved_fen);
  } else if (kind == EntryKind::kPost) {
    add(-amount_fen, &after.reserved_fen);
    add(amount_fen, &after.posted_fen);
  } else if (kind == EntryKind::kVoid) {
    add(-amount_fen, &after.reserved_fen);
    add(amount_fen, &after.free_fen);
  } else {  // comes back
    add(amount_fen, &after.returned_fen);
    add(amount_fen, &after.free_fen);
  }
  if (overflow || !IsConserved(after)) return false;
  *balance = after;
  return true;
}

bool IsConserved(const Balance& balance) {
  // Paid money is counted gross, so that it may be far more than the budget.
  const int128_t parts_fen =
      int128_t{balance.free_fen} + balance.reserved_fen + balance.posted_fen - balance.returned_fen;
  return balance.budget_fen == parts_fen && balance.free_fen >= 0 && balance.reserved_fen >= 0 &&
         balance.returned_fen >= 0 && balance.posted_fen >= balance.returned_fen;
}

}  // namespace zhida::ledger

// What each step does to a payment and to its pool: the rules of the ledger, without any storage.
//
// Pure; any thread. The ledger takes a step before it writes the entry, the audit takes it again from the
// entry.
#ifndef ZHIDA_ENGINE_LEDGER_TRANSITION_H_
#define ZHIDA_ENGINE_LEDGER_TRANSITION_H_

#include <cstdint>
#include <optional>

#include "engine/ledger/entry.h"

namespace zhida::ledger {

// The part of a payment that steps change, and its amount.
struct Standing {
  State state = State::kReserved;
  int64_t amount_fen = 0;
  int64_t returned_fen = 0;
  int64_t demanded_fen = 0;
};

enum class StepFault : uint8_t {
  kNone,
  kWrongState,   // this step does not lead on from there
  kWrongAmount,  // posted: not the amount reserved; otherwise not 1 or more, or more than is left
};

// Where a step leads from a state; nothing where it may not be taken. A return or recovery leads to kPaid
// here, and Step() makes it kReturned when all has come back.
std::optional<State> NextState(State from, EntryKind kind);

// Takes one step of a payment. `amount_fen` is the payment's own for kExport, kPost and kVoid, what comes
// back or is asked back for kReturn, kRecover and kDemand, and 0 for the others. Changes nothing on a fault.
StepFault Step(EntryKind kind, int64_t amount_fen, Standing* standing);

// Steps that move money in the pool: kReserve, kPost, kVoid, kReturn, kRecover.
bool MovesMoney(EntryKind kind);

// Moves the money of such a step. False, and nothing changed, where a reservation finds too little free, or a
// sum would outgrow 64 bits.
bool Move(EntryKind kind, int64_t amount_fen, Balance* balance);

// budget = free + reserved + posted - returned, nothing negative, not more returned than posted.
bool IsConserved(const Balance& balance);

}  // namespace zhida::ledger

#endif  // ZHIDA_ENGINE_LEDGER_TRANSITION_H_

// Where faults of the storage end: the two wrappers around every public call of Ledger.
//
// Internal to engine/ledger.
#ifndef ZHIDA_ENGINE_LEDGER_GUARDED_H_
#define ZHIDA_ENGINE_LEDGER_GUARDED_H_

#include <optional>

#include "engine/ledger/ledger.h"
#include "engine/ledger/requests.h"
#include "engine/ledger/store.h"
#include "engine/ledger/transaction.h"

namespace zhida::ledger {

// Runs `body()`, which gives the refusal of the whole call or nothing.
template <typename Body>
bool Ledger::Guarded(Diagnostics* diagnostics, Body body) {
  if (broken_) {
    diagnostics->Add(Refusal("ZD7102", "the ledger's storage has failed before",
                             "open the ledger again and repeat what was not acknowledged"));
    return false;
  }
  try {
    const std::optional<Diagnostic> refusal = body();
    if (refusal) diagnostics->Add(*refusal);
    return !refusal;
  } catch (const StorageFault& fault) {
    broken_ = true;
    diagnostics->Add(Refusal(fault.code, fault.what(), fault.mend));
    return false;
  }
}

// The same in a transaction, which is committed unless the body refuses.
template <typename Body>
bool Ledger::Write(const Act& act, Diagnostics* diagnostics, Body body) {
  return Guarded(diagnostics, [&]() -> std::optional<Diagnostic> {
    if (auto fault = FaultOf(act)) return fault;
    Transaction transaction(store_.get(), act);
    if (auto refusal = body(transaction)) return refusal;
    transaction.Commit();
    return std::nullopt;
  });
}

}  // namespace zhida::ledger

#endif  // ZHIDA_ENGINE_LEDGER_GUARDED_H_

// What is wrong with a request before the ledger is asked: texts too long, no name, no amount.
//
// Pure; any thread. Each gives the refusal, or nothing when there is nothing to say against it.
#ifndef ZHIDA_ENGINE_LEDGER_REQUESTS_H_
#define ZHIDA_ENGINE_LEDGER_REQUESTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/ledger/ledger.h"

namespace zhida::ledger {

Diagnostic Refusal(std::string code, std::string what, std::string mend);

std::optional<Diagnostic> FaultOf(const Act& act);
std::optional<Diagnostic> FaultOf(const Reservation& reservation);
std::optional<Diagnostic> FaultOf(const Payee& payee);
std::optional<Diagnostic> FaultOf(const Change& change);
std::optional<Diagnostic> FaultOfBatch(size_t count);  // requests of one call
// Ids of files and pools; `what` names it in the message.
std::optional<Diagnostic> FaultOfName(std::string_view what, const std::string& name);

// Whether two names are the same person's: blanks around and ASCII case do not count.
bool SameActor(std::string_view a, std::string_view b);

// "12,345.00 yuan", for messages.
std::string Yuan(int64_t fen);

}  // namespace zhida::ledger

#endif  // ZHIDA_ENGINE_LEDGER_REQUESTS_H_

// What the ledger's readers return as JSON.
#ifndef ZHIDA_ENGINE_CAPI_LEDGER_JSON_H_
#define ZHIDA_ENGINE_CAPI_LEDGER_JSON_H_

#include <string>
#include <vector>

#include "engine/ledger/ledger.h"

namespace zhida::capi {

// `entries` null: without them.
std::string PaymentJson(const ledger::Payment& payment, const std::vector<ledger::Entry>* entries);
std::string AttemptsJson(const std::vector<ledger::Payment>& payments);
std::string StatusJson(const std::vector<ledger::Balance>& balances,
                       const std::vector<ledger::FileRecord>& files, const ledger::Head& head);
std::string AuditJson(const ledger::AuditReport& report);

}  // namespace zhida::capi

#endif  // ZHIDA_ENGINE_CAPI_LEDGER_JSON_H_

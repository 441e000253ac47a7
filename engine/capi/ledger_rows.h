// Rows of the ledger as Arrow: reservations in, payments and entries out.
#ifndef ZHIDA_ENGINE_CAPI_LEDGER_ROWS_H_
#define ZHIDA_ENGINE_CAPI_LEDGER_ROWS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/facts/arrow_abi.h"
#include "engine/ledger/ledger.h"

namespace zhida::capi {

// Takes over `*rows` and hands its reservations on, at most `rows_max` at a time, until `take` says stop by
// false. False with a diagnostic where a column or a cell cannot be read.
bool ReadReservations(ArrowArrayStream* rows, size_t rows_max,
                      const std::function<bool(const std::vector<ledger::Reservation>&)>& take,
                      Diagnostics* diagnostics);

// Streams that read the ledger page by page and keep it alive.
void ExportPayments(std::shared_ptr<ledger::Ledger> ledger, ledger::PaymentFilter filter,
                    ArrowArrayStream* out);
void ExportEntries(std::shared_ptr<ledger::Ledger> ledger, int64_t after_seq, ArrowArrayStream* out);

}  // namespace zhida::capi

#endif  // ZHIDA_ENGINE_CAPI_LEDGER_ROWS_H_

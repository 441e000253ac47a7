// From reserved payments to files for the bank.
//
// A file is written aside, recorded in the ledger with its digest and its payments in one transaction, and
// only then takes its name. So a crash leaves either nothing, or a recorded file that still has to take its
// name, which the next export in the same folder sees to. A recorded file is never changed: asked for again
// it is made from the ledger again, must come out with the recorded digest, and is refused if it does not.
//
// A file's id is ZD-YYYYMMDD-NNNN, the day being the one on which the bank shall pay; it is the bank's MsgId
// and, with the ending of the format, the file's name. Everything else in the file is in the ledger, or in
// the bank profile, so that the same id gives the same bytes years later.
//
// Whoever reserved a payment cannot export it (ZD8120). Names are compared, nobody is authenticated.
// The ledger and these calls: one thread at a time. Memory holds the payments of one file.
// Codes ZD81xx, and the ledger's own.
#ifndef ZHIDA_ENGINE_PAYMENT_EXPORT_H_
#define ZHIDA_ENGINE_PAYMENT_EXPORT_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/ledger/ledger.h"
#include "engine/payment/bank_profile.h"

namespace zhida::payment {

struct ExportRequest {
  std::string folder;
  Date execution;                   // the day on which the bank shall pay
  std::optional<std::string> pool;  // none: payments of all pools
  // Asked after each file with the payments exported so far; false stops, what is done stays done.
  std::function<bool(int64_t)> on_progress;
};

struct ExportedFile {
  std::string id;
  std::string path;
  std::string digest;
  int64_t count = 0;
  int64_t total_fen = 0;
  bool resumed = false;  // recorded by an earlier run that did not live to name it
};

struct ExportReport {
  std::vector<ExportedFile> files;
  // Payments that no bank would read as they are meant: held, each with the reason.
  std::vector<Diagnostic> held;
  bool stopped = false;
};

// Exports all reserved payments, in the order of reservation, at most `transfers_max` a file.
bool ExportReserved(ledger::Ledger& ledger, const BankProfile& profile, const ExportRequest& request,
                    const ledger::Act& act, ExportReport* report, Diagnostics& diagnostics);

// Puts the payments of a file that was not sent into a new one, which takes its place.
bool Supersede(ledger::Ledger& ledger, const BankProfile& profile, const std::string& file_id,
               const ExportRequest& request, const ledger::Act& act, ExportReport* report,
               Diagnostics& diagnostics);

// Makes a recorded file again, in `folder`. Writes nothing to the ledger.
bool ExportAgain(ledger::Ledger& ledger, const BankProfile& profile, const std::string& file_id,
                 const std::string& folder, ExportReport* report, Diagnostics& diagnostics);

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_EXPORT_H_

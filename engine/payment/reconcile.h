// From the bank's answers to the ledger: what was taken on, paid, refused, sent back.
//
// Each answer is recorded before its changes are applied, and every change may be repeated, so that after a
// crash the same answer is simply read again. What does not fit is a finding, never a change: an id that is
// not in the ledger, another amount, a word that contradicts what the ledger knows. The rest of the answer is
// applied all the same. Silence changes nothing: MarkUnanswered() says so in the ledger, and from then on a
// person or a later answer decides.
//
// Only booked entries of notifications and statements move money, and a pain.002 that calls a transfer
// settled; an announced return (pacs.004) is noted in the report, the entry that brings the money counts.
// One thread at a time. Memory holds one answer. Codes ZD83xx; ZD82xx for answers that cannot be read.
#ifndef ZHIDA_ENGINE_PAYMENT_RECONCILE_H_
#define ZHIDA_ENGINE_PAYMENT_RECONCILE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/ledger/ledger.h"
#include "engine/payment/bank_answer.h"

namespace zhida::payment {

struct AnswerReport {
  AnswerKind kind = AnswerKind::kStatusReport;
  std::string id;        // as recorded: "pain.002:MSG-1"
  std::string batch_id;  // of a status report
  bool again = false;    // it was recorded before
  int64_t items = 0;     // what the answer says of our payments: the sum of the counts below
  int64_t pending = 0;
  int64_t paid = 0;
  int64_t paid_fen = 0;
  int64_t rejected = 0;
  int64_t returned = 0;
  int64_t returned_fen = 0;
  int64_t unknown = 0;    // the bank has it from before, and does not say whether it was paid
  int64_t announced = 0;  // returns still to come
  int64_t already = 0;    // known before
  int64_t refused = 0;    // see the findings
  int64_t other_entries = 0;
  std::vector<Diagnostic> findings;
};

// False when the answer cannot be read or taken, with diagnostics; nothing was then applied. True with
// findings when parts of it did not fit.
bool Reconcile(ledger::Ledger& ledger, std::string_view bytes, const std::string& file,
               const ledger::Act& act, AnswerReport* report, Diagnostics& diagnostics);

// Calls unknown whatever was exported before `before` and has no final answer; *count says how many.
bool MarkUnanswered(ledger::Ledger& ledger, int64_t before, const ledger::Act& act, int64_t* count,
                    Diagnostics& diagnostics);

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_RECONCILE_H_

// The writer of the CSV files that banks' own counters take, laid out by a BankProfile.
//
// Cells are quoted as RFC 4180 has it. A text that a spreadsheet would take for a formula (it begins with
// = + - @ or their full-width forms) gets an apostrophe in front; numbers never begin so, as accounts are
// checked and amounts are above 0. Encodings: UTF-8 with or without a mark, GB18030, which holds all of
// Unicode. Source: RFC 4180; GB 18030; OWASP on CSV injection.
#ifndef ZHIDA_ENGINE_PAYMENT_BANK_CSV_H_
#define ZHIDA_ENGINE_PAYMENT_BANK_CSV_H_

#include <memory>

#include "engine/payment/file_writer.h"

namespace zhida::payment {

std::unique_ptr<FileWriter> MakeCsvWriter(const BankProfile& profile, const Batch& batch, ByteSink& sink,
                                          Diagnostics& diagnostics);

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_BANK_CSV_H_

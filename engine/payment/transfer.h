// What a payment file says: one batch to a bank, and its transfers.
//
// Value types. Money is whole fen. Texts are UTF-8; what each may hold is checked by CheckBatch() and
// CheckTransfer(), which every writer calls, so that no file holds what the bank would read otherwise.
// Source: ISO 20022 pain.001.001.09, whose bounds (in characters) these are.
#ifndef ZHIDA_ENGINE_PAYMENT_TRANSFER_H_
#define ZHIDA_ENGINE_PAYMENT_TRANSFER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/value/temporal.h"

namespace zhida::payment {

inline constexpr std::string_view kCurrency = "CNY";
inline constexpr size_t kIdCharactersMax = 35;
inline constexpr size_t kNameCharactersMax = 140;
inline constexpr size_t kAccountCharactersMax = 34;
inline constexpr size_t kMemoCharactersMax = 140;
// A bank amount has 18 digits, so an int64 of fen (at most 17 before the point, 2 behind it) may not fit.
inline constexpr int64_t kTransferFenMax = 999'999'999'999'999'999;
inline constexpr int64_t kTransfersMax = 10'000'000;  // one file; more is a slip rather than a batch

struct BankAccount {
  std::string name;    // of the holder, as the bank knows it
  std::string number;  // letters and digits, no blanks
  std::string bank;    // the bank's number in China's payment system (CNAPS), 12 digits
};

struct Transfer {
  std::string end_to_end_id;  // comes back in every answer of the bank
  int64_t amount_fen = 0;     // above 0
  BankAccount payee;
  std::string memo;  // may be empty
};

// `count` and `total_fen` stand in the file before the transfers; a writer refuses a batch that differs.
struct Batch {
  std::string id;          // MsgId: the bank knows a file it has seen by it
  std::string created_at;  // "2026-11-29T09:30:00+08:00"; given, for the library never reads the clock
  Date execution;          // the day on which the bank shall pay
  BankAccount debtor;
  int64_t count = 0;
  int64_t total_fen = 0;
};

// "66000.00": what bank files hold.
std::string FenDecimal(int64_t fen);
// The reverse, strictly: digits, at most one point, at most two digits that are not 0 behind it. False if it
// is no such number or does not fit.
bool ParseFenDecimal(std::string_view text, int64_t* fen);

// Why `text` cannot stand in a bank file as `what` ("the payee's name"); "" if it can. Refused: an empty
// text (unless `may_be_empty`), more than `characters_max` characters, malformed UTF-8, control characters
// and what XML forbids, blanks at either end.
std::string TextFault(std::string_view what, std::string_view text, size_t characters_max,
                      bool may_be_empty = false);
// The same for an account or bank number: ASCII letters, digits and hyphens.
std::string NumberFault(std::string_view what, std::string_view text, size_t characters_max);

// Why the transfer cannot be written into any file; "" if it can.
std::string TransferFault(const Transfer& transfer);
// Reports what is wrong with a batch's own fields; ZD8101.
bool CheckBatch(const Batch& batch, Diagnostics& diagnostics);

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_TRANSFER_H_

// What a bank answers: status reports (pain.002), notifications (camt.054), statements (camt.053) and
// announced returns (pacs.004), read into one form.
//
// A file is taken whole or refused whole: bad XML, another message, a count or sum that differs from what it
// sums up, an amount that is none, another currency, a status nobody knows. So nothing is half believed.
// Messages are told apart by their namespace; any version of the four is read, as what is used of them has
// not changed since 2009. Plain values; any thread. Codes ZD82xx, with line and column.
// Source: ISO 20022 pain.002.001.03 to .15, camt.053/054.001.02 to .12, pacs.004.001.09; the external code
// sets ExternalPaymentTransactionStatus1Code and ExternalStatusReason1Code.
#ifndef ZHIDA_ENGINE_PAYMENT_BANK_ANSWER_H_
#define ZHIDA_ENGINE_PAYMENT_BANK_ANSWER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"

namespace zhida::payment {

enum class AnswerKind : uint8_t { kStatusReport, kNotification, kStatement, kReturn };
std::string_view AnswerKindName(AnswerKind kind);  // "pain.002" ...

// What it says of one transfer.
enum class Word : uint8_t {
  kPending,    // taken on, not yet paid
  kPaid,       // it left the account
  kRejected,   // it will not be paid
  kDuplicate,  // the bank has it from an earlier file: says nothing about whether it was paid
  kReturned,   // it came back into the account
  kAnnounced,  // it will come back; the entry that brings it counts
};
std::string_view WordName(Word word);

struct AnswerItem {
  std::string end_to_end_id;
  Word word = Word::kPending;
  std::string code;                   // "AC04"; may be empty
  std::string text;                   // the bank's own words; may be empty
  std::optional<int64_t> amount_fen;  // where it is stated
  std::string reference;              // of the booking: the same in every message about it
  int line = 0;
  int column = 0;
};

struct BankAnswer {
  AnswerKind kind = AnswerKind::kStatusReport;
  std::string file;    // where it was read from
  std::string id;      // the bank's MsgId
  std::string digest;  // "sha256:..." of the bytes
  // A status report: on which file, and what it says of all of it.
  std::string batch_id;
  std::optional<int64_t> batch_count;
  std::optional<int64_t> batch_total_fen;
  std::optional<Word> batch_word;
  std::string batch_code;
  std::string batch_text;
  std::vector<AnswerItem> items;
  // Entries of notifications and statements that are none of ours (charges, other payers' money).
  int64_t other_entries = 0;
};

// Warnings may be added to the diagnostics of an answer that is good.
std::optional<BankAnswer> ReadBankAnswer(std::string_view bytes, const std::string& file,
                                         Diagnostics& diagnostics);

// True if the id has the form of the ledger's: ZD and 32 hexadecimal digits.
bool IsPaymentId(std::string_view id);

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_BANK_ANSWER_H_

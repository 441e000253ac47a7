// camt.054, debit and credit notification, and camt.053, statement of an account.
#include "engine/base/text.h"
#include "engine/payment/answer_reading.h"
#include "engine/payment/transfer.h"

namespace zhida::payment {
namespace {

enum class Side : uint8_t { kDebit, kCredit };

class AccountReportReader {
 public:
  AccountReportReader(AnswerReading& reading, BankAnswer* answer) : reading_(reading), answer_(*answer) {}

  void Read(const XmlElement& report) {
    count_ = debit_count_ = credit_count_ = 0;
    debit_fen_ = credit_fen_ = booked_net_fen_ = 0;
    for (XmlElement entry = report.Child("Ntry"); entry; entry = entry.NextOfName()) ReadEntry(entry);
    int64_t total_fen = debit_fen_;
    reading_.Add(report, credit_fen_, &total_fen);
    if (const XmlElement summary = report.Child("TxsSummry")) {
      reading_.CheckTotals(summary.At("TtlNtries/NbOfNtries"), summary.At("TtlNtries/Sum"), count_, total_fen,
                           "entries");
      reading_.CheckTotals(summary.At("TtlDbtNtries/NbOfNtries"), summary.At("TtlDbtNtries/Sum"),
                           debit_count_, debit_fen_, "debits");
      reading_.CheckTotals(summary.At("TtlCdtNtries/NbOfNtries"), summary.At("TtlCdtNtries/Sum"),
                           credit_count_, credit_fen_, "credits");
    }
    if (answer_.kind == AnswerKind::kStatement) CheckBalances(report);
  }

 private:
  std::optional<Side> SideOf(const XmlElement& at) {
    const std::string side = reading_.Required(at, "CdtDbtInd");
    if (side == "DBIT") return Side::kDebit;
    if (side == "CRDT") return Side::kCredit;
    if (!side.empty()) {
      reading_.Refuse(at, "ZD8207", JsonQuote(side) + " is neither CRDT nor DBIT",
                      "ask the bank for the file as it was sent");
    }
    return std::nullopt;
  }

  void ReadEntry(const XmlElement& entry) {
    const XmlElement amount = entry.Child("Amt");
    const std::optional<Side> side = SideOf(entry);
    const std::optional<int64_t> fen = amount ? reading_.Fen(amount, true) : std::nullopt;
    if (!fen || !side) {
      if (!amount) reading_.Required(entry, "Amt");
      return;
    }
    ++count_;
    ++(*side == Side::kDebit ? debit_count_ : credit_count_);
    reading_.Add(entry, *fen, *side == Side::kDebit ? &debit_fen_ : &credit_fen_);

    // Version 2 of the messages has the code itself in Sts.
    std::string status = AnswerReading::Optional(entry, "Sts/Cd");
    if (status.empty()) status = AnswerReading::Optional(entry, "Sts");
    const bool booked = status == "BOOK";
    if (!booked && status != "PDNG" && status != "INFO") {
      reading_.Refuse(entry, "ZD8207", "the entry's status is " + JsonQuote(status),
                      "BOOK, PDNG and INFO are known; ask the bank what it means");
      return;
    }
    if (booked && reading_.ok()) booked_net_fen_ += *side == Side::kCredit ? *fen : -*fen;
    ReadDetails(entry, *side, *fen, booked);
  }

  // An entry may stand for many transfers, each in a TxDtls of its own.
  void ReadDetails(const XmlElement& entry, Side side, int64_t entry_fen, bool booked) {
    int64_t found = 0;
    int64_t stated = 0;
    int64_t stated_fen = 0;
    for (XmlElement group = entry.Child("NtryDtls"); group; group = group.NextOfName()) {
      for (XmlElement at = group.Child("TxDtls"); at; at = at.NextOfName()) {
        ++found;
        XmlElement amount = at.Child("Amt");
        if (!amount) amount = at.At("AmtDtls/TxAmt/Amt");
        std::optional<int64_t> fen;
        if (amount && (fen = reading_.Fen(amount, true))) {
          ++stated;
          reading_.Add(at, *fen, &stated_fen);
        }
        ReadTransfer(entry, at, side, fen, booked);
      }
    }
    if (found == 0) ++answer_.other_entries;
    if (stated > 0 && stated == found && stated_fen != entry_fen) {
      reading_.Refuse(entry, "ZD8206",
                      "the entry is of " + FenDecimal(entry_fen) + " yuan and its transfers come to " +
                          FenDecimal(stated_fen),
                      "nothing of the file was taken; ask the bank for it anew");
    }
    // A single transfer without an amount of its own has the entry's.
    if (found == 1 && stated == 0 && !answer_.items.empty() && taken_last_) {
      answer_.items.back().amount_fen = entry_fen;
    }
  }

  void ReadTransfer(const XmlElement& entry, const XmlElement& at, Side side, std::optional<int64_t> fen,
                    bool booked) {
    AnswerItem item;
    item.end_to_end_id = AnswerReading::Optional(at, "Refs/EndToEndId");
    taken_last_ = IsPaymentId(item.end_to_end_id) && (booked || side == Side::kDebit);
    if (!taken_last_) {
      ++answer_.other_entries;
      return;
    }
    if (side == Side::kDebit && AnswerReading::Optional(entry, "RvslInd") == "true") {
      reading_.Refuse(entry, "ZD8207", "a return of payment " + item.end_to_end_id + " is reversed",
                      "no rule covers that; ask the bank, and correct the ledger by hand");
    }
    item.amount_fen = fen;
    // The bank's reference of the booking is the same in a notification and in the statement after it.
    item.reference = AnswerReading::Optional(at, "Refs/AcctSvcrRef");
    if (item.reference.empty()) item.reference = AnswerReading::Optional(entry, "AcctSvcrRef");
    if (item.reference.empty()) item.reference = AnswerReading::Optional(entry, "BookgDt/Dt");
    AnswerReading::ReadReason(at.Child("RtrInf"), &item.code, &item.text);
    item.word = side == Side::kCredit ? Word::kReturned : booked ? Word::kPaid : Word::kPending;
    if (item.word == Word::kReturned && item.reference.empty()) {
      reading_.Refuse(at, "ZD8204", "the return of " + item.end_to_end_id + " has no reference and no date",
                      "without either it could be counted twice; ask the bank for the file anew");
    }
    reading_.Place(at, &item);
    answer_.items.push_back(std::move(item));
  }

  // Opening balance, credits and debits must come to the closing balance: otherwise an entry is missing.
  void CheckBalances(const XmlElement& statement) {
    std::optional<int64_t> opening;
    std::optional<int64_t> closing;
    XmlElement place;
    for (XmlElement at = statement.Child("Bal"); at; at = at.NextOfName()) {
      const std::string code = AnswerReading::Optional(at, "Tp/CdOrPrtry/Cd");
      const XmlElement amount = at.Child("Amt");
      if (!amount || (code != "OPBD" && code != "PRCD" && code != "CLBD")) continue;
      const std::optional<int64_t> fen = reading_.Fen(amount, true);
      const std::optional<Side> side = SideOf(at);
      if (!fen || !side) continue;
      place = at;
      (code == "CLBD" ? closing : opening) = *side == Side::kCredit ? *fen : -*fen;
    }
    if (!opening || !closing) return;
    // Amounts and their sums have at most 18 digits, so none of these steps leaves 64 bits.
    const int64_t gap_fen = *closing - *opening - booked_net_fen_;
    if (gap_fen == 0) return;
    reading_.Warn(place, "the balances move by " + FenDecimal(gap_fen) + " yuan more than the entries do",
                  "an entry is missing; ask the bank for it, and leave what has no answer unknown");
  }

  AnswerReading& reading_;
  BankAnswer& answer_;
  int64_t count_ = 0;
  int64_t debit_count_ = 0;
  int64_t credit_count_ = 0;
  int64_t debit_fen_ = 0;
  int64_t credit_fen_ = 0;
  int64_t booked_net_fen_ = 0;  // credits less debits
  bool taken_last_ = false;
};

}  // namespace

void ReadAccountReport(const XmlElement& message, AnswerReading& reading, BankAnswer* answer) {
  const std::string_view name = answer->kind == AnswerKind::kStatement ? "Stmt" : "Ntfctn";
  XmlElement report = message.Child(name);
  if (!report) reading.Required(message, name);
  AccountReportReader reader(reading, answer);
  for (; report; report = report.NextOfName()) reader.Read(report);
}

}  // namespace zhida::payment

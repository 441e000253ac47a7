// pain.002, customer payment status report, and pacs.004, payment return.
#include "engine/base/text.h"
#include "engine/payment/answer_reading.h"
#include "engine/payment/transfer.h"

namespace zhida::payment {
namespace {

struct Status {
  std::string_view code;
  Word word;
};
// Accepted means checked or on its way; only a completed settlement is paid.
constexpr Status kStatuses[] = {
    {"RCVD", Word::kPending},  {"PDNG", Word::kPending}, {"ACTC", Word::kPending}, {"ACCP", Word::kPending},
    {"ACSP", Word::kPending},  {"ACWC", Word::kPending}, {"ACWP", Word::kPending}, {"ACFC", Word::kPending},
    {"PATC", Word::kPending},  {"ACSC", Word::kPaid},    {"ACCC", Word::kPaid},    {"RJCT", Word::kRejected},
    {"CANC", Word::kRejected},
};

// What one level of the report says: of the file, of its batch, or of one transfer.
struct Verdict {
  std::optional<Word> word;  // none: the level says nothing, or leaves it to the levels below
  std::string code;
  std::string text;
};

Verdict ReadVerdict(const XmlElement& level, std::string_view status_name, AnswerReading& reading) {
  Verdict verdict;
  const XmlElement status = level.Child(status_name);
  if (!status || status.text() == "PART") return verdict;
  for (const Status& known : kStatuses) {
    if (known.code == status.text()) verdict.word = known.word;
  }
  if (!verdict.word) {
    reading.Refuse(status, "ZD8207", "the status " + JsonQuote(status.text()) + " is not known",
                   "nothing of the file was taken; ask the bank what it means");
  }
  AnswerReading::ReadReason(level.Child("StsRsnInf"), &verdict.code, &verdict.text);
  if (verdict.word == Word::kRejected && IsDuplicateCode(verdict.code)) verdict.word = Word::kDuplicate;
  return verdict;
}

void ReadTransfers(const XmlElement& batch, const Verdict& above, AnswerReading& reading,
                   BankAnswer* answer) {
  for (XmlElement at = batch.Child("TxInfAndSts"); at; at = at.NextOfName()) {
    Verdict verdict = ReadVerdict(at, "TxSts", reading);
    if (!verdict.word) verdict = above;
    AnswerItem item;
    item.end_to_end_id = reading.Required(at, "OrgnlEndToEndId");
    reading.Place(at, &item);
    if (const XmlElement amount = at.At("OrgnlTxRef/Amt/InstdAmt")) {
      item.amount_fen = reading.Fen(amount, /*with_currency=*/true);
    }
    if (!verdict.word) {
      if (!reading.ok()) continue;  // its status was refused
      reading.Refuse(at, "ZD8207", "the transfer has no status", "ask the bank for the file as it was sent");
      continue;
    }
    item.word = *verdict.word;
    item.code = verdict.code;
    item.text = verdict.text;
    answer->items.push_back(std::move(item));
  }
}

}  // namespace

void ReadStatusReport(const XmlElement& report, AnswerReading& reading, BankAnswer* answer) {
  const XmlElement group = report.Child("OrgnlGrpInfAndSts");
  if (!group) {
    reading.Refuse(report, "ZD8204", "the report does not say on which file it is",
                   "ask the bank for the file as it was sent");
    return;
  }
  answer->batch_id = reading.Required(group, "OrgnlMsgId");
  if (const XmlElement count = group.Child("OrgnlNbOfTxs")) answer->batch_count = reading.Count(count);
  if (const XmlElement sum = group.Child("OrgnlCtrlSum")) {
    answer->batch_total_fen = reading.Fen(sum, /*with_currency=*/false);
  }
  Verdict whole = ReadVerdict(group, "GrpSts", reading);
  for (XmlElement batch = report.Child("OrgnlPmtInfAndSts"); batch; batch = batch.NextOfName()) {
    const Verdict verdict = ReadVerdict(batch, "PmtInfSts", reading);
    // A file of ours has one batch, so what is said of the batch is said of the file.
    if (verdict.word) whole = verdict;
    ReadTransfers(batch, whole, reading, answer);
  }
  answer->batch_word = whole.word;
  answer->batch_code = whole.code;
  answer->batch_text = whole.text;
}

void ReadPaymentReturn(const XmlElement& message, AnswerReading& reading, BankAnswer* answer) {
  int64_t count = 0;
  int64_t total_fen = 0;
  for (XmlElement at = message.Child("TxInf"); at; at = at.NextOfName()) {
    AnswerItem item;
    item.word = Word::kAnnounced;
    item.end_to_end_id = reading.Required(at, "OrgnlEndToEndId");
    item.reference = reading.Required(at, "RtrId");
    reading.Place(at, &item);
    if (const XmlElement amount = at.Child("RtrdIntrBkSttlmAmt")) {
      item.amount_fen = reading.Fen(amount, /*with_currency=*/true);
    }
    reading.Add(at, item.amount_fen.value_or(0), &total_fen);
    AnswerReading::ReadReason(at.Child("RtrRsnInf"), &item.code, &item.text);
    ++count;
    answer->items.push_back(std::move(item));
  }
  const XmlElement head = message.Child("GrpHdr");
  reading.CheckTotals(head.Child("NbOfTxs"), head.Child("CtrlSum"), count, total_fen, "returns");
}

}  // namespace zhida::payment

#include "engine/payment/bank_answer.h"

#include <memory>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/payment/answer_reading.h"
#include "engine/payment/transfer.h"
#include "engine/payment/xml_tree.h"

namespace zhida::payment {
namespace {

struct Message {
  std::string_view name;  // as the namespace ends, without version
  std::string_view root;  // child of Document
  AnswerKind kind;
  void (*read)(const XmlElement& message, AnswerReading& reading, BankAnswer* answer);
};
constexpr Message kMessages[] = {
    {"pain.002.001.", "CstmrPmtStsRpt", AnswerKind::kStatusReport, ReadStatusReport},
    {"camt.054.001.", "BkToCstmrDbtCdtNtfctn", AnswerKind::kNotification, ReadAccountReport},
    {"camt.053.001.", "BkToCstmrStmt", AnswerKind::kStatement, ReadAccountReport},
    {"pacs.004.001.", "PmtRtr", AnswerKind::kReturn, ReadPaymentReturn},
};
constexpr std::string_view kNamespace = "urn:iso:std:iso:20022:tech:xsd:";

const Message* FindMessage(const XmlTree& tree) {
  std::string_view space = tree.root_namespace();
  if (!space.starts_with(kNamespace)) return nullptr;
  space.remove_prefix(kNamespace.size());
  for (const Message& message : kMessages) {
    if (space.starts_with(message.name) && tree.root().name() == "Document") return &message;
  }
  return nullptr;
}

}  // namespace

std::string_view AnswerKindName(AnswerKind kind) {
  for (const Message& message : kMessages) {
    if (message.kind == kind) return message.name.substr(0, 8);
  }
  return "";
}

std::string_view WordName(Word word) {
  switch (word) {
    case Word::kPending:
      return "pending";
    case Word::kPaid:
      return "paid";
    case Word::kRejected:
      return "rejected";
    case Word::kDuplicate:
      return "duplicate";
    case Word::kReturned:
      return "returned";
    case Word::kAnnounced:
      return "announced";
  }
  return "";
}

bool IsPaymentId(std::string_view id) {
  if (id.size() != 34 || !id.starts_with("ZD")) return false;
  return id.find_first_not_of("0123456789ABCDEF", 2) == std::string_view::npos;
}

bool IsDuplicateCode(std::string_view code) {
  for (const std::string_view known : {"AM05", "DUPL", "DU01", "DU02", "DU03", "DU04", "DU05"}) {
    if (code == known) return true;
  }
  return false;
}

std::optional<BankAnswer> ReadBankAnswer(std::string_view bytes, const std::string& file,
                                         Diagnostics& diagnostics) {
  const std::unique_ptr<const XmlTree> tree = XmlTree::Parse(bytes, file, diagnostics);
  if (tree == nullptr) return std::nullopt;
  AnswerReading reading(*tree, bytes, diagnostics);
  const Message* const message = FindMessage(*tree);
  const XmlElement body = message == nullptr ? XmlElement() : tree->root().Child(message->root);
  if (!body) {
    reading.Refuse(tree->root(), "ZD8203", "this is no answer of a bank that is read here",
                   "give a pain.002, camt.054, camt.053 or pacs.004 as the bank sent it");
    return std::nullopt;
  }
  BankAnswer answer;
  answer.kind = message->kind;
  answer.file = file;
  answer.digest = "sha256:" + Sha256Hex(bytes);
  answer.id = reading.Required(body, "GrpHdr/MsgId");
  message->read(body, reading, &answer);
  if (!reading.ok()) return std::nullopt;
  return answer;
}

void AnswerReading::Refuse(const XmlElement& at, std::string code, std::string what, std::string mend) {
  ok_ = false;
  diagnostics_.Error(std::move(code), tree_.Where(at), std::move(what), std::move(mend));
}

void AnswerReading::Warn(const XmlElement& at, std::string what, std::string mend) {
  diagnostics_.Warning("ZD8208", tree_.Where(at), std::move(what), std::move(mend));
}

std::string AnswerReading::Required(const XmlElement& parent, std::string_view path) {
  std::string text = Optional(parent, path);
  if (text.empty()) {
    Refuse(parent, "ZD8204", "<" + std::string(parent.name()) + "> has no " + std::string(path),
           "ask the bank for the file as it was sent");
  }
  return text;
}

std::string AnswerReading::Optional(const XmlElement& parent, std::string_view path) {
  const XmlElement element = parent.At(path);
  return element ? std::string(element.text()) : std::string();
}

std::optional<int64_t> AnswerReading::Fen(const XmlElement& element, bool with_currency) {
  int64_t fen = 0;
  if (with_currency && element.Attribute("Ccy") != kCurrency) {
    Refuse(element, "ZD8205", "the amount is in " + JsonQuote(element.Attribute("Ccy")) + ", not in CNY",
           "only answers about payments in yuan are read");
    return std::nullopt;
  }
  if (!ParseFenDecimal(element.text(), &fen) || fen > kTransferFenMax) {
    Refuse(element, "ZD8205", JsonQuote(element.text()) + " is no amount of yuan and fen",
           "ask the bank for the file as it was sent");
    return std::nullopt;
  }
  return fen;
}

std::optional<int64_t> AnswerReading::Count(const XmlElement& element) {
  const std::string_view text = element.text();
  int64_t count = 0;
  for (const char byte : text) {
    if (byte < '0' || byte > '9' || text.size() > 15) {
      Refuse(element, "ZD8205", JsonQuote(text) + " is no count", "ask the bank for the file as it was sent");
      return std::nullopt;
    }
    count = count * 10 + (byte - '0');
  }
  return count;
}

void AnswerReading::CheckTotals(const XmlElement& count, const XmlElement& sum, int64_t real_count,
                                int64_t real_fen, std::string_view of) {
  if (count) {
    const std::optional<int64_t> stated = Count(count);
    if (stated && *stated != real_count) {
      Refuse(count, "ZD8206",
             "the file states " + std::to_string(*stated) + " " + std::string(of) + " and holds " +
                 std::to_string(real_count),
             "it may be cut short; ask the bank for it anew");
    }
  }
  if (sum) {
    const std::optional<int64_t> stated = Fen(sum, /*with_currency=*/false);
    if (stated && *stated != real_fen) {
      Refuse(sum, "ZD8206",
             "the control sum is " + FenDecimal(*stated) + " and the " + std::string(of) + " come to " +
                 FenDecimal(real_fen),
             "nothing of the file was taken; ask the bank for it anew");
    }
  }
}

void AnswerReading::Add(const XmlElement& at, int64_t fen, int64_t* total_fen) {
  *total_fen += fen;  // both have at most 18 digits
  if (*total_fen > kTransferFenMax) {
    Refuse(at, "ZD8205", "the amounts add up to more than 18 digits", "ask the bank for several files");
    *total_fen = 0;
  }
}

void AnswerReading::Place(const XmlElement& element, AnswerItem* item) {
  const pack::Position place = cursor_.At(element.offset());
  item->line = place.line;
  item->column = place.column;
}

void AnswerReading::ReadReason(const XmlElement& info, std::string* code, std::string* text) {
  if (!info) return;
  *code = Optional(info, "Rsn/Cd");
  if (code->empty()) *code = Optional(info, "Rsn/Prtry");
  for (XmlElement more = info.Child("AddtlInf"); more; more = more.NextOfName()) {
    if (!text->empty()) *text += ' ';
    *text += more.text();
  }
}

}  // namespace zhida::payment

// What the readers of the four messages share: values with their places, sums that must agree.
// Internal to the files of bank_answer. One thread; one file.
#ifndef ZHIDA_ENGINE_PAYMENT_ANSWER_READING_H_
#define ZHIDA_ENGINE_PAYMENT_ANSWER_READING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/pack/file_set.h"
#include "engine/payment/bank_answer.h"
#include "engine/payment/xml_tree.h"

namespace zhida::payment {

class AnswerReading {
 public:
  AnswerReading(const XmlTree& tree, std::string_view bytes, Diagnostics& diagnostics)
      : tree_(tree), diagnostics_(diagnostics), cursor_(bytes) {}

  bool ok() const { return ok_; }
  void Refuse(const XmlElement& at, std::string code, std::string what, std::string mend);
  void Warn(const XmlElement& at, std::string what, std::string mend);

  // The text of the element at `path` below `parent`, which must be there and not be empty.
  std::string Required(const XmlElement& parent, std::string_view path);
  static std::string Optional(const XmlElement& parent, std::string_view path);
  // An amount of yuan, with the currency of the element's Ccy if `with_currency`; refuses what is none.
  std::optional<int64_t> Fen(const XmlElement& element, bool with_currency);
  std::optional<int64_t> Count(const XmlElement& element);
  // A number and a sum that the message states about its parts, either of which may be absent.
  void CheckTotals(const XmlElement& count, const XmlElement& sum, int64_t real_count, int64_t real_fen,
                   std::string_view of);
  // Adds to *total_fen; refuses an overflow.
  void Add(const XmlElement& at, int64_t fen, int64_t* total_fen);
  // Sets an item's place. Items must be placed in the order of the file.
  void Place(const XmlElement& element, AnswerItem* item);
  // "AC04" or the bank's own code, and its words, from an element that holds StsRsnInf, RtrRsnInf or RtrInf.
  static void ReadReason(const XmlElement& info, std::string* code, std::string* text);

 private:
  const XmlTree& tree_;
  Diagnostics& diagnostics_;
  pack::TextCursor cursor_;
  bool ok_ = true;
};

// A code that says that the bank has the thing already.
bool IsDuplicateCode(std::string_view code);

void ReadStatusReport(const XmlElement& report, AnswerReading& reading, BankAnswer* answer);    // pain.002
void ReadAccountReport(const XmlElement& message, AnswerReading& reading, BankAnswer* answer);  // camt
void ReadPaymentReturn(const XmlElement& message, AnswerReading& reading, BankAnswer* answer);  // pacs.004

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_ANSWER_READING_H_

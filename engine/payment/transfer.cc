#include "engine/payment/transfer.h"

#include <optional>

#include "engine/base/text.h"

namespace zhida::payment {
namespace {

bool IsDigit(char byte) { return byte >= '0' && byte <= '9'; }

// Control characters of both ranges, the separators that editors take for line ends, and what XML 1.0
// forbids. Unseen marks of direction could make a name read otherwise than it is paid.
bool IsForbidden(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point <= 0x9F) || (point >= 0x200B && point <= 0x200F) ||
         (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF ||
         (point & 0xFFFE) == 0xFFFE;
}

bool IsBlank(char32_t point) { return point == ' ' || point == 0xA0 || point == 0x3000; }

std::string CodePointText(char32_t point) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text = "U+";
  for (int shift = point > 0xFFFF ? 20 : 12; shift >= 0; shift -= 4) text += kDigits[(point >> shift) & 0xF];
  return text;
}

// YYYY-MM-DDThh:mm:ss with Z or ±hh:mm: the part of ISODateTime that names a moment.
bool IsMoment(std::string_view text) {
  if (text.size() < 20 || text[10] != 'T') return false;
  if (!Date::Parse(text.substr(0, 10))) return false;
  const std::optional<TimeOfDay> time = TimeOfDay::Parse(text.substr(11));
  return time && time->offset_seconds && time->nanos == 0;
}

}  // namespace

std::string FenDecimal(int64_t fen) {
  const bool negative = fen < 0;
  uint64_t rest = negative ? uint64_t{0} - static_cast<uint64_t>(fen) : static_cast<uint64_t>(fen);
  std::string text = std::to_string(rest / 100) + ".";
  rest %= 100;
  text += static_cast<char>('0' + rest / 10);
  text += static_cast<char>('0' + rest % 10);
  return negative ? "-" + text : text;
}

bool ParseFenDecimal(std::string_view text, int64_t* fen) {
  int64_t value = 0;
  int behind = -1;  // digits behind the point; -1: none was seen
  bool digit_seen = false;
  for (const char byte : text) {
    if (byte == '.' && behind < 0) {
      behind = 0;
      continue;
    }
    if (!IsDigit(byte)) return false;
    digit_seen = true;
    const int digit = byte - '0';
    if (behind >= 2) {
      if (digit != 0) return false;
      continue;
    }
    if (__builtin_mul_overflow(value, int64_t{10}, &value) ||
        __builtin_add_overflow(value, int64_t{digit}, &value)) {
      return false;
    }
    if (behind >= 0) ++behind;
  }
  if (!digit_seen) return false;
  for (int i = behind < 0 ? 0 : behind; i < 2; ++i) {
    if (__builtin_mul_overflow(value, int64_t{10}, &value)) return false;
  }
  *fen = value;
  return true;
}

std::string TextFault(std::string_view what, std::string_view text, size_t characters_max,
                      bool may_be_empty) {
  const std::string subject(what);
  if (text.empty()) return may_be_empty ? "" : subject + " is empty";
  if (!IsValidUtf8(text)) return subject + " is not UTF-8";
  size_t count = 0;
  char32_t first = 0;
  char32_t last = 0;
  for (size_t offset = 0; offset < text.size(); ++count) {
    last = NextCodePoint(text, &offset);
    if (count == 0) first = last;
    if (IsForbidden(last)) return subject + " holds the control character " + CodePointText(last);
  }
  if (IsBlank(first) || IsBlank(last)) return subject + " begins or ends with a blank";
  if (count > characters_max) {
    return subject + " has " + std::to_string(count) + " characters; a bank takes " +
           std::to_string(characters_max);
  }
  return "";
}

std::string NumberFault(std::string_view what, std::string_view text, size_t characters_max) {
  std::string fault = TextFault(what, text, characters_max);
  if (!fault.empty()) return fault;
  for (const char byte : text) {
    const bool letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
    if (!IsDigit(byte) && !letter && byte != '-') {
      return std::string(what) + " holds something other than letters, digits and hyphens";
    }
  }
  return text.front() == '-' ? std::string(what) + " begins with a hyphen" : "";
}

std::string TransferFault(const Transfer& transfer) {
  if (transfer.amount_fen <= 0) return "the amount is " + FenDecimal(transfer.amount_fen) + " yuan";
  if (transfer.amount_fen > kTransferFenMax) return "the amount has more than 18 digits";
  for (std::string fault :
       {NumberFault("the end-to-end id", transfer.end_to_end_id, kIdCharactersMax),
        TextFault("the payee's name", transfer.payee.name, kNameCharactersMax),
        NumberFault("the payee's account", transfer.payee.number, kAccountCharactersMax),
        NumberFault("the payee's bank", transfer.payee.bank, kIdCharactersMax),
        TextFault("the memo", transfer.memo, kMemoCharactersMax, /*may_be_empty=*/true)}) {
    if (!fault.empty()) return fault;
  }
  return "";
}

bool CheckBatch(const Batch& batch, Diagnostics& diagnostics) {
  const auto wrong = [&](const std::string& fault, std::string mend) {
    if (!fault.empty()) diagnostics.Error("ZD8101", {}, fault, std::move(mend));
    return fault.empty();
  };
  bool ok = wrong(NumberFault("the batch's id", batch.id, kIdCharactersMax), "give another id");
  ok &= wrong(TextFault("the payer's name", batch.debtor.name, kNameCharactersMax), "mend the bank profile");
  ok &= wrong(NumberFault("the payer's account", batch.debtor.number, kAccountCharactersMax),
              "mend the bank profile");
  ok &= wrong(NumberFault("the payer's bank", batch.debtor.bank, kIdCharactersMax), "mend the bank profile");
  ok &= wrong(IsMoment(batch.created_at) ? "" : "the time of the batch is no moment: " + batch.created_at,
              "write it like 2026-11-29T09:30:00+08:00");
  ok &= wrong(batch.count > 0 ? "" : "the batch holds no transfer", "reserve payments first");
  ok &= wrong(batch.count <= kTransfersMax
                  ? ""
                  : "the batch holds more than " + std::to_string(kTransfersMax) + " transfers",
              "export it as several files");
  ok &= wrong(batch.total_fen <= kTransferFenMax ? "" : "the batch's total has more than 18 digits",
              "export it as several files");
  return ok;
}

}  // namespace zhida::payment

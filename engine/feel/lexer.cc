#include "engine/feel/lexer.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/text.h"

namespace zhida::feel {
namespace {

struct PointRange {
  char32_t first;
  char32_t last;
};

// Rule 28 of the grammar, without the question mark.
constexpr std::array<PointRange, 15> kNameStarts = {{
    {'A', 'Z'},
    {'_', '_'},
    {'a', 'z'},
    {0xC0, 0xD6},
    {0xD8, 0xF6},
    {0xF8, 0x2FF},
    {0x370, 0x37D},
    {0x37F, 0x1FFF},
    {0x200C, 0x200D},
    {0x2070, 0x218F},
    {0x2C00, 0x2FEF},
    {0x3001, 0xD7FF},
    {0xF900, 0xFDCF},
    {0xFDF0, 0xFFFD},
    {0x10000, 0xEFFFF},
}};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Span MakeSpan(size_t begin, size_t end) { return {static_cast<int>(begin), static_cast<int>(end)}; }

// What people write after a number where FEEL wants a plain one.
std::string NumberAdvice(std::string_view number, std::string_view word) {
  const std::string plain(number);
  if (word.starts_with("亿")) return "write " + plain + " * 100000000";
  if (word.starts_with("万")) return "write " + plain + " * 10000";
  if (word.starts_with("元")) return "write " + plain + ", money is in yuan";
  return "put a space or an operator between " + plain + " and " + std::string(word);
}

}  // namespace

bool IsFeelSpace(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  return c == 0x85 || c == 0xA0 || c == 0x1680 || c == 0x180E || (c >= 0x2000 && c <= 0x200B) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

bool IsNameStart(char32_t c) {
  const bool listed = std::any_of(kNameStarts.begin(), kNameStarts.end(), [c](const PointRange& range) {
    return c >= range.first && c <= range.last;
  });
  return listed && !IsFeelSpace(c);
}

bool IsNamePart(char32_t c) {
  return IsNameStart(c) || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F ||
         c == 0x2040;
}

bool IsNameSymbol(char c) { return c == '.' || c == '/' || c == '-' || c == '\'' || c == '+' || c == '*'; }

bool Lexer::SkipSpace() {
  while (offset_ < text_.size()) {
    if (At("//")) {
      offset_ = std::min(text_.find('\n', offset_), text_.size());
      continue;
    }
    if (At("/*")) {
      const size_t end = text_.find("*/", offset_ + 2);
      if (end == std::string_view::npos) return false;
      offset_ = end + 2;
      continue;
    }
    size_t next = offset_;
    if (!IsFeelSpace(NextCodePoint(text_, &next))) break;
    offset_ = next;
  }
  return true;
}

bool Lexer::Take(std::string_view mark) {
  if (!At(mark)) return false;
  offset_ += mark.size();
  return true;
}

char32_t Lexer::Point() const {
  size_t at = offset_;
  return at < text_.size() ? NextCodePoint(text_, &at) : 0;
}

char32_t Lexer::PointAfterSpace(size_t offset) const {
  Lexer ahead(text_);
  ahead.Seek(offset);
  return ahead.SkipSpace() ? ahead.Point() : 0;
}

std::string_view Lexer::Word() const {
  size_t end = offset_;
  if (end >= text_.size() || !IsNameStart(NextCodePoint(text_, &end))) return {};
  while (end < text_.size()) {
    size_t next = end;
    if (!IsNamePart(NextCodePoint(text_, &next))) break;
    end = next;
  }
  return text_.substr(offset_, end - offset_);
}

bool Lexer::TakeWord(std::string_view word) {
  if (!At(word) || Word() != word) return false;
  offset_ += word.size();
  return true;
}

bool Lexer::AtNumber() const {
  const std::string_view rest = text_.substr(offset_);
  if (rest.empty()) return false;
  return IsDigit(rest[0]) || (rest[0] == '.' && rest.size() > 1 && IsDigit(rest[1]));
}

std::string_view Lexer::TakeNumber(LexProblem* problem) {
  const size_t begin = offset_;
  size_t end = begin;
  const auto digit_at = [this](size_t at) { return at < text_.size() && IsDigit(text_[at]); };
  while (digit_at(end)) ++end;
  // `1..5` is a range: the point belongs to the number only with a digit behind it.
  if (end < text_.size() && text_[end] == '.' && digit_at(end + 1)) {
    ++end;
    while (digit_at(end)) ++end;
  }
  if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
    size_t exponent = end + 1;
    if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
    if (digit_at(exponent)) {
      end = exponent;
      while (digit_at(end)) ++end;
    }
  }
  const std::string_view number = text_.substr(begin, end - begin);
  offset_ = end;
  const std::string_view word = Word();
  if (!word.empty()) {
    const Span span = MakeSpan(begin, end + word.size());
    *problem = {span, "ZD3005", JsonQuote(std::string(number) + std::string(word)) + " is not a number",
                NumberAdvice(number, word)};
    return {};
  }
  return number;
}

bool Lexer::TakeString(std::string* value, LexProblem* problem) {
  const size_t begin = offset_++;
  while (offset_ < text_.size() && text_[offset_] != '\n') {
    const char c = text_[offset_];
    if (c == '"') {
      ++offset_;
      return true;
    }
    if (c == '\\') {
      if (!TakeEscape(value, problem)) return false;
      continue;
    }
    value->push_back(c);
    ++offset_;
  }
  *problem = {MakeSpan(begin, offset_), "ZD3004", "the text that begins here is not closed on its line",
              "close it with \", and write a line break in it as \\n"};
  return false;
}

bool Lexer::TakeHex(int digits, char32_t* value) {
  char32_t result = 0;
  for (int i = 0; i < digits; ++i) {
    const int digit = offset_ < text_.size() ? HexValue(text_[offset_]) : -1;
    if (digit < 0) return false;
    result = result * 16 + static_cast<char32_t>(digit);
    ++offset_;
  }
  *value = result;
  return true;
}

// Source: DMN 1.5 grammar rule 64. Code points beyond U+FFFF come as \U and six digits or as two surrogates.
bool Lexer::TakeEscape(std::string* value, LexProblem* problem) {
  constexpr std::array<std::pair<char, char>, 6> kPlain = {
      {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'"', '"'}, {'\'', '\''}, {'\\', '\\'}}};
  const size_t begin = offset_++;
  const char kind = offset_ < text_.size() ? text_[offset_] : '\0';
  for (const auto& [letter, meaning] : kPlain) {
    if (letter != kind) continue;
    ++offset_;
    value->push_back(meaning);
    return true;
  }
  if (kind == 'u' || kind == 'U') {
    ++offset_;
    char32_t point = 0;
    bool good = TakeHex(kind == 'u' ? 4 : 6, &point);
    if (good && kind == 'u' && point >= 0xD800 && point <= 0xDBFF) {
      char32_t low = 0;
      good = Take("\\u") && TakeHex(4, &low) && low >= 0xDC00 && low <= 0xDFFF;
      point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
    }
    if (good && point <= 0x10FFFF && !(point >= 0xD800 && point <= 0xDFFF)) {
      AppendUtf8(point, value);
      return true;
    }
    *problem = {
        MakeSpan(begin, offset_), "ZD3004", "this escape is not a character",
        "write \\uXXXX, a pair \\uD83D\\uDCA9 of surrogates, or \\UXXXXXX with six hexadecimal digits"};
    return false;
  }
  // What is no escape is a backslash and goes on, so that patterns such as "\d+" need no doubling.
  value->push_back('\\');
  return true;
}

bool Lexer::ScanName(NameRun* run) const {
  run->normal.clear();
  run->pieces.clear();
  size_t at = offset_;
  while (at < text_.size() && run->pieces.size() < kNamePiecesMax && at - offset_ < kNameBytesMax) {
    const std::string_view rest = text_.substr(at);
    size_t end = at;
    const char32_t point = NextCodePoint(text_, &end);
    if (IsFeelSpace(point)) {
      at = end;
      continue;
    }
    if (run->pieces.empty() && !IsNameStart(point)) return false;
    const bool symbol = IsNameSymbol(rest[0]);
    if (symbol) {
      // Two points make a range and two slashes a comment, whatever stands round them.
      if (rest.starts_with("..") || rest.starts_with("//") || rest.starts_with("/*")) break;
    } else {
      if (!IsNamePart(point)) break;
      for (size_t next = end; next < text_.size() && IsNamePart(NextCodePoint(text_, &next)); end = next) {
      }
    }
    const bool after_part = !run->pieces.empty() && !run->pieces.back().symbol;
    if (after_part && !symbol) run->normal += ' ';
    run->normal.append(text_, at, end - at);
    run->pieces.push_back({at, end, run->normal.size(), symbol});
    at = end;
  }
  return !run->pieces.empty();
}

}  // namespace zhida::feel

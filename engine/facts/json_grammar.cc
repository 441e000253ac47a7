// The strict grammar of JSON over a row of tokens: strings, literals, numbers, and values that nobody asked
// for.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/facts/json_tokens.h"

namespace zhida::facts {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool FourHexDigits(std::string_view text, char32_t* value) {
  if (text.size() < 4) return false;
  *value = 0;
  for (const char c : text.substr(0, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    if (!IsDigit(c) && (lower < 'a' || lower > 'f')) return false;
    *value = *value * 16 + static_cast<char32_t>(IsDigit(c) ? c - '0' : lower - 'a' + 10);
  }
  return true;
}

// Reads what follows `\u` at the start of `rest` and removes it.
bool UnescapeCodePoint(std::string_view* rest, std::string* out) {
  char32_t unit;
  if (!FourHexDigits(*rest, &unit)) return false;
  rest->remove_prefix(4);
  if (unit >= 0xD800 && unit < 0xDC00) {
    char32_t low;
    if (rest->substr(0, 2) != "\\u" || !FourHexDigits(rest->substr(2), &low)) return false;
    if (low < 0xDC00 || low > 0xDFFF) return false;
    rest->remove_prefix(6);
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
    return false;
  }
  AppendUtf8(unit, out);
  return true;
}

// The text that `body` stands for; false at an escape that JSON does not have.
bool Unescape(std::string_view body, std::string* out) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  out->clear();
  while (!body.empty()) {
    const size_t plain = std::min(body.find('\\'), body.size());
    out->append(body.substr(0, plain));
    body.remove_prefix(plain);
    if (body.empty()) break;
    if (body.size() < 2) return false;
    const char letter = body[1];
    body.remove_prefix(2);
    if (letter == 'u') {
      if (!UnescapeCodePoint(&body, out)) return false;
    } else {
      const size_t place = kLetters.find(letter);
      if (place == std::string_view::npos) return false;
      *out += kMeanings[place];
    }
  }
  return true;
}

// Containers around a value that is skipped, one bit each: 1 for an object.
class Nesting {
 public:
  explicit Nesting(int depth) : outer_(depth) {}
  bool Enter(bool object) {
    if (outer_ + inner_ >= limits::kTreeDepthMax) return false;
    bits_ = (bits_ << 1) | (object ? 1 : 0);
    ++inner_;
    return true;
  }
  void Leave() {
    bits_ >>= 1;
    --inner_;
  }
  bool inside() const { return inner_ > 0; }
  bool in_object() const { return (bits_ & 1) != 0; }

 private:
  static_assert(limits::kTreeDepthMax <= 64, "one bit a level");
  int outer_;
  int inner_ = 0;
  uint64_t bits_ = 0;
};

bool SkipScalar(JsonCursor* cursor, Fault* fault) {
  std::string scratch;
  std::string_view ignored;
  const char c = cursor->Peek();
  if (c == '"') return TakeString(cursor, &scratch, &ignored, fault);
  if (c == 't' || c == 'f' || c == 'n') return TakeLiteral(cursor, fault);
  if (c != '-' && !IsDigit(c)) return SyntaxFault(*cursor, "a value", fault);
  if (!CheckNumberGrammar(cursor->Token(), fault)) return false;
  cursor->Skip();
  return true;
}

bool SkipKey(JsonCursor* cursor, Fault* fault) {
  std::string scratch;
  std::string_view ignored;
  if (cursor->Peek() != '"') return SyntaxFault(*cursor, "a key in quotes", fault);
  if (!TakeString(cursor, &scratch, &ignored, fault)) return false;
  return cursor->TakeIf(':') || SyntaxFault(*cursor, "a colon", fault);
}

// Behind a value: closes what ends here and steps to the next value. `*done` once the outermost value is
// complete.
bool SkipToNextValue(JsonCursor* cursor, Nesting* nesting, bool* done, Fault* fault) {
  while (nesting->inside()) {
    if (cursor->TakeIf(',')) return !nesting->in_object() || SkipKey(cursor, fault);
    const bool object = nesting->in_object();
    if (!cursor->TakeIf(object ? '}' : ']')) {
      return SyntaxFault(*cursor, object ? "a comma or }" : "a comma or ]", fault);
    }
    nesting->Leave();
  }
  *done = true;
  return true;
}

}  // namespace

bool TakeEscapedString(JsonCursor* cursor, std::string* scratch, std::string_view* body, Fault* fault) {
  const std::string_view token = cursor->Token();
  if (token.size() < 2 || token.front() != '"' || token.back() != '"') {
    return SyntaxFault(*cursor, "a string", fault);
  }
  if (!Unescape(token.substr(1, token.size() - 2), scratch)) {
    return SyntaxFault(*cursor, "a string with JSON's escapes (\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX)",
                       fault);
  }
  *body = *scratch;
  cursor->Skip();
  return true;
}

std::optional<Pattern> KeyPattern(std::string_view key) {
  static_assert(Pattern::kBytesMax <= kJsonPaddingBytes);
  const bool plain = std::none_of(key.begin(), key.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  });
  if (!plain || key.size() + 2 > Pattern::kBytesMax) return std::nullopt;
  return Pattern('"' + std::string(key) + '"');
}

// With white space behind it, or none of the three.
bool TakeAnyLiteral(JsonCursor* cursor, Fault* fault) {
  const std::string_view token = cursor->Token();
  if (token != "true" && token != "false" && token != "null") return SyntaxFault(*cursor, "a value", fault);
  cursor->Skip();
  return true;
}

bool SkipValue(JsonCursor* cursor, int depth, Fault* fault) {
  Nesting nesting(depth);
  bool done = false;
  while (!done) {
    const char c = cursor->Peek();
    if (c == '{' || c == '[') {
      if (!nesting.Enter(c == '{')) return TooDeep(fault);
      cursor->Skip();
      if (cursor->Peek() == (c == '{' ? '}' : ']')) {
        cursor->Skip();
        nesting.Leave();
      } else {
        if (c == '{' && !SkipKey(cursor, fault)) return false;
        continue;
      }
    } else if (!SkipScalar(cursor, fault)) {
      return false;
    }
    if (!SkipToNextValue(cursor, &nesting, &done, fault)) return false;
  }
  return true;
}

bool CheckNumberGrammar(std::string_view token, Fault* fault) {
  const auto refuse = [&](const std::string& why) {
    return fault->Set(kBadSyntax, "not JSON: the number " + JsonQuote(token.substr(0, 40)) + " " + why);
  };
  std::string_view rest = token;
  const auto digits = [&rest] {
    size_t count = 0;
    while (count < rest.size() && IsDigit(rest[count])) ++count;
    rest.remove_prefix(count);
    return count;
  };
  if (!rest.empty() && rest.front() == '-') rest.remove_prefix(1);
  const bool leading_zero = !rest.empty() && rest.front() == '0';
  const size_t whole = digits();
  if (token == "-Infinity") return NotFiniteFault(token, fault);
  if (whole == 0 && rest.starts_with('.')) return refuse("has no digit before the point; write 0.5");
  if (whole == 0) return refuse("has no digits; write them, like -5");
  if (leading_zero && whole > 1) return refuse("starts with a zero; drop it, or quote it if it is a code");
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    if (digits() == 0) return refuse("has no digit after the point; drop the point");
  }
  if (!rest.empty() && (rest.front() == 'e' || rest.front() == 'E')) {
    rest.remove_prefix(1);
    if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) rest.remove_prefix(1);
    if (digits() == 0) return refuse("has no digit in its exponent; write it out");
  }
  if (!rest.empty())
    return refuse("goes on with " + JsonQuote(rest.substr(0, 20)) + "; write plain digits like 12345.67");
  return true;
}

}  // namespace zhida::facts

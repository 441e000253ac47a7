// JsonTokens: one JSON text as a row of tokens, and a cursor that walks it by the strict grammar.
//
// simdjson's first stage finds the tokens of one text (brackets, commas, colons, and the first byte of each
// string, number and literal), checks that the text is UTF-8, that every string ends and that none holds a
// bare control character. The grammar is ours: whoever walks the cursor looks at every token, so nothing is
// skipped unseen, which simdjson's own On-Demand values would do. A JsonTokens serves one text after another
// and one thread; cursors point into it and into the text. Source: RFC 8259.
#ifndef ZHIDA_ENGINE_FACTS_JSON_TOKENS_H_
#define ZHIDA_ENGINE_FACTS_JSON_TOKENS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/facts/fault.h"
#include "engine/facts/words.h"

namespace zhida::facts {

// This many bytes after a text must be readable, and the first of them must be a line break or NUL.
inline constexpr size_t kJsonPaddingBytes = 64;

class JsonCursor {
 public:
  // `offsets` ends with `length`, twice, and behind the text stands a byte that starts no token.
  JsonCursor(const char* text, uint32_t length, const uint32_t* offsets)
      : text_(text), length_(length), next_(offsets) {}

  bool at_end() const { return *next_ >= length_; }
  // The first byte of the token here. At the end it is the byte behind the text, which nobody takes for a
  // token and steps over; so nobody need ask first whether the end is reached.
  char Peek() const { return text_[*next_]; }
  // Only past a token.
  void Skip() { ++next_; }
  bool TakeIf(char c) {
    if (Peek() != c) return false;
    Skip();
    return true;
  }

  // The token here without white space behind it; "" at the end.
  std::string_view Token() const {
    const char* const begin = text_ + *next_;
    const char* end = text_ + next_[1];
    while (end > begin && IsSpace(end[-1])) --end;
    return {begin, static_cast<size_t>(end - begin)};
  }
  // The bytes of the token here and of white space behind it. Not at the end.
  const char* token_begin() const { return text_ + *next_; }
  const char* token_end() const { return text_ + next_[1]; }
  size_t token_size() const { return next_[1] - *next_; }

  std::string_view text() const { return {text_, length_}; }
  uint32_t offset() const { return *next_; }

 private:
  static bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  const char* text_;
  uint32_t length_;
  const uint32_t* next_;
};

class JsonTokens {
 public:
  JsonTokens();
  ~JsonTokens();

  // Finds the tokens of a text of at most limits::kLineBytesMax bytes. Any earlier cursor is void.
  bool Load(std::string_view text, Fault* fault);
  // At the first token of the text loaded last.
  JsonCursor cursor() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The string here with its escapes resolved into `*scratch`; steps over it.
bool TakeEscapedString(JsonCursor* cursor, std::string* scratch, std::string_view* body, Fault* fault);

// The body of the string token here; steps over it. The view lies in the text, or in `*scratch` where the
// string has escapes, and holds until either changes.
inline bool TakeString(JsonCursor* cursor, std::string* scratch, std::string_view* body, Fault* fault) {
  const std::string_view token = cursor->Token();
  if (token.size() >= 2 && token.front() == '"' && token.back() == '"' && !HoldsByte(token, '\\')) {
    *body = token.substr(1, token.size() - 2);
    cursor->Skip();
    return true;
  }
  return TakeEscapedString(cursor, scratch, body, fault);
}
// What a token is compared with to see that it is this key. Nullopt where JSON writes it with an escape or it
// is long.
std::optional<Pattern> KeyPattern(std::string_view key);
// Steps over a value of any kind and checks its grammar to the last token; `depth` containers surround it.
bool SkipValue(JsonCursor* cursor, int depth, Fault* fault);
bool TakeAnyLiteral(JsonCursor* cursor, Fault* fault);
// Steps over true, false or null as written; which it is, its first byte tells.
inline bool TakeLiteral(JsonCursor* cursor, Fault* fault) {
  const char* const text = cursor->token_begin();
  const std::string_view token(text, cursor->token_size());
  if (token != "null" && token != "true" && token != "false") return TakeAnyLiteral(cursor, fault);
  cursor->Skip();
  return true;
}
// Reads true or false with no white space behind it, and steps over it. False, and no step, for anything
// else.
inline bool TakeBoolean(JsonCursor* cursor, int64_t* out) {
  const char* const text = cursor->token_begin();
  const size_t size = cursor->token_size();
  const uint32_t head = LoadWord<uint32_t>(text);
  const bool yes = (head == LoadWord<uint32_t>("true")) & (size == 4);
  const bool no = (head == LoadWord<uint32_t>("fals")) & (text[4] == 'e') & (size == 5);
  if (!(yes | no)) return false;
  *out = yes ? 1 : 0;
  cursor->Skip();
  return true;
}

// A text of at most 16 bytes as two words, with zeros behind it.
struct ShortText {
  uint64_t head = 0;
  uint64_t tail = 0;
  size_t size = 0;
};
// Reads one without escapes and without white space behind it, and steps over it. False, and no step, for
// anything else.
inline bool TakeShortText(JsonCursor* cursor, ShortText* out) {
  const char* const token = cursor->token_begin();
  const size_t quoted = cursor->token_size();
  if (quoted < 2 || quoted > 18 || token[0] != '"' || token[quoted - 1] != '"') return false;
  const size_t size = quoted - 2;
  const uint64_t head = LoadWord<uint64_t>(token + 1) & LowBytes(std::min<size_t>(size, 8));
  const uint64_t tail = LoadWord<uint64_t>(token + 9) & LowBytes(std::max<size_t>(size, 8) - 8);
  if (WordHoldsByte(head, '\\') | WordHoldsByte(tail, '\\')) return false;
  *out = {head, tail, size};
  cursor->Skip();
  return true;
}
// True if `token` is a number by JSON's grammar; else the fault says what is wrong with it.
bool CheckNumberGrammar(std::string_view token, Fault* fault);
// The fault of finding something else than `wanted` at the cursor.
bool SyntaxFault(const JsonCursor& cursor, std::string_view wanted, Fault* fault);
bool NotFiniteFault(std::string_view token, Fault* fault);
bool TooDeep(Fault* fault);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_JSON_TOKENS_H_

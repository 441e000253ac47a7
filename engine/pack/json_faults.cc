#include "engine/pack/json_faults.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/text.h"
#include "engine/pack/file_set.h"
#include "engine/pack/json_reader.h"

namespace zhida::pack {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Bytes of a number or a word, right or wrong: whatever people write in their place, such as NaN or 1_000.
bool IsWordByte(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.' ||
         c == '_';
}

std::string NumberAdvice(std::string_view number) {
  if (number.starts_with('+')) return "write it without \"+\"";
  const size_t first = number.starts_with('-') ? 1 : 0;
  if (number.size() > first + 1 && number[first] == '0' && IsDigit(number[first + 1])) {
    return "write it without leading zeros, or in quotes if it is a code";
  }
  if (number.size() > first && number[first] == '.') return "write a digit before the point";
  if (number.find('.') != std::string_view::npos) {
    const size_t behind = number.find('.') + 1;
    if (behind == number.size() || !IsDigit(number[behind])) return "write a digit behind the point";
  }
  return "write digits only, or put a text in quotes";
}

std::string WordAdvice(std::string_view word) {
  if (word == "True" || word == "TRUE") return "write true";
  if (word == "False" || word == "FALSE") return "write false";
  if (word == "None" || word == "Null" || word == "NULL" || word == "nil" || word == "undefined")
    return "write null";
  if (word == "NaN" || word.find("Infinity") != std::string_view::npos) return "JSON has finite numbers only";
  return "put a text in double quotes";
}

// What to write instead of a character that opens nothing in JSON.
std::string CharacterAdvice(char32_t c, std::string_view otherwise) {
  switch (c) {
    case U'\'':
      return "write double quotes instead of single ones";
    case U'/':
    case U'#':
      return "JSON has no comments: delete this one, or write the file as YAML";
    case U'，':
      return "write \",\" instead of the full-width comma";
    case U'：':
      return "write \":\" instead of the full-width colon";
    case U'“':
    case U'”':
      return "write \" instead of the typographic quote";
    default:
      return std::string(otherwise);
  }
}

class JsonFaultFinder {
 public:
  JsonFaultFinder(std::string_view text, std::string file, Diagnostics& diagnostics)
      : text_(text), cursor_(text), builder_(std::move(file), diagnostics) {}

  std::unique_ptr<const Tree> Read() {
    // One value, then what may follow it, until the outermost one is closed.
    while (ReadValue()) {
      if (!ReadAfterValue()) break;
    }
    return builder_.Finish();
  }

 private:
  bool ReadValue();
  bool ReadAfterValue();
  bool ReadOpen(Node::Kind kind);
  bool ReadKey();
  bool ReadString(std::string_view* value, Position* begin);
  bool ReadEscape();
  std::optional<char32_t> ReadHex4();
  bool ReadWord();
  bool Refuse(std::string code, std::string what, std::string mend);
  bool RefuseHere(std::string_view expected, std::string_view mend);

  void SkipSpace() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }
  bool done() const { return at_ == text_.size(); }
  char next() const { return done() ? '\0' : text_[at_]; }  // the text holds no NUL
  Position Here() { return cursor_.At(at_); }

  std::string_view text_;
  size_t at_ = 0;
  TextCursor cursor_;
  TreeBuilder builder_;
  std::string unescaped_;
};

// A mistake after which nothing can be made of the rest.
bool JsonFaultFinder::Refuse(std::string code, std::string what, std::string mend) {
  builder_.Mistake(std::move(code), Here(), std::move(what), std::move(mend));
  return false;
}

bool JsonFaultFinder::RefuseHere(std::string_view expected, std::string_view mend) {
  if (done()) {
    if (builder_.depth() == 0) return Refuse("ZD1030", "expected " + std::string(expected), "write it");
    const char* opener = builder_.in_mapping() ? "\"{\"" : "\"[\"";
    const Position open = builder_.open_at();
    return Refuse("ZD1030",
                  "the file ends inside what " + std::string(opener) + " opened at " +
                      std::to_string(open.line) + ":" + std::to_string(open.column),
                  builder_.in_mapping() ? "close it with \"}\"" : "close it with \"]\"");
  }
  size_t offset = at_;
  const char32_t found = NextCodePoint(text_, &offset);
  return Refuse("ZD1030",
                "expected " + std::string(expected) + ", found " + JsonQuote(text_.substr(at_, offset - at_)),
                CharacterAdvice(found, mend));
}

// Reads up to the end of the first value that is complete: opens what opens before it.
bool JsonFaultFinder::ReadValue() {
  while (true) {
    SkipSpace();
    const char c = next();
    if (c == '"') {
      std::string_view value;
      Position begin;
      if (!ReadString(&value, &begin)) return false;
      builder_.Scalar(value, true, begin, Here());
      return true;
    }
    if (c != '{' && c != '[') return ReadWord();
    if (!ReadOpen(c == '{' ? Node::Kind::kMapping : Node::Kind::kSequence)) return false;
    SkipSpace();
    if (next() == (c == '{' ? '}' : ']')) {
      ++at_;
      builder_.Close(Here());
      return true;
    }
    if (c == '{' && !ReadKey()) return false;
  }
}

bool JsonFaultFinder::ReadOpen(Node::Kind kind) {
  const Position begin = Here();
  ++at_;
  return builder_.Open(kind, begin);
}

// Closes what closes, and stands before the next value if it returns true.
bool JsonFaultFinder::ReadAfterValue() {
  while (true) {
    if (builder_.gave_up()) return false;
    SkipSpace();
    if (builder_.depth() == 0) {
      return done() ? false : Refuse("ZD1032", "more text stands behind the end of the value", "delete it");
    }
    const char close = builder_.in_mapping() ? '}' : ']';
    if (next() == close) {
      ++at_;
      builder_.Close(Here());
      continue;
    }
    if (next() != ',') {
      return RefuseHere(builder_.in_mapping() ? "\",\" or \"}\"" : "\",\" or \"]\"",
                        "put a comma between two values, and close what was opened");
    }
    const Position comma = Here();
    ++at_;
    SkipSpace();
    if (next() == close) {
      builder_.Mistake("ZD1033", comma, "a comma stands before the closing bracket", "delete the comma");
      continue;
    }
    return builder_.in_mapping() ? ReadKey() : true;
  }
}

bool JsonFaultFinder::ReadKey() {
  SkipSpace();
  if (next() != '"') return RefuseHere("a key in double quotes", "put the key in double quotes");
  std::string_view key;
  Position begin;
  if (!ReadString(&key, &begin)) return false;
  builder_.Key(key, begin);
  SkipSpace();
  if (next() != ':') return RefuseHere("\":\" behind the key", "write \"key\": value");
  ++at_;
  return true;
}

// `*value` stays right until the next string is read.
bool JsonFaultFinder::ReadString(std::string_view* value, Position* begin) {
  *begin = Here();
  const size_t first = ++at_;
  unescaped_.clear();
  size_t copied = first;  // what stands before it is in unescaped_
  while (!done()) {
    const char c = text_[at_];
    if (c == '"') {
      *value = text_.substr(copied, at_ - copied);
      if (copied != first) *value = unescaped_.append(*value);
      ++at_;
      return true;
    }
    if (static_cast<unsigned char>(c) < 0x20) {
      // Nearly always a quote that was forgotten; its beginning is what the author has to find.
      if (c == '\n' || c == '\r') {
        return Refuse("ZD1031",
                      "the line ends inside the text opened at " + std::to_string(begin->line) + ":" +
                          std::to_string(begin->column),
                      "close the quote, or write \\n for a line break");
      }
      char name[8];
      std::snprintf(name, sizeof name, "\\u%04x", static_cast<unsigned>(c));
      return Refuse("ZD1031", "a control character stands inside a text",
                    std::string("write ") + (c == '\t' ? "\\t" : name) + ", or delete it");
    }
    if (c != '\\') {
      ++at_;
      continue;
    }
    unescaped_.append(text_.substr(copied, at_ - copied));
    if (!ReadEscape()) return false;
    copied = at_;
  }
  return Refuse("ZD1031",
                "the file ends inside the text opened at " + std::to_string(begin->line) + ":" +
                    std::to_string(begin->column),
                "close the quote");
}

bool JsonFaultFinder::ReadEscape() {
  constexpr std::string_view kEscapes = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  const std::string_view rest = text_.substr(at_);
  const size_t simple = rest.size() < 2 ? std::string_view::npos : kEscapes.find(rest[1]);
  if (simple != std::string_view::npos) {
    unescaped_.push_back(kMeanings[simple]);
    at_ += 2;
    return true;
  }
  const Position begin = Here();
  std::optional<char32_t> point = ReadHex4();
  if (point && *point >= 0xD800 && *point <= 0xDBFF) {
    const std::optional<char32_t> low = ReadHex4();
    const bool pair = low && *low >= 0xDC00 && *low <= 0xDFFF;
    point =
        pair ? std::optional<char32_t>(0x10000 + ((*point - 0xD800) << 10) + (*low - 0xDC00)) : std::nullopt;
  } else if (point && *point >= 0xDC00 && *point <= 0xDFFF) {
    point = std::nullopt;
  }
  if (point == U'\0') {
    builder_.Mistake("ZD1003", begin, "the text holds a NUL character", "delete the escape \\u0000");
    return true;
  }
  if (!point) {
    builder_.Mistake("ZD1034", begin, "this escape stands for no character",
                     "use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u with four hexadecimal digits");
    return false;
  }
  AppendUtf8(*point, &unescaped_);
  return true;
}

// `\uXXXX` here; nullopt if it is something else.
std::optional<char32_t> JsonFaultFinder::ReadHex4() {
  const std::string_view escape = text_.substr(at_, 6);
  if (escape.size() < 6 || !escape.starts_with("\\u")) return std::nullopt;
  char32_t point = 0;
  for (const char c : escape.substr(2)) {
    const char lower = static_cast<char>(c | 0x20);
    if (!IsDigit(c) && !(lower >= 'a' && lower <= 'f')) return std::nullopt;
    point = point * 16 + static_cast<char32_t>(IsDigit(c) ? c - '0' : lower - 'a' + 10);
  }
  at_ += 6;
  return point;
}

bool JsonFaultFinder::ReadWord() {
  const size_t first = at_;
  const Position begin = Here();
  while (!done() && IsWordByte(text_[at_])) ++at_;
  const std::string_view word = text_.substr(first, at_ - first);
  if (word.empty())
    return RefuseHere("a value", "write a text in double quotes, a number, true, false or null");
  if (word == "null") {
    builder_.Null(begin, Here());
    return true;
  }
  const bool numeric =
      IsDigit(word.back()) || IsDigit(word.front()) || word.front() == '-' || word.front() == '.';
  if (word != "true" && word != "false" && !IsJsonNumber(word)) {
    // What was meant is clear enough to go on and look for more mistakes.
    const std::string shown = Excerpt(word);
    if (numeric && word.find("Infinity") == std::string_view::npos) {
      builder_.Mistake("ZD1035", begin, shown + " is no number of JSON", NumberAdvice(word));
    } else {
      builder_.Mistake("ZD1036", begin, shown + " is no value of JSON", WordAdvice(word));
    }
  }
  builder_.Scalar(word, false, begin, Here());
  return true;
}

}  // namespace

bool IsJsonNumber(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t first = at;
    while (at < text.size() && IsDigit(text[at])) ++at;
    return at > first;
  };
  if (text.starts_with('-')) ++at;
  const size_t whole = at;
  if (!digits() || (text[whole] == '0' && at > whole + 1)) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (!digits()) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!digits()) return false;
  }
  return at == text.size();
}

std::unique_ptr<const Tree> FindJsonFaults(std::string_view text, std::string file,
                                           Diagnostics& diagnostics) {
  return JsonFaultFinder(text, std::move(file), diagnostics).Read();
}

}  // namespace zhida::pack

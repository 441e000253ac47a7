#include "engine/feel/pattern_translate.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace zhida::feel {
namespace {

constexpr int kRepetitionMax = 1000;

// XPath's classes by Unicode category: \w is all but punctuation, separators and others. A class cannot be
// negated inside a class, so there \w names the other categories, which RE2 compiles into four times as many
// instructions and which lack letters younger than RE2's tables.
constexpr std::string_view kDigit = "\\p{Nd}";
constexpr std::string_view kNoDigit = "\\P{Nd}";
constexpr std::string_view kWord = "\\p{L}\\p{M}\\p{N}\\p{S}";
constexpr std::string_view kNoWord = "\\p{P}\\p{Z}\\p{C}";
constexpr std::string_view kSpace = "\\t\\n\\r ";
constexpr std::string_view kNoSpace = "\\x{0}-\\x{8}\\x{b}\\x{c}\\x{e}-\\x{1f}\\x{21}-\\x{10ffff}";

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The body of a bracketed class that means the same as the escape of that letter; "" for other letters.
std::string_view ClassOf(char letter) {
  switch (letter) {
    case 'd':
      return kDigit;
    case 'D':
      return kNoDigit;
    case 'w':
      return kWord;
    case 'W':
      return kNoWord;
    case 's':
      return kSpace;
    case 'S':
      return kNoSpace;
    default:
      return "";
  }
}

// The pattern without the white space outside of classes, also where it parts an escape: that is what x says.
std::string WithoutSpace(std::string_view pattern) {
  std::string out;
  bool in_class = false;
  bool escaped = false;
  for (const char c : pattern) {
    if (!in_class && IsSpace(c)) continue;
    if (!escaped && c == '[') in_class = true;
    if (!escaped && c == ']') in_class = false;
    escaped = !escaped && c == '\\';
    out += c;
  }
  return out;
}

class Translation {
 public:
  Translation(std::string_view pattern, const PatternFlags& flags) : pattern_(pattern), flags_(flags) {}

  std::string Run(std::string* problem) {
    while (at_ < pattern_.size() && problem_.empty()) Step();
    *problem = problem_;
    return problem_.empty() ? out_ : std::string();
  }

 private:
  void Refuse(std::string reason) {
    if (problem_.empty()) problem_ = std::move(reason);
  }
  bool Follows(std::string_view text) const { return pattern_.substr(at_, text.size()) == text; }
  void Pass(size_t count) {
    out_ += pattern_.substr(at_, count);
    at_ += count;
  }

  void Step() {
    const char c = pattern_[at_];
    if (c == '\\') {
      Escape(false);
    } else if (c == '[') {
      Class();
    } else if (c == '(') {
      Group();
    } else if (c == '{') {
      Repetition();
    } else if (c == '}') {
      Refuse("} without {; write \\} for the character");
    } else if (c == '.') {
      out_ += flags_.dot_all ? "(?s:.)" : "[^\\n\\r]";
      ++at_;
    } else {
      Pass(1);
    }
  }

  void Group() {
    if (Follows("(?=") || Follows("(?!") || Follows("(?<=") || Follows("(?<!")) {
      Refuse("look-around is not supported; say the condition outside the pattern with and");
    } else if (Follows("(?") && !Follows("(?:")) {
      Refuse("(? starts no group here; flags stand in an argument of their own");
    }
    Pass(Follows("(?:") ? 3 : 1);
  }

  // {n}, {n,} or {n,m}: RE2 would take any other brace for a character.
  void Repetition() {
    size_t end = at_ + 1;
    int largest = 0;
    const auto number = [&] {
      const size_t begin = end;
      int value = 0;
      for (; end < pattern_.size() && IsDigit(pattern_[end]); ++end) {
        if (value <= kRepetitionMax) value = value * 10 + (pattern_[end] - '0');
      }
      if (value > largest) largest = value;
      return end > begin;
    };
    bool fits = number();
    if (fits && end < pattern_.size() && pattern_[end] == ',') {
      ++end;
      number();
    }
    fits = fits && end < pattern_.size() && pattern_[end] == '}';
    if (!fits) return Refuse("{ starts no repetition such as {2,5}; write \\{ for the character");
    if (largest > kRepetitionMax)
      return Refuse("a repetition of more than " + std::to_string(kRepetitionMax) +
                    " times is not supported");
    Pass(end + 1 - at_);
  }

  void Escape(bool in_class) {
    if (at_ + 1 == pattern_.size()) return Refuse("the pattern ends after \\");
    const char letter = pattern_[at_ + 1];
    const std::string_view members = ClassOf(letter);
    if (!members.empty()) {
      if (in_class) {
        out_ += members;
      } else if (letter == 'w') {
        out_.append("[^").append(kNoWord).append("]");
      } else {
        out_.append("[").append(members).append("]");
      }
      at_ += 2;
    } else if (letter == 'p' || letter == 'P') {
      Category();
    } else if (IsDigit(letter)) {
      Refuse("back references such as \\1 are not supported");
    } else if (std::string_view("nrt\\|.?*+(){}-[]^$").find(letter) != std::string_view::npos) {
      Pass(2);
    } else {
      Refuse(std::string("\\") + letter + " is not an escape of FEEL's patterns");
    }
  }

  // \p{Lu}; RE2 refuses categories that it does not know, and XPath's blocks are among them.
  void Category() {
    const size_t end = pattern_.find('}', at_);
    if (at_ + 2 >= pattern_.size() || pattern_[at_ + 2] != '{' || end == std::string_view::npos)
      return Refuse("\\p needs a category in braces such as \\p{Lu}");
    if (pattern_.substr(at_ + 3, 2) == "Is")
      return Refuse(
          "blocks such as \\p{IsBasicLatin} are not supported; write a category or a range of characters");
    Pass(end + 1 - at_);
  }

  void Class() {
    Pass(1);
    if (Follows("^")) Pass(1);
    if (Follows("]")) return Refuse("an empty class []; write \\] for the character");
    while (at_ < pattern_.size() && problem_.empty()) {
      const char c = pattern_[at_];
      if (c == ']') return Pass(1);
      if (c == '\\') {
        Escape(true);
      } else if (Follows("-[")) {
        Refuse("class subtraction such as [A-Z-[IO]] is not supported; list the ranges that remain");
      } else if (c == '[') {
        Refuse("[ inside a class; write \\[ for the character");
      } else {
        Pass(1);
      }
    }
    if (problem_.empty()) Refuse("[ without ]");
  }

  std::string_view pattern_;
  const PatternFlags& flags_;
  size_t at_ = 0;
  std::string out_;
  std::string problem_;
};

}  // namespace

bool ParsePatternFlags(std::string_view text, PatternFlags* flags) {
  for (const char c : text) {
    switch (c) {
      case 's':
        flags->dot_all = true;
        break;
      case 'm':
        flags->multi_line = true;
        break;
      case 'i':
        flags->ignore_case = true;
        break;
      case 'x':
        flags->spaced = true;
        break;
      default:
        return false;
    }
  }
  return true;
}

std::string TranslatePattern(std::string_view pattern, const PatternFlags& flags, std::string* problem) {
  const std::string spaceless = flags.spaced ? WithoutSpace(pattern) : std::string();
  const std::string translated =
      Translation(flags.spaced ? std::string_view(spaceless) : pattern, flags).Run(problem);
  if (!problem->empty()) return "";
  std::string out = flags.multi_line ? "(?m)" : "";
  if (flags.ignore_case) out += "(?i)";
  return out + translated;
}

}  // namespace zhida::feel

// Lexer: marks, words, numbers and texts of FEEL, cut on demand.
//
// FEEL names may hold spaces and symbols, so there is no stream of tokens: the parser stands at an offset and
// asks for what it can use there. A name is offered as a run of pieces, of which the parser takes the longest
// beginning that is declared.
// Does not own the text, which must be valid UTF-8 and outlive the lexer. One thread.
// Source: DMN 1.5 section 10.3.1.2, grammar rules 25 to 36 and 62 to 64.
#ifndef ZHIDA_ENGINE_FEEL_LEXER_H_
#define ZHIDA_ENGINE_FEEL_LEXER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/ast.h"

namespace zhida::feel {

// White space, and the characters that names begin with and go on with. White space wins where DMN lists a
// character twice (U+FEFF). `?` stands for the input of a unary test here, so no name holds it.
bool IsFeelSpace(char32_t c);
bool IsNameStart(char32_t c);
bool IsNamePart(char32_t c);
// One of . / - ' + * which names may hold between their parts.
bool IsNameSymbol(char c);

// A name of more pieces (parts and symbols) or of more bytes is never found. Without a bound, each name in
// a + b + c + ... would be tried against the whole rest of the text.
inline constexpr size_t kNamePiecesMax = 16;
inline constexpr size_t kNameBytesMax = 512;

// The longest text at one place that could be a name: parts and symbols, in normal form (scope.h).
struct NameRun {
  struct Piece {
    size_t text_begin;  // in the source
    size_t text_end;
    size_t normal_size;  // of the normal form up to and with this piece
    bool symbol;
  };
  std::string normal;
  std::vector<Piece> pieces;

  // The normal form of pieces 0 .. last.
  std::string_view Normal(size_t last) const {
    return std::string_view(normal).substr(0, pieces[last].normal_size);
  }
};

// What is wrong with a number or a text.
struct LexProblem {
  Span span;
  std::string code;
  std::string what;
  std::string mend;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::string_view text() const { return text_; }
  size_t offset() const { return offset_; }
  void Seek(size_t offset) { offset_ = offset; }

  // Steps over white space and comments. False at a comment that does not end; offset() is then its start.
  bool SkipSpace();
  bool at_end() const { return offset_ >= text_.size(); }

  // The rest begins with `mark`. Does not skip space first.
  bool At(std::string_view mark) const { return text_.substr(offset_).starts_with(mark); }
  bool Take(std::string_view mark);
  // The code point here, 0 at the end.
  char32_t Point() const;
  // The code point that follows white space and comments from `offset` on, 0 at the end.
  char32_t PointAfterSpace(size_t offset) const;
  // The whole word here, such as `and`: name characters only; "" if no name can begin here.
  std::string_view Word() const;
  bool TakeWord(std::string_view word);

  bool AtNumber() const;  // a digit, or a point and a digit
  // Steps over the number here and returns its characters, which Decimal::Parse understands. "" after setting
  // *problem if a name character follows at once, as in 500万元.
  std::string_view TakeNumber(LexProblem* problem);
  // Steps over the text in double quotes here and decodes it. False after setting *problem.
  bool TakeString(std::string* value, LexProblem* problem);
  // Collects the run here without stepping over it. False if no name can begin here.
  bool ScanName(NameRun* run) const;

 private:
  bool TakeEscape(std::string* value, LexProblem* problem);
  bool TakeHex(int digits, char32_t* value);

  std::string_view text_;
  size_t offset_ = 0;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_LEXER_H_

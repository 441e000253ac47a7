// Findings: what the parser and the checker have to say about one expression, placed in the pack's file.
//
// Refers to the text and the diagnostics, which must outlive it. One thread.
// The first line of the text starts at the origin's line and column; a later line n of a text of several lines
// is the origin's line + n - 1, and its columns count from 1, because YAML's block texts drop their indent.
// An origin without a line is the whole file, and so is every finding then.
#ifndef ZHIDA_ENGINE_FEEL_FINDINGS_H_
#define ZHIDA_ENGINE_FEEL_FINDINGS_H_

#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/feel/ast.h"

namespace zhida::feel {

class Findings {
 public:
  Findings(std::string_view text, const Location& origin, Diagnostics* diagnostics)
      : text_(text), origin_(origin), diagnostics_(diagnostics) {}

  void Error(const char* code, Span span, std::string what, std::string mend);
  void Warning(const char* code, Span span, std::string what, std::string mend);
  // An error that ends the parse. Said only once, and not after a full-width sign was found, since such a sign
  // swallows the marks that are then found missing.
  void Stop(const char* code, Span span, std::string what, std::string mend);
  // `word` was meant to be several words and marks: what does not fit behind it is no news.
  void FullWidth(Span span, std::string what, std::string mend);

  bool failed() const { return failed_; }
  bool full_width() const { return full_width_; }

  // The source of a span for a message: one line, shortened in the middle when long. `?` for an empty span,
  // which is the input of a decision table's cell.
  std::string Source(Span span) const;
  std::string Source(const Expr& expr) const { return Source(expr.span); }
  // `注册资本 (number)`.
  std::string Describe(const Expr& expr) const;

 private:
  Location At(Span span) const;

  std::string_view text_;
  const Location& origin_;
  Diagnostics* diagnostics_;
  bool failed_ = false;
  bool stopped_ = false;
  bool full_width_ = false;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_FINDINGS_H_

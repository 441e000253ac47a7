// Findings: what the parser and the checker have to say about one expression, placed in the pack's file.
//
// Refers to its arguments, which must outlive it. One thread.
// Places are those of ParseOptions::where, else counted from ParseOptions::origin; an origin without a line
// is the whole file, and so is every finding then.
#ifndef ZHIDA_ENGINE_FEEL_FINDINGS_H_
#define ZHIDA_ENGINE_FEEL_FINDINGS_H_

#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/feel/ast.h"
#include "engine/feel/parser.h"

namespace zhida::feel {

// `text` for a message: in quotes, shortened in the middle when long.
std::string Quoted(std::string_view text);

class Findings {
 public:
  // Errors, and warnings, of one expression. Looking for near misses takes time, and nobody reads more at
  // once.
  static constexpr int kFindingsMax = 20;

  Findings(std::string_view text, const ParseOptions& options, Diagnostics* diagnostics)
      : text_(text), options_(options), diagnostics_(diagnostics) {}

  void Error(const char* code, Span span, std::string what, std::string mend);
  void Warning(const char* code, Span span, std::string what, std::string mend);
  // An error that ends the parse. Said only once, and not after a full-width sign was found, since such a
  // sign swallows the marks that are then found missing.
  void Stop(const char* code, Span span, std::string what, std::string mend);
  // `word` was meant to be several words and marks: what does not fit behind it is no news.
  void FullWidth(Span span, std::string what, std::string mend);

  // All that may be said has been said; tells so, once.
  bool Full(Span span);

  bool failed() const { return errors_ > 0; }
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
  const ParseOptions& options_;
  Diagnostics* diagnostics_;
  int errors_ = 0;
  int warnings_ = 0;
  bool full_ = false;
  bool stopped_ = false;
  bool full_width_ = false;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_FINDINGS_H_

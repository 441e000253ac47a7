#include "engine/feel/findings.h"

#include <string>
#include <string_view>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/lexer.h"

namespace zhida::feel {
namespace {

constexpr size_t kSourcePointsMax = 48;

// The first `count` code points.
std::string_view FirstPoints(std::string_view text, size_t count) {
  size_t end = 0;
  while (count-- > 0 && end < text.size()) NextCodePoint(text, &end);
  return text.substr(0, end);
}

// One line is kept to a length that a person reads at once.
std::string Shortened(std::string text) {
  const size_t points = CodePointCount(text);
  if (points <= kSourcePointsMax) return text;
  const std::string_view head = FirstPoints(text, kSourcePointsMax / 2);
  const std::string_view skipped = FirstPoints(text, points - kSourcePointsMax / 2);
  return std::string(head) + "..." + text.substr(skipped.size());
}

}  // namespace

std::string Quoted(std::string_view text) { return JsonQuote(Shortened(std::string(text))); }

Location Findings::At(Span span) const {
  if (options_.where) return options_.where(static_cast<size_t>(span.begin));
  const Location& origin = options_.origin;
  if (origin.line <= 0) return origin;
  const LineColumn inside = LineColumnAt(text_, static_cast<size_t>(span.begin));
  Location where = origin;
  where.line += inside.line - 1;
  where.column = inside.line == 1 ? origin.column + inside.column - 1 : inside.column;
  return where;
}

void Findings::Error(const char* code, Span span, std::string what, std::string mend) {
  if (Full(span)) return;
  ++errors_;
  diagnostics_->Error(code, At(span), std::move(what), std::move(mend));
}

bool Findings::Full(Span span) {
  if (errors_ < kFindingsMax) return false;
  if (!full_) {
    diagnostics_->Error("ZD3012", At(span), "this has more mistakes than are worth telling at once",
                        "mend those above and check again");
  }
  full_ = true;
  return true;
}

void Findings::Warning(const char* code, Span span, std::string what, std::string mend) {
  ++warnings_;
  if (warnings_ <= kFindingsMax) {
    diagnostics_->Warning(code, At(span), std::move(what), std::move(mend));
  } else if (warnings_ == kFindingsMax + 1) {
    diagnostics_->Warning("ZD3012", At(span), "further warnings about this expression are left out", "");
  }
}

void Findings::Stop(const char* code, Span span, std::string what, std::string mend) {
  if (!stopped_ && !full_width_) Error(code, span, std::move(what), std::move(mend));
  stopped_ = true;
}

void Findings::FullWidth(Span span, std::string what, std::string mend) {
  Error("ZD3102", span, std::move(what), std::move(mend));
  full_width_ = true;
}

std::string Findings::Source(Span span) const {
  if (span.end <= span.begin) return "?";
  const auto begin = static_cast<size_t>(span.begin);
  const std::string_view written = text_.substr(begin, static_cast<size_t>(span.end) - begin);
  std::string line;
  bool space = false;
  for (size_t at = 0; at < written.size();) {
    const size_t start = at;
    if (IsFeelSpace(NextCodePoint(written, &at))) {
      space = true;
      continue;
    }
    if (space && !line.empty()) line += ' ';
    space = false;
    line.append(written, start, at - start);
  }
  return Shortened(std::move(line));
}

std::string Findings::Describe(const Expr& expr) const {
  if (expr.type->kind == TypeKind::kNull) return Source(expr);
  return Source(expr) + " (" + TypeText(*expr.type) + ")";
}

}  // namespace zhida::feel

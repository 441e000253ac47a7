#include "engine/base/diagnostic.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace zhida {
namespace {

// A finding quotes what people wrote, which may hold line breaks; they are escaped so that one finding stays
// one line and no input can forge another finding.
void AppendOneLine(std::string_view text, std::string* out) {
  for (char c : text) {
    if (c == '\n') {
      *out += "\\n";
    } else if (c == '\r') {
      *out += "\\r";
    } else if (c == '\t') {
      *out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      *out += '?';
    } else {
      *out += c;
    }
  }
}

auto SortKey(const Diagnostic& d) {
  return std::tie(d.where.file, d.where.line, d.where.column, d.code, d.severity, d.what, d.mend);
}

bool Before(const Diagnostic& a, const Diagnostic& b) { return SortKey(a) < SortKey(b); }

}  // namespace

std::string Diagnostic::Text() const {
  std::string text;
  AppendOneLine(code, &text);
  text += ' ';
  if (!where.file.empty() || where.line > 0) {
    AppendOneLine(where.file, &text);
    if (where.line > 0) {
      if (!where.file.empty()) text += ':';
      text += std::to_string(where.line);
      if (where.column > 0) text += ':' + std::to_string(where.column);
    }
    text += ": ";
  }
  if (severity == Severity::kWarning) text += "warning: ";
  AppendOneLine(what, &text);
  if (!mend.empty()) {
    // DidYouMean() brings its own "; ", and may be all the advice there is.
    if (!mend.starts_with("; ")) text += "; ";
    AppendOneLine(mend, &text);
  }
  return text;
}

void Diagnostics::Error(std::string code, Location where, std::string what, std::string mend) {
  Add({std::move(code), Severity::kError, std::move(where), std::move(what), std::move(mend)});
}

void Diagnostics::Warning(std::string code, Location where, std::string what, std::string mend) {
  Add({std::move(code), Severity::kWarning, std::move(where), std::move(what), std::move(mend)});
}

void Diagnostics::Add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::kError) ++error_count_;
  all_.push_back(std::move(diagnostic));
}

std::string Diagnostics::Text() const {
  std::vector<const Diagnostic*> order;
  order.reserve(all_.size());
  for (const Diagnostic& diagnostic : all_) order.push_back(&diagnostic);
  std::stable_sort(order.begin(), order.end(),
                   [](const Diagnostic* a, const Diagnostic* b) { return Before(*a, *b); });
  std::string text;
  for (const Diagnostic* diagnostic : order) {
    text += diagnostic->Text();
    text += '\n';
  }
  return text;
}

void Diagnostics::Sort() {
  std::sort(all_.begin(), all_.end(), Before);
  const auto same = [](const Diagnostic& a, const Diagnostic& b) { return SortKey(a) == SortKey(b); };
  all_.erase(std::unique(all_.begin(), all_.end(), same), all_.end());
  error_count_ = static_cast<size_t>(std::count_if(
      all_.begin(), all_.end(), [](const Diagnostic& d) { return d.severity == Severity::kError; }));
}

}  // namespace zhida

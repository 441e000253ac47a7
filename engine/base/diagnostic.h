// Diagnostics: what is wrong with something a person wrote, where, and how to mend it.
//
// A Diagnostics list collects every finding of one job, so that a person sees all mistakes at once.
// Owns its texts. One thread at a time. Never throws for bad input.
// Codes are never reused: ZD1xxx reading YAML/JSON, ZD2xxx pack shape, ZD3xxx names and types in expressions,
// ZD4xxx facts, ZD5xxx plan and cost, ZD6xxx runs, ZD9xxx our own bugs.
#ifndef ZHIDA_ENGINE_BASE_DIAGNOSTIC_H_
#define ZHIDA_ENGINE_BASE_DIAGNOSTIC_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace zhida {

enum class Severity : uint8_t { kError, kWarning };

// Lines and columns count from 1; columns count code points. 0 means "the whole file".
struct Location {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Diagnostic {
  std::string code;  // "ZD3104"
  Severity severity = Severity::kError;
  Location where;
  std::string what;  // one clause, no full stop
  std::string mend;  // how to mend it; may be empty when there is nothing to advise

  // `ZD3104 awards.yaml:12:9: cap 5000 is below floor 8000; raise the cap or lower the floor`
  // Always one line. A warning has "warning: " before the clause.
  std::string Text() const;
};

class Diagnostics {
 public:
  void Error(std::string code, Location where, std::string what, std::string mend);
  void Warning(std::string code, Location where, std::string what, std::string mend);
  void Add(Diagnostic diagnostic);

  bool ok() const { return error_count_ == 0; }
  size_t error_count() const { return error_count_; }
  const std::vector<Diagnostic>& all() const { return all_; }
  // All findings, one a line, in file, line, column order.
  std::string Text() const;
  // Sorts by file, line, column and drops exact repeats.
  void Sort();

 private:
  std::vector<Diagnostic> all_;
  size_t error_count_ = 0;
};

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_DIAGNOSTIC_H_

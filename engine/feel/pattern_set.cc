#include "engine/feel/pattern_set.h"

#include <re2/re2.h>
#include <re2/set.h>

#include <string>
#include <utility>

#include "engine/feel/pattern_translate.h"

namespace zhida::feel {

struct PatternSet::Compiled {
  re2::RE2::Set set;
  bool fits = false;
};

PatternSet::PatternSet(std::unique_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

PatternSet::~PatternSet() = default;

std::unique_ptr<const PatternSet> PatternSet::Make(const std::vector<PatternText>& patterns,
                                                   int64_t memory_bytes) {
  if (patterns.empty()) return nullptr;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(memory_bytes);
  auto compiled = std::make_unique<Compiled>(Compiled{re2::RE2::Set(options, re2::RE2::UNANCHORED), false});
  for (const PatternText& text : patterns) {
    PatternFlags flags;
    std::string problem;
    if (!ParsePatternFlags(text.flags, &flags)) return nullptr;
    const std::string translated = TranslatePattern(text.pattern, flags, &problem);
    if (!problem.empty() || compiled->set.Add(translated, &problem) < 0) return nullptr;
  }
  compiled->fits = compiled->set.Compile();
  return std::unique_ptr<const PatternSet>(new PatternSet(std::move(compiled)));
}

bool PatternSet::Match(std::string_view text, std::vector<int>* matching) const {
  if (!compiled_->fits) return false;
  re2::RE2::Set::ErrorInfo error{};
  const bool any = compiled_->set.Match({text.data(), text.size()}, matching, &error);
  return any || error.kind == re2::RE2::Set::kNoError;
}

}  // namespace zhida::feel

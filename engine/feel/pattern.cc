#include "engine/feel/pattern.h"

#include <re2/re2.h>

#include <array>
#include <deque>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <utility>

#include "engine/base/limits.h"
#include "engine/feel/pattern_translate.h"

namespace zhida::feel {
namespace {

constexpr size_t kCachedMax = 512;  // patterns; each may hold limits::kPatternMemoryBytes

// The slow automaton takes a step for each instruction and byte, so the size of a program bounds the time of
// a match.
constexpr int kProgramMax = 20'000;

constexpr const char* kMatchesNothing = "the pattern matches the empty text";
constexpr int kGroupsMax = 100;

class PatternCache {
 public:
  std::shared_ptr<const Pattern> Get(std::string_view pattern, std::string_view flags) {
    std::string key;
    key.reserve(flags.size() + 1 + pattern.size());
    key.append(flags).append(1, '/').append(pattern);
    {
      const std::shared_lock lock(mutex_);
      const auto found = patterns_.find(key);
      if (found != patterns_.end()) return found->second;
    }
    // Compiled outside the lock: two threads may do it at once, and the first to come back is kept.
    auto compiled = std::make_shared<const Pattern>(pattern, flags);
    const std::unique_lock lock(mutex_);
    const auto [entry, is_new] = patterns_.emplace(key, std::move(compiled));
    std::shared_ptr<const Pattern> result = entry->second;
    if (is_new) {
      order_.push_back(std::move(key));
      if (order_.size() > kCachedMax) {
        patterns_.erase(order_.front());
        order_.pop_front();
      }
    }
    return result;
  }

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const Pattern>> patterns_;
  std::deque<std::string> order_;  // oldest first
};

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct Pattern::Compiled {
  re2::RE2 re2;
  bool matches_empty;

  Compiled(const std::string& pattern, const re2::RE2::Options& options)
      : re2(pattern, options), matches_empty(re2.ok() && re2::RE2::PartialMatch("", re2)) {}

  // The next match at or after `from`; pieces[0] is the match.
  bool Next(std::string_view text, size_t from, re2::StringPiece* pieces, int count) const {
    return re2.Match(Piece(text), from, text.size(), re2::RE2::UNANCHORED, pieces, count);
  }
};

std::string PatternProblem(std::string_view pattern, std::string_view flags) {
  return Pattern::Get(pattern, flags)->problem();
}

std::shared_ptr<const Pattern> Pattern::Get(std::string_view pattern, std::string_view flags) {
  // Never destroyed: threads of the host program may still match while the process ends.
  static PatternCache* const cache = new PatternCache;
  return cache->Get(pattern, flags);
}

Pattern::Pattern(std::string_view pattern, std::string_view flags) {
  PatternFlags parsed;
  if (pattern.size() > limits::kPatternBytesMax) {
    problem_ = "the pattern is longer than " + std::to_string(limits::kPatternBytesMax) + " bytes";
    return;
  }
  if (!ParsePatternFlags(flags, &parsed)) {
    problem_ = "flags are s, m, i and x";
    return;
  }
  const std::string translated = TranslatePattern(pattern, parsed, &problem_);
  if (!problem_.empty()) return;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(limits::kPatternMemoryBytes);
  auto compiled = std::make_unique<const Compiled>(translated, options);
  if (!compiled->re2.ok()) {
    const bool large = compiled->re2.error_code() == re2::RE2::ErrorPatternTooLarge;
    problem_ =
        large ? "the pattern is too large once its repetitions are written out" : compiled->re2.error();
  } else if (compiled->re2.ProgramSize() > kProgramMax) {
    problem_ = "the pattern is too large once its repetitions are written out";
  } else if (compiled->re2.NumberOfCapturingGroups() >= kGroupsMax) {
    problem_ = "the pattern has too many groups; write (?:...) where a group is not used";
  } else {
    compiled_ = std::move(compiled);
  }
}

Pattern::~Pattern() = default;

bool Pattern::Matches(std::string_view text) const { return compiled_->Next(text, 0, nullptr, 0); }

namespace {

// One piece of a replacement: literal text, then the group that follows it (-1: none).
struct ReplacementPart {
  std::string text;
  int group = -1;
};

// nullopt if a $ has no number or a \ stands before something else than $ and \.
std::optional<std::vector<ReplacementPart>> ParseReplacement(std::string_view replacement, int groups) {
  std::vector<ReplacementPart> parts(1);
  for (size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    if (c != '\\' && c != '$') {
      parts.back().text += c;
      continue;
    }
    if (i + 1 == replacement.size()) return std::nullopt;
    const char next = replacement[++i];
    if (c == '\\') {
      if (next != '\\' && next != '$') return std::nullopt;
      parts.back().text += next;
      continue;
    }
    if (next < '0' || next > '9') return std::nullopt;
    int group = next - '0';
    // XPath takes as many digits as still name a group: $12 is group 1 and the digit 2 where there are fewer
    // than 12.
    while (i + 1 < replacement.size() && replacement[i + 1] >= '0' && replacement[i + 1] <= '9' &&
           group * 10 + (replacement[i + 1] - '0') <= groups) {
      group = group * 10 + (replacement[++i] - '0');
    }
    parts.back().group = group;
    parts.emplace_back();
  }
  return parts;
}

}  // namespace

std::optional<std::string> Pattern::Replace(std::string_view text, std::string_view replacement,
                                            size_t bytes_max, const char** error) const {
  const int groups = compiled_->re2.NumberOfCapturingGroups();
  const std::optional<std::vector<ReplacementPart>> parts = ParseReplacement(replacement, groups);
  *error = !parts ? "a replacement holds $ with a number, \\$ or \\\\" : kMatchesNothing;
  if (!parts || compiled_->matches_empty) return std::nullopt;
  std::string out;
  std::array<re2::StringPiece, kGroupsMax> pieces;
  size_t from = 0;
  // A pattern such as \b or ^ could still match nothing inside a text; stepping on would then not end.
  while (from <= text.size() && compiled_->Next(text, from, pieces.data(), groups + 1)) {
    if (pieces[0].empty()) return std::nullopt;
    const size_t begin = static_cast<size_t>(pieces[0].data() - text.data());
    out += text.substr(from, begin - from);
    for (const ReplacementPart& part : *parts) {
      out += part.text;
      if (part.group >= 0 && part.group <= groups) {
        const re2::StringPiece& group = pieces[static_cast<size_t>(part.group)];
        if (group.data() != nullptr) out.append(group.data(), group.size());
      }
      if (out.size() > bytes_max) {
        *error = "the result of replace is too long";
        return std::nullopt;
      }
    }
    from = begin + pieces[0].size();
  }
  out += text.substr(from);
  *error = nullptr;
  return out;
}

std::optional<std::vector<std::string>> Pattern::Split(std::string_view text, const char** error) const {
  *error = kMatchesNothing;
  if (compiled_->matches_empty) return std::nullopt;
  std::vector<std::string> parts;
  re2::StringPiece match;
  size_t from = 0;
  while (from <= text.size() && compiled_->Next(text, from, &match, 1)) {
    if (match.empty()) return std::nullopt;
    const size_t begin = static_cast<size_t>(match.data() - text.data());
    parts.emplace_back(text.substr(from, begin - from));
    from = begin + match.size();
  }
  parts.emplace_back(text.substr(from));
  *error = nullptr;
  return parts;
}

}  // namespace zhida::feel

// Pattern: regular expressions of FEEL (those of XPath), matched in time linear in the text.
//
// A pattern is translated to RE2's notation and compiled once for each distinct text and flags; the cache
// keeps the last few hundred. Get() may be called, and a pattern used, by any thread. RE2 appears in
// pattern*.cc only. Flags: s (. matches line ends), m (^ and $ match at line ends), i (ignore case), x (drop
// white space). \d \w \s and their opposites are Unicode's, as XPath says: \w matches 泉. Look-around, back
// references, class subtraction and repetitions over 1000 are refused with a reason, as is what RE2 would
// read otherwise than XPath. A pattern has at most limits::kPatternBytesMax bytes and uses at most
// limits::kPatternMemoryBytes. Matching never fails: where the fast automaton runs out of memory, RE2 goes on
// with one that needs none. Source: XQuery and XPath Functions 3.1, section 5.6.1; RE2's syntax page.
#ifndef ZHIDA_ENGINE_FEEL_PATTERN_H_
#define ZHIDA_ENGINE_FEEL_PATTERN_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace zhida::feel {

// Why the pattern cannot be used, as one clause; "" if it can.
std::string PatternProblem(std::string_view pattern, std::string_view flags);

class Pattern {
 public:
  // Never null; look at problem() before anything else.
  static std::shared_ptr<const Pattern> Get(std::string_view pattern, std::string_view flags);

  Pattern(std::string_view pattern, std::string_view flags);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  const std::string& problem() const { return problem_; }

  // The rest may be asked of a pattern without problem only. Texts are UTF-8.

  // True if some part of `text` matches.
  bool Matches(std::string_view text) const;
  // `text` with each match replaced; `$1` stands for the first group, `$0` for the match, `\$` and `\\` for
  // themselves. nullopt with *error set to a text of static storage if the replacement is malformed, the
  // pattern matches the empty text, or the result would be longer than `bytes_max`.
  std::optional<std::string> Replace(std::string_view text, std::string_view replacement, size_t bytes_max,
                                     const char** error) const;
  // The parts of `text` between matches, one more than there are matches; nullopt if the pattern matches the
  // empty text.
  std::optional<std::vector<std::string>> Split(std::string_view text, const char** error) const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
  std::string problem_;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_PATTERN_H_

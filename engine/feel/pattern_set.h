// PatternSet: many patterns (pattern.h) looked for in one text at once, in one pass over it.
//
// Immutable; any thread may match. Uses at most the memory it is given, for the patterns together and for
// what it learns of them while it matches. A text for which that is not enough is said to be undecided, never
// to match nothing: whoever asks must then ask each Pattern by itself, which needs little memory. RE2 appears
// in pattern*.cc only. Source: RE2's set.h. There a set that outgrows its memory refuses to be compiled, or
// returns false, which is told from "no pattern matches" by its ErrorInfo alone.
#ifndef ZHIDA_ENGINE_FEEL_PATTERN_SET_H_
#define ZHIDA_ENGINE_FEEL_PATTERN_SET_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace zhida::feel {

struct PatternText {
  std::string_view pattern;
  std::string_view flags;
};

class PatternSet {
 public:
  // Null if there is no pattern, or one has a problem.
  static std::unique_ptr<const PatternSet> Make(const std::vector<PatternText>& patterns,
                                                int64_t memory_bytes);
  ~PatternSet();
  PatternSet(const PatternSet&) = delete;
  PatternSet& operator=(const PatternSet&) = delete;

  // The positions of the patterns of which some part of `text` matches, in no order. False if the memory does
  // not suffice, for this text or for any; then nothing is known of it.
  [[nodiscard]] bool Match(std::string_view text, std::vector<int>* matching) const;

 private:
  struct Compiled;
  explicit PatternSet(std::unique_ptr<const Compiled> compiled);
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_PATTERN_SET_H_

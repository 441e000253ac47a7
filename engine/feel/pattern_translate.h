// Translation of XPath's regular expressions into RE2's notation; private to pattern*.cc. Pure; any thread.
#ifndef ZHIDA_ENGINE_FEEL_PATTERN_TRANSLATE_H_
#define ZHIDA_ENGINE_FEEL_PATTERN_TRANSLATE_H_

#include <string>
#include <string_view>

namespace zhida::feel {

struct PatternFlags {
  bool dot_all = false;      // s
  bool multi_line = false;   // m
  bool ignore_case = false;  // i
  bool spaced = false;       // x
};

// Reads flags. False if there is one that XPath does not have.
bool ParsePatternFlags(std::string_view text, PatternFlags* flags);

// RE2's notation for the same language, flags included, or "" with the reason in *problem. What is passed
// through unseen is what both notations read alike, or what RE2 refuses itself.
std::string TranslatePattern(std::string_view pattern, const PatternFlags& flags, std::string* problem);

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_PATTERN_TRANSLATE_H_

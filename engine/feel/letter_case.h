// Upper and lower case of letters, one code point for one, without a locale.
//
// Knows Latin (with its extensions A and Additional), Greek, Cyrillic and the full-width Latin letters; other
// letters stay as they are, and so does ß. Pure; any thread. `text` should be UTF-8. Source: Unicode's
// UnicodeData.txt, simple case mappings.
#ifndef ZHIDA_ENGINE_FEEL_LETTER_CASE_H_
#define ZHIDA_ENGINE_FEEL_LETTER_CASE_H_

#include <string>
#include <string_view>

namespace zhida::feel {

std::string UpperCase(std::string_view text);
std::string LowerCase(std::string_view text);

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_LETTER_CASE_H_

#include "engine/feel/scope.h"

#include <string>
#include <string_view>

#include "engine/base/text.h"
#include "engine/feel/lexer.h"

namespace zhida::feel {

std::string NormalisedName(std::string_view text) {
  std::string normal;
  normal.reserve(text.size());
  bool space = false;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    if (IsFeelSpace(NextCodePoint(text, &at))) {
      space = true;
      continue;
    }
    const bool beside_symbol = normal.empty() || IsNameSymbol(normal.back()) || IsNameSymbol(text[begin]);
    if (space && !beside_symbol) normal += ' ';
    space = false;
    normal.append(text, begin, at - begin);
  }
  return normal;
}

}  // namespace zhida::feel

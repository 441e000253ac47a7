// Small text services that every floor needs: UTF-8, names, near misses.
// Pure functions; any thread.
#ifndef ZHIDA_ENGINE_BASE_TEXT_H_
#define ZHIDA_ENGINE_BASE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace zhida {

// True if `text` is well-formed UTF-8 (no surrogates, no overlong forms). Else `*bad` is the offset at which
// the first malformed sequence starts.
bool IsValidUtf8(std::string_view text, size_t* bad = nullptr);

// Decodes the code point at `*offset`, which must be inside `text`, and steps over it. `text` should be valid
// UTF-8; a malformed byte comes back as U+FFFD.
char32_t NextCodePoint(std::string_view text, size_t* offset);
void AppendUtf8(char32_t code_point, std::string* out);
size_t CodePointCount(std::string_view text);

// Line and column (from 1; columns in code points) of a byte offset.
struct LineColumn {
  int line = 1;
  int column = 1;
};
LineColumn LineColumnAt(std::string_view text, size_t offset);

// The candidate nearest to `word` by edit distance over code points (a swap of neighbours counts one), the
// first of equals, if near enough to be a likely slip: at most max(1, length / 3) edits, and fewer than the
// longer of the two has code points. Else "". Words over 128 code points are never slips.
std::string NearestName(std::string_view word, const std::vector<std::string>& candidates);
// "; did you mean X?" ready to append to a diagnostic's mend, or "".
std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates);

std::string_view TrimAscii(std::string_view text);
// One part more than separators: "" gives one empty part.
std::vector<std::string> SplitOn(std::string_view text, char separator);
std::string Join(const std::vector<std::string>& parts, std::string_view separator);

// `text` between double quotes with JSON escapes; for messages, dumps and JSON output. Malformed UTF-8
// becomes U+FFFD, so the result is always valid JSON.
std::string JsonQuote(std::string_view text);
// The same for who writes much: the size of the result, and the result itself, behind which `out` points
// then.
size_t JsonQuotedSize(std::string_view text);
char* WriteJsonQuoted(std::string_view text, size_t quoted_size, char* out);

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_TEXT_H_

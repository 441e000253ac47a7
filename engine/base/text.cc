#include "engine/base/text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace zhida {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

// Longer words are not slips of a name, and the edit distance is quadratic in them.
constexpr size_t kSlipCodePointsMax = 128;

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Length in bytes of the well-formed sequence at `offset` and its code point; 0 if it is malformed.
// The bounds are those of Unicode's table 3-7: they refuse overlong forms, surrogates and points past
// U+10FFFF.
size_t DecodeAt(std::string_view text, size_t offset, char32_t* code_point) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const size_t left = text.size() - offset;
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    *code_point = lead;
    return 1;
  }
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (left < length) return 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  if (byte(1) < low || byte(1) > high) return 0;
  char32_t point = lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
    point = (point << 6) | (byte(i) & 0x3Fu);
  }
  *code_point = point;
  return length;
}

void Decode(std::string_view text, std::vector<char32_t>* out) {
  out->clear();
  for (size_t offset = 0; offset < text.size();) out->push_back(NextCodePoint(text, &offset));
}

// Edit distance with insertion, deletion, substitution and swap of neighbours (optimal string alignment),
// or `bound` + 1 as soon as it must exceed `bound`.
int BoundedDistance(const std::vector<char32_t>& a, const std::vector<char32_t>& b, int bound) {
  const int a_size = static_cast<int>(a.size());
  const int b_size = static_cast<int>(b.size());
  if (std::abs(a_size - b_size) > bound) return bound + 1;
  // Cells further than `bound` from the diagonal cannot lie on a path that cheap, so each row is a band.
  std::array<std::array<int, kSlipCodePointsMax * 2 + 2>, 3> rows;
  const int far = bound + 1;
  int* before = rows[0].data();
  int* above = rows[1].data();
  int* row = rows[2].data();
  for (int j = 0; j <= b_size; ++j) above[j] = std::min(j, far);
  for (int i = 1; i <= a_size; ++i) {
    const int first = std::max(1, i - bound);
    const int last = std::min(b_size, i + bound);
    row[first - 1] = first == 1 ? std::min(i, far) : far;
    int best = row[first - 1];
    for (int j = first; j <= last; ++j) {
      int cost = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost = std::min(cost, row[j - 1] + 1);
      if (j < i + bound) cost = std::min(cost, above[j] + 1);
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost = std::min(cost, before[j - 2] + 1);
      row[j] = std::min(cost, far);
      best = std::min(best, row[j]);
    }
    if (best >= far) return far;
    int* reused = before;
    before = above;
    above = row;
    row = reused;
  }
  return above[b_size];
}

}  // namespace

bool IsValidUtf8(std::string_view text, size_t* bad) {
  size_t offset = 0;
  while (offset < text.size()) {
    // Eight bytes of ASCII at once: nearly all input is.
    if (text.size() - offset >= 8) {
      uint64_t block;
      std::memcpy(&block, text.data() + offset, sizeof block);
      if ((block & 0x8080808080808080u) == 0) {
        offset += 8;
        continue;
      }
    }
    char32_t ignored;
    const size_t length = DecodeAt(text, offset, &ignored);
    if (length == 0) {
      if (bad != nullptr) *bad = offset;
      return false;
    }
    offset += length;
  }
  return true;
}

char32_t NextCodePoint(std::string_view text, size_t* offset) {
  char32_t code_point = kReplacement;
  const size_t length = DecodeAt(text, *offset, &code_point);
  // Malformed text breaks the contract; one byte as U+FFFD still ends every loop inside the text.
  *offset += length == 0 ? 1 : length;
  return length == 0 ? kReplacement : code_point;
}

void AppendUtf8(char32_t code_point, std::string* out) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) code_point = kReplacement;
  const auto put = [out](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | (code_point >> 6));
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | (code_point >> 12));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | (code_point >> 18));
    put(0x80 | ((code_point >> 12) & 0x3F));
    put(0x80 | ((code_point >> 6) & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

size_t CodePointCount(std::string_view text) {
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), IsContinuation));
}

LineColumn LineColumnAt(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  LineColumn result;
  result.line += static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  const size_t line_break = before.rfind('\n');
  const size_t line_start = line_break == std::string_view::npos ? 0 : line_break + 1;
  result.column += static_cast<int>(CodePointCount(before.substr(line_start)));
  return result;
}

std::string NearestName(std::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > kSlipCodePointsMax * 4) return "";
  std::vector<char32_t> word_points;
  Decode(word, &word_points);
  if (word_points.empty() || word_points.size() > kSlipCodePointsMax) return "";
  int bound = std::max(1, static_cast<int>(word_points.size() / 3));
  const std::string* nearest = nullptr;
  std::vector<char32_t> points;
  for (const std::string& candidate : candidates) {
    const size_t length = CodePointCount(candidate);
    const size_t longer = std::max(length, word_points.size());
    const size_t shorter = std::min(length, word_points.size());
    if (longer - shorter > static_cast<size_t>(bound)) continue;
    Decode(candidate, &points);
    const int distance = BoundedDistance(word_points, points, bound);
    // A distance equal to the longer length means nothing in common: "x" is no slip for "y".
    if (distance > bound || static_cast<size_t>(distance) >= longer) continue;
    nearest = &candidate;
    if (distance == 0) break;
    bound = distance - 1;  // a later candidate must be strictly nearer, so the first of equals stands
  }
  return nearest == nullptr ? "" : *nearest;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& candidates) {
  const std::string name = NearestName(word, candidates);
  return name.empty() ? "" : "; did you mean " + name + "?";
}

std::string_view TrimAscii(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return text.substr(0, 0);
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string> SplitOn(std::string_view text, char separator) {
  std::vector<std::string> parts;
  size_t start = 0;
  for (size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator, start)) {
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  parts.emplace_back(text.substr(start));
  return parts;
}

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string joined;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) joined += separator;
    joined += parts[i];
  }
  return joined;
}

namespace {

// How many bytes at the start of `text` stand in JSON as they are; stops at what has to be escaped and at
// malformed UTF-8.
size_t PlainSize(std::string_view text) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  constexpr uint64_t kTops = 0x8080808080808080u;
  // Bytes equal to zero, by their top bits; exact for the lowest one, which is enough to know that there is
  // none.
  const auto zeros = [](uint64_t block) { return (block - kOnes) & ~block & kTops; };
  size_t offset = 0;
  while (offset < text.size()) {
    if (text.size() - offset >= 8) {
      uint64_t block;
      std::memcpy(&block, text.data() + offset, sizeof block);
      const uint64_t low = (block - kOnes * 0x20) & ~block & kTops;
      if ((low | zeros(block ^ (kOnes * '"')) | zeros(block ^ (kOnes * '\\')) | (block & kTops)) == 0) {
        offset += 8;
        continue;
      }
    }
    const auto byte = static_cast<unsigned char>(text[offset]);
    if (byte < 0x20 || byte == '"' || byte == '\\') break;
    char32_t ignored = 0;
    const size_t length = DecodeAt(text, offset, &ignored);
    if (length == 0) break;
    offset += length;
  }
  return offset;
}

// What stands for a byte that cannot stand for itself.
std::string_view EscapeOf(unsigned char byte, std::array<char, 6>* hex) {
  constexpr std::string_view kHex = "0123456789abcdef";
  if (byte >= 0x80) return "\xEF\xBF\xBD";  // U+FFFD: even a message about malformed text is well-formed JSON
  switch (byte) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      *hex = {'\\', 'u', '0', '0', kHex[byte >> 4], kHex[byte & 15]};
      return {hex->data(), hex->size()};
  }
}

}  // namespace

size_t JsonQuotedSize(std::string_view text) {
  size_t size = 2;
  std::array<char, 6> hex;
  for (size_t offset = 0;;) {
    const size_t plain = PlainSize(text.substr(offset));
    size += plain;
    offset += plain;
    if (offset == text.size()) return size;
    size += EscapeOf(static_cast<unsigned char>(text[offset++]), &hex).size();
  }
}

char* WriteJsonQuoted(std::string_view text, size_t quoted_size, char* out) {
  const auto put = [&out](std::string_view piece) { out += piece.copy(out, piece.size()); };
  put("\"");
  if (quoted_size == text.size() + 2) {
    put(text);
  } else {
    std::array<char, 6> hex;
    for (size_t offset = 0;;) {
      const size_t plain = PlainSize(text.substr(offset));
      put(text.substr(offset, plain));
      offset += plain;
      if (offset == text.size()) break;
      put(EscapeOf(static_cast<unsigned char>(text[offset++]), &hex));
    }
  }
  put("\"");
  return out;
}

std::string JsonQuote(std::string_view text) {
  const size_t size = JsonQuotedSize(text);
  std::string out(size, '\0');
  WriteJsonQuoted(text, size, out.data());
  return out;
}

}  // namespace zhida

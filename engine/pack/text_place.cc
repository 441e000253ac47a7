#include "engine/pack/text_place.h"

#include <optional>

#include "engine/pack/file_set.h"

namespace zhida::pack {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The byte at which `place` stands.
size_t OffsetOf(std::string_view bytes, Position place) {
  TextCursor cursor(bytes);
  for (size_t at = 0; at < bytes.size(); ++at) {
    if (cursor.At(at) == place) return at;
  }
  return bytes.size();
}

// Steps over the mark that begins a quoted text or a block, with the rest of its line.
std::optional<size_t> ContentBegin(std::string_view bytes, size_t at, bool quoted) {
  if (!quoted) return at;
  if (at >= bytes.size()) return std::nullopt;
  if (bytes[at] == '"' || bytes[at] == '\'') return at + 1;
  const size_t line_end = bytes.find('\n', at);
  if (line_end == std::string_view::npos) return std::nullopt;
  return line_end + 1;
}

}  // namespace

Location PlaceInText(const Node& node, size_t offset, std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const std::string_view text = node.text();
  const size_t begin = OffsetOf(bytes, node.begin());
  const std::optional<size_t> content = ContentBegin(bytes, begin, node.quoted());
  if (!content) return node.Where();
  const bool single_quotes = node.quoted() && bytes[begin] == '\'';
  while (offset < text.size() && IsSpace(text[offset])) ++offset;
  size_t at = *content;
  for (size_t i = 0; i <= offset; ++i) {
    if (i < text.size() && IsSpace(text[i])) continue;
    // The end of the text is just behind its last character.
    if (i < text.size()) {
      while (at < bytes.size() && IsSpace(bytes[at])) ++at;
    }
    if (i == offset) break;
    if (i == text.size() || at >= bytes.size() || bytes[at] != text[i]) return node.Where();
    at += single_quotes && text[i] == '\'' ? 2 : 1;
  }
  if (offset < text.size() && (at >= bytes.size() || bytes[at] != text[offset])) return node.Where();
  const Position place = TextCursor(bytes).At(at);
  return {node.file(), place.line, place.column};
}

}  // namespace zhida::pack

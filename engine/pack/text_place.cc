#include "engine/pack/text_place.h"

#include <algorithm>
#include <optional>

#include "engine/base/text.h"

namespace zhida::pack {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

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

FilePlaces::FilePlaces(std::string_view bytes) : bytes_(bytes), line_begins_({0}) {
  if (bytes_.starts_with("\xEF\xBB\xBF")) bytes_.remove_prefix(3);
  // Lines end as TextCursor and the readers count them: LF, CR LF, and CR alone.
  for (size_t at = bytes_.find_first_of("\r\n"); at != std::string_view::npos;
       at = bytes_.find_first_of("\r\n", at + 1)) {
    const bool pair = bytes_[at] == '\r' && at + 1 < bytes_.size() && bytes_[at + 1] == '\n';
    if (!pair) line_begins_.push_back(at + 1);
  }
}

size_t FilePlaces::OffsetOf(Position place) const {
  const auto line = static_cast<size_t>(place.line - 1);
  if (line >= line_begins_.size()) return bytes_.size();
  size_t at = line_begins_[line];
  for (int column = 1; column < place.column && at < bytes_.size(); ++column) NextCodePoint(bytes_, &at);
  return at;
}

Position FilePlaces::PositionOf(size_t offset) const {
  const auto after = std::upper_bound(line_begins_.begin(), line_begins_.end(), offset);
  const size_t begin = *(after - 1);
  Position place;
  place.line = static_cast<int>(after - line_begins_.begin());
  place.column = 1 + static_cast<int>(CodePointCount(bytes_.substr(begin, offset - begin)));
  return place;
}

Location FilePlaces::PlaceInText(const Node& node, size_t offset) const {
  const std::string_view text = node.text();
  const size_t begin = OffsetOf(node.begin());
  const std::optional<size_t> content = ContentBegin(bytes_, begin, node.quoted());
  if (!content) return node.Where();
  const bool single_quotes = node.quoted() && bytes_[begin] == '\'';
  while (offset < text.size() && IsSpace(text[offset])) ++offset;
  size_t at = *content;
  for (size_t i = 0; i <= offset; ++i) {
    if (i < text.size() && IsSpace(text[i])) continue;
    // The end of the text is just behind its last character.
    if (i < text.size()) {
      while (at < bytes_.size() && IsSpace(bytes_[at])) ++at;
    }
    if (i == offset) break;
    if (i == text.size() || at >= bytes_.size() || bytes_[at] != text[i]) return node.Where();
    at += single_quotes && text[i] == '\'' ? 2 : 1;
  }
  if (offset < text.size() && (at >= bytes_.size() || bytes_[at] != text[offset])) return node.Where();
  const Position place = PositionOf(at);
  return {node.file(), place.line, place.column};
}

}  // namespace zhida::pack

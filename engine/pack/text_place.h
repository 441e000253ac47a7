// Where a byte of a node's text stands in the file, also in texts that YAML folds over several lines.
//
// Node::WhereInText() knows one-line texts and literal blocks. Long expressions are mostly folded (`>-`, or
// plain over several lines): there the file has the same characters with other white space between them, so
// text and file are walked side by side. Falls back on the beginning of the node, say where a text holds
// escapes. A FilePlaces refers to the file's bytes, which must outlive it, and never changes; any thread.
#ifndef ZHIDA_ENGINE_PACK_TEXT_PLACE_H_
#define ZHIDA_ENGINE_PACK_TEXT_PLACE_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/pack/tree.h"

namespace zhida::pack {

class FilePlaces {
 public:
  // `bytes` is the whole file, with a byte order mark if it has one. Finds its lines, once.
  explicit FilePlaces(std::string_view bytes);

  // `node` was read from this file.
  Location PlaceInText(const Node& node, size_t offset) const;

 private:
  size_t OffsetOf(Position place) const;
  Position PositionOf(size_t offset) const;

  std::string_view bytes_;  // without the mark
  std::vector<size_t> line_begins_;
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_TEXT_PLACE_H_

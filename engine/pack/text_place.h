// Where a byte of a node's text stands in the file, also in texts that YAML folds over several lines.
//
// Node::WhereInText() knows one-line texts and literal blocks. Long expressions are mostly folded (`>-`, or
// plain over several lines): there the file has the same characters with other white space between them, so
// text and file are walked side by side. Falls back on the beginning of the node, say where a text holds
// escapes. Pure; any thread; made for reports, it scans the file.
#ifndef ZHIDA_ENGINE_PACK_TEXT_PLACE_H_
#define ZHIDA_ENGINE_PACK_TEXT_PLACE_H_

#include <cstddef>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/pack/tree.h"

namespace zhida::pack {

// `bytes` is the whole file that the node was read from.
Location PlaceInText(const Node& node, size_t offset, std::string_view bytes);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_TEXT_PLACE_H_

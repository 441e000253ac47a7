// Reads one YAML file into a located Tree.
//
// What is accepted is YAML 1.1 without its traps: one document; no anchors, aliases, tags, merge keys or
// directives that define tags; keys are texts and stand once; spaces indent. Plain `null`, `~` and an absent
// value are null; every other plain scalar is text as written. UTF-8, with or without a byte order mark.
// The invisible line breaks U+0085, U+2028 and U+2029 are refused, as editors do not count them as lines.
//
// Returns null exactly if the file has a mistake. Mistakes of meaning (a repeated key, an anchor) are all
// collected; one of syntax ends the file. Bounds: limits::kPackFileBytesMax, limits::kTreeDepthMax.
// Any thread. The parser is libyaml, whose events carry positions; measured against yaml-cpp and libfyaml.
// Source: YAML 1.1; libyaml 0.2.5.
#ifndef ZHIDA_ENGINE_PACK_YAML_READER_H_
#define ZHIDA_ENGINE_PACK_YAML_READER_H_

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/pack/tree.h"

namespace zhida::pack {

std::unique_ptr<const Tree> ReadYaml(std::string_view bytes, std::string file, Diagnostics& diagnostics);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_YAML_READER_H_

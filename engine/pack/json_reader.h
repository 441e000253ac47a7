// Reads one JSON file into the same located Tree that YAML gives.
//
// Strict RFC 8259: no comments, no trailing commas, numbers in JSON's grammar, keys once. Numbers, true and
// false become plain scalars with their exact text (1.10 stays 1.10), strings quoted scalars, null is null.
// UTF-8, with or without a byte order mark.
//
// Returns null exactly if the file has a mistake. Wrong numbers, wrong words and repeated keys are all
// collected; another mistake of syntax ends the file. Bounds: limits::kPackFileBytesMax,
// limits::kTreeDepthMax. Any thread.
//
// simdjson parses. What it refuses is read once more by the fault finder (json_faults.h), which knows places
// and slips: on 31 broken samples simdjson 3.0.1 has one and the same message for 15 of them, and no place
// for 2. Source: RFC 8259.
#ifndef ZHIDA_ENGINE_PACK_JSON_READER_H_
#define ZHIDA_ENGINE_PACK_JSON_READER_H_

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/pack/tree.h"

namespace zhida::pack {

std::unique_ptr<const Tree> ReadJson(std::string_view bytes, std::string file, Diagnostics& diagnostics);

// True if `text` is a number of JSON's grammar.
bool IsJsonNumber(std::string_view text);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_JSON_READER_H_

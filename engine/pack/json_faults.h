// Where and why a JSON text is refused, and how to mend it: a strict scanner for the texts that simdjson
// turned away.
//
// Reports all it can find (see json_reader.h for the rules) and returns null; the tree, if it finds nothing
// wrong, which happens only for texts that are one bare value. Speed does not matter here. Any thread.
#ifndef ZHIDA_ENGINE_PACK_JSON_FAULTS_H_
#define ZHIDA_ENGINE_PACK_JSON_FAULTS_H_

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/pack/tree.h"

namespace zhida::pack {

// `text` is UTF-8 without a byte order mark and without NUL bytes.
std::unique_ptr<const Tree> FindJsonFaults(std::string_view text, std::string file, Diagnostics& diagnostics);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_JSON_FAULTS_H_

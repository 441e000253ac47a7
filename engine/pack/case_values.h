// Values of test cases and of settlement keys as JSON and as FEEL text.
// Pure; any thread.
#ifndef ZHIDA_ENGINE_PACK_CASE_VALUES_H_
#define ZHIDA_ENGINE_PACK_CASE_VALUES_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/feel/type.h"
#include "engine/pack/schema.h"
#include "engine/pack/tree.h"

namespace zhida::pack {

// Appends `node` as JSON. Plain true, false, null and numbers of JSON's grammar become such, digits as
// written; everything else becomes a text.
void AppendJson(const Node& node, std::string* json);

// The same for the value of a fact: where the type holds a text, a date or a code, a plain `01` or `true` of
// YAML is a text. In a JSON file a number stays a number, since its author could have written quotes.
void AppendFactJson(const Node& node, const FactType& type, std::string* json);

// The value that a case expects of something of the type `type`, in FEEL's text; also `unknown` (of any
// cause), `unknown(stale)` (of that one), and `error`. nullopt after a report (ZD2810).
std::optional<std::string> ExpectedText(const Node& node, const feel::Type& type, Diagnostics& diagnostics);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_CASE_VALUES_H_

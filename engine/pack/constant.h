// Constants: single values as people write them in parameters, in the allowed values of a table's output and
// in expectations of cases. Pure; any thread.
#ifndef ZHIDA_ENGINE_PACK_CONSTANT_H_
#define ZHIDA_ENGINE_PACK_CONSTANT_H_

#include <optional>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/pack/tree.h"
#include "engine/value/value.h"

namespace zhida::pack {

// `6%`, `600万元`, `1.5亿`, `-12.50`; exact, in yuan where a unit of money is given. nullopt if it is none.
std::optional<Decimal> ParseQuantity(std::string_view text);

// A date, true, false or a quantity if the text reads as one; else the text. Quoted texts are texts; but in
// JSON, which has no other way to write them, quoted dates and quantities with a unit are what they say.
// nullopt after a report (ZD2017) if it is no single value, or begins like a number and is none.
std::optional<Value> ReadConstant(const Node& node, std::string_view label, Diagnostics& diagnostics);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_CONSTANT_H_

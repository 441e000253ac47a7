// Where the values of one subject came from, as its JSON says: F@date (or @date) and F@source.
// The columns of facts do not keep them, since only explanations show them. Pure; any thread.
#ifndef ZHIDA_ENGINE_FACADE_ORIGINS_H_
#define ZHIDA_ENGINE_FACADE_ORIGINS_H_

#include <string_view>

#include "engine/explain/explain.h"
#include "engine/pack/pack.h"

namespace zhida::facade {

// Of facts that were read without a mistake before; a text that is no object gives none.
explain::Origins OriginsOf(const pack::Pack& pack, std::string_view subject_json);

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_ORIGINS_H_

// Kinds of types and of periods as words, for messages. Pure; any thread.
#ifndef ZHIDA_ENGINE_FEEL_KIND_TEXT_H_
#define ZHIDA_ENGINE_FEEL_KIND_TEXT_H_

#include <string_view>

#include "engine/feel/type.h"

namespace zhida::feel {

std::string_view KindText(TypeKind kind);        // "date and time"; "any"
std::string_view PeriodWord(PeriodKind period);  // "quarter"

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_KIND_TEXT_H_

// A deadline as JSON, for callers outside packs. Pure; any thread.
#ifndef ZHIDA_ENGINE_FACADE_DEADLINE_JSON_H_
#define ZHIDA_ENGINE_FACADE_DEADLINE_JSON_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/feel/deadline.h"
#include "engine/pack/pack.h"

namespace zhida::facade {

// {calendar, calendar_name, data_to, start, due, half, near, provisional, paused, used, left, percent,
// overdue, elapsed}; days that are not known are null. nullopt with a diagnostic for an unknown calendar, or
// terms that cannot be counted.
std::optional<std::string> DeadlineJson(const pack::Pack& pack, std::string_view calendar,
                                        const feel::DeadlineTerms& terms, Date on, Diagnostics* diagnostics);

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_DEADLINE_JSON_H_

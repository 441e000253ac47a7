// Motion: which way the value of an expression moves while the as-of date moves on and the facts stay.
// Read off the form alone, so it errs toward kAnyWay. Pure; any thread.
#ifndef ZHIDA_ENGINE_EXPLAIN_MOTION_H_
#define ZHIDA_ENGINE_EXPLAIN_MOTION_H_

#include "engine/feel/model.h"

namespace zhida::explain {

// Of a condition, up is from false to true.
enum class Motion : uint8_t { kStill, kUp, kDown, kAnyWay };

// Parameters, zones and the year count as still: who asks cuts the line of days where they change.
Motion MotionOf(const feel::Model& model, const feel::Expr& expr);

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_MOTION_H_

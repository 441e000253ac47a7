// Amount items: what each element of a list adds to an amount that is given by element, as an explanation
// tells it. An element that is left out, unknown or an error is told as that, and never as 0.
//
// Pure; one thread, that of the interpreter. The JSON is described in docs/explanations.md, section 1.
#ifndef ZHIDA_ENGINE_EXPLAIN_AMOUNT_ITEMS_H_
#define ZHIDA_ENGINE_EXPLAIN_AMOUNT_ITEMS_H_

#include <cstddef>
#include <functional>

#include "engine/base/json_writer.h"
#include "engine/feel/interpreter.h"
#include "engine/pack/policy.h"

namespace zhida::explain {

// So many elements are told one by one, those that count or are undecided before those that are left out; the
// others are counted and summed.
inline constexpr size_t kAmountItemsMax = 20;

// Writes the members `per`, `items` and `more_items` of the amount of a policy that gives it by element.
// `remember` is shown what the list, and the elements told one by one, read.
void WriteAmountItems(const pack::Policy& policy, feel::Interpreter& interpreter,
                      const std::function<void(const feel::Trace&)>& remember, JsonWriter* json);

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_AMOUNT_ITEMS_H_

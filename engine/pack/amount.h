// Amount: what a policy's rule comes to by one interpreter, whatever its clauses say. It defines the figure.
//
// Bound to nothing; one thread, that of the interpreter. Source: docs/semantics.md, section 7.
#ifndef ZHIDA_ENGINE_PACK_AMOUNT_H_
#define ZHIDA_ENGINE_PACK_AMOUNT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/feel/interpreter.h"
#include "engine/feel/verdict.h"
#include "engine/pack/policy.h"

namespace zhida::pack {

// An amount: known, unknown or an error, in fen.
struct Amount {
  feel::Verdict state = feel::Verdict::Of(true);  // true: known
  std::optional<int64_t> fen;                     // null where the policy has no amount
  std::optional<int64_t> unclipped_fen;

  bool known() const { return state.is(Truth::kTrue); }
};

// One of the amounts that a policy gives by element.
struct ElementAmount {
  Value element;
  Amount amount;  // state false: `where` leaves the element out
};

// The amount by `interpreter`'s reading. `each`, which may be null, takes all elements of the list in its
// order, and none where the list itself is not to be had.
Amount AmountOf(const Policy& policy, feel::Interpreter& interpreter,
                std::vector<ElementAmount>* each = nullptr);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_AMOUNT_H_

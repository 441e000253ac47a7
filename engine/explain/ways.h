// Ways: the smallest sets of conditions that would have to change for a policy's clauses to hold.
//
// Looks at what is false, not at what is open: a way that asks nothing of an undecided clause is not a
// promise that curing it is enough. Pure; any thread.
#ifndef ZHIDA_ENGINE_EXPLAIN_WAYS_H_
#define ZHIDA_ENGINE_EXPLAIN_WAYS_H_

#include <vector>

#include "engine/pack/judge.h"

namespace zhida::explain {

// One condition that would have to change; `to` is what it would have to be (false below a `none`).
struct Change {
  int clause = 0;  // position in JudgementDetail::clauses
  bool to = true;

  friend bool operator==(const Change&, const Change&) = default;
};
using Way = std::vector<Change>;  // in the order of the clauses

// None of the ways holds another; the shortest come first, then by the order of clauses. At most
// kWaysMax of them; *more says that there are others.
inline constexpr size_t kWaysMax = 8;
std::vector<Way> WaysOf(const pack::JudgementDetail& detail, bool* more);

// Whether a clause's failing can be cured: as the author says, else if a cure is named or a changeable fact
// is read by the clause or its parts.
bool IsCurable(const pack::Pack& pack, const pack::Clause& clause);

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_WAYS_H_

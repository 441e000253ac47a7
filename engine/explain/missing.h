// What is missing: the smallest set of unknown facts of an undetermined pair such that, with some values of
// them, the pair is eligible (or conditional) whatever the other unknown facts are. Ties go by schema order.
//
// Works in two steps. The form of the clauses and of the amount says which sets of facts could suffice
// (Kleene logic: an `and` needs all of its parts, an `or` one). Those are tried in order of size, by putting
// in values at, beside and far from the bars of the policy and asking the judge. A list or a structure that
// nobody supplied is taken to be whatever is needed. One thread. Source: docs/semantics.md, section 6.
#ifndef ZHIDA_ENGINE_EXPLAIN_MISSING_H_
#define ZHIDA_ENGINE_EXPLAIN_MISSING_H_

#include <cstddef>
#include <vector>

#include "engine/explain/pack_notes.h"
#include "engine/pack/judge.h"

namespace zhida::explain {

inline constexpr int kJudgementsMax = 1'024;  // of one set

struct Missing {
  std::vector<pack::MissingFact> facts;  // in schema order; none: no fact would decide it
  bool exact = true;                     // false: too many unknown facts, or values, to try them all
};

// What the pair came to and the notes of the pack and day spare work, and may be null.
Missing SmallestMissing(const pack::Pack& pack, Date as_of, const feel::FactSource& facts, int policy,
                        const pack::JudgementDetail* detail = nullptr, const PackNotes* notes = nullptr);

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_MISSING_H_

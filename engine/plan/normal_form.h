// Normal form: the plain part of every policy as an and of ors of ands of literals.
//
// A literal is one test of one coded column (codes.h), or `some item satisfies` of a list of texts, possibly
// negated. Kleene logic is distributive and keeps De Morgan's laws, so nothing changes in four values. What
// does not fit (series, sums, tables, deep nests) stays with the policy as `rest`; the terms are then a
// condition that the policy implies, good for leaving subjects out, and the rest decides.
//
// Of the Verified reading. Immutable.
#ifndef ZHIDA_ENGINE_PLAN_NORMAL_FORM_H_
#define ZHIDA_ENGINE_PLAN_NORMAL_FORM_H_

#include <cstdint>
#include <vector>

#include "engine/plan/codes.h"
#include "engine/plan/plan.h"

namespace zhida::plan {

struct Literal {
  int coded = kNone;
  int test = 0;
  bool item_negated = false;  // of a list: some item does not satisfy the test
  bool negated = false;
  bool strict = false;  // of a list: not known where some item is not
  int over = kNone;     // the list fact, of a list
  friend auto operator<=>(const Literal&, const Literal&) = default;
};

using LiteralId = int32_t;

// An or of ands. One alternative of one literal for most; none at all is false.
struct Term {
  std::vector<std::vector<LiteralId>> alternatives;
  friend auto operator<=>(const Term&, const Term&) = default;
};

using TermId = int32_t;

struct NormalPolicy {
  std::vector<TermId> terms;  // ascending, no repeats
  std::vector<int> rest;  // clauses (positions in PlannedPolicy::clauses) that the terms do not wholly say
};

// The terms of one clause, for whoever has to tell clauses apart.
struct NormalClause {
  std::vector<TermId> terms;
  bool whole = false;  // they are all that the clause says
};

struct NormalForm {
  std::vector<Literal> literals;
  std::vector<Term> terms;                         // each once: policies share them
  std::vector<NormalPolicy> policies;              // parallel to the plan's
  std::vector<std::vector<NormalClause>> clauses;  // by policy and planned clause; empty unless asked for
};

NormalForm Normalize(const Plan& plan, const Codebook& codes, bool by_clause = false);

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_NORMAL_FORM_H_

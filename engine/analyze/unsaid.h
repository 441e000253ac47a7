// Unsaid: what conditions use that nobody has said, so that no data can decide them: terms without a
// definition, and parameters of which no version is in force on the day that counts.
//
// Looks through definitions and tables. Pure; any thread. Recursion is bounded as the typed tree's own depth
// is (engine/feel/ast.h).
#ifndef ZHIDA_ENGINE_ANALYZE_UNSAID_H_
#define ZHIDA_ENGINE_ANALYZE_UNSAID_H_

#include <string>
#include <vector>

#include "engine/pack/pack.h"

namespace zhida::analyze {

struct Unsaid {
  std::vector<std::string> terms;       // names; unknown("...") as it is written
  std::vector<std::string> parameters;  // names, each with the days that it is in force: "x (.. 2026-03-31)"
};

// Of a policy's clauses. With an event fact any day of the policy's validity may count, so a parameter is
// named that leaves one of them out.
Unsaid UnsaidOf(const pack::Pack& pack, const pack::Policy& policy, Date as_of,
                const std::vector<const pack::Clause*>& clauses);

// The name of the undefined term that an expression is, if it is nothing else; else "".
std::string UndefinedTerm(const pack::Pack& pack, const feel::Expression& expression);

}  // namespace zhida::analyze

#endif  // ZHIDA_ENGINE_ANALYZE_UNSAID_H_

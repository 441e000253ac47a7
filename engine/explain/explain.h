// Explanation: why a pair is what it is, made on demand by the interpreter with a trace.
// Pure; any thread. Source: docs/semantics.md, section "Outcomes"; architecture: docs/architecture.md.
#ifndef ZHIDA_ENGINE_EXPLAIN_EXPLAIN_H_
#define ZHIDA_ENGINE_EXPLAIN_EXPLAIN_H_

#include <string>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/pack/judge.h"

namespace zhida::explain {

// JSON of one pair: outcome, the clause tree with each clause's truth, text, citation and cure, the facts
// read with their values, states and owners, the parameters in force, and the amount. Promised reading.
// `block` holds the subject in row 0; `warnings`, what was said when it was read, are passed on.
std::string ExplainJson(const pack::Pack& pack, Date as_of, const facts::FactBlock& block, int policy,
                        const std::vector<std::string>& warnings);

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_EXPLAIN_H_

// Explanations against the evaluators: the clause tree's root is the outcome, and near misses by planes are
// those of the definition.
#ifndef ZHIDA_TESTS_CROSS_EXPLAIN_CHECK_H_
#define ZHIDA_TESTS_CROSS_EXPLAIN_CHECK_H_

#include <cstdint>
#include <string>

#include "engine/facts/fact_block.h"
#include "engine/plan/plan.h"

namespace zhida::cross {

// "" if all agree on the rows of `block`. `first` are those that some engines get to see before. Adds the
// near misses met to *near.
std::string CheckExplanations(const plan::PlanPtr& plan, const facts::FactBlock& first,
                              const facts::FactBlock& block, int64_t* near);

}  // namespace zhida::cross

#endif  // ZHIDA_TESTS_CROSS_EXPLAIN_CHECK_H_

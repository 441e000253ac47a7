// Rounds: many made cases, each with a seed of its own, checked on several threads at once. What comes out is
// the same whatever their number.
#ifndef ZHIDA_TESTS_CROSS_ROUNDS_H_
#define ZHIDA_TESTS_CROSS_ROUNDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/batch/fault.h"
#include "tests/cross/cross_check.h"
#include "tests/cross/generator.h"

namespace zhida::cross {

// The case of a seed. Every eighth has a fourth of the policies and four times the rows, so that blocks of
// the usual size are met as well.
MadeCase MakeRound(uint64_t seed, MakeOptions options);

struct RoundsResult {
  CheckResult sum;  // of the rounds before the first that differs; it has no difference itself
  std::optional<uint64_t> differs;  // the lowest seed whose case shows a difference
};

// Cases of the seeds first_seed, first_seed + 1, ..., until they have `pairs` pairs, or one differs. The
// threads are the rounds' own, so that evaluators which start several find the library's free. `threads` is 1
// or more.
RoundsResult CheckRounds(uint64_t first_seed, int64_t pairs, const MakeOptions& options, batch::Fault fault,
                         int threads);

}  // namespace zhida::cross

#endif  // ZHIDA_TESTS_CROSS_ROUNDS_H_

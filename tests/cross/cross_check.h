// One made case through all evaluators: the interpreter (the judge) gives the answer; the point engine and
// the batch engine at several block sizes must agree on every pair. A difference is made smaller before it is
// shown.
#ifndef ZHIDA_TESTS_CROSS_CROSS_CHECK_H_
#define ZHIDA_TESTS_CROSS_CROSS_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/batch/batch.h"
#include "engine/pack/judge.h"
#include "tests/cross/generator.h"

namespace zhida::cross {

// One way to the answers. All are rows of Evaluators(), nothing else.
struct Evaluator {
  enum class Kind : uint8_t { kPoint, kPointEligible, kBatch };
  std::string name;
  Kind kind = Kind::kBatch;
  batch::BatchOptions batch;  // all outcomes are wanted unless said
  bool every_other = false;   // policies
  bool coded = false;         // from codes and values that went through a coded file
  bool late = false;          // after the engine has seen one row, and has made its sieve from that
  int threads = 1;            // so many workers of one engine at once, each with all rows
};
// Block sizes, numbers of threads and kernels one by one; at full size all kernels with all block sizes.
const std::vector<Evaluator>& Evaluators();

struct CheckResult {
  int64_t pairs = 0;     // pairs judged by the interpreter, each compared with every evaluator
  int64_t rejected = 0;  // rows the reader refused
  int64_t judged = 0;    // the most pairs that a batch left to the judge
  int64_t outcomes[pack::kOutcomeCount] = {};
  int64_t near = 0;        // near misses, each found by planes as well
  std::string difference;  // "" if all agree
};

// Loads, compiles, reads and compares. A pack that does not load is a difference too.
CheckResult Check(const MadeCase& made, batch::Fault fault);

// Drops policies, rows, keys and clauses while a difference remains.
MadeCase Shrink(MadeCase made, batch::Fault fault);

// What a person needs to see it again: seed, pack, firm, the difference.
std::string Report(const MadeCase& made, const CheckResult& result);

// One line for tests/oracle: the case with the judge's answers.
std::string OracleLine(const MadeCase& made, int number);

}  // namespace zhida::cross

#endif  // ZHIDA_TESTS_CROSS_CROSS_CHECK_H_

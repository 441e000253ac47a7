// One made case through all evaluators: the interpreter (the judge) gives the answer; the point engine and
// the batch engine at several block sizes must agree on every pair. A difference is made smaller before it is
// shown.
#ifndef ZHIDA_TESTS_CROSS_CROSS_CHECK_H_
#define ZHIDA_TESTS_CROSS_CROSS_CHECK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "engine/batch/block_pass.h"
#include "engine/pack/judge.h"
#include "tests/cross/generator.h"

namespace zhida::cross {

// An evaluator is one row here, nothing else.
enum class Evaluator : uint8_t {
  kPoint,
  kPointEligible,
  kBatch1,
  kBatch7,
  kBatch64,
  kBatch1024,
  kBatchPolicyMask,
  kBatchScalar,
  kBatchSse4,
  kBatchAvx2,
  kBatchWithoutSieve,
  kBatchEligibleOnly,
  kBatchNoPatternMemory,  // no text is decided by the patterns together
  kBatchCoded,            // from codes and values that went through a coded file
};
inline constexpr Evaluator kEvaluators[] = {Evaluator::kPoint,
                                            Evaluator::kPointEligible,
                                            Evaluator::kBatch1,
                                            Evaluator::kBatch7,
                                            Evaluator::kBatch64,
                                            Evaluator::kBatch1024,
                                            Evaluator::kBatchPolicyMask,
                                            Evaluator::kBatchScalar,
                                            Evaluator::kBatchSse4,
                                            Evaluator::kBatchAvx2,
                                            Evaluator::kBatchWithoutSieve,
                                            Evaluator::kBatchEligibleOnly,
                                            Evaluator::kBatchNoPatternMemory,
                                            Evaluator::kBatchCoded};
// False for kernels that this machine does not run.
bool IsHere(Evaluator evaluator);
std::string EvaluatorName(Evaluator evaluator);

struct CheckResult {
  int64_t pairs = 0;     // pairs judged by the interpreter, each compared with every evaluator
  int64_t rejected = 0;  // rows the reader refused
  int64_t judged = 0;    // pairs that the 1024-row batch left to the judge
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

// Answers that benchmarks are held against, and fingerprints by which other engines' answers are compared.
//
// A fingerprint is a sum over all pairs, so the order in which they come is of no account. It has 48 bits,
// which a counter of Google Benchmark, a double, holds exactly. bench/runner/answers.py computes the same.
#ifndef ZHIDA_BENCH_ANSWERS_H_
#define ZHIDA_BENCH_ANSWERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bench/made_data.h"

namespace zhida::bench {

class Fingerprint {
 public:
  void Add(uint64_t first, uint64_t second);
  double value() const { return static_cast<double>(sum_ >> 16); }

 private:
  uint64_t sum_ = 0;
};

// Of (policy, count) for every policy.
double FingerprintOf(const std::vector<int64_t>& counts);

// By policy: how many of the data's firms it holds for, by the generator's own evaluator. Slow; for hundreds
// of firms.
std::vector<int64_t> ExpectedCounts(const MadeData& data);
// By firm, for the first so many: the policies that hold, ascending.
std::vector<std::vector<uint32_t>> ExpectedPolicies(const MadeData& data, size_t firms);

// Empty, or what differs.
std::string DifferenceOf(const std::vector<int64_t>& expected, const std::vector<int64_t>& found);

}  // namespace zhida::bench

#endif  // ZHIDA_BENCH_ANSWERS_H_

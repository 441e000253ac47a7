#include "bench/answers.h"

namespace zhida::bench {

void Fingerprint::Add(uint64_t first, uint64_t second) {
  uint64_t x = first * 0x9e3779b97f4a7c15u + second * 0xc2b2ae3d27d4eb4fu;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93u;
  sum_ += x ^ (x >> 32);
}

double FingerprintOf(const std::vector<int64_t>& counts) {
  Fingerprint print;
  for (size_t policy = 0; policy < counts.size(); ++policy)
    print.Add(static_cast<uint64_t>(counts[policy]), policy);
  return print.value();
}

std::vector<std::vector<uint32_t>> ExpectedPolicies(const MadeData& data, size_t firms) {
  const Generator& generator = *data.generator;
  std::vector<std::vector<uint32_t>> policies(firms);
  for (size_t row = 0; row < firms; ++row) {
    const Firm firm = generator.MakeFirm(static_cast<int64_t>(row));
    for (size_t rule = 0; rule < generator.rules().size(); ++rule) {
      if (generator.Holds(generator.rules()[rule], firm))
        policies[row].push_back(static_cast<uint32_t>(rule));
    }
  }
  return policies;
}

std::vector<int64_t> ExpectedCounts(const MadeData& data) {
  std::vector<int64_t> counts(data.generator->rules().size());
  for (const auto& policies : ExpectedPolicies(data, static_cast<size_t>(data.rows))) {
    for (const uint32_t policy : policies) ++counts[policy];
  }
  return counts;
}

std::string DifferenceOf(const std::vector<int64_t>& expected, const std::vector<int64_t>& found) {
  for (size_t policy = 0; policy < expected.size(); ++policy) {
    if (policy >= found.size() || found[policy] != expected[policy]) {
      return "policy " + std::to_string(policy) + " holds for " + std::to_string(expected[policy]) +
             " firms, not for " + (policy < found.size() ? std::to_string(found[policy]) : "none");
    }
  }
  return "";
}

}  // namespace zhida::bench

// Random numbers of the payout tests: seeded by ZHIDA_SEED, or anew, and printed.
#ifndef ZHIDA_TESTS_PAYOUT_RANDOM_H_
#define ZHIDA_TESTS_PAYOUT_RANDOM_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "tests/test_size.h"

namespace zhida::payout {

class Random {
 public:
  explicit Random(const char* what) {
    const char* const given = std::getenv("ZHIDA_SEED");
    const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
    std::printf("ZHIDA_SEED=%llu (%s)\n", static_cast<unsigned long long>(seed), what);
    engine_.seed(seed);
  }
  uint64_t Below(uint64_t bound) { return bound == 0 ? 0 : engine_() % bound; }
  bool Chance(uint64_t one_in) { return Below(one_in) == 0; }
  static int Rounds(int thin) { return zhida::Rounds(thin); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace zhida::payout

#endif  // ZHIDA_TESTS_PAYOUT_RANDOM_H_

// A small seeded generator of random numbers whose sequence is ours, so that a printed seed means the same
// everywhere.
#ifndef ZHIDA_TESTS_CROSS_RANDOM_H_
#define ZHIDA_TESTS_CROSS_RANDOM_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace zhida::cross {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  // SplitMix64 (Steele, Lea, Flood 2014).
  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  int64_t Below(int64_t bound) { return static_cast<int64_t>(Next() % static_cast<uint64_t>(bound)); }
  int64_t Between(int64_t low, int64_t high) { return low + Below(high - low + 1); }
  bool OneIn(int n) { return Below(n) == 0; }
  bool Percent(int n) { return Below(100) < n; }
  template <typename T>
  const T& Pick(const std::vector<T>& items) {
    return items[static_cast<size_t>(Below(static_cast<int64_t>(items.size())))];
  }
  std::string Pick(std::initializer_list<const char*> items) {
    return *(items.begin() + Below(static_cast<int64_t>(items.size())));
  }

 private:
  uint64_t state_;
};

}  // namespace zhida::cross

#endif  // ZHIDA_TESTS_CROSS_RANDOM_H_

#include "engine/payout/rivals.h"

#include <gtest/gtest.h>

#include <bit>

#include "tests/payout/random.h"

namespace zhida::payout {
namespace {

bool IsLegal(const Rivalry& rivalry, uint32_t taken) {
  for (size_t i = 0; i < rivalry.excludes.size(); ++i) {
    const bool in = (taken >> i & 1) != 0;
    const bool met = (rivalry.excludes[i] & taken) != 0;
    if (in == met) return false;
  }
  return true;
}

// The larger set in order: the one that has the first award where they differ.
bool Before(uint32_t a, uint32_t b) { return (a >> std::countr_zero(a ^ b) & 1) != 0; }

uint32_t BruteForce(const Rivalry& rivalry) {
  uint32_t best = 0;
  int128_t best_value = -1;
  for (uint32_t taken = 0; taken < uint32_t{1} << rivalry.excludes.size(); ++taken) {
    if (!IsLegal(rivalry, taken)) continue;
    const int128_t value = rivalry.value(taken);
    if (value < best_value || (value == best_value && !Before(taken, best))) continue;
    best = taken;
    best_value = value;
  }
  return best;
}

Rivalry Made(size_t count, const std::vector<std::pair<size_t, size_t>>& pairs, std::vector<int64_t> worth) {
  Rivalry rivalry;
  rivalry.excludes.assign(count, 0);
  for (const auto& [a, b] : pairs) {
    rivalry.excludes[a] |= uint32_t{1} << b;
    rivalry.excludes[b] |= uint32_t{1} << a;
  }
  rivalry.most = worth;
  rivalry.value = [worth](uint32_t taken) {
    int128_t sum = 0;
    for (size_t i = 0; i < worth.size(); ++i) sum += (taken >> i & 1) != 0 ? worth[i] : 0;
    return sum;
  };
  return rivalry;
}

TEST(RivalsTest, TwoSmallBeatOneLarge) {
  EXPECT_EQ(BestRivals(Made(3, {{0, 1}, {1, 2}}, {30, 50, 25})), 0b101u);
  EXPECT_EQ(BestRivals(Made(3, {{0, 1}, {1, 2}}, {20, 50, 25})), 0b010u);
}

TEST(RivalsTest, TiesGoToTheFirst) {
  EXPECT_EQ(BestRivals(Made(2, {{0, 1}}, {5, 5})), 0b01u);
  EXPECT_EQ(BestRivals(Made(3, {{0, 1}, {0, 2}}, {10, 5, 5})), 0b001u);
  EXPECT_EQ(BestRivals(Made(3, {{1, 2}}, {0, 0, 0})), 0b011u);
}

TEST(RivalsTest, EqualsBruteForce) {
  Random random("rivals");
  for (int round = 0; round < random.Rounds(3'000); ++round) {
    const size_t count = 1 + random.Below(11);
    std::vector<std::pair<size_t, size_t>> pairs;
    const uint64_t density = 1 + random.Below(5);
    for (size_t a = 0; a < count; ++a) {
      for (size_t b = a + 1; b < count; ++b) {
        if (random.Chance(density)) pairs.emplace_back(a, b);
      }
    }
    std::vector<int64_t> worth(count);
    for (int64_t& fen : worth) fen = static_cast<int64_t>(random.Below(6));
    Rivalry rivalry = Made(count, pairs, worth);
    // Some are worth less where another is taken, as a lower level is beside its upper one.
    if (random.Chance(2)) {
      const size_t lower = random.Below(count);
      const size_t upper = random.Below(count);
      rivalry.value = [plain = rivalry.value, lower, upper, worth](uint32_t taken) {
        const bool both = (taken >> lower & 1) != 0 && (taken >> upper & 1) != 0 && lower != upper;
        return plain(taken) - (both ? std::min(worth[lower], worth[upper]) : 0);
      };
    }
    ASSERT_EQ(BestRivals(rivalry), BruteForce(rivalry)) << "round " << round;
  }
}

// Ten triangles and a pair: the most legal sets that 32 awards can have.
TEST(RivalsTest, TheWorstCaseOfTheLargestSize) {
  std::vector<std::pair<size_t, size_t>> pairs = {{30, 31}};
  for (size_t i = 0; i < 30; i += 3) pairs.insert(pairs.end(), {{i, i + 1}, {i, i + 2}, {i + 1, i + 2}});
  std::vector<int64_t> worth(kRivalsMax, 1);
  worth[31] = 2;
  Rivalry rivalry = Made(kRivalsMax, pairs, worth);
  rivalry.most.assign(kRivalsMax, 1'000'000);  // so that nothing can be cut short
  const uint32_t best = BestRivals(rivalry);
  EXPECT_EQ(best, 0x89249249u);
  EXPECT_EQ(std::popcount(best), 11);
}

}  // namespace
}  // namespace zhida::payout

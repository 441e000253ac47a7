#include "engine/plan/places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace zhida::plan {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

// Around every bar, at the ends, and anywhere.
std::vector<int64_t> ValuesFor(const std::vector<int64_t>& bars, std::mt19937_64* random) {
  std::vector<int64_t> values{kLeast, kLeast + 1, -1, 0, 1, kMost - 1, kMost};
  for (const int64_t bar : bars) {
    values.push_back(bar);
    if (bar > kLeast) values.push_back(bar - 1);
    if (bar < kMost) values.push_back(bar + 1);
  }
  for (int i = 0; i < 200; ++i) values.push_back(static_cast<int64_t>((*random)() >> (*random)() % 64));
  return values;
}

void ExpectSame(const std::vector<int64_t>& bars, std::mt19937_64* random) {
  const std::vector<int64_t> values = ValuesFor(bars, random);
  std::vector<uint16_t> wide(values.size());
  std::vector<uint8_t> narrow(values.size());
  const Places places(bars);
  places.Find(values.data(), values.size(), uint16_t{3}, wide.data());
  if (bars.size() <= 250) places.Find(values.data(), values.size(), uint8_t{3}, narrow.data());
  for (size_t i = 0; i < values.size(); ++i) {
    const auto reached = std::upper_bound(bars.begin(), bars.end(), values[i]) - bars.begin();
    ASSERT_EQ(Reached(bars, values[i]), static_cast<size_t>(reached)) << values[i];
    ASSERT_EQ(wide[i], 3 + reached) << values[i] << " among " << bars.size() << " bars";
    if (bars.size() <= 250) ASSERT_EQ(narrow[i], 3 + reached) << values[i];
  }
}

TEST(PlacesTest, AgreesWithSearchingForAnyBars) {
  const char* const set = std::getenv("ZHIDA_SEED");
  const uint64_t seed = set != nullptr ? std::strtoull(set, nullptr, 10) : std::random_device{}();
  SCOPED_TRACE("ZHIDA_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 600; ++round) {
    const size_t count = round < 20 ? static_cast<size_t>(round) : random() % (round % 7 == 0 ? 3'000 : 200);
    const uint64_t shift = random() % 64;
    const uint64_t offset = round % 2 == 0 ? random() >> random() % 64 : 0;
    std::vector<int64_t> bars(count);
    // Dense, sparse, spread over magnitudes, and some of them equal.
    for (int64_t& bar : bars) {
      const uint64_t drawn = random() >> (round % 3 == 0 ? random() % 64 : shift);
      bar = static_cast<int64_t>(drawn - offset);
    }
    std::sort(bars.begin(), bars.end());
    ExpectSame(bars, &random);
  }
}

TEST(PlacesTest, AgreesAtTheEndsOfTheNumberLine) {
  std::mt19937_64 random(1);
  ExpectSame({kLeast, kLeast + 1, -1, 0, 1, kMost - 1, kMost}, &random);
  ExpectSame({kLeast, -5, 0, 5, 10, kMost - 1}, &random);
  ExpectSame({kLeast}, &random);
  ExpectSame({kMost}, &random);
  ExpectSame({kMost - 6, kMost - 5, kMost - 4, kMost - 3, kMost - 2, kMost - 1}, &random);
}

}  // namespace
}  // namespace zhida::plan

#include "engine/payout/allocate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "tests/payout/random.h"

namespace zhida::payout {
namespace {

using pack::Control;

constexpr int64_t kFenMax = std::numeric_limits<int64_t>::max();

std::vector<Claim> ClaimsOf(const std::vector<int64_t>& asked) {
  std::vector<Claim> claims;
  for (const int64_t fen : asked) claims.push_back({fen, 0, true});
  return claims;
}

std::vector<int64_t> Given(Control control, int64_t free, int64_t unit, const std::vector<int64_t>& asked) {
  AllocationRule rule;
  rule.control = control;
  rule.free_fen = free;
  rule.unit_fen = unit;
  return Allocate(rule, ClaimsOf(asked)).given;
}

TEST(AllocateTest, ProRataInWholeYuan) {
  EXPECT_EQ(Given(Control::kProrata, 100000000, 100, {60000000, 50000000, 30000000}),
            (std::vector<int64_t>{42857100, 35714300, 21428600}));
}

TEST(AllocateTest, ProRataPaysAllWhereThereIsEnough) {
  EXPECT_EQ(Given(Control::kProrata, 6, 100, {1, 2, 3}), (std::vector<int64_t>{1, 2, 3}));
}

// Equal remainders go to the earlier claims; nobody gets more than was asked.
TEST(AllocateTest, ProRataTiesGoByOrder) {
  EXPECT_EQ(Given(Control::kProrata, 5, 1, {2, 2, 2, 2}), (std::vector<int64_t>{2, 1, 1, 1}));
  EXPECT_EQ(Given(Control::kProrata, 500, 100, {150, 150, 150, 150}),
            (std::vector<int64_t>{100, 100, 100, 100}));
}

TEST(AllocateTest, ProRataOfTheLargestSums) {
  const std::vector<int64_t> given = Given(Control::kProrata, kFenMax, 1, {kFenMax, kFenMax});
  EXPECT_EQ(given[0], kFenMax / 2 + 1);
  EXPECT_EQ(given[1], kFenMax / 2);
}

TEST(AllocateTest, InTurnUntilOneDoesNotFit) {
  for (const Control control : {Control::kFirstCome, Control::kRanked}) {
    EXPECT_EQ(Given(control, 10, 1, {4, 5, 3, 1}), (std::vector<int64_t>{4, 5, 0, 0}));
    EXPECT_EQ(Given(control, 10, 1, {4, 6}), (std::vector<int64_t>{4, 6}));
  }
}

TEST(AllocateTest, OpenPoolsPayAll) {
  EXPECT_EQ(Given(Control::kOpen, 0, 1, {kFenMax, 7}), (std::vector<int64_t>{kFenMax, 7}));
}

TEST(AllocateTest, WhatIsTooSmallIsNotPaid) {
  AllocationRule rule;
  rule.control = Control::kProrata;
  rule.free_fen = 100;
  const std::vector<Claim> claims = {{100, 50, true}, {60, 40, true}, {40, 20, false}};
  const Allocation once = Allocate(rule, claims);
  EXPECT_EQ(once.given, (std::vector<int64_t>{50, 30, 20}));
  EXPECT_EQ(once.too_small, (std::vector<uint8_t>{0, 1, 1}));
  rule.refill = 1;
  const Allocation again = Allocate(rule, claims);
  EXPECT_EQ(again.given, (std::vector<int64_t>{100, 30, 20}));
  rule.control = Control::kFirstCome;
  rule.free_fen = 130;
  const Allocation queue = Allocate(rule, {{{30, 40, true}, {60, 0, true}, {60, 0, true}}});
  EXPECT_EQ(queue.given, (std::vector<int64_t>{30, 60, 60}));
  rule.refill = 0;
  EXPECT_EQ(Allocate(rule, {{{30, 40, true}, {60, 0, true}, {60, 0, true}}}).given,
            (std::vector<int64_t>{30, 60, 0}));
}

TEST(AllocateTest, RandomBudgets) {
  Random random("allocate");
  for (int i = 0; i < random.Rounds(20'000); ++i) {
    std::vector<Claim> claims(random.Below(12));
    const int64_t most = random.Chance(10) ? kFenMax : 1 + static_cast<int64_t>(random.Below(5000));
    for (Claim& claim : claims) {
      claim.fen = static_cast<int64_t>(random.Below(static_cast<uint64_t>(most)));
      claim.least = random.Chance(3) ? static_cast<int64_t>(random.Below(2000)) : 0;
      claim.at_least = random.Chance(2);
    }
    AllocationRule rule;
    rule.control =
        std::array{Control::kOpen, Control::kFirstCome, Control::kProrata, Control::kRanked}[random.Below(4)];
    rule.free_fen = static_cast<int64_t>(random.Below(static_cast<uint64_t>(most)));
    rule.unit_fen = std::array<int64_t, 3>{1, 100, 10}[random.Below(3)];
    rule.refill = static_cast<int64_t>(random.Below(4));
    const Allocation result = Allocate(rule, claims);
    int128_t sum = 0;
    for (size_t c = 0; c < claims.size(); ++c) {
      ASSERT_GE(result.given[c], 0);
      ASSERT_LE(result.given[c], claims[c].fen);
      if (result.too_small[c] != 0) {
        ASSERT_LE(result.given[c], claims[c].least);
        continue;
      }
      ASSERT_TRUE(result.given[c] == 0 || result.given[c] > claims[c].least ||
                  (result.given[c] == claims[c].least && claims[c].at_least));
      sum += result.given[c];
    }
    ASSERT_TRUE(rule.control == Control::kOpen || sum <= rule.free_fen);
  }
}

// Without least payments nothing is lost to rounding: what is left is less than a unit, or nobody could take
// it.
TEST(AllocateTest, ProRataLosesNothing) {
  Random random("lost");
  for (int i = 0; i < random.Rounds(20'000); ++i) {
    std::vector<int64_t> asked(1 + random.Below(10));
    for (int64_t& fen : asked) fen = static_cast<int64_t>(random.Below(10'000));
    const int64_t unit = random.Chance(2) ? 1 : 100;
    if (unit > 1) {
      for (int64_t& fen : asked) fen = fen / unit * unit;
    }
    const auto free = static_cast<int64_t>(random.Below(40'000));
    const std::vector<int64_t> given = Given(Control::kProrata, free, unit, asked);
    const int64_t sum = std::accumulate(given.begin(), given.end(), int64_t{0});
    const int64_t all = std::accumulate(asked.begin(), asked.end(), int64_t{0});
    ASSERT_EQ(sum, all <= free ? all : free / unit * unit);
    // Each is within a unit of its exact part.
    for (size_t c = 0; c < asked.size() && all > free; ++c) {
      const int64_t exact = asked[c] * (free / unit);
      ASSERT_LT(std::abs(given[c] / unit * all - exact), all);
    }
  }
}

TEST(ShareTest, TopLevelTakesTheRest) {
  const std::vector<pack::ShareLevel> levels = {{"province", 8}, {"city", 1}, {"county", 1}};
  EXPECT_EQ(Share(6666667, levels), (std::vector<int64_t>{5333333, 666667, 666667}));
  EXPECT_EQ(Share(6600000, levels), (std::vector<int64_t>{5280000, 660000, 660000}));
  EXPECT_EQ(Share(0, levels), (std::vector<int64_t>{0, 0, 0}));
  EXPECT_EQ(Share(1, std::vector<pack::ShareLevel>{{"a", 0}, {"b", 1}, {"c", 1}}),
            (std::vector<int64_t>{0, 1, 0}));
}

TEST(ShareTest, SharesAddUp) {
  Random random("share");
  for (int i = 0; i < random.Rounds(20'000); ++i) {
    std::vector<pack::ShareLevel> levels(1 + random.Below(5));
    for (pack::ShareLevel& level : levels) level.part = static_cast<int64_t>(random.Below(100'000'000));
    levels[0].part += 1;
    const auto fen = static_cast<int64_t>(random.Chance(4) ? random.Below(kFenMax) : random.Below(1000));
    const std::vector<int64_t> shares = Share(fen, levels);
    int128_t sum = 0;
    for (const int64_t share : shares) {
      ASSERT_GE(share, 0);
      sum += share;
    }
    ASSERT_EQ(sum, fen);
  }
}

}  // namespace
}  // namespace zhida::payout

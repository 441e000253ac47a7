// Pools: turns by several keys, budgets in place of the pack's, and many awards on many threads.
#include "engine/payout/pools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/payout/world.h"

namespace zhida::payout {
namespace {

using testing::ElementsAre;

std::string Policy(const std::string& id, const std::string& more) {
  return "- id: " + id + "\n  clauses: [{id: k, when: 'true', article: 一}]\n  amount: 金额\n" + more;
}

MadeAward Ordered(const char* subject, std::vector<int64_t> order) {
  return {subject, "a", 60, "", kNoYear, pack::Outcome::kEligible, std::move(order)};
}

TEST(PoolsTest, LaterKeysMayFallToo) {
  World world;
  world.pack = PackOf(
      "pools: [{id: q, control: ranked, order_by: [申报日期, {by: 金额, descending: true}, 申报日期], "
      "budgets: "
      "[{year: 2026, total: 1.30元}]}]",
      Policy("a", "  pool: q\n"));
  world.awards = {Ordered("A", {1, 4, 1}), Ordered("B", {1, 9, 1}), Ordered("C", {1, 9, 0}),
                  Ordered("D", {1, 9}), Ordered("E", {1, kUnknownFen, 1})};
  EXPECT_THAT(TextsOf(*Settled(world)),
              ElementsAre("A/a nothing 0 budget order 3", "B/a pay 60 order 2", "C/a pay 60 order 1",
                          "D/a hold 0 order_unknown", "E/a hold 0 order_unknown"));
}

// A pool that shares its budget out needs the order only for what rounding leaves.
TEST(PoolsTest, UnknownOrdersComeLastWhereTheyHardlyMatter) {
  World world;
  world.pack =
      PackOf("pools: [{id: q, control: prorata, order_by: [申报日期], budgets: [{year: 2026, total: 1元}]}]",
             Policy("a", "  pool: q\n"));
  world.awards = {Ordered("A", {}), Ordered("B", {3}), Ordered("C", {2})};
  EXPECT_THAT(TextsOf(*Settled(world)), ElementsAre("A/a pay 33 budget order 3", "B/a pay 33 budget order 2",
                                                    "C/a pay 34 budget order 1"));
}

TEST(PoolsTest, BudgetsInPlaceOfThePacks) {
  World world;
  world.pack = PackOf(
      "pools:\n"
      "  - {id: q, control: prorata, budgets: [{year: 2026, total: 1元}]}\n"
      "  - {id: r, control: open, budgets: [{year: 2026, total: 1元}]}\n",
      Policy("a", "  pool: q\n") + Policy("b", "  pool: r\n"));
  Settlement settlement(world.pack, *Date::Parse("2026-06-30"), 1);
  AddTo(&settlement, world, {"A", "a", 500});
  AddTo(&settlement, world, {"A", "b", 500});
  pack::Budget budget;
  budget.total_fen = 150;
  budget.year = 2026;
  budget.carry_over = true;  // from a year of which there is no budget
  settlement.SetBudget(0, budget);
  budget.year = 2025;
  budget.total_fen = 999;
  settlement.SetBudget(0, budget);
  settlement.Run();
  EXPECT_THAT(TextsOf(settlement), ElementsAre("A/a pay 150 budget order 1", "A/b pay 500 order 1"));
  EXPECT_FALSE(settlement.pool_totals()[1].has_budget);
}

// Enough for several threads to sort one pool, with texts of more than one block.
TEST(PoolsTest, ManyAwardsOnManyThreads) {
  World world;
  const std::string keyed = "order_by: [申报日期], ";
  std::string pools = "groups: [{id: o, across: all}]\npools:\n";
  for (const char* control : {"first_come", "prorata"}) {
    pools += "  - {id: " + std::string(control) + ", control: " + control + ", " + keyed +
             "budgets: [{year: 2026, total: 9000元}]}\n";
  }
  world.pack = PackOf(pools, Policy("a",
                                    "  pool: first_come\n  combine: {group: o, form: ONCE_ID}\n"
                                    "  event_key: {kind: a, object: 区县}\n") +
                                 Policy("b", "  pool: prorata\n"));
  const auto add = [&](Settlement* settlement) {
    std::mt19937_64 awards(5);
    for (int i = 0; i < 120'000; ++i) {
      const uint64_t drawn = awards();
      MadeAward award{"subject of a long name " + std::to_string(drawn % 50'000), i % 3 == 0 ? "b" : "a",
                      static_cast<int64_t>(drawn % 1000)};
      if (i % 3 != 0) award.object = "object " + std::to_string(awards() % 400'000);
      award.order = {static_cast<int64_t>(awards() >> 2)};
      AddTo(settlement, world, award);
    }
  };
  Settlement alone(world.pack, *Date::Parse("2026-06-30"), 1);
  add(&alone);
  alone.Run();
  EXPECT_TRUE(alone.adds_up());
  const std::vector<std::string> expected = TextsOf(alone);
  for (const auto& [threads, piece_rows] : {std::pair{3, size_t{100}}, {0, size_t{2048}}, {2, size_t{1}}}) {
    Settlement together(world.pack, *Date::Parse("2026-06-30"), threads, piece_rows);
    add(&together);
    together.Run();
    EXPECT_TRUE(TextsOf(together) == expected) << threads << " threads, pieces of " << piece_rows;
    EXPECT_EQ(together.reason_counts(), alone.reason_counts());
  }
}

// As many pools as keep all threads busy one each.
TEST(PoolsTest, ManyPools) {
  World world;
  std::string pools = "pools:\n";
  std::string policies;
  for (int i = 0; i < 12; ++i) {
    pools += "  - {id: q" + std::to_string(i) +
             ", control: prorata, order_by: [申报日期], budgets: [{year: 2026, total: 1元}]}\n";
    policies += Policy("p" + std::to_string(i), "  pool: q" + std::to_string(i) + "\n");
  }
  world.pack = PackOf(pools, policies);
  for (int i = 0; i < 600; ++i) {
    world.awards.push_back({"S" + std::to_string(i / 2), "p" + std::to_string(i * 7 % 12), 1 + i % 5});
    world.awards.back().order = {i % 9};
  }
  const std::vector<std::string> expected = TextsOf(*Settled(world));
  world.threads = 4;
  world.piece_rows = 16;
  EXPECT_EQ(TextsOf(*Settled(world)), expected);
  const auto settlement = Settled(world);
  int128_t paid = 0;
  for (const PoolTotals& totals : settlement->pool_totals()) paid += totals.paid_fen;
  EXPECT_EQ(paid, 1200);
}

}  // namespace
}  // namespace zhida::payout

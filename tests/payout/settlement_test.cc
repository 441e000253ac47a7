#include "engine/payout/settlement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/payout/world.h"

namespace zhida::payout {
namespace {

using testing::ElementsAre;

constexpr const char* kClauses = "  clauses: [{id: k, when: 'true', article: 一}]\n  amount: 金额\n";

// Policies by id with further lines each.
std::string Policies(const std::vector<std::pair<std::string, std::string>>& policies) {
  std::string text;
  for (const auto& [id, more] : policies) text += "- id: " + id + "\n" + kClauses + more;
  return text;
}

std::vector<std::string> Texts(const World& world) { return TextsOf(*Settled(world)); }

TEST(SettlementTest, AddsByDefault) {
  World world;
  world.pack =
      PackOf("groups: [{id: g}]", Policies({{"a", "  combine: {group: g, form: ADD}\n"}, {"b", ""}}));
  world.awards = {{"B", "a", 5}, {"A", "b", 7}, {"A", "a", 0}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a nothing 0 zero", "A/b pay 7", "B/a pay 5"));
}

TEST(SettlementTest, MaxIsTheBestOfTheGroup) {
  World world;
  world.pack = PackOf("groups: [{id: g}]", Policies({{"a", "  combine: {group: g, form: MAX}\n"},
                                                     {"b", "  combine: {group: g, form: MAX}\n"}}));
  world.awards = {{"A", "a", 5}, {"A", "b", 7}, {"B", "a", 6}, {"B", "b", 6}};
  const auto settlement = Settled(world);
  EXPECT_THAT(TextsOf(*settlement),
              ElementsAre("A/a nothing 0 given_up", "A/b pay 7", "B/a pay 6", "B/b nothing 0 given_up"));
  EXPECT_EQ(settlement->StepsOf(settlement->lines()[0])[0].cause, 1);
  // What was paid within the group counts: only the difference is due.
  world.history = {{"A", "a", 4}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a nothing 0 given_up part 2", "A/b pay 3", "B/a pay 6",
                                        "B/b nothing 0 given_up"));
}

TEST(SettlementTest, OverlappingGroupsTakeTheBestSet) {
  World world;
  world.pack = PackOf("groups: [{id: g}, {id: h}]",
                      Policies({{"a", "  combine: {group: g, form: MAX}\n"},
                                {"b", "  combine: [{group: g, form: MAX}, {group: h, form: MAX}]\n"},
                                {"c", "  combine: {group: h, form: MAX}\n"}}));
  world.awards = {{"A", "a", 30}, {"A", "b", 50}, {"A", "c", 25},
                  {"B", "a", 20}, {"B", "b", 50}, {"B", "c", 25}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 30", "A/b nothing 0 given_up", "A/c pay 25",
                                        "B/a nothing 0 given_up", "B/b pay 50", "B/c nothing 0 given_up"));
}

TEST(SettlementTest, UndecidedRivalsDoNotCompete) {
  World world;
  world.pack = PackOf("groups: [{id: g}]", Policies({{"a", "  combine: {group: g, form: MAX}\n"},
                                                     {"b", "  combine: {group: g, form: MAX}\n"}}));
  world.awards = {{"A", "a", 5}, {"A", "b", kNoFen, "", kNoYear, pack::Outcome::kUndetermined}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 5 ~"));
  world.awards[1] = {"A", "b", 9, "", kNoYear, pack::Outcome::kConditional};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 5 ~", "A/b hold 0 conditional"));
}

TEST(SettlementTest, TopupAndStagedPayTheDifference) {
  World world;
  world.pack = PackOf(
      "groups: [{id: g}, {id: s}]",
      Policies({{"level", "  combine: {group: g, form: TOPUP}\n"},
                {"stage", "  combine: {group: s, form: STAGED}\n  event_key: {kind: stage, year: Y}\n"}}));
  world.awards = {{"A", "level", 5}, {"A", "stage", 50, "", 2026}};
  world.history = {{"A", "level", 3, "", kNoYear, 2021}, {"A", "stage", 30, "", 2024, 2024}};
  EXPECT_THAT(Texts(world), ElementsAre("A/level pay 2 part 2", "A/stage pay 20"));
  world.history.push_back({"A", "stage", 25, "", 2025, 2025});
  EXPECT_THAT(Texts(world), ElementsAre("A/level pay 2 part 2", "A/stage nothing 0 already_paid"));
}

TEST(SettlementTest, InclusiveTotalsTakeOffTheUpperLevel) {
  World world;
  world.pack = PackOf(
      "groups: [{id: g}]",
      Policies({{"city", ""}, {"zone", "  combine: {group: g, form: INCL, of: [city], upper: 金额}\n"}}));
  world.awards = {
      {"A", "city", 10},
      {"A", "zone", 20},
      {"B", "zone", 20},
      {"C", "city", 30},
      {"C", "zone", 20},
      {"D", "zone", 20, "", kNoYear, pack::Outcome::kEligible, {}, {{"g", "", true, 15}}},
      {"E", "zone", 20, "", kNoYear, pack::Outcome::kEligible, {}, {{"g", "", true, kUnknownFen}}}};
  world.history = {{"B", "city", 8}};
  EXPECT_THAT(Texts(world),
              ElementsAre("A/city pay 10", "A/zone pay 10", "B/zone pay 12", "C/city pay 30",
                          "C/zone nothing 0 upper_covers", "D/zone pay 5", "E/zone hold 0 limit_unknown"));
  world.awards = {{"A", "city", kNoFen, "", kNoYear, pack::Outcome::kUndetermined}, {"A", "zone", 20}};
  EXPECT_THAT(Texts(world), ElementsAre("A/zone hold 0 upper_open ~"));
}

TEST(SettlementTest, InclusiveOfAGroupTakesOffWhatOthersOfItPaid) {
  World world;
  world.pack = PackOf("groups: [{id: g}]", Policies({{"city", "  combine: {group: g, form: ADD}\n"},
                                                     {"zone", "  combine: {group: g, form: INCL}\n"}}));
  world.awards = {{"A", "zone", 20}};
  world.history = {{"A", "city", 8}, {"A", "zone", 3}};
  EXPECT_THAT(Texts(world), ElementsAre("A/zone pay 9 part 2"));
}

// The upper level that was chosen is what the percentage is of, and it takes part in the choice.
TEST(SettlementTest, PercentageOfTheChosenUpperLevel) {
  World world;
  const std::string none =
      "- id: zone\n  clauses: [{id: k, when: 'true', article: 一}]\n"
      "  combine: {group: z, form: PCT_UPPER, of: [general, smart], rate: 20%}\n";
  world.pack =
      PackOf("groups: [{id: g}, {id: z}]", Policies({{"general", "  combine: {group: g, form: MAX}\n"},
                                                     {"smart", "  combine: {group: g, form: MAX}\n"}}) +
                                               none);
  world.awards = {
      {"A", "general", 6000}, {"A", "smart", 9000}, {"A", "zone"}, {"B", "general", 5001}, {"B", "zone"}};
  const auto settlement = Settled(world);
  EXPECT_THAT(TextsOf(*settlement), ElementsAre("A/general nothing 0 given_up", "A/smart pay 9000",
                                                "A/zone pay 1800", "B/general pay 5001", "B/zone pay 1000"));
  EXPECT_EQ(StepsText(*settlement, settlement->lines()[2]), "percentage 1800");
}

TEST(SettlementTest, IdentitiesCountOnce) {
  World world;
  const std::string member =
      "  combine: {group: hires, form: ONCE_ID}\n  event_key: {kind: KIND, object: 区县}\n";
  const auto of = [&](const char* kind) { return std::string(member).replace(member.find("KIND"), 4, kind); };
  world.pack = PackOf("groups: [{id: hires, across: all}]", Policies({{"a", of("a")}, {"b", of("b")}}));
  world.awards = {{"A", "a", 10, "p1"}, {"A", "a", 10, "p2"}, {"A", "b", 12, "p1"}, {"B", "a", 10, "p3"},
                  {"C", "b", 10, "p3"}, {"D", "a", 5, "p4"},  {"E", "a", 5},        {"F", "a", 8, "p5"}};
  world.history = {{"Z", "b", 1, "p4"}, {"F", "a", 3, "p5"}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a/p1 nothing 0 identity_used", "A/a/p2 pay 10", "A/b/p1 pay 12",
                                        "B/a/p3 hold 0 identity_shared", "C/b/p3 hold 0 identity_shared",
                                        "D/a/p4 nothing 0 identity_used", "E/a hold 0 identity_unknown",
                                        "F/a/p5 pay 5 part 2"));
}

TEST(SettlementTest, CapsOfTheYearAndOfTheContribution) {
  World world;
  world.pack =
      PackOf("groups: [{id: y, limit: 1元}, {id: c, limit: 金额}]",
             Policies({{"a", "  combine: [{group: y, form: CAP_YEAR}, {group: c, form: CAP_CONTRIB}]\n"},
                       {"b", "  combine: {group: y, form: CAP_YEAR}\n"},
                       {"c", "  combine: {group: y, form: CAP_YEAR}\n"}}));
  const std::vector<MadeLink> contribution = {{"c", "", true, 40}};
  world.awards = {{"A", "a", 70, "", kNoYear, pack::Outcome::kEligible, {}, contribution},
                  {"A", "b", 20},
                  {"A", "c", 5},
                  {"B", "a", 5}};
  world.history = {{"A", "c", 15, "x", kNoYear, 2026}, {"A", "b", 99, "x", kNoYear, 2025}};
  const auto settlement = Settled(world);
  EXPECT_THAT(TextsOf(*settlement),
              ElementsAre("A/a pay 40", "A/b pay 15", "A/c nothing 0 year_cap", "B/a hold 0 limit_unknown"));
  EXPECT_EQ(StepsText(*settlement, settlement->lines()[0]), "contribution_cap 40");
}

TEST(SettlementTest, OneEventIsPaidOnce) {
  World world;
  world.pack =
      PackOf("", Policies({{"a", "  event_key: {kind: k}\n"}, {"b", "  event_key: {kind: k}\n"}, {"c", ""}}));
  world.awards = {{"A", "a", 5}, {"A", "b", 7}, {"B", "c", 5}, {"B", "c", 5},
                  {"C", "c", 9}, {"D", "c", 9}, {"E", "c", 9}};
  world.history = {{"C", "c", 4}, {"D", "c", 12}, {"E", "c", 9}};
  EXPECT_THAT(Texts(world),
              ElementsAre("A/a hold 0 duplicate_key", "A/b hold 0 duplicate_key", "B/c hold 0 duplicate_key",
                          "B/c hold 0 duplicate_key", "C/c pay 5 part 2", "D/c nothing 0 overpaid part 2",
                          "E/c nothing 0 already_paid part 2"));
}

TEST(SettlementTest, PoolsOfEveryControl) {
  World world;
  world.pack = PackOf(
      "pools:\n"
      "  - {id: first, control: first_come, order_by: [申报日期], budgets: [{year: 2026, total: 1元}]}\n"
      "  - {id: rank, control: ranked, order_by: [{by: 金额, descending: true}, 申报日期], budgets: [{year: "
      "2026, total: 1元}]}\n"
      "  - {id: rata, control: prorata, unit: 元, budgets: [{year: 2026, total: 1000000元}]}\n"
      "  - {id: open, control: open}\n",
      Policies({{"f", "  pool: first\n"},
                {"r", "  pool: rank\n"},
                {"p", "  pool: rata\n"},
                {"o", "  pool: open\n"}}));
  const auto eligible = pack::Outcome::kEligible;
  world.awards = {{"A", "f", 60, "", kNoYear, eligible, {20}},
                  {"B", "f", 50, "", kNoYear, eligible, {10}},
                  {"C", "f", 10, "", kNoYear, eligible, {30}},
                  {"D", "f", 1},
                  {"A", "r", 60, "", kNoYear, eligible, {5, 1}},
                  {"B", "r", 50, "", kNoYear, eligible, {9, 2}},
                  {"C", "r", 10, "", kNoYear, eligible, {9, 1}},
                  {"A", "p", 60000000},
                  {"B", "p", 50000000},
                  {"C", "p", 30000000},
                  {"A", "o", 5}};
  const auto settlement = Settled(world);
  EXPECT_THAT(
      TextsOf(*settlement),
      ElementsAre("A/f hold 0 budget_queue order 2", "A/o pay 5 order 1", "A/p pay 42857100 budget order 1",
                  "A/r nothing 0 budget order 3", "B/f pay 50 order 1", "B/p pay 35714300 budget order 2",
                  "B/r pay 50 order 2", "C/f hold 0 budget_queue order 3", "C/p pay 21428600 budget order 3",
                  "C/r pay 10 order 1", "D/f hold 0 order_unknown"));
  EXPECT_EQ(settlement->pool_totals()[2].paid_fen, 100000000);
  EXPECT_EQ(settlement->pool_totals()[2].asked_fen, 140000000);
}

TEST(SettlementTest, BudgetsOfOtherYearsAndTheirTrouble) {
  World world;
  world.pack = PackOf(
      "pools:\n"
      "  - {id: carry, control: prorata, budgets: [{year: 2024, total: 1元}, {year: 2025, total: 1元, "
      "carry_over: true}, {year: 2026, total: 1元, carry_over: true}]}\n"
      "  - {id: shut, control: prorata, budgets: [{year: 2026, total: 1元, closed: true}]}\n"
      "  - {id: old, control: prorata, budgets: [{year: 2025, total: 1元}]}\n"
      "  - {id: over, control: prorata, budgets: [{year: 2026, total: 1元}]}\n",
      Policies({{"c", "  pool: carry\n"},
                {"n", "  pool: over\n"},
                {"o", "  pool: old\n"},
                {"s", "  pool: shut\n"}}));
  world.awards = {{"A", "c", 1000}, {"A", "n", 5}, {"A", "o", 5}, {"A", "s", 5}};
  world.history = {{"X", "c", 30, "", kNoYear, 2024},
                   {"X", "c", 90, "", kNoYear, 2025},
                   {"X", "c", 50, "", kNoYear, 2026},
                   {"X", "n", 101, "", kNoYear, 2026}};
  // 2024 leaves 70, so 2025 has 170 and leaves 80; 2026 has 180, of which 50 are gone.
  EXPECT_THAT(Texts(world), ElementsAre("A/c pay 130 budget order 1", "A/n hold 0 pool_overcommitted",
                                        "A/o hold 0 no_budget", "A/s hold 0 pool_closed"));
}

TEST(SettlementTest, RegionsHaveTheirOwnParts) {
  World world;
  world.pack = PackOf(
      "pools: [{id: q, control: prorata, budgets: [{year: 2026, total: 10元}], quotas: {by: 区县, parts: "
      "{east: 3元, west: 2元}}}]",
      Policies({{"a", "  pool: q\n"}}));
  const auto of = [](const char* subject, const char* region, int64_t fen) {
    return MadeAward{subject, "a", fen, "", kNoYear, pack::Outcome::kEligible, {}, {}, region};
  };
  world.awards = {of("A", "east", 400), of("B", "west", 100), of("C", "north", 900), of("D", "", 1)};
  world.history = {{"X", "a", 50, "", kNoYear, 2026, 1, "east"}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 250 budget order 1", "B/a pay 100 order 1",
                                        "C/a pay 500 budget order 1", "D/a hold 0 region_unknown"));
}

// A payment that does not say its region counts for that of the subject, or else for every region.
TEST(SettlementTest, PaymentsOfNoRegion) {
  World world;
  world.pack = PackOf(
      "pools: [{id: q, control: prorata, budgets: [{year: 2026, total: 10元}], quotas: {by: 区县, parts: "
      "{east: "
      "3元, west: 2元}}}]",
      Policies({{"a", "  pool: q\n"}}));
  const auto of = [](const char* subject, const char* region, int64_t fen) {
    return MadeAward{subject, "a", fen, "", kNoYear, pack::Outcome::kEligible, {}, {}, region};
  };
  world.awards = {of("A", "east", 400), of("B", "west", 400), of("C", "north", 900)};
  world.history = {{"A", "a", 100, "x"}, {"X", "a", 50, "x"}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 150 budget order 1", "B/a pay 150 budget order 1",
                                        "C/a pay 450 budget order 1"));
}

TEST(SettlementTest, LeastPaymentsComeAfterTheBudget) {
  World world;
  world.pack = PackOf("pools: [{id: q, control: prorata, refill: 1, budgets: [{year: 2026, total: 1元}]}]",
                      Policies({{"a", "  pool: q\n  min_pay: 0.30元\n"},
                                {"b", "  min_pay: {at_or_below: 0.05元}\n"},
                                {"c", "  min_pay: 金额\n"}}));
  world.awards = {{"A", "a", 150}, {"B", "a", 50}, {"A", "b", 5}, {"B", "b", 6}, {"A", "c", 5}};
  const auto settlement = Settled(world);
  EXPECT_THAT(TextsOf(*settlement),
              ElementsAre("A/a pay 100 budget order 1", "A/b nothing 0 below_minimum",
                          "A/c hold 0 limit_unknown", "B/a nothing 0 below_minimum order 2", "B/b pay 6"));
  EXPECT_EQ(settlement->lines()[3].share_fen, 25);
}

TEST(SettlementTest, AccountsThatNeedAPersonKeepTheirMoney) {
  World world;
  world.pack = PackOf("pools: [{id: q, control: prorata, budgets: [{year: 2026, total: 1元}]}]",
                      Policies({{"a", "  pool: q\n"}}));
  world.awards = {{"A", "a", 100}, {"B", "a", 100}};
  world.awards[0].payee = PayeeState::kOtherName;
  world.awards[1].payee = PayeeState::kUnknown;
  const auto settlement = Settled(world);
  EXPECT_THAT(TextsOf(*settlement),
              ElementsAre("A/a hold 50 account_name order 1", "B/a hold 50 payee_unknown order 2"));
  EXPECT_EQ(settlement->pool_totals()[0].held_fen, 100);
}

TEST(SettlementTest, MoreRivalsThanAreSolvedExactlyWait) {
  World world;
  std::vector<std::pair<std::string, std::string>> policies;
  std::string groups = "groups: [{id: g}";
  for (int i = 0; i < 33; ++i) {
    groups += ", {id: h" + std::to_string(i) + "}";
    std::string id = "p" + std::to_string(100 + i);
    std::string combine = "  combine: [{group: h" + std::to_string(i) + ", form: MAX}";
    if (i > 0) combine += ", {group: h" + std::to_string(i - 1) + ", form: MAX}";
    policies.emplace_back(id, combine + "]\n");
    world.awards.push_back({"A", id, 5});
  }
  world.pack = PackOf(groups + "]", Policies(policies));
  EXPECT_THAT(Texts(world), testing::Each(testing::HasSubstr("hold 0 too_many_rivals")));
  world.awards.pop_back();
  EXPECT_THAT(Texts(world), testing::Contains("A/p100 pay 5"));
}

// One group alone is solved whatever its size.
TEST(SettlementTest, OneLargeGroupIsItsBest) {
  World world;
  world.pack =
      PackOf("groups: [{id: g}]",
             Policies({{"a", "  combine: {group: g, form: MAX}\n  event_key: {kind: a, object: 区县}\n"}}));
  for (int i = 0; i < 500; ++i) world.awards.push_back({"A", "a", i % 97, std::to_string(1000 + i)});
  const auto settlement = Settled(world);
  EXPECT_THAT(TextsOf(*settlement), testing::Contains("A/a/1096 pay 96"));
  EXPECT_EQ(settlement->policy_totals()[0].paid, 1);
  EXPECT_EQ(settlement->policy_totals()[0].paid_fen, 96);
}

TEST(SettlementTest, LargestSumsAreNotLost) {
  World world;
  world.pack =
      PackOf("groups: [{id: g}]", Policies({{"a", ""}, {"b", ""}}) +
                                      "- id: z\n  clauses: [{id: k, when: 'true', article: 一}]\n"
                                      "  combine: {group: g, form: PCT_UPPER, of: [a, b], rate: 1}\n");
  const int64_t most = std::numeric_limits<int64_t>::max();
  world.awards = {{"A", "a", most}, {"A", "b", most}, {"A", "z"}, {"B", "a", most}, {"B", "z"}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 9223372036854775807", "A/b pay 9223372036854775807",
                                        "A/z hold 0 too_large", "B/a pay 9223372036854775807",
                                        "B/z pay 9223372036854775807"));
}

// What identifies an award, or tells its rivals, must be known before it is paid.
TEST(SettlementTest, UnknownIdentitiesWait) {
  World world;
  world.pack = PackOf("groups: [{id: g}]",
                      Policies({{"a", ""}, {"b", "  combine: {group: g, form: MAX, key: 区县}\n"}}));
  world.awards = {{"A", "a", 5}, {"A", "b", 5}, {"B", "b", 5}, {"B", "b", 4, "o"}};
  world.awards[0].object_known = false;
  world.awards[1].links = {{"g", "", false}};
  world.awards[2].links = {{"g", "east"}};
  world.awards[3].links = {{"g", "west"}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a hold 0 identity_unknown", "A/b hold 0 identity_unknown",
                                        "B/b pay 5", "B/b/o pay 4"));
}

TEST(SettlementTest, EqualTurnsGoBySubject) {
  World world;
  world.pack = PackOf(
      "pools: [{id: q, control: ranked, order_by: [金额, 申报日期], budgets: [{year: 2026, total: 1元}]}]",
      Policies({{"a", "  pool: q\n"}}));
  const auto of = [](const char* subject) {
    return MadeAward{subject, "a", 60, "", kNoYear, pack::Outcome::kEligible, {1, 2}};
  };
  world.awards = {of("C"), of("A"), of("B")};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 60 order 1", "B/a nothing 0 budget order 2",
                                        "C/a nothing 0 budget order 3"));
}

TEST(SettlementTest, BudgetsMayBeGivenOrLeftAside) {
  World world;
  world.pack = PackOf("pools: [{id: q, control: prorata, budgets: [{year: 2026, total: 1元}]}]",
                      Policies({{"a", "  pool: q\n"}}));
  world.awards = {{"A", "a", 150}};
  Settlement given(world.pack, *Date::Parse("2026-06-30"), 1);
  AddTo(&given, world, world.awards[0]);
  PaymentInput stranger;
  stranger.subject = "A";
  stranger.policy = "none";
  stranger.kind = "none";
  given.history().Add(stranger);
  pack::Budget budget;
  budget.year = 2026;
  budget.total_fen = 120;
  given.SetBudget(0, budget);
  given.Run();
  EXPECT_THAT(TextsOf(given), ElementsAre("A/a pay 120 budget order 1"));
  EXPECT_EQ(given.history().rows_of_no_policy(), 1);
  Settlement aside(world.pack, *Date::Parse("2026-06-30"), 1);
  AddTo(&aside, world, world.awards[0]);
  aside.RunWithoutBudgets();
  EXPECT_THAT(TextsOf(aside), ElementsAre("A/a pay 150"));
}

TEST(SettlementTest, NothingToSettle) {
  World world;
  world.pack = PackOf("", Policies({{"a", ""}}));
  EXPECT_TRUE(Texts(world).empty());
}

}  // namespace
}  // namespace zhida::payout

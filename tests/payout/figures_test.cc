// Corners of what awards come to: percentages, several upper levels, what is not known while rivals are
// weighed, and sums at the end of 64 bits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/payout/world.h"

namespace zhida::payout {
namespace {

using testing::ElementsAre;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr const char* kClause = "  clauses: [{id: k, when: 'true', article: 一}]\n";

std::string Policy(const std::string& id, const std::string& more) {
  return "- id: " + id + "\n" + kClause + "  amount: 金额\n" + more;
}

std::vector<std::string> Texts(const World& world) { return TextsOf(*Settled(world)); }

TEST(FiguresTest, ConditionalAwardsArePaidWhereThePolicySaysSo) {
  World world;
  world.pack = PackOf("", Policy("a", "  pay_on: [eligible, conditional]\n") + Policy("b", ""));
  const auto conditional = pack::Outcome::kConditional;
  world.awards = {{"A", "a", 5, "", kNoYear, conditional}, {"A", "b", 5, "", kNoYear, conditional}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 5", "A/b hold 0 conditional"));
}

// More than the upper level in percent is possible, and may leave 64 bits.
TEST(FiguresTest, PercentagesBeyond64Bits) {
  World world;
  world.pack = PackOf("groups: [{id: z}, {id: m}]",
                      Policy("a", "") + "- id: z\n" + kClause +
                          "  combine: [{group: z, form: PCT_UPPER, of: [a], rate: 3}, {group: m, form: "
                          "MAX}]\n" +
                          Policy("zz", "  combine: {group: m, form: MAX}\n"));
  world.awards = {{"A", "a", kMost}, {"A", "z"}, {"A", "zz", 5}, {"B", "a", 7}, {"B", "z"}, {"B", "zz", 5}};
  // What cannot be computed wins no comparison, so the rival is paid.
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 9223372036854775807", "A/z nothing 0 given_up", "A/zz pay 5",
                                        "B/a pay 7", "B/z pay 21", "B/zz nothing 0 given_up"));
}

// Beyond what a decimal can hold, even.
TEST(FiguresTest, PercentagesBeyondAllNumbers) {
  World world;
  world.pack = PackOf("groups: [{id: z}]", Policy("a", "") + "- id: z\n" + kClause +
                                               "  combine: {group: z, form: PCT_UPPER, of: [a], rate: "
                                               "9E6144}\n");
  world.awards = {{"A", "a", kMost}, {"A", "z"}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 9223372036854775807", "A/z hold 0 too_large"));
}

TEST(FiguresTest, SeveralUpperLevelsAreTakenOffOneByOne) {
  World world;
  world.pack = PackOf("groups: [{id: g}, {id: h}]",
                      Policy("city", "") + Policy("state", "") +
                          Policy("zone",
                                 "  combine: [{group: g, form: INCL, of: [city]}, {group: h, form: TOPUP, "
                                 "of: [state]}]\n"));
  world.awards = {{"A", "city", 10}, {"A", "state", 15}, {"A", "zone", 30},
                  {"B", "city", 40}, {"B", "state", 15}, {"B", "zone", 30}};
  const auto settlement = Settled(world);
  EXPECT_THAT(TextsOf(*settlement),
              ElementsAre("A/city pay 10", "A/state pay 15", "A/zone pay 5", "B/city pay 40",
                          "B/state pay 15", "B/zone nothing 0 upper_covers"));
  EXPECT_EQ(StepsText(*settlement, settlement->lines()[2]), "upper 20, upper 5");
  EXPECT_EQ(StepsText(*settlement, settlement->lines()[5]), "upper 0, upper 0");
}

// While rivals are weighed an unknown upper level counts as none; who is chosen then waits for it.
TEST(FiguresTest, AnUnknownUpperLevelIsAskedForAfterTheChoice) {
  World world;
  world.pack =
      PackOf("groups: [{id: g}, {id: m}]",
             Policy("a", "  combine: [{group: g, form: INCL, upper: 金额}, {group: m, form: MAX}]\n") +
                 Policy("b", "  combine: {group: m, form: MAX}\n"));
  world.awards = {{"A", "a", 50}, {"A", "b", 20}};
  world.awards[0].links = {{"g", "", true, kUnknownFen}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a hold 0 limit_unknown", "A/b nothing 0 given_up"));
}

TEST(FiguresTest, UnknownKeysAndAwardsOfTheirOwnLeast) {
  World world;
  world.pack = PackOf("groups: [{id: g}, {id: h}, {id: o}]",
                      Policy("a",
                             "  combine: [{group: g, form: MAX, key: 区县}, {group: h, form: MAX, key: "
                             "区县}]\n") +
                          Policy("b", "  min_pay: 金额\n") +
                          Policy("c", "  combine: {group: o, form: ONCE_ID, key: 区县}\n"));
  world.awards = {{"A", "a", 50}, {"A", "b", 50}, {"A", "c", 7}, {"B", "b", 40}};
  world.awards[0].links = {{"g", "", false}, {"h", "", false}};
  world.awards[1].min_pay = 45;
  world.awards[2].links = {{"o", "", false}};
  world.awards[3].min_pay = 45;
  EXPECT_THAT(Texts(world), ElementsAre("A/a hold 0 identity_unknown", "A/b pay 50",
                                        "A/c hold 0 identity_unknown", "B/b nothing 0 below_minimum"));
}

// Rows that were supplied twice are ordered by whatever tells them apart, so that input order does not.
TEST(FiguresTest, EqualRowsComeInOneOrder) {
  World world;
  world.pack = PackOf("", Policy("a", ""));
  world.awards = {{"A", "a", 7}, {"A", "a", 5}, {"A", "a", 5, "", 2025}};
  const std::vector<std::string> expected = Texts(world);
  std::swap(world.awards[0], world.awards[2]);
  EXPECT_EQ(Texts(world), expected);
  EXPECT_THAT(expected, ElementsAre("A/a hold 0 duplicate_key", "A/a hold 0 duplicate_key", "A/a pay 5"));
}

}  // namespace
}  // namespace zhida::payout

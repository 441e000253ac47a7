// What earlier payments do to awards, pools and limits: by policy, by kind, by object, by pool.
#include "engine/payout/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/payout/world.h"

namespace zhida::payout {
namespace {

using testing::ElementsAre;

constexpr const char* kClauses = "  clauses: [{id: k, when: 'true', article: 一}]\n  amount: 金额\n";

std::string Policy(const std::string& id, const std::string& more) {
  return "- id: " + id + "\n" + kClauses + more;
}

std::vector<std::string> Texts(const World& world) { return TextsOf(*Settled(world)); }

MadePayment OfKind(const char* subject, const char* kind, int64_t fen, const char* object = "") {
  MadePayment payment;
  payment.subject = subject;
  payment.kind = kind;
  payment.fen = fen;
  payment.object = object;
  return payment;
}

TEST(HistoryTest, AKindAloneNamesTheEventButNoGroup) {
  World world;
  world.pack = PackOf("groups: [{id: g}, {id: o, across: all}]",
                      Policy("city", "") +
                          Policy("zone", "  combine: {group: g, form: INCL, of: [city], upper: 0元}\n") +
                          Policy("hire",
                                 "  combine: {group: o, form: ONCE_ID}\n  event_key: {kind: hire, object: "
                                 "区县}\n"));
  world.awards = {{"A", "city", 10}, {"A", "zone", 30}, {"B", "zone", 30}, {"B", "hire", 5, "p1"}};
  // B was paid for the kind of "city", which no policy said: it is not taken off "zone". Nor does it say that
  // p1 was used by a policy of the group.
  world.history = {OfKind("A", "city", 4), OfKind("B", "city", 8), OfKind("B", "nobody", 8),
                   OfKind("B", "other", 1, "p1")};
  EXPECT_THAT(Texts(world),
              ElementsAre("A/city pay 6 part 2", "A/zone pay 20", "B/hire/p1 pay 5", "B/zone pay 30"));
}

TEST(HistoryTest, AKindMayBeNamedBesideThePolicy) {
  World world;
  world.pack = PackOf("", Policy("a", "  event_key: {kind: k}\n") + Policy("b", ""));
  world.awards = {{"A", "a", 10}, {"A", "b", 10}};
  world.history = {{"A", "b", 3, "", kNoYear, 2026, 1, "", "k"}, {"A", "none", 4}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 7 part 2", "A/b pay 10"));
}

TEST(HistoryTest, APoolMayBeNamedBesideThePolicy) {
  World world;
  world.pack = PackOf(
      "pools:\n"
      "  - {id: q, control: prorata, budgets: [{year: 2026, total: 1元}]}\n"
      "  - {id: r, control: prorata, budgets: [{year: 2026, total: 1元}]}\n",
      Policy("a", "  pool: q\n") + Policy("b", "  pool: r\n"));
  Settlement settlement(world.pack, *Date::Parse("2026-06-30"), 1);
  AddTo(&settlement, world, {"A", "a", 90});
  AddTo(&settlement, world, {"A", "b", 90});
  PaymentInput payment;
  payment.subject = "Z";
  payment.policy = "a";
  payment.pool = "r";  // though it is of policy a
  payment.fen = 40;
  payment.paid_year = 2026;
  settlement.history().Add(payment);
  settlement.Run();
  EXPECT_THAT(TextsOf(settlement), ElementsAre("A/a pay 90 order 1", "A/b pay 60 budget order 1"));
  EXPECT_EQ(settlement.history_if_any()->rows(), 1);
}

// Rivals with a key of their own: only what was paid for the same key, in the same year, is taken off.
TEST(HistoryTest, RivalsTakeOffWhatTheirKeyWasPaid) {
  World world;
  world.pack = PackOf("groups: [{id: g}]", Policy("a", "  combine: {group: g, form: MAX, key: 区县}\n") +
                                               Policy("b", "  combine: {group: g, form: MAX, key: 区县}\n"));
  world.awards = {{"A", "a", 100, "", 2026}};
  world.awards[0].links = {{"g", "east"}};
  world.history = {{"A", "b", 10, "east", 2026}, {"A", "b", 20, "west", 2026}, {"A", "b", 40, "east", 2025}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a pay 90"));
}

TEST(HistoryTest, LimitsCountWhatTheirKeyWasPaid) {
  World world;
  world.pack = PackOf("groups: [{id: y, limit: 1元}, {id: z, limit: 1元}]",
                      Policy("a", "  combine: [{group: y, form: CAP_YEAR}, {group: z, form: CAP_YEAR}]\n"));
  world.awards = {{"A", "a", 90, "1", 2025}, {"A", "a", 90, "2"}, {"A", "a", 90, "3"}, {"A", "a", 90, "4"}};
  world.awards[0].links = {{"y", "east"}, {"z", ""}};
  world.awards[1].links = {{"y", "east"}, {"z", ""}};
  world.awards[2].links = {{"y", "west"}, {"z", ""}};
  world.awards[3].links = {{"y", "", false}, {"z", ""}};
  world.history = {{"A", "a", 15, "east", 2026}, {"A", "a", 70, "west", 2026}};
  EXPECT_THAT(Texts(world), ElementsAre("A/a/1 pay 90", "A/a/2 pay 15", "A/a/3 nothing 0 year_cap",
                                        "A/a/4 hold 0 identity_unknown"));
}

TEST(HistoryTest, QuotasKnowTheRegionOfASubjectByItsAwards) {
  World world;
  world.pack = PackOf(
      "pools: [{id: q, control: prorata, budgets: [{year: 2026, total: 10元}], quotas: {by: 区县, parts: "
      "{east: 3元}}}]",
      Policy("a", "  pool: q\n") + Policy("b", ""));
  // The region of an award without a pool says nothing about one with a pool.
  world.awards = {{"A", "a", 900}, {"A", "b", 5}, {"B", "a", 900}};
  world.awards[0].region = "east";
  world.awards[1].region = "west";
  world.awards[2].region = "zone";  // behind all that have a quota
  world.history = {{"A", "a", 100, "x"}};
  EXPECT_THAT(Texts(world),
              ElementsAre("A/a pay 200 budget order 1", "A/b pay 5", "B/a pay 700 budget order 1"));
}

TEST(HistoryTest, SharedIdentitiesAreOfOneGroup) {
  World world;
  const std::string key = "  event_key: {kind: KIND, object: 区县}\n";
  const auto of = [&](const char* id, const char* group) {
    return Policy(id, "  combine: {group: " + std::string(group) + ", form: ONCE_ID}\n" +
                          std::string(key).replace(key.find("KIND"), 4, id));
  };
  world.pack = PackOf("groups: [{id: f, across: all}, {id: g, across: all}, {id: h}]",
                      of("a", "f") + of("b", "g") + of("c", "h"));
  world.awards = {{"A", "a", 1, "p1"},
                  {"B", "b", 2, "p1"},
                  {"B", "c", 3, "p1"},
                  {"C", "c", 4, "p1"},
                  {"D", "a", kNoFen, "p1", kNoYear, pack::Outcome::kUndetermined}};
  // p1 is claimed once in f and once in g; h counts within a subject; who is undecided claims nothing yet.
  EXPECT_THAT(Texts(world), ElementsAre("A/a/p1 pay 1", "B/b/p1 pay 2", "B/c/p1 pay 3", "C/c/p1 pay 4"));
}

}  // namespace
}  // namespace zhida::payout

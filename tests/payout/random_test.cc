// The settlement against the reference, on made-up packs, awards and histories; and against itself with the
// input permuted and other numbers of threads.
#include "tests/payout/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tests/payout/reference.h"
#include "tests/payout/world.h"

namespace zhida::payout {
namespace {

constexpr int kPolicies = 8;

std::string Id(size_t policy) { return "p" + std::to_string(policy); }

// What a made-up policy is in; at most one group that excludes of each kind, so that reasons are unique.
std::string Combine(size_t policy, std::string* excluding, const std::vector<std::string>& of_others,
                    Random* random) {
  std::vector<std::string> items;
  if (random->Chance(2)) {
    if (random->Chance(4)) {
      items.emplace_back("{group: o, form: ONCE_ID}");
    } else {
      *excluding = "m" + std::to_string(random->Below(3));
      items.push_back("{group: " + *excluding + ", form: MAX}");
      if (random->Chance(3)) {
        const std::string second = "n" + std::to_string(random->Below(2));
        items.push_back("{group: " + second + ", form: MAX}");
        *excluding += second;
      }
    }
  }
  std::string uppers;
  for (size_t other = 0; other < policy; ++other) {
    // An award that excludes the one that it reads is refused at load.
    bool shares = false;
    for (const char* group : {"m0", "m1", "m2", "n0", "n1"}) {
      shares = shares || (excluding->find(group) != std::string::npos &&
                          of_others[other].find(group) != std::string::npos);
    }
    if (!shares && random->Chance(3)) uppers += (uppers.empty() ? "" : ", ") + Id(other);
  }
  const std::string of = uppers.empty() ? "" : ", of: [" + uppers + "]";
  switch (random->Below(7)) {
    case 0:
      items.push_back("{group: t, form: TOPUP" + of + "}");
      break;
    case 1:
      items.emplace_back("{group: s, form: STAGED}");
      break;
    case 2:
      items.push_back("{group: i, form: INCL" + of + "}");
      break;
    case 3:
      if (!of.empty())
        items.push_back("{group: z, form: PCT_UPPER, rate: " + std::to_string(5 + random->Below(90)) + "%" +
                        of + "}");
      break;
    default:
      break;
  }
  if (random->Chance(3)) items.emplace_back("{group: y, form: CAP_YEAR}");
  if (random->Chance(5)) items.emplace_back("{group: c, form: CAP_CONTRIB}");
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
  return "  combine: [" + text + "]\n";
}

pack::PackPtr MadePack(Random* random) {
  std::string policies;
  std::vector<std::string> excluding(kPolicies);
  for (size_t i = 0; i < kPolicies; ++i) {
    policies += "- id: " + Id(i) + "\n  clauses: [{id: k, when: 'true', article: 一}]\n  amount: 金额\n";
    policies += Combine(i, &excluding[i], excluding, random);
    const std::string kind = random->Chance(4) ? "shared" : Id(i);
    policies += "  event_key: {kind: " + kind + ", object: 区县, year: Y}\n";
    if (random->Chance(2)) policies += "  pool: q" + std::to_string(random->Below(4)) + "\n";
    if (random->Chance(3)) {
      const std::string least = std::string(random->Chance(2) ? "below" : "at_or_below");
      policies += "  min_pay: {" + least + ": 0.0" + std::to_string(1 + random->Below(9)) + "元}\n";
    }
  }
  const auto total = [random] { return "0." + std::to_string(10 + random->Below(90)) + "元"; };
  const std::string refill = std::to_string(random->Below(3));
  const std::string unit = random->Chance(2) ? "分" : "角";
  const std::string settlement =
      "groups: [{id: m0}, {id: m1}, {id: m2}, {id: n0}, {id: n1}, {id: o}, {id: t}, {id: s}, {id: i}, {id: "
      "z}, "
      "{id: y, limit: 0.50元}, {id: c, limit: 金额}]\n"
      "pools:\n"
      "  - {id: q0, control: first_come, refill: " +
      refill + ", order_by: [申报日期], budgets: [{year: 2026, total: " + total() +
      "}]}\n"
      "  - {id: q1, control: prorata, unit: " +
      unit + ", refill: " + refill + ", order_by: [申报日期], budgets: [{year: 2026, total: " + total() +
      "}]}\n"
      "  - {id: q2, control: ranked, refill: " +
      refill + ", order_by: [{by: 金额, descending: true}], budgets: [{year: 2026, total: " + total() +
      "}]}\n"
      "  - {id: q3, control: open}\n";
  return PackOf(settlement, policies);
}

World MadeWorld(Random* random) {
  World world;
  world.pack = MadePack(random);
  const int subjects = 1 + static_cast<int>(random->Below(4));
  for (int s = 0; s < subjects; ++s) {
    const std::string subject(1, static_cast<char>('A' + s));
    for (size_t policy = 0; policy < kPolicies; ++policy) {
      if (random->Chance(3)) continue;
      MadeAward award;
      award.subject = subject;
      award.policy = Id(policy);
      award.fen = static_cast<int64_t>(random->Below(60));
      if (random->Chance(2)) award.object = std::string(1, static_cast<char>('x' + random->Below(2)));
      if (random->Chance(2)) award.year = 2025 + static_cast<int32_t>(random->Below(2));
      if (random->Chance(8)) award.outcome = pack::Outcome::kUndetermined;
      if (award.outcome == pack::Outcome::kUndetermined) award.fen = kNoFen;
      const pack::SettlementRule& rule = world.pack->FindPolicy(award.policy)->settlement;
      const bool ordered =
          rule.pool >= 0 && !world.pack->settlement.pools[static_cast<size_t>(rule.pool)].order_by.empty();
      if (ordered && !random->Chance(9)) award.order = {static_cast<int64_t>(random->Below(4))};
      if (random->Chance(2)) award.links.push_back({"c", "", true, static_cast<int64_t>(random->Below(40))});
      if (random->Chance(2)) award.links.push_back({"i", "", true, static_cast<int64_t>(random->Below(20))});
      world.awards.push_back(award);
    }
  }
  const uint64_t payments = random->Below(8);
  for (uint64_t i = 0; i < payments; ++i) {
    MadePayment paid;
    paid.subject = std::string(1, static_cast<char>('A' + random->Below(5)));
    paid.policy = Id(random->Below(kPolicies));
    paid.fen = static_cast<int64_t>(random->Below(30));
    if (random->Chance(2)) paid.object = std::string(1, static_cast<char>('x' + random->Below(2)));
    if (random->Chance(2)) paid.year = 2025 + static_cast<int32_t>(random->Below(2));
    paid.paid_year = 2025 + static_cast<int32_t>(random->Below(2));
    paid.part = 1 + static_cast<int32_t>(random->Below(3));
    world.history.push_back(paid);
  }
  return world;
}

std::string Joined(const std::vector<std::string>& texts) { return Join(texts, "\n"); }

TEST(RandomSettlementTest, EqualsTheReference) {
  Random random("settlement");
  for (int round = 0; round < random.Rounds(2'000); ++round) {
    const World world = MadeWorld(&random);
    ASSERT_NE(world.pack, nullptr);
    ASSERT_EQ(Joined(TextsOf(*Settled(world))), Joined(ReferenceTexts(world))) << "round " << round;
  }
}

// Whatever the world: nothing above an amount, a limit or a budget; nothing paid for what is not an award;
// and what was asked of a pool is what is paid, held and cut.
TEST(RandomSettlementTest, NothingIsAboveItsCap) {
  Random random("caps");
  for (int round = 0; round < random.Rounds(2'000); ++round) {
    const World world = MadeWorld(&random);
    ASSERT_NE(world.pack, nullptr);
    const auto settlement = Settled(world);
    const AwardTable& awards = settlement->awards();
    const int year_group = world.pack->settlement.FindGroup("y");
    std::map<std::pair<std::string, int32_t>, int128_t> of_year;
    std::map<int32_t, int128_t> given;  // by pool
    for (const Line& line : settlement->lines()) {
      const Award& award = awards.rows[line.row];
      const PolicyRules& rules = settlement->rules().policy(award.policy);
      ASSERT_GE(line.fen, 0);
      ASSERT_LE(line.fen, line.asked_fen);
      ASSERT_LE(line.asked_fen, std::max<int64_t>(0, award.amount_fen)) << "round " << round;
      if (line.status == Status::kNothing || line.status == Status::kOpen) ASSERT_EQ(line.fen, 0);
      given[rules.pool] += line.fen;
      const bool limited = std::any_of(rules.combine.begin(), rules.combine.end(),
                                       [&](const auto& member) { return member.group == year_group; });
      const int32_t year = award.year == kNoYear ? 2026 : award.year;
      if (limited) of_year[{std::string(awards.View(award.subject)), year}] += line.fen;
    }
    for (const auto& [who, fen] : of_year) ASSERT_LE(fen, 50) << who.first << ", round " << round;
    for (const PoolTotals& totals : settlement->pool_totals()) {
      ASSERT_EQ(given[totals.pool], totals.paid_fen + totals.held_fen) << "round " << round;
      ASSERT_LE(totals.paid_fen + totals.held_fen, totals.asked_fen);
      if (totals.has_budget) ASSERT_LE(totals.paid_fen + totals.held_fen, totals.free_fen);
    }
  }
}

TEST(RandomSettlementTest, InputOrderAndThreadsChangeNothing) {
  Random random("order");
  for (int round = 0; round < random.Rounds(300); ++round) {
    World world = MadeWorld(&random);
    ASSERT_NE(world.pack, nullptr);
    // Many subjects, so that there are pieces for several threads.
    std::vector<MadeAward> more;
    for (int copy = 0; copy < 30; ++copy) {
      for (MadeAward award : world.awards) {
        award.subject += std::to_string(copy % 7) + std::string(static_cast<size_t>(copy), 'z');
        more.push_back(award);
      }
    }
    world.awards.insert(world.awards.end(), more.begin(), more.end());
    const std::string expected = Joined(TextsOf(*Settled(world)));
    for (size_t i = world.awards.size(); i > 1; --i)
      std::swap(world.awards[i - 1], world.awards[random.Below(i)]);
    for (size_t i = world.history.size(); i > 1; --i)
      std::swap(world.history[i - 1], world.history[random.Below(i)]);
    world.threads = 1 + static_cast<int>(random.Below(4));
    world.piece_rows = 1 + random.Below(200);
    ASSERT_EQ(Joined(TextsOf(*Settled(world))), expected) << "round " << round;
  }
}

}  // namespace
}  // namespace zhida::payout

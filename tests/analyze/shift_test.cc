// What a simulation adds up, on pairs by hand: where money went, what is open, which examples are kept.

#include "engine/analyze/shift.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace zhida::analyze {
namespace {

Stand At(pack::Outcome outcome, std::optional<int64_t> fen = std::nullopt) {
  return {static_cast<size_t>(outcome), fen};
}

TEST(Shift, SaysWhereTheMoneyWent) {
  using pack::Outcome;
  Shift shift;
  shift.Count(At(Outcome::kEligible, 100), At(Outcome::kEligible, 130));
  shift.Count(At(Outcome::kEligible, 100), At(Outcome::kEligible, 60));
  shift.Count(At(Outcome::kEligible, 7), At(Outcome::kUndetermined));
  shift.Count(At(Outcome::kIneligible), At(Outcome::kEligible, 1'000));
  shift.Count(At(Outcome::kConditional, 5), At(Outcome::kConditional, 6));
  shift.Count(At(Outcome::kEligible), {});  // without an amount; the policy is dropped
  EXPECT_TRUE(shift.AddsUp());
  EXPECT_EQ(shift.Gained(), 1);
  EXPECT_EQ(shift.Lost(), 2);
  EXPECT_EQ(shift.Moved(), 3);
  EXPECT_EQ(shift.risen, 1);
  EXPECT_EQ(shift.fallen, 1);
  EXPECT_EQ(static_cast<int64_t>(shift.before_fen), 207);
  EXPECT_EQ(static_cast<int64_t>(shift.after_fen), 1'190);
  EXPECT_EQ(static_cast<int64_t>(shift.lost_fen), 7);
  EXPECT_EQ(static_cast<int64_t>(shift.fallen_fen), 40);
  EXPECT_EQ(static_cast<int64_t>(shift.conditional_after_fen), 6);
  shift.after_fen += 1;
  EXPECT_FALSE(shift.AddsUp());
}

TEST(Forecast, WeighsWhatIsOpenByWhatWasDecided) {
  OpenAmounts open;
  open.Count({100, false});
  open.Count({1'001, true});
  open.Count({std::nullopt, false});
  EXPECT_EQ(open.computed, 1);
  EXPECT_EQ(open.capped, 1);
  EXPECT_EQ(open.untold, 1);
  // 2 of 3 decided pairs were met: 1,101 * 2 / 3 = 734.
  const Forecast forecast = ForecastOf({1, 1, 3, 1, 5}, 50, 9, open);
  EXPECT_EQ(static_cast<int64_t>(forecast.low_fen), 50);
  EXPECT_EQ(static_cast<int64_t>(forecast.mid_fen), 59 + 734);
  EXPECT_EQ(static_cast<int64_t>(forecast.high_fen), 59 + 1'101);
  EXPECT_EQ(static_cast<int64_t>(ForecastOf({0, 0, 3, 0, 0}, 0, 0, open).mid_fen), 0);
}

TEST(Examples, AreTheFirstBySubjectWhateverTheOrder) {
  const Stand was = At(pack::Outcome::kIneligible);
  const Stand is = At(pack::Outcome::kEligible, 1);
  Examples forward;
  Examples backward;
  const std::vector<std::string> subjects = {"a", "b", "c", "d", "e", "f"};
  for (const std::string& subject : subjects) forward.Offer(Change::kGained, subject, was, is);
  for (size_t i = subjects.size(); i-- > 0;) backward.Offer(Change::kGained, subjects[i], was, is);
  for (const Examples* kept : {&forward, &backward}) {
    ASSERT_EQ(kept->Of(Change::kGained).size(), Examples::kKept);
    for (size_t i = 0; i < Examples::kKept; ++i) EXPECT_EQ(kept->Of(Change::kGained)[i].subject, subjects[i]);
  }
}

}  // namespace
}  // namespace zhida::analyze

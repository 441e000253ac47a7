// Marks and dates: what becomes of a supplied value.
#include "engine/facts/dates.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <random>
#include <string>

#include "tests/facts/test_pack.h"

namespace zhida::facts {
namespace {

constexpr const char* kStateNames[] = {"known", "absent", "missing", "stale", "conflict", "not_authorised"};

std::string StateText(uint8_t state) {
  return std::string(kStateNames[static_cast<int>(StateOf(state))]) +
         (IsCommitted(state) ? " committed" : "");
}

// Facts: 0 plain; 1 P1Y; 2 P1M, may be committed to; 3 nullable, P10D.
pack::Schema MakeSchema() {
  pack::Pack pack;
  AddFact(&pack, "plain", MakeType(FactKind::kInteger));
  AddFact(&pack, "yearly", MakeType(FactKind::kInteger)).max_age = pack::MaxAge{12, 0};
  pack::Fact& monthly = AddFact(&pack, "monthly", MakeType(FactKind::kInteger));
  monthly.max_age = pack::MaxAge{1, 0};
  monthly.commitment_allowed = true;
  pack::Fact& days = AddFact(&pack, "days", MakeType(FactKind::kInteger));
  days.max_age = pack::MaxAge{0, 10};
  days.nullable = true;
  return pack.schema;
}

class DatesTest : public testing::Test {
 protected:
  // "" is undated.
  std::string Of(size_t fact, const std::string& own, const std::string& row = "", Mark mark = Mark::kNone,
                 Supplied supplied = Supplied::kValue) {
    const StateRules states(schema_, rules_);
    const auto days = [](const std::string& text) { return text.empty() ? kUndated : Day(text).days; };
    return StateText(states.Resolve(fact, mark, supplied, days(own), days(row), &warnings_));
  }
  bool Check(size_t fact, Mark mark, Supplied supplied) {
    return StateRules(schema_, rules_).Check(fact, mark, supplied, &fault_);
  }

  pack::Schema schema_ = MakeSchema();
  DateRules rules_ = RulesAsOf("2026-06-30");
  RowWarnings warnings_;
  Fault fault_;
};

TEST_F(DatesTest, ExactlyAsOldAsAllowedIsFresh) {
  EXPECT_EQ(Of(1, "2025-06-30"), "known");
  EXPECT_EQ(Of(1, "2025-06-29"), "stale");
  EXPECT_EQ(Of(3, "2026-06-20"), "known");
  EXPECT_EQ(Of(3, "2026-06-19"), "stale");
  EXPECT_EQ(Of(0, "1999-01-01"), "known");
  EXPECT_EQ(warnings_.undated, 0);
}

TEST_F(DatesTest, MonthsClampToTheMonthsEnd) {
  rules_.as_of = Day("2026-02-28");
  EXPECT_EQ(Of(2, "2026-01-28"), "known");
  EXPECT_EQ(Of(2, "2026-01-31"), "known");  // 31 January and a month is 28 February
  EXPECT_EQ(Of(2, "2026-01-27"), "stale");
  rules_.as_of = Day("2026-03-01");
  EXPECT_EQ(Of(2, "2026-01-31"), "stale");
  EXPECT_EQ(Of(2, "2026-02-01"), "known");
  rules_.as_of = Day("2024-02-29");
  EXPECT_EQ(Of(1, "2023-02-28"), "stale");
  EXPECT_EQ(Of(1, "2023-03-01"), "known");
}

TEST_F(DatesTest, FreshnessIsDatePlusAgeNotBeforeAsOf) {
  const unsigned seed = 20260630;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 300; ++round) {
    const pack::MaxAge age{static_cast<int64_t>(random() % 40), static_cast<int64_t>(random() % 70)};
    schema_.facts[1].max_age = age;
    rules_.as_of = Date{static_cast<int64_t>(random() % 30'000)};
    const StateRules states(schema_, rules_);
    for (int64_t back = 0; back < 1'400; ++back) {
      const Date date{rules_.as_of.days - back};
      const bool stale = AddDays(*AddMonths(date, age.months), age.days)->days < rules_.as_of.days;
      const uint8_t state = states.Resolve(1, Mark::kNone, Supplied::kValue, date.days, kUndated, &warnings_);
      ASSERT_EQ(StateText(state), stale ? "stale" : "known")
          << date.ToString() << " " << age.months << " " << age.days;
    }
  }
}

TEST_F(DatesTest, AnAgeBeyondTheCalendarNeverEnds) {
  schema_.facts[1].max_age = pack::MaxAge{int64_t{12} * 999'999'999, 0};
  EXPECT_EQ(Of(1, "0001-01-01"), "known");
  schema_.facts[1].max_age = pack::MaxAge{std::numeric_limits<int64_t>::max(), 0};
  EXPECT_EQ(Of(1, "0001-01-01"), "known");
  schema_.facts[1].max_age = pack::MaxAge{0, 0};
  EXPECT_EQ(Of(1, "2026-06-30"), "known");
  EXPECT_EQ(Of(1, "2026-06-29"), "stale");
}

TEST_F(DatesTest, DatedAfterAsOfIsMissing) {
  EXPECT_EQ(Of(0, "2026-06-30"), "known");
  EXPECT_EQ(Of(0, "2026-07-01"), "missing");  // with or without max_age
  EXPECT_EQ(Of(1, "2026-07-01"), "missing");
}

TEST_F(DatesTest, KnownOnHidesWhatCameLater) {
  rules_.known_on = Day("2026-01-31");
  EXPECT_EQ(Of(0, "2026-01-31"), "known");
  EXPECT_EQ(Of(0, "2026-02-01"), "missing");
  EXPECT_EQ(Of(0, ""), "known");  // undated values are not later than anything
  rules_.known_on = Day("2027-01-01");
  EXPECT_EQ(Of(0, "2026-07-01"), "missing");  // as-of still holds
  rules_.known_on = Day("2020-01-01");
  EXPECT_EQ(Of(1, "2021-01-01"), "missing");  // not known yet comes before too old
}

TEST_F(DatesTest, OwnDateBeforeRowDateBeforeFactsDate) {
  rules_.facts_date = Day("2020-01-01");
  EXPECT_EQ(Of(1, ""), "stale");
  EXPECT_EQ(Of(1, "", "2026-01-01"), "known");
  EXPECT_EQ(Of(1, "2020-01-01", "2026-01-01"), "stale");
  EXPECT_EQ(Of(1, "2026-01-01", "2020-01-01"), "known");
  EXPECT_EQ(warnings_.undated, 0);
}

TEST_F(DatesTest, UndatedIsFreshAndCounted) {
  EXPECT_EQ(Of(1, ""), "known");
  EXPECT_EQ(warnings_.undated, 1);
  EXPECT_EQ(Of(0, ""), "known");  // without max_age nobody asks for a date
  EXPECT_EQ(warnings_.undated, 1);
  rules_.undated_is_stale = true;
  EXPECT_EQ(Of(1, ""), "stale");
  EXPECT_EQ(Of(0, ""), "known");
  EXPECT_EQ(warnings_.undated, 2);
}

TEST_F(DatesTest, NothingSuppliedIsMissingWhateverItsDate) {
  EXPECT_EQ(Of(1, "2000-01-01", "", Mark::kNone, Supplied::kNothing), "missing");
  EXPECT_EQ(Of(1, "", "", Mark::kKnown, Supplied::kNothing), "missing");
  EXPECT_EQ(Of(2, "", "", Mark::kCommitted, Supplied::kNothing), "missing");
  EXPECT_EQ(warnings_.undated, 0);
}

TEST_F(DatesTest, CommittedIsMarkedAndAges) {
  EXPECT_EQ(Of(2, "2026-06-15", "", Mark::kCommitted), "known committed");
  EXPECT_EQ(Of(2, "2026-05-15", "", Mark::kCommitted), "stale");
  EXPECT_EQ(Of(2, "2026-07-15", "", Mark::kCommitted), "missing");
  EXPECT_EQ(warnings_.refused_commitments, 0);
}

TEST_F(DatesTest, ACommitmentThatIsNotAllowedIsMissingAndCounted) {
  EXPECT_EQ(Of(1, "2026-06-15", "", Mark::kCommitted), "missing");
  EXPECT_EQ(warnings_.refused_commitments, 1);
}

TEST_F(DatesTest, AbsentAndNullAgeLikeValues) {
  EXPECT_EQ(Of(3, "2026-06-25", "", Mark::kAbsent, Supplied::kNothing), "absent");
  EXPECT_EQ(Of(3, "2026-06-25", "", Mark::kNone, Supplied::kNull), "absent");
  EXPECT_EQ(Of(3, "2026-06-25", "", Mark::kKnown, Supplied::kNull), "absent");
  EXPECT_EQ(Of(3, "2026-05-25", "", Mark::kAbsent, Supplied::kNothing), "stale");
  EXPECT_EQ(Of(3, "2026-07-25", "", Mark::kNone, Supplied::kNull), "missing");
}

TEST_F(DatesTest, ACommittedNullIsAPromiseThatThereIsNone) {
  schema_.facts[3].commitment_allowed = true;
  EXPECT_EQ(Of(3, "2026-06-25", "", Mark::kCommitted, Supplied::kNull), "absent committed");
}

TEST_F(DatesTest, OtherMarksStandWhateverTheValueAndDate) {
  for (const std::string date : {"", "1990-01-01", "2026-06-01", "2027-01-01"}) {
    for (const Supplied supplied : {Supplied::kNothing, Supplied::kValue}) {
      EXPECT_EQ(Of(1, date, "", Mark::kMissing, supplied), "missing");
      EXPECT_EQ(Of(1, date, "", Mark::kStale, supplied), "stale");
      EXPECT_EQ(Of(1, date, "", Mark::kConflict, supplied), "conflict");
      EXPECT_EQ(Of(1, date, "", Mark::kNotAuthorised, supplied), "not_authorised");
    }
  }
  EXPECT_EQ(warnings_.undated, 0);
}

TEST_F(DatesTest, AbsentContradictsAValueAndAFactThatIsNotNullable) {
  EXPECT_TRUE(Check(3, Mark::kAbsent, Supplied::kNothing));
  EXPECT_TRUE(Check(3, Mark::kAbsent, Supplied::kNull));
  EXPECT_FALSE(Check(3, Mark::kAbsent, Supplied::kValue));
  EXPECT_STREQ(fault_.code, kContradiction);
  EXPECT_FALSE(Check(1, Mark::kAbsent, Supplied::kNothing));
  EXPECT_EQ(fault_.reason,
            "the state is absent, but yearly is not nullable, so there always is one; write missing if it is "
            "not known");
  EXPECT_TRUE(Check(1, Mark::kConflict, Supplied::kValue));
}

TEST_F(DatesTest, KnowsTheWordsOfMarks) {
  EXPECT_EQ(MarkFromWord("known"), Mark::kKnown);
  EXPECT_EQ(MarkFromWord("not_authorised"), Mark::kNotAuthorised);
  EXPECT_EQ(MarkFromWord("Known"), std::nullopt);
  EXPECT_EQ(MarkFromWord(""), std::nullopt);
}

}  // namespace
}  // namespace zhida::facts

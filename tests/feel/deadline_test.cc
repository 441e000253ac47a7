#include "engine/feel/deadline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace zhida::feel {
namespace {

Date Day(const char* text) { return Date::Parse(text).value(); }

void List(Calendar* calendar, const char* first, const char* last, bool works) {
  for (Date day = Day(first); day <= Day(last); ++day.days) calendar->days[day.days] = works;
}

// The spring of 2020 and of 2021, as announced.
Calendar Announced() {
  Calendar calendar;
  calendar.id = "cn";
  calendar.years = {2020, 2021};
  List(&calendar, "2020-01-24", "2020-02-02", false);
  List(&calendar, "2021-05-01", "2021-05-05", false);
  List(&calendar, "2021-04-25", "2021-04-25", true);
  List(&calendar, "2021-05-08", "2021-05-08", true);
  return calendar;
}

DeadlineTerms Terms(const char* received, int64_t days) {
  DeadlineTerms terms;
  terms.received = Day(received);
  terms.days = days;
  return terms;
}

Deadline Of(const DeadlineTerms& terms, const char* on) {
  DeadlineFault fault = DeadlineFault::kNone;
  const std::optional<Deadline> deadline = DeadlineOf(Announced(), terms, Day(on), &fault);
  EXPECT_EQ(fault, DeadlineFault::kNone);
  return deadline.value_or(Deadline{});
}

std::string Text(const std::optional<Date>& day) { return day ? day->ToString() : "none"; }

constexpr int32_t kHalfPastFive = (17 * 60 + 30) * 60;

TEST(Deadline, CountsFromTheNextWorkingDay) {
  EXPECT_EQ(Text(Of(Terms("2021-04-29", 1), "2021-04-29").due), "2021-04-30");
  EXPECT_EQ(Text(Of(Terms("2021-04-30", 1), "2021-04-30").due), "2021-05-06");
  EXPECT_EQ(Text(Of(Terms("2021-05-07", 2), "2021-05-07").due), "2021-05-10");
  EXPECT_EQ(Text(Of(Terms("2020-01-23", 10), "2020-01-23").due), "2020-02-14");
}

TEST(Deadline, AfterClosingItIsTheNextWorkingDays) {
  DeadlineTerms terms = Terms("2021-04-30", 1);
  terms.closing_s = kHalfPastFive;
  terms.received_at_s = kHalfPastFive;
  EXPECT_EQ(Text(Of(terms, "2021-04-30").due), "2021-05-06");
  terms.received_at_s = kHalfPastFive + 1;
  EXPECT_EQ(Text(Of(terms, "2021-04-30").start), "2021-05-06");
  EXPECT_EQ(Text(Of(terms, "2021-04-30").due), "2021-05-07");
  terms.received = Day("2021-05-01");
  terms.received_at_s = 0;
  EXPECT_EQ(Text(Of(terms, "2021-05-01").start), "2021-05-06");
  terms.closing_s = std::nullopt;
  EXPECT_EQ(Text(Of(terms, "2021-05-01").start), "2021-05-01");
}

TEST(Deadline, AStoppedClockLeavesOutTheDaysUpToItsStart) {
  DeadlineTerms terms = Terms("2021-04-26", 3);
  terms.pauses = {{Day("2021-04-27"), Day("2021-04-29")}};
  const Deadline deadline = Of(terms, "2021-04-28");
  // 27 April is the first day; 28 and 29 stand still; 30 April is the second, 6 May the third.
  EXPECT_EQ(Text(deadline.due), "2021-05-06");
  EXPECT_TRUE(deadline.paused);
  EXPECT_EQ(deadline.used, 1);
  EXPECT_EQ(deadline.left, 2);
  EXPECT_FALSE(Of(terms, "2021-04-30").paused);
  // Stops that overlap are one.
  terms.pauses.push_back({Day("2021-04-28"), Day("2021-04-28")});
  terms.pauses.push_back({Day("2021-04-26"), Day("2021-04-28")});
  EXPECT_EQ(Text(Of(terms, "2021-04-28").due), "2021-05-07");
}

TEST(Deadline, NoneWhileTheClockStands) {
  DeadlineTerms terms = Terms("2021-04-26", 4);
  terms.pauses = {{Day("2021-04-28"), std::nullopt}};
  const Deadline deadline = Of(terms, "2021-05-20");
  EXPECT_EQ(Text(deadline.due), "none");
  EXPECT_EQ(Text(deadline.half), "2021-04-28");
  EXPECT_EQ(Text(deadline.near), "none");
  EXPECT_TRUE(deadline.paused);
  EXPECT_FALSE(deadline.overdue);
  EXPECT_EQ(deadline.used, 2);
  EXPECT_FALSE(Of(terms, "2021-04-28").paused);
}

TEST(Deadline, WarnsAtHalfAndFourFifths) {
  const Deadline deadline = Of(Terms("2021-03-01", 10), "2021-03-15");
  EXPECT_EQ(Text(deadline.half), "2021-03-08");
  EXPECT_EQ(Text(deadline.near), "2021-03-11");
  EXPECT_EQ(Text(deadline.due), "2021-03-15");
  EXPECT_EQ(deadline.percent, 100);
  EXPECT_FALSE(deadline.overdue);
  EXPECT_TRUE(Of(Terms("2021-03-01", 10), "2021-03-16").overdue);
  EXPECT_EQ(Of(Terms("2021-03-01", 10), "2021-03-16").left, -1);
  // Of one day the whole is used at once.
  EXPECT_EQ(Text(Of(Terms("2021-03-01", 1), "2021-03-01").half), "2021-03-02");
}

TEST(Deadline, IsProvisionalBeyondTheData) {
  EXPECT_FALSE(Of(Terms("2021-12-30", 1), "2021-12-30").provisional);
  EXPECT_TRUE(Of(Terms("2021-12-31", 1), "2021-12-31").provisional);
  EXPECT_EQ(Text(Of(Terms("2021-12-31", 1), "2021-12-31").due), "2022-01-03");
  // What is counted after the due day does not matter.
  EXPECT_FALSE(Of(Terms("2021-12-30", 1), "2022-01-20").provisional);
}

TEST(Deadline, SaysWhatCannotBeCounted) {
  const auto fault_of = [](const DeadlineTerms& terms, const char* on) {
    DeadlineFault fault = DeadlineFault::kNone;
    EXPECT_FALSE(DeadlineOf(Announced(), terms, Day(on), &fault).has_value());
    return fault;
  };
  EXPECT_EQ(fault_of(Terms("2021-03-01", 0), "2021-03-01"), DeadlineFault::kNoDays);
  EXPECT_EQ(fault_of(Terms("2021-03-01", 3661), "2021-03-01"), DeadlineFault::kTooLong);
  EXPECT_EQ(fault_of(Terms("2021-03-01", 1), "2221-03-01"), DeadlineFault::kTooLong);
  EXPECT_EQ(fault_of(Terms("2019-12-31", 1), "2019-12-31"), DeadlineFault::kBeforeCalendar);
  DeadlineTerms reversed = Terms("2021-03-01", 1);
  reversed.pauses = {{Day("2021-03-03"), Day("2021-03-02")}};
  EXPECT_EQ(fault_of(reversed, "2021-03-01"), DeadlineFault::kPauseReversed);
}

TEST(Deadline, CalendarDaysEndOnAWorkingDay) {
  EXPECT_EQ(Text(CalendarDayDeadline(Announced(), Day("2021-03-01"), 2)), "2021-03-03");
  EXPECT_EQ(Text(CalendarDayDeadline(Announced(), Day("2021-04-28"), 3)), "2021-05-06");
  EXPECT_EQ(Text(CalendarDayDeadline(Announced(), Day("2021-12-31"), 1)), "none");
}

// By the definition alone: the days after receipt, one by one, each looked up in every stop.
std::optional<Date> DueByDefinition(const Calendar& calendar, const DeadlineTerms& terms) {
  int64_t left = terms.days;
  for (Date day = terms.received; day.days < terms.received.days + 2000;) {
    ++day.days;
    const bool stopped = std::any_of(terms.pauses.begin(), terms.pauses.end(), [day](const Pause& pause) {
      return pause.from < day && (!pause.to || day <= *pause.to);
    });
    if (!stopped && calendar.IsWorkingDay(day) && --left == 0) return day;
  }
  return std::nullopt;
}

TEST(Deadline, AgreesWithItsDefinition) {
  const Calendar calendar = Announced();
  std::mt19937_64 random(20260101);
  const auto below = [&random](int64_t n) {
    return static_cast<int64_t>(random() % static_cast<uint64_t>(n));
  };
  for (int run = 0; run < 3000; ++run) {
    DeadlineTerms terms;
    terms.received = Date{Day("2020-01-01").days + below(700)};
    terms.days = 1 + below(40);
    for (int64_t i = below(4); i > 0; --i) {
      const Date from{terms.received.days - 3 + below(40)};
      terms.pauses.push_back({from, Date{from.days + below(20)}});
      if (below(6) == 0) terms.pauses.back().to = std::nullopt;
    }
    DeadlineFault fault = DeadlineFault::kNone;
    const Date on{terms.received.days + below(60)};
    const std::optional<Deadline> deadline = DeadlineOf(calendar, terms, on, &fault);
    ASSERT_TRUE(deadline.has_value()) << run;
    ASSERT_EQ(Text(deadline->due), Text(DueByDefinition(calendar, terms))) << run;
    if (!terms.pauses.empty()) continue;
    const std::optional<Date> plain = calendar.AddWorkingDays(terms.received, terms.days);
    if (plain) ASSERT_EQ(*deadline->due, *plain) << run;
    ASSERT_EQ(deadline->provisional, !plain.has_value()) << run;
    const std::optional<int64_t> used = calendar.WorkingDaysBetween(terms.received, on);
    if (used) ASSERT_EQ(deadline->used, *used) << run;
  }
}

}  // namespace
}  // namespace zhida::feel

// Dates, times and durations: the calendar against an incremental one, strict texts, clamping, normal forms.
#include "engine/value/temporal.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace zhida {
namespace {

Date D(const std::string& text) {
  const std::optional<Date> parsed = Date::Parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Date{});
}

std::string Text(const std::optional<Date>& date) { return date ? date->ToString() : "none"; }

std::string TimeText(const std::string& text) {
  const std::optional<TimeOfDay> time = TimeOfDay::Parse(text);
  return time ? time->ToString() : "none";
}

std::string DateTimeText(const std::string& text) {
  const std::optional<DateTime> date_time = DateTime::Parse(text);
  return date_time ? date_time->ToString() : "none";
}

std::string MonthsText(const std::string& text) {
  const std::optional<MonthDuration> duration = ParseMonthDuration(text);
  return duration ? duration->ToString() : "none";
}

std::string DaysText(const std::string& text) {
  const std::optional<DayDuration> duration = ParseDayDuration(text);
  return duration ? duration->ToString() : "none";
}

TEST(DateTest, EveryDayFrom1890To2110AgreesWithAnIncrementalCalendar) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int64_t days = Date::FromCivil(1890, 1, 1).value().days;
  int weekday = 3;  // 1890-01-01 was a Wednesday
  for (int year = 1890; year <= 2110; ++year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year == 2000;
    EXPECT_EQ(IsLeapYear(year), leap) << year;
    for (int month = 1; month <= 12; ++month) {
      const int length = kDays[month - 1] + (leap && month == 2 ? 1 : 0);
      EXPECT_EQ(DaysInMonth(year, month), length);
      for (int day = 1; day <= length; ++day, ++days, weekday = weekday % 7 + 1) {
        const std::optional<Date> date = Date::FromCivil(year, month, day);
        ASSERT_TRUE(date) << year << "-" << month << "-" << day;
        ASSERT_EQ(date->days, days);
        ASSERT_EQ(date->weekday(), weekday);
        const CivilDate civil = date->civil();
        ASSERT_EQ(civil.year, year);
        ASSERT_EQ(civil.month, month);
        ASSERT_EQ(civil.day, day);
        ASSERT_EQ(Date::Parse(date->ToString()), date);
      }
      EXPECT_FALSE(Date::FromCivil(year, month, length + 1));
      EXPECT_FALSE(Date::FromCivil(year, month, 0));
    }
  }
  EXPECT_EQ(D("1970-01-01").days, 0);
  EXPECT_EQ(D("2026-01-01").days, 20454);
  EXPECT_EQ(D("1970-01-01").weekday(), 4);
}

TEST(DateTest, FarYearsRoundTrip) {
  for (const char* text :
       {"-999999999-01-01", "999999999-12-31", "-0001-12-31", "0000-02-29", "0000-03-01", "-0004-02-29",
        "-0400-02-29", "12345-06-07", "0001-01-01", "-2017-12-31", "0400-02-29"}) {
    const Date date = D(text);
    EXPECT_EQ(date.ToString(), text);
    EXPECT_EQ(Date{date.days - 1}.weekday() % 7 + 1, date.weekday()) << text;
  }
  EXPECT_EQ(D("0000-01-01").days, -719528);
  EXPECT_EQ(D("0000-03-01").days, D("0000-02-29").days + 1);
  EXPECT_EQ(D("0000-01-01").days, D("-0001-12-31").days + 1);
}

TEST(DateTest, RefusesWhatIsNotExactlyADate) {
  for (const char* text : {"",
                           "2026",
                           "2026-02",
                           "2026-2-3",
                           "2026-02-3",
                           "2026-02-30",
                           "2025-02-29",
                           "1900-02-29",
                           "2026-00-10",
                           "2026-13-01",
                           "2026-01-00",
                           "2026-01-32",
                           "2026-04-31",
                           "998-12-31",
                           "02026-01-01",
                           "0000000001-01-01",
                           "1000000000-01-01",
                           "-1000000000-01-01",
                           "+2026-01-01",
                           "--2026-01-01",
                           "-0000-01-01",
                           " 2026-01-01",
                           "2026-01-01 ",
                           "2026/01/01",
                           "20260101",
                           "2026-01-01T",
                           "2026-01-01T00:00:00",
                           "2026-01-01Z",
                           "2026-0a-01",
                           "2026-01-1\0"}) {
    EXPECT_EQ(Text(Date::Parse(text)), "none") << text;
  }
  EXPECT_TRUE(Date::Parse("2000-02-29"));
  EXPECT_FALSE(Date::FromCivil(1'000'000'000, 1, 1));
  EXPECT_FALSE(Date::FromCivil(-1'000'000'000, 1, 1));
}

TEST(DateTest, MonthsClampToTheEndOfTheMonth) {
  const struct {
    const char* from;
    int64_t months;
    const char* to;
  } kCases[] = {
      {"2024-01-31", 1, "2024-02-29"},    {"2023-01-31", 1, "2023-02-28"},
      {"2024-01-31", 2, "2024-03-31"},    {"2024-03-31", -1, "2024-02-29"},
      {"2024-02-29", 12, "2025-02-28"},   {"2024-02-29", 48, "2028-02-29"},
      {"2024-02-29", -12, "2023-02-28"},  {"2024-05-31", 1, "2024-06-30"},
      {"2024-12-15", 1, "2025-01-15"},    {"2024-01-15", -1, "2023-12-15"},
      {"2024-01-15", -13, "2022-12-15"},  {"2024-01-15", 0, "2024-01-15"},
      {"0000-01-31", -1, "-0001-12-31"},  {"999999999-11-30", 1, "999999999-12-30"},
      {"999999999-12-01", 1, "none"},     {"-999999999-01-31", -1, "none"},
      {"2024-01-01", INT64_MAX, "none"},  {"2024-01-01", INT64_MIN, "none"},
      {"-2024-01-01", INT64_MIN, "none"}, {"2026-08-31", 6, "2027-02-28"},
  };
  for (const auto& c : kCases)
    EXPECT_EQ(Text(AddMonths(D(c.from), c.months)), c.to) << c.from << " " << c.months;
}

TEST(DateTest, DaysAddWithinTheRange) {
  EXPECT_EQ(Text(AddDays(D("2024-02-28"), 2)), "2024-03-01");
  EXPECT_EQ(Text(AddDays(D("2026-01-01"), -1)), "2025-12-31");
  EXPECT_EQ(Text(AddDays(D("999999999-12-31"), 1)), "none");
  EXPECT_EQ(Text(AddDays(D("999999999-12-30"), 1)), "999999999-12-31");
  EXPECT_EQ(Text(AddDays(D("-999999999-01-01"), -1)), "none");
  EXPECT_EQ(Text(AddDays(D("2026-01-01"), INT64_MAX)), "none");
  EXPECT_EQ(Text(AddDays(D("1960-01-01"), INT64_MIN)), "none");
}

TEST(DateTest, WholeMonthsBetween) {
  const struct {
    const char* from;
    const char* to;
    const char* duration;
  } kCases[] = {
      {"2011-12-22", "2013-08-24", "P1Y8M"}, {"2016-01-21", "2015-01-21", "-P1Y"},
      {"2016-01-01", "2016-01-01", "P0M"},   {"2016-09-30", "2017-12-28", "P1Y2M"},
      {"2010-05-30", "2017-12-15", "P7Y6M"}, {"2014-12-31", "2019-10-01", "P4Y9M"},
      {"2016-08-25", "2017-08-10", "P11M"},  {"2024-01-31", "2024-02-29", "P0M"},
      {"2024-01-31", "2024-03-01", "P1M"},   {"2024-02-29", "2024-01-31", "P0M"},
      {"2024-02-29", "2025-02-28", "P11M"},  {"2024-02-29", "2025-03-01", "P1Y"},
      {"2026-03-02", "2026-03-01", "P0M"},   {"2026-03-01", "2026-02-02", "P0M"},
      {"2026-03-01", "2026-02-01", "-P1M"},  {"0001-01-01", "-0001-12-31", "-P1Y"},
  };
  for (const auto& c : kCases) {
    const MonthDuration months = MonthsBetween(D(c.from), D(c.to));
    EXPECT_EQ(months.ToString(), c.duration) << c.from << " " << c.to;
    EXPECT_EQ(MonthsBetween(D(c.to), D(c.from)).months, -months.months) << c.from << " " << c.to;
  }
}

TEST(DateTest, DatesAreOrderedByDay) {
  EXPECT_LT(D("2025-12-31"), D("2026-01-01"));
  EXPECT_EQ(D("2026-01-01"), D("2026-01-01"));
  EXPECT_LT(D("-0001-12-31"), D("0000-01-01"));
}

TEST(TimeTest, ParsesAndPrints) {
  EXPECT_EQ(TimeText("00:00:00"), "00:00:00");
  EXPECT_EQ(TimeText("23:59:59"), "23:59:59");
  EXPECT_EQ(TimeText("11:00:00Z"), "11:00:00Z");
  EXPECT_EQ(TimeText("11:22:33+00:00"), "11:22:33Z");
  EXPECT_EQ(TimeText("11:22:33-00:00"), "11:22:33Z");
  EXPECT_EQ(TimeText("13:20:00-05:00"), "13:20:00-05:00");
  EXPECT_EQ(TimeText("11:59:45+02:45:55"), "11:59:45+02:45:55");
  EXPECT_EQ(TimeText("13:20:00+18:00"), "13:20:00+18:00");
  EXPECT_EQ(TimeText("10:30:00.0000"), "10:30:00");
  EXPECT_EQ(TimeText("10:30:00.000100"), "10:30:00.0001");
  EXPECT_EQ(TimeText("23:59:01.987654321+08:00"), "23:59:01.987654321+08:00");
  EXPECT_EQ(TimeOfDay::Parse("08:00:00-02:45:55")->offset_seconds, -(2 * 3600 + 45 * 60 + 55));
}

TEST(TimeTest, RefusesWhatIsNotExactlyATime) {
  for (const char* text : {"",
                           "7:20",
                           "07:2",
                           "07:20",
                           "07:01:2",
                           "24:00:00",
                           "24:00:01",
                           "23:59:60",
                           "00:00:61",
                           "00:60:00",
                           "13:20:00+19:00",
                           "13:20:00-18:00:01",
                           "13:20:00+5",
                           "13:20:00+05:0",
                           "13:20:00+05",
                           "13:20:00+05:60",
                           "11:30:00T",
                           "13:20:00@Europe/Paris",
                           "13:20:00+02:00@Europe/Paris",
                           "10:30:00.",
                           "10:30:00.1234567891",
                           "10:30:00 ",
                           "10:30:00z",
                           "10:30:00Z+01:00",
                           "-10:30:00",
                           "10:30:00,5"}) {
    EXPECT_EQ(TimeText(text), "none") << text;
  }
}

TEST(DateTimeTest, ParsesAndPrints) {
  EXPECT_EQ(DateTimeText("2017-12-31T11:22:33"), "2017-12-31T11:22:33");
  EXPECT_EQ(DateTimeText("2017-12-31T11:22:33.345Z"), "2017-12-31T11:22:33.345Z");
  EXPECT_EQ(DateTimeText("-99999-12-31T11:22:33"), "-99999-12-31T11:22:33");
  EXPECT_EQ(DateTimeText("-999999999-12-31T23:59:59.999999999+02:00"),
            "-999999999-12-31T23:59:59.999999999+02:00");
  EXPECT_EQ(DateTimeText("2017-12-31T24:00:00"), "2018-01-01T00:00:00");
  EXPECT_EQ(DateTimeText("2017-12-31T24:00:00.000+08:00"), "2018-01-01T00:00:00+08:00");
  for (const char* text : {"", "2017-12-31", "2017-12-31T", "2017-12-31 11:22:33", "2017-12-31T24:00:01",
                           "2017-12-31T24:00:00.1", "2017-12-31T24:01:00", "2017-13-10T11:22:33",
                           "2017-12-31T00:60:00", "2017-12-31T7:00:00", "2017-12-31T13:20:00-19:00",
                           "2017-12-31t13:20:00", "999999999-12-31T24:00:00", "2017-12-31T25:00:00"}) {
    EXPECT_EQ(DateTimeText(text), "none") << text;
  }
}

TEST(DateTimeTest, InstantsTakeTheOffsetOff) {
  EXPECT_EQ(DateTime::Parse("1970-01-01T00:00:00")->instant_seconds(), 0);
  EXPECT_EQ(DateTime::Parse("1970-01-01T00:00:00Z")->instant_seconds(), 0);
  EXPECT_EQ(DateTime::Parse("1970-01-01T08:00:00+08:00")->instant_seconds(), 0);
  EXPECT_EQ(DateTime::Parse("2018-10-07T22:00:00Z")->instant_seconds(),
            DateTime::Parse("2018-10-08T00:00:00+02:00")->instant_seconds());
  EXPECT_EQ(DateTime::Parse("1969-12-31T23:59:59")->instant_seconds(), -1);
}

TEST(DurationTest, MonthsHaveOneNormalForm) {
  const struct {
    const char* text;
    const char* normal;
  } kCases[] = {
      {"P0Y", "P0M"},
      {"P0M", "P0M"},
      {"-P0M", "P0M"},
      {"P26M", "P2Y2M"},
      {"P1Y27M", "P3Y3M"},
      {"P100M", "P8Y4M"},
      {"-P1Y", "-P1Y"},
      {"P1Y0M", "P1Y"},
      {"-P13M", "-P1Y1M"},
      {"-P999999999M", "-P83333333Y3M"},
      {"P99999999Y", "P99999999Y"},
      {"P999999999999999999M", "P83333333333333333Y3M"},
      {"", "none"},
      {"P", "none"},
      {"-P", "none"},
      {"P1", "none"},
      {"P0", "none"},
      {"1Y", "none"},
      {"P1M1Y", "none"},
      {"P1Y1Y", "none"},
      {"P1M1M", "none"},
      {"P1Y2M3D", "none"},
      {"P1D", "none"},
      {"PT1M", "none"},
      {"P1.5Y", "none"},
      {"P-1Y", "none"},
      {"+P1Y", "none"},
      {"p1y", "none"},
      {" P1Y", "none"},
      {"PY", "none"},
      {"P999999999999999999Y", "none"},
      {"P1YM", "none"},
      {"P9999999999999999999M", "none"},
  };
  for (const auto& c : kCases) EXPECT_EQ(MonthsText(c.text), c.normal) << c.text;
  EXPECT_EQ((MonthDuration{INT64_MIN}).ToString(), "-P768614336404564650Y8M");
}

TEST(DurationTest, DaysAndTimesHaveOneNormalForm) {
  const struct {
    const char* text;
    const char* normal;
  } kCases[] = {
      {"P1D", "P1D"},
      {"PT2H", "PT2H"},
      {"PT0.999S", "PT0.999S"},
      {"PT0.000S", "PT0S"},
      {"PT0.S", "PT0S"},
      {"P0D", "PT0S"},
      {"-P0D", "PT0S"},
      {"PT1000M", "PT16H40M"},
      {"PT1000M0.999999999S", "PT16H40M0.999999999S"},
      {"PT555M", "PT9H15M"},
      {"PT24H", "P1D"},
      {"PT240H", "P10D"},
      {"P2DT100M", "P2DT1H40M"},
      {"PT3600S", "PT1H"},
      {"P1DT2H", "P1DT2H"},
      {"-P1DT2H", "-P1DT2H"},
      {"-PT0.5S", "-PT0.5S"},
      {"-PT90061.25S", "-P1DT1H1M1.25S"},
      {"PT60S", "PT1M"},
      {"P1DT0.000000001S", "P1DT0.000000001S"},
      {"P999999999999999999D", "P999999999999999999D"},
      {"", "none"},
      {"P", "none"},
      {"PT", "none"},
      {"P1DT", "none"},
      {"-P", "none"},
      {"1D", "none"},
      {"P1S", "none"},
      {"P1H", "none"},
      {"P1Y", "none"},
      {"P1M", "none"},
      {"PT1D", "none"},
      {"PT1S1M", "none"},
      {"PT1H1H", "none"},
      {"P1D1D", "none"},
      {"PT1.5H", "none"},
      {"P1.5D", "none"},
      {"PT1.5M", "none"},
      {"PT.5S", "none"},
      {"PT1S1.5S", "none"},
      {"PT1S.5S", "none"},
      {"PT0.1234567891S", "none"},
      {"P1DT2HT3M", "none"},
      {"+P1D", "none"},
      {"P-1D", "none"},
      {"P1D ", "none"},
      {"PT5", "none"},
      {"PTS", "none"},
      {"P9999999999999999999D", "none"},
  };
  for (const auto& c : kCases) EXPECT_EQ(DaysText(c.text), c.normal) << c.text;
  EXPECT_EQ(DayDuration::FromDays(3), *ParseDayDuration("P3D"));
  EXPECT_EQ(DayDuration::FromSeconds(-90), *ParseDayDuration("-PT1M30S"));
  EXPECT_EQ(DayDuration::FromDays(INT64_MIN).ToString(), "-P9223372036854775808D");
  EXPECT_EQ((DayDuration{std::numeric_limits<int128_t>::min()}).ToString().substr(0, 3), "-P1");
  EXPECT_LT(*ParseDayDuration("PT23H59M59.999999999S"), *ParseDayDuration("P1D"));
}

TEST(DurationTest, TextsReadBack) {
  for (int64_t months = -40; months <= 40; ++months) {
    EXPECT_EQ(ParseMonthDuration(MonthDuration{months}.ToString())->months, months);
  }
  for (int64_t nanos = -200'000'000'000'000; nanos < 200'000'000'000'000; nanos += 777'777'777'777) {
    EXPECT_EQ(ParseDayDuration(DayDuration{nanos}.ToString())->nanos, nanos) << nanos;
  }
}

}  // namespace
}  // namespace zhida

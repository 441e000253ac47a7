// Dates, times and durations of FEEL, on the proleptic Gregorian calendar.
//
// Value types; pure; any thread. Nothing here reads the clock. Months and years clamp to the month's end
// (2024-01-31 + P1M = 2024-02-29); FEEL leaves that open, docs/semantics.md fixes it.
// Source: ISO 8601; DMN 1.5 section 10.3.2.3; calendar arithmetic after Howard Hinnant's "chrono-compatible
// low-level date algorithms".
#ifndef ZHIDA_ENGINE_VALUE_TEMPORAL_H_
#define ZHIDA_ENGINE_VALUE_TEMPORAL_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/value/decimal.h"

namespace zhida {

struct CivilDate {
  int64_t year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
};

// Days since 1970-01-01. Years -999999999..999999999.
struct Date {
  int64_t days = 0;

  static std::optional<Date> FromCivil(int64_t year, int month, int day);  // nullopt for 2026-02-30
  static std::optional<Date> Parse(std::string_view text);  // exactly YYYY-MM-DD (more year digits allowed)
  CivilDate civil() const;
  int weekday() const;  // 1 = Monday .. 7 = Sunday
  std::string ToString() const;
  auto operator<=>(const Date&) const = default;
};

// Years and months.
struct MonthDuration {
  int64_t months = 0;
  std::string ToString() const;  // normal form: P2Y2M, P0M
  auto operator<=>(const MonthDuration&) const = default;
};

// Days and times.
struct DayDuration {
  int128_t nanos = 0;
  static DayDuration FromDays(int64_t days);
  static DayDuration FromSeconds(int64_t seconds);
  std::string ToString() const;  // normal form: P1DT2H, PT0S
  auto operator<=>(const DayDuration&) const = default;
};

struct TimeOfDay {
  int32_t seconds = 0;  // 0..86399
  int32_t nanos = 0;
  std::optional<int32_t> offset_seconds;  // none: local time

  static std::optional<TimeOfDay> Parse(std::string_view text);  // hh:mm:ss[.f][Z|+hh:mm[:ss]]
  std::string ToString() const;
};

struct DateTime {
  Date date;
  TimeOfDay time;

  static std::optional<DateTime> Parse(std::string_view text);  // dateTtime; T24:00:00 is the next midnight
  // Seconds since 1970-01-01T00:00:00 on the local clock, or in UTC if an offset is known.
  int64_t instant_seconds() const;
  std::string ToString() const;
};

std::optional<MonthDuration> ParseMonthDuration(std::string_view text);  // [-]PnYnM
std::optional<DayDuration> ParseDayDuration(std::string_view text);      // [-]PnDTnHnMn.fS

std::optional<Date> AddMonths(Date date, int64_t months);  // nullopt when out of range
std::optional<Date> AddDays(Date date, int64_t days);
// Whole months from a to b, toward zero, negative when b is earlier: FEEL's years and months duration. Days
// of the month are compared as they are: from 31 January to 29 February is no month yet.
MonthDuration MonthsBetween(Date a, Date b);
bool IsLeapYear(int64_t year);
int DaysInMonth(int64_t year, int month);

}  // namespace zhida

#endif  // ZHIDA_ENGINE_VALUE_TEMPORAL_H_

#include "engine/value/temporal.h"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace zhida {
namespace {

constexpr int64_t kYearMax = 999'999'999;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr int128_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kDaysPerEra = 146'097;  // 400 years
constexpr int64_t kEpochShift = 719'468;  // days from 0000-03-01 to 1970-01-01

constexpr int64_t FloorDivide(int64_t value, int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

// Years start in March here, so that the leap day is the last day of one.
constexpr int64_t DaysFromCivil(int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = FloorDivide(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * kDaysPerEra + day_of_era - kEpochShift;
}

constexpr int64_t kDaysMin = DaysFromCivil(-kYearMax, 1, 1);
constexpr int64_t kDaysMax = DaysFromCivil(kYearMax, 12, 31);

}  // namespace

bool IsLeapYear(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int DaysInMonth(int64_t year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[month - 1];
}

std::optional<Date> Date::FromCivil(int64_t year, int month, int day) {
  if (year < -kYearMax || year > kYearMax || month < 1 || month > 12) return std::nullopt;
  if (day < 1 || day > DaysInMonth(year, month)) return std::nullopt;
  return Date{DaysFromCivil(year, month, day)};
}

CivilDate Date::civil() const {
  const int64_t shifted = days + kEpochShift;
  const int64_t era = FloorDivide(shifted, kDaysPerEra);
  const int64_t day_of_era = shifted - era * kDaysPerEra;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilDate civil;
  civil.day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  civil.month = static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  civil.year = year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0);
  return civil;
}

int Date::weekday() const {
  // Day 0 is a Thursday. Adding three after the remainder keeps clear of overflow.
  const int64_t from_thursday = days - FloorDivide(days, 7) * 7;
  return static_cast<int>((from_thursday + 3) % 7) + 1;
}

DayDuration DayDuration::FromDays(int64_t days) { return {days * (kSecondsPerDay * kNanosPerSecond)}; }

DayDuration DayDuration::FromSeconds(int64_t seconds) { return {seconds * kNanosPerSecond}; }

int64_t DateTime::instant_seconds() const {
  return date.days * kSecondsPerDay + time.seconds - time.offset_seconds.value_or(0);
}

std::optional<Date> AddMonths(Date date, int64_t months) {
  const CivilDate civil = date.civil();
  int64_t month_count;
  if (__builtin_add_overflow(civil.year * 12 + (civil.month - 1), months, &month_count)) return std::nullopt;
  const int64_t year = FloorDivide(month_count, 12);
  if (year < -kYearMax || year > kYearMax) return std::nullopt;
  const int month = static_cast<int>(month_count - year * 12) + 1;
  return Date{DaysFromCivil(year, month, std::min(civil.day, DaysInMonth(year, month)))};
}

std::optional<Date> AddDays(Date date, int64_t days) {
  Date sum;
  if (__builtin_add_overflow(date.days, days, &sum.days)) return std::nullopt;
  if (sum.days < kDaysMin || sum.days > kDaysMax) return std::nullopt;
  return sum;
}

MonthDuration MonthsBetween(Date a, Date b) {
  const CivilDate from = a.civil();
  const CivilDate to = b.civil();
  int64_t months = (to.year - from.year) * 12 + (to.month - from.month);
  if (months > 0 && to.day < from.day) --months;
  if (months < 0 && to.day > from.day) ++months;
  return {months};
}

}  // namespace zhida

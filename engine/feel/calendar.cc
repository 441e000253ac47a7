#include "engine/feel/calendar.h"

#include <algorithm>

namespace zhida::feel {
namespace {

// Walks from day to day and remembers how long the year at hand is known to have data.
class DayWalk {
 public:
  DayWalk(const Calendar& calendar, Date day) : calendar_(calendar), day_(day) {}

  // One day on (+1) or back (-1). False when the year reached has no data.
  bool Step(int direction) {
    day_.days += direction;
    if (day_.days >= first_ && day_.days <= last_) return true;
    const int64_t year = day_.civil().year;
    const std::optional<Date> first = Date::FromCivil(year, 1, 1);
    const std::optional<Date> last = Date::FromCivil(year, 12, 31);
    if (!first || !last || !calendar_.HasYear(year)) return false;
    first_ = first->days;
    last_ = last->days;
    return true;
  }

  Date day() const { return day_; }
  bool works() const { return calendar_.IsWorkingDay(day_); }

 private:
  const Calendar& calendar_;
  Date day_;
  int64_t first_ = 1;
  int64_t last_ = 0;
};

}  // namespace

bool Calendar::HasYear(int64_t year) const { return std::binary_search(years.begin(), years.end(), year); }

bool Calendar::IsWorkingDay(Date day) const {
  const auto listed = days.find(day.days);
  return listed != days.end() ? listed->second : day.weekday() <= 5;
}

bool Calendar::IsProvisional(Date day) const { return years.empty() || day.civil().year > years.back(); }

std::optional<Date> Calendar::AddWorkingDays(Date day, int64_t n) const {
  DayWalk walk(*this, day);
  // The years with data bound the walk, however large n is.
  const int direction = n < 0 ? -1 : 1;
  while (n != 0) {
    if (!walk.Step(direction)) return std::nullopt;
    if (walk.works()) n -= direction;
  }
  return walk.day();
}

std::optional<int64_t> Calendar::WorkingDaysBetween(Date a, Date b) const {
  if (b < a) {
    const std::optional<int64_t> count = WorkingDaysBetween(b, a);
    if (!count) return std::nullopt;
    return -*count;
  }
  int64_t count = 0;
  for (DayWalk walk(*this, a); walk.day() < b;) {
    if (!walk.Step(1)) return std::nullopt;
    if (walk.works()) ++count;
  }
  return count;
}

int64_t Calendar::WorkingDaysOfYear(int64_t year) const {
  const std::optional<Date> first = Date::FromCivil(year, 1, 1);
  int64_t count = 0;
  for (Date day = first.value_or(Date{}); day.civil().year == year; ++day.days) {
    if (IsWorkingDay(day)) ++count;
  }
  return count;
}

}  // namespace zhida::feel

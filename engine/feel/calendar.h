// Calendar: which days are worked, as data with dates, and counting over them.
//
// Monday to Friday are working days unless listed as off, other days only where listed as make-up days. Only
// years with data are known. A calendar that rests on another (a province, a court, a company) was given the
// other's days when it was loaded. Immutable after loading; any thread.
// Source: yearly notices of the State Council's office; docs/semantics.md, section 5.
#ifndef ZHIDA_ENGINE_FEEL_CALENDAR_H_
#define ZHIDA_ENGINE_FEEL_CALENDAR_H_

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/value/temporal.h"

namespace zhida::feel {

// A stretch of days, both ends included; an absent end is open.
struct Period {
  std::optional<Date> from;
  std::optional<Date> to;
  bool Covers(Date day) const { return (!from || *from <= day) && (!to || day <= *to); }
};

struct Calendar {
  std::string id;
  std::string name;
  std::vector<int64_t> years;              // years with data, ascending, without a gap
  std::unordered_map<int64_t, bool> days;  // day number -> is a working day, for listed days only

  bool HasYear(int64_t year) const;
  bool IsWorkingDay(Date day) const;
  // Beyond the last year with data, where weekdays are all that one can go by.
  bool IsProvisional(Date day) const;
  // The n-th working day after `day` (before it for negative n, `day` itself for 0); nullopt when a year
  // without data is met.
  std::optional<Date> AddWorkingDays(Date day, int64_t n) const;
  std::optional<int64_t> WorkingDaysBetween(Date a, Date b) const;  // in (a, b]; negative when b < a
  int64_t WorkingDaysOfYear(int64_t year) const;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_CALENDAR_H_

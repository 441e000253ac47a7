// Deadline: the day by which a matter has to be answered, in working days of a calendar, with a clock that
// may be stopped and started again.
//
// Counting begins with the working day after the start. Where there is a closing time, what comes in later,
// or on a day that is not worked, starts on the next working day. A stopped clock leaves out the days after
// the stop, up to and with the day on which it is started again; stops may overlap. The n-th counted day is
// the due day. Days beyond the calendar's data are counted as weekdays and make the deadline provisional;
// days before its data cannot be counted. Pure; any thread. Bounded by limits::kDeadlineDaysMax and
// kDeadlineSpanMax. Source: Civil Code art. 201 to 203, Administrative Licensing Law art. 45 and 82;
// docs/semantics.md, section 5.
#ifndef ZHIDA_ENGINE_FEEL_DEADLINE_H_
#define ZHIDA_ENGINE_FEEL_DEADLINE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/feel/calendar.h"

namespace zhida::feel {

// The clock stands still for the days in (from, to]; without `to` it has not been started again.
struct Pause {
  Date from;
  std::optional<Date> to;
};

// What a deadline is counted from.
struct DeadlineTerms {
  Date received;
  std::optional<int32_t> received_at_s;  // second of the day; none: before closing time
  std::optional<int32_t> closing_s;      // what comes later in the day came after closing; none: never closed
  int64_t days = 0;                      // working days that the office has, from 1
  std::vector<Pause> pauses;
};

struct Deadline {
  Date start;               // the day after which counting begins
  std::optional<Date> due;  // none while the clock stands still
  // The days on which half, and four fifths, of the limit are used; none where that lies behind a stop that
  // has no end.
  std::optional<Date> half;
  std::optional<Date> near;
  bool provisional = false;  // a day beyond the calendar's data was counted
  bool paused = false;       // the clock stands still on the day looked at
  int64_t used = 0;          // working days counted up to and with the day looked at
  int64_t left = 0;          // days - used; negative when overdue
  int64_t percent = 0;       // of the limit used, rounded down; above 100 when overdue
  bool overdue = false;
};

enum class DeadlineFault : uint8_t { kNone, kNoDays, kTooLong, kPauseReversed, kBeforeCalendar };

// *fault is kNone exactly where a deadline comes back. `on` is the day looked at.
std::optional<Deadline> DeadlineOf(const Calendar& calendar, const DeadlineTerms& terms, Date on,
                                   DeadlineFault* fault);

// A period of `days` calendar days after `received`: where its last day is not worked, the next that is
// (Civil Code art. 203). nullopt when a year without data is met.
std::optional<Date> CalendarDayDeadline(const Calendar& calendar, Date received, int64_t days);

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_DEADLINE_H_

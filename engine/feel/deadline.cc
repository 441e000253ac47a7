#include "engine/feel/deadline.h"

#include <algorithm>
#include <limits>

#include "engine/base/limits.h"

namespace zhida::feel {
namespace {

constexpr int64_t kHalfPercent = 50;
constexpr int64_t kNearPercent = 80;

// The counted day on which `percent` of `days` are used: the first whose number is not below that share.
int64_t DayOfShare(int64_t days, int64_t percent) { return (days * percent + 99) / 100; }

bool ByStop(const Pause& a, const Pause& b) { return a.from < b.from; }

// Runs over the days after the start and counts those that are worked while the clock runs.
class Count {
 public:
  Count(const Calendar& calendar, const std::vector<Pause>& pauses, Date start)
      : calendar_(calendar), pauses_(pauses), day_(start) {}

  // To the next day. A stop without an end holds for good.
  void Step() {
    ++day_.days;
    while (next_ < pauses_.size() && pauses_[next_].from < day_) {
      const Pause& pause = pauses_[next_++];
      if (!pause.to) {
        stopped_for_good_ = true;
      } else {
        until_ = std::max(until_, pause.to->days);
      }
    }
    counted_ = !stopped() && calendar_.IsWorkingDay(day_);
    if (!counted_) return;
    ++used_;
    provisional_ = provisional_ || calendar_.IsProvisional(day_);
  }

  Date day() const { return day_; }
  int64_t used() const { return used_; }
  bool counted() const { return counted_; }
  bool stopped() const { return stopped_for_good_ || day_.days <= until_; }
  bool stopped_for_good() const { return stopped_for_good_; }
  bool provisional() const { return provisional_; }

 private:
  const Calendar& calendar_;
  const std::vector<Pause>& pauses_;  // by their first day
  Date day_;
  size_t next_ = 0;
  int64_t until_ = std::numeric_limits<int64_t>::min();  // the last day of the stops so far
  bool stopped_for_good_ = false;
  bool counted_ = false;
  bool provisional_ = false;
  int64_t used_ = 0;
};

// The day that counts as the day of receipt.
Date StartOf(const Calendar& calendar, const DeadlineTerms& terms) {
  Date start = terms.received;
  if (!terms.closing_s) return start;
  if (terms.received_at_s && *terms.received_at_s > *terms.closing_s) ++start.days;
  while (!calendar.IsWorkingDay(start)) ++start.days;
  return start;
}

DeadlineFault FaultOf(const Calendar& calendar, const DeadlineTerms& terms, Date on) {
  if (terms.days < 1) return DeadlineFault::kNoDays;
  if (terms.days > limits::kDeadlineDaysMax || on.days - terms.received.days > limits::kDeadlineSpanMax)
    return DeadlineFault::kTooLong;
  for (const Pause& pause : terms.pauses) {
    if (pause.to && *pause.to < pause.from) return DeadlineFault::kPauseReversed;
    if (pause.to && pause.to->days - terms.received.days > limits::kDeadlineSpanMax)
      return DeadlineFault::kTooLong;
  }
  const bool known = calendar.IsProvisional(terms.received) || calendar.HasYear(terms.received.civil().year);
  return known ? DeadlineFault::kNone : DeadlineFault::kBeforeCalendar;
}

}  // namespace

std::optional<Deadline> DeadlineOf(const Calendar& calendar, const DeadlineTerms& terms, Date on,
                                   DeadlineFault* fault) {
  *fault = FaultOf(calendar, terms, on);
  if (*fault != DeadlineFault::kNone) return std::nullopt;
  std::vector<Pause> pauses = terms.pauses;
  std::sort(pauses.begin(), pauses.end(), ByStop);

  Deadline deadline;
  deadline.start = StartOf(calendar, terms);
  const int64_t half = DayOfShare(terms.days, kHalfPercent);
  const int64_t near = DayOfShare(terms.days, kNearPercent);
  bool due_provisional = calendar.IsProvisional(deadline.start);
  for (Count count(calendar, pauses, deadline.start); !deadline.due || count.day() < on;) {
    count.Step();
    if (count.counted()) {
      if (count.used() == half) deadline.half = count.day();
      if (count.used() == near) deadline.near = count.day();
      if (count.used() == terms.days) {
        deadline.due = count.day();
        due_provisional = due_provisional || count.provisional();
      }
    }
    if (count.day() <= on) {
      deadline.used = count.used();
      deadline.paused = count.stopped();
    }
    if (count.stopped_for_good()) {
      deadline.paused = count.day() <= on;
      break;
    }
  }
  deadline.provisional = due_provisional;
  deadline.left = terms.days - deadline.used;
  deadline.percent = deadline.used * 100 / terms.days;
  deadline.overdue = deadline.due && *deadline.due < on;
  return deadline;
}

std::optional<Date> CalendarDayDeadline(const Calendar& calendar, Date received, int64_t days) {
  const std::optional<Date> last = AddDays(received, days);
  if (!last || !calendar.HasYear(last->civil().year)) return std::nullopt;
  return calendar.IsWorkingDay(*last) ? last : calendar.AddWorkingDays(*last, 1);
}

}  // namespace zhida::feel

#include "engine/facade/deadline_json.h"

#include <vector>

#include "engine/base/json_writer.h"
#include "engine/base/text.h"

namespace zhida::facade {
namespace {

void Report(feel::DeadlineFault fault, const feel::Calendar& calendar, Date received,
            Diagnostics* diagnostics) {
  switch (fault) {
    case feel::DeadlineFault::kNone:
      break;
    case feel::DeadlineFault::kNoDays:
      diagnostics->Error("ZD6010", {}, "a deadline needs at least one day", "give 1 or more working days");
      break;
    case feel::DeadlineFault::kTooLong:
      diagnostics->Error("ZD6011", {}, "the deadline is too long",
                         "give at most 3660 working days, and days within a century");
      break;
    case feel::DeadlineFault::kPauseReversed:
      diagnostics->Error("ZD6012", {}, "the clock is started before it is stopped",
                         "give each stop as first day..last day");
      break;
    case feel::DeadlineFault::kBeforeCalendar:
      diagnostics->Error("ZD6013", {},
                         received.ToString() + " lies before the data of calendar " + JsonQuote(calendar.id) +
                             ", which begin with " +
                             std::to_string(calendar.years.empty() ? 0 : calendar.years.front()),
                         "add the year to the calendar");
      break;
  }
}

void WriteDay(std::string_view key, const std::optional<Date>& day, JsonWriter* json) {
  json->Key(key);
  day ? json->String(day->ToString()) : json->Null();
}

}  // namespace

std::optional<std::string> DeadlineJson(const pack::Pack& pack, std::string_view calendar,
                                        const feel::DeadlineTerms& terms, Date on, Diagnostics* diagnostics) {
  const feel::Calendar* found = pack.model.FindCalendar(calendar);
  if (found == nullptr) {
    std::vector<std::string> ids;
    for (const feel::Calendar& known : pack.model.calendars) ids.push_back(known.id);
    diagnostics->Error("ZD6001", {}, "there is no calendar " + JsonQuote(calendar) + " in pack " + pack.id,
                       "choose one of " + Join(ids, ", ") + DidYouMean(calendar, ids));
    return std::nullopt;
  }
  feel::DeadlineFault fault = feel::DeadlineFault::kNone;
  const std::optional<feel::Deadline> deadline = feel::DeadlineOf(*found, terms, on, &fault);
  if (!deadline) {
    Report(fault, *found, terms.received, diagnostics);
    return std::nullopt;
  }
  JsonWriter json;
  json.BeginObject().Key("calendar").String(found->id).Key("calendar_name").String(found->name);
  json.Key("data_to").Int(found->years.empty() ? 0 : found->years.back());
  json.Key("start").String(deadline->start.ToString());
  WriteDay("due", deadline->due, &json);
  WriteDay("half", deadline->half, &json);
  WriteDay("near", deadline->near, &json);
  json.Key("provisional").Bool(deadline->provisional).Key("paused").Bool(deadline->paused);
  json.Key("used").Int(deadline->used).Key("left").Int(deadline->left);
  json.Key("percent").Int(deadline->percent).Key("overdue").Bool(deadline->overdue);
  // Both ends count, which is how a duration is told; the limit itself begins with the day after.
  const bool first_day = deadline->start <= on && found->IsWorkingDay(deadline->start);
  json.Key("elapsed").Int(deadline->used + (first_day ? 1 : 0));
  return json.EndObject().Take();
}

}  // namespace zhida::facade

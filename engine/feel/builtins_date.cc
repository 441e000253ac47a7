// Functions of dates, times and durations. Nothing here reads the clock.
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/builtins_family.h"
#include "engine/feel/interpreter.h"
#include "engine/value/temporal.h"

namespace zhida::feel {
namespace {

constexpr TypeKind kString = TypeKind::kString;
constexpr TypeKind kNumber = TypeKind::kNumber;
constexpr TypeKind kDate = TypeKind::kDate;
constexpr TypeKind kTime = TypeKind::kTime;
constexpr TypeKind kDateTime = TypeKind::kDateTime;

constexpr const char* kNoSuchDate = "there is no such date";
constexpr const char* kNoSuchTime = "there is no such time";

// A whole number in argument `i` that fits an int.
std::optional<int> SmallAt(const Args& args, size_t i) {
  const std::optional<int64_t> whole = WholeAt(args, i);
  if (!whole || *whole < std::numeric_limits<int>::min() || *whole > std::numeric_limits<int>::max())
    return std::nullopt;
  return static_cast<int>(*whole);
}

// The day of a date or of a date-time as its own clock shows it.
Date DayOf(const Value& value) {
  return value.kind() == ValueKind::kDate ? value.date() : value.date_time().date;
}

TypePtr DateType(const Types& args, std::string* problem) {
  if (args.size() == 1)
    return Wants("date", args, 0, {kString, kDate, kDateTime}, problem) ? MakeType(kDate) : nullptr;
  if (args.size() == 3) return Plain<"date", kDate, kNumber, kNumber, kNumber>(args, problem);
  *problem = "date needs one text, or year, month and day";
  return nullptr;
}

Value DateFrom(const Args& args, const CallContext&) {
  std::optional<Date> date;
  if (args.size() == 3) {
    const std::optional<int64_t> year = WholeAt(args, 0);
    const std::optional<int> month = SmallAt(args, 1);
    const std::optional<int> day = SmallAt(args, 2);
    if (year && month && day) date = Date::FromCivil(*year, *month, *day);
  } else if (args[0].kind() == ValueKind::kString) {
    date = Date::Parse(args[0].string());
  } else {
    date = DayOf(args[0]);
  }
  return date ? Value::OfDate(*date) : Value::Error(kNoSuchDate);
}

TypePtr TimeType(const Types& args, std::string* problem) {
  if (args.size() == 1) {
    const auto kinds = {kString, kTime, kDateTime};
    return Wants("time", args, 0, kinds, problem) ? MakeType(kTime) : nullptr;
  }
  if (args.size() < 3) {
    *problem = "time needs one text, or hour, minute and second";
    return nullptr;
  }
  return Plain<"time", kTime, kNumber, kNumber, kNumber, TypeKind::kDayDuration>(args, problem);
}

Value TimeFrom(const Args& args, const CallContext&) {
  if (args[0].kind() == ValueKind::kTime) return args[0];
  if (args[0].kind() == ValueKind::kDateTime) return Value::OfTime(args[0].date_time().time);
  if (args[0].kind() == ValueKind::kString) {
    const std::optional<TimeOfDay> time = TimeOfDay::Parse(args[0].string());
    return time ? Value::OfTime(*time) : Value::Error(kNoSuchTime);
  }
  constexpr int kNanosDigits = 9;
  const std::optional<int> hour = SmallAt(args, 0);
  const std::optional<int> minute = SmallAt(args, 1);
  const std::optional<int128_t> nanos = args[2].number().ToScaled(kNanosDigits);
  const int128_t per_second = PowerOfTen(kNanosDigits);
  const bool fits = hour && minute && nanos && *hour >= 0 && *hour < 24 && *minute >= 0 && *minute < 60 &&
                    *nanos >= 0 && *nanos < 60 * per_second;
  if (!fits) return Value::Error(kNoSuchTime);
  TimeOfDay time;
  time.seconds = *hour * 3600 + *minute * 60 + static_cast<int32_t>(*nanos / per_second);
  time.nanos = static_cast<int32_t>(*nanos % per_second);
  if (args.size() > 3) {
    const int128_t offset = args[3].day_duration().nanos / per_second;
    constexpr int kOffsetMax = 18 * 3600;
    if (offset < -kOffsetMax || offset > kOffsetMax) return Value::Error(kNoSuchTime);
    time.offset_seconds = static_cast<int32_t>(offset);
  }
  return Value::OfTime(time);
}

TypePtr DateTimeType(const Types& args, std::string* problem) {
  if (args.size() == 1) {
    const auto kinds = {kString, kDate, kDateTime};
    return Wants("date and time", args, 0, kinds, problem) ? MakeType(kDateTime) : nullptr;
  }
  const bool fits = Wants("date and time", args, 0, {kDate, kDateTime}, problem) &&
                    Wants("date and time", args, 1, {kTime}, problem);
  return fits ? MakeType(kDateTime) : nullptr;
}

Value DateTimeFrom(const Args& args, const CallContext&) {
  if (args.size() == 2) return Value::OfDateTime({DayOf(args[0]), args[1].time()});
  if (args[0].kind() == ValueKind::kDateTime) return args[0];
  if (args[0].kind() == ValueKind::kDate) return Value::OfDateTime({args[0].date(), {}});
  if (const std::optional<DateTime> moment = DateTime::Parse(args[0].string()))
    return Value::OfDateTime(*moment);
  // A date alone stands for its midnight.
  const std::optional<Date> date = Date::Parse(args[0].string());
  return date ? Value::OfDateTime({*date, {}}) : Value::Error("there is no such date and time");
}

// The two kinds of duration are two types, so which one a text holds must be known when the pack is loaded;
// the parser turns duration("P1Y") into a literal before it asks here.
TypePtr DurationType(const Types& args, std::string* problem) {
  const auto kinds = {TypeKind::kMonthDuration, TypeKind::kDayDuration};
  if (args[0]->kind == kString) {
    *problem = "duration needs a text that is written out, such as duration(\"P6M\")";
    return nullptr;
  }
  return Wants("duration", args, 0, kinds, problem) ? args[0] : nullptr;
}

Value DurationFrom(const Args& args, const CallContext&) {
  if (args[0].kind() != ValueKind::kString) return args[0];
  if (const auto months = ParseMonthDuration(args[0].string())) return Value::OfMonths(*months);
  if (const auto days = ParseDayDuration(args[0].string())) return Value::OfDayDuration(*days);
  return Value::Error("the text is not a duration");
}

TypePtr MonthsBetweenType(const Types& args, std::string* problem) {
  for (const size_t i : {size_t{0}, size_t{1}}) {
    if (!Wants("years and months duration", args, i, {kDate, kDateTime}, problem)) return nullptr;
  }
  return MakeType(TypeKind::kMonthDuration);
}

Value MonthsBetweenDays(const Args& args, const CallContext&) {
  return Value::OfMonths(MonthsBetween(DayOf(args[0]), DayOf(args[1])));
}

// Calendar parts.

template <FunctionName kName, TypeKind kResult>
TypePtr CalendarType(const Types& args, std::string* problem) {
  if (!Wants(kName.text, args, 0, {kDate, kDateTime}, problem)) return nullptr;
  return kResult == kNumber ? NumberType(0) : MakeType(kResult);
}

constexpr std::array<const char*, 7> kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                  "Friday", "Saturday", "Sunday"};
constexpr std::array<const char*, 12> kMonths = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};

// The names are made once: most calls only compare them.
template <const auto& kNames>
Value NameAt(int number) {
  static const std::vector<Value> values = [] {
    std::vector<Value> all;
    for (const char* name : kNames) all.push_back(Value::String(name));
    return all;
  }();
  return values[static_cast<size_t>(number - 1)];
}

Value DayOfWeek(const Args& args, const CallContext&) { return NameAt<kWeekdays>(DayOf(args[0]).weekday()); }

Value MonthOfYear(const Args& args, const CallContext&) {
  return NameAt<kMonths>(DayOf(args[0]).civil().month);
}

// 1 for 1 January.
int64_t DayNumber(Date day) {
  const std::optional<Date> first = Date::FromCivil(day.civil().year, 1, 1);
  return first ? day.days - first->days + 1 : 0;
}

Value DayOfYear(const Args& args, const CallContext&) { return Value::Number(DayNumber(DayOf(args[0]))); }

// ISO 8601: a week belongs to the year in which its Thursday lies.
Value WeekOfYear(const Args& args, const CallContext&) {
  const Date day = DayOf(args[0]);
  const Date thursday{day.days - day.weekday() + 4};
  return Value::Number((DayNumber(thursday) - 1) / 7 + 1);
}

TypePtr NowType(const Types&, std::string*) { return MakeType(kDateTime); }

// The as-of date has no time of day; its midnight stands for it.
Value Now(const Args&, const CallContext& context) { return Value::OfDateTime({context.dates.as_of, {}}); }

}  // namespace

void AddDateBuiltins(std::vector<Builtin>* all) {
  all->insert(
      all->end(),
      {
          {.name = "date", .parameters = {"from", "month?", "day?"}, .result = DateType, .body = DateFrom},
          {.name = "time",
           .parameters = {"from", "minute?", "second?", "offset?"},
           .result = TimeType,
           .body = TimeFrom},
          {.name = "date and time",
           .parameters = {"from", "time?"},
           .result = DateTimeType,
           .body = DateTimeFrom},
          {.name = "duration", .parameters = {"from"}, .result = DurationType, .body = DurationFrom},
          {.name = "years and months duration",
           .parameters = {"from", "to"},
           .result = MonthsBetweenType,
           .body = MonthsBetweenDays},
          {.name = "day of week",
           .parameters = {"date"},
           .result = CalendarType<"day of week", kString>,
           .body = DayOfWeek},
          {.name = "day of year",
           .parameters = {"date"},
           .result = CalendarType<"day of year", kNumber>,
           .body = DayOfYear},
          {.name = "week of year",
           .parameters = {"date"},
           .result = CalendarType<"week of year", kNumber>,
           .body = WeekOfYear},
          {.name = "month of year",
           .parameters = {"date"},
           .result = CalendarType<"month of year", kString>,
           .body = MonthOfYear},
          {.name = "now", .parameters = {}, .result = NowType, .body = Now},
      });
}

}  // namespace zhida::feel

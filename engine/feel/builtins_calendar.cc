// Functions of working days: counting over a calendar, and deadlines whose clock may stop. Nothing here reads
// the clock.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/feel/builtins_family.h"
#include "engine/feel/deadline.h"
#include "engine/feel/interpreter.h"

namespace zhida::feel {
namespace {

constexpr TypeKind kString = TypeKind::kString;
constexpr TypeKind kNumber = TypeKind::kNumber;
constexpr TypeKind kDate = TypeKind::kDate;

constexpr const char* kNoSuchCalendar = "there is no such calendar";

Value KnownOr(const std::optional<int64_t>& count) {
  return count ? Value::Number(*count) : Value::Unknown(Cause::kMissing);
}

Value KnownOr(const std::optional<Date>& day) {
  return day ? Value::OfDate(*day) : Value::Unknown(Cause::kMissing);
}

Value AddWorkingDays(const Args& args, const CallContext& context) {
  const Calendar* calendar = context.model.FindCalendar(args[2].string());
  if (calendar == nullptr) return Value::Error(kNoSuchCalendar);
  const std::optional<int64_t> count = WholeAt(args, 1);
  if (!count) return Value::Error(kNotWhole);
  return KnownOr(calendar->AddWorkingDays(args[0].date(), *count));
}

Value WorkingDaysBetween(const Args& args, const CallContext& context) {
  const Calendar* calendar = context.model.FindCalendar(args[2].string());
  if (calendar == nullptr) return Value::Error(kNoSuchCalendar);
  return KnownOr(calendar->WorkingDaysBetween(args[0].date(), args[1].date()));
}

// The days in [from, to], both ends included.
Value WorkingDaysInclusive(const Args& args, const CallContext& context) {
  const Calendar* calendar = context.model.FindCalendar(args[2].string());
  if (calendar == nullptr) return Value::Error(kNoSuchCalendar);
  const Date from = args[0].date();
  if (args[1].date() < from) return Value::Error("the days end before they begin");
  return KnownOr(calendar->WorkingDaysBetween({from.days - 1}, args[1].date()));
}

Value IsWorkingDay(const Args& args, const CallContext& context) {
  const Calendar* calendar = context.model.FindCalendar(args[1].string());
  if (calendar == nullptr) return Value::Error(kNoSuchCalendar);
  const Date day = args[0].date();
  if (!calendar->HasYear(day.civil().year)) return Value::Unknown(Cause::kMissing);
  return Value::Boolean(calendar->IsWorkingDay(day));
}

Value CalendarDays(const Args& args, const CallContext& context) {
  const Calendar* calendar = context.model.FindCalendar(args[2].string());
  if (calendar == nullptr) return Value::Error(kNoSuchCalendar);
  const std::optional<int64_t> count = WholeAt(args, 1);
  if (!count) return Value::Error(kNotWhole);
  return KnownOr(CalendarDayDeadline(*calendar, args[0].date(), *count));
}

template <FunctionName kName>
TypePtr CountType(const Types& args, std::string* problem) {
  const TypePtr type = Plain<kName, kNumber, kDate, kDate, kString>(args, problem);
  return type == nullptr ? nullptr : NumberType(0);
}

// A structure that says all about a deadline; names for packs in Chinese.
TypePtr MakeDeadlineType() {
  const TypePtr date = MakeType(kDate);
  const TypePtr whole = NumberType(0);
  const TypePtr flag = MakeType(TypeKind::kBoolean);
  return StructOf({{"start", "起算日", date},
                   {"due", "到期日", date},
                   {"half", "半程日", date},
                   {"near", "八成日", date},
                   {"provisional", "暂定", flag},
                   {"paused", "停表", flag},
                   {"used", "已用", whole},
                   {"left", "剩余", whole},
                   {"percent", "进度", whole},
                   {"overdue", "超期", flag}});
}

TypePtr DeadlineType(const Types& args, std::string* problem) {
  constexpr const char* kName = "working day deadline";
  if (!Wants(kName, args, 0, {kDate, TypeKind::kDateTime}, problem)) return nullptr;
  if (!Wants(kName, args, 1, {kNumber}, problem)) return nullptr;
  if (!Wants(kName, args, 2, {kString}, problem)) return nullptr;
  if (!Wants(kName, args, 3, {TypeKind::kTime}, problem)) return nullptr;
  const TypePtr pause = ElementType(kName, args, 4, problem);
  if (pause == nullptr) return nullptr;
  if (pause->kind != TypeKind::kAny) {
    const Member* from = pause->kind == TypeKind::kStruct ? pause->FindMember("from") : nullptr;
    const Member* to = pause->kind == TypeKind::kStruct ? pause->FindMember("to") : nullptr;
    const auto is_date = [](const Member* member) {
      return member != nullptr && (member->type->kind == kDate || member->type->kind == TypeKind::kNull);
    };
    if (!is_date(from) || from->type->nullable || !is_date(to)) {
      *problem = std::string(kName) +
                 " needs stops with a date `from` and a date `to`, which may be null while the clock stands";
      return nullptr;
    }
  }
  static const TypePtr type = MakeDeadlineType();
  return type;
}

// The terms that the arguments state; nullopt with *error where they state none.
std::optional<DeadlineTerms> TermsOf(const Args& args, const char** error) {
  DeadlineTerms terms;
  const bool has_time = args[0].kind() == ValueKind::kDateTime;
  terms.received = has_time ? args[0].date_time().date : args[0].date();
  if (has_time) terms.received_at_s = args[0].date_time().time.seconds;
  const std::optional<int64_t> days = WholeAt(args, 1);
  *error = days ? nullptr : kNotWhole;
  terms.days = days.value_or(0);
  if (args.size() > 3) terms.closing_s = args[3].time().seconds;
  if (args.size() > 4) {
    for (const Value& stop : args[4].list()) {
      const Value* from = stop.kind() == ValueKind::kStruct ? stop.structure().Find("from") : nullptr;
      const Value* to = stop.kind() == ValueKind::kStruct ? stop.structure().Find("to") : nullptr;
      if (from == nullptr || from->kind() != ValueKind::kDate || to == nullptr) {
        *error = "a stop of the clock needs its first day";
        break;
      }
      Pause pause{from->date(), std::nullopt};
      if (to->kind() == ValueKind::kDate) pause.to = to->date();
      terms.pauses.push_back(pause);
    }
  }
  return *error == nullptr ? std::optional<DeadlineTerms>(std::move(terms)) : std::nullopt;
}

Value FaultValue(DeadlineFault fault) {
  switch (fault) {
    case DeadlineFault::kNone:
    case DeadlineFault::kBeforeCalendar:
      break;
    case DeadlineFault::kNoDays:
      return Value::Error("a deadline needs at least one day");
    case DeadlineFault::kTooLong:
      return Value::Error("the deadline is too long");
    case DeadlineFault::kPauseReversed:
      return Value::Error("the clock is started before it is stopped");
  }
  return Value::Unknown(Cause::kMissing);
}

Value WorkingDayDeadline(const Args& args, const CallContext& context) {
  const Calendar* calendar = context.model.FindCalendar(args[2].string());
  if (calendar == nullptr) return Value::Error(kNoSuchCalendar);
  const char* error = nullptr;
  const std::optional<DeadlineTerms> terms = TermsOf(args, &error);
  if (!terms) return Value::Error(error);
  DeadlineFault fault = DeadlineFault::kNone;
  const std::optional<Deadline> deadline = DeadlineOf(*calendar, *terms, context.dates.as_of, &fault);
  if (!deadline) return FaultValue(fault);
  static const auto names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{
      "start", "due", "half", "near", "provisional", "paused", "used", "left", "percent", "overdue"});
  return Value::OfStruct(
      {names,
       {Value::OfDate(deadline->start), KnownOr(deadline->due), KnownOr(deadline->half),
        KnownOr(deadline->near), Value::Boolean(deadline->provisional), Value::Boolean(deadline->paused),
        Value::Number(deadline->used), Value::Number(deadline->left), Value::Number(deadline->percent),
        Value::Boolean(deadline->overdue)}});
}

}  // namespace

void AddCalendarBuiltins(std::vector<Builtin>* all) {
  all->insert(all->end(), {
                              {.name = "add working days",
                               .parameters = {"date", "days", "calendar"},
                               .result = Plain<"add working days", kDate, kDate, kNumber, kString>,
                               .body = AddWorkingDays},
                              {.name = "working days between",
                               .parameters = {"from", "to", "calendar"},
                               .result = CountType<"working days between">,
                               .body = WorkingDaysBetween},
                              {.name = "working days inclusive",
                               .parameters = {"from", "to", "calendar"},
                               .result = CountType<"working days inclusive">,
                               .body = WorkingDaysInclusive},
                              {.name = "is working day",
                               .parameters = {"date", "calendar"},
                               .result = Plain<"is working day", TypeKind::kBoolean, kDate, kString>,
                               .body = IsWorkingDay},
                              {.name = "working day deadline",
                               .parameters = {"received", "days", "calendar", "closing?", "stops?"},
                               .result = DeadlineType,
                               .body = WorkingDayDeadline},
                              {.name = "calendar day deadline",
                               .parameters = {"received", "days", "calendar"},
                               .result = Plain<"calendar day deadline", kDate, kDate, kNumber, kString>,
                               .body = CalendarDays},
                          });
}

}  // namespace zhida::feel

// Members of structures, components of dates and durations, and `instance of`.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/feel/operators.h"
#include "engine/value/temporal.h"

namespace zhida::feel {
namespace {

constexpr const char* kNoComponent = "the value has no such component";
constexpr int128_t kNanosPerSecond = 1'000'000'000;

Value DateComponent(Date date, std::string_view name) {
  if (name == "weekday") return Value::Number(date.weekday());
  const CivilDate civil = date.civil();
  if (name == "year") return Value::Number(civil.year);
  if (name == "month") return Value::Number(civil.month);
  if (name == "day") return Value::Number(civil.day);
  return Value::Error(kNoComponent);
}

Value TimeComponent(const TimeOfDay& time, std::string_view name) {
  if (name == "hour") return Value::Number(time.seconds / 3600);
  if (name == "minute") return Value::Number(time.seconds / 60 % 60);
  if (name == "second") return Value::Number(time.seconds % 60);
  if (name == "time offset")
    return time.offset_seconds ? Value::OfDayDuration(DayDuration::FromSeconds(*time.offset_seconds))
                               : Value();
  return Value::Error(kNoComponent);
}

// A date has a clock too in FEEL: it stands at midnight.
Value MomentComponent(Date date, const TimeOfDay& time, std::string_view name) {
  const Value component = DateComponent(date, name);
  return component.is_error() ? TimeComponent(time, name) : component;
}

// The parts of a negative duration are negative.
Value MonthsComponent(MonthDuration duration, std::string_view name) {
  if (name == "years") return Value::Number(duration.months / 12);
  if (name == "months") return Value::Number(duration.months % 12);
  return Value::Error(kNoComponent);
}

Value DayDurationComponent(DayDuration duration, std::string_view name) {
  const int128_t seconds = duration.nanos / kNanosPerSecond;
  int128_t part;
  if (name == "days") {
    part = seconds / 86'400;
  } else if (name == "hours") {
    part = seconds / 3600 % 24;
  } else if (name == "minutes") {
    part = seconds / 60 % 60;
  } else if (name == "seconds") {
    part = seconds % 60;
  } else {
    return Value::Error(kNoComponent);
  }
  const std::optional<Decimal> number = Decimal::FromScaled(part, 0);
  return number ? Value::Number(*number) : Value::Error("duration out of range");
}

Value RangeComponent(const Range& range, std::string_view name) {
  if (name == "start") return range.has_low ? range.low : Value();
  if (name == "end") return range.has_high ? range.high : Value();
  if (name == "start included") return Value::Boolean(range.has_low && range.low_closed);
  if (name == "end included") return Value::Boolean(range.has_high && range.high_closed);
  return Value::Error(kNoComponent);
}

Value ListMember(const std::vector<Value>& list, std::string_view name) {
  std::vector<Value> members;
  members.reserve(list.size());
  for (const Value& item : list) {
    members.push_back(MemberValue(item, name));
    if (members.back().is_error()) return members.back();
  }
  return Value::List(std::move(members));
}

Verdict AllInstances(const std::vector<Value>& values, const Type& type) {
  Verdict all = Verdict::Of(true);
  for (const Value& value : values) all = And(all, InstanceVerdict(value, type));
  return all;
}

// Further members do no harm; a declared one that is not there does.
Verdict StructInstance(const Struct& structure, const Type& type) {
  Verdict all = Verdict::Of(true);
  for (const Member& member : type.members) {
    const Value* value = structure.Find(member.id);
    all = And(all, value == nullptr ? Verdict::Of(false) : InstanceVerdict(*value, *member.type));
  }
  return all;
}

Verdict SeriesInstance(const Series& series, const Type& type) {
  Verdict all = Verdict::Of(series.period_kind == type.period);
  for (const auto& entry : series.entries) all = And(all, InstanceVerdict(entry.second, *type.element));
  return all;
}

Verdict RangeInstance(const Range& range, const Type& type) {
  const Verdict low = range.has_low ? InstanceVerdict(range.low, *type.element) : Verdict::Of(true);
  const Verdict high = range.has_high ? InstanceVerdict(range.high, *type.element) : Verdict::Of(true);
  return And(low, high);
}

struct KindPair {
  TypeKind type;
  ValueKind value;
};
constexpr std::array kPlainKinds = {
    KindPair{TypeKind::kBoolean, ValueKind::kBoolean},
    KindPair{TypeKind::kNumber, ValueKind::kNumber},
    KindPair{TypeKind::kString, ValueKind::kString},
    KindPair{TypeKind::kDate, ValueKind::kDate},
    KindPair{TypeKind::kTime, ValueKind::kTime},
    KindPair{TypeKind::kDateTime, ValueKind::kDateTime},
    KindPair{TypeKind::kMonthDuration, ValueKind::kMonthDuration},
    KindPair{TypeKind::kDayDuration, ValueKind::kDayDuration},
};

}  // namespace

Value MemberValue(const Value& object, std::string_view name) {
  switch (object.kind()) {
    case ValueKind::kUnknown:
    case ValueKind::kError:
      return object;
    case ValueKind::kNull:
      return Value::Error("a member of null; test it with != null first");
    case ValueKind::kStruct: {
      // The parser knows every declared member, so what is not there was not supplied.
      const Value* member = object.structure().Find(name);
      return member == nullptr ? Value::Unknown(Cause::kMissing) : *member;
    }
    case ValueKind::kList:
      return ListMember(object.list(), name);
    case ValueKind::kDate:
      return MomentComponent(object.date(), TimeOfDay{0, 0, 0}, name);
    case ValueKind::kDateTime:
      return MomentComponent(object.date_time().date, object.date_time().time, name);
    case ValueKind::kTime:
      return TimeComponent(object.time(), name);
    case ValueKind::kMonthDuration:
      return MonthsComponent(object.months(), name);
    case ValueKind::kDayDuration:
      return DayDurationComponent(object.day_duration(), name);
    case ValueKind::kRange:
      return RangeComponent(object.range(), name);
    default:
      return Value::Error(kNoComponent);
  }
}

Verdict InstanceVerdict(const Value& value, const Type& type) {
  if (value.blocked()) return ToVerdict(value);
  if (value.is_null()) return Verdict::Of(type.kind == TypeKind::kNull);
  switch (type.kind) {
    case TypeKind::kAny:
      return Verdict::Of(true);
    case TypeKind::kNull:
      return Verdict::Of(false);
    case TypeKind::kList:
      return value.kind() == ValueKind::kList ? AllInstances(value.list(), *type.element)
                                              : Verdict::Of(false);
    case TypeKind::kStruct:
      return value.kind() == ValueKind::kStruct ? StructInstance(value.structure(), type)
                                                : Verdict::Of(false);
    case TypeKind::kSeries:
      return value.kind() == ValueKind::kSeries ? SeriesInstance(value.series(), type) : Verdict::Of(false);
    case TypeKind::kRange:
      return value.kind() == ValueKind::kRange ? RangeInstance(value.range(), type) : Verdict::Of(false);
    default:
      for (const KindPair& pair : kPlainKinds) {
        if (pair.type == type.kind) return Verdict::Of(pair.value == value.kind());
      }
      return Verdict::Of(false);
  }
}

}  // namespace zhida::feel

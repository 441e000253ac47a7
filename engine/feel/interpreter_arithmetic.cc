// + - * / ** and the sign, over numbers, strings, dates, times and durations.
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "engine/feel/operators.h"
#include "engine/value/decimal.h"
#include "engine/value/temporal.h"

namespace zhida::feel {
namespace {

constexpr const char* kOutOfRange = "number out of range";
constexpr const char* kDivisionByZero = "division by zero";
constexpr const char* kDurationRange = "duration out of range";
constexpr const char* kDateRange = "date out of range";
constexpr const char* kNoMeaning = "this operator has no meaning for these two values";
constexpr const char* kMixedOffsets = "one time has an offset from UTC and the other has none";

constexpr int128_t kNanosPerSecond = 1'000'000'000;
constexpr int128_t kNanosPerDay = int128_t{86'400} * kNanosPerSecond;

Value NumberOr(const std::optional<Decimal>& number, const char* error) {
  return number ? Value::Number(*number) : Value::Error(error);
}

int128_t FloorDivide(int128_t value, int128_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

std::optional<int64_t> Narrow(int128_t value) {
  if (value < std::numeric_limits<int64_t>::min() || value > std::numeric_limits<int64_t>::max())
    return std::nullopt;
  return static_cast<int64_t>(value);
}

// Durations.

Value MonthsOr(std::optional<int64_t> months) {
  return months ? Value::OfMonths({*months}) : Value::Error(kDurationRange);
}

Value AddMonthDurations(MonthDuration a, MonthDuration b, int sign) {
  return MonthsOr(Narrow(int128_t{a.months} + int128_t{b.months} * sign));
}

Value AddDayDurations(DayDuration a, DayDuration b, int sign) {
  DayDuration sum;
  const bool overflow = sign > 0 ? __builtin_add_overflow(a.nanos, b.nanos, &sum.nanos)
                                 : __builtin_sub_overflow(a.nanos, b.nanos, &sum.nanos);
  return overflow ? Value::Error(kDurationRange) : Value::OfDayDuration(sum);
}

// Whole months or nanoseconds of a scaled duration; what is left over is dropped toward zero.
std::optional<int128_t> WholePart(const std::optional<Decimal>& number) {
  if (!number) return std::nullopt;
  const std::optional<Decimal> whole = number->Rounded(0, Rounding::kDown);
  return whole ? whole->ToScaled(0) : std::nullopt;
}

std::optional<Decimal> CountOf(const Value& duration) {
  if (duration.kind() == ValueKind::kMonthDuration) return Decimal::FromInt(duration.months().months);
  return Decimal::FromScaled(duration.day_duration().nanos, 0);
}

// A duration times or divided by a number.
Value ScaledDuration(Op op, const Value& duration, const Decimal& by) {
  if (op == Op::kDivide && by.is_zero()) return Value::Error(kDivisionByZero);
  const std::optional<Decimal> count = CountOf(duration);
  if (!count) return Value::Error(kDurationRange);
  const std::optional<int128_t> whole =
      WholePart(op == Op::kDivide ? Decimal::Divide(*count, by) : Decimal::Multiply(*count, by));
  if (!whole) return Value::Error(kDurationRange);
  if (duration.kind() == ValueKind::kMonthDuration) return MonthsOr(Narrow(*whole));
  return Value::OfDayDuration({*whole});
}

Value DurationRatio(const Value& a, const Value& b) {
  const std::optional<Decimal> x = CountOf(a);
  const std::optional<Decimal> y = CountOf(b);
  if (!x || !y) return Value::Error(kDurationRange);
  if (y->is_zero()) return Value::Error(kDivisionByZero);
  return NumberOr(Decimal::Divide(*x, *y), kOutOfRange);
}

// Dates and times.

// Nanoseconds since 1970-01-01T00:00:00 on the clock that the date-time itself shows.
int128_t ClockNanos(const DateTime& moment) {
  return int128_t{moment.date.days} * kNanosPerDay + int128_t{moment.time.seconds} * kNanosPerSecond +
         moment.time.nanos;
}

int128_t InstantNanos(const DateTime& moment) {
  return ClockNanos(moment) - int128_t{moment.time.offset_seconds.value_or(0)} * kNanosPerSecond;
}

Value AddToDate(Date date, const Value& duration, int sign) {
  std::optional<Date> sum;
  if (duration.kind() == ValueKind::kMonthDuration) {
    const std::optional<int64_t> months = Narrow(int128_t{duration.months().months} * sign);
    if (months) sum = AddMonths(date, *months);
  } else {
    // Parts of a day are dropped toward the earlier midnight, whichever way the duration points.
    const int128_t nanos = duration.day_duration().nanos;
    const int128_t ceiling = nanos / kNanosPerDay + (nanos % kNanosPerDay > 0 ? 1 : 0);
    const std::optional<int64_t> narrow = Narrow(sign > 0 ? FloorDivide(nanos, kNanosPerDay) : -ceiling);
    if (narrow) sum = AddDays(date, *narrow);
  }
  return sum ? Value::OfDate(*sum) : Value::Error(kDateRange);
}

Value AddToDateTime(const DateTime& moment, const Value& duration, int sign) {
  if (duration.kind() == ValueKind::kMonthDuration) {
    const Value date = AddToDate(moment.date, duration, sign);
    return date.is_error() ? date : Value::OfDateTime({date.date(), moment.time});
  }
  const Value nanos = AddDayDurations({ClockNanos(moment)}, duration.day_duration(), sign);
  if (nanos.is_error()) return Value::Error(kDateRange);
  const int128_t days = FloorDivide(nanos.day_duration().nanos, kNanosPerDay);
  const std::optional<int64_t> narrow = Narrow(days);
  const std::optional<Date> date = narrow ? AddDays(Date{}, *narrow) : std::nullopt;
  if (!date) return Value::Error(kDateRange);
  const int128_t rest = nanos.day_duration().nanos - days * kNanosPerDay;
  TimeOfDay time = moment.time;
  time.seconds = static_cast<int32_t>(rest / kNanosPerSecond);
  time.nanos = static_cast<int32_t>(rest % kNanosPerSecond);
  return Value::OfDateTime({*date, time});
}

// Clocks wrap round midnight.
Value AddToTime(const TimeOfDay& time, DayDuration duration, int sign) {
  const int128_t shift = duration.nanos % kNanosPerDay * sign;
  const int128_t sum = ClockNanos({Date{}, time}) + shift + kNanosPerDay;
  const int128_t nanos = sum % kNanosPerDay;
  TimeOfDay moved = time;
  moved.seconds = static_cast<int32_t>(nanos / kNanosPerSecond);
  moved.nanos = static_cast<int32_t>(nanos % kNanosPerSecond);
  return Value::OfTime(moved);
}

bool IsMoment(const Value& value) {
  return value.kind() == ValueKind::kDate || value.kind() == ValueKind::kDateTime;
}

bool IsDuration(const Value& value) {
  return value.kind() == ValueKind::kMonthDuration || value.kind() == ValueKind::kDayDuration;
}

DateTime MidnightOf(const Value& date, bool zoned) {
  DateTime midnight{date.date(), {}};
  if (zoned) midnight.time.offset_seconds = 0;
  return midnight;
}

// A date beside a date-time counts as its midnight, in UTC where the other has an offset.
Value MomentDifference(const Value& a, const Value& b) {
  if (a.kind() == ValueKind::kDate && b.kind() == ValueKind::kDate)
    return Value::OfDayDuration(DayDuration::FromDays(a.date().days - b.date().days));
  const auto zoned = [](const Value& value) {
    return value.kind() == ValueKind::kDateTime && value.date_time().time.offset_seconds.has_value();
  };
  const DateTime x = a.kind() == ValueKind::kDate ? MidnightOf(a, zoned(b)) : a.date_time();
  const DateTime y = b.kind() == ValueKind::kDate ? MidnightOf(b, zoned(a)) : b.date_time();
  if (x.time.offset_seconds.has_value() != y.time.offset_seconds.has_value())
    return Value::Error(kMixedOffsets);
  return Value::OfDayDuration({InstantNanos(x) - InstantNanos(y)});
}

Value TimeDifference(const TimeOfDay& a, const TimeOfDay& b) {
  if (a.offset_seconds.has_value() != b.offset_seconds.has_value()) return Value::Error(kMixedOffsets);
  return Value::OfDayDuration({InstantNanos({Date{}, a}) - InstantNanos({Date{}, b})});
}

// Moves a date, date-time or time by a duration; `sign` is +1 or -1.
Value Moved(const Value& when, const Value& duration, int sign) {
  if (when.kind() == ValueKind::kDate) return AddToDate(when.date(), duration, sign);
  if (when.kind() == ValueKind::kDateTime) return AddToDateTime(when.date_time(), duration, sign);
  if (when.kind() == ValueKind::kTime && duration.kind() == ValueKind::kDayDuration)
    return AddToTime(when.time(), duration.day_duration(), sign);
  return Value::Error(kNoMeaning);
}

// The operators by kind of operand; numbers are dealt with before.

Value SumOrDifference(const Value& a, const Value& b, int sign) {
  if (a.kind() == ValueKind::kString && b.kind() == ValueKind::kString && sign > 0)
    return Value::String(a.string() + b.string());
  if (IsDuration(b)) {
    if (a.kind() == ValueKind::kMonthDuration && b.kind() == ValueKind::kMonthDuration)
      return AddMonthDurations(a.months(), b.months(), sign);
    if (a.kind() == ValueKind::kDayDuration && b.kind() == ValueKind::kDayDuration)
      return AddDayDurations(a.day_duration(), b.day_duration(), sign);
    return Moved(a, b, sign);
  }
  if (IsDuration(a)) return sign > 0 ? Moved(b, a, sign) : Value::Error(kNoMeaning);
  if (sign < 0 && IsMoment(a) && IsMoment(b)) return MomentDifference(a, b);
  if (sign < 0 && a.kind() == ValueKind::kTime && b.kind() == ValueKind::kTime)
    return TimeDifference(a.time(), b.time());
  return Value::Error(kNoMeaning);
}

Value ProductOrQuotient(Op op, const Value& a, const Value& b) {
  if (IsDuration(a) && b.kind() == ValueKind::kNumber) return ScaledDuration(op, a, b.number());
  if (op == Op::kMultiply && a.kind() == ValueKind::kNumber && IsDuration(b))
    return ScaledDuration(op, b, a.number());
  if (op == Op::kDivide && IsDuration(a) && a.kind() == b.kind()) return DurationRatio(a, b);
  return Value::Error(kNoMeaning);
}

Value NumberArithmetic(Op op, const Decimal& a, const Decimal& b) {
  switch (op) {
    case Op::kAdd:
      return NumberOr(Decimal::Add(a, b), kOutOfRange);
    case Op::kSubtract:
      return NumberOr(Decimal::Subtract(a, b), kOutOfRange);
    case Op::kMultiply:
      return NumberOr(Decimal::Multiply(a, b), kOutOfRange);
    case Op::kDivide:
      return NumberOr(Decimal::Divide(a, b), b.is_zero() ? kDivisionByZero : kOutOfRange);
    default:
      return NumberOr(Decimal::Power(a, b),
                      b.is_integer() ? kOutOfRange : "the exponent of ** must be a whole number");
  }
}

}  // namespace

Value ArithmeticValue(Op op, const Value& a, const Value& b) {
  if (a.kind() == ValueKind::kNumber && b.kind() == ValueKind::kNumber)
    return NumberArithmetic(op, a.number(), b.number());
  if (a.blocked() || b.blocked()) return ToValue(BlockedVerdict(a, b));
  if (a.is_null() || b.is_null()) return Value::Error("arithmetic on null; test it with != null first");
  switch (op) {
    case Op::kAdd:
      return SumOrDifference(a, b, 1);
    case Op::kSubtract:
      return SumOrDifference(a, b, -1);
    case Op::kMultiply:
    case Op::kDivide:
      return ProductOrQuotient(op, a, b);
    default:
      return Value::Error(kNoMeaning);
  }
}

Value NegatedValue(const Value& a) {
  switch (a.kind()) {
    case ValueKind::kUnknown:
    case ValueKind::kError:
      return a;
    case ValueKind::kNumber:
      return Value::Number(a.number().Negated());
    case ValueKind::kMonthDuration:
      return AddMonthDurations({}, a.months(), -1);
    case ValueKind::kDayDuration:
      return AddDayDurations({}, a.day_duration(), -1);
    case ValueKind::kNull:
      return Value::Error("arithmetic on null; test it with != null first");
    default:
      return Value::Error("only numbers and durations have a sign");
  }
}

}  // namespace zhida::feel

#include "engine/facts/arrow_values.h"

#include <charconv>
#include <cmath>
#include <iterator>
#include <optional>
#include <string>

#include "engine/base/text.h"

namespace zhida::facts {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kNanosPerSecond = 1'000'000'000;

int64_t FloorDivide(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

// A moment on its own clock.
struct Moment {
  int64_t days = 0;
  int32_t seconds = 0;  // of the day
  int32_t nanos = 0;
};

bool DaysInRange(int64_t days, Fault* fault) {
  if (AddDays(Date{0}, days)) return true;
  return fault->Set(kBadDate, "the date lies beyond the calendar; check its unit");
}

// The remainder that goes with FloorDivide(), for b > 0. Multiplying back could overflow.
int64_t FloorRemainder(int64_t a, int64_t b) {
  const int64_t remainder = a % b;
  return remainder < 0 ? remainder + b : remainder;
}

Moment MomentOf(int64_t ticks, const ArrowType& type) {
  const int64_t seconds = FloorDivide(ticks, type.ticks_per_second);
  const int64_t fraction = FloorRemainder(ticks, type.ticks_per_second);
  // The zone is added to the second of the day, where it cannot overflow.
  const int64_t local = FloorRemainder(seconds, kSecondsPerDay) + type.zone_seconds;
  Moment moment;
  moment.days = FloorDivide(seconds, kSecondsPerDay) + FloorDivide(local, kSecondsPerDay);
  moment.seconds = static_cast<int32_t>(FloorRemainder(local, kSecondsPerDay));
  moment.nanos = static_cast<int32_t>(fraction * (kNanosPerSecond / type.ticks_per_second));
  return moment;
}

// date64 counts milliseconds and has no zone; otherwise it is as good as a time stamp.
ArrowType ClockOf(const ArrowType& type) {
  ArrowType clock = type;
  if (type.physical == Physical::kDate64) clock.ticks_per_second = 1'000;
  return clock;
}

bool FloatFault(double value, Fault* fault) {
  const char* const what = std::isnan(value) ? "NaN" : value < 0 ? "-Infinity" : "Infinity";
  return fault->Set(
      kNotFinite,
      std::string(what) + " is not a number that can be judged; supply null if the value is not known");
}

// The shortest decimal that reads back to the same float; as a double it would show digits that nobody wrote.
std::optional<Decimal> DecimalOfFloat(float value) {
  char buffer[32];
  const std::to_chars_result end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  return Decimal::Parse({buffer, static_cast<size_t>(end.ptr - buffer)});
}

// The stored whole number of a double, where a few steps tell: value = mantissa / 10^scale with at most 15
// digits. Two numbers of so few digits never share a double, so it is the shortest decimal that reads back.
// Division is rounded correctly and both sides are exact, so the comparison is a proof.
bool ShortScaled(double value, int scale, int64_t* mantissa) {
  constexpr double kPowers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
  constexpr double kMantissaEnd = 1e15;
  if (scale < 0 || static_cast<size_t>(scale) >= std::size(kPowers)) return false;
  const double scaled = value * kPowers[scale];
  if (!(std::fabs(scaled) < kMantissaEnd)) return false;
  const double whole = std::nearbyint(scaled);
  if (std::fabs(whole) >= kMantissaEnd || whole / kPowers[scale] != value) return false;
  *mantissa = static_cast<int64_t>(whole);
  return true;
}

// The same of a whole number.
bool ShortScaled(int128_t value, int scale, int64_t* mantissa) {
  constexpr int64_t kPowers[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};
  constexpr int64_t kValueEnd = 1'000'000'000'000;
  if (scale < 0 || static_cast<size_t>(scale) >= std::size(kPowers)) return false;
  if (value <= -kValueEnd || value >= kValueEnd) return false;
  *mantissa = static_cast<int64_t>(value) * kPowers[scale];
  return true;
}

bool CheckUtf8(std::string_view text, Fault* fault) {
  size_t bad = 0;
  if (IsValidUtf8(text, &bad)) return true;
  return fault->Set(kNotUtf8, "byte " + std::to_string(bad + 1) +
                                  " of the text is not UTF-8; decode it before it is supplied");
}

}  // namespace

bool BadArrayFault(Fault* fault) {
  return fault->Set(kBadArray,
                    "the Arrow array is not sound here (an offset or a dictionary index is out of range); "
                    "validate it where it is made");
}

ArrowValues::ArrowValues(const ReadingPlan& plan) {
  codes_.reserve(plan.code_lists.size());
  for (const feel::CodeList* list : plan.code_lists) codes_.emplace_back(list);
}

bool ArrowValues::ReadNumber(const ArrowBinding& binding, const ArrowCell& cell, Number* out,
                             Fault* fault) const {
  const ArrowType& held = binding.shape->type;
  if (held.physical == Physical::kDecimal128)
    return FitNumber(DecimalOf(cell), held.scale, *binding.type, out, fault);
  if (held.is_integer()) return FitNumber(IntegerOf(held, cell), 0, *binding.type, out, fault);
  const bool narrow = held.physical == Physical::kFloat32;
  const double value = narrow ? double{Float32Of(cell)} : Float64Of(cell);
  if (!std::isfinite(value)) return FloatFault(value, fault);
  const std::optional<Decimal> decimal =
      narrow ? DecimalOfFloat(Float32Of(cell)) : Decimal::FromDouble(value);
  return FitNumber(decimal.value_or(Decimal()), *binding.type, out, fault);
}

bool ArrowValues::ReadDate(const ArrowBinding& binding, const ArrowCell& cell, int64_t* days,
                           Fault* fault) const {
  const ArrowType& held = binding.shape->type;
  if (held.is_text()) {
    std::string_view text;
    if (!TextOf(held, cell, &text)) return BadArrayFault(fault);
    return ReadDateText(text, days, fault);
  }
  const int64_t stored = static_cast<int64_t>(IntegerOf(held, cell));
  if (held.physical == Physical::kDate32) {
    *days = stored;
    return true;
  }
  // Midnight without a zone, as nearly all are: one division tells.
  const int64_t ticks_per_day =
      kSecondsPerDay * (held.physical == Physical::kDate64 ? 1'000 : held.ticks_per_second);
  if (held.zone_seconds == 0 && stored % ticks_per_day == 0) {
    *days = stored / ticks_per_day;
    return DaysInRange(*days, fault);
  }
  const Moment moment = MomentOf(stored, ClockOf(held));
  if (!DaysInRange(moment.days, fault)) return false;
  if (moment.seconds != 0 || moment.nanos != 0) {
    return fault->Set(kNotMidnight,
                      "the time stamp is a moment of " + Date{moment.days}.ToString() +
                          " and not a whole day; cast the column to date32 in the zone that is meant");
  }
  *days = moment.days;
  return true;
}

bool ArrowValues::ReadDateTime(const ArrowBinding& binding, const ArrowCell& cell, DateTime* out,
                               Fault* fault) const {
  const ArrowType& held = binding.shape->type;
  if (held.is_text()) {
    std::string_view text;
    if (!TextOf(held, cell, &text)) return BadArrayFault(fault);
    return ReadDateTimeText(text, out, fault);
  }
  const Moment moment = MomentOf(static_cast<int64_t>(IntegerOf(held, cell)), held);
  if (!DaysInRange(moment.days, fault)) return false;
  *out = {Date{moment.days}, {moment.seconds, moment.nanos, std::nullopt}};
  if (held.has_zone) out->time.offset_seconds = held.zone_seconds;
  return true;
}

bool ArrowValues::CheckCode(const TypePlan& type, std::string_view* text) {
  const std::optional<std::string_view> stable = codes_[static_cast<size_t>(type.code_list)].Check(*text);
  if (stable && stable->data() != nullptr) *text = *stable;
  return stable.has_value();
}

bool ArrowValues::ReadText(const ArrowBinding& binding, const ArrowCell& cell, std::string_view* out,
                           Fault* fault) {
  const TypePlan& type = *binding.type;
  std::string_view text;
  if (!TextOf(binding.shape->type, cell, &text)) return BadArrayFault(fault);
  if (!CheckTextSize(text, fault)) return false;
  *out = text;
  if (type.kind == pack::FactKind::kCode && !CheckCode(type, out))
    return CheckUtf8(text, fault) && UnknownCode(text, type, fault);
  return out->data() != text.data() || CheckUtf8(text, fault);
}

bool ArrowValues::Read(const ArrowBinding& binding, const ArrowCell& cell, size_t row, Column* column,
                       Fault* fault) {
  switch (binding.type->kind) {
    case pack::FactKind::kBoolean:
      column->integers[row] = BoolOf(cell) ? 1 : 0;
      return true;
    case pack::FactKind::kInteger:
    case pack::FactKind::kDecimal:
    case pack::FactKind::kRatio:
    case pack::FactKind::kMoney: {
      const ArrowType& held = binding.shape->type;
      int64_t* const place = &column->integers[row];
      if (held.physical == Physical::kFloat64 &&
          ShortScaled(Float64Of(cell), binding.type->input_scale, place))
        return true;
      if (held.is_integer() && ShortScaled(IntegerOf(held, cell), binding.type->input_scale, place))
        return true;
      Number number;
      return ReadNumber(binding, cell, &number, fault) && StoreNumber(number, row, column);
    }
    case pack::FactKind::kDate:
      return ReadDate(binding, cell, &column->integers[row], fault);
    case pack::FactKind::kDateTime: {
      DateTime moment;
      if (!ReadDateTime(binding, cell, &moment, fault)) return false;
      column->values[row] = Value::OfDateTime(moment);
      return true;
    }
    case pack::FactKind::kString:
    case pack::FactKind::kCode:
      return ReadText(binding, cell, &column->texts[row], fault);
    case pack::FactKind::kList:
      return ReadList(binding, cell, row, column, fault);
    case pack::FactKind::kStruct:
      return ReadStruct(binding, cell, row, column, fault);
    case pack::FactKind::kSeries:
      return ReadSeries(binding, cell, row, column, fault);
  }
  return false;
}

bool ArrowValues::ReadItem(const ArrowBinding& binding, const ArrowArray& array, int64_t i, size_t row,
                           Column* column, Fault* fault) {
  const ArrowCell cell = LocateCell(*binding.shape, array, i);
  if (cell.status == ArrowCell::Status::kNull) return true;
  if (cell.status == ArrowCell::Status::kBad) return BadArrayFault(fault);
  column->state[row] = static_cast<uint8_t>(State::kKnown);
  return Read(binding, cell, row, column, fault);
}

bool ArrowValues::ReadList(const ArrowBinding& binding, const ArrowCell& cell, size_t row, Column* column,
                           Fault* fault) {
  int64_t begin;
  int64_t end;
  if (!ItemsOf(binding.shape->type, cell, &begin, &end)) return BadArrayFault(fault);
  if (!CheckItemCount(static_cast<size_t>(end - begin), fault)) return false;
  Column& items = column->items[0];
  Span& span = StartSpan(row, column);
  for (int64_t i = begin; i < end; ++i) {
    const size_t item = AddItem(&items);
    ++span.size;
    if (!ReadItem(binding.parts[0], *cell.array->children[0], i, item, &items, fault)) {
      return fault->Within("item " + std::to_string(span.size));
    }
  }
  return true;
}

bool ArrowValues::ReadStruct(const ArrowBinding& binding, const ArrowCell& cell, size_t row, Column* column,
                             Fault* fault) {
  for (size_t member = 0; member < binding.parts.size(); ++member) {
    const ArrowBinding& part = binding.parts[member];
    if (part.shape == nullptr) continue;
    if (!ReadItem(part, *cell.array->children[part.child], cell.at, row, &column->items[member], fault)) {
      return fault->Within("member " + binding.type->members[member].member->id);
    }
  }
  return true;
}

bool ArrowValues::ReadSeries(const ArrowBinding& binding, const ArrowCell& cell, size_t row, Column* column,
                             Fault* fault) {
  int64_t begin;
  int64_t end;
  if (!ItemsOf(binding.shape->type, cell, &begin, &end)) return BadArrayFault(fault);
  if (!CheckItemCount(static_cast<size_t>(end - begin), fault)) return false;
  const ArrowArray& entries = *cell.array->children[0];
  const ArrowBinding& part = binding.parts[1];
  const PeriodKind kind = binding.type->period;
  Span& span = StartSpan(row, column);
  for (int64_t i = begin; i < end; ++i) {
    int32_t period;
    if (!ReadPeriod(binding, entries, i, &period, fault))
      return fault->Within("entry " + std::to_string(i - begin + 1));
    AddInteger(period, &column->items[0]);
    const size_t entry = AddItem(&column->items[1]);
    ++span.size;
    if (!ReadItem(part, *entries.children[part.child], entries.offset + i, entry, &column->items[1], fault)) {
      return fault->Within("period " + PeriodText(kind, period));
    }
  }
  return FinishSeries(kind, row, column, fault);
}

bool ArrowValues::ReadPeriod(const ArrowBinding& series, const ArrowArray& entries, int64_t i,
                             int32_t* period, Fault* fault) {
  const ArrowBinding& part = series.parts[0];
  const ArrowShape& entry_shape = series.shape->children[0];
  const ArrowCell entry = LocateCell(entry_shape, entries, i);
  ArrowCell cell;
  if (entry.status == ArrowCell::Status::kValue) {
    cell = LocateCell(*part.shape, *entries.children[part.child], entry.at);
  }
  if (cell.status == ArrowCell::Status::kBad) return BadArrayFault(fault);
  if (cell.status == ArrowCell::Status::kNull) {
    return fault->Set(kBadPeriod, "it has no period; drop it, or say which period it is for");
  }
  const ArrowType& held = part.shape->type;
  std::string_view text;
  std::string number;
  if (held.is_text()) {
    if (!TextOf(held, cell, &text)) return BadArrayFault(fault);
  } else {
    number = zhida::ToString(IntegerOf(held, cell));
    text = number;
  }
  return ReadPeriodText(text, series.type->period, period, fault);
}

}  // namespace zhida::facts

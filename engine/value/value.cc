#include "engine/value/value.h"

#include <algorithm>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/text.h"

namespace zhida {
namespace {

// What readers and expressions can nest, each bounded by its own limit; a deeper value is our own bug, and is
// stopped here before it exhausts the stack.
constexpr int kValueDepthMax = limits::kTreeDepthMax + limits::kExpressionDepthMax;
constexpr const char* kTooDeep = "value nested too deeply";

enum class Notation : uint8_t { kFeel, kJson };

void AppendValue(const Value& value, Notation notation, int depth, std::string* out);

// Names of members are bare in FEEL and quoted in JSON.
void AppendName(std::string_view name, Notation notation, std::string* out) {
  *out += notation == Notation::kJson ? JsonQuote(name) : std::string(name);
  *out += ": ";
}

void AppendList(const std::vector<Value>& items, Notation notation, int depth, std::string* out) {
  *out += '[';
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) *out += ", ";
    AppendValue(items[i], notation, depth + 1, out);
  }
  *out += ']';
}

void AppendStruct(const Struct& structure, Notation notation, int depth, std::string* out) {
  *out += '{';
  for (size_t i = 0; i < structure.values.size(); ++i) {
    if (i > 0) *out += ", ";
    AppendName((*structure.names)[i], notation, out);
    AppendValue(structure.values[i], notation, depth + 1, out);
  }
  *out += '}';
}

void AppendSeries(const Series& series, Notation notation, int depth, std::string* out) {
  *out += '{';
  for (size_t i = 0; i < series.entries.size(); ++i) {
    if (i > 0) *out += ", ";
    AppendName(PeriodText(series.period_kind, series.entries[i].first), notation, out);
    AppendValue(series.entries[i].second, notation, depth + 1, out);
  }
  *out += '}';
}

// `[1..10)`, or `(< 10)` where an end is absent.
void AppendRange(const Range& range, int depth, std::string* out) {
  if (range.has_low && range.has_high) {
    *out += range.low_closed ? '[' : '(';
    AppendValue(range.low, Notation::kFeel, depth + 1, out);
    *out += "..";
    AppendValue(range.high, Notation::kFeel, depth + 1, out);
    *out += range.high_closed ? ']' : ')';
  } else if (range.has_low) {
    *out += range.low_closed ? "(>= " : "(> ";
    AppendValue(range.low, Notation::kFeel, depth + 1, out);
    *out += ')';
  } else if (range.has_high) {
    *out += range.high_closed ? "(<= " : "(< ";
    AppendValue(range.high, Notation::kFeel, depth + 1, out);
    *out += ')';
  } else {
    *out += "(..)";
  }
}

// The text of a value that has no parts and whose FEEL text is a string in JSON.
std::string TemporalText(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kDate:
      return value.date().ToString();
    case ValueKind::kTime:
      return value.time().ToString();
    case ValueKind::kDateTime:
      return value.date_time().ToString();
    case ValueKind::kMonthDuration:
      return value.months().ToString();
    case ValueKind::kDayDuration:
      return value.day_duration().ToString();
    default:
      return "";
  }
}

void AppendValue(const Value& value, Notation notation, int depth, std::string* out) {
  const bool json = notation == Notation::kJson;
  if (depth > kValueDepthMax) {
    *out += json ? "null" : std::string("error(") + kTooDeep + ")";
    return;
  }
  switch (value.kind()) {
    case ValueKind::kUnknown:
      *out += json ? "null" : "unknown(" + std::string(CauseName(value.cause())) + ")";
      return;
    case ValueKind::kError:
      *out += json ? "null" : std::string("error(") + value.error() + ")";
      return;
    case ValueKind::kNull:
      *out += "null";
      return;
    case ValueKind::kBoolean:
      *out += value.boolean() ? "true" : "false";
      return;
    case ValueKind::kNumber:
      *out += value.number().ToString();
      return;
    case ValueKind::kString:
      *out += JsonQuote(value.string());
      return;
    case ValueKind::kDate:
    case ValueKind::kTime:
    case ValueKind::kDateTime:
    case ValueKind::kMonthDuration:
    case ValueKind::kDayDuration:
      *out += json ? JsonQuote(TemporalText(value)) : TemporalText(value);
      return;
    case ValueKind::kList:
      AppendList(value.list(), notation, depth, out);
      return;
    case ValueKind::kStruct:
      AppendStruct(value.structure(), notation, depth, out);
      return;
    case ValueKind::kSeries:
      AppendSeries(value.series(), notation, depth, out);
      return;
    case ValueKind::kRange: {
      std::string text;
      AppendRange(value.range(), depth, &text);
      *out += json ? JsonQuote(text) : text;
      return;
    }
  }
}

int ToSign(std::strong_ordering order) { return order < 0 ? -1 : order > 0 ? 1 : 0; }

// Seconds to compare times by; nullopt where one has an offset and the other has not, since only the place
// could tell which is earlier. Parts of a second do not count: FEEL compares times by the second.
std::optional<int> CompareTimes(const TimeOfDay& a, const TimeOfDay& b) {
  if (a.offset_seconds.has_value() != b.offset_seconds.has_value()) return std::nullopt;
  return ToSign(a.seconds - a.offset_seconds.value_or(0) <=> b.seconds - b.offset_seconds.value_or(0));
}

std::optional<int> CompareDateTimes(const DateTime& a, const DateTime& b) {
  if (a.time.offset_seconds.has_value() != b.time.offset_seconds.has_value()) return std::nullopt;
  return ToSign(a.instant_seconds() <=> b.instant_seconds());
}

Truth EqualAt(const Value& a, const Value& b, int depth);

Truth EqualLists(const std::vector<Value>& a, const std::vector<Value>& b, int depth) {
  if (a.size() != b.size()) return Truth::kFalse;
  Truth equal = Truth::kTrue;
  for (size_t i = 0; i < a.size() && equal != Truth::kFalse; ++i)
    equal = And(equal, EqualAt(a[i], b[i], depth + 1));
  return equal;
}

// Members are matched by name: the order in which they were written means nothing.
Truth EqualStructs(const Struct& a, const Struct& b, int depth) {
  if (a.names == b.names) return EqualLists(a.values, b.values, depth);
  if (a.values.size() != b.values.size()) return Truth::kFalse;
  Truth equal = Truth::kTrue;
  for (size_t i = 0; i < a.values.size() && equal != Truth::kFalse; ++i) {
    const Value* other = b.Find((*a.names)[i]);
    equal = And(equal, other == nullptr ? Truth::kFalse : EqualAt(a.values[i], *other, depth + 1));
  }
  return equal;
}

Truth EqualSeries(const Series& a, const Series& b, int depth) {
  if (a.period_kind != b.period_kind || a.entries.size() != b.entries.size()) return Truth::kFalse;
  Truth equal = Truth::kTrue;
  for (size_t i = 0; i < a.entries.size() && equal != Truth::kFalse; ++i) {
    const bool same_period = a.entries[i].first == b.entries[i].first;
    equal = And(equal,
                same_period ? EqualAt(a.entries[i].second, b.entries[i].second, depth + 1) : Truth::kFalse);
  }
  return equal;
}

Truth EqualRanges(const Range& a, const Range& b, int depth) {
  // An absent end differs from an end that is null: `(< 10)` is not `(null..10)`.
  if (a.has_low != b.has_low || a.has_high != b.has_high) return Truth::kFalse;
  if (a.has_low && a.low_closed != b.low_closed) return Truth::kFalse;
  if (a.has_high && a.high_closed != b.high_closed) return Truth::kFalse;
  const Truth low = a.has_low ? EqualAt(a.low, b.low, depth + 1) : Truth::kTrue;
  const Truth high = a.has_high ? EqualAt(a.high, b.high, depth + 1) : Truth::kTrue;
  return And(low, high);
}

Truth EqualAt(const Value& a, const Value& b, int depth) {
  if (depth > kValueDepthMax || a.is_error() || b.is_error()) return Truth::kError;
  if (a.is_unknown() || b.is_unknown()) return Truth::kUnknown;
  if (a.is_null() || b.is_null()) return ToTruth(a.is_null() && b.is_null());
  if (a.kind() != b.kind()) return Truth::kError;
  switch (a.kind()) {
    case ValueKind::kUnknown:
    case ValueKind::kError:
    case ValueKind::kNull:
      break;  // dealt with above
    case ValueKind::kBoolean:
      return ToTruth(a.boolean() == b.boolean());
    case ValueKind::kNumber:
      return ToTruth(a.number() == b.number());
    case ValueKind::kString:
      return ToTruth(a.string() == b.string());
    case ValueKind::kDate:
    case ValueKind::kTime:
    case ValueKind::kDateTime:
    case ValueKind::kMonthDuration:
    case ValueKind::kDayDuration: {
      const std::optional<int> order = Compare(a, b);
      return order ? ToTruth(*order == 0) : Truth::kError;
    }
    case ValueKind::kList:
      return EqualLists(a.list(), b.list(), depth);
    case ValueKind::kStruct:
      return EqualStructs(a.structure(), b.structure(), depth);
    case ValueKind::kSeries:
      return EqualSeries(a.series(), b.series(), depth);
    case ValueKind::kRange:
      return EqualRanges(a.range(), b.range(), depth);
  }
  return Truth::kError;
}

bool AllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int32_t NumberOf(std::string_view digits) {
  int32_t value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

const Value* Struct::Find(std::string_view name) const {
  // Declared structures have a handful of members; a search in order beats any index there.
  for (size_t i = 0; i < values.size(); ++i) {
    if ((*names)[i] == name) return &values[i];
  }
  return nullptr;
}

std::optional<int32_t> ParsePeriod(PeriodKind kind, std::string_view text) {
  if (text.size() < 4 || !AllDigits(text.substr(0, 4))) return std::nullopt;
  const int32_t year = NumberOf(text.substr(0, 4));
  const std::string_view rest = text.substr(4);
  switch (kind) {
    case PeriodKind::kYear:
      if (!rest.empty()) return std::nullopt;
      return year;
    case PeriodKind::kQuarter:
      if (rest.size() != 2 || rest[0] != 'Q' || rest[1] < '1' || rest[1] > '4') return std::nullopt;
      return year * 4 + (rest[1] - '1');
    case PeriodKind::kMonth: {
      if (rest.size() != 3 || rest[0] != '-' || !AllDigits(rest.substr(1))) return std::nullopt;
      const int32_t month = NumberOf(rest.substr(1));
      if (month < 1 || month > 12) return std::nullopt;
      return year * 12 + (month - 1);
    }
  }
  return std::nullopt;
}

std::string PeriodText(PeriodKind kind, int32_t period) {
  const int32_t per_year = kind == PeriodKind::kYear ? 1 : kind == PeriodKind::kQuarter ? 4 : 12;
  // Rounded down, so that arithmetic that led before year 0 still prints one text for one period.
  const int32_t year = period / per_year - (period % per_year < 0 ? 1 : 0);
  const int32_t part = period - year * per_year + 1;
  std::string digits = std::to_string(year < 0 ? -int64_t{year} : int64_t{year});
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  std::string text = year < 0 ? "-" + digits : digits;
  if (kind == PeriodKind::kQuarter) text += "Q" + std::to_string(part);
  if (kind == PeriodKind::kMonth) text += (part < 10 ? "-0" : "-") + std::to_string(part);
  return text;
}

const Value* Series::Find(int32_t period) const {
  const auto found = std::lower_bound(entries.begin(), entries.end(), period,
                                      [](const auto& entry, int32_t wanted) { return entry.first < wanted; });
  return found != entries.end() && found->first == period ? &found->second : nullptr;
}

Value Value::FromTruth(Truth truth, Cause cause, const char* error) {
  switch (truth) {
    case Truth::kFalse:
      return Boolean(false);
    case Truth::kTrue:
      return Boolean(true);
    case Truth::kUnknown:
      return Unknown(cause);
    case Truth::kError:
      return Error(error);
  }
  return Error(error);
}

Value Value::String(std::string value) {
  return Value(Payload(std::in_place_index<5>, std::make_shared<const std::string>(std::move(value))));
}

Value Value::List(std::vector<Value> items) {
  return Value(
      Payload(std::in_place_index<11>, std::make_shared<const std::vector<Value>>(std::move(items))));
}

Value Value::OfStruct(Struct value) {
  return Value(Payload(std::in_place_index<12>, std::make_shared<const Struct>(std::move(value))));
}

Value Value::OfSeries(Series value) {
  return Value(Payload(std::in_place_index<13>, std::make_shared<const Series>(std::move(value))));
}

Value Value::OfRange(Range value) {
  return Value(Payload(std::in_place_index<14>, std::make_shared<const Range>(std::move(value))));
}

Truth Value::truth() const {
  if (kind() == ValueKind::kBoolean) return ToTruth(boolean());
  return is_unknown() ? Truth::kUnknown : Truth::kError;
}

std::string Value::ToText() const {
  std::string text;
  AppendValue(*this, Notation::kFeel, 0, &text);
  return text;
}

std::string Value::ToJson() const {
  std::string text;
  AppendValue(*this, Notation::kJson, 0, &text);
  return text;
}

Truth Equal(const Value& a, const Value& b) { return EqualAt(a, b, 0); }

std::optional<int> Compare(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case ValueKind::kNumber:
      return ToSign(a.number() <=> b.number());
    // Bytes of UTF-8 order as their code points do.
    case ValueKind::kString:
      return ToSign(a.string() <=> b.string());
    case ValueKind::kDate:
      return ToSign(a.date() <=> b.date());
    case ValueKind::kTime:
      return CompareTimes(a.time(), b.time());
    case ValueKind::kDateTime:
      return CompareDateTimes(a.date_time(), b.date_time());
    case ValueKind::kMonthDuration:
      return ToSign(a.months() <=> b.months());
    case ValueKind::kDayDuration:
      return ToSign(a.day_duration() <=> b.day_duration());
    case ValueKind::kUnknown:
    case ValueKind::kError:
    case ValueKind::kNull:
    case ValueKind::kBoolean:
    case ValueKind::kList:
    case ValueKind::kStruct:
    case ValueKind::kSeries:
    case ValueKind::kRange:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace zhida

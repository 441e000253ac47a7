// Value: what an expression can yield, including "not known" and "could not be computed".
//
// Unknown and error are ordinary values here, so that an evaluator cannot forget them: a strict operation
// asks blocked() first. Unknown carries the cause to report; error carries a text of static storage.
// Immutable and cheap to copy (payloads of strings, lists, structures and series are shared).
// Any thread may read a value; the shared payloads are never written after construction.
#ifndef ZHIDA_ENGINE_VALUE_VALUE_H_
#define ZHIDA_ENGINE_VALUE_VALUE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/value/decimal.h"
#include "engine/value/temporal.h"
#include "engine/value/truth.h"

namespace zhida {

class Value;

enum class ValueKind : uint8_t {
  kUnknown,
  kError,
  kNull,
  kBoolean,
  kNumber,
  kString,
  kDate,
  kTime,
  kDateTime,
  kMonthDuration,
  kDayDuration,
  kList,
  kStruct,
  kSeries,
  kRange,
};

// Members of a structure: names are shared by all values of one declared type.
struct Struct {
  std::shared_ptr<const std::vector<std::string>> names;
  std::vector<Value> values;  // same length as names
  const Value* Find(std::string_view name) const;
};

// What periods a series is keyed by. A period is one whole number: the year; year * 4 + (quarter - 1);
// year * 12 + (month - 1).
enum class PeriodKind : uint8_t { kYear, kQuarter, kMonth };
std::optional<int32_t> ParsePeriod(PeriodKind kind, std::string_view text);  // "2024", "2024Q1", "2024-01"
std::string PeriodText(PeriodKind kind, int32_t period);

struct Series {
  PeriodKind period_kind = PeriodKind::kYear;
  std::vector<std::pair<int32_t, Value>> entries;  // ascending by period, no repeats
  const Value* Find(int32_t period) const;
};

struct Range;

class Value {
 public:
  Value() = default;  // null
  static Value Unknown(Cause cause) { return Value(Payload(std::in_place_index<0>, cause)); }
  static Value Error(const char* what) { return Value(Payload(std::in_place_index<1>, ErrorText{what})); }
  static Value Null() { return Value(); }
  static Value Boolean(bool value) { return Value(Payload(std::in_place_index<3>, value)); }
  static Value FromTruth(Truth truth, Cause cause = Cause::kMissing, const char* error = "error");
  static Value Number(const Decimal& value) { return Value(Payload(std::in_place_index<4>, value)); }
  static Value Number(int64_t value) { return Number(Decimal::FromInt(value)); }
  static Value String(std::string value);
  static Value OfDate(Date value) { return Value(Payload(std::in_place_index<6>, value)); }
  static Value OfTime(TimeOfDay value) { return Value(Payload(std::in_place_index<7>, value)); }
  static Value OfDateTime(DateTime value) { return Value(Payload(std::in_place_index<8>, value)); }
  static Value OfMonths(MonthDuration value) { return Value(Payload(std::in_place_index<9>, value)); }
  static Value OfDayDuration(DayDuration value) { return Value(Payload(std::in_place_index<10>, value)); }
  static Value List(std::vector<Value> items);
  static Value OfStruct(Struct value);
  static Value OfSeries(Series value);
  static Value OfRange(Range value);

  ValueKind kind() const { return static_cast<ValueKind>(payload_.index()); }
  bool is_unknown() const { return kind() == ValueKind::kUnknown; }
  bool is_error() const { return kind() == ValueKind::kError; }
  bool is_null() const { return kind() == ValueKind::kNull; }
  // Unknown or error: a strict operation yields it instead of computing.
  bool blocked() const { return payload_.index() <= 1; }

  Cause cause() const { return std::get<0>(payload_); }
  const char* error() const { return std::get<1>(payload_).what; }
  bool boolean() const { return std::get<3>(payload_); }
  const Decimal& number() const { return std::get<4>(payload_); }
  const std::string& string() const { return *std::get<5>(payload_); }
  Date date() const { return std::get<6>(payload_); }
  const TimeOfDay& time() const { return std::get<7>(payload_); }
  const DateTime& date_time() const { return std::get<8>(payload_); }
  MonthDuration months() const { return std::get<9>(payload_); }
  DayDuration day_duration() const { return std::get<10>(payload_); }
  const std::vector<Value>& list() const { return *std::get<11>(payload_); }
  const Struct& structure() const { return *std::get<12>(payload_); }
  const Series& series() const { return *std::get<13>(payload_); }
  const Range& range() const { return *std::get<14>(payload_); }

  // A condition's truth: booleans map, unknown and error map, everything else (null, numbers) is error.
  Truth truth() const;

  // FEEL text for people and traces: 1.5, "abc", 2024-01-31, [1, 2], {a: 1}, unknown(missing).
  std::string ToText() const;
  // JSON text: dates and durations as strings, numbers as exact JSON numbers, unknown as null.
  std::string ToJson() const;

 private:
  struct ErrorText {
    const char* what;
  };
  struct NullValue {};
  using Payload = std::variant<Cause, ErrorText, NullValue, bool, Decimal, std::shared_ptr<const std::string>,
                               Date, TimeOfDay, DateTime, MonthDuration, DayDuration,
                               std::shared_ptr<const std::vector<Value>>, std::shared_ptr<const Struct>,
                               std::shared_ptr<const Series>, std::shared_ptr<const Range>>;
  explicit Value(Payload payload) : payload_(std::move(payload)) {}
  Payload payload_{std::in_place_index<2>};
};

// A range value. An end that is absent is unbounded; `(< 10)` has no low end.
struct Range {
  bool has_low = false;
  bool has_high = false;
  bool low_closed = false;
  bool high_closed = false;
  Value low;
  Value high;
};

// Equality of two values that are not blocked. Lists, structures (by name, in any order), series and ranges
// compare by parts (Kleene and); an unknown or an error inside decides nothing and comes back as kUnknown or
// kError. Values of different kinds: null equals only null, otherwise kError (packs refuse that when they are
// checked; FEEL mode maps it to null). Times compare by the second, zoned ones by instant; a zoned and a
// local one are kError.
Truth Equal(const Value& a, const Value& b);

// Order of two values of one ordered kind (number, string by code point, date, time, date-time, durations).
// nullopt when the kinds differ or have no order.
std::optional<int> Compare(const Value& a, const Value& b);

}  // namespace zhida

#endif  // ZHIDA_ENGINE_VALUE_VALUE_H_

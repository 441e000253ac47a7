// Dates, times and durations from and to their ISO 8601 text. Reading is strict: what is not exactly the
// written form is refused, so that no supplier's habit is guessed at.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "engine/value/decimal.h"
#include "engine/value/temporal.h"

namespace zhida {
namespace {

constexpr size_t kFractionDigitsMax = 9;           // nanoseconds; more digits would have to be cut off
constexpr int32_t kOffsetSecondsMax = 18 * 3'600;  // what FEEL's engines and the conformance suite agree on
constexpr int128_t kNanosPerSecond = 1'000'000'000;
constexpr size_t kCountDigitsMax = 18;  // one number of a duration, so that it fits in 64 bits

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Steps over a text from left to right; a method that fails leaves the place as it was.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool TwoDigits(int* value) {
    if (rest_.size() < 2 || !IsDigit(rest_[0]) || !IsDigit(rest_[1])) return false;
    *value = (rest_[0] - '0') * 10 + (rest_[1] - '0');
    rest_.remove_prefix(2);
    return true;
  }
  // All digits that follow, at least `count_min` and at most `count_max`; their number goes to `*count`.
  bool Digits(size_t count_min, size_t count_max, int64_t* value, size_t* count) {
    size_t length = 0;
    while (length < rest_.size() && IsDigit(rest_[length])) ++length;
    if (length < count_min || length > count_max) return false;
    *value = 0;
    for (char c : rest_.substr(0, length)) *value = *value * 10 + (c - '0');
    *count = length;
    rest_.remove_prefix(length);
    return true;
  }
  // The digits after a point as billionths.
  bool Fraction(size_t count_min, int32_t* nanos) {
    int64_t value;
    size_t count;
    if (!Digits(count_min, kFractionDigitsMax, &value, &count)) return false;
    for (; count < kFractionDigitsMax; ++count) value *= 10;
    *nanos = static_cast<int32_t>(value);
    return true;
  }
  bool TakeDate(Date* date) {
    const bool negative = Take('-');
    const std::string_view digits = rest_;
    int64_t year;
    size_t count;
    int month;
    int day;
    if (!Digits(4, 9, &year, &count) || (count > 4 && digits.front() == '0')) return false;
    if (negative && year == 0) return false;  // one year has one text
    if (!Take('-') || !TwoDigits(&month) || !Take('-') || !TwoDigits(&day)) return false;
    const std::optional<Date> parsed = Date::FromCivil(negative ? -year : year, month, day);
    if (parsed) *date = *parsed;
    return parsed.has_value();
  }
  // hh:mm:ss[.f][Z|+hh:mm[:ss]]; 24:00:00 comes back as 86400 seconds.
  bool TakeTime(TimeOfDay* time) {
    int hour;
    int minute;
    int second;
    if (!TwoDigits(&hour) || !Take(':') || !TwoDigits(&minute) || !Take(':') || !TwoDigits(&second))
      return false;
    if (hour > 24 || minute > 59 || second > 59) return false;
    time->seconds = hour * 3'600 + minute * 60 + second;
    if (Take('.') && !Fraction(1, &time->nanos)) return false;
    if (hour == 24 && (minute != 0 || second != 0 || time->nanos != 0)) return false;
    return TakeOffset(&time->offset_seconds);
  }

 private:
  bool TakeOffset(std::optional<int32_t>* offset) {
    if (Take('Z')) {
      *offset = 0;
      return true;
    }
    const bool negative = Take('-');
    if (!negative && !Take('+')) return true;
    int hour;
    int minute;
    int second = 0;
    if (!TwoDigits(&hour) || !Take(':') || !TwoDigits(&minute)) return false;
    if (Take(':') && !TwoDigits(&second)) return false;
    if (minute > 59 || second > 59) return false;
    const int32_t seconds = hour * 3'600 + minute * 60 + second;
    if (seconds > kOffsetSecondsMax) return false;
    *offset = negative ? -seconds : seconds;
    return true;
  }

  std::string_view rest_;
};

void AppendTwoDigits(int value, std::string* out) {
  *out += static_cast<char>('0' + value / 10);
  *out += static_cast<char>('0' + value % 10);
}

// ".5" for half a second; nothing for none.
void AppendFraction(int32_t nanos, std::string* out) {
  if (nanos == 0) return;
  std::string digits = std::to_string(nanos);
  digits.insert(0, kFractionDigitsMax - digits.size(), '0');
  digits.erase(digits.find_last_not_of('0') + 1);
  *out += '.' + digits;
}

}  // namespace

std::optional<Date> Date::Parse(std::string_view text) {
  Scanner scanner(text);
  Date date;
  if (!scanner.TakeDate(&date) || !scanner.done()) return std::nullopt;
  return date;
}

std::string Date::ToString() const {
  const CivilDate parts = civil();
  std::string digits = std::to_string(parts.year < 0 ? -parts.year : parts.year);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  std::string text = parts.year < 0 ? "-" + digits : digits;
  text += '-';
  AppendTwoDigits(parts.month, &text);
  text += '-';
  AppendTwoDigits(parts.day, &text);
  return text;
}

std::optional<TimeOfDay> TimeOfDay::Parse(std::string_view text) {
  Scanner scanner(text);
  TimeOfDay time;
  if (!scanner.TakeTime(&time) || !scanner.done() || time.seconds == 86'400) return std::nullopt;
  return time;
}

std::string TimeOfDay::ToString() const {
  std::string text;
  AppendTwoDigits(seconds / 3'600, &text);
  text += ':';
  AppendTwoDigits(seconds / 60 % 60, &text);
  text += ':';
  AppendTwoDigits(seconds % 60, &text);
  AppendFraction(nanos, &text);
  if (!offset_seconds) return text;
  if (*offset_seconds == 0) return text + 'Z';
  const int32_t offset = *offset_seconds < 0 ? -*offset_seconds : *offset_seconds;
  text += *offset_seconds < 0 ? '-' : '+';
  AppendTwoDigits(offset / 3'600, &text);
  text += ':';
  AppendTwoDigits(offset / 60 % 60, &text);
  if (offset % 60 != 0) {
    text += ':';
    AppendTwoDigits(offset % 60, &text);
  }
  return text;
}

std::optional<DateTime> DateTime::Parse(std::string_view text) {
  Scanner scanner(text);
  DateTime result;
  if (!scanner.TakeDate(&result.date) || !scanner.Take('T')) return std::nullopt;
  if (!scanner.TakeTime(&result.time) || !scanner.done()) return std::nullopt;
  if (result.time.seconds == 86'400) {
    const std::optional<Date> next = AddDays(result.date, 1);
    if (!next) return std::nullopt;
    result.date = *next;
    result.time.seconds = 0;
  }
  return result;
}

std::string DateTime::ToString() const { return date.ToString() + 'T' + time.ToString(); }

std::optional<MonthDuration> ParseMonthDuration(std::string_view text) {
  Scanner scanner(text);
  const bool negative = scanner.Take('-');
  if (!scanner.Take('P') || scanner.done()) return std::nullopt;
  int128_t months = 0;
  int64_t value;
  size_t count;
  bool years_allowed = true;
  while (!scanner.done()) {
    if (!scanner.Digits(1, kCountDigitsMax, &value, &count)) return std::nullopt;
    if (years_allowed && scanner.Take('Y')) {
      months = int128_t{value} * 12;
      years_allowed = false;
      continue;
    }
    if (!scanner.Take('M') || !scanner.done()) return std::nullopt;
    months += value;
  }
  if (negative) months = -months;
  const int64_t narrow = static_cast<int64_t>(months);
  if (narrow != months) return std::nullopt;
  return MonthDuration{narrow};
}

std::string MonthDuration::ToString() const {
  if (months == 0) return "P0M";
  // The magnitude in 64 unsigned bits, because the most negative number has no positive twin.
  const uint64_t magnitude = months < 0 ? 0 - static_cast<uint64_t>(months) : static_cast<uint64_t>(months);
  std::string text = months < 0 ? "-P" : "P";
  if (magnitude >= 12) text += std::to_string(magnitude / 12) + 'Y';
  if (magnitude % 12 != 0) text += std::to_string(magnitude % 12) + 'M';
  return text;
}

std::optional<DayDuration> ParseDayDuration(std::string_view text) {
  Scanner scanner(text);
  const bool negative = scanner.Take('-');
  if (!scanner.Take('P') || scanner.done()) return std::nullopt;
  struct Unit {
    char letter;
    int64_t seconds;
  };
  constexpr Unit kUnits[] = {{'D', 86'400}, {'H', 3'600}, {'M', 60}, {'S', 1}};
  constexpr size_t kSecondsUnit = 3;  // the only unit that may have a fraction
  int128_t nanos = 0;                 // four numbers of 18 digits stay far below 128 bits
  size_t next = 0;  // units must come in order, each at most once; those after D stand behind the T
  bool in_time = false;
  while (!scanner.done()) {
    if (!in_time && scanner.Take('T')) {
      in_time = true;
      if (next == 0) next = 1;
      if (scanner.done()) return std::nullopt;
    }
    int64_t value;
    size_t count;
    if (!scanner.Digits(1, kCountDigitsMax, &value, &count)) return std::nullopt;
    int32_t fraction = 0;
    const bool has_fraction = in_time && scanner.Take('.');
    if (has_fraction && !scanner.Fraction(0, &fraction)) return std::nullopt;
    if (has_fraction) next = std::max(next, kSecondsUnit);
    const size_t end = in_time ? std::size(kUnits) : 1;
    while (next < end && !scanner.Take(kUnits[next].letter)) ++next;
    if (next >= end) return std::nullopt;
    nanos += int128_t{value} * kUnits[next].seconds * kNanosPerSecond + fraction;
    ++next;
  }
  return DayDuration{negative ? -nanos : nanos};
}

std::string DayDuration::ToString() const {
  if (nanos == 0) return "PT0S";
  // Both parts have the sign of the whole; negating them after the division keeps clear of overflow.
  const int sign = nanos < 0 ? -1 : 1;
  const int128_t total_seconds = nanos / kNanosPerSecond * sign;
  const int32_t fraction = static_cast<int32_t>(nanos % kNanosPerSecond) * sign;
  const int128_t day_count = total_seconds / 86'400;
  const int rest = static_cast<int>(total_seconds % 86'400);
  std::string text = nanos < 0 ? "-P" : "P";
  if (day_count != 0) text += zhida::ToString(day_count) + 'D';
  if (rest == 0 && fraction == 0) return text;
  text += 'T';
  if (rest >= 3'600) text += std::to_string(rest / 3'600) + 'H';
  if (rest / 60 % 60 != 0) text += std::to_string(rest / 60 % 60) + 'M';
  if (rest % 60 != 0 || fraction != 0) {
    text += std::to_string(rest % 60);
    AppendFraction(fraction, &text);
    text += 'S';
  }
  return text;
}

}  // namespace zhida

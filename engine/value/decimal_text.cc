// Decimals from and to text. Short numbers are read without the library; none is ever rounded.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/value/decimal.h"
#include "engine/value/decimal_bits.h"

namespace zhida {

using decimal_bits::DropTrailingZeros;
using decimal_bits::kPowers;
using decimal_bits::MagnitudeOf;
using decimal_bits::Pack;
using decimal_bits::PackExactly;
using decimal_bits::Parts;
using decimal_bits::uint128_t;
using decimal_bits::Unpack;

namespace {

// Plain notation pads with at most this many zeros; beyond it a text such as 1E+6000 is kinder to readers.
constexpr int kPaddingZerosMax = 60;
// A written exponent beyond this is out of range whatever the digits before it; stopping here avoids
// overflow.
constexpr int64_t kWrittenExponentMax = int64_t{1} << 48;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

enum class Grammar : uint8_t { kPack, kJson };

// Collects digits exactly. Zeros are held back until another digit follows, so that neither leading nor
// trailing zeros count against the 34 digits.
class DigitCollector {
 public:
  // False once there are more than 34 significant digits.
  bool Add(const char* first, const char* last) {
    for (const char* p = first; p != last; ++p) {
      if (*p == '0') {
        if (digits_ > 0) ++held_zeros_;
        continue;
      }
      digits_ += held_zeros_ + 1;
      if (digits_ > limits::kDecimalDigitsMax) return false;
      coefficient_ *= kPowers[static_cast<size_t>(held_zeros_ + 1)];
      coefficient_ += static_cast<unsigned>(*p - '0');
      held_zeros_ = 0;
    }
    return true;
  }
  uint128_t coefficient() const { return coefficient_; }
  int64_t held_zeros() const { return held_zeros_; }

 private:
  uint128_t coefficient_ = 0;
  int64_t digits_ = 0;
  int64_t held_zeros_ = 0;
};

std::optional<Decimal> ParseNumber(std::string_view text, Grammar grammar) {
  const char* p = text.data();
  const char* const end = p + text.size();
  const bool negative = p != end && *p == '-';
  if (negative || (p != end && *p == '+' && grammar == Grammar::kPack)) ++p;

  const char* const whole = p;
  uint64_t small = 0;  // meaningful while there are at most 18 digits in all
  for (; p != end && IsDigit(*p); ++p) small = small * 10 + static_cast<unsigned>(*p - '0');
  const char* const whole_end = p;
  if (grammar == Grammar::kJson && (whole == whole_end || (*whole == '0' && whole_end - whole > 1))) {
    return std::nullopt;
  }
  const char* fraction = p;
  if (p != end && *p == '.') {
    fraction = ++p;
    for (; p != end && IsDigit(*p); ++p) small = small * 10 + static_cast<unsigned>(*p - '0');
    if (p == fraction) return std::nullopt;
  }
  const char* const fraction_end = p;
  const int64_t fraction_digits = fraction_end - fraction;
  const int64_t digits = (whole_end - whole) + fraction_digits;
  if (digits == 0) return std::nullopt;
  if (p == end && digits <= 18) return Pack(negative, small, static_cast<int>(-fraction_digits));

  int64_t exponent = 0;
  if (p != end) {
    if (*p != 'e' && *p != 'E') return std::nullopt;
    ++p;
    const bool below_one = p != end && *p == '-';
    if (p != end && (*p == '-' || *p == '+')) ++p;
    if (p == end) return std::nullopt;
    for (; p != end && IsDigit(*p); ++p) {
      if (exponent < kWrittenExponentMax) exponent = exponent * 10 + (*p - '0');
    }
    if (p != end) return std::nullopt;
    if (below_one) exponent = -exponent;
  }
  DigitCollector collector;
  if (!collector.Add(whole, whole_end) || !collector.Add(fraction, fraction_end)) return std::nullopt;
  return PackExactly(negative, collector.coefficient(), exponent - fraction_digits + collector.held_zeros());
}

// Writes the digits of `value` (below 10^39) so that they end before `end`; returns the first.
char* WriteDigits(uint128_t value, char* end) {
  constexpr uint64_t kChunk = 10'000'000'000'000'000'000u;  // 10^19, the largest power of ten in 64 bits
  char* first = end;
  while (!decimal_bits::FitsIn64(value)) {
    uint64_t low = static_cast<uint64_t>(value % kChunk);
    value /= kChunk;
    for (int i = 0; i < 19; ++i, low /= 10) *--first = static_cast<char>('0' + low % 10);
  }
  uint64_t high = static_cast<uint64_t>(value);
  do {
    *--first = static_cast<char>('0' + high % 10);
    high /= 10;
  } while (high != 0);
  return first;
}

}  // namespace

std::optional<Decimal> Decimal::Parse(std::string_view text) { return ParseNumber(text, Grammar::kPack); }

std::optional<Decimal> Decimal::ParseJson(std::string_view text) { return ParseNumber(text, Grammar::kJson); }

std::optional<Decimal> Decimal::FromDouble(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  char buffer[32];  // 17 digits, sign, point and an exponent of three digits
  const std::to_chars_result result =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  return ParseNumber({buffer, static_cast<size_t>(result.ptr - buffer)}, Grammar::kPack);
}

std::string Decimal::ToString() const {
  Parts parts = Unpack(*this);
  DropTrailingZeros(&parts);
  char buffer[40];
  char* const end = buffer + sizeof buffer;
  const char* const first = WriteDigits(parts.coefficient, end);
  const std::string_view digits(first, static_cast<size_t>(end - first));
  // Digits before the point; when zero or less, that many zeros follow the point before the first digit.
  const int before_point = static_cast<int>(digits.size()) + parts.exponent;
  std::string text;
  if (parts.negative) text += '-';
  if (parts.exponent > kPaddingZerosMax || -before_point > kPaddingZerosMax) {
    text += digits.front();
    if (digits.size() > 1) text.append(".").append(digits.substr(1));
    const int exponent = before_point - 1;
    text += exponent < 0 ? "E-" : "E+";
    text += std::to_string(exponent < 0 ? -exponent : exponent);
  } else if (parts.exponent >= 0) {
    text.append(digits).append(static_cast<size_t>(parts.exponent), '0');
  } else if (before_point > 0) {
    const size_t point = static_cast<size_t>(before_point);
    text.append(digits.substr(0, point)).append(".").append(digits.substr(point));
  } else {
    text.append("0.").append(static_cast<size_t>(-before_point), '0').append(digits);
  }
  return text;
}

std::string ToString(int128_t value) {
  char buffer[40];
  char* const end = buffer + sizeof buffer;
  char* first = WriteDigits(MagnitudeOf(value), end);
  if (value < 0) *--first = '-';
  return std::string(first, end);
}

}  // namespace zhida

// Decimal: an exact decimal number of at most 34 digits (IEEE 754 decimal128, half-even).
//
// A value type of 16 bytes, always finite. Operations whose result would not be finite return nullopt.
// Add, Subtract, Multiply and Divide round to 34 digits half-even, which is what FEEL means by numbers.
// Pure; any thread. The Intel decimal library stays behind decimal.cc.
// Source: IEEE 754-2008; DMN 1.5 section 10.3.2.3.1.
#ifndef ZHIDA_ENGINE_VALUE_DECIMAL_H_
#define ZHIDA_ENGINE_VALUE_DECIMAL_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zhida {

__extension__ typedef __int128 int128_t;

// Names as packs write them: half_up, half_even, half_down, up, down, ceiling, floor.
// up and down are away from and toward zero; half_up takes ties away from zero.
enum class Rounding : uint8_t { kHalfUp, kHalfEven, kHalfDown, kUp, kDown, kCeiling, kFloor };

std::optional<Rounding> RoundingFromName(std::string_view name);
std::string_view RoundingName(Rounding rounding);

class Decimal {
 public:
  constexpr Decimal() : words_{0, 0x3040000000000000} {}  // 0

  static Decimal FromInt(int64_t value);
  // mantissa * 10^-scale; nullopt if |mantissa| has more than 34 digits.
  static std::optional<Decimal> FromScaled(int128_t mantissa, int scale);
  // `-12.50`, `.5`, `1e-3`, `01`, `+1`. nullopt if malformed, over 34 significant digits, or out of range.
  // Never rounds. Leading and trailing zeros are not significant: whatever has an exact Decimal is read.
  static std::optional<Decimal> Parse(std::string_view text);
  // JSON's stricter grammar: no leading zeros, no leading point, no plus.
  static std::optional<Decimal> ParseJson(std::string_view text);
  // The shortest decimal that reads back to the same double; nullopt for NaN and infinities.
  static std::optional<Decimal> FromDouble(double value);

  static std::optional<Decimal> Add(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> Subtract(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> Multiply(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> Divide(const Decimal& a, const Decimal& b);  // nullopt for b = 0
  // FEEL's modulo: a - b * floor(a / b), which takes the divisor's sign; the exact value is rounded once.
  // nullopt for b = 0.
  static std::optional<Decimal> Modulo(const Decimal& a, const Decimal& b);
  // a ** b for whole exponents b, |b| <= 999,999,999; else nullopt. Squares and multiplies from the
  // exponent's top bit down, each product rounded. A negative exponent is 1 / (a ** |b|), and nullopt if that
  // power is 0 or out of range. x ** 0 is 1, 0 ** 0 too.
  static std::optional<Decimal> Power(const Decimal& a, const Decimal& b);
  static std::optional<Decimal> SquareRoot(const Decimal& a);
  static std::optional<Decimal> Exponential(const Decimal& a);
  static std::optional<Decimal> NaturalLog(const Decimal& a);

  Decimal Negated() const;
  Decimal Absolute() const;
  // Rounded to `scale` digits after the point; scale within -6111..6176, else nullopt.
  std::optional<Decimal> Rounded(int scale, Rounding rounding) const;

  bool is_zero() const;
  bool is_negative() const;  // strictly below zero
  bool is_integer() const;

  // The value times 10^scale if that is a whole number that fits; else nullopt. Exact.
  std::optional<int128_t> ToScaled(int scale) const;
  std::optional<int64_t> ToInt64() const;  // exact whole number only
  // Digits after the point once trailing zeros are dropped (0 for whole numbers).
  int scale() const;
  // Plain notation without exponent and without trailing zeros after the point: "2500", "0.03", "-1.5". Where
  // that would pad with more than 60 zeros: "1E+6000", "1.5E-70". Parse() and ParseJson() read both back.
  std::string ToString() const;

  // By value: 1.0 equals 1.
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
  friend bool operator==(const Decimal& a, const Decimal& b) { return std::is_eq(a <=> b); }
  size_t Hash() const;  // equal values hash equally

 private:
  uint64_t words_[2];  // BID encoding, little endian
};

// Whole digits of |value|: 0 has 1.
int DigitCount(int128_t value);
// 10^n for 0 <= n <= 38.
int128_t PowerOfTen(int n);
// value / 10^drop rounded as named; drop may be 0..38.
int128_t DivideByPowerOfTen(int128_t value, int drop, Rounding rounding);
std::string ToString(int128_t value);

}  // namespace zhida

#endif  // ZHIDA_ENGINE_VALUE_DECIMAL_H_

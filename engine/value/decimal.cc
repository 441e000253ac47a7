#include "engine/value/decimal.h"

// The static library is built for arguments by value, an explicit rounding mode and explicit flags.
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>
#include <bid_functions.h>

#include <algorithm>
#include <bit>
#include <compare>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/value/decimal_bits.h"

namespace zhida {

using decimal_bits::DigitsOf;
using decimal_bits::DropTrailingZeros;
using decimal_bits::FitsIn64;
using decimal_bits::kCoefficientMax;
using decimal_bits::kExponentMax;
using decimal_bits::kExponentMin;
using decimal_bits::kPowerMax;
using decimal_bits::kPowers;
using decimal_bits::MagnitudeOf;
using decimal_bits::Pack;
using decimal_bits::PackExactly;
using decimal_bits::Parts;
using decimal_bits::uint128_t;
using decimal_bits::Unpack;
using decimal_bits::Words;

namespace {

constexpr int64_t kPowerExponentMax = 999'999'999;
constexpr int kDigitsMax = limits::kDecimalDigitsMax;

// In the order of the enumeration.
constexpr std::string_view kRoundingNames[] = {"half_up", "half_even", "half_down", "up",
                                               "down",    "ceiling",   "floor"};

BID_UINT128 ToLibrary(const Decimal& decimal) {
  const Words words = std::bit_cast<Words>(decimal);
  BID_UINT128 bits;
  bits.w[0] = words[0];
  bits.w[1] = words[1];
  return bits;
}

// nullopt for infinities and NaN; zero gets its one form.
std::optional<Decimal> FromLibrary(const BID_UINT128& bits) {
  constexpr uint64_t kSpecial = uint64_t{0x78} << 56;
  if ((bits.w[1] & kSpecial) == kSpecial) return std::nullopt;
  const Decimal decimal = std::bit_cast<Decimal>(Words{bits.w[0], bits.w[1]});
  if (Unpack(decimal).coefficient == 0) return Decimal();
  return decimal;
}

template <typename Function>
std::optional<Decimal> Call(Function function, const Decimal& a) {
  _IDEC_flags flags = 0;
  return FromLibrary(function(ToLibrary(a), BID_ROUNDING_TO_NEAREST, &flags));
}

template <typename Function>
std::optional<Decimal> Call(Function function, const Decimal& a, const Decimal& b) {
  _IDEC_flags flags = 0;
  return FromLibrary(function(ToLibrary(a), ToLibrary(b), BID_ROUNDING_TO_NEAREST, &flags));
}

// Whether a cut-off part that is not zero moves the quotient away from zero. `half` says how that part stands
// to half a unit: -1 below, 0 equal, 1 above.
bool MovesAwayFromZero(Rounding rounding, bool negative, bool odd, int half) {
  switch (rounding) {
    case Rounding::kHalfUp:
      return half >= 0;
    case Rounding::kHalfEven:
      return half > 0 || (half == 0 && odd);
    case Rounding::kHalfDown:
      return half > 0;
    case Rounding::kUp:
      return true;
    case Rounding::kDown:
      return false;
    case Rounding::kCeiling:
      return !negative;
    case Rounding::kFloor:
      return negative;
  }
  return false;
}

// magnitude / 10^drop for drop >= 0, rounded as if it had the sign `negative`.
uint128_t RoundedQuotient(uint128_t magnitude, int drop, bool negative, Rounding rounding) {
  if (drop == 0 || magnitude == 0) return magnitude;
  uint128_t quotient = 0;
  int half = -1;  // beyond 10^38 every magnitude of 128 bits is below half a unit
  if (drop <= kPowerMax) {
    const uint128_t divisor = kPowers[static_cast<size_t>(drop)];
    uint128_t remainder;
    if (FitsIn64(magnitude) && FitsIn64(divisor)) {  // spares the library's 128-bit division
      const uint64_t small = static_cast<uint64_t>(magnitude);
      quotient = small / static_cast<uint64_t>(divisor);
      remainder = small % static_cast<uint64_t>(divisor);
    } else {
      quotient = magnitude / divisor;
      remainder = magnitude - quotient * divisor;
    }
    if (remainder == 0) return quotient;
    const uint128_t rest = divisor - remainder;
    half = remainder < rest ? -1 : remainder == rest ? 0 : 1;
  }
  return quotient + (MovesAwayFromZero(rounding, negative, (quotient & 1) != 0, half) ? 1 : 0);
}

// The exact sum of two numbers if it has at most 34 digits; nullopt sends the caller to the library.
std::optional<Decimal> AddExactly(Parts a, Parts b) {
  if (a.exponent < b.exponent) std::swap(a, b);
  const int shift = a.exponent - b.exponent;
  if (shift > 0) {
    // 2^64 * 10^18 is below 2^124, so the sum of a 34-digit number and that cannot overflow.
    if (shift > 18 || !FitsIn64(a.coefficient)) return std::nullopt;
    a.coefficient *= kPowers[static_cast<size_t>(shift)];
  }
  uint128_t sum;
  bool negative = a.negative;
  if (a.negative == b.negative) {
    sum = a.coefficient + b.coefficient;
  } else if (a.coefficient >= b.coefficient) {
    sum = a.coefficient - b.coefficient;
  } else {
    sum = b.coefficient - a.coefficient;
    negative = b.negative;
  }
  if (sum > kCoefficientMax) return std::nullopt;
  return Pack(negative, sum, b.exponent);
}

// Order of two magnitudes that are not zero.
std::strong_ordering CompareMagnitudes(const Parts& a, const Parts& b) {
  const int shift = a.exponent - b.exponent;
  if (shift == 0) return a.coefficient <=> b.coefficient;
  const Parts& high = shift > 0 ? a : b;
  const Parts& low = shift > 0 ? b : a;
  const int distance = shift > 0 ? shift : -shift;
  // 2^64 * 10^19 still fits 128 bits. Beyond that the digits decide: more than 34 of them at the lower
  // exponent are more than any coefficient has.
  if (distance > 19 || !FitsIn64(high.coefficient)) {
    const bool too_long = distance > kDigitsMax || DigitsOf(high.coefficient) + distance > kDigitsMax;
    if (too_long) return shift <=> 0;
  }
  const uint128_t scaled = high.coefficient * kPowers[static_cast<size_t>(distance)];
  return shift > 0 ? scaled <=> low.coefficient : low.coefficient <=> scaled;
}

}  // namespace

namespace decimal_bits {

std::optional<Decimal> PackExactly(bool negative, uint128_t coefficient, int64_t exponent) {
  if (coefficient == 0) return Decimal();
  if (exponent > kExponentMax) {
    const int64_t up = exponent - kExponentMax;
    if (up > kDigitsMax || DigitsOf(coefficient) + up > kDigitsMax) return std::nullopt;
    coefficient *= kPowers[static_cast<size_t>(up)];
    exponent = kExponentMax;
  } else if (exponent < kExponentMin) {
    const int64_t down = kExponentMin - exponent;
    if (down > kDigitsMax || coefficient % kPowers[static_cast<size_t>(down)] != 0) return std::nullopt;
    coefficient /= kPowers[static_cast<size_t>(down)];
    exponent = kExponentMin;
  }
  return Pack(negative, coefficient, static_cast<int>(exponent));
}

void DropTrailingZeros(Parts* parts) {
  if (parts->coefficient == 0) return;
  // 16, 16, 8, 4, 2, 1 reach every count up to 34. A multiple of 10^n has at least n trailing zero bits;
  // looking at them first spares most divisions.
  for (const int zeros : {16, 16, 8, 4, 2, 1}) {
    const uint64_t low_bits = static_cast<uint64_t>(parts->coefficient) & ((uint64_t{1} << zeros) - 1);
    if (low_bits != 0) continue;
    const uint64_t power = static_cast<uint64_t>(kPowers[static_cast<size_t>(zeros)]);
    if (FitsIn64(parts->coefficient)) {
      const uint64_t small = static_cast<uint64_t>(parts->coefficient);
      if (small % power != 0) continue;
      parts->coefficient = small / power;
    } else {
      if (parts->coefficient % power != 0) continue;
      parts->coefficient /= power;
    }
    parts->exponent += zeros;
  }
}

int DigitsOf(uint128_t value) {
  const uint64_t high = static_cast<uint64_t>(value >> 64);
  const uint64_t low = static_cast<uint64_t>(value);
  const int bits = static_cast<int>(high != 0 ? 64 + std::bit_width(high) : std::bit_width(low));
  // floor(bits * log10(2)) is the count or one short of it; 1233 / 4096 is log10(2) well enough for 128 bits.
  const int digits = bits * 1233 >> 12;
  return value < kPowers[static_cast<size_t>(digits)] ? std::max(digits, 1) : digits + 1;
}

}  // namespace decimal_bits

std::optional<Rounding> RoundingFromName(std::string_view name) {
  const auto* const found = std::find(std::begin(kRoundingNames), std::end(kRoundingNames), name);
  if (found == std::end(kRoundingNames)) return std::nullopt;
  return static_cast<Rounding>(found - std::begin(kRoundingNames));
}

std::string_view RoundingName(Rounding rounding) { return kRoundingNames[static_cast<size_t>(rounding)]; }

Decimal Decimal::FromInt(int64_t value) { return Pack(value < 0, MagnitudeOf(value), 0); }

std::optional<Decimal> Decimal::FromScaled(int128_t mantissa, int scale) {
  const uint128_t magnitude = MagnitudeOf(mantissa);
  if (magnitude > kCoefficientMax) return std::nullopt;
  return PackExactly(mantissa < 0, magnitude, -int64_t{scale});
}

std::optional<Decimal> Decimal::Add(const Decimal& a, const Decimal& b) {
  if (std::optional<Decimal> sum = AddExactly(Unpack(a), Unpack(b))) return sum;
  return Call(bid128_add, a, b);
}

std::optional<Decimal> Decimal::Subtract(const Decimal& a, const Decimal& b) { return Add(a, b.Negated()); }

std::optional<Decimal> Decimal::Multiply(const Decimal& a, const Decimal& b) {
  const Parts x = Unpack(a);
  const Parts y = Unpack(b);
  if (FitsIn64(x.coefficient) && FitsIn64(y.coefficient)) {
    const uint128_t product = x.coefficient * y.coefficient;
    const int exponent = x.exponent + y.exponent;
    if (product <= kCoefficientMax && exponent >= kExponentMin && exponent <= kExponentMax) {
      return Pack(x.negative != y.negative, product, exponent);
    }
  }
  return Call(bid128_mul, a, b);
}

std::optional<Decimal> Decimal::Divide(const Decimal& a, const Decimal& b) {
  const Parts x = Unpack(a);
  const Parts y = Unpack(b);
  if (y.coefficient == 0) return std::nullopt;
  if (FitsIn64(x.coefficient) && FitsIn64(y.coefficient)) {
    const uint64_t quotient = static_cast<uint64_t>(x.coefficient) / static_cast<uint64_t>(y.coefficient);
    const int exponent = x.exponent - y.exponent;
    if (quotient * y.coefficient == x.coefficient && exponent >= kExponentMin && exponent <= kExponentMax) {
      return Pack(x.negative != y.negative, quotient, exponent);
    }
  }
  return Call(bid128_div, a, b);
}

std::optional<Decimal> Decimal::Modulo(const Decimal& a, const Decimal& b) {
  Parts x = Unpack(a);
  const Parts y = Unpack(b);
  if (y.coefficient == 0) return std::nullopt;
  // The remainder of the magnitudes, exact, at the lower of the two exponents.
  if (x.exponent <= y.exponent) {
    const int distance = y.exponent - x.exponent;
    // With more than 38 digits the divisor exceeds every coefficient, and the dividend is the remainder.
    if (DigitsOf(y.coefficient) + distance <= kPowerMax) {
      x.coefficient %= y.coefficient * kPowers[static_cast<size_t>(distance)];
    }
  } else {
    const int digits_free = kPowerMax - DigitsOf(y.coefficient);  // at least 4
    x.coefficient %= y.coefficient;
    while (x.exponent > y.exponent && x.coefficient != 0) {
      const int step = std::min(digits_free, x.exponent - y.exponent);
      x.coefficient = x.coefficient * kPowers[static_cast<size_t>(step)] % y.coefficient;
      x.exponent -= step;
    }
  }
  const Decimal remainder = Pack(x.negative, x.coefficient, x.exponent);
  if (x.coefficient == 0 || x.negative == y.negative) return remainder;
  return Add(remainder, b);
}

std::optional<Decimal> Decimal::Power(const Decimal& a, const Decimal& b) {
  const std::optional<int64_t> whole = b.ToInt64();
  if (!whole || *whole < -kPowerExponentMax || *whole > kPowerExponentMax) return std::nullopt;
  const Decimal one = FromInt(1);
  if (*whole == 0) return one;
  const uint64_t count = static_cast<uint64_t>(*whole < 0 ? -*whole : *whole);
  Decimal power = a;
  for (int bit = static_cast<int>(std::bit_width(count)) - 2; bit >= 0; --bit) {
    std::optional<Decimal> next = Multiply(power, power);
    if (next && (count >> bit & 1) != 0) next = Multiply(*next, a);
    if (!next) return std::nullopt;
    power = *next;
  }
  if (*whole < 0) return Divide(one, power);
  return power;
}

std::optional<Decimal> Decimal::SquareRoot(const Decimal& a) { return Call(bid128_sqrt, a); }

std::optional<Decimal> Decimal::Exponential(const Decimal& a) { return Call(bid128_exp, a); }

std::optional<Decimal> Decimal::NaturalLog(const Decimal& a) {
  if (a.is_zero() || a.is_negative()) return std::nullopt;
  return Call(bid128_log, a);
}

Decimal Decimal::Negated() const {
  const Parts parts = Unpack(*this);
  return Pack(!parts.negative, parts.coefficient, parts.exponent);
}

Decimal Decimal::Absolute() const { return is_negative() ? Negated() : *this; }

std::optional<Decimal> Decimal::Rounded(int scale, Rounding rounding) const {
  if (scale < -kExponentMax || scale > -kExponentMin) return std::nullopt;
  const Parts parts = Unpack(*this);
  const int drop = -scale - parts.exponent;
  if (drop <= 0) return *this;
  return Pack(parts.negative, RoundedQuotient(parts.coefficient, drop, parts.negative, rounding), -scale);
}

bool Decimal::is_zero() const { return Unpack(*this).coefficient == 0; }

bool Decimal::is_negative() const { return Unpack(*this).negative; }

bool Decimal::is_integer() const { return scale() == 0; }

std::optional<int128_t> Decimal::ToScaled(int scale) const {
  const Parts parts = Unpack(*this);
  if (parts.coefficient == 0) return 0;
  const int64_t shift = int64_t{parts.exponent} + scale;
  uint128_t magnitude = parts.coefficient;
  if (shift > 0) {
    if (shift > kPowerMax) return std::nullopt;
    const uint128_t power = kPowers[static_cast<size_t>(shift)];
    if (__builtin_mul_overflow(magnitude, power, &magnitude) || magnitude >> 127 != 0) return std::nullopt;
  } else if (shift < 0) {
    if (-shift > kDigitsMax) return std::nullopt;
    const uint128_t power = kPowers[static_cast<size_t>(-shift)];
    if (magnitude % power != 0) return std::nullopt;
    magnitude /= power;
  }
  const int128_t value = static_cast<int128_t>(magnitude);
  return parts.negative ? -value : value;
}

std::optional<int64_t> Decimal::ToInt64() const {
  const std::optional<int128_t> whole = ToScaled(0);
  if (!whole) return std::nullopt;
  const int64_t narrow = static_cast<int64_t>(*whole);
  if (narrow != *whole) return std::nullopt;
  return narrow;
}

int Decimal::scale() const {
  Parts parts = Unpack(*this);
  if (parts.exponent >= 0) return 0;
  DropTrailingZeros(&parts);
  return std::max(-parts.exponent, 0);
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const Parts x = Unpack(a);
  const Parts y = Unpack(b);
  if (x.negative != y.negative) return y.negative <=> x.negative;
  if (x.coefficient == 0 || y.coefficient == 0) {
    // Zero is never negative, so here both are zero or above.
    return (x.coefficient != 0) <=> (y.coefficient != 0);
  }
  return x.negative ? CompareMagnitudes(y, x) : CompareMagnitudes(x, y);
}

size_t Decimal::Hash() const {
  Parts parts = Unpack(*this);
  DropTrailingZeros(&parts);
  // Finalizer of MurmurHash3 over the three words of the one form that equal values share.
  const auto mix = [](uint64_t hash) {
    hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCDu;
    hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53u;
    return hash ^ (hash >> 33);
  };
  const uint64_t low = static_cast<uint64_t>(parts.coefficient);
  const uint64_t high = static_cast<uint64_t>(parts.coefficient >> 64);
  const uint64_t rest = static_cast<uint64_t>(int64_t{parts.exponent}) << 1 | (parts.negative ? 1 : 0);
  return static_cast<size_t>(mix(low ^ mix(high ^ mix(rest))));
}

int DigitCount(int128_t value) { return DigitsOf(MagnitudeOf(value)); }

int128_t PowerOfTen(int n) { return static_cast<int128_t>(kPowers[static_cast<size_t>(n)]); }

int128_t DivideByPowerOfTen(int128_t value, int drop, Rounding rounding) {
  const bool negative = value < 0;
  const uint128_t quotient = RoundedQuotient(MagnitudeOf(value), drop, negative, rounding);
  return static_cast<int128_t>(negative ? uint128_t{0} - quotient : quotient);
}

}  // namespace zhida

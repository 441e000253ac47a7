// The bits of a Decimal: sign, whole coefficient and power of ten, for decimal.cc and decimal_text.cc only.
//
// Every Decimal is finite, its coefficient is below 10^34, and zero has one form (+0, exponent 0). Whatever
// makes a Decimal keeps that, so that readers need not ask. Pure; any thread.
// Source: IEEE 754-2008 section 3.5.2, binary encoding of the significand (BID).
#ifndef ZHIDA_ENGINE_VALUE_DECIMAL_BITS_H_
#define ZHIDA_ENGINE_VALUE_DECIMAL_BITS_H_

#include <array>
#include <bit>
#include <cstdint>
#include <optional>

#include "engine/base/limits.h"
#include "engine/value/decimal.h"

namespace zhida::decimal_bits {

__extension__ typedef unsigned __int128 uint128_t;

inline constexpr int kExponentMin = -6176;
inline constexpr int kExponentMax = 6111;
inline constexpr int kPowerMax = 38;  // 10^38 is the largest power of ten in 128 bits

// 10^0 .. 10^38.
inline constexpr std::array<uint128_t, kPowerMax + 1> kPowers = [] {
  std::array<uint128_t, kPowerMax + 1> powers{};
  uint128_t power = 1;
  for (auto& entry : powers) {
    entry = power;
    power *= 10;  // wraps after the last entry, which nobody reads
  }
  return powers;
}();
inline constexpr uint128_t kCoefficientMax = kPowers[limits::kDecimalDigitsMax] - 1;

// (negative ? -1 : 1) * coefficient * 10^exponent
struct Parts {
  uint128_t coefficient = 0;
  int exponent = 0;
  bool negative = false;
};

using Words = std::array<uint64_t, 2>;
inline constexpr uint64_t kSignBit = uint64_t{1} << 63;
inline constexpr int kExponentShift = 49;
inline constexpr uint64_t kCoefficientMask = (uint64_t{1} << kExponentShift) - 1;

inline bool FitsIn64(uint128_t value) { return static_cast<uint64_t>(value >> 64) == 0; }

inline Parts Unpack(const Decimal& decimal) {
  const Words words = std::bit_cast<Words>(decimal);
  Parts parts;
  parts.coefficient = (uint128_t{words[1] & kCoefficientMask} << 64) | words[0];
  parts.exponent = static_cast<int>((words[1] >> kExponentShift) & 0x3FFF) + kExponentMin;
  parts.negative = (words[1] & kSignBit) != 0;
  return parts;
}

// The coefficient must be at most kCoefficientMax and the exponent in range.
inline Decimal Pack(bool negative, uint128_t coefficient, int exponent) {
  if (coefficient == 0) return Decimal();
  const uint64_t biased = static_cast<uint64_t>(exponent - kExponentMin);
  const uint64_t sign = negative ? kSignBit : 0;
  const uint64_t high = sign | (biased << kExponentShift) | static_cast<uint64_t>(coefficient >> 64);
  return std::bit_cast<Decimal>(Words{static_cast<uint64_t>(coefficient), high});
}

// Pack() for any exponent: moves zeros between coefficient and exponent where that helps; nullopt if the
// exact value has no encoding. The coefficient must be at most kCoefficientMax.
std::optional<Decimal> PackExactly(bool negative, uint128_t coefficient, int64_t exponent);

// Moves trailing zeros of the coefficient into the exponent; zero stays as it is.
void DropTrailingZeros(Parts* parts);

// Decimal digits of `value`: 0 has 1.
int DigitsOf(uint128_t value);

inline uint128_t MagnitudeOf(int128_t value) {
  return value < 0 ? uint128_t{0} - static_cast<uint128_t>(value) : static_cast<uint128_t>(value);
}

}  // namespace zhida::decimal_bits

#endif  // ZHIDA_ENGINE_VALUE_DECIMAL_BITS_H_

// Plain numbers of few digits, which nearly all numbers of facts are, straight from the token to a whole
// number. Pure; any thread.
#ifndef ZHIDA_ENGINE_FACTS_SHORT_NUMBER_H_
#define ZHIDA_ENGINE_FACTS_SHORT_NUMBER_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/facts/json_tokens.h"
#include "engine/facts/words.h"

namespace zhida::facts {

inline constexpr int kShortDigitsMax = 18;  // any that many digits fit in 64 bits

inline constexpr std::array<int64_t, kShortDigitsMax + 1> kShortPowers = [] {
  std::array<int64_t, kShortDigitsMax + 1> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = 10 * powers[i - 1];
  return powers;
}();

struct ShortNumber {
  int64_t mantissa = 0;
  int fraction = 0;  // digits after the point
};

// The number of `size` bytes, 1 to 8, all of them at once: their count differs from number to number, so a
// loop would be left at a place that the processor cannot foresee. False if it is none without a sign. Eight
// bytes must be readable.
inline bool ParseEightBytes(const char* text, std::ptrdiff_t size, ShortNumber* out) {
  static_assert(std::endian::native == std::endian::little);
  constexpr uint64_t kOnes = 0x0101010101010101u;
  constexpr uint64_t kTops = 0x8080808080808080u;
  constexpr uint64_t kPoint = '.' ^ '0';
  // The last byte becomes the highest, and zeros stand before the first.
  uint64_t word = (LoadWord<uint64_t>(text) ^ (kOnes * '0')) << (8 * (8 - size));
  // The highest bit of the first point, found as in HoldsByte(); it is taken out and the digits before it
  // moved up.
  const uint64_t same = word ^ (kOnes * kPoint);
  const uint64_t points = (same - kOnes) & ~same & kTops;
  const uint64_t point = points & (0 - points);
  const int fraction = point == 0 ? 0 : __builtin_clzll(point) / 8;
  const uint64_t before = (point >> 7) - (point == 0 ? 0 : 1);
  const uint64_t behind = ~(before | ((point >> 7) * 0xFF));
  word = (word & behind) | ((word & before) << 8);
  if ((((word + kOnes * (0x80 - 10)) | word) & kTops) != 0) return false;  // not digits alone
  if (*text == '.' || (point != 0 && fraction == 0)) return false;
  if (*text == '0' && size > 1 && text[1] != '.') return false;
  // Neighbours are joined: to numbers of two digits, then of four, then of eight.
  word = word * 10 + (word >> 8);
  constexpr uint64_t kEveryFourth = 0x000000FF000000FFu;
  const uint64_t joined = (word & kEveryFourth) * (100 + (uint64_t{1'000'000} << 32)) +
                          ((word >> 16) & kEveryFourth) * (1 + (uint64_t{10'000} << 32));
  out->mantissa = static_cast<int64_t>(joined >> 32);
  out->fraction = fraction;
  return true;
}

// The same for up to 18 digits.
bool ParseDigits(const char* text, const char* end, ShortNumber* out);

// Reads the number at the cursor. False for an exponent, many digits, white space behind it, or whatever is
// no number by JSON's grammar.
inline bool PeekShortNumber(const JsonCursor& cursor, ShortNumber* out) {
  const char* const end = cursor.token_end();
  const bool negative = cursor.Peek() == '-';
  const char* const begin = cursor.token_begin() + (negative ? 1 : 0);
  const std::ptrdiff_t size = end - begin;
  if (size == 1 && !negative) {  // nearly half of all numbers
    out->mantissa = static_cast<unsigned char>(*begin) - '0';
    out->fraction = 0;
    return out->mantissa >= 0 && out->mantissa <= 9;
  }
  if (size < 1 || size > 8 || !ParseEightBytes(begin, size, out)) {
    ShortNumber longer;  // apart, so that `*out` need not be in memory
    if (!ParseDigits(begin, end, &longer)) return false;
    *out = longer;
  }
  if (negative) out->mantissa = -out->mantissa;
  return true;
}

// The same, and steps over it.
inline bool TakeShortNumber(JsonCursor* cursor, ShortNumber* out) {
  if (!PeekShortNumber(*cursor, out)) return false;
  cursor->Skip();
  return true;
}

// The same as a whole multiple of 10^-scale. False, and no step, also where that is no whole number or needs
// more than 64 bits.
inline bool TakeShortScaled(JsonCursor* cursor, int scale, int64_t* out) {
  ShortNumber number;
  if (!PeekShortNumber(*cursor, &number)) return false;
  const int zeros = scale - number.fraction;
  if (zeros < 0 || zeros > kShortDigitsMax ||
      __builtin_mul_overflow(number.mantissa, kShortPowers[static_cast<size_t>(zeros)], out)) {
    return false;
  }
  cursor->Skip();
  return true;
}

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_SHORT_NUMBER_H_

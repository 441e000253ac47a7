// Plain numbers of few digits, which nearly all numbers of facts are, straight from the token to a whole
// number. Pure; any thread.
#ifndef ZHIDA_ENGINE_FACTS_SHORT_NUMBER_H_
#define ZHIDA_ENGINE_FACTS_SHORT_NUMBER_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/facts/json_tokens.h"

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

// Reads the number at the cursor and steps over it. False, and no step, for an exponent, many digits, white
// space behind it, or whatever is no number by JSON's grammar.
inline bool TakeShortNumber(JsonCursor* cursor, ShortNumber* out) {
  const char* p = cursor->token_begin();
  const char* const end = cursor->token_end();
  const auto digit_at = [end](const char* at) {
    return at != end ? static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0' : 10u;
  };
  const bool negative = *p == '-';
  if (negative) ++p;
  const char* const whole = p;
  uint64_t digits = 0;
  for (unsigned digit; (digit = digit_at(p)) < 10; ++p) digits = digits * 10 + digit;
  std::ptrdiff_t count = p - whole;
  if (count == 0 || (*whole == '0' && count > 1)) return false;
  std::ptrdiff_t fraction = 0;
  if (p != end && *p == '.') {
    const char* const first = ++p;
    for (unsigned digit; (digit = digit_at(p)) < 10; ++p) digits = digits * 10 + digit;
    fraction = p - first;
    if (fraction == 0) return false;
    count += fraction;
  }
  // With more digits the sum above may have wrapped.
  if (p != end || count > kShortDigitsMax) return false;
  out->mantissa = negative ? -static_cast<int64_t>(digits) : static_cast<int64_t>(digits);
  out->fraction = static_cast<int>(fraction);
  cursor->Skip();
  return true;
}

// The same as a whole multiple of 10^-scale. False, and no step, also where that is no whole number or needs
// more than 64 bits.
inline bool TakeShortScaled(JsonCursor* cursor, int scale, int64_t* out) {
  const JsonCursor before = *cursor;
  ShortNumber number;
  if (!TakeShortNumber(cursor, &number)) return false;
  const int zeros = scale - number.fraction;
  if (zeros >= 0 && zeros <= kShortDigitsMax &&
      !__builtin_mul_overflow(number.mantissa, kShortPowers[static_cast<size_t>(zeros)], out)) {
    return true;
  }
  *cursor = before;
  return false;
}

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_SHORT_NUMBER_H_

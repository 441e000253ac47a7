#include "engine/facts/short_number.h"

namespace zhida::facts {

bool ParseDigits(const char* p, const char* end, ShortNumber* out) {
  const auto digit_at = [end](const char* at) {
    return at != end ? static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0' : 10u;
  };
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
  out->mantissa = static_cast<int64_t>(digits);
  out->fraction = static_cast<int>(fraction);
  return true;
}

}  // namespace zhida::facts

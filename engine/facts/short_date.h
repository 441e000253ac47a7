// Dates and periods of the usual shape straight from the token to a number. Whatever looks otherwise is left
// to the rules in scalar_rules.h, which also say what is wrong with it. Pure; any thread.
#ifndef ZHIDA_ENGINE_FACTS_SHORT_DATE_H_
#define ZHIDA_ENGINE_FACTS_SHORT_DATE_H_

#include <cstddef>
#include <cstdint>

#include "engine/facts/json_tokens.h"
#include "engine/facts/words.h"
#include "engine/value/value.h"

namespace zhida::facts {

inline bool ParseFourDigits(const char* text, uint32_t* number) {
  constexpr uint32_t kOnes = 0x01010101u;
  const uint32_t word = LoadWord<uint32_t>(text) ^ (kOnes * '0');
  if ((((word + kOnes * (0x80 - 10)) | word) & (kOnes * 0x80)) != 0) return false;
  const uint32_t pairs = word * 10 + (word >> 8);
  *number = (pairs & 0xFF) * 100 + ((pairs >> 16) & 0xFF);
  return true;
}

inline bool ParseTwoDigits(const char* text, uint32_t* number) {
  const uint32_t tens = static_cast<uint32_t>(static_cast<unsigned char>(text[0])) - '0';
  const uint32_t ones = static_cast<uint32_t>(static_cast<unsigned char>(text[1])) - '0';
  *number = tens * 10 + ones;
  return tens < 10 && ones < 10;
}

// "2026-01-31" of the years 1 to 9999, as days from 1970-01-01, and steps over it. False, and no step, for
// anything else.
inline bool TakeShortDate(JsonCursor* cursor, int64_t* days) {
  const char* const text = cursor->token_begin();
  const std::ptrdiff_t size = cursor->token_end() - text;  // with both quotes
  if (size != 12 || text[0] != '"' || text[5] != '-' || text[8] != '-' || text[11] != '"') return false;
  uint32_t year = 0;
  uint32_t month = 0;
  uint32_t day = 0;
  if (!ParseFourDigits(text + 1, &year) || !ParseTwoDigits(text + 6, &month) ||
      !ParseTwoDigits(text + 9, &day))
    return false;
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  constexpr uint32_t kDaysInMonth[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  constexpr uint32_t kDaysBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  constexpr int64_t kDaysBefore1970 = 719'162;  // from 0001-01-01
  const uint32_t leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 1 : 0;
  if (day > kDaysInMonth[month - 1] + (month == 2 ? leap : 0)) return false;
  const uint32_t years = year - 1;
  const uint32_t before = years * 365 + years / 4 - years / 100 + years / 400 + kDaysBefore[month - 1] +
                          (month > 2 ? leap : 0) + day - 1;
  *days = int64_t{before} - kDaysBefore1970;
  cursor->Skip();
  return true;
}

// "2024", "2024Q1" or "2024-01" as the series wants it, and steps over it. False, and no step, for anything
// else.
inline bool TakeShortPeriod(JsonCursor* cursor, PeriodKind kind, int32_t* period) {
  const char* const text = cursor->token_begin();
  const std::ptrdiff_t size = cursor->token_end() - text;  // with both quotes
  uint32_t year = 0;
  if (size < 6 || text[0] != '"' || !ParseFourDigits(text + 1, &year)) return false;
  switch (kind) {
    case PeriodKind::kYear:
      if (size != 6 || text[5] != '"') return false;
      *period = static_cast<int32_t>(year);
      break;
    case PeriodKind::kQuarter:
      if (size != 8 || text[5] != 'Q' || text[6] < '1' || text[6] > '4' || text[7] != '"') return false;
      *period = static_cast<int32_t>(year) * 4 + (text[6] - '1');
      break;
    case PeriodKind::kMonth: {
      uint32_t month = 0;
      if (size != 9 || text[5] != '-' || text[8] != '"' || !ParseTwoDigits(text + 6, &month)) return false;
      if (month < 1 || month > 12) return false;
      *period = static_cast<int32_t>(year * 12 + month - 1);
      break;
    }
  }
  cursor->Skip();
  return true;
}

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_SHORT_DATE_H_

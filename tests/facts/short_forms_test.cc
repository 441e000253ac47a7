// The short ways of reading numbers, periods and dates say what the rules say, or leave it to them.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/facts/scalar_rules.h"
#include "engine/facts/short_date.h"
#include "engine/facts/short_number.h"

namespace zhida::facts {
namespace {

// A text as the one token of a row.
class Token {
 public:
  explicit Token(std::string text) : size_(static_cast<uint32_t>(text.size())), text_(std::move(text)) {
    text_.append(kJsonPaddingBytes, '\n');
    offsets_[1] = offsets_[2] = size_;
  }
  JsonCursor cursor() const { return {text_.data(), size_, offsets_}; }

 private:
  uint32_t size_;
  std::string text_;
  uint32_t offsets_[3] = {};
};

// Every number of digits that a word holds, and what looks like one.
template <class Word>
void CheckAgainstLoop(uint32_t seed) {
  std::mt19937 random(seed);
  const std::string odd = ".-e+ \"/:;\x80\xff,}";
  int numbers = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string text(sizeof(Word), '0');
    for (char& c : text) {
      c = random() % 10 == 0 ? odd[random() % odd.size()] : static_cast<char>('0' + random() % 10);
    }
    const size_t size = 1 + random() % sizeof(Word);
    if (i % 2 == 0) {  // one point and else digits, as most numbers are
      for (char& c : text) c = static_cast<char>('0' + random() % 10);
      text[random() % size] = '.';
    }
    ShortNumber at_once;
    ShortNumber by_loop;
    const bool read = ParseAtOnce<Word>(text.data(), size, &at_once);
    ASSERT_EQ(read, ParseDigits(text.data(), text.data() + size, &by_loop)) << text.substr(0, size);
    if (!read) continue;
    ++numbers;
    ASSERT_EQ(at_once.mantissa, by_loop.mantissa) << text.substr(0, size);
    ASSERT_EQ(at_once.fraction, by_loop.fraction) << text.substr(0, size);
  }
  EXPECT_GT(numbers, 50'000);
}

TEST(ShortFormsTest, DigitsAreReadAtOnceLikeByTheLoop) {
  CheckAgainstLoop<uint64_t>(4'713);
  CheckAgainstLoop<uint128_t>(4'714);
}

TEST(ShortFormsTest, TextsInWordsAreTheirBytesAndEscapesAreLeftAlone) {
  std::mt19937 random(4'715);
  const std::string some = "aZ09 /\xe5\x80\\\x5b\x5d";
  int taken = 0;
  for (int i = 0; i < 100'000; ++i) {
    std::string body;
    for (size_t left = random() % 20; left > 0; --left) body += some[random() % some.size()];
    const Token token('"' + body + '"');
    JsonCursor cursor = token.cursor();
    ShortText text;
    const bool good = body.size() <= 16 && body.find('\\') == std::string::npos;
    ASSERT_EQ(TakeShortText(&cursor, &text), good) << body;
    ASSERT_EQ(cursor.at_end(), good) << body;
    if (!good) continue;
    ++taken;
    ASSERT_EQ(text.size, body.size());
    ASSERT_EQ(text.head, WordOf(body.data(), body.size())) << body;
    ASSERT_EQ(text.tail, body.size() > 8 ? WordOf(body.data() + 8, body.size() - 8) : 0) << body;
  }
  EXPECT_GT(taken, 10'000);
  for (const char* text : {"", "\"", "a\"", "\"a", "\"a\" ", "null"}) {
    const Token token(text);
    JsonCursor cursor = token.cursor();
    ShortText ignored;
    EXPECT_FALSE(TakeShortText(&cursor, &ignored)) << text;
  }
}

TEST(ShortFormsTest, TrueAndFalseAreTakenAsWritten) {
  for (const std::string text : {"true", "false", "true ", "false\t", "tru", "fals", "truef", "falsey",
                                 "trUe", "falsE", "null", "", "\"true\"", "1"}) {
    const Token token(text);
    JsonCursor cursor = token.cursor();
    int64_t value = -1;
    const bool good = text == "true" || text == "false";
    EXPECT_EQ(TakeBoolean(&cursor, &value), good) << text;
    EXPECT_EQ(value, good ? (text == "true" ? 1 : 0) : -1) << text;
    EXPECT_EQ(good && cursor.at_end(), good) << text;
  }
}

TEST(ShortFormsTest, NumbersAreTakenOnlyWhole) {
  for (const char* text : {"", "-", "00", "01", "-01", ".5", "5.", "1.2.3", "1e3", "1 ", "+1", "a",
                           "1234567.", "12345678.", "0123456789", "1234567890123456789"}) {
    const Token token(text);
    ShortNumber number;
    EXPECT_FALSE(PeekShortNumber(token.cursor(), &number)) << text;
  }
  const struct {
    const char* text;
    int scale;
    int64_t value;
  } kCases[] = {{"0", 0, 0},
                {"7", 2, 700},
                {"-0", 0, 0},
                {"-7.25", 2, -725},
                {"0.5", 1, 5},
                {"12345678", 0, 12345678},
                {"1234567.8", 1, 12345678},
                {"1707216014.48", 2, 170721601448},
                {"-9999999999999999", 0, -9999999999999999},
                {"12345678901234.56", 2, 1234567890123456},
                {"123456.78", 4, 1234567800},
                {"999999999999999999", 0, 999999999999999999}};
  for (const auto& c : kCases) {
    const Token token(c.text);
    JsonCursor cursor = token.cursor();
    int64_t value = 0;
    EXPECT_TRUE(TakeShortScaled(&cursor, c.scale, &value)) << c.text;
    EXPECT_EQ(value, c.value) << c.text;
    EXPECT_TRUE(cursor.at_end());
  }
  for (const auto& [text, scale] : {std::pair("0.25", 1), std::pair("999999999999999999", 2)}) {
    const Token token(text);
    JsonCursor cursor = token.cursor();
    int64_t value = 0;
    EXPECT_FALSE(TakeShortScaled(&cursor, scale, &value)) << text;
    EXPECT_FALSE(cursor.at_end());
  }
}

TEST(ShortFormsTest, PeriodsAreThoseOfTheRules) {
  std::vector<std::string> texts = {"",       "2024", "202",     "20245", "2024Q",
                                    "2024q1", "2O24", "2024Q11", "2024-1"};
  for (int part = 0; part < 100; ++part) {
    char text[16];
    std::snprintf(text, sizeof text, "2024-%02d", part);
    texts.push_back(text);
    if (part < 10) texts.push_back("1999Q" + std::to_string(part));
    texts.push_back("2024" + std::string(1, static_cast<char>(' ' + part % 94)) + "01");
  }
  for (const PeriodKind kind : {PeriodKind::kYear, PeriodKind::kQuarter, PeriodKind::kMonth}) {
    for (const std::string& text : texts) {
      const Token token("\"" + text + "\"");
      JsonCursor cursor = token.cursor();
      Fault fault;
      int32_t quick = 0;
      int32_t period = 0;
      const bool good = ReadPeriodText(text, kind, &period, &fault);
      ASSERT_EQ(TakeShortPeriod(&cursor, kind, &quick), good) << text;
      EXPECT_EQ(quick, period) << text;
      EXPECT_EQ(cursor.at_end(), good);
    }
  }
}

TEST(ShortFormsTest, DatesAreThoseOfTheCalendar) {
  for (const int year : {1, 3, 4, 99, 100, 400, 1582, 1899, 1900, 1969, 1970, 2000, 2023, 2024, 2100, 9999}) {
    for (int month = 0; month <= 13; ++month) {
      for (int day = 0; day <= 32; ++day) {
        char text[32];
        std::snprintf(text, sizeof text, "\"%04d-%02d-%02d\"", year, month, day);
        const Token token(text);
        JsonCursor cursor = token.cursor();
        int64_t days = 0;
        const auto date = Date::FromCivil(year, month, day);
        ASSERT_EQ(TakeShortDate(&cursor, &days), date.has_value()) << text;
        EXPECT_TRUE(!date || days == date->days) << text;
      }
    }
  }
  for (const char* text :
       {"\"\"", "\"2024-1-01\"", "\"2024/01/01\"", "\"20240101\"", "\"2024-01-01", "2024-01-01",
        "\"2024-01-01T00:00:00\"", "\"-024-01-01\"", "\"0000-01-01\"", "\"2024-0:-01\""}) {
    const Token token(text);
    JsonCursor cursor = token.cursor();
    int64_t days = 0;
    EXPECT_FALSE(TakeShortDate(&cursor, &days)) << text;
    EXPECT_FALSE(cursor.at_end());
  }
}

}  // namespace
}  // namespace zhida::facts

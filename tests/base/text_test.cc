// Text: UTF-8 in full, near misses against a plain edit distance, quoting.
#include "engine/base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace zhida {
namespace {

uint64_t Seed() {
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "ZHIDA_SEED=" << seed << "\n";
  return seed;
}

TEST(Utf8Test, EveryCodePointRoundTrips) {
  for (char32_t point = 0; point <= 0x10FFFF; ++point) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    std::string text;
    AppendUtf8(point, &text);
    ASSERT_TRUE(IsValidUtf8(text)) << static_cast<uint32_t>(point);
    ASSERT_EQ(CodePointCount(text), 1u) << static_cast<uint32_t>(point);
    size_t offset = 0;
    ASSERT_EQ(NextCodePoint(text, &offset), point);
    ASSERT_EQ(offset, text.size());
  }
}

TEST(Utf8Test, WhatIsNoCodePointBecomesTheReplacement) {
  for (char32_t point : {char32_t{0xD800}, char32_t{0xDFFF}, char32_t{0x110000}, char32_t{0xFFFFFFFF}}) {
    std::string text;
    AppendUtf8(point, &text);
    EXPECT_EQ(text, "\xEF\xBF\xBD");
  }
}

TEST(Utf8Test, RefusesMalformedTextAndSaysWhere) {
  const struct {
    std::string_view text;
    size_t bad;
  } kCases[] = {
      {"\x80", 0},                      // continuation alone
      {"a\xC0\x80", 1},                 // overlong
      {"ab\xC1\xBF", 2},                // overlong
      {"\xE0\x9F\xBF", 0},              // overlong
      {"\xF0\x8F\xBF\xBF", 0},          // overlong
      {"\xED\xA0\x80", 0},              // surrogate
      {"\xED\xBF\xBF", 0},              // surrogate
      {"\xF4\x90\x80\x80", 0},          // past U+10FFFF
      {"\xF5\x80\x80\x80", 0},          // past U+10FFFF
      {"\xFF", 0},                      // never a lead
      {"中\xE4\xB8", 3},                // cut off
      {"中\xE4\xB8z", 3},               // cut short
      {"12345678abcdefg\xC3(", 15},     // after whole blocks of ASCII
      {"1234567\xF0\x9F\x90", 7},       // cut off
      {"12345678\xE4\xB8\xAD\x80", 11}  // one continuation too many
  };
  for (const auto& c : kCases) {
    size_t bad = 99;
    EXPECT_FALSE(IsValidUtf8(c.text, &bad)) << c.text;
    EXPECT_EQ(bad, c.bad) << c.text;
    EXPECT_FALSE(IsValidUtf8(c.text));
    // Decoding it anyway stays inside the text and ends.
    for (size_t offset = 0; offset < c.text.size();) {
      NextCodePoint(c.text, &offset);
      EXPECT_LE(offset, c.text.size());
    }
    size_t ignored = 0;
    EXPECT_TRUE(IsValidUtf8(JsonQuote(c.text), &ignored));
  }
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("plain ASCII that is longer than a block"));
  EXPECT_TRUE(IsValidUtf8("注册资本（万元）𠮷\xF4\x8F\xBF\xBF"));
}

TEST(TextTest, LinesAndColumnsCountFromOneInCodePoints) {
  constexpr std::string_view kText = "甲乙=1\n\n  丙: 2\n";
  const auto at = [&](size_t offset) {
    const LineColumn place = LineColumnAt(kText, offset);
    return std::to_string(place.line) + ":" + std::to_string(place.column);
  };
  EXPECT_EQ(at(0), "1:1");
  EXPECT_EQ(at(3), "1:2");
  EXPECT_EQ(at(kText.find('=')), "1:3");
  EXPECT_EQ(at(kText.find('\n')), "1:5");
  EXPECT_EQ(at(kText.find('\n') + 1), "2:1");
  EXPECT_EQ(at(kText.find(':')), "3:4");
  EXPECT_EQ(at(kText.size()), "4:1");
  EXPECT_EQ(at(kText.size() + 50), "4:1");
  EXPECT_EQ(LineColumnAt("", 0).line, 1);
}

TEST(NearestNameTest, FindsLikelySlips) {
  const std::vector<std::string> kNames = {
      "注册资本", "注册地址", "营业收入（万元）", "employee_count", "founded", "is_sme", "收入"};
  EXPECT_EQ(NearestName("注册资金", kNames), "注册资本");
  EXPECT_EQ(NearestName("employe_count", kNames), "employee_count");
  EXPECT_EQ(NearestName("employee count", kNames), "employee_count");
  EXPECT_EQ(NearestName("foudned", kNames), "founded");  // a swap counts one
  EXPECT_EQ(NearestName("营业收入", kNames), "");        // four code points away
  EXPECT_EQ(NearestName("营业收入(万元)", kNames), "营业收入（万元）");
  EXPECT_EQ(NearestName("收人", kNames), "收入");
  EXPECT_EQ(NearestName("founded", kNames), "founded");
  EXPECT_EQ(NearestName("x", {"y"}), "");  // nothing in common
  EXPECT_EQ(NearestName("x", {"xy"}), "xy");
  EXPECT_EQ(NearestName("", kNames), "");
  EXPECT_EQ(NearestName("abc", {}), "");
  EXPECT_EQ(NearestName("abc", {""}), "");
  EXPECT_EQ(NearestName("completely different", kNames), "");
}

TEST(NearestNameTest, TakesTheFirstOfEquals) {
  EXPECT_EQ(NearestName("cat", {"cot", "cut", "bat"}), "cot");
  EXPECT_EQ(NearestName("cat", {"dog", "cut", "cot"}), "cut");
  EXPECT_EQ(NearestName("cat", {"cut", "cat"}), "cat");
}

TEST(NearestNameTest, IsNotMisusedByLongWords) {
  const std::string longest(128, 'a');
  EXPECT_EQ(NearestName(longest, {longest.substr(1)}), longest.substr(1));
  EXPECT_EQ(NearestName(longest, {longest + "b"}), longest + "b");
  EXPECT_EQ(NearestName(longest, {std::string(170, 'a')}), std::string(170, 'a'));
  EXPECT_EQ(NearestName(longest, {std::string(171, 'a')}), "");
  EXPECT_EQ(NearestName(std::string(129, 'a'), {std::string(129, 'a')}), "");
  EXPECT_EQ(NearestName(std::string(1 << 20, 'a'), {std::string(1 << 20, 'a')}), "");
}

// The plain definition, without bands or bounds.
int PlainDistance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      d[i][j] =
          std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

std::string Encode(const std::u32string& points) {
  std::string text;
  for (char32_t point : points) AppendUtf8(point, &text);
  return text;
}

TEST(NearestNameTest, AgreesWithThePlainDistance) {
  std::mt19937_64 random(Seed());
  const auto word = [&random](size_t length) {
    std::u32string points;
    for (size_t i = 0; i < length; ++i) points += U"ab中文"[random() % 4];
    return points;
  };
  for (int round = 0; round < 3000; ++round) {
    const std::u32string asked = word(1 + random() % 14);
    std::vector<std::string> candidates;
    std::string expected;
    int best = std::max(1, static_cast<int>(asked.size() / 3)) + 1;
    for (int i = 0; i < 8; ++i) {
      std::u32string candidate = word(1 + random() % 14);
      if (random() % 2 == 0) {  // a near miss of the word asked for
        candidate = asked;
        for (size_t slips = random() % 5; slips > 0; --slips) candidate[random() % candidate.size()] = U'b';
        if (candidate.size() > 2 && random() % 2 == 0) std::swap(candidate[0], candidate[1]);
        if (candidate.size() > 2 && random() % 2 == 0) candidate.erase(random() % candidate.size(), 1);
      }
      candidates.push_back(Encode(candidate));
      const int distance = PlainDistance(asked, candidate);
      if (distance < best && distance < static_cast<int>(std::max(asked.size(), candidate.size()))) {
        best = distance;
        expected = candidates.back();
      }
    }
    ASSERT_EQ(NearestName(Encode(asked), candidates), expected)
        << Encode(asked) << " in " << Join(candidates, " ");
  }
}

TEST(TextTest, DidYouMeanIsReadyToAppend) {
  EXPECT_EQ(DidYouMean("foudned", {"founded"}), "; did you mean founded?");
  EXPECT_EQ(DidYouMean("xyz", {"founded"}), "");
}

TEST(TextTest, TrimsSplitsAndJoins) {
  EXPECT_EQ(TrimAscii(" \t\r\n a b \f\v"), "a b");
  EXPECT_EQ(TrimAscii(""), "");
  EXPECT_EQ(TrimAscii("  "), "");
  EXPECT_EQ(TrimAscii("\u3000a"), "\u3000a");  // ASCII only
  EXPECT_EQ(SplitOn("a,b,,c", ','), (std::vector<std::string>{"a", "b", "", "c"}));
  EXPECT_EQ(SplitOn("", ','), (std::vector<std::string>{""}));
  EXPECT_EQ(SplitOn(",", ','), (std::vector<std::string>{"", ""}));
  EXPECT_EQ(Join({"a", "", "b"}, ", "), "a, , b");
  EXPECT_EQ(Join({}, ", "), "");
}

TEST(TextTest, QuotesAsJson) {
  EXPECT_EQ(JsonQuote(""), "\"\"");
  EXPECT_EQ(JsonQuote("中文 a/b"), "\"中文 a/b\"");
  EXPECT_EQ(JsonQuote("\"\\\b\f\n\r\t"), "\"\\\"\\\\\\b\\f\\n\\r\\t\"");
  EXPECT_EQ(JsonQuote(std::string_view("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
  EXPECT_EQ(JsonQuote("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
}

// Plain text is taken by eight bytes; what is not plain may stand anywhere among them.
TEST(TextTest, QuotesWhateverStandsAnywhere) {
  for (size_t size = 1; size <= 20; ++size) {
    for (size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(size, 'a');
        text[at] = static_cast<char>(byte);
        const std::string alone = JsonQuote(text.substr(at, 1));
        const std::string quoted = JsonQuote(text);
        EXPECT_EQ(quoted,
                  '"' + text.substr(0, at) + alone.substr(1, alone.size() - 2) + text.substr(at + 1) + '"');
        EXPECT_EQ(JsonQuotedSize(text), quoted.size());
      }
    }
  }
}

}  // namespace
}  // namespace zhida

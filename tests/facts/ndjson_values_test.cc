// NDJSON: each kind of value, and each way a value or a row can be wrong, with what is said about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/facts/ndjson_fixture.h"

namespace zhida::facts {
namespace {

using testing::HasSubstr;

TEST_F(NdjsonTest, ReadsEachKindOfValue) {
  const struct {
    const char* fact;
    const char* json;
    const char* text;
  } kCases[] = {
      {"listed", "true", "true"},
      {"listed", " false ", "false"},
      {"staff", "0", "0"},
      {"staff", "-7", "-7"},
      {"staff", "1e2", "100"},
      {"staff", "12.0", "12"},
      {"staff", "-0", "0"},
      {"staff", "9223372036854775807", "9223372036854775807"},
      {"staff", "-9223372036854775808", "-9223372036854775808"},
      {"staff", "9223372036854775808", "9223372036854775808"},
      {"staff", "1234567890123456789012345678901234", "1234567890123456789012345678901234"},
      {"share", "0.03", "0.03"},
      {"share", "0.000000000001", "0.000000000001"},
      {"share", "3E-2", "0.03"},
      {"area", "1.50", "1.5"},
      {"area", "1.5000000000000000000000000000000000000000000", "1.5"},
      {"revenue", "1.23", "12300"},
      {"revenue", "0.000001", "0.01"},
      {"revenue", "12.5", "125000"},
      {"revenue", "100000000000000000000", "1000000000000000000000000"},
      {"paid", "1.05", "1.05"},
      {"founded", "\"2024-02-29\"", "2024-02-29"},
      {"founded", "\"2024-02-29T00:00:00\"", "2024-02-29"},
      {"founded", "\"2024-02-29T00:00:00+08:00\"", "2024-02-29"},
      {"filed_at", "\"2024-02-29T09:30:00+08:00\"", "2024-02-29T09:30:00+08:00"},
      {"industry", "\"C26\"", "\"C26\""},
      {"industry", "\"C2614\"", "\"C2614\""},
      {"landlord", "\"张三\"", "\"张三\""},
      {"landlord", "\"\\u5f20\\u4e09 \\ud83d\\ude00 \\\"\\\\\\/\"", "\"张三 😀 \\\"\\\\/\""},
      {"landlord", "\"\"", "\"\""},
      {"landlord", "null", "null"},
      {"staff", "null", "unknown(missing)"},
      {"titles", "[]", "[]"},
      {"titles", "[\"高企\", null, \"b\"]", "[\"高企\", unknown(missing), \"b\"]"},
      {"figures", "[1, 0.5]", "[10000, 5000]"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Cell(c.fact, "\"" + std::string(c.fact) + "\":" + c.json), c.text) << c.fact << " " << c.json;
  }
}

TEST_F(NdjsonTest, ReadsSeriesAndStructures) {
  const NdjsonResult result =
      Read(Row("\"rnd\":{\"2025\":260,\"2023\":null,\"2024\":150.5},\"power\":{\"2026-01\":7},"
               "\"hires\":[{\"date\":\"2026-03-01\",\"类别\":\"A\",\"pay\":10,\"extra\":{\"a\":[1]}},"
               "{\"category\":null},null]"));
  ASSERT_TRUE(result.rejects.empty()) << result.rejects[0].reason;
  const Value rnd = result.block.Get(pack_.schema.Find("rnd"), 0, feel::Reading::kPromised);
  ASSERT_EQ(rnd.kind(), ValueKind::kSeries);
  ASSERT_EQ(rnd.series().entries.size(), 2u);  // a null entry is no entry
  EXPECT_EQ(rnd.series().entries[0].first, 2024);
  EXPECT_EQ(rnd.series().Find(2024)->ToText(), "1505000");
  EXPECT_EQ(rnd.series().Find(2025)->ToText(), "2600000");
  EXPECT_EQ(CellText(result.block, "hires", 0),
            "[{date: 2026-03-01, category: \"A\", pay: 10}, "
            "{date: unknown(missing), category: null, pay: unknown(missing)}, unknown(missing)]");
}

TEST_F(NdjsonTest, NumbersBeyondInt64AreIrregular) {
  const NdjsonResult result = Read(Row("\"staff\":1") + "\n" + Row("\"staff\":9223372036854775808") + "\n" +
                                   Row("\"revenue\":9223372036854775807") + "\n");
  EXPECT_EQ(result.block.irregular_rows(), (std::vector<uint32_t>{1, 2}));
  const Column& staff = result.block.column(pack_.schema.Find("staff"));
  EXPECT_EQ(staff.integers, (std::vector<int64_t>{1, 0, 0}));
  EXPECT_EQ(CellText(result.block, "revenue", 2), "92233720368547758070000");
}

TEST_F(NdjsonTest, RejectsBadValuesAndSaysHowToMendThem) {
  const struct {
    const char* field;
    const char* json;
    const char* expected;
  } kCases[] = {
      {"staff", "\"5000\"",
       "ZD4010 | a text stands where a whole number is wanted; write 5000 without quotes"},
      {"paid", "\"many\"",
       "ZD4010 | a text stands where a number is wanted; write digits without quotes, like 5000, or "
       "leave it out if it is not known"},
      {"paid", "true", "ZD4010 | true stands where a number is wanted; write digits, like 5000"},
      {"paid", "[1]", "ZD4010 | a list stands where a number is wanted; write digits, like 5000"},
      {"paid", "{}", "ZD4010 | an object stands where a number is wanted; write digits, like 5000"},
      {"landlord", "5000", "ZD4010 | a number stands where a text is wanted; write \"5000\" with quotes"},
      {"grade", "false", "ZD4010 | false stands where a code is wanted; write it between quotes"},
      {"listed", "\"true\"",
       "ZD4010 | a text stands where true or false is wanted; write true or false without quotes"},
      {"listed", "1", "ZD4010 | a number stands where true or false is wanted"},
      {"founded", "20260101",
       "ZD4010 | a number stands where a date is wanted; write it like \"2026-01-31\""},
      {"titles", "\"a\"", "ZD4010 | a text stands where a list is wanted; write it between [ and ]"},
      {"titles", "[\"a\", 5]",
       "ZD4010 | item 2: a number stands where a text is wanted; write \"5\" with quotes"},
      {"rnd", "[1]", "ZD4010 | a list stands where a series is wanted; write its periods like {\"2024\": 1}"},
      {"rnd", "{\"2024\":\"1\"}",
       "ZD4010 | period 2024: a text stands where a number is wanted; write 1 without quotes"},
      {"staff", "1.5", "ZD4011 | 1.5 is not a whole number; supply it rounded as its source rounds it"},
      {"area", "1.234",
       "ZD4011 | 1.234 has more digits after the point than the 2 of the fact; supply it rounded as its "
       "source rounds it"},
      {"revenue", "1.2345678",
       "ZD4011 | 1.2345678 has more digits after the point than the 6 that reach a fen in 万元; "
       "supply it rounded as its source rounds it"},
      {"revenue", "1e-7",
       "ZD4011 | 0.0000001 has more digits after the point than the 6 that reach a fen in 万元; supply "
       "it rounded as its source rounds it"},
      {"paid", "1e400",
       "ZD4012 | \"1E+400\" is out of range: it takes more than 34 digits in fen; check the figure and "
       "its unit"},
      {"paid", "1e99999",
       "ZD4012 | \"1e99999\" is out of range: it takes more than 34 digits; check the figure and its "
       "unit"},
      {"staff", "12345678901234567890123456789012345",
       "ZD4012 | \"12345678901234567890123456789012345\" is out of range: it takes more than 34 digits; "
       "check the figure "
       "and its unit"},
      {"paid", "01",
       "ZD4002 | not JSON: the number \"01\" starts with a zero; drop it, or quote it if it is a code"},
      {"paid", "1.", "ZD4002 | not JSON: the number \"1.\" has no digit after the point; drop the point"},
      {"paid", "-", "ZD4002 | not JSON: the number \"-\" has no digits; write them, like -5"},
      {"paid", "-.5", "ZD4002 | not JSON: the number \"-.5\" has no digit before the point; write 0.5"},
      {"paid", "1e", "ZD4002 | not JSON: the number \"1e\" has no digit in its exponent; write it out"},
      {"paid", "1_000",
       "ZD4002 | not JSON: the number \"1_000\" goes on with \"_000\"; write plain digits like 12345.67"},
      {"paid", "NaN",
       "ZD4022 | NaN is not a number that can be judged; leave the key out if the value is not known"},
      {"paid", "-Infinity",
       "ZD4022 | -Infinity is not a number that can be judged; leave the key out if the value is not known"},
      {"paid", "tru", "ZD4002 | not JSON: column 37 has \"tru\" where a value is wanted; correct it"},
      {"paid", "+1", "ZD4002 | not JSON: column 37 has \"+1\" where a value is wanted; correct it"},
      {"founded", "\"2026-02-30\"",
       "ZD4013 | \"2026-02-30\" is not a date of the calendar; write it like 2026-01-31"},
      {"founded", "\"2026/02/01\"",
       "ZD4013 | \"2026/02/01\" is not a date of the calendar; write it like 2026-01-31"},
      {"founded", "\"2026-02-01T08:00:00\"",
       "ZD4014 | \"2026-02-01T08:00:00\" is a moment and not a whole day; write the date alone, like "
       "2026-02-01"},
      {"filed_at", "\"2026-02-01\"",
       "ZD4013 | \"2026-02-01\" is not a date and time; write it like 2026-01-31T09:30:00+08:00"},
      {"grade", "\"E\"",
       "ZD4015 | \"E\" is not in the code list grade; correct it, or leave it out if it is not known"},
      {"rnd", "{\"24\":1}", "ZD4018 | \"24\" is not a period of this series; write it like 2024"},
      {"rnd", "{\"2024\":null,\"2024\":1}", "ZD4019 | the period 2024 is given twice; keep one"},
      {"power", "{\"2024\":1}", "ZD4018 | \"2024\" is not a period of this series; write it like 2024-01"},
      {"rnd", "{\"2024\":1,\"2024\":1}", "ZD4019 | the period 2024 is given twice; keep one"},
      {"hires", "[{\"date\":\"2026-02-30\"}]",
       "ZD4013 | item 1: member date: \"2026-02-30\" is not a date of the calendar; write it like "
       "2026-01-31"},
      {"hires", "[{\"date\":null,\"招用日期\":null}]",
       "ZD4005 | item 1: the member \"招用日期\" is given twice; keep one"},
      {"hires", "[{\"category\":\"A\",\"date\":null,\"category\":\"A\"}]",
       "ZD4005 | item 1: the member \"category\" is given twice; keep one"},
      {"hires", "[{\"x\":1,\"y\":1,\"x\":1}]", "ZD4005 | item 1: the member \"x\" is given twice; keep one"},
      {"revenue@state", "\"sure\"",
       "ZD4020 | \"sure\" is not a state; write known, committed, absent, missing, stale, "
       "conflict or not_authorised"},
      {"revenue@state", "1", "ZD4010 | a number stands where a state is wanted; write \"1\" with quotes"},
      {"revenue@state", "\"absent\"",
       "ZD4021 | the state is absent, but revenue is not nullable, so there always is one; "
       "write missing if it is not known"},
      {"revenue@date", "\"2026-13-01\"",
       "ZD4013 | \"2026-13-01\" is not a date of the calendar; write it like 2026-01-31"},
      {"@date", "5", "ZD4010 | a number stands where a date is wanted; write it like \"2026-01-31\""},
      {"revenue@source", "5", "ZD4010 | a number stands where a text is wanted; write \"5\" with quotes"},
      {"landlord", "\"\\x\"",
       "ZD4002 | not JSON: column 41 has \"\\\"\\\\x\\\"\" where a string with JSON's escapes (\\\" "
       "\\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX) is wanted; correct it"},
  };
  for (const auto& c : kCases) {
    const std::string line = Row("\"" + std::string(c.field) + "\":" + c.json);
    EXPECT_EQ(Rejection(line), std::string(c.field) + " | " + c.expected) << line;
  }
}

TEST_F(NdjsonTest, RejectsBadRows) {
  const std::string uscc = "\"uscc\":\"" + std::string(kFirm) + "\"";
  const struct {
    std::string line;
    std::string field;
    std::string code;
    std::string part;
  } kCases[] = {
      {"[1]", "", kNotAnObject, "a row is one object"},
      {"5", "", kNotAnObject, "a row is one object"},
      {"nul", "", kBadSyntax, "column 1 has \"nul\""},
      {"{", "", kBadSyntax, "the row ends where a key in quotes is wanted"},
      {"{" + uscc, "", kBadSyntax, "the row ends where a comma or } is wanted"},
      {"{" + uscc + "}}", "", kBadSyntax, "where the end of the row is wanted"},
      {"{" + uscc + "} {}", "", kBadSyntax, "where the end of the row is wanted"},
      {"{" + uscc + ",}", "", kBadSyntax, "has \"}\" where a key in quotes is wanted"},
      {"{" + uscc + " \"staff\":1}", "", kBadSyntax, "where a comma or } is wanted"},
      {"{" + uscc + ",staff:1}", "", kBadSyntax, "has \"staff\" where a key in quotes is wanted"},
      {"{" + uscc + ",\"staff\" 1}", "", kBadSyntax, "where a colon is wanted"},
      {"{" + uscc + ",\"staff\":}", "staff", kBadSyntax, "has \"}\" where a value is wanted"},
      {"{" + uscc + ",\"x\":[1,}", "x", kBadSyntax, "has \"}\" where a value is wanted"},
      {"{" + uscc + ",\"x\":[1}", "x", kBadSyntax, "has \"}\" where a comma or ] is wanted"},
      {"{" + uscc + ",\"x\":{\"a\":1]}", "x", kBadSyntax, "has \"]\" where a comma or } is wanted"},
      {"{" + uscc + ",\"x\":{\"a\":01}}", "x", kBadSyntax, "starts with a zero"},
      {"{" + uscc + ",\"x\":{\"a\":\"\\ud800\"}}", "x", kBadSyntax, "JSON's escapes"},
      {"{" + uscc + ",\"staff\":1\"x\"}", "staff", kBadSyntax, "goes on with"},
      {"{" + uscc + ",\"landlord\":\"a\"b}", "", kBadSyntax, "has \"b\" where a comma or } is wanted"},
      {"{\"uscc\":\"abc", "", kBadSyntax, "a string is opened and never closed"},
      {"{\"uscc\":\"a\tb\"}", "", kBadSyntax, "column 11 has a bare control character"},
      {std::string("{\"uscc\":\"a\0b\"}", 14), "", kBadSyntax, "column 11 has a bare control character"},
      {std::string("{\0}", 3), "", kBadSyntax, "where a key in quotes is wanted"},
      {"{\"uscc\":\"a\xFF\"}", "", kNotUtf8, "byte 11 of the row is not UTF-8"},
      {"{\"uscc\":\"\xC3\xCC\"}", "", kNotUtf8, "byte 10 of the row is not UTF-8"},
      {"{\"staff\":1}", "uscc", kNoSubject, "there is no uscc, which names the subject"},
      {"{}", "uscc", kNoSubject, "there is no uscc"},
      {"{\"uscc\":null}", "uscc", kNoSubject, "there is no uscc"},
      {"{\"uscc\":\"\"}", "uscc", kNoSubject, "there is no uscc"},
      {"{" + uscc + "," + uscc + "}", "uscc", kKeyTwice, "given twice"},
      {"{" + uscc + ",\"staff\":1,\"从业人员\":1}", "从业人员", kIdAndName, "it is also given as \"staff\""},
      {"{" + uscc + ",\"st\\u0061ff\":1,\"staff\":1}", "staff", kKeyTwice, "given twice"},
      {"{" + uscc + ",\"staff@date\":null,\"从业人员@date\":null}", "从业人员@date", kIdAndName,
       "staff@date"},
      {"{" + uscc + ",\"staff@state\":null,\"staff@state\":null}", "staff@state", kKeyTwice, "given twice"},
      {"{" + uscc + ",\"@date\":null,\"@date\":null}", "@date", kKeyTwice, "given twice"},
      {"{" + uscc + ",\"other\":1,\"other\":1}", "other", kKeyTwice, "given twice"},
      {"{" + uscc + ",\"landlord\":\"x\",\"landlord@state\":\"absent\"}", "landlord@state", kContradiction,
       "a value of landlord stands beside it"},
  };
  for (const auto& c : kCases) {
    const std::string rejection = Rejection(c.line);
    EXPECT_EQ(rejection.find(c.field + " | " + c.code + " | "), 0u) << c.line << "\n" << rejection;
    EXPECT_THAT(rejection, HasSubstr(c.part)) << c.line;
  }
}

}  // namespace
}  // namespace zhida::facts

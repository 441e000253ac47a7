// NDJSON in: values, rejects with their reasons, and rows around a bad one that are unhurt.
#include "engine/facts/ndjson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/facts/fault.h"
#include "engine/facts/json_row.h"
#include "tests/facts/test_pack.h"

namespace zhida::facts {
namespace {

using testing::HasSubstr;

constexpr char kFirm[] = "91350500YYYY000127";

struct Result {
  explicit Result(const pack::Pack& pack) : block(pack.schema) {}
  FactBlock block;
  std::vector<Reject> rejects;
  ReadCounts counts;
};

class NdjsonTest : public testing::Test {
 protected:
  // Without anything readable behind the text but what the reader asks for, so that a sanitizer sees more.
  void Read(const std::string& text, Result* result) {
    std::vector<char> padded(text.begin(), text.end());
    padded.resize(text.size() + 64, '}');  // the worst that can stand there
    NdjsonReader reader(pack_, rules_);
    reader.Read({padded.data(), text.size()}, 1, 0, &result->block, &result->rejects, &result->counts);
    result->block.Finish();
    EXPECT_EQ(result->counts.rows_read,
              static_cast<int64_t>(result->block.row_count()) + result->counts.rows_rejected);
    EXPECT_EQ(result->counts.rows_rejected, static_cast<int64_t>(result->rejects.size()));
  }
  Result Read(const std::string& text) {
    Result result(pack_);
    Read(text, &result);
    return result;
  }
  static std::string Row(const std::string& fields) {
    return "{\"uscc\":\"" + std::string(kFirm) + "\"" + (fields.empty() ? "" : "," + fields) + "}";
  }
  // How one fact reads in a row of these fields.
  std::string Cell(const std::string& fact, const std::string& fields) {
    const Result result = Read(Row(fields) + "\n");
    if (!result.rejects.empty()) return "rejected: " + result.rejects[0].reason;
    return CellText(result.block, fact, 0);
  }
  // field | code | reason of the one row.
  std::string Rejection(const std::string& line) {
    const Result result = Read(line + "\n");
    if (result.rejects.size() != 1) return "not rejected";
    const Reject& reject = result.rejects[0];
    EXPECT_EQ(reject.line, 1);
    EXPECT_EQ(reject.row, 0);
    EXPECT_EQ(result.block.row_count(), 0u);
    return reject.field + " | " + reject.code + " | " + reject.reason;
  }

  pack::Pack pack_ = MakeTestPack();
  DateRules rules_ = RulesAsOf("2026-06-30");
};

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
  const Result result = Read(Row("\"rnd\":{\"2025\":260,\"2023\":null,\"2024\":150.5},\"power\":{\"2026-01\":7},"
                                 "\"hires\":[{\"date\":\"2026-03-01\",\"类别\":\"A\",\"pay\":10,\"extra\":{\"a\":[1]}},"
                                 "{\"category\":null},null]"));
  ASSERT_TRUE(result.rejects.empty()) << result.rejects[0].reason;
  const Value rnd = result.block.Get(pack_.schema.Find("rnd"), 0, feel::Reading::kPromised);
  ASSERT_EQ(rnd.kind(), ValueKind::kSeries);
  ASSERT_EQ(rnd.series().entries.size(), 3u);
  EXPECT_EQ(rnd.series().entries[0].first, 2023);
  EXPECT_TRUE(rnd.series().entries[0].second.is_unknown());
  EXPECT_EQ(rnd.series().Find(2024)->ToText(), "1505000");
  EXPECT_EQ(rnd.series().Find(2025)->ToText(), "2600000");
  EXPECT_EQ(CellText(result.block, "hires", 0),
            "[{date: 2026-03-01, category: \"A\", pay: 10}, "
            "{date: unknown(missing), category: null, pay: unknown(missing)}, unknown(missing)]");
}

TEST_F(NdjsonTest, NumbersBeyondInt64AreIrregular) {
  const Result result = Read(Row("\"staff\":1") + "\n" + Row("\"staff\":9223372036854775808") + "\n" +
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
      {"staff", "\"5000\"", "ZD4010 | a text stands where a whole number is wanted; write 5000 without quotes"},
      {"paid", "\"many\"", "ZD4010 | a text stands where a number is wanted; write digits without quotes, like 5000, or "
                           "leave it out if it is not known"},
      {"paid", "true", "ZD4010 | true stands where a number is wanted; write digits, like 5000"},
      {"paid", "[1]", "ZD4010 | a list stands where a number is wanted; write digits, like 5000"},
      {"paid", "{}", "ZD4010 | an object stands where a number is wanted; write digits, like 5000"},
      {"landlord", "5000", "ZD4010 | a number stands where a text is wanted; write \"5000\" with quotes"},
      {"grade", "false", "ZD4010 | false stands where a code is wanted; write it between quotes"},
      {"listed", "\"true\"", "ZD4010 | a text stands where true or false is wanted; write true or false without quotes"},
      {"listed", "1", "ZD4010 | a number stands where true or false is wanted"},
      {"founded", "20260101", "ZD4010 | a number stands where a date is wanted; write it like \"2026-01-31\""},
      {"titles", "\"a\"", "ZD4010 | a text stands where a list is wanted; write it between [ and ]"},
      {"titles", "[\"a\", 5]", "ZD4010 | item 2: a number stands where a text is wanted; write \"5\" with quotes"},
      {"rnd", "[1]", "ZD4010 | a list stands where a series is wanted; write its periods like {\"2024\": 1}"},
      {"rnd", "{\"2024\":\"1\"}", "ZD4010 | period 2024: a text stands where a number is wanted; write 1 without quotes"},
      {"staff", "1.5", "ZD4011 | 1.5 is not a whole number; supply it rounded as its source rounds it"},
      {"area", "1.234", "ZD4011 | 1.234 has more digits after the point than the 2 of the fact; supply it rounded as its "
                        "source rounds it"},
      {"revenue", "1.2345678", "ZD4011 | 1.2345678 has more digits after the point than the 6 that reach a fen in 万元; "
                               "supply it rounded as its source rounds it"},
      {"revenue", "1e-7", "ZD4011 | 0.0000001 has more digits after the point than the 6 that reach a fen in 万元; supply "
                          "it rounded as its source rounds it"},
      {"paid", "1e400", "ZD4012 | \"1E+400\" is out of range: it takes more than 34 digits in fen; check the figure and "
                        "its unit"},
      {"paid", "1e99999", "ZD4012 | \"1e99999\" is out of range: it takes more than 34 digits; check the figure and its "
                          "unit"},
      {"staff", "12345678901234567890123456789012345",
       "ZD4012 | \"12345678901234567890123456789012345\" is out of range: it takes more than 34 digits; check the figure "
       "and its unit"},
      {"paid", "01", "ZD4002 | not JSON: the number \"01\" starts with a zero; drop it, or quote it if it is a code"},
      {"paid", "1.", "ZD4002 | not JSON: the number \"1.\" has no digit after the point; drop the point"},
      {"paid", "-", "ZD4002 | not JSON: the number \"-\" has no digits; write them, like -5"},
      {"paid", "-.5", "ZD4002 | not JSON: the number \"-.5\" has no digit before the point; write 0.5"},
      {"paid", "1e", "ZD4002 | not JSON: the number \"1e\" has no digit in its exponent; write it out"},
      {"paid", "1_000", "ZD4002 | not JSON: the number \"1_000\" goes on with \"_000\"; write plain digits like 12345.67"},
      {"paid", "NaN", "ZD4022 | NaN is not a number that can be judged; leave the key out if the value is not known"},
      {"paid", "-Infinity",
       "ZD4022 | -Infinity is not a number that can be judged; leave the key out if the value is not known"},
      {"paid", "tru", "ZD4002 | not JSON: column 37 has \"tru\" where a value is wanted; correct it"},
      {"paid", "+1", "ZD4002 | not JSON: column 37 has \"+1\" where a value is wanted; correct it"},
      {"founded", "\"2026-02-30\"", "ZD4013 | \"2026-02-30\" is not a date of the calendar; write it like 2026-01-31"},
      {"founded", "\"2026/02/01\"", "ZD4013 | \"2026/02/01\" is not a date of the calendar; write it like 2026-01-31"},
      {"founded", "\"2026-02-01T08:00:00\"",
       "ZD4014 | \"2026-02-01T08:00:00\" is a moment and not a whole day; write the date alone, like 2026-02-01"},
      {"filed_at", "\"2026-02-01\"",
       "ZD4013 | \"2026-02-01\" is not a date and time; write it like 2026-01-31T09:30:00+08:00"},
      {"grade", "\"E\"", "ZD4015 | \"E\" is not in the code list grade; correct it, or leave it out if it is not known"},
      {"rnd", "{\"24\":1}", "ZD4018 | \"24\" is not a period of this series; write it like 2024"},
      {"power", "{\"2024\":1}", "ZD4018 | \"2024\" is not a period of this series; write it like 2024-01"},
      {"rnd", "{\"2024\":1,\"2024\":1}", "ZD4019 | the period 2024 is given twice; keep one"},
      {"hires", "[{\"date\":\"2026-02-30\"}]",
       "ZD4013 | item 1: member date: \"2026-02-30\" is not a date of the calendar; write it like 2026-01-31"},
      {"hires", "[{\"date\":null,\"招用日期\":null}]", "ZD4005 | item 1: the member \"招用日期\" is given twice; keep one"},
      {"hires", "[{\"x\":1,\"y\":1,\"x\":1}]", "ZD4005 | item 1: the member \"x\" is given twice; keep one"},
      {"revenue@state", "\"sure\"", "ZD4020 | \"sure\" is not a state; write known, committed, absent, missing, stale, "
                                    "conflict or not_authorised"},
      {"revenue@state", "1", "ZD4010 | a number stands where a state is wanted; write \"1\" with quotes"},
      {"revenue@state", "\"absent\"", "ZD4021 | the state is absent, but revenue is not nullable, so there always is one; "
                                      "write missing if it is not known"},
      {"revenue@date", "\"2026-13-01\"", "ZD4013 | \"2026-13-01\" is not a date of the calendar; write it like 2026-01-31"},
      {"@date", "5", "ZD4010 | a number stands where a date is wanted; write it like \"2026-01-31\""},
      {"revenue@source", "5", "ZD4010 | a number stands where a text is wanted; write \"5\" with quotes"},
      {"landlord", "\"\\x\"", "ZD4002 | not JSON: column 41 has \"\\\"\\\\x\\\"\" where a string with JSON's escapes (\\\" "
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
      {"{" + uscc + ",\"staff@date\":null,\"从业人员@date\":null}", "从业人员@date", kIdAndName, "staff@date"},
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

TEST_F(NdjsonTest, BoundsDepthAndLengths) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(Rejection(Row("\"x\":" + nested(63))), "not rejected");
  EXPECT_EQ(Rejection(Row("\"x\":" + nested(64))),
            "x | ZD4008 | lists and objects are nested more than 64 deep; flatten them");
  EXPECT_THAT(Rejection(Row("\"x\":" + std::string(200'000, '['))), HasSubstr("ZD4008"));
  EXPECT_THAT(Rejection(Row("\"hires\":[{\"x\":" + nested(62) + "}]")), HasSubstr("ZD4008"));

  const std::string longest(limits::kStringBytesMax, 'a');
  EXPECT_EQ(Rejection(Row("\"landlord\":\"" + longest + "\"")), "not rejected");
  EXPECT_THAT(Rejection(Row("\"landlord\":\"" + longest + "a\"")), HasSubstr("landlord | ZD4016 | a text of 65537 bytes"));

  std::string items = "\"a\"";
  for (size_t i = 1; i < limits::kListItemsMax; ++i) items += ",\"a\"";
  EXPECT_EQ(Rejection(Row("\"titles\":[" + items + "]")), "not rejected");
  EXPECT_THAT(Rejection(Row("\"titles\":[" + items + ",\"a\"]")), HasSubstr("titles | ZD4017 | more than 4096 items"));
}

TEST_F(NdjsonTest, ABadRowHurtsNoOther) {
  // The four traps of streaming parsers first: a malformed line, an unclosed one, bad UTF-8, a line too long.
  const std::vector<std::string> bad = {
      "{\"uscc\":\"x\",,}",
      "{\"uscc\":\"x\",\"staff\":[1",
      "{\"uscc\":\"x",
      "{\"uscc\":\"\xC3\x28\"}",
      Row("\"x\":\"" + std::string(2 << 20, 'a') + "\""),
      Row("\"paid\":1e400"),
      Row("\"paid\":01"),
      Row("\"landlord\":1"),
      Row("\"founded\":\"2026-02-30\""),
      Row("\"staff\":9223372036854775808,\"staff\":1"),
      std::string("\0", 1),
      "}",
      "\\",
  };
  std::string text;
  for (const std::string& line : bad) text += Row("\"staff\":1,\"landlord\":\"好\"") + "\n" + line + "\n";
  text += Row("\"staff\":1,\"landlord\":\"好\"");
  const Result result = Read(text);
  EXPECT_EQ(result.counts.rows_read, static_cast<int64_t>(2 * bad.size() + 1));
  ASSERT_EQ(result.rejects.size(), bad.size());
  ASSERT_EQ(result.block.row_count(), bad.size() + 1);
  for (size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(result.rejects[i].row, static_cast<int64_t>(2 * i + 1));
    EXPECT_EQ(result.rejects[i].line, static_cast<int64_t>(2 * i + 2));
  }
  EXPECT_EQ(result.rejects[4].code, kLineTooLong);
  for (size_t row = 0; row <= bad.size(); ++row) {
    EXPECT_EQ(result.block.input_row(row), static_cast<int64_t>(2 * row));
    EXPECT_EQ(result.block.subject(row), kFirm);
    EXPECT_EQ(CellText(result.block, "staff", row), "1");
    EXPECT_EQ(CellText(result.block, "landlord", row), "\"好\"");
    EXPECT_EQ(CellText(result.block, "paid", row), "unknown(missing)");
  }
  EXPECT_TRUE(result.block.irregular_rows().empty());
}

TEST_F(NdjsonTest, BlankLinesAreLinesAndNoRows) {
  const Result result = Read("\n  \r\n" + Row("") + "\r\n\t\n\n" + "x\n" + Row(""));
  EXPECT_EQ(result.counts.rows_read, 3);
  ASSERT_EQ(result.rejects.size(), 1u);
  EXPECT_EQ(result.rejects[0].row, 1);
  EXPECT_EQ(result.rejects[0].line, 6);
  ASSERT_EQ(result.block.row_count(), 2u);
  EXPECT_EQ(result.block.input_row(1), 2);
  EXPECT_EQ(Read("").counts.rows_read, 0);
  EXPECT_EQ(Read("\n\n\n").counts.rows_read, 0);
}

TEST_F(NdjsonTest, AByteOrderMarkAtTheStartIsSkipped) {
  const std::string mark = "\xEF\xBB\xBF";
  EXPECT_EQ(Read(mark + Row("") + "\n").counts.rows_rejected, 0);
  EXPECT_EQ(Read(Row("") + "\n" + mark + Row("") + "\n").counts.rows_rejected, 1);
}

TEST_F(NdjsonTest, MarksAndDates) {
  const struct {
    const char* fact;
    const char* fields;
    const char* text;
  } kCases[] = {
      {"revenue", "\"revenue\":1,\"revenue@state\":\"committed\"", "10000 promised, unknown(missing) verified"},
      {"revenue", "\"营业收入@state\":\"committed\",\"revenue\":1", "10000 promised, unknown(missing) verified"},
      {"revenue", "\"revenue@state\":\"committed\"", "unknown(missing)"},
      {"revenue", "\"revenue\":1,\"revenue@state\":\"known\"", "10000"},
      {"revenue", "\"revenue\":1,\"revenue@state\":null", "10000"},
      {"revenue", "\"revenue@state\":\"known\"", "unknown(missing)"},
      {"revenue", "\"revenue\":1,\"revenue@state\":\"conflict\"", "unknown(conflict)"},
      {"revenue", "\"revenue@state\":\"not_authorised\",\"revenue\":1", "unknown(not_authorised)"},
      {"revenue", "\"revenue@state\":\"stale\"", "unknown(stale)"},
      {"revenue", "\"revenue\":1,\"revenue@state\":\"missing\"", "unknown(missing)"},
      {"revenue", "\"revenue\":1,\"revenue@date\":\"2025-06-30\"", "10000"},
      {"revenue", "\"revenue\":1,\"revenue@date\":\"2025-06-29\"", "unknown(stale)"},
      {"revenue", "\"@date\":\"2025-06-29\",\"revenue\":1", "unknown(stale)"},
      {"revenue", "\"revenue\":1,\"@date\":\"2025-06-29\"", "unknown(stale)"},
      {"revenue", "\"revenue\":1,\"@date\":\"2025-06-29\",\"revenue@date\":\"2026-01-01\"", "10000"},
      {"revenue", "\"revenue\":1,\"@date\":\"2025-06-29\",\"revenue@date\":null", "unknown(stale)"},
      {"revenue", "\"revenue\":1,\"revenue@date\":\"2026-07-01\"", "unknown(missing)"},
      {"revenue", "\"revenue\":1,\"revenue@source\":\"税务\"", "10000"},
      {"staff", "\"staff\":1,\"@date\":\"2026-07-01\"", "unknown(missing)"},
      {"staff", "\"staff\":1,\"staff@state\":\"committed\"", "unknown(missing)"},
      {"landlord", "\"landlord@state\":\"absent\"", "null"},
      {"landlord", "\"landlord\":null,\"landlord@state\":\"absent\"", "null"},
      {"landlord", "\"landlord\":null,\"landlord@state\":\"conflict\"", "unknown(conflict)"},
      {"landlord", "\"landlord@state\":\"absent\",\"@date\":\"2026-07-01\"", "unknown(missing)"},
      {"titles", "\"titles\":[\"a\"],\"titles@date\":\"2026-07-01\"", "unknown(missing)"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Cell(c.fact, c.fields), c.text) << c.fields;
}

TEST_F(NdjsonTest, ValuesThatAreNotKnownLeaveNothingInTheColumn) {
  const Result result = Read(Row("\"staff\":9223372036854775808,\"landlord\":\"x\",\"titles\":[\"a\"],\"paid\":5,"
                                 "\"@date\":\"2026-07-01\""));
  ASSERT_EQ(result.block.row_count(), 1u);
  EXPECT_TRUE(result.block.irregular_rows().empty());
  EXPECT_TRUE(result.block.column(pack_.schema.Find("staff")).wide.empty());
  EXPECT_EQ(result.block.column(pack_.schema.Find("paid")).integers[0], 0);
  EXPECT_EQ(result.block.column(pack_.schema.Find("landlord")).texts[0], "");
  EXPECT_TRUE(result.block.column(pack_.schema.Find("titles")).values[0].is_null());
  // The subject has its name whatever is known of it.
  EXPECT_EQ(result.block.subject(0), kFirm);
  EXPECT_EQ(CellText(result.block, "uscc", 0), "unknown(missing)");
}

TEST_F(NdjsonTest, CountsWarningsOfJudgedRowsOnly) {
  const Result result = Read(
      "{\"uscc\":\"91350100M0001TGQXM\",\"revenue\":1,\"foo\":1,\"bar\":2,\"staff\":1,\"staff@state\":\"committed\"}\n"
      "{\"uscc\":\"91350100M0001TGQXM\",\"revenue\":1,\"foo\":1,\"staff@state\":\"committed\",\"paid\":\"x\"}\n"
      "{\"uscc\":\"91350500YYYY000127\",\"revenue\":1,\"revenue@date\":\"2026-01-01\",\"foo\":null}\n");
  EXPECT_EQ(result.counts.rows_read, 3);
  EXPECT_EQ(result.counts.rows_rejected, 1);
  EXPECT_EQ(result.counts.bad_check_digits, 1);
  EXPECT_EQ(result.counts.undated, 1);
  EXPECT_EQ(result.counts.refused_commitments, 1);
  EXPECT_EQ(result.counts.undeclared, (std::map<std::string, int64_t>{{"bar", 1}, {"foo", 2}}));
  EXPECT_EQ(result.block.subject(0), "91350100M0001TGQXM");
}

TEST_F(NdjsonTest, KeepsTheFirstHundredUndeclaredNamesHoweverTheInputIsSplit) {
  std::string text;
  for (int row = 0; row < 60; ++row) {
    std::string fields;
    for (int i = 0; i < 50; ++i) {
      fields += (i == 0 ? "\"k" : ",\"k") + std::to_string((row * 37 + i * 91) % 3'000) + "\":1";
    }
    text += Row(fields) + "\n";
  }
  const Result whole = Read(text);
  EXPECT_EQ(whole.counts.undeclared.size(), kUndeclaredNamesMax);
  ReadCounts split;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = text.find('\n', std::min(begin + 3'000, text.size() - 1)) + 1;
    split.Add(Read(text.substr(begin, end - begin)).counts);
    begin = end;
  }
  EXPECT_EQ(split.undeclared, whole.counts.undeclared);
  EXPECT_EQ(split.rows_read, whole.counts.rows_read);
}

TEST_F(NdjsonTest, ManyAndLongUndeclaredKeysAreStillFoundTwice) {
  std::string fields;
  for (int i = 0; i < 3'000; ++i) fields += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":1";
  EXPECT_EQ(Rejection(Row(fields)), "not rejected");
  EXPECT_EQ(Rejection(Row(fields + ",\"k2999\":1")), "k2999 | ZD4005 | the key is given twice in the row; keep one");
  const std::string name = "\"" + std::string(1'000, 'x') + "\":1";
  EXPECT_EQ(Rejection(Row(name)), "not rejected");
  EXPECT_THAT(Rejection(Row(name + "," + name)), HasSubstr("xxx… | ZD4005"));
}

TEST_F(NdjsonTest, KeysMayComeInAnyOrderAndEscaped) {
  const Result result = Read(Row("\"staff\":1,\"paid\":2") + "\n{\"paid\":2,\"staff\":1,\"uscc\":\"a\"}\n" +
                             "{\"\\u0073taff\":1,\"usc\\u0063\":\"b\",\"paid\" : 2}\n" + Row("\"从业人员\":1,\"paid\":2"));
  ASSERT_EQ(result.block.row_count(), 4u);
  for (size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(CellText(result.block, "staff", row), "1") << row;
    EXPECT_EQ(CellText(result.block, "paid", row), "2") << row;
  }
}

TEST_F(NdjsonTest, BlocksGoOnWhereTheLastReadEnded) {
  NdjsonReader reader(pack_, rules_);
  Result result(pack_);
  std::string text = Row("\"staff\":1") + "\n" + Row("\"staff\":\"x\"") + "\n";
  text.resize(text.size() + 64);
  const std::string_view lines(text.data(), text.size() - 64);
  reader.Read(lines, 1, 0, &result.block, &result.rejects, &result.counts);
  reader.Read(lines, 3, 2, &result.block, &result.rejects, &result.counts);
  ASSERT_EQ(result.block.row_count(), 2u);
  EXPECT_EQ(result.block.input_row(1), 2);
  ASSERT_EQ(result.rejects.size(), 2u);
  EXPECT_EQ(result.rejects[1].row, 3);
  EXPECT_EQ(result.rejects[1].line, 4);
  EXPECT_EQ(result.counts.rows_read, 4);
  result.block.Clear();
  EXPECT_EQ(result.block.row_count(), 0u);
  reader.Read(lines, 5, 4, &result.block, &result.rejects, &result.counts);
  EXPECT_EQ(CellText(result.block, "staff", 0), "1");
}

TEST_F(NdjsonTest, FlagsOfAFinishedBlock) {
  const Result result = Read(Row("\"revenue\":1,\"revenue@state\":\"committed\",\"staff\":1") + "\n" +
                             Row("\"revenue\":1,\"landlord\":null,\"staff\":1") + "\n");
  EXPECT_TRUE(result.block.any_committed());
  EXPECT_TRUE(result.block.column(pack_.schema.Find("revenue")).any_committed);
  EXPECT_FALSE(result.block.column(pack_.schema.Find("revenue")).any_unknown);
  EXPECT_TRUE(result.block.column(pack_.schema.Find("landlord")).any_absent);
  EXPECT_TRUE(result.block.column(pack_.schema.Find("landlord")).any_unknown);
  EXPECT_FALSE(result.block.column(pack_.schema.Find("staff")).any_unknown);
}

TEST_F(NdjsonTest, OneSubjectGoesTheSameWay) {
  JsonSubjectReader reader(pack_, rules_);
  Result result(pack_);
  Reject reject;
  ASSERT_TRUE(reader.Read("{\n  \"uscc\": \"91350500YYYY000127\",\n  \"revenue\": 12.5,\n  \"x\": 1\n}\n", &result.block,
                          &reject, &result.counts));
  EXPECT_EQ(CellText(result.block, "revenue", 0), "125000");
  EXPECT_EQ(result.counts.undeclared.count("x"), 1u);
  EXPECT_FALSE(reader.Read("{\"uscc\":\"a\",\"revenue\":\"1\"}", &result.block, &reject, &result.counts));
  EXPECT_EQ(result.block.row_count(), 0u);
  EXPECT_EQ(reject.field, "revenue");
  EXPECT_EQ(reject.code, kWrongType);
  EXPECT_FALSE(reader.Read("", &result.block, &reject, &result.counts));
  EXPECT_EQ(reject.reason, "there is no JSON here; write one object");
  EXPECT_FALSE(reader.Read(std::string(2 << 20, ' '), &result.block, &reject, &result.counts));
  EXPECT_EQ(reject.code, kLineTooLong);
  EXPECT_EQ(result.counts.rows_read, 4);
  EXPECT_EQ(result.counts.rows_rejected, 3);
}

// Mutated lines between good ones: nothing crashes, the counts add up, and the good rows come out as ever.
TEST_F(NdjsonTest, SurvivesMutations) {
  const unsigned seed = 7;
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string good = Row("\"staff\":12,\"landlord\":\"好\"");
  const std::string model =
      Row("\"listed\":true,\"staff\":12,\"share\":0.125,\"revenue\":1.25,\"营业收入@state\":\"committed\",\"@date\":"
          "\"2026-01-01\",\"founded\":\"2024-02-29\",\"filed_at\":\"2024-02-29T09:30:00Z\",\"industry\":\"C2614\","
          "\"landlord\":\"\\u5f20\\n\\ud83d\\ude00三\",\"titles\":[\"高企\",null],\"rnd\":{\"2024\":1.5,\"2025\":2},"
          "\"hires\":[{\"date\":\"2026-01-01\",\"类别\":null,\"x\":[{}]}],\"extra\":{\"a\":[1,-2.5e3,false]}");
  const std::string pieces = "\"\\{}[]:,0123456789.eE+-tfn@\t \xE5\xFF\x01";
  for (int round = 0; round < 20'000; ++round) {
    std::string line = model;
    for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
      const size_t at = random() % line.size();
      switch (random() % 4) {
        case 0:
          line[at] = pieces[random() % pieces.size()];
          break;
        case 1:
          line.erase(at, 1 + random() % 5);
          break;
        case 2:
          line.insert(at, 1, pieces[random() % pieces.size()]);
          break;
        default:
          line.insert(at, line.substr(random() % line.size(), random() % 20));
          break;
      }
      if (line.empty()) line = "x";
    }
    const Result result = Read(good + "\n" + line + "\n" + good);
    ASSERT_GE(result.block.row_count(), 2u) << line;
    const size_t last = result.block.row_count() - 1;
    ASSERT_EQ(CellText(result.block, "staff", last), "12") << line;
    ASSERT_EQ(CellText(result.block, "landlord", last), "\"好\"") << line;
    ASSERT_EQ(CellText(result.block, "titles", last), "unknown(missing)") << line;
  }
}

}  // namespace
}  // namespace zhida::facts

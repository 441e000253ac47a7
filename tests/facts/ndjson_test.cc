// NDJSON: rows around a bad one are unhurt, marks and dates, counts, bounds, hostile input.
#include "engine/facts/ndjson.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/facts/json_row.h"
#include "tests/facts/ndjson_fixture.h"
#include "tests/test_size.h"

namespace zhida::facts {
namespace {

using testing::HasSubstr;

TEST_F(NdjsonTest, BoundsDepthAndLengths) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(Rejection(Row("\"x\":" + nested(63))), "not rejected");
  EXPECT_EQ(Rejection(Row("\"x\":" + nested(64))),
            "x | ZD4008 | lists and objects are nested more than 64 deep; flatten them");
  EXPECT_THAT(Rejection(Row("\"x\":" + std::string(200'000, '['))), HasSubstr("ZD4008"));
  EXPECT_THAT(Rejection(Row("\"hires\":[{\"x\":" + nested(62) + "}]")), HasSubstr("ZD4008"));

  const std::string longest(limits::kStringBytesMax, 'a');
  EXPECT_EQ(Rejection(Row("\"landlord\":\"" + longest + "\"")), "not rejected");
  EXPECT_THAT(Rejection(Row("\"landlord\":\"" + longest + "a\"")),
              HasSubstr("landlord | ZD4016 | a text of 65537 bytes"));

  std::string items = "\"a\"";
  for (size_t i = 1; i < limits::kListItemsMax; ++i) items += ",\"a\"";
  EXPECT_EQ(Rejection(Row("\"titles\":[" + items + "]")), "not rejected");
  EXPECT_THAT(Rejection(Row("\"titles\":[" + items + ",\"a\"]")),
              HasSubstr("titles | ZD4017 | more than 4096 items"));
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
  const NdjsonResult result = Read(text);
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
  const NdjsonResult result = Read("\n  \r\n" + Row("") + "\r\n\t\n\n" + "x\n" + Row(""));
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
      {"revenue", "\"revenue\":1,\"revenue@state\":\"committed\"",
       "10000 promised, unknown(missing) verified"},
      {"revenue", "\"营业收入@state\":\"committed\",\"revenue\":1",
       "10000 promised, unknown(missing) verified"},
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
      {"revenue", "\"@date\":\"2026-01-01\",\"revenue\":1,\"revenue@date\":\"2025-06-29\"", "unknown(stale)"},
      {"revenue", "\"@date\":\"2026-01-01\",\"revenue\":1,\"revenue@state\":\"conflict\",\"staff\":2",
       "unknown(conflict)"},
      {"revenue", "\"staff\":2,\"revenue@state\":\"committed\",\"@date\":\"2026-01-01\",\"revenue\":1",
       "10000 promised, unknown(missing) verified"},
      {"staff", "\"@date\":\"2026-01-01\",\"revenue@state\":\"stale\",\"staff\":3,\"revenue\":1", "3"},
      {"titles", "\"@date\":\"2026-01-01\",\"titles\":[\"a\"],\"titles@state\":\"missing\"",
       "unknown(missing)"},
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
  const NdjsonResult result =
      Read(Row("\"staff\":9223372036854775808,\"landlord\":\"x\",\"titles\":[\"a\"],\"paid\":5,"
               "\"@date\":\"2026-07-01\""));
  ASSERT_EQ(result.block.row_count(), 1u);
  EXPECT_TRUE(result.block.irregular_rows().empty());
  EXPECT_TRUE(result.block.column(pack_.schema.Find("staff")).wide.empty());
  EXPECT_EQ(result.block.column(pack_.schema.Find("paid")).integers[0], 0);
  EXPECT_EQ(result.block.column(pack_.schema.Find("landlord")).texts[0], "");
  EXPECT_EQ(result.block.column(pack_.schema.Find("titles")).spans[0].size, 0u);
  EXPECT_TRUE(result.block.column(pack_.schema.Find("titles")).items[0].state.empty());
  // The subject has its name whatever is known of it.
  EXPECT_EQ(result.block.subject(0), kFirm);
  EXPECT_EQ(CellText(result.block, "uscc", 0), "unknown(missing)");
}

TEST_F(NdjsonTest, MarksThatIgnoreTheValueIgnoreItsFaultsToo) {
  for (const char* state : {"missing", "stale", "conflict", "not_authorised"}) {
    const std::string mark = "\"revenue@state\":\"" + std::string(state) + "\"";
    const std::string unknown = "unknown(" + std::string(state) + ")";
    for (const char* value : {"\"x\"", "1e-9", "[1,{}]", "{\"a\":1}", "1e999999"}) {
      const std::string bad = "\"revenue\":" + std::string(value);
      EXPECT_EQ(Cell("revenue", bad + "," + mark), unknown) << bad;
      EXPECT_EQ(Cell("revenue", mark + ",\"staff\":1," + bad), unknown) << bad;
      EXPECT_EQ(Cell("staff", bad + "," + mark + ",\"staff\":7"), "7") << bad;
    }
    // But it must be JSON, and other faults stand.
    EXPECT_THAT(Rejection(Row("\"revenue\":01," + mark)), HasSubstr("revenue | ZD4002"));
    EXPECT_THAT(Rejection(Row("\"revenue\":[1,]," + mark)), HasSubstr("revenue | ZD4002"));
    EXPECT_THAT(Rejection(Row("\"revenue\":\"x\"," + mark + ",\"staff\":\"y\"")),
                HasSubstr("staff | ZD4010"));
    EXPECT_THAT(Rejection(Row("\"revenue\":\"x\",\"revenue\":1," + mark)), HasSubstr("revenue | ZD4005"));
  }
  // The first fault that stands is told, whatever comes after it.
  EXPECT_THAT(Rejection(Row("\"revenue\":\"x\",\"staff\":\"y\",\"staff@state\":\"no\"")),
              HasSubstr("revenue | ZD4010"));
  EXPECT_THAT(Rejection(Row("\"revenue\":\"x\",\"revenue@state\":\"committed\"")),
              HasSubstr("revenue | ZD4010"));
  EXPECT_THAT(Rejection(Row("\"revenue\":\"x\",\"revenue@state\":\"absent\"")),
              HasSubstr("revenue | ZD4010"));
  // Of two contradictions the one whose fact comes first, whichever mark does.
  EXPECT_THAT(
      Rejection(Row("\"staff\":1,\"revenue\":1,\"revenue@state\":\"absent\",\"staff@state\":\"absent\"")),
      HasSubstr("staff@state | ZD4021"));
  // The subject must be known by name.
  EXPECT_THAT(Rejection(Row("\"uscc@state\":\"conflict\"")), HasSubstr("uscc | ZD4007"));
  const NdjsonResult result = Read("{\"uscc\":\"x\",\"landlord\":\"y\"}\n");
  EXPECT_EQ(result.counts.bad_check_digits, 1);
}

TEST_F(NdjsonTest, CountsWarningsOfJudgedRowsOnly) {
  const NdjsonResult result = Read(
      "{\"uscc\":\"91350100M0001TGQXM\",\"revenue\":1,\"foo\":1,\"bar\":2,\"staff\":1,\"staff@state\":"
      "\"committed\"}\n"
      "{\"uscc\":\"91350100M0001TGQXM\",\"revenue\":1,\"foo\":1,\"staff@state\":\"committed\",\"paid\":\"x\"}"
      "\n"
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
  const NdjsonResult whole = Read(text);
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
  EXPECT_EQ(Rejection(Row(fields + ",\"k2999\":1")),
            "k2999 | ZD4005 | the key is given twice in the row; keep one");
  const std::string name = "\"" + std::string(1'000, 'x') + "\":1";
  EXPECT_EQ(Rejection(Row(name)), "not rejected");
  EXPECT_THAT(Rejection(Row(name + "," + name)), HasSubstr("xxx… | ZD4005"));
}

TEST_F(NdjsonTest, KeysMayComeInAnyOrderAndEscaped) {
  const NdjsonResult result =
      Read(Row("\"staff\":1,\"paid\":2") + "\n{\"paid\":2,\"staff\":1,\"uscc\":\"a\"}\n" +
           "{\"\\u0073taff\":1,\"usc\\u0063\":\"b\",\"paid\" : 2}\n" + Row("\"从业人员\":1,\"paid\":2"));
  ASSERT_EQ(result.block.row_count(), 4u);
  for (size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(CellText(result.block, "staff", row), "1") << row;
    EXPECT_EQ(CellText(result.block, "paid", row), "2") << row;
  }
}

// Keys share places of the table of forms as it fills: what is found there must be the key that stands there.
TEST_F(NdjsonTest, KeysOfManyFormsAreToldApart) {
  std::mt19937 random(4'716);
  std::vector<std::string> keys;
  for (int i = 0; i < 900; ++i) {
    const std::string number = std::to_string(i);
    keys.push_back(i % 3 == 0   ? "k" + number
                   : i % 3 == 1 ? "企业" + number + "营业"  // the first and the last bytes are all alike
                                : "sharedby" + number + "sharedby");
  }
  std::string text;
  std::map<std::string, int64_t> expected;
  constexpr size_t kRows = 200;
  std::vector<int> staff;
  for (size_t row = 0; row < kRows; ++row) {
    std::shuffle(keys.begin(), keys.end(), random);
    std::string fields;
    for (size_t i = 0; i < 60; ++i) {
      fields += '"' + keys[i] + '"' + std::string(random() % 8 == 0 ? " " : "") + ":1,";
      ++expected[keys[i]];
      if (i == 30) fields += "\"staff\":" + std::to_string(row) + ",";
    }
    text += Row(fields + "\"paid\":2") + "\n";
  }
  const NdjsonResult result = Read(text);
  ASSERT_EQ(result.block.row_count(), kRows);
  for (size_t row = 0; row < kRows; ++row) {
    ASSERT_EQ(CellText(result.block, "staff", row), std::to_string(row));
    ASSERT_EQ(CellText(result.block, "paid", row), "2");
  }
  int64_t rows = 0;
  for (const auto& [key, count] : result.counts.undeclared) {
    EXPECT_EQ(count, expected[key]) << key;
    rows += count;
  }
  EXPECT_GT(rows, 0);
}

TEST_F(NdjsonTest, MarksAfterManyValuesUnsettleThem) {
  const std::string values = "\"staff\":1,\"paid\":2,\"revenue\":3";
  const NdjsonResult result =
      Read(Row(values) + "\n" + Row(values + ",\"staff@state\":\"conflict\"") + "\n" +
           Row(values + ",\"@date\":\"2026-07-01\"") + "\n" + Row("\"staff\":1,\"staff\":1") + "\n" +
           Row("\"staff@state\":\"known\"," + values) + "\n");
  ASSERT_EQ(result.rejects.size(), 1u);
  ASSERT_EQ(result.block.row_count(), 4u);
  const char* const expected[][2] = {
      {"1", "2"}, {"unknown(conflict)", "2"}, {"unknown(missing)", "unknown(missing)"}, {"1", "2"}};
  for (size_t row = 0; row < 4; ++row) {
    EXPECT_EQ(CellText(result.block, "staff", row), expected[row][0]) << row;
    EXPECT_EQ(CellText(result.block, "paid", row), expected[row][1]) << row;
  }
}

TEST_F(NdjsonTest, BlocksGoOnWhereTheLastReadEnded) {
  NdjsonReader reader(pack_, rules_);
  NdjsonResult result(pack_);
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
  const NdjsonResult result = Read(Row("\"revenue\":1,\"revenue@state\":\"committed\",\"staff\":1") + "\n" +
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
  NdjsonResult result(pack_);
  Reject reject;
  ASSERT_TRUE(reader.Read("{\n  \"uscc\": \"91350500YYYY000127\",\n  \"revenue\": 12.5,\n  \"x\": 1\n}\n",
                          &result.block, &reject, &result.counts));
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
  const std::string model = Row(
      "\"listed\":true,\"staff\":12,\"share\":0.125,\"revenue\":1.25,\"营业收入@state\":\"committed\",\"@"
      "date\":"
      "\"2026-01-01\",\"founded\":\"2024-02-29\",\"filed_at\":\"2024-02-29T09:30:00Z\",\"industry\":"
      "\"C2614\","
      "\"landlord\":\"\\u5f20\\n\\ud83d\\ude00三\",\"titles\":[\"高企\",null],\"rnd\":{\"2024\":1.5,\"2025\":"
      "2},"
      "\"hires\":[{\"date\":\"2026-01-01\",\"类别\":null,\"x\":[{}]}],\"extra\":{\"a\":[1,-2.5e3,false]}");
  const std::string pieces = "\"\\{}[]:,0123456789.eE+-tfn@\t \xE5\xFF\x01";
  for (int round = 0; round < Rounds(20'000); ++round) {
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
    const NdjsonResult result = Read(good + "\n" + line + "\n" + good);
    ASSERT_GE(result.block.row_count(), 2u) << line;
    const size_t last = result.block.row_count() - 1;
    ASSERT_EQ(CellText(result.block, "staff", last), "12") << line;
    ASSERT_EQ(CellText(result.block, "landlord", last), "\"好\"") << line;
    ASSERT_EQ(CellText(result.block, "titles", last), "unknown(missing)") << line;
  }
}

}  // namespace
}  // namespace zhida::facts

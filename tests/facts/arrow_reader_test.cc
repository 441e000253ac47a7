// Arrow in: slices, dictionaries, marks, refusals by column, broken batches and streams.
#include "engine/facts/arrow_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tests/facts/arrow_fixture.h"

namespace zhida::facts {
namespace {

using testing::HasSubstr;

TEST_F(ArrowReaderTest, SlicesAreReadWhereTheyLie) {
  // Rows 2 and 3 of 5, sliced in the column, in the table, in both, in a list's items and in a structure's
  // members.
  const Maybe<int64_t> numbers = {10, 11, std::nullopt, 13, 14};
  const Maybe<std::string> names = {"a", "b", "c", "d", "e"};
  const Array column = Fixed<int64_t>("l", "staff", numbers);
  const Array subjects = Texts("vu", "uscc", names);
  const auto check = [&](Array table) {
    ArrowResult result = Read({std::move(table)});
    EXPECT_TRUE(Agree(Cells("staff", result), {kMissing, "13"}));
    EXPECT_TRUE(Agree(Cells("uscc", result), {"\"c\"", "\"d\""}));
  };
  check(Table({Slice(subjects, 2, 2), Slice(column, 2, 2)}));
  check(Slice(Table({subjects, column}), 2, 2));
  check(Slice(Table({Slice(subjects, 1, 4), Slice(column, 1, 4)}), 1, 2));

  Array items = Slice(Texts("u", "", {"x", "y", "a", "b", "c"}), 2, 3);
  EXPECT_TRUE(Agree(Cells(Slice(Lists("+l", "titles", {1, 2}, std::move(items)), 1, 1)), {"[\"b\", \"c\"]"}));

  Array hires = Hires("item", Slice(Fixed<int32_t>("tdD", "date", {9, 9, 0, 1}), 1, 3),
                      Slice(Texts("u", "category", {"D", "A", "B", "C"}), 1, 3));
  hires.children[2] = Slice(Fixed<int8_t>("c", "unasked", {1, 1, 1, 1}), 1, 3);
  EXPECT_TRUE(Agree(Cells(Lists("+l", "hires", {1, 1}, Slice(std::move(hires), 1, 2))),
                    {"[{date: 1970-01-01, category: \"B\", pay: unknown(missing)}]",
                     "[{date: 1970-01-02, category: \"C\", pay: unknown(missing)}]"}));
}

TEST_F(ArrowReaderTest, DictionariesOfAnything) {
  const Maybe<int8_t> indices = {1, 0, std::nullopt, 2, 1};
  EXPECT_TRUE(Agree(Cells(Dictionary("c", indices, Texts("u", "grade", {"A", "B", std::nullopt}))),
                    {"\"B\"", "\"A\"", kMissing, kMissing, "\"B\""}));
  EXPECT_TRUE(Agree(Cells(Dictionary("c", indices, Texts("vu", "grade", {"A", "E", "X"}))),
                    {Has("ZD4015"), "\"A\"", kMissing, Has("ZD4015"), Has("ZD4015")}));
  EXPECT_TRUE(
      Agree(Cells(Dictionary<uint32_t>("I", {0, 1}, Slice(Texts("U", "landlord", {"x", "y", "z"}), 1, 2))),
            {"\"y\"", "\"z\""}));
  EXPECT_TRUE(Agree(Cells(Dictionary<int64_t>("l", {1, 0}, Fixed<int128_t>("d:10,1", "area", {15, 25}))),
                    {"2.5", "1.5"}));
  EXPECT_TRUE(
      Agree(Cells(Dictionary<int16_t>("s", {1, 0}, Bools("listed", {true, false}))), {"false", "true"}));
  EXPECT_TRUE(
      Agree(Cells(Dictionary<int16_t>("s", {0}, Fixed<int32_t>("tdD", "founded", {1}))), {"1970-01-02"}));
  EXPECT_TRUE(Agree(Cells(Dictionary<int8_t>("c", {0, 2, -1}, Texts("u", "grade", {"A", "B"}))),
                    {"\"A\"", Has("grade | ZD4023 | the Arrow array is not sound here"), Has("ZD4023")}));
  EXPECT_TRUE(
      Agree(Cells(Lists("+l", "titles", {2}, Dictionary<int8_t>("c", {1, 0}, Texts("u", "", {"a", "b"})))),
            {"[\"b\", \"a\"]"}));
}

TEST_F(ArrowReaderTest, ADictionaryMayChangeBetweenBatches) {
  const auto batch = [&](Maybe<std::string> words) {
    Array names = Texts("u", "uscc", {"x", "y"});
    return Table({std::move(names), Dictionary<int8_t>("c", {0, 1}, Texts("u", "grade", std::move(words)))});
  };
  const ArrowResult result = Read({batch({"A", "B"}), batch({"B", "A"}), batch({"D", "E"})});
  EXPECT_TRUE(Agree(Cells("grade", result), {"\"A\"", "\"B\"", "\"B\"", "\"A\"", "\"D\"", Has("ZD4015")}));
}

TEST_F(ArrowReaderTest, ADictionaryLongerThanTheSliceIsReadAsItIs) {
  Maybe<std::string> words(10'000, "w");
  words[9'999] = "last";
  EXPECT_TRUE(Agree(Cells(Dictionary<int16_t>("s", {9'999, 0}, Texts("u", "landlord", words))),
                    {"\"last\"", "\"w\""}));
}

TEST_F(ArrowReaderTest, MarksAndDates) {
  const auto read = [&](std::vector<Array> more) {
    std::vector<Array> columns = {Subjects(3), Fixed<int64_t>("l", "revenue", {1, 2, std::nullopt})};
    for (Array& column : more) columns.push_back(std::move(column));
    return Cells("revenue", Read({Table(std::move(columns))}));
  };
  EXPECT_TRUE(Agree(read({Texts("u", "revenue@state", {"committed", std::nullopt, "known"})}),
                    {"10000 promised, unknown(missing) verified", "20000", kMissing}));
  EXPECT_TRUE(
      Agree(read({Dictionary<int8_t>("c", {0, 1, 0}, Texts("u", "营业收入@state", {"conflict", "stale"}))}),
            {"unknown(conflict)", "unknown(stale)", "unknown(conflict)"}));
  EXPECT_TRUE(Agree(read({Texts("vu", "revenue@state", {"sure", "absent", "not_authorised"})}),
                    {Has("revenue@state | ZD4020 | \"sure\" is not a state"),
                     Has("revenue@state | ZD4021 | the state is absent, but revenue is not nullable"),
                     "unknown(not_authorised)"}));
  const int32_t fresh = static_cast<int32_t>(Day("2025-06-30").days);
  EXPECT_TRUE(Agree(read({Fixed<int32_t>("tdD", "revenue@date", {fresh, fresh - 1, fresh})}),
                    {"10000", "unknown(stale)", kMissing}));
  EXPECT_TRUE(
      Agree(read({Fixed<int64_t>("tdm", "@date",
                                 {fresh * int64_t{86'400'000}, (fresh - 1) * int64_t{86'400'000}, 0})}),
            {"10000", "unknown(stale)", kMissing}));
  EXPECT_TRUE(
      Agree(read({Texts("u", "revenue@date", {"2026-07-01", "2026-06-31", std::nullopt}), Nulls("@date", 3)}),
            {kMissing, Has("revenue@date | ZD4013 |"), kMissing}));
  EXPECT_TRUE(Agree(read({Texts("u", "revenue@source", {"a", "b", "c"}), Nulls("revenue@state", 3)}),
                    {"10000", "20000", kMissing}));
  EXPECT_TRUE(Agree(
      Cells("landlord", Read({Table({Subjects(2), Texts("u", "landlord@state", {"absent", "known"})})})),
      {"null", kMissing}));
  EXPECT_TRUE(Agree(Cells("landlord", Read({Table({Subjects(2), Texts("u", "landlord", {"x", std::nullopt}),
                                                   Texts("u", "landlord@state", {"absent", "absent"})})})),
                    {Has("landlord@state | ZD4021 |"), "null"}));
}

TEST_F(ArrowReaderTest, MarksThatIgnoreTheValueIgnoreItsFaultsToo) {
  std::vector<Array> columns = {Subjects(4), Texts("u", "grade", {"E", "E", "E", "A"}),
                                Texts("u", "grade@state", {"conflict", std::nullopt, "stale", "missing"})};
  EXPECT_TRUE(Agree(Cells("grade", Read({Table(columns)})),
                    {"unknown(conflict)", Has("grade | ZD4015"), "unknown(stale)", kMissing}));
  columns.push_back(Texts("u", "uscc@state", {std::nullopt, std::nullopt, "conflict", "known"}));
  EXPECT_TRUE(Agree(Cells("grade", Read({Table(std::move(columns))})),
                    {"unknown(conflict)", Has("grade | ZD4015"), Has("uscc | ZD4007"), kMissing}));
}

TEST_F(ArrowReaderTest, RowsWithoutASubjectAreRejected) {
  Array table =
      Structs("", {true, std::nullopt, true, true},
              {Texts("u", "uscc", {"a", "b", std::nullopt, ""}), Fixed<int8_t>("c", "staff", {1, 2, 3, 4})});
  EXPECT_TRUE(Agree(Cells("staff", Read({std::move(table)})),
                    {"1", " | ZD4007 | the row as a whole is null; drop it, or supply its subject",
                     "uscc | ZD4007 | there is no uscc, which names the subject; supply it in every row",
                     Has("uscc | ZD4007")}));
}

TEST_F(ArrowReaderTest, CountsAndNumbersOfRows) {
  std::vector<Array> batches;
  for (int batch = 0; batch < 3; ++batch) {
    batches.push_back(Table({Texts("u", "uscc", {"91350500YYYY000127", "91350100M0001TGQXM", "x", "y"}),
                             Fixed<double>("g", "staff", {1, 2, 0.5, 4}), Nulls("foo", 4),
                             Fixed<int64_t>("l", "revenue", {1, std::nullopt, 1, 1})}));
  }
  batches.insert(batches.begin() + 1, Slice(batches[0], 0, 0));
  const ArrowResult result = Read(std::move(batches));
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.counts.rows_read, 12);
  EXPECT_EQ(result.counts.rows_rejected, 3);
  EXPECT_EQ(result.counts.bad_check_digits, 6);
  EXPECT_EQ(result.counts.undated, 6);
  EXPECT_EQ(result.counts.undeclared, (std::map<std::string, int64_t>{{"foo", 9}}));
  std::vector<int64_t> rows;
  for (size_t row = 0; row < result.block.row_count(); ++row) rows.push_back(result.block.input_row(row));
  EXPECT_EQ(rows, (std::vector<int64_t>{0, 1, 3, 4, 5, 7, 8, 9, 11}));
  ASSERT_EQ(result.rejects.size(), 3u);
  EXPECT_EQ(result.rejects[1].row, 6);
}

TEST_F(ArrowReaderTest, WideNumbersKeepTheirRowsWhenOthersAreRejected) {
  const uint64_t wide = std::numeric_limits<uint64_t>::max();
  ArrowResult result(pack_);
  Read({Table({Subjects(5), Fixed<uint64_t>("L", "staff", {wide, wide, 3, wide, wide}),
               Texts("u", "grade", {"A", "E", "A", "A", "E"})})},
       &result, 5);
  EXPECT_EQ(result.block.irregular_rows(), (std::vector<uint32_t>{0, 2}));
  EXPECT_TRUE(Agree(Cells("staff", result),
                    {"18446744073709551615", Has("ZD4015"), "3", "18446744073709551615", Has("ZD4015")}));
}

TEST_F(ArrowReaderTest, RefusesColumnsThatCannotHoldTheirFact) {
  const struct {
    const char* format;
    const char* fact;
    const char* message;
  } kCases[] = {
      {"tiM", "revenue",
       "ZD4110 column revenue: interval months cannot hold a money; cast it to decimal128 or int64"},
      {"u", "revenue", "ZD4110 column revenue: utf8 cannot hold a money; cast it to decimal128 or int64"},
      {"b", "staff", "ZD4110 column staff: bool cannot hold an integer; cast it to int64"},
      {"l", "listed", "ZD4110 column listed: int64 cannot hold a boolean; cast it to bool"},
      {"l", "grade", "ZD4110 column grade: int64 cannot hold a code; cast it to utf8"},
      {"z", "landlord", "ZD4110 column landlord: binary cannot hold a string; cast it to utf8"},
      {"vz", "landlord", "ZD4110 column landlord: binary view cannot hold a string; cast it to utf8"},
      {"d:38,2,256", "paid",
       "ZD4110 column paid: decimal(38,2,256) cannot hold a money; cast it to decimal128 or int64"},
      {"e", "paid", "ZD4110 column paid: float16 cannot hold a money; cast it to decimal128 or int64"},
      {"l", "founded", "ZD4110 column founded: int64 cannot hold a date; cast it to date32"},
      {"tsu:Asia/Shanghai", "founded",
       "ZD4110 column founded: timestamp in the zone Asia/Shanghai cannot hold a date; cast it to date32"},
      {"tsu:Asia/Shanghai", "filed_at",
       "ZD4110 column filed_at: timestamp in the zone Asia/Shanghai cannot hold a datetime; cast it to a "
       "timestamp in UTC "
       "or at a fixed offset such as +08:00"},
      {"tdD", "filed_at",
       "ZD4110 column filed_at: date32 cannot hold a datetime; cast it to a timestamp in UTC or at a fixed "
       "offset such as "
       "+08:00"},
      {"u", "titles", "ZD4110 column titles: utf8 cannot hold a list; make it a list"},
      {"+m", "rnd",
       "ZD4110 column rnd: map cannot hold a series; make it a list of structs of period and value"},
      {"l", "revenue@state", "ZD4110 column revenue@state: int64 cannot hold a string; cast it to utf8"},
      {"l", "@date", "ZD4110 column @date: int64 cannot hold a date; cast it to date32"},
      {"xyz", "paid", "ZD4110 column paid: type xyz cannot hold a money; cast it to decimal128 or int64"},
      {"", "paid", "ZD4110 column paid: type  cannot hold a money; cast it to decimal128 or int64"},
  };
  for (const auto& c : kCases)
    EXPECT_EQ(Refusal({Subjects(0), OfFormat(c.format, c.fact)}), std::string(c.message) + "\n");
}

TEST_F(ArrowReaderTest, RefusesPartsOfColumns) {
  EXPECT_EQ(Refusal({Subjects(0), Lists("+l", "titles", {}, OfFormat("l", "item"))}),
            "ZD4110 column titles: its items: int64 cannot hold a string; cast it to utf8\n");
  Array entry = Structs("item", {}, {OfFormat("i", "period"), OfFormat("u", "value")});
  EXPECT_EQ(Refusal({Subjects(0), Lists("+l", "rnd", {}, entry)}),
            "ZD4110 column rnd: its value: utf8 cannot hold a money; cast it to decimal128 or int64\n");
  EXPECT_EQ(Refusal({Subjects(0), Lists("+l", "power", {},
                                        Structs("", {}, {OfFormat("i", "period"), OfFormat("l", "value")}))}),
            "ZD4110 column power: its period: int32 cannot hold a string; cast it to utf8\n");
  EXPECT_EQ(Refusal({Subjects(0), Lists("+l", "rnd", {}, Structs("", {}, {OfFormat("i", "period")}))}),
            "ZD4110 column rnd: list cannot hold a series; make it a list of structs of period and value\n");
  entry = Structs("item", {}, {OfFormat("tdD", "date"), OfFormat("tdD", "招用日期")});
  EXPECT_EQ(Refusal({Subjects(0), Lists("+l", "hires", {}, entry)}),
            "ZD4110 column hires: its items: member date is there twice; keep one\n");
  Array words = Dictionary<int8_t>("c", {}, Lists("+l", "titles", {}, Texts("u", "", {})));
  EXPECT_THAT(Refusal({Subjects(0), words}),
              HasSubstr("column titles: dictionary of list cannot hold a list"));
}

TEST_F(ArrowReaderTest, RefusesTablesAsAWhole) {
  EXPECT_EQ(Refusal({OfFormat("l", "staff")}),
            "ZD4113 there is no column uscc, which names the subject; add it, or rename the column that "
            "holds it\n");
  EXPECT_EQ(Refusal({Subjects(0), OfFormat("l", "staff"), OfFormat("l", "从业人员")}),
            "ZD4112 column 从业人员 is there twice, as staff; keep one\n");
  EXPECT_EQ(Refusal({Subjects(0), Subjects(0)}), "ZD4112 column uscc is there twice; keep one\n");
  // Everything that is wrong is told at once.
  EXPECT_EQ(Refusal({OfFormat("u", "staff"), OfFormat("u", "paid")}),
            "ZD4110 column paid: utf8 cannot hold a money; cast it to decimal128 or int64\n"
            "ZD4110 column staff: utf8 cannot hold an integer; cast it to int64\n"
            "ZD4113 there is no column uscc, which names the subject; add it, or rename the column that "
            "holds it\n");

  ArrowArrayStream stream;
  ExportStream({Fixed<int64_t>("l", "", {1})}, &stream);
  Diagnostics diagnostics;
  EXPECT_EQ(ArrowReader::Open(pack_, rules_, &stream, &diagnostics), nullptr);
  EXPECT_EQ(
      diagnostics.Text(),
      "ZD4111 the Arrow stream holds int64 and not a table; supply record batches with one column a fact\n");
}

TEST_F(ArrowReaderTest, AStreamThatHasNoSchemaIsRefused) {
  ArrowArrayStream stream;
  ExportStream({Table({Subjects(1)})}, &stream);
  stream.get_schema = [](ArrowArrayStream*, ArrowSchema*) { return EINVAL; };
  Diagnostics diagnostics;
  EXPECT_EQ(ArrowReader::Open(pack_, rules_, &stream, &diagnostics), nullptr);
  EXPECT_EQ(diagnostics.Text(),
            "ZD4111 the Arrow stream has no schema: disk on fire; correct what produces it\n");
}

TEST_F(ArrowReaderTest, AStreamThatFailsHalfWaySaysHowFarItGot) {
  ArrowResult result(pack_);
  Read({Table({Subjects(4)}), Table({Subjects(2)})}, &result, 3, 1);
  EXPECT_EQ(
      result.error,
      "ZD4114 after 4 rows the Arrow stream failed: disk on fire; the rows before are read, the rest is not");
  EXPECT_EQ(result.counts.rows_read, 4);
}

TEST_F(ArrowReaderTest, BrokenBatchesEndTheReading) {
  const auto error = [&](Array column) {
    ArrowResult result(pack_);
    const int64_t rows = column.length;
    Read({Table({Subjects(2), Fixed<int8_t>("c", "staff", {1, 2})}),
          Table({Subjects(rows), std::move(column)})},
         &result);
    EXPECT_EQ(result.counts.rows_read, 2);
    return result.error;
  };
  Array broken = Fixed<int8_t>("c", "staff", {1, 2, 3});
  broken.buffers.pop_back();
  EXPECT_EQ(error(broken),
            "ZD4114 after 2 rows the record batch is not sound: column staff: it has 1 buffers, not 2; "
            "the rows before are read, the rest is not");
  broken = Fixed<int8_t>("c", "staff", {1, 2, 3});
  broken.buffers[1].reset();
  EXPECT_THAT(error(broken), HasSubstr("column staff: its second buffer is missing"));
  broken = Fixed<int8_t>("c", "staff", {1, 2, 3});
  broken.null_count = 1;
  EXPECT_THAT(error(broken), HasSubstr("column staff: it counts nulls and has no validity buffer"));
  broken = Fixed<int8_t>("c", "staff", {1, 2, 3});
  broken.offset = -1;
  EXPECT_THAT(error(broken), HasSubstr("column staff: its length or offset is out of range"));

  ArrowResult result(pack_);
  Read({Table({Subjects(3), Fixed<int8_t>("c", "staff", {1, 2})})}, &result);
  EXPECT_THAT(result.error,
              HasSubstr("after 0 rows the record batch is not sound: column staff: it has 2 elements where "
                        "3 are wanted"));
  ArrowResult fewer(pack_);
  Read({Table({Subjects(1), Nulls("foo", 1)}), Table({Subjects(1)})}, &fewer);
  EXPECT_THAT(fewer.error, HasSubstr("after 1 rows the record batch is not sound: it has 1 columns, not 2"));
}

TEST_F(ArrowReaderTest, OffsetsThatRunBackwardsRejectTheirRow) {
  Array texts = Texts("u", "landlord", {"aa", "bb", "cc"});
  std::vector<char> offsets;
  for (const int32_t offset : {0, 4, 2, 6}) Append(&offsets, offset);
  texts.buffers[1] = offsets;
  EXPECT_TRUE(Agree(Cells(texts), {"\"aabb\"", Has("landlord | ZD4023"), "\"bbcc\""}));

  Array views = Texts("vu", "landlord", {"a text of some length", "short"});
  const int32_t far = 1'000;
  std::memcpy(views.buffers[1]->data() + 12, &far, sizeof far);
  EXPECT_TRUE(Agree(Cells(views), {Has("landlord | ZD4023"), "\"short\""}));
}

TEST_F(ArrowReaderTest, EmptyInputsHaveNoRows) {
  EXPECT_EQ(Read({Table({Subjects(0)})}).counts.rows_read, 0);
  Array empty = Table({Subjects(0)});
  empty.children[0].buffers = {std::nullopt, std::nullopt, std::nullopt};  // as some producers have it
  EXPECT_EQ(Read({empty, Table({Subjects(1)})}).block.row_count(), 1u);
}

}  // namespace
}  // namespace zhida::facts

// Arrow in: every accepted type, slices, dictionaries, refusals by column, broken batches and streams.
#include "engine/facts/arrow_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "engine/facts/fault.h"
#include "tests/facts/arrow_builder.h"
#include "tests/facts/test_pack.h"

namespace zhida::facts {
namespace {

using namespace arrow_test;  // NOLINT: the whole test is about these
using testing::ElementsAre;
using testing::HasSubstr;
using Strings = std::vector<std::string>;

constexpr char kMissing[] = "unknown(missing)";

struct Result {
  explicit Result(const pack::Pack& pack) : block(pack.schema) {}
  FactBlock block;
  std::vector<Reject> rejects;
  ReadCounts counts;
  std::string error;
};

class ArrowReaderTest : public testing::Test {
 protected:
  // Subjects f0, f1, ...
  static Array Subjects(int64_t rows) {
    Maybe<std::string> names;
    for (int64_t i = 0; i < rows; ++i) names.push_back("f" + std::to_string(i));
    return Texts("u", "uscc", names);
  }

  // Reads the batches in slices of `rows_max` rows. The reader and its stream are gone when this returns.
  void Read(std::vector<Array> batches, Result* result, int64_t rows_max = 3, std::optional<size_t> fails_at = {}) {
    ArrowArrayStream stream;
    ExportStream(std::move(batches), &stream, fails_at);
    Diagnostics diagnostics;
    const auto reader = ArrowReader::Open(pack_, rules_, &stream, &diagnostics);
    EXPECT_EQ(stream.release, nullptr);
    ASSERT_NE(reader, nullptr) << diagnostics.Text();
    ArrowSlice slice;
    while (reader->Next(rows_max, &slice)) {
      EXPECT_GT(slice.length, 0);
      EXPECT_LE(slice.length, rows_max);
      reader->Convert(slice, &result->block, &result->rejects, &result->counts);
    }
    result->error = reader->error();
    result->block.Finish();
    EXPECT_EQ(result->counts.rows_read, static_cast<int64_t>(result->block.row_count()) + result->counts.rows_rejected);
  }
  Result Read(std::vector<Array> batches) {
    Result result(pack_);
    Read(std::move(batches), &result);
    return result;
  }

  // What one fact reads as in each row, or `field | code | reason` where the row is rejected.
  Strings Cells(const std::string& fact, const Result& result) {
    Strings cells(static_cast<size_t>(result.counts.rows_read));
    for (size_t row = 0; row < result.block.row_count(); ++row) {
      cells[static_cast<size_t>(result.block.input_row(row))] = CellText(result.block, fact, row);
    }
    for (const Reject& reject : result.rejects) {
      EXPECT_EQ(reject.line, 0);
      cells[static_cast<size_t>(reject.row)] = reject.field + " | " + reject.code + " | " + reject.reason;
    }
    return cells;
  }
  Strings Cells(Array column) {
    const std::string fact = column.name.substr(0, column.name.find('@'));
    const int64_t rows = column.length;
    return Cells(fact, Read({Table({Subjects(rows), std::move(column)})}));
  }

  // What Open() says to a table of these columns.
  std::string Refusal(std::vector<Array> columns) {
    ArrowArrayStream stream;
    ExportStream({Table(std::move(columns))}, &stream);
    Diagnostics diagnostics;
    const auto reader = ArrowReader::Open(pack_, rules_, &stream, &diagnostics);
    EXPECT_EQ(reader == nullptr, !diagnostics.ok());
    EXPECT_EQ(stream.release, nullptr);
    return diagnostics.Text();
  }
  static Array OfFormat(const std::string& format, const std::string& name) {
    Array column;
    column.format = format;
    column.name = name;
    return column;
  }

  pack::Pack pack_ = MakeTestPack();
  DateRules rules_ = RulesAsOf("2026-06-30");
};

TEST_F(ArrowReaderTest, Integers) {
  EXPECT_THAT(Cells(Fixed<int8_t>("c", "staff", {-128, std::nullopt, 127})), ElementsAre("-128", kMissing, "127"));
  EXPECT_THAT(Cells(Fixed<uint8_t>("C", "staff", {255, 0})), ElementsAre("255", "0"));
  EXPECT_THAT(Cells(Fixed<int16_t>("s", "staff", {-32768})), ElementsAre("-32768"));
  EXPECT_THAT(Cells(Fixed<uint16_t>("S", "staff", {65535})), ElementsAre("65535"));
  EXPECT_THAT(Cells(Fixed<int32_t>("i", "staff", {-2147483647})), ElementsAre("-2147483647"));
  EXPECT_THAT(Cells(Fixed<uint32_t>("I", "staff", {4294967295u})), ElementsAre("4294967295"));
  EXPECT_THAT(Cells(Fixed<int64_t>("l", "staff", {std::numeric_limits<int64_t>::min()})),
              ElementsAre("-9223372036854775808"));
  EXPECT_THAT(Cells(Fixed<uint64_t>("L", "staff", {std::numeric_limits<uint64_t>::max()})),
              ElementsAre("18446744073709551615"));
  EXPECT_THAT(Cells(Fixed<int32_t>("i", "revenue", {3})), ElementsAre("30000"));
  EXPECT_THAT(Cells(Fixed<int64_t>("l", "revenue", {std::numeric_limits<int64_t>::max()})),
              ElementsAre("92233720368547758070000"));
}

TEST_F(ArrowReaderTest, Decimals) {
  const int128_t big = PowerOfTen(37);
  EXPECT_THAT(Cells(Fixed<int128_t>("d:38,4", "revenue", {12'300, -5, std::nullopt, 0})),
              ElementsAre("12300", "-5", kMissing, "0"));
  EXPECT_THAT(Cells(Fixed<int128_t>("d:38,7,128", "revenue", {12'300'000, 1})),
              ElementsAre("12300", HasSubstr("revenue | ZD4011 | 0.0000001 has more digits after the point than the 6")));
  EXPECT_THAT(Cells(Fixed<int128_t>("d:5,-2", "paid", {7})), ElementsAre("700"));
  EXPECT_THAT(Cells(Fixed<int128_t>("d:38,0", "staff", {big, PowerOfTen(33)})),
              ElementsAre(HasSubstr("staff | ZD4012 | \"10000000000000000000000000000000000000\" is out of range"),
                          "1000000000000000000000000000000000"));
  EXPECT_THAT(Cells(Fixed<int128_t>("d:38,37", "staff", {big, big - 1})), ElementsAre("1", HasSubstr("ZD4011")));
  EXPECT_THAT(Cells(Fixed<int128_t>("d:38,10", "share", {300'000'000})), ElementsAre("0.03"));
}

TEST_F(ArrowReaderTest, FloatsAreReadByTheirShortestText) {
  EXPECT_THAT(Cells(Fixed<double>("g", "paid", {0.1, 1e6, -2.5, std::nullopt, 12.345})),
              ElementsAre("0.1", "1000000", "-2.5", kMissing, HasSubstr("paid | ZD4011 | 12.345 has more digits")));
  EXPECT_THAT(Cells(Fixed<float>("f", "paid", {0.1f, 16777216.0f})), ElementsAre("0.1", "16777216"));
  EXPECT_THAT(Cells(Fixed<double>("g", "staff", {std::nan(""), HUGE_VAL, -HUGE_VAL, 1e300})),
              ElementsAre("staff | ZD4022 | NaN is not a number that can be judged; supply null if the value is not known",
                          HasSubstr("ZD4022 | Infinity"), HasSubstr("ZD4022 | -Infinity"), HasSubstr("ZD4012")));
  EXPECT_THAT(Cells(Fixed<float>("f", "staff", {std::nanf("")})), ElementsAre(HasSubstr("ZD4022")));
}

TEST_F(ArrowReaderTest, BooleansAndNulls) {
  EXPECT_THAT(Cells(Bools("listed", {true, std::nullopt, false, true, true, false, true, true, true, false})),
              ElementsAre("true", kMissing, "false", "true", "true", "false", "true", "true", "true", "false"));
  EXPECT_THAT(Cells(Nulls("listed", 2)), ElementsAre(kMissing, kMissing));
  EXPECT_THAT(Cells(Nulls("hires", 1)), ElementsAre(kMissing));
  EXPECT_THAT(Cells(Nulls("landlord", 1)), ElementsAre(kMissing));  // absent is said with a state
}

TEST_F(ArrowReaderTest, Texts) {
  const Maybe<std::string> texts = {"", "张三", std::nullopt, "exactly12byt", "thirteen byte", "福建省泉州市某某科技有限公司"};
  for (const char* format : {"u", "U", "vu"}) {
    SCOPED_TRACE(format);
    EXPECT_THAT(Cells(Texts(format, "landlord", texts)),
                ElementsAre("\"\"", "\"张三\"", kMissing, "\"exactly12byt\"", "\"thirteen byte\"",
                            "\"福建省泉州市某某科技有限公司\""));
    EXPECT_THAT(Cells(Texts(format, "industry", {"C26", "C2614", "Z", "C26\xFF"})),
                ElementsAre("\"C26\"", "\"C2614\"", HasSubstr("industry | ZD4015 | \"Z\" is not in the code list"),
                            HasSubstr("industry | ZD4001 | byte 4 of the text is not UTF-8")));
    EXPECT_THAT(Cells(Texts(format, "landlord", {"a\xC3\x28", std::string(70'000, 'a')})),
                ElementsAre(HasSubstr("landlord | ZD4001 | byte 2"), HasSubstr("landlord | ZD4016 | a text of 70000")));
  }
}

TEST_F(ArrowReaderTest, Dates) {
  EXPECT_THAT(Cells(Fixed<int32_t>("tdD", "founded", {0, -1, 19'782, std::nullopt})),
              ElementsAre("1970-01-01", "1969-12-31", "2024-02-29", kMissing));
  EXPECT_THAT(Cells(Fixed<int64_t>("tdm", "founded", {86'400'000, -86'400'000, 1})),
              ElementsAre("1970-01-02", "1969-12-31", HasSubstr("founded | ZD4014 | the time stamp is a moment")));
  EXPECT_THAT(Cells(Texts("u", "founded", {"2024-02-29", "2026-02-30", "2024-02-29T00:00:00"})),
              ElementsAre("2024-02-29", HasSubstr("founded | ZD4013 |"), "2024-02-29"));
  const int64_t day = 19'782;
  const int64_t seconds = day * 86'400;
  EXPECT_THAT(Cells(Fixed<int64_t>("tss:", "founded", {seconds, seconds + 1, -86'400})),
              ElementsAre("2024-02-29", HasSubstr("ZD4014 | the time stamp is a moment of 2024-02-29"), "1969-12-31"));
  EXPECT_THAT(Cells(Fixed<int64_t>("tsm:", "founded", {seconds * 1'000})), ElementsAre("2024-02-29"));
  EXPECT_THAT(Cells(Fixed<int64_t>("tsu:UTC", "founded", {seconds * 1'000'000})), ElementsAre("2024-02-29"));
  EXPECT_THAT(Cells(Fixed<int64_t>("tsn:", "founded", {seconds * 1'000'000'000, seconds * 1'000'000'000 + 1})),
              ElementsAre("2024-02-29", HasSubstr("ZD4014")));
  // Midnight on the clock that the column names: 16:00 in UTC the day before.
  EXPECT_THAT(Cells(Fixed<int64_t>("tss:+08:00", "founded", {seconds - 8 * 3'600, seconds})),
              ElementsAre("2024-02-29", HasSubstr("ZD4014")));
  EXPECT_THAT(Cells(Fixed<int64_t>("tss:", "founded", {std::numeric_limits<int64_t>::max() / 86'400 * 86'400})),
              ElementsAre(HasSubstr("founded | ZD4013 | the date lies beyond the calendar")));
  EXPECT_THAT(Cells(Fixed<int64_t>("tss:-08:00", "founded", {std::numeric_limits<int64_t>::min()})),
              ElementsAre(HasSubstr("ZD4013")));
}

TEST_F(ArrowReaderTest, DatesAndTimes) {
  const int64_t seconds = 19'782 * int64_t{86'400} + 5'400;
  EXPECT_THAT(Cells(Fixed<int64_t>("tss:", "filed_at", {seconds, std::nullopt})),
              ElementsAre("2024-02-29T01:30:00", kMissing));
  EXPECT_THAT(Cells(Fixed<int64_t>("tsn:UTC", "filed_at", {seconds * 1'000'000'000 + 500'000'000})),
              ElementsAre("2024-02-29T01:30:00.5Z"));
  EXPECT_THAT(Cells(Fixed<int64_t>("tsm:+08:00", "filed_at", {seconds * 1'000})),
              ElementsAre("2024-02-29T09:30:00+08:00"));
  EXPECT_THAT(Cells(Fixed<int64_t>("tsu:", "filed_at", {-1})), ElementsAre("1969-12-31T23:59:59.999999"));
  EXPECT_THAT(Cells(Texts("vu", "filed_at", {"2024-02-29T09:30:00+08:00", "2024-02-29"})),
              ElementsAre("2024-02-29T09:30:00+08:00", HasSubstr("filed_at | ZD4013 |")));
}

TEST_F(ArrowReaderTest, Lists) {
  for (const char* format : {"+l", "+L"}) {
    SCOPED_TRACE(format);
    Array items = Texts("u", "item", {"a", std::nullopt, "b", "c"});
    EXPECT_THAT(Cells(Lists(format, "titles", {2, 0, std::nullopt, 2}, std::move(items))),
                ElementsAre("[\"a\", unknown(missing)]", "[]", kMissing, "[\"b\", \"c\"]"));
  }
  EXPECT_THAT(Cells(Lists("+l", "figures", {2, 1}, Fixed<double>("g", "", {1, 0.5, 1e-9}))),
              ElementsAre("[10000, 5000]", HasSubstr("figures | ZD4011 | item 1: 0.000000001 has more digits")));
  EXPECT_THAT(Cells(Lists("+l", "titles", {4'097, 1}, Texts("u", "", Maybe<std::string>(4'098, "x")))),
              ElementsAre(HasSubstr("titles | ZD4017 | more than 4096 items"), "[\"x\"]"));
}

Array Hires(std::string name, Array dates, Array categories) {
  const int64_t length = dates.length;
  return Structs(std::move(name), Maybe<bool>(static_cast<size_t>(length), true),
                 {std::move(dates), std::move(categories), Fixed<int8_t>("c", "unasked", Maybe<int8_t>(length, 1))});
}

TEST_F(ArrowReaderTest, StructuresAndSeries) {
  Array hires = Hires("item", Fixed<int32_t>("tdD", "招用日期", {0, std::nullopt, 1}),
                      Texts("u", "category", {"A", std::nullopt, "E"}));
  EXPECT_THAT(Cells(Lists("+l", "hires", {2, 1}, std::move(hires))),
              ElementsAre("[{date: 1970-01-01, category: \"A\", pay: unknown(missing)}, "
                          "{date: unknown(missing), category: unknown(missing), pay: unknown(missing)}]",
                          HasSubstr("hires | ZD4015 | item 1: member category: \"E\" is not in the code list grade")));

  const auto series = [](Array periods, Array values) {
    periods.name = "period";
    values.name = "value";
    const size_t length = static_cast<size_t>(periods.length);
    return Structs("item", Maybe<bool>(length, true), {std::move(values), std::move(periods)});
  };
  const auto rnd = [&](Array periods) {
    Array entries = series(std::move(periods), Fixed<double>("g", "", {2.5, std::nullopt, 1, 1}));
    return Read({Table({Subjects(3), Lists("+l", "rnd", {2, 0, 2}, std::move(entries))})});
  };
  for (const Result& result : {rnd(Texts("u", "", {"2025", "2024", "2024", "2024"})),
                               rnd(Fixed<int16_t>("s", "", {2025, 2024, 2024, 2024}))}) {
    ASSERT_EQ(result.block.row_count(), 2u);
    const Value value = result.block.Get(pack_.schema.Find("rnd"), 0, feel::Reading::kPromised);
    EXPECT_EQ(value.series().Find(2025)->ToText(), "25000");
    EXPECT_TRUE(value.series().Find(2024)->is_unknown());
    EXPECT_TRUE(result.block.Get(pack_.schema.Find("rnd"), 1, feel::Reading::kPromised).series().entries.empty());
    ASSERT_EQ(result.rejects.size(), 1u);
    EXPECT_EQ(result.rejects[0].reason, "the period 2024 is given twice; keep one");
  }
  EXPECT_THAT(Cells("rnd", rnd(Texts("u", "", {"2025", std::nullopt, "2024", "24"}))),
              ElementsAre(HasSubstr("rnd | ZD4018 | entry 2: it has no period"), HasSubstr(""),
                          HasSubstr("rnd | ZD4018 | entry 2: \"24\" is not a period")));
}

TEST_F(ArrowReaderTest, SlicesAreReadWhereTheyLie) {
  // Rows 2 and 3 of 5, sliced in the column, in the table, in both, in a list's items and in a structure's members.
  const Maybe<int64_t> numbers = {10, 11, std::nullopt, 13, 14};
  const Maybe<std::string> names = {"a", "b", "c", "d", "e"};
  const Array column = Fixed<int64_t>("l", "staff", numbers);
  const Array subjects = Texts("vu", "uscc", names);
  const auto check = [&](Array table) {
    Result result = Read({std::move(table)});
    EXPECT_THAT(Cells("staff", result), ElementsAre(kMissing, "13"));
    EXPECT_THAT(Cells("uscc", result), ElementsAre("\"c\"", "\"d\""));
  };
  check(Table({Slice(subjects, 2, 2), Slice(column, 2, 2)}));
  check(Slice(Table({subjects, column}), 2, 2));
  check(Slice(Table({Slice(subjects, 1, 4), Slice(column, 1, 4)}), 1, 2));

  Array items = Slice(Texts("u", "", {"x", "y", "a", "b", "c"}), 2, 3);
  EXPECT_THAT(Cells(Slice(Lists("+l", "titles", {1, 2}, std::move(items)), 1, 1)), ElementsAre("[\"b\", \"c\"]"));

  Array hires = Hires("item", Slice(Fixed<int32_t>("tdD", "date", {9, 9, 0, 1}), 1, 3),
                      Slice(Texts("u", "category", {"D", "A", "B", "C"}), 1, 3));
  hires.children[2] = Slice(Fixed<int8_t>("c", "unasked", {1, 1, 1, 1}), 1, 3);
  EXPECT_THAT(Cells(Lists("+l", "hires", {1, 1}, Slice(std::move(hires), 1, 2))),
              ElementsAre("[{date: 1970-01-01, category: \"B\", pay: unknown(missing)}]",
                          "[{date: 1970-01-02, category: \"C\", pay: unknown(missing)}]"));
}

TEST_F(ArrowReaderTest, DictionariesOfAnything) {
  const Maybe<int8_t> indices = {1, 0, std::nullopt, 2, 1};
  EXPECT_THAT(Cells(Dictionary("c", indices, Texts("u", "grade", {"A", "B", std::nullopt}))),
              ElementsAre("\"B\"", "\"A\"", kMissing, kMissing, "\"B\""));
  EXPECT_THAT(Cells(Dictionary("c", indices, Texts("vu", "grade", {"A", "E", "X"}))),
              ElementsAre(HasSubstr("ZD4015"), "\"A\"", kMissing, HasSubstr("ZD4015"), HasSubstr("ZD4015")));
  EXPECT_THAT(Cells(Dictionary<uint32_t>("I", {0, 1}, Slice(Texts("U", "landlord", {"x", "y", "z"}), 1, 2))),
              ElementsAre("\"y\"", "\"z\""));
  EXPECT_THAT(Cells(Dictionary<int64_t>("l", {1, 0}, Fixed<int128_t>("d:10,1", "area", {15, 25}))),
              ElementsAre("2.5", "1.5"));
  EXPECT_THAT(Cells(Dictionary<int16_t>("s", {1, 0}, Bools("listed", {true, false}))), ElementsAre("false", "true"));
  EXPECT_THAT(Cells(Dictionary<int16_t>("s", {0}, Fixed<int32_t>("tdD", "founded", {1}))), ElementsAre("1970-01-02"));
  EXPECT_THAT(Cells(Dictionary<int8_t>("c", {0, 2, -1}, Texts("u", "grade", {"A", "B"}))),
              ElementsAre("\"A\"", HasSubstr("grade | ZD4023 | the Arrow array is not sound here"), HasSubstr("ZD4023")));
  EXPECT_THAT(Cells(Lists("+l", "titles", {2}, Dictionary<int8_t>("c", {1, 0}, Texts("u", "", {"a", "b"})))),
              ElementsAre("[\"b\", \"a\"]"));
}

TEST_F(ArrowReaderTest, ADictionaryMayChangeBetweenBatches) {
  const auto batch = [&](Maybe<std::string> words) {
    Array names = Texts("u", "uscc", {"x", "y"});
    return Table({std::move(names), Dictionary<int8_t>("c", {0, 1}, Texts("u", "grade", std::move(words)))});
  };
  const Result result = Read({batch({"A", "B"}), batch({"B", "A"}), batch({"D", "E"})});
  EXPECT_THAT(Cells("grade", result), ElementsAre("\"A\"", "\"B\"", "\"B\"", "\"A\"", "\"D\"", HasSubstr("ZD4015")));
}

TEST_F(ArrowReaderTest, ADictionaryLongerThanTheSliceIsReadAsItIs) {
  Maybe<std::string> words(10'000, "w");
  words[9'999] = "last";
  EXPECT_THAT(Cells(Dictionary<int16_t>("s", {9'999, 0}, Texts("u", "landlord", words))), ElementsAre("\"last\"", "\"w\""));
}

TEST_F(ArrowReaderTest, MarksAndDates) {
  const auto read = [&](std::vector<Array> more) {
    std::vector<Array> columns = {Subjects(3), Fixed<int64_t>("l", "revenue", {1, 2, std::nullopt})};
    for (Array& column : more) columns.push_back(std::move(column));
    return Cells("revenue", Read({Table(std::move(columns))}));
  };
  EXPECT_THAT(read({Texts("u", "revenue@state", {"committed", std::nullopt, "known"})}),
              ElementsAre("10000 promised, unknown(missing) verified", "20000", kMissing));
  EXPECT_THAT(read({Dictionary<int8_t>("c", {0, 1, 0}, Texts("u", "营业收入@state", {"conflict", "stale"}))}),
              ElementsAre("unknown(conflict)", "unknown(stale)", "unknown(conflict)"));
  EXPECT_THAT(read({Texts("vu", "revenue@state", {"sure", "absent", "not_authorised"})}),
              ElementsAre(HasSubstr("revenue@state | ZD4020 | \"sure\" is not a state"),
                          HasSubstr("revenue@state | ZD4021 | the state is absent, but revenue is not nullable"),
                          "unknown(not_authorised)"));
  const int32_t fresh = static_cast<int32_t>(Day("2025-06-30").days);
  EXPECT_THAT(read({Fixed<int32_t>("tdD", "revenue@date", {fresh, fresh - 1, fresh})}),
              ElementsAre("10000", "unknown(stale)", kMissing));
  EXPECT_THAT(read({Fixed<int64_t>("tdm", "@date", {fresh * int64_t{86'400'000}, (fresh - 1) * int64_t{86'400'000}, 0})}),
              ElementsAre("10000", "unknown(stale)", kMissing));
  EXPECT_THAT(read({Texts("u", "revenue@date", {"2026-07-01", "2026-06-31", std::nullopt}), Nulls("@date", 3)}),
              ElementsAre(kMissing, HasSubstr("revenue@date | ZD4013 |"), kMissing));
  EXPECT_THAT(read({Texts("u", "revenue@source", {"a", "b", "c"}), Nulls("revenue@state", 3)}),
              ElementsAre("10000", "20000", kMissing));
  EXPECT_THAT(Cells("landlord", Read({Table({Subjects(2), Texts("u", "landlord@state", {"absent", "known"})})})),
              ElementsAre("null", kMissing));
  EXPECT_THAT(Cells("landlord", Read({Table({Subjects(2), Texts("u", "landlord", {"x", std::nullopt}),
                                             Texts("u", "landlord@state", {"absent", "absent"})})})),
              ElementsAre(HasSubstr("landlord@state | ZD4021 |"), "null"));
}

TEST_F(ArrowReaderTest, RowsWithoutASubjectAreRejected) {
  Array table = Structs("", {true, std::nullopt, true, true},
                        {Texts("u", "uscc", {"a", "b", std::nullopt, ""}), Fixed<int8_t>("c", "staff", {1, 2, 3, 4})});
  EXPECT_THAT(Cells("staff", Read({std::move(table)})),
              ElementsAre("1", " | ZD4007 | the row as a whole is null; drop it, or supply its subject",
                          "uscc | ZD4007 | there is no uscc, which names the subject; supply it in every row",
                          HasSubstr("uscc | ZD4007")));
}

TEST_F(ArrowReaderTest, CountsAndNumbersOfRows) {
  std::vector<Array> batches;
  for (int batch = 0; batch < 3; ++batch) {
    batches.push_back(Table({Texts("u", "uscc", {"91350500YYYY000127", "91350100M0001TGQXM", "x", "y"}),
                             Fixed<double>("g", "staff", {1, 2, 0.5, 4}), Nulls("foo", 4),
                             Fixed<int64_t>("l", "revenue", {1, std::nullopt, 1, 1})}));
  }
  batches.insert(batches.begin() + 1, Slice(batches[0], 0, 0));
  const Result result = Read(std::move(batches));
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.counts.rows_read, 12);
  EXPECT_EQ(result.counts.rows_rejected, 3);
  EXPECT_EQ(result.counts.bad_check_digits, 6);
  EXPECT_EQ(result.counts.undated, 6);
  EXPECT_EQ(result.counts.undeclared, (std::map<std::string, int64_t>{{"foo", 9}}));
  std::vector<int64_t> rows;
  for (size_t row = 0; row < result.block.row_count(); ++row) rows.push_back(result.block.input_row(row));
  EXPECT_THAT(rows, ElementsAre(0, 1, 3, 4, 5, 7, 8, 9, 11));
  ASSERT_EQ(result.rejects.size(), 3u);
  EXPECT_EQ(result.rejects[1].row, 6);
}

TEST_F(ArrowReaderTest, WideNumbersKeepTheirRowsWhenOthersAreRejected) {
  const uint64_t wide = std::numeric_limits<uint64_t>::max();
  Result result(pack_);
  Read({Table({Subjects(5), Fixed<uint64_t>("L", "staff", {wide, wide, 3, wide, wide}),
               Texts("u", "grade", {"A", "E", "A", "A", "E"})})},
       &result, 5);
  EXPECT_EQ(result.block.irregular_rows(), (std::vector<uint32_t>{0, 2}));
  EXPECT_THAT(Cells("staff", result), ElementsAre("18446744073709551615", HasSubstr("ZD4015"), "3",
                                                  "18446744073709551615", HasSubstr("ZD4015")));
}

TEST_F(ArrowReaderTest, RefusesColumnsThatCannotHoldTheirFact) {
  const struct {
    const char* format;
    const char* fact;
    const char* message;
  } kCases[] = {
      {"tiM", "revenue", "ZD4110 column revenue: interval months cannot hold a money; cast it to decimal128 or int64"},
      {"u", "revenue", "ZD4110 column revenue: utf8 cannot hold a money; cast it to decimal128 or int64"},
      {"b", "staff", "ZD4110 column staff: bool cannot hold an integer; cast it to int64"},
      {"l", "listed", "ZD4110 column listed: int64 cannot hold a boolean; cast it to bool"},
      {"l", "grade", "ZD4110 column grade: int64 cannot hold a code; cast it to utf8"},
      {"z", "landlord", "ZD4110 column landlord: binary cannot hold a string; cast it to utf8"},
      {"vz", "landlord", "ZD4110 column landlord: binary view cannot hold a string; cast it to utf8"},
      {"d:38,2,256", "paid", "ZD4110 column paid: decimal(38,2,256) cannot hold a money; cast it to decimal128 or int64"},
      {"e", "paid", "ZD4110 column paid: float16 cannot hold a money; cast it to decimal128 or int64"},
      {"l", "founded", "ZD4110 column founded: int64 cannot hold a date; cast it to date32"},
      {"tsu:Asia/Shanghai", "founded",
       "ZD4110 column founded: timestamp in the zone Asia/Shanghai cannot hold a date; cast it to date32"},
      {"tsu:Asia/Shanghai", "filed_at",
       "ZD4110 column filed_at: timestamp in the zone Asia/Shanghai cannot hold a datetime; cast it to a timestamp in UTC "
       "or at a fixed offset such as +08:00"},
      {"tdD", "filed_at",
       "ZD4110 column filed_at: date32 cannot hold a datetime; cast it to a timestamp in UTC or at a fixed offset such as "
       "+08:00"},
      {"u", "titles", "ZD4110 column titles: utf8 cannot hold a list; make it a list"},
      {"+m", "rnd", "ZD4110 column rnd: map cannot hold a series; make it a list of structs of period and value"},
      {"l", "revenue@state", "ZD4110 column revenue@state: int64 cannot hold a string; cast it to utf8"},
      {"l", "@date", "ZD4110 column @date: int64 cannot hold a date; cast it to date32"},
      {"xyz", "paid", "ZD4110 column paid: type xyz cannot hold a money; cast it to decimal128 or int64"},
      {"", "paid", "ZD4110 column paid: type  cannot hold a money; cast it to decimal128 or int64"},
  };
  for (const auto& c : kCases) EXPECT_EQ(Refusal({Subjects(0), OfFormat(c.format, c.fact)}), std::string(c.message) + "\n");
}

TEST_F(ArrowReaderTest, RefusesPartsOfColumns) {
  EXPECT_EQ(Refusal({Subjects(0), Lists("+l", "titles", {}, OfFormat("l", "item"))}),
            "ZD4110 column titles: its items: int64 cannot hold a string; cast it to utf8\n");
  Array entry = Structs("item", {}, {OfFormat("i", "period"), OfFormat("u", "value")});
  EXPECT_EQ(Refusal({Subjects(0), Lists("+l", "rnd", {}, entry)}),
            "ZD4110 column rnd: its value: utf8 cannot hold a money; cast it to decimal128 or int64\n");
  EXPECT_EQ(Refusal({Subjects(0), Lists("+l", "power", {}, Structs("", {}, {OfFormat("i", "period"), OfFormat("l", "value")}))}),
            "ZD4110 column power: its period: int32 cannot hold a string; cast it to utf8\n");
  EXPECT_EQ(Refusal({Subjects(0), Lists("+l", "rnd", {}, Structs("", {}, {OfFormat("i", "period")}))}),
            "ZD4110 column rnd: list cannot hold a series; make it a list of structs of period and value\n");
  entry = Structs("item", {}, {OfFormat("tdD", "date"), OfFormat("tdD", "招用日期")});
  EXPECT_EQ(Refusal({Subjects(0), Lists("+l", "hires", {}, entry)}),
            "ZD4110 column hires: its items: member date is there twice; keep one\n");
  Array words = Dictionary<int8_t>("c", {}, Lists("+l", "titles", {}, Texts("u", "", {})));
  EXPECT_THAT(Refusal({Subjects(0), words}), HasSubstr("column titles: dictionary of list cannot hold a list"));
}

TEST_F(ArrowReaderTest, RefusesTablesAsAWhole) {
  EXPECT_EQ(Refusal({OfFormat("l", "staff")}),
            "ZD4113 there is no column uscc, which names the subject; add it, or rename the column that holds it\n");
  EXPECT_EQ(Refusal({Subjects(0), OfFormat("l", "staff"), OfFormat("l", "从业人员")}),
            "ZD4112 column 从业人员 is there twice, as staff; keep one\n");
  EXPECT_EQ(Refusal({Subjects(0), Subjects(0)}), "ZD4112 column uscc is there twice; keep one\n");
  // Everything that is wrong is told at once.
  EXPECT_EQ(Refusal({OfFormat("u", "staff"), OfFormat("u", "paid")}),
            "ZD4110 column paid: utf8 cannot hold a money; cast it to decimal128 or int64\n"
            "ZD4110 column staff: utf8 cannot hold an integer; cast it to int64\n"
            "ZD4113 there is no column uscc, which names the subject; add it, or rename the column that holds it\n");

  ArrowArrayStream stream;
  ExportStream({Fixed<int64_t>("l", "", {1})}, &stream);
  Diagnostics diagnostics;
  EXPECT_EQ(ArrowReader::Open(pack_, rules_, &stream, &diagnostics), nullptr);
  EXPECT_EQ(diagnostics.Text(),
            "ZD4111 the Arrow stream holds int64 and not a table; supply record batches with one column a fact\n");
}

TEST_F(ArrowReaderTest, AStreamThatHasNoSchemaIsRefused) {
  ArrowArrayStream stream;
  ExportStream({Table({Subjects(1)})}, &stream);
  stream.get_schema = [](ArrowArrayStream*, ArrowSchema*) { return EINVAL; };
  Diagnostics diagnostics;
  EXPECT_EQ(ArrowReader::Open(pack_, rules_, &stream, &diagnostics), nullptr);
  EXPECT_EQ(diagnostics.Text(), "ZD4111 the Arrow stream has no schema: disk on fire; correct what produces it\n");
}

TEST_F(ArrowReaderTest, AStreamThatFailsHalfWaySaysHowFarItGot) {
  Result result(pack_);
  Read({Table({Subjects(4)}), Table({Subjects(2)})}, &result, 3, 1);
  EXPECT_EQ(result.error,
            "ZD4114 after 4 rows the Arrow stream failed: disk on fire; the rows before are read, the rest is not");
  EXPECT_EQ(result.counts.rows_read, 4);
}

TEST_F(ArrowReaderTest, BrokenBatchesEndTheReading) {
  const auto error = [&](Array column) {
    Result result(pack_);
    const int64_t rows = column.length;
    Read({Table({Subjects(2), Fixed<int8_t>("c", "staff", {1, 2})}), Table({Subjects(rows), std::move(column)})}, &result);
    EXPECT_EQ(result.counts.rows_read, 2);
    return result.error;
  };
  Array broken = Fixed<int8_t>("c", "staff", {1, 2, 3});
  broken.buffers.pop_back();
  EXPECT_EQ(error(broken), "ZD4114 after 2 rows the record batch is not sound: column staff: it has 1 buffers, not 2; "
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

  Result result(pack_);
  Read({Table({Subjects(3), Fixed<int8_t>("c", "staff", {1, 2})})}, &result);
  EXPECT_THAT(result.error, HasSubstr("after 0 rows the record batch is not sound: column staff: it has 2 elements where "
                                      "3 are wanted"));
  Result fewer(pack_);
  Read({Table({Subjects(1), Nulls("foo", 1)}), Table({Subjects(1)})}, &fewer);
  EXPECT_THAT(fewer.error, HasSubstr("after 1 rows the record batch is not sound: it has 1 columns, not 2"));
}

TEST_F(ArrowReaderTest, OffsetsThatRunBackwardsRejectTheirRow) {
  Array texts = Texts("u", "landlord", {"aa", "bb", "cc"});
  std::vector<char> offsets;
  for (const int32_t offset : {0, 4, 2, 6}) Append(&offsets, offset);
  texts.buffers[1] = offsets;
  EXPECT_THAT(Cells(texts), ElementsAre("\"aabb\"", HasSubstr("landlord | ZD4023"), "\"bbcc\""));

  Array views = Texts("vu", "landlord", {"a text of some length", "short"});
  const int32_t far = 1'000;
  std::memcpy(views.buffers[1]->data() + 12, &far, sizeof far);
  EXPECT_THAT(Cells(views), ElementsAre(HasSubstr("landlord | ZD4023"), "\"short\""));
}

TEST_F(ArrowReaderTest, EmptyInputsHaveNoRows) {
  EXPECT_EQ(Read({Table({Subjects(0)})}).counts.rows_read, 0);
  Array empty = Table({Subjects(0)});
  empty.children[0].buffers = {std::nullopt, std::nullopt, std::nullopt};  // as some producers have it
  EXPECT_EQ(Read({empty, Table({Subjects(1)})}).block.row_count(), 1u);
}

}  // namespace
}  // namespace zhida::facts

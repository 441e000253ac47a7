// Every Arrow type that a fact may come in.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "tests/facts/arrow_fixture.h"

namespace zhida::facts {
namespace {

TEST_F(ArrowReaderTest, Integers) {
  EXPECT_TRUE(
      Agree(Cells(Fixed<int8_t>("c", "staff", {-128, std::nullopt, 127})), {"-128", kMissing, "127"}));
  EXPECT_TRUE(Agree(Cells(Fixed<uint8_t>("C", "staff", {255, 0})), {"255", "0"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int16_t>("s", "staff", {-32768})), {"-32768"}));
  EXPECT_TRUE(Agree(Cells(Fixed<uint16_t>("S", "staff", {65535})), {"65535"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int32_t>("i", "staff", {-2147483647})), {"-2147483647"}));
  EXPECT_TRUE(Agree(Cells(Fixed<uint32_t>("I", "staff", {4294967295u})), {"4294967295"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("l", "staff", {std::numeric_limits<int64_t>::min()})),
                    {"-9223372036854775808"}));
  EXPECT_TRUE(Agree(Cells(Fixed<uint64_t>("L", "staff", {std::numeric_limits<uint64_t>::max()})),
                    {"18446744073709551615"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int32_t>("i", "revenue", {3})), {"30000"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("l", "revenue", {std::numeric_limits<int64_t>::max()})),
                    {"92233720368547758070000"}));
}

TEST_F(ArrowReaderTest, Decimals) {
  const int128_t big = PowerOfTen(37);
  EXPECT_TRUE(Agree(Cells(Fixed<int128_t>("d:38,4", "revenue", {12'300, -5, std::nullopt, 0})),
                    {"12300", "-5", kMissing, "0"}));
  EXPECT_TRUE(
      Agree(Cells(Fixed<int128_t>("d:38,7,128", "revenue", {12'300'000, 1})),
            {"12300", Has("revenue | ZD4011 | 0.0000001 has more digits after the point than the 6")}));
  EXPECT_TRUE(Agree(Cells(Fixed<int128_t>("d:5,-2", "paid", {7})), {"700"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int128_t>("d:38,0", "staff", {big, PowerOfTen(33)})),
                    {Has("staff | ZD4012 | \"10000000000000000000000000000000000000\" is out of range"),
                     "1000000000000000000000000000000000"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int128_t>("d:38,37", "staff", {big, big - 1})), {"1", Has("ZD4011")}));
  EXPECT_TRUE(Agree(Cells(Fixed<int128_t>("d:38,10", "share", {300'000'000})), {"0.03"}));
}

TEST_F(ArrowReaderTest, FloatsAreReadByTheirShortestText) {
  EXPECT_TRUE(Agree(Cells(Fixed<double>("g", "paid", {0.1, 1e6, -2.5, std::nullopt, 12.345})),
                    {"0.1", "1000000", "-2.5", kMissing, Has("paid | ZD4011 | 12.345 has more digits")}));
  EXPECT_TRUE(Agree(Cells(Fixed<float>("f", "paid", {0.1f, 16777216.0f})), {"0.1", "16777216"}));
  EXPECT_TRUE(
      Agree(Cells(Fixed<double>("g", "staff", {std::nan(""), HUGE_VAL, -HUGE_VAL, 1e300})),
            {"staff | ZD4022 | NaN is not a number that can be judged; supply null if the value is not known",
             Has("ZD4022 | Infinity"), Has("ZD4022 | -Infinity"), Has("ZD4012")}));
  EXPECT_TRUE(Agree(Cells(Fixed<float>("f", "staff", {std::nanf("")})), {Has("ZD4022")}));
}

TEST_F(ArrowReaderTest, BooleansAndNulls) {
  EXPECT_TRUE(
      Agree(Cells(Bools("listed", {true, std::nullopt, false, true, true, false, true, true, true, false})),
            {"true", kMissing, "false", "true", "true", "false", "true", "true", "true", "false"}));
  EXPECT_TRUE(Agree(Cells(Nulls("listed", 2)), {kMissing, kMissing}));
  EXPECT_TRUE(Agree(Cells(Nulls("hires", 1)), {kMissing}));
  EXPECT_TRUE(Agree(Cells(Nulls("landlord", 1)), {kMissing}));  // absent is said with a state
}

TEST_F(ArrowReaderTest, Texts) {
  const Maybe<std::string> texts = {
      "", "张三", std::nullopt, "exactly12byt", "thirteen byte", "福建省泉州市某某科技有限公司"};
  for (const char* format : {"u", "U", "vu"}) {
    SCOPED_TRACE(format);
    EXPECT_TRUE(Agree(Cells(Texts(format, "landlord", texts)),
                      {"\"\"", "\"张三\"", kMissing, "\"exactly12byt\"", "\"thirteen byte\"",
                       "\"福建省泉州市某某科技有限公司\""}));
    EXPECT_TRUE(Agree(Cells(Texts(format, "industry", {"C26", "C2614", "Z", "C26\xFF"})),
                      {"\"C26\"", "\"C2614\"", Has("industry | ZD4015 | \"Z\" is not in the code list"),
                       Has("industry | ZD4001 | byte 4 of the text is not UTF-8")}));
    EXPECT_TRUE(Agree(Cells(Texts(format, "landlord", {"a\xC3\x28", std::string(70'000, 'a')})),
                      {Has("landlord | ZD4001 | byte 2"), Has("landlord | ZD4016 | a text of 70000")}));
  }
}

TEST_F(ArrowReaderTest, Dates) {
  EXPECT_TRUE(Agree(Cells(Fixed<int32_t>("tdD", "founded", {0, -1, 19'782, std::nullopt})),
                    {"1970-01-01", "1969-12-31", "2024-02-29", kMissing}));
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("tdm", "founded", {86'400'000, -86'400'000, 1})),
                    {"1970-01-02", "1969-12-31", Has("founded | ZD4014 | the time stamp is a moment")}));
  EXPECT_TRUE(Agree(Cells(Texts("u", "founded", {"2024-02-29", "2026-02-30", "2024-02-29T00:00:00"})),
                    {"2024-02-29", Has("founded | ZD4013 |"), "2024-02-29"}));
  const int64_t day = 19'782;
  const int64_t seconds = day * 86'400;
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("tss:", "founded", {seconds, seconds + 1, -86'400})),
                    {"2024-02-29", Has("ZD4014 | the time stamp is a moment of 2024-02-29"), "1969-12-31"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("tsm:", "founded", {seconds * 1'000})), {"2024-02-29"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("tsu:UTC", "founded", {seconds * 1'000'000})), {"2024-02-29"}));
  EXPECT_TRUE(
      Agree(Cells(Fixed<int64_t>("tsn:", "founded", {seconds * 1'000'000'000, seconds * 1'000'000'000 + 1})),
            {"2024-02-29", Has("ZD4014")}));
  // Midnight on the clock that the column names: 16:00 in UTC the day before.
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("tss:+08:00", "founded", {seconds - 8 * 3'600, seconds})),
                    {"2024-02-29", Has("ZD4014")}));
  EXPECT_TRUE(
      Agree(Cells(Fixed<int64_t>("tss:", "founded", {std::numeric_limits<int64_t>::max() / 86'400 * 86'400})),
            {Has("founded | ZD4013 | the date lies beyond the calendar")}));
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("tss:-08:00", "founded", {std::numeric_limits<int64_t>::min()})),
                    {Has("ZD4013")}));
}

TEST_F(ArrowReaderTest, DatesAndTimes) {
  const int64_t seconds = 19'782 * int64_t{86'400} + 5'400;
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("tss:", "filed_at", {seconds, std::nullopt})),
                    {"2024-02-29T01:30:00", kMissing}));
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("tsn:UTC", "filed_at", {seconds * 1'000'000'000 + 500'000'000})),
                    {"2024-02-29T01:30:00.5Z"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("tsm:+08:00", "filed_at", {seconds * 1'000})),
                    {"2024-02-29T09:30:00+08:00"}));
  EXPECT_TRUE(Agree(Cells(Fixed<int64_t>("tsu:", "filed_at", {-1})), {"1969-12-31T23:59:59.999999"}));
  EXPECT_TRUE(Agree(Cells(Texts("vu", "filed_at", {"2024-02-29T09:30:00+08:00", "2024-02-29"})),
                    {"2024-02-29T09:30:00+08:00", Has("filed_at | ZD4013 |")}));
}

TEST_F(ArrowReaderTest, Lists) {
  for (const char* format : {"+l", "+L"}) {
    SCOPED_TRACE(format);
    Array items = Texts("u", "item", {"a", std::nullopt, "b", "c"});
    EXPECT_TRUE(Agree(Cells(Lists(format, "titles", {2, 0, std::nullopt, 2}, std::move(items))),
                      {"[\"a\", unknown(missing)]", "[]", kMissing, "[\"b\", \"c\"]"}));
  }
  EXPECT_TRUE(Agree(Cells(Lists("+l", "figures", {2, 1}, Fixed<double>("g", "", {1, 0.5, 1e-9}))),
                    {"[10000, 5000]", Has("figures | ZD4011 | item 1: 0.000000001 has more digits")}));
  EXPECT_TRUE(Agree(Cells(Lists("+l", "titles", {4'097, 1}, Texts("u", "", Maybe<std::string>(4'098, "x")))),
                    {Has("titles | ZD4017 | more than 4096 items"), "[\"x\"]"}));
}

TEST_F(ArrowReaderTest, StructuresAndSeries) {
  Array hires = Hires("item", Fixed<int32_t>("tdD", "招用日期", {0, std::nullopt, 1}),
                      Texts("u", "category", {"A", std::nullopt, "E"}));
  EXPECT_TRUE(Agree(Cells(Lists("+l", "hires", {2, 1}, std::move(hires))),
                    {"[{date: 1970-01-01, category: \"A\", pay: unknown(missing)}, "
                     "{date: unknown(missing), category: unknown(missing), pay: unknown(missing)}]",
                     Has("hires | ZD4015 | item 1: member category: \"E\" is not in the code list grade")}));

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
  for (const ArrowResult& result : {rnd(Texts("u", "", {"2025", "2024", "2024", "2024"})),
                                    rnd(Fixed<int16_t>("s", "", {2025, 2024, 2024, 2024}))}) {
    ASSERT_EQ(result.block.row_count(), 2u);
    const Value value = result.block.Get(pack_.schema.Find("rnd"), 0, feel::Reading::kPromised);
    EXPECT_EQ(value.series().Find(2025)->ToText(), "25000");
    EXPECT_EQ(value.series().Find(2024), nullptr);  // a null entry is no entry
    EXPECT_TRUE(
        result.block.Get(pack_.schema.Find("rnd"), 1, feel::Reading::kPromised).series().entries.empty());
    ASSERT_EQ(result.rejects.size(), 1u);
    EXPECT_EQ(result.rejects[0].reason, "the period 2024 is given twice; keep one");
  }
  EXPECT_TRUE(Agree(Cells("rnd", rnd(Texts("u", "", {"2025", std::nullopt, "2024", "24"}))),
                    {Has("rnd | ZD4018 | entry 2: it has no period"), Has(""),
                     Has("rnd | ZD4018 | entry 2: \"24\" is not a period")}));
}

}  // namespace
}  // namespace zhida::facts

// Money: units, named rounding to them, limits, and the text for people.
#include "engine/value/money.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace zhida {
namespace {

std::optional<int64_t> Fen(const char* yuan, const char* unit, Rounding mode) {
  return ToFen(Decimal::Parse(yuan).value(), {MoneyUnitFromName(unit).value(), mode});
}

TEST(MoneyTest, UnitsAreKnownByName) {
  const struct {
    const char* name;
    const char* fen;
  } kCases[] = {{"分", "1"},        {"角", "10"},        {"元", "100"},           {"百元", "10000"},
                {"千元", "100000"}, {"万元", "1000000"}, {"百万元", "100000000"}, {"亿元", "10000000000"}};
  for (const auto& c : kCases) {
    ASSERT_TRUE(MoneyUnitFromName(c.name)) << c.name;
    EXPECT_EQ(ToString(PowerOfTen(MoneyUnitFromName(c.name)->fen_power)), c.fen) << c.name;
  }
  for (const char* name : {"", "圆", "块", "万", "yuan", "元 "})
    EXPECT_FALSE(MoneyUnitFromName(name)) << name;
  EXPECT_EQ(MoneyUnit{}.fen_power, 2);
}

TEST(MoneyTest, RoundsToTheNamedUnitInTheNamedWay) {
  const struct {
    const char* yuan;
    const char* unit;
    Rounding mode;
    int64_t fen;
  } kCases[] = {
      {"66000", "分", Rounding::kHalfUp, 6600000},
      {"0.005", "分", Rounding::kHalfUp, 1},
      {"0.005", "分", Rounding::kHalfEven, 0},
      {"0.015", "分", Rounding::kHalfEven, 2},
      {"0.005", "分", Rounding::kHalfDown, 0},
      {"-0.005", "分", Rounding::kHalfUp, -1},
      {"-0.005", "分", Rounding::kHalfDown, 0},
      {"1.009", "分", Rounding::kDown, 100},
      {"1.001", "分", Rounding::kUp, 101},
      {"-1.001", "分", Rounding::kUp, -101},
      {"-1.001", "分", Rounding::kCeiling, -100},
      {"-1.001", "分", Rounding::kFloor, -101},
      {"12.34", "角", Rounding::kHalfUp, 1230},
      {"12.35", "角", Rounding::kHalfUp, 1240},
      {"12.5", "元", Rounding::kHalfUp, 1300},
      {"12.5", "元", Rounding::kHalfEven, 1200},
      {"123450", "百元", Rounding::kHalfUp, 12350000},
      {"123450", "百元", Rounding::kDown, 12340000},
      {"123450", "万元", Rounding::kDown, 12000000},
      {"125000", "万元", Rounding::kHalfUp, 13000000},
      {"4999", "万元", Rounding::kHalfUp, 0},
      {"49999999.99", "亿元", Rounding::kHalfUp, 0},
      {"50000000", "亿元", Rounding::kHalfUp, 10000000000},
      {"0", "分", Rounding::kUp, 0},
      {"0.3333333333333333333333333333333333", "分", Rounding::kHalfUp, 33},
  };
  for (const auto& c : kCases) EXPECT_EQ(Fen(c.yuan, c.unit, c.mode), c.fen) << c.yuan << " " << c.unit;
}

TEST(MoneyTest, RefusesWhatDoesNotFit) {
  EXPECT_EQ(Fen("92233720368547758.07", "分", Rounding::kHalfUp), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(Fen("92233720368547758.08", "分", Rounding::kHalfUp), std::nullopt);
  EXPECT_EQ(Fen("92233720368547758.074", "分", Rounding::kHalfUp), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(Fen("92233720368547758.075", "分", Rounding::kHalfUp), std::nullopt);
  EXPECT_EQ(Fen("-92233720368547758.08", "分", Rounding::kHalfUp), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(Fen("-92233720368547758.09", "分", Rounding::kHalfUp), std::nullopt);
  EXPECT_EQ(Fen("1e300", "分", Rounding::kHalfUp), std::nullopt);
  EXPECT_EQ(Fen("1e-300", "分", Rounding::kHalfUp), 0);
}

TEST(MoneyTest, FenBecomeYuanExactly) {
  EXPECT_EQ(FenToYuan(6600000).ToString(), "66000");
  EXPECT_EQ(FenToYuan(-1).ToString(), "-0.01");
  for (int64_t fen : {int64_t{0}, int64_t{1}, int64_t{-99}, std::numeric_limits<int64_t>::min(),
                      std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(ToFen(FenToYuan(fen), MoneyRounding{}), fen);
  }
}

TEST(MoneyTest, TextGroupsThousands) {
  EXPECT_EQ(FenText(0), "0.00");
  EXPECT_EQ(FenText(5), "0.05");
  EXPECT_EQ(FenText(-5), "-0.05");
  EXPECT_EQ(FenText(12345), "123.45");
  EXPECT_EQ(FenText(99999), "999.99");
  EXPECT_EQ(FenText(100000), "1,000.00");
  EXPECT_EQ(FenText(6600000), "66,000.00");
  EXPECT_EQ(FenText(-123456789), "-1,234,567.89");
  EXPECT_EQ(FenText(std::numeric_limits<int64_t>::min()), "-92,233,720,368,547,758.08");
}

}  // namespace
}  // namespace zhida

// Decimal: texts, arithmetic against Python's decimal (decimal_vectors.txt) and against 128-bit integers.
#include "engine/value/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <limits>
#include <optional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace zhida {
namespace {

constexpr Rounding kRoundings[] = {Rounding::kHalfUp, Rounding::kHalfEven, Rounding::kHalfDown, Rounding::kUp,
                                   Rounding::kDown,   Rounding::kCeiling,  Rounding::kFloor};

// Random tests print their seed; ZHIDA_SEED repeats one.
uint64_t Seed() {
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  ::testing::Test::RecordProperty("seed", std::to_string(seed));
  std::cout << "ZHIDA_SEED=" << seed << "\n";
  return seed;
}

Decimal D(const std::string& text) {
  const std::optional<Decimal> parsed = Decimal::Parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Decimal());
}

std::string Text(const std::optional<Decimal>& decimal) { return decimal ? decimal->ToString() : "none"; }

std::string Reread(const std::string& text) { return text == "none" ? text : D(text).ToString(); }

TEST(DecimalTest, DefaultIsZero) {
  EXPECT_EQ(Decimal().ToString(), "0");
  EXPECT_TRUE(Decimal().is_zero());
  EXPECT_EQ(Decimal(), Decimal::FromInt(0));
  EXPECT_EQ(sizeof(Decimal), 16u);
}

TEST(DecimalTest, ParsesAndPrints) {
  const struct {
    const char* text;
    const char* printed;
  } kCases[] = {
      {"0", "0"},
      {"-0", "0"},
      {"0.000", "0"},
      {"0e99999999999999999999", "0"},
      {"7", "7"},
      {"+7", "7"},
      {"01", "1"},
      {"007.50", "7.5"},
      {"-12.50", "-12.5"},
      {".5", "0.5"},
      {"-.5", "-0.5"},
      {"1e-3", "0.001"},
      {"1E+3", "1000"},
      {"2500", "2500"},
      {"2500.00", "2500"},
      {"999999999999999999", "999999999999999999"},
      {"9999999999999999999", "9999999999999999999"},
      {"18446744073709551616", "18446744073709551616"},
      {"0.000000000000000000000000000000000000000000000000000000000001",
       "0.000000000000000000000000000000000000000000000000000000000001"},
      {"1e-61", "0.0000000000000000000000000000000000000000000000000000000000001"},
      {"1e-62", "1E-62"},
      {"-1.5e-70", "-1.5E-70"},
      {"1e60", "1000000000000000000000000000000000000000000000000000000000000"},
      {"1e61", "1E+61"},
      {"1.25e400", "1.25E+400"},
      {"1e6144", "1E+6144"},
      {"9999999999999999999999999999999999", "9999999999999999999999999999999999"},
      {"-0.9999999999999999999999999999999999", "-0.9999999999999999999999999999999999"},
      // Zeros at either end are not significant digits.
      {"0000000000000000000000000000000000000000000000000012.3", "12.3"},
      {"1.50000000000000000000000000000000000000000000000000", "1.5"},
      {"10000000000000000000000000000000000000000", "10000000000000000000000000000000000000000"},
      {"0.00000000000000000000000000000000000000000000000000123e50", "0.123"},
      {"1e-6176", "1E-6176"},
      {"10e-6177", "1E-6176"},
      {"9.999999999999999999999999999999999e6144", "9.999999999999999999999999999999999E+6144"},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Text(Decimal::Parse(c.text)), c.printed) << c.text;
    EXPECT_EQ(Text(Decimal::Parse(c.printed)), c.printed) << c.text;
    EXPECT_EQ(Text(Decimal::ParseJson(c.printed)), c.printed) << c.text;
  }
}

TEST(DecimalTest, RefusesWhatIsMalformedOrTooLong) {
  const char* const kCases[] = {
      "",
      "-",
      "+",
      ".",
      "-.",
      "1.",
      "e5",
      "1e",
      "1e+",
      "1e5.0",
      "1..2",
      "1.2.3",
      "--1",
      "+-1",
      " 1",
      "1 ",
      "1,000",
      "0x10",
      "NaN",
      "Infinity",
      "inf",
      "1e7000",
      "1e6145",
      "1e-6177",
      "1e99999999999999999999999",
      "1e-99999999999999999999999",
      "12345678901234567890123456789012345",
      "1.0000000000000000000000000000000001e0000x",
      "100000000000000000000000000000000001",
      "0.10000000000000000000000000000000001",
      "1000e6142x",
      "1000e6142",
      "15e-6177",
      "\xEF\xBC\x91",
      "1_000",
      "1e5e5",
  };
  for (const char* text : kCases) EXPECT_EQ(Text(Decimal::Parse(text)), "none") << text;
  EXPECT_FALSE(Decimal::Parse(std::string_view("1\0", 2)));
  EXPECT_FALSE(Decimal::Parse(std::string(100000, '9')));
  EXPECT_EQ(Text(Decimal::Parse(std::string(100000, '0') + "5")), "5");
}

TEST(DecimalTest, JsonGrammarIsStricter) {
  for (const char* text : {"01", "-01", "00", ".5", "-.5", "+1", "1.", "", "-", "1e", "01.5"}) {
    EXPECT_EQ(Text(Decimal::ParseJson(text)), "none") << text;
  }
  for (const char* text :
       {"0", "-0", "0.5", "-0.5", "10", "1e5", "1E-5", "1e+5", "0e1", "0.0", "12345678901234567890.5"}) {
    EXPECT_EQ(Text(Decimal::ParseJson(text)), Text(Decimal::Parse(text))) << text;
    EXPECT_TRUE(Decimal::ParseJson(text)) << text;
  }
}

TEST(DecimalTest, ReadsIntegersAndScaledIntegers) {
  EXPECT_EQ(Decimal::FromInt(std::numeric_limits<int64_t>::min()).ToString(), "-9223372036854775808");
  EXPECT_EQ(Decimal::FromInt(std::numeric_limits<int64_t>::max()).ToString(), "9223372036854775807");
  EXPECT_EQ(Text(Decimal::FromScaled(6600000, 2)), "66000");
  EXPECT_EQ(Text(Decimal::FromScaled(-5, 3)), "-0.005");
  EXPECT_EQ(Text(Decimal::FromScaled(5, -3)), "5000");
  EXPECT_EQ(Text(Decimal::FromScaled(PowerOfTen(34) - 1, 0)), std::string(34, '9'));
  EXPECT_EQ(Text(Decimal::FromScaled(PowerOfTen(34), 0)), "none");
  EXPECT_EQ(Text(Decimal::FromScaled(std::numeric_limits<int128_t>::min(), 0)), "none");
  EXPECT_EQ(Text(Decimal::FromScaled(1, 6176)), "1E-6176");
  EXPECT_EQ(Text(Decimal::FromScaled(1, 6177)), "none");
  EXPECT_EQ(Text(Decimal::FromScaled(1, -6144)), "1E+6144");
  EXPECT_EQ(Text(Decimal::FromScaled(1, -6145)), "none");
  EXPECT_EQ(Text(Decimal::FromScaled(1, std::numeric_limits<int>::min())), "none");
  EXPECT_EQ(Text(Decimal::FromScaled(0, std::numeric_limits<int>::max())), "0");
}

TEST(DecimalTest, ReadsDoublesAsTheirShortestText) {
  EXPECT_EQ(Text(Decimal::FromDouble(0.1)), "0.1");
  EXPECT_EQ(Text(Decimal::FromDouble(0.1 + 0.2)), "0.30000000000000004");
  EXPECT_EQ(Text(Decimal::FromDouble(-0.0)), "0");
  EXPECT_EQ(Text(Decimal::FromDouble(1e22)), "10000000000000000000000");
  EXPECT_EQ(Text(Decimal::FromDouble(123456789.125)), "123456789.125");
  EXPECT_EQ(Text(Decimal::FromDouble(5e-324)), "5E-324");
  EXPECT_EQ(Text(Decimal::FromDouble(std::numeric_limits<double>::max())), "1.7976931348623157E+308");
  EXPECT_FALSE(Decimal::FromDouble(std::nan("")));
  EXPECT_FALSE(Decimal::FromDouble(INFINITY));
  EXPECT_FALSE(Decimal::FromDouble(-INFINITY));
  std::mt19937_64 random(Seed());
  for (int i = 0; i < 20000; ++i) {
    double value;
    const uint64_t bits = random();
    static_assert(sizeof value == sizeof bits);
    std::memcpy(&value, &bits, sizeof value);
    if (!std::isfinite(value)) continue;
    const std::string text = Text(Decimal::FromDouble(value));
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
  }
}

TEST(DecimalTest, RoundingNamesReadBack) {
  std::set<std::string_view> names;
  for (Rounding rounding : kRoundings) {
    names.insert(RoundingName(rounding));
    EXPECT_EQ(RoundingFromName(RoundingName(rounding)), rounding);
  }
  EXPECT_EQ(names.size(), 7u);
  EXPECT_EQ(RoundingFromName("half_up"), Rounding::kHalfUp);
  EXPECT_EQ(RoundingFromName("floor"), Rounding::kFloor);
  EXPECT_FALSE(RoundingFromName("HALF_UP"));
  EXPECT_FALSE(RoundingFromName(""));
}

std::string EvaluateRow(const std::string& operation, const std::vector<std::string>& operands) {
  const Decimal a = D(operands.at(0));
  if (operation == "sqrt") return Text(Decimal::SquareRoot(a));
  if (operation == "rounded") {
    return Text(a.Rounded(std::stoi(operands.at(1)), RoundingFromName(operands.at(2)).value()));
  }
  const Decimal b = D(operands.at(1));
  if (operation == "add") return Text(Decimal::Add(a, b));
  if (operation == "subtract") return Text(Decimal::Subtract(a, b));
  if (operation == "multiply") return Text(Decimal::Multiply(a, b));
  if (operation == "divide") return Text(Decimal::Divide(a, b));
  if (operation == "modulo") return Text(Decimal::Modulo(a, b));
  if (operation == "power") return Text(Decimal::Power(a, b));
  if (operation == "compare") {
    const std::strong_ordering order = a <=> b;
    if (order == 0) {
      EXPECT_EQ(a.Hash(), b.Hash());
    }
    EXPECT_EQ(a == b, order == 0);
    EXPECT_EQ(b <=> a, 0 <=> order);
    return order < 0 ? "-1" : order > 0 ? "1" : "0";
  }
  return "no such operation";
}

// ZHIDA_DECIMAL_VECTORS names a larger table; make_decimal_vectors.py says how to make one.
TEST(DecimalTest, AgreesWithPython) {
  const char* given = std::getenv("ZHIDA_DECIMAL_VECTORS");
  const std::string path = given != nullptr ? given : ZHIDA_SOURCE_DIR "/tests/value/decimal_vectors.txt";
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string operation;
    std::string word;
    std::vector<std::string> operands;
    words >> operation;
    while (words >> word && word != "=") operands.push_back(word);
    std::string expected;
    ASSERT_TRUE(words >> expected) << line;
    EXPECT_EQ(EvaluateRow(operation, operands), Reread(expected)) << line;
    ++rows;
  }
  EXPECT_GE(rows, 400);
}

TEST(DecimalTest, ExponentialAndLogarithm) {
  EXPECT_EQ(Text(Decimal::Exponential(D("0"))), "1");
  EXPECT_EQ(Text(Decimal::Exponential(D("4"))).substr(0, 20), "54.59815003314423907");
  EXPECT_EQ(Text(Decimal::Exponential(D("-1"))).substr(0, 20), "0.367879441171442321");
  EXPECT_EQ(Text(Decimal::Exponential(D("1e9"))), "none");
  EXPECT_EQ(Text(Decimal::Exponential(D("-1e9"))), "0");
  EXPECT_EQ(Text(Decimal::NaturalLog(D("1"))), "0");
  EXPECT_EQ(Text(Decimal::NaturalLog(D("10"))).substr(0, 20), "2.302585092994045684");
  EXPECT_EQ(Text(Decimal::NaturalLog(D("0"))), "none");
  EXPECT_EQ(Text(Decimal::NaturalLog(D("-4"))), "none");
}

TEST(DecimalTest, PowerNeedsAWholeExponent) {
  EXPECT_EQ(Text(Decimal::Power(D("4"), D("0.5"))), "none");
  EXPECT_EQ(Text(Decimal::Power(D("1"), D("1000000000"))), "none");
  EXPECT_EQ(Text(Decimal::Power(D("1"), D("-1000000000"))), "none");
  EXPECT_EQ(Text(Decimal::Power(D("2"), D("3.0"))), "8");
}

TEST(DecimalTest, SignsAndWholeness) {
  EXPECT_TRUE(D("-0.1").is_negative());
  EXPECT_FALSE(D("-0").is_negative());
  EXPECT_FALSE(Decimal().Negated().is_negative());
  EXPECT_EQ(D("-2.5").Absolute(), D("2.5"));
  EXPECT_EQ(D("2.5").Absolute(), D("2.5"));
  EXPECT_EQ(D("2.5").Negated(), D("-2.5"));
  EXPECT_TRUE(D("2.000").is_integer());
  EXPECT_TRUE(D("1e6000").is_integer());
  EXPECT_TRUE(D("0.00").is_integer());
  EXPECT_FALSE(D("2.5").is_integer());
  EXPECT_FALSE(D("1e-6000").is_integer());
  EXPECT_EQ(D("2.500").scale(), 1);
  EXPECT_EQ(D("1e3").scale(), 0);
  EXPECT_EQ(D("100.00").scale(), 0);
  EXPECT_EQ(D("0.000").scale(), 0);
  EXPECT_EQ(D("1e-6176").scale(), 6176);
}

TEST(DecimalTest, ScaledIntegersAreExactOrNothing) {
  EXPECT_EQ(D("12.34").ToScaled(2), int128_t{1234});
  EXPECT_EQ(D("12.340").ToScaled(2), int128_t{1234});
  EXPECT_EQ(D("-12.34").ToScaled(4), int128_t{-123400});
  EXPECT_EQ(D("12.345").ToScaled(2), std::nullopt);
  EXPECT_EQ(D("12000").ToScaled(-3), int128_t{12});
  EXPECT_EQ(D("12001").ToScaled(-3), std::nullopt);
  EXPECT_EQ(D("1e38").ToScaled(0), PowerOfTen(38));
  EXPECT_EQ(D("1.7e38").ToScaled(0), 17 * PowerOfTen(37));
  EXPECT_EQ(D("1.8e38").ToScaled(0), std::nullopt);
  EXPECT_EQ(D("9e38").ToScaled(0), std::nullopt);
  EXPECT_EQ(D("1e39").ToScaled(0), std::nullopt);
  EXPECT_EQ(D("1e6000").ToScaled(std::numeric_limits<int>::max()), std::nullopt);
  EXPECT_EQ(D("1e-6000").ToScaled(6000), int128_t{1});
  EXPECT_EQ(D("1e6000").ToScaled(-6000), int128_t{1});
  EXPECT_EQ(D("0").ToScaled(std::numeric_limits<int>::min()), int128_t{0});
  EXPECT_EQ(D("9223372036854775807").ToInt64(), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(D("-9223372036854775808").ToInt64(), std::numeric_limits<int64_t>::min());
  EXPECT_EQ(D("9223372036854775808").ToInt64(), std::nullopt);
  EXPECT_EQ(D("-9223372036854775809").ToInt64(), std::nullopt);
  EXPECT_EQ(D("2.5").ToInt64(), std::nullopt);
  EXPECT_EQ(D("2.0").ToInt64(), 2);
}

TEST(DecimalTest, EqualValuesHashEquallyInEveryForm) {
  for (const char* digits : {"1", "-7", "10", "123", "65536", "18446744073709551616", "1000000000000000"}) {
    const Decimal value = D(digits);
    std::string padded = std::string(digits) + ".0";
    for (; padded.size() < 34; padded += '0') {
      EXPECT_EQ(D(padded), value);
      EXPECT_EQ(D(padded).Hash(), value.Hash()) << padded;
    }
  }
  EXPECT_EQ(D("0.0").Hash(), D("-0").Hash());
  std::set<size_t> hashes;
  for (int i = -5000; i < 5000; ++i) hashes.insert(Decimal::FromInt(i).Hash());
  EXPECT_EQ(hashes.size(), 10000u);
}

// Sums, differences and products of scaled integers must be what 128-bit integers say.
TEST(DecimalTest, AgreesWithIntegers) {
  std::mt19937_64 random(Seed());
  const auto scaled = [&random](int64_t* mantissa, int* scale) {
    *mantissa = static_cast<int64_t>(random()) >> (random() % 64);
    *scale = static_cast<int>(random() % 13);
    return Decimal::FromScaled(*mantissa, *scale).value();
  };
  for (int i = 0; i < 50000; ++i) {
    int64_t x;
    int64_t y;
    int x_scale;
    int y_scale;
    const Decimal a = scaled(&x, &x_scale);
    const Decimal b = scaled(&y, &y_scale);
    const int scale = std::max(x_scale, y_scale);
    const int128_t left = int128_t{x} * PowerOfTen(scale - x_scale);
    const int128_t right = int128_t{y} * PowerOfTen(scale - y_scale);
    EXPECT_EQ(Decimal::Add(a, b)->ToScaled(scale), left + right) << a.ToString() << " " << b.ToString();
    EXPECT_EQ(Decimal::Subtract(a, b)->ToScaled(scale), left - right) << a.ToString() << " " << b.ToString();
    EXPECT_EQ(a < b, left < right) << a.ToString() << " " << b.ToString();
    EXPECT_EQ(a == b, left == right) << a.ToString() << " " << b.ToString();
    const int128_t product = int128_t{x} * y;
    if (DigitCount(product) <= 34) {
      EXPECT_EQ(Decimal::Multiply(a, b)->ToScaled(x_scale + y_scale), product)
          << a.ToString() << " " << b.ToString();
      if (y != 0) {
        // A product divided by a factor is exact again.
        EXPECT_EQ(Decimal::Divide(*Decimal::Multiply(a, b), b), a) << a.ToString() << " " << b.ToString();
      }
    }
    if (right != 0) {
      const int128_t remainder = left % right;
      const int128_t floored =
          remainder != 0 && (remainder < 0) != (right < 0) ? remainder + right : remainder;
      EXPECT_EQ(Decimal::Modulo(a, b)->ToScaled(scale), floored) << a.ToString() << " " << b.ToString();
    }
    EXPECT_EQ(D(a.ToString()), a);
    EXPECT_EQ(D(a.ToString()).Hash(), a.Hash());
  }
}

// The definition of each mode, by comparing both neighbours.
TEST(DecimalTest, RoundingModesFollowTheirDefinitions) {
  for (int value = -2500; value <= 2500; ++value) {
    for (int drop = 0; drop <= 4; ++drop) {
      const int128_t unit = PowerOfTen(drop);
      const int128_t low = (value - ((value % unit) + unit) % unit) / unit;  // floor
      const int128_t rest = value - low * unit;
      const int128_t high = rest == 0 ? low : low + 1;
      const int128_t outward = value < 0 ? low : high;
      const int128_t inward = value < 0 ? high : low;
      const int128_t nearer = 2 * rest < unit ? low : high;
      const bool tie = 2 * rest == unit;
      const auto rounded = [&](Rounding rounding) { return DivideByPowerOfTen(value, drop, rounding); };
      EXPECT_EQ(rounded(Rounding::kFloor), low) << value << " " << drop;
      EXPECT_EQ(rounded(Rounding::kCeiling), high) << value << " " << drop;
      EXPECT_EQ(rounded(Rounding::kUp), outward) << value << " " << drop;
      EXPECT_EQ(rounded(Rounding::kDown), inward) << value << " " << drop;
      EXPECT_EQ(rounded(Rounding::kHalfUp), tie ? outward : nearer) << value << " " << drop;
      EXPECT_EQ(rounded(Rounding::kHalfDown), tie ? inward : nearer) << value << " " << drop;
      EXPECT_EQ(rounded(Rounding::kHalfEven), tie ? (low % 2 == 0 ? low : high) : nearer)
          << value << " " << drop;
    }
  }
}

TEST(DecimalTest, WideIntegersRoundAtTheirLimits) {
  const int128_t least = std::numeric_limits<int128_t>::min();  // -170141183460469231731687303715884105728
  const int128_t most = std::numeric_limits<int128_t>::max();
  EXPECT_EQ(ToString(least), "-170141183460469231731687303715884105728");
  EXPECT_EQ(ToString(most), "170141183460469231731687303715884105727");
  EXPECT_EQ(ToString(int128_t{0}), "0");
  EXPECT_EQ(ToString(int128_t{-7}), "-7");
  EXPECT_EQ(ToString(PowerOfTen(38)), "1" + std::string(38, '0'));
  EXPECT_EQ(DivideByPowerOfTen(least, 0, Rounding::kHalfUp), least);
  EXPECT_EQ(DivideByPowerOfTen(least, 38, Rounding::kHalfUp), -2);
  EXPECT_EQ(DivideByPowerOfTen(least, 38, Rounding::kDown), -1);
  EXPECT_EQ(DivideByPowerOfTen(least, 38, Rounding::kCeiling), -1);
  EXPECT_EQ(DivideByPowerOfTen(most, 38, Rounding::kFloor), 1);
  EXPECT_EQ(DivideByPowerOfTen(most, 38, Rounding::kCeiling), 2);
  EXPECT_EQ(DivideByPowerOfTen(5 * PowerOfTen(37), 38, Rounding::kHalfUp), 1);
  EXPECT_EQ(DivideByPowerOfTen(5 * PowerOfTen(37), 38, Rounding::kHalfEven), 0);
  EXPECT_EQ(DivideByPowerOfTen(5 * PowerOfTen(37), 38, Rounding::kHalfDown), 0);
  EXPECT_EQ(DivideByPowerOfTen(5 * PowerOfTen(37) + 1, 38, Rounding::kHalfDown), 1);
  EXPECT_EQ(DigitCount(0), 1);
  EXPECT_EQ(DigitCount(least), 39);
  for (int n = 0; n <= 38; ++n) {
    EXPECT_EQ(DigitCount(PowerOfTen(n)), n + 1);
    EXPECT_EQ(DigitCount(-PowerOfTen(n)), n + 1);
    if (n > 0) {
      EXPECT_EQ(DigitCount(PowerOfTen(n) - 1), n);
    }
  }
}

}  // namespace
}  // namespace zhida

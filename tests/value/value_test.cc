// Value: kinds, texts, equality in its four answers, order, blocking, periods.
#include "engine/value/value.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zhida {
namespace {

Value N(const std::string& text) { return Value::Number(Decimal::Parse(text).value()); }
Value S(std::string text) { return Value::String(std::move(text)); }
Value Day(const char* text) { return Value::OfDate(Date::Parse(text).value()); }
Value Time(const char* text) { return Value::OfTime(TimeOfDay::Parse(text).value()); }
Value Moment(const char* text) { return Value::OfDateTime(DateTime::Parse(text).value()); }
Value Months(const char* text) { return Value::OfMonths(ParseMonthDuration(text).value()); }
Value Span(const char* text) { return Value::OfDayDuration(ParseDayDuration(text).value()); }
Value Open(Cause cause = Cause::kMissing) { return Value::Unknown(cause); }
Value Broken() { return Value::Error("division by zero"); }

Value Members(std::vector<std::string> names, std::vector<Value> values) {
  return Value::OfStruct(
      {std::make_shared<const std::vector<std::string>>(std::move(names)), std::move(values)});
}

Value Between(const Value& low, bool low_closed, const Value& high, bool high_closed) {
  return Value::OfRange({true, true, low_closed, high_closed, low, high});
}

Value Above(const Value& low, bool closed) {
  return Value::OfRange({true, false, closed, false, low, Value()});
}
Value Below(const Value& high, bool closed) {
  return Value::OfRange({false, true, false, closed, Value(), high});
}

Value Years(std::vector<std::pair<int32_t, Value>> entries) {
  return Value::OfSeries({PeriodKind::kYear, std::move(entries)});
}

// One of each kind, in the order of ValueKind.
std::vector<Value> OneOfEach() {
  return {Open(),
          Broken(),
          Value::Null(),
          Value::Boolean(true),
          N("1.5"),
          S("甲\"乙\n"),
          Day("2024-01-31"),
          Time("08:30:00"),
          Moment("2024-01-31T08:30:00+08:00"),
          Months("P14M"),
          Span("PT36H"),
          Value::List({N("1"), S("a"), Open(Cause::kStale)}),
          Members({"名称", "b"}, {S("x"), Value::Null()}),
          Years({{2023, N("1")}, {2024, N("2.50")}}),
          Between(N("1"), true, N("3"), false)};
}

TEST(ValueTest, KindsFollowThePayload) {
  const std::vector<Value> values = OneOfEach();
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(values[i].kind(), static_cast<ValueKind>(i));
    EXPECT_EQ(values[i].blocked(), i < 2);
  }
  EXPECT_EQ(values.size(), static_cast<size_t>(ValueKind::kRange) + 1);
  EXPECT_TRUE(Value().is_null());
}

TEST(ValueTest, TextIsFeel) {
  const std::vector<std::string> kExpected = {"unknown(missing)",
                                              "error(division by zero)",
                                              "null",
                                              "true",
                                              "1.5",
                                              "\"甲\\\"乙\\n\"",
                                              "2024-01-31",
                                              "08:30:00",
                                              "2024-01-31T08:30:00+08:00",
                                              "P1Y2M",
                                              "P1DT12H",
                                              "[1, \"a\", unknown(stale)]",
                                              "{名称: \"x\", b: null}",
                                              "{2023: 1, 2024: 2.5}",
                                              "[1..3)"};
  const std::vector<Value> values = OneOfEach();
  for (size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i].ToText(), kExpected[i]);
  EXPECT_EQ(Below(N("10"), false).ToText(), "(< 10)");
  EXPECT_EQ(Below(N("10"), true).ToText(), "(<= 10)");
  EXPECT_EQ(Above(N("10"), false).ToText(), "(> 10)");
  EXPECT_EQ(Above(Day("2024-01-31"), true).ToText(), "(>= 2024-01-31)");
  EXPECT_EQ(Between(Value::Null(), false, S("z"), true).ToText(), "(null..\"z\"]");
  EXPECT_EQ(Value::List({}).ToText(), "[]");
  EXPECT_EQ(Members({}, {}).ToText(), "{}");
}

TEST(ValueTest, JsonKeepsNumbersExactAndUnknownNull) {
  const std::vector<std::string> kExpected = {"null",
                                              "null",
                                              "null",
                                              "true",
                                              "1.5",
                                              "\"甲\\\"乙\\n\"",
                                              "\"2024-01-31\"",
                                              "\"08:30:00\"",
                                              "\"2024-01-31T08:30:00+08:00\"",
                                              "\"P1Y2M\"",
                                              "\"P1DT12H\"",
                                              "[1, \"a\", null]",
                                              "{\"名称\": \"x\", \"b\": null}",
                                              "{\"2023\": 1, \"2024\": 2.5}",
                                              "\"[1..3)\""};
  const std::vector<Value> values = OneOfEach();
  for (size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i].ToJson(), kExpected[i]);
  EXPECT_EQ(N("9999999999999999999999999999999999").ToJson(), "9999999999999999999999999999999999");
  EXPECT_EQ(Below(S("z"), false).ToJson(), "\"(< \\\"z\\\")\"");
}

TEST(ValueTest, TruthOfAConditionsValue) {
  for (Truth truth : {Truth::kFalse, Truth::kTrue, Truth::kUnknown, Truth::kError}) {
    EXPECT_EQ(Value::FromTruth(truth).truth(), truth);
  }
  EXPECT_EQ(Value::FromTruth(Truth::kUnknown, Cause::kConflict).cause(), Cause::kConflict);
  EXPECT_STREQ(Value::FromTruth(Truth::kError, Cause::kMissing, "no").error(), "no");
  EXPECT_EQ(Value::Null().truth(), Truth::kError);
  EXPECT_EQ(N("1").truth(), Truth::kError);
  EXPECT_EQ(S("true").truth(), Truth::kError);
}

TEST(ValueTest, EqualityOfScalars) {
  const struct {
    Value a;
    Value b;
    Truth equal;
  } kCases[] = {
      {N("1"), N("1.0"), Truth::kTrue},
      {N("1"), N("2"), Truth::kFalse},
      {S("a"), S("a"), Truth::kTrue},
      {S("a"), S("A"), Truth::kFalse},
      {Value::Boolean(true), Value::Boolean(true), Truth::kTrue},
      {Value::Boolean(true), Value::Boolean(false), Truth::kFalse},
      {Value::Null(), Value::Null(), Truth::kTrue},
      {Value::Null(), N("1"), Truth::kFalse},
      {Value::List({}), Value::Null(), Truth::kFalse},
      {N("1"), S("1"), Truth::kError},
      {Value::Boolean(false), N("0"), Truth::kError},
      {Months("P1Y"), Span("P365D"), Truth::kError},
      {Months("P1Y"), Months("P12M"), Truth::kTrue},
      {Span("P1D"), Span("PT24H"), Truth::kTrue},
      {Day("2024-01-31"), Day("2024-01-31"), Truth::kTrue},
      {Day("2024-01-31"), Moment("2024-01-31T00:00:00"), Truth::kError},
      // Times are compared by the second, zoned ones by instant.
      {Time("10:30:00.0001"), Time("10:30:00.0002"), Truth::kTrue},
      {Time("10:30:00"), Time("10:30:01"), Truth::kFalse},
      {Time("10:30:00Z"), Time("10:30:00+00:00"), Truth::kTrue},
      {Time("10:30:00Z"), Time("12:30:00+02:00"), Truth::kTrue},
      {Time("10:30:00Z"), Time("10:30:00+02:00"), Truth::kFalse},
      {Time("10:30:00"), Time("10:30:00Z"), Truth::kError},
      {Moment("2018-12-08T00:00:00.0001"), Moment("2018-12-08T00:00:00"), Truth::kTrue},
      {Moment("2018-10-08T00:00:00+02:00"), Moment("2018-10-07T22:00:00Z"), Truth::kTrue},
      {Moment("2018-10-08T00:00:00"), Moment("2018-10-08T00:00:00Z"), Truth::kError},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Equal(c.a, c.b), c.equal) << c.a.ToText() << " = " << c.b.ToText();
    EXPECT_EQ(Equal(c.b, c.a), c.equal) << c.b.ToText() << " = " << c.a.ToText();
  }
}

TEST(ValueTest, EqualityOfParts) {
  const struct {
    Value a;
    Value b;
    Truth equal;
  } kCases[] = {
      {Value::List({}), Value::List({}), Truth::kTrue},
      {Value::List({N("1"), N("2")}), Value::List({N("1.0"), N("2")}), Truth::kTrue},
      {Value::List({N("1"), N("2")}), Value::List({N("2"), N("1")}), Truth::kFalse},
      {Value::List({N("1")}), Value::List({N("1"), Open()}), Truth::kFalse},
      {Value::List({N("1"), Open()}), Value::List({N("1"), N("2")}), Truth::kUnknown},
      {Value::List({Open(), N("1")}), Value::List({N("1"), N("2")}), Truth::kFalse},
      {Value::List({Open()}), Value::List({Open()}), Truth::kUnknown},
      {Value::List({Broken(), Open()}), Value::List({N("1"), N("2")}), Truth::kError},
      {Value::List({Broken(), N("1")}), Value::List({N("1"), N("2")}), Truth::kFalse},
      {Value::List({N("1"), S("a")}), Value::List({N("1"), N("2")}), Truth::kError},
      {Value::List({Value::Null()}), Value::List({Value::Null()}), Truth::kTrue},
      {Value::List({Value::List({N("1")})}), Value::List({Value::List({N("1")})}), Truth::kTrue},
      {Members({"a", "b"}, {N("1"), N("2")}), Members({"b", "a"}, {N("2"), N("1")}), Truth::kTrue},
      {Members({"a", "b"}, {N("1"), N("2")}), Members({"a", "c"}, {N("1"), N("2")}), Truth::kFalse},
      {Members({"a"}, {N("1")}), Members({"a", "b"}, {N("1"), N("2")}), Truth::kFalse},
      {Members({"a", "b"}, {N("1"), Open()}), Members({"a", "b"}, {N("1"), N("2")}), Truth::kUnknown},
      {Members({"a", "b"}, {N("3"), Open()}), Members({"a", "b"}, {N("1"), N("2")}), Truth::kFalse},
      {Years({{2023, N("1")}}), Years({{2023, N("1")}}), Truth::kTrue},
      {Years({{2023, N("1")}}), Years({{2024, N("1")}}), Truth::kFalse},
      {Years({{2023, Open()}}), Years({{2023, N("1")}}), Truth::kUnknown},
      {Between(N("1"), true, N("3"), false), Between(N("1.0"), true, N("3"), false), Truth::kTrue},
      {Between(N("1"), true, N("3"), false), Between(N("1"), true, N("3"), true), Truth::kFalse},
      {Below(N("10"), false), Between(Value::Null(), false, N("10"), false), Truth::kFalse},
      {Below(N("10"), false), Below(N("10"), false), Truth::kTrue},
      {Below(Open(), false), Below(N("10"), false), Truth::kUnknown},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(Equal(c.a, c.b), c.equal) << c.a.ToText() << " = " << c.b.ToText();
    EXPECT_EQ(Equal(c.b, c.a), c.equal) << c.b.ToText() << " = " << c.a.ToText();
  }
}

TEST(ValueTest, OrderOfOrderedKinds) {
  const std::pair<Value, Value> kAscending[] = {
      {N("-1"), N("0.5")},
      {S("a"), S("b")},
      {S("a"), S("ab")},
      {S("z"), S("中")},
      {S("\xEF\xBF\xBD"), S("\xF0\x9F\x90\x8E")},  // by code point, unlike UTF-16
      {Day("2024-01-31"), Day("2024-02-01")},
      {Time("10:30:00+02:00"), Time("10:30:00Z")},
      {Moment("2024-01-31T23:59:59"), Moment("2024-02-01T00:00:00")},
      {Months("P11M"), Months("P1Y")},
      {Span("PT23H"), Span("P1D")},
  };
  for (const auto& [low, high] : kAscending) {
    EXPECT_EQ(Compare(low, high), -1) << low.ToText() << " " << high.ToText();
    EXPECT_EQ(Compare(high, low), 1) << low.ToText() << " " << high.ToText();
    EXPECT_EQ(Compare(low, low), 0) << low.ToText();
  }
  EXPECT_EQ(Compare(N("1"), S("1")), std::nullopt);
  EXPECT_EQ(Compare(Time("10:30:00"), Time("10:30:00Z")), std::nullopt);
  EXPECT_EQ(Compare(Value::Boolean(true), Value::Boolean(false)), std::nullopt);
  EXPECT_EQ(Compare(Value::Null(), Value::Null()), std::nullopt);
  EXPECT_EQ(Compare(Value::List({}), Value::List({})), std::nullopt);
}

TEST(ValueTest, MembersAndEntriesAreFound) {
  const Value structure = Members({"a", "b"}, {N("1"), N("2")});
  EXPECT_EQ(structure.structure().Find("b")->ToText(), "2");
  EXPECT_EQ(structure.structure().Find("c"), nullptr);
  const Value series = Years({{2021, N("1")}, {2023, N("3")}});
  EXPECT_EQ(series.series().Find(2023)->ToText(), "3");
  EXPECT_EQ(series.series().Find(2022), nullptr);
  EXPECT_EQ(series.series().Find(2024), nullptr);
  EXPECT_EQ(Years({}).series().Find(2024), nullptr);
}

TEST(ValueTest, CopiesShareTheirPayload) {
  const Value list = Value::List({N("1"), N("2")});
  const Value copy = list;
  EXPECT_EQ(&copy.list(), &list.list());
}

// Whoever builds such values is at fault; here they must not exhaust the stack.
TEST(ValueTest, DeepNestingEndsInAnError) {
  Value deep = N("1");
  for (int i = 0; i < 5000; ++i) deep = Value::List({deep});
  EXPECT_NE(deep.ToText().find("nested too deeply"), std::string::npos);
  EXPECT_EQ(Equal(deep, deep), Truth::kError);
  Value fair = N("1");
  for (int i = 0; i < 100; ++i) fair = Value::List({fair});
  EXPECT_EQ(fair.ToText(), std::string(100, '[') + "1" + std::string(100, ']'));
  EXPECT_EQ(Equal(fair, fair), Truth::kTrue);
}

TEST(PeriodTest, ParsesAndPrints) {
  EXPECT_EQ(ParsePeriod(PeriodKind::kYear, "2024"), 2024);
  EXPECT_EQ(ParsePeriod(PeriodKind::kQuarter, "2024Q1"), 2024 * 4);
  EXPECT_EQ(ParsePeriod(PeriodKind::kQuarter, "2024Q4"), 2024 * 4 + 3);
  EXPECT_EQ(ParsePeriod(PeriodKind::kMonth, "2024-01"), 2024 * 12);
  EXPECT_EQ(ParsePeriod(PeriodKind::kMonth, "2024-12"), 2024 * 12 + 11);
  for (const char* text : {"", "24", "2024-01", "2024Q1", "02024", "2O24", "-2024"}) {
    EXPECT_FALSE(ParsePeriod(PeriodKind::kYear, text)) << text;
  }
  for (const char* text : {"2024", "2024Q0", "2024Q5", "2024q1", "2024-Q1", "2024Q11", "2024-01"}) {
    EXPECT_FALSE(ParsePeriod(PeriodKind::kQuarter, text)) << text;
  }
  for (const char* text : {"2024", "2024-00", "2024-13", "2024-1", "2024-001", "202401", "2024-0a"}) {
    EXPECT_FALSE(ParsePeriod(PeriodKind::kMonth, text)) << text;
  }
  for (PeriodKind kind : {PeriodKind::kYear, PeriodKind::kQuarter, PeriodKind::kMonth}) {
    for (int32_t period = 0; period < 9999; ++period) {
      ASSERT_EQ(ParsePeriod(kind, PeriodText(kind, period)), period);
    }
  }
  EXPECT_EQ(PeriodText(PeriodKind::kMonth, -1), "-0001-12");
  EXPECT_EQ(PeriodText(PeriodKind::kQuarter, 2024 * 4 + 1), "2024Q2");
}

}  // namespace
}  // namespace zhida

#include "engine/feel/interpreter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "tests/feel/world.h"

namespace zhida::feel {
namespace {

std::shared_ptr<const std::vector<std::string>> Names(std::vector<std::string> names) {
  return std::make_shared<const std::vector<std::string>>(std::move(names));
}

// t, f: true and false; b, bs: unknown booleans (missing, stale); u, stale: unknown numbers; n: nullable,
// null; x = 5; hires: a list of structures with an unknown member in the second.
World MakeWorld() {
  World world;
  const TypePtr boolean = MakeType(TypeKind::kBoolean);
  const TypePtr number = MakeType(TypeKind::kNumber);
  const TypePtr text = MakeType(TypeKind::kString);
  const TypePtr date = MakeType(TypeKind::kDate);
  world.Fact("t", boolean, Value::Boolean(true));
  world.Fact("f", boolean, Value::Boolean(false));
  world.Fact("b", boolean, Value::Unknown(Cause::kMissing));
  world.Fact("bs", boolean, Value::Unknown(Cause::kStale));
  world.Fact("u", number, Value::Unknown(Cause::kMissing));
  world.Fact("stale", number, Value::Unknown(Cause::kStale));
  world.Fact("n", WithNullable(number, true), Value::Null());
  world.Fact("nu", WithNullable(number, true), Value::Unknown(Cause::kMissing));
  world.Fact("x", number, Value::Number(5));
  world.Fact("word", text, Value::String("ab"));
  world.Fact("day", date, Value::OfDate(Day("2024-01-31")));
  world.Fact("unknownDay", date, Value::Unknown(Cause::kConflict));
  const TypePtr hire = StructOf({{"name", "", text}, {"wage", "", number}});
  const auto names = Names({"name", "wage"});
  world.Fact("hires", ListOf(hire),
             Value::List({Value::OfStruct({names, {Value::String("A"), Value::Number(10)}}),
                          Value::OfStruct({names, {Value::String("B"), Value::Unknown(Cause::kStale)}}),
                          Value::OfStruct({names, {Value::String("C"), Value::Number(30)}})}));
  world.Fact("lost", ListOf(hire), Value::Unknown(Cause::kNotAuthorised));
  world.Fact("someone", hire, Value::Unknown(Cause::kConflict));
  world.Fact("empty", ListOf(number), Value::List({}));
  world.Fact("numbers", ListOf(number), Value::List({Value::Number(1), Value::Number(2), Value::Number(3)}));
  world.Fact("holed", ListOf(number), Value::List({Value::Number(1), Value::Unknown(Cause::kStale)}));
  return world;
}

constexpr EvaluationCase kTruth[] = {
    {"t and f", "false"},
    {"t and b", "unknown(missing)"},
    {"b and bs", "unknown(stale)"},
    {"f and b and 1/0 = 1", "false"},
    {"1/0 = 1 and f", "false"},
    {"1/0 = 1 and b", "error(division by zero)"},
    {"b or 1/0 = 1", "error(division by zero)"},
    {"b or t", "true"},
    {"bs or f or b", "unknown(stale)"},
    {"b and not(b)", "unknown(missing)"},
    {"not(bs)", "unknown(stale)"},
    {"not(1/0 = 1)", "error(division by zero)"},
    {"if t then 1 else 1/0", "1"},
    {"if f then 1/0 else 2", "2"},
    {"if b then 1 else 1", "unknown(missing)"},
    {"if 1/0 = 1 then 1 else 1", "error(division by zero)"},
    {"if t then u else 2", "unknown(missing)"},
    {"known(u)", "false"},
    {"known(x)", "true"},
    {"known(n)", "true"},
    {"known(holed)", "true"},
    {"known(1/0)", "error(division by zero)"},
    {"cause(u)", "\"missing\""},
    {"cause(u + stale)", "\"stale\""},
    {"cause(x)", "null"},
    {"unknown(\"vague_rule\")", "unknown(vague_rule)"},
    {"unknown(\"vague_rule\") and bs", "unknown(vague_rule)"},
};

constexpr EvaluationCase kComparisons[] = {
    {"x = 5.0", "true"},
    {"x != 5", "false"},
    {"u = 5", "unknown(missing)"},
    {"u = stale", "unknown(stale)"},
    {"u = u", "unknown(missing)"},
    {"u = 1/0", "error(division by zero)"},
    {"n = null", "true"},
    {"n != null", "false"},
    {"n = 5", "false"},
    {"n != 5", "true"},
    {"nu = null", "unknown(missing)"},
    {"n != null and n > 5", "false"},
    {"n = null or n > 5", "true"},
    {"nu != null and nu > 5", "unknown(missing)"},
    {"x >= 5", "true"},
    {"x < 5", "false"},
    {"x > stale", "unknown(stale)"},
    {"\"a\" < \"b\"", "true"},
    {"\"Z\" < \"a\"", "true"},
    {"\"一\" < \"丁\"", "true"},
    {"day < date(\"2024-02-01\")", "true"},
    {"time(\"10:00:00\") < time(\"10:00:00Z\")", "error(these two values have no order)"},
    {"time(\"10:00:00Z\") = time(\"12:00:00+02:00\")", "true"},
    {"duration(\"P1Y\") = duration(\"P12M\")", "true"},
    {"x between 1 and 5", "true"},
    {"x between 6 and u", "unknown(missing)"},
    {"u between stale and 9", "unknown(stale)"},
    {"x between 1/0 and u", "error(division by zero)"},
    {"x in [1..5]", "true"},
    {"x in [1..5)", "false"},
    {"x in ]5..9]", "false"},
    {"x in (4..6)", "true"},
    {"x in [9..1]", "false"},
    {"x in (< 6)", "true"},
    {"x in (< 5, > 5)", "false"},
    {"x in (1, 5)", "true"},
    {"x in (1, u)", "unknown(missing)"},
    {"x in (u, 5)", "true"},
    {"x in (1/0, 5)", "true"},
    {"x in (1/0, u)", "error(division by zero)"},
    {"x in ([1..3], [5..6])", "true"},
    {"u in (1, 2)", "unknown(missing)"},
    {"u in (1, stale)", "unknown(stale)"},
    {"u in (1, 1/0)", "error(division by zero)"},
    {"u in (? > 1 or t, 2)", "unknown(missing)"},
    {"x in (? > 1 and ? < 9, 2)", "true"},
    {"n in (1, null)", "true"},
    {"n in (1, 2)", "false"},
    {"n in (null, ? > 5)", "true"},
    {"x in numbers", "false"},
    {"3 in numbers", "true"},
    {"1 in holed", "true"},
    {"7 in holed", "unknown(stale)"},
    {"u in numbers", "unknown(missing)"},
    {"u in holed", "unknown(stale)"},
    {"u in empty", "false"},
    {"1/0 in empty", "false"},
    {"1/0 in numbers", "error(division by zero)"},
    {"x in empty", "false"},
    {"x in [[1..3], [4..9]]", "true"},
    {"x in (numbers, 5)", "true"},
    {"[1, 2] = [1, 2.0]", "true"},
    {"[1, 2] = [1, 3]", "false"},
    {"[1, 2] = [1]", "false"},
    {"[1, u] = [2, 3]", "false"},
    {"[1, u] = [1, stale]", "unknown(stale)"},
    {"[1, u] = [1, 3]", "unknown(missing)"},
    {"{a: 1, b: u} = {b: 2, a: 1}", "unknown(missing)"},
    {"{a: 1, b: u} = {b: 2, a: 2}", "false"},
    {"[1..2] = [1..2]", "true"},
    {"[1..2] = [1..2)", "false"},
    {"x instance of number", "true"},
    {"x instance of string", "false"},
    {"u instance of number", "unknown(missing)"},
    {"n instance of number", "false"},
    {"numbers instance of list<number>", "true"},
    {"holed instance of list<number>", "unknown(stale)"},
    {"holed instance of list<string>", "false"},
};

constexpr EvaluationCase kArithmetic[] = {
    {"1 + 2 * 3", "7"},
    {"1/3*3", "0.9999999999999999999999999999999999"},
    {"x / 0", "error(division by zero)"},
    {"u / 0", "unknown(missing)"},
    {"1/0 + u", "error(division by zero)"},
    {"u + stale", "unknown(stale)"},
    {"-x", "-5"},
    {"-u", "unknown(missing)"},
    {"-3 ** 2", "9"},
    {"3 ** 4 ** 5", "3486784401"},
    {"2 ** -1", "0.5"},
    {"2 ** 0.5", "error(the exponent of ** must be a whole number)"},
    {"10 ** 900000", "error(number out of range)"},
    {"word + \"c\"", "\"abc\""},
    {"day + duration(\"P1M\")", "2024-02-29"},
    {"day - duration(\"P2M\")", "2023-11-30"},
    {"duration(\"P1D\") + day", "2024-02-01"},
    {"day + duration(\"PT23H\")", "2024-01-31"},
    {"day - duration(\"PT1M\")", "2024-01-30"},
    {"day - duration(\"-PT1M\")", "2024-01-31"},
    {"day - duration(\"PT25H\")", "2024-01-29"},
    {"day + duration(\"-PT1H\")", "2024-01-30"},
    {"day - date(\"2024-01-01\")", "P30D"},
    {"unknownDay - day", "unknown(conflict)"},
    {"day + duration(\"P999999999Y\")", "error(date out of range)"},
    {"date and time(\"2024-01-31T10:00:00\") + duration(\"PT15H\")", "2024-02-01T01:00:00"},
    {"date and time(\"2024-01-31T10:00:00\") + duration(\"P1M\")", "2024-02-29T10:00:00"},
    {"date and time(\"2024-01-31T10:00:00\") - duration(\"PT11H\")", "2024-01-30T23:00:00"},
    {"date and time(\"2024-01-31T10:00:00\") - date and time(\"2024-01-30T11:00:00\")", "PT23H"},
    {"date and time(\"2024-01-31T10:00:00Z\") - date and time(\"2024-01-31T10:00:00+02:00\")", "PT2H"},
    {"date and time(\"2024-01-31T10:00:00Z\") - date and time(\"2024-01-31T10:00:00\")",
     "error(one time has an offset from UTC and the other has none)"},
    {"time(\"23:00:00\") + duration(\"PT2H\")", "01:00:00"},
    {"time(\"01:00:00\") - duration(\"PT26H\")", "23:00:00"},
    {"time(\"10:10:10\") - time(\"11:10:10\")", "-PT1H"},
    {"duration(\"P1Y\") + duration(\"P2M\")", "P1Y2M"},
    {"duration(\"P1D\") - duration(\"PT2H\")", "PT22H"},
    {"duration(\"P1Y11M\") * -2.5", "-P4Y9M"},
    {"duration(\"P10Y11M\") / 2.5", "P4Y4M"},
    {"1.5 * duration(\"P4DT1H\")", "P6DT1H30M"},
    {"duration(\"P10D\") / duration(\"PT12H\")", "20"},
    {"duration(\"P1Y\") / duration(\"P0M\")", "error(division by zero)"},
    {"duration(\"P1D\") / 0", "error(division by zero)"},
    {"-duration(\"P1D\")", "-P1D"},
    {"day.year", "2024"},
    {"day.month", "1"},
    {"day.day", "31"},
    {"day.weekday", "3"},
    {"unknownDay.year", "unknown(conflict)"},
    {"date and time(\"2024-01-31T10:20:30+08:00\").hour", "10"},
    {"date and time(\"2024-01-31T10:20:30+08:00\").time offset", "PT8H"},
    {"date and time(\"2024-01-31T10:20:30\").time offset", "null"},
    {"time(\"10:20:30\").second", "30"},
    {"duration(\"-P1Y2M\").years", "-1"},
    {"duration(\"-P1Y2M\").months", "-2"},
    {"duration(\"P1DT2H3M4S\").days", "1"},
    {"duration(\"P1DT2H3M4S\").hours", "2"},
    {"duration(\"P1DT2H3M4S\").minutes", "3"},
    {"duration(\"P1DT2H3M4S\").seconds", "4"},
    {"as_of", "2026-06-30"},
    {"Y", "2026"},
};

constexpr EvaluationCase kLists[] = {
    {"[1, u, 3]", "[1, unknown(missing), 3]"},
    {"[1, 1/0]", "error(division by zero)"},
    {"{a: 1, b: a + 1}", "{a: 1, b: 2}"},
    {"{a: u, b: 2}.b", "2"},
    {"{a: u, b: a + 1}.b", "unknown(missing)"},
    {"{a: 1/0, b: 2}.b", "error(division by zero)"},
    {"[1..x]", "[1..5]"},
    {"[1..u]", "unknown(missing)"},
    {"numbers[item > 1]", "[2, 3]"},
    {"numbers[true]", "[1, 2, 3]"},
    {"numbers[item > u]", "unknown(missing)"},
    {"numbers[1 / (item - 3) < 0 or item > u]", "error(division by zero)"},
    {"empty[item > u]", "[]"},
    {"empty[1/0 = item]", "[]"},
    {"lost[wage > 5]", "unknown(not_authorised)"},
    {"hires[wage > 5]", "unknown(stale)"},
    {"hires[name = \"C\"].wage", "[30]"},
    {"hires[name != \"A\"].wage", "[unknown(stale), 30]"},
    {"hires[1].name", "\"A\""},
    {"hires[-1].name", "\"C\""},
    {"hires[2].wage", "unknown(stale)"},
    {"hires[4].name", "error(index out of range)"},
    {"hires[-4].name", "error(index out of range)"},
    {"numbers[x - 4]", "1"},
    {"numbers[x - 5]", "error(index out of range)"},
    {"numbers[x / 4]", "error(index out of range)"},
    {"numbers[u]", "unknown(missing)"},
    {"lost[u].name", "unknown(not_authorised)"},
    {"hires.wage", "[10, unknown(stale), 30]"},
    {"lost.wage", "unknown(not_authorised)"},
    {"someone.wage", "unknown(conflict)"},
    {"for i in numbers return i * 2", "[2, 4, 6]"},
    {"for i in numbers return i + u", "[unknown(missing), unknown(missing), unknown(missing)]"},
    {"for i in numbers return 1 / (i - 3)", "error(division by zero)"},
    {"for i in lost return i.wage", "unknown(not_authorised)"},
    {"for i in 1..3 return i", "[1, 2, 3]"},
    {"for i in 3..1 return i", "[3, 2, 1]"},
    {"for i in 1..u return i", "unknown(missing)"},
    {"for i in 1..1.5 return i", "error(a..b needs two whole numbers or two dates)"},
    {"for i in numbers, j in 1..2 return i * 10 + j", "[11, 12, 21, 22, 31, 32]"},
    {"for i in 1..2, j in 1..i return j", "[1, 1, 2]"},
    {"for i in empty, j in 1..1/0 return j", "[]"},
    {"for i in numbers, j in 1..u return j", "unknown(missing)"},
    {"for i in numbers, j in if i = 1 then 1..u else 1..1/0 return j", "refused"},
    {"for i in numbers, j in [[1], [u]][i] return j", "error(index out of range)"},
    {"some i in numbers satisfies i > 2", "true"},
    {"some i in numbers satisfies i > 3", "false"},
    {"some i in numbers satisfies i > u", "unknown(missing)"},
    {"some i in numbers satisfies i > 2 or i > u", "true"},
    {"some i in empty satisfies i > u", "false"},
    {"some i in lost satisfies true", "unknown(not_authorised)"},
    {"some h in hires satisfies h.wage > 20", "true"},
    {"some h in hires satisfies h.wage > 40", "unknown(stale)"},
    {"some i in numbers satisfies 1 / (i - 3) > 5", "error(division by zero)"},
    {"some i in numbers satisfies 1 / (i - 3) > 5 or i = 1", "true"},
    {"every i in numbers satisfies i > 0", "true"},
    {"every i in numbers satisfies i > 1", "false"},
    {"every i in empty satisfies false", "true"},
    {"every h in hires satisfies h.wage > 20", "false"},
    {"every h in hires satisfies h.wage > 5", "unknown(stale)"},
    {"some i in numbers, j in numbers satisfies i + j = 6", "true"},
    {"every i in numbers, j in numbers satisfies i + j < 6", "false"},
    {"some i in [1, 2], j in [[1], [u]][i] satisfies j = 1", "true"},
    {"some i in [1, 2], j in [[3], [u]][i] satisfies j = 1", "unknown(missing)"},
    {"sum(for i in 1..100 return i)", "5050"},
    {"count(for i in 1..10, j in 1..10 return i)", "100"},
    {"(for i in 1..3 return (for j in 1..i return i * j))[3][2]", "6"},
};

TEST(InterpreterTest, Truth) {
  World world = MakeWorld();
  ExpectValues(world, kTruth);
}
TEST(InterpreterTest, Comparisons) {
  World world = MakeWorld();
  ExpectValues(world, kComparisons);
}
TEST(InterpreterTest, Arithmetic) {
  World world = MakeWorld();
  ExpectValues(world, kArithmetic);
}
TEST(InterpreterTest, Lists) {
  World world = MakeWorld();
  ExpectValues(world, kLists);
}

// Every pair and triple of operands in every order: `and` and `or` by the table of section 1.
TEST(InterpreterTest, JunctionsDoNotDependOnOrder) {
  World world = MakeWorld();
  const std::array<std::string, 5> operands = {"t", "f", "b", "bs", "(1/0 = 1)"};
  const auto expected = [&](std::vector<std::string> texts, bool all) -> std::string {
    const auto has = [&](const std::string& text) {
      return std::find(texts.begin(), texts.end(), text) != texts.end();
    };
    if (has(all ? "f" : "t")) return all ? "false" : "true";
    if (has("(1/0 = 1)")) return "error(division by zero)";
    if (has("bs")) return "unknown(stale)";
    if (has("b")) return "unknown(missing)";
    return all ? "true" : "false";
  };
  for (const std::string& a : operands) {
    for (const std::string& b : operands) {
      for (const std::string& c : operands) {
        EXPECT_EQ(world.Text(a + " and " + b + " and " + c), expected({a, b, c}, true)) << a << b << c;
        EXPECT_EQ(world.Text(a + " or " + b + " or " + c), expected({a, b, c}, false)) << a << b << c;
        EXPECT_EQ(world.Text("not(" + a + " and not(" + b + "))"), world.Text("not(" + a + ") or " + b))
            << a << b;
      }
    }
  }
}

TEST(InterpreterTest, ReadsAtTheEventDate) {
  World world;
  world.Fact("place", CodeType("division"), Value::String("350521"));
  CodeList divisions;
  divisions.id = "division";
  divisions.shape = CodeList::Shape::kPrefix;
  for (const char* code : {"35", "3505", "350521", "350599"}) divisions.Add({code, "", "", {}});
  world.model.code_lists.push_back(divisions);
  world.model.zones.push_back(
      {"tia",
       "",
       "division",
       {{"350521", {Day("2020-01-01"), std::nullopt}}, {"350599", {std::nullopt, Day("2019-12-31")}}}});
  Parameter award;
  award.id = "award";
  award.entries = {{"rate", "比例", MakeType(TypeKind::kNumber)},
                   {"cap", "上限", MakeType(TypeKind::kNumber)}};
  award.versions = {{{Day("2020-01-01"), Day("2021-12-31")}, {Number("0.05"), Value::Number(100)}, ""},
                    {{Day("2023-01-01"), std::nullopt}, {Number("0.06"), Value::Number(200)}, ""}};
  world.model.parameters.push_back(award);

  const auto at = [&](Value event, const char* text) {
    world.dates.event = std::move(event);
    return world.Text(text);
  };
  const auto on = [&](const char* day, const char* text) { return at(Value::OfDate(Day(day)), text); };
  EXPECT_EQ(on("2021-12-31", "award.rate"), "0.05");
  EXPECT_EQ(on("2022-06-01", "award.rate"), "unknown(vague_rule)");
  EXPECT_EQ(on("2023-01-01", "award.上限"), "200");
  EXPECT_EQ(on("2019-12-31", "zone(\"tia\")"), "[\"350599\"]");
  EXPECT_EQ(on("2020-01-01", "zone(\"tia\")"), "[\"350521\"]");
  EXPECT_EQ(on("2020-01-01", "place in zone(\"tia\")"), "true");
  EXPECT_EQ(on("2020-01-01", "under(place, zone(\"tia\"))"), "true");
  EXPECT_EQ(on("2019-01-01", "under(place, zone(\"tia\"))"), "false");
  EXPECT_EQ(on("2019-01-01", "under(place, \"35\")"), "true");
  for (const char* text : {"award.rate", "zone(\"tia\")", "under(place, \"35\")", "place in zone(\"tia\")"}) {
    EXPECT_EQ(at(Value::Unknown(Cause::kConflict), text), "unknown(conflict)") << text;
    EXPECT_EQ(at(Value::Null(), text), "error(the event date is null)") << text;
  }
  // The event's cause counts as an operand beside those of the arguments.
  world.Set(0, Value::Unknown(Cause::kStale));
  EXPECT_EQ(at(Value::Unknown(Cause::kMissing), "under(place, \"35\")"), "unknown(stale)");
  EXPECT_EQ(at(Value::Null(), "under(place, \"35\")"), "error(the event date is null)");
}

TEST(InterpreterTest, UndefinedTermIsVague) {
  World world = MakeWorld();
  world.model.definitions.push_back({"term", "", MakeType(TypeKind::kBoolean), {}, nullptr});
  EXPECT_EQ(world.Text("term"), "unknown(vague_rule)");
  EXPECT_EQ(world.Text("term or t"), "true");
  EXPECT_EQ(world.Text("term and bs"), "unknown(vague_rule)");
}

TEST(InterpreterTest, CommittedValuesAreUnknownWhenVerified) {
  World world = MakeWorld();
  const int fact = world.Fact("promised", MakeType(TypeKind::kNumber), Value::Number(7));
  world.committed = {fact};
  EXPECT_EQ(world.Text("promised + 1"), "8");
  world.reading = Reading::kVerified;
  EXPECT_EQ(world.Text("promised + 1"), "unknown(missing)");
}

TEST(InterpreterTest, BindsLocals) {
  World world = MakeWorld();
  const Expression expression = world.Parse("h.wage + k + sum(for i in 1..2 return i)",
                                            {{"h", "", StructOf({{"wage", "", MakeType(TypeKind::kNumber)}})},
                                             {"k", "", MakeType(TypeKind::kNumber)}});
  Interpreter interpreter = world.MakeInterpreter();
  const Value structure = Value::OfStruct({Names({"wage"}), {Value::Number(100)}});
  EXPECT_EQ(interpreter.Evaluate(expression, {structure, Value::Number(10)}).ToText(), "113");
  EXPECT_EQ(interpreter.Evaluate(expression, {Value::Unknown(Cause::kStale), Value::Number(10)}).ToText(),
            "unknown(stale)");
}

}  // namespace
}  // namespace zhida::feel

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/feel/world.h"

namespace zhida::feel {
namespace {

TypePtr NullableNumber() { return WithNullable(MakeType(TypeKind::kNumber), true); }

void AddIndustry(World* world) {
  CodeList list;
  list.id = "industry";
  list.shape = CodeList::Shape::kPrefix;
  list.open = true;
  list.Add({"C", "", "", {}});
  list.Add({"C26", "", "", {}});
  list.Add({"C29", "", "", {std::nullopt, Day("2020-12-31")}});
  list.Add({"I65", "", "", {}});
  world->model.code_lists.push_back(list);
  world->Fact("industry", CodeType("industry"), Value::String("C2614"));
  world->Fact("section", CodeType("industry"), Value::String("C"));
  world->Fact("closed", CodeType("industry"), Value::String("C29"));
  world->Fact("unknownIndustry", CodeType("industry"), Value::Unknown(Cause::kMissing));
}

// u, stale: unknown numbers; s: unknown string; none: null; lists with unknown, null and no items.
World MakeWorld() {
  World world;
  const TypePtr number = MakeType(TypeKind::kNumber);
  const TypePtr text = MakeType(TypeKind::kString);
  world.Fact("u", number, Value::Unknown(Cause::kMissing));
  world.Fact("stale", number, Value::Unknown(Cause::kStale));
  world.Fact("s", text, Value::Unknown(Cause::kConflict));
  world.Fact("none", NullableNumber(), Value::Null());
  world.Fact("empty", ListOf(number), Value::List({}));
  world.Fact("words", ListOf(text), Value::List({Value::String("b"), Value::String("a")}));
  world.Fact("someList", ListOf(number), Value::List({Value::Number(1), Value::Unknown(Cause::kStale)}));
  world.Fact("nulls", ListOf(NullableNumber()),
             Value::List({Value::Number(1), Value::Null(), Value::Number(1)}));
  world.Fact("lost", ListOf(number), Value::Unknown(Cause::kNotAuthorised));
  world.Fact("day", MakeType(TypeKind::kDate), Value::OfDate(Day("2024-02-29")));
  world.Fact("unknownDay", MakeType(TypeKind::kDate), Value::Unknown(Cause::kMissing));
  const TypePtr pair = StructOf({{"a", "", number}, {"b", "", number}});
  world.Fact("pairs", ListOf(pair),
             Value::List({Value::OfStruct(
                 {std::make_shared<std::vector<std::string>>(std::vector<std::string>{"a", "b"}),
                  {Value::Number(1), Value::Unknown(Cause::kStale)}})}));
  world.Fact("sales", SeriesOf(PeriodKind::kYear, number),
             Value::OfSeries(
                 {PeriodKind::kYear, {{2024, Value::Number(5)}, {2025, Value::Unknown(Cause::kStale)}}}));
  world.Fact("output", SeriesOf(PeriodKind::kQuarter, number),
             Value::OfSeries({PeriodKind::kQuarter, {{2026 * 4 + 1, Value::Number(7)}}}));
  world.Fact("monthly", SeriesOf(PeriodKind::kMonth, number),
             Value::OfSeries({PeriodKind::kMonth, {{2026 * 12 + 2, Value::Number(9)}}}));
  AddIndustry(&world);
  Calendar calendar;
  calendar.id = "cn";
  calendar.years = {2024};
  world.model.calendars.push_back(calendar);
  return world;
}

constexpr EvaluationCase kNumbers[] = {
    {"number(s)", "unknown(conflict)"},
    {"number(\"12.50\")", "12.5"},
    {"number(\"-1e3\")", "-1000"},
    {"number(\"x\")", "error(the text is not a number)"},
    {"number(\"\")", "error(the text is not a number)"},
    {"number(\"1,000\")", "error(the text is not a number)"},
    {"number(\"1,000,000.01\", \",\", \".\")", "1000000.01"},
    {"number(\"1.000.000,01\", \".\", \",\")", "1000000.01"},
    {"number(\"1 000\", \" \")", "1000"},
    {"number(\"1,000,000\", \",\", null)", "1000000"},
    {"number(\"1000000.01\", null, \".\")", "1000000.01"},
    {"number(\"1,0\", \",\", \",\")",
     "error(separators of number() are a space, a comma or a point, and differ)"},
    {"number(\"1:0\", \":\")", "error(separators of number() are a space, a comma or a point, and differ)"},
    {"number(\"1.000.000,01\", \".\")", "error(the text is not a number)"},
    {"number(12)", "12"},
    {"decimal(1/3, 2)", "0.33"},
    {"decimal(1.5, 0)", "2"},
    {"decimal(2.5, 0)", "2"},
    {"decimal(1/3, 2.5)", "0.33"},
    {"decimal(1234.5, -2)", "1200"},
    {"decimal(u, 2)", "unknown(missing)"},
    {"decimal(u, stale)", "unknown(stale)"},
    {"decimal(1/0, u)", "error(division by zero)"},
    {"decimal(1, 7000)", "error(the number of digits is out of range)"},
    {"floor(1.5)", "1"},
    {"floor(-1.5)", "-2"},
    {"floor(-1.56, 1)", "-1.6"},
    {"ceiling(1.5)", "2"},
    {"ceiling(-1.5)", "-1"},
    {"ceiling(-1.56, 1)", "-1.5"},
    {"round up(5.5)", "6"},
    {"round up(-5.1)", "-6"},
    {"round up(1.121, 2)", "1.13"},
    {"round down(5.9, 0)", "5"},
    {"round down(-5.9)", "-5"},
    {"round half up(5.5)", "6"},
    {"round half up(-5.5)", "-6"},
    {"round half up(1.126, 2)", "1.13"},
    {"round half down(5.5)", "5"},
    {"round half down(-1.126, 2)", "-1.13"},
    {"abs(-10)", "10"},
    {"abs(u)", "unknown(missing)"},
    {"abs(duration(\"-P1D\"))", "P1D"},
    {"abs(duration(\"-P14M\"))", "P1Y2M"},
    {"modulo(12, 5)", "2"},
    {"modulo(-12, 5)", "3"},
    {"modulo(-10.1, 4.5)", "3.4"},
    {"modulo(1, 0)", "error(division by zero)"},
    {"sqrt(16)", "4"},
    {"sqrt(-1)", "error(the square root of a negative number)"},
    {"decimal(exp(5), 10)", "148.4131591026"},
    {"decimal(log(10), 10)", "2.302585093"},
    {"log(0)", "error(the logarithm of a number that is not positive)"},
    {"odd(5)", "true"},
    {"odd(-3)", "true"},
    {"odd(2)", "false"},
    {"even(0)", "true"},
    {"even(5)", "false"},
    {"even(2.5)", "error(a whole number is needed)"},
    {"odd(2.5)", "error(a whole number is needed)"},
    {"odd(u)", "unknown(missing)"},
    {"decimal(n: 2.345, scale: 2)", "2.34"},
};

constexpr EvaluationCase kAggregates[] = {
    {"count([])", "0"},
    {"count([1, u])", "2"},
    {"count(nulls)", "3"},
    {"count(lost)", "unknown(not_authorised)"},
    {"sum([])", "0"},
    {"sum([1, 2.5])", "3.5"},
    {"sum(1, 2, 3)", "6"},
    {"sum(someList)", "unknown(stale)"},
    {"sum([u, stale])", "unknown(stale)"},
    {"sum([1/0, u])", "error(division by zero)"},
    {"sum(lost)", "unknown(not_authorised)"},
    {"min([])", "null"},
    {"max(empty)", "null"},
    {"min(3, 1, 2)", "1"},
    {"max([3, 1, 2])", "3"},
    {"max(5)", "5"},
    {"max(1, u)", "unknown(missing)"},
    {"max(\"b\", \"a\")", "\"b\""},
    {"min(words)", "\"a\""},
    {"max(date(\"2026-01-01\"), day)", "2026-01-01"},
    {"min([duration(\"P1D\"), duration(\"PT2H\")])", "PT2H"},
    {"max(duration(\"P1Y\"), duration(\"P13M\"))", "P1Y1M"},
    {"min(time(\"10:00:00\"), time(\"10:00:00Z\"))", "error(these two values have no order)"},
    {"mean([])", "null"},
    {"mean(1, 2, 3, 4)", "2.5"},
    {"mean([1, 1, 2])", "1.333333333333333333333333333333333"},
    {"mean(empty)", "null"},
    {"median(8, 2, 5, 3, 4)", "4"},
    {"median([8, 2, 5, 7])", "6"},
    {"median([])", "null"},
    {"mode(6, 3, 9, 6, 6)", "[6]"},
    {"mode([6, 1, 9, 6, 1])", "[1, 6]"},
    {"mode([])", "[]"},
    {"mode([1.0, 1, 2])", "[1]"},
    {"decimal(stddev(2, 4, 7, 5), 13)", "2.0816659994661"},
    {"stddev([47])", "null"},
    {"stddev([])", "null"},
    {"product([2, 3, 4])", "24"},
    {"product(6)", "6"},
    {"product([])", "null"},
    {"product([2, u])", "unknown(missing)"},
    {"all([])", "true"},
    {"any([])", "false"},
    {"all(true, false)", "false"},
    {"any([false, true])", "true"},
    {"all([true, u > 1])", "unknown(missing)"},
    {"all([false, u > 1])", "unknown(missing)"},
    {"any([true, u > 1])", "unknown(missing)"},
    {"all(list: [true])", "true"},
};

constexpr EvaluationCase kStrings[] = {
    {"string(1.50)", "\"1.5\""},
    {"string(\"a\")", "\"a\""},
    {"string(day)", "\"2024-02-29\""},
    {"string(true)", "\"true\""},
    {"string(duration(\"PT26H\"))", "\"P1DT2H\""},
    {"string([1, \"a\"][1])", "refused"},
    {"string([1, 2])", "\"[1, 2]\""},
    {"string({a: \"x\"})", "\"{a: \\\"x\\\"}\""},
    {"string([1, u])", "unknown(missing)"},
    {"string({a: 1, b: [stale]})", "unknown(stale)"},
    {"string(pairs)", "unknown(stale)"},
    {"string(u)", "unknown(missing)"},
    {"string length(\"foo\")", "3"},
    {"string length(\"泉州市\")", "3"},
    {"string length(\"\\U01F40Eab\")", "3"},
    {"string length(\"\")", "0"},
    {"string length(s)", "unknown(conflict)"},
    {"substring(\"foobar\", 3)", "\"obar\""},
    {"substring(\"foobar\", 3, 3)", "\"oba\""},
    {"substring(\"foobar\", 3, 3.8)", "\"oba\""},
    {"substring(\"foobar\", -2, 1)", "\"a\""},
    {"substring(\"foobar\", -6, 6)", "\"foobar\""},
    {"substring(\"foobar\", 3, 100)", "\"obar\""},
    {"substring(\"foobar\", 3, 0)", "\"\""},
    {"substring(\"泉州市\", 2, 1)", "\"州\""},
    {"substring(\"\\U01F40Eab\", 2)", "\"ab\""},
    {"substring(\"foobar\", 0)", "error(index out of range)"},
    {"substring(\"foobar\", 7)", "error(index out of range)"},
    {"substring(\"foobar\", -7)", "error(index out of range)"},
    {"substring(\"foobar\", 1.5)", "error(a whole number is needed)"},
    {"substring(\"foobar\", 1, -1)", "error(a length below zero)"},
    {"substring(\"foobar\", u)", "unknown(missing)"},
    {"upper case(\"abc4 泉ａé\")", "\"ABC4 泉ＡÉ\""},
    {"lower case(\"ABC4 泉ＡÉ\")", "\"abc4 泉ａé\""},
    {"upper case(\"ÿßσς\")", "\"ŸßΣΣ\""},
    {"lower case(\"ŸДЖ\")", "\"ÿдж\""},
    {"substring before(\"foobar\", \"bar\")", "\"foo\""},
    {"substring before(\"foobar\", \"xyz\")", "\"\""},
    {"substring before(\"foobar\", \"\")", "\"\""},
    {"substring after(\"foobar\", \"ob\")", "\"ar\""},
    {"substring after(\"foobar\", \"xyz\")", "\"\""},
    {"substring after(\"foobar\", \"\")", "\"foobar\""},
    {"contains(\"foobar\", \"of\")", "false"},
    {"contains(\"福建省泉州市\", \"泉州\")", "true"},
    {"contains(s, \"a\")", "unknown(conflict)"},
    {"starts with(\"foobar\", \"fo\")", "true"},
    {"starts with(\"foobar\", \"\")", "true"},
    {"ends with(\"foobar\", \"r\")", "true"},
    {"ends with(\"foobar\", \"x\")", "false"},
    {"matches(\"foobar\", \"^fo*b\")", "true"},
    {"matches(\"FOO\", \"foo\", \"i\")", "true"},
    {"matches(\"FOO\", \"foo\", null)", "false"},
    {"matches(\"91350500M0001AB27K\", \"^[0-9A-Z]{18}$\")", "true"},
    {"matches(s, \"a\")", "unknown(conflict)"},
    {"matches(\"a\", string([1]))", "false"},
    {"matches(\"a\", \"(\" + string(1))", "error(the text is not a usable pattern)"},
    {"matches(\"a\", \"a\", \"q\" + \"\")", "error(the text is not a usable pattern)"},
    {"replace(\"abracadabra\", \"bra\", \"*\")", "\"a*cada*\""},
    {"replace(\"0123456789\", \"(\\\\d{3})(\\\\d{3})(\\\\d{4})\", \"($1) $2-$3\")", "\"(012) 345-6789\""},
    {"replace(\"facetiously\", \"[iouy]\", \"[$0]\")", "\"facet[i][o][u]sl[y]\""},
    {"replace(\"abc\", \"[A-Z]\", \"#\", \"i\")", "\"###\""},
    {"replace(\"abc\", \"x*\", \"-\")", "error(the pattern matches the empty text)"},
    {"replace(\"abc\", \"b\", \"$\")", "error(a replacement holds $ with a number, \\$ or \\\\)"},
    {"replace(s, \"b\", \"c\")", "unknown(conflict)"},
    {"split(\"John Doe\", \"\\\\s\")", "[\"John\", \"Doe\"]"},
    {"split(\"a;b;c;;\", \";\")", "[\"a\", \"b\", \"c\", \"\", \"\"]"},
    {"split(\"\", \",\")", "[\"\"]"},
    {"split(\"abc\", \"x*\")", "error(the pattern matches the empty text)"},
    {"string join([\"a\", \"b\", \"c\"], \", \")", "\"a, b, c\""},
    {"string join([\"a\", \"b\"])", "\"ab\""},
    {"string join([\"a\", null, \"c\"], \"-\")", "\"a-c\""},
    {"string join([\"a\", \"b\"], null)", "\"ab\""},
    {"string join([\"a\", \"b\"], \",\", \"[\", \"]\")", "\"[a,b]\""},
    {"string join([], \"X\")", "\"\""},
    {"string join([\"a\", s], \"X\")", "unknown(conflict)"},
    {"string join(words, \"、\")", "\"b、a\""},
};

constexpr EvaluationCase kLists[] = {
    {"list contains([1, 2, 3], 2)", "true"},
    {"list contains([1, 2], 3)", "false"},
    {"list contains([], 3)", "false"},
    {"list contains([1, null], null)", "true"},
    {"list contains([1], none)", "false"},
    {"list contains([1, u], 1)", "unknown(missing)"},
    {"list contains([1], u)", "unknown(missing)"},
    {"list contains(pairs, {a: 1, b: 2})", "unknown(stale)"},
    {"list contains(pairs, {a: 2, b: 2})", "false"},
    {"list contains(lost, 1/0)", "error(division by zero)"},
    {"index of([1, 2, 3, 2], 2)", "[2, 4]"},
    {"index of([1, null, 1], null)", "[2]"},
    {"index of([], 1)", "[]"},
    {"index of(someList, 1)", "unknown(stale)"},
    {"append([1], 2, 3)", "[1, 2, 3]"},
    {"append([1], null)", "[1, null]"},
    {"append([1], u)", "[1, unknown(missing)]"},
    {"append([1], 1/0)", "error(division by zero)"},
    {"append(lost, 1)", "unknown(not_authorised)"},
    {"append(someList, 2)", "[1, unknown(stale), 2]"},
    {"concatenate([1, 2], [3])", "[1, 2, 3]"},
    {"concatenate([1, u], [3])", "[1, unknown(missing), 3]"},
    {"concatenate([1], lost)", "unknown(not_authorised)"},
    {"insert before([1, 3], 1, 2)", "[2, 1, 3]"},
    {"insert before([1, 3], -1, 2)", "[1, 2, 3]"},
    {"insert before([1, 3], 2, u)", "[1, unknown(missing), 3]"},
    {"insert before([1, 3], 3, 2)", "error(index out of range)"},
    {"insert before([1, 3], u, 2)", "unknown(missing)"},
    {"list replace([1, 2, 3], 2, 9)", "[1, 9, 3]"},
    {"list replace([1, 2], 3, 9)", "error(index out of range)"},
    {"remove([1, 2, 3], 2)", "[1, 3]"},
    {"remove([1, 2, 3], -1)", "[1, 2]"},
    {"remove([1, u], 1)", "[unknown(missing)]"},
    {"remove([1], 2)", "error(index out of range)"},
    {"remove([1], 0)", "error(index out of range)"},
    {"reverse([1, 2, 3])", "[3, 2, 1]"},
    {"reverse([1, u])", "[unknown(missing), 1]"},
    {"sublist([1, 2, 3], 2)", "[2, 3]"},
    {"sublist([4, 5, 6], 1, 2)", "[4, 5]"},
    {"sublist([4, 5, 6], -2, 1)", "[5]"},
    {"sublist([4, 5, 6], 2, 9)", "[5, 6]"},
    {"sublist([4, 5, 6], 2, 0)", "[]"},
    {"sublist([4, 5, 6], 4)", "error(index out of range)"},
    {"sublist([4, 5, 6], 1, -1)", "error(a length below zero)"},
    {"sublist([4, u, 6], 2, 1)", "[unknown(missing)]"},
    {"union([1, 2], [2, 3])", "[1, 2, 3]"},
    {"union([1, u], [2])", "unknown(missing)"},
    {"distinct values([1, 2, 3, 2, 1.0])", "[1, 2, 3]"},
    {"distinct values(nulls)", "[1, null]"},
    {"distinct values([\"b\", \"a\", \"b\"])", "[\"b\", \"a\"]"},
    {"distinct values([true, false, true])", "[true, false]"},
    {"distinct values([{a: 1}, {a: 1}, {a: 2}])", "[{a: 1}, {a: 2}]"},
    {"distinct values(someList)", "unknown(stale)"},
    {"distinct values(append(pairs, {a: 1, b: 3}))", "unknown(stale)"},
    {"distinct values(append(pairs, {a: 2, b: 3}))", "[{a: 1, b: unknown(stale)}, {a: 2, b: 3}]"},
    {"distinct values([date(\"2026-01-01\"), date(\"2026-01-01\")])", "[2026-01-01]"},
    {"flatten([[1, 2], [[3]], 4])", "refused"},
    {"flatten([[1, 2], [3]])", "[1, 2, 3]"},
    {"flatten([[1, u], []])", "[1, unknown(missing)]"},
    {"sort([3, 1, 2])", "[1, 2, 3]"},
    {"sort(words)", "[\"a\", \"b\"]"},
    {"sort([])", "[]"},
    {"sort([date(\"2026-01-02\"), day])", "[2024-02-29, 2026-01-02]"},
    {"sort(someList)", "unknown(stale)"},
    {"sort([time(\"10:00:00\"), time(\"10:00:00Z\")])", "error(these two values have no order)"},
};

constexpr EvaluationCase kDates[] = {
    {"date(\"2024-02-29\")", "2024-02-29"},
    {"date(2024, 2, 29)", "2024-02-29"},
    {"date(2023, 2, 28 + 1)", "error(there is no such date)"},
    {"date(\"2023-02-\" + \"29\")", "error(there is no such date)"},
    {"date(2023, day.month - 0.5, 1)", "error(there is no such date)"},
    {"date(date and time(\"2024-02-29T10:00:00\"))", "2024-02-29"},
    {"date(day)", "2024-02-29"},
    {"date(s)", "unknown(conflict)"},
    {"date(2024, u, 1)", "unknown(missing)"},
    {"time(\"10:30:00\")", "10:30:00"},
    {"time(10, 30, 0.5)", "10:30:00.5"},
    {"time(10, 30, 0, duration(\"PT8H\"))", "10:30:00+08:00"},
    {"time(25, 0, day.day - 29)", "error(there is no such time)"},
    {"time(date and time(\"2024-02-29T10:00:00Z\"))", "10:00:00Z"},
    {"date and time(\"2024-02-29T10:00:00\")", "2024-02-29T10:00:00"},
    {"date and time(\"2024-02-29\" + \"\")", "2024-02-29T00:00:00"},
    {"date and time(\"2024-02-30T10:00:00\" + \"\")", "error(there is no such date and time)"},
    {"date and time(day, time(\"10:00:00\"))", "2024-02-29T10:00:00"},
    {"date and time(unknownDay, time(\"10:00:00\"))", "unknown(missing)"},
    {"duration(\"P1Y6M\")", "P1Y6M"},
    {"duration(\"PT26H\")", "P1DT2H"},
    {"years and months duration(date(\"2011-12-22\"), date(\"2013-08-24\"))", "P1Y8M"},
    {"years and months duration(date(\"2016-01-21\"), date(\"2015-01-21\"))", "-P1Y"},
    {"years and months duration(day, date(\"2024-03-28\"))", "P0M"},
    {"years and months duration(day, unknownDay)", "unknown(missing)"},
    {"day of week(day)", "\"Thursday\""},
    {"day of week(date(\"2026-02-14\"))", "\"Saturday\""},
    {"day of year(date(\"2024-12-31\"))", "366"},
    {"day of year(unknownDay)", "unknown(missing)"},
    {"week of year(date(\"2003-12-29\"))", "1"},
    {"week of year(date(\"2010-01-01\"))", "53"},
    {"week of year(date(\"2019-09-17\"))", "38"},
    {"week of year(date(\"2005-01-01\"))", "53"},
    {"month of year(day)", "\"February\""},
    {"now()", "2026-06-30T00:00:00"},
    {"today()", "2026-06-30"},
};

constexpr EvaluationCase kPacks[] = {
    {"under(industry, \"C26\")", "true"},
    {"under(industry, \"C\")", "true"},
    {"under(industry, \"I65\")", "false"},
    {"under(industry, [\"I65\", \"C26\"])", "true"},
    {"under(industry, [])", "false"},
    {"under(unknownIndustry, \"C\")", "unknown(missing)"},
    {"under(unknownIndustry, [])", "false"},
    {"under(industry, [\"C26\", unknownIndustry])", "true"},
    {"under(industry, [\"I65\", unknownIndustry])", "unknown(missing)"},
    {"under(closed, \"C\")", "unknown(stale)"},
    {"under(section, \"C26\")", "unknown(missing)"},
    {"under(section, [\"C26\", \"C\"])", "true"},
    {"add working days(day, 1, \"cn\")", "2024-03-01"},
    {"add working days(day, 0, \"cn\")", "2024-02-29"},
    {"add working days(day, -1, \"cn\")", "2024-02-28"},
    {"add working days(day, 1.5, \"cn\")", "error(a whole number is needed)"},
    {"add working days(day, 400, \"cn\")", "unknown(missing)"},
    {"add working days(unknownDay, 1, \"cn\")", "unknown(missing)"},
    {"working days between(day, date(\"2024-03-04\"), \"cn\")", "2"},
    {"working days between(date(\"2024-03-04\"), day, \"cn\")", "-2"},
    {"working days between(day, day, \"cn\")", "0"},
    {"working days between(day, date(\"2025-01-01\"), \"cn\")", "unknown(missing)"},
    {"working days inclusive(day, date(\"2024-03-04\"), \"cn\")", "3"},
    {"working days inclusive(date(\"2024-03-02\"), date(\"2024-03-03\"), \"cn\")", "0"},
    {"working days inclusive(date(\"2024-03-04\"), day, \"cn\")", "error(the days end before they begin)"},
    {"is working day(day, \"cn\")", "true"},
    {"is working day(date(\"2024-03-02\"), \"cn\")", "false"},
    {"is working day(date(\"2025-03-02\"), \"cn\")", "unknown(missing)"},
    {"calendar day deadline(day, 2, \"cn\")", "2024-03-04"},
    {"calendar day deadline(day, 1.5, \"cn\")", "error(a whole number is needed)"},
    {"working day deadline(day, 2, \"cn\").due", "2024-03-04"},
    {"working day deadline(day, 2, \"cn\").到期日", "2024-03-04"},
    {"working day deadline(unknownDay, 2, \"cn\").due", "unknown(missing)"},
    {"working day deadline(day, 0, \"cn\").due", "error(a deadline needs at least one day)"},
    {"working day deadline(date(\"2023-03-01\"), 1, \"cn\").due", "unknown(missing)"},
    {"working day deadline(date(\"2024-12-31\"), 1, \"cn\").provisional", "true"},
    {"working day deadline(@\"2024-02-29T17:30:01\", 1, \"cn\", @\"17:30:00\").due", "2024-03-04"},
    {"working day deadline(@\"2024-02-29T17:30:00\", 1, \"cn\", @\"17:30:00\").due", "2024-03-01"},
    {"working day deadline(day, 1, \"cn\", @\"17:30:00\", [{from: day, to: date(\"2024-03-04\")}]).due",
     "2024-03-05"},
    {"working day deadline(day, 1, \"cn\", @\"17:30:00\", [{from: day, to: null}]).due", "unknown(missing)"},
    {"working day deadline(day, 1, \"cn\", @\"17:30:00\", [{from: day, to: date(\"2024-01-04\")}]).due",
     "error(the clock is started before it is stopped)"},
    {"at(sales, 2024)", "5"},
    {"at(sales, \"2024\")", "5"},
    {"at(sales, Y - 1)", "unknown(stale)"},
    {"at(sales, 2020)", "unknown(missing)"},
    {"at(sales, 2024.5)", "unknown(missing)"},
    {"at(sales, u)", "unknown(missing)"},
    {"at(output, \"2026Q2\")", "7"},
    {"at(output, \"2026Q1\")", "unknown(missing)"},
    {"at(output, \"2026\" + \"Q9\")", "unknown(missing)"},
    {"at(monthly, \"2026-03\")", "9"},
    {"get value({a: 1, b: 2}, \"b\")", "2"},
    {"get value({a: 1, b: 2}, \"c\")", "null"},
    {"get value({a: u, b: 2}, \"a\")", "unknown(missing)"},
    {"get value({a: 1}, s)", "unknown(conflict)"},
};

TEST(BuiltinsValuesTest, Numbers) {
  World world = MakeWorld();
  ExpectValues(world, kNumbers);
}
TEST(BuiltinsValuesTest, Aggregates) {
  World world = MakeWorld();
  ExpectValues(world, kAggregates);
}
TEST(BuiltinsValuesTest, Strings) {
  World world = MakeWorld();
  ExpectValues(world, kStrings);
}
TEST(BuiltinsValuesTest, Lists) {
  World world = MakeWorld();
  ExpectValues(world, kLists);
}
TEST(BuiltinsValuesTest, Dates) {
  World world = MakeWorld();
  ExpectValues(world, kDates);
}
TEST(BuiltinsValuesTest, Packs) {
  World world = MakeWorld();
  ExpectValues(world, kPacks);
}

}  // namespace
}  // namespace zhida::feel

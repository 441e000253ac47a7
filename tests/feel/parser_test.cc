#include "engine/feel/parser.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/limits.h"
#include "tests/feel/fake_scope.h"

namespace zhida::feel {
namespace {

// expression | dump
constexpr std::string_view kExpressions = R"rows(
# Literals.
5 | 5
01 | 1
.5 | 0.5
1.5e3 | 1500
-5 | -5
- -5 | 5
"泉州" | "泉州"
"a\tb\"c\\" | "a\tb\"c\\"
"\d+\\d" | "\\d+\\d"
"\uD83D\uDCA9\U01F40E\u4e2d" | "💩🐎中"
true | true
null | null
@"2025-01-01" | 2025-01-01
@"10:30:00+08:00" | 10:30:00+08:00
@"2025-01-01T10:30:00" | 2025-01-01T10:30:00
@"P1Y6M" | P1Y6M
@"-P1DT2H" | -P1DT2H
date("2025-01-01") | 2025-01-01
date(2025, 2, 28) | 2025-02-28
time("09:30:00") | 09:30:00
date and time("2025-01-01T09:30:00") | 2025-01-01T09:30:00
date and time("2025-01-01") | 2025-01-01T00:00:00
duration("P2Y") | P2Y
duration("P30D") | P30D
number("1.50") | 1.5
# Names: the longest declared name wins, over keywords and signs too.
注册资本 | fact:0
reg_capital | fact:0
days in weekend | fact:12
if any | fact:27
if any and serious | (and fact:27 fact:8)
Date-Time-2 | fact:11
Date-Time - 2 | fact:11
Date - Time - 2 | fact:11
a-b | fact:21
a - b | fact:21
a -b + b | (+ fact:21 fact:20)
a - b - b | (- fact:21 fact:20)
a--b | (- fact:19 (neg fact:20))
a/b | (/ fact:19 fact:20)
营业收入（万元） | fact:10
for d in days return d | (for local:0 fact:26 local:0)
date("2025-01-01") < hires[1].date | (< 2025-01-01 (member (index fact:7 1) "date"))
as_of | as_of
today() | as_of
Y - 1 | (- Y 1)
# Paths.
法定代表人.姓名 | (member fact:13 "name")
legal.home.city | (member (member fact:13 "home") "city")
legal . 户籍 . 城市 | (member (member fact:13 "home") "city")
hires.date | (member fact:7 "date")
hires[1].类别 | (member (index fact:7 1) "category")
founded.year | (member fact:2 "year")
moment.time offset | (member fact:11 "time offset")
term.years | (member fact:17 "years")
wait.hours | (member fact:18 "hours")
[1..5].start included | (member (range [1 .. 5]) "start included")
[1..b[.end | (member (range [1 .. fact:20)) "end")
研发奖补.比例 | param:0.rate
rd_award . cap | param:0.cap
研发增量 | def:0
最好成绩 | def:2
# Operators: from the tightest to the loosest.
-a ** 2 | (** (neg fact:19) 2)
2 ** 3 ** 2 | (** (** 2 3) 2)
-wait | (neg fact:18)
a + b * 2 - a / 4 | (- (+ fact:19 (* fact:20 2)) (/ fact:19 4))
(a + b) * 2 | (* (+ fact:19 fact:20) 2)
a * b + a = b | (= (+ (* fact:19 fact:20) fact:19) fact:20)
a < b and b <= 5 or a != b | (or (and (< fact:19 fact:20) (<= fact:20 5)) (!= fact:19 fact:20))
a > 1 or a > 2 or a > 3 | (or (> fact:19 1) (> fact:19 2) (> fact:19 3))
(a > 1 or a > 2) or a > 3 | (or (> fact:19 1) (> fact:19 2) (> fact:19 3))
a > 1 and (a > 2 and (a > 3 and a > 4)) | (and (> fact:19 1) (> fact:19 2) (> fact:19 3) (> fact:19 4))
not(serious) and ifs | (and (not fact:8) fact:27)
a between 1 and 5 | (in-range fact:19 [1 .. 5])
a between 1 and 5 and serious | (and (in-range fact:19 [1 .. 5]) fact:8)
a instance of number | (instance-of fact:19 "number")
staff instance of list<date and time> | (instance-of fact:1 "list of date and time")
[1..2] instance of range<number> | (instance-of (range [1 .. 2]) "range of number")
founded + duration("P1M") - duration("P1D") | (- (+ fact:2 P1M) P1D)
founded - founded | (- fact:2 fact:2)
"a" + firm_name | (+ "a" fact:9)
wait * 2 + 3 * wait | (+ (* fact:18 2) (* 3 fact:18))
wait / wait | (/ fact:18 fact:18)
# Membership.
a in [1..5] | (in-range fact:19 [1 .. 5])
a in (1..5] | (in-range fact:19 (1 .. 5])
a in ]1..5[ | (in-range fact:19 (1 .. 5))
a in [1..b[ | (in-range fact:19 [1 .. fact:20))
a in [1..金额[1]] | (in-range fact:19 [1 .. (index fact:25 1)])
a in ]1..金额[1][ | (in-range fact:19 (1 .. (index fact:25 1)))
founded in [date("2025-01-01")..as_of) | (in-range fact:2 [2025-01-01 .. as_of))
a in [1, 2, 3] | (in-list fact:19 (list 1 2 3))
a in (1, 2) | (in local:0 fact:19 (= local:0 1) (= local:0 2))
a in (1) | (= fact:19 1)
a in < 5 | (< fact:19 5)
a in (< 5) | (< fact:19 5)
a in (>= 1, < -5, 3) | (in local:0 fact:19 (>= local:0 1) (< local:0 -5) (= local:0 3))
a in ([1..5], (7..9), 11) | (in local:0 fact:19 (in-range local:0 [1 .. 5]) (in-range local:0 (7 .. 9)) (= local:0 11))
a in (? > 1 and ? < 9) | (in local:0 fact:19 (and (> local:0 1) (< local:0 9)))
a in (? > 1, 5) | (in local:0 fact:19 (> local:0 1) (= local:0 5))
a in 金额 | (in-list fact:19 fact:25)
a in (金额, 5) | (in local:0 fact:19 (in-list local:0 fact:25) (= local:0 5))
a in [] | (in-list fact:19 (list))
登记地 in zone("quanzhou-tia") | (in-list fact:4 zone:0)
not(登记地 in ("35", "3505")) | (not (in local:0 fact:4 (= local:0 "35") (= local:0 "3505")))
staff in (null, 5) | (in local:0 fact:1 (= local:0 null) (= local:0 5))
"graduate" in 标签 | (in-list "graduate" fact:14)
tags in (["graduate"], tags) | (in local:0 fact:14 (= local:0 (list "graduate")) (= local:0 fact:14))
serious in (true, ?) | (in local:0 fact:8 (= local:0 true) local:0)
# Choice, lists, structures, loops.
if serious then a else b | (if fact:8 fact:19 fact:20)
if serious then a else if ifs then b else 3 | (if fact:8 fact:19 (if fact:27 fact:20 3))
if serious then 1 else 2 + 3 | (if fact:8 1 (+ 2 3))
1 + if serious then 1 else 2 | (+ 1 (if fact:8 1 2))
[] | (list)
[1, a, b] | (list 1 fact:19 fact:20)
[[1, 2], [3]] | (list (list 1 2) (list 3))
[1..5] | (range [1 .. 5])
(1..5) | (range (1 .. 5))
(< 5) | (range (.. 5))
(>= founded) | (range [fact:2 ..))
{} | (struct)
{a: 1, 名 称: a + 1, "x": {a: a}} | (struct local:0 "a" 1 local:1 "名 称" (+ local:0 1) local:2 "x" (struct local:3 "a" local:0))
{x: 1, y: x * 2}.y | (member (struct local:0 "x" 1 local:1 "y" (* local:0 2)) "y")
hires[insured] | (filter local:0 fact:7 (member local:0 "insured"))
hires[参保 and 类别 = "graduate"] | (filter local:0 fact:7 (and (member local:0 "insured") (= (member local:0 "category") "graduate")))
hires[item.insured] | (filter local:0 fact:7 (member local:0 "insured"))
hires[a] | (index fact:7 fact:19)
金额[item > a] | (filter local:0 fact:25 (> local:0 fact:19))
金额[-1] | (index fact:25 -1)
hires[date > as_of][wage != null and wage > 5].wage | (member (filter local:0 (filter local:1 fact:7 (> (member local:1 "date") as_of)) (and (!= (member local:0 "wage") null) (> (member local:0 "wage") 5))) "wage")
hires[count(金额[item > 5]) > 1 and insured] | (filter local:0 fact:7 (and (> (call "count" (filter local:1 fact:25 (> local:1 5))) 1) (member local:0 "insured")))
for x in 金额 return x * 2 | (for local:0 fact:25 (* local:0 2))
for i in 1..5 return i | (for local:0 (to 1 5) local:0)
for i in founded..as_of return i.day | (for local:0 (to fact:2 as_of) (member local:0 "day"))
for x in 金额, y in 金额[item > x] return x * y | (for local:0 fact:25 local:1 (filter local:2 fact:25 (> local:2 local:0)) (* local:0 local:1))
for 一 个 in 金额 return 一 个 + 1 | (for local:0 fact:25 (+ local:0 1))
for x in [1, 2] return {k: x, l: k * 2} | (for local:0 (list 1 2) (struct local:1 "k" local:0 local:2 "l" (* local:1 2)))
some h in hires satisfies h.insured | (some local:0 fact:7 (member local:0 "insured"))
every x in 金额, y in 金额 satisfies x = y | (every local:0 fact:25 local:1 fact:25 (= local:0 local:1))
some h in hires satisfies some x in 金额 satisfies x > 1 and h.insured | (some local:0 fact:7 (some local:1 fact:25 (and (> local:1 1) (member local:0 "insured"))))
# Calls.
count(hires) | (call "count" fact:7)
max(1, a, b) | (call "max" 1 fact:19 fact:20)
max(金额) | (call "max" fact:25)
floor(b) | (call "floor" fact:20)
decimal(scale: 2, n: b / 7) | (call "decimal" (/ fact:20 7) 2)
substring(string: firm_name, start position: 2) | (call "substring" fact:9 2)
at(营业收入, Y - 1) - at(revenue, Y - 2) | (- (call "at" fact:6 (- Y 1)) (call "at" fact:6 (- Y 2)))
at(季度产值, "2026Q1") | (call "at" fact:15 "2026Q1")
under(登记地, "35") | (call "under" fact:4 "35" "division")
under(登记地, ["35", "350521"]) | (call "under" fact:4 (list "35" "350521") "division")
under(登记地, zone("quanzhou-tia")) | (call "under" fact:4 zone:0 "division")
add working days(founded, 5, "cn") | (call "add working days" fact:2 5 "cn")
years and months duration(founded, as_of) | (call "years and months duration" fact:2 as_of)
matches(firm_name, "^泉州.*") | (call "matches" fact:9 "^泉州.*")
unknown("vague_rule") | (unknown vague_rule)
unknown("stale") > 5 | (> (unknown stale) 5)
# Space and comments.
a + b | (+ fact:19 fact:20)
a　+　b | (+ fact:19 fact:20)
)rows";

// input : cell | dump
constexpr std::string_view kCells = R"rows(
a : 5 | (= local:0 5)
a : 1, 2, >= 9 | (or (= local:0 1) (= local:0 2) (>= local:0 9))
a : [1..5], ]7..9[ | (or (in-range local:0 [1 .. 5]) (in-range local:0 (7 .. 9)))
a : (1..5) | (in-range local:0 (1 .. 5))
a : (1 + 2) * 3 | (= local:0 (* (+ 1 2) 3))
a : -5 | (= local:0 -5)
a : - 5, -6 | (or (= local:0 -5) (= local:0 -6))
a : not(5) | (not (= local:0 5))
a : not(1, > 9) | (not (or (= local:0 1) (> local:0 9)))
a : ? > 1 and ? < 9 | (and (> local:0 1) (< local:0 9))
a : ? > 5, 3 | (or (> local:0 5) (= local:0 3))
a : != 5 | (!= local:0 5)
a : b | (= local:0 fact:20)
a : 金额 | (in-list local:0 fact:25)
a : [1, 2] | (in-list local:0 (list 1 2))
a : ? in (1, ? + 1) | (in local:1 local:0 (= local:1 1) (= local:1 (+ local:1 1)))
staff : null, > 5 | (or (= local:0 null) (> local:0 5))
staff : not(null) | (not (= local:0 null))
staff : ? != null and ? > 5 | (and (!= local:0 null) (> local:0 5))
industry : "C", "I65" | (or (= local:0 "C") (= local:0 "I65"))
industry : not("C2614") | (not (= local:0 "C2614"))
industry : under(?, "C") | (call "under" local:0 "C" "industry")
division : zone("quanzhou-tia") | (in-list local:0 zone:0)
serious : true | (= local:0 true)
serious : ? | local:0
serious : serious | (= local:0 fact:8)
tags : list contains(?, "graduate") | (call "list contains" local:0 "graduate")
founded : [date("2025-01-01")..as_of] | (in-range local:0 [2025-01-01 .. as_of])
founded : < date("2025-01-01"), null | (or (< local:0 2025-01-01) (= local:0 null))
)rows";

ParseOptions At(int line, int column) {
  ParseOptions options;
  options.origin = {"a.yaml", line, column};
  return options;
}

std::string Dumped(const std::optional<Expression>& expression, const Diagnostics& diagnostics) {
  if (!expression) return diagnostics.Text();
  return expression->root == nullptr ? "-" : Dump(*expression->root);
}

std::string Parsed(std::string_view text, const ParseOptions& options = At(1, 1)) {
  FakeScope scope;
  Diagnostics diagnostics;
  const std::optional<Expression> expression = ParseExpression(text, scope, options, &diagnostics);
  return Dumped(expression, diagnostics);
}

std::string ParsedCell(std::string_view text, TypePtr input) {
  FakeScope scope;
  Diagnostics diagnostics;
  ParseOptions options = At(1, 1);
  options.input_type = std::move(input);
  return Dumped(ParseUnaryTests(text, scope, options, &diagnostics), diagnostics);
}

TEST(ParserTest, BuildsTheTree) {
  for (const std::string& row : Rows(kExpressions)) {
    const auto [text, dump] = Cells(row);
    EXPECT_EQ(Parsed(text), dump) << text;
  }
}

TEST(ParserTest, BuildsCells) {
  FakeScope scope;
  for (const std::string& row : Rows(kCells)) {
    const auto [left, dump] = Cells(row);
    const size_t colon = left.find(" : ");
    EXPECT_EQ(ParsedCell(left.substr(colon + 3), scope.Find(left.substr(0, colon))->type), dump) << left;
  }
}

TEST(ParserTest, TakesDashAndNothingAsAnyValue) {
  for (const std::string_view cell : {"-", "", "  ", " - ", "- // whatever", "/* empty */"}) {
    EXPECT_EQ(ParsedCell(cell, NumberType(0)), "-") << cell;
  }
}

TEST(ParserTest, SkipsSpaceAndComments) {
  for (const std::string_view text :
       {" a + b ", "a+b", "a\n+\nb", "a/* one */+// two\nb", "a\t+\r\nb", "a\u3000+\u00a0b", "/**/a+b//"}) {
    EXPECT_EQ(Parsed(text), "(+ fact:19 fact:20)") << text;
  }
  EXPECT_EQ(Parsed("days  in\n weekend"), "fact:12");
}

TEST(ParserTest, BindsLocalsToTheFirstSlots) {
  FakeScope scope;
  ParseOptions options = At(1, 1);
  options.locals = {{"h", "招用", scope.Find("hires")->type->element}, {"n", "", NumberType(0)}};
  EXPECT_EQ(Parsed("招用.wage = n and h.insured", options),
            "(and (= (member local:0 \"wage\") local:1) (member local:0 \"insured\"))");
  EXPECT_EQ(
      Parsed("count(hires[date = h.date]) > n", options),
      "(> (call \"count\" (filter local:2 fact:7 (= (member local:2 \"date\") (member local:0 \"date\")))) "
      "local:1)");
}

TEST(ParserTest, ResolvesInnerNamesFirst) {
  ParseOptions options = At(1, 1);
  options.locals = {{"a", "", MakeType(TypeKind::kString)}};
  EXPECT_EQ(Parsed("a", options), "local:0");
  EXPECT_EQ(Parsed("for a in 金额 return a + b"), "(for local:0 fact:25 (+ local:0 fact:20))");
  // The longest name wins even over an inner one.
  EXPECT_EQ(Parsed("for a in 金额 return a-b"), "(for local:0 fact:25 fact:21)");
  EXPECT_EQ(Parsed("for as_of in days return as_of"), "(for local:0 fact:26 local:0)");
}

TEST(ParserTest, CountsSlots) {
  FakeScope scope;
  Diagnostics diagnostics;
  const auto slots = [&](std::string_view text) {
    return ParseExpression(text, scope, At(1, 1), &diagnostics)->slot_count;
  };
  EXPECT_EQ(slots("a + b"), 0);
  EXPECT_EQ(slots("a in (1, 2)"), 1);
  EXPECT_EQ(slots("a in (1)"), 0);
  EXPECT_EQ(slots("for x in 金额, y in 金额[item > x] return {p: x, q: y}"), 5);
  EXPECT_EQ(slots("sum(金额[item > 1]) + sum(金额[item > 2])"), 2);
}

TEST(ParserTest, KeepsTheText) {
  FakeScope scope;
  Diagnostics diagnostics;
  const auto expression = ParseExpression(" 注册资本 >= 500 ", scope, At(1, 1), &diagnostics);
  ASSERT_TRUE(expression);
  EXPECT_EQ(expression->text, " 注册资本 >= 500 ");
  EXPECT_EQ(expression->root->span.begin, 1);
  EXPECT_EQ(expression->text.substr(static_cast<size_t>(expression->root->args[1]->span.begin)), "500 ");
}

TEST(ParserTest, PlacesFindingsInTheFile) {
  EXPECT_EQ(Parsed("注册资本＞＝500", At(9, 14)),
            "ZD3102 a.yaml:9:14: \"注册资本＞＝500\" is not a known name and holds full-width signs; "
            "write \"注册资本>=500\" with half-width signs\n");
  EXPECT_EQ(Parsed("注册资本 > 1 and foo", At(9, 14)).substr(0, 20), "ZD3101 a.yaml:9:27: ");
  // A block text: later lines count their columns from 1.
  EXPECT_EQ(Parsed("a > 1\n  and foo", At(9, 14)).substr(0, 20), "ZD3101 a.yaml:10:7: ");
  ParseOptions told = At(9, 14);
  told.where = [](size_t offset) { return Location{"b.yaml", 7, static_cast<int>(offset)}; };
  EXPECT_EQ(Parsed("a > 1\n  and foo", told).substr(0, 20), "ZD3101 b.yaml:7:12: ");
  ParseOptions whole_file = At(0, 0);
  EXPECT_EQ(Parsed("foo", whole_file).substr(0, 15), "ZD3101 a.yaml: ");
}

TEST(ParserTest, ChecksTheResult) {
  ParseOptions options = At(1, 1);
  options.what = "clause growth";
  options.expected = MakeType(TypeKind::kBoolean);
  EXPECT_EQ(Parsed("a > 1", options), "(> fact:19 1)");
  EXPECT_EQ(Parsed("unknown(\"vague_rule\")", options), "(unknown vague_rule)");
  EXPECT_EQ(Parsed("a", options),
            "ZD3208 a.yaml:1:1: clause growth must be boolean, but a (number) is not; "
            "write a comparison, such as a > 0\n");
  EXPECT_EQ(Parsed("上市", options),
            "ZD3304 a.yaml:1:1: clause growth must not be null, but 上市 may be; "
            "write 上市 = true, which is false for null\n");
  options.what = "the amount";
  options.expected = MakeType(TypeKind::kNumber);
  EXPECT_EQ(Parsed("firm_name", options),
            "ZD3208 a.yaml:1:1: the amount must be number, but firm_name (string) is not; write another "
            "expression\n");
  EXPECT_EQ(Parsed("max(金额)", options),
            "ZD3304 a.yaml:1:1: the amount must not be null, but max(金额) may be; "
            "choose another value for null: if max(金额) != null then max(金额) else ...\n");
  EXPECT_EQ(Parsed("if max(金额) != null then max(金额) else 0", options),
            "(if (!= (call \"max\" fact:25) null) (call \"max\" fact:25) 0)");
  options.expected = WithNullable(options.expected, true);
  EXPECT_EQ(Parsed("max(金额)", options), "(call \"max\" fact:25)");
}

TEST(ParserTest, AllowsKnownInDecisionsOnly) {
  ParseOptions options = At(1, 1);
  options.what = "clause growth";
  EXPECT_EQ(Parsed("cause(staff) = null", options),
            "ZD3112 a.yaml:1:1: cause(...) is allowed in decisions only, not in clause growth; "
            "test the value itself; what is not known leaves the answer open\n");
  options.decision = true;
  EXPECT_EQ(Parsed("known(staff) and cause(listed) = \"stale\"", options),
            "(and (known fact:1) (= (cause fact:24) \"stale\"))");
}

TEST(ParserTest, LeavesBrokenDefinitionsToTheirOwnReport) {
  EXPECT_EQ(Parsed("broken > 5 and broken.x = \"y\""),
            "(and (> (unknown vague_rule) 5) (= (member (unknown vague_rule) \"x\") \"y\"))");
}

std::string Repeated(std::string_view piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

TEST(ParserTest, HoldsItsLimits) {
  const int depth = limits::kExpressionDepthMax;
  EXPECT_EQ(Parsed(Repeated("(", depth) + "a" + Repeated(")", depth)), "fact:19");
  EXPECT_EQ(Parsed(Repeated("(", depth + 1) + "a" + Repeated(")", depth + 1)),
            "ZD3402 a.yaml:1:66: expression nests deeper than kExpressionDepthMax = 64; "
            "give the inner part a name as a definition\n");
  EXPECT_EQ(Parsed(Repeated("not(", depth + 1)).substr(0, 6), "ZD3402");
  EXPECT_EQ(Parsed(Repeated("if serious then 1 else ", depth + 1) + "2").substr(0, 6), "ZD3402");
  EXPECT_EQ(Parsed("a instance of " + Repeated("list<", 100)).substr(0, 6), "ZD3402");

  const int operands = limits::kOperandsMax;
  EXPECT_EQ(Parsed("a" + Repeated("+a", operands)).substr(0, 10), "(+ (+ (+ (");
  EXPECT_EQ(Parsed("a" + Repeated("+a", operands + 1)),
            "ZD3403 a.yaml:1:8195: expression joins more than kOperandsMax = 4096 operands; "
            "put the values into a list, or use a decision table\n");
  EXPECT_EQ(Parsed(Repeated("-", operands + 1) + "a").substr(0, 6), "ZD3403");
  EXPECT_EQ(Parsed("hires" + Repeated("[insured]", operands + 1)).substr(0, 6), "ZD3403");
  EXPECT_EQ(Parsed("a in (1" + Repeated(",1", operands + 1) + ")").substr(0, 6), "ZD3403");
  EXPECT_EQ(Parsed("a in [1" + Repeated(",1", operands + 1) + "]").substr(0, 9), "(in-list ");

  const size_t bytes = limits::kExpressionBytesMax;
  EXPECT_EQ(Parsed("a" + std::string(bytes - 1, ' ')), "fact:19");
  EXPECT_EQ(Parsed("a" + std::string(bytes, ' ')),
            "ZD3401 a.yaml:1:1: expression has 65537 bytes, more than kExpressionBytesMax = 65536; "
            "split it into definitions, or use a decision table\n");
  EXPECT_EQ(Parsed("matches(firm_name, \"" + std::string(1001, 'a') + "\")"),
            "ZD3404 a.yaml:1:20: the pattern has 1001 bytes, more than kPatternBytesMax = 1000; "
            "test in several steps\n");
}

TEST(ParserTest, RefusesBadUtf8AndNothing) {
  EXPECT_EQ(Parsed("a = \xff"), "ZD3011 a.yaml:1:5: this is not valid UTF-8; save the file as UTF-8\n");
  EXPECT_EQ(Parsed(" // nothing"), "ZD3010 a.yaml:1:1: expression is empty; write an expression\n");
}

TEST(ParserTest, StopsAfterManyMistakes) {
  const std::string all = Parsed("foo" + Repeated(" + foo", 100));
  EXPECT_EQ(SplitOn(all, '\n').size(), 22u);
  EXPECT_NE(all.find("ZD3012 a.yaml:1:121: this has more mistakes than are worth telling at once; "
                     "mend those above and check again"),
            std::string::npos);
}

TEST(ParserTest, StopsWarningAfterMany) {
  FakeScope scope;
  Diagnostics diagnostics;
  EXPECT_TRUE(ParseExpression("a = null" + Repeated(" or a = null", 100), scope, At(1, 1), &diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 21u);
  EXPECT_EQ(diagnostics.all().back().Text(),
            "ZD3012 a.yaml:1:241: warning: further warnings about this expression are left out");
}

TEST(ParserTest, ShortensLongWords) {
  const std::string word = Repeated("＞", 1'000);
  EXPECT_EQ(Parsed(word), "ZD3102 a.yaml:1:1: \"" + Repeated("＞", 24) + "..." + Repeated("＞", 24) +
                              "\" is not a known name and holds full-width signs; write \"" +
                              Repeated(">", 24) + "..." + Repeated(">", 24) + "\" with half-width signs\n");
}

// What every tree must keep, whatever was written.
void ExpectSound(const Expr& expr, int slots) {
  ASSERT_NE(expr.type, nullptr);
  if (expr.op == Op::kLocal) {
    EXPECT_GE(expr.index, 0);
    EXPECT_LT(expr.index, slots);
  }
  for (const ExprPtr& argument : expr.args) {
    if (argument != nullptr) ExpectSound(*argument, slots);
  }
}

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {
    for (const std::string& row : Rows(kExpressions)) corpus_.push_back(Cells(row).first);
  }

  std::string Next() {
    std::string text = Pick(corpus_);
    for (uint64_t edits = 1 + Below(4); edits > 0; --edits) Edit(&text);
    return text;
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  const std::string& Pick(const std::vector<std::string>& from) { return from[Below(from.size())]; }

  // Edits at a boundary of code points, so that most texts get past the check of UTF-8.
  size_t Boundary(const std::string& text) {
    size_t at = Below(text.size() + 1);
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    return at;
  }

  void Edit(std::string* text) {
    const size_t from = Boundary(*text);
    const size_t to = Boundary(*text);
    switch (Below(8)) {
      case 0:
        text->erase(std::min(from, to), std::max(from, to) - std::min(from, to));
        break;
      case 1:
        text->insert(from, Pick(corpus_));
        break;
      case 2:
        *text = "(" + *text + ")" + std::string(Pick(kTokens));
        break;
      case 3:
        if (Below(10) == 0) text->insert(from, 1, static_cast<char>(Below(256)));
        break;
      default:
        text->insert(from, Pick(kTokens));
    }
  }

  static const std::vector<std::string> kTokens;
  std::mt19937_64 random_;
  std::vector<std::string> corpus_;
};

const std::vector<std::string> Mutator::kTokens = {"(",
                                                   ")",
                                                   "[",
                                                   "]",
                                                   "{",
                                                   "}",
                                                   ",",
                                                   ":",
                                                   "..",
                                                   ".",
                                                   "?",
                                                   "@",
                                                   "\"",
                                                   "\\",
                                                   "+",
                                                   "-",
                                                   "*",
                                                   "**",
                                                   "/",
                                                   "=",
                                                   "!=",
                                                   "<",
                                                   "<=",
                                                   ">",
                                                   ">=",
                                                   " and ",
                                                   " or ",
                                                   " in ",
                                                   " between ",
                                                   " if ",
                                                   " then ",
                                                   " else ",
                                                   " for ",
                                                   " return ",
                                                   " some ",
                                                   " every ",
                                                   " satisfies ",
                                                   " instance of ",
                                                   " not(",
                                                   "null",
                                                   "true",
                                                   "0",
                                                   "1",
                                                   "-1",
                                                   "3.5",
                                                   "1e400",
                                                   "\"35\"",
                                                   " a ",
                                                   "staff",
                                                   "hires",
                                                   "item",
                                                   ".wage",
                                                   "金额",
                                                   "营业收入",
                                                   "登记地",
                                                   "legal.birth",
                                                   "研发奖补",
                                                   "as_of",
                                                   "Y",
                                                   "zone(\"quanzhou-tia\")",
                                                   "unknown(\"stale\")",
                                                   "max(",
                                                   "sum(",
                                                   "date(",
                                                   "under(",
                                                   "＞",
                                                   "，",
                                                   "//",
                                                   "/*",
                                                   "*/",
                                                   "\n",
                                                   "foo",
                                                   "duration(\"P1M\")"};

// ZHIDA_SEED repeats a run.
TEST(ParserTest, SurvivesMutations) {
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20260630;
  std::cout << "seed " << seed << "\n";
  Mutator mutator(seed);
  FakeScope scope;
  ParseOptions options = At(1, 1);
  int sound = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = mutator.Next();
    Diagnostics diagnostics;
    options.decision = i % 2 == 0;
    options.input_type = i % 3 == 0 ? NumberType(2) : nullptr;
    const std::optional<Expression> expression = i % 3 == 0
                                                     ? ParseUnaryTests(text, scope, options, &diagnostics)
                                                     : ParseExpression(text, scope, options, &diagnostics);
    ASSERT_EQ(expression.has_value(), diagnostics.ok()) << text;
    if (!expression || expression->root == nullptr) continue;
    ++sound;
    ExpectSound(*expression->root, expression->slot_count);
    ASSERT_FALSE(Dump(*expression->root).empty());
    ASSERT_FALSE(HasFailure()) << text;
  }
  // The mutations are worth nothing if all of them fail at the first token.
  EXPECT_GT(sound, 1'000);
}

}  // namespace
}  // namespace zhida::feel

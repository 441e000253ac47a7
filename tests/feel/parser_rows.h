// What the parser makes of expressions and cells: rows for parser_test.cc, which also mutates them.
// Facts are numbered as in fake_scope.h.
#ifndef ZHIDA_TESTS_FEEL_PARSER_ROWS_H_
#define ZHIDA_TESTS_FEEL_PARSER_ROWS_H_

#include <string_view>

namespace zhida::feel {

// expression | dump
inline constexpr std::string_view kExpressions = R"rows(
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
inline constexpr std::string_view kCells = R"rows(
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

}  // namespace zhida::feel

#endif  // ZHIDA_TESTS_FEEL_PARSER_ROWS_H_

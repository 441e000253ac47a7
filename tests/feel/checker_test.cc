#include "engine/feel/checker.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/parser.h"
#include "tests/feel/fake_scope.h"

namespace zhida::feel {
namespace {

// expression
//   message
constexpr std::string_view kMessages = R"rows(
# Syntax.
1 +
  ZD3002 a.yaml:1:4: the expression ends where a value should follow; complete it
(1 + 2
  ZD3002 a.yaml:1:7: the expression ends where ")" of the parenthesis should follow; complete it
a + b)
  ZD3001 a.yaml:1:6: ")" cannot stand here; expected is an operator or the end of the expression
a b
  ZD3001 a.yaml:1:3: "b" cannot stand here; expected is an operator or the end of the expression
x in
  ZD3101 a.yaml:1:1: "x" is not a known name; declare it, correct it, or put a text in double quotes
  ZD3002 a.yaml:1:5: the expression ends where a value should follow; complete it
true false
  ZD3001 a.yaml:1:6: "false" cannot stand here; expected is an operator or the end of the expression
a = "b" "c"
  ZD3201 a.yaml:1:1: cannot compare a (number) with "b" (string) by =; use values of one type
  ZD3001 a.yaml:1:9: "\"" cannot stand here; expected is an operator or the end of the expression
a ! b
  ZD3001 a.yaml:1:3: "!" cannot stand here; write not(...)
a && b
  ZD3001 a.yaml:1:3: "&&" cannot stand here; write and
a || b
  ZD3001 a.yaml:1:3: "||" cannot stand here; write or
a == 5
  ZD3001 a.yaml:1:3: == is not an operator; write =
a <> b
  ZD3001 a.yaml:1:3: <> is not an operator; write !=
a => b
  ZD3001 a.yaml:1:3: => is not an operator; write >=
1 < 2 < 3
  ZD3001 a.yaml:1:7: comparisons cannot follow one another; join two with and: a < b and b < c
a..b
  ZD3001 a.yaml:1:2: ".." cannot stand here; write a range in brackets: [a..b]
a = 6%
  ZD3001 a.yaml:1:6: "%" cannot stand here; write 6% as 0.06, and the remainder as modulo(a, b)
500万元
  ZD3005 a.yaml:1:1: "500万元" is not a number; write 500 * 10000
1.5e
  ZD3005 a.yaml:1:1: "1.5e" is not a number; put a space or an operator between 1.5 and e
12345678901234567890123456789012345
  ZD3005 a.yaml:1:1: 12345678901234567890123456789012345 is beyond the numbers of FEEL; write at most 34 digits
"abc
  ZD3004 a.yaml:1:1: the text that begins here is not closed on its line; close it with ", and write a line break in it as \n
"\u12G4"
  ZD3004 a.yaml:1:2: this escape is not a character; write \uXXXX, a pair \uD83D\uDCA9 of surrogates, or \UXXXXXX with six hexadecimal digits
"\uD83D"
  ZD3004 a.yaml:1:2: this escape is not a character; write \uXXXX, a pair \uD83D\uDCA9 of surrogates, or \UXXXXXX with six hexadecimal digits
"\UFFFFFF"
  ZD3004 a.yaml:1:2: this escape is not a character; write \uXXXX, a pair \uD83D\uDCA9 of surrogates, or \UXXXXXX with six hexadecimal digits
@ 5
  ZD3001 a.yaml:1:3: "5" cannot stand here; expected is a text in double quotes behind @
@"2025-13-01"
  ZD3006 a.yaml:1:1: "2025-13-01" is no date, time or duration; write as @"2025-12-31", @"09:30:00", @"2025-12-31T09:30:00", @"P1Y6M" or @"P30D"
/* open
  ZD3008 a.yaml:1:1: the comment that begins here is not closed; close it with */
function(x) x
  ZD3009 a.yaml:1:1: packs have no functions of their own; write a definition instead
if serious then 1
  ZD3002 a.yaml:1:18: the expression ends where "else" of if should follow; complete it
for x [1] return x
  ZD3001 a.yaml:1:7: "[" cannot stand here; expected is "in" of for
for in in [1] return in
  ZD3001 a.yaml:1:5: "in" cannot stand here; expected is the name of a variable
some h hires satisfies true
  ZD3002 a.yaml:1:28: the expression ends where "in" of some should follow; complete it
{a b 1}
  ZD3001 a.yaml:1:7: "}" cannot stand here; expected is ":" of the structure
[1, 2
  ZD3002 a.yaml:1:6: the expression ends where "]" of the list should follow; complete it
a in [1..5
  ZD3002 a.yaml:1:11: the expression ends where "]" or ")" of the range should follow; complete it
a in ()
  ZD3001 a.yaml:1:7: ")" cannot stand here; expected is a value
(= 5)
  ZD3001 a.yaml:1:1: only < <= > >= make a range; write the value itself, or a test behind in
a instance of money
  ZD3001 a.yaml:1:15: "money" cannot stand here; expected is a type: list<number>, range<date>, Any, Null, boolean, number, string, date, time, date and time, years and months duration, days and time duration, context
企业名称 = “大型”
  ZD3001 a.yaml:1:8: "“" cannot stand here; write texts in half-width quotes: "..."
注册资本 ≥ 500
  ZD3001 a.yaml:1:6: "≥" cannot stand here; write >=
注册资本 大于 500
  ZD3001 a.yaml:1:6: "大于" cannot stand here; write >
严重失信 且 serious
  ZD3001 a.yaml:1:6: "且" cannot stand here; write and
# Full-width signs are name characters.
注册资本＞＝500
  ZD3102 a.yaml:1:1: "注册资本＞＝500" is not a known name and holds full-width signs; write "注册资本>=500" with half-width signs
注册资本 ＞ 500
  ZD3102 a.yaml:1:6: "＞" cannot stand here and holds full-width signs; write ">" with half-width signs
（a）
  ZD3102 a.yaml:1:1: "（a）" is not a known name and holds full-width signs; write "(a)" with half-width signs
min(a，b)
  ZD3102 a.yaml:1:5: "a，b" is not a known name and holds full-width signs; write "a,b" with half-width signs
a＋b and 注册资本＝5
  ZD3102 a.yaml:1:1: "a＋b" is not a known name and holds full-width signs; write "a+b" with half-width signs
  ZD3102 a.yaml:1:9: "注册资本＝5" is not a known name and holds full-width signs; write "注册资本=5" with half-width signs
营业收入（万元）＞＝500
  ZD3102 a.yaml:1:1: "营业收入（万元）＞＝500" is not a known name and holds full-width signs; write "营业收入（万元）>=500" with half-width signs
法定代表人．姓名
  ZD3102 a.yaml:1:1: "法定代表人．姓名" is not a known name and holds full-width signs; write "法定代表人.姓名" with half-width signs
企业名称＝“大型”
  ZD3102 a.yaml:1:1: "企业名称＝" is not a known name and holds full-width signs; write "企业名称=" with half-width signs
营业收入（万员）
  ZD3101 a.yaml:1:1: "营业收入（万员）" is not a known name; did you mean 营业收入（万元）?
# Names.
注册资木 > 5
  ZD3101 a.yaml:1:1: "注册资木" is not a known name; did you mean 注册资本?
纳税信用 = A
  ZD3101 a.yaml:1:8: "A" is not a known name; declare it, correct it, or put a text in double quotes
不存在 > 5 and 注册资木 > 3
  ZD3101 a.yaml:1:1: "不存在" is not a known name; declare it, correct it, or put a text in double quotes
  ZD3101 a.yaml:1:13: "注册资木" is not a known name; did you mean 注册资本?
foo - baz
  ZD3101 a.yaml:1:1: "foo" is not a known name; declare it, correct it, or put a text in double quotes
  ZD3101 a.yaml:1:7: "baz" is not a known name; declare it, correct it, or put a text in double quotes
Student's name + " is "
  ZD3101 a.yaml:1:1: "Student's name" is not a known name; declare it, correct it, or put a text in double quotes
行业代码 = if serious then "C" else "X"
  ZD3108 a.yaml:1:33: "X" is not in the code list industry; write one of its codes: "C", "C26", "I", "I65"
Date-Time-3
  ZD3101 a.yaml:1:1: "Date-Time" is not a known name; did you mean Date-Time-2?
days in weeknd
  ZD3101 a.yaml:1:9: "weeknd" is not a known name; did you mean weekend?
not serious
  ZD3115 a.yaml:1:1: "not" is a function; call it with its arguments: not(...)
count
  ZD3115 a.yaml:1:1: "count" is a function; call it with its arguments: count(...)
contains(1, 2)
  ZD3209 a.yaml:1:1: contains needs a string first, not a number; it is contains(string, match)
cuont(hires)
  ZD3105 a.yaml:1:1: "cuont" is not a function; did you mean count?
firm_name(1)
  ZD3115 a.yaml:1:1: firm_name is not a function; put an operator before the parenthesis
营业收入(2025)
  ZD3115 a.yaml:1:1: 营业收入 is not a function; take one period of it with at(营业收入, Y - 1)
legal.nam
  ZD3103 a.yaml:1:7: "nam" is not a member of legal (struct); did you mean name?
legal.住址
  ZD3103 a.yaml:1:7: "住址" is not a member of legal (struct); its members are 姓名, name, 出生日期, birth, 户籍, home
a.b
  ZD3213 a.yaml:1:3: a (number) has no members; take it without .b
days.year
  ZD3213 a.yaml:1:6: days (list of date) has no members; take it without .year
研发奖补
  ZD3109 a.yaml:1:1: 研发奖补 is a parameter, of which an expression takes one entry; write 研发奖补.比例; its entries are 比例, rate, 上限, cap
研发奖补.rates
  ZD3103 a.yaml:1:6: "rates" is not a member of 研发奖补 (struct); did you mean rate?
研发奖补 * 2
  ZD3109 a.yaml:1:1: 研发奖补 is a parameter, of which an expression takes one entry; write 研发奖补.比例; its entries are 比例, rate, 上限, cap
登记地 in zone("quanzhou-tai")
  ZD3106 a.yaml:1:13: "quanzhou-tai" is not a zone; did you mean quanzhou-tia?
zone(firm_name)
  ZD3106 a.yaml:1:6: zone needs the id of a zone as a text; write it as zone("id")
unknown("vague")
  ZD3114 a.yaml:1:9: "vague" is not a cause; the causes are vague_rule, conflict, not_authorised, stale, missing
unknown("stalle")
  ZD3114 a.yaml:1:9: "stalle" is not a cause; did you mean "stale"?
known(staff)
  ZD3112 a.yaml:1:1: known(...) is allowed in decisions only, not in expression; test the value itself; what is not known leaves the answer open
?
  ZD3113 a.yaml:1:1: ? has no meaning here; write ? only in the cells of a table and behind in
add working days(founded, 5, "cx")
  ZD3107 a.yaml:1:30: "cx" is not a calendar; did you mean "cn"?
substring(string: "abc", start: 2)
  ZD3111 a.yaml:1:26: "start" is not an argument of this function; its arguments are string, start position, length
floor(2.5, scale: 1)
  ZD3111 a.yaml:1:19: some arguments have names and others have none; name all or none
floor(n: 2, n: 3)
  ZD3110 a.yaml:1:13: "n" is given twice; give it once
today(now: 1)
  ZD3214 a.yaml:1:1: today takes 0 arguments, not 1; correct the arguments
  ZD3111 a.yaml:1:7: "now" is not an argument of this function; give it by position
{x: 1, x: 2}
  ZD3110 a.yaml:1:8: "x" is named twice; name each member once
# Codes.
纳税信用 = "E"
  ZD3108 a.yaml:1:8: "E" is not in the code list credit; write one of its codes: "A", "B", "M", "C", "D", ...
tags[1] = "gradate"
  ZD3108 a.yaml:1:11: "gradate" is not in the code list hire_category; did you mean "graduate"?
登记地 in ["35", "3506"]
  ZD3108 a.yaml:1:15: "3506" is not in the code list division; did you mean "3505"?
登记地 in ("35", "36")
  ZD3108 a.yaml:1:15: "36" is not in the code list division; did you mean "35"?
"36" in [登记地]
  ZD3108 a.yaml:1:1: "36" is not in the code list division; did you mean "35"?
some h in hires satisfies h.category != "veterans"
  ZD3108 a.yaml:1:41: "veterans" is not in the code list hire_category; did you mean "veteran"?
under(登记地, "36")
  ZD3108 a.yaml:1:12: "36" is not in the code list division; did you mean "35"?
under(行业代码, ["C", "X9"])
  ZD3108 a.yaml:1:19: "X9" is not in the code list industry; write one of its codes: "C", "C26", "I", "I65"
list contains(tags, "gradate")
  ZD3108 a.yaml:1:21: "gradate" is not in the code list hire_category; did you mean "graduate"?
行业代码 = 登记地
  ZD3219 a.yaml:1:1: cannot compare codes of two lists: 行业代码 (code(industry)) and 登记地 (code(division)); use codes of one list
行业代码 in zone("quanzhou-tia")
  ZD3219 a.yaml:1:1: cannot look up codes of two lists: 行业代码 (code(industry)) and zone("quanzhou-tia") (list of code(division)); use codes of one list
under(企业名称, "35")
  ZD3209 a.yaml:1:7: under needs a code, but 企业名称 (string) is none; give it a fact of type code(list)
# Types.
注册资本 > "500"
  ZD3201 a.yaml:1:1: cannot compare 注册资本 (number) with "500" (string) by >; write 500 without quotes
serious = "是"
  ZD3201 a.yaml:1:1: cannot compare serious (boolean) with "是" (string) by =; write true or false without quotes
founded = "2025-01-01"
  ZD3201 a.yaml:1:1: cannot compare founded (date) with "2025-01-01" (string) by =; write date("2025-01-01")
founded > "today"
  ZD3201 a.yaml:1:1: cannot compare founded (date) with "today" (string) by >; write a date as date("2025-12-31")
a = firm_name
  ZD3201 a.yaml:1:1: cannot compare a (number) with firm_name (string) by =; use values of one type
hires = 5
  ZD3201 a.yaml:1:1: cannot compare hires (list of struct) with 5 (number) by =; test membership with in, or count it with count(hires)
legal = "张三"
  ZD3201 a.yaml:1:1: cannot compare legal (struct) with "张三" (string) by =; name a member of it, such as legal.name
营业收入 > 5
  ZD3201 a.yaml:1:1: cannot compare 营业收入 (series(year) of number) with 5 (number) by >; take one period of it, such as at(营业收入, Y - 1)
营业收入 = 营业收入
  ZD3201 a.yaml:1:1: cannot compare a whole series by =; take one period of it, such as at(营业收入, Y - 1)
营业收入 * 2
  ZD3202 a.yaml:1:1: * cannot join 营业收入 (series(year) of number) and 2 (number); take one period of it, such as at(营业收入, Y - 1)
a + "b"
  ZD3202 a.yaml:1:1: + cannot join a (number) and "b" (string); turn the other side into text with string(...)
founded + 5
  ZD3202 a.yaml:1:1: + cannot join founded (date) and 5 (number); add days as duration("P30D") and months as duration("P6M")
term + wait
  ZD3202 a.yaml:1:1: + cannot join term (years and months duration) and wait (days and time duration); months and days do not mix; add them to a date one after the other
moment - founded
  ZD3202 a.yaml:1:1: - cannot join moment (date and time) and founded (date); use values of one type
-firm_name
  ZD3202 a.yaml:1:1: - cannot turn round firm_name (string); use it before a number or a duration
serious > true
  ZD3205 a.yaml:1:1: serious (boolean) has no order, so > cannot compare it; compare with = or !=
hires < hires
  ZD3205 a.yaml:1:1: hires (list of struct) has no order, so < cannot compare it; compare with = or !=
serious between false and true
  ZD3205 a.yaml:1:17: false (boolean) has no order, so it cannot end a range; list the values: x in (a, b)
a in [1.."5"]
  ZD3215 a.yaml:1:6: the range runs from 1 (number) to "5" (string); write 5 without quotes
a in ["1"]
  ZD3201 a.yaml:1:1: a (number) cannot be in ["1"] (list of string); use values of one type
a in ("1", 2)
  ZD3201 a.yaml:1:7: cannot compare a (number) with "1" (string) by =; write 1 without quotes
a in (serious)
  ZD3206 a.yaml:1:7: the test serious is a condition that does not look at ?; write the condition with ?, or test a value
a in (1, serious, ? > 5)
  ZD3206 a.yaml:1:10: the test serious is a condition that does not look at ?; write the condition with ?, or test a value
[1, "a"]
  ZD3207 a.yaml:1:5: "a" (string) does not fit a list of number; give all items one type
a in [1, [2..3]]
  ZD3207 a.yaml:1:10: [2..3] (range of number) does not fit a list of number; test values and ranges together as x in (1, [5..7])
a and serious
  ZD3203 a.yaml:1:1: each side of and must be true or false, but a (number) is not; write a comparison, such as a > 0
serious or firm_name
  ZD3203 a.yaml:1:12: each side of or must be true or false, but firm_name (string) is not; write a comparison, such as firm_name = ...
not(a)
  ZD3203 a.yaml:1:5: the operand of not must be true or false, but a (number) is not; write a comparison, such as a > 0
if a then 1 else 2
  ZD3203 a.yaml:1:4: the condition of if must be true or false, but a (number) is not; write a comparison, such as a > 0
if serious then 1 else "x"
  ZD3204 a.yaml:1:24: then gives 1 (number) and else gives "x" (string); give both branches one type
every x in 金额 satisfies x
  ZD3203 a.yaml:1:25: what follows satisfies must be true or false, but x (number) is not; write a comparison, such as x > 0
for x in a return x
  ZD3212 a.yaml:1:10: a (number) is not a list; name a list behind in
for x in firm_name..a return x
  ZD3215 a.yaml:1:10: firm_name (string) cannot end an iteration; iterate over whole numbers, or over dates
firm_name[1]
  ZD3212 a.yaml:1:1: firm_name (string) is not a list, so [...] cannot follow it; name a list there
hires[0]
  ZD3210 a.yaml:1:7: lists count from 1, so there is no item 0; write [1] for the first, [-1] for the last
hires[1.5]
  ZD3210 a.yaml:1:7: 1.5 is not the number of an item; write a whole number
hires[wage]
  ZD3211 a.yaml:1:7: wage (number?) is no test, and an index cannot look at the items; write a comparison, such as wage > 0
hires["x"]
  ZD3203 a.yaml:1:7: the test in [...] must be true or false, but "x" (string) is not; write a comparison, such as "x" = ...
at(a, 5)
  ZD3209 a.yaml:1:1: at needs a series first, not a number; it is at(series, period)
at(季度产值, "2026Q5")
  ZD3217 a.yaml:1:10: "2026Q5" is no period of 季度产值 (series(quarter) of number); write a quarter as "2026Q1"
date("2025-02-30")
  ZD3217 a.yaml:1:1: date("2025-02-30") means no date; write it like date("2025-12-31")
date(2025, 13, 1)
  ZD3217 a.yaml:1:1: date(2025, 13, 1) means no date; write it like date(2025, 12, 31)
duration("P1X")
  ZD3217 a.yaml:1:1: duration("P1X") means no duration; write it like duration("P1Y6M") or duration("P30D")
floor(1, 2, 3)
  ZD3214 a.yaml:1:1: floor cannot be called with 3 arguments; it is floor(n, scale?)
floor()
  ZD3214 a.yaml:1:1: floor cannot be called with 0 arguments; it is floor(n, scale?)
floor(scale: 2)
  ZD3214 a.yaml:1:1: floor cannot be called with these arguments; it is floor(n, scale?); give all before the last one
not()
  ZD3214 a.yaml:1:1: not takes 1 argument, not 0; negate several tests as not(a or b)
not(a, b)
  ZD3214 a.yaml:1:1: not takes 1 argument, not 2; negate several tests as not(a or b)
under(登记地, "35", "division")
  ZD3214 a.yaml:1:1: under cannot be called with 3 arguments; it is under(code, ancestor)
matches(firm_name, "(")
  ZD3216 a.yaml:1:20: this pattern cannot be used: missing ): (; correct the pattern
# Null.
从业人员 >= 5
  ZD3301 a.yaml:1:1: 从业人员 may be null, but >= needs a value; guard it: 从业人员 != null and ..., or if 从业人员 != null then ... else ...
从业人员 + 1
  ZD3301 a.yaml:1:1: 从业人员 may be null, but + needs a value; guard it: 从业人员 != null and ..., or if 从业人员 != null then ... else ...
null + 1
  ZD3301 a.yaml:1:1: + needs a value, not null; test for null with = null or != null
not(listed)
  ZD3303 a.yaml:1:5: the operand of not must be true or false, but listed may be null; write listed = true, which is false for null
listed and serious
  ZD3303 a.yaml:1:1: each side of and must be true or false, but listed may be null; write listed = true, which is false for null
if listed then 1 else 2
  ZD3303 a.yaml:1:4: the condition of if must be true or false, but listed may be null; write listed = true, which is false for null
legal.birth < as_of
  ZD3301 a.yaml:1:1: legal.birth may be null, but < needs a value; guard it: legal.birth != null and ..., or if legal.birth != null then ... else ...
partner.姓名 = "x"
  ZD3301 a.yaml:1:1: partner may be null, but .name needs a value; guard it: partner != null and ..., or if partner != null then ... else ...
hires[月工资 > 5]
  ZD3301 a.yaml:1:7: 月工资 may be null, but > needs a value; guard it: 月工资 != null and ..., or if 月工资 != null then ... else ...
hires[wage > 5 and wage != null]
  ZD3301 a.yaml:1:7: wage may be null, but > needs a value; guard it: wage != null and ..., or if wage != null then ... else ...
every h in hires satisfies h.wage > 5
  ZD3301 a.yaml:1:28: h.wage may be null, but > needs a value; guard it: h.wage != null and ..., or if h.wage != null then ... else ...
max(金额) > 5
  ZD3301 a.yaml:1:1: max(金额) may be null, but > needs a value; guard it: max(金额) != null and ..., or if max(金额) != null then ... else ...
评分[1] + 1
  ZD3301 a.yaml:1:1: 评分[1] may be null, but + needs a value; guard it: 评分[1] != null and ..., or if 评分[1] != null then ... else ...
sum(评分)
  ZD3302 a.yaml:1:5: items of 评分 may be null and sum needs values; leave them out: 评分[item != null]
(staff != null or a > 5) and staff > 3
  ZD3301 a.yaml:1:30: staff may be null, but > needs a value; guard it: staff != null and ..., or if staff != null then ... else ...
staff = a and staff > 3
  ZD3301 a.yaml:1:15: staff may be null, but > needs a value; guard it: staff != null and ..., or if staff != null then ... else ...
staff != 5 and staff > 3
  ZD3301 a.yaml:1:16: staff may be null, but > needs a value; guard it: staff != null and ..., or if staff != null then ... else ...
staff in ([1..5], null)
  ZD3301 a.yaml:1:1: staff may be null, but the test of a range needs a value; guard it: staff != null and ..., or if staff != null then ... else ...
staff in [1..5]
  ZD3301 a.yaml:1:1: staff may be null, but the test of a range needs a value; guard it: staff != null and ..., or if staff != null then ... else ...
count(hires[wage != null]) > 1 and hires[1].wage > 5
  ZD3301 a.yaml:1:36: hires[1].wage may be null, but > needs a value; guard it: hires[1].wage != null and ..., or if hires[1].wage != null then ... else ...
under(tax_credit, "A")
  ZD3301 a.yaml:1:7: tax_credit may be null, but under needs a value; guard it: tax_credit != null and ..., or if tax_credit != null then ... else ...
[null..5]
  ZD3301 a.yaml:1:2: the end of a range needs a value, not null; test for null with = null or != null
# Warnings.
a / b * 3 >= 5
  ZD3250 a.yaml:1:1: warning: the quotient a / b is rounded to 34 digits before * uses it; divide last; a test such as a / b * k >= c says the same as a * k >= c * b where b > 0
a / 7 - 1
  ZD3250 a.yaml:1:1: warning: the quotient a / 7 is rounded to 34 digits before - uses it; divide last; a test such as a / 7 * k >= c says the same as a * k >= c * 7
a = null
  ZD3350 a.yaml:1:1: warning: a is never null: a value that nobody supplied is unknown; drop the test, or declare the fact nullable
hires != null
  ZD3350 a.yaml:1:1: warning: hires is never null: a value that nobody supplied is unknown; drop the test, or declare the fact nullable
a between 5 and 1
  ZD3251 a.yaml:1:1: warning: the range from 5 to 1 is empty; write the lower end first
a / 0
  ZD3252 a.yaml:1:1: warning: a division by zero is always an error; divide by another number
number("x")
  ZD3252 a.yaml:1:1: warning: number("x") is always an error; write a number
# Several mistakes in one expression.
foo > 1 and 纳税信用 = "E" and staff > 5 or bar
  ZD3101 a.yaml:1:1: "foo" is not a known name; declare it, correct it, or put a text in double quotes
  ZD3108 a.yaml:1:20: "E" is not in the code list credit; write one of its codes: "A", "B", "M", "C", "D", ...
  ZD3301 a.yaml:1:28: staff may be null, but > needs a value; guard it: staff != null and ..., or if staff != null then ... else ...
  ZD3101 a.yaml:1:41: "bar" is not a known name; declare it, correct it, or put a text in double quotes
)rows";

ParseOptions Options() {
  ParseOptions options;
  options.origin = {"a.yaml", 1, 1};
  return options;
}

std::string Messages(std::string_view text) {
  FakeScope scope;
  Diagnostics diagnostics;
  ParseExpression(text, scope, Options(), &diagnostics);
  return diagnostics.Text();
}

TEST(CheckerTest, SaysWhatIsWrongAndHowToMendIt) {
  const std::vector<std::string> rows = Rows(kMessages);
  for (size_t i = 0; i < rows.size();) {
    const std::string& text = rows[i++];
    std::string expected;
    for (; i < rows.size() && rows[i].starts_with("  "); ++i) expected += rows[i].substr(2) + "\n";
    ASSERT_FALSE(expected.empty()) << text;
    EXPECT_EQ(Messages(text), expected) << text;
  }
}

// Everything that may be null stands behind a guard here.
constexpr std::string_view kGuarded = R"rows(
staff != null and staff > 3
staff = null or staff > 3
not(staff = null) and staff > 3
not(staff != null) or staff > 3
serious and (a > 1 and staff != null) and staff > 3
(staff = null or a > 5) or staff > 3
if staff != null then staff > 3 else false
if staff = null then 0 else staff + 1
if staff = null or a > 5 then 0 else staff + 1
if staff != null and a > 5 then staff + 1 else 0
staff = 5 and staff > 3
staff != 5 or staff > 3
staff in (1, 2) and staff > 3
staff in [1, 2] and staff > 3
not(staff in (null, 1)) and staff > 3
not(staff in [null, 1]) and staff > 3
staff in (null, [1..5])
staff in (null, < 5, > 7)
staff in (null, ? > 5)
staff instance of number and staff > 3
staff != null and count(金额[item > staff]) > 0
staff != null and (every x in 金额 satisfies x > staff)
staff != null and staff in [1..5]
listed != null and (listed or serious)
listed = true or serious
legal.birth != null and legal.birth < as_of
legal.出生日期 != null and 法定代表人.birth < as_of
partner != null and partner.name = "x"
partner != null and partner.birth != null and partner.birth > founded
hires[wage != null and wage > 5]
hires[item.wage != null and wage > 5]
sum(hires[wage != null].wage) > 5
count(hires[wage != null][wage > 5]) > 0
every h in hires[wage != null] satisfies h.wage > 5
some h in hires satisfies h.wage != null and h.wage > 5
for h in hires return if h.wage != null then h.wage else 0
sum(评分[item != null]) > 5
评分[1] != null and 评分[1] > 5
最好成绩 != null and 最好成绩 > 5
max(金额) != null and max(金额) > 5
tax_credit = "A"
tax_credit in ("A", null)
tax_credit != null and under(tax_credit, "A")
staff = best
list contains(评分, null)
count(评分) > 1
)rows";

TEST(CheckerTest, SeesGuards) {
  for (const std::string& text : Rows(kGuarded)) EXPECT_EQ(Messages(text), "") << text;
}

}  // namespace
}  // namespace zhida::feel

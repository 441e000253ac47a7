#include "engine/feel/type.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "engine/feel/parser.h"
#include "tests/feel/fake_scope.h"

namespace zhida::feel {
namespace {

// expression | type, and for a number its most digits after the point
constexpr std::string_view kTypes = R"rows(
5 | number 0
-3.50 | number 1
a + b | number 3
注册资本 - a | number 2
注册资本 * b | number 5
注册资本 * b * 1.25 | number 7
a / b | number any
a / 10 | number any
a ** 2 | number any
-b | number 3
Y - 1 | number 0
研发增量 * 研发奖补.比例 | number 4
at(营业收入, Y) | number 2
if serious then a else b | number 3
if serious then a else null | number? 0
if serious then null else null | null
if serious then unknown("stale") else a | number 0
if staff = null then 0 else staff | number 0
if a > 1 then staff else 0 | number? 0
decimal(a / b, 2) | number 2
decimal(注册资本, 4) | number 2
round half up(a / b, 0) | number 0
floor(a / b) | number 0
decimal(a / b, a) | number any
count(hires) | number 0
max(a, b) | number 3
min(金额) | number? 2
hires[1].wage | number? 2
hires[wage != null][1].wage | number 2
founded.year | number 0
founded - founded | days and time duration
founded + term | date
moment - wait | date and time
wait * 2.5 | days and time duration
term / term | number any
[] | list
[1, 2.5] | list of number
[null, "a"] | list of string?
[[1], []] | list of list of number
hires | list of struct
hires.category | list of code(hire_category)
hires[insured].类别 | list of code(hire_category)
zone("quanzhou-tia") | list of code(division)
zone("chemical-park") | list of string
for i in 1..3 return {k: i} | list of struct
for h in hires return h.wage | list of number?
[1..5] | range of number
[1..5].end | number? 0
if serious then 登记地 else 行业代码 | string
if serious then 登记地 else 登记地 | code(division)
if serious then 登记地 else "x" | string
"a" + 登记地 | string
营业收入 | series(year) of number
a in (1, 2) | boolean
unknown("vague_rule") | any
unknown("vague_rule") + 1 | any
)rows";

TEST(TypeTest, IsInferred) {
  FakeScope scope;
  for (const std::string& row : Rows(kTypes)) {
    const auto [text, type] = Cells(row);
    Diagnostics diagnostics;
    const std::optional<Expression> expression = ParseExpression(text, scope, ParseOptions(), &diagnostics);
    ASSERT_TRUE(expression) << diagnostics.Text();
    const Type& found = *expression->root->type;
    std::string shown = TypeText(found);
    if (found.kind == TypeKind::kNumber)
      shown += found.scale < 0 ? " any" : " " + std::to_string(found.scale);
    EXPECT_EQ(shown, type) << text;
  }
}

TEST(TypeTest, FindsTheSmallestCommonType) {
  const TypePtr number = NumberType(2);
  const TypePtr text = MakeType(TypeKind::kString);
  const TypePtr any = MakeType(TypeKind::kAny);
  const TypePtr null = MakeType(TypeKind::kNull);
  EXPECT_EQ(CommonType(number, text), nullptr);
  EXPECT_EQ(CommonType(number, NumberType(5))->scale, 5);
  EXPECT_EQ(CommonType(number, NumberType(-1))->scale, -1);
  EXPECT_EQ(TypeText(*CommonType(null, number)), "number?");
  EXPECT_EQ(TypeText(*CommonType(null, null)), "null");
  EXPECT_EQ(TypeText(*CommonType(any, text)), "string");
  EXPECT_EQ(TypeText(*CommonType(ListOf(any), ListOf(WithNullable(text, true)))), "list of string?");
  EXPECT_EQ(CommonType(SeriesOf(PeriodKind::kYear, number), SeriesOf(PeriodKind::kMonth, number)), nullptr);
  const TypePtr one = StructOf({{"a", "", number}, {"b", "乙", text}});
  const TypePtr other = StructOf({{"b", "", null}, {"a", "", NumberType(4)}});
  const TypePtr common = CommonType(one, other);
  ASSERT_NE(common, nullptr);
  EXPECT_EQ(common->FindMember("a")->type->scale, 4);
  EXPECT_TRUE(common->FindMember("乙")->type->nullable);
  EXPECT_EQ(CommonType(one, StructOf({{"a", "", number}})), nullptr);
}

TEST(TypeTest, ComparesByStructure) {
  const TypePtr number = NumberType(2);
  EXPECT_TRUE(SameKind(*number, *WithNullable(NumberType(0), true)));
  EXPECT_TRUE(SameKind(*CodeType("x"), *MakeType(TypeKind::kString)));
  EXPECT_TRUE(SameKind(*StructOf({{"a", "", number}, {"b", "", number}}),
                       *StructOf({{"b", "", number}, {"a", "", number}})));
  EXPECT_FALSE(SameKind(*StructOf({{"a", "", number}}), *StructOf({{"b", "", number}})));
  EXPECT_FALSE(SameKind(*ListOf(number), *ListOf(MakeType(TypeKind::kString))));
  EXPECT_FALSE(SameKind(*ListOf(number), *RangeOf(number)));
  EXPECT_EQ(WithNullable(number, false), number);
}

TEST(TypeTest, FindsMembersByIdAndName) {
  const TypePtr type = StructOf({{"a", "甲 乙", NumberType(0)}, {"x-y", "", NumberType(1)}});
  EXPECT_EQ(type->FindMember("a")->id, "a");
  EXPECT_EQ(type->FindMember("甲 乙")->id, "a");
  EXPECT_EQ(type->FindMember("x-y")->id, "x-y");
  EXPECT_EQ(type->FindMember("b"), nullptr);
  EXPECT_EQ(type->FindMember(""), nullptr);
  // Declared with other spacing than the normal form.
  EXPECT_NE(StructOf({{"a", "甲 - 乙", NumberType(0)}})->FindMember("甲-乙"), nullptr);
}

}  // namespace
}  // namespace zhida::feel

// Decision tables through the parser; what each hit policy makes of its rules is in table_test.cc.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "engine/feel/interpreter.h"
#include "tests/feel/world.h"

namespace zhida::feel {
namespace {

// t: true; x = 5; u, stale: unknown numbers.
World MakeWorld() {
  World world;
  const TypePtr number = MakeType(TypeKind::kNumber);
  world.Fact("t", MakeType(TypeKind::kBoolean), Value::Boolean(true));
  world.Fact("x", number, Value::Number(5));
  world.Fact("u", number, Value::Unknown(Cause::kMissing));
  world.Fact("stale", number, Value::Unknown(Cause::kStale));
  return world;
}

TEST(InterpreterTableTest, EvaluatesTables) {
  World world = MakeWorld();
  const TypePtr number = MakeType(TypeKind::kNumber);
  const TypePtr text = MakeType(TypeKind::kString);
  const int staff = world.Fact("staff", number, Value::Number(300));
  const int sector = world.Fact("sector", text, Value::String("工业"));
  Table table;
  table.hit = HitPolicy::kFirst;
  table.inputs = {{"sector", world.Parse("sector"), world.Cell("\"工业\", \"建筑业\"", text)},
                  {"staff", world.Parse("staff"), {}}};
  table.outputs = {{"grade", "", text, {}, world.Parse("\"micro\"")}};
  const auto rule = [&](const char* first, const char* second, const char* output) {
    table.rules.push_back({{world.Cell(first, text), world.Cell(second, number)}, {world.Parse(output)}, ""});
  };
  rule("\"工业\"", ">= 1000", "\"large\"");
  rule("\"工业\"", "[300..1000)", "\"medium\"");
  rule("not(\"工业\")", "-", "\"other\"");
  rule("-", "? > 1/0", "\"never\"");
  rule("-", "< 0", "string(1/0)");
  world.DefineTable("size", text, table);

  EXPECT_EQ(world.Text("size"), "\"medium\"");
  world.Set(staff, Value::Unknown(Cause::kStale));
  EXPECT_EQ(world.Text("size"), "error(division by zero)")
      << "the fourth rule is reached, and its cell is an error";
  world.Set(sector, Value::String("建筑业"));
  EXPECT_EQ(world.Text("size"), "\"other\"") << "- holds whatever the input";
  world.Set(sector, Value::String("农业"));
  EXPECT_EQ(world.Text("size"), "error(an input of the table is outside its values)");
  world.Set(sector, Value::Unknown(Cause::kConflict));
  world.Set(staff, Value::Number(20));
  EXPECT_EQ(world.Text("size"), "error(division by zero)");
}

TEST(InterpreterTableTest, TablesTestUnknownInputsStrictly) {
  World world = MakeWorld();
  const TypePtr number = MakeType(TypeKind::kNumber);
  const auto cell = [&](const char* test, Value input) {
    World here = MakeWorld();
    const int fact = here.Fact("input", number, std::move(input));
    static_cast<void>(fact);
    Table table;
    table.hit = HitPolicy::kCollectCount;
    table.inputs = {{"input", here.Parse("input"), {}}};
    table.outputs = {{"out", "", number, {}, {}}};
    table.rules = {{{here.Cell(test, number)}, {here.Parse("1/0")}, ""}};
    here.DefineTable("count of", number, table);
    return here.MakeInterpreter().EvaluateDefinition(0).ToText();
  };
  const Value unknown = Value::Unknown(Cause::kMissing);
  EXPECT_EQ(cell("-", unknown), "1");
  EXPECT_EQ(cell("", unknown), "1");
  EXPECT_EQ(cell("5", unknown), "unknown(missing)");
  EXPECT_EQ(cell("not(5)", unknown), "unknown(missing)");
  EXPECT_EQ(cell("< 5, >= 5", unknown), "unknown(missing)");
  EXPECT_EQ(cell("? > 5 or t", unknown), "unknown(missing)");
  EXPECT_EQ(cell("stale", unknown), "unknown(stale)");
  EXPECT_EQ(cell("1/0", unknown), "error(division by zero)");
  EXPECT_EQ(cell("-", Value::Error("broken")), "1") << "nothing tests the input";
  EXPECT_EQ(cell("5", Value::Error("broken")), "error(broken)");
  EXPECT_EQ(cell("5, 7", Value::Number(7)), "1");
  EXPECT_EQ(cell("not(5, 7)", Value::Number(7)), "0");
  EXPECT_EQ(cell("[1..7], 9", Value::Number(7)), "1");
  EXPECT_EQ(cell("? > 5 and ? < 9", Value::Number(7)), "1");
}

TEST(InterpreterTableTest, TablesWithSeveralOutputsAreStructures) {
  World world = MakeWorld();
  const TypePtr number = MakeType(TypeKind::kNumber);
  const TypePtr text = MakeType(TypeKind::kString);
  Table table;
  table.inputs = {{"x", world.Parse("x"), {}}};
  table.outputs = {{"grade", "", text, {}, world.Parse("\"none\"")}, {"amount", "", number, {}, {}}};
  table.rules = {{{world.Cell("5", number)}, {world.Parse("\"A\""), world.Parse("x * 2")}, ""},
                 {{world.Cell("6", number)}, {world.Parse("\"B\""), world.Parse("u")}, ""}};
  world.DefineTable("award", StructOf({{"grade", "", text}, {"amount", "", WithNullable(number, true)}}),
                    table);
  const int x = 1;
  EXPECT_EQ(world.Text("award"), "{grade: \"A\", amount: 10}");
  EXPECT_EQ(world.Text("award.grade"), "\"A\"");
  world.Set(x, Value::Number(6));
  EXPECT_EQ(world.Text("award"), "unknown(missing)");
  world.Set(x, Value::Number(7));
  EXPECT_EQ(world.Text("award"), "{grade: \"none\", amount: null}");
}

}  // namespace
}  // namespace zhida::feel

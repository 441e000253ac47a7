#include "engine/feel/builtins.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/feel/world.h"

namespace zhida::feel {
namespace {

TEST(BuiltinsTest, AreFoundByName) {
  std::set<std::string> names;
  for (size_t i = 0; i < Builtins().size(); ++i) {
    const Builtin& function = Builtins()[i];
    EXPECT_TRUE(names.emplace(function.name).second) << function.name << " is there twice";
    EXPECT_EQ(FindBuiltin(function.name), static_cast<int>(i));
    EXPECT_NE(function.result, nullptr) << function.name;
    EXPECT_NE(function.body, nullptr) << function.name;
  }
  EXPECT_EQ(FindBuiltin("no such function"), -1);
}

// docs/semantics.md, section 2: an error wins, then the first cause, whatever the function and the position.
TEST(BuiltinsTest, AreStrict) {
  World world;
  const CallContext context{world.model, world.dates};
  for (size_t i = 0; i < Builtins().size(); ++i) {
    const Builtin& function = Builtins()[i];
    const size_t count = function.parameters.size();
    const size_t strict = function.moved_from < 0 ? count : static_cast<size_t>(function.moved_from);
    for (size_t at = 0; at < count; ++at) {
      std::vector<Value> args(count, Value::Unknown(Cause::kMissing));
      if (at < strict) {
        args[at] = Value::Unknown(Cause::kStale);
        EXPECT_EQ(CallBuiltin(static_cast<int>(i), args, context).ToText(), "unknown(stale)")
            << function.name << at;
      }
      args[at] = Value::Error("first");
      EXPECT_EQ(CallBuiltin(static_cast<int>(i), args, context).ToText(), "error(first)")
          << function.name << at;
    }
    if (count == 0 || function.takes_null) continue;
    const std::vector<Value> nulls(count);
    EXPECT_TRUE(CallBuiltin(static_cast<int>(i), nulls, context).is_error()) << function.name;
  }
}

struct TypingCase {
  const char* function;
  std::vector<TypePtr> args;
  const char* text;  // the result's type, or the problem
};

TEST(BuiltinsTest, TypesResults) {
  const TypePtr number = NumberType(2);
  const TypePtr text = MakeType(TypeKind::kString);
  const TypePtr boolean = MakeType(TypeKind::kBoolean);
  const TypePtr null = MakeType(TypeKind::kNull);
  const TypePtr date = MakeType(TypeKind::kDate);
  const TypePtr any = MakeType(TypeKind::kAny);
  const TypingCase cases[] = {
      {"list contains", {number, number}, "list contains needs a list first, not a number"},
      {"list contains", {ListOf(text), number}, "list contains looks for a number in a list of string"},
      {"list contains", {ListOf(text), null}, "boolean"},
      {"list contains",
       {WithNullable(ListOf(text), true), text},
       "list contains needs a value that cannot be null first; test it with != null first"},
      {"contains", {text, number}, "contains needs a string second, not a number"},
      {"upper case", {boolean}, "upper case needs a string first, not a boolean"},
      {"abs",
       {text},
       "abs needs a number or a years and months duration or a days and time duration first, not a string"},
      {"floor", {number}, "number"},
      {"max", {ListOf(number)}, "number?"},
      {"max", {number, number}, "number"},
      {"max", {number, text}, "max needs values of one type, not a number and a string"},
      {"max", {ListOf(boolean)}, "max needs values that have an order, not a boolean"},
      {"sum", {ListOf(text)}, "sum needs numbers, not a string"},
      {"sum", {any}, "number"},
      {"mean", {number, number}, "number"},
      {"mode", {ListOf(number)}, "list of number"},
      {"all", {ListOf(number)}, "all needs booleans, not a number"},
      {"count", {number}, "count needs a list first, not a number"},
      {"concatenate",
       {ListOf(number), ListOf(text)},
       "concatenate puts a string beside a number; a list holds values of one type"},
      {"append", {ListOf(number), null}, "list of number?"},
      {"flatten", {ListOf(ListOf(number))}, "list of number"},
      {"sort", {ListOf(boolean)}, "sort needs values that have an order, not a boolean"},
      {"index of", {ListOf(number), number}, "list of number"},
      {"split", {text, text}, "list of string"},
      {"string join", {ListOf(number)}, "string join needs a list of string first, not a list of number"},
      {"duration", {text}, "duration needs a text that is written out, such as duration(\"P6M\")"},
      {"date", {number}, "date needs a string or a date or a date and time first, not a number"},
      {"date", {number, number}, "date needs one text, or year, month and day"},
      {"under", {text, text}, "under needs a code of a code list first, not any string"},
      {"under", {CodeType("a"), CodeType("b")}, "under needs codes of one list, not of a and of b"},
      {"at", {SeriesOf(PeriodKind::kQuarter, number), number}, "at needs a string second, not a number"},
      {"at", {SeriesOf(PeriodKind::kYear, date), number}, "date"},
      {"get value",
       {StructOf({{"a", "", number}, {"b", "", text}}), text},
       "get value needs members of one type, not a number and a string; name the member after a point"},
  };
  for (const TypingCase& one : cases) {
    const int index = FindBuiltin(one.function);
    ASSERT_GE(index, 0) << one.function;
    std::string problem;
    const TypePtr type = Builtins()[static_cast<size_t>(index)].result(one.args, &problem);
    EXPECT_EQ(type == nullptr ? problem : TypeText(*type), one.text) << one.function;
  }
}

TEST(BuiltinsTest, KeepDigitsWhereTheyAreBounded) {
  const auto scale = [](const char* name, const std::vector<TypePtr>& args) {
    std::string problem;
    return Builtins()[static_cast<size_t>(FindBuiltin(name))].result(args, &problem)->scale;
  };
  EXPECT_EQ(scale("sum", {ListOf(NumberType(2))}), 2);
  EXPECT_EQ(scale("max", {NumberType(2), NumberType(4)}), 4);
  EXPECT_EQ(scale("abs", {NumberType(3)}), 3);
  EXPECT_EQ(scale("modulo", {NumberType(1), NumberType(2)}), 2);
  EXPECT_EQ(scale("floor", {NumberType(3)}), 0);
  EXPECT_EQ(scale("count", {ListOf(NumberType(3))}), 0);
  EXPECT_EQ(scale("mean", {ListOf(NumberType(3))}), -1);
}

// Building by doubling is stopped by the account of steps, not by the memory of the machine.
TEST(BuiltinsTest, TakesStepsForWhatItBuilds) {
  World world;
  size_t steps = 10;
  const CallContext context{world.model, world.dates, &steps};
  std::vector<Value> items;
  for (int i = 0; i < 100; ++i) items.push_back(Value::Boolean(i % 2 == 0));
  const Value list = Value::List(items);
  EXPECT_EQ(CallBuiltin(FindBuiltin("flatten"), {list}, context).ToText(), "error(too many steps)");
  EXPECT_EQ(steps, 0u);
  steps = 1000;
  const Value long_text = Value::String(std::string(2000, 'x'));
  const Value joined =
      CallBuiltin(FindBuiltin("string join"), {Value::List(std::vector<Value>(100, long_text))}, context);
  EXPECT_EQ(joined.ToText(), "error(too many steps)");
}

}  // namespace
}  // namespace zhida::feel

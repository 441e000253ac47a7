// What an interpreter remembers, traces and refuses to do without end.
#include <gtest/gtest.h>

#include <string>

#include "engine/base/limits.h"
#include "engine/feel/interpreter.h"
#include "tests/feel/world.h"

namespace zhida::feel {
namespace {

// x = 5; u, stale: unknown numbers; word = "ab".
World MakeWorld() {
  World world;
  const TypePtr number = MakeType(TypeKind::kNumber);
  world.Fact("x", number, Value::Number(5));
  world.Fact("u", number, Value::Unknown(Cause::kMissing));
  world.Fact("stale", number, Value::Unknown(Cause::kStale));
  world.Fact("word", MakeType(TypeKind::kString), Value::String("ab"));
  return world;
}

TEST(InterpreterLimitsTest, RemembersDefinitions) {
  World world = MakeWorld();
  world.Define("twice", "x + x");
  world.Define("more", "twice + twice");
  Interpreter interpreter = world.MakeInterpreter();
  const Expression expression = world.Parse("more + twice");
  world.reads = 0;
  EXPECT_EQ(interpreter.Evaluate(expression).ToText(), "30");
  EXPECT_EQ(world.reads, 2);
  EXPECT_EQ(interpreter.Evaluate(expression).ToText(), "30");
  EXPECT_EQ(interpreter.EvaluateDefinition(0).ToText(), "10");
  EXPECT_EQ(world.reads, 2);
}

TEST(InterpreterLimitsTest, TracesEverythingOnceInOrderOfReading) {
  World world = MakeWorld();
  Parameter award;
  award.id = "award";
  award.entries = {{"rate", "", MakeType(TypeKind::kNumber)}};
  award.versions = {{{std::nullopt, Day("2025-12-31")}, {Value::Number(1)}, ""},
                    {{Day("2026-01-01"), std::nullopt}, {Value::Number(2)}, ""}};
  world.model.parameters.push_back(award);
  world.Define("base", "x * award.rate");
  const Expression first = world.Parse("stale > 0 and base > u and base > 0");
  Interpreter interpreter = world.MakeInterpreter();
  // Remembered before the trace is set, and yet traced.
  EXPECT_EQ(interpreter.EvaluateDefinition(0).ToText(), "10");
  for (int round = 0; round < 2; ++round) {
    Trace trace;
    interpreter.set_trace(&trace);
    EXPECT_EQ(interpreter.Evaluate(first).ToText(), "unknown(stale)");
    ASSERT_EQ(trace.facts.size(), 3u);
    EXPECT_EQ(world.model.facts[static_cast<size_t>(trace.facts[0].fact)].id, "stale");
    EXPECT_EQ(world.model.facts[static_cast<size_t>(trace.facts[1].fact)].id, "x");
    EXPECT_EQ(trace.facts[1].value.ToText(), "5");
    EXPECT_EQ(world.model.facts[static_cast<size_t>(trace.facts[2].fact)].id, "u");
    ASSERT_EQ(trace.parameters.size(), 1u);
    EXPECT_EQ(trace.parameters[0].version, 1);
  }
  interpreter.set_trace(nullptr);
  EXPECT_EQ(interpreter.EvaluateDefinition(0).ToText(), "10");
}

TEST(InterpreterLimitsTest, TracesParametersThatAreNotInForce) {
  World world;
  Parameter award;
  award.id = "award";
  award.entries = {{"rate", "", MakeType(TypeKind::kNumber)}};
  award.versions = {{{std::nullopt, Day("2025-12-31")}, {Value::Number(1)}, ""}};
  world.model.parameters.push_back(award);
  Interpreter interpreter = world.MakeInterpreter();
  Trace trace;
  interpreter.set_trace(&trace);
  EXPECT_EQ(interpreter.Evaluate(world.Parse("award.rate")).ToText(), "unknown(vague_rule)");
  ASSERT_EQ(trace.parameters.size(), 1u);
  EXPECT_EQ(trace.parameters[0].version, -1);
}

TEST(InterpreterLimitsTest, StopsAfterTooManySteps) {
  World world = MakeWorld();
  world.Define("items", "for i in 1..90000 return i");
  // Ten passes of about 90,000 elements and three nodes each.
  std::string text = "0";
  for (int i = 0; i < 10; ++i) text += " + count(items[item + 1 > 2])";
  EXPECT_EQ(world.Text(text), "error(too many steps)");
  // Neither `or` nor `if` hides that.
  EXPECT_EQ(world.Text("(" + text + ") > 0 or true"), "error(too many steps)");
  EXPECT_EQ(world.Text("count(items[item + 1 > 2])"), "89999");
}

TEST(InterpreterLimitsTest, StepsDoNotDependOnWhatWasRemembered) {
  World world = MakeWorld();
  world.Define("items", "for i in 1..90000 return i");
  // Each definition alone is within the limit, all of them in one account would not be.
  std::string text = "0";
  for (int i = 0; i < 8; ++i) {
    const std::string id = "part" + std::to_string(i);
    world.Define(id, "count(items[item > " + std::to_string(i) + "])");
    text += " + " + id;
  }
  const Expression expression = world.Parse(text);
  Interpreter fresh = world.MakeInterpreter();
  EXPECT_EQ(fresh.Evaluate(expression).ToText(), "719972");
  EXPECT_EQ(fresh.Evaluate(expression).ToText(), "719972");
  Trace trace;
  fresh.set_trace(&trace);
  EXPECT_EQ(fresh.Evaluate(expression).ToText(), "719972");
}

TEST(InterpreterLimitsTest, StopsAfterTooManyIterations) {
  World world = MakeWorld();
  EXPECT_EQ(world.Text("count(for i in 1..100000 return 0)"), "100000");
  EXPECT_EQ(world.Text("count(for i in 1..100001 return 0)"), "error(too many iterations)");
  EXPECT_EQ(world.Text("count(for i in 1..1000000000000000000 return 0)"), "error(too many iterations)");
  EXPECT_EQ(world.Text("count(for i in 1..400, j in 1..400 return 0)"), "error(too many iterations)");
  world.Define("many", "for i in 1..400 return i");
  EXPECT_EQ(world.Text("every i in many, j in many satisfies true"), "error(too many iterations)");
  EXPECT_EQ(world.Text("some i in many, j in many satisfies i + j > 400"), "true")
      << "ends at the first that is true";
}

// Values that share their parts can stand for far more than the memory they take.
TEST(InterpreterLimitsTest, StopsBeforeDoubledValuesAreRead) {
  World world = MakeWorld();
  world.Define("list0", "[x, x]");
  world.Define("text0", "word + word");
  for (int i = 1; i < 40; ++i) {
    const std::string before = std::to_string(i - 1);
    world.Define("list" + std::to_string(i), "concatenate(list" + before + ", list" + before + ")");
    world.Define("text" + std::to_string(i), "text" + before + " + text" + before);
  }
  EXPECT_EQ(world.Text("count(list39)"), "error(too many steps)");
  EXPECT_EQ(world.Text("string length(text39)"), "error(too many steps)");
  EXPECT_EQ(world.Text("count(list10)"), "2048");
  EXPECT_EQ(world.Text("string length(text10)"), "4096");
}

TEST(InterpreterLimitsTest, StopsAtDefinitionsNestedTooDeeply) {
  World world = MakeWorld();
  world.Define("d0", "x + x");
  for (int i = 1; i < 200; ++i) {
    const std::string before = "d" + std::to_string(i - 1);
    world.Define("d" + std::to_string(i), before + " + 1 + " + before + " * 0");
  }
  Interpreter interpreter = world.MakeInterpreter();
  const auto value = [&](int definition) { return interpreter.EvaluateDefinition(definition).ToText(); };
  EXPECT_EQ(value(199), "error(definitions nested too deeply)");
  EXPECT_EQ(value(63), "73");
  // What is remembered counts as deep as it is.
  EXPECT_EQ(value(64), "error(definitions nested too deeply)");
  EXPECT_EQ(world.MakeInterpreter().EvaluateDefinition(63).ToText(), "73");
  EXPECT_EQ(world.MakeInterpreter().EvaluateDefinition(64).ToText(), "error(definitions nested too deeply)");
}

TEST(InterpreterLimitsTest, WalksLongSums) {
  World world = MakeWorld();
  std::string text = "0";
  for (int i = 0; i < 2000; ++i) text += " + x - 1";
  EXPECT_EQ(world.Text(text), "8000");
}

}  // namespace
}  // namespace zhida::feel

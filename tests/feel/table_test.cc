#include "engine/feel/table.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "tests/feel/given_rules.h"

namespace zhida::feel {
namespace {

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  for (std::string& word : SplitOn(text, ' ')) {
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

// "t:A m:B f:C" with the values `A B C` (best first) and a default.
std::string Combined(std::string_view hit, std::string_view rules, std::string_view values = "",
                     std::string_view fallback = "") {
  GivenRules source;
  for (const std::string& word : Words(rules)) {
    const std::vector<std::string> parts = SplitOn(word, ':');
    source.truths.push_back(ParseTruth(parts[0]));
    source.outputs.push_back(ParseOutput(parts[1]));
  }
  if (!fallback.empty()) source.fallback = ParseOutput(std::string(fallback));
  Table table;
  table.hit = HitPolicyFromName(hit).value();
  table.outputs.resize(1);
  for (const std::string& word : Words(values)) table.outputs[0].values.push_back(ParseOutput(word));
  return source.Combine(table).ToText();
}

struct TableCase {
  const char* hit;
  const char* rules;
  const char* values;
  const char* fallback;
  const char* result;
};

constexpr TableCase kCases[] = {
    // No rule true, none open.
    {"U", "f:A", "", "", "null"},
    {"A", "f:A", "", "", "null"},
    {"P", "f:A", "A B", "", "null"},
    {"F", "f:A", "", "", "null"},
    {"C+", "f:1", "", "", "null"},
    {"C<", "f:1", "", "", "null"},
    {"C>", "f:1", "", "", "null"},
    {"R", "f:A", "", "", "[]"},
    {"O", "f:A", "A", "", "[]"},
    {"C", "f:A", "", "", "[]"},
    {"C#", "f:A", "", "", "0"},
    {"U", "f:A", "", "D", "\"D\""},
    {"A", "f:A", "", "D", "\"D\""},
    {"P", "f:A", "A B", "D", "\"D\""},
    {"F", "f:A", "", "D", "\"D\""},
    {"C+", "f:1", "", "5", "5"},
    {"C<", "f:1", "", "5", "5"},
    {"C>", "f:1", "", "5", "5"},
    {"C#", "f:1", "", "5", "5"},
    {"R", "f:A", "", "D", "\"D\""},
    {"O", "f:A", "A", "D", "\"D\""},
    {"C", "f:A", "", "D", "\"D\""},
    {"F", "f:A", "", "us", "unknown(stale)"},
    {"R", "f:A", "", "us", "unknown(stale)"},
    {"U", "f:A", "", "E", "error(output)"},
    {"U", "", "", "", "null"},
    // No rule true, one or more open: never the default.
    {"U", "m:A", "", "A", "unknown(missing)"},
    {"A", "m:A", "", "A", "unknown(missing)"},
    {"P", "m:A", "A B", "A", "unknown(missing)"},
    {"F", "m:A s:B", "", "A", "unknown(stale)"},
    {"R", "m:A", "", "A", "unknown(missing)"},
    {"O", "m:A", "A", "", "unknown(missing)"},
    {"C", "m:A s:A", "", "", "unknown(stale)"},
    {"C+", "m:0", "", "", "unknown(missing)"},
    {"C<", "m:1", "", "1", "unknown(missing)"},
    {"C>", "s:1 m:2", "", "1", "unknown(stale)"},
    {"C#", "m:A", "", "", "unknown(missing)"},
    // An error among the rules, and where it does not count.
    {"U", "t:A E:B", "", "", "error(cell)"},
    {"A", "E:A t:A", "", "", "error(cell)"},
    {"P", "t:A E:B", "A B", "", "error(cell)"},
    {"R", "t:A E:B", "", "", "error(cell)"},
    {"O", "t:A E:B", "A B", "", "error(cell)"},
    {"C", "m:A E:B", "", "", "error(cell)"},
    {"C+", "t:1 E:2", "", "", "error(cell)"},
    {"C<", "t:1 E:2", "", "", "error(cell)"},
    {"C>", "t:1 E:2", "", "", "error(cell)"},
    {"C#", "f:1 E:2", "", "", "error(cell)"},
    {"F", "f:A E:B t:C", "", "", "error(cell)"},
    {"F", "t:A E:B", "", "", "\"A\""},
    {"F", "m:A E:B t:A", "", "", "error(cell)"},
    // FIRST.
    {"F", "f:A t:B t:C", "", "", "\"B\""},
    {"F", "t:A m:B", "", "", "\"A\""},
    {"F", "m:A t:A", "", "", "\"A\""},
    {"F", "m:A t:B", "", "", "unknown(missing)"},
    {"F", "m:A s:A t:A", "", "", "\"A\""},
    {"F", "s:A m:B t:A", "", "", "unknown(missing)"},
    {"F", "m:us t:A", "", "", "unknown(missing)"},
    {"F", "m:E t:A", "", "", "unknown(missing)"},
    {"F", "t:us", "", "", "unknown(stale)"},
    {"F", "m:A t:us", "", "", "unknown(missing)"},
    {"F", "m:A t:E", "", "", "unknown(missing)"},
    {"F", "t:E", "", "", "error(output)"},
    {"F", "m:E t:E", "", "", "error(output)"},
    {"F", "s:E m:A t:E", "", "", "unknown(missing)"},
    {"F", "m:null t:null", "", "", "null"},
    // UNIQUE.
    {"U", "f:A t:B", "", "", "\"B\""},
    {"U", "t:A t:A", "", "", "error(two rules of a unique table are true)"},
    {"U", "t:A t:A m:B", "", "", "error(two rules of a unique table are true)"},
    {"U", "t:A m:A", "", "", "unknown(missing)"},
    {"U", "m:A t:A s:A", "", "", "unknown(stale)"},
    {"U", "t:um", "", "", "unknown(missing)"},
    {"U", "t:E", "", "", "error(output)"},
    {"U", "t:E m:A", "", "", "error(output)"},
    {"U", "t:us m:A", "", "", "unknown(missing)"},
    // ANY.
    {"A", "t:A f:B t:A", "", "", "\"A\""},
    {"A", "t:A t:B", "", "", "error(true rules of an any table have different outputs)"},
    {"A", "t:1 t:1.0", "", "", "1"},
    {"A", "t:A m:A", "", "", "\"A\""},
    {"A", "t:A m:B", "", "", "unknown(missing)"},
    {"A", "t:A s:A m:B", "", "", "unknown(missing)"},
    {"A", "t:A t:B m:C", "", "", "error(true rules of an any table have different outputs)"},
    {"A", "t:A t:us", "", "", "unknown(stale)"},
    {"A", "t:us t:A t:B", "", "", "error(true rules of an any table have different outputs)"},
    {"A", "t:us t:E", "", "", "error(output)"},
    {"A", "t:A m:um", "", "", "unknown(missing)"},
    {"A", "t:us m:A", "", "", "unknown(missing)"},
    {"A", "t:null t:null", "", "", "null"},
    // PRIORITY.
    {"P", "t:B t:A t:C", "A B C", "", "\"A\""},
    {"P", "t:B m:A", "A B C", "", "unknown(missing)"},
    {"P", "t:B m:C", "A B C", "", "\"B\""},
    {"P", "t:B m:B", "A B C", "", "\"B\""},
    {"P", "t:B s:A m:C", "A B C", "", "unknown(stale)"},
    {"P", "t:B t:X", "A B C", "", "error(an output of the table is not among its values)"},
    {"P", "t:B m:X", "A B C", "", "unknown(missing)"},
    {"P", "t:A m:us", "A B C", "", "unknown(missing)"},
    {"P", "t:A t:us", "A B C", "", "unknown(stale)"},
    {"P", "t:us m:C", "A B C", "", "unknown(missing)"},
    {"P", "t:A t:E", "A B C", "", "error(output)"},
    {"P", "t:2 t:10", "10 2", "", "10"},
    // Lists.
    {"R", "t:B f:X t:A t:B", "", "", "[\"B\", \"A\", \"B\"]"},
    {"C", "t:B t:A", "", "", "[\"B\", \"A\"]"},
    {"O", "t:C t:A t:B t:A", "A B C", "", "[\"A\", \"A\", \"B\", \"C\"]"},
    {"R", "t:B m:A", "", "", "unknown(missing)"},
    {"C", "t:B m:A s:A", "", "", "unknown(stale)"},
    {"O", "t:B m:A", "A B", "", "unknown(missing)"},
    {"R", "t:A t:us", "", "", "unknown(stale)"},
    {"R", "t:us t:E", "", "", "error(output)"},
    {"R", "t:E m:A", "", "", "error(output)"},
    {"C", "t:us m:A", "", "", "unknown(missing)"},
    {"O", "t:X m:A", "A B", "", "error(an output of the table is not among its values)"},
    {"O", "t:A t:X", "A B", "", "error(an output of the table is not among its values)"},
    {"O", "t:A t:us", "A B", "", "unknown(stale)"},
    {"C", "t:null t:A", "", "", "[null, \"A\"]"},
    // Aggregates.
    {"C+", "t:1 f:9 t:2.5", "", "", "3.5"},
    {"C+", "t:1 m:0", "", "", "unknown(missing)"},
    {"C+", "t:1 t:us", "", "", "unknown(stale)"},
    {"C+", "t:us t:E", "", "", "error(output)"},
    {"C+", "t:E m:1", "", "", "error(output)"},
    {"C+", "t:1 s:0 m:2", "", "", "unknown(missing)"},
    {"C+", "t:1 t:null", "", "", "error(the outputs of a C+ table must be numbers)"},
    {"C<", "t:3 t:1 t:2", "", "", "1"},
    {"C<", "t:3 m:1", "", "", "unknown(missing)"},
    {"C<", "t:3 m:3", "", "", "3"},
    {"C<", "t:3 m:4", "", "", "3"},
    {"C<", "t:3 m:us", "", "", "unknown(missing)"},
    {"C<", "t:3 m:E", "", "", "unknown(missing)"},
    {"C<", "t:3 t:us", "", "", "unknown(stale)"},
    {"C<", "t:3 t:E", "", "", "error(output)"},
    {"C<", "t:null", "", "", "error(null has no order; test it with != null first)"},
    {"C>", "t:3 t:1 t:2", "", "", "3"},
    {"C>", "t:3 m:4 s:9", "", "", "unknown(stale)"},
    {"C>", "t:3 m:1", "", "", "3"},
    {"C>", "t:A t:B", "", "", "\"B\""},
    {"C#", "t:A f:A t:A", "", "", "2"},
    {"C#", "t:A m:A", "", "", "unknown(missing)"},
    {"C#", "t:us t:E", "", "", "2"},
};

TEST(TableTest, CombinesRules) {
  for (const TableCase& one : kCases) {
    EXPECT_EQ(Combined(one.hit, one.rules, one.values, one.fallback), one.result)
        << one.hit << " " << one.rules << " default " << one.fallback;
  }
}

TEST(TableTest, KnowsHitPoliciesByBothNames) {
  for (const char* letter : {"U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"}) {
    ASSERT_TRUE(HitPolicyFromName(letter).has_value()) << letter;
    EXPECT_EQ(HitPolicyName(*HitPolicyFromName(letter)), letter);
  }
  EXPECT_EQ(HitPolicyFromName("RULE ORDER"), HitPolicy::kRuleOrder);
  EXPECT_EQ(HitPolicyFromName("unique"), HitPolicy::kUnique);
  EXPECT_EQ(HitPolicyFromName("X"), std::nullopt);
}

// Several outputs: a structure, equal when all are, ordered by the first that differs.

Value Row(const std::string& grade, const std::string& amount) {
  static const auto names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"grade", "amount"});
  return Value::OfStruct({names, {ParseOutput(grade), ParseOutput(amount)}});
}

std::string CombinedRows(HitPolicy hit, const std::vector<std::pair<std::string, Value>>& rules,
                         bool second_has_values = true) {
  GivenRules source;
  for (const auto& [truth, output] : rules) {
    source.truths.push_back(ParseTruth(truth));
    source.outputs.push_back(output);
  }
  Table table;
  table.hit = hit;
  table.outputs.resize(2);
  for (const char* grade : {"A", "B"}) table.outputs[0].values.push_back(Value::String(grade));
  if (second_has_values) {
    for (const int amount : {30, 20, 10}) table.outputs[1].values.push_back(Value::Number(amount));
  }
  return source.Combine(table).ToText();
}

TEST(TableTest, CombinesSeveralOutputs) {
  const std::string a10 = "{grade: \"A\", amount: 10}";
  const std::string a20 = "{grade: \"A\", amount: 20}";
  const std::string b30 = "{grade: \"B\", amount: 30}";
  EXPECT_EQ(CombinedRows(HitPolicy::kFirst, {{"f", Row("A", "10")}, {"t", Row("B", "30")}}), b30);
  EXPECT_EQ(CombinedRows(HitPolicy::kFirst, {{"m", Row("A", "10")}, {"t", Row("A", "10")}}), a10);
  EXPECT_EQ(CombinedRows(HitPolicy::kFirst, {{"m", Row("A", "20")}, {"t", Row("A", "10")}}),
            "unknown(missing)");
  EXPECT_EQ(CombinedRows(HitPolicy::kAny, {{"t", Row("A", "10")}, {"t", Row("A", "20")}}),
            "error(true rules of an any table have different outputs)");
  EXPECT_EQ(CombinedRows(HitPolicy::kPriority, {{"t", Row("B", "30")}, {"t", Row("A", "10")}}), a10);
  EXPECT_EQ(CombinedRows(HitPolicy::kPriority, {{"t", Row("A", "10")}, {"t", Row("A", "20")}}), a20);
  EXPECT_EQ(CombinedRows(HitPolicy::kPriority, {{"t", Row("A", "10")}, {"m", Row("A", "20")}}),
            "unknown(missing)");
  EXPECT_EQ(CombinedRows(HitPolicy::kPriority, {{"t", Row("A", "10")}, {"m", Row("B", "30")}}), a10);
  EXPECT_EQ(CombinedRows(HitPolicy::kOutputOrder,
                         {{"t", Row("B", "30")}, {"t", Row("A", "10")}, {"t", Row("A", "20")}}),
            "[" + a20 + ", " + a10 + ", " + b30 + "]");
  EXPECT_EQ(CombinedRows(HitPolicy::kPriority, {{"t", Row("A", "15")}}),
            "error(an output of the table is not among its values)");
  EXPECT_EQ(CombinedRows(HitPolicy::kCollectCount, {{"t", Row("A", "10")}, {"t", Row("A", "10")}}), "2");
  EXPECT_EQ(CombinedRows(HitPolicy::kCollectSum, {{"t", Row("A", "10")}}),
            "error(the outputs of a C+ table must be numbers)");
}

// An output without declared values does not order; of equal ranks the first rule stands, so an open one
// before it may still change the result.
TEST(TableTest, BreaksTiesByRuleOrder) {
  EXPECT_EQ(CombinedRows(HitPolicy::kPriority, {{"t", Row("A", "7")}, {"t", Row("A", "9")}}, false),
            "{grade: \"A\", amount: 7}");
  EXPECT_EQ(CombinedRows(HitPolicy::kPriority, {{"m", Row("A", "7")}, {"t", Row("A", "9")}}, false),
            "unknown(missing)");
  EXPECT_EQ(CombinedRows(HitPolicy::kPriority, {{"m", Row("A", "9")}, {"t", Row("A", "9")}}, false),
            "{grade: \"A\", amount: 9}");
  EXPECT_EQ(CombinedRows(HitPolicy::kPriority, {{"t", Row("A", "7")}, {"m", Row("A", "9")}}, false),
            "{grade: \"A\", amount: 7}");
}

// Outputs that hold an unknown part are equal to nothing for certain.
TEST(TableTest, ComparesOutputsThatAreKnownInPart) {
  const Value half = Value::List({Value::Number(1), Value::Unknown(Cause::kStale)});
  const Value whole = Value::List({Value::Number(1), Value::Number(2)});
  const Value other = Value::List({Value::Number(9), Value::Number(2)});
  const auto any = [](std::vector<Value> outputs) {
    GivenRules source;
    source.truths.assign(outputs.size(), Verdict::Of(true));
    source.outputs = std::move(outputs);
    Table table;
    table.hit = HitPolicy::kAny;
    table.outputs.resize(1);
    return source.Combine(table).ToText();
  };
  EXPECT_EQ(any({whole, whole}), "[1, 2]");
  EXPECT_EQ(any({half, whole}), "unknown(stale)");
  EXPECT_EQ(any({half, other}), "error(true rules of an any table have different outputs)");
  const Value third = Value::List({Value::Number(1), Value::Number(3)});
  EXPECT_EQ(any({half, whole, third}), "error(true rules of an any table have different outputs)");
}

TEST(TableTest, AsksOnlyForWhatMatters) {
  GivenRules source;
  source.truths = {Verdict::Of(false), Verdict::Of(true), Verdict::Error("never"), Verdict::Of(true)};
  source.outputs = {Value::Error("never"), Value::Number(1), Value::Error("never"), Value::Number(2)};
  Table table;
  table.hit = HitPolicy::kFirst;
  table.outputs.resize(1);
  EXPECT_EQ(source.Combine(table).ToText(), "1");
  EXPECT_EQ(source.asked_truths, (std::vector<int>{1, 1, 0, 0}));
  EXPECT_EQ(source.asked_outputs, (std::vector<int>{0, 1, 0, 0}));
  source.truths[2] = Verdict::Of(true);
  source.outputs[2] = Value::Number(3);
  table.hit = HitPolicy::kCollectMax;
  EXPECT_EQ(source.Combine(table).ToText(), "3");
  EXPECT_EQ(source.asked_outputs, (std::vector<int>{0, 1, 1, 1}));
  table.hit = HitPolicy::kCollectCount;
  EXPECT_EQ(source.Combine(table).ToText(), "3");
  EXPECT_EQ(source.asked_outputs, (std::vector<int>{0, 0, 0, 0}));
}

}  // namespace
}  // namespace zhida::feel

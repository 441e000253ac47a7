// Patterns asked of one fact: decided together, or one by one where they are over their memory, alike.

#include "engine/plan/text_tests.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/base/json_writer.h"
#include "engine/pack/pack.h"

namespace zhida::plan {
namespace {

// A pack that asks ten patterns of a name, one of them with flags and one in the negative, and its length.
PlanPtr PlanOfPatterns() {
  std::string clauses;
  for (int i = 0; i < 8; ++i) {
    clauses += R"({"id":"c)" + std::to_string(i) + R"(","article":"1","when":)" +
               JsonQuote("matches(名称, \"N.*" + std::to_string(i) + "$\")") + "},";
  }
  clauses += R"({"id":"flags","article":"1","when":)" + JsonQuote("matches(名称, \"^n 1\", \"ix\")") + "},";
  clauses += R"({"id":"no","article":"1","when":)" + JsonQuote("not(matches(名称, \"[0-4]\"))") + "},";
  clauses += R"({"id":"length","article":"1","when":)" + JsonQuote("string length(名称) > 3") + "}";
  Diagnostics diagnostics;
  const auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json", R"({"kind":"firm","key":"id","facts":[{"id":"id","type":"string"},
          {"id":"name","name":"名称","type":"string"}]})"},
       {"policies/p.json", R"([{"id":"p","title":"p","clauses":[)" + clauses + "]}]"}},
      &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return Compile(pack, *Date::Parse("2026-06-30"));
}

ColumnId TextColumn(const Plan& plan) {
  for (size_t i = 0; i < plan.graph.columns.size(); ++i) {
    if (plan.graph.columns[i].kind == Column::Kind::kText) return static_cast<ColumnId>(i);
  }
  ADD_FAILURE() << "no column of texts";
  return 0;
}

TEST(TextTests, PatternsOverTheirMemoryAreAskedOneByOne) {
  const PlanPtr plan = PlanOfPatterns();
  const ColumnId column = TextColumn(*plan);
  ASSERT_EQ(plan->graph.columns[static_cast<size_t>(column)].text_tests.size(), 11);
  TextTests together(*plan);
  TextTests alone(*plan, 1);
  TextTests::Local local_together = together.MakeLocal();
  TextTests::Local local_alone = alone.MakeLocal();
  int64_t truths = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string text = (i % 3 == 0 ? "N" : "泉") + std::to_string(i * 7919);
    const TextAnswers& answers = together.Find(column, text, &local_together);
    EXPECT_EQ(answers.truths, alone.Find(column, text, &local_alone).truths) << text;
    for (const Truth truth : answers.truths) truths += truth == Truth::kTrue ? 1 : 0;
  }
  EXPECT_GT(truths, 500);
  EXPECT_EQ(together.patterns_given_up(), 0);
  EXPECT_EQ(alone.patterns_given_up(), 500);
  // The empty text and null are no special cases.
  EXPECT_EQ(together.Find(column, "", &local_together).truths, alone.Find(column, "", &local_alone).truths);
  EXPECT_EQ(together.OfNull(column).truths, alone.OfNull(column).truths);
}

}  // namespace
}  // namespace zhida::plan

// Lowering as text: each row of lowering.txt is a condition and the node it becomes, over one small schema.
// To see what a change does to all of them: ZHIDA_SHOW_PLAN=1 build/release/bin/zhida_test_plan.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "engine/base/json_writer.h"
#include "engine/base/text.h"
#include "engine/pack/pack.h"
#include "engine/plan/plan.h"

namespace zhida::plan {
namespace {

const char* const kSchema = R"json({"kind":"firm","key":"id","facts":[{"id":"id","type":"string"},
{"id":"n","name":"人数","type":"integer"},{"id":"m","type":"money"},{"id":"r","type":"ratio"},{"id":"nn","type":"integer","nullable":true},
{"id":"b","type":"boolean"},{"id":"t","type":"date"},{"id":"e","type":"date"},{"id":"c","type":"code(grade)"},{"id":"p","type":"code(place)"},
{"id":"s","type":"string"},{"id":"l","type":"list of integer"},{"id":"y","name":"研发费用","type":"series(year) of money"},{"id":"q","type":"series(quarter) of integer"},
{"id":"h","name":"人员","type":"list of struct","members":[{"id":"k","name":"类别","type":"code(grade)"},{"id":"n","type":"integer"},
{"id":"d","type":"date"}]},{"id":"z","type":"struct","members":[{"id":"n","type":"integer"},{"id":"g","type":"code(grade)"}]}]})json";
const char* const kLists = R"json({"lists":[{"id":"grade","codes":{"A":"a","B":"b","D":"d"}},
{"id":"place","tree":"prefix","codes":{"35":"fj","3505":"qz"}}],
"zones":[{"id":"park","of":"place","members":[{"code":"3505","from":"2024-01-01"}]}]})json";
const char* const kParams =
    R"json([{"id":"bar","entries":{"x":"x"},"versions":[{"from":"2024-01-01","to":"2024-12-31","values":{"x":10}},
{"from":"2025-01-01","values":{"x":20}}]}])json";
const char* const kTable =
    R"json({"id":"size","name":"规模","hit":"F","inputs":[{"label":"n","is":"n"}],"outputs":[{"id":"o"}],
"default":"\"micro\"","rules":[{"when":[">= 300"],"then":["\"large\""]},{"when":[">= 20"],"then":["\"small\""]}]})json";
const char* const kDefinitions =
    R"json([{"id":"inc","name":"增量","is":"at(研发费用, Y - 1) - at(研发费用, Y - 2)"},
{"id":"clean","is":"not(b) and c != \"D\""},{"id":"intensity","is":"m / n"},
{"id":"vague","term":"undefined","why":"nobody says","type":"boolean"}])json";

// The node of a policy's only clause; with `event`, under an event date.
std::string NodeOf(const std::string& condition, bool event) {
  Diagnostics diagnostics;
  const std::string policy =
      std::string("[{\"id\":\"p\",\"title\":\"p\",") + (event ? "\"event\":\"e\"," : "") +
      "\"clauses\":[{\"id\":\"k\",\"article\":\"1\",\"when\":" + JsonQuote(condition) + "}]}]";
  const auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json", kSchema},
       {"lists/index.json", kLists},
       {"params/p.json", kParams},
       {"tables/t.json", kTable},
       {"definitions/d.json", kDefinitions},
       {"policies/p.json", policy}},
      &diagnostics);
  if (!pack) return diagnostics.Text();
  const PlanPtr plan = Compile(pack, *Date::Parse("2025-06-30"));
  // The clause's node with its parts written out, so that a row reads by itself.
  const auto text = [&](auto&& self, NodeId id) -> std::string {
    const Node& node = plan->graph.nodes[static_cast<size_t>(id)];
    if (node.parts.empty()) return plan->graph.NodeText(id, pack->model);
    const char* names[] = {"constant", "test", "and",   "or",    "not",           "if",
                           "later",    "some", "every", "holds", "of the subject"};
    std::string out = std::string("(") + names[static_cast<size_t>(node.kind)];
    if (node.over >= 0) out += " of " + plan->graph.SourceText(node.over, pack->model);
    for (NodeId part : node.parts) out += " {" + self(self, part) + "}";
    return out + ")";
  };
  return text(text, plan->policies[0].clauses[0].node);
}

TEST(Lowering, Table) {
  std::ifstream file(ZHIDA_SOURCE_DIR "/tests/plan/lowering.txt");
  ASSERT_TRUE(file);
  const bool show = std::getenv("ZHIDA_SHOW_PLAN") != nullptr;
  std::string line;
  int rows = 0;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    const size_t bar = line.find(" | ");
    std::string condition = line.substr(0, bar);
    const std::string expected = bar == std::string::npos ? "" : line.substr(bar + 3);
    const bool event = condition.rfind("event: ", 0) == 0;
    if (event) condition = condition.substr(7);
    const std::string got = NodeOf(condition, event);
    ++rows;
    if (show) {
      std::printf("%s%s | %s\n", event ? "event: " : "", condition.c_str(), got.c_str());
    } else {
      EXPECT_EQ(got, expected) << condition;
    }
  }
  EXPECT_GE(rows, 40);
}

TEST(Lowering, EqualQuestionsShareOneNodeAcrossPolicies) {
  Diagnostics diagnostics;
  std::string policies = "[";
  for (int i = 0; i < 50; ++i) {
    policies +=
        std::string(i == 0 ? "" : ",") + "{\"id\":\"p" + std::to_string(i) +
        R"json(","title":"p","clauses":[{"id":"k","article":"1","when":"人数 >= 20"},{"id":"j","article":"2","when":"20 <= n and not(b)"}]})json";
  }
  const auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json", kSchema},
       {"lists/index.json", kLists},
       {"policies/p.json", policies + "]"}},
      &diagnostics);
  ASSERT_TRUE(pack) << diagnostics.Text();
  const PlanPtr plan = Compile(pack, *Date::Parse("2025-06-30"));
  // n >= 20; b; not b; the two together.
  EXPECT_EQ(plan->graph.nodes.size(), 4u) << plan->Dump();
  EXPECT_EQ(plan->graph.columns.size(), 2u);
}

}  // namespace
}  // namespace zhida::plan

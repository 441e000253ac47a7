// A small pack around the policies of a test: one fact of each kind that an analysis treats in its own way.
#ifndef ZHIDA_TESTS_ANALYZE_MINI_PACK_H_
#define ZHIDA_TESTS_ANALYZE_MINI_PACK_H_

#include <gtest/gtest.h>

#include <string>

#include "engine/pack/pack.h"
#include "engine/plan/plan.h"

namespace zhida::analyze {

inline pack::PackPtr MiniPack(const std::string& policies) {
  Diagnostics diagnostics;
  auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json", R"json({"kind":"firm","key":"id","facts":[{"id":"id","type":"string"},
{"id":"n","type":"integer"},{"id":"m","type":"integer"},{"id":"b","type":"boolean"},{"id":"b2","type":"boolean"},
{"id":"nn","type":"integer","nullable":true},{"id":"d","type":"date"},{"id":"c","type":"code(grade)"},{"id":"s","type":"string"},
{"id":"y","type":"series(year) of money"},{"id":"h","type":"list of struct","members":[{"id":"k","type":"code(grade)"},
{"id":"n","type":"integer"}]}]})json"},
       {"lists/index.json", R"json({"lists":[{"id":"grade","codes":{"A":"a","B":"b","D":"d"}}]})json"},
       {"tables/t.json",
        R"json({"id":"size","hit":"F","inputs":[{"label":"n","is":"n"}],"outputs":[{"id":"o"}],
"default":"\"micro\"","rules":[{"when":[">= 300"],"then":["\"large\""]},{"when":[">= 20"],"then":["\"small\""]}]})json"},
       {"definitions/d.json",
        R"json([{"id":"vague","term":"undefined","why":"nobody says","type":"boolean"},
{"id":"award","term":"undefined","why":"not yet","type":"money"},{"id":"named","is":"award","type":"money"},
{"id":"much","is":"m >= past.line","type":"boolean"}])json"},
       {"params/p.json",
        R"json([{"id":"past","entries":{"line":"line"},"versions":[
{"from":"2023-01-01","to":"2023-12-31","values":{"line":5}},{"from":"2024-01-01","to":"2024-12-31","values":{"line":6}}]}])json"},
       {"settlement.json",
        R"json({"groups":[{"id":"g"},{"id":"tax","limit":"1000元"}],
"pools":[{"id":"empty","control":"ranked","order_by":["n"],"budgets":[{"year":2024,"total":"1万元"}]},
{"id":"full","control":"ranked","order_by":["n"],"budgets":[{"year":2025,"total":"1万元"}]}]})json"},
       {"policies/p.json", policies}},
      &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return pack;
}

inline plan::PlanPtr MiniPlan(const std::string& policies) {
  return plan::Compile(MiniPack(policies), *Date::Parse("2025-06-30"));
}

}  // namespace zhida::analyze

#endif  // ZHIDA_TESTS_ANALYZE_MINI_PACK_H_

// Limits of packs, warnings that do not stop them, and large ones.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <iostream>
#include <string>

#include "engine/base/limits.h"
#include "engine/pack/closure.h"
#include "tests/pack/loader_fixture.h"

namespace zhida::pack {
namespace {

namespace fs = std::filesystem;

TEST(LoaderTest, BoundsAreNamed) {
  Files files = With("");
  for (size_t i = 0; i <= limits::kFactsMax; ++i)
    files["schema.yaml"] += "  - {id: f" + std::to_string(i) + ", type: date}\n";
  EXPECT_NE(Said(files).find("there are more facts than kFactsMax = 4096"), std::string::npos);

  files = With("");
  std::string& policy = files["policies/a.yaml"];
  policy = "id: a\nclauses:\n";
  for (size_t i = 0; i <= limits::kConditionsMax; ++i)
    policy += "  - {id: c" + std::to_string(i) + ", when: 'true', article: 一}\n";
  EXPECT_EQ(Said(files),
            "ZD2016 policies/a.yaml:3:3: policy a has 1025 clauses, more than kConditionsMax = 1024; use a "
            "decision table, "
            "or split the policy\n");

  files = With("");
  files["tables/a.yaml"] =
      "{id: t, inputs: [{label: n, is: 'count(hires)'}], outputs: [{id: x}], rules: a.csv}";
  std::string& csv = files["tables/a.csv"];
  csv = "n,x\n";
  for (size_t i = 0; i <= limits::kTableRulesMax; ++i) csv += "1,1\n";
  EXPECT_EQ(
      Said(files),
      "ZD2016 tables/a.yaml:1:78: the table has 65537 rules, more than kTableRulesMax = 65536; split it\n");

  files = FilesOf("");
  for (size_t i = 0; i <= kClosurePacksMax; ++i) {
    const std::string id = "p" + std::to_string(i);
    files[id + "/pack.yaml"] =
        "id: " + id + "\nversion: 1.0.0\nkind: firm\nuses: [{pack: x" + std::to_string(i) + "}]\n";
  }
  EXPECT_NE(Said(files).find("ZD2016"), std::string::npos);
}

TEST(LoaderTest, WarningsStayWithThePack) {
  const PackPtr pack = Load(With("== policies/a.yaml\n{id: a, clauses: []}"));
  ASSERT_NE(pack, nullptr);
  ASSERT_EQ(pack->warnings.size(), 1u);
  EXPECT_EQ(pack->warnings[0].code, "ZD2601");
}

TEST(LoaderTest, LoadsTheRulesOfThisProject) {
  for (const char* folder : {"/rules/national", "/rules/quanzhou"}) {
    if (!fs::exists(std::string(ZHIDA_SOURCE_DIR) + folder))
      GTEST_SKIP() << "there are no rules in this tree";
    Diagnostics diagnostics;
    const PackPtr pack = LoadPack({std::string(ZHIDA_SOURCE_DIR) + folder}, {}, &diagnostics);
    EXPECT_NE(pack, nullptr) << diagnostics.Text();
  }
}

TEST(LoaderTest, LoadsThousandsOfPoliciesAtOnce) {
  Files files = With(R"(
== params/a.yaml
- {id: award, name: 奖补, entries: {rate: 比例, cap: 上限}, versions: [{from: 2025-01-01, to: 2028-12-31, values: {rate: 6%, cap: 600万元}}]}
== definitions/a.yaml
- {id: increase, name: 增量, is: 'at(营业收入, Y - 1) - at(营业收入, Y - 2)'}
)");
  constexpr int kPolicies = 5'000;
  size_t bytes = 0;
  for (int i = 0; i < kPolicies; ++i) {
    const std::string n = std::to_string(i);
    std::string& policy = files["policies/p" + n + ".yaml"];
    policy = "id: p-" + n + "\ntitle: 研发投入增量奖补" + n +
             "\ndepartment: 科技厅\nbasis: {document: 闽政办, issued: 2025-09-25, status: sample}\n"
             "valid: {from: 2025-01-01, to: 2028-12-31}\nmode: automatic\nclauses:\n"
             "  - {id: place, scope: true, when: 'under(登记地, \"3505\")', article: 第二条}\n"
             "  - {id: growth, when: '增量 >= " +
             n +
             "', article: 第五条, cure: 增加研发投入}\n"
             "  - {id: size, article: 第四条, none: [{id: small, when: '从业人数 != null and 从业人数 < " +
             n +
             "'}]}\n"
             "amount: '增量 * 奖补.比例'\ncap: 奖补.上限\nround: {to: 元}\n";
    bytes += policy.size();
  }
  const auto begin = std::chrono::steady_clock::now();
  const PackPtr pack = Load(files);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  ASSERT_NE(pack, nullptr);
  EXPECT_EQ(pack->policies.size(), static_cast<size_t>(kPolicies));
  std::cout << "[          ] loaded " << kPolicies << " policies, " << bytes << " bytes, in " << took.count()
            << " s\n";
}

}  // namespace
}  // namespace zhida::pack

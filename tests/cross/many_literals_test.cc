// More literals than 16 bits can name: the rule index keeps those beyond with the rule instead of its filter.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/facts/ndjson.h"
#include "engine/plan/plan.h"
#include "engine/point/point.h"
#include "tests/cross/random.h"

namespace zhida::cross {
namespace {

// Four literals each, none of which two policies share.
constexpr int kPolicies = 20'000;

pack::PackPtr MakePack() {
  std::string policies;
  for (int i = 0; i < kPolicies; ++i) {
    const std::string bar = std::to_string(i);
    const auto clause = [](const char* id, const std::string& when) {
      return std::string(R"({"id":")") + id + R"(","article":"1","when":")" + when + "\"}";
    };
    policies += (policies.empty() ? "" : ",") + std::string(R"({"id":"p)") + bar +
                R"(","title":"t","clauses":[)" + clause("a", "a >= " + bar) + "," +
                clause("b", "b >= " + bar) + "," + clause("c", "c <= " + bar) + "," +
                clause("d", "d <= " + bar) + "]}";
  }
  Diagnostics diagnostics;
  auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json",
        R"({"kind":"firm","key":"id","facts":[{"id":"id","type":"string"},{"id":"a","type":"integer"},
            {"id":"b","type":"integer"},{"id":"c","type":"integer"},{"id":"d","type":"integer"}]})"},
       {"policies/all.json", "[" + policies + "]"}},
      &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return pack;
}

Truth Told(const std::optional<int64_t>& value, bool holds) {
  if (!value) return Truth::kUnknown;
  return holds ? Truth::kTrue : Truth::kFalse;
}

TEST(ManyLiterals, PointDecidesAsArithmeticDoes) {
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20261129;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  const pack::PackPtr pack = MakePack();
  facts::DateRules rules;
  rules.as_of = *Date::Parse("2026-06-30");
  const point::PointEngine engine(plan::Compile(pack, rules.as_of));
  point::PointEngine::Worker worker(engine);
  for (int row = 0; row < 400; ++row) {
    // Low bars to reach and high ones to stay under, so that some policies are left.
    const int64_t middle = random.Below(kPolicies);
    std::optional<int64_t> values[4];
    std::string text = R"({"id":"f")";
    for (int fact = 0; fact < 4; ++fact) {
      if (random.Below(12) == 0) continue;
      values[fact] = middle + (fact < 2 ? 1 : -1) * random.Below(200) - 5;
      text += std::string(",\"") + "abcd"[fact] + "\":" + std::to_string(*values[fact]);
    }
    text += "}\n";
    const size_t size = text.size();
    text.append(64, ' ');
    std::vector<facts::Reject> rejects;
    facts::ReadCounts counts;
    facts::FactBlock block(pack->schema);
    facts::NdjsonReader(*pack, rules).Read({text.data(), size}, 1, 0, &block, &rejects, &counts);
    block.Finish();
    ASSERT_TRUE(rejects.empty()) << rejects[0].reason;
    for (const point::Want want : {point::Want::kEligible, point::Want::kOpen}) {
      std::vector<point::Match> found;
      worker.Find(block, 0, want, &found);
      auto next = found.begin();
      for (int i = 0; i < kPolicies; ++i) {
        const auto& [a, b, c, d] = values;
        const Truth truth = And(And(Told(a, a >= i), Told(b, b >= i)), And(Told(c, c <= i), Told(d, d <= i)));
        if (truth == Truth::kFalse || (want == point::Want::kEligible && truth == Truth::kUnknown)) continue;
        ASSERT_TRUE(next != found.end() && next->policy == i) << "policy " << i << " of " << text;
        ASSERT_EQ(next->judgement.outcome,
                  truth == Truth::kTrue ? pack::Outcome::kEligible : pack::Outcome::kUndetermined);
        ++next;
      }
      ASSERT_TRUE(next == found.end()) << "policy " << next->policy << " of " << text;
    }
  }
}

}  // namespace
}  // namespace zhida::cross

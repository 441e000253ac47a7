// Quotients and arithmetic at their bars: values that meet a bar exactly, or miss it by the least there is,
// are decided on planes as the interpreter decides them with decimals. ZHIDA_TEST_SIZE=full: ten million
// pairs.

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "engine/batch/batch.h"
#include "engine/facts/ndjson.h"
#include "engine/plan/plan.h"
#include "engine/point/point.h"
#include "engine/value/decimal.h"
#include "tests/cross/random.h"
#include "tests/test_size.h"

namespace zhida::cross {
namespace {

// A bar as a whole number and how many digits of it stand behind the point.
struct Bar {
  const char* text;
  int64_t mantissa;
  int scale;
};
constexpr std::array<Bar, 10> kBars = {{{"0.03", 3, 2},
                                        {"0.05", 5, 2},
                                        {"0.3333333", 3333333, 7},
                                        {"0.000000001", 1, 9},
                                        {"1", 1, 0},
                                        {"2.5", 25, 1},
                                        {"0.142857143", 142857143, 9},
                                        {"12345.678", 12345678, 3},
                                        {"0.99", 99, 2},
                                        {"-0.5", -5, 1}}};
// `c` stands for the bar.
constexpr std::array<const char*, 10> kForms = {
    "a / b >= c", "a / b > c",     "a / b < c",           "a / b <= c",          "a / b = c",
    "a >= c * b", "a - c * b < 0", "(a + b) / b - 1 > c", "a + a < (c + c) * b", "b * c + 1 <= a + 1"};

pack::PackPtr MakePack() {
  std::string policies;
  int number = 0;
  for (const Bar& bar : kBars) {
    for (const char* form : kForms) {
      std::string when;
      for (const char* at = form; *at != '\0'; ++at)
        when += *at == 'c' ? std::string(bar.text) : std::string(1, *at);
      policies += (policies.empty() ? "" : ",") + std::string(R"({"id":"p)") + std::to_string(number++) +
                  R"(","title":"t","clauses":[{"id":"a","article":"1","when":")" + when + "\"}]}";
    }
  }
  Diagnostics diagnostics;
  auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json",
        R"({"kind":"firm","key":"id","facts":[{"id":"id","type":"string"},{"id":"a","type":"money"},
                          {"id":"b","type":"money"}]})"},
       {"policies/all.json", "[" + policies + "]"}},
      &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return pack;
}

std::string Yuan(int128_t fen) { return Decimal::FromScaled(fen, 2)->ToString(); }

// a at the bar times b, or the nearest fen beside it.
std::string RowAt(const Bar& bar, Random* random) {
  int64_t limit = 10;
  for (int64_t digits = random->Below(14); digits > 0; --digits) limit *= 10;
  const int64_t b = random->Below(limit) * (random->Below(8) == 0 ? -1 : 1);
  int128_t divisor = 1;
  for (int i = 0; i < bar.scale; ++i) divisor *= 10;
  const int128_t a = static_cast<int128_t>(b) * bar.mantissa / divisor + random->Below(3) - 1;
  return R"({"id":"f","a":)" + Yuan(a) + ",\"b\":" + Yuan(b) + "}\n";
}

TEST(Boundary, PlanesDecideAsDecimalsDo) {
  const int64_t pairs_wanted = FullSize() ? 10'000'000 : 200'000;
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20261129;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  const pack::PackPtr pack = MakePack();
  const Date as_of = *Date::Parse("2026-06-30");
  const plan::PlanPtr plan = plan::Compile(pack, as_of);
  batch::BatchOptions options;
  options.wanted = {true, true, true, true, true};
  const batch::BatchEngine engine(plan, options);
  batch::BatchEngine::Worker worker(engine);
  const point::PointEngine point(plan);
  point::PointEngine::Worker point_worker(point);
  std::vector<pack::Judgement> by_point;
  facts::DateRules rules;
  rules.as_of = as_of;
  int64_t pairs = 0;
  int64_t eligible = 0;
  while (pairs < pairs_wanted) {
    constexpr size_t kRows = 1000;
    std::vector<size_t> bars;
    std::string text;
    for (size_t row = 0; row < kRows; ++row) {
      bars.push_back(static_cast<size_t>(random.Below(kBars.size())));
      text += RowAt(kBars[bars.back()], &random);
    }
    const size_t size = text.size();
    text.append(64, ' ');
    std::vector<facts::Reject> rejects;
    facts::ReadCounts counts;
    facts::FactBlock block(pack->schema);
    facts::NdjsonReader(*pack, rules).Read({text.data(), size}, 1, 0, &block, &rejects, &counts);
    block.Finish();
    ASSERT_TRUE(rejects.empty()) << rejects[0].reason;
    batch::BlockResult result;
    worker.Run(block, nullptr, &result);
    for (size_t row = 0; row < kRows; ++row) {
      const facts::BlockRow subject(block, row);
      pack::SubjectJudge judge(*pack, as_of, subject);
      const bool ask_point = row % 16 == 0;
      if (ask_point) point_worker.Run(block, row, &by_point);
      for (size_t form = 0; form < kForms.size(); ++form, ++pairs) {
        const size_t policy = bars[row] * kForms.size() + form;
        const pack::Judgement wanted = judge.Decide(static_cast<int>(policy));
        const auto what = [&] {
          size_t begin = 0;
          for (size_t i = 0; i < row; ++i) begin = text.find('\n', begin) + 1;
          return std::string(kForms[form]) + " with " + kBars[bars[row]].text + ": " +
                 text.substr(begin, text.find('\n', begin) - begin);
        };
        ASSERT_EQ(result.pairs.cells[row * plan->policies.size() + policy].outcome, wanted.outcome) << what();
        if (ask_point) {
          ASSERT_EQ(by_point[policy], wanted) << what();
        }
        eligible += wanted.outcome == pack::Outcome::kEligible ? 1 : 0;
      }
    }
  }
  // Both sides of the bars were met.
  EXPECT_GT(eligible, pairs / 4);
  EXPECT_LT(eligible, pairs * 3 / 4);
  std::printf("%lld pairs at bars\n", static_cast<long long>(pairs));
}

}  // namespace
}  // namespace zhida::cross

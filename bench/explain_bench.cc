// Explanations: one pair, the whole paper of one firm over 5,000 policies, near misses beside a screen.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/demo_firms.h"
#include "bench/made_data.h"
#include "engine/batch/batch.h"
#include "engine/explain/explain.h"
#include "engine/facade/paper.h"
#include "engine/facts/ndjson.h"

namespace zhida::bench {
namespace {

// As a person would write it.
constexpr const char* kSampleFirm =
    R"({"uscc":"91350500YYYY000127","登记状态":"active","登记地":"350521101","纳税地":"350521101",)"
    R"("从业人数":120,"营业收入":{"2024":5200,"2023":4100},"研发费用":{"2024":260,"2023":150},)"
    R"("严重失信":false,"经营异常":false,"成立日期":"2015-04-01","登记行业":"C3471","税务行业":"C3471"})";

// Every pair of the sample pack in turn, as JSON; the row is read beforehand.
void BM_ExplainPair(benchmark::State& state) {
  const auto engine = SampleEngine(1);
  facts::FactBlock block(engine->pack().schema);
  Diagnostics diagnostics;
  facade::ReadSubject(engine->pack(), engine->DateRulesOf({}), kSampleFirm, &block, nullptr, &diagnostics);
  if (!diagnostics.ok()) state.SkipWithError(diagnostics.Text().c_str());
  int policy = 0;
  size_t bytes = 0;
  for (auto _ : state) {
    bytes += explain::ExplainJson(engine->pack(), engine->as_of(), block, nullptr, policy, {}).size();
    policy = (policy + 1) % static_cast<int>(engine->pack().policies.size());
  }
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(BM_ExplainPair)->Unit(benchmark::kMicrosecond);

// From JSON to the whole paper: eligible, conditional, undetermined and the 20 nearest in full, the rest
// counted.
void BM_WholePaper(benchmark::State& state) {
  const MadeData& data = DataOf(5'000, 1'024);
  const facade::Engine engine(data.pack, data.plan->as_of, 1);
  Diagnostics diagnostics;
  // Once each beforehand: what an engine keeps of its policies is there, as in a service that has run for a
  // while.
  for (const std::string& firm : data.lines) facade::PaperJson(engine, firm, {}, &diagnostics);
  size_t line = 0;
  size_t bytes = 0;
  for (auto _ : state) {
    const auto json = facade::PaperJson(engine, data.lines[line], {}, &diagnostics);
    if (!json) state.SkipWithError(diagnostics.Text().c_str());
    bytes += json ? json->size() : 0;
    if (++line == data.lines.size()) line = 0;
  }
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(BM_WholePaper)->Unit(benchmark::kMicrosecond);

// By the text of each clause; groups have none.
batch::CurableClauses CurableWhere(const MadeData& data, const std::function<bool(const std::string&)>& may) {
  batch::CurableClauses all;
  for (const pack::Policy& policy : data.pack->policies) {
    std::vector<bool>& clauses = all.emplace_back();
    for (const pack::Clause& clause : policy.clauses) clauses.push_back(may(clause.when.text));
  }
  return all;
}

// Judging blocks of firms: alone (0), with near misses counted (1), with near misses listed (2). Codes are
// made anew each time. Without `pairs` no pair is written, so that what is added stands beside the least that
// a screen does; with them the eligible pairs are.
void JudgeBeside(benchmark::State& state, const plan::PlanPtr& plan, const batch::CurableClauses& curable,
                 const std::vector<std::unique_ptr<facts::FactBlock>>& blocks, bool pairs = false) {
  batch::BatchOptions options;
  options.wanted = {};
  options.wanted[static_cast<size_t>(pack::Outcome::kEligible)] = pairs;
  if (state.range(0) > 0) options.near = &curable;
  options.list_near = state.range(0) > 1;
  const batch::BatchEngine engine(plan, options);
  batch::BatchEngine::Worker worker(engine);
  batch::BlockResult result;
  // The trees are made from the first rows, and made anew as more are seen.
  for (const auto& block : blocks) worker.Run(*block, nullptr, &result);
  result.near_counts.assign(result.near_counts.size(), 0);
  int64_t firms = 0;
  for (auto _ : state) {
    for (const auto& block : blocks) {
      worker.Run(*block, nullptr, &result);
      firms += static_cast<int64_t>(block->row_count());
    }
  }
  int64_t near = 0;
  for (const int64_t count : result.near_counts) near += count;
  int64_t clauses = 0;
  int64_t may = 0;
  for (const std::vector<bool>& policy : curable) {
    clauses += static_cast<int64_t>(policy.size());
    may += std::count(policy.begin(), policy.end(), true);
  }
  const auto per = [](int64_t count, int64_t of) {
    return static_cast<double>(count) / static_cast<double>(of);
  };
  state.counters["near_per_firm"] = per(near, firms);
  state.counters["clauses_per_policy"] = per(clauses, static_cast<int64_t>(curable.size()));
  state.counters["curable_share"] = per(may, clauses);
  state.counters["us_per_firm"] = benchmark::Counter(
      static_cast<double>(firms) / 1e6, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// The sample pack and the firms of the demo.
void BM_NearBesideSample(benchmark::State& state) {
  const DemoFirms& firms = TheDemoFirms();
  JudgeBeside(state, firms.engine->plan(), firms.engine->near_index().curable, firms.blocks);
}
BENCHMARK(BM_NearBesideSample)->DenseRange(0, 2)->MinTime(2)->Unit(benchmark::kMillisecond);

// 5,000 made-up policies, which say nothing of cures. As in the sample pack: what counts things,
// money and shares may be changed, which are two of five clauses.
void NearBesideScreen(benchmark::State& state, bool pairs) {
  const MadeData& data = DataOf(5'000, 65'536);
  static const batch::CurableClauses curable = CurableWhere(data, [](const std::string& text) {
    return text.find("count") == 0 || text.find("money") == 0 || text.find("ratio") == 0;
  });
  JudgeBeside(state, data.plan, curable, data.blocks, pairs);
}
void BM_NearBesideScreen(benchmark::State& state) { NearBesideScreen(state, false); }
BENCHMARK(BM_NearBesideScreen)->DenseRange(0, 2)->MinTime(2)->Unit(benchmark::kMillisecond);
void BM_NearBesidePairs(benchmark::State& state) { NearBesideScreen(state, true); }
BENCHMARK(BM_NearBesidePairs)->DenseRange(0, 2)->MinTime(2)->Unit(benchmark::kMillisecond);

// The extreme: every clause but those on places may be the one.
void BM_NearBesideScreenAll(benchmark::State& state) {
  const MadeData& data = DataOf(5'000, 65'536);
  static const batch::CurableClauses curable =
      CurableWhere(data, [](const std::string& text) { return text.find("under(") != 0; });
  JudgeBeside(state, data.plan, curable, data.blocks);
}
BENCHMARK(BM_NearBesideScreenAll)->DenseRange(0, 2)->MinTime(2)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zhida::bench

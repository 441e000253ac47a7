// Explanations: one pair, the whole paper of one firm over 5,000 policies, near misses beside a screen.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bench/made_data.h"
#include "engine/batch/batch.h"
#include "engine/batch/near_pass.h"
#include "engine/explain/explain.h"
#include "engine/facade/paper.h"
#include "engine/facts/ndjson.h"

namespace zhida::bench {
namespace {

constexpr const char* kSampleDay = "2025-06-30";

// The sample pack, and a firm of it as a person would write it.
std::shared_ptr<const facade::Engine> SampleEngine() {
  Diagnostics diagnostics;
  auto pack = pack::LoadPack({ZHIDA_SOURCE_DIR "/rules/quanzhou"}, {}, &diagnostics);
  return std::make_shared<facade::Engine>(std::move(pack), *Date::Parse(kSampleDay), 1);
}

constexpr const char* kSampleFirm =
    R"({"uscc":"91350500YYYY000127","登记状态":"active","登记地":"350521101","纳税地":"350521101",)"
    R"("从业人数":120,"营业收入":{"2024":5200,"2023":4100},"研发费用":{"2024":260,"2023":150},)"
    R"("严重失信":false,"经营异常":false,"成立日期":"2015-04-01","登记行业":"C3471","税务行业":"C3471"})";

// Every pair of the sample pack in turn, as JSON; the row is read beforehand.
void BM_ExplainPair(benchmark::State& state) {
  const auto engine = SampleEngine();
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
  size_t line = 0;
  size_t bytes = 0;
  for (auto _ : state) {
    Diagnostics diagnostics;
    const auto json = facade::PaperJson(engine, data.lines[line], {}, &diagnostics);
    if (!json) state.SkipWithError(diagnostics.Text().c_str());
    bytes += json ? json->size() : 0;
    if (++line == data.lines.size()) line = 0;
  }
  state.counters["bytes"] = static_cast<double>(bytes) / static_cast<double>(state.iterations());
}
BENCHMARK(BM_WholePaper)->Unit(benchmark::kMicrosecond);

// Judging blocks of firms, and beside it (1) the planes of near misses.
void BM_NearBesideScreen(benchmark::State& state) {
  const MadeData& data = DataOf(5'000, 16'384);
  const bool near = state.range(0) != 0;
  batch::BatchOptions options;
  options.wanted = {};
  const batch::BatchEngine engine(data.plan, options);
  batch::BatchEngine::Worker worker(engine);
  batch::BlockResult result;
  result.StartBlock(data.plan->policies.size());
  plan::TextTests texts(*data.plan);
  // The made-up packs say nothing of cures, so all clauses are taken to be curable but those on places.
  batch::CurableClauses curable;
  for (const pack::Policy& policy : data.pack->policies) {
    std::vector<bool>& clauses = curable.emplace_back(policy.clauses.size(), true);
    for (size_t i = 0; i < clauses.size(); ++i) clauses[i] = policy.clauses[i].when.text.find("under(") != 0;
  }
  batch::NearPass pass(*data.plan, texts, curable);
  std::vector<batch::NearRow> rows;
  int64_t found = 0;
  int64_t firms = 0;
  for (auto _ : state) {
    for (const auto& block : data.blocks) {
      worker.Run(*block, nullptr, &result);
      if (near) pass.Run(*block, 1024, {}, &rows);
      found += near ? static_cast<int64_t>(rows.size()) : 0;
      firms += static_cast<int64_t>(block->row_count());
    }
  }
  state.counters["near_per_firm"] = static_cast<double>(found) / static_cast<double>(firms);
  state.counters["us_per_firm"] = benchmark::Counter(
      static_cast<double>(firms) / 1e6, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_NearBesideScreen)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zhida::bench

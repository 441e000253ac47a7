// One policy put into or dropped from an engine of many.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "bench/made_data.h"
#include "engine/facade/engine.h"

namespace zhida::bench {
namespace {

std::shared_ptr<const facade::Engine> EngineOf(int rules) {
  Diagnostics diagnostics;
  pack::PackPtr pack = pack::LoadPack({PackPath(rules)}, {}, &diagnostics);
  return pack ? std::make_shared<const facade::Engine>(pack, *Date::Parse("2026-06-30"), 1) : nullptr;
}

// A bar that no policy has, so that cut points change.
std::string PolicyText(const std::string& id, int64_t bar) {
  return R"({"id":")" + id + R"(","title":"New","clauses":[{"id":"c1","article":"1","when":"money6 < )" +
         std::to_string(bar) + R"json("},{"id":"c2","article":"1","when":"under(region, \"3501\")"}]})json";
}

// From the text to an engine that matches by it.
void BM_ChangePut(benchmark::State& state) {
  const auto engine = EngineOf(static_cast<int>(state.range(0)));
  Diagnostics diagnostics;
  int64_t bar = 1'000'003;
  for (auto _ : state) {
    const auto changed = engine->With(PolicyText("p000007", bar += 2), "change", &diagnostics);
    if (!changed) return state.SkipWithError(diagnostics.Text().c_str());
    benchmark::DoNotOptimize(changed.get());
  }
}
BENCHMARK(BM_ChangePut)->Arg(5'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

void BM_ChangeDrop(benchmark::State& state) {
  const auto engine = EngineOf(static_cast<int>(state.range(0)));
  Diagnostics diagnostics;
  for (auto _ : state) benchmark::DoNotOptimize(engine->Without({"p000007"}, &diagnostics).get());
}
BENCHMARK(BM_ChangeDrop)->Arg(5'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

// A thousand changes one after the other, each upon the engine before: the mean of one.
void BM_ChangeSeries(benchmark::State& state) {
  const auto engine = EngineOf(static_cast<int>(state.range(0)));
  Diagnostics diagnostics;
  constexpr int kChanges = 1000;
  for (auto _ : state) {
    auto changed = engine;
    for (int i = 0; i < kChanges; ++i) {
      changed =
          changed->With(PolicyText("new" + std::to_string(i), 1'000'003 + 2 * i), "change", &diagnostics);
    }
    benchmark::DoNotOptimize(changed.get());
  }
  state.counters["us_each"] = benchmark::Counter(
      kChanges * 1e-6, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_ChangeSeries)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zhida::bench

// One firm against all policies.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "bench/made_data.h"
#include "engine/point/point.h"

namespace zhida::bench {
namespace {

constexpr int64_t kFirms = 4'096;

// The engine has met every firm once, as it has in a service that has run for a while.
struct Warm {
  const MadeData& data;
  point::PointEngine engine;
  point::PointEngine::Worker worker;
  const facts::FactBlock& block;
  std::vector<plan::RowCodes> codes;
  std::vector<point::Match> matches;

  explicit Warm(int rules)
      : data(DataOf(rules, kFirms)), engine(data.plan), worker(engine), block(*data.blocks[0]),
        codes(block.row_count()) {
    for (size_t row = 0; row < block.row_count(); ++row) {
      worker.Encode(block, row, &codes[row]);
      worker.FindCoded(block, row, codes[row], point::Want::kOpen, &matches);
    }
  }
};

void Point(benchmark::State& state, point::Want want) {
  Warm warm(static_cast<int>(state.range(0)));
  size_t row = 0;
  int64_t found = 0;
  for (auto _ : state) {
    warm.worker.FindCoded(warm.block, row, warm.codes[row], want, &warm.matches);
    found += static_cast<int64_t>(warm.matches.size());
    if (++row == warm.codes.size()) row = 0;
  }
  state.counters["matches"] = static_cast<double>(found) / static_cast<double>(state.iterations());
  state.counters["index_mb"] = static_cast<double>(warm.engine.byte_count()) / 1e6;
}

// From an encoded row to the ids of eligible policies.
void BM_Point(benchmark::State& state) { Point(state, point::Want::kEligible); }
BENCHMARK(BM_Point)->Arg(1'000)->Arg(5'000)->Arg(20'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

// And to all that are not ineligible.
void BM_PointOpen(benchmark::State& state) { Point(state, point::Want::kOpen); }
BENCHMARK(BM_PointOpen)->Arg(1'000)->Arg(5'000)->Arg(20'000)->Unit(benchmark::kMicrosecond);

// How uneven firms are: each one's best of five calls, so that interrupts of the machine do not count.
void BM_PointP99(benchmark::State& state) {
  Warm warm(static_cast<int>(state.range(0)));
  std::vector<double> best(warm.codes.size(), 1e9);
  for (auto _ : state) {
    for (int call = 0; call < 5; ++call) {
      for (size_t row = 0; row < warm.codes.size(); ++row) {
        const auto begin = std::chrono::steady_clock::now();
        warm.worker.FindCoded(warm.block, row, warm.codes[row], point::Want::kEligible, &warm.matches);
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
        best[row] = std::min(best[row], took.count());
      }
    }
  }
  std::sort(best.begin(), best.end());
  state.counters["p50_us"] = best[best.size() / 2];
  state.counters["p99_us"] = best[best.size() * 99 / 100];
  state.counters["p99_over_p50"] = best[best.size() * 99 / 100] / best[best.size() / 2];
}
BENCHMARK(BM_PointP99)->Arg(1'000)->Arg(5'000)->Unit(benchmark::kMillisecond)->Iterations(3);

void BM_EncodeRow(benchmark::State& state) {
  Warm warm(5'000);
  plan::RowCodes codes;
  size_t row = 0;
  for (auto _ : state) {
    warm.worker.Encode(warm.block, row, &codes);
    if (++row == warm.codes.size()) row = 0;
  }
}
BENCHMARK(BM_EncodeRow)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace zhida::bench

// Judging made-up firms against thousands of policies: what the batch engine does once facts are read.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/made_data.h"
#include "engine/base/parallel.h"
#include "engine/batch/batch.h"
#include "engine/facade/result_batch.h"

namespace zhida::bench {
namespace {

void Judge(benchmark::State& state, batch::BatchOptions options, int threads) {
  const MadeData& data = DataOf(5'000, RowsMax());
  const batch::BatchEngine engine(data.plan, std::move(options));
  const size_t workers = static_cast<size_t>(threads);
  std::vector<std::unique_ptr<batch::BatchEngine::Worker>> worker(workers);
  for (auto& each : worker) each = std::make_unique<batch::BatchEngine::Worker>(engine);
  // Codes as a coded file has them.
  plan::Codebook::Local local(engine.codes());
  std::vector<plan::CodedRows> codes(data.blocks.size());
  size_t bytes = 0;
  for (size_t b = 0; b < codes.size(); ++b) {
    local.StartBlock();
    engine.codes().Encode(*data.blocks[b], 0, data.blocks[b]->row_count(), &local, &codes[b]);
    bytes += codes[b].byte_count();
  }
  // Row and policy of a pair, in the way in which databases write them.
  const facade::ResultBatches batches(*data.pack, {true, false, true, false, false});
  std::vector<batch::BlockResult> results(workers);
  std::vector<int64_t> outcomes(pack::kOutcomeCount);
  for (auto _ : state) {
    for (batch::BlockResult& result : results) result.totals.clear();
    ParallelFor(workers, threads, [&](size_t w) {
      for (size_t b = w; b < data.blocks.size(); b += workers) {
        worker[w]->Run(*data.blocks[b], &codes[b], &results[w]);
        if (results[w].pairs.size() > 0) {
          benchmark::DoNotOptimize(batches.Make(*data.blocks[b], results[w].pairs));
        }
      }
    });
    std::fill(outcomes.begin(), outcomes.end(), 0);
    for (const batch::BlockResult& result : results) {
      for (const batch::PolicyTotals& totals : result.totals) {
        for (size_t o = 0; o < outcomes.size(); ++o) outcomes[o] += totals.outcomes[o];
      }
    }
  }
  state.counters["rows"] = static_cast<double>(data.rows);
  state.counters["eligible"] = static_cast<double>(outcomes[0]);
  state.counters["undetermined"] = static_cast<double>(outcomes[2]);
  state.counters["code_bytes"] = static_cast<double>(bytes) / static_cast<double>(data.rows);
  state.counters["us_per_row"] =
      benchmark::Counter(static_cast<double>(data.rows) * static_cast<double>(state.iterations()) / 1e6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

batch::BatchOptions Counting() {
  batch::BatchOptions options;
  options.wanted = {false, false, false, false, false};
  return options;
}

void BM_CountsEligible(benchmark::State& state) {
  batch::BatchOptions options = Counting();
  options.eligible_only = true;
  Judge(state, options, static_cast<int>(state.range(0)));
}
BENCHMARK(BM_CountsEligible)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_CountsAll(benchmark::State& state) { Judge(state, Counting(), static_cast<int>(state.range(0))); }
BENCHMARK(BM_CountsAll)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_PairsEligible(benchmark::State& state) {
  batch::BatchOptions options = Counting();
  options.eligible_only = true;
  options.wanted[0] = true;
  Judge(state, options, static_cast<int>(state.range(0)));
}
BENCHMARK(BM_PairsEligible)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace zhida::bench

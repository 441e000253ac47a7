// Judging made-up firms against thousands of policies: what the batch engine does once facts are read.
//
// ZHIDA_BENCH_DATA names a folder of zhida_generate; ./dev bench makes it.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/parallel.h"
#include "engine/batch/batch.h"
#include "engine/facts/ndjson.h"
#include "engine/pack/pack.h"
#include "engine/plan/plan.h"

namespace zhida {
namespace {

struct Data {
  pack::PackPtr pack;
  plan::PlanPtr plan;
  std::vector<std::unique_ptr<facts::FactBlock>> blocks;
  int64_t rows = 0;
};

const Data& TheData() {
  static const Data* const data = [] {
    const char* folder = std::getenv("ZHIDA_BENCH_DATA");
    if (folder == nullptr) {
      std::fprintf(stderr, "set ZHIDA_BENCH_DATA to a folder of zhida_generate, or run ./dev bench\n");
      std::exit(2);
    }
    const char* limit = std::getenv("ZHIDA_BENCH_ROWS");
    const int64_t rows_max = limit != nullptr ? std::atoll(limit) : 196'608;
    auto made = std::make_unique<Data>();
    Diagnostics diagnostics;
    made->pack = pack::LoadPack({std::string(folder) + "/pack"}, {}, &diagnostics);
    if (!made->pack) {
      std::fprintf(stderr, "%s", diagnostics.Text().c_str());
      std::exit(2);
    }
    made->plan = plan::Compile(made->pack, *Date::Parse("2026-06-30"));
    facts::DateRules rules;
    rules.as_of = made->plan->as_of;
    facts::NdjsonReader reader(*made->pack, rules);
    std::ifstream in(std::string(folder) + "/firms.ndjson", std::ios::binary);
    std::string text;
    std::string line;
    constexpr int64_t kRowsPerBlock = 16'384;
    while (made->rows < rows_max) {
      text.clear();
      int64_t lines = 0;
      while (lines < std::min(kRowsPerBlock, rows_max - made->rows) && std::getline(in, line)) {
        text += line;
        text += '\n';
        ++lines;
      }
      if (lines == 0) break;
      const size_t size = text.size();
      text.append(64, ' ');
      auto block = std::make_unique<facts::FactBlock>(made->pack->schema);
      std::vector<facts::Reject> rejects;
      facts::ReadCounts counts;
      reader.Read({text.data(), size}, 1, 0, block.get(), &rejects, &counts);
      if (!rejects.empty()) {
        std::fprintf(stderr, "row refused: %s\n", rejects[0].reason.c_str());
        std::exit(2);
      }
      block->Finish();
      made->rows += static_cast<int64_t>(block->row_count());
      made->blocks.push_back(std::move(block));
    }
    return made.release();
  }();
  return *data;
}

void Judge(benchmark::State& state, batch::BatchOptions options, int threads) {
  const Data& data = TheData();
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
  std::vector<batch::BlockResult> results(workers);
  std::vector<int64_t> outcomes(pack::kOutcomeCount);
  for (auto _ : state) {
    std::vector<std::vector<int64_t>> counted(workers, std::vector<int64_t>(pack::kOutcomeCount));
    ParallelFor(workers, threads, [&](size_t w) {
      for (size_t b = w; b < data.blocks.size(); b += workers) {
        worker[w]->Run(*data.blocks[b], &codes[b], &results[w]);
        for (const batch::PolicyTotals& totals : results[w].totals) {
          for (size_t o = 0; o < counted[w].size(); ++o) counted[w][o] += totals.outcomes[o];
        }
      }
    });
    std::fill(outcomes.begin(), outcomes.end(), 0);
    for (const auto& each : counted) {
      for (size_t o = 0; o < each.size(); ++o) outcomes[o] += each[o];
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
}  // namespace zhida

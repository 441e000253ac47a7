// Firms of zhida_generate from a file to counts: reading, encoding and judging together, as a user has it.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "bench/answers.h"
#include "bench/made_data.h"
#include "engine/facade/screen.h"
#include "engine/facts/ndjson.h"

namespace zhida::bench {
namespace {

std::shared_ptr<const facade::Engine> EngineOf(int threads) {
  const MadeData& data = DataOf(5'000, 1);
  return std::make_shared<facade::Engine>(data.pack, data.plan->as_of, threads);
}

// Counts of all outcomes from NDJSON.
void BM_EndToEndNdjson(benchmark::State& state) {
  const auto engine = EngineOf(static_cast<int>(state.range(0)));
  const std::string path = FirmsPath();
  int64_t rows = 0;
  for (auto _ : state) {
    Diagnostics diagnostics;
    facade::ScreenOptions options;
    options.progress = [&](const facade::ScreenProgress& progress) {
      rows = progress.rows;
      return true;
    };
    const auto screen = facade::Screen::OpenNdjson(engine, {path}, options, &diagnostics);
    if (screen->Run() != facade::Screen::Step::kEnd) state.SkipWithError(screen->error().c_str());
    if (screen->SummaryJson().find("\"adds_up\":true") == std::string::npos)
      state.SkipWithError("the counts do not add up");
  }
  state.counters["rows"] = static_cast<double>(rows);
  state.counters["us_per_row"] =
      benchmark::Counter(static_cast<double>(rows) * static_cast<double>(state.iterations()) / 1e6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_EndToEndNdjson)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

constexpr size_t kFirmsChecked = 256;

// Every eligible pair from NDJSON, as Arrow batches of row and policy, which are dropped as they come.
void BM_NdjsonToPairs(benchmark::State& state) {
  const auto engine = EngineOf(static_cast<int>(state.range(0)));
  const std::string path = FirmsPath();
  Fingerprint first;  // of the first firms
  const auto run = [&](Fingerprint* print, int64_t* rows) {
    int64_t pairs = 0;
    Diagnostics diagnostics;
    facade::ScreenOptions options;
    options.outcomes = {true, false, false, false, false};
    options.columns = {true, false, true, false, false};
    options.progress = [&](const facade::ScreenProgress& progress) {
      *rows = progress.rows;
      return true;
    };
    const auto screen = facade::Screen::OpenNdjson(engine, {path}, options, &diagnostics);
    ArrowArray batch;
    facade::Screen::Step step = screen->Next(&batch);
    for (; step == facade::Screen::Step::kBatch; step = screen->Next(&batch)) {
      pairs += batch.length;
      const auto* row = static_cast<const int64_t*>(batch.children[0]->buffers[1]);
      const auto* policy = static_cast<const int32_t*>(batch.children[1]->buffers[1]);
      for (int64_t i = 0; print != nullptr && i < batch.length; ++i) {
        print->Add(static_cast<uint64_t>(row[i]), static_cast<uint64_t>(policy[i]));
        if (row[i] < static_cast<int64_t>(kFirmsChecked))
          first.Add(static_cast<uint64_t>(row[i]), static_cast<uint64_t>(policy[i]));
      }
      batch.release(&batch);
    }
    if (step != facade::Screen::Step::kEnd) state.SkipWithError(screen->error().c_str());
    return pairs;
  };
  int64_t rows = 0;
  int64_t pairs = 0;
  for (auto _ : state) pairs = run(nullptr, &rows);
  Fingerprint print;
  if (run(&print, &rows) != pairs) state.SkipWithError("two runs differ");
  static const double expected = [] {
    Fingerprint made;
    const auto policies = ExpectedPolicies(DataOf(5'000, 1), kFirmsChecked);
    for (size_t row = 0; row < policies.size(); ++row) {
      for (const uint32_t policy : policies[row]) made.Add(row, policy);
    }
    return made.value();
  }();
  if (first.value() != expected) state.SkipWithError("the first firms get other policies");
  state.counters["rows"] = static_cast<double>(rows);
  state.counters["pairs"] = static_cast<double>(pairs);
  state.counters["pairs_print"] = print.value();
}
BENCHMARK(BM_NdjsonToPairs)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

// Reading alone: the same file into fact blocks, with one thread.
void BM_ReadNdjson(benchmark::State& state) {
  const MadeData& data = DataOf(5'000, 1);
  facts::DateRules rules;
  rules.as_of = data.plan->as_of;
  facts::NdjsonReader reader(*data.pack, rules);
  const std::string text = FirmsText(size_t{64} << 20);
  facts::FactBlock block(data.pack->schema);
  int64_t rows = 0;
  for (auto _ : state) {
    // A few thousand lines at a time, as a screen reads them.
    for (size_t begin = 0; begin < text.size();) {
      size_t end = text.find('\n', std::min(begin + (size_t{2} << 20), text.size() - 1));
      end = end == std::string::npos ? text.size() : end + 1;
      block.Clear();
      std::vector<facts::Reject> rejects;
      facts::ReadCounts counts;
      reader.Read(std::string_view(text).substr(begin, end - begin), 1, 0, &block, &rejects, &counts);
      block.Finish();
      rows += counts.rows_read;
      if (!rejects.empty()) state.SkipWithError("rows were refused");
      begin = end;
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
  state.counters["us_per_row"] = benchmark::Counter(
      static_cast<double>(rows) / 1e6, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_ReadNdjson)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zhida::bench

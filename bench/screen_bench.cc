// Screening the Quanzhou pack: the three evaluators on the same firms, reading included and apart. The
// answers are compared before anything is timed.
//
// Firms come from the file named by ZHIDA_BENCH_FIRMS (./dev bench makes 100,000 of them with `zhida demo
// --write`).

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "engine/facade/screen.h"

namespace zhida {
namespace {

using facade::Engine;
using facade::Evaluator;
using facade::Screen;
using facade::ScreenOptions;

std::string FirmsPath() {
  const char* path = std::getenv("ZHIDA_BENCH_FIRMS");
  if (path == nullptr) {
    std::fprintf(stderr, "set ZHIDA_BENCH_FIRMS to an NDJSON file of firms, or run ./dev bench\n");
    std::exit(2);
  }
  return path;
}

std::shared_ptr<const Engine> EngineOf(int threads) {
  Diagnostics diagnostics;
  const auto pack = pack::LoadPack({ZHIDA_SOURCE_DIR "/rules/quanzhou"}, {}, &diagnostics);
  if (!pack) {
    std::fprintf(stderr, "%s", diagnostics.Text().c_str());
    std::exit(2);
  }
  return std::make_shared<const Engine>(pack, *Date::Parse("2025-06-30"), threads);
}

// The run's summary without what the evaluator did inside; equal for equal answers.
std::string RunOnce(const std::shared_ptr<const Engine>& engine, Evaluator evaluator, int64_t* rows) {
  Diagnostics diagnostics;
  ScreenOptions options;
  options.evaluator = evaluator;
  options.progress = [rows](const facade::ScreenProgress& progress) {
    *rows = progress.rows;
    return true;
  };
  auto screen = Screen::OpenNdjson(engine, {FirmsPath()}, options, &diagnostics);
  if (!screen || screen->Run() != Screen::Step::kEnd) {
    std::fprintf(stderr, "the run failed: %s\n", diagnostics.Text().c_str());
    std::exit(2);
  }
  std::string summary = screen->SummaryJson();
  const size_t work = summary.find("\"work\"");
  summary.erase(work, summary.find("\"by_policy\"") - work);
  return summary;
}

void BM_Screen(benchmark::State& state, Evaluator evaluator) {
  const auto engine = EngineOf(static_cast<int>(state.range(0)));
  static const std::string expected = [] {
    int64_t rows = 0;
    return RunOnce(EngineOf(2), Evaluator::kInterpreter, &rows);
  }();
  int64_t rows = 0;
  for (auto _ : state) {
    if (RunOnce(engine, evaluator, &rows) != expected)
      state.SkipWithError("the answers differ from the interpreter's");
  }
  state.counters["firms/s"] = benchmark::Counter(
      static_cast<double>(rows) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

BENCHMARK_CAPTURE(BM_Screen, batch, Evaluator::kBatch)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(BM_Screen, point, Evaluator::kPoint)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(BM_Screen, interpreter, Evaluator::kInterpreter)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace zhida

// A coded file from the disk to counts.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "bench/made_data.h"
#include "engine/facade/screen.h"

namespace zhida::bench {
namespace {

std::shared_ptr<const facade::Engine> EngineOf(int threads) {
  const MadeData& data = DataOf(5'000, 1);
  return std::make_shared<facade::Engine>(data.pack, data.plan->as_of, threads);
}

// The coded form of the made firms, made once.
const std::string& CodedPath() {
  static const std::string path = [] {
    const std::string made = FirmsPath() + ".zhida";
    Diagnostics diagnostics;
    const auto screen = facade::Screen::OpenNdjson(EngineOf(2), {FirmsPath()}, {}, &diagnostics);
    if (!screen || screen->Encode(made) != facade::Screen::Step::kEnd) {
      std::fprintf(stderr, "cannot encode the firms: %s%s\n", diagnostics.Text().c_str(),
                   screen ? screen->error().c_str() : "");
      std::exit(2);
    }
    return made;
  }();
  return path;
}

// Counts of all outcomes from a coded file, opening and checking it included.
void BM_EndToEndCoded(benchmark::State& state) {
  const auto engine = EngineOf(static_cast<int>(state.range(0)));
  const std::string& path = CodedPath();
  int64_t rows = 0;
  for (auto _ : state) {
    Diagnostics diagnostics;
    facade::ScreenOptions options;
    options.progress = [&](const facade::ScreenProgress& progress) {
      rows = progress.rows;
      return true;
    };
    const auto screen = facade::Screen::OpenCoded(engine, path, options, &diagnostics);
    if (!screen || screen->Run() != facade::Screen::Step::kEnd) state.SkipWithError("the run failed");
  }
  state.counters["rows"] = static_cast<double>(rows);
  state.counters["us_per_row"] =
      benchmark::Counter(static_cast<double>(rows) * static_cast<double>(state.iterations()) / 1e6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_EndToEndCoded)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

}  // namespace
}  // namespace zhida::bench

// Reading alone: what bare simdjson takes to look at every field of NDJSON, and what our reader takes to make
// checked, typed columns of the same lines; then a coded file from the disk to counts.

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "bench/made_data.h"
#include "engine/facade/screen.h"
#include "engine/facts/ndjson.h"

namespace zhida::bench {
namespace {

constexpr size_t kBytes = size_t{32} << 20;

// Visits all of a value, numbers as the text they are. Returns how many scalars there were.
size_t Visit(simdjson::ondemand::value value) {
  namespace od = simdjson::ondemand;
  switch (value.type().value()) {
    case od::json_type::object: {
      size_t count = 0;
      for (auto field : value.get_object()) {
        benchmark::DoNotOptimize(field.unescaped_key().value().data());
        count += Visit(field.value());
      }
      return count;
    }
    case od::json_type::array: {
      size_t count = 0;
      for (auto item : value.get_array()) count += Visit(item.value());
      return count;
    }
    case od::json_type::string:
      benchmark::DoNotOptimize(value.get_string().value().data());
      return 1;
    case od::json_type::number:
      benchmark::DoNotOptimize(value.get_number().value());
      return 1;
    case od::json_type::boolean:
      benchmark::DoNotOptimize(value.get_bool().value());
      return 1;
    default:
      return 1;
  }
}

// One iterate() a line, every field looked at, nothing kept: the floor for any reader built on it.
void BM_ReadBareSimdjson(benchmark::State& state) {
  const std::string text = FirmsText(kBytes);
  const size_t size = text.size();
  simdjson::ondemand::parser parser;
  size_t values = 0;
  for (auto _ : state) {
    for (size_t begin = 0; begin < size;) {
      const size_t end = std::min(text.find('\n', begin), text.size());
      if (end > begin) {
        auto document = parser.iterate(text.data() + begin, end - begin, text.capacity() - begin);
        if (document.error() != simdjson::SUCCESS) {
          state.SkipWithError("a line is not sound");
          return;
        }
        for (auto field : document.get_object()) {
          benchmark::DoNotOptimize(field.unescaped_key().value().data());
          values += Visit(field.value());
        }
      }
      begin = end + 1;
    }
  }
  benchmark::DoNotOptimize(values);
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * size));
}
BENCHMARK(BM_ReadBareSimdjson)->Unit(benchmark::kMillisecond);

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

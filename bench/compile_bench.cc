// From the bytes of a built pack to an engine that answers.

#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "bench/made_data.h"
#include "engine/facade/engine.h"
#include "engine/pack/pack.h"

namespace zhida::bench {
namespace {

std::map<std::string, std::string> FilesOf(int rules) {
  const std::filesystem::path root = PackPath(rules);
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    files[std::filesystem::relative(entry.path(), root).string()] = text.str();
  }
  return files;
}

void BM_Compile(benchmark::State& state) {
  const auto files = FilesOf(static_cast<int>(state.range(0)));
  double load = 0;
  double compile = 0;
  for (auto _ : state) {
    Diagnostics diagnostics;
    const auto begin = std::chrono::steady_clock::now();
    const pack::PackPtr pack = pack::LoadPackFiles(files, &diagnostics);
    if (!pack) {
      state.SkipWithError(diagnostics.Text().substr(0, 200).c_str());
      break;
    }
    const auto loaded = std::chrono::steady_clock::now();
    const facade::Engine engine(pack, *Date::Parse("2026-06-30"), 1);
    const auto done = std::chrono::steady_clock::now();
    if (engine.plan()->policies.size() != static_cast<size_t>(state.range(0))) {
      state.SkipWithError("policies are missing");
      break;
    }
    state.counters["index_mb"] = static_cast<double>(engine.point().byte_count()) / 1e6;
    load += std::chrono::duration<double>(loaded - begin).count();
    compile += std::chrono::duration<double>(done - loaded).count();
  }
  state.counters["load_s"] = load / static_cast<double>(state.iterations());
  state.counters["engine_s"] = compile / static_cast<double>(state.iterations());
}
BENCHMARK(BM_Compile)
    ->Arg(1'000)
    ->Arg(5'000)
    ->Arg(20'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace zhida::bench

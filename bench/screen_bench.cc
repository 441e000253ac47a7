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
#include <utility>
#include <vector>

#include "engine/batch/batch.h"
#include "engine/facade/chunks.h"
#include "engine/facade/screen.h"
#include "engine/facts/ndjson.h"

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

// The parts alone: reading the firms, and judging firms that were read before.
// Blocks refer to the schema of the engine that they were read for.
struct Firms {
  std::shared_ptr<const Engine> engine;
  std::vector<std::unique_ptr<facts::FactBlock>> blocks;
  int64_t rows = 0;
};

// Reads all firms; keeps them if `keep` is given.
int64_t ReadFirms(const Engine& engine, Firms* keep) {
  facade::ChunkReader chunks({FirmsPath()});
  const facts::DateRules rules = engine.DateRulesOf({});
  facts::NdjsonReader reader(engine.pack(), rules);
  facade::Chunk chunk;
  std::vector<facts::Reject> rejects;
  facts::ReadCounts counts;
  auto block = std::make_unique<facts::FactBlock>(engine.pack().schema);
  int64_t rows = 0;
  while (chunks.Next(&chunk) == Taken::kPiece) {
    block->Clear();
    reader.Read(std::string_view(chunk.text.data(), chunk.size), 1, 0, block.get(), &rejects, &counts);
    block->Finish();
    rows += static_cast<int64_t>(block->row_count());
    if (keep == nullptr) continue;
    keep->blocks.push_back(std::move(block));
    block = std::make_unique<facts::FactBlock>(engine.pack().schema);
  }
  return rows;
}

const Firms& AllFirms() {
  static const Firms firms = [] {
    Firms made;
    made.engine = EngineOf(1);
    made.rows = ReadFirms(*made.engine, &made);
    return made;
  }();
  return firms;
}

void Rate(benchmark::State& state, int64_t rows) {
  state.counters["firms/s"] = benchmark::Counter(
      static_cast<double>(rows) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void BM_Read(benchmark::State& state) {
  const auto engine = EngineOf(1);
  int64_t rows = 0;
  for (auto _ : state) rows = ReadFirms(*engine, nullptr);
  Rate(state, rows);
}
BENCHMARK(BM_Read)->Unit(benchmark::kMillisecond);

void BM_JudgeBatch(benchmark::State& state) {
  const Firms& firms = AllFirms();
  const auto& engine = firms.engine;
  const batch::BatchEngine batch(engine->plan(), {});
  batch::BatchEngine::Worker worker(batch);
  batch::BlockResult result;
  for (auto _ : state) {
    for (const auto& block : firms.blocks) worker.Run(*block, nullptr, &result);
  }
  Rate(state, firms.rows);
}
BENCHMARK(BM_JudgeBatch)->Unit(benchmark::kMillisecond);

void BM_JudgePoint(benchmark::State& state) {
  const Firms& firms = AllFirms();
  const auto& engine = firms.engine;
  point::PointEngine::Worker worker(engine->point());
  std::vector<pack::Judgement> judgements(engine->pack().policies.size());
  for (auto _ : state) {
    for (const auto& block : firms.blocks) {
      for (size_t row = 0; row < block->row_count(); ++row) worker.Run(*block, row, &judgements);
    }
  }
  Rate(state, firms.rows);
}
BENCHMARK(BM_JudgePoint)->Unit(benchmark::kMillisecond);

void BM_JudgeInterpreter(benchmark::State& state) {
  const Firms& firms = AllFirms();
  const auto& engine = firms.engine;
  for (auto _ : state) {
    for (const auto& block : firms.blocks) {
      for (size_t row = 0; row < block->row_count(); ++row) {
        const facts::BlockRow subject(*block, row);
        pack::SubjectJudge judge(engine->pack(), engine->as_of(), subject);
        for (size_t policy = 0; policy < engine->pack().policies.size(); ++policy) {
          benchmark::DoNotOptimize(judge.Decide(static_cast<int>(policy)));
        }
      }
    }
  }
  Rate(state, firms.rows);
}
BENCHMARK(BM_JudgeInterpreter)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zhida

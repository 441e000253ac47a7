// Screening the Quanzhou pack: the three evaluators on the same firms, reading included and apart. The
// answers are compared before anything is timed.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/demo_firms.h"
#include "engine/batch/batch.h"
#include "engine/facade/screen.h"

namespace zhida {
namespace {

using bench::DemoFirms;
using bench::DemoFirmsPath;
using bench::ReadDemoFirms;
using bench::SampleEngine;
using bench::TheDemoFirms;
using facade::Engine;
using facade::Evaluator;
using facade::Screen;
using facade::ScreenOptions;

// The run's summary without what the evaluator did inside; equal for equal answers.
std::string RunOnce(const std::shared_ptr<const Engine>& engine, Evaluator evaluator, int64_t* rows) {
  Diagnostics diagnostics;
  ScreenOptions options;
  options.evaluator = evaluator;
  options.progress = [rows](const facade::ScreenProgress& progress) {
    *rows = progress.rows;
    return true;
  };
  auto screen = Screen::OpenNdjson(engine, {DemoFirmsPath()}, options, &diagnostics);
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
  const auto engine = SampleEngine(static_cast<int>(state.range(0)));
  static const std::string expected = [] {
    int64_t rows = 0;
    return RunOnce(SampleEngine(2), Evaluator::kInterpreter, &rows);
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
void Rate(benchmark::State& state, int64_t rows) {
  state.counters["firms/s"] = benchmark::Counter(
      static_cast<double>(rows) * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

void BM_Read(benchmark::State& state) {
  const auto engine = SampleEngine(1);
  int64_t rows = 0;
  for (auto _ : state) rows = ReadDemoFirms(*engine, nullptr);
  Rate(state, rows);
}
BENCHMARK(BM_Read)->Unit(benchmark::kMillisecond);

void BM_JudgeBatch(benchmark::State& state) {
  const DemoFirms& firms = TheDemoFirms();
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
  const DemoFirms& firms = TheDemoFirms();
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
  const DemoFirms& firms = TheDemoFirms();
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

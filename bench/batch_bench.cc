// Judging made-up firms against thousands of policies: what the batch engine does once facts are coded.
//
// Names end in /policies/threads. Before anything is timed, the first firms are judged and held against the
// generator's own evaluator; fingerprints of all counts and pairs go into counters, for comparison with other
// engines.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bench/answers.h"
#include "bench/made_data.h"
#include "engine/base/parallel.h"
#include "engine/batch/batch.h"
#include "engine/facade/bitmap_batch.h"
#include "engine/facade/result_batch.h"

namespace zhida::bench {
namespace {

constexpr int64_t kFirmsChecked = 256;

// A run over all blocks of the data by some threads.
class Job {
 public:
  Job(const MadeData& data, const batch::BatchOptions& options, int threads)
      : data_(data),
        threads_(threads),
        engine_(data.plan, options),
        batches_(facade::PolicyList(data.pack), {true, false, true, false, false}),
        bitmaps_(facade::PolicyList(data.pack)),
        codes_(data.blocks.size()),
        results_(static_cast<size_t>(threads)) {
    for (int w = 0; w < threads; ++w)
      workers_.push_back(std::make_unique<batch::BatchEngine::Worker>(engine_));
    // Codes as a coded file has them.
    plan::Codebook::Local local(engine_.codes());
    for (size_t b = 0; b < codes_.size(); ++b) {
      local.StartBlock();
      engine_.codes().Encode(*data.blocks[b], 0, data.blocks[b]->row_count(), &local, &codes_[b]);
      code_bytes_ += codes_[b].byte_count();
    }
  }

  // Pairs are made into Arrow batches of row and policy and then dropped, or added to `print`.
  void Run(Fingerprint* print = nullptr) {
    for (batch::BlockResult& result : results_) result.totals.clear();
    ParallelFor(results_.size(), threads_, [&](size_t w) {
      for (size_t b = w; b < data_.blocks.size(); b += results_.size()) {
        workers_[w]->Run(*data_.blocks[b], &codes_[b], &results_[w]);
        if (engine_.options().bitmaps) {
          benchmark::DoNotOptimize(bitmaps_.Make(*data_.blocks[b], &results_[w].bitmaps)->length);
          continue;
        }
        if (results_[w].pairs.size() == 0) continue;
        const auto batch = batches_.Make(*data_.blocks[b], results_[w].pairs);
        benchmark::DoNotOptimize(batch->length);
        if (print != nullptr) AddTo(print, FirstRow(b), *batch);
      }
    });
  }

  std::vector<int64_t> Counts(pack::Outcome outcome) const {
    std::vector<int64_t> counts(data_.pack->policies.size());
    for (const batch::BlockResult& result : results_) {
      for (size_t policy = 0; policy < result.totals.size(); ++policy)
        counts[policy] += result.totals[policy].outcomes[static_cast<size_t>(outcome)];
    }
    return counts;
  }
  size_t code_bytes() const { return code_bytes_; }

 private:
  uint64_t FirstRow(size_t block) const {
    uint64_t row = 0;
    for (size_t b = 0; b < block; ++b) row += data_.blocks[b]->row_count();
    return row;
  }
  static void AddTo(Fingerprint* print, uint64_t first_row, const facts::ArrowColumn& batch) {
    const auto* rows = static_cast<const int64_t*>(batch.children[0]->buffers[1].data);
    const auto* policies = static_cast<const int32_t*>(batch.children[1]->buffers[1].data);
    for (int64_t i = 0; i < batch.length; ++i)
      print->Add(first_row + static_cast<uint64_t>(rows[i]), static_cast<uint64_t>(policies[i]));
  }

  const MadeData& data_;
  int threads_;
  batch::BatchEngine engine_;
  facade::ResultBatches batches_;
  facade::BitmapBatches bitmaps_;
  std::vector<plan::CodedRows> codes_;
  std::vector<std::unique_ptr<batch::BatchEngine::Worker>> workers_;
  std::vector<batch::BlockResult> results_;
  size_t code_bytes_ = 0;
};

int64_t SumOf(const std::vector<int64_t>& counts) {
  int64_t sum = 0;
  for (const int64_t count : counts) sum += count;
  return sum;
}

// Empty, or what is wrong with the answers for the first firms.
std::string Fault(const batch::BatchOptions& options, int rules) {
  const MadeData& few = DataOf(rules, kFirmsChecked);
  Job job(few, options, 1);
  Fingerprint found;
  job.Run(&found);
  const std::string difference = DifferenceOf(ExpectedCounts(few), job.Counts(pack::Outcome::kEligible));
  if (!difference.empty() || !options.wanted[0]) return difference;
  Fingerprint expected;
  const auto policies = ExpectedPolicies(few, static_cast<size_t>(few.rows));
  for (size_t row = 0; row < policies.size(); ++row) {
    for (const uint32_t policy : policies[row]) expected.Add(row, policy);
  }
  return expected.value() == found.value() ? "" : "the pairs written are not those counted";
}

void Judge(benchmark::State& state, const batch::BatchOptions& options) {
  const int rules = static_cast<int>(state.range(0));
  static std::map<std::tuple<int, bool, bool>, std::string> faults;  // one check is enough
  const std::tuple key(rules, options.eligible_only, options.wanted[0]);
  if (!faults.contains(key)) faults[key] = Fault(options, rules);
  const std::string& fault = faults[key];
  if (!fault.empty()) {
    state.SkipWithError(fault.c_str());
    return;
  }
  const MadeData& data = DataOf(rules, RowsMax());
  Job job(data, options, static_cast<int>(state.range(1)));
  job.Run();  // what workers learn about the data
  for (auto _ : state) job.Run();
  const std::vector<int64_t> eligible = job.Counts(pack::Outcome::kEligible);
  state.counters["rows"] = static_cast<double>(data.rows);
  state.counters["eligible"] = static_cast<double>(SumOf(eligible));
  state.counters["undetermined"] = static_cast<double>(SumOf(job.Counts(pack::Outcome::kUndetermined)));
  state.counters["counts_print"] = FingerprintOf(eligible);
  state.counters["code_bytes"] = static_cast<double>(job.code_bytes()) / static_cast<double>(data.rows);
  state.counters["us_per_row"] =
      benchmark::Counter(static_cast<double>(data.rows) * static_cast<double>(state.iterations()) / 1e6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  if (options.wanted[0] && state.range(1) == 1) {
    Fingerprint print;
    job.Run(&print);
    state.counters["pairs_print"] = print.value();
  }
}

batch::BatchOptions Counting() {
  batch::BatchOptions options;
  options.wanted = {false, false, false, false, false};
  return options;
}

void Sizes(benchmark::internal::Benchmark* bench) {
  bench->Args({5'000, 1})->Args({5'000, 2})->Unit(benchmark::kMillisecond)->UseRealTime();
}

void BM_CountsEligible(benchmark::State& state) {
  batch::BatchOptions options = Counting();
  options.eligible_only = true;
  Judge(state, options);
}
BENCHMARK(BM_CountsEligible)->Apply(Sizes)->Args({1'000, 2})->Args({20'000, 2})->Args({100'000, 2});

void BM_CountsAll(benchmark::State& state) { Judge(state, Counting()); }
BENCHMARK(BM_CountsAll)->Apply(Sizes);

void BM_PairsEligible(benchmark::State& state) {
  batch::BatchOptions options = Counting();
  options.eligible_only = true;
  options.wanted[0] = true;
  Judge(state, options);
}
BENCHMARK(BM_PairsEligible)->Apply(Sizes)->Args({1'000, 2})->Args({20'000, 2})->Args({100'000, 2});

// The same as bitmaps, which are not compared here: tests/cross and tests/python hold them against pairs.
void BM_BitmapsEligible(benchmark::State& state) {
  const MadeData& data = DataOf(static_cast<int>(state.range(0)), RowsMax());
  batch::BatchOptions options = Counting();
  options.eligible_only = true;
  options.wanted[0] = true;
  options.bitmaps = true;
  Job job(data, options, static_cast<int>(state.range(1)));
  job.Run();
  for (auto _ : state) job.Run();
  state.counters["rows"] = static_cast<double>(data.rows);
  state.counters["eligible"] = static_cast<double>(SumOf(job.Counts(pack::Outcome::kEligible)));
}
BENCHMARK(BM_BitmapsEligible)->Apply(Sizes);

// Values of columns into codes, as every run does that does not read them from a coded file.
void BM_EncodeBlocks(benchmark::State& state) {
  const MadeData& data = DataOf(static_cast<int>(state.range(0)), RowsMax());
  const batch::BatchEngine engine(data.plan, Counting());
  plan::Codebook::Local local(engine.codes());
  plan::CodedRows codes;
  const auto encode = [&] {
    for (const auto& block : data.blocks) {
      local.StartBlock();
      engine.codes().Encode(*block, 0, block->row_count(), &local, &codes);
      benchmark::DoNotOptimize(codes.byte_count());
    }
  };
  encode();  // what is learnt of texts
  for (auto _ : state) encode();
  state.counters["us_per_row"] =
      benchmark::Counter(static_cast<double>(data.rows) * static_cast<double>(state.iterations()) / 1e6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_EncodeBlocks)->Arg(5'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zhida::bench

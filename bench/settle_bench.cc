// Settlement of many awards over many pools: combination within each subject, then budgets. One iteration is
// a whole run over a table that is there already; making the table is not measured. The answers are checked:
// a run that does not add up, or pays another sum than the first, fails the benchmark.
//
// BM_SettleAwards/N/T: N thousand awards, T threads, 200 pools of all four controls, 400 policies of which
// half are in groups (rivals, yearly caps), 5 awards a subject on average, subjects in no order.

#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdint>
#include <random>
#include <string>

#include "engine/payout/settlement.h"

namespace zhida {
namespace {

constexpr int kPools = 200;
constexpr int kPolicies = 400;
constexpr int64_t kAwardsPerSubject = 5;

pack::PackPtr BenchPack() {
  const char* const controls[] = {"first_come", "prorata", "ranked", "open"};
  std::string settlement = "groups:\n";
  for (int i = 0; i < 50; ++i) settlement += "  - {id: g" + std::to_string(i) + ", limit: 200万元}\n";
  settlement += "pools:\n";
  for (int i = 0; i < kPools; ++i) {
    settlement += "  - {id: q" + std::to_string(i) + ", control: " + controls[i % 4] +
                  ", order_by: [day], budgets: [{year: 2026, total: 20亿元}]}\n";
  }
  std::string policies;
  for (int i = 0; i < kPolicies; ++i) {
    policies += "- id: p" + std::to_string(i) +
                "\n  clauses: [{id: k, when: 'true', article: a}]\n  amount: sum_due\n";
    policies += "  pool: q" + std::to_string(i % kPools) + "\n  event_key: {kind: p" + std::to_string(i) +
                ", year: Y}\n";
    if (i % 4 == 0) policies += "  combine: {group: g" + std::to_string(i / 4 % 25) + ", form: MAX}\n";
    if (i % 4 == 1)
      policies += "  combine: {group: g" + std::to_string(25 + i / 4 % 25) + ", form: CAP_YEAR}\n";
  }
  Diagnostics diagnostics;
  pack::PackPtr pack = pack::LoadPackFiles({{"pack.yaml", "id: bench\nversion: 1.0.0\nkind: firm\n"},
                                            {"schema.yaml",
                                             "key: uscc\nfacts:\n  - {id: uscc, type: string}\n  - {id: "
                                             "sum_due, type: money}\n  - {id: day, type: date}\n"},
                                            {"settlement.yaml", settlement},
                                            {"policies/a.yaml", policies}},
                                           &diagnostics);
  return pack;
}

void FillAwards(int64_t count, payout::Settlement* settlement) {
  std::mt19937_64 random(7);
  const auto subjects = static_cast<uint64_t>(count / kAwardsPerSubject);
  int64_t made = 0;
  while (made < count) {
    std::string subject = "9135050" + std::to_string(1'000'000'000 + random() % subjects) + "X";
    int32_t policy = static_cast<int32_t>(random() % 100);
    for (uint64_t i = 0, awards = 1 + random() % (2 * kAwardsPerSubject - 1); i < awards && made < count;
         ++i, ++made) {
      const int64_t order = static_cast<int64_t>(random() % 365);
      payout::AwardInput input;
      input.subject = subject;
      input.policy = policy;
      input.year = 2026;
      input.amount_fen = static_cast<int64_t>(random() % 100'000'000);
      input.unclipped_fen = input.amount_fen;
      input.order = {&order, 1};
      const payout::AwardInput::Link link;
      if (policy % 4 < 2) input.links = {&link, 1};
      settlement->awards().Add(input);
      policy = (policy + 1 + static_cast<int32_t>(random() % 30)) % kPolicies;
    }
  }
}

void BM_SettleAwards(benchmark::State& state) {
  const pack::PackPtr pack = BenchPack();
  if (!pack) return state.SkipWithError("the pack does not load");
  const int64_t count = state.range(0) * 1'000;
  const int threads = static_cast<int>(state.range(1));
  payout::Settlement settlement(pack, *Date::Parse("2026-06-30"), threads);
  FillAwards(count, &settlement);
  int128_t paid = -1;
  for (auto _ : state) {
    settlement.Run();
    int128_t sum = 0;
    for (const payout::PoolTotals& totals : settlement.pool_totals()) sum += totals.paid_fen;
    if (!settlement.adds_up() || (paid >= 0 && sum != paid) || sum <= 0) {
      state.SkipWithError("the answers differ");
      break;
    }
    paid = sum;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.SetItemsProcessed(state.iterations() * count);
  state.counters["peak_bytes_per_award"] =
      static_cast<double>(usage.ru_maxrss) * 1024 / static_cast<double>(count);
}
// CPU time of all threads, since the machine may have other work; divide by the threads for a quiet machine.
BENCHMARK(BM_SettleAwards)
    ->Args({1'000, 1})
    ->Args({5'000, 1})
    ->Args({5'000, 2})
    ->Unit(benchmark::kMillisecond)
    ->MeasureProcessCPUTime()
    ->UseRealTime();

}  // namespace
}  // namespace zhida

// One firm against all policies.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/answers.h"
#include "bench/made_data.h"
#include "engine/facade/matcher.h"
#include "engine/facts/typed_row.h"
#include "engine/point/point.h"

namespace zhida::bench {
namespace {

constexpr int64_t kFirms = 4'096;
constexpr size_t kFirmsChecked = 128;

bool SamePolicies(const std::vector<point::Match>& matches, const std::vector<uint32_t>& expected) {
  return std::equal(matches.begin(), matches.end(), expected.begin(), expected.end(),
                    [](const point::Match& match, uint32_t policy) {
                      return static_cast<uint32_t>(match.policy) == policy;
                    });
}

// The engine has met every firm once, as it has in a service that has run for a while.
struct Warm {
  const MadeData& data;
  point::PointEngine engine;
  point::PointEngine::Worker worker;
  const facts::FactBlock& block;
  std::vector<plan::RowCodes> codes;
  std::vector<point::Match> matches;

  explicit Warm(int rules)
      : data(DataOf(rules, kFirms)),
        engine(data.plan),
        worker(engine),
        block(*data.blocks[0]),
        codes(block.row_count()) {
    for (size_t row = 0; row < block.row_count(); ++row) {
      worker.Encode(block, row, &codes[row]);
      worker.FindCoded(block, row, codes[row], point::Want::kOpen, &matches);
    }
  }

  // Made once for each number of rules; whoever asks again gets the same.
  static Warm& Of(int rules) {
    static std::map<int, std::unique_ptr<Warm>> all;
    auto& warm = all[rules];
    if (!warm) {
      warm = std::make_unique<Warm>(rules);
      warm->fault = warm->Fault();
    }
    return *warm;
  }

  std::string fault;  // empty, or what is wrong with the answers for the first firms

 private:
  std::string Fault() {
    const auto expected = ExpectedPolicies(data, kFirmsChecked);
    for (size_t row = 0; row < expected.size(); ++row) {
      worker.FindCoded(block, row, codes[row], point::Want::kEligible, &matches);
      if (!SamePolicies(matches, expected[row]))
        return "firm " + std::to_string(row) + " gets other policies";
    }
    return "";
  }
};

void Point(benchmark::State& state, point::Want want) {
  Warm& warm = Warm::Of(static_cast<int>(state.range(0)));
  if (!warm.fault.empty()) {
    state.SkipWithError(warm.fault.c_str());
    return;
  }
  size_t row = 0;
  int64_t found = 0;
  for (auto _ : state) {
    warm.worker.FindCoded(warm.block, row, warm.codes[row], want, &warm.matches);
    found += static_cast<int64_t>(warm.matches.size());
    if (++row == warm.codes.size()) row = 0;
  }
  state.counters["matches"] = static_cast<double>(found) / static_cast<double>(state.iterations());
  state.counters["index_mb"] = static_cast<double>(warm.engine.byte_count()) / 1e6;
}

// From an encoded row to the ids of eligible policies.
void BM_Point(benchmark::State& state) { Point(state, point::Want::kEligible); }
BENCHMARK(BM_Point)->Arg(1'000)->Arg(5'000)->Arg(20'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

// And to all that are not ineligible.
void BM_PointOpen(benchmark::State& state) { Point(state, point::Want::kOpen); }
BENCHMARK(BM_PointOpen)->Arg(1'000)->Arg(5'000)->Arg(20'000)->Unit(benchmark::kMicrosecond);

// How uneven firms are: each one's best of five calls, so that interrupts of the machine do not count.
void BM_PointP99(benchmark::State& state) {
  Warm& warm = Warm::Of(static_cast<int>(state.range(0)));
  std::vector<double> best(warm.codes.size(), 1e9);
  for (auto _ : state) {
    for (int call = 0; call < 5; ++call) {
      for (size_t row = 0; row < warm.codes.size(); ++row) {
        const auto begin = std::chrono::steady_clock::now();
        warm.worker.FindCoded(warm.block, row, warm.codes[row], point::Want::kEligible, &warm.matches);
        const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
        best[row] = std::min(best[row], took.count());
      }
    }
  }
  std::sort(best.begin(), best.end());
  state.counters["p50_us"] = best[best.size() / 2];
  state.counters["p99_us"] = best[best.size() * 99 / 100];
  state.counters["p99_over_p50"] = best[best.size() * 99 / 100] / best[best.size() / 2];
}
BENCHMARK(BM_PointP99)->Arg(1'000)->Arg(5'000)->Unit(benchmark::kMillisecond)->Iterations(3);

// A typed row as an embedder sets it: the facts of a firm that are known, by their position.
struct Setting {
  int fact = 0;
  bool text = false;
  int64_t integer = 0;
  std::string_view string;
  std::vector<std::string_view> texts;
  bool list = false;
};

std::vector<std::vector<Setting>> SettingsOf(const MadeData& data) {
  const facts::FactBlock& block = *data.blocks[0];
  // A service has just received the values, so there are few enough to be in the cache.
  std::vector<std::vector<Setting>> rows(std::min<size_t>(block.row_count(), 128));
  for (size_t row = 0; row < rows.size(); ++row) {
    for (size_t fact = 0; fact < block.schema().facts.size(); ++fact) {
      const facts::Column& column = block.column(static_cast<int>(fact));
      if (facts::StateOf(column.state[row]) != facts::State::kKnown) continue;
      Setting setting;
      setting.fact = static_cast<int>(fact);
      setting.text = column.storage == facts::Storage::kText;
      setting.list = column.storage == facts::Storage::kList;
      if (setting.text) setting.string = column.texts[row];
      if (column.storage == facts::Storage::kInteger) setting.integer = column.integers[row];
      for (uint32_t i = 0; setting.list && i < column.spans[row].size; ++i) {
        setting.texts.push_back(column.items[0].texts[column.spans[row].begin + i]);
      }
      rows[row].push_back(std::move(setting));
    }
  }
  return rows;
}

// Sets and encodes the facts of a typed row.
void BM_EncodeRow(benchmark::State& state) {
  Warm& warm = Warm::Of(5'000);
  const auto rows = SettingsOf(warm.data);
  facts::TypedRow typed(warm.data.pack->schema);
  plan::RowCodes codes;
  size_t row = 0;
  size_t last = 0;
  int64_t set = 0;
  for (auto _ : state) {
    typed.Clear();
    for (const Setting& setting : rows[row]) {
      if (setting.text) {
        typed.SetText(setting.fact, setting.string);
      } else if (setting.list) {
        typed.StartTexts(setting.fact);
        for (const std::string_view text : setting.texts) typed.AddText(setting.fact, text);
      } else {
        typed.SetInteger(setting.fact, setting.integer);
      }
    }
    set += static_cast<int64_t>(rows[row].size());
    warm.worker.Encode(typed.Finish(), 0, &codes);
    benchmark::DoNotOptimize(codes.codes.data());
    last = row;
    if (++row == rows.size()) row = 0;
  }
  warm.worker.FindCoded(typed.Finish(), 0, codes, point::Want::kEligible, &warm.matches);
  // What was set is what the policies see.
  const auto expected = ExpectedPolicies(warm.data, rows.size());
  if (!SamePolicies(warm.matches, expected[last])) state.SkipWithError("a typed row gets other policies");
  state.counters["facts"] = static_cast<double>(set) / static_cast<double>(state.iterations());
}
BENCHMARK(BM_EncodeRow)->Unit(benchmark::kMicrosecond);

// One firm's JSON in, the ids of eligible policies out.
void BM_JsonToIds(benchmark::State& state) {
  const MadeData& data = DataOf(static_cast<int>(state.range(0)), kFirms);
  facade::Matcher matcher(std::make_shared<facade::Engine>(data.pack, data.plan->as_of, 1), {});
  Diagnostics diagnostics;
  int64_t found = 0;
  int64_t bytes = 0;
  for (const std::string& line : data.lines) matcher.Match(line, point::Want::kEligible, &diagnostics);
  const auto expected = ExpectedPolicies(data, kFirmsChecked);
  for (size_t row = 0; row < expected.size(); ++row) {
    if (!SamePolicies(*matcher.Match(data.lines[row], point::Want::kEligible, &diagnostics), expected[row])) {
      state.SkipWithError("a firm gets other policies");
      return;
    }
  }
  size_t row = 0;
  for (auto _ : state) {
    found +=
        static_cast<int64_t>(matcher.Match(data.lines[row], point::Want::kEligible, &diagnostics)->size());
    bytes += static_cast<int64_t>(data.lines[row].size());
    if (++row == data.lines.size()) row = 0;
  }
  state.SetBytesProcessed(bytes);
  state.counters["matches"] = static_cast<double>(found) / static_cast<double>(state.iterations());
}
BENCHMARK(BM_JsonToIds)->Arg(5'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace zhida::bench

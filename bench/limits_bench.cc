// What the machine can do: the floor below which the parts of Zhida cannot get.

#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/made_data.h"
#include "engine/base/parallel.h"

namespace zhida::bench {
namespace {

// Memory far beyond the caches, read once by some threads.
void BM_ReadMemory(benchmark::State& state) {
  const size_t threads = static_cast<size_t>(state.range(0));
  static const std::vector<uint64_t> memory((size_t{512} << 20) / sizeof(uint64_t), 1);
  const size_t part = memory.size() / threads;
  std::vector<uint64_t> sums(threads * 16);
  for (auto _ : state) {
    ParallelFor(threads, static_cast<int>(threads), [&](size_t t) {
      uint64_t sum = 0;
      for (size_t i = t * part; i < (t + 1) * part; ++i) sum += memory[i];
      sums[t * 16] = sum;
    });
    benchmark::DoNotOptimize(sums.data());
  }
  for (size_t t = 0; t < threads; ++t) {
    if (sums[t * 16] != part) state.SkipWithError("the sum is wrong");
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * threads * part * sizeof(uint64_t)));
}
BENCHMARK(BM_ReadMemory)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

constexpr size_t kWords = 16;  // 1,024 firms

// For each policy the planes at `order`, up to its end, and-ed. Compiled for wide registers as well.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("avx2", "default")))
#endif
uint64_t
AndAll(const uint64_t* planes, const std::vector<uint32_t>& order, const std::vector<uint32_t>& ends) {
  uint64_t any = 0;
  size_t at = 0;
  for (const uint32_t end : ends) {
    uint64_t left[kWords];
    for (uint64_t& word : left) word = ~uint64_t{0};
    for (; at < end; ++at) {
      const uint64_t* const plane = planes + order[at] * kWords;
      for (size_t w = 0; w < kWords; ++w) left[w] &= plane[w];
    }
    for (const uint64_t word : left) any |= word;
  }
  return any;
}

// And-ing alone: the planes of a block are there, and every policy and-s those of its conditions, as many as
// it has, without stopping early. Names end in the number of policies.
void BM_AndPlanes(benchmark::State& state) {
  const Generator& generator = *DataOf(static_cast<int>(state.range(0)), 512).generator;
  constexpr size_t kPlanes = 3'420;
  std::vector<uint64_t> planes(kPlanes * kWords);
  for (size_t i = 0; i < planes.size(); ++i) planes[i] = i * 0x9e3779b97f4a7c15u;
  std::vector<uint32_t> order;
  std::vector<uint32_t> ends;
  for (const Rule& rule : generator.rules()) {
    for (size_t c = 0; c < rule.all.size() + rule.any.size(); ++c)
      order.push_back(static_cast<uint32_t>((order.size() * 2'654'435'761u) % kPlanes));
    ends.push_back(static_cast<uint32_t>(order.size()));
  }
  for (auto _ : state) benchmark::DoNotOptimize(AndAll(planes.data(), order, ends));
  state.counters["ands"] = static_cast<double>(order.size());
  state.counters["us_per_row"] =
      benchmark::Counter(static_cast<double>(kWords * 64) * static_cast<double>(state.iterations()) / 1e6,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_AndPlanes)->Arg(5'000)->Unit(benchmark::kMicrosecond);

// simdjson alone, as a program would use it that does not know what comes: On-Demand, one iterate() a line,
// every field of every firm read as what its first byte says. Keys and texts are unescaped into simdjson's
// buffer, numbers become whole numbers or doubles, items of lists are read one by one; nothing is looked up,
// checked against a schema or kept. The first stage and the unescaping choose the widest kernels that the
// processor has; the rest is in simdjson's headers and compiled as the engine is. The floor for a reader that
// is built on it.
size_t ReadValue(simdjson::ondemand::value value) {
  namespace on = simdjson::ondemand;
  switch (value.type()) {
    case on::json_type::string:
      return value.get_string().value().size();
    case on::json_type::number:
      benchmark::DoNotOptimize(value.get_number().value());
      return 1;
    case on::json_type::array: {
      size_t size = 0;
      for (auto item : value.get_array()) size += item.get_string().value().size();
      return size;
    }
    case on::json_type::boolean:
      return value.get_bool().value() ? 1 : 0;
    case on::json_type::object:
    case on::json_type::null:
      return 0;
  }
  return 0;
}

void BM_Simdjson(benchmark::State& state) {
  std::string text = FirmsText(size_t{64} << 20);
  const size_t size = text.size();
  text.append(simdjson::SIMDJSON_PADDING, ' ');
  simdjson::ondemand::parser parser;
  int64_t rows = 0;
  size_t read = 0;
  for (auto _ : state) {
    for (size_t begin = 0; begin < size;) {
      const size_t end = text.find('\n', begin);
      auto document = parser.iterate(text.data() + begin, end - begin, text.size() - begin);
      for (auto field : document.get_object()) {
        read += field.unescaped_key().value().size();
        read += ReadValue(field.value());
      }
      ++rows;
      begin = end + 1;
    }
  }
  if (read == 0) state.SkipWithError("nothing was read");
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * size));
  state.counters["us_per_row"] = benchmark::Counter(
      static_cast<double>(rows) / 1e6, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_Simdjson)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace zhida::bench

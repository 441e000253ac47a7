// The patterns asked of one fact: looked for in one pass over a text, or one after the other.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/feel/pattern.h"
#include "engine/feel/pattern_set.h"

namespace zhida::bench {
namespace {

std::vector<std::string> Patterns(int64_t count) {
  std::vector<std::string> patterns;
  for (int64_t i = 0; i < count; ++i) {
    patterns.push_back((i % 2 == 0 ? "科技" : "贸易") + std::to_string(i) + ".*公司");
  }
  return patterns;
}

// Names of firms, all different.
std::string NameOf(uint64_t i) {
  return "泉州市科技" + std::to_string(i % 997) + "开发" + std::to_string(i) + "有限公司";
}

void BM_PatternsTogether(benchmark::State& state) {
  const std::vector<std::string> patterns = Patterns(state.range(0));
  std::vector<feel::PatternText> texts;
  for (const std::string& pattern : patterns) texts.push_back({pattern, ""});
  const auto set = feel::PatternSet::Make(texts, limits::kPatternSetMemoryBytes);
  std::vector<int> matching;
  uint64_t text = 0;
  for (auto _ : state) {
    if (!set->Match(NameOf(text++), &matching)) {
      state.SkipWithError("the patterns are over their memory");
      break;
    }
    benchmark::DoNotOptimize(matching.data());
  }
}
BENCHMARK(BM_PatternsTogether)->Arg(1)->Arg(25)->Arg(500);

void BM_PatternsAlone(benchmark::State& state) {
  std::vector<std::shared_ptr<const feel::Pattern>> patterns;
  for (const std::string& pattern : Patterns(state.range(0)))
    patterns.push_back(feel::Pattern::Get(pattern, ""));
  uint64_t text = 0;
  for (auto _ : state) {
    const std::string name = NameOf(text++);
    size_t matching = 0;
    for (const auto& pattern : patterns) matching += pattern->Matches(name) ? 1 : 0;
    benchmark::DoNotOptimize(matching);
  }
}
BENCHMARK(BM_PatternsAlone)->Arg(1)->Arg(25)->Arg(500);

}  // namespace
}  // namespace zhida::bench

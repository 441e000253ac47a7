#include "tests/cross/rounds.h"

#include <atomic>
#include <thread>
#include <vector>

namespace zhida::cross {
namespace {

void Add(const CheckResult& round, CheckResult* sum) {
  sum->pairs += round.pairs;
  sum->rejected += round.rejected;
  sum->judged += round.judged;
  sum->near += round.near;
  for (int i = 0; i < pack::kOutcomeCount; ++i) sum->outcomes[i] += round.outcomes[i];
}

}  // namespace

MadeCase MakeRound(uint64_t seed, MakeOptions options) {
  if (seed % 8 == 0) {
    options.policies /= 4;
    options.rows *= 4;
  }
  return Make(seed, options);
}

RoundsResult CheckRounds(uint64_t first_seed, int64_t pairs, const MakeOptions& options, batch::Fault fault,
                         int threads) {
  RoundsResult all;
  const int64_t pairs_max = int64_t{options.policies} * options.rows;  // of a round; refused rows make fewer
  while (all.sum.pairs < pairs) {
    // As many rounds as are needed at least, so that none is for nothing.
    std::vector<CheckResult> results(
        static_cast<size_t>((pairs - all.sum.pairs + pairs_max - 1) / pairs_max));
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i = next++; i < results.size(); i = next++) {
        results[i] = Check(MakeRound(first_seed + i, options), fault);
        // All lower rounds have been begun, and will be ended.
        if (!results[i].difference.empty()) next = results.size();
      }
    };
    {
      std::vector<std::jthread> helpers;
      for (int i = 1; i < threads; ++i) helpers.emplace_back(work);
      work();
    }
    for (size_t i = 0; i < results.size(); ++i) {
      if (!results[i].difference.empty()) {
        all.differs = first_seed + i;
        return all;
      }
      Add(results[i], &all.sum);
    }
    first_seed += results.size();
  }
  return all;
}

}  // namespace zhida::cross

// The cross-tester: made packs and firms through every evaluator. ZHIDA_SEED starts elsewhere;
// ZHIDA_TEST_SIZE=full runs ten times as many, but under sanitizers, which are ten times as slow, the usual
// million.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "tests/cross/cross_check.h"
#include "tests/test_size.h"

namespace zhida::cross {
namespace {

uint64_t FirstSeed() {
  const char* given = std::getenv("ZHIDA_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20261122;
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

TEST(Cross, EveryEvaluatorAgreesWithTheInterpreter) {
  const int64_t pairs_wanted = FullSize() && !kSanitized ? 10'000'000 : 1'000'000;
  MakeOptions options;
  options.policies = 24;
  options.rows = 160;
  CheckResult sum;
  uint64_t seed = FirstSeed();
  std::printf("first seed %llu\n", static_cast<unsigned long long>(seed));
  for (; sum.pairs < pairs_wanted; ++seed) {
    const MadeCase made = Make(seed, options);
    const CheckResult result = Check(made, batch::Fault::kNone);
    if (!result.difference.empty()) {
      const MadeCase smaller = Shrink(made, batch::Fault::kNone);
      FAIL() << Report(smaller, Check(smaller, batch::Fault::kNone));
    }
    sum.pairs += result.pairs;
    sum.rejected += result.rejected;
    sum.judged += result.judged;
    sum.near += result.near;
    for (int i = 0; i < pack::kOutcomeCount; ++i) sum.outcomes[i] += result.outcomes[i];
  }
  std::printf("%lld pairs x %zu evaluators, %lld rows refused, %lld pairs left to the judge\n",
              static_cast<long long>(sum.pairs), Evaluators().size(), static_cast<long long>(sum.rejected),
              static_cast<long long>(sum.judged));
  std::printf(" ");
  for (const Evaluator& evaluator : Evaluators()) std::printf(" [%s]", evaluator.name.c_str());
  std::printf("\n%lld near misses, each found by planes too\n", static_cast<long long>(sum.near));
  EXPECT_GT(sum.near, sum.pairs / 1000);
  for (int i = 0; i < pack::kOutcomeCount; ++i) {
    std::printf("  %s %lld\n", std::string(pack::OutcomeName(static_cast<pack::Outcome>(i))).c_str(),
                static_cast<long long>(sum.outcomes[i]));
    // A tester that never meets an outcome says nothing about it.
    EXPECT_GT(sum.outcomes[i], sum.pairs / 1000);
  }
}

// Each fault, once switched on, must be noticed within ten seconds; else the tester would not notice the like
// of it.
class CrossNotices : public testing::TestWithParam<batch::Fault> {};

TEST_P(CrossNotices, AFault) {
  const auto start = std::chrono::steady_clock::now();
  MakeOptions options;
  options.policies = 16;
  options.rows = 64;
  for (uint64_t seed = FirstSeed(); std::chrono::steady_clock::now() - start < std::chrono::seconds(10);
       ++seed) {
    if (!Check(Make(seed, options), GetParam()).difference.empty()) return;
  }
  FAIL() << "not noticed within 10 seconds";
}

INSTANTIATE_TEST_SUITE_P(Faults, CrossNotices,
                         testing::Values(batch::Fault::kSwappedPlanes, batch::Fault::kCutOffByOne,
                                         batch::Fault::kUnknownAsFalse, batch::Fault::kDroppedOrBranch,
                                         batch::Fault::kDroppedAndPart, batch::Fault::kNotIgnored,
                                         batch::Fault::kNullAsUnknown, batch::Fault::kCommittedAsKnown,
                                         batch::Fault::kTableDefaultForUnknown, batch::Fault::kWrongCap,
                                         batch::Fault::kRoundedDown, batch::Fault::kErrorAsFalse,
                                         batch::Fault::kSieveCutOffByOne, batch::Fault::kSieveUnknownAsFalse,
                                         batch::Fault::kSieveDroppedAlternative,
                                         batch::Fault::kSieveWrongSkip));

}  // namespace
}  // namespace zhida::cross

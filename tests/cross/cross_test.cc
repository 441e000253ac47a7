// The cross-tester: made packs and firms through every evaluator. ZHIDA_SEED starts elsewhere;
// ZHIDA_TEST_SIZE=full runs ten times as many, but under sanitizers, which are ten times as slow, the usual
// million.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <string>

#include "engine/base/parallel.h"
#include "tests/cross/cross_check.h"
#include "tests/cross/rounds.h"
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
  const uint64_t seed = FirstSeed();
  const int threads = HardwareThreads();
  std::printf("first seed %llu, %d threads\n", static_cast<unsigned long long>(seed), threads);
  const RoundsResult rounds = CheckRounds(seed, pairs_wanted, options, batch::Fault::kNone, threads);
  if (rounds.differs) {
    const MadeCase smaller = Shrink(MakeRound(*rounds.differs, options), batch::Fault::kNone);
    FAIL() << Report(smaller, Check(smaller, batch::Fault::kNone));
  }
  const CheckResult& sum = rounds.sum;
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

// What the rounds say does not hang on how many threads they have.
TEST(Cross, RoundsAreTheSameOnAnyNumberOfThreads) {
  MakeOptions options;
  options.policies = 8;
  options.rows = 16;
  const uint64_t seed = FirstSeed();
  const RoundsResult alone = CheckRounds(seed, 3'000, options, batch::Fault::kNone, 1);
  EXPECT_FALSE(alone.differs);
  EXPECT_GE(alone.sum.pairs, 3'000);
  // Rare enough not to be in the first round.
  const batch::Fault rare = batch::Fault::kWrongCap;
  const RoundsResult faulty = CheckRounds(seed, 100'000, options, rare, 1);
  ASSERT_TRUE(faulty.differs);
  EXPECT_FALSE(Check(MakeRound(*faulty.differs, options), rare).difference.empty());
  for (const int threads : {2, 5}) {
    const RoundsResult shared = CheckRounds(seed, 3'000, options, batch::Fault::kNone, threads);
    EXPECT_EQ(shared.sum.pairs, alone.sum.pairs);
    EXPECT_EQ(shared.sum.rejected, alone.sum.rejected);
    EXPECT_EQ(shared.sum.near, alone.sum.near);
    EXPECT_TRUE(std::equal(std::begin(shared.sum.outcomes), std::end(shared.sum.outcomes),
                           std::begin(alone.sum.outcomes)));
    EXPECT_EQ(CheckRounds(seed, 100'000, options, rare, threads).differs, faulty.differs);
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

#include "engine/base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace zhida {
namespace {

class ParallelForTest : public testing::TestWithParam<int> {};

TEST_P(ParallelForTest, VisitsEveryIndexOnce) {
  for (const size_t count : {size_t{0}, size_t{1}, size_t{2}, size_t{7}, size_t{1000}, size_t{20000}}) {
    std::vector<std::atomic<int>> visits(count);
    ParallelFor(count, GetParam(), [&](size_t index) { visits.at(index).fetch_add(1); });
    for (size_t index = 0; index < count; ++index) ASSERT_EQ(visits[index], 1) << index << " of " << count;
  }
}

TEST_P(ParallelForTest, ThrowsTheBodysExceptionOnTheCaller) {
  std::atomic<size_t> visits{0};
  const auto run = [&] {
    ParallelFor(5000, GetParam(), [&](size_t index) {
      visits.fetch_add(1);
      if (index == 137) throw std::runtime_error("block 137");
    });
  };
  try {
    run();
    FAIL() << "the exception was lost";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "block 137");
  }
  EXPECT_GE(visits, 1u);
  EXPECT_LE(visits, 5000u);

  // A failed run leaves nothing behind that would disturb the next one.
  std::atomic<size_t> again{0};
  ParallelFor(100, GetParam(), [&](size_t) { again.fetch_add(1); });
  EXPECT_EQ(again, 100u);
}

TEST_P(ParallelForTest, SurvivesThatAllBodiesThrow) {
  EXPECT_THROW(ParallelFor(300, GetParam(), [](size_t index) { throw std::to_string(index); }), std::string);
}

TEST_P(ParallelForTest, MayBeNested) {
  std::atomic<size_t> visits{0};
  ParallelFor(20, GetParam(),
              [&](size_t) { ParallelFor(30, GetParam(), [&](size_t) { visits.fetch_add(1); }); });
  EXPECT_EQ(visits, 600u);
}

TEST_P(ParallelForTest, MayBeCalledFromSeveralThreads) {
  std::atomic<size_t> visits{0};
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 4; ++caller) {
      callers.emplace_back([&] { ParallelFor(500, GetParam(), [&](size_t) { visits.fetch_add(1); }); });
    }
  }
  EXPECT_EQ(visits, 2000u);
}

INSTANTIATE_TEST_SUITE_P(Threads, ParallelForTest, testing::Values(-1, 0, 1, 2, 3, 8));

TEST(ParallelForOneThreadTest, RunsInOrderOnTheCaller) {
  const std::thread::id caller = std::this_thread::get_id();
  std::vector<size_t> order;
  ParallelFor(100, 1, [&](size_t index) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    order.push_back(index);
  });
  ASSERT_EQ(order.size(), 100u);
  for (size_t index = 0; index < order.size(); ++index) EXPECT_EQ(order[index], index);
}

TEST(ParallelForOneThreadTest, StopsAtTheFirstException) {
  size_t visits = 0;
  EXPECT_THROW(ParallelFor(100, 1,
                           [&](size_t index) {
                             ++visits;
                             if (index == 9) throw std::runtime_error("tenth");
                           }),
               std::runtime_error);
  EXPECT_EQ(visits, 10u);
}

TEST(ParallelForLimitTest, UsesAtMostThatManyThreads) {
  std::mutex mutex;
  std::set<std::thread::id> seen;
  ParallelFor(2000, 2, [&](size_t) {
    const std::lock_guard<std::mutex> lock(mutex);
    seen.insert(std::this_thread::get_id());
  });
  EXPECT_LE(seen.size(), 2u);
}

TEST(HardwareThreadsTest, IsAtLeastOne) { EXPECT_GE(HardwareThreads(), 1); }

}  // namespace
}  // namespace zhida

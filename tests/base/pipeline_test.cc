#include "engine/base/pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace zhida {
namespace {

class PipelineTest : public testing::TestWithParam<int> {};

TEST_P(PipelineTest, MergesInTheOrderTaken) {
  const OrderedPipeline pipeline(GetParam());
  std::vector<int> piece(pipeline.slots());
  std::vector<int> merged;
  int taken = 0;
  OrderedPipeline::Steps steps;
  steps.take = [&](size_t slot) {
    if (taken == 1000) return Taken::kEnd;
    piece[slot] = taken++;
    return Taken::kPiece;
  };
  steps.work = [&](size_t slot, size_t worker) {
    EXPECT_LT(worker, pipeline.threads());
    piece[slot] *= 2;
  };
  steps.merge = [&](size_t slot) {
    merged.push_back(piece[slot]);
    return true;
  };
  pipeline.Run(steps);
  ASSERT_EQ(merged.size(), 1000u);
  for (size_t i = 0; i < merged.size(); ++i) EXPECT_EQ(merged[i], static_cast<int>(2 * i));
}

TEST_P(PipelineTest, StopsWhenMergingSaysSo) {
  const OrderedPipeline pipeline(GetParam());
  int merged = 0;
  OrderedPipeline::Steps steps;
  steps.take = [](size_t) { return Taken::kPiece; };
  steps.work = [](size_t, size_t) {};
  steps.merge = [&](size_t) { return ++merged < 5; };
  pipeline.Run(steps);
  EXPECT_EQ(merged, 5);
}

// While the input has nothing, the calling thread is asked too, and what is done goes on being merged.
TEST_P(PipelineTest, TheCallerGetsItsTurnWhileTheInputWaits) {
  const OrderedPipeline pipeline(GetParam());
  const std::thread::id caller = std::this_thread::get_id();
  int asked_caller = 0;
  int taken = 0;
  int merged = 0;
  OrderedPipeline::Steps steps;
  steps.take = [&](size_t) {
    if (taken < 3) {
      ++taken;
      return Taken::kPiece;
    }
    if (std::this_thread::get_id() == caller) ++asked_caller;
    return asked_caller < 3 ? Taken::kLater : Taken::kEnd;
  };
  steps.work = [](size_t, size_t) {};
  steps.merge = [&](size_t) {
    ++merged;
    return true;
  };
  pipeline.Run(steps);
  EXPECT_EQ(asked_caller, 3);
  EXPECT_EQ(merged, 3);
}

TEST_P(PipelineTest, ThrowsWhatAStepThrew) {
  const OrderedPipeline pipeline(GetParam());
  OrderedPipeline::Steps steps;
  steps.take = [](size_t) { return Taken::kPiece; };
  steps.work = [](size_t, size_t) { throw std::runtime_error("a piece"); };
  steps.merge = [](size_t) { return true; };
  EXPECT_THROW(pipeline.Run(steps), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(Threads, PipelineTest, testing::Values(1, 2, 5));

}  // namespace
}  // namespace zhida

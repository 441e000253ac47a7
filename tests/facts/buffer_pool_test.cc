#include "engine/facts/buffer_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

namespace zhida::facts {
namespace {

TEST(BufferPoolTest, WhatWasGivenBackIsHandedOutAgain) {
  const auto pool = BufferPool::Make();
  int64_t* first = nullptr;
  int64_t* second = nullptr;
  pool->New(100'000, &first);  // given back at once
  ArrowBuffer kept = pool->New(90'000, &second);
  EXPECT_EQ(first, second);
  int64_t* third = nullptr;
  const ArrowBuffer other = pool->New(90'000, &third);
  EXPECT_NE(second, third);  // one of them is in use
  EXPECT_EQ(kept.data, second);
}

TEST(BufferPoolTest, EmptyAndSmallBuffersHaveAPlace) {
  const auto pool = BufferPool::Make();
  for (const size_t count : {size_t{0}, size_t{1}, BufferPool::kSmallBytes - 1, BufferPool::kSmallBytes}) {
    char* values = nullptr;
    const ArrowBuffer buffer = pool->New(count, &values);
    ASSERT_NE(values, nullptr);
    std::fill_n(values, count, 'x');
  }
}

TEST(BufferPoolTest, BuffersOutliveTheirMakerAndComeFromAnyThread) {
  auto pool = BufferPool::Make();
  std::vector<ArrowBuffer> buffers;
  for (size_t i = 0; i < 8; ++i) {
    uint32_t* values = nullptr;
    buffers.push_back(pool->New(100'000, &values));
    std::fill_n(values, 100'000, static_cast<uint32_t>(i));
  }
  pool.reset();
  for (size_t i = 0; i < buffers.size(); ++i)
    EXPECT_EQ(static_cast<const uint32_t*>(buffers[i].data)[99'999], i);
  std::thread other([given = std::move(buffers)]() mutable { given.clear(); });
  other.join();
}

// More than is kept goes back to the system; a sanitizer would see it leak.
TEST(BufferPoolTest, TooMuchIsNotKept) {
  const auto pool = BufferPool::Make();
  std::vector<ArrowBuffer> buffers;
  for (size_t bytes = 0; bytes <= 2 * BufferPool::kIdleBytesMax; bytes += size_t{16} << 20) {
    char* values = nullptr;
    buffers.push_back(pool->New(size_t{16} << 20, &values));
  }
  buffers.clear();
  char* again = nullptr;
  EXPECT_NE(pool->New(size_t{16} << 20, &again).data, nullptr);
}

}  // namespace
}  // namespace zhida::facts

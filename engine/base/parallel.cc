#include "engine/base/parallel.h"

#include <algorithm>
#include <thread>

#ifdef ZHIDA_PARALLEL_STD_THREAD
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <vector>
#else
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>
#endif

namespace zhida {
namespace {

#ifdef ZHIDA_PARALLEL_STD_THREAD

void RunOnThreads(size_t count, int threads, const std::function<void(size_t)>& body) {
  std::atomic<size_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::exception_ptr first;

  auto work = [&] {
    while (!stop.load(std::memory_order_relaxed)) {
      const size_t index = next.fetch_add(1, std::memory_order_relaxed);
      if (index >= count) return;
      try {
        body(index);
      } catch (...) {
        const std::lock_guard<std::mutex> lock(mutex);
        if (!first) first = std::current_exception();
        stop.store(true, std::memory_order_relaxed);
      }
    }
  };

  {
    std::vector<std::jthread> helpers;
    helpers.reserve(static_cast<size_t>(threads - 1));
    try {
      while (helpers.size() + 1 < static_cast<size_t>(threads)) helpers.emplace_back(work);
    } catch (const std::system_error&) {
      // The system grants no more threads; those that started share the work.
    }
    work();
  }
  if (first) std::rethrow_exception(first);
}

#else

void RunOnThreads(size_t count, int threads, const std::function<void(size_t)>& body) {
  // TBB prints a warning when asked for more than it will give, and a library must not print.
  const size_t given = tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
  threads = static_cast<int>(std::min(static_cast<size_t>(threads), given));
  // The arena lives for one call only: nothing is made before it is needed, nothing is left behind.
  tbb::task_arena arena(threads);
  arena.execute([&] {
    // One index per task, because blocks of firms differ much in cost.
    tbb::parallel_for(
        tbb::blocked_range<size_t>(0, count, 1),
        [&](const tbb::blocked_range<size_t>& range) {
          for (size_t index = range.begin(); index != range.end(); ++index) body(index);
        },
        tbb::simple_partitioner());
  });
}

#endif

}  // namespace

int HardwareThreads() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

void ParallelFor(size_t count, int threads, const std::function<void(size_t)>& body) {
  if (threads <= 0) threads = HardwareThreads();
  if (count < static_cast<size_t>(threads)) threads = static_cast<int>(count);
  if (threads <= 1) {
    for (size_t index = 0; index < count; ++index) body(index);
    return;
  }
  RunOnThreads(count, threads, body);
}

}  // namespace zhida

#include "engine/base/pipeline.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "engine/base/parallel.h"

namespace zhida {

namespace {

// One piece a thread in hand, and one more to go on with while the oldest is not done.
constexpr size_t kSlotsPerThread = 2;
// Between two looks at an input that has nothing yet.
constexpr std::chrono::milliseconds kPatience(10);

}  // namespace

OrderedPipeline::OrderedPipeline(int threads)
    : threads_(static_cast<size_t>(threads > 0 ? threads : HardwareThreads())),
      slots_(threads_ == 1 ? 1 : threads_ * kSlotsPerThread) {}

void OrderedPipeline::Run(const Steps& steps) const {
  std::mutex mutex;
  std::condition_variable freed;
  size_t taken = 0;   // pieces so far; a piece's slot is its number modulo slots_
  size_t merged = 0;  // all before this one
  bool stop = false;
  std::vector<bool> done(slots_, false);
  const auto work = [&](size_t worker) {
    std::unique_lock lock(mutex);
    for (;;) {
      freed.wait(lock, [&] { return stop || taken - merged < slots_; });
      const Taken what = stop ? Taken::kEnd : steps.take(taken % slots_);
      if (what == Taken::kEnd) {
        stop = true;
        return;
      }
      if (what == Taken::kLater) {
        freed.wait_for(lock, kPatience);
        continue;
      }
      const size_t slot = taken++ % slots_;
      lock.unlock();
      steps.work(slot, worker);
      lock.lock();
      done[slot] = true;
      for (; merged < taken && done[merged % slots_]; ++merged) {
        done[merged % slots_] = false;
        if (!steps.merge(merged % slots_)) {
          stop = true;
          break;
        }
      }
      freed.notify_all();
    }
  };
  ParallelFor(threads_, static_cast<int>(threads_), [&](size_t worker) {
    try {
      work(worker);
    } catch (...) {
      // Whoever waits for this piece would wait for ever.
      const std::lock_guard lock(mutex);
      stop = true;
      freed.notify_all();
      throw;
    }
    freed.notify_all();
  });
}

}  // namespace zhida

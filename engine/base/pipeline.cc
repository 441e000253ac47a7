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
  // Where both are held `taking` comes first. A step that takes runs without `mutex`, so that meanwhile
  // others go on.
  std::mutex taking;
  std::mutex mutex;
  std::condition_variable freed;
  size_t taken = 0;   // pieces so far; a piece's slot is its number modulo slots_
  size_t merged = 0;  // all before this one
  bool stop = false;
  std::vector<bool> done(slots_, false);
  const auto take = [&](size_t* slot) {
    const std::lock_guard turn(taking);
    {
      std::unique_lock lock(mutex);
      freed.wait(lock, [&] { return stop || taken - merged < slots_; });
      if (stop) return Taken::kEnd;
      *slot = taken % slots_;
    }
    const Taken what = steps.take(*slot);
    const std::lock_guard lock(mutex);
    if (what == Taken::kPiece) ++taken;
    if (what == Taken::kEnd) stop = true;
    return what;
  };
  const auto merge = [&](size_t slot) {
    const std::lock_guard lock(mutex);
    done[slot] = true;
    for (; merged < taken && done[merged % slots_]; ++merged) {
      done[merged % slots_] = false;
      if (!steps.merge(merged % slots_)) {
        stop = true;
        break;
      }
    }
    freed.notify_all();
  };
  const auto work = [&](size_t worker) {
    for (;;) {
      size_t slot = 0;
      const Taken what = take(&slot);
      if (what == Taken::kEnd) return;
      if (what == Taken::kLater) {
        std::unique_lock lock(mutex);
        freed.wait_for(lock, kPatience);
        continue;
      }
      steps.work(slot, worker);
      merge(slot);
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

// Cancellation: a flag that a caller raises and that long work looks at between blocks.
// Any thread may raise or read it. Raising it twice is harmless.
#ifndef ZHIDA_ENGINE_BASE_CANCEL_H_
#define ZHIDA_ENGINE_BASE_CANCEL_H_

#include <atomic>

namespace zhida {

class CancelFlag {
 public:
  void Raise() { raised_.store(true, std::memory_order_relaxed); }
  bool raised() const { return raised_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> raised_{false};
};

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_CANCEL_H_

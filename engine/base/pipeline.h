// OrderedPipeline: pieces of a stream are taken in order, worked on by all threads, and merged in order.
//
// Run() takes pieces until `take` says that there are no more or `merge` returns false; on return every piece
// taken has been merged, unless it was stopped or a step threw. A `take` that would have to wait for its
// input says kLater instead, and is asked again by whichever thread is free: so the calling thread gets its
// turn, and with it whatever may end the wait. `take` is called one at a time, in the order of the pieces,
// and so is `merge`; but one piece may be taken while another is merged. `work` is called by several threads
// at once. All three get a slot, a number below slots(), which belongs to one piece from take to merge;
// `work` gets its worker's number too, below the number of threads, so that each can have tools of its own.
// At most slots() pieces are under way. With one thread all is done in a plain loop on the calling thread, as
// by ParallelFor. Fails only if a step throws: no new pieces are taken, and the first exception is thrown
// again by Run().
#ifndef ZHIDA_ENGINE_BASE_PIPELINE_H_
#define ZHIDA_ENGINE_BASE_PIPELINE_H_

#include <cstddef>
#include <cstdint>
#include <functional>

namespace zhida {

enum class Taken : uint8_t { kPiece, kLater, kEnd };

class OrderedPipeline {
 public:
  explicit OrderedPipeline(int threads);  // <= 0: as many as the machine has

  size_t threads() const { return threads_; }
  size_t slots() const { return slots_; }

  struct Steps {
    std::function<Taken(size_t slot)> take;
    std::function<void(size_t slot, size_t worker)> work;
    std::function<bool(size_t slot)> merge;
  };
  void Run(const Steps& steps) const;

 private:
  size_t threads_;
  size_t slots_;
};

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_PIPELINE_H_

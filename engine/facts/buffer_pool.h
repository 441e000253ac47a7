// BufferPool: memory for large buffers that are filled, handed to a consumer and given back, again and again.
//
// Fresh memory costs a page fault every four kilobytes, and for results that are written faster than a page
// is cleared this is most of the work. What was given back is handed out again; at most kIdleBytesMax are
// kept for that. Small buffers are left to the allocator. A buffer may outlive everything but the pool, which
// it keeps. Any thread.
#ifndef ZHIDA_ENGINE_FACTS_BUFFER_POOL_H_
#define ZHIDA_ENGINE_FACTS_BUFFER_POOL_H_

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/facts/arrow_writer.h"

namespace zhida::facts {

class BufferPool : public std::enable_shared_from_this<BufferPool> {
 public:
  static std::shared_ptr<BufferPool> Make() { return std::shared_ptr<BufferPool>(new BufferPool); }

  // Room for so many values, to be filled by the caller before it is shared; not zeroed.
  template <typename T>
  ArrowBuffer New(size_t count, T** values) {
    std::shared_ptr<void> room = Take(count * sizeof(T));
    *values = static_cast<T*>(room.get());
    return {std::move(room), *values};
  }

  static constexpr size_t kSmallBytes = size_t{64} << 10;
  static constexpr size_t kIdleBytesMax = size_t{64} << 20;

 private:
  using Room = std::unique_ptr<std::byte[]>;
  BufferPool() = default;
  std::shared_ptr<void> Take(size_t bytes);
  void GiveBack(size_t size_class, Room room);

  std::mutex mutex_;
  std::array<std::vector<Room>, 64> idle_;  // by size class: rooms of 2^class bytes
  size_t idle_bytes_ = 0;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_BUFFER_POOL_H_

#include "engine/facts/buffer_pool.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace zhida::facts {

std::shared_ptr<void> BufferPool::Take(size_t bytes) {
  if (bytes < kSmallBytes) {
    auto small = std::shared_ptr<std::byte[]>(new std::byte[std::max<size_t>(bytes, 1)]);
    return {small, small.get()};
  }
  const size_t size_class = static_cast<size_t>(std::bit_width(bytes - 1));
  Room room;
  {
    const std::lock_guard lock(mutex_);
    if (std::vector<Room>& idle = idle_[size_class]; !idle.empty()) {
      room = std::move(idle.back());
      idle.pop_back();
      idle_bytes_ -= size_t{1} << size_class;
    }
  }
  if (!room) room.reset(new std::byte[size_t{1} << size_class]);
  std::byte* const place = room.release();
  return {place, [pool = shared_from_this(), size_class](std::byte* given) {
            pool->GiveBack(size_class, Room(given));
          }};
}

void BufferPool::GiveBack(size_t size_class, Room room) {
  const size_t bytes = size_t{1} << size_class;
  const std::lock_guard lock(mutex_);
  if (idle_bytes_ + bytes > kIdleBytesMax) return;
  idle_[size_class].push_back(std::move(room));
  idle_bytes_ += bytes;
}

}  // namespace zhida::facts

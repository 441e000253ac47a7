#include "engine/point/row_memory.h"

#include <cstdlib>
#include <cstring>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace zhida::point {

namespace {

constexpr size_t kBlockBytes = size_t{2} << 20;  // a huge page
constexpr size_t kBudgetBytes = size_t{96} << 20;
constexpr size_t kLine = 64;

constexpr size_t RoundUp(size_t size, size_t step) { return (size + step - 1) / step * step; }

}  // namespace

struct RowMemory::Block {
  explicit Block(size_t bytes)
      : size(RoundUp(bytes, kBlockBytes)), data(static_cast<char*>(std::aligned_alloc(kBlockBytes, size))) {
    if (data == nullptr) throw std::bad_alloc();
#ifdef __linux__
    madvise(data, size, MADV_HUGEPAGE);  // a wish; without it all works the same
#endif
  }
  ~Block() { std::free(data); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  size_t size;
  char* data;
  size_t used = 0;
};

RowMemory::RowMemory() = default;
RowMemory::~RowMemory() = default;

size_t RowMemory::byte_count() const {
  size_t bytes = 0;
  for (const auto& block : blocks_) bytes += block->used;
  return bytes;
}

const RowOfTruths* RowMemory::Keep(const RowBuilder& row) {
  const size_t truths = row.truths.size();
  const size_t sure = row.sure.size() * sizeof(Stretch);
  const size_t can = row.can.size() * sizeof(Stretch);
  const size_t bytes = RoundUp(sizeof(RowOfTruths) + sure + can, kRowStep) + truths;
  if (blocks_.empty() || blocks_.back()->used + bytes > blocks_.back()->size) {
    if (byte_count() + bytes > kBudgetBytes) return nullptr;
    blocks_.push_back(std::make_unique<Block>(bytes));
  }
  Block& block = *blocks_.back();
  char* at = block.data + block.used;
  block.used = RoundUp(block.used + bytes, kLine);
  auto* kept = new (at) RowOfTruths;
  at += sizeof(RowOfTruths);
  const auto place = [&](const void* from, size_t size) {
    char* const to = at;
    if (size > 0) std::memcpy(to, from, size);
    at += size;
    return to;
  };
  kept->sure = reinterpret_cast<const Stretch*>(place(row.sure.data(), sure));
  kept->can = reinterpret_cast<const Stretch*>(place(row.can.data(), can));
  at = reinterpret_cast<char*>(kept) + RoundUp(sizeof(RowOfTruths) + sure + can, kRowStep);
  kept->truths = reinterpret_cast<const uint8_t*>(place(row.truths.data(), truths));
  kept->sure_count = static_cast<uint32_t>(row.sure.size());
  kept->can_count = static_cast<uint32_t>(row.can.size());
  return kept;
}

}  // namespace zhida::point

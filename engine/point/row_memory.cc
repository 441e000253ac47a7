#include "engine/point/row_memory.h"

#include <algorithm>
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

void RowBuilder::Start(size_t words) {
  words_ = words;
  planes_.assign(3 * words, 0);
  can_stretches.clear();
  sure_stretches.clear();
}

void RowBuilder::Set(size_t literal, Truth truth) {
  if (truth == Truth::kFalse) return;
  const size_t word = literal / 64;
  const uint64_t bit = uint64_t{1} << (literal % 64);
  can()[word] |= bit;
  if (truth != Truth::kUnknown) sure()[word] |= bit;
  if (truth == Truth::kError) error()[word] |= bit;
}

void RowBuilder::Add(Stretch stretch, std::vector<Stretch>* to) {
  if (!to->empty() && to->back().end == stretch.begin) {
    to->back().end = stretch.end;
  } else {
    to->push_back(stretch);
  }
}

const Row& RowBuilder::Finish() {
  const bool errors = std::any_of(error(), error() + words_, [](uint64_t word) { return word != 0; });
  const auto close = [](std::vector<Stretch>* stretches) {
    const auto count = static_cast<uint32_t>(stretches->size());
    stretches->resize(count + Row::kSpare);
    return count;
  };
  const uint32_t can_count = close(&can_stretches);
  const uint32_t sure_count = close(&sure_stretches);
  row_ = {can(),     sure(),    errors ? error() : nullptr, can_stretches.data(), sure_stretches.data(),
          can_count, sure_count};
  return row_;
}

// The row's head, its planes and its stretches lie one behind the other: mostly two cache lines.
const Row* RowMemory::Keep(const RowBuilder& builder) {
  const Row& row = builder.row();
  const size_t plane = builder.words() * sizeof(uint64_t);
  const size_t bytes = RoundUp(sizeof(Row) + (row.error != nullptr ? 3 : 2) * plane +
                                   (row.can_count + row.sure_count + 2 * Row::kSpare) * sizeof(Stretch),
                               kLine);
  if (blocks_.empty() || blocks_.back()->used + bytes > blocks_.back()->size) {
    if (byte_count() + bytes > kBudgetBytes) return nullptr;
    blocks_.push_back(std::make_unique<Block>(bytes));
  }
  Block& block = *blocks_.back();
  char* at = block.data + block.used;
  block.used += bytes;
  auto* kept = new (at) Row(row);
  at += sizeof(Row);
  const auto place = [&]<typename T>(const T* from, size_t size) {
    char* const to = at;
    if (size > 0) std::memcpy(to, from, size);
    at += size;
    return reinterpret_cast<const T*>(to);
  };
  kept->sure = place(row.sure, plane);
  kept->sure_stretches = place(row.sure_stretches, (row.sure_count + Row::kSpare) * sizeof(Stretch));
  kept->can = place(row.can, plane);
  kept->can_stretches = place(row.can_stretches, (row.can_count + Row::kSpare) * sizeof(Stretch));
  if (row.error != nullptr) kept->error = place(row.error, plane);
  return kept;
}

}  // namespace zhida::point

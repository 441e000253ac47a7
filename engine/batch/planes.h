// Planes: one bit a firm. The truth of a condition for a block of firms is held in three of them:
//   can_true   the condition is true, or undecided
//   can_false  it is false, or undecided
//   ask        it is undecided because the fast path cannot answer: the interpreter must (errors are among
//   these)
// Unknown is can_true and can_false. Where `ask` is set both others are. Bits past the block's firms are zero
// everywhere. Kleene logic becomes word operations; docs/semantics.md, section "Truth".
#ifndef ZHIDA_ENGINE_BATCH_PLANES_H_
#define ZHIDA_ENGINE_BATCH_PLANES_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace zhida::batch {

using Plane = std::vector<uint64_t>;  // 64 firms a word

inline size_t WordCount(size_t rows) { return (rows + 63) / 64; }
inline bool Bit(const Plane& plane, size_t row) { return (plane[row / 64] >> (row % 64)) & 1; }
inline void SetBit(Plane* plane, size_t row) { (*plane)[row / 64] |= uint64_t{1} << (row % 64); }

inline bool IsEmpty(const Plane& plane) {
  uint64_t any = 0;
  for (uint64_t word : plane) any |= word;
  return any == 0;
}

// Bit i of the plane is byte i, which is 0 or 1; eight of them by one multiplication.
inline void PackBits(const std::vector<uint8_t>& bytes, Plane* out) {
  static_assert(std::endian::native == std::endian::little);
  size_t i = 0;
  for (size_t word = 0; word < out->size(); ++word) {
    uint64_t bits = 0;
    for (size_t shift = 0; shift < 64 && i < bytes.size(); shift += 8, i += 8) {
      uint64_t eight = 0;
      std::memcpy(&eight, bytes.data() + i, std::min<size_t>(8, bytes.size() - i));
      bits |= (eight * 0x0102040810204080u >> 56) << shift;
    }
    (*out)[word] = bits;
  }
}

inline size_t CountBits(const Plane& plane) {
  size_t count = 0;
  for (uint64_t word : plane) count += static_cast<size_t>(__builtin_popcountll(word));
  return count;
}

// True if all of `part` lies in `whole`.
inline bool IsWithin(const Plane& part, const Plane& whole) {
  uint64_t outside = 0;
  for (size_t i = 0; i < part.size(); ++i) outside |= part[i] & ~whole[i];
  return outside == 0;
}

inline void OrInto(const Plane& part, Plane* out) {
  for (size_t i = 0; i < out->size(); ++i) (*out)[i] |= part[i];
}

// Calls visit(row) for each set bit, ascending.
template <typename Visit>
void ForEachBit(const Plane& plane, Visit visit) {
  for (size_t i = 0; i < plane.size(); ++i) {
    for (uint64_t word = plane[i]; word != 0; word &= word - 1) {
      visit(i * 64 + static_cast<size_t>(__builtin_ctzll(word)));
    }
  }
}

struct Planes {
  Plane can_true;
  Plane can_false;
  Plane ask;

  void Assign(size_t words) {
    can_true.assign(words, 0);
    can_false.assign(words, 0);
    ask.assign(words, 0);
  }
};

// out = out and part.
inline void AndInto(const Planes& part, Planes* out) {
  for (size_t i = 0; i < out->can_true.size(); ++i) {
    out->can_true[i] &= part.can_true[i];
    out->can_false[i] |= part.can_false[i];
    out->ask[i] = (out->ask[i] | part.ask[i]) & out->can_true[i];
  }
}

// out = out or part.
inline void OrInto(const Planes& part, Planes* out) {
  for (size_t i = 0; i < out->can_true.size(); ++i) {
    out->can_true[i] |= part.can_true[i];
    out->can_false[i] &= part.can_false[i];
    out->ask[i] = (out->ask[i] | part.ask[i]) & out->can_false[i];
  }
}

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_PLANES_H_

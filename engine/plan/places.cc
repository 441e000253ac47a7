#include "engine/plan/places.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace zhida::plan {
namespace {

constexpr int kLeadingBitsMin = 3;
constexpr int kLeadingBitsMax = 8;
constexpr size_t kFewBars = 4;
constexpr size_t kDoubtfulMax = 4;

}  // namespace

// Halves without a branch.
size_t Reached(const std::vector<int64_t>& bars, int64_t value) {
  const int64_t* base = bars.data();
  size_t size = bars.size();
  if (size == 0) return 0;
  while (size > 1) {
    const size_t half = size / 2;
    base += half & -static_cast<size_t>(base[half - 1] <= value);
    size -= half;
  }
  return static_cast<size_t>(base - bars.data()) + (*base <= value ? 1 : 0);
}

Places::Places(const std::vector<int64_t>& bars) : bars_(bars) {
  if (bars.size() <= kFewBars || bars.back() == std::numeric_limits<int64_t>::max()) return;
  first_ = bars.front();
  reach_ = static_cast<uint64_t>(bars.back()) - static_cast<uint64_t>(first_);
  int bits = kLeadingBitsMin;
  while (!Fill(bits, bars) && bits < kLeadingBitsMax) ++bits;
  if (doubtful_ > kDoubtfulMax) {
    begins_.clear();
    return;
  }
  // So many are looked at even behind the last bar, where these are never reached.
  bars_.insert(bars_.end(), kDoubtfulMax, std::numeric_limits<int64_t>::max());
}

// Its highest `leading_bits_` + 1 bits and how far they are from the lowest, in one ascending number.
inline size_t Places::KeyOf(uint64_t above) const {
  const int bits = 63 - std::countl_zero(above | 1);
  const int shift = std::max(0, bits - leading_bits_);
  return (static_cast<size_t>(shift) << leading_bits_) + static_cast<size_t>(above >> shift);
}

// True if no more than one bar is in doubt by the key.
bool Places::Fill(int leading_bits, const std::vector<int64_t>& bars) {
  leading_bits_ = leading_bits;
  doubtful_ = 0;
  begins_.assign(KeyOf(reach_) + 1, 0);
  size_t key = 0;
  size_t begin = 0;
  for (size_t i = 0; i < bars.size(); ++i) {
    const size_t of_bar = KeyOf(static_cast<uint64_t>(bars[i]) - static_cast<uint64_t>(first_));
    if (of_bar != key) begin = i;
    for (; key < of_bar; ++key) begins_[key + 1] = static_cast<uint16_t>(i);
    doubtful_ = std::max(doubtful_, i + 1 - begin);
  }
  return doubtful_ <= 1;
}

template <size_t kBars, typename Code>
void Places::FindFew(const int64_t* values, size_t count, Code base, Code* out) const {
  int64_t bars[kBars];
  std::copy_n(bars_.begin(), kBars, bars);
  for (size_t i = 0; i < count; ++i) {
    unsigned place = base;
    for (const int64_t bar : bars) place += bar <= values[i] ? 1 : 0;
    out[i] = static_cast<Code>(place);
  }
}

template <size_t kDoubtful, typename Code>
void Places::FindByTable(const int64_t* values, size_t count, Code base, Code* out) const {
  const uint16_t* const begins = begins_.data();
  const int64_t* const bars = bars_.data();
  const int64_t first = first_;
  const int64_t last = static_cast<int64_t>(static_cast<uint64_t>(first) + reach_);
  for (size_t i = 0; i < count; ++i) {
    const int64_t value = std::min(values[i], last);
    const uint64_t above = static_cast<uint64_t>(std::max(value, first)) - static_cast<uint64_t>(first);
    const size_t begin = begins[KeyOf(above)];
    size_t place = begin;
    for (size_t k = 0; k < kDoubtful; ++k) place += bars[begin + k] <= value ? 1 : 0;
    out[i] = static_cast<Code>(base + place);
  }
}

template <typename Code>
void Places::FindAll(const int64_t* values, size_t count, Code base, Code* out) const {
  if (begins_.empty()) {
    switch (bars_.size()) {
      case 0:
        std::fill_n(out, count, base);
        return;
      case 1:
        return FindFew<1>(values, count, base, out);
      case 2:
        return FindFew<2>(values, count, base, out);
      case 3:
        return FindFew<3>(values, count, base, out);
      case 4:
        return FindFew<4>(values, count, base, out);
      default:
        for (size_t i = 0; i < count; ++i) out[i] = static_cast<Code>(base + Reached(bars_, values[i]));
        return;
    }
  }
  switch (doubtful_) {
    case 1:
      return FindByTable<1>(values, count, base, out);
    case 2:
      return FindByTable<2>(values, count, base, out);
    default:
      return FindByTable<kDoubtfulMax>(values, count, base, out);
  }
}

void Places::Find(const int64_t* values, size_t count, uint8_t base, uint8_t* out) const {
  FindAll(values, count, base, out);
}
void Places::Find(const int64_t* values, size_t count, uint16_t base, uint16_t* out) const {
  FindAll(values, count, base, out);
}

}  // namespace zhida::plan

#include "engine/batch/bitmaps.h"

#include <algorithm>
#include <utility>

namespace zhida::batch {

void Bitmaps::Start() {
  blocks_.clear();
  policies_.clear();
  outcomes_.clear();
  begin_ = 0;
  placed_ = 0;
  used_ = 0;
}

void Bitmaps::StartBlock(size_t first, size_t rows) {
  words_ = (rows + 63) / 64;
  begin_ = count();
  placed_ = count();
  blocks_.push_back({first, rows, words_, begin_});
}

void Bitmaps::Add(uint32_t policy, pack::Outcome outcome, size_t row) {
  const auto key = [](size_t of, size_t with) { return of * pack::kOutcomeCount + with; };
  for (; placed_ < count(); ++placed_) {
    const size_t entry =
        key(static_cast<size_t>(policies_[placed_]), static_cast<size_t>(outcomes_[placed_]));
    if (entry >= place_of_.size()) place_of_.resize(key(entry / pack::kOutcomeCount + 1, 0));
    place_of_[entry] = static_cast<uint32_t>(placed_);
  }
  const size_t entry = key(policy, static_cast<size_t>(outcome));
  size_t place = entry < place_of_.size() ? place_of_[entry] : 0;
  if (place < begin_ || place >= count() ||
      key(static_cast<size_t>(policies_[place]), static_cast<size_t>(outcomes_[place])) != entry) {
    place = count();
    std::fill_n(New(policy, outcome), words_, 0);
  }
  uint64_t* const bitmap = bits_ + used_ - (count() - place) * words_;
  bitmap[row / 64] |= uint64_t{1} << row % 64;
}

facts::ArrowBuffer Bitmaps::TakeBits() {
  bits_ = nullptr;
  capacity_ = 0;
  return std::exchange(buffer_, {});
}

void Bitmaps::Grow(size_t words) {
  constexpr size_t kFirst = 8192;
  if (words > wanted_) wanted_ = std::max(kFirst, 2 * words);
  uint64_t* more = nullptr;
  facts::ArrowBuffer buffer = pool_->New(wanted_, &more);
  std::copy_n(bits_, used_, more);
  buffer_ = std::move(buffer);
  bits_ = more;
  capacity_ = wanted_;
}

}  // namespace zhida::batch

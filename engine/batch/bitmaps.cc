#include "engine/batch/bitmaps.h"

namespace zhida::batch {

void Bitmaps::Start(size_t policies, size_t rows) {
  rows_ = rows;
  words_ = (rows + 63) / 64;
  slots_.assign(policies * pack::kOutcomeCount, kNoSlot);
  bits_.clear();
}

void Bitmaps::StartPiece(uint32_t policy, pack::Outcome outcome) {
  uint32_t& slot = slots_[size_t{policy} * pack::kOutcomeCount + static_cast<size_t>(outcome)];
  if (slot == kNoSlot) {
    slot = static_cast<uint32_t>(count());
    bits_.resize(bits_.size() + words_);
  }
  current_ = slot;
}

void Bitmaps::AddRows(size_t first, uint64_t bits) {
  uint64_t* const word = Current() + first / 64;
  const size_t shift = first % 64;
  word[0] |= bits << shift;
  // What does not fit lies in the next word, if it is within the rows at all.
  if (const uint64_t rest = shift == 0 ? 0 : bits >> (64 - shift); rest != 0) word[1] |= rest;
}

}  // namespace zhida::batch

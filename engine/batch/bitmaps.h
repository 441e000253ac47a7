// Bitmaps: what became of rows and policies, a bit a row for each policy and outcome.
//
// For a policy that holds for many rows this is far less than its pairs, and it is what the planes hold
// already. Only what occurs has a bitmap. One thread; reused from block to block.
#ifndef ZHIDA_ENGINE_BATCH_BITMAPS_H_
#define ZHIDA_ENGINE_BATCH_BITMAPS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/pack/judge.h"

namespace zhida::batch {

class Bitmaps {
 public:
  // Drops what is there. Rows are numbered from 0.
  void Start(size_t policies, size_t rows);
  // What is added from now on is of this policy and outcome, which may come more than once.
  void StartPiece(uint32_t policy, pack::Outcome outcome);
  void Add(size_t row) { Current()[row / 64] |= uint64_t{1} << row % 64; }
  // The rows `first` + i whose bit i is set.
  void AddRows(size_t first, uint64_t bits);

  size_t row_count() const { return rows_; }
  size_t words() const { return words_; }  // of each bitmap
  size_t count() const { return bits_.size() / (words_ == 0 ? 1 : words_); }
  // Calls visit(policy, outcome, words) for each bitmap, by policy and then by outcome.
  template <typename F>
  void ForEach(F&& visit) const {
    for (size_t i = 0; i < slots_.size(); ++i) {
      if (slots_[i] == kNoSlot) continue;
      visit(static_cast<uint32_t>(i / pack::kOutcomeCount),
            static_cast<pack::Outcome>(i % pack::kOutcomeCount), bits_.data() + slots_[i] * words_);
    }
  }

 private:
  static constexpr uint32_t kNoSlot = ~uint32_t{0};
  uint64_t* Current() { return bits_.data() + current_ * words_; }

  size_t rows_ = 0;
  size_t words_ = 0;
  size_t current_ = 0;
  std::vector<uint32_t> slots_;  // by policy and outcome: which bitmap, or kNoSlot
  std::vector<uint64_t> bits_;   // the bitmaps one after another, in the order in which they were begun
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_BITMAPS_H_

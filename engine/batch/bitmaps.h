// Bitmaps: what became of rows and policies, a bit a row for each policy and outcome.
//
// For a policy that holds for many rows this is far less than its pairs, and it is what the planes hold
// already. A bitmap is of one block of rows, the block that the engine judges together: so all are written
// one after another, once, into the memory that becomes the Arrow column, and only what occurs in the block
// has one. One thread; reused from piece to piece.
#ifndef ZHIDA_ENGINE_BATCH_BITMAPS_H_
#define ZHIDA_ENGINE_BATCH_BITMAPS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/facts/buffer_pool.h"
#include "engine/pack/judge.h"

namespace zhida::batch {

class Bitmaps {
 public:
  struct Block {
    size_t first = 0;  // row
    size_t rows = 0;
    size_t words = 0;  // of each of its bitmaps
    size_t begin = 0;  // of its bitmaps, which lie side by side
  };

  // Drops what is there.
  void Start();
  // What comes from now on is of rows `first` to first + rows - 1, of which no earlier block has any.
  void StartBlock(size_t first, size_t rows);
  // Room for the words of another bitmap of the block, to be filled by the caller at once: some bit is set,
  // and none beyond the rows. No second one is of the same policy and outcome.
  uint64_t* New(uint32_t policy, pack::Outcome outcome) {
    if (used_ + words_ > capacity_) Grow(used_ + words_);
    uint64_t* const room = bits_ + used_;
    used_ += words_;
    policies_.push_back(static_cast<int32_t>(policy));
    outcomes_.push_back(static_cast<int8_t>(outcome));
    return room;
  }
  // A single row of the block, which may belong to a bitmap that is there.
  void Add(uint32_t policy, pack::Outcome outcome, size_t row);

  size_t count() const { return policies_.size(); }
  const std::vector<Block>& blocks() const { return blocks_; }
  size_t end(size_t block) const {  // of its bitmaps
    return block + 1 < blocks_.size() ? blocks_[block + 1].begin : count();
  }
  const std::vector<int32_t>& policies() const { return policies_; }  // by bitmap
  const std::vector<int8_t>& outcomes() const { return outcomes_; }
  const uint64_t* bits() const { return bits_; }  // bitmap by bitmap
  size_t word_count() const { return used_; }     // of all of them
  // Gives the bits away; nothing may be asked or added until the next Start().
  facts::ArrowBuffer TakeBits();

 private:
  void Grow(size_t words);

  std::vector<Block> blocks_;
  std::vector<int32_t> policies_;
  std::vector<int8_t> outcomes_;
  size_t words_ = 0;  // of a bitmap of the last block
  size_t begin_ = 0;  // of its bitmaps
  std::shared_ptr<facts::BufferPool> pool_ = facts::BufferPool::Make();
  facts::ArrowBuffer buffer_;
  uint64_t* bits_ = nullptr;
  size_t used_ = 0;      // words
  size_t capacity_ = 0;  // words
  size_t wanted_ = 0;    // words that the largest piece needed
  // Where a bitmap of the last block is, by policy and outcome; made when Add() asks. An entry means
  // something only if the bitmap that it names says the same (Briggs and Torczon, "An efficient
  // representation for sparse sets", 1993).
  std::vector<uint32_t> place_of_;
  size_t placed_ = 0;  // bitmaps that have an entry
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_BITMAPS_H_

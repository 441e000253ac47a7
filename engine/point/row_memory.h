// Rows of truths, and the memory that keeps them: what all literals of a column are for one code, one bit a
// literal and plane.
#ifndef ZHIDA_ENGINE_POINT_ROW_MEMORY_H_
#define ZHIDA_ENGINE_POINT_ROW_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/value/truth.h"

namespace zhida::point {

// Rules from `begin` on.
struct Stretch {
  uint32_t begin = 0;
  uint32_t end = 0;
};

// A literal is false where `can` is 0, true where `sure` is 1 and `error` is not, an error where that is 1
// (`can` and `sure` then are too, since it may turn out true), and else unknown.
struct Row {
  // Empty stretches behind the last of each, so that some can be copied without asking how many there are.
  static constexpr size_t kSpare = 2;

  const uint64_t* can = nullptr;
  const uint64_t* sure = nullptr;
  const uint64_t* error = nullptr;         // null: none
  const Stretch* can_stretches = nullptr;  // rules that are entered under literals which can be
  const Stretch* sure_stretches = nullptr;
  uint32_t can_count = 0;
  uint32_t sure_count = 0;
};

// A row while it is made, or that is not kept.
class RowBuilder {
 public:
  void Start(size_t words);  // all literals false
  void Set(size_t literal, Truth truth);
  uint64_t* can() { return planes_.data(); }
  uint64_t* sure() { return planes_.data() + words_; }
  uint64_t* error() { return planes_.data() + 2 * words_; }
  size_t words() const { return words_; }
  // Neighbouring stretches become one. In ascending order.
  static void Add(Stretch stretch, std::vector<Stretch>* to);
  std::vector<Stretch> can_stretches;
  std::vector<Stretch> sure_stretches;

  const Row& Finish();  // valid until the next Start()
  const Row& row() const { return row_; }

 private:
  std::vector<uint64_t> planes_;
  size_t words_ = 0;
  Row row_;
};

// Keeps rows together in large blocks, on huge pages where the system offers them. Rows live as long as the
// memory. One thread at a time.
class RowMemory {
 public:
  RowMemory();
  ~RowMemory();
  RowMemory(const RowMemory&) = delete;
  RowMemory& operator=(const RowMemory&) = delete;
  // A copy, or null once the budget is used up.
  const Row* Keep(const RowBuilder& builder);
  size_t byte_count() const;

 private:
  struct Block;
  std::vector<std::unique_ptr<Block>> blocks_;
};

}  // namespace zhida::point

#endif  // ZHIDA_ENGINE_POINT_ROW_MEMORY_H_

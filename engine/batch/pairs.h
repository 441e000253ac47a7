// Pairs: what became of rows and policies, by row and within a row by policy.
//
// There are tens for every subject, so a pair is four bytes, and eight more where amounts occur; which row it
// belongs to is told by where each row's pairs end.
#ifndef ZHIDA_ENGINE_BATCH_PAIRS_H_
#define ZHIDA_ENGINE_BATCH_PAIRS_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/pack/judge.h"

namespace zhida::batch {

struct Cell {
  uint32_t policy : 28 = 0;
  pack::Outcome outcome : 3 = pack::Outcome::kError;
  bool has_amount : 1 = false;
};
static_assert(sizeof(Cell) == sizeof(uint32_t));

struct Pairs {
  std::vector<uint32_t> row_ends;  // by row of the fact block: how many pairs there are up to its last
  std::vector<Cell> cells;
  std::vector<int64_t> amounts_fen;  // parallel to the cells, or empty if no pair has an amount

  void Clear();
  size_t size() const { return cells.size(); }
  size_t row_begin(size_t row) const { return row == 0 ? 0 : row_ends[row - 1]; }
  int64_t amount_fen(size_t pair) const { return amounts_fen.empty() ? 0 : amounts_fen[pair]; }
  // Appends to the last row; EndRow() ends it.
  void Add(const pack::Judgement& judgement, uint32_t policy);
  void EndRow() { row_ends.push_back(static_cast<uint32_t>(cells.size())); }
};

// Turns what comes policy by policy into pairs by row. One thread; reused from block to block.
class PairSorter {
 public:
  explicit PairSorter(size_t policies);

  void Start(size_t rows);
  // What is added from now on is of this policy and outcome. A row is added once for a policy.
  void StartPiece(uint32_t policy, pack::Outcome outcome, bool has_amount);
  void Add(size_t row) {
    ++row_ends_[row];
    Reserve(1);
    rows_[row_count_++] = static_cast<uint32_t>(row);
  }
  void Add(size_t row, int64_t amount_fen);
  // All rows of which a bit is set; rows_at(word) are the bits of 64 of them.
  template <typename RowsAt>
  void AddRows(size_t words, RowsAt&& rows_at) {
    Reserve(words * 64);
    uint32_t* out = rows_.data() + row_count_;
    for (size_t word = 0; word < words; ++word) {
      for (uint64_t bits = rows_at(word); bits != 0; bits &= bits - 1) {
        const auto row = static_cast<uint32_t>(word * 64 + static_cast<size_t>(std::countr_zero(bits)));
        ++row_ends_[row];
        *out++ = row;
      }
    }
    row_count_ = static_cast<size_t>(out - rows_.data());
  }
  // Appends the rows and their pairs.
  void Finish(Pairs* out);

 private:
  struct Piece {
    Cell cell;
    uint32_t begin = 0;          // in rows_
    uint32_t amounts_begin = 0;  // in amounts_fen_
    int next = -1;               // of the same policy
  };
  // Room for so many more rows.
  void Reserve(size_t more) {
    if (rows_.size() - row_count_ < more) rows_.resize(2 * rows_.size() + more);
  }

  std::vector<uint32_t> rows_;  // the first `row_count_`; the others are room
  size_t row_count_ = 0;
  std::vector<int64_t> amounts_fen_;
  std::vector<Piece> pieces_;
  std::vector<int> first_piece_;  // by policy
  std::vector<uint32_t> row_ends_;
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_PAIRS_H_

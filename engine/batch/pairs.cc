#include "engine/batch/pairs.h"

#include <utility>

namespace zhida::batch {

namespace {

Cell CellOf(uint32_t policy, pack::Outcome outcome, bool has_amount) {
  Cell cell;
  cell.policy = policy & 0xFFFFFFF;
  cell.outcome = outcome;
  cell.has_amount = has_amount;
  return cell;
}

}  // namespace

void Pairs::Clear() {
  row_ends.clear();
  cells.clear();
  amounts_fen.clear();
}

void Pairs::Add(const pack::Judgement& judgement, uint32_t policy) {
  cells.push_back(CellOf(policy, judgement.outcome, judgement.amount_fen.has_value()));
  if (!judgement.amount_fen && amounts_fen.empty()) return;
  amounts_fen.resize(cells.size());
  amounts_fen.back() = judgement.amount_fen.value_or(0);
}

PairSorter::PairSorter(size_t policies) : first_piece_(policies, -1) {}

void PairSorter::Start(size_t rows) { row_ends_.assign(rows, 0); }

void PairSorter::StartPiece(uint32_t policy, pack::Outcome outcome, bool has_amount) {
  int& first = first_piece_[policy];
  pieces_.push_back({CellOf(policy, outcome, has_amount), static_cast<uint32_t>(row_count_),
                     static_cast<uint32_t>(amounts_fen_.size()), first});
  first = static_cast<int>(pieces_.size()) - 1;
}

void PairSorter::Add(size_t row, int64_t amount_fen) {
  Add(row);
  if (pieces_.back().cell.has_amount) amounts_fen_.push_back(amount_fen);
}

// Policies in their order, so that each row's pairs come in it too.
void PairSorter::Finish(Pairs* out) {
  const size_t before = out->cells.size();
  out->cells.resize(before + row_count_);
  const bool amounts = !amounts_fen_.empty() || !out->amounts_fen.empty();
  if (amounts) out->amounts_fen.resize(out->cells.size());
  auto sum = static_cast<uint32_t>(before);
  for (uint32_t& row_end : row_ends_) sum += std::exchange(row_end, sum);
  for (size_t policy = 0; policy < first_piece_.size() && row_count_ > 0; ++policy) {
    for (int next = std::exchange(first_piece_[policy], -1); next >= 0;) {
      const size_t at = static_cast<size_t>(next);
      const Piece& piece = pieces_[at];
      const size_t end = at + 1 < pieces_.size() ? pieces_[at + 1].begin : row_count_;
      if (piece.cell.has_amount) {
        const int64_t* amount = amounts_fen_.data() + piece.amounts_begin;
        for (size_t i = piece.begin; i < end; ++i) out->amounts_fen[row_ends_[rows_[i]]++] = *amount++;
        for (size_t i = piece.begin; i < end; ++i) out->cells[row_ends_[rows_[i]] - 1] = piece.cell;
      } else {
        for (size_t i = piece.begin; i < end; ++i) out->cells[row_ends_[rows_[i]]++] = piece.cell;
      }
      next = piece.next;
    }
  }
  out->row_ends.insert(out->row_ends.end(), row_ends_.begin(), row_ends_.end());
  for (const Piece& piece : pieces_) first_piece_[piece.cell.policy] = -1;
  row_count_ = 0;
  amounts_fen_.clear();
  pieces_.clear();
}

}  // namespace zhida::batch

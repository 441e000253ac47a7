// SubjectOrder: the rows of an award table in the order of their subjects (in bytes), in pieces of whole
// subjects that threads work on each for itself.
//
// Rows of one subject that follow each other stay together as a stretch. Stretches are dealt to pieces by
// subjects picked from among them, so that each piece is sorted alone and nothing is merged. Where the pieces
// end depends on the rows alone, and no answer depends on where they end. Reads the table, which must not
// change; needs 64 bytes a stretch while it is built and half of that afterwards.
#ifndef ZHIDA_ENGINE_PAYOUT_SUBJECT_ORDER_H_
#define ZHIDA_ENGINE_PAYOUT_SUBJECT_ORDER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/payout/award.h"

namespace zhida::payout {

// Rows that follow each other and are of one subject, with the subject's first 24 bytes as numbers, so that
// most comparisons need no text.
struct Stretch {
  std::array<uint64_t, 3> head{};
  uint32_t begin = 0;
  uint32_t count = 0;
};

class SubjectOrder {
 public:
  // Pieces of about `piece_rows` rows, at least 1.
  SubjectOrder(const AwardTable& awards, size_t piece_rows, int threads);

  size_t pieces() const { return first_rows_.size() - 1; }
  // The number of rows in all pieces before `piece`; pieces() is allowed.
  size_t first_row(size_t piece) const { return first_rows_[piece]; }
  // Sorts a piece. Different pieces may be sorted by several threads at once.
  std::span<const Stretch> Sort(size_t piece);
  bool SameSubject(const Stretch& a, const Stretch& b) const { return Compare(a, b) == 0; }

 private:
  // By subject: below, at or above 0.
  int Compare(const Stretch& a, const Stretch& b) const;
  std::string_view SubjectOf(const Stretch& stretch) const {
    return awards_.View(awards_.rows[stretch.begin].subject);
  }
  std::vector<Stretch> StretchesOf(size_t first, size_t last) const;
  std::vector<Stretch> PickDividers(std::span<const std::vector<Stretch>> runs, size_t pieces) const;

  const AwardTable& awards_;
  std::vector<Stretch> stretches_;  // by piece
  std::vector<size_t> begins_;      // of pieces in stretches_, and one behind the last
  std::vector<size_t> first_rows_;
};

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_SUBJECT_ORDER_H_

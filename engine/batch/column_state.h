// ColumnState: a column of the predicate graph over a block, as BlockPass keeps it. Its own header only
// because the pass is written in two files. One thread.
#ifndef ZHIDA_ENGINE_BATCH_COLUMN_STATE_H_
#define ZHIDA_ENGINE_BATCH_COLUMN_STATE_H_

#include <cstdint>
#include <vector>

#include "engine/batch/block_pass.h"

namespace zhida::batch {

// What a column looks like in this block. Evaluated rows are in exactly one of known, null, unknown, ask.
struct BlockPass::ColumnState {
  uint64_t block = 0;  // the Start() it belongs to
  Plane evaluated;
  Plane unknown;
  Plane null;
  Plane ask;
  std::vector<Plane> passed;  // kNumber: rows that have passed cut i
  struct Group {
    const plan::TextAnswers* answers;
    Plane rows;
  };
  std::vector<Group> groups;  // kText: rows by what is answered about their texts
  std::vector<Plane> chosen;  // kTable: rows by choice
  Planes answers;             // kExpression

  void Assign(size_t words) {
    evaluated.assign(words, 0);
    unknown.assign(words, 0);
    null.assign(words, 0);
    ask.assign(words, 0);
  }
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_COLUMN_STATE_H_

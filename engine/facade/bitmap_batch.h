// Bitmap batches: what became of a piece of input as Arrow record batches, one row for each block of firms
// and each policy and outcome that occurs in it (row, rows, policy, outcome, bits); docs/commands.md says
// what the columns are. One builder a run; its dictionaries are shared by all batches. Make() may be called
// by any thread.
#ifndef ZHIDA_ENGINE_FACADE_BITMAP_BATCH_H_
#define ZHIDA_ENGINE_FACADE_BITMAP_BATCH_H_

#include <memory>

#include "engine/batch/bitmaps.h"
#include "engine/facade/policy_list.h"
#include "engine/facts/arrow_writer.h"
#include "engine/facts/buffer_pool.h"
#include "engine/facts/fact_block.h"

namespace zhida::facade {

class BitmapBatches {
 public:
  explicit BitmapBatches(const PolicyList& policies);

  // The bitmaps are of rows of the block, and their bits are given away. As in result_batch.h, the first
  // column counts from the block's own beginning until ResultBatches::AddToRows().
  std::shared_ptr<facts::ArrowColumn> Make(const facts::FactBlock& block, batch::Bitmaps* bitmaps) const;
  void ExportSchema(ArrowSchema* out) const;

 private:
  std::shared_ptr<const facts::ArrowColumn> policies_;
  std::shared_ptr<const facts::ArrowColumn> outcomes_;
  std::shared_ptr<facts::BufferPool> pool_ = facts::BufferPool::Make();
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_BITMAP_BATCH_H_

// Result batches: pairs of a screen as Arrow record batches (row, subject, policy, outcome, amount_fen).
// One builder a run; its dictionaries are shared by all batches, and buffers that a consumer has released are
// filled again. Make() may be called by any thread.
#ifndef ZHIDA_ENGINE_FACADE_RESULT_BATCH_H_
#define ZHIDA_ENGINE_FACADE_RESULT_BATCH_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/batch/batch.h"
#include "engine/facade/policy_list.h"
#include "engine/facts/arrow_writer.h"
#include "engine/facts/buffer_pool.h"
#include "engine/facts/fact_block.h"

namespace zhida::facade {

// Which columns a batch has, in this order.
struct ResultColumns {
  bool row = true;
  bool subject = true;
  bool policy = true;
  bool outcome = true;
  bool amount_fen = true;
};

class ResultBatches {
 public:
  ResultBatches(const PolicyList& policies, ResultColumns columns);

  // Pairs of one fact block. The rows are the block's input rows: whoever learns later how many rows came
  // before adds them with AddToRows(), before the batch is handed out.
  std::shared_ptr<facts::ArrowColumn> Make(const facts::FactBlock& block, const batch::Pairs& pairs) const;
  void AddToRows(int64_t rows, facts::ArrowColumn* batch) const;
  void ExportSchema(ArrowSchema* out) const;

 private:
  ResultColumns columns_;
  std::shared_ptr<const facts::ArrowColumn> policies_;
  std::shared_ptr<const facts::ArrowColumn> outcomes_;
  std::shared_ptr<facts::BufferPool> pool_ = facts::BufferPool::Make();
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_RESULT_BATCH_H_

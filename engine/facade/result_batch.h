// Result batches: pairs of a screen as Arrow record batches (row, subject, policy, outcome, amount_fen).
// One builder a run; its dictionaries are shared by all batches. Make() may be called by any thread.
#ifndef ZHIDA_ENGINE_FACADE_RESULT_BATCH_H_
#define ZHIDA_ENGINE_FACADE_RESULT_BATCH_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/batch/batch.h"
#include "engine/facts/arrow_writer.h"
#include "engine/facts/fact_block.h"

namespace zhida::facade {

class ResultBatches {
 public:
  explicit ResultBatches(const pack::Pack& pack);

  // Pairs of one fact block. `row_base` is added to the block's input rows.
  std::shared_ptr<const facts::ArrowColumn> Make(const facts::FactBlock& block,
                                                 const std::vector<batch::Pair>& pairs,
                                                 int64_t row_base) const;
  void ExportSchema(ArrowSchema* out) const;

 private:
  std::shared_ptr<const facts::ArrowColumn> policies_;
  std::shared_ptr<const facts::ArrowColumn> outcomes_;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_RESULT_BATCH_H_

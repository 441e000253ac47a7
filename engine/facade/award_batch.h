// Award batches: the awards of a screen as Arrow record batches, which settlement reads back
// (engine/payout/arrow_input.h says what the columns mean). One builder a run, immutable; Make() may be
// called by any thread.
#ifndef ZHIDA_ENGINE_FACADE_AWARD_BATCH_H_
#define ZHIDA_ENGINE_FACADE_AWARD_BATCH_H_

#include <memory>
#include <vector>

#include "engine/batch/batch.h"
#include "engine/facts/arrow_writer.h"
#include "engine/facts/fact_block.h"
#include "engine/payout/judged.h"

namespace zhida::facade {

class AwardBatches {
 public:
  // `possible`: undetermined pairs too, with the amount that they could bring (pack::PossibleAmount).
  AwardBatches(const pack::Pack& pack, Date as_of, bool possible);

  // The awards of the pairs that settlement wants to see; null if there is none.
  std::shared_ptr<facts::ArrowColumn> Make(const facts::FactBlock& block, const batch::Pairs& pairs) const;
  void ExportSchema(ArrowSchema* out) const;

 private:
  const pack::Pack& pack_;
  Date as_of_;
  bool possible_;
  std::vector<payout::Wanted> wanted_;
  std::shared_ptr<const facts::ArrowColumn> policies_;
  std::shared_ptr<const facts::ArrowColumn> outcomes_;
  std::shared_ptr<const facts::ArrowColumn> states_;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_AWARD_BATCH_H_

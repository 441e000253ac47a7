// Settle: awards and earlier payments in, a plan of payments out; and the best legal mix for one subject.
//
// A run is used by one thread at a time: awards, then earlier payments, then Run(), then as many exports as
// wanted. Keeps its pack alive. Fails with diagnostics ZD70xx.
#ifndef ZHIDA_ENGINE_FACADE_SETTLE_H_
#define ZHIDA_ENGINE_FACADE_SETTLE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/facade/engine.h"
#include "engine/facts/arrow_abi.h"
#include "engine/payout/plan_table.h"
#include "engine/payout/settlement.h"

namespace zhida::facade {

class SettleRun {
 public:
  explicit SettleRun(std::shared_ptr<const Engine> engine);

  // Streams are moved in. False with diagnostics, after which the run is good for nothing.
  bool AddAwards(ArrowArrayStream* awards, Diagnostics* diagnostics);
  bool AddPayments(ArrowArrayStream* payments, Diagnostics* diagnostics);
  // Once, after all awards and payments.
  void Run();
  bool done() const { return done_; }

  std::string SummaryJson() const;
  const payout::Settlement& settlement() const { return settlement_; }

 private:
  std::shared_ptr<const Engine> engine_;
  payout::Settlement settlement_;
  bool done_ = false;
};

// The plan of a run, batch by batch. Keeps the run alive; one thread.
class PlanStream {
 public:
  explicit PlanStream(std::shared_ptr<const SettleRun> run)
      : run_(std::move(run)), table_(run_->settlement()) {}
  void ExportSchema(ArrowSchema* out) const;
  // False at the end. The consumer owns *batch.
  bool Next(ArrowArray* batch);

 private:
  std::shared_ptr<const SettleRun> run_;
  payout::PlanTable table_;
  size_t next_line_ = 0;
};

// What one subject would get if nothing had been paid yet and no pool were short: JSON {subject, as_of, pack,
// total_fen, held_fen, awards: [{policy, title, object?, outcome, amount_fen, fen, status, reason?,
// rival_open, steps: [{step, fen, note?}], shares?: [{level, fen}]}]}. nullopt as in Engine::Match().
std::optional<std::string> BestMixJson(const Engine& engine, std::string_view subject_json,
                                       const MatchOptions& options, Diagnostics* diagnostics);

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_SETTLE_H_

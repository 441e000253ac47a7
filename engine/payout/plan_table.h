// The plan: what a settlement came to, as Arrow record batches (one row an award) and as a summary in JSON.
// The ledger reserves what stands here. Pure; any thread.
//
// Columns: subject, kind, object, year (0: of no year), part (the event key), policy, outcome, pool,
// pool_year, order (turn in the pool), amount_fen (paid, or held), asked_fen (before the budget),
// unclipped_fen, steps (list of step, fen, note: the figure after each step, and the policy, group or pool
// that made it so), shares (list of level, fen), payee_name, payee_account, payee_bank, status (pay | hold |
// nothing), reason, rival_open.
#ifndef ZHIDA_ENGINE_PAYOUT_PLAN_TABLE_H_
#define ZHIDA_ENGINE_PAYOUT_PLAN_TABLE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "engine/facts/arrow_writer.h"
#include "engine/payout/settlement.h"

namespace zhida::payout {

// A step for people: its figure and what caused it ("" where nothing else did).
struct ToldStep {
  StepKind kind;
  int64_t fen;
  std::string_view note;
};
std::vector<ToldStep> AllSteps(const Settlement& settlement, const Line& line);

class PlanTable {
 public:
  explicit PlanTable(const Settlement& settlement);
  // The awards among lines `begin` to `end`.
  std::shared_ptr<const facts::ArrowColumn> Batch(size_t begin, size_t end) const;

 private:
  const Settlement& settlement_;
  std::shared_ptr<const facts::ArrowColumn> policies_, kinds_, pools_, outcomes_, statuses_, reasons_,
      step_names_;
};

// {awards, paid, held, nothing, amount_fen, asked_fen, paid_fen, held_fen, history: {...}, pools: [...],
// policies: [...], reasons: {...}, adds_up}
std::string SettlementJson(const Settlement& settlement);

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_PLAN_TABLE_H_

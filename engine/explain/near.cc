#include "engine/explain/near.h"

#include <algorithm>

#include "engine/explain/ways.h"

namespace zhida::explain {

batch::CurableClauses CurableClausesOf(const pack::Pack& pack) {
  batch::CurableClauses all;
  for (const pack::Policy& policy : pack.policies) {
    std::vector<bool>& curable = all.emplace_back();
    for (const pack::Clause& clause : policy.clauses)
      curable.push_back(!clause.scope && IsCurable(pack, clause));
  }
  return all;
}

std::optional<NearMiss> NearMissOf(const pack::JudgementDetail& detail, const std::vector<bool>& curable) {
  NearMiss near;
  int failed = 0;
  int index = -1;
  for (const pack::ClauseTruth& clause : detail.clauses) {
    if (clause.depth > 0) continue;
    if (clause.clause != nullptr) ++index;
    switch (clause.truth) {
      case Truth::kTrue:
        continue;
      case Truth::kUnknown:
        near.open = true;
        continue;
      case Truth::kError:
        return std::nullopt;
      case Truth::kFalse:
        break;
    }
    if (clause.clause == nullptr || !curable[static_cast<size_t>(index)]) return std::nullopt;
    near.clause = index;
    if (++failed > 1) return std::nullopt;
  }
  return failed == 1 ? std::optional<NearMiss>(near) : std::nullopt;
}

NearIndex::NearIndex(const plan::Plan& plan)
    : curable(CurableClausesOf(*plan.pack)), texts(std::make_unique<plan::TextTests>(plan)) {}

void AskJudge(const plan::Plan& plan, const facts::FactBlock& block, const batch::CurableClauses& curable,
              std::vector<batch::NearRow>* near) {
  std::erase_if(*near, [&](batch::NearRow& row) {
    if (!row.asked) return false;
    const facts::BlockRow subject(block, row.row);
    pack::SubjectJudge judge(*plan.pack, plan.as_of, subject);
    const auto found = NearMissOf(judge.Explain(static_cast<int>(row.policy)), curable[row.policy]);
    if (found) row = {row.row, row.policy, found->clause, found->open, false};
    return !found;
  });
}

}  // namespace zhida::explain

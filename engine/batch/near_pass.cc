#include "engine/batch/near_pass.h"

#include <algorithm>

namespace zhida::batch {

using plan::PlannedClause;

NearPass::NearPass(const plan::Plan& plan, plan::TextTests& texts, const CurableClauses& curable)
    : plan_(plan), curable_(curable), pass_(plan, texts, feel::Reading::kPromised, Fault::kNone) {}

void NearPass::Run(const facts::FactBlock& block, size_t block_rows, const std::vector<bool>& policies,
                   std::vector<NearRow>* near) {
  near->clear();
  for (size_t first = 0; first < block.row_count(); first += block_rows) {
    const size_t begin = near->size();
    pass_.Start(block, first, std::min(block_rows, block.row_count() - first), nullptr);
    for (size_t policy = 0; policy < plan_.policies.size(); ++policy) {
      if (policies.empty() || policies[policy]) RunPolicy(policy, first, near);
    }
    std::sort(near->begin() + static_cast<std::ptrdiff_t>(begin), near->end(),
              [](const NearRow& a, const NearRow& b) {
                return a.row != b.row ? a.row < b.row : a.policy < b.policy;
              });
  }
}

void NearPass::RunPolicy(size_t policy, size_t first, std::vector<NearRow>* near) {
  const std::vector<bool>& curable = curable_[policy];
  if (std::find(curable.begin(), curable.end(), true) == curable.end()) return;
  const size_t words = pass_.words();
  alive_ = pass_.valid();
  one_.assign(words, 0);
  open_.assign(words, 0);
  ask_.assign(words, 0);
  failed_.clear();
  const auto is_curable = [&](const PlannedClause& clause) {
    return clause.clause >= 0 && curable[static_cast<size_t>(clause.clause)];
  };
  // Those that cannot be cured first: they take most rows away.
  for (const bool wanted : {false, true}) {
    for (const PlannedClause& clause : plan_.policies[policy].clauses) {
      if (is_curable(clause) != wanted) continue;
      const Planes& truth = pass_.Truth(clause.promised, alive_);
      Plane* failed = nullptr;
      uint64_t left = 0;
      for (size_t i = 0; i < words; ++i) {
        const uint64_t fails = alive_[i] & ~truth.can_true[i];
        ask_[i] |= alive_[i] & truth.ask[i];
        open_[i] |= alive_[i] & truth.can_true[i] & truth.can_false[i];
        if (wanted) {
          const uint64_t newly = fails & ~one_[i];
          if (newly != 0 && failed == nullptr) {
            failed_.emplace_back(clause.clause, Plane(words, 0));
            failed = &failed_.back().second;
          }
          if (newly != 0) (*failed)[i] = newly;
          alive_[i] &= ~(fails & one_[i]);
          one_[i] |= newly;
        } else {
          alive_[i] &= ~fails;
        }
        left |= alive_[i];
      }
      if (left == 0) return;
    }
  }
  for (size_t i = 0; i < words; ++i) alive_[i] &= one_[i] | ask_[i];
  ForEachBit(alive_, [&](size_t row) {
    NearRow entry{static_cast<uint32_t>(first + row), static_cast<uint32_t>(policy), 0, Bit(open_, row),
                  Bit(ask_, row)};
    for (const auto& [clause, rows] : failed_) {
      if (Bit(rows, row)) entry.clause = clause;
    }
    near->push_back(entry);
  });
}

}  // namespace zhida::batch

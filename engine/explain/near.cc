#include "engine/explain/near.h"

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

NearIndex::NearIndex(const plan::Plan& plan)
    : curable(CurableClausesOf(*plan.pack)), texts(std::make_unique<plan::TextTests>(plan)) {}

}  // namespace zhida::explain

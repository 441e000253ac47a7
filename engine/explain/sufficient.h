// Which sets of unknown facts could settle a policy, by the form of its clauses and its amount.
//
// Every set that does settle it holds one of these; not each of these does, since what one part wants of a
// fact another may forbid. Sets are bits of a word, by position in `unknown`. One thread.
#ifndef ZHIDA_ENGINE_EXPLAIN_SUFFICIENT_H_
#define ZHIDA_ENGINE_EXPLAIN_SUFFICIENT_H_

#include <cstdint>
#include <vector>

#include "engine/explain/condition.h"
#include "engine/pack/judge.h"

namespace zhida::explain {

using FactSet = uint64_t;
inline constexpr size_t kFactSetMax = 64;

// By size, then by schema order: the set with the first fact that only one of them has.
bool SmallerSet(FactSet a, FactSet b);

class Sufficient {
 public:
  // `unknown`, ascending and at most kFactSetMax, and all others must outlive this.
  Sufficient(const pack::Pack& pack, const pack::Policy& policy, feel::Interpreter& interpreter,
             const std::vector<int>& unknown)
      : pack_(pack), policy_(policy), interpreter_(interpreter), unknown_(unknown) {}

  // Ascending by SmallerSet; empty if nothing can settle it. `truths` are those of the clauses at the top.
  std::vector<FactSet> Sets(const std::vector<Truth>& truths);
  // The same of one condition, which is to be true.
  std::vector<FactSet> SetsOf(const feel::Expression& condition) { return OfTruth(PartOf(condition), true); }
  bool cut() const { return cut_; }  // there were more sets than are kept

 private:
  using Sets_ = std::vector<FactSet>;
  Sets_ OfClause(const pack::Clause& clause, bool want);
  Sets_ OfTruth(const Part& part, bool want);
  Sets_ OfValue(const Part& part);
  Sets_ OfAmount(const pack::AmountRule& rule);
  Sets_ OfAll(const Part& part);
  Truth TruthOf(const pack::Clause& clause);
  FactSet UnknownOf(const Part& part) const;  // all unknown facts that the part looks at
  Sets_ Both(const Sets_& a, const Sets_& b);
  Sets_ Either(Sets_ a, const Sets_& b);
  void Tidy(Sets_* sets);

  const pack::Pack& pack_;
  const pack::Policy& policy_;
  feel::Interpreter& interpreter_;
  const std::vector<int>& unknown_;
  bool cut_ = false;
};

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_SUFFICIENT_H_

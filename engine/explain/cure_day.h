// The earliest day on which time alone makes a condition true: age, tenure, the end of a listing.
//
// The condition is taken apart into atoms. How an atom's sides move while the as-of date moves is read off
// their form, so that a rising atom has one day on which it changes, which is found by halving; where dated
// parameters or the year enter, the line of days is cut where they change. Atoms that neither stand still nor
// move one way are not solved, and then there is no day. Facts stay as they are, and do not go stale.
// Looks a century ahead, five years where the year itself is read. Pure; any thread.
#ifndef ZHIDA_ENGINE_EXPLAIN_CURE_DAY_H_
#define ZHIDA_ENGINE_EXPLAIN_CURE_DAY_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/explain/condition.h"
#include "engine/pack/pack.h"

namespace zhida::explain {

// Stretches of days, ascending, apart from one another.
using DaySet = std::vector<std::pair<int64_t, int64_t>>;

class CureDays {
 public:
  // All must outlive this.
  CureDays(const pack::Pack& pack, const pack::Policy& policy, Date as_of, const feel::FactSource& facts)
      : pack_(pack), policy_(policy), as_of_(as_of), facts_(facts) {}

  // The first day after the as-of date on which `condition` is `want`; nullopt if there is none, or if it
  // cannot be told.
  std::optional<Date> First(const Part& condition, bool want) const;

 private:
  struct Days {
    DaySet when_true;
    DaySet when_false;
  };
  Days Solve(const Part& part, int64_t last) const;
  Days SolveRange(const Part& part, int64_t last) const;
  Days SolveAtom(const Part& part, int64_t last) const;
  void SolveStretch(const Part& part, int64_t first, int64_t last, Days* days) const;
  std::vector<int64_t> Cuts(const Looks& looks, int64_t last) const;
  Truth At(const Part& part, int64_t day) const;

  const pack::Pack& pack_;
  const pack::Policy& policy_;
  Date as_of_;
  const feel::FactSource& facts_;
};

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_CURE_DAY_H_

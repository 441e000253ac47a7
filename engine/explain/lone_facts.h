// Lone facts: the smallest set of missing facts where no search is needed, because every open clause waits
// for one fact of its own. What is found is what SmallestMissing() finds; where that is not certain, nothing
// is.
//
// Why it is the same: an open clause that by its form is settled by one fact alone (Sufficient) leaves no
// smaller set than the facts of all open clauses together, so the search looks at that set first. It succeeds
// with it if each clause holds for some value that the search tries: facts are not shared among the open
// clauses, what is true stays true however much becomes known, and each fact's values are tried by
// themselves, few enough for the search's bound. What may be supplied later counts as true as long as nothing
// is known of it, and so is left to the search. What a condition waits for is found once for all policies
// that share it.
//
// Bound to one pack, one subject and the dates of one interpreter, which must outlive it. One thread.
#ifndef ZHIDA_ENGINE_EXPLAIN_LONE_FACTS_H_
#define ZHIDA_ENGINE_EXPLAIN_LONE_FACTS_H_

#include <cstddef>
#include <functional>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/explain/lone_condition.h"
#include "engine/explain/missing.h"
#include "engine/explain/pack_notes.h"
#include "engine/pack/judge.h"

namespace zhida::explain {

class LoneFacts {
 public:
  // `interpreter` has the Promised reading of `facts` and no trace. `notes`, of the same day, may be null.
  LoneFacts(const pack::Pack& pack, feel::Interpreter& interpreter, const feel::FactSource& facts,
            const PackNotes* notes)
      : pack_(pack),
        interpreter_(interpreter),
        facts_(facts),
        notes_(notes),
        conditions_(pack, interpreter, facts) {}

  // Of an undetermined pair with the interpreter's dates; nullopt if it takes a search. `could` is its
  // amount; `plain`, as the policy's note has it, spares a look at clauses that are decided.
  std::optional<Missing> Of(const pack::Policy& policy, const pack::JudgementDetail& detail,
                            const pack::PossibleAmount& could, bool plain = false);

 private:
  // The constants of a condition, as the search collects them.
  struct Constants {
    size_t numbers = 0;
    size_t days = 0;
    std::vector<std::string> texts;
  };
  // An open clause, and what it waits for.
  struct Waiting {
    const pack::Clause* clause;
    int fact;
    Cause cause;
    Lone lone;
  };
  // What is asked of a condition, each found when first asked for.
  struct Known {
    bool searched = false;  // something more knowledge may turn round
    size_t unknown = 0;     // at least so many unknown facts as it looks at
    int fact = -1;          // where there is one
    Cause cause = Cause::kMissing;
    bool definitions = false;
    const ConditionNote* note = nullptr;
    std::optional<Lone> lone;
    std::optional<Constants> constants;
  };

  Known& Of(const feel::Expression& expression);
  const Known& LoneOf(const feel::Expression& condition);
  const Constants& ConstantsOf(const feel::Expression& condition);
  bool MayBeTrue(const pack::Policy& policy, std::span<const Waiting> waiting);
  bool MayBeTrueTogether(const pack::Policy& policy, std::span<const Waiting> waiting);
  bool IsTried(const pack::Policy& policy, const Waiting& waiting, size_t constants);
  bool IsFirst(const std::vector<pack::Clause>& clauses, const Waiting& waiting);
  bool VisitBefore(const std::vector<pack::Clause>& clauses, const pack::Clause& until,
                   const std::function<void(const Constants&)>& visit);
  bool NeedsNoSearch(const pack::Policy& policy, const pack::PossibleAmount& could);
  bool NeedsNoSearch(const std::vector<pack::Clause>& clauses, size_t* unknown);
  bool NeedsNoSearch(const feel::Expression& expression, size_t* unknown);

  const pack::Pack& pack_;
  feel::Interpreter& interpreter_;
  const feel::FactSource& facts_;
  const PackNotes* notes_;
  LoneConditions conditions_;
  std::pmr::monotonic_buffer_resource memory_;
  std::pmr::unordered_map<const feel::Expr*, Known> known_{&memory_};  // by the root of the tree
};

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_LONE_FACTS_H_

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
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/explain/candidates.h"
#include "engine/explain/missing.h"
#include "engine/pack/judge.h"

namespace zhida::explain {

class LoneFacts {
 public:
  // `interpreter` has the Promised reading of `facts` and no trace.
  LoneFacts(const pack::Pack& pack, feel::Interpreter& interpreter, const feel::FactSource& facts)
      : pack_(pack), interpreter_(interpreter), facts_(facts) {}

  // Of an undetermined pair with the interpreter's dates; nullopt if it takes a search. `could` is its
  // amount.
  std::optional<Missing> Of(const pack::Policy& policy, const pack::JudgementDetail& detail,
                            const pack::PossibleAmount& could);

 private:
  // The constants of a condition, as the search collects them.
  struct Constants {
    size_t numbers = 0;
    size_t days = 0;
    std::vector<std::string> texts;
  };
  // A value made from constants of a condition, of which the search must have kept so many.
  struct Own {
    Value value;
    size_t constants;
  };
  // Which values make the condition true.
  enum class Holds : uint8_t {
    kNotTold,
    kUntried,  // the fact is a list or a structure, whose values the search does not try
    kCommon,   // one that is tried in every policy
    kOwn,      // one of the condition's own constants
    kFirst,    // its first constant; others may leave the condition open
  };
  struct Lone {
    Holds holds = Holds::kNotTold;
    int fact = -1;
    Cause cause = Cause::kMissing;
    size_t constants = 0;  // kOwn, kFirst: so many of the condition's must be kept
  };
  // An open clause, and what it waits for.
  struct Waiting {
    const pack::Clause* clause;
    const Lone* lone;
  };
  // What is asked of a condition, each found when first asked for.
  struct Known {
    bool searched = false;  // something more knowledge may turn round
    size_t unknown = 0;     // at least so many unknown facts as it looks at
    int fact = -1;          // where there is one
    bool definitions = false;
    std::optional<Lone> lone;
    std::optional<Constants> constants;
  };

  Known& Of(const feel::Expression& expression);
  const Lone& LoneOf(const feel::Expression& condition);
  const Constants& ConstantsOf(const feel::Expression& condition);
  Lone FindLone(const feel::Expression& condition, const Known& known);
  Holds FindHolds(const feel::Expression& condition, int fact, size_t* constants);
  bool IsDecidedBy(const feel::ExprPtr& expr, int slot_count, int fact);
  std::vector<Value> CommonValues(const pack::Fact& fact);
  std::vector<Own> OwnValues(const pack::Fact& fact, const feel::Expression& condition);
  bool MayBeTrue(const pack::Policy& policy, std::span<const Waiting> waiting);
  bool MayBeTrueTogether(const pack::Policy& policy, std::span<const Waiting> waiting);
  bool IsTried(const pack::Policy& policy, const Waiting& waiting, size_t constants);
  bool IsFirst(const std::vector<pack::Clause>& clauses, const Waiting& waiting);
  bool VisitBefore(const std::vector<pack::Clause>& clauses, const pack::Clause& until,
                   const std::function<void(const Constants&)>& visit);
  bool NeedsNoSearch(const std::vector<pack::Clause>& clauses, size_t* unknown);
  bool NeedsNoSearch(const feel::Expression& expression, size_t* unknown);

  const pack::Pack& pack_;
  feel::Interpreter& interpreter_;
  const feel::FactSource& facts_;
  std::unordered_map<const feel::Expr*, Known> known_;  // by the root of the tree
};

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_LONE_FACTS_H_

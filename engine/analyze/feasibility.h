// Feasibility: can any facts at all make these nodes true and those false?
//
// A search over the predicate graph. Each column is a line of places (stretches between cut points, kinds of
// listed codes, choices of a table); every test that must hold leaves fewer of them, `or` is tried branch by
// branch. Columns are taken for independent of each other, and what a column cannot enumerate (free texts,
// conditions for the interpreter) for satisfiable, so the search may miss an impossibility but never invents
// one: kNever is a proof. A search that grows too long ends as kPerhaps.
//
// Bound to one plan, which must outlive it; one thread. Source: docs/analysis.md, section "What is proven".
#ifndef ZHIDA_ENGINE_ANALYZE_FEASIBILITY_H_
#define ZHIDA_ENGINE_ANALYZE_FEASIBILITY_H_

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/plan/plan.h"
#include "engine/plan/text_tests.h"

namespace zhida::analyze {

struct Goal {
  plan::NodeId node = plan::kNone;
  bool truth = true;
};

enum class Feasible : uint8_t { kNever, kPerhaps };

// What to think of a condition that no data decides (an undefined term, a parameter that is not in force):
// neither true nor false, as it is; or either, as if somebody had defined it.
enum class Vague : uint8_t { kUndecided, kEither };

class Feasibility {
 public:
  explicit Feasibility(const plan::Plan& plan);  // of the readings, the one whose nodes are asked about

  Feasible Check(const std::vector<Goal>& goals, Vague vague);
  // True if `b` is surely true wherever `a` is: the same node, or a wider test of the same column. Says no of
  // much that is so.
  bool Implies(plan::NodeId a, plan::NodeId b);

 private:
  using Places = std::vector<uint64_t>;  // a bit a place
  // A column's places, and where its tests are what.
  struct Line {
    bool free = false;  // cannot be enumerated: each test may be either
    Places possible;
    std::vector<Places> yes;  // by test; places that the interpreter decides are in yes and in no
    std::vector<Places> no;
    std::vector<Places> open;  // unknown although the value is known
  };
  class Search;

  const Line& LineOf(plan::ColumnId column);
  Line NumberLine(const plan::Column& column) const;
  Line TextLine(plan::ColumnId id, const plan::Column& column);
  Line TableLine(const plan::Column& column) const;
  const pack::FactType& TypeOf(int source) const;
  bool MayBeNull(int source) const;

  const plan::Plan& plan_;
  plan::TextTests texts_;
  plan::TextTests::Local local_;
  std::unordered_map<plan::ColumnId, Line> lines_;
};

}  // namespace zhida::analyze

#endif  // ZHIDA_ENGINE_ANALYZE_FEASIBILITY_H_

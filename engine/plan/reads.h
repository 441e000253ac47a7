// Reads: what an expression looks at, through definitions and tables. The lowering decides by it which path a
// condition can take.
// Bound to one model; one thread.
#ifndef ZHIDA_ENGINE_PLAN_READS_H_
#define ZHIDA_ENGINE_PLAN_READS_H_

#include <set>
#include <unordered_map>

#include "engine/feel/model.h"

namespace zhida::plan {

struct Reads {
  std::set<int> facts;
  std::set<int> definitions;  // directly or through others
  bool dated = false;         // reads a parameter, a zone or a code tree: depends on the event date
  bool year = false;          // reads Y
  std::set<Date> boundaries;  // days on which something dated that it reads changes
  void Add(const Reads& other);
};

class ReadsIndex {
 public:
  explicit ReadsIndex(const feel::Model& model) : model_(model) {}
  Reads Of(const feel::Expr& expr);
  const Reads& OfDefinition(int definition);
  // True if every evaluation reads something dated, so that the whole hangs on the event date: not so where
  // only one branch of an `if` does.
  bool SurelyDated(const feel::Expr& expr);

 private:
  void Walk(const feel::Expr& expr, Reads* reads);
  void AddCodeList(std::string_view id, Reads* reads) const;
  const feel::Model& model_;
  std::unordered_map<int, Reads> definitions_;
};

// A copy of `expr` in which slot `slot` is replaced by `replacement`.
feel::ExprPtr Substitute(const feel::ExprPtr& expr, int slot, const feel::ExprPtr& replacement);
// True if the tree binds slots of its own (for, some, every, filters, in with tests, structure literals).
bool HasBinders(const feel::Expr& expr);
// The least number of slots a frame needs to evaluate `expr`.
int SlotCount(const feel::Expr& expr);

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_READS_H_

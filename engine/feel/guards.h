// Guards: which nullable things are known to hold a value at the place the parser stands.
//
// `x != null and x > 5` is fine because the right side matters only where the left is not false. The rule a
// condition must keep is therefore strict: if x is null, the condition is false (or true, on the other side
// of an or), whatever else is unknown. `x = y` does not keep it, since y may be unknown; `x = 5` does. What
// is narrowed are whole expressions, compared by their dump: facts, locals, definitions, paths into them, and
// calls such as max(L), which all mean the same wherever they stand in one expression. One thread.
#ifndef ZHIDA_ENGINE_FEEL_GUARDS_H_
#define ZHIDA_ENGINE_FEEL_GUARDS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "engine/feel/ast.h"

namespace zhida::feel {

// Dumps of expressions that hold a value.
using NotNullKeys = std::vector<std::string>;

// What holds a value if `condition` is true, and if it is false.
NotNullKeys NotNullIfTrue(const Expr& condition);
NotNullKeys NotNullIfFalse(const Expr& condition);

// `type` as the type of the thing with the dump `key`, once the keys hold values; members are refined too.
TypePtr Refined(const TypePtr& type, const std::string& key, const NotNullKeys& keys);

class Guards {
 public:
  size_t mark() const { return keys_.size(); }
  void Assume(const NotNullKeys& keys) { keys_.insert(keys_.end(), keys.begin(), keys.end()); }
  // Forgets what was assumed since mark() gave `mark`.
  void Reset(size_t mark) { keys_.resize(mark); }
  // The type of `expr` where it stands.
  TypePtr TypeHere(const Expr& expr) const;
  // A guard here says that `expr` holds a value.
  bool Narrows(const Expr& expr) const;

 private:
  NotNullKeys keys_;
};

// Assumes for the length of a block.
class GuardedBlock {
 public:
  explicit GuardedBlock(Guards& guards) : guards_(guards), mark_(guards.mark()) {}
  ~GuardedBlock() { guards_.Reset(mark_); }
  GuardedBlock(const GuardedBlock&) = delete;
  GuardedBlock& operator=(const GuardedBlock&) = delete;

 private:
  Guards& guards_;
  size_t mark_;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_GUARDS_H_

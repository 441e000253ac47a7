// Lone condition: a condition that, by its form, is settled by the one unknown fact that it looks at, and
// which of the values that the search for missing facts tries make it true.
//
// Bound to one pack, and to facts and dates by an interpreter, which must outlive it. One thread.
#ifndef ZHIDA_ENGINE_EXPLAIN_LONE_CONDITION_H_
#define ZHIDA_ENGINE_EXPLAIN_LONE_CONDITION_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/explain/candidates.h"
#include "engine/pack/pack.h"

namespace zhida::explain {

// Of a policy; what is missing is found exactly up to so many unknown facts.
inline constexpr size_t kExactFactsMax = 20;

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
  size_t constants = 0;  // kOwn, kFirst: so many of the condition's the search must have kept
};

// A value made from constants of a condition, of which the search must have kept so many.
struct OwnValue {
  Value value;
  size_t constants;
};

// The facts as they are, but for one.
class WithValue : public feel::FactSource {
 public:
  WithValue(const feel::FactSource& facts, int fact) : facts_(facts), fact_(fact) {}
  Value Get(int fact, feel::Reading reading) const override {
    return fact == fact_ ? value_ : facts_.Get(fact, reading);
  }
  void Set(Value value) { value_ = std::move(value); }

 private:
  const feel::FactSource& facts_;
  int fact_;
  Value value_;
};

// The sort of constants that values of such facts are made from: 0 numbers, 1 days, 2 texts; nullopt: none.
std::optional<size_t> SortOf(pack::FactKind kind);

class LoneConditions {
 public:
  // `interpreter` has the Promised reading of `facts` and no trace.
  LoneConditions(const pack::Pack& pack, feel::Interpreter& interpreter, const feel::FactSource& facts)
      : pack_(pack), interpreter_(interpreter), facts_(facts) {}

  // Of a condition that looks at no definition, and at no other unknown fact than `fact`.
  Lone Find(const feel::Expression& condition, int fact);
  // Values that are tried in every policy. Codes that nobody names hang on what the policy names.
  std::vector<Value> CommonValues(const pack::Fact& fact);
  // Values made from the condition's own constants, in the order in which they are tried.
  std::vector<OwnValue> OwnValues(const pack::Fact& fact, const feel::Expression& condition);

 private:
  Lone FindHolds(const feel::Expression& condition, int fact);
  bool IsDecidedBy(const feel::ExprPtr& expr, int slot_count, int fact);

  const pack::Pack& pack_;
  feel::Interpreter& interpreter_;
  const feel::FactSource& facts_;
};

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_LONE_CONDITION_H_

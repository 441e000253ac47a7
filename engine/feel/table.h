// Decision tables: from the truths of rules and their outputs to the value of the table.
//
// The table's value is what all ways of settling its open rules agree on, as section 4 of docs/semantics.md
// spells it out for each hit policy. Nothing here knows how cells and outputs are computed, so that tests can
// drive it with plain truths. Pure apart from its source; as thread-safe as that.
#ifndef ZHIDA_ENGINE_FEEL_TABLE_H_
#define ZHIDA_ENGINE_FEEL_TABLE_H_

#include <cstddef>
#include <optional>

#include "engine/feel/model.h"
#include "engine/feel/verdict.h"

namespace zhida::feel {

// What one subject makes of a table's rules.
class RuleSource {
 public:
  virtual ~RuleSource() = default;
  // Asked once a rule, in rule order, and under FIRST only as far as the first true rule.
  virtual Verdict Rule(size_t rule) = 0;
  // The rule's output, a structure where the table has several; unknown or error if one of them is. Asked at
  // most once a rule, and only for rules that matter.
  virtual Value Output(size_t rule) = 0;
  // The default output in the same form; nullopt where the table has none.
  virtual std::optional<Value> Default() = 0;
};

// Looks at `table` for its hit policy, the number of its rules and the allowed values of its outputs only.
Value CombineRules(const Table& table, RuleSource& source);

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_TABLE_H_

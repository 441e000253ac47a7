// Which column of an Arrow input is which fact, and how its type becomes the fact's type. Settled once, when
// the input is opened, so that a column that cannot hold its fact is refused by name before the first row.
// Immutable after BindColumns(); any thread. Bindings point into the shapes and plans they were made from.
#ifndef ZHIDA_ENGINE_FACTS_ARROW_SCHEMA_H_
#define ZHIDA_ENGINE_FACTS_ARROW_SCHEMA_H_

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/facts/arrow_type.h"
#include "engine/facts/key_table.h"
#include "engine/facts/type_plan.h"

namespace zhida::facts {

// How an array of one shape gives values of one type.
struct ArrowBinding {
  const TypePlan* type = nullptr;
  const ArrowShape* shape = nullptr;  // null: a member that the input does not have
  size_t child = 0;                   // which child of the parent's array this is
  // kList: the element. kStruct: one for each member. kSeries: period and value, children of the list's
  // structure.
  std::vector<ArrowBinding> parts;
};

struct BoundColumn {
  KeyMeaning meaning;
  ArrowBinding binding;
  std::string name;  // as the input calls it
};

// Types of what is no fact itself: the companions, and the periods of series.
struct CompanionTypes {
  CompanionTypes();
  TypePlan text;
  TypePlan date;
  TypePlan integer;
};

struct ArrowColumns {
  std::vector<BoundColumn> bound;       // in the order of the input
  std::vector<std::string> undeclared;  // names, each once
};

// False with diagnostics if a column is refused, comes twice or the subject's key has none.
bool BindColumns(const ReadingPlan& plan, const CompanionTypes& companions, const ArrowShape& table,
                 ArrowColumns* columns, Diagnostics* diagnostics);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_SCHEMA_H_

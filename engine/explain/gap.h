// Gap: by how much a condition fails: the value, the bar, and the distance between them in its own unit.
// Pure; any thread.
#ifndef ZHIDA_ENGINE_EXPLAIN_GAP_H_
#define ZHIDA_ENGINE_EXPLAIN_GAP_H_

#include <string>
#include <vector>

#include "engine/explain/condition.h"
#include "engine/pack/pack.h"

namespace zhida::explain {

// How a distance is measured. Money is in yuan, a ratio as it is (0.03 for 3%).
enum class Unit : uint8_t { kNone, kMoney, kRatio, kDays, kMonths };
std::string_view UnitName(Unit unit);  // "", "yuan", "ratio", "days", "months"

struct Gap {
  std::string text;  // the condition as written
  std::string
      measured;      // what is compared, as written, a series' entry by its period; "": nothing is measured
  std::string sign;  // what `measured` would have to be to `bar`: >= > <= < = != in, or ""
  Value value;
  Value bar;
  Value distance;  // a number; null where there is none
  Unit unit = Unit::kNone;
  bool beyond = false;     // the bar itself is not enough
  bool either = false;     // one of several, any of which would do
  std::vector<int> facts;  // that the measured side reads, ascending
};

// The atoms because of which `condition` is not `want`; none where it is `want`, or undecided. At most 16.
std::vector<Gap> GapsOf(const pack::Pack& pack, feel::Interpreter& interpreter, const Part& condition,
                        bool want);

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_GAP_H_

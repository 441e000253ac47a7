// What all readers of facts share: the dates that decide freshness, rejects, warnings and counts.
#ifndef ZHIDA_ENGINE_FACTS_READING_H_
#define ZHIDA_ENGINE_FACTS_READING_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/pack/pack.h"
#include "engine/value/temporal.h"

namespace zhida::facts {

// Fixed for a run. `as_of` comes from the engine.
struct DateRules {
  Date as_of;
  std::optional<Date> facts_date;  // date of values that carry none
  std::optional<Date> known_on;    // values dated later are not known yet
  bool undated_is_stale = false;   // for payment runs
};

// A row that was not judged, and why. `line` counts from 1 in text input and is 0 in Arrow input.
struct Reject {
  int64_t row = 0;
  int64_t line = 0;
  std::string field;   // "" when the row as a whole is at fault
  std::string code;    // ZD4xxx
  std::string reason;  // what is wrong and how to mend it
};

inline constexpr size_t kUndeclaredNamesMax = 100;

// What a reader counted. Adds up over blocks: rows_read = judged + rejected. The counts below the first two
// are of judged rows only, so that they do not depend on where in a row a reader stopped.
struct ReadCounts {
  int64_t rows_read = 0;
  int64_t rows_rejected = 0;
  int64_t undated = 0;              // values with a max_age and no date
  int64_t bad_check_digits = 0;     // credit codes judged with a warning
  int64_t refused_commitments = 0;  // marks on facts that do not allow one
  std::map<std::string, int64_t>
      undeclared;  // key or column -> rows; the first kUndeclaredNamesMax names in order

  void Add(const ReadCounts& other);
  void AddUndeclared(const std::string& name, int64_t rows);
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_READING_H_

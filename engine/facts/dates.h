// Dates and states: what becomes of a supplied value once its mark (F@state), its date and the run's rules
// are known.
//
// The one place for this; NDJSON and Arrow both come here. A StateRules is made for one schema and one run,
// never changes and may be read by any thread. It must not outlive the schema. Source: docs/semantics.md,
// section 8.
#ifndef ZHIDA_ENGINE_FACTS_DATES_H_
#define ZHIDA_ENGINE_FACTS_DATES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/facts/fault.h"
#include "engine/facts/reading.h"

namespace zhida::facts {

// What F@state says; kNone where there is none.
enum class Mark : uint8_t { kNone, kKnown, kCommitted, kAbsent, kMissing, kStale, kConflict, kNotAuthorised };
std::optional<Mark> MarkFromWord(std::string_view word);
// Beside these marks nobody looks at the value, not even at its type.
constexpr bool IgnoresValue(Mark mark) { return mark >= Mark::kMissing; }

// What stands in the place of the value itself. A null of a fact that is not nullable is kNothing.
enum class Supplied : uint8_t { kNothing, kNull, kValue };

// What is kept of them in a SaidColumn.
constexpr uint8_t PackSaid(Supplied supplied, Mark mark) {
  return static_cast<uint8_t>(static_cast<uint8_t>(supplied) | (static_cast<uint8_t>(mark) << 2));
}
constexpr Supplied SuppliedOf(uint8_t said) { return static_cast<Supplied>(said & 3); }
constexpr Mark MarkOf(uint8_t said) { return static_cast<Mark>(said >> 2); }
constexpr uint8_t kSaidMax = PackSaid(Supplied::kValue, Mark::kNotAuthorised);

// The warnings of one row; they count only if the row is judged.
struct RowWarnings {
  int64_t undated = 0;
  int64_t bad_check_digits = 0;
  int64_t refused_commitments = 0;
  void AddTo(ReadCounts* counts) const {
    counts->undated += undated;
    counts->bad_check_digits += bad_check_digits;
    counts->refused_commitments += refused_commitments;
  }
};

class StateRules {
 public:
  StateRules(const pack::Schema& schema, const DateRules& rules);

  // False with a fault where mark and value contradict each other or the schema; such a row is rejected.
  bool Check(size_t fact, Mark mark, Supplied supplied, Fault* fault) const {
    return mark != Mark::kAbsent || CheckAbsent(fact, supplied, fault);
  }

  // What becomes of a value that stands alone, as nearly all do; the run's facts date is seen to.
  struct Plain {
    uint8_t state = 0;
    uint8_t undated = 0;  // to be added to the warnings
  };
  const Plain& plain(size_t fact, Supplied supplied) const {
    return rules_[fact].plain[static_cast<size_t>(supplied)];
  }

  // Of a value that stands alone in a row of a date: it is known if SettlingDate(date) is later than this.
  int64_t settled_after(size_t fact) const {
    const int64_t fresh_from = rules_[fact].fresh_from;
    return fresh_from == kUndated ? kUndated : fresh_from - 1;
  }
  int64_t SettlingDate(int64_t row_date) const { return row_date > last_date_ ? kUndated : row_date; }

  // The state of a fact in its column. `own_date` is F@date, `row_date` is @date.
  uint8_t Resolve(size_t fact, Mark mark, Supplied supplied, int64_t own_date, int64_t row_date,
                  RowWarnings* warnings) const {
    if (mark == Mark::kNone && own_date == kUndated) {
      if (row_date == kUndated) {
        warnings->undated += plain(fact, supplied).undated;
        return plain(fact, supplied).state;
      }
      if (supplied == Supplied::kNothing || row_date > last_date_)
        return static_cast<uint8_t>(State::kMissing);
      if (row_date < rules_[fact].fresh_from) return static_cast<uint8_t>(State::kStale);
      return static_cast<uint8_t>(supplied == Supplied::kNull ? State::kAbsent : State::kKnown);
    }
    return ResolveMarked(fact, mark, supplied, own_date, row_date, warnings);
  }

 private:
  struct Rule {
    bool nullable = false;
    bool commitment_allowed = false;
    bool has_max_age = false;
    int64_t fresh_from = kUndated;  // the earliest date that is not stale
    Plain plain[3];                 // by Supplied
  };
  bool CheckAbsent(size_t fact, Supplied supplied, Fault* fault) const;
  uint8_t ResolveMarked(size_t fact, Mark mark, Supplied supplied, int64_t own_date, int64_t row_date,
                        RowWarnings* warnings) const;
  State StateByDate(const Rule& rule, int64_t date, State fresh, RowWarnings* warnings) const;

  const pack::Schema& schema_;
  std::vector<Rule> rules_;
  int64_t facts_date_ = kUndated;
  int64_t last_date_;  // later dates are not known yet
  bool undated_is_stale_;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_DATES_H_

#include "engine/facts/dates.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace zhida::facts {
namespace {

struct Word {
  std::string_view text;
  Mark mark;
};
constexpr Word kWords[] = {
    {"known", Mark::kKnown},
    {"committed", Mark::kCommitted},
    {"absent", Mark::kAbsent},
    {"missing", Mark::kMissing},
    {"stale", Mark::kStale},
    {"conflict", Mark::kConflict},
    {"not_authorised", Mark::kNotAuthorised},
};

// date + age, or nullopt beyond the calendar.
std::optional<Date> Expiry(Date date, const pack::MaxAge& age) {
  const std::optional<Date> months = AddMonths(date, age.months);
  return months ? AddDays(*months, age.days) : std::nullopt;
}

// The earliest date d with d + age >= as_of. Adding months clamps to the month's end, which never changes the
// order of two dates, so there is one such date and it is found by halving.
int64_t FreshFrom(Date as_of, const pack::MaxAge& age) {
  constexpr int64_t kAgeMax = 100'000'000'000;  // in months or days; far longer than the calendar
  if (age.months > kAgeMax || age.days > kAgeMax) return kUndated;
  const auto fresh = [&](int64_t days) {
    const std::optional<Date> expiry = Expiry(Date{days}, age);
    return !expiry || *expiry >= as_of;
  };
  constexpr int64_t kDaysPerMonthMax = 31;
  int64_t stale = as_of.days - age.months * kDaysPerMonthMax - age.days - kDaysPerMonthMax;
  int64_t known_fresh = as_of.days;
  if (fresh(stale)) return kUndated;  // the age reaches back beyond the calendar
  while (known_fresh - stale > 1) {
    const int64_t middle = stale + (known_fresh - stale) / 2;
    (fresh(middle) ? known_fresh : stale) = middle;
  }
  return known_fresh;
}

}  // namespace

std::optional<Mark> MarkFromWord(std::string_view word) {
  const auto found =
      std::find_if(std::begin(kWords), std::end(kWords), [&](const Word& w) { return w.text == word; });
  if (found == std::end(kWords)) return std::nullopt;
  return found->mark;
}

StateRules::StateRules(const pack::Schema& schema, const DateRules& rules)
    : schema_(schema), last_date_(rules.as_of.days), undated_is_stale_(rules.undated_is_stale) {
  if (rules.known_on) last_date_ = std::min(last_date_, rules.known_on->days);
  if (rules.facts_date) facts_date_ = rules.facts_date->days;
  rules_.reserve(schema.facts.size());
  for (const pack::Fact& fact : schema.facts) {
    Rule rule;
    rule.nullable = fact.nullable;
    rule.commitment_allowed = fact.commitment_allowed;
    rule.has_max_age = fact.max_age.has_value();
    if (fact.max_age) rule.fresh_from = FreshFrom(rules.as_of, *fact.max_age);
    rules_.push_back(rule);
  }
  for (size_t fact = 0; fact < rules_.size(); ++fact) {
    for (const Supplied supplied : {Supplied::kNothing, Supplied::kNull, Supplied::kValue}) {
      RowWarnings warnings;
      const uint8_t state = ResolveMarked(fact, Mark::kNone, supplied, kUndated, kUndated, &warnings);
      rules_[fact].plain[static_cast<size_t>(supplied)] = {state, static_cast<uint8_t>(warnings.undated)};
    }
  }
}

bool StateRules::CheckAbsent(size_t fact, Supplied supplied, Fault* fault) const {
  const std::string& id = schema_.facts[fact].id;
  if (!rules_[fact].nullable) {
    return fault->Set(kContradiction,
                      "the state is absent, but " + id +
                          " is not nullable, so there always is one; write missing if it is not known");
  }
  if (supplied == Supplied::kValue) {
    return fault->Set(kContradiction,
                      "the state is absent, but a value of " + id + " stands beside it; drop one of them");
  }
  return true;
}

State StateRules::StateByDate(const Rule& rule, int64_t date, State fresh, RowWarnings* warnings) const {
  if (date == kUndated) {
    if (!rule.has_max_age) return fresh;
    ++warnings->undated;
    return undated_is_stale_ ? State::kStale : fresh;
  }
  if (date > last_date_) return State::kMissing;
  return date < rule.fresh_from ? State::kStale : fresh;
}

uint8_t StateRules::ResolveMarked(size_t fact, Mark mark, Supplied supplied, int64_t own_date,
                                  int64_t row_date, RowWarnings* warnings) const {
  const Rule& rule = rules_[fact];
  State state = State::kMissing;
  bool committed = false;
  switch (mark) {
    case Mark::kMissing:
      return static_cast<uint8_t>(State::kMissing);
    case Mark::kStale:
      return static_cast<uint8_t>(State::kStale);
    case Mark::kConflict:
      return static_cast<uint8_t>(State::kConflict);
    case Mark::kNotAuthorised:
      return static_cast<uint8_t>(State::kNotAuthorised);
    case Mark::kCommitted:
      if (!rule.commitment_allowed) {
        ++warnings->refused_commitments;
        return static_cast<uint8_t>(State::kMissing);
      }
      committed = true;
      [[fallthrough]];
    case Mark::kNone:
    case Mark::kKnown:
      if (supplied == Supplied::kNothing) return static_cast<uint8_t>(State::kMissing);
      state = supplied == Supplied::kNull ? State::kAbsent : State::kKnown;
      break;
    case Mark::kAbsent:
      state = State::kAbsent;
      break;
  }
  const int64_t date = own_date != kUndated ? own_date : row_date != kUndated ? row_date : facts_date_;
  state = StateByDate(rule, date, state, warnings);
  const bool promised = committed && state <= State::kAbsent;
  return static_cast<uint8_t>(static_cast<uint8_t>(state) | (promised ? kCommittedBit : 0));
}

}  // namespace zhida::facts

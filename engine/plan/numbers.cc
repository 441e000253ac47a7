#include "engine/plan/numbers.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "engine/plan/lowering.h"
#include "engine/plan/strictness.h"

namespace zhida::plan {

using facts::State;

namespace {

// 10^n for n below 19.
constexpr std::array<int64_t, 19> kPowers = [] {
  std::array<int64_t, 19> powers{1};
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = 10 * powers[i - 1];
  return powers;
}();

// values * 10^raise; what does not fit is the interpreter's.
void Raise(int raise, NumberVector* numbers) {
  if (raise == 0) return;
  const int64_t factor = raise < 19 ? kPowers[static_cast<size_t>(raise)] : INT64_MAX;
  for (size_t i = 0; i < numbers->size(); ++i) {
    int64_t& value = numbers->values[i];
    if (__builtin_mul_overflow(value, factor, &value) && numbers->known[i] == Known::kKnown) numbers->Ask(i);
  }
}

KnownTable MakeTable(feel::Reading reading) {
  KnownTable table;
  for (size_t state = 0; state < table.size(); ++state) {
    const bool promised_only =
        facts::IsCommitted(static_cast<uint8_t>(state)) && reading == feel::Reading::kVerified;
    const State plain = facts::StateOf(static_cast<uint8_t>(state));
    table[state] = promised_only             ? Known::kUnknown
                   : plain == State::kKnown  ? Known::kKnown
                   : plain == State::kAbsent ? Known::kNull
                                             : Known::kUnknown;
  }
  return table;
}

}  // namespace

Source::Source(const Graph& graph, const facts::FactBlock& block, int source, feel::Reading reading)
    : known_(&KnownBy(reading)) {
  if (source < graph.fact_count) {
    column_ = &block.column(source);
    return;
  }
  const Part& part = graph.parts[static_cast<size_t>(source - graph.fact_count)];
  const facts::Column& fact = block.column(part.fact);
  // The members of a structure that is itself an item are unknown where it is.
  const facts::Column& outer = part.of_items ? fact.items[0] : fact;
  if (!part.of_items) structure_ = &fact;
  column_ = part.member == kNone ? &outer : &outer.items[static_cast<size_t>(part.member)];
}

const KnownTable& KnownBy(feel::Reading reading) {
  static const KnownTable kVerified = MakeTable(feel::Reading::kVerified);
  static const KnownTable kPromised = MakeTable(feel::Reading::kPromised);
  return reading == feel::Reading::kVerified ? kVerified : kPromised;
}

Rows Numbers::SubjectsOf(const Rows& rows) const {
  Rows subjects(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) subjects[i] = pass_.SubjectOf(rows[i]);
  return subjects;
}

void Numbers::Facts(const Number& number, const Rows& rows, NumberVector* out) const {
  const Source source(graph_, pass_.block(), number.fact, reading_);
  const facts::Column& column = source.column();
  const size_t first = pass_.first();
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t row = first + rows[i];
    out->Set(i, column.integers[row], source.At(row));
  }
  if (column.wide.empty()) return;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto at = std::lower_bound(column.wide.begin(), column.wide.end(), first + rows[i],
                                     [](const auto& wide, size_t row) { return wide.first < row; });
    if (at != column.wide.end() && at->first == first + rows[i]) out->Ask(i);
  }
}

namespace {

// Entries of a series column, row by row. Most rows have the same periods, so the place where the last row
// had its entry is looked at first.
class SeriesCursor {
 public:
  SeriesCursor(const facts::Column& series, const KnownTable& known)
      : spans_(series.spans.data()),
        periods_(series.items[0].integers.data()),
        values_(series.items[1].integers.data()),
        states_(series.items[1].state.data()),
        wide_(series.items[1].wide),
        known_(known) {}

  Known Find(size_t row, int32_t period, int64_t* value) {
    const facts::Span span = spans_[row];
    const int64_t* const periods = periods_ + span.begin;
    if (place_ >= span.size || periods[place_] != period) {
      uint32_t k = 0;
      while (k < span.size && periods[k] < period) ++k;
      if (k == span.size || periods[k] != period) return Known::kUnknown;
      place_ = k;
    }
    const uint32_t entry = span.begin + place_;
    *value = values_[entry];
    if (!wide_.empty() &&
        std::any_of(wide_.begin(), wide_.end(), [&](const auto& w) { return w.first == entry; })) {
      return Known::kAsk;
    }
    return Strict(known_[states_[entry]]);
  }

 private:
  const facts::Span* spans_;
  const int64_t* periods_;
  const int64_t* values_;
  const uint8_t* states_;
  const std::vector<std::pair<uint32_t, Decimal>>& wide_;
  const KnownTable& known_;
  uint32_t place_ = 0;
};

}  // namespace

void Numbers::SeriesEntries(const Number& number, const Rows& rows, NumberVector* out) {
  const Source series(graph_, pass_.block(), number.fact, reading_);
  SeriesCursor cursor(series.column(), KnownBy(reading_));
  const size_t first = pass_.first();
  if (number.kind == Number::Kind::kSeries) {
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t row = first + rows[i];
      const Known known = Strict(series.At(row));
      out->known[i] = known == Known::kKnown ? cursor.Find(row, number.period, &out->values[i]) : known;
    }
    return;
  }
  Number date;
  date.kind = Number::Kind::kFact;
  date.fact = graph_.period_rules[static_cast<size_t>(number.period)].date;
  NumberVector days;
  days.Resize(rows.size());
  Facts(date, rows, &days);
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t row = first + rows[i];
    PeriodMemory::Period at{0, Strict(days.known[i])};
    if (at.known == Known::kKnown) at = PeriodAt(number.period, days.values[i]);
    const Known known = Strict(series.At(row), at.known);
    out->known[i] = known == Known::kKnown ? cursor.Find(row, at.period, &out->values[i]) : known;
  }
}

PeriodMemory::Period Numbers::PeriodAt(int rule_number, int64_t day) {
  if (periods_.rules.empty()) periods_.rules.resize(graph_.period_rules.size());
  PeriodMemory::Rule& memory = periods_.rules[static_cast<size_t>(rule_number)];
  if (memory.last_day == day) return memory.last;
  const auto [entry, added] = memory.by_date.try_emplace(day);
  memory.last_day = day;
  if (!added) return memory.last = entry->second;
  const PeriodRule& rule = graph_.period_rules[static_cast<size_t>(rule_number)];
  const OneFact subject(rule.date, Value::OfDate(Date{day}));
  const Context& context = graph_.contexts[static_cast<size_t>(rule.context)];
  feel::Dates dates{plan_.as_of, Value::OfDate(context.event), context.year};
  // The rule may stand under an event date that is this very date.
  if (context.event_fact != kNone) dates.event = subject.Get(context.event_fact, feel::Reading::kPromised);
  feel::Interpreter interpreter(plan_.pack->model, subject, feel::Reading::kPromised, dates);
  const Value period = interpreter.Evaluate(rule.expression);
  if (period.is_unknown()) {
    entry->second.known = Known::kUnknown;
  } else if (const auto key = SeriesKey(rule.kind, period)) {
    entry->second = {*key, Known::kKnown};
  } else {
    entry->second.known = Known::kAsk;
  }
  return memory.last = entry->second;
}

// Strict in every test, as the filter is whose elements are counted.
void Numbers::Count(const Number& number, const Rows& rows, NumberVector* out) {
  const facts::Column& list = pass_.block().column(number.fact);
  Pass& items = pass_.Items(number.fact);
  Rows of_items;
  for (size_t i = 0; i < rows.size(); ++i) {
    out->Set(i, 0, Strict(StateAt(list, pass_.first() + rows[i], reading_)));
    if (out->known[i] != Known::kKnown) continue;
    const facts::Span span = pass_.ItemsOf(number.fact, rows[i]);
    for (uint32_t item = span.begin; item < span.begin + span.size; ++item) of_items.push_back(item);
  }
  std::vector<Truth> truths;
  items.Truths(number.condition, of_items, &truths);
  size_t at = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (out->known[i] != Known::kKnown) continue;
    Known known = Known::kKnown;
    int64_t count = 0;
    for (const size_t end = at + pass_.ItemsOf(number.fact, rows[i]).size; at < end; ++at) {
      known = std::max(known, KnownOf(truths[at]));
      count += truths[at] == Truth::kTrue ? 1 : 0;
    }
    out->Set(i, known == Known::kKnown ? count : 0, known);
  }
}

void Numbers::DatePart(const Number& number, const Rows& rows, NumberVector* out) {
  Evaluate(number.a, rows, out);
  for (size_t i = 0; i < rows.size(); ++i) {
    out->known[i] = Strict(out->known[i]);
    if (out->known[i] != Known::kKnown) continue;
    const Date date{out->values[i]};
    if (number.kind == Number::Kind::kAddMonths) {
      if (const auto moved = AddMonths(date, number.period)) {
        out->values[i] = moved->days;
      } else {
        out->Ask(i);
      }
      continue;
    }
    const CivilDate civil = date.civil();
    out->values[i] = number.kind == Number::Kind::kYear    ? civil.year
                     : number.kind == Number::Kind::kMonth ? civil.month
                                                           : civil.day;
  }
}

namespace {

// Values without looking at what is known, so that the loop has hardly a branch.
template <typename Operation>
void Combine(const NumberVector& right, NumberVector* left, Operation operation) {
  const size_t size = left->size();
  Known* const known = left->known.data();
  int64_t* const values = left->values.data();
  const Known* const right_known = right.known.data();
  const int64_t* const right_values = right.values.data();
  for (size_t i = 0; i < size; ++i) known[i] = Strict(known[i], right_known[i]);
  for (size_t i = 0; i < size; ++i) {
    const bool overflow = operation(values[i], right_values[i], &values[i]);
    if (overflow && known[i] == Known::kKnown) known[i] = Known::kAsk;
  }
}

}  // namespace

void Numbers::Binary(const Number& number, const Rows& rows, NumberVector* out) {
  NumberVector right;
  Evaluate(number.a, rows, out);
  Evaluate(number.b, rows, &right);
  if (number.kind == Number::Kind::kMultiply) {
    Combine(right, out, [](int64_t a, int64_t b, int64_t* c) { return __builtin_mul_overflow(a, b, c); });
    return;
  }
  Raise(number.scale - At(number.a).scale, out);
  Raise(number.scale - At(number.b).scale, &right);
  switch (number.kind) {
    case Number::Kind::kAdd:
      Combine(right, out, [](int64_t a, int64_t b, int64_t* c) { return __builtin_add_overflow(a, b, c); });
      return;
    case Number::Kind::kSubtract:
      Combine(right, out, [](int64_t a, int64_t b, int64_t* c) { return __builtin_sub_overflow(a, b, c); });
      return;
    default: {
      const bool minimum = number.kind == Number::Kind::kMinimum;
      Combine(right, out, [minimum](int64_t a, int64_t b, int64_t* c) {
        *c = minimum ? std::min(a, b) : std::max(a, b);
        return false;
      });
    }
  }
}

void Numbers::Branches(const Number& number, const Rows& rows, NumberVector* out) {
  NumberVector otherwise;
  std::vector<Truth> conditions;
  Evaluate(number.a, rows, out);
  Evaluate(number.b, rows, &otherwise);
  pass_.Truths(number.condition, rows, &conditions);
  Raise(number.scale - At(number.a).scale, out);
  Raise(number.scale - At(number.b).scale, &otherwise);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (conditions[i] == Truth::kTrue) continue;
    const Known known = KnownOf(conditions[i]);
    if (known == Known::kKnown) {
      out->Set(i, otherwise.values[i], otherwise.known[i]);
    } else {
      const bool rule = number.kind == Number::Kind::kRule && known == Known::kUnknown;
      out->Set(i, 0, rule ? OpenRule(out->known[i], otherwise.known[i]) : known);
    }
  }
}

void Numbers::Choices(const Number& number, const Rows& rows, NumberVector* out) {
  const Column& table = graph_.columns[static_cast<size_t>(number.column)];
  std::vector<ChoiceValue> choices;
  pass_.Choices(number.column, rows, &choices);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (choices[i].known != Known::kKnown) {
      out->Set(i, 0, choices[i].known);
      continue;
    }
    const size_t choice = static_cast<size_t>(choices[i].choice);
    const Value& value = table.choices[choice];
    const int128_t constant = number.constants[choice];
    if (value.is_unknown() || value.is_null()) {
      out->Set(i, 0, value.is_null() ? Known::kNull : Known::kUnknown);
    } else if (constant > INT64_MAX || constant < INT64_MIN) {
      out->Ask(i);
    } else {
      out->Set(i, static_cast<int64_t>(constant), Known::kKnown);
    }
  }
}

namespace {

void Resize(size_t rows, NumberVector* values) { values->Resize(rows); }
void Resize(size_t rows, std::vector<DecimalValue>* values) { values->resize(rows); }
void Copy(const NumberVector& from, size_t i, size_t k, NumberVector* to) {
  to->Set(k, from.values[i], from.known[i]);
}
void Copy(const std::vector<DecimalValue>& from, size_t i, size_t k, std::vector<DecimalValue>* to) {
  (*to)[k] = from[i];
}

}  // namespace

// Computes what is not remembered yet, and remembers it.
template <typename Vector>
void Numbers::Recall(NumberId id, const Rows& rows, Vector* out) {
  NumberMemory& memory = *pass_.numbers();
  NumberMemory::Entry& entry = memory.entries_[static_cast<size_t>(id)];
  Vector* kept = nullptr;
  if constexpr (std::is_same_v<Vector, NumberVector>) {
    kept = &entry.whole;
  } else {
    kept = &entry.decimals;
  }
  if (entry.generation.size() < pass_.row_count()) {
    entry.generation.resize(pass_.row_count());
    Resize(pass_.row_count(), kept);
  }
  Rows missing;
  for (const uint32_t row : rows) {
    if (entry.generation[row] != memory.generation_) missing.push_back(row);
  }
  if (!missing.empty()) {
    Vector computed;
    Compute(id, missing, &computed);
    for (size_t k = 0; k < missing.size(); ++k) {
      Copy(computed, k, missing[k], kept);
      entry.generation[missing[k]] = memory.generation_;
    }
  }
  Resize(rows.size(), out);
  for (size_t k = 0; k < rows.size(); ++k) Copy(*kept, rows[k], k, out);
}

void Numbers::Evaluate(NumberId id, const Rows& rows, NumberVector* out) {
  if (At(id).shared && pass_.numbers() != nullptr) return Recall(id, rows, out);
  Compute(id, rows, out);
}

void Numbers::Evaluate(NumberId id, const Rows& rows, std::vector<DecimalValue>* out) {
  if (At(id).shared && At(id).decimal && pass_.numbers() != nullptr) return Recall(id, rows, out);
  Compute(id, rows, out);
}

void Numbers::Compute(NumberId id, const Rows& rows, NumberVector* out) {
  const Number& number = At(id);
  out->Resize(rows.size());
  switch (number.kind) {
    case Number::Kind::kConstant:
      if (number.constant <= INT64_MAX && number.constant >= INT64_MIN) {
        out->Fill(rows.size(), static_cast<int64_t>(number.constant), Known::kKnown);
        return;
      }
      break;
    case Number::Kind::kUnknown:
      out->Fill(rows.size(), 0, Known::kUnknown);
      return;
    case Number::Kind::kFact:
      Facts(number, rows, out);
      return;
    case Number::Kind::kSeries:
    case Number::Kind::kSeriesAt:
      SeriesEntries(number, rows, out);
      return;
    case Number::Kind::kLift:
      Numbers(plan_, pass_.subjects(), periods_).Evaluate(number.a, SubjectsOf(rows), out);
      return;
    case Number::Kind::kCount:
      Count(number, rows, out);
      return;
    case Number::Kind::kYear:
    case Number::Kind::kMonth:
    case Number::Kind::kDay:
    case Number::Kind::kAddMonths:
      DatePart(number, rows, out);
      return;
    case Number::Kind::kIf:
    case Number::Kind::kRule:
      Branches(number, rows, out);
      return;
    case Number::Kind::kChoice:
      Choices(number, rows, out);
      return;
    case Number::Kind::kNegate:
    case Number::Kind::kAbsolute:
      Evaluate(number.a, rows, out);
      for (size_t i = 0; i < rows.size(); ++i) {
        out->known[i] = Strict(out->known[i]);
        int64_t& value = out->values[i];
        const bool turn = number.kind == Number::Kind::kNegate || value < 0;
        const bool overflow = turn && __builtin_sub_overflow(int64_t{0}, value, &value);
        if (overflow && out->known[i] == Known::kKnown) out->Ask(i);
      }
      return;
    case Number::Kind::kAdd:
    case Number::Kind::kSubtract:
    case Number::Kind::kMultiply:
    case Number::Kind::kMinimum:
    case Number::Kind::kMaximum:
      Binary(number, rows, out);
      return;
    case Number::Kind::kDivide:  // always a decimal
      break;
  }
  out->Fill(rows.size(), 0, Known::kAsk);
}

}  // namespace zhida::plan

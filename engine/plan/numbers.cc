#include "engine/plan/numbers.h"

#include <algorithm>

#include "engine/base/limits.h"
#include "engine/plan/lowering.h"

namespace zhida::plan {

using facts::State;

namespace {

const int128_t kDigitsBound = PowerOfTen(limits::kDecimalDigitsMax);

NumberValue Exactly(int128_t mantissa) {
  // Within 34 digits the decimal result is the same whole number; beyond them decimals would round.
  if (mantissa >= kDigitsBound || mantissa <= -kDigitsBound) return {0, Known::kAsk};
  return {mantissa, Known::kKnown};
}

// mantissa * 10^raise; false on overflow.
bool Raise(int128_t* mantissa, int raise) {
  if (raise == 0) return true;
  if (raise > 38) return false;
  return !__builtin_mul_overflow(*mantissa, PowerOfTen(raise), mantissa);
}

bool Align(int128_t* a, int a_scale, int128_t* b, int b_scale) {
  return a_scale < b_scale ? Raise(a, b_scale - a_scale) : Raise(b, a_scale - b_scale);
}

// Strict operations: null stands behind a guard, so meeting it is for the interpreter to explain.
Known Strict(Known a) { return a == Known::kNull ? Known::kAsk : a; }
Known Strict(Known a, Known b) { return Strict(std::max(a, b)); }

Known KnownOf(Truth truth) {
  return truth == Truth::kError ? Known::kAsk : truth == Truth::kUnknown ? Known::kUnknown : Known::kKnown;
}

// Of a rule that is open: two numbers could be equal, and an error could hide behind it.
Known OpenRule(Known then, Known otherwise) {
  const bool unknown = std::max(then, otherwise) == Known::kUnknown;
  return unknown ? Known::kUnknown : Known::kAsk;
}

}  // namespace

Source::Source(const Graph& graph, const facts::FactBlock& block, int source, feel::Reading reading)
    : reading_(reading) {
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

Known StateAt(const facts::Column& column, size_t row, feel::Reading reading) {
  const uint8_t state = column.state[row];
  if (facts::IsCommitted(state) && reading == feel::Reading::kVerified) return Known::kUnknown;
  switch (facts::StateOf(state)) {
    case State::kKnown:
      return Known::kKnown;
    case State::kAbsent:
      return Known::kNull;
    case State::kMissing:
    case State::kStale:
    case State::kConflict:
    case State::kNotAuthorised:
      return Known::kUnknown;
  }
  return Known::kUnknown;
}

Rows Numbers::SubjectsOf(const Rows& rows) const {
  Rows subjects(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) subjects[i] = pass_.SubjectOf(rows[i]);
  return subjects;
}

void Numbers::Facts(const Number& number, const Rows& rows, std::vector<NumberValue>* out) const {
  const Source source(graph_, pass_.block(), number.fact, pass_.reading());
  const facts::Column& column = source.column();
  const size_t first = pass_.first();
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t row = first + rows[i];
    (*out)[i] = {column.integers[row], source.At(row)};
  }
  if (column.wide.empty()) return;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto at = std::lower_bound(column.wide.begin(), column.wide.end(), first + rows[i],
                                     [](const auto& wide, size_t row) { return wide.first < row; });
    if (at != column.wide.end() && at->first == first + rows[i]) (*out)[i] = {0, Known::kAsk};
  }
}

void Numbers::SeriesEntry(const facts::Column& series, size_t row, int32_t period, NumberValue* out) const {
  const facts::Column& periods = series.items[0];
  const facts::Column& values = series.items[1];
  const facts::Span span = series.spans[row];
  out->known = Known::kUnknown;
  for (uint32_t entry = span.begin; entry < span.begin + span.size; ++entry) {
    if (periods.integers[entry] != period) continue;
    *out = {values.integers[entry], StateAt(values, entry, pass_.reading())};
    const auto same = [&](const auto& wide) { return wide.first == entry; };
    const bool wide = std::any_of(values.wide.begin(), values.wide.end(), same);
    if (wide || out->known == Known::kNull) out->known = Known::kAsk;
    return;
  }
}

void Numbers::SeriesEntries(const Number& number, const Rows& rows, std::vector<NumberValue>* out) {
  const Source series(graph_, pass_.block(), number.fact, pass_.reading());
  const size_t first = pass_.first();
  std::vector<NumberValue> days;
  const bool by_date = number.kind == Number::Kind::kSeriesAt;
  if (by_date) {
    Number date;
    date.kind = Number::Kind::kFact;
    date.fact = graph_.period_rules[static_cast<size_t>(number.period)].date;
    days.resize(rows.size());
    Facts(date, rows, &days);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    NumberValue& result = (*out)[i];
    result = {0, Strict(series.At(first + rows[i]))};
    int32_t period = number.period;
    if (by_date) {
      PeriodMemory::Period at{0, Strict(days[i].known)};
      if (at.known == Known::kKnown) at = PeriodAt(number.period, static_cast<int64_t>(days[i].mantissa));
      result.known = Strict(result.known, at.known);
      period = at.period;
    }
    if (result.known == Known::kKnown) SeriesEntry(series.column(), first + rows[i], period, &result);
  }
}

PeriodMemory::Period Numbers::PeriodAt(int rule_number, int64_t day) {
  if (periods_.by_date.size() < graph_.period_rules.size()) periods_.by_date.resize(graph_.period_rules.size());
  auto& by_date = periods_.by_date[static_cast<size_t>(rule_number)];
  const auto [entry, added] = by_date.try_emplace(day);
  if (!added) return entry->second;
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
  return entry->second;
}

// Strict in every test, as the filter is whose elements are counted.
void Numbers::Count(const Number& number, const Rows& rows, std::vector<NumberValue>* out) {
  const facts::Column& list = pass_.block().column(number.fact);
  Pass& items = pass_.Items(number.fact);
  Rows of_items;
  for (size_t i = 0; i < rows.size(); ++i) {
    (*out)[i] = {0, Strict(StateAt(list, pass_.first() + rows[i], pass_.reading()))};
    const facts::Span span = pass_.ItemsOf(number.fact, rows[i]);
    if ((*out)[i].known != Known::kKnown) continue;
    for (uint32_t item = span.begin; item < span.begin + span.size; ++item) of_items.push_back(item);
  }
  std::vector<Truth> truths;
  items.Truths(number.condition, of_items, &truths);
  size_t at = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    NumberValue& count = (*out)[i];
    if (count.known != Known::kKnown) continue;
    const uint32_t size = pass_.ItemsOf(number.fact, rows[i]).size;
    for (const size_t end = at + size; at < end; ++at) {
      count.known = std::max(count.known, KnownOf(truths[at]));
      count.mantissa += truths[at] == Truth::kTrue ? 1 : 0;
    }
  }
}

void Numbers::DatePart(const Number& number, const Rows& rows, std::vector<NumberValue>* out) {
  Evaluate(number.a, rows, out);
  for (NumberValue& value : *out) {
    value.known = Strict(value.known);
    if (value.known != Known::kKnown) continue;
    const Date date{static_cast<int64_t>(value.mantissa)};
    if (number.kind == Number::Kind::kAddMonths) {
      const auto moved = AddMonths(date, number.period);
      value = moved ? NumberValue{moved->days, Known::kKnown} : NumberValue{0, Known::kAsk};
      continue;
    }
    const CivilDate civil = date.civil();
    value.mantissa = number.kind == Number::Kind::kYear    ? civil.year
                     : number.kind == Number::Kind::kMonth ? civil.month
                                                           : civil.day;
  }
}

void Numbers::Binary(const Number& number, const Rows& rows, std::vector<NumberValue>* out) {
  std::vector<NumberValue> right(rows.size());
  Evaluate(number.a, rows, out);
  Evaluate(number.b, rows, &right);
  const int a_scale = At(number.a).scale;
  const int b_scale = At(number.b).scale;
  for (size_t i = 0; i < rows.size(); ++i) {
    NumberValue& left = (*out)[i];
    const Known known = Strict(left.known, right[i].known);
    if (known != Known::kKnown) {
      left = {0, known};
      continue;
    }
    int128_t a = left.mantissa;
    int128_t b = right[i].mantissa;
    int128_t result = 0;
    bool overflow = false;
    if (number.kind == Number::Kind::kMultiply) {
      overflow = __builtin_mul_overflow(a, b, &result);
    } else if (!Align(&a, a_scale, &b, b_scale)) {
      overflow = true;
    } else if (number.kind == Number::Kind::kAdd) {
      overflow = __builtin_add_overflow(a, b, &result);
    } else if (number.kind == Number::Kind::kSubtract) {
      overflow = __builtin_sub_overflow(a, b, &result);
    } else {
      result = number.kind == Number::Kind::kMinimum ? std::min(a, b) : std::max(a, b);
    }
    left = overflow ? NumberValue{0, Known::kAsk} : Exactly(result);
  }
}

void Numbers::Branches(const Number& number, const Rows& rows, std::vector<NumberValue>* out) {
  std::vector<NumberValue> otherwise(rows.size());
  std::vector<Truth> conditions;
  Evaluate(number.a, rows, out);
  Evaluate(number.b, rows, &otherwise);
  pass_.Truths(number.condition, rows, &conditions);
  const int a_raise = number.scale - At(number.a).scale;
  const int b_raise = number.scale - At(number.b).scale;
  for (size_t i = 0; i < rows.size(); ++i) {
    NumberValue& result = (*out)[i];
    const Known known = KnownOf(conditions[i]);
    if (known != Known::kKnown) {
      const bool rule = number.kind == Number::Kind::kRule && known == Known::kUnknown;
      result = {0, rule ? OpenRule(result.known, otherwise[i].known) : known};
      continue;
    }
    const bool then = conditions[i] == Truth::kTrue;
    if (!then) result = otherwise[i];
    if (result.known == Known::kKnown && !Raise(&result.mantissa, then ? a_raise : b_raise)) {
      result.known = Known::kAsk;
    }
  }
}

void Numbers::Choices(const Number& number, const Rows& rows, std::vector<NumberValue>* out) {
  const Column& table = graph_.columns[static_cast<size_t>(number.column)];
  std::vector<ChoiceValue> choices;
  pass_.Choices(number.column, rows, &choices);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (choices[i].known != Known::kKnown) {
      (*out)[i] = {0, choices[i].known};
      continue;
    }
    const size_t choice = static_cast<size_t>(choices[i].choice);
    const Value& value = table.choices[choice];
    (*out)[i] = {number.constants[choice], value.is_unknown() ? Known::kUnknown
                                           : value.is_null()  ? Known::kNull
                                                              : Known::kKnown};
  }
}

void Numbers::Evaluate(NumberId id, const Rows& rows, std::vector<NumberValue>* out) {
  const Number& number = At(id);
  out->resize(rows.size());
  switch (number.kind) {
    case Number::Kind::kConstant:
      out->assign(rows.size(), {number.constant, Known::kKnown});
      return;
    case Number::Kind::kUnknown:
      out->assign(rows.size(), {0, Known::kUnknown});
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
      for (NumberValue& value : *out) {
        value.known = Strict(value.known);
        if (number.kind == Number::Kind::kNegate || value.mantissa < 0) value.mantissa = -value.mantissa;
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
  out->assign(rows.size(), {0, Known::kAsk});
}

// --- Decimals ---

namespace {

std::optional<Decimal> Combined(Number::Kind kind, const Decimal& a, const Decimal& b) {
  switch (kind) {
    case Number::Kind::kAdd:
      return Decimal::Add(a, b);
    case Number::Kind::kSubtract:
      return Decimal::Subtract(a, b);
    case Number::Kind::kMultiply:
      return Decimal::Multiply(a, b);
    case Number::Kind::kDivide:
      return Decimal::Divide(a, b);
    case Number::Kind::kMinimum:
      return std::min(a, b);
    case Number::Kind::kMaximum:
      return std::max(a, b);
    default:
      return std::nullopt;
  }
}

}  // namespace

void Numbers::Binary(const Number& number, const Rows& rows, std::vector<DecimalValue>* out) {
  std::vector<DecimalValue> right;
  Evaluate(number.a, rows, out);
  Evaluate(number.b, rows, &right);
  for (size_t i = 0; i < rows.size(); ++i) {
    DecimalValue& left = (*out)[i];
    left.known = Strict(left.known, right[i].known);
    if (left.known != Known::kKnown) continue;
    // A division by zero or a number out of range is an error, which the interpreter words.
    const auto result = Combined(number.kind, left.decimal, right[i].decimal);
    left = result ? DecimalValue{*result, Known::kKnown} : DecimalValue{Decimal(), Known::kAsk};
  }
}

void Numbers::Branches(const Number& number, const Rows& rows, std::vector<DecimalValue>* out) {
  std::vector<DecimalValue> otherwise;
  std::vector<Truth> conditions;
  Evaluate(number.a, rows, out);
  Evaluate(number.b, rows, &otherwise);
  pass_.Truths(number.condition, rows, &conditions);
  for (size_t i = 0; i < rows.size(); ++i) {
    if (const Known known = KnownOf(conditions[i]); known != Known::kKnown) {
      const bool rule = number.kind == Number::Kind::kRule && known == Known::kUnknown;
      (*out)[i].known = rule ? OpenRule((*out)[i].known, otherwise[i].known) : known;
    } else if (conditions[i] == Truth::kFalse) {
      (*out)[i] = otherwise[i];
    }
  }
}

void Numbers::Evaluate(NumberId id, const Rows& rows, std::vector<DecimalValue>* out) {
  const Number& number = At(id);
  out->resize(rows.size());
  if (!number.decimal) {
    std::vector<NumberValue> whole;
    Evaluate(id, rows, &whole);
    for (size_t i = 0; i < rows.size(); ++i) {
      (*out)[i].known = whole[i].known;
      if (whole[i].known != Known::kKnown) continue;
      const auto exact = Decimal::FromScaled(whole[i].mantissa, number.scale);
      (*out)[i] = exact ? DecimalValue{*exact, Known::kKnown} : DecimalValue{Decimal(), Known::kAsk};
    }
    return;
  }
  switch (number.kind) {
    case Number::Kind::kLift:
      Numbers(plan_, pass_.subjects(), periods_).Evaluate(number.a, SubjectsOf(rows), out);
      return;
    case Number::Kind::kIf:
    case Number::Kind::kRule:
      Branches(number, rows, out);
      return;
    case Number::Kind::kNegate:
    case Number::Kind::kAbsolute:
      Evaluate(number.a, rows, out);
      for (DecimalValue& value : *out) {
        value.known = Strict(value.known);
        if (value.known != Known::kKnown) continue;
        value.decimal =
            number.kind == Number::Kind::kNegate ? value.decimal.Negated() : value.decimal.Absolute();
      }
      return;
    default:
      Binary(number, rows, out);
      return;
  }
}

// --- Cuts ---

namespace {

Position Passed(const Column& column, const NumberValue& number) {
  if (number.known != Known::kKnown) return {0, number.known};
  const auto first_beyond = std::partition_point(column.cuts.begin(), column.cuts.end(), [&](const Cut& cut) {
    return cut.value < number.mantissa || (cut.value == number.mantissa && !cut.above);
  });
  return {static_cast<int>(first_beyond - column.cuts.begin()), Known::kKnown};
}

Position Passed(const Column& column, const std::vector<Decimal>& cuts, const DecimalValue& number) {
  if (number.known != Known::kKnown) return {0, number.known};
  size_t low = 0;
  size_t high = cuts.size();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const auto order = cuts[middle] <=> number.decimal;
    const bool beyond = std::is_lt(order) || (std::is_eq(order) && !column.cuts[middle].above);
    (beyond ? low : high) = beyond ? middle + 1 : middle;
  }
  return {static_cast<int>(low), Known::kKnown};
}

// number / divisor against the cuts without dividing.
Position Passed(const Column& column, const Graph& graph, const NumberValue& number,
                const NumberValue& divisor) {
  const Known known = Strict(number.known, divisor.known);
  if (known != Known::kKnown) return {0, known};
  constexpr Position kAsk{0, Known::kAsk};
  if (divisor.mantissa == 0) return kAsk;
  const int number_scale = graph.numbers[static_cast<size_t>(column.number)].scale;
  const int divisor_scale = graph.numbers[static_cast<size_t>(column.divisor)].scale;
  int128_t numerator = number.mantissa;
  int128_t denominator = divisor.mantissa;
  if (denominator < 0) {
    numerator = -numerator;
    denominator = -denominator;
  }
  // numerator / 10^number_scale / (denominator / 10^divisor_scale) against cut / 10^cut_scale, as whole
  // numbers.
  if (!Raise(&numerator, divisor_scale + column.cut_scale)) return kAsk;
  if (!Raise(&denominator, number_scale)) return kAsk;
  const int denominator_digits = DigitCount(denominator);
  size_t low = 0;
  size_t high = column.cuts.size();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const Cut& cut = column.cuts[middle];
    // A quotient of 34 digits could round onto the cut only if the two were closer than the digits here
    // allow.
    if (denominator_digits + DigitCount(cut.value) > limits::kDecimalDigitsMax) return kAsk;
    const int128_t bar = cut.value * denominator;
    const bool beyond = bar < numerator || (bar == numerator && !cut.above);
    (beyond ? low : high) = beyond ? middle + 1 : middle;
  }
  return {static_cast<int>(low), Known::kKnown};
}

}  // namespace

void CutsPassed(const Column& column, Numbers& numbers, const Graph& graph, const Rows& rows,
                std::vector<Position>* out) {
  out->resize(rows.size());
  if (graph.numbers[static_cast<size_t>(column.number)].decimal) {
    std::vector<DecimalValue> values;
    numbers.Evaluate(column.number, rows, &values);
    std::vector<Decimal> cuts;
    for (const Cut& cut : column.cuts) cuts.push_back(*Decimal::FromScaled(cut.value, column.cut_scale));
    for (size_t i = 0; i < rows.size(); ++i) (*out)[i] = Passed(column, cuts, values[i]);
    return;
  }
  std::vector<NumberValue> values;
  numbers.Evaluate(column.number, rows, &values);
  if (column.divisor == kNone) {
    for (size_t i = 0; i < rows.size(); ++i) (*out)[i] = Passed(column, values[i]);
    return;
  }
  std::vector<NumberValue> divisors;
  numbers.Evaluate(column.divisor, rows, &divisors);
  for (size_t i = 0; i < rows.size(); ++i) (*out)[i] = Passed(column, graph, values[i], divisors[i]);
}

}  // namespace zhida::plan

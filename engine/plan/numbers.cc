#include "engine/plan/numbers.h"

#include <algorithm>

#include "engine/base/limits.h"

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
Known Strict(Known a, Known b) {
  if (a == Known::kAsk || b == Known::kAsk || a == Known::kNull || b == Known::kNull) return Known::kAsk;
  if (a == Known::kUnknown || b == Known::kUnknown) return Known::kUnknown;
  return Known::kKnown;
}

Known StateAt(const facts::Column& column, uint32_t row, feel::Reading reading) {
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

// The entry of a known series. Series that are numbers of the graph hold numbers or dates.
NumberValue EntryAt(const facts::Column& series, uint32_t row, const Number& number) {
  const facts::Column& periods = series.items[0];
  const facts::Column& values = series.items[1];
  const facts::Span span = series.spans[row];
  for (uint32_t i = span.begin; i < span.begin + span.size; ++i) {
    if (periods.integers[i] < number.period) continue;
    if (periods.integers[i] > number.period) break;
    const Decimal* const wide = values.integers[i] == 0 ? facts::WideAt(values, i) : nullptr;
    if (wide == nullptr) return {values.integers[i], Known::kKnown};
    const auto exact = wide->ToScaled(number.scale);
    return exact ? NumberValue{*exact, Known::kKnown} : NumberValue{0, Known::kAsk};
  }
  return {0, Known::kUnknown};
}

}  // namespace

void Numbers::Facts(const Number& number, const std::vector<uint32_t>& rows,
                    std::vector<NumberValue>* out) const {
  const facts::Column& column = block_.column(number.fact);
  for (size_t i = 0; i < rows.size(); ++i) {
    (*out)[i] = {column.integers[rows[i]], StateAt(column, rows[i], reading_)};
  }
  for (const auto& [row, value] : column.wide) {
    const auto at = std::lower_bound(rows.begin(), rows.end(), row);
    if (at != rows.end() && *at == row) (*out)[static_cast<size_t>(at - rows.begin())] = {0, Known::kAsk};
  }
}

void Numbers::SeriesEntries(const Number& number, const std::vector<uint32_t>& rows,
                            std::vector<NumberValue>* out) const {
  const facts::Column& column = block_.column(number.fact);
  for (size_t i = 0; i < rows.size(); ++i) {
    NumberValue& result = (*out)[i];
    result = {0, StateAt(column, rows[i], reading_)};
    if (result.known == Known::kNull) result.known = Known::kAsk;
    if (result.known == Known::kKnown) result = EntryAt(column, rows[i], number);
  }
}

void Numbers::Binary(const Number& number, const std::vector<uint32_t>& rows, std::vector<NumberValue>* out) {
  std::vector<NumberValue> right(rows.size());
  Evaluate(number.a, rows, out);
  Evaluate(number.b, rows, &right);
  const int a_scale = graph_.numbers[static_cast<size_t>(number.a)].scale;
  const int b_scale = graph_.numbers[static_cast<size_t>(number.b)].scale;
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

void Numbers::Branches(const Number& number, const std::vector<uint32_t>& rows,
                       std::vector<NumberValue>* out) {
  std::vector<NumberValue> otherwise(rows.size());
  Evaluate(number.a, rows, out);
  Evaluate(number.b, rows, &otherwise);
  const int a_raise = number.scale - graph_.numbers[static_cast<size_t>(number.a)].scale;
  const int b_raise = number.scale - graph_.numbers[static_cast<size_t>(number.b)].scale;
  for (size_t i = 0; i < rows.size(); ++i) {
    NumberValue& result = (*out)[i];
    switch (truths_.TruthAt(number.condition, rows[i])) {
      case Truth::kTrue:
        if (result.known == Known::kKnown && !Raise(&result.mantissa, a_raise)) result.known = Known::kAsk;
        break;
      case Truth::kFalse:
        result = otherwise[i];
        if (result.known == Known::kKnown && !Raise(&result.mantissa, b_raise)) result.known = Known::kAsk;
        break;
      case Truth::kUnknown:
        result = {0, Known::kUnknown};
        break;
      case Truth::kError:
        result = {0, Known::kAsk};
        break;
    }
  }
}

void Numbers::Choices(const Number& number, const std::vector<uint32_t>& rows,
                      std::vector<NumberValue>* out) {
  const Column& table = graph_.columns[static_cast<size_t>(number.column)];
  for (size_t i = 0; i < rows.size(); ++i) {
    int choice = 0;
    const Known known = truths_.ChoiceAt(number.column, rows[i], &choice);
    if (known != Known::kKnown) {
      (*out)[i] = {0, known};
      continue;
    }
    const Value& value = table.choices[static_cast<size_t>(choice)];
    (*out)[i] = {number.constants[static_cast<size_t>(choice)], value.is_unknown() ? Known::kUnknown
                                                                : value.is_null()  ? Known::kNull
                                                                                   : Known::kKnown};
  }
}

void Numbers::Evaluate(NumberId id, const std::vector<uint32_t>& rows, std::vector<NumberValue>* out) {
  const Number& number = graph_.numbers[static_cast<size_t>(id)];
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
      SeriesEntries(number, rows, out);
      return;
    case Number::Kind::kIf:
      Branches(number, rows, out);
      return;
    case Number::Kind::kChoice:
      Choices(number, rows, out);
      return;
    case Number::Kind::kNegate:
    case Number::Kind::kAbsolute:
      Evaluate(number.a, rows, out);
      for (NumberValue& value : *out) {
        if (value.known == Known::kNull) value.known = Known::kAsk;
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
  }
}

Known CutsPassed(const Column& column, const NumberValue& number, int* passed) {
  if (number.known != Known::kKnown) return number.known;
  const auto first_beyond = std::partition_point(column.cuts.begin(), column.cuts.end(), [&](const Cut& cut) {
    return cut.value < number.mantissa || (cut.value == number.mantissa && !cut.above);
  });
  *passed = static_cast<int>(first_beyond - column.cuts.begin());
  return Known::kKnown;
}

Known CutsPassed(const Column& column, const Graph& graph, const NumberValue& number,
                 const NumberValue& divisor, int* passed) {
  const Known known = Strict(number.known, divisor.known);
  if (known != Known::kKnown) return known;
  if (divisor.mantissa == 0) return Known::kAsk;
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
  if (!Raise(&numerator, divisor_scale + column.cut_scale)) return Known::kAsk;
  if (!Raise(&denominator, number_scale)) return Known::kAsk;
  const int denominator_digits = DigitCount(denominator);
  size_t low = 0;
  size_t high = column.cuts.size();
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const Cut& cut = column.cuts[middle];
    // A quotient of 34 digits could round onto the cut only if the two were closer than the digits here
    // allow.
    if (denominator_digits + DigitCount(cut.value) > limits::kDecimalDigitsMax) return Known::kAsk;
    const int128_t bar = cut.value * denominator;
    const bool beyond = bar < numerator || (bar == numerator && !cut.above);
    (beyond ? low : high) = beyond ? middle + 1 : middle;
  }
  *passed = static_cast<int>(low);
  return Known::kKnown;
}

Known AmountFen(const PlannedAmount& rule, const Graph& graph, const NumberValue& amount,
                const NumberValue& cap, const NumberValue& floor, int64_t* fen) {
  const auto scale = [&](NumberId id) { return graph.numbers[static_cast<size_t>(id)].scale; };
  // A negative amount is an error, whatever is not known about its bounds.
  if (amount.known == Known::kKnown && amount.mantissa < 0) return Known::kAsk;
  const NumberValue given{0, Known::kKnown};
  const Known known =
      Strict(Strict(amount.known, Known::kKnown),
             Strict((rule.cap != kNone ? cap : given).known, (rule.floor != kNone ? floor : given).known));
  if (known != Known::kKnown) return known;
  int128_t value = amount.mantissa;
  int value_scale = scale(rule.amount);
  const auto clip = [&](const NumberValue& bound, int bound_scale, bool from_above) {
    int128_t limit = bound.mantissa;
    if (!Align(&value, value_scale, &limit, bound_scale)) return false;
    value_scale = std::max(value_scale, bound_scale);
    value = from_above ? std::min(value, limit) : std::max(value, limit);
    return true;
  };
  if (rule.floor != kNone && !clip(floor, scale(rule.floor), false)) return Known::kAsk;
  if (rule.cap != kNone && !clip(cap, scale(rule.cap), true)) return Known::kAsk;
  if (value < 0) return Known::kAsk;
  // Yuan with value_scale digits; one unit of the rounding is 10^fen_power fen, so 10^(2 - fen_power) units a
  // yuan.
  const int drop = value_scale - (2 - rule.round.unit.fen_power);
  if (drop < 0) {
    if (!Raise(&value, -drop)) return Known::kAsk;
  } else {
    if (drop > 38) return Known::kAsk;
    value = DivideByPowerOfTen(value, drop, rule.round.mode);
  }
  if (!Raise(&value, rule.round.unit.fen_power)) return Known::kAsk;
  if (value > INT64_MAX) return Known::kAsk;
  *fen = static_cast<int64_t>(value);
  return Known::kKnown;
}

}  // namespace zhida::plan

// Where numbers lie between the cut points of a column.

#include <algorithm>

#include "engine/base/limits.h"
#include "engine/plan/numbers.h"
#include "engine/plan/strictness.h"

namespace zhida::plan {

bool HasPlainCuts(const Column& column, const Graph& graph) {
  constexpr size_t kFewCuts = 6;
  // Whole numbers are cut below a value only; see GraphBuilder::TestNumber.
  return column.divisor == kNone && !graph.numbers[static_cast<size_t>(column.number)].decimal &&
         column.cuts.size() <= kFewCuts &&
         std::all_of(column.cuts.begin(), column.cuts.end(), [](const Cut& cut) {
           return !cut.above && cut.value >= INT64_MIN && cut.value <= INT64_MAX;
         });
}

namespace {

// mantissa * 10^raise; false on overflow.
bool Raise(int128_t* mantissa, int raise) {
  if (raise == 0) return true;
  if (raise > 38) return false;
  return !__builtin_mul_overflow(*mantissa, PowerOfTen(raise), mantissa);
}

struct Position {
  uint32_t passed = 0;
  Known known = Known::kUnknown;
};

void PassedOfWhole(const Column& column, const Graph& graph, const NumberVector& values, Positions* out) {
  const size_t size = values.size();
  out->known = values.known;
  uint32_t* const passed = out->passed.data();
  const int64_t* const value = values.values.data();
  if (!HasPlainCuts(column, graph)) {
    for (size_t i = 0; i < size; ++i) {
      const auto beyond = std::partition_point(column.cuts.begin(), column.cuts.end(), [&](const Cut& cut) {
        return cut.value < value[i] || (cut.value == value[i] && !cut.above);
      });
      passed[i] = static_cast<uint32_t>(beyond - column.cuts.begin());
    }
    return;
  }
  for (const Cut& cut : column.cuts) {
    const int64_t bar = static_cast<int64_t>(cut.value);
    for (size_t i = 0; i < size; ++i) passed[i] += value[i] >= bar ? 1 : 0;
  }
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
  return {static_cast<uint32_t>(low), Known::kKnown};
}

// number / divisor against the cuts without dividing.
Position Passed(const Column& column, const Graph& graph, int64_t number, int64_t divisor) {
  constexpr Position kAsk{0, Known::kAsk};
  if (divisor == 0) return kAsk;
  const int number_scale = graph.numbers[static_cast<size_t>(column.number)].scale;
  const int divisor_scale = graph.numbers[static_cast<size_t>(column.divisor)].scale;
  int128_t numerator = number;
  int128_t denominator = divisor;
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
  return {static_cast<uint32_t>(low), Known::kKnown};
}

}  // namespace

void CutsPassed(const Column& column, Numbers& numbers, const Graph& graph, const Rows& rows,
                Positions* out) {
  out->Resize(rows.size());
  const auto set = [out](size_t i, Position position) {
    out->passed[i] = position.passed;
    out->known[i] = position.known;
  };
  if (graph.numbers[static_cast<size_t>(column.number)].decimal) {
    std::vector<DecimalValue> values;
    numbers.Evaluate(column.number, rows, &values);
    std::vector<Decimal> cuts;
    for (const Cut& cut : column.cuts) cuts.push_back(*Decimal::FromScaled(cut.value, column.cut_scale));
    for (size_t i = 0; i < rows.size(); ++i) set(i, Passed(column, cuts, values[i]));
    return;
  }
  NumberVector values;
  numbers.Evaluate(column.number, rows, &values);
  if (column.divisor == kNone) {
    PassedOfWhole(column, graph, values, out);
    return;
  }
  NumberVector divisors;
  numbers.Evaluate(column.divisor, rows, &divisors);
  for (size_t i = 0; i < rows.size(); ++i) {
    const Known known = Strict(values.known[i], divisors.known[i]);
    set(i, known == Known::kKnown ? Passed(column, graph, values.values[i], divisors.values[i])
                                  : Position{0, known});
  }
}

}  // namespace zhida::plan

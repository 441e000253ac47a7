#include "engine/plan/amounts.h"

#include <algorithm>

namespace zhida::plan {

namespace {

bool Raise(int128_t* mantissa, int raise) {
  if (raise == 0) return true;
  if (raise > 38) return false;
  return !__builtin_mul_overflow(*mantissa, PowerOfTen(raise), mantissa);
}

Known Strict(Known a, Known b, Known c) {
  const Known worst = std::max({a, b, c});
  return worst == Known::kNull ? Known::kAsk : worst;
}

constexpr AmountValue kAsk{0, Known::kAsk};

struct NumberValue {
  int128_t mantissa = 0;  // at the number's scale
  Known known = Known::kUnknown;
};
NumberValue ValueAt(const NumberVector& numbers, size_t i) { return {numbers.values[i], numbers.known[i]}; }
DecimalValue ValueAt(const std::vector<DecimalValue>& numbers, size_t i) { return numbers[i]; }
void FillKnown(size_t rows, NumberVector* numbers) { numbers->Fill(rows, 0, Known::kKnown); }
void FillKnown(size_t rows, std::vector<DecimalValue>* numbers) {
  numbers->assign(rows, DecimalValue{Decimal(), Known::kKnown});
}

// Whole numbers with their scales.
AmountValue FenOf(const PlannedAmount& rule, const Graph& graph, const NumberValue& amount,
                  const NumberValue& cap, const NumberValue& floor) {
  const auto scale = [&](NumberId id) { return graph.numbers[static_cast<size_t>(id)].scale; };
  // A negative amount is an error, whatever is not known about its bounds.
  if (amount.known == Known::kKnown && amount.mantissa < 0) return kAsk;
  const Known known = Strict(amount.known, cap.known, floor.known);
  if (known != Known::kKnown) return {0, known};
  int128_t value = amount.mantissa;
  int value_scale = scale(rule.amount);
  const auto clip = [&](const NumberValue& bound, int bound_scale, bool from_above) {
    int128_t limit = bound.mantissa;
    if (bound_scale > value_scale ? !Raise(&value, bound_scale - value_scale)
                                  : !Raise(&limit, value_scale - bound_scale)) {
      return false;
    }
    value_scale = std::max(value_scale, bound_scale);
    value = from_above ? std::min(value, limit) : std::max(value, limit);
    return true;
  };
  if (rule.floor != kNone && !clip(floor, scale(rule.floor), false)) return kAsk;
  if (rule.cap != kNone && !clip(cap, scale(rule.cap), true)) return kAsk;
  if (value < 0) return kAsk;
  // Yuan with value_scale digits; one unit of the rounding is 10^fen_power fen, so 10^(2 - fen_power) units a
  // yuan.
  const int drop = value_scale - (2 - rule.round.unit.fen_power);
  if (drop < 0) {
    if (!Raise(&value, -drop)) return kAsk;
  } else {
    if (drop > 38) return kAsk;
    value = DivideByPowerOfTen(value, drop, rule.round.mode);
  }
  if (!Raise(&value, rule.round.unit.fen_power)) return kAsk;
  if (value > INT64_MAX) return kAsk;
  return {static_cast<int64_t>(value), Known::kKnown};
}

AmountValue FenOf(const PlannedAmount& rule, const Graph&, const DecimalValue& amount,
                  const DecimalValue& cap, const DecimalValue& floor) {
  if (amount.known == Known::kKnown && amount.decimal.is_negative()) return kAsk;
  const Known known = Strict(amount.known, cap.known, floor.known);
  if (known != Known::kKnown) return {0, known};
  Decimal value = amount.decimal;
  if (rule.floor != kNone) value = std::max(value, floor.decimal);
  if (rule.cap != kNone) value = std::min(value, cap.decimal);
  if (value.is_negative()) return kAsk;
  const auto fen = ToFen(value, rule.round);
  return fen ? AmountValue{*fen, Known::kKnown} : kAsk;
}

// One amount a row of the pass that the rule's numbers belong to.
template <typename Vector>
void Single(const Plan& plan, const PlannedAmount& rule, Numbers& numbers, const Rows& rows,
            std::vector<AmountValue>* out) {
  Vector amounts;
  Vector caps;
  Vector floors;
  const auto evaluate = [&](NumberId id, Vector* values) {
    if (id == kNone) {
      FillKnown(rows.size(), values);
    } else {
      numbers.Evaluate(id, rows, values);
    }
  };
  evaluate(rule.amount, &amounts);
  evaluate(rule.cap, &caps);
  evaluate(rule.floor, &floors);
  out->resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    (*out)[i] = FenOf(rule, plan.graph, ValueAt(amounts, i), ValueAt(caps, i), ValueAt(floors, i));
  }
}

void OfRows(const Plan& plan, const PlannedAmount& rule, Pass& pass, PeriodMemory& periods, const Rows& rows,
            std::vector<AmountValue>* out) {
  Numbers numbers(plan, pass, periods);
  const auto decimal = [&](NumberId id) {
    return id != kNone && plan.graph.numbers[static_cast<size_t>(id)].decimal;
  };
  if (decimal(rule.amount) || decimal(rule.cap) || decimal(rule.floor)) {
    Single<std::vector<DecimalValue>>(plan, rule, numbers, rows, out);
  } else {
    Single<NumberVector>(plan, rule, numbers, rows, out);
  }
}

// An error anywhere outweighs an unknown anywhere.
void Add(const AmountValue& item, AmountValue* total) {
  total->known = std::max(total->known, item.known);
  if (item.known == Known::kKnown && __builtin_add_overflow(total->fen, item.fen, &total->fen)) *total = kAsk;
}

}  // namespace

void EvaluateAmounts(const Plan& plan, const PlannedAmount& rule, Pass& pass, PeriodMemory& periods,
                     const Rows& rows, std::vector<AmountValue>* out) {
  if (rule.list == kNone) {
    OfRows(plan, rule, pass, periods, rows, out);
    return;
  }
  const facts::Column& list = pass.block().column(rule.list);
  Pass& items = pass.Items(rule.list);
  Rows of_items;
  Rows owners;  // index into rows
  out->assign(rows.size(), {0, Known::kKnown});
  for (size_t i = 0; i < rows.size(); ++i) {
    const Known known = StateAt(list, pass.first() + rows[i], pass.reading());
    (*out)[i].known = known == Known::kNull ? Known::kAsk : known;
    if (known != Known::kKnown) continue;
    const facts::Span span = pass.ItemsOf(rule.list, rows[i]);
    for (uint32_t item = span.begin; item < span.begin + span.size; ++item) {
      of_items.push_back(item);
      owners.push_back(static_cast<uint32_t>(i));
    }
  }
  if (rule.where != kNone) {
    std::vector<Truth> counts;
    items.Truths(rule.where, of_items, &counts);
    size_t kept = 0;
    for (size_t k = 0; k < of_items.size(); ++k) {
      if (counts[k] == Truth::kTrue) {
        of_items[kept] = of_items[k];
        owners[kept++] = owners[k];
      } else if (counts[k] != Truth::kFalse) {
        Add({0, counts[k] == Truth::kError ? Known::kAsk : Known::kUnknown}, &(*out)[owners[k]]);
      }
    }
    of_items.resize(kept);
    owners.resize(kept);
  }
  std::vector<AmountValue> awards;
  OfRows(plan, rule, items, periods, of_items, &awards);
  for (size_t k = 0; k < awards.size(); ++k) Add(awards[k], &(*out)[owners[k]]);
}

}  // namespace zhida::plan

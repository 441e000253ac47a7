// Numbers that are decimals, since a quotient in them was rounded to 34 digits.

#include <algorithm>

#include "engine/plan/numbers.h"
#include "engine/plan/strictness.h"

namespace zhida::plan {

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

void Numbers::Compute(NumberId id, const Rows& rows, std::vector<DecimalValue>* out) {
  const Number& number = At(id);
  out->resize(rows.size());
  if (!number.decimal) {
    NumberVector whole;
    Evaluate(id, rows, &whole);
    for (size_t i = 0; i < rows.size(); ++i) {
      (*out)[i].known = whole.known[i];
      if (whole.known[i] == Known::kKnown)
        (*out)[i].decimal = *Decimal::FromScaled(whole.values[i], number.scale);
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

}  // namespace zhida::plan

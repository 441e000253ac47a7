// Numbers and dates: expressions become scaled whole numbers, comparisons become stretches between cut
// points. Dates are days since 1970-01-01, days durations are seconds.

#include <algorithm>

#include "engine/base/limits.h"
#include "engine/feel/builtins.h"
#include "engine/feel/signs.h"
#include "engine/plan/lowering.h"

namespace zhida::plan {

using feel::Expr;
using feel::ExprPtr;
using feel::Op;
using feel::TypeKind;
using Stretch = GraphBuilder::Stretch;

namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr size_t kEventStretchesMax = 16;
constexpr int64_t kMonthsMax = 120'000;  // all dates there are

bool IsNumberKind(const feel::Type& type) {
  return type.kind == TypeKind::kNumber || type.kind == TypeKind::kDate ||
         type.kind == TypeKind::kDayDuration;
}

// A value of those kinds as one decimal on its number line.
std::optional<Decimal> LineValue(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNumber:
      return value.number();
    case ValueKind::kDate:
      return Decimal::FromInt(value.date().days);
    case ValueKind::kDayDuration: {
      const int128_t nanos = value.day_duration().nanos;
      if (nanos % kNanosPerSecond != 0) return std::nullopt;
      return Decimal::FromScaled(nanos / kNanosPerSecond, 0);
    }
    default:
      return std::nullopt;
  }
}

Stretch Point(const Decimal& at) {
  Stretch stretch;
  stretch.has_low = stretch.has_high = true;
  stretch.low = stretch.high = at;
  stretch.low_closed = stretch.high_closed = true;
  return stretch;
}

// The stretches on which `x op bound` holds.
std::vector<Stretch> StretchesOf(Op op, const Decimal& bound) {
  Stretch below;
  below.has_high = true;
  below.high = bound;
  Stretch above;
  above.has_low = true;
  above.low = bound;
  switch (op) {
    case Op::kEqual:
      return {Point(bound)};
    case Op::kNotEqual:
      below.high_closed = false;
      above.low_closed = false;
      return {below, above};
    case Op::kLess:
      below.high_closed = false;
      return {below};
    case Op::kLessEqual:
      below.high_closed = true;
      return {below};
    case Op::kGreater:
      above.low_closed = false;
      return {above};
    case Op::kGreaterEqual:
      above.low_closed = true;
      return {above};
    default:
      return {};
  }
}

// 1 / divisor as an exact decimal, when it has one.
std::optional<Decimal> ExactReciprocal(const Decimal& divisor) {
  auto inverse = Decimal::Divide(Decimal::FromInt(1), divisor);
  if (!inverse) return std::nullopt;
  auto product = Decimal::Multiply(*inverse, divisor);
  // Few digits, so that neither the quotient nor the product above was rounded.
  if (!product || *product != Decimal::FromInt(1) || inverse->scale() > 12) return std::nullopt;
  return inverse;
}

}  // namespace

NumberId Lowering::Convert(const Value& value) {
  if (value.is_unknown()) return graph_.UnknownNumber();
  const auto decimal = LineValue(value);
  if (!decimal) return kNone;
  const int scale = decimal->scale();
  if (scale > limits::kDecimalDigitsMax) return kNone;
  const auto mantissa = decimal->ToScaled(scale);
  return mantissa ? graph_.Constant(*mantissa, scale) : kNone;
}

NumberId Lowering::NumberOf(const ExprPtr& expr, const Where& where) {
  if (!expr || !expr->type) return kNone;
  if (expr->op == Op::kUnknown) return graph_.UnknownNumber();
  if (!IsNumberKind(*expr->type)) return kNone;
  const Reads reads = reads_.Of(*expr);
  if (where.list != kNone && !ReadsItems(reads)) {
    Where of_subject = where;
    of_subject.list = kNone;
    const NumberId number = NumberOf(expr, of_subject);
    return number == kNone ? kNone : graph_.Lift(number, where.list);
  }
  if (reads.dated && !where.event_day && reads_.SurelyDated(*expr)) {
    return NumberByEventDay(expr, reads, where);
  }
  if (IsConstant(*expr, where)) return Convert(ConstantValue(*expr, where));
  return NumberLeaf(expr, where);
}

NumberId Lowering::NumberByEventDay(const ExprPtr& expr, const Reads& reads, const Where& where) {
  if (reads.boundaries.empty() || reads.boundaries.size() >= kEventStretchesMax) return kNone;
  Where stretch = where;
  const std::vector<Date> boundaries(reads.boundaries.begin(), reads.boundaries.end());
  stretch.event_day = boundaries.back();
  NumberId chain = NumberOf(expr, stretch);
  for (size_t i = boundaries.size(); i-- > 0 && chain != kNone;) {
    stretch.event_day = i == 0 ? Date{boundaries[0].days - 1} : boundaries[i - 1];
    const NumberId number = NumberOf(expr, stretch);
    // A stretch without a value (no parameter in force) has no number; such amounts are the judge's.
    chain = number == kNone ? kNone
                            : graph_.NumberIf(EventBefore(where.event_fact, boundaries[i]), number, chain);
  }
  return chain;
}

// A sum or a difference: of numbers, of dates, of a date and a duration that is known.
NumberId Lowering::NumberSum(const ExprPtr& expr, const Where& where) {
  const TypeKind left = expr->args[0]->type->kind;
  const TypeKind right = expr->args[1]->type->kind;
  const Number::Kind kind = expr->op == Op::kAdd ? Number::Kind::kAdd : Number::Kind::kSubtract;
  if (left == TypeKind::kDate && right == TypeKind::kDayDuration) {
    // Whole days only: parts of a day would be dropped toward the earlier midnight.
    if (!IsConstant(*expr->args[1], where)) return kNone;
    const Value duration = ConstantValue(*expr->args[1], where);
    if (duration.kind() != ValueKind::kDayDuration) return kNone;
    const int128_t nanos = duration.day_duration().nanos;
    const int128_t day = static_cast<int128_t>(kSecondsPerDay) * kNanosPerSecond;
    if (nanos % day != 0) return kNone;
    const NumberId date = NumberOf(expr->args[0], where);
    return date == kNone ? kNone : graph_.Arithmetic(kind, date, graph_.Constant(nanos / day, 0));
  }
  if (left == TypeKind::kDate && right == TypeKind::kMonthDuration) {
    if (!IsConstant(*expr->args[1], where)) return kNone;
    const Value duration = ConstantValue(*expr->args[1], where);
    if (duration.kind() != ValueKind::kMonthDuration) return kNone;
    const int64_t months = duration.months().months * (expr->op == Op::kAdd ? 1 : -1);
    if (months > kMonthsMax || months < -kMonthsMax) return kNone;
    const NumberId date = NumberOf(expr->args[0], where);
    return date == kNone ? kNone : graph_.AddMonths(date, static_cast<int32_t>(months));
  }
  if (left != right) return kNone;
  const NumberId a = NumberOf(expr->args[0], where);
  const NumberId b = NumberOf(expr->args[1], where);
  if (a == kNone || b == kNone) return kNone;
  const NumberId sum = graph_.Arithmetic(kind, a, b);
  if (left != TypeKind::kDate || sum == kNone) return sum;
  return graph_.Arithmetic(Number::Kind::kMultiply, sum, graph_.Constant(kSecondsPerDay, 0));
}

NumberId Lowering::NumberQuotient(const ExprPtr& expr, const Where& where) {
  if (expr->type->kind != TypeKind::kNumber || expr->args[0]->type->kind != TypeKind::kNumber) return kNone;
  const NumberId a = NumberOf(expr->args[0], where);
  const NumberId b = a == kNone ? kNone : NumberOf(expr->args[1], where);
  if (b == kNone) return kNone;
  // Divided by 4 or 100 a whole number stays one, with more digits; else the quotient is rounded.
  const Number& divisor = graph_.graph().numbers[static_cast<size_t>(b)];
  if (divisor.kind == Number::Kind::kConstant && !graph_.graph().numbers[static_cast<size_t>(a)].decimal) {
    const auto exact = Decimal::FromScaled(divisor.constant, divisor.scale);
    const auto inverse = exact ? ExactReciprocal(*exact) : std::nullopt;
    if (inverse) {
      return graph_.Arithmetic(Number::Kind::kMultiply, a, Convert(Value::Number(*inverse)));
    }
  }
  return graph_.Arithmetic(Number::Kind::kDivide, a, b);
}

NumberId Lowering::NumberLeaf(const ExprPtr& expr, const Where& where) {
  switch (expr->op) {
    case Op::kFact: {
      const pack::FactType& type = SourceType(expr->index);
      if (type.is_number()) return graph_.Fact(expr->index, type.scale);
      return type.kind == pack::FactKind::kDate ? graph_.Fact(expr->index, 0) : kNone;
    }
    case Op::kAdd:
    case Op::kSubtract:
      return NumberSum(expr, where);
    case Op::kMultiply: {
      if (expr->args[0]->type->kind != TypeKind::kNumber || expr->args[1]->type->kind != TypeKind::kNumber)
        return kNone;
      const NumberId a = NumberOf(expr->args[0], where);
      const NumberId b = NumberOf(expr->args[1], where);
      return a == kNone || b == kNone ? kNone : graph_.Arithmetic(Number::Kind::kMultiply, a, b);
    }
    case Op::kDivide:
      return NumberQuotient(expr, where);
    case Op::kMember: {
      if (const ExprPtr source = WithMembers(expr); source->op == Op::kFact) return NumberOf(source, where);
      if (expr->args[0]->type->kind != TypeKind::kDate) return kNone;
      const Number::Kind kind = expr->text == "year"    ? Number::Kind::kYear
                                : expr->text == "month" ? Number::Kind::kMonth
                                : expr->text == "day"   ? Number::Kind::kDay
                                                        : Number::Kind::kConstant;
      const NumberId date = kind == Number::Kind::kConstant ? kNone : NumberOf(expr->args[0], where);
      return date == kNone ? kNone : graph_.DatePart(kind, date);
    }
    case Op::kNegate: {
      const NumberId a = NumberOf(expr->args[0], where);
      return a == kNone ? kNone : graph_.Arithmetic(Number::Kind::kNegate, a, kNone);
    }
    case Op::kIf: {
      const NumberId a = NumberOf(expr->args[1], where);
      const NumberId b = a == kNone ? kNone : NumberOf(expr->args[2], where);
      return b == kNone ? kNone : graph_.NumberIf(Truth(expr->args[0], where), a, b);
    }
    case Op::kDefinition: {
      const std::pair<int, int> key{expr->index, ContextOf(where)};
      auto known = definition_numbers_.find(key);
      if (known != definition_numbers_.end()) return known->second;
      const feel::Definition& definition = model_.definitions[static_cast<size_t>(expr->index)];
      const NumberId number =
          definition.table ? TableNumber(expr->index, where) : NumberOf(definition.expression.root, where);
      definition_numbers_.emplace(key, number);
      return number;
    }
    case Op::kCall:
      return NumberCall(*expr, where);
    default:
      return kNone;
  }
}

NumberId Lowering::Fold(Number::Kind kind, const std::vector<ExprPtr>& args, const Where& where) {
  NumberId result = kNone;
  for (const ExprPtr& arg : args) {
    const NumberId number = NumberOf(arg, where);
    if (number == kNone) return kNone;
    result = result == kNone ? number : graph_.Arithmetic(kind, result, number);
    if (result == kNone) return kNone;
  }
  return result;
}

std::optional<int32_t> SeriesKey(PeriodKind kind, const Value& period) {
  if (period.kind() == ValueKind::kString) return ParsePeriod(kind, period.string());
  if (period.kind() != ValueKind::kNumber || kind != PeriodKind::kYear) return std::nullopt;
  const auto year = period.number().ToInt64();
  return year && *year >= 0 && *year <= 9999 ? std::optional(static_cast<int32_t>(*year)) : std::nullopt;
}

NumberId Lowering::SeriesNumber(const Expr& expr, const Where& where) {
  const Expr& series = *expr.args[0];
  if (series.op != Op::kFact) return kNone;
  const pack::FactType& type = SourceType(series.index);
  // A member of a series may be null only through its own marks, which series of plain values do not have.
  const bool date = type.element->kind == pack::FactKind::kDate;
  if (!type.element->is_number() && !date) return kNone;
  const int scale = date ? 0 : type.element->scale;
  const Reads reads = reads_.Of(*expr.args[1]);
  if (IsConstant(*expr.args[1], where)) {
    const auto key = SeriesKey(type.period, ConstantValue(*expr.args[1], where));
    return key ? graph_.SeriesEntry(series.index, *key, scale) : kNone;
  }
  if (reads.facts.size() != 1 || (reads.dated && !where.event_day)) return kNone;
  const int from = *reads.facts.begin();
  if (SourceType(from).kind != pack::FactKind::kDate) return kNone;
  PeriodRule rule;
  rule.expression.root = expr.args[1];
  rule.expression.slot_count = SlotCount(*expr.args[1]);
  rule.context = ContextOf(where);
  rule.date = from;
  rule.kind = type.period;
  return graph_.SeriesAt(series.index, graph_.AddPeriodRule(std::move(rule)), scale);
}

// A sum over a constant list: its terms written out.
NumberId Lowering::SumOf(const Expr& loop, const Where& where) {
  if (loop.args.size() != 2 || loop.args[0]->op == Op::kIterationRange || !IsConstant(*loop.args[0], where)) {
    return kNone;
  }
  const Value list = ConstantValue(*loop.args[0], where);
  if (list.kind() != ValueKind::kList || list.list().empty() || list.list().size() > kUnrolledMax)
    return kNone;
  std::vector<ExprPtr> terms;
  for (const Value& item : list.list()) {
    if (item.blocked()) return kNone;
    terms.push_back(Substitute(loop.args[1], loop.index, LiteralOf(item, loop.args[0]->type->element)));
  }
  return Fold(Number::Kind::kAdd, terms, where);
}

NumberId Lowering::NumberCall(const Expr& expr, const Where& where) {
  const std::string_view name = feel::Builtins()[static_cast<size_t>(expr.index)].name;
  if (name == "at") return SeriesNumber(expr, where);
  if (name == "count") return Count(expr, where);
  if (name == "abs") {
    const NumberId a = NumberOf(expr.args[0], where);
    return a == kNone ? kNone : graph_.Arithmetic(Number::Kind::kAbsolute, a, kNone);
  }
  const bool minimum = name == "min";
  if (!minimum && name != "max" && name != "sum") return kNone;
  const Number::Kind kind = minimum         ? Number::Kind::kMinimum
                            : name == "max" ? Number::Kind::kMaximum
                                            : Number::Kind::kAdd;
  if (expr.type->kind != TypeKind::kNumber && name == "sum") return kNone;
  if (name == "sum" && expr.args.size() == 1 && expr.args[0]->op == Op::kFor)
    return SumOf(*expr.args[0], where);
  const std::vector<ExprPtr>& args =
      expr.args.size() == 1 && expr.args[0]->op == Op::kList ? expr.args[0]->args : expr.args;
  if (args.empty() || args[0]->type->kind == TypeKind::kList) return kNone;
  return Fold(kind, args, where);
}

ColumnId Lowering::ColumnOf(const ExprPtr& expr, const Where& where) {
  if (expr->op == Op::kDivide && expr->type->kind == TypeKind::kNumber) {
    // A quotient is compared by multiplying out, unless it is a whole number of more digits.
    const NumberId quotient = NumberOf(expr, where);
    if (quotient == kNone) return kNone;
    if (!graph_.graph().numbers[static_cast<size_t>(quotient)].decimal)
      return graph_.NumberColumn(quotient, kNone);
    return graph_.NumberColumn(NumberOf(expr->args[0], where), NumberOf(expr->args[1], where));
  }
  // A definition that is itself a single quotient: R&D intensity, debt ratio.
  if (expr->op == Op::kDefinition) {
    const feel::Definition& definition = model_.definitions[static_cast<size_t>(expr->index)];
    if (definition.expression.root && definition.expression.root->op == Op::kDivide) {
      return ColumnOf(definition.expression.root, where);
    }
  }
  const NumberId number = NumberOf(expr, where);
  return number == kNone ? kNone : graph_.NumberColumn(number, kNone);
}

NodeId Lowering::CompareColumn(const ExprPtr& side, Op op, const Value& bound, const Where& where) {
  const bool equality = op == Op::kEqual || op == Op::kNotEqual;
  if (bound.is_null()) {
    if (!equality) return kNone;
    const ColumnId column = ColumnOf(side, where);
    if (column == kNone) return kNone;
    const bool wanted = op == Op::kNotEqual;
    return graph_.TestNumber(column, wanted ? std::vector<Stretch>{Stretch{}} : std::vector<Stretch>{},
                             ToTruth(!wanted));
  }
  if (bound.is_unknown()) {
    // Strict: unknown wherever the other side is a value, and an error of the other side stays one.
    Stretch all;
    all.truth = zhida::Truth::kUnknown;
    const ColumnId column = ColumnOf(side, where);
    return column == kNone ? kNone : graph_.TestNumber(column, {all}, zhida::Truth::kUnknown);
  }
  const auto line = LineValue(bound);
  if (!line) return kNone;
  const ColumnId column = ColumnOf(side, where);
  if (column == kNone) return kNone;
  const zhida::Truth on_null = equality ? ToTruth(op == Op::kNotEqual) : zhida::Truth::kError;
  return graph_.TestNumber(column, StretchesOf(op, *line), on_null);
}

NodeId Lowering::Comparison(const Expr& expr, const Where& where) {
  if (expr.op == Op::kInRange) return InRange(expr, where);
  if (expr.op == Op::kInList) return InConstants(expr, where);
  if (expr.op == Op::kFact && expr.type->kind == TypeKind::kBoolean) {
    return graph_.TestNumber(graph_.NumberColumn(graph_.Fact(expr.index, 0), kNone),
                             {Point(Decimal::FromInt(1))}, zhida::Truth::kError);
  }
  if (!feel::IsComparison(expr.op)) return kNone;
  const ExprPtr& left = expr.args[0];
  const ExprPtr& right = expr.args[1];
  const bool left_constant = IsConstant(*left, where);
  const bool right_constant = IsConstant(*right, where);
  if (!left_constant && !IsNumberKind(*left->type)) return kNone;
  if (!right_constant && !IsNumberKind(*right->type)) return kNone;
  if (right_constant) return CompareColumn(left, expr.op, ConstantValue(*right, where), where);
  if (left_constant) return CompareColumn(right, Mirrored(expr.op), ConstantValue(*left, where), where);
  // Two numbers that both vary: their difference against zero. Null has no difference, so it goes to the
  // interpreter.
  const NumberId a = NumberOf(left, where);
  const NumberId b = NumberOf(right, where);
  if (a == kNone || b == kNone) return kNone;
  const NumberId difference = graph_.Arithmetic(Number::Kind::kSubtract, a, b);
  if (difference == kNone) return kNone;
  return graph_.TestNumber(graph_.NumberColumn(difference, kNone), StretchesOf(expr.op, Decimal()),
                           zhida::Truth::kError);
}

namespace {

// A constant range's ends on the number line; false if an end is not a value of it.
bool SetEnds(const Value& low, const Value& high, bool low_closed, bool high_closed, Stretch* stretch) {
  const auto bottom = LineValue(low);
  const auto top = LineValue(high);
  if (!bottom || !top) return false;
  stretch->has_low = stretch->has_high = true;
  stretch->low = *bottom;
  stretch->high = *top;
  stretch->low_closed = low_closed;
  stretch->high_closed = high_closed;
  return true;
}

}  // namespace

NodeId Lowering::InRange(const Expr& expr, const Where& where) {
  if (!IsNumberKind(*expr.args[0]->type)) return kNone;
  Stretch stretch;
  for (size_t end = 1; end <= 2; ++end) {
    if (!expr.args[end]) continue;
    if (!IsConstant(*expr.args[end], where)) return kNone;
    const auto line = LineValue(ConstantValue(*expr.args[end], where));
    if (!line) return kNone;
    (end == 1 ? stretch.has_low : stretch.has_high) = true;
    (end == 1 ? stretch.low : stretch.high) = *line;
  }
  stretch.low_closed = expr.low_closed;
  stretch.high_closed = expr.high_closed;
  const ColumnId column = ColumnOf(expr.args[0], where);
  return column == kNone ? kNone : graph_.TestNumber(column, {stretch}, zhida::Truth::kError);
}

NodeId Lowering::InConstants(const Expr& expr, const Where& where) {
  if (!IsNumberKind(*expr.args[0]->type) || !IsConstant(*expr.args[1], where)) return kNone;
  const Value list = ConstantValue(*expr.args[1], where);
  if (list.kind() != ValueKind::kList) return kNone;
  std::vector<Stretch> stretches;
  zhida::Truth on_null = zhida::Truth::kFalse;
  for (const Value& item : list.list()) {
    if (item.is_null()) {
      on_null = zhida::Truth::kTrue;
    } else if (item.kind() == ValueKind::kRange) {
      const Range& range = item.range();
      Stretch stretch;
      if (!range.has_low || !range.has_high ||
          !SetEnds(range.low, range.high, range.low_closed, range.high_closed, &stretch)) {
        return kNone;
      }
      stretches.push_back(stretch);
      if (on_null == zhida::Truth::kFalse) on_null = zhida::Truth::kError;
    } else if (const auto line = LineValue(item)) {
      stretches.push_back(Point(*line));
    } else {
      return kNone;
    }
  }
  const ColumnId column = ColumnOf(expr.args[0], where);
  return column == kNone ? kNone : graph_.TestNumber(column, stretches, on_null);
}

}  // namespace zhida::plan

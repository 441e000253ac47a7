// Arithmetic; see checker.h.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/feel/checker.h"
#include "engine/feel/signs.h"

namespace zhida::feel {
namespace {

bool IsDuration(TypeKind kind) { return kind == TypeKind::kMonthDuration || kind == TypeKind::kDayDuration; }

// A point in time that a duration of that kind can be added to.
bool MovesBy(TypeKind point, TypeKind duration) {
  switch (point) {
    case TypeKind::kDate:
    case TypeKind::kDateTime:
      return IsDuration(duration);
    case TypeKind::kTime:
      return duration == TypeKind::kDayDuration;
    default:
      return false;
  }
}

// Digits after the point of a sum, a difference or a product; -1 when they are not bounded.
TypePtr NumberResult(Op op, const Type& a, const Type& b) {
  if (a.scale < 0 || b.scale < 0) return NumberType(-1);
  switch (op) {
    case Op::kAdd:
    case Op::kSubtract:
      return NumberType(std::max(a.scale, b.scale));
    case Op::kMultiply:
      return NumberType(a.scale + b.scale);
    default:
      return NumberType(-1);
  }
}

TypePtr SumType(TypeKind a, TypeKind b) {
  if (a == b && (a == TypeKind::kString || IsDuration(a))) return MakeType(a);
  if (MovesBy(a, b)) return MakeType(a);
  if (MovesBy(b, a)) return MakeType(b);
  return nullptr;
}

TypePtr DifferenceType(TypeKind a, TypeKind b) {
  if (MovesBy(a, b)) return MakeType(a);
  if (a != b) return nullptr;
  if (IsDuration(a)) return MakeType(a);
  const bool points = a == TypeKind::kDate || a == TypeKind::kDateTime || a == TypeKind::kTime;
  return points ? MakeType(TypeKind::kDayDuration) : nullptr;
}

// Null when the operation has no meaning for these types.
TypePtr ResultType(Op op, const Type& a, const Type& b) {
  if (a.kind == TypeKind::kAny || b.kind == TypeKind::kAny) return MakeType(TypeKind::kAny);
  if (a.kind == TypeKind::kNumber && b.kind == TypeKind::kNumber) return NumberResult(op, a, b);
  switch (op) {
    case Op::kAdd:
      return SumType(a.kind, b.kind);
    case Op::kSubtract:
      return DifferenceType(a.kind, b.kind);
    case Op::kMultiply:
      if (IsDuration(a.kind) && b.kind == TypeKind::kNumber) return MakeType(a.kind);
      if (IsDuration(b.kind) && a.kind == TypeKind::kNumber) return MakeType(b.kind);
      return nullptr;
    case Op::kDivide:
      if (!IsDuration(a.kind)) return nullptr;
      if (b.kind == TypeKind::kNumber) return MakeType(a.kind);
      return a.kind == b.kind ? NumberType(-1) : nullptr;
    default:
      return nullptr;
  }
}

// A division by 2^i * 5^j ends, so no digits are lost by going on with it.
bool DividesExactly(const Expr& divisor) {
  if (!IsNumberLiteral(divisor)) return false;
  const int scale = divisor.literal.number().scale();
  const auto mantissa = divisor.literal.number().ToScaled(scale);
  if (!mantissa || *mantissa == 0) return false;
  int128_t rest = *mantissa < 0 ? -*mantissa : *mantissa;
  while (rest % 2 == 0) rest /= 2;
  while (rest % 5 == 0) rest /= 5;
  return rest == 1;
}

std::string ArithmeticAdvice(Op op, const Expr& a, const Expr& b, const std::string& general) {
  const auto either = [&](TypeKind kind) { return a.type->kind == kind || b.type->kind == kind; };
  const bool sum = op == Op::kAdd || op == Op::kSubtract;
  if (sum && either(TypeKind::kNumber) && (either(TypeKind::kDate) || either(TypeKind::kDateTime))) {
    return "add days as duration(\"P30D\") and months as duration(\"P6M\")";
  }
  if (sum && either(TypeKind::kMonthDuration) && either(TypeKind::kDayDuration)) {
    return "months and days do not mix; add them to a date one after the other";
  }
  if (op == Op::kAdd && either(TypeKind::kString)) return "turn the other side into text with string(...)";
  return general;
}

}  // namespace

void Checker::WarnAboutQuotient(Op op, const Expr& operand) {
  if (operand.op != Op::kDivide || operand.type->kind != TypeKind::kNumber) return;
  const Expr& divisor = *operand.args[1];
  if (DividesExactly(divisor)) return;
  const std::string a = findings_.Source(*operand.args[0]);
  const std::string b = findings_.Source(divisor);
  const std::string where = IsNumberLiteral(divisor) ? "" : " where " + b + " > 0";
  findings_.Warning("ZD3250", operand.span,
                    "the quotient " + a + " / " + b + " is rounded to 34 digits before " +
                        std::string(SignOf(op)) + " uses it",
                    "divide last; a test such as " + a + " / " + b + " * k >= c says the same as " + a +
                        " * k >= c * " + b + where);
}

ExprPtr Checker::Arithmetic(Op op, ExprPtr a, ExprPtr b, Span span) {
  const std::string sign(SignOf(op));
  const bool a_known = NeedsValue(*a, sign);
  const bool b_known = NeedsValue(*b, sign);
  TypePtr type = a_known && b_known ? ResultType(op, *a->type, *b->type) : MakeType(TypeKind::kAny);
  if (type == nullptr) {
    findings_.Error("ZD3202", span,
                    sign + " cannot join " + findings_.Describe(*a) + " and " + findings_.Describe(*b),
                    ArithmeticAdvice(op, *a, *b, ClashAdvice(*a, *b)));
    type = MakeType(TypeKind::kAny);
  }
  WarnAboutQuotient(op, *a);
  WarnAboutQuotient(op, *b);
  if (op == Op::kDivide && IsNumberLiteral(*b) && b->literal.number().is_zero()) {
    findings_.Warning("ZD3252", span, "a division by zero is always an error", "divide by another number");
  }
  return MakeNode(op, std::move(type), span, {std::move(a), std::move(b)});
}

ExprPtr Checker::Negate(ExprPtr operand, Span span) {
  // -5 is a constant to every reader of the tree.
  if (IsNumberLiteral(*operand)) return MakeLiteral(Value::Number(operand->literal.number().Negated()), span);
  TypePtr type = NeedsValue(*operand, "-") ? operand->type : MakeType(TypeKind::kAny);
  const TypeKind kind = type->kind;
  if (kind != TypeKind::kNumber && kind != TypeKind::kAny && !IsDuration(kind)) {
    findings_.Error("ZD3202", span, "- cannot turn round " + findings_.Describe(*operand),
                    "use it before a number or a duration");
    type = MakeType(TypeKind::kAny);
  }
  return MakeNode(Op::kNegate, std::move(type), span, {std::move(operand)});
}

}  // namespace zhida::feel

// Equality, order and membership of values.
#include <compare>
#include <optional>

#include "engine/feel/operators.h"

namespace zhida::feel {
namespace {

constexpr const char* kNullOrder = "null has no order; test it with != null first";
constexpr const char* kNoOrder = "these two values have no order";
constexpr const char* kDifferentKinds = "values of different kinds cannot be compared";

constexpr bool Holds(Op op, int order) {
  switch (op) {
    case Op::kLess:
      return order < 0;
    case Op::kLessEqual:
      return order <= 0;
    case Op::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

// Numbers come first because nearly every comparison in a policy is one.
std::optional<int> OrderOf(const Value& a, const Value& b) {
  if (a.kind() == ValueKind::kNumber && b.kind() == ValueKind::kNumber) {
    const std::strong_ordering order = a.number() <=> b.number();
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  return Compare(a, b);
}

// x against one end, both known; `op` says on which side of the end x must lie.
Verdict EndVerdict(Op op, const Value& x, const Value& end) {
  if (end.is_null()) return Verdict::Error("an end of a range is null");
  const std::optional<int> order = OrderOf(x, end);
  return order ? Verdict::Of(Holds(op, *order)) : Verdict::Error(kNoOrder);
}

std::optional<Cause> First(std::optional<Cause> a, std::optional<Cause> b) {
  if (!a || !b) return a ? a : b;
  return FirstCause(*a, *b);
}

}  // namespace

bool IsOrdered(TypeKind kind) {
  switch (kind) {
    case TypeKind::kAny:
    case TypeKind::kNumber:
    case TypeKind::kString:
    case TypeKind::kDate:
    case TypeKind::kTime:
    case TypeKind::kDateTime:
    case TypeKind::kMonthDuration:
    case TypeKind::kDayDuration:
      return true;
    default:
      return false;
  }
}

Verdict BlockedVerdict(const Value& a, const Value& b) {
  if (a.is_error()) return Verdict::Error(a.error());
  if (b.is_error()) return Verdict::Error(b.error());
  if (a.is_unknown() && b.is_unknown()) return Verdict::Unknown(FirstCause(a.cause(), b.cause()));
  return Verdict::Unknown(a.is_unknown() ? a.cause() : b.cause());
}

std::optional<Cause> UnknownInside(const Value& value) {
  std::optional<Cause> cause;
  switch (value.kind()) {
    case ValueKind::kUnknown:
      return value.cause();
    case ValueKind::kList:
      for (const Value& item : value.list()) cause = First(cause, UnknownInside(item));
      return cause;
    case ValueKind::kStruct:
      for (const Value& member : value.structure().values) cause = First(cause, UnknownInside(member));
      return cause;
    case ValueKind::kSeries:
      for (const auto& entry : value.series().entries) cause = First(cause, UnknownInside(entry.second));
      return cause;
    case ValueKind::kRange:
      return First(UnknownInside(value.range().low), UnknownInside(value.range().high));
    default:
      return cause;
  }
}

Verdict EqualVerdict(const Value& a, const Value& b) {
  if (a.kind() == ValueKind::kNumber && b.kind() == ValueKind::kNumber)
    return Verdict::Of(a.number() == b.number());
  if (a.blocked() || b.blocked()) return BlockedVerdict(a, b);
  switch (Equal(a, b)) {
    case Truth::kFalse:
      return Verdict::Of(false);
    case Truth::kTrue:
      return Verdict::Of(true);
    case Truth::kUnknown:
      return Verdict::Unknown(First(UnknownInside(a), UnknownInside(b)).value_or(Cause::kMissing));
    case Truth::kError:
      return Verdict::Error(kDifferentKinds);
  }
  return Verdict::Error(kDifferentKinds);
}

Verdict OrderVerdict(Op op, const Value& a, const Value& b) {
  const std::optional<int> order = OrderOf(a, b);
  if (order) return Verdict::Of(Holds(op, *order));
  if (a.blocked() || b.blocked()) return BlockedVerdict(a, b);
  return Verdict::Error(a.is_null() || b.is_null() ? kNullOrder : kNoOrder);
}

Verdict InRangeVerdict(const Value& x, const RangeEnds& ends) {
  // One strict test of three operands: an x below the low end is not yet false while the high end is unknown.
  Verdict blocked = Verdict::Of(true);
  for (const Value* operand : {&x, ends.low, ends.high}) {
    if (operand != nullptr && operand->blocked()) blocked = And(blocked, ToVerdict(*operand));
  }
  if (!blocked.is(Truth::kTrue)) return blocked;
  if (x.is_null()) return Verdict::Of(false);
  Verdict inside = Verdict::Of(true);
  if (ends.low != nullptr)
    inside = EndVerdict(ends.low_closed ? Op::kGreaterEqual : Op::kGreater, x, *ends.low);
  if (inside.is(Truth::kError) || ends.high == nullptr) return inside;
  const Verdict below = EndVerdict(ends.high_closed ? Op::kLessEqual : Op::kLess, x, *ends.high);
  return below.is(Truth::kError) ? below : And(inside, below);
}

Verdict InElementVerdict(const Value& x, const Value& element) {
  if (element.kind() != ValueKind::kRange || x.kind() == ValueKind::kRange) return EqualVerdict(x, element);
  const Range& range = element.range();
  return InRangeVerdict(x, {range.has_low ? &range.low : nullptr, range.has_high ? &range.high : nullptr,
                            range.low_closed, range.high_closed});
}

Verdict InListVerdict(const Value& x, const Value& list) {
  if (list.kind() == ValueKind::kRange) return InElementVerdict(x, list);
  if (list.kind() != ValueKind::kList) {
    if (list.blocked()) return BlockedVerdict(x, list);
    return Verdict::Error(list.is_null() ? "the list after in is null" : "in needs a list");
  }
  // No short cut for a blocked x: the cause to report may sit in an element, and an empty list is false for
  // any x.
  Verdict any = Verdict::Of(false);
  for (const Value& element : list.list()) {
    any = Or(any, InElementVerdict(x, element));
    if (any.is(Truth::kTrue)) break;
  }
  return any;
}

}  // namespace zhida::feel

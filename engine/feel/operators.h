// Operators: what FEEL's operators make of values, apart from how the operands were found.
//
// All are strict: an operand that is an error makes the result an error, else one that is unknown makes it
// unknown with the first cause. Null is an operand of =, != and `in` only; anywhere else it is an error.
// Pure; any thread. Error texts have static storage.
// Source: docs/semantics.md, sections 2 and 3; DMN 1.5 section 10.3.2.
#ifndef ZHIDA_ENGINE_FEEL_OPERATORS_H_
#define ZHIDA_ENGINE_FEEL_OPERATORS_H_

#include <optional>
#include <string_view>

#include "engine/feel/ast.h"
#include "engine/feel/verdict.h"

namespace zhida::feel {

// interpreter_compare.cc

// Of two operands that are not both known: what a strict test of them is.
Verdict BlockedVerdict(const Value& a, const Value& b);
Verdict EqualVerdict(const Value& a, const Value& b);
// Whether OrderVerdict can compare two values of the kind.
bool IsOrdered(TypeKind kind);
// `op` is kLess, kLessEqual, kGreater or kGreaterEqual.
Verdict OrderVerdict(Op op, const Value& a, const Value& b);
// x in low .. high; an end that is a null pointer is open. A null x lies in no range.
struct RangeEnds {
  const Value* low = nullptr;
  const Value* high = nullptr;
  bool low_closed = true;
  bool high_closed = true;
};
Verdict InRangeVerdict(const Value& x, const RangeEnds& ends);
// x in L: the `or` of equality with, or membership in the range of, each element.
Verdict InListVerdict(const Value& x, const Value& list);
Verdict InElementVerdict(const Value& x, const Value& element);
// The first cause among the unknowns anywhere inside a list, structure, series or range.
std::optional<Cause> UnknownInside(const Value& value);

// interpreter_arithmetic.cc

// `op` is kAdd, kSubtract, kMultiply, kDivide or kPower.
Value ArithmeticValue(Op op, const Value& a, const Value& b);
Value NegatedValue(const Value& a);

// interpreter_member.cc

// Member of a structure by id, component of a date, time, duration or range, or either mapped over a list.
Value MemberValue(const Value& object, std::string_view name);
// Whether a known value is an instance of a type; unknown where the answer hangs on an unknown part.
Verdict InstanceVerdict(const Value& value, const Type& type);

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_OPERATORS_H_

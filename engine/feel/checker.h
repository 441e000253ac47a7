// Checker: makes the nodes of the typed tree and refuses what cannot mean anything.
//
// Every maker returns a node, also when it has reported an error: a clash of types gives a node that conforms
// to everything, so that one mistake is told once and the rest of the expression is still looked at.
// Works at the place where the parser stands: what the guards there narrow is no longer nullable.
// Refers to its arguments, which must outlive it. One thread.
// Source: docs/semantics.md, section "Expressions".
#ifndef ZHIDA_ENGINE_FEEL_CHECKER_H_
#define ZHIDA_ENGINE_FEEL_CHECKER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/ast.h"
#include "engine/feel/findings.h"
#include "engine/feel/guards.h"
#include "engine/feel/scope.h"

namespace zhida::feel {

// Which ends belong to a range.
struct Brackets {
  bool low_closed = true;
  bool high_closed = true;
};

// One test of `x in (...)` or of a table's cell, before its subject is known.
struct UnaryTest {
  std::optional<Op> comparison;  // kEqual .. kGreaterEqual, as in `< 5`
  ExprPtr value;
  bool uses_input = false;  // `value` holds `?`
  Span span;
};

std::shared_ptr<Expr> MakeNode(Op op, TypePtr type, Span span, std::vector<ExprPtr> args = {});
ExprPtr MakeLiteral(Value value, Span span);
// Stands where something undefined or wrong was written.
ExprPtr MakeWrong(Span span);
Span Joined(const Expr& first, const Expr& last);
bool IsStringLiteral(const Expr& expr);
bool IsNumberLiteral(const Expr& expr);

class Checker {
 public:
  Checker(Scope& scope, Findings& findings) : scope_(scope), findings_(findings) {}
  Guards& guards() { return guards_; }

  // checker.cc: truth and choice.
  ExprPtr Junction(Op op, std::vector<ExprPtr> operands, Span span);  // kAnd, kOr; flattens
  ExprPtr Not(ExprPtr operand, Span span);
  ExprPtr If(ExprPtr condition, ExprPtr yes, ExprPtr no, Span span);
  ExprPtr List(std::vector<ExprPtr> items, Span span);
  // Reports unless `expr` is a boolean that cannot be null. `role` is "the condition of if".
  bool Condition(const Expr& expr, std::string_view role);
  // Reports if `expr` may be null; `user` is the operator or function that needs a value.
  bool NeedsValue(const Expr& expr, std::string_view user);
  // The node with the type that the guards here leave.
  ExprPtr Here(std::shared_ptr<Expr> node) const;

  // checker_tests.cc: comparisons, ranges and membership.
  ExprPtr Compare(Op op, ExprPtr a, ExprPtr b, Span span);
  ExprPtr Between(ExprPtr x, ExprPtr low, ExprPtr high, Span span);
  ExprPtr InList(ExprPtr x, ExprPtr list, Span span);
  ExprPtr Test(const ExprPtr& subject, const UnaryTest& test);
  ExprPtr RangeValue(ExprPtr low, ExprPtr high, Brackets brackets, Span span);
  // Reports if `text` is a literal, or chooses one, that is not in the code list `code_list`; "" is no list.
  void CheckCode(const std::string& code_list, const Expr& text);
  // Reports codes of `candidates`, a code or a list of them, that can have nothing to do with `x`, and the
  // reverse.
  bool CheckMembership(const Expr& x, const Expr& candidates);

  // checker_arithmetic.cc
  ExprPtr Arithmetic(Op op, ExprPtr a, ExprPtr b, Span span);
  ExprPtr Negate(ExprPtr operand, Span span);

  // What to do about two things of different types; `general` where nothing better is known.
  std::string ClashAdvice(const Expr& a, const Expr& b, std::string general = "use values of one type") const;

 private:
  // The type of both ends of a range, of which one may be missing; "any" after a report.
  TypePtr RangeEnds(const ExprPtr& low, const ExprPtr& high, Span span);
  // x in low .. high, whose ends are of type `end`.
  ExprPtr InRange(ExprPtr x, ExprPtr low, ExprPtr high, const TypePtr& end, Brackets brackets, Span span);
  bool SameCodeList(const Expr& a, const Type& b, const Expr& b_source, std::string_view verb);
  void WarnAboutNull(const Expr& path, const Expr& null);
  void WarnAboutQuotient(Op op, const Expr& operand);

  Scope& scope_;
  Findings& findings_;
  Guards guards_;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_CHECKER_H_

// Evaluation: one body of the interpreter, that is one expression or one definition, being walked.
//
// Private to interpreter*.cc. Lives on the stack of the call that made it, and borrows the interpreter's
// frame of slots for its depth, so that nothing is allocated for a body whose values are scalars. Each body
// has its own account of limits::kStepsMax steps (a node, an element, a rule; leaves are free), so that its
// value does not hang on which definitions the interpreter happened to remember. A definition costs its user
// one.
#ifndef ZHIDA_ENGINE_FEEL_EVALUATION_H_
#define ZHIDA_ENGINE_FEEL_EVALUATION_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/limits.h"
#include "engine/feel/builtins.h"
#include "engine/feel/interpreter.h"
#include "engine/feel/operators.h"

namespace zhida::feel {

inline constexpr const char* kTooDeep = "definitions nested too deeply";

// Definitions that refer to definitions; with limits::kExpressionDepthMax it bounds the interpreter's
// recursion.
inline constexpr int kDefinitionDepthMax = 64;

class Evaluation {
 public:
  Evaluation(Interpreter& host, int depth) : host_(host), depth_(depth), frame_(host.FrameAt(depth)) {}
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

  // The value of a whole body, an error if its account did not suffice.
  Value Run(const Expression& expression, const std::vector<Value>* locals);
  Value RunTable(const Table& table);
  int height() const { return height_; }

  // `value`, or why the body as a whole has none: an `or` or an `if` may have swallowed the error of the node
  // at which the account ran dry.
  Value Outcome(Value value) const;

  // Within a body.
  Value Eval(const ExprPtr& pointer);
  Verdict Test(const ExprPtr& pointer);
  Value& slot(int index) { return frame_[static_cast<size_t>(index)]; }
  void OfferSlots(int count);
  // False when the account is used up; then every further node is an error and loops must end.
  bool Spend(size_t steps);
  // Spends a step for each part inside a list or structure, which is what reading it whole costs.
  bool SpendParts(const Value& value);
  bool exhausted() const { return exhausted_ || host_.too_deep_; }

  // A test of `x`, which is bound to the test's slot: strict in x, whatever the test reads.
  Verdict TestOf(const ExprPtr& test, const Value& x);

 private:
  friend class Interpreter;
  friend class Operand;

  // Leaves.
  static bool IsStored(Op op) { return op == Op::kLiteral || op == Op::kUnknown || op == Op::kLocal; }
  const Value& Stored(const Expr& expr) { return expr.op == Op::kLocal ? slot(expr.index) : expr.literal; }
  Value Fact(int fact);
  Value Definition(int definition);
  Value Parameter(const Expr& expr);
  Value Zone(int zone);

  const Value* BlockedEvent() const;  // null pointer where the event date is a date

  // interpreter_list.cc and interpreter_loop.cc
  Value List(const Expr& expr);
  Value Struct(const ExprPtr& pointer);
  Value Range(const Expr& expr);
  Value Filter(const Expr& expr);
  Value Index(const Expr& expr);
  Value For(const Expr& expr);
  Verdict Quantified(const Expr& expr);

  // interpreter.cc
  Value If(const Expr& expr);
  Value Arithmetic(const Expr& expr);
  Value CauseOf(const Expr& expr);
  Verdict Condition(const Expr& expr);
  Verdict Junction(const Expr& expr);
  Verdict Comparison(const Expr& expr);
  Verdict InLiterals(const Expr& expr);
  Verdict InRange(const Expr& expr);
  Verdict InTests(const Expr& expr);
  Verdict Known(const Expr& expr);

  // interpreter_call.cc
  Value Call(const Expr& expr);

  Interpreter& host_;
  const int depth_;
  std::vector<Value>& frame_;
  int height_ = 0;  // definitions nested below this body
  size_t steps_left_ = limits::kStepsMax;
  bool exhausted_ = false;
};

// One operand: read in place where it is a literal or a slot, computed otherwise. A slot is not bound anew
// while an operand refers to it, since what binds a slot lies inside one operand.
class Operand {
 public:
  Operand(Evaluation& evaluation, const ExprPtr& expr)
      : own_(Evaluation::IsStored(expr->op) ? Value() : evaluation.Eval(expr)),
        value_(Evaluation::IsStored(expr->op) ? &evaluation.Stored(*expr) : &own_) {}
  Operand(const Operand&) = delete;
  Operand& operator=(const Operand&) = delete;

  const Value& operator*() const { return *value_; }
  const Value* operator->() const { return value_; }
  const Value* get() const { return value_; }

 private:
  const Value own_;
  const Value* const value_;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_EVALUATION_H_

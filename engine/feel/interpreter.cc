#include "engine/feel/interpreter.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/feel/evaluation.h"

namespace zhida::feel {
namespace {

constexpr bool IsArithmetic(Op op) {
  return op == Op::kAdd || op == Op::kSubtract || op == Op::kMultiply || op == Op::kDivide ||
         op == Op::kPower;
}

bool IsListOfLiterals(const Expr& expr) {
  return expr.op == Op::kList && std::all_of(expr.args.begin(), expr.args.end(),
                                             [](const ExprPtr& item) { return item->op == Op::kLiteral; });
}

bool HasParts(const Value& value) {
  return value.kind() == ValueKind::kList || value.kind() == ValueKind::kStruct ||
         value.kind() == ValueKind::kSeries;
}

// Counts the parts inside `value` down from `*left`; false as soon as they are more.
bool CountParts(const Value& value, size_t* left) {
  const auto count = [left](const Value& part) {
    if (*left == 0) return false;
    --*left;
    return !HasParts(part) || CountParts(part, left);
  };
  switch (value.kind()) {
    case ValueKind::kList:
      return std::all_of(value.list().begin(), value.list().end(), count);
    case ValueKind::kStruct:
      return std::all_of(value.structure().values.begin(), value.structure().values.end(), count);
    case ValueKind::kSeries:
      return std::all_of(value.series().entries.begin(), value.series().entries.end(),
                         [&count](const auto& entry) { return count(entry.second); });
    default:
      return true;
  }
}

}  // namespace

Interpreter::Interpreter(const Model& model, const FactSource& facts, Reading reading, Dates dates)
    : model_(model), facts_(facts), reading_(reading), dates_(std::move(dates)) {}

void Interpreter::Begin() {
  too_deep_ = false;
  if (trace_ != nullptr) definitions_.clear();
}

std::vector<Value>& Interpreter::FrameAt(int depth) {
  const size_t index = static_cast<size_t>(depth);
  while (frames_.size() <= index) frames_.push_back(std::make_unique<std::vector<Value>>());
  return *frames_[index];
}

Value Interpreter::Evaluate(const Expression& expression) {
  Begin();
  return Evaluation(*this, 0).Run(expression, nullptr);
}

Value Interpreter::Evaluate(const Expression& expression, const std::vector<Value>& locals) {
  Begin();
  return Evaluation(*this, 0).Run(expression, &locals);
}

Value Interpreter::EvaluateDefinition(int definition) {
  Begin();
  return Evaluation(*this, 0).Definition(definition);
}

void Interpreter::Preset(int definition, Value value) {
  const size_t index = static_cast<size_t>(definition);
  if (definitions_.size() <= index) definitions_.resize(model_.definitions.size());
  definitions_[index] = Memo{std::move(value), 0};
}

Value Evaluation::Run(const Expression& expression, const std::vector<Value>* locals) {
  if (expression.root == nullptr) return Value::Error("nothing to evaluate");
  const int given = locals == nullptr ? 0 : static_cast<int>(locals->size());
  OfferSlots(std::max(expression.slot_count, given));
  for (int i = 0; i < given; ++i) slot(i) = (*locals)[static_cast<size_t>(i)];
  return Outcome(Eval(expression.root));
}

Value Evaluation::Outcome(Value value) const {
  if (host_.too_deep_) return Value::Error(kTooDeep);
  return exhausted_ ? Value::Error(kTooManySteps) : std::move(value);
}

void Evaluation::OfferSlots(int count) {
  const size_t wanted = static_cast<size_t>(std::max(count, 0));
  if (frame_.size() < wanted) frame_.resize(wanted);
}

bool Evaluation::Spend(size_t steps) {
  if (steps > steps_left_ || host_.too_deep_) {
    steps_left_ = 0;
    exhausted_ = true;
    return false;
  }
  steps_left_ -= steps;
  return true;
}

bool Evaluation::SpendParts(const Value& value) {
  if (!HasParts(value)) return true;
  if (CountParts(value, &steps_left_)) return true;
  exhausted_ = true;
  return false;
}

Value Evaluation::Eval(const ExprPtr& pointer) {
  const Expr& expr = *pointer;
  if (IsStored(expr.op)) return Stored(expr);
  if (!Spend(1)) return Value::Error(kTooManySteps);
  switch (expr.op) {
    case Op::kFact:
      return Fact(expr.index);
    case Op::kDefinition:
      return Definition(expr.index);
    case Op::kParameter:
      return Parameter(expr);
    case Op::kZone:
      return Zone(expr.index);
    case Op::kAsOf:
      return Value::OfDate(host_.dates_.as_of);
    case Op::kYear:
      return Value::Number(host_.dates_.year);
    case Op::kMember:
      return MemberValue(*Operand(*this, expr.args[0]), expr.text);
    case Op::kIf:
      return If(expr);
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kPower:
      return Arithmetic(expr);
    case Op::kNegate:
      return NegatedValue(*Operand(*this, expr.args[0]));
    case Op::kList:
      return List(expr);
    case Op::kStruct:
      return Struct(pointer);
    case Op::kRange:
      return Range(expr);
    case Op::kFilter:
      return Filter(expr);
    case Op::kIndex:
      return Index(expr);
    case Op::kFor:
      return For(expr);
    case Op::kIterationRange:
      return Value::Error("a..b without brackets is for `for` only");
    case Op::kCall:
      return Call(expr);
    case Op::kCause:
      return CauseOf(expr);
    default:
      return ToValue(Condition(expr));
  }
}

Verdict Evaluation::Test(const ExprPtr& pointer) {
  const Expr& expr = *pointer;
  switch (expr.op) {
    case Op::kLiteral:
    case Op::kUnknown:
    case Op::kLocal:
      return ToVerdict(Stored(expr));
    case Op::kAnd:
    case Op::kOr:
    case Op::kNot:
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
    case Op::kInRange:
    case Op::kIn:
    case Op::kInList:
    case Op::kSome:
    case Op::kEvery:
    case Op::kInstanceOf:
    case Op::kKnown:
      return Spend(1) ? Condition(expr) : Verdict::Error(kTooManySteps);
    default:
      return ToVerdict(Eval(pointer));
  }
}

Verdict Evaluation::Condition(const Expr& expr) {
  switch (expr.op) {
    case Op::kAnd:
    case Op::kOr:
      return Junction(expr);
    case Op::kNot:
      return Not(Test(expr.args[0]));
    case Op::kInRange:
      return InRange(expr);
    case Op::kIn:
      return InTests(expr);
    case Op::kSome:
    case Op::kEvery:
      return Quantified(expr);
    case Op::kKnown:
      return Known(expr);
    case Op::kInstanceOf: {
      const Operand value(*this, expr.args[0]);
      return SpendParts(*value) ? InstanceVerdict(*value, *expr.type_argument)
                                : Verdict::Error(kTooManySteps);
    }
    default:
      return Comparison(expr);
  }
}

Verdict Evaluation::Junction(const Expr& expr) {
  const bool all = expr.op == Op::kAnd;
  Verdict total = Verdict::Of(all);
  for (const ExprPtr& operand : expr.args) {
    total = all ? And(total, Test(operand)) : Or(total, Test(operand));
    // Only this verdict decides: after an error or an unknown a later operand still may.
    if (total.is(ToTruth(!all))) break;
  }
  return total;
}

Verdict Evaluation::Comparison(const Expr& expr) {
  if (expr.op == Op::kInList && IsListOfLiterals(*expr.args[1])) return InLiterals(expr);
  const Operand a(*this, expr.args[0]);
  const Operand b(*this, expr.args[1]);
  switch (expr.op) {
    case Op::kEqual:
    case Op::kNotEqual: {
      if (!SpendParts(*a) || !SpendParts(*b)) return Verdict::Error(kTooManySteps);
      const Verdict equal = EqualVerdict(*a, *b);
      return expr.op == Op::kEqual ? equal : Not(equal);
    }
    case Op::kInList:
      if (!SpendParts(*a) || !SpendParts(*b)) return Verdict::Error(kTooManySteps);
      return InListVerdict(*a, *b);
    default:
      return OrderVerdict(expr.op, *a, *b);
  }
}

// x in ["A", "B"]: the list is not built, since its elements can be no errors.
Verdict Evaluation::InLiterals(const Expr& expr) {
  const Operand x(*this, expr.args[0]);
  const std::vector<ExprPtr>& elements = expr.args[1]->args;
  if (!SpendParts(*x) || !Spend(elements.size())) return Verdict::Error(kTooManySteps);
  Verdict any = Verdict::Of(false);
  for (size_t i = 0; i < elements.size() && !any.is(Truth::kTrue); ++i)
    any = Or(any, InElementVerdict(*x, elements[i]->literal));
  return any;
}

Verdict Evaluation::InRange(const Expr& expr) {
  static const ExprPtr kAbsent = std::make_shared<const Expr>();
  const ExprPtr& low = expr.args[1];
  const ExprPtr& high = expr.args[2];
  const Operand x(*this, expr.args[0]);
  const Operand low_end(*this, low == nullptr ? kAbsent : low);
  const Operand high_end(*this, high == nullptr ? kAbsent : high);
  return InRangeVerdict(*x, {low == nullptr ? nullptr : low_end.get(),
                             high == nullptr ? nullptr : high_end.get(), expr.low_closed, expr.high_closed});
}

Verdict Evaluation::InTests(const Expr& expr) {
  const Operand x(*this, expr.args[0]);
  slot(expr.index) = *x;
  Verdict any = Verdict::Of(false);
  for (size_t i = 1; i < expr.args.size() && !any.is(Truth::kTrue); ++i)
    any = Or(any, TestOf(expr.args[i], *x));
  return any;
}

Verdict Evaluation::TestOf(const ExprPtr& test, const Value& x) {
  const Verdict verdict = Test(test);
  return x.blocked() ? Undecided(ToVerdict(x), verdict) : verdict;
}

Verdict Evaluation::Known(const Expr& expr) {
  const Operand x(*this, expr.args[0]);
  return x->is_error() ? Verdict::Error(x->error()) : Verdict::Of(!x->is_unknown());
}

Value Evaluation::CauseOf(const Expr& expr) {
  const Operand x(*this, expr.args[0]);
  if (x->is_error()) return *x;
  return x->is_unknown() ? Value::String(std::string(CauseName(x->cause()))) : Value::Null();
}

Value Evaluation::If(const Expr& expr) {
  const Verdict condition = Test(expr.args[0]);
  switch (condition.truth) {
    case Truth::kTrue:
      return Eval(expr.args[1]);
    case Truth::kFalse:
      return Eval(expr.args[2]);
    case Truth::kUnknown:
    case Truth::kError:
      return ToValue(condition);
  }
  return ToValue(condition);
}

// `a + b + c` leans to the left as deep as it is long, so the left spine is walked down in a loop, some
// operators for each level of recursion.
Value Evaluation::Arithmetic(const Expr& expr) {
  std::array<const Expr*, 16> spine;
  size_t depth = 0;
  spine[depth++] = &expr;
  while (depth < spine.size() && IsArithmetic(spine[depth - 1]->args[0]->op)) {
    spine[depth] = spine[depth - 1]->args[0].get();
    ++depth;
  }
  if (!Spend(depth - 1)) return Value::Error(kTooManySteps);
  const Expr& innermost = *spine[depth - 1];
  Value total =
      ArithmeticValue(innermost.op, *Operand(*this, innermost.args[0]), *Operand(*this, innermost.args[1]));
  for (--depth; depth > 0; --depth) {
    const Expr& outer = *spine[depth - 1];
    total = ArithmeticValue(outer.op, total, *Operand(*this, outer.args[1]));
  }
  // Joined strings can double with every definition; a step for each stretch of them ends that.
  constexpr size_t kBytesPerStep = 64;
  if (total.kind() == ValueKind::kString && !Spend(total.string().size() / kBytesPerStep))
    return Value::Error(kTooManySteps);
  return total;
}

Value Evaluation::Fact(int fact) {
  Value value = host_.facts_.Get(fact, host_.reading_);
  if (host_.trace_ != nullptr) {
    std::vector<Trace::FactRead>& reads = host_.trace_->facts;
    const bool seen = std::any_of(reads.begin(), reads.end(),
                                  [fact](const Trace::FactRead& read) { return read.fact == fact; });
    if (!seen) reads.push_back({fact, value});
  }
  return value;
}

Value Evaluation::Definition(int definition) {
  std::vector<std::optional<Interpreter::Memo>>& memos = host_.definitions_;
  const size_t index = static_cast<size_t>(definition);
  if (memos.size() <= index) memos.resize(host_.model_.definitions.size());
  int height = 0;
  Value value;
  if (memos[index].has_value()) {
    height = memos[index]->height;
    value = memos[index]->value;
  } else if (depth_ < kDefinitionDepthMax) {
    Evaluation body(host_, depth_ + 1);
    const feel::Definition& named = host_.model_.definitions[index];
    if (named.table != nullptr) {
      value = body.RunTable(*named.table);
    } else if (named.expression.root != nullptr) {
      value = body.Run(named.expression, nullptr);
    } else {
      value = Value::Unknown(Cause::kVagueRule);
    }
    height = body.height_;
    // What was cut short at this depth may be within bounds when it is met higher up.
    if (!host_.too_deep_) memos[index] = Interpreter::Memo{value, height};
  }
  // Remembered definitions count as deep as they were, so that an answer does not hang on what came before.
  if (depth_ + 1 + height > kDefinitionDepthMax) {
    host_.too_deep_ = true;
    return Value::Error(kTooDeep);
  }
  height_ = std::max(height_, height + 1);
  return value;
}

// What is read at the event date is blocked with it; null says that there is no such date.
const Value* Evaluation::BlockedEvent() const {
  static const Value kNoEvent = Value::Error("the event date is null");
  const Value& event = host_.dates_.event;
  if (event.is_null()) return &kNoEvent;
  return event.blocked() ? &event : nullptr;
}

Value Evaluation::Parameter(const Expr& expr) {
  if (const Value* blocked = BlockedEvent()) return *blocked;
  const feel::Parameter& parameter = host_.model_.parameters[static_cast<size_t>(expr.index)];
  const ParameterVersion* version = parameter.InForce(host_.dates_.event.date());
  if (host_.trace_ != nullptr) {
    const int number = version == nullptr ? -1 : static_cast<int>(version - parameter.versions.data());
    std::vector<Trace::ParameterRead>& reads = host_.trace_->parameters;
    const bool seen = std::any_of(reads.begin(), reads.end(), [&expr](const Trace::ParameterRead& read) {
      return read.parameter == expr.index;
    });
    if (!seen) reads.push_back({expr.index, number});
  }
  if (version == nullptr) return Value::Unknown(Cause::kVagueRule);
  for (size_t i = 0; i < parameter.entries.size(); ++i) {
    if (parameter.entries[i].id == expr.text) return version->values[i];
  }
  return Value::Error("the parameter has no such entry");
}

Value Evaluation::Zone(int zone) {
  if (const Value* blocked = BlockedEvent()) return *blocked;
  std::vector<std::optional<Value>>& zones = host_.zones_;
  const size_t index = static_cast<size_t>(zone);
  if (zones.size() <= index) zones.resize(host_.model_.zones.size());
  if (!zones[index].has_value()) {
    std::vector<Value> codes;
    for (std::string& code : host_.model_.zones[index].MembersOn(host_.dates_.event.date()))
      codes.push_back(Value::String(std::move(code)));
    zones[index] = Value::List(std::move(codes));
  }
  return *zones[index];
}

}  // namespace zhida::feel

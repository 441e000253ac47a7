// for, some and every: one nest of iteration variables, the later ones running fastest.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/feel/evaluation.h"

namespace zhida::feel {
namespace {

constexpr const char* kTooManyIterations = "too many iterations";

// What one variable runs over: a list, or a..b counted without being written out.
class IterationDomain {
 public:
  IterationDomain(Evaluation& evaluation, const ExprPtr& expr) {
    if (expr->op == Op::kIterationRange) {
      const Operand low(evaluation, expr->args[0]);
      const Operand high(evaluation, expr->args[1]);
      SetRange(*low, *high);
      return;
    }
    list_ = evaluation.Eval(expr);
    if (list_.blocked()) {
      blocked_ = ToVerdict(list_);
    } else if (list_.kind() != ValueKind::kList) {
      blocked_ = Verdict::Error("for, some and every run over a list");
    } else {
      size_ = list_.list().size();
    }
  }

  // True, or why the domain has no elements to speak of.
  const Verdict& blocked() const { return blocked_; }
  size_t size() const { return size_; }

  Value At(size_t i) const {
    if (list_.kind() == ValueKind::kList) return list_.list()[i];
    const int64_t at = first_ + step_ * static_cast<int64_t>(i);
    return dates_ ? Value::OfDate({at}) : Value::Number(at);
  }

 private:
  void SetRange(const Value& low, const Value& high) {
    if (low.blocked() || high.blocked()) {
      blocked_ = BlockedVerdict(low, high);
      return;
    }
    dates_ = low.kind() == ValueKind::kDate;
    const std::optional<int64_t> from = PointOf(low);
    const std::optional<int64_t> to = PointOf(high);
    if (!from || !to || low.kind() != high.kind()) {
      blocked_ = Verdict::Error("a..b needs two whole numbers or two dates");
      return;
    }
    first_ = *from;
    step_ = *to < *from ? -1 : 1;
    const uint64_t distance = step_ < 0 ? uint64_t(*from) - uint64_t(*to) : uint64_t(*to) - uint64_t(*from);
    // The nest stops long before a count that large is reached.
    size_ =
        distance >= limits::kIterationsMax ? limits::kIterationsMax + 1 : static_cast<size_t>(distance) + 1;
  }

  static std::optional<int64_t> PointOf(const Value& end) {
    if (end.kind() == ValueKind::kDate) return end.date().days;
    return end.kind() == ValueKind::kNumber ? end.number().ToInt64() : std::nullopt;
  }

  Verdict blocked_ = Verdict::Of(true);
  Value list_;
  bool dates_ = false;
  int64_t first_ = 0;
  int64_t step_ = 1;
  size_t size_ = 0;
};

class Nest {
 public:
  Nest(Evaluation& evaluation, const Expr& expr) : evaluation_(evaluation), expr_(expr) {}

  // Appends the values of the body, or leaves in blocked() why there is no list of them.
  void Collect(size_t variable, std::vector<Value>* values) {
    if (variable == variables()) {
      values->push_back(evaluation_.Eval(body()));
      if (values->back().is_error()) blocked_ = Undecided(blocked_, ToVerdict(values->back()));
      return;
    }
    const IterationDomain domain(evaluation_, expr_.args[variable]);
    if (!domain.blocked().is(Truth::kTrue)) {
      // The search goes on, since the domain of a later element may be an error, which outweighs an unknown.
      blocked_ = Undecided(blocked_, domain.blocked());
      return;
    }
    for (size_t i = 0; i < domain.size() && !Ended(); ++i) {
      if (Bind(variable, domain.At(i))) Collect(variable + 1, values);
    }
  }

  // `some` is the or of its elements, `every` the and, one nested in the other where there are several
  // variables.
  Verdict Quantify(size_t variable) {
    if (variable == variables()) return evaluation_.Test(body());
    const IterationDomain domain(evaluation_, expr_.args[variable]);
    if (!domain.blocked().is(Truth::kTrue)) return domain.blocked();
    const bool some = expr_.op == Op::kSome;
    Verdict total = Verdict::Of(!some);
    for (size_t i = 0; i < domain.size() && !total.is(ToTruth(some)) && !Ended(); ++i) {
      if (!Bind(variable, domain.At(i))) break;
      const Verdict element = Quantify(variable + 1);
      total = some ? Or(total, element) : And(total, element);
    }
    return total;
  }

  // Why the loop as a whole has no value; true where it has one.
  Verdict blocked() const { return too_many_ ? Verdict::Error(kTooManyIterations) : blocked_; }

 private:
  size_t variables() const { return expr_.args.size() - 1; }
  const ExprPtr& body() const { return expr_.args.back(); }
  bool Ended() const { return too_many_ || blocked_.is(Truth::kError) || evaluation_.exhausted(); }

  bool Bind(size_t variable, Value value) {
    if (++visited_ > limits::kIterationsMax) {
      too_many_ = true;
      return false;
    }
    evaluation_.slot(expr_.index + static_cast<int>(variable)) = std::move(value);
    return evaluation_.Spend(1);
  }

  Evaluation& evaluation_;
  const Expr& expr_;
  size_t visited_ = 0;
  bool too_many_ = false;
  Verdict blocked_ = Verdict::Of(true);
};

}  // namespace

Value Evaluation::For(const Expr& expr) {
  Nest nest(*this, expr);
  std::vector<Value> values;
  nest.Collect(0, &values);
  if (!nest.blocked().is(Truth::kTrue)) return ToValue(nest.blocked());
  return Value::List(std::move(values));
}

Verdict Evaluation::Quantified(const Expr& expr) {
  Nest nest(*this, expr);
  const Verdict total = nest.Quantify(0);
  return nest.blocked().is(Truth::kTrue) ? total : nest.blocked();
}

}  // namespace zhida::feel

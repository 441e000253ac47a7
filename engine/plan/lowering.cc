#include "engine/plan/lowering.h"

#include <utility>

namespace zhida::plan {

using feel::Expr;
using feel::Expression;
using feel::ExprPtr;
using feel::Op;

namespace {

// More stretches of an event date than this are left to the interpreter: every one is a copy of the
// condition.
constexpr size_t kEventStretchesMax = 16;

}  // namespace

Lowering::Lowering(const pack::Pack& pack, Date as_of)
    : pack_(pack),
      model_(pack.model),
      as_of_(as_of),
      graph_(static_cast<int>(pack.schema.facts.size())),
      reads_(pack.model) {}

Where Lowering::WhereOf(const pack::Policy& policy) const {
  Where where;
  where.year = policy.year.value_or(as_of_.civil().year);
  where.event_fact = policy.event_fact >= 0 ? policy.event_fact : kNone;
  if (where.event_fact == kNone) where.event_day = as_of_;
  return where;
}

int Lowering::ContextOf(const Where& where) {
  Context context;
  context.year = where.year;
  context.event = where.event_day.value_or(as_of_);
  context.event_fact = where.event_day ? kNone : where.event_fact;
  return graph_.AddContext(context);
}

feel::Dates Lowering::DatesOf(const Where& where) const {
  feel::Dates dates;
  dates.as_of = as_of_;
  dates.year = where.year;
  dates.event = Value::OfDate(where.event_day.value_or(as_of_));
  return dates;
}

bool Lowering::IsConstant(const Expr& expr, const Where& where) {
  const Reads reads = reads_.Of(expr);
  return reads.facts.empty() && (!reads.dated || where.event_day);
}

Value Lowering::ConstantValue(const Expr& expr, const Where& where) {
  OneFact nobody(kNone, Value());
  feel::Interpreter interpreter(model_, nobody, feel::Reading::kPromised, DatesOf(where));
  Expression expression;
  expression.root = std::make_shared<Expr>(expr);
  expression.slot_count = SlotCount(expr);
  return interpreter.Evaluate(expression);
}

NodeId Lowering::Truth(const ExprPtr& expr, const Where& where) {
  if (where.list != kNone && !ReadsItems(reads_.Of(*expr))) {
    Where of_subject = where;
    of_subject.list = kNone;
    return graph_.LiftNode(Truth(expr, of_subject), where.list);
  }
  switch (expr->op) {
    case Op::kAnd:
    case Op::kOr: {
      std::vector<NodeId> parts;
      for (const ExprPtr& arg : expr->args) parts.push_back(Truth(arg, where));
      return expr->op == Op::kAnd ? graph_.And(std::move(parts)) : graph_.Or(std::move(parts));
    }
    case Op::kNot:
      return graph_.Not(Truth(expr->args[0], where));
    case Op::kIf: {
      const NodeId condition = Truth(expr->args[0], where);
      return graph_.If(condition, Truth(expr->args[1], where), Truth(expr->args[2], where));
    }
    case Op::kIn: {
      // The tests look at the subject through a slot; with the subject in its place each is a condition of
      // its own.
      // Of one text it is a single test.
      if (HasBinders(*expr->args[0]) || IsOfOneText(*expr)) return Leaf(expr, where);
      std::vector<NodeId> tests;
      for (size_t i = 1; i < expr->args.size(); ++i) {
        tests.push_back(Truth(Substitute(expr->args[i], expr->index, expr->args[0]), where));
      }
      return graph_.Or(std::move(tests));
    }
    case Op::kDefinition:
      if (model_.definitions[static_cast<size_t>(expr->index)].expression.root) {
        return DefinitionTruth(expr->index, where);
      }
      return Leaf(expr, where);
    default:
      return Leaf(expr, where);
  }
}

bool Lowering::IsOfOneText(const Expr& expr) {
  const Reads reads = reads_.Of(expr);
  if (reads.facts.size() != 1 || reads.dated) return false;
  const pack::FactKind kind = SourceType(*reads.facts.begin()).kind;
  return kind == pack::FactKind::kString || kind == pack::FactKind::kCode;
}

NodeId Lowering::DefinitionTruth(int definition, const Where& where) {
  const std::pair<int, int> key{definition, ContextOf(where)};
  auto known = definition_nodes_.find(key);
  if (known != definition_nodes_.end()) return known->second;
  const NodeId node = Truth(model_.definitions[static_cast<size_t>(definition)].expression.root, where);
  definition_nodes_.emplace(key, node);
  return node;
}

NodeId Lowering::Leaf(const ExprPtr& written, const Where& where) {
  const ExprPtr expr = WithMembers(written);
  const Reads reads = reads_.Of(*expr);
  if (reads.dated && !where.event_day) {
    if (reads_.SurelyDated(*expr)) return LeafByEventDay(written, reads, where);
    // Without an event date some evaluations of it have an answer, and others have none.
    const NodeId node = Comparison(*expr, where);
    return node == kNone ? LeafToInterpreter(written, where) : node;
  }
  if (reads.facts.empty()) {
    const Value value = ConstantValue(*expr, where);
    // An error in a constant is reported for the pair that meets it, so the judge has to see it.
    return graph_.Constant(value.truth());
  }
  if (expr->op == Op::kSome || expr->op == Op::kEvery) {
    if (NodeId node = Quantified(*expr, where); node != kNone) return node;
  }
  if (NodeId node = Contains(*expr, where); node != kNone) return node;
  if (NodeId node = Comparison(*expr, where); node != kNone) return node;
  if (NodeId node = TableTest(expr, reads, where); node != kNone) return node;
  if (reads.facts.size() == 1) {
    const int fact = *reads.facts.begin();
    const pack::FactKind kind = SourceType(fact).kind;
    NodeId node = kNone;
    if (kind == pack::FactKind::kString || kind == pack::FactKind::kCode) {
      Expression expression;
      expression.root = expr;
      expression.slot_count = SlotCount(*expr);
      node = graph_.TestText(graph_.TextColumn(fact), expression, ContextOf(where));
    } else if (kind == pack::FactKind::kBoolean) {
      node = TabulateBoolean(expr, fact, where);
    } else if (kind == pack::FactKind::kDate) {
      node = TabulateDate(expr, fact, where);
    }
    if (node != kNone) return node;
  }
  return LeafToInterpreter(written, where);
}

NodeId Lowering::LeafToInterpreter(const ExprPtr& lowered, const Where& where) {
  if (where.list != kNone) {
    // The interpreter knows no items; the whole condition on the list is left to it.
    items_failed_ = true;
    return graph_.Constant(zhida::Truth::kError);
  }
  const ExprPtr expr = AsWritten(lowered);
  Expression expression;
  expression.root = expr;
  expression.slot_count = SlotCount(*expr);
  Reads reads = reads_.Of(*expr);
  if (!where.event_day) reads.facts.insert(where.event_fact);
  return graph_.TestExpression(expression, ContextOf(where), {reads.facts.begin(), reads.facts.end()});
}

// The event date's line is cut where something dated changes; on each stretch the condition is lowered with a
// fixed day. An unknown event date leaves the outermost `if` unknown, as a read of anything dated would be.
NodeId Lowering::LeafByEventDay(const ExprPtr& expr, const Reads& reads, const Where& where) {
  if (reads.boundaries.size() >= kEventStretchesMax) return LeafToInterpreter(expr, where);
  Where stretch = where;
  const std::vector<Date> boundaries(reads.boundaries.begin(), reads.boundaries.end());
  // Past the last boundary first, since the chain is built from its end.
  stretch.event_day = boundaries.empty() ? as_of_ : boundaries.back();
  NodeId chain = Truth(expr, stretch);
  for (size_t i = boundaries.size(); i-- > 0;) {
    stretch.event_day = i == 0 ? Date{boundaries[0].days - 1} : boundaries[i - 1];
    chain = graph_.If(EventBefore(where.event_fact, boundaries[i]), Truth(expr, stretch), chain);
  }
  if (boundaries.empty()) {
    GraphBuilder::Stretch any;
    const ColumnId event = graph_.NumberColumn(graph_.Fact(where.event_fact, 0), kNone);
    chain = graph_.If(graph_.TestNumber(event, {any}, zhida::Truth::kError), chain, chain);
  }
  return chain;
}

NodeId Lowering::EventBefore(int event_fact, Date day) {
  GraphBuilder::Stretch before;
  before.has_high = true;
  before.high = Decimal::FromInt(day.days);
  before.high_closed = false;
  return graph_.TestNumber(graph_.NumberColumn(graph_.Fact(event_fact, 0), kNone), {before},
                           zhida::Truth::kError);
}

namespace {

GraphBuilder::Stretch StretchOf(const feel::Period& period) {
  GraphBuilder::Stretch stretch;
  if (period.from) {
    stretch.has_low = true;
    stretch.low = Decimal::FromInt(period.from->days);
  }
  if (period.to) {
    stretch.has_high = true;
    stretch.high = Decimal::FromInt(period.to->days);
    stretch.high_closed = true;
  }
  return stretch;
}

}  // namespace

NodeId Lowering::InForce(const pack::Policy& policy) {
  if (!policy.valid) return kNone;
  if (policy.event_fact < 0) return graph_.Constant(ToTruth(policy.valid->Covers(as_of_)));
  return graph_.TestNumber(graph_.NumberColumn(graph_.Fact(policy.event_fact, 0), kNone),
                           {StretchOf(*policy.valid)}, zhida::Truth::kError);
}

NodeId Lowering::Open(const pack::Policy& policy) {
  if (!policy.window) return kNone;
  return graph_.Constant(ToTruth(policy.window->Covers(as_of_)));
}

}  // namespace zhida::plan

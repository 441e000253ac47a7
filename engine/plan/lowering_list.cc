// Structures and lists. What is asked of each item becomes conditions on the members of the items, which
// belong to the list and not to the subject; some, every and counts bring the answers back.

#include <algorithm>
#include <utility>

#include "engine/feel/builtins.h"
#include "engine/plan/lowering.h"

namespace zhida::plan {

using feel::Expr;
using feel::ExprPtr;
using feel::Op;
using pack::FactKind;

namespace {

bool ReadsSlot(const Expr& expr, int slot) {
  if (expr.op == Op::kLocal && expr.index == slot) return true;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [slot](const ExprPtr& arg) { return arg && ReadsSlot(*arg, slot); });
}

}  // namespace

ExprPtr LiteralOf(const Value& value, const feel::TypePtr& type) {
  auto literal = std::make_shared<Expr>();
  literal->op = Op::kLiteral;
  literal->type = type;
  literal->literal = value;
  return literal;
}

const pack::FactType& Lowering::SourceType(int source) const {
  const int facts = graph_.graph().fact_count;
  if (source < facts) return *pack_.schema.facts[static_cast<size_t>(source)].type;
  return *graph_.graph().parts[static_cast<size_t>(source - facts)].type;
}

bool Lowering::ReadsItems(const Reads& reads) const {
  const Graph& graph = graph_.graph();
  return std::any_of(reads.facts.begin(), reads.facts.end(), [&](int source) {
    return source >= graph.fact_count && graph.parts[static_cast<size_t>(source - graph.fact_count)].of_items;
  });
}

ExprPtr Lowering::SourceOf(const Expr& expr, Part part) {
  auto source = std::make_shared<Expr>();
  source->op = Op::kFact;
  source->type = expr.type;
  source->span = expr.span;
  source->index = graph_.AddPart(std::move(part));
  return source;
}

ExprPtr Lowering::MemberSource(const Expr& expr, int fact, const pack::FactType& structure, bool of_items) {
  for (size_t i = 0; i < structure.members.size(); ++i) {
    if (structure.members[i].id != expr.text) continue;
    return SourceOf(expr, {fact, static_cast<int>(i), of_items, structure.members[i].type});
  }
  return nullptr;
}

// `expr` with the members of structure facts as sources.
ExprPtr Lowering::WithMembers(const ExprPtr& expr) {
  if (!expr) return expr;
  if (expr->op == Op::kMember && expr->args[0]->op == Op::kFact) {
    const int fact = expr->args[0]->index;
    const pack::FactType& type = SourceType(fact);
    if (type.kind == FactKind::kStruct && fact < graph_.graph().fact_count) {
      if (ExprPtr source = MemberSource(*expr, fact, type, false)) return source;
    }
  }
  std::vector<ExprPtr> args;
  bool changed = false;
  for (const ExprPtr& arg : expr->args) {
    args.push_back(WithMembers(arg));
    changed |= args.back() != arg;
  }
  if (!changed) return expr;
  auto copy = std::make_shared<Expr>(*expr);
  copy->args = std::move(args);
  return copy;
}

// The other way round, for the interpreter, which knows facts only.
ExprPtr Lowering::AsWritten(const ExprPtr& expr) {
  if (!expr) return expr;
  const Graph& graph = graph_.graph();
  if (expr->op == Op::kFact && expr->index >= graph.fact_count) {
    const Part& part = graph.parts[static_cast<size_t>(expr->index - graph.fact_count)];
    const pack::FactType& structure = *pack_.schema.facts[static_cast<size_t>(part.fact)].type;
    auto fact = std::make_shared<Expr>();
    fact->op = Op::kFact;
    fact->type = model_.facts[static_cast<size_t>(part.fact)].type;
    fact->span = expr->span;
    fact->index = part.fact;
    auto member = std::make_shared<Expr>();
    member->op = Op::kMember;
    member->type = expr->type;
    member->span = expr->span;
    member->args = {std::move(fact)};
    member->text = structure.members[static_cast<size_t>(part.member)].id;
    return member;
  }
  auto copy = std::make_shared<Expr>(*expr);
  for (ExprPtr& arg : copy->args) arg = AsWritten(arg);
  return copy;
}

// `expr` with the members of slot `slot`, or the slot itself where the items are plain values, as sources.
// Other uses of the slot stay; whoever calls looks for them.
ExprPtr Lowering::BoundItem(const ExprPtr& expr, int slot, int list) {
  if (!expr) return expr;
  const pack::FactType& items = *SourceType(list).element;
  const bool structure = items.kind == FactKind::kStruct;
  const bool is_item = expr->op == Op::kLocal && expr->index == slot;
  if (is_item) return structure ? expr : SourceOf(*expr, {list, kNone, true, SourceType(list).element});
  const bool is_member =
      expr->op == Op::kMember && expr->args[0]->op == Op::kLocal && expr->args[0]->index == slot;
  if (is_member && structure) {
    if (ExprPtr source = MemberSource(*expr, list, items, true)) return source;
  }
  auto copy = std::make_shared<Expr>(*expr);
  for (ExprPtr& arg : copy->args) arg = BoundItem(arg, slot, list);
  return copy;
}

NodeId Lowering::OnItems(const ExprPtr& expr, Where where) {
  const bool outer = std::exchange(items_failed_, false);
  const NodeId node = Truth(expr, where);
  return std::exchange(items_failed_, outer) ? kNone : node;
}

NodeId Lowering::Quantified(const Expr& expr, const Where& where) {
  if (expr.args.size() != 2) return kNone;
  const bool some = expr.op == Op::kSome;
  const ExprPtr& domain = expr.args[0];
  const ExprPtr& body = expr.args[1];
  if (domain->op != Op::kIterationRange && IsConstant(*domain, where)) {
    const Value list = ConstantValue(*domain, where);
    if (list.kind() != ValueKind::kList || list.list().size() > kUnrolledMax) return kNone;
    std::vector<NodeId> parts;
    for (const Value& item : list.list()) {
      if (item.blocked()) return kNone;
      parts.push_back(Truth(Substitute(body, expr.index, LiteralOf(item, domain->type->element)), where));
    }
    return some ? graph_.Or(std::move(parts)) : graph_.And(std::move(parts));
  }
  if (domain->op != Op::kFact || where.list != kNone) return kNone;
  Where of_items = where;
  of_items.list = domain->index;
  const ExprPtr bound = BoundItem(body, expr.index, domain->index);
  if (ReadsSlot(*bound, expr.index)) return kNone;
  const NodeId part = OnItems(bound, of_items);
  return part == kNone ? kNone : graph_.Quantified(some, domain->index, part);
}

// Does a list fact hold this value? Some item is equal to it.
NodeId Lowering::Contains(const Expr& expr, const Where& where) {
  if (expr.op != Op::kCall || where.list != kNone || expr.args.size() != 2) return kNone;
  if (feel::Builtins()[static_cast<size_t>(expr.index)].name != "list contains") return kNone;
  const Expr& list = *expr.args[0];
  if (list.op != Op::kFact || list.index >= graph_.graph().fact_count || !IsConstant(*expr.args[1], where)) {
    return kNone;
  }
  const pack::FactType& type = SourceType(list.index);
  if (type.kind != FactKind::kList || type.element->kind == FactKind::kStruct) return kNone;
  Where of_items = where;
  of_items.list = list.index;
  auto item = std::make_shared<Expr>(list);
  item->type = list.type->element;
  auto equal = std::make_shared<Expr>(expr);
  equal->op = Op::kEqual;
  equal->args = {SourceOf(*item, {list.index, kNone, true, type.element}), expr.args[1]};
  const NodeId part = OnItems(equal, of_items);
  return part == kNone ? kNone : graph_.Holds(list.index, part);
}

NumberId Lowering::Count(const Expr& expr, const Where& where) {
  if (where.list != kNone || expr.args.size() != 1) return kNone;
  const Expr& filter = *expr.args[0];
  if (filter.op == Op::kFact) return graph_.Count(filter.index, graph_.Constant(zhida::Truth::kTrue));
  if (filter.op != Op::kFilter || filter.args[0]->op != Op::kFact) return kNone;
  Where of_items = where;
  of_items.list = filter.args[0]->index;
  const ExprPtr bound = BoundItem(filter.args[1], filter.index, of_items.list);
  if (ReadsSlot(*bound, filter.index)) return kNone;
  const NodeId condition = OnItems(bound, of_items);
  return condition == kNone ? kNone : graph_.Count(of_items.list, condition);
}

bool Lowering::ItemParts(const feel::Expression& list, Where* where) const {
  if (!list.root || list.root->op != Op::kFact) return false;
  where->list = list.root->index;
  return SourceType(where->list).kind == FactKind::kList;
}

NodeId Lowering::ItemTruth(const feel::Expression& expression, const Where& where) {
  const ExprPtr bound = BoundItem(expression.root, 0, where.list);
  return ReadsSlot(*bound, 0) ? kNone : OnItems(bound, where);
}

NumberId Lowering::ItemNumber(const feel::Expression& expression, const Where& where) {
  const ExprPtr bound = BoundItem(expression.root, 0, where.list);
  if (ReadsSlot(*bound, 0)) return kNone;
  const bool outer = std::exchange(items_failed_, false);
  const NumberId number = NumberOf(bound, where);
  return std::exchange(items_failed_, outer) ? kNone : number;
}

}  // namespace zhida::plan

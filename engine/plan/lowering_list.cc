// Lists: what is asked of each item becomes conditions on the members of the items, which belong to the list
// and not to the subject; some, every and counts bring the answers back.

#include <algorithm>
#include <utility>

#include "engine/plan/lowering.h"

namespace zhida::plan {

using feel::Expr;
using feel::ExprPtr;
using feel::Op;
using pack::FactKind;

namespace {

// A quantifier over a longer constant list is left to the interpreter.
constexpr size_t kUnrolledMax = 64;

bool ReadsSlot(const Expr& expr, int slot) {
  if (expr.op == Op::kLocal && expr.index == slot) return true;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [slot](const ExprPtr& arg) { return arg && ReadsSlot(*arg, slot); });
}

}  // namespace

const pack::FactType& Lowering::SourceType(int source) const {
  const int facts = graph_.graph().fact_count;
  if (source < facts) return *pack_.schema.facts[static_cast<size_t>(source)].type;
  return *graph_.graph().items[static_cast<size_t>(source - facts)].type;
}

bool Lowering::ReadsItems(const Reads& reads) const {
  return !reads.facts.empty() && *reads.facts.rbegin() >= graph_.graph().fact_count;
}

ExprPtr Lowering::ItemSource(const Expr& expr, int list, int member) {
  const pack::FactType& items = *SourceType(list).element;
  Item item;
  item.list = list;
  item.member = member;
  item.type = member == kNone ? SourceType(list).element : items.members[static_cast<size_t>(member)].type;
  auto source = std::make_shared<Expr>();
  source->op = Op::kFact;
  source->type = expr.type;
  source->span = expr.span;
  source->index = graph_.AddItem(std::move(item));
  return source;
}

// `expr` with the members of slot `slot`, or the slot itself where the items are plain values, as sources.
// Other uses of the slot stay; whoever calls looks for them.
ExprPtr Lowering::BoundItem(const ExprPtr& expr, int slot, int list) {
  if (!expr) return expr;
  const pack::FactType& items = *SourceType(list).element;
  const bool structure = items.kind == FactKind::kStruct;
  const bool is_item = expr->op == Op::kLocal && expr->index == slot;
  if (is_item) return structure ? expr : ItemSource(*expr, list, kNone);
  const bool is_member =
      expr->op == Op::kMember && expr->args[0]->op == Op::kLocal && expr->args[0]->index == slot;
  if (is_member && structure) {
    for (size_t i = 0; i < items.members.size(); ++i) {
      if (items.members[i].id == expr->text) return ItemSource(*expr, list, static_cast<int>(i));
    }
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
  const Reads reads = reads_.Of(*domain);
  if (reads.facts.empty() && domain->op != Op::kIterationRange && (!reads.dated || where.event_day)) {
    const Value list = ConstantValue(*domain, where);
    if (list.kind() != ValueKind::kList || list.list().size() > kUnrolledMax) return kNone;
    std::vector<NodeId> parts;
    for (const Value& item : list.list()) {
      if (item.blocked()) return kNone;
      auto literal = std::make_shared<Expr>();
      literal->op = Op::kLiteral;
      literal->type = domain->type->element;
      literal->literal = item;
      parts.push_back(Truth(Substitute(body, expr.index, literal), where));
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

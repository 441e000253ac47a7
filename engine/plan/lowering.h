// Lowering: typed trees to the predicate graph. One rule guards it: a node may answer true, false or unknown
// only where the interpreter would; everything else is left to the interpreter (a column of kind
// kExpression), and never guessed.
//
// lowering.cc        truth: connectives, definitions, leaves and the order in which paths are tried
// lowering_number.cc numbers and comparisons of numbers and dates
// lowering_table.cc  decision tables
// lowering_list.cc   members of structures; some, every and counts over the items of a list
// tabulate.cc        conditions on one fact of a small domain, answered by asking the interpreter about each
// member
//
// Bound to one pack and one as-of date; one thread.
#ifndef ZHIDA_ENGINE_PLAN_LOWERING_H_
#define ZHIDA_ENGINE_PLAN_LOWERING_H_

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/pack/pack.h"
#include "engine/plan/graph.h"
#include "engine/plan/reads.h"

namespace zhida::plan {

// Where an expression stands: its Y, its event fact, and the event day it is being lowered for.
struct Where {
  int64_t year = 0;
  int event_fact = kNone;
  std::optional<Date>
      event_day;     // set within one stretch of the event date's line; always set without an event fact
  int list = kNone;  // the list whose items the expression is about
};

class Lowering {
 public:
  Lowering(const pack::Pack& pack, Date as_of);

  Where WhereOf(const pack::Policy& policy) const;
  NodeId Truth(const feel::ExprPtr& expr, const Where& where);
  // kNone where the number has no vector form.
  NumberId NumberOf(const feel::ExprPtr& expr, const Where& where);
  // What a policy pays for each item of a list: the item is slot 0 of the expressions. False where the list,
  // or what is asked of its items, has no such form.
  bool ItemParts(const feel::Expression& list, Where* where) const;
  NodeId ItemTruth(const feel::Expression& expression, const Where& where);     // kNone: no such form
  NumberId ItemNumber(const feel::Expression& expression, const Where& where);  // kNone: no such form
  // The implicit clauses.
  NodeId InForce(const pack::Policy& policy);
  NodeId Open(const pack::Policy& policy);

  GraphBuilder& builder() { return graph_; }
  const ReadsIndex& reads() const { return reads_; }
  ReadsIndex& reads() { return reads_; }

 private:
  // lowering.cc
  NodeId Leaf(const feel::ExprPtr& expr, const Where& where);
  NodeId LeafByEventDay(const feel::ExprPtr& expr, const Reads& reads, const Where& where);
  NodeId LeafToInterpreter(const feel::ExprPtr& expr, const Where& where);
  NodeId DefinitionTruth(int definition, const Where& where);
  NodeId EventBefore(int event_fact, Date day);
  int ContextOf(const Where& where);
  feel::Dates DatesOf(const Where& where) const;
  Value ConstantValue(const feel::Expr& expr, const Where& where);
  // True if it is one value here: it reads no facts, nor anything dated while the day is open.
  bool IsConstant(const feel::Expr& expr, const Where& where);

  // lowering_number.cc
  NumberId Convert(const Value& value);
  NumberId NumberLeaf(const feel::ExprPtr& expr, const Where& where);
  NumberId NumberSum(const feel::ExprPtr& expr, const Where& where);
  NumberId NumberQuotient(const feel::ExprPtr& expr, const Where& where);
  NumberId SeriesNumber(const feel::Expr& expr, const Where& where);
  NumberId NumberCall(const feel::Expr& expr, const Where& where);
  NumberId NumberByEventDay(const feel::ExprPtr& expr, const Reads& reads, const Where& where);
  NumberId SumOf(const feel::Expr& loop, const Where& where);
  NumberId Fold(Number::Kind kind, const std::vector<feel::ExprPtr>& args, const Where& where);
  NodeId Comparison(const feel::Expr& expr, const Where& where);
  NodeId CompareColumn(const feel::ExprPtr& side, feel::Op op, const Value& bound, const Where& where);
  NodeId InRange(const feel::Expr& expr, const Where& where);
  NodeId InConstants(const feel::Expr& expr, const Where& where);
  ColumnId ColumnOf(const feel::ExprPtr& expr, const Where& where);

  // lowering_list.cc
  bool IsOfOneText(const feel::Expr& expr);
  NodeId Contains(const feel::Expr& expr, const Where& where);  // or kNone
  NodeId Quantified(const feel::Expr& expr, const Where& where);
  NumberId Count(const feel::Expr& expr, const Where& where);
  feel::ExprPtr BoundItem(const feel::ExprPtr& expr, int slot, int list);
  feel::ExprPtr WithMembers(const feel::ExprPtr& expr);
  feel::ExprPtr AsWritten(const feel::ExprPtr& expr);
  feel::ExprPtr SourceOf(const feel::Expr& expr, Part part);
  feel::ExprPtr MemberSource(const feel::Expr& expr, int fact, const pack::FactType& structure,
                             bool of_items);
  // Lowers a condition on items; kNone where some part of it has no form on planes.
  NodeId OnItems(const feel::ExprPtr& expr, Where where);

  const pack::FactType& SourceType(int source) const;
  bool ReadsItems(const Reads& reads) const;

  // lowering_table.cc
  ColumnId TableOf(int definition, const Where& where);
  NodeId TableTest(const feel::ExprPtr& expr, const Reads& reads, const Where& where);
  NumberId TableNumber(int definition, const Where& where);
  NumberId TableFormulas(const feel::Table& table, const Where& where);

  // tabulate.cc
  NodeId TabulateBoolean(const feel::ExprPtr& expr, int fact, const Where& where);
  NodeId TabulateDate(const feel::ExprPtr& expr, int fact, const Where& where);

  const pack::Pack& pack_;
  const feel::Model& model_;
  Date as_of_;
  GraphBuilder graph_;
  ReadsIndex reads_;
  std::map<std::pair<int, int>, NodeId> definition_nodes_;  // definition, context
  std::map<std::pair<int, int>, NumberId> definition_numbers_;
  std::set<std::pair<int, int>> not_tables_;  // definition, context without table form
  bool items_failed_ = false;                 // a condition on items has no form on planes
};

// Loops over longer constant lists are left to the interpreter.
inline constexpr size_t kUnrolledMax = 64;
feel::ExprPtr LiteralOf(const Value& value, const feel::TypePtr& type);

// The period that a value of FEEL names in a series, as at() reads it.
std::optional<int32_t> SeriesKey(PeriodKind kind, const Value& period);

// A subject of whom one fact is known, for asking the interpreter about single values.
class OneFact : public feel::FactSource {
 public:
  OneFact(int fact, Value value) : fact_(fact), value_(std::move(value)) {}
  Value Get(int fact, feel::Reading) const override {
    return fact == fact_ ? value_ : Value::Unknown(Cause::kMissing);
  }

 private:
  int fact_;
  Value value_;
};

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_LOWERING_H_

#include "engine/explain/sufficient.h"

#include <algorithm>

#include "engine/feel/operators.h"
#include "engine/feel/verdict.h"

namespace zhida::explain {
namespace {

using feel::Expr;
using feel::ExprPtr;
using feel::Op;
using pack::Clause;

constexpr size_t kSetsMax = 512;

// Operators whose value is known as soon as all their operands are, and not before.
bool IsStrict(Op op) {
  switch (op) {
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
    case Op::kInRange:
    case Op::kInList:
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kPower:
    case Op::kNegate:
    case Op::kMember:
    case Op::kIndex:
    case Op::kCall:
      return true;
    default:
      return false;
  }
}

bool HoldsLocal(const Expr& expr) {
  if (expr.op == Op::kLocal) return true;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [](const ExprPtr& arg) { return arg != nullptr && HoldsLocal(*arg); });
}

}  // namespace

bool SmallerSet(FactSet a, FactSet b) {
  const int sizes = __builtin_popcountll(a) - __builtin_popcountll(b);
  if (sizes != 0) return sizes < 0;
  const FactSet differ = a ^ b;
  return (a & differ & (~differ + 1)) != 0;
}

std::vector<FactSet> Sufficient::Sets(const std::vector<Truth>& truths) {
  Sets_ sets = {0};
  const Value& event = interpreter_.dates().event;
  if (policy_.valid && event.is_unknown()) {
    const auto found = std::find(unknown_.begin(), unknown_.end(), policy_.event_fact);
    if (found == unknown_.end()) return {};
    sets = {FactSet{1} << (found - unknown_.begin())};
  }
  for (size_t i = 0; i < policy_.clauses.size(); ++i) {
    const Clause& clause = policy_.clauses[i];
    // Settled already. Of a group that holds, a part may yet be named.
    const bool settled = truths[i] == Truth::kTrue && clause.form == Clause::Form::kWhen;
    if (!settled || clause.later_allowed) sets = Both(sets, OfClause(clause, true));
  }
  if (policy_.amount) sets = Both(sets, OfAmount(*policy_.amount));
  return sets;
}

std::vector<FactSet> Sufficient::OfClause(const Clause& clause, bool want) {
  Sets_ sets;
  switch (clause.form) {
    case Clause::Form::kWhen:
      sets = OfTruth(PartOf(clause.when), want);
      break;
    case Clause::Form::kAll:
    case Clause::Form::kAny:
    case Clause::Form::kNone: {
      const bool part_want = clause.form == Clause::Form::kNone ? !want : want;
      const bool every = (clause.form == Clause::Form::kAll) == part_want;
      if (every) sets = {0};
      for (const Clause& part : clause.parts) {
        const Sets_ more = OfClause(part, part_want);
        sets = every ? Both(sets, more) : Either(std::move(sets), more);
      }
      break;
    }
  }
  // What may be supplied later counts as true while it is unknown.
  if (clause.later_allowed && want && TruthOf(clause) == Truth::kUnknown) sets = Either(std::move(sets), {0});
  return sets;
}

Truth Sufficient::TruthOf(const Clause& clause) {
  if (clause.form == Clause::Form::kWhen)
    return feel::ToVerdict(Evaluate(interpreter_, PartOf(clause.when))).truth;
  Truth truth = ToTruth(clause.form == Clause::Form::kAll);
  for (const Clause& part : clause.parts) {
    const Truth part_truth = TruthOf(part);
    truth = clause.form == Clause::Form::kAll ? And(truth, part_truth) : Or(truth, part_truth);
  }
  return clause.form == Clause::Form::kNone ? Not(truth) : truth;
}

std::vector<FactSet> Sufficient::OfTruth(const Part& part, bool want) {
  const feel::Verdict now = feel::ToVerdict(Evaluate(interpreter_, part));
  if (!now.is(Truth::kUnknown)) return now.is(ToTruth(want)) ? Sets_{0} : Sets_{};
  std::vector<Part> parts;
  const Shape shape = ShapeOf(pack_.model, part, &parts);
  switch (shape) {
    case Shape::kNot:
      return OfTruth(parts[0], !want);
    case Shape::kNamed:
      return OfTruth(parts[0], want);
    case Shape::kAll:
    case Shape::kAny: {
      const bool every = (shape == Shape::kAll) == want;
      Sets_ sets;
      if (every) sets = {0};
      for (const Part& inner : parts) {
        const Sets_ more = OfTruth(inner, want);
        sets = every ? Both(sets, more) : Either(std::move(sets), more);
      }
      return sets;
    }
    case Shape::kAtom:
      break;
  }
  if (part.root->op == Op::kIf) {
    const Part yes = PartOf(part, part.root->args[1]);
    const Part no = PartOf(part, part.root->args[2]);
    const Part condition = PartOf(part, part.root->args[0]);
    return Either(Both(OfTruth(condition, true), OfTruth(yes, want)),
                  Both(OfTruth(condition, false), OfTruth(no, want)));
  }
  const bool over_nothing = (part.root->op == Op::kEvery) == want;
  if ((part.root->op == Op::kSome || part.root->op == Op::kEvery) && over_nothing) {
    // An empty list satisfies it, whatever is asked of the elements.
    FactSet lists = 0;
    for (size_t i = 0; i + 1 < part.root->args.size(); ++i)
      lists |= UnknownOf(PartOf(part, part.root->args[i]));
    if (lists != 0) return {lists};
  }
  return OfValue(part);
}

std::vector<FactSet> Sufficient::OfValue(const Part& part) {
  const Expr& expr = *part.root;
  if (HoldsLocal(expr)) return OfAll(part);
  const Value now = Evaluate(interpreter_, part);
  if (now.is_error()) return {};
  if (!now.is_unknown() && !feel::UnknownInside(now)) return {0};
  const auto arg = [&](size_t i) { return PartOf(part, expr.args[i]); };
  if (expr.op == Op::kIf) {
    return Either(Both(OfTruth(arg(0), true), OfValue(arg(1))),
                  Both(OfTruth(arg(0), false), OfValue(arg(2))));
  }
  if (expr.op == Op::kAnd || expr.op == Op::kOr || expr.op == Op::kNot)
    return Either(OfTruth(part, true), OfTruth(part, false));
  if (expr.op == Op::kDefinition) {
    const feel::Definition& definition = pack_.model.definitions[static_cast<size_t>(expr.index)];
    if (definition.table == nullptr && definition.expression.root != nullptr)
      return OfValue(PartOf(definition.expression));
    return OfAll(part);
  }
  const bool dated_call = expr.op == Op::kCall && interpreter_.dates().event.is_unknown();
  // A list with an unknown element may do for one function and not for another.
  const bool plain = std::none_of(expr.args.begin(), expr.args.end(), [](const ExprPtr& a) {
    return a != nullptr &&
           (a->type->kind == feel::TypeKind::kList || a->type->kind == feel::TypeKind::kStruct ||
            a->type->kind == feel::TypeKind::kSeries);
  });
  if (!IsStrict(expr.op) || dated_call || !plain) return OfAll(part);
  Sets_ sets = {0};
  for (size_t i = 0; i < expr.args.size(); ++i) {
    if (expr.args[i] != nullptr) sets = Both(sets, OfValue(arg(i)));
  }
  return sets;
}

std::vector<FactSet> Sufficient::OfAmount(const pack::AmountRule& rule) {
  Sets_ sets = {0};
  if (rule.per) {
    FactSet set = 0;
    for (const feel::Expression* part :
         {&rule.per->list, &rule.per->where, &rule.per->amount, &rule.floor, &rule.cap}) {
      if (part->root != nullptr) set |= UnknownOf(PartOf(*part));
    }
    return {set};
  }
  for (const feel::Expression* part : {&rule.amount, &rule.floor, &rule.cap}) {
    if (part->root != nullptr) sets = Both(sets, OfValue(PartOf(*part)));
  }
  return sets;
}

FactSet Sufficient::UnknownOf(const Part& part) const {
  const Looks looks = LooksOf(pack_.model, part);
  FactSet set = 0;
  const auto add = [&](int fact) {
    const auto found = std::lower_bound(unknown_.begin(), unknown_.end(), fact);
    if (found != unknown_.end() && *found == fact) set |= FactSet{1} << (found - unknown_.begin());
  };
  for (const int fact : looks.facts) add(fact);
  if (looks.dated() && policy_.event_fact >= 0) add(policy_.event_fact);
  return set;
}

// A table, or what else may settle before all that it looks at is known: any part of it may do. Of lists and
// structures, whose values are not tried, all are asked for.
std::vector<FactSet> Sufficient::OfAll(const Part& part) {
  const FactSet set = UnknownOf(part);
  if (set == 0) return {};
  constexpr int kTriedMax = 4;
  bool scalars = true;
  for (size_t i = 0; i < unknown_.size(); ++i) {
    if ((set >> i & 1) == 0) continue;
    const pack::FactKind kind = pack_.schema.facts[static_cast<size_t>(unknown_[i])].type->kind;
    scalars = scalars && kind != pack::FactKind::kList && kind != pack::FactKind::kStruct;
  }
  if (!scalars) return {set};
  if (__builtin_popcountll(set) > kTriedMax) {
    cut_ = true;
    return {set};
  }
  Sets_ sets;
  for (FactSet part_set = set; part_set != 0; part_set = (part_set - 1) & set) sets.push_back(part_set);
  Tidy(&sets);
  return sets;
}

std::vector<FactSet> Sufficient::Both(const Sets_& a, const Sets_& b) {
  Sets_ sets;
  for (const FactSet x : a) {
    for (const FactSet y : b) sets.push_back(x | y);
  }
  Tidy(&sets);
  return sets;
}

std::vector<FactSet> Sufficient::Either(Sets_ a, const Sets_& b) {
  a.insert(a.end(), b.begin(), b.end());
  Tidy(&a);
  return a;
}

// A set that holds another stays: what the smaller one wants may turn out to be forbidden.
void Sufficient::Tidy(Sets_* sets) {
  std::sort(sets->begin(), sets->end(), SmallerSet);
  sets->erase(std::unique(sets->begin(), sets->end()), sets->end());
  if (sets->size() <= kSetsMax) return;
  sets->resize(kSetsMax);
  cut_ = true;
}

}  // namespace zhida::explain

#include "engine/explain/lone_facts.h"

#include <algorithm>
#include <utility>

#include "engine/explain/condition.h"
#include "engine/explain/sufficient.h"
#include "engine/feel/operators.h"
#include "engine/feel/verdict.h"

namespace zhida::explain {
namespace {

using feel::Expr;
using feel::ExprPtr;
using feel::Op;
using feel::Reading;
using pack::Clause;
using pack::FactKind;

// So many facts stay within the search's bound: one tries at most three values a constant, and a few beside.
constexpr size_t kLoneMax = 12;
static_assert(kLoneMax * (3 * kConstantsMax + 8) < static_cast<size_t>(kJudgementsMax));

// The facts as they are, but for one.
class WithValue : public feel::FactSource {
 public:
  WithValue(const feel::FactSource& facts, int fact) : facts_(facts), fact_(fact) {}
  Value Get(int fact, Reading reading) const override {
    return fact == fact_ ? value_ : facts_.Get(fact, reading);
  }
  void Set(Value value) { value_ = std::move(value); }

 private:
  const feel::FactSource& facts_;
  int fact_;
  Value value_;
};

bool Reads(const Expr& expr, int fact) {
  if (expr.op == Op::kLocal || (expr.op == Op::kFact && expr.index == fact)) return true;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [fact](const ExprPtr& arg) { return arg != nullptr && Reads(*arg, fact); });
}

// Operators that are known once all their operands are.
bool IsTotal(Op op) {
  switch (op) {
    case Op::kFact:
    case Op::kLocal:
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
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kNegate:
      return true;
    default:
      return false;
  }
}

// The sort of constants that values of such facts are made from; nullopt: from none.
std::optional<size_t> SortOf(FactKind kind) {
  switch (kind) {
    case FactKind::kInteger:
    case FactKind::kDecimal:
    case FactKind::kRatio:
    case FactKind::kMoney:
      return 0;
    case FactKind::kDate:
      return 1;
    case FactKind::kString:
    case FactKind::kCode:
      return 2;
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<Missing> LoneFacts::Of(const pack::Policy& policy, const pack::JudgementDetail& detail,
                                     const pack::PossibleAmount& could) {
  if (detail.judgement.outcome != pack::Outcome::kUndetermined ||
      detail.judgement.reason != pack::Reason::kCondition || interpreter_.dates().event.is_unknown())
    return std::nullopt;
  size_t unknown = 0;
  if (!NeedsNoSearch(policy.clauses, &unknown)) return std::nullopt;
  if (policy.amount) {
    const pack::AmountRule& rule = *policy.amount;
    if (rule.per || !could.fen || could.at_most) return std::nullopt;
    for (const feel::Expression* part : {&rule.amount, &rule.floor, &rule.cap}) {
      if (!NeedsNoSearch(*part, &unknown)) return std::nullopt;
    }
  }
  if (unknown > kExactFactsMax) return std::nullopt;
  std::vector<Waiting> open;
  bool untried = false;
  for (const pack::ClauseTruth& truth : detail.clauses) {
    if (truth.depth > 0 || truth.truth == Truth::kTrue) continue;
    if (truth.truth != Truth::kUnknown || truth.clause == nullptr ||
        truth.clause->form != Clause::Form::kWhen)
      return std::nullopt;
    const Lone& lone = LoneOf(truth.clause->when);
    if (lone.holds == Holds::kNotTold) return std::nullopt;
    untried = untried || lone.holds == Holds::kUntried;
    open.push_back({truth.clause, &lone});
  }
  if (open.empty() || open.size() > kLoneMax) return std::nullopt;
  std::stable_sort(open.begin(), open.end(),
                   [](const Waiting& a, const Waiting& b) { return a.lone->fact < b.lone->fact; });
  Missing missing;
  for (size_t i = 0; i < open.size();) {
    size_t end = i + 1;
    while (end < open.size() && open[end].lone->fact == open[i].lone->fact) ++end;
    // Where one fact's values are not tried, none are.
    if (!untried && !MayBeTrue(policy, {open.data() + i, end - i})) return std::nullopt;
    missing.facts.push_back({open[i].lone->fact, open[i].lone->cause});
    i = end;
  }
  return missing;
}

bool LoneFacts::NeedsNoSearch(const std::vector<Clause>& clauses, size_t* unknown) {
  return std::all_of(clauses.begin(), clauses.end(), [&](const Clause& clause) {
    return !clause.later_allowed && NeedsNoSearch(clause.when, unknown) &&
           NeedsNoSearch(clause.parts, unknown);
  });
}

bool LoneFacts::NeedsNoSearch(const feel::Expression& expression, size_t* unknown) {
  if (expression.root == nullptr) return true;
  const Known& known = Of(expression);
  *unknown += known.unknown;
  return !known.searched;
}

LoneFacts::Known& LoneFacts::Of(const feel::Expression& expression) {
  const auto [entry, added] = known_.try_emplace(expression.root.get());
  Known& known = entry->second;
  if (!added) return known;
  const Looks looks = LooksOf(pack_.model, PartOf(expression));
  known.searched = looks.knowledge;
  known.definitions = looks.definitions;
  for (const int fact : looks.facts) {
    const Value value = facts_.Get(fact, Reading::kPromised);
    // A series that is known may lack the period that is asked for.
    if (!value.is_unknown() && value.kind() != ValueKind::kSeries && !feel::UnknownInside(value)) continue;
    ++known.unknown;
    known.fact = fact;
  }
  return known;
}

const LoneFacts::Lone& LoneFacts::LoneOf(const feel::Expression& condition) {
  Known& known = Of(condition);
  if (!known.lone) known.lone = FindLone(condition, known);
  return *known.lone;
}

const LoneFacts::Constants& LoneFacts::ConstantsOf(const feel::Expression& condition) {
  Known& known = Of(condition);
  if (!known.constants) {
    const Candidates own(pack_, condition, interpreter_);
    known.constants = {own.numbers().size(), own.days().size(), own.texts()};
  }
  return *known.constants;
}

LoneFacts::Lone LoneFacts::FindLone(const feel::Expression& condition, const Known& known) {
  Lone lone;
  if (known.unknown != 1 || known.definitions) return lone;
  lone.fact = known.fact;
  const Value value = facts_.Get(lone.fact, Reading::kPromised);
  const std::vector<int> unknown = {lone.fact};
  if (!value.is_unknown()) return lone;
  // The form asks for the fact, and for nothing else. Of a policy it would look at an event date that is not
  // known, of which there is none here.
  const pack::Policy any;
  Sufficient sufficient(pack_, any, interpreter_, unknown);
  if (sufficient.SetsOf(condition) != std::vector<FactSet>{1} || sufficient.cut()) return lone;
  lone.cause = value.cause();
  lone.holds = FindHolds(condition, lone.fact, &lone.constants);
  return lone;
}

LoneFacts::Holds LoneFacts::FindHolds(const feel::Expression& condition, int index, size_t* constants) {
  const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(index)];
  const FactKind kind = fact.type->kind;
  if (kind == FactKind::kList || kind == FactKind::kStruct) return Holds::kUntried;
  if (kind != FactKind::kBoolean && !SortOf(kind)) return Holds::kNotTold;
  WithValue facts(facts_, index);
  feel::Interpreter interpreter(pack_.model, facts, Reading::kPromised, interpreter_.dates());
  const auto holds = [&](const Value& value) {
    facts.Set(value);
    return feel::ToVerdict(interpreter.Evaluate(condition)).is(Truth::kTrue);
  };
  const bool decided = IsDecidedBy(condition.root, condition.slot_count, index);
  if (decided) {
    const std::vector<Value> common = CommonValues(fact);
    if (std::any_of(common.begin(), common.end(), holds)) return Holds::kCommon;
  }
  for (const Own& own : OwnValues(fact, condition)) {
    if (!decided && own.value.kind() != ValueKind::kString) return Holds::kNotTold;
    *constants = own.constants;
    if (holds(own.value)) return decided ? Holds::kOwn : Holds::kFirst;
    if (!decided) return Holds::kNotTold;
  }
  return Holds::kNotTold;
}

// Values that are tried in every policy. Codes that nobody names hang on what the policy names.
std::vector<Value> LoneFacts::CommonValues(const pack::Fact& fact) {
  if (fact.type->kind == FactKind::kCode) return {};
  return Candidates(pack_, feel::Expression(), interpreter_).Of(*fact.type, fact.nullable);
}

// Values made from the condition's own constants, in the order in which they are tried.
std::vector<LoneFacts::Own> LoneFacts::OwnValues(const pack::Fact& fact, const feel::Expression& condition) {
  std::vector<Own> all;
  const std::optional<size_t> sort = SortOf(fact.type->kind);
  if (!sort) return all;
  const Candidates own(pack_, condition, interpreter_);
  const std::vector<std::string>& texts = own.texts();
  for (Value& value : own.Of(*fact.type, false)) {
    size_t constants = *sort == 0 ? own.numbers().size() : own.days().size();
    if (value.kind() == ValueKind::kString) {
      const auto text = std::find(texts.begin(), texts.end(), value.string());
      if (text == texts.end()) continue;
      constants = static_cast<size_t>(text - texts.begin()) + 1;
    }
    all.push_back({std::move(value), constants});
  }
  return all;
}

// Whether the condition is known for every known value of the fact; the rest of it is what it is.
bool LoneFacts::IsDecidedBy(const ExprPtr& expr, int slot_count, int fact) {
  if (!Reads(*expr, fact)) {
    const Value value = Evaluate(interpreter_, {expr, slot_count, nullptr});
    return !value.is_unknown() && !feel::UnknownInside(value);
  }
  return IsTotal(expr->op) && std::all_of(expr->args.begin(), expr->args.end(), [&](const ExprPtr& arg) {
           return arg == nullptr || IsDecidedBy(arg, slot_count, fact);
         });
}

// Whether the search meets a value for which all of `waiting` hold, which wait for one fact.
bool LoneFacts::MayBeTrue(const pack::Policy& policy, std::span<const Waiting> waiting) {
  const Lone& lone = *waiting.front().lone;
  if (waiting.size() > 1) return MayBeTrueTogether(policy, waiting);
  if (lone.holds == Holds::kCommon) return true;
  if (!IsTried(policy, waiting.front(), lone.constants)) return false;
  return lone.holds == Holds::kOwn || IsFirst(policy.clauses, waiting.front());
}

bool LoneFacts::MayBeTrueTogether(const pack::Policy& policy, std::span<const Waiting> waiting) {
  const bool decided = std::all_of(waiting.begin(), waiting.end(), [](const Waiting& one) {
    return one.lone->holds == Holds::kCommon || one.lone->holds == Holds::kOwn;
  });
  if (!decided) return false;
  const int index = waiting.front().lone->fact;
  const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(index)];
  WithValue facts(facts_, index);
  feel::Interpreter interpreter(pack_.model, facts, Reading::kPromised, interpreter_.dates());
  const auto all_hold = [&](const Value& value) {
    facts.Set(value);
    return std::all_of(waiting.begin(), waiting.end(), [&](const Waiting& one) {
      return feel::ToVerdict(interpreter.Evaluate(one.clause->when)).is(Truth::kTrue);
    });
  };
  const std::vector<Value> common = CommonValues(fact);
  if (std::any_of(common.begin(), common.end(), all_hold)) return true;
  return std::any_of(waiting.begin(), waiting.end(), [&](const Waiting& one) {
    const std::vector<Own> own = OwnValues(fact, one.clause->when);
    return std::any_of(own.begin(), own.end(), [&](const Own& value) {
      return all_hold(value.value) && IsTried(policy, one, value.constants);
    });
  });
}

// Whether the search keeps so many constants of the clause: it keeps the first of the policy.
bool LoneFacts::IsTried(const pack::Policy& policy, const Waiting& waiting, size_t constants) {
  const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(waiting.lone->fact)];
  const size_t sort = SortOf(fact.type->kind).value_or(0);
  size_t before = 0;
  VisitBefore(policy.clauses, *waiting.clause, [&](const Constants& constants_before) {
    before += sort == 0   ? constants_before.numbers
              : sort == 1 ? constants_before.days
                          : constants_before.texts.size();
  });
  return before + constants <= kConstantsMax;
}

// Whether no earlier clause names a text that the fact may have.
bool LoneFacts::IsFirst(const std::vector<Clause>& clauses, const Waiting& waiting) {
  const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(waiting.lone->fact)];
  const feel::CodeList* list =
      fact.type->kind == FactKind::kCode ? pack_.model.FindCodeList(fact.type->code_list) : nullptr;
  bool first = true;
  VisitBefore(clauses, *waiting.clause, [&](const Constants& before) {
    first = first && std::none_of(before.texts.begin(), before.texts.end(), [&](const std::string& text) {
              return list == nullptr || list->Has(text);
            });
  });
  return first;
}

// The constants of the clauses before `until`; false once it is met.
bool LoneFacts::VisitBefore(const std::vector<Clause>& clauses, const Clause& until,
                            const std::function<void(const Constants&)>& visit) {
  return std::all_of(clauses.begin(), clauses.end(), [&](const Clause& clause) {
    if (&clause == &until) return false;
    if (clause.when.root != nullptr) visit(ConstantsOf(clause.when));
    return VisitBefore(clause.parts, until, visit);
  });
}

}  // namespace zhida::explain

#include "engine/explain/lone_facts.h"

#include <algorithm>
#include <utility>

#include "engine/feel/operators.h"
#include "engine/feel/verdict.h"

namespace zhida::explain {
namespace {

using feel::Reading;
using pack::Clause;
using pack::FactKind;

// So many facts stay within the search's bound: one tries at most three values a constant, and a few beside.
constexpr size_t kLoneMax = 12;
static_assert(kLoneMax * (3 * kConstantsMax + 8) < static_cast<size_t>(kJudgementsMax));

}  // namespace

std::optional<Missing> LoneFacts::Of(const pack::Policy& policy, const pack::JudgementDetail& detail,
                                     const pack::PossibleAmount& could, bool plain) {
  if (detail.judgement.outcome != pack::Outcome::kUndetermined ||
      detail.judgement.reason != pack::Reason::kCondition || interpreter_.dates().event.is_unknown())
    return std::nullopt;
  if (!plain && !NeedsNoSearch(policy, could)) return std::nullopt;
  std::vector<Waiting> open;  // by fact, those of one fact in the order written
  open.reserve(detail.clauses.size());
  bool untried = false;
  for (const pack::ClauseTruth& truth : detail.clauses) {
    if (truth.depth > 0 || truth.truth == Truth::kTrue) continue;
    if (truth.truth != Truth::kUnknown || truth.clause == nullptr ||
        truth.clause->form != Clause::Form::kWhen)
      return std::nullopt;
    const Known& known = LoneOf(truth.clause->when);
    if (known.lone->holds == Holds::kNotTold) return std::nullopt;
    untried = untried || known.lone->holds == Holds::kUntried;
    const auto place = std::upper_bound(open.begin(), open.end(), known.fact,
                                        [](int fact, const Waiting& other) { return fact < other.fact; });
    open.insert(place, {truth.clause, known.fact, known.cause, *known.lone});
  }
  if (open.empty() || open.size() > kLoneMax) return std::nullopt;
  Missing missing;
  missing.facts.reserve(open.size());
  for (size_t i = 0; i < open.size();) {
    size_t end = i + 1;
    while (end < open.size() && open[end].fact == open[i].fact) ++end;
    // Where one fact's values are not tried, none are.
    if (!untried && !MayBeTrue(policy, {open.data() + i, end - i})) return std::nullopt;
    missing.facts.push_back({open[i].fact, open[i].cause});
    i = end;
  }
  return missing;
}

bool LoneFacts::NeedsNoSearch(const pack::Policy& policy, const pack::PossibleAmount& could) {
  size_t unknown = 0;
  if (!NeedsNoSearch(policy.clauses, &unknown)) return false;
  if (policy.amount) {
    const pack::AmountRule& rule = *policy.amount;
    if (rule.per || !could.fen || could.at_most) return false;
    for (const feel::Expression* part : {&rule.amount, &rule.floor, &rule.cap}) {
      if (!NeedsNoSearch(*part, &unknown)) return false;
    }
  }
  return unknown <= kExactFactsMax;
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
  known.note = notes_ == nullptr ? nullptr : notes_->Of(expression);
  const Looks own = known.note == nullptr ? LooksOf(pack_.model, PartOf(expression)) : Looks();
  const Looks& looks = known.note == nullptr ? own : known.note->looks;
  known.searched = looks.knowledge;
  known.definitions = looks.definitions;
  for (const int fact : looks.facts) {
    const Value value = facts_.Get(fact, Reading::kPromised);
    // A series that is known may lack the period that is asked for.
    if (!value.is_unknown() && value.kind() != ValueKind::kSeries && !feel::UnknownInside(value)) continue;
    ++known.unknown;
    known.fact = fact;
    known.cause = value.is_unknown() ? value.cause() : Cause::kMissing;
  }
  return known;
}

const LoneFacts::Known& LoneFacts::LoneOf(const feel::Expression& condition) {
  Known& known = Of(condition);
  if (known.lone) return known;
  if (known.unknown != 1 || known.definitions) {
    known.lone.emplace();
  } else if (known.note != nullptr && known.note->lone &&
             facts_.Get(known.fact, Reading::kPromised).is_unknown()) {
    known.lone = known.note->lone;
  } else {
    known.lone = conditions_.Find(condition, known.fact);
  }
  return known;
}

const LoneFacts::Constants& LoneFacts::ConstantsOf(const feel::Expression& condition) {
  Known& known = Of(condition);
  if (!known.constants) {
    const Candidates own(pack_, condition, interpreter_);
    known.constants = {own.numbers().size(), own.days().size(), own.texts()};
  }
  return *known.constants;
}

// Whether the search meets a value for which all of `waiting` hold, which wait for one fact.
bool LoneFacts::MayBeTrue(const pack::Policy& policy, std::span<const Waiting> waiting) {
  const Lone& lone = waiting.front().lone;
  if (waiting.size() > 1) return MayBeTrueTogether(policy, waiting);
  if (lone.holds == Holds::kCommon) return true;
  if (!IsTried(policy, waiting.front(), lone.constants)) return false;
  return lone.holds == Holds::kOwn || IsFirst(policy.clauses, waiting.front());
}

bool LoneFacts::MayBeTrueTogether(const pack::Policy& policy, std::span<const Waiting> waiting) {
  const bool decided = std::all_of(waiting.begin(), waiting.end(), [](const Waiting& one) {
    return one.lone.holds == Holds::kCommon || one.lone.holds == Holds::kOwn;
  });
  if (!decided) return false;
  const int index = waiting.front().fact;
  const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(index)];
  WithValue facts(facts_, index);
  feel::Interpreter interpreter(pack_.model, facts, Reading::kPromised, interpreter_.dates());
  const auto all_hold = [&](const Value& value) {
    facts.Set(value);
    return std::all_of(waiting.begin(), waiting.end(), [&](const Waiting& one) {
      return feel::ToVerdict(interpreter.Evaluate(one.clause->when)).is(Truth::kTrue);
    });
  };
  const std::vector<Value> common = conditions_.CommonValues(fact);
  if (std::any_of(common.begin(), common.end(), all_hold)) return true;
  return std::any_of(waiting.begin(), waiting.end(), [&](const Waiting& one) {
    const std::vector<OwnValue> own = conditions_.OwnValues(fact, one.clause->when);
    return std::any_of(own.begin(), own.end(), [&](const OwnValue& value) {
      return all_hold(value.value) && IsTried(policy, one, value.constants);
    });
  });
}

// Whether the search keeps so many constants of the clause: it keeps the first of the policy.
bool LoneFacts::IsTried(const pack::Policy& policy, const Waiting& waiting, size_t constants) {
  const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(waiting.fact)];
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
  const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(waiting.fact)];
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

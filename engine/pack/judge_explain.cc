// What stands beside a judgement: the truth of every clause, what a promise carries, what is missing.
#include <algorithm>
#include <map>
#include <utility>

#include "engine/feel/operators.h"
#include "engine/pack/judging.h"
#include "engine/pack/policy_reads.h"
#include "engine/value/money.h"

namespace zhida::pack {
namespace {

using feel::Reading;
using feel::Verdict;

ClauseTruth Implicit(std::string_view id, const Verdict& verdict) {
  return {nullptr, id, 0, verdict.truth, verdict.cause, verdict.error};
}

// The first unknown inside a value, or the value's own cause.
std::optional<Cause> CauseWithin(const Value& value) {
  return value.is_unknown() ? std::optional<Cause>(value.cause()) : feel::UnknownInside(value);
}

// Collects the unknown facts that undecided expressions read.
class MissingReader {
 public:
  MissingReader(const feel::Model& model, feel::Interpreter& interpreter, int event_fact)
      : model_(model), interpreter_(interpreter), event_fact_(event_fact) {}

  void Add(const feel::Expression& expression, const std::vector<Value>& locals = {}) {
    if (expression.root == nullptr) return;
    feel::Trace trace;
    interpreter_.set_trace(&trace);
    interpreter_.Evaluate(expression, locals);
    interpreter_.set_trace(nullptr);
    for (const feel::Trace::FactRead& read : trace.facts) {
      if (const std::optional<Cause> cause = CauseWithin(read.value)) AddFact(read.fact, *cause);
    }
    PolicyReads reads(model_);
    reads.Add(expression);
    if (reads.dated()) AddEvent();
    // A known series may lack the one period that is asked for.
    for (const PolicyReads::PeriodRead& read : reads.period_reads()) {
      const bool was_read = std::any_of(trace.facts.begin(), trace.facts.end(), [&read](const auto& fact) {
        return fact.fact == read.fact && !fact.value.is_unknown();
      });
      const Value value = was_read ? interpreter_.Evaluate(read.call) : Value();
      if (value.is_unknown()) AddFact(read.fact, value.cause());
    }
  }

  void AddEvent() {
    const Value& event = interpreter_.dates().event;
    if (event_fact_ >= 0 && event.is_unknown()) AddFact(event_fact_, event.cause());
  }

  // Undecided clauses below one that is undecided.
  void Add(const Clause& clause, const std::map<const Clause*, Truth>& truths) {
    const auto truth = truths.find(&clause);
    if (truth == truths.end() || truth->second != Truth::kUnknown) return;
    Add(clause.when);
    for (const Clause& part : clause.parts) Add(part, truths);
  }

  void AddAmount(const AmountRule& rule) {
    if (!rule.per) {
      for (const feel::Expression* part : {&rule.amount, &rule.floor, &rule.cap}) Add(*part);
      return;
    }
    Add(rule.per->list);
    const Value list = interpreter_.Evaluate(rule.per->list);
    if (list.kind() != ValueKind::kList) return;
    for (const Value& element : list.list()) {
      for (const feel::Expression* part : {&rule.per->where, &rule.per->amount, &rule.floor, &rule.cap}) {
        Add(*part, {element});
      }
    }
  }

  std::vector<MissingFact> Take() const {
    std::vector<MissingFact> missing;
    for (const auto& [fact, cause] : causes_) missing.push_back({fact, cause});
    return missing;
  }

 private:
  void AddFact(int fact, Cause cause) {
    const auto [entry, added] = causes_.try_emplace(fact, cause);
    if (!added) entry->second = FirstCause(entry->second, cause);
  }

  const feel::Model& model_;
  feel::Interpreter& interpreter_;
  int event_fact_;
  std::map<int, Cause> causes_;  // in schema order
};

}  // namespace

Verdict SubjectJudge::Impl::List(const Clause& clause, int depth, feel::Interpreter& interpreter,
                                 JudgementDetail* detail) const {
  const size_t place = detail->clauses.size();
  detail->clauses.emplace_back();
  Verdict verdict = Verdict::Of(clause.form == Clause::Form::kAll);
  switch (clause.form) {
    case Clause::Form::kWhen:
      verdict = VerdictOf(clause.when, interpreter);
      break;
    case Clause::Form::kAll:
      for (const Clause& part : clause.parts)
        verdict = And(verdict, List(part, depth + 1, interpreter, detail));
      break;
    case Clause::Form::kAny:
    case Clause::Form::kNone:
      for (const Clause& part : clause.parts)
        verdict = Or(verdict, List(part, depth + 1, interpreter, detail));
      if (clause.form == Clause::Form::kNone) verdict = Not(verdict);
      break;
  }
  if (clause.later_allowed && verdict.is(Truth::kUnknown)) {
    detail->promised_clauses.push_back(clause.id);
    verdict = Verdict::Of(true);
  }
  detail->clauses[place] = {&clause, clause.id, depth, verdict.truth, verdict.cause, verdict.error};
  return verdict;
}

void SubjectJudge::Impl::ListClauses(const Policy& policy, feel::Interpreter& interpreter,
                                     JudgementDetail* detail) const {
  Verdict root = Verdict::Of(true);
  const auto add = [&root](const Verdict& verdict) {
    root = And(root, verdict);
    return verdict;
  };
  if (policy.valid) detail->clauses.push_back(Implicit("in_force", add(InForce(policy, interpreter))));
  if (policy.window) detail->clauses.push_back(Implicit("open", add(Open(policy))));
  for (const Clause& clause : policy.clauses) add(List(clause, 0, interpreter, detail));
  if (root.is(Truth::kError)) detail->error = root.error;
}

void SubjectJudge::Impl::ListPromised(const Policy& policy, JudgementDetail* detail) const {
  PolicyReads reads(pack_.model);
  reads.Add(policy);
  for (const int fact : reads.facts()) {
    if (facts_.IsCommitted(fact)) detail->promised_facts.push_back(fact);
  }
}

void SubjectJudge::Impl::ListMissing(const Policy& policy, Context& context, JudgementDetail* detail) {
  MissingReader missing(pack_.model, InterpreterOf(context, Reading::kPromised), context.event_fact);
  if (detail->judgement.reason == Reason::kAmount) {
    missing.AddAmount(*policy.amount);
  } else {
    std::map<const Clause*, Truth> truths;
    for (const ClauseTruth& truth : detail->clauses) {
      if (truth.clause != nullptr) truths.emplace(truth.clause, truth.truth);
      if (truth.clause == nullptr && truth.truth == Truth::kUnknown) missing.AddEvent();
    }
    for (const Clause& clause : policy.clauses) missing.Add(clause, truths);
  }
  detail->missing = missing.Take();
}

PossibleAmount SubjectJudge::Impl::Possible(const Policy& policy) {
  if (!policy.amount) return {};
  feel::Interpreter& promised = InterpreterOf(ContextOf(policy), Reading::kPromised);
  const Amount amount = AmountOf(policy, promised);
  if (amount.known()) return {amount.fen, false};
  const AmountRule& rule = *policy.amount;
  if (rule.per || rule.cap.root == nullptr || amount.state.is(Truth::kError)) return {};
  const Value cap = promised.Evaluate(rule.cap);
  if (cap.kind() != ValueKind::kNumber || cap.number().is_negative()) return {};
  return {ToFen(cap.number(), rule.round), true};
}

JudgementDetail SubjectJudge::Impl::Explain(const Policy& policy) {
  remembers_ = true;
  JudgementDetail detail;
  detail.judgement = Decide(policy);
  Context& context = ContextOf(policy);
  feel::Interpreter& promised = InterpreterOf(context, Reading::kPromised);
  ListClauses(policy, promised, &detail);
  const Outcome outcome = detail.judgement.outcome;
  if (outcome == Outcome::kEligible || outcome == Outcome::kConditional) {
    // Where both readings give an amount they give the same one.
    detail.unclipped_fen = AmountOf(policy, promised).unclipped_fen;
  } else if (detail.judgement.reason == Reason::kAmount) {
    detail.error = AmountOf(policy, promised).state.error;
  }
  if (outcome == Outcome::kConditional) {
    ListPromised(policy, &detail);
  } else {
    detail.promised_clauses.clear();
  }
  if (outcome == Outcome::kUndetermined) ListMissing(policy, context, &detail);
  return detail;
}

}  // namespace zhida::pack

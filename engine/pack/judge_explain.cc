// What stands beside a judgement: the truth of every clause, what a promise carries, what is missing.
#include <algorithm>
#include <limits>
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

constexpr int kDepthMax = std::numeric_limits<int>::max();

// The first unknown inside a value, or the value's own cause.
std::optional<Cause> CauseWithin(const Value& value) {
  return value.is_unknown() ? std::optional<Cause>(value.cause()) : feel::UnknownInside(value);
}

// Unknown facts in schema order, each with the cause that comes first.
class MissingFacts {
 public:
  void Add(const MissingFact& missing) {
    const auto place = std::lower_bound(all_.begin(), all_.end(), missing.fact,
                                        [](const MissingFact& one, int fact) { return one.fact < fact; });
    if (place != all_.end() && place->fact == missing.fact) {
      place->cause = FirstCause(place->cause, missing.cause);
    } else {
      all_.insert(place, missing);
    }
  }
  void Add(const std::vector<MissingFact>& all) {
    for (const MissingFact& missing : all) Add(missing);
  }
  std::vector<MissingFact> Take() { return std::move(all_); }

 private:
  std::vector<MissingFact> all_;
};

// Finds the unknown facts that undecided expressions read.
class MissingReader {
 public:
  MissingReader(const feel::Model& model, feel::Interpreter& interpreter, int event_fact)
      : model_(model), interpreter_(interpreter), event_fact_(event_fact) {}

  std::vector<MissingFact> Of(const feel::Expression& expression, const feel::Trace& trace) {
    MissingFacts missing;
    for (const feel::Trace::FactRead& read : trace.facts) {
      if (const std::optional<Cause> cause = CauseWithin(read.value)) missing.Add({read.fact, *cause});
    }
    PolicyReads reads(model_);
    reads.Add(expression);
    if (reads.dated()) missing.Add(OfEvent());
    // A known series may lack the one period that is asked for.
    for (const PolicyReads::PeriodRead& read : reads.period_reads()) {
      const bool was_read = std::any_of(trace.facts.begin(), trace.facts.end(), [&read](const auto& fact) {
        return fact.fact == read.fact && !fact.value.is_unknown();
      });
      const Value value = was_read ? interpreter_.Evaluate(read.call) : Value();
      if (value.is_unknown()) missing.Add({read.fact, value.cause()});
    }
    return missing.Take();
  }

  std::vector<MissingFact> Of(const feel::Expression& expression, const std::vector<Value>& locals = {}) {
    if (expression.root == nullptr) return {};
    feel::Trace trace;
    interpreter_.set_trace(&trace);
    interpreter_.Evaluate(expression, locals);
    interpreter_.set_trace(nullptr);
    return Of(expression, trace);
  }

  std::vector<MissingFact> OfEvent() const {
    const Value& event = interpreter_.dates().event;
    if (event_fact_ < 0 || !event.is_unknown()) return {};
    return {{event_fact_, event.cause()}};
  }

  std::vector<MissingFact> OfAmount(const AmountRule& rule) {
    MissingFacts missing;
    if (!rule.per) {
      for (const feel::Expression* part : {&rule.amount, &rule.floor, &rule.cap}) missing.Add(Of(*part));
      return missing.Take();
    }
    missing.Add(Of(rule.per->list));
    const Value list = interpreter_.Evaluate(rule.per->list);
    if (list.kind() != ValueKind::kList) return missing.Take();
    for (const Value& element : list.list()) {
      for (const feel::Expression* part : {&rule.per->where, &rule.per->amount, &rule.floor, &rule.cap}) {
        missing.Add(Of(*part, {element}));
      }
    }
    return missing.Take();
  }

 private:
  const feel::Model& model_;
  feel::Interpreter& interpreter_;
  int event_fact_;
};

}  // namespace

Verdict SubjectJudge::Impl::List(const Clause& clause, int depth, feel::Interpreter& interpreter,
                                 JudgementDetail* detail) const {
  const size_t place = detail->clauses.size();
  detail->clauses.emplace_back();
  Verdict verdict = Verdict::Of(clause.form == Clause::Form::kAll);
  const feel::Trace* trace = nullptr;
  switch (clause.form) {
    case Clause::Form::kWhen: {
      const Judged& judged = Remember(clause.when, interpreter);
      verdict = judged.verdict;
      if (keeps_traces_) trace = &judged.trace;
      break;
    }
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
  detail->clauses[place] = {&clause, clause.id, depth, verdict.truth, verdict.cause, verdict.error, trace};
  return verdict;
}

void SubjectJudge::Impl::ListClauses(const Policy& policy, feel::Interpreter& interpreter,
                                     JudgementDetail* detail) const {
  detail->clauses.reserve(2 * policy.clauses.size() + 2);
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
  feel::Interpreter& interpreter = InterpreterOf(context, Reading::kPromised);
  MissingReader reader(pack_.model, interpreter, context.event_fact);
  if (detail->judgement.reason == Reason::kAmount) {
    detail->missing = reader.OfAmount(*policy.amount);
    return;
  }
  MissingFacts missing;
  int decided = kDepthMax;  // the depth of a clause whose parts need no look
  for (const ClauseTruth& found : detail->clauses) {
    if (found.depth > decided) continue;
    decided = found.truth == Truth::kUnknown ? kDepthMax : found.depth;
    if (found.truth != Truth::kUnknown) continue;
    if (found.clause == nullptr) {
      missing.Add(reader.OfEvent());
    } else if (found.clause->form == Clause::Form::kWhen) {
      Judged& judged = Remember(found.clause->when, interpreter);
      if (!judged.missing)
        judged.missing =
            keeps_traces_ ? reader.Of(found.clause->when, judged.trace) : reader.Of(found.clause->when);
      missing.Add(*judged.missing);
    }
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

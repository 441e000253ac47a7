#include "engine/pack/judge.h"

#include <algorithm>
#include <utility>

#include "engine/pack/judging.h"

namespace zhida::pack {

using feel::Reading;
using feel::Verdict;

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kEligible:
      return "eligible";
    case Outcome::kConditional:
      return "conditional";
    case Outcome::kUndetermined:
      return "undetermined";
    case Outcome::kIneligible:
      return "ineligible";
    case Outcome::kError:
      return "error";
  }
  return "error";
}

std::string_view ReasonName(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "";
    case Reason::kScope:
      return "scope";
    case Reason::kCondition:
      return "condition";
    case Reason::kAmount:
      return "amount";
    case Reason::kEvaluation:
      return "evaluation";
  }
  return "";
}

Value WatchedFacts::Get(int fact, Reading reading) const {
  Value value = facts_.Get(fact, reading);
  if (reading == Reading::kPromised && !met_committed_) met_committed_ = IsCommitted(fact);
  return value;
}

bool WatchedFacts::IsCommitted(int fact) const {
  const auto index = static_cast<size_t>(fact);
  // Where the schema allows no commitment, the readings do not differ.
  if (index >= schema_.facts.size() || !schema_.facts[index].commitment_allowed) return false;
  return facts_.Get(fact, Reading::kVerified).is_unknown() &&
         !facts_.Get(fact, Reading::kPromised).is_unknown();
}

Context& SubjectJudge::Impl::ContextOf(int event_fact, int64_t year) {
  for (const std::unique_ptr<Context>& context : contexts_) {
    if (context->event_fact == event_fact && context->year == year) return *context;
  }
  contexts_.push_back(std::make_unique<Context>());
  contexts_.back()->event_fact = event_fact;
  contexts_.back()->year = year;
  return *contexts_.back();
}

Context& SubjectJudge::Impl::ContextOf(const Policy& policy) {
  return ContextOf(policy.event_fact, policy.year.value_or(as_of_.civil().year));
}

feel::Interpreter& SubjectJudge::Impl::InterpreterOf(Context& context, Reading reading) {
  std::optional<feel::Interpreter>& interpreter =
      reading == Reading::kPromised ? context.promised : context.verified;
  if (!interpreter) {
    feel::Dates dates;
    dates.as_of = as_of_;
    dates.year = context.year;
    dates.event = context.event_fact < 0 ? Value::OfDate(as_of_) : facts_.Get(context.event_fact, reading);
    interpreter.emplace(pack_.model, facts_, reading, std::move(dates));
  }
  return *interpreter;
}

Verdict SubjectJudge::Impl::VerdictOf(const feel::Expression& condition,
                                      feel::Interpreter& interpreter) const {
  if (!remembers_) return feel::ToVerdict(interpreter.Evaluate(condition));
  return Remember(condition, interpreter).verdict;
}

SubjectJudge::Impl::Judged& SubjectJudge::Impl::Remember(const feel::Expression& condition,
                                                         feel::Interpreter& interpreter) const {
  const auto [entry, added] = judged_.try_emplace(Condition{&interpreter, condition.root.get()});
  Judged& judged = entry->second;
  if (!added) return judged;
  if (keeps_traces_) interpreter.set_trace(&judged.trace);
  judged.verdict = feel::ToVerdict(interpreter.Evaluate(condition));
  interpreter.set_trace(nullptr);
  return judged;
}

Verdict SubjectJudge::Impl::InForce(const Policy& policy, const feel::Interpreter& interpreter) const {
  if (!policy.valid) return Verdict::Of(true);
  const Value& event = interpreter.dates().event;
  if (event.is_null()) return Verdict::Error("the event date is null");
  if (event.blocked()) return feel::ToVerdict(event);
  return Verdict::Of(policy.valid->Covers(event.date()));
}

Verdict SubjectJudge::Impl::Open(const Policy& policy) const {
  return Verdict::Of(!policy.window || policy.window->Covers(as_of_));
}

Verdict SubjectJudge::Impl::Judge(const Clause& clause, feel::Interpreter& interpreter,
                                  bool* met_later) const {
  Verdict verdict = Verdict::Of(true);
  switch (clause.form) {
    case Clause::Form::kWhen:
      verdict = VerdictOf(clause.when, interpreter);
      break;
    case Clause::Form::kAll:
      for (const Clause& part : clause.parts) {
        verdict = And(verdict, Judge(part, interpreter, met_later));
        if (verdict.is(Truth::kFalse)) break;
      }
      break;
    case Clause::Form::kAny:
    case Clause::Form::kNone:
      verdict = Verdict::Of(false);
      for (const Clause& part : clause.parts) {
        verdict = Or(verdict, Judge(part, interpreter, met_later));
        if (verdict.is(Truth::kTrue)) break;
      }
      if (clause.form == Clause::Form::kNone) verdict = Not(verdict);
      break;
  }
  const bool counts = clause.later_allowed && interpreter.reading() == Reading::kPromised;
  if (!counts || !verdict.is(Truth::kUnknown)) return verdict;
  *met_later = true;
  return Verdict::Of(true);
}

// Clauses of scope first: if they fail, the others are not looked at.
SubjectJudge::Impl::Root SubjectJudge::Impl::JudgeRoot(const Policy& policy, feel::Interpreter& interpreter,
                                                       bool* met_later) const {
  Root root;
  root.verdict = And(InForce(policy, interpreter), Open(policy));
  for (const bool scope : {true, false}) {
    for (const Clause& clause : policy.clauses) {
      if (root.verdict.is(Truth::kFalse)) break;
      if (clause.scope == scope) root.verdict = And(root.verdict, Judge(clause, interpreter, met_later));
    }
    if (!root.verdict.is(Truth::kFalse)) continue;
    root.out_of_scope = scope;
    break;
  }
  return root;
}

Judgement SubjectJudge::Impl::Decide(const Policy& policy) {
  Context& context = ContextOf(policy);
  feel::Interpreter& promised = InterpreterOf(context, Reading::kPromised);
  bool met_later = false;
  const Root root = JudgeRoot(policy, promised, &met_later);
  switch (root.verdict.truth) {
    case Truth::kFalse:
      return {Outcome::kIneligible, root.out_of_scope ? Reason::kScope : Reason::kCondition, std::nullopt};
    case Truth::kError:
      return {Outcome::kError, Reason::kEvaluation, std::nullopt};
    case Truth::kUnknown:
      return {Outcome::kUndetermined, Reason::kCondition, std::nullopt};
    case Truth::kTrue:
      break;
  }
  const Amount amount = AmountOf(policy, promised);
  if (amount.state.is(Truth::kError)) return {Outcome::kError, Reason::kAmount, std::nullopt};
  if (!amount.known()) return {Outcome::kUndetermined, Reason::kAmount, std::nullopt};
  if (!met_later && !facts_.met_committed()) return {Outcome::kEligible, Reason::kNone, amount.fen};

  feel::Interpreter& verified = InterpreterOf(context, Reading::kVerified);
  if (JudgeRoot(policy, verified, &met_later).verdict.is(Truth::kTrue)) {
    const Amount verified_amount = AmountOf(policy, verified);
    if (verified_amount.known()) return {Outcome::kEligible, Reason::kNone, verified_amount.fen};
  }
  return {Outcome::kConditional, Reason::kNone, amount.fen};
}

Value SubjectJudge::Impl::DefinitionValue(int definition) {
  Context& context = ContextOf(-1, as_of_.civil().year);
  return InterpreterOf(context, Reading::kPromised).EvaluateDefinition(definition);
}

SubjectJudge::SubjectJudge(const Pack& pack, Date as_of, const feel::FactSource& facts)
    : impl_(std::make_unique<Impl>(pack, as_of, facts)) {}

SubjectJudge::~SubjectJudge() = default;

Judgement SubjectJudge::Decide(int policy) { return impl_->Decide(impl_->policy(policy)); }

JudgementDetail SubjectJudge::Explain(int policy) { return impl_->Explain(impl_->policy(policy)); }

void SubjectJudge::KeepTraces() { impl_->KeepTraces(); }

JudgedAwards SubjectJudge::Awards(int policy, Outcome outcome) {
  return impl_->Awards(impl_->policy(policy), outcome);
}

PossibleAmount SubjectJudge::Possible(int policy) { return impl_->Possible(impl_->policy(policy)); }

Judgement SubjectJudge::Decide(const Policy& policy) { return impl_->Decide(policy); }

JudgementDetail SubjectJudge::Explain(const Policy& policy) { return impl_->Explain(policy); }

Value SubjectJudge::DefinitionValue(int definition) { return impl_->DefinitionValue(definition); }

}  // namespace zhida::pack

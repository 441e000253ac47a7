#include "engine/explain/paper.h"

#include <algorithm>

#include "engine/explain/ways.h"

namespace zhida::explain {
namespace {

using pack::ClauseTruth;
using pack::Outcome;

bool IsScope(const ClauseTruth& clause) { return clause.clause == nullptr || clause.clause->scope; }

// Somebody to go to: whom the clause refers to, else the policy's own department. A policy that is not in
// force needs nobody.
bool NamesOwner(const pack::Policy& policy, const ClauseTruth& clause) {
  return clause.clause == nullptr || !clause.clause->refer_department.empty() ||
         !clause.clause->refer_where.empty() || !policy.department.empty();
}

Paper OutOfScope(const pack::Policy& policy, const pack::JudgementDetail& detail) {
  for (const ClauseTruth& clause : detail.clauses) {
    if (clause.depth > 0 || !IsScope(clause) || clause.truth != Truth::kFalse) continue;
    if (!NamesOwner(policy, clause)) return {PaperKind::kAnswerCard, false, false, {"ZZ-02"}};
  }
  return {PaperKind::kSignpost, false, false, {"ZZ-01"}};
}

// Whether something that fails can be cured, and whether something cannot.
struct Failing {
  bool curable = false;
  bool final = false;
};

Failing FailingOf(const pack::Pack& pack, const pack::JudgementDetail& detail) {
  Failing failing;
  for (const ClauseTruth& clause : detail.clauses) {
    if (clause.depth > 0 || clause.clause == nullptr || clause.truth != Truth::kFalse) continue;
    (IsCurable(pack, *clause.clause) ? failing.curable : failing.final) = true;
  }
  return failing;
}

}  // namespace

std::string_view PaperName(PaperKind kind) {
  switch (kind) {
    case PaperKind::kAccept:
      return "accept";
    case PaperKind::kAcceptLater:
      return "accept_later";
    case PaperKind::kChecklist:
      return "checklist";
    case PaperKind::kAnswerCard:
      return "answer_card";
    case PaperKind::kSignpost:
      return "signpost";
  }
  return "";
}

Paper PaperOf(const pack::Pack& pack, const pack::Policy& policy, const pack::JudgementDetail& detail,
              const std::vector<Cause>& missing_causes) {
  switch (detail.judgement.outcome) {
    case Outcome::kEligible:
      return {PaperKind::kAccept, false, false, {"ZZ-12"}};
    case Outcome::kConditional:
      return {PaperKind::kAcceptLater, false, false, {"ZZ-11"}};
    case Outcome::kError:
      return {PaperKind::kAnswerCard, false, false, {"ZZ-05"}};
    case Outcome::kIneligible:
      if (detail.judgement.reason == pack::Reason::kScope) return OutOfScope(policy, detail);
      break;
    case Outcome::kUndetermined:
      break;
  }
  // What only the rule's maker, or those whose records disagree, can settle is not asked of the subject.
  const auto has = [&](Cause cause) {
    return std::find(missing_causes.begin(), missing_causes.end(), cause) != missing_causes.end();
  };
  const bool unclear = has(Cause::kVagueRule) || has(Cause::kConflict);
  const bool data = has(Cause::kMissing) || has(Cause::kStale) || has(Cause::kNotAuthorised);
  const Failing failing = FailingOf(pack, detail);
  Paper paper;
  paper.kind = unclear ? PaperKind::kAnswerCard : PaperKind::kChecklist;
  paper.checklist_attached = unclear && (data || failing.curable || failing.final);
  paper.veto_pending = failing.final;
  if (unclear) paper.rules.push_back("ZZ-06");
  if (failing.final) paper.rules.push_back("ZZ-10");
  if (failing.curable) paper.rules.push_back("ZZ-09");
  if (data) paper.rules.push_back("ZZ-07");
  return paper;
}

}  // namespace zhida::explain

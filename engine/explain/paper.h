// Which paper a window hands out for a pair: the rules that give a window no veto.
//
// signpost (指路牌): not in scope, and the policy says who is responsible. answer_card (答复卡): the rule
// itself does not say, sources disagree, a computation fails, or nobody responsible is named. checklist
// (明白纸): what is missing or falls short. Else the matter is taken in: accept, or accept_later on a
// promise. Pure. Source: the Zhangzhou window rules, ZZ-01 to ZZ-12; docs/explanations.md.
#ifndef ZHIDA_ENGINE_EXPLAIN_PAPER_H_
#define ZHIDA_ENGINE_EXPLAIN_PAPER_H_

#include <string_view>
#include <vector>

#include "engine/pack/judge.h"

namespace zhida::explain {

enum class PaperKind : uint8_t { kAccept, kAcceptLater, kChecklist, kAnswerCard, kSignpost };
std::string_view PaperName(PaperKind kind);

struct Paper {
  PaperKind kind = PaperKind::kAccept;
  bool checklist_attached = false;
  // What fails cannot be cured: a refusal, which somebody other than the window has to approve.
  bool veto_pending = false;
  std::vector<std::string_view> rules;  // ZZ-01 ...
};

// `missing_causes`: of the facts that are missing, and of undecided clauses.
Paper PaperOf(const pack::Pack& pack, const pack::Policy& policy, const pack::JudgementDetail& detail,
              const std::vector<Cause>& missing_causes);

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_PAPER_H_

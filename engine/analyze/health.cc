#include "engine/analyze/health.h"

#include <algorithm>
#include <map>
#include <optional>

#include "engine/analyze/feasibility.h"
#include "engine/analyze/health_money.h"
#include "engine/analyze/unsaid.h"
#include "engine/base/text.h"

namespace zhida::analyze {

using pack::Clause;
using pack::Policy;
using plan::PlannedClause;
using plan::PlannedPolicy;

namespace {

// Words by which a reward looks like one that selects by where a firm comes from or what tax it leaves
// behind. Source: 公平竞争审查条例 (国务院令第783号), in force from 2024-08-01.
constexpr std::string_view kSelectiveWords[] = {"财政贡献", "地方贡献", "经济贡献", "税收贡献", "税收留存",
                                                "迁入",     "一企一议", "一事一议", "本地产品", "本地企业"};

std::string Days(const std::optional<Date>& day) { return day ? day->ToString() : ""; }

// A clause's words: its title and what it asks, parts included.
void AddWords(const Clause& clause, std::string* words) {
  *words += clause.title + '\n' + clause.when.text + '\n';
  for (const Clause& part : clause.parts) AddWords(part, words);
}

class Checker {
 public:
  explicit Checker(const plan::Plan& plan) : plan_(plan), pack_(*plan.pack), feasibility_(plan) {}

  std::vector<Finding> Run() {
    for (size_t p = 0; p < pack_.policies.size(); ++p) {
      policy_ = static_cast<int>(p);
      Dates();
      if (HasEnded(policy(), plan_.as_of)) continue;
      Formula();
      Clauses();
      Repeats();
      FairCompetition();
    }
    CheckMoney(plan_, &feasibility_, &findings_);
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const Finding& a, const Finding& b) { return a.policy < b.policy; });
    return std::move(findings_);
  }

 private:
  const Policy& policy() const { return pack_.policies[static_cast<size_t>(policy_)]; }
  const PlannedPolicy& planned() const { return plan_.policies[static_cast<size_t>(policy_)]; }

  Finding& Found(std::string_view kind, Weight weight) {
    Finding finding;
    finding.kind = kind;
    finding.weight = weight;
    finding.policy = policy_;
    finding.where = policy().where;
    findings_.push_back(std::move(finding));
    return findings_.back();
  }

  // 过期: it has ended, and claims are still taken.
  void Dates() {
    const auto& valid = policy().valid;
    if (!HasEnded(policy(), plan_.as_of)) return;
    const bool open = policy().window && policy().window->Covers(plan_.as_of);
    Finding& finding = open ? Found("expired_open", Weight::kProblem) : Found("ended", Weight::kNote);
    finding.evidence = {{"valid_to", Days(valid->to)}};
    if (open) finding.evidence.push_back({"window_to", Days(policy().window->to)});
  }

  // 画饼: a promise without a figure.
  void Formula() {
    if (!policy().amount) {
      Found("no_formula", Weight::kRisk);
    } else {
      const pack::AmountRule& rule = *policy().amount;
      const std::string term = UndefinedTerm(pack_, rule.per ? rule.per->amount : rule.amount);
      if (!term.empty()) Found("amount_undefined", Weight::kRisk).evidence = {{"terms", term}};
    }
    std::vector<std::string> lacking;
    if (policy().department.empty()) lacking.push_back("department");
    if (policy().document.empty()) lacking.push_back("basis.document");
    if (!policy().valid) lacking.push_back("valid");
    if (!lacking.empty()) Found("incomplete", Weight::kNote).evidence = {{"lacks", Join(lacking, ", ")}};
  }

  // The clauses that people wrote, as nodes of the Promised reading, which is true wherever the other is.
  std::vector<const PlannedClause*> Written() const {
    std::vector<const PlannedClause*> written;
    for (const PlannedClause& clause : planned().clauses) {
      if (clause.clause >= 0) written.push_back(&clause);
    }
    return written;
  }

  bool Never(const std::vector<const PlannedClause*>& clauses, Vague vague) {
    std::vector<Goal> goals;
    for (const PlannedClause* clause : clauses) goals.push_back({clause->promised, true});
    // Of an event's day the policy itself asks that it lies within its validity.
    for (const PlannedClause& clause : planned().clauses) {
      const plan::Node& node = plan_.graph.nodes[static_cast<size_t>(clause.promised)];
      const bool implied = clause.clause < 0 && node.kind != plan::Node::Kind::kConstant;
      if (implied) goals.push_back({clause.promised, true});
    }
    return feasibility_.Check(goals, vague) == Feasible::kNever;
  }

  void Clauses() {
    std::vector<const PlannedClause*> written = Written();
    for (const Vague vague : {Vague::kEither, Vague::kUndecided}) {
      if (!Never(written, vague)) continue;
      // The fewest that cannot hold together: whatever can be spared is left out.
      for (size_t i = 0; i < written.size();) {
        std::vector<const PlannedClause*> fewer = written;
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
        if (!fewer.empty() && Never(fewer, vague)) {
          written = std::move(fewer);
        } else {
          ++i;
        }
      }
      if (vague == Vague::kUndecided) {
        Undecidable(written);
      } else {
        Name(written, &Found("contradiction", Weight::kProblem));
      }
      return;
    }
    Idle(written);
  }

  // What has to be said before anybody can decide: a definition, or a parameter's figures for the day.
  void Undecidable(const std::vector<const PlannedClause*>& written) {
    std::vector<const Clause*> clauses;
    for (const PlannedClause* planned : written) {
      clauses.push_back(&policy().clauses[static_cast<size_t>(planned->clause)]);
    }
    const auto [terms, parameters] = UnsaidOf(pack_, policy(), plan_.as_of, clauses);
    const bool undated = terms.empty() && !parameters.empty();
    // Before a policy begins its parameters need no figures.
    if (undated && policy().event_fact < 0 && !IsRunning(policy(), plan_.as_of)) return;
    Finding& finding = Found(undated ? "not_in_force" : "undecidable", Weight::kRisk);
    Name(written, &finding);
    if (!terms.empty()) finding.evidence.push_back({"terms", Join(terms, ", ")});
    if (parameters.empty()) return;
    finding.evidence.push_back({"parameters", Join(parameters, ", ")});
    finding.evidence.push_back({"day", plan_.as_of.ToString()});
  }

  // A clause that cannot fail where the others hold refuses nobody: it only asks for facts.
  void Idle(const std::vector<const PlannedClause*>& written) {
    for (const PlannedClause* clause : written) {
      std::vector<Goal> goals{{clause->promised, false}};
      for (const PlannedClause* other : written) {
        if (other != clause) goals.push_back({other->promised, true});
      }
      if (feasibility_.Check(goals, Vague::kEither) == Feasible::kNever) {
        Name({clause}, &Found("idle_clause", Weight::kNote));
      }
    }
  }

  void Name(std::vector<const PlannedClause*> clauses, Finding* finding) const {
    std::sort(clauses.begin(), clauses.end(),
              [](const PlannedClause* a, const PlannedClause* b) { return a->clause < b->clause; });
    for (const PlannedClause* planned : clauses) {
      const Clause& clause = policy().clauses[static_cast<size_t>(planned->clause)];
      finding->clauses.push_back(clause.id);
      finding->evidence.push_back({clause.id, clause.when.text.empty() ? clause.title : clause.when.text});
    }
    finding->where = policy().clauses[static_cast<size_t>(clauses[0]->clause)].where;
  }

  // Two policies that ask the same and give the same while both are in force.
  void Repeats() {
    const PlannedPolicy& mine = planned();
    if (mine.amount && !mine.amount->vector_form) return;
    std::vector<int32_t> key;
    for (const PlannedClause* clause : Written()) key.push_back(clause->promised);
    std::sort(key.begin(), key.end());
    key.push_back(plan::kNone);
    if (mine.amount) {
      const plan::PlannedAmount& amount = *mine.amount;
      key.insert(key.end(), {amount.list, amount.where, amount.amount, amount.cap, amount.floor});
    }
    std::vector<int>& same = by_meaning_[key];
    for (const int other : same) {
      if (!Overlap(pack_.policies[static_cast<size_t>(other)].valid, policy().valid)) continue;
      Found("duplicate", Weight::kRisk).other = other;
      break;
    }
    same.push_back(policy_);
  }

  static bool Overlap(const std::optional<feel::Period>& a, const std::optional<feel::Period>& b) {
    if (!a || !b) return true;
    return !(a->to && b->from && *a->to < *b->from) && !(b->to && a->from && *b->to < *a->from);
  }

  void FairCompetition() {
    std::string words = policy().title + '\n';
    for (const Clause& clause : policy().clauses) AddWords(clause, &words);
    if (policy().amount) {
      words += policy().amount->amount.text + '\n' + policy().amount->cap.text + '\n';
      if (policy().amount->per) words += policy().amount->per->amount.text;
    }
    std::vector<std::string> met;
    for (const std::string_view word : kSelectiveWords) {
      if (words.find(word) != std::string::npos) met.emplace_back(word);
    }
    for (const pack::Membership& membership : policy().settlement.combine) {
      if (membership.form == pack::Form::kCapContrib) met.emplace_back(pack::FormName(membership.form));
    }
    if (!met.empty()) Found("fair_competition", Weight::kRisk).evidence = {{"words", Join(met, "、")}};
  }

  const plan::Plan& plan_;
  const pack::Pack& pack_;
  Feasibility feasibility_;
  int policy_ = -1;
  std::map<std::vector<int32_t>, std::vector<int>> by_meaning_;
  std::vector<Finding> findings_;
};

}  // namespace

bool HasEnded(const Policy& policy, Date as_of) {
  return policy.event_fact < 0 && policy.valid && policy.valid->to && *policy.valid->to < as_of;
}

bool IsRunning(const Policy& policy, Date as_of) {
  const bool begun = !policy.valid || !policy.valid->from || *policy.valid->from <= as_of;
  return begun && !HasEnded(policy, as_of);
}

std::string_view WeightName(Weight weight) {
  switch (weight) {
    case Weight::kProblem:
      return "problem";
    case Weight::kRisk:
      return "risk";
    case Weight::kNote:
      return "note";
  }
  return "";
}

std::vector<Finding> CheckPolicies(const plan::Plan& plan) { return Checker(plan).Run(); }

std::vector<Finding> CheckCounts(const plan::Plan& plan, const std::vector<PolicyCounts>& counts,
                                 int64_t subjects, const CountLimits& limits) {
  std::vector<Finding> findings;
  for (size_t p = 0; p < counts.size(); ++p) {
    const Policy& policy = plan.pack->policies[p];
    if (!IsRunning(policy, plan.as_of) || subjects == 0) continue;
    const auto of = [&](pack::Outcome outcome) { return counts[p].outcomes[static_cast<size_t>(outcome)]; };
    const int64_t eligible = of(pack::Outcome::kEligible) + of(pack::Outcome::kConditional);
    const auto& without = counts[p].eligible_without;
    const auto most = std::max_element(without.begin(), without.end());
    Finding finding;
    finding.policy = static_cast<int>(p);
    finding.where = policy.where;
    if (eligible == 0) {
      finding.kind = of(pack::Outcome::kUndetermined) > 0 ? "undecided_by_data" : "fits_nobody";
      finding.weight = Weight::kRisk;
    } else if (eligible <= limits.few && subjects >= limits.registry_least && most != without.end() &&
               *most >= limits.single_out_least) {
      finding.kind = "fits_few";
      finding.weight = Weight::kRisk;
    } else {
      continue;
    }
    finding.evidence = {{"subjects", std::to_string(subjects)},
                        {"eligible", std::to_string(eligible)},
                        {"undetermined", std::to_string(of(pack::Outcome::kUndetermined))}};
    if (most != without.end() && *most > eligible) {
      const Clause& clause = policy.clauses[static_cast<size_t>(most - without.begin())];
      finding.clauses.push_back(clause.id);
      finding.evidence.push_back({"eligible_without", std::to_string(*most)});
      finding.where = clause.where;
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace zhida::analyze

#include "engine/analyze/health_money.h"

#include <algorithm>
#include <string>

namespace zhida::analyze {

using pack::Form;
using pack::Membership;
using pack::Policy;
using plan::kNone;
using plan::Number;
using plan::NumberId;

namespace {

// More steps inside the office than this make a claim slow.
constexpr int64_t kStepsMax = 2;

class MoneyChecker {
 public:
  MoneyChecker(const plan::Plan& plan, Feasibility* feasibility, std::vector<Finding>* findings)
      : plan_(plan), pack_(*plan.pack), feasibility_(*feasibility), findings_(*findings) {}

  void Run() {
    members_.resize(pack_.settlement.groups.size());
    for (size_t p = 0; p < pack_.policies.size(); ++p) {
      for (const Membership& membership : pack_.policies[p].settlement.combine) {
        if (OnlyLargest(membership)) members_[static_cast<size_t>(membership.group)].push_back(p);
      }
    }
    for (size_t p = 0; p < pack_.policies.size(); ++p) {
      const Policy& policy = pack_.policies[p];
      const bool ended = policy.event_fact < 0 && policy.valid && !policy.valid->Covers(plan_.as_of);
      if (ended) continue;
      if (policy.settlement.steps && *policy.settlement.steps > kStepsMax) {
        Found("many_steps", Weight::kProblem, p).evidence = {
            {"steps", std::to_string(*policy.settlement.steps)}};
      }
      if (policy.settlement.pool >= 0) Budget(p);
      for (const Membership& membership : policy.settlement.combine) {
        if (!OnlyLargest(membership)) continue;
        for (const size_t other : members_[static_cast<size_t>(membership.group)]) {
          if (other != p) Shadow(p, other);
        }
      }
    }
  }

 private:
  Finding& Found(std::string_view kind, Weight weight, size_t policy) {
    Finding finding;
    finding.kind = kind;
    finding.weight = weight;
    finding.policy = static_cast<int>(policy);
    finding.where = pack_.policies[policy].where;
    findings_.push_back(std::move(finding));
    return findings_.back();
  }

  // 画饼: in force, with a budget that has nothing for the year.
  void Budget(size_t p) {
    const Policy& policy = pack_.policies[p];
    const pack::Pool& pool = pack_.settlement.pools[static_cast<size_t>(policy.settlement.pool)];
    if (pool.control == pack::Control::kOpen) return;
    const int64_t year = policy.year.value_or(plan_.as_of.civil().year);
    const pack::Budget* budget = pool.FindBudget(year);
    if (budget != nullptr && budget->total_fen > 0 && !budget->closed) return;
    Found("unfunded", Weight::kProblem, p).evidence = {{"pool", pool.id}, {"year", std::to_string(year)}};
  }

  // Of whose group a subject gets the largest award only, whatever the awards are for.
  static bool OnlyLargest(const Membership& membership) {
    return membership.form == Form::kMax && !membership.key.root;
  }

  // Whoever gets `p` gets `other` too, which gives more.
  void Shadow(size_t p, size_t other) {
    const plan::PlannedPolicy& mine = plan_.policies[p];
    const plan::PlannedPolicy& theirs = plan_.policies[other];
    if (!mine.amount || !theirs.amount) return;
    NumberId less = ConstantAmount(*mine.amount);
    NumberId more = ConstantAmount(*theirs.amount);
    if (less == kNone || more == kNone || !IsBelow(less, more)) return;
    const bool implied = std::all_of(theirs.clauses.begin(), theirs.clauses.end(), [&](const auto& wide) {
      return IsTrue(wide.node) ||
             std::any_of(mine.clauses.begin(), mine.clauses.end(),
                         [&](const auto& narrow) { return feasibility_.Implies(narrow.node, wide.node); });
    });
    if (implied) Found("shadowed", Weight::kRisk, p).other = static_cast<int>(other);
  }

  bool IsTrue(plan::NodeId node) const {
    const plan::Node& at = plan_.graph.nodes[static_cast<size_t>(node)];
    return at.kind == plan::Node::Kind::kConstant && at.constant == Truth::kTrue;
  }

  NumberId ConstantAmount(const plan::PlannedAmount& amount) const {
    if (!amount.vector_form || amount.list != kNone || amount.cap != kNone || amount.floor != kNone)
      return kNone;
    const Number& number = plan_.graph.numbers[static_cast<size_t>(amount.amount)];
    return number.kind == Number::Kind::kConstant ? amount.amount : kNone;
  }

  bool IsBelow(NumberId a, NumberId b) const {
    const auto yuan = [&](NumberId id) {
      const Number& number = plan_.graph.numbers[static_cast<size_t>(id)];
      int128_t fen = number.constant;
      for (int scale = number.scale; scale < 12; ++scale) fen *= 10;
      return fen;
    };
    return yuan(a) < yuan(b);
  }

  const plan::Plan& plan_;
  const pack::Pack& pack_;
  Feasibility& feasibility_;
  std::vector<Finding>& findings_;
  std::vector<std::vector<size_t>> members_;  // by group: the policies that OnlyLargest()
};

}  // namespace

void CheckMoney(const plan::Plan& plan, Feasibility* feasibility, std::vector<Finding>* findings) {
  MoneyChecker(plan, feasibility, findings).Run();
}

}  // namespace zhida::analyze

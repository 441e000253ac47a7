// What can only be checked of settlement when all policies are known: who reads whose award, in what order,
// and whether what was asked for can ever happen. Also fills Membership::of.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/text.h"
#include "engine/pack/loader.h"

namespace zhida::pack {
namespace {

class SettlementCheck {
 public:
  explicit SettlementCheck(Loading& loading) : loading_(loading), diagnostics_(loading.diagnostics()) {}

  void Run() {
    ResolveUppers();
    CheckModifiers();
    CheckCycles();
    for (const Policy& policy : policies()) {
      for (const Membership& member : policy.settlement.combine) CheckMembership(policy, member);
      CheckPool(policy);
    }
    CheckMembers();
  }

 private:
  std::vector<Policy>& policies() { return loading_.pack().policies; }
  const std::vector<Group>& groups() { return loading_.pack().settlement.groups; }

  int Find(const std::string& id, const Location& where) {
    const int index = loading_.policies.Find(id);
    if (index < 0 && !loading_.policies_may_be_missing()) {
      const std::string near = NearestName(id, loading_.policies.Ids());
      diagnostics_.Error("ZD2716", where, "there is no policy " + JsonQuote(id),
                         near.empty() ? "name a policy of the pack" : "did you mean " + near + "?");
    }
    return index;
  }

  void ResolveUppers() {
    for (const Loading::UpperName& name : loading_.upper_names) {
      const int upper = Find(name.id, name.where);
      if (upper < 0 || name.policy >= policies().size()) continue;
      std::vector<int>& of = policies()[name.policy].settlement.combine[name.membership].of;
      if (std::find(of.begin(), of.end(), upper) == of.end()) of.push_back(upper);
    }
    for (Policy& policy : policies()) {
      for (Membership& member : policy.settlement.combine) std::sort(member.of.begin(), member.of.end());
    }
  }

  void CheckModifiers() {
    for (const Loading::Modifier& modifier : loading_.modifiers) {
      for (const auto& [id, where] : modifier.policies) {
        const int index = Find(id, where);
        if (index < 0 || policies()[static_cast<size_t>(index)].amount) continue;
        diagnostics_.Error("ZD2731", where, "policy " + id + " has no amount that could be raised",
                           "give it an amount, or leave it out");
      }
      for (const auto& [id, where] : modifier.except) Find(id, where);
    }
  }

  // Policies that read each other's awards in a circle: each is reported once, from its smallest index.
  void CheckCycles() {
    std::vector<int> state(policies().size(), 0);  // 0 new, 1 open, 2 done
    for (size_t start = 0; start < policies().size(); ++start) {
      if (state[start] == 0) Walk(static_cast<int>(start), &state);
    }
  }

  std::vector<int> UppersOf(int policy) {
    std::vector<int> uppers;
    for (const Membership& member : policies()[static_cast<size_t>(policy)].settlement.combine) {
      uppers.insert(uppers.end(), member.of.begin(), member.of.end());
    }
    return uppers;
  }

  // Depth first with a stack of its own, since chains may be as long as there are policies.
  void Walk(int start, std::vector<int>* state) {
    struct Frame {
      int policy;
      std::vector<int> uppers;
      size_t next = 0;
    };
    std::vector<Frame> stack;
    stack.push_back({start, UppersOf(start)});
    (*state)[static_cast<size_t>(start)] = 1;
    while (!stack.empty()) {
      Frame& frame = stack.back();
      if (frame.next == frame.uppers.size()) {
        (*state)[static_cast<size_t>(frame.policy)] = 2;
        stack.pop_back();
        continue;
      }
      const int upper = frame.uppers[frame.next++];
      int& seen = (*state)[static_cast<size_t>(upper)];
      if (seen == 0) {
        seen = 1;
        stack.push_back({upper, UppersOf(upper)});
      } else if (seen == 1) {
        std::vector<std::string> chain;
        bool inside = false;
        for (const Frame& each : stack) {
          inside = inside || each.policy == upper;
          if (inside) chain.push_back(policies()[static_cast<size_t>(each.policy)].id);
        }
        chain.push_back(policies()[static_cast<size_t>(upper)].id);
        const Policy& policy = policies()[static_cast<size_t>(upper)];
        diagnostics_.Error("ZD2717", policy.where,
                           "awards read each other in a circle: " + Join(chain, " -> "),
                           "let the upper level not depend on the lower one");
      }
    }
  }

  const Membership* MemberOf(const Policy& policy, int group) {
    for (const Membership& member : policy.settlement.combine) {
      if (member.group == group) return &member;
    }
    return nullptr;
  }

  void CheckMembership(const Policy& policy, const Membership& member) {
    if (member.group < 0) return;
    const Group& group = groups()[static_cast<size_t>(member.group)];
    const bool caps = member.form == Form::kCapYear || member.form == Form::kCapContrib;
    if (caps && !group.limit.given()) {
      diagnostics_.Error("ZD2718", member.where,
                         "group " + group.id + " has no limit for " + std::string(FormName(member.form)),
                         "declare it at " + PlaceText(group.where) + ", like limit: 200万元");
    }
    if (caps && group.limit.fen == 0) Never(member, "the limit of group " + group.id + " is 0");
    if (caps && group.limit.fen && policy.settlement.min_pay.fen &&
        *group.limit.fen < *policy.settlement.min_pay.fen) {
      Never(member, "the limit of group " + group.id + " is below the min_pay of policy " + policy.id);
    }
    if (group.all_subjects && member.form != Form::kOnceId) {
      diagnostics_.Error("ZD2719", member.where,
                         "group " + group.id + " counts over all subjects, which " +
                             std::string(FormName(member.form)) + " cannot",
                         "only ONCE_ID can; leave across: all out, or use another group");
    }
    if (member.form == Form::kOnceId) CheckIdentity(policy, member);
    if (member.form == Form::kCapContrib) {
      diagnostics_.Warning("ZD2722", member.where,
                           "policy " + policy.id + " ties an award to what the firm contributed",
                           "check it against the fair-competition review rules before it is published");
    }
    CheckUppers(policy, member);
  }

  void CheckIdentity(const Policy& policy, const Membership& member) {
    const bool has_object =
        policy.settlement.event_key.object.root != nullptr ||
        (policy.amount && policy.amount->per && policy.amount->per->object.root != nullptr);
    if (member.key.root != nullptr || has_object) return;
    diagnostics_.Error("ZD2720", member.where,
                       "policy " + policy.id + " names nothing that is used only once",
                       "name the person, loan or invoice: key: in combine, object: in event_key or in per");
  }

  // An award that excludes the one it is computed from is never paid.
  void CheckUppers(const Policy& policy, const Membership& member) {
    for (const int upper : member.of) {
      const Policy& other = policies()[static_cast<size_t>(upper)];
      for (const Membership& own : policy.settlement.combine) {
        if (own.form != Form::kMax || own.key.root != nullptr || own.group < 0) continue;
        const Membership* theirs = MemberOf(other, own.group);
        if (theirs == nullptr || theirs->form != Form::kMax || theirs->key.root != nullptr) continue;
        Never(member, "policy " + policy.id + " is computed from " + other.id + ", which group " +
                          groups()[static_cast<size_t>(own.group)].id + " excludes beside it");
      }
      if (!other.amount && MemberOf(other, member.group) == nullptr && UppersOf(upper).empty()) {
        Never(member, "policy " + other.id + " has no amount");
      }
    }
  }

  void Never(const Membership& member, const std::string& why) {
    diagnostics_.Error("ZD2721", member.where, "this can never be paid: " + why,
                       "change the group, or leave the policy out of it");
  }

  void CheckPool(const Policy& policy) {
    if (policy.settlement.pool < 0 || !policy.settlement.min_pay.fen) return;
    const Pool& pool = loading_.pack().settlement.pools[static_cast<size_t>(policy.settlement.pool)];
    for (const Budget& budget : pool.budgets) {
      if (budget.carry_over || *policy.settlement.min_pay.fen <= budget.total_fen) continue;
      diagnostics_.Error("ZD2721", policy.where,
                         "this can never be paid: the min_pay of policy " + policy.id +
                             " is above the whole budget of pool " + pool.id + " for " +
                             std::to_string(budget.year),
                         "lower min_pay or raise the budget");
    }
  }

  void CheckMembers() {
    std::vector<int> members(groups().size(), 0);
    for (const Policy& policy : policies()) {
      for (const Membership& member : policy.settlement.combine) {
        if (member.group >= 0) ++members[static_cast<size_t>(member.group)];
      }
    }
    for (size_t i = 0; i < members.size(); ++i) {
      if (members[i] > 0 || groups()[i].id.empty() || loading_.policies_may_be_missing()) continue;
      diagnostics_.Warning("ZD2732", groups()[i].where, "no policy is in group " + groups()[i].id,
                           "name it in combine: of the policies that belong to it, or delete it");
    }
  }

  Loading& loading_;
  Diagnostics& diagnostics_;
};

}  // namespace

void CheckSettlement(Loading& loading) { SettlementCheck(loading).Run(); }

}  // namespace zhida::pack

#include "engine/batch/near_program.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

namespace zhida::batch {

using plan::LiteralId;
using plan::Node;
using plan::NormalClause;
using plan::PlannedClause;
using plan::Term;
using plan::TermId;

namespace {

constexpr size_t kDepthMax = 250;

}  // namespace

class NearProgram::Builder {
 public:
  Builder(NearProgram* program, const plan::NormalForm& form, const std::vector<LiteralForm>& literals,
          const NearWanted& wanted)
      : out_(*program), form_(form), literals_(literals), wanted_(wanted) {}

  void Run() {
    out_.notes_.resize(form_.policies.size());
    paths_.resize(form_.policies.size());
    found_.resize(form_.policies.size());
    std::vector<uint32_t> policies;
    for (size_t policy = 0; policy < form_.policies.size(); ++policy) {
      const std::vector<bool>& curable = (*wanted_.curable)[policy];
      out_.notes_[policy].possible = std::find(curable.begin(), curable.end(), true) != curable.end();
      if (!out_.notes_[policy].possible) continue;
      AddPolicy(policy);
      policies.push_back(static_cast<uint32_t>(policy));
    }
    Sort(&policies);
    AddTree(policies);
    for (const uint32_t policy : policies) AddFound(policy);
  }

 private:
  // A condition of the tree and whether rows may fail it.
  using Test = std::pair<bool, uint32_t>;

  void AddPolicy(size_t policy) {
    const std::vector<PlannedClause>& planned = wanted_.plan.policies[policy].clauses;
    PolicyNote& note = out_.notes_[policy];
    for (size_t i = 0; i < planned.size(); ++i) {
      const PlannedClause& clause = planned[i];
      const NormalClause& normal = form_.clauses[policy][i];
      const bool may = clause.clause >= 0 && (*wanted_.curable)[policy][static_cast<size_t>(clause.clause)];
      // The form is of the Verified reading. What that finds false is false in the Promised one as well; what
      // is open there is taken for true where the mark is on the clause itself.
      const bool later = clause.promised != clause.node;
      const Node& promised = wanted_.plan.graph.nodes[static_cast<size_t>(clause.promised)];
      const bool plain =
          normal.whole &&
          (!later || (promised.kind == Node::Kind::kLater && promised.parts[0] == clause.node));
      if (!plain) note.rest.push_back(static_cast<int>(i));
      if (may) {
        // Half of a clause would be counted twice once the rest of it fails too.
        if (plain && !normal.terms.empty()) AddTest(policy, normal.terms, {clause.clause, later});
        continue;
      }
      for (const TermId term : normal.terms) AddTest(policy, {term}, {plan::kNone, later});
    }
    std::vector<Test>& path = paths_[policy];
    if (path.size() > kDepthMax) note.errs = true;
  }

  struct From {
    int clause;
    bool later;
  };
  void AddTest(size_t policy, std::vector<TermId> terms, From from) {
    std::sort(terms.begin(), terms.end());
    const auto [known, added] =
        ids_.emplace(std::move(terms), static_cast<uint32_t>(out_.conditions_.size()));
    if (added) AddCondition(known->first);
    const uint32_t condition = known->second;
    PolicyNote& note = out_.notes_[policy];
    note.errs = note.errs || errs_[condition];
    found_[policy].push_back({condition, from});
    paths_[policy].emplace_back(from.clause >= 0, condition);
  }

  void AddCondition(const std::vector<TermId>& terms) {
    NearCondition condition;
    condition.begin = static_cast<uint32_t>(out_.literals_.size());
    bool errs = false;
    double left = 1;
    for (const TermId id : terms) {
      const Term& term = form_.terms[static_cast<size_t>(id)];
      double none = 1;
      for (const auto& alternative : term.alternatives) {
        double all = 1;
        for (const LiteralId literal : alternative) {
          const LiteralForm& planes = literals_[static_cast<size_t>(literal)];
          out_.literals_.push_back({planes.a, planes.b, planes.open, false, false});
          errs = errs || planes.errs;
          all *= planes.left;
        }
        out_.literals_.back().ends_and = true;
        none *= 1 - all;
      }
      // Without alternatives it is false.
      if (term.alternatives.empty()) out_.literals_.push_back({kNoRows, kNoRows, kNoRows, true, false});
      out_.literals_.back().ends_or = true;
      left *= 1 - none;
    }
    condition.end = static_cast<uint32_t>(out_.literals_.size());
    out_.conditions_.push_back(condition);
    errs_.push_back(errs);
    left_.push_back(left);
  }

  // Conditions by rank: those that must hold, then those that leave fewest rows. Policies in the order of
  // their paths, so that each branch of the tree lies together.
  void Sort(std::vector<uint32_t>* policies) {
    std::vector<uint32_t> order(left_.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](uint32_t x, uint32_t y) { return left_[x] < left_[y]; });
    std::vector<uint32_t> place(order.size());
    for (size_t i = 0; i < order.size(); ++i) place[order[i]] = static_cast<uint32_t>(i);
    for (const uint32_t policy : *policies) {
      std::vector<Test>& path = paths_[policy];
      for (Test& test : path) test.second = place[test.second];
      std::sort(path.begin(), path.end());
      if (path.size() > kDepthMax) path.resize(kDepthMax);
    }
    std::sort(policies->begin(), policies->end(),
              [&](uint32_t x, uint32_t y) { return paths_[x] != paths_[y] ? paths_[x] < paths_[y] : x < y; });
    order_ = std::move(order);
  }

  void AddTree(const std::vector<uint32_t>& policies) {
    std::vector<Test> path;            // of the branch that is open
    std::vector<uint32_t> path_steps;  // where its steps are
    const auto close = [&](size_t depth) {
      for (; path.size() > depth; path.pop_back(), path_steps.pop_back())
        out_.steps_[path_steps.back()].next = static_cast<uint32_t>(out_.steps_.size());
    };
    for (const uint32_t policy : policies) {
      const std::vector<Test>& wanted = paths_[policy];
      size_t shared = 0;
      while (shared < path.size() && shared < wanted.size() && path[shared] == wanted[shared]) ++shared;
      close(shared);
      while (path.size() < wanted.size()) {
        const Test& test = wanted[path.size()];
        path_steps.push_back(static_cast<uint32_t>(out_.steps_.size()));
        path.push_back(test);
        out_.steps_.push_back({test.first ? NearStep::Kind::kMay : NearStep::Kind::kMust,
                               static_cast<uint8_t>(path.size()), 0, order_[test.second], 0});
      }
      out_.depths_ = std::max(out_.depths_, path.size() + 1);
      const PolicyNote& note = out_.notes_[policy];
      out_.steps_.push_back(
          {note.rest.empty() && !note.errs ? NearStep::Kind::kEmitOne : NearStep::Kind::kEmit,
           static_cast<uint8_t>(path.size()), 0, policy, 0});
    }
    close(0);
    MarkStraight();
  }

  // In the tree's order, since that is how they are read.
  void AddFound(uint32_t policy) {
    PolicyNote& note = out_.notes_[policy];
    note.parts.begin = static_cast<uint32_t>(out_.parts_.size());
    note.opening.begin = static_cast<uint32_t>(out_.opening_.size());
    for (const auto& [condition, from] : found_[policy]) {
      if (from.clause >= 0) out_.parts_.push_back({condition, from.clause});
      if (!from.later) out_.opening_.push_back(condition);
    }
    note.parts.end = static_cast<uint32_t>(out_.parts_.size());
    note.opening.end = static_cast<uint32_t>(out_.opening_.size());
  }

  // From the policies upwards.
  void MarkStraight() {
    for (size_t i = out_.steps_.size(); i-- > 0;) {
      NearStep& step = out_.steps_[i];
      if (step.kind != NearStep::Kind::kMust && step.kind != NearStep::Kind::kMay) continue;
      const NearStep& after = out_.steps_[i + 1];
      const bool last = after.kind != NearStep::Kind::kMust && after.kind != NearStep::Kind::kMay;
      // Nothing but the one policy may come before the end of the branch.
      if ((!last && after.straight == 0) || step.next != i + after.straight + 2u) continue;
      step.straight = static_cast<uint8_t>(after.straight + 1);
    }
  }

  NearProgram& out_;
  const plan::NormalForm& form_;
  const std::vector<LiteralForm>& literals_;
  const NearWanted& wanted_;
  std::map<std::vector<TermId>, uint32_t> ids_;
  std::vector<bool> errs_;    // by condition
  std::vector<double> left_;  // by condition: the share of rows that it leaves
  std::vector<std::vector<Test>> paths_;
  std::vector<std::vector<std::pair<uint32_t, From>>> found_;  // by policy: its conditions as written
  std::vector<uint32_t> order_;                                // conditions by rank
};

NearProgram::NearProgram(const plan::NormalForm& form, const std::vector<LiteralForm>& literals,
                         const NearWanted& wanted) {
  Builder(this, form, literals, wanted).Run();
}

}  // namespace zhida::batch

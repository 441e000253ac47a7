#include "engine/analyze/comparison.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "engine/pack/policy_reads.h"

namespace zhida::analyze {

using pack::Fact;
using pack::Outcome;
using pack::Pack;

namespace {

std::set<int> ChangedParameters(const Pack& before, const Pack& after) {
  std::set<int> changed;
  for (size_t i = 0; i < after.model.parameters.size(); ++i) {
    const feel::Parameter& was = before.model.parameters[i];
    const feel::Parameter& is = after.model.parameters[i];
    for (size_t version = 0; version < is.versions.size(); ++version) {
      const auto text = [](const Value& value) { return value.ToText(); };
      const bool same = std::ranges::equal(was.versions[version].values, is.versions[version].values,
                                           std::equal_to<>(), text, text);
      if (!same) changed.insert(static_cast<int>(i));
    }
  }
  return changed;
}

bool ReadsOneOf(const std::set<int>& parameters, const std::set<int>& read) {
  return std::ranges::any_of(read, [&](int parameter) { return parameters.contains(parameter); });
}

}  // namespace

bool SamePopulation(const Pack& before, const Pack& after, Diagnostics* diagnostics) {
  if (before.population.empty() && after.population.empty()) return true;
  bool same = before.files_digest == after.files_digest;
  if (same) {
    pack::PolicyReads reads(after.model);
    for (const pack::PopulationFact& fact : after.population) {
      reads.Add(fact.by);
      reads.Add(fact.of);
      reads.Add(fact.where);
    }
    same = !ReadsOneOf(ChangedParameters(before, after), reads.parameters());
  }
  if (same) return true;
  const Pack& has = after.population.empty() ? before : after;
  const Fact& fact = has.schema.facts[static_cast<size_t>(has.population.front().fact)];
  diagnostics->Error("ZD6007", fact.where,
                     "population facts such as " + fact.id + " are counted once for both packs, " +
                         "which differ in more than parameters that no count reads",
                     "compare with --set, or leave population facts out of both packs");
  return false;
}

std::vector<bool> Affected(const Pack& before, const Pack& after) {
  std::vector<bool> affected(after.policies.size(), true);
  if (before.files_digest != after.files_digest) return affected;
  const std::set<int> changed = ChangedParameters(before, after);
  for (size_t i = 0; i < affected.size(); ++i) {
    pack::PolicyReads reads(after.model);
    reads.Add(after.policies[i]);
    affected[i] = ReadsOneOf(changed, reads.parameters());
  }
  return affected;
}

Comparison::Comparison(pack::PackPtr before, pack::PackPtr after, Date as_of, const SharedFacts& facts,
                       const std::vector<std::string>& only)
    : before_(std::move(before)),
      after_(std::move(after)),
      facts_(facts),
      of_before_(before_->policies.size()) {
  const std::vector<bool> affected = Affected(*before_, *after_);
  const std::set<std::string> wanted(only.begin(), only.end());
  const auto looked_at = [&](const std::string& id) { return wanted.empty() || wanted.contains(id); };
  std::unordered_map<std::string, uint32_t> by_id;
  for (size_t i = 0; i < before_->policies.size(); ++i) {
    if (!looked_at(before_->policies[i].id)) continue;
    of_before_[i] = static_cast<uint32_t>(policies_.size());
    by_id.emplace(before_->policies[i].id, of_before_[i]);
    policies_.push_back({static_cast<int>(i), -1, true});
  }
  // A plan of what is affected only is small where one parameter changes among thousands of policies.
  std::vector<pack::PolicyPtr> judged;
  for (size_t i = 0; i < after_->policies.size(); ++i) {
    const pack::Policy& policy = after_->policies[i];
    if (!looked_at(policy.id)) continue;
    const auto [found, added] = by_id.emplace(policy.id, static_cast<uint32_t>(policies_.size()));
    if (added) policies_.push_back({});
    policies_[found->second].after = static_cast<int>(i);
    policies_[found->second].affected = affected[i];
    if (!affected[i]) continue;
    judged_.push_back(found->second);
    judged.emplace_back(after_, &policy);
  }
  if (judged.empty()) return;
  engine_ = std::make_unique<batch::BatchEngine>(plan::Compile(after_, std::move(judged), as_of),
                                                 batch::BatchOptions());
}

Comparison::Worker::Worker(const Comparison& comparison)
    : comparison_(comparison),
      facts_(comparison.facts_, comparison.after_->schema),
      place_(comparison.policies_.size()) {
  if (comparison.engine_) judge_ = std::make_unique<batch::BatchEngine::Worker>(*comparison.engine_);
  after_.StartBlock(comparison.judged_.size());
}

void Comparison::Worker::Run(const facts::FactBlock& block, const batch::Pairs& first) {
  before_ = &first;
  after_facts_ = &facts_.In(block);
  if (!judge_) return;
  after_.StartBlock(comparison_.judged_.size());
  judge_->Run(*after_facts_, nullptr, &after_);
}

Stand Comparison::Worker::Default(int position) const {
  return {position < 0 ? kAbsent : static_cast<size_t>(Outcome::kIneligible), std::nullopt};
}

const std::vector<Comparison::Pair>& Comparison::Worker::PairsOf(size_t row) {
  const auto stand = [](const batch::Pairs& pairs, size_t pair) {
    const batch::Cell cell = pairs.cells[pair];
    return Stand{static_cast<size_t>(cell.outcome),
                 cell.has_amount ? std::optional<int64_t>(pairs.amount_fen(pair)) : std::nullopt};
  };
  const std::vector<Matched>& policies = comparison_.policies_;
  for (const Pair& pair : pairs_) place_[pair.policy] = 0;
  pairs_.clear();
  for (size_t i = before_->row_begin(row); i < before_->row_ends[row]; ++i) {
    const uint32_t policy = comparison_.of_before_[before_->cells[i].policy];
    const Stand was = stand(*before_, i);
    const Matched& matched = policies[policy];
    pairs_.push_back({policy, was, matched.affected ? Default(matched.after) : was});
    place_[policy] = pairs_.size();
  }
  if (!judge_) return pairs_;
  const batch::Pairs& after = after_.pairs;
  for (size_t i = after.row_begin(row); i < after.row_ends[row]; ++i) {
    const uint32_t policy = comparison_.judged_[after.cells[i].policy];
    if (place_[policy] == 0) {
      pairs_.push_back({policy, Default(policies[policy].before), {}});
      place_[policy] = pairs_.size();
    }
    pairs_[place_[policy] - 1].after = stand(after, i);
  }
  return pairs_;
}

}  // namespace zhida::analyze

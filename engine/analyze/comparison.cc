#include "engine/analyze/comparison.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "engine/facts/coded_file.h"
#include "engine/pack/policy_reads.h"

namespace zhida::analyze {

using pack::Fact;
using pack::Outcome;
using pack::Pack;

namespace {

bool SameAge(const std::optional<pack::MaxAge>& a, const std::optional<pack::MaxAge>& b) {
  return a.has_value() == b.has_value() && (!a || (a->months == b->months && a->days == b->days));
}

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

// The population is counted once for both packs.
bool SamePopulation(const Pack& before, const Pack& after) {
  if (before.population.empty() && after.population.empty()) return true;
  if (before.files_digest != after.files_digest) return false;
  pack::PolicyReads reads(after.model);
  for (const pack::PopulationFact& fact : after.population) {
    reads.Add(fact.by);
    reads.Add(fact.of);
    reads.Add(fact.where);
  }
  return !ReadsOneOf(ChangedParameters(before, after), reads.parameters());
}

}  // namespace

bool SameFacts(const Pack& before, const Pack& after, Diagnostics* diagnostics) {
  const auto refuse = [&](const std::string& what) {
    diagnostics->Error("ZD6007", {}, what, "simulate with two packs about the same facts");
    return false;
  };
  const std::string names = before.id + " " + before.version + " and " + after.id + " " + after.version;
  if (before.schema.kind != after.schema.kind) {
    return refuse("pack " + before.id + " is about a " + before.schema.kind + ", pack " + after.id +
                  " about a " + after.schema.kind);
  }
  for (const auto& [one, other] : {std::pair(&before, &after), std::pair(&after, &before)}) {
    for (const Fact& fact : one->schema.facts) {
      if (std::ranges::none_of(other->schema.facts, [&](const Fact& its) { return its.id == fact.id; })) {
        return refuse("fact " + fact.id + " is in pack " + one->id + " " + one->version +
                      " and not in pack " + other->id + " " + other->version);
      }
    }
  }
  for (size_t i = 0; i < before.schema.facts.size(); ++i) {
    const Fact& was = before.schema.facts[i];
    const Fact& is = after.schema.facts[i];
    if (was.id != is.id)
      return refuse("packs " + names + " list their facts in another order, from " + is.id);
    if (!SameAge(was.max_age, is.max_age) || was.commitment_allowed != is.commitment_allowed) {
      return refuse("fact " + was.id + " has another max_age or commitment in packs " + names);
    }
  }
  if (facts::SchemaDigest(before) != facts::SchemaDigest(after)) {
    return refuse("packs " + names + " have facts of other types, units or code lists");
  }
  if (!SamePopulation(before, after)) return refuse("packs " + names + " count population facts differently");
  return true;
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

Comparison::Comparison(pack::PackPtr before, pack::PackPtr after, Date as_of)
    : before_(std::move(before)), after_(std::move(after)) {
  const std::vector<bool> affected = Affected(*before_, *after_);
  std::unordered_map<std::string, uint32_t> by_id;
  for (const pack::Policy& policy : before_->policies) {
    by_id.emplace(policy.id, static_cast<uint32_t>(policies_.size()));
    policies_.push_back({static_cast<int>(policies_.size()), -1, true});
  }
  // A plan of what is affected only is small where one parameter changes among thousands of policies.
  std::vector<pack::PolicyPtr> judged;
  for (size_t i = 0; i < after_->policies.size(); ++i) {
    const pack::Policy& policy = after_->policies[i];
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
    : comparison_(comparison), place_(comparison.policies_.size()) {
  if (comparison.engine_) judge_ = std::make_unique<batch::BatchEngine::Worker>(*comparison.engine_);
  after_.StartBlock(comparison.judged_.size());
}

void Comparison::Worker::Run(const facts::FactBlock& block, const batch::Pairs& first) {
  before_ = &first;
  if (!judge_) return;
  after_.StartBlock(comparison_.judged_.size());
  judge_->Run(block, nullptr, &after_);
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
    const uint32_t policy = before_->cells[i].policy;
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

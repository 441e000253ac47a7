#include "engine/facade/simulation.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/base/limits.h"
#include "engine/facade/simulation_sums.h"
#include "engine/facts/arrow_builder.h"
#include "engine/pack/policy_reads.h"

namespace zhida::facade {

using analyze::Comparison;
using analyze::Stand;
using facts::ArrowColumn;
using facts::FactBlock;
using pack::Outcome;

namespace {

// Pairs that change, as the batches show them.
struct ChangedRows {
  facts::NumberBuilder<int64_t> rows{"l"};
  facts::TextBuilder subjects;
  facts::NumberBuilder<int32_t> policies{"i"};
  facts::NumberBuilder<int8_t> before{"c"};
  facts::NumberBuilder<int8_t> after{"c"};
  facts::NumberBuilder<int64_t> before_fen{"l"};
  facts::NumberBuilder<int64_t> after_fen{"l"};

  void Add(const FactBlock& block, size_t row, const Comparison::Pair& pair) {
    rows.Add(block.input_row(row));
    subjects.Add(block.subject(row));
    policies.Add(static_cast<int32_t>(pair.policy));
    before.Add(static_cast<int8_t>(pair.before.outcome));
    after.Add(static_cast<int8_t>(pair.after.outcome));
    before_fen.AddOrNull(pair.before.fen);
    after_fen.AddOrNull(pair.after.fen);
  }
};

// What undetermined pairs of one pack could bring. An amount that hangs on nothing is asked for once.
class OpenPairs {
 public:
  explicit OpenPairs(const pack::Pack& pack) : pack_(pack), fixed_(pack.policies.size()) {
    for (const pack::Policy& policy : pack.policies) {
      pack::PolicyReads reads(pack.model);
      if (policy.amount) reads.Add(*policy.amount);
      hangs_.push_back(!reads.facts().empty() || (reads.dated() && policy.event_fact >= 0));
    }
  }
  pack::PossibleAmount Of(int position, pack::SubjectJudge& judge) {
    const auto policy = static_cast<size_t>(position);
    if (hangs_[policy]) return judge.Possible(position);
    if (!fixed_[policy]) fixed_[policy] = judge.Possible(position);
    return *fixed_[policy];
  }

 private:
  const pack::Pack& pack_;
  std::vector<bool> hangs_;
  std::vector<std::optional<pack::PossibleAmount>> fixed_;
};

// What the eligible pairs of one subject come to.
struct Eligible {
  int64_t pairs = 0;
  int128_t fen = 0;
  void Count(const Stand& stand) {
    if (!stand.is(Outcome::kEligible)) return;
    ++pairs;
    fen += stand.fen.value_or(0);
  }
};

}  // namespace

// What one thread works with, and what it has added up.
class SimulationTask::Impl {
 public:
  struct Part {
    Part(const SimulationFrame& frame, const batch::BatchEngine& first_engine);
    void RunDetailed(const SimulationFrame& frame, const FactBlock& block, size_t row, ChangedRows* changed);
    void RunSweep(const SimulationFrame& frame, size_t row);
    void CountOpen(const SimulationFrame& frame, const Comparison::Pair& pair, pack::SubjectJudge& before,
                   pack::SubjectJudge& after);

    batch::BatchEngine::Worker first;
    batch::BlockResult result;
    std::unique_ptr<Comparison::Worker> second;
    std::vector<std::unique_ptr<Comparison::Worker>> sweep;
    std::optional<OpenPairs> open_before;
    std::optional<OpenPairs> open_after;
    SimulationSums sums;
  };

  SimulationFrame frame;
  std::unique_ptr<batch::BatchEngine> first;
  std::shared_ptr<const ArrowColumn> policy_ids;
  std::shared_ptr<const ArrowColumn> stands;
  mutable std::mutex mutex;
  std::vector<std::unique_ptr<Part>> idle;

  SimulationSums Sums() const {
    SimulationSums all;
    all.groups.resize(frame.groupings.size());  // where nothing was read
    const std::lock_guard lock(mutex);
    for (const std::unique_ptr<Part>& part : idle) all.Add(part->sums);
    CountUnlisted(frame, &all);
    return all;
  }
};

SimulationTask::Impl::Part::Part(const SimulationFrame& frame, const batch::BatchEngine& first_engine)
    : first(first_engine) {
  result.StartBlock(frame.before->policies().size());
  if (frame.comparison) {
    second = std::make_unique<Comparison::Worker>(*frame.comparison);
    sums.policies.resize(frame.comparison->policies().size());
    sums.groups.resize(frame.groupings.size());
    if (frame.forecast) {
      open_before.emplace(frame.comparison->before());
      open_after.emplace(frame.comparison->after());
    }
  }
  for (const std::unique_ptr<Comparison>& value : frame.sweep) {
    sweep.push_back(std::make_unique<Comparison::Worker>(*value));
  }
  sums.sweep.resize(frame.sweep.size());
}

void SimulationTask::Impl::Part::CountOpen(const SimulationFrame& frame, const Comparison::Pair& pair,
                                           pack::SubjectJudge& before, pack::SubjectJudge& after) {
  const bool open_then = pair.before.is(Outcome::kUndetermined);
  const bool open_now = pair.after.is(Outcome::kUndetermined);
  if (!open_then && !open_now) return;
  const Comparison::Matched& matched = frame.comparison->policies()[pair.policy];
  PolicySums& of = sums.policies[pair.policy];
  pack::PossibleAmount amount;
  if (open_then) {
    amount = open_before->Of(matched.before, before);
    of.open_before.Count(amount);
  }
  if (!open_now) return;
  if (!open_then || matched.affected) amount = open_after->Of(matched.after, after);
  of.open_after.Count(amount);
}

void SimulationTask::Impl::Part::RunDetailed(const SimulationFrame& frame, const FactBlock& block, size_t row,
                                             ChangedRows* changed) {
  const facts::BlockRow subject(block, row);
  const facts::BlockRow subject_after(second->after_facts(), row);
  pack::SubjectJudge before(frame.comparison->before(), frame.before->as_of(), subject);
  pack::SubjectJudge after(frame.comparison->after(), frame.before->as_of(), subject_after);
  GroupSums of_subject;
  Eligible then;
  Eligible now;
  std::vector<const Comparison::Pair*> changes;
  for (const Comparison::Pair& pair : second->PairsOf(row)) {
    PolicySums& of = sums.policies[pair.policy];
    of.shift.Count(pair.before, pair.after);
    of_subject.shift.Count(pair.before, pair.after);
    then.Count(pair.before);
    now.Count(pair.after);
    if (const auto change = analyze::ChangeOf(pair.before, pair.after)) {
      of.examples.Offer(*change, block.subject(row), pair.before, pair.after);
      if (changed != nullptr) changes.push_back(&pair);
    }
    if (frame.forecast) CountOpen(frame, pair, before, after);
  }
  of_subject.subjects.Count(then.pairs, then.fen, now.pairs, now.fen);
  sums.whole.Add(of_subject);
  for (size_t i = 0; i < frame.groupings.size(); ++i) {
    sums.groups[i][frame.groupings[i].KeyOf(block, row, before)].Add(of_subject);
  }
  std::ranges::sort(changes, {}, [](const Comparison::Pair* pair) { return pair->policy; });
  for (const Comparison::Pair* pair : changes) changed->Add(block, row, *pair);
}

void SimulationTask::Impl::Part::RunSweep(const SimulationFrame& frame, size_t row) {
  for (size_t value = 0; value < sweep.size(); ++value) {
    SweepSums& of = sums.sweep[value];
    Eligible then;
    Eligible now;
    for (const Comparison::Pair& pair : sweep[value]->PairsOf(row)) {
      if (pair.policy < frame.swept.size() && !frame.swept[pair.policy]) continue;
      of.shift.Count(pair.before, pair.after);
      then.Count(pair.before);
      now.Count(pair.after);
    }
    of.subjects.Count(then.pairs, then.fen, now.pairs, now.fen);
  }
}

namespace {

// Whether the other engines can be compared with the first; their facts are joined in the frame.
bool Join(const std::vector<std::shared_ptr<const Engine>>& others, SimulationFrame* frame,
          Diagnostics* diagnostics) {
  const Engine& before = *frame->before;
  frame->facts = std::make_unique<analyze::SharedFacts>(before.pack_ptr());
  for (const std::shared_ptr<const Engine>& other : others) {
    if (other->as_of() != before.as_of()) {
      diagnostics->Error("ZD6009", {},
                         "one pack is compiled for " + before.as_of().ToString() + ", the other for " +
                             other->as_of().ToString(),
                         "compare both as of one day");
      return false;
    }
    if (!frame->facts->Add(other->pack(), diagnostics)) return false;
    if (!analyze::SamePopulation(before.pack(), other->pack(), diagnostics)) return false;
  }
  return true;
}

// False with a diagnostic for each policy that none of the packs has.
bool AreKnown(const std::vector<std::string>& policies, const SimulationFrame& frame,
              Diagnostics* diagnostics) {
  for (const std::string& id : policies) {
    std::vector<bool> selected;
    if (frame.against && frame.against->policies().Find(id) >= 0) continue;
    frame.before->SelectPolicies({id}, &selected, diagnostics);
  }
  return diagnostics->ok();
}

std::unique_ptr<batch::BatchEngine> FirstEngine(const Engine& engine,
                                                const std::vector<std::string>& policies) {
  batch::BatchOptions options;
  if (!policies.empty()) {
    options.policies.resize(engine.policies().size());
    for (const std::string& id : policies) {
      const int position = engine.policies().Find(id);
      if (position >= 0) options.policies[static_cast<size_t>(position)] = true;
    }
  }
  return std::make_unique<batch::BatchEngine>(engine.plan(), std::move(options));
}

// The id of each policy of a comparison.
std::vector<std::string> IdsOf(const Comparison& comparison) {
  std::vector<std::string> ids;
  for (const Comparison::Matched& matched : comparison.policies()) {
    const bool there = matched.before >= 0;
    const pack::Pack& pack = there ? comparison.before() : comparison.after();
    ids.push_back(pack.policies[static_cast<size_t>(there ? matched.before : matched.after)].id);
  }
  return ids;
}

}  // namespace

std::shared_ptr<SimulationTask> SimulationTask::Open(std::shared_ptr<const Engine> before,
                                                     SimulationOptions options, Diagnostics* diagnostics) {
  auto impl = std::make_unique<Impl>();
  SimulationFrame& frame = impl->frame;
  frame.before = before;
  frame.against = options.against;
  frame.sweep_engines = std::move(options.sweep);
  frame.forecast = options.forecast;
  std::vector<std::shared_ptr<const Engine>> others = frame.sweep_engines;
  if (frame.against) others.push_back(frame.against);
  if (!Join(others, &frame, diagnostics) || !AreKnown(options.policies, frame, diagnostics)) return nullptr;
  for (const std::string& word : options.by.empty() ? Grouping::Defaults(before->pack()) : options.by) {
    if (auto grouping = Grouping::Open(before->pack(), word, diagnostics)) {
      frame.groupings.push_back(std::move(*grouping));
    }
  }
  if (!diagnostics->ok()) return nullptr;
  const auto compare = [&](const Engine& other) {
    return std::make_unique<Comparison>(before->pack_ptr(), other.pack_ptr(), before->as_of(), *frame.facts,
                                        options.policies);
  };
  if (frame.against) frame.comparison = compare(*frame.against);
  for (const std::shared_ptr<const Engine>& engine : frame.sweep_engines) {
    frame.sweep.push_back(compare(*engine));
    const std::vector<Comparison::Matched>& policies = frame.sweep.back()->policies();
    frame.swept.resize(
        std::ranges::count_if(policies, [](const auto& matched) { return matched.before >= 0; }));
    for (size_t i = 0; i < frame.swept.size(); ++i) frame.swept[i] = frame.swept[i] || policies[i].affected;
  }
  impl->first = FirstEngine(*before, options.policies);
  impl->policy_ids =
      facts::Utf8Column("", frame.comparison ? IdsOf(*frame.comparison) : std::vector<std::string>());
  std::vector<std::string> stands;
  for (size_t i = 0; i < analyze::kStandCount; ++i) stands.emplace_back(analyze::StandName(i));
  impl->stands = facts::Utf8Column("", stands);
  return std::shared_ptr<SimulationTask>(new SimulationTask(std::move(impl)));
}

SimulationTask::SimulationTask(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SimulationTask::~SimulationTask() = default;

const pack::Pack* SimulationTask::reads() const { return &impl_->frame.facts->reading(); }

namespace {

std::shared_ptr<ArrowColumn> Batch(ChangedRows changed, const facts::ColumnPtr& policies,
                                   const facts::ColumnPtr& stands) {
  using facts::Required;
  const auto count = static_cast<int64_t>(changed.rows.size());
  return facts::StructColumn(
      "", count,
      {Required(changed.rows.Finish("row")), Required(changed.subjects.Finish("subject")),
       Required(changed.policies.Finish("policy", policies)),
       Required(changed.before.Finish("before", stands)), Required(changed.after.Finish("after", stands)),
       changed.before_fen.Finish("before_fen"), changed.after_fen.Finish("after_fen")});
}

}  // namespace

std::shared_ptr<ArrowColumn> SimulationTask::Work(const FactBlock& block, bool wanted) {
  const SimulationFrame& frame = impl_->frame;
  std::unique_ptr<Impl::Part> part;
  {
    const std::lock_guard lock(impl_->mutex);
    if (!impl_->idle.empty()) {
      part = std::move(impl_->idle.back());
      impl_->idle.pop_back();
    }
  }
  if (!part) part = std::make_unique<Impl::Part>(frame, *impl_->first);
  part->result.StartBlock(frame.before->policies().size());
  part->first.Run(block, nullptr, &part->result);
  if (part->second) part->second->Run(block, part->result.pairs);
  for (const std::unique_ptr<Comparison::Worker>& value : part->sweep) value->Run(block, part->result.pairs);
  part->sums.subjects += static_cast<int64_t>(block.row_count());
  ChangedRows changed;
  for (size_t row = 0; row < block.row_count(); ++row) {
    if (part->second) part->RunDetailed(frame, block, row, wanted ? &changed : nullptr);
    part->RunSweep(frame, row);
  }
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->idle.push_back(std::move(part));
  }
  return changed.rows.size() == 0 ? nullptr : Batch(std::move(changed), impl_->policy_ids, impl_->stands);
}

std::shared_ptr<const ArrowColumn> SimulationTask::Columns() const {
  return Batch({}, impl_->policy_ids, impl_->stands);
}

void SimulationTask::WriteSummary(JsonWriter* json) const {
  WriteSimulation(impl_->frame, impl_->Sums(), json);
}

std::string SimulationTask::error() const {
  const SimulationSums sums = impl_->Sums();
  for (size_t i = 0; i < sums.groups.size(); ++i) {
    if (sums.groups[i].size() <= limits::kGroupsMax) continue;
    return "ZD6018: " + impl_->frame.groupings[i].word() + " has more than " +
           std::to_string(limits::kGroupsMax) +
           " different values (kGroupsMax); group by something with fewer";
  }
  return "";
}

}  // namespace zhida::facade

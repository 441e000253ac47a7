#include "engine/point/point.h"

#include <algorithm>
#include <utility>

namespace zhida::point {

using pack::Judgement;
using pack::Outcome;
using pack::Reason;
using plan::Known;

namespace {

// Subjects after which the index is arranged anew; the last ends the learning.
constexpr int kLessons[] = {32, 256, 2048};

}  // namespace

PointEngine::PointEngine(plan::PlanPtr plan)
    : plan_(std::move(plan)),
      texts_(std::make_unique<plan::TextTests>(*plan_)),
      codes_(std::make_unique<plan::Codebook>(*plan_, *texts_)),
      form_(plan::Normalize(*plan_, *codes_)),
      index_(std::make_shared<RuleIndex>(form_, *codes_, GuessShares(form_, *codes_))) {
  for (size_t policy = 0; policy < plan_->policies.size(); ++policy) {
    const plan::PlannedPolicy& planned = plan_->policies[policy];
    plain_.push_back(form_.policies[policy].rest.empty() && !planned.amount && !planned.has_later);
  }
  learned_.sure.resize(form_.literals.size());
  learned_.open.resize(form_.literals.size());
}

PointEngine::~PointEngine() = default;

std::shared_ptr<const RuleIndex> PointEngine::Index(int* generation) const {
  const std::lock_guard lock(mutex_);
  *generation = generation_.load(std::memory_order_relaxed);
  return index_;
}

size_t PointEngine::byte_count() const {
  const std::lock_guard lock(mutex_);
  return index_->byte_count();
}

void PointEngine::Learn(const RuleIndex& index, const RuleIndex::Scratch& scratch) const {
  const std::lock_guard lock(mutex_);
  if (!learning_.load(std::memory_order_relaxed)) return;
  for (size_t i = 0; i < form_.literals.size(); ++i) {
    const Truth truth = scratch.TruthOf(index, static_cast<plan::LiteralId>(i));
    learned_.sure[i] += truth == Truth::kTrue ? 1 : 0;
    learned_.open[i] += truth == Truth::kUnknown ? 1 : 0;
  }
  ++learned_.rows;
  if (std::find(std::begin(kLessons), std::end(kLessons), learned_.rows) == std::end(kLessons)) return;
  LiteralShares shares;
  // Never quite 0: what was not seen yet may come.
  const auto share = [&](uint32_t count) {
    return (static_cast<float>(count) + 0.1F) / static_cast<float>(learned_.rows + 1);
  };
  std::transform(learned_.sure.begin(), learned_.sure.end(), std::back_inserter(shares.sure), share);
  std::transform(learned_.open.begin(), learned_.open.end(), std::back_inserter(shares.open), share);
  index_ = std::make_shared<RuleIndex>(form_, *codes_, shares);
  generation_.fetch_add(1, std::memory_order_release);
  if (learned_.rows == *std::rbegin(kLessons)) learning_.store(false, std::memory_order_relaxed);
}

PointEngine::Worker::Worker(const PointEngine& engine)
    : engine_(engine),
      texts_(engine.texts_->MakeLocal()),
      verified_(*engine.plan_, *engine.texts_, feel::Reading::kVerified),
      promised_(*engine.plan_, *engine.texts_, feel::Reading::kPromised) {}

void PointEngine::Worker::Start(const facts::FactBlock& block, size_t row) {
  block_ = &block;
  row_ = row;
  verified_started_ = false;
  promised_started_ = false;
  judge_.reset();
  if (generation_ != engine_.generation_.load(std::memory_order_acquire)) {
    index_ = engine_.Index(&generation_);
    scratch_ = std::make_unique<RuleIndex::Scratch>(*index_);
  }
}

plan::RowPass& PointEngine::Worker::Verified() {
  if (!std::exchange(verified_started_, true)) verified_.Start(*block_, static_cast<uint32_t>(row_));
  return verified_;
}

plan::RowPass& PointEngine::Worker::Promised() {
  if (!std::exchange(promised_started_, true)) promised_.Start(*block_, static_cast<uint32_t>(row_));
  return promised_;
}

Judgement PointEngine::Worker::Judge(size_t policy) {
  if (!judge_) {
    subject_ = std::make_unique<facts::BlockRow>(*block_, row_);
    judge_ = std::make_unique<pack::SubjectJudge>(*engine_.plan_->pack, engine_.plan_->as_of, *subject_);
  }
  ++judged_pairs_;
  return judge_->Decide(engine_.plan_->policy(policy));
}

bool PointEngine::Worker::PromisesMatter(size_t policy) const {
  const plan::PlannedPolicy& planned = engine_.plan_->policies[policy];
  if (planned.has_later) return true;
  return block_->any_committed() && std::any_of(planned.facts.begin(), planned.facts.end(), [&](int fact) {
           return facts::IsCommitted(block_->column(fact).state[row_]);
         });
}

bool PointEngine::Worker::RefusalReason(size_t policy, Reason* reason) {
  Truth scope = Truth::kTrue;
  for (const plan::PlannedClause& clause : engine_.plan_->policies[policy].clauses) {
    if (clause.scope) scope = And(scope, Promised().TruthOf(clause.promised));
  }
  *reason = scope == Truth::kFalse ? Reason::kScope : Reason::kCondition;
  return scope != Truth::kError;
}

// Sets the amount of a judgement whose clauses are true. False if only the judge can.
bool PointEngine::Worker::Amount(size_t policy, Judgement* out) {
  const auto& rule = engine_.plan_->policies[policy].amount;
  if (!rule) return true;
  if (!rule->vector_form) return false;
  const plan::AmountValue amount = Verified().AmountOf(*rule);
  switch (amount.known) {
    case Known::kKnown:
      out->amount_fen = amount.fen;
      return true;
    case Known::kUnknown:
      out->outcome = Outcome::kUndetermined;
      out->reason = Reason::kAmount;
      return true;
    case Known::kNull:
    case Known::kAsk:
      return false;
  }
  return false;
}

bool PointEngine::Worker::Decide(const RuleIndex::Hit& hit, Judgement* out) {
  const size_t policy = static_cast<size_t>(hit.policy);
  Truth truth = hit.truth;
  for (const int clause : engine_.form_.policies[policy].rest) {
    if (truth == Truth::kFalse) break;
    truth = And(
        truth, Verified().TruthOf(engine_.plan_->policies[policy].clauses[static_cast<size_t>(clause)].node));
  }
  switch (truth) {
    case Truth::kFalse:
      *out = {Outcome::kIneligible, Reason::kNone, std::nullopt};
      return true;
    case Truth::kTrue:
      *out = {Outcome::kEligible, Reason::kNone, std::nullopt};
      return Amount(policy, out) && !(out->outcome == Outcome::kUndetermined && PromisesMatter(policy));
    case Truth::kUnknown:
      *out = {Outcome::kUndetermined, Reason::kCondition, std::nullopt};
      return !PromisesMatter(policy);
    case Truth::kError:
      return false;
  }
  return false;
}

void PointEngine::Worker::Encode(const facts::FactBlock& block, size_t row, plan::RowCodes* codes) {
  texts_.unshared.clear();
  engine_.codes_->EncodeRow(block, row, &texts_, codes);
}

void PointEngine::Worker::FindCoded(const facts::FactBlock& block, size_t row, const plan::RowCodes& codes,
                                    Want want, std::vector<Match>* matches) {
  Start(block, row);
  const bool learning = engine_.learning_.load(std::memory_order_relaxed);
  matches->clear();
  // In its place: a copy of what was just written piece by piece would have to wait for it.
  const auto add = [matches](int policy, Outcome outcome, Reason reason) {
    Match& match = matches->emplace_back();
    match.policy = policy;
    match.judgement.outcome = outcome;
    match.judgement.reason = reason;
  };
  for (const RuleIndex::Hit& hit :
       index_->Find(codes, want == Want::kEligible && !learning, scratch_.get())) {
    // Most are told by their terms, and nothing else of them needs to be looked at.
    const bool plain = engine_.plain_[static_cast<size_t>(hit.policy)] != 0;
    if (plain && hit.truth == Truth::kTrue) {
      add(hit.policy, Outcome::kEligible, Reason::kNone);
      continue;
    }
    if (plain && hit.truth == Truth::kUnknown && !block.any_committed()) {
      if (want == Want::kOpen) add(hit.policy, Outcome::kUndetermined, Reason::kCondition);
      continue;
    }
    Match match{hit.policy, {}};
    if (!Decide(hit, &match.judgement)) match.judgement = Judge(static_cast<size_t>(hit.policy));
    const bool wanted = want == Want::kEligible ? match.judgement.outcome == Outcome::kEligible
                                                : match.judgement.outcome != Outcome::kIneligible;
    if (wanted) matches->push_back(match);
  }
  if (learning) engine_.Learn(*index_, *scratch_);
}

void PointEngine::Worker::Find(const facts::FactBlock& block, size_t row, Want want,
                               std::vector<Match>* matches) {
  Encode(block, row, &codes_);
  FindCoded(block, row, codes_, want, matches);
}

void PointEngine::Worker::Run(const facts::FactBlock& block, size_t row, std::vector<Judgement>* out) {
  Find(block, row, Want::kOpen, &matches_);
  out->assign(engine_.plan_->policies.size(), {Outcome::kIneligible, Reason::kNone, std::nullopt});
  for (const Match& match : matches_) (*out)[static_cast<size_t>(match.policy)] = match.judgement;
  for (size_t policy = 0; policy < out->size(); ++policy) {
    Judgement& judgement = (*out)[policy];
    if (judgement.outcome != Outcome::kIneligible) continue;
    if (!RefusalReason(policy, &judgement.reason)) judgement = Judge(policy);
  }
}

}  // namespace zhida::point

#include "engine/batch/batch.h"

#include <algorithm>
#include <utility>

namespace zhida::batch {

using pack::Outcome;
using plan::Known;
using plan::PlannedAmount;
using plan::PlannedClause;
using plan::PlannedPolicy;

void PolicyTotals::Add(const PolicyTotals& other) {
  for (size_t i = 0; i < outcomes.size(); ++i) outcomes[i] += other.outcomes[i];
  amount_fen += other.amount_fen;
  conditional_amount_fen += other.conditional_amount_fen;
}

void WorkCounts::Add(const WorkCounts& other) {
  pairs += other.pairs;
  judged_pairs += other.judged_pairs;
  expressions += other.expressions;
  judged_amounts += other.judged_amounts;
}

void BlockResult::StartBlock(size_t policies) {
  pairs.Clear();
  near.clear();
  totals.resize(policies);
}

BatchEngine::BatchEngine(plan::PlanPtr plan, BatchOptions options)
    : plan_(std::move(plan)),
      options_(std::move(options)),
      texts_(std::make_unique<plan::TextTests>(*plan_, options_.pattern_bytes)),
      codes_(*plan_, *texts_),
      form_(plan::Normalize(*plan_, codes_, options_.near != nullptr)) {}

BatchEngine::~BatchEngine() = default;

BatchEngine::Worker::Worker(const BatchEngine& engine)
    : engine_(engine),
      verified_(*engine.plan_, *engine.texts_, feel::Reading::kVerified, engine.options_.fault),
      promised_(*engine.plan_, *engine.texts_, feel::Reading::kPromised, engine.options_.fault),
      local_codes_(engine.codes_),
      sieve_(engine.options_.kernels ? *engine.options_.kernels : BestKernels()),
      sorter_(engine.plan_->policies.size()),
      near_(*engine.plan_, engine.options_.near, sieve_.kernels()) {
  const plan::Plan& plan = *engine.plan_;
  orders_.resize(plan.policies.size());
  taken_.assign(plan.policies.size(), 0);
  for (size_t policy = 0; policy < orders_.size(); ++policy) {
    const std::vector<PlannedClause>& clauses = plan.policies[policy].clauses;
    for (size_t i = 0; i < clauses.size(); ++i) {
      const double cost = plan.graph.nodes[static_cast<size_t>(clauses[i].node)].cost;
      orders_[policy].entries.push_back({static_cast<int>(i), cost});
    }
  }
}

void BatchEngine::Worker::SortClauses(ClauseOrder* order) {
  constexpr int kBlocksBetweenSortings = 64;
  if (--order->blocks_until_sorting > 0) return;
  order->blocks_until_sorting = kBlocksBetweenSortings;
  // Work for each firm that it decides.
  const auto work = [](const ClauseOrder::Entry& entry) {
    return entry.cost / (1.001 - entry.left / entry.asked);
  };
  std::stable_sort(order->entries.begin(), order->entries.end(),
                   [&](const auto& a, const auto& b) { return work(a) < work(b); });
}

BatchEngine::Worker::~Worker() = default;

void BatchEngine::Worker::Run(const facts::FactBlock& block, const plan::CodedRows* codes,
                              BlockResult* result) {
  block_ = &block;
  result_ = result;
  result->StartBlock(engine_.plan_->policies.size());
  result->bitmaps.Start();
  committed_facts_.assign(block.schema().facts.size(), false);
  for (size_t fact = 0; fact < committed_facts_.size(); ++fact) {
    committed_facts_[fact] = block.any_committed(static_cast<int>(fact));
  }
  if (engine_.options_.with_sieve) {
    codes_ = codes;
    if (codes == nullptr) {
      local_codes_.StartBlock();
      engine_.codes_.Encode(block, 0, block.row_count(), &local_codes_, &own_codes_);
      codes_ = &own_codes_;
    }
    UpdateProgram();
  }
  const int64_t expressions = verified_.counts().expressions + promised_.counts().expressions;
  // Blocks of one size, not a full one and a rest.
  const size_t rows = block.row_count();
  const size_t blocks = (rows + engine_.options_.block_rows - 1) / engine_.options_.block_rows;
  for (size_t i = 0; i < blocks; ++i) RunRows(rows * i / blocks, rows * (i + 1) / blocks - rows * i / blocks);
  result->work.expressions += verified_.counts().expressions + promised_.counts().expressions - expressions;
}

void BatchEngine::Worker::UpdateProgram() {
  const size_t policies = engine_.plan_->policies.size();
  {
    std::unique_lock lock(engine_.mutex_);
    // Looked at again after several times as many rows: kinds of texts that are new by then get planes.
    constexpr size_t kSample = 4096;
    constexpr uint64_t kTimesMore = 4;
    const uint64_t rows = block_->row_count();
    const bool is_due = rows > 0 && engine_.rows_ >= kTimesMore * engine_.rows_at_program_;
    engine_.rows_ += rows;
    if (!engine_.program_ || is_due) {
      CodeCounts& seen = engine_.seen_;
      CountCodes(engine_.codes_, *codes_, kSample, &seen);
      engine_.rows_at_program_ = std::max<uint64_t>(engine_.rows_, 1);
      const auto make = [this](const CodeCounts& counts) {
        const NearWanted near{*engine_.plan_, engine_.options_.near};
        return std::make_shared<const SieveProgram>(engine_.codes_, engine_.form_, counts, near,
                                                    engine_.options_.fault);
      };
      if (engine_.program_) {
        // Others go on with the one there is.
        const CodeCounts counts = seen;
        lock.unlock();
        std::shared_ptr<const SieveProgram> made = make(counts);
        lock.lock();
        engine_.program_ = std::move(made);
      } else {
        engine_.program_ = make(seen);
      }
    }
    program_ = engine_.program_;
  }
  only_sure_matters_ = engine_.options_.eligible_only && program_->is_whole();
  promises_matter_.resize(policies);
  plain_.resize(policies);
  for (size_t policy = 0; policy < policies; ++policy) {
    promises_matter_[policy] = PromisesMatter(static_cast<int>(policy));
    const SieveProgram::PolicyNote& note = program_->note(policy);
    plain_[policy] = note.decided && !note.errs && !promises_matter_[policy] &&
                     !engine_.plan_->policies[policy].amount.has_value();
    only_sure_matters_ = only_sure_matters_ && note.decided;
  }
}

void BatchEngine::Worker::RunRows(size_t first, size_t count) {
  const BatchOptions& options = engine_.options_;
  first_ = first;
  verified_.Start(*block_, first, count, nullptr);
  promised_.Start(*block_, first, count, &verified_);
  if (program_) sieve_.Prepare(*program_, *codes_, first, count);
  if (!options.near_only) JudgeRows(count);
  if (options.near == nullptr) return;
  near_.Run(promised_, program_.get(), program_ ? &sieve_ : nullptr, options.policies, &result_->near_counts,
            options.list_near ? &result_->near : nullptr);
}

void BatchEngine::Worker::JudgeRows(size_t count) {
  sorter_.Start(count);
  result_->bitmaps.StartBlock(first_, count);
  asked_.clear();
  const auto is_wanted = [&](size_t policy) {
    return engine_.options_.policies.empty() || engine_.options_.policies[policy];
  };
  const size_t policies = engine_.plan_->policies.size();
  const Plane none(verified_.words(), 0);
  if (!program_) {
    for (size_t policy = 0; policy < policies; ++policy) {
      if (is_wanted(policy)) RunPolicy(static_cast<int>(policy), none, verified_.valid());
    }
  } else {
    ++block_number_;
    sure_only_ = only_sure_matters_ && !sieve_.any_ask();
    sieve_.Run(*program_, sure_only_, this);
    const bool refused_wanted = engine_.options_.wanted[static_cast<size_t>(Outcome::kIneligible)];
    for (size_t policy = 0; policy < policies; ++policy) {
      if (taken_[policy] == block_number_ || !is_wanted(policy)) continue;
      // No row can satisfy it.
      if (refused_wanted) {
        Emit(static_cast<int>(policy), verified_.valid(), Outcome::kIneligible, nullptr);
      } else if (!sure_only_) {
        result_->totals[policy].outcomes[static_cast<size_t>(Outcome::kIneligible)] +=
            static_cast<int64_t>(count);
      }
    }
  }
  for (size_t policy = 0; policy < policies; ++policy) {
    if (is_wanted(policy)) result_->work.pairs += static_cast<int64_t>(count);
  }
  AskJudge();
  sorter_.Finish(&result_->pairs);
}

void BatchEngine::Worker::Take(uint32_t policy, const uint64_t* sure, const uint64_t* open) {
  if (!engine_.options_.policies.empty() && !engine_.options_.policies[policy]) return;
  taken_[policy] = block_number_;
  const size_t words = verified_.words();
  const bool asks = sieve_.any_ask();
  if (!plain_[policy] || asks) {
    Plane sure_rows(sure, sure + words);
    RunPolicy(static_cast<int>(policy), sure_rows, Plane(open, open + words));
    return;
  }
  PolicyTotals& totals = result_->totals[policy];
  size_t sure_count = 0;
  size_t open_count = 0;
  for (size_t w = 0; w < words; ++w) {
    sure_count += static_cast<size_t>(__builtin_popcountll(sure[w]));
    open_count += static_cast<size_t>(__builtin_popcountll(open[w]));
  }
  const auto write = [&](Outcome outcome, size_t rows, auto&& rows_at) {
    totals.outcomes[static_cast<size_t>(outcome)] += static_cast<int64_t>(rows);
    if (rows == 0 || !engine_.options_.wanted[static_cast<size_t>(outcome)]) return;
    if (engine_.options_.bitmaps) {
      uint64_t* const bitmap = result_->bitmaps.New(policy, outcome);
      for (size_t w = 0; w < words; ++w) bitmap[w] = rows_at(w);
      return;
    }
    sorter_.StartPiece(policy, outcome, false);
    sorter_.AddRows(words, rows_at);
  };
  write(Outcome::kEligible, sure_count, [&](size_t w) { return sure[w]; });
  if (sure_only_) return;
  write(Outcome::kUndetermined, open_count - sure_count, [&](size_t w) { return open[w] & ~sure[w]; });
  write(Outcome::kIneligible, verified_.row_count() - open_count,
        [&](size_t w) { return verified_.valid()[w] & ~open[w]; });
}

bool BatchEngine::Worker::PromisesMatter(int policy) const {
  const PlannedPolicy& planned = engine_.plan_->policies[static_cast<size_t>(policy)];
  if (planned.has_later) return true;
  return block_->any_committed() && std::any_of(planned.facts.begin(), planned.facts.end(), [&](int fact) {
           return committed_facts_[static_cast<size_t>(fact)];
         });
}

void BatchEngine::Worker::Root(int policy, BlockPass& pass, bool promised, bool all, const Plane& rows,
                               Planes* root) {
  const std::vector<PlannedClause>& clauses = engine_.plan_->policies[static_cast<size_t>(policy)].clauses;
  ClauseOrder& order = orders_[static_cast<size_t>(policy)];
  if (!promised) SortClauses(&order);
  const std::vector<int>& rest = engine_.form_.policies[static_cast<size_t>(policy)].rest;
  Plane alive(rows.size());
  size_t left = pass.row_count();
  for (ClauseOrder::Entry& entry : order.entries) {
    if (!all && !std::binary_search(rest.begin(), rest.end(), entry.clause)) continue;
    for (size_t i = 0; i < alive.size(); ++i) alive[i] = root->can_true[i] & rows[i];
    const PlannedClause& clause = clauses[static_cast<size_t>(entry.clause)];
    AndInto(pass.Truth(promised ? clause.promised : clause.node, alive), root);
    const size_t asked = std::exchange(left, CountBits(root->can_true));
    if (!promised) {
      entry.asked += static_cast<double>(asked);
      entry.left += static_cast<double>(left);
    }
    if (left == 0) break;
  }
  for (size_t i = 0; i < alive.size(); ++i) root->can_false[i] |= pass.valid()[i] & ~root->can_true[i];
}

// What the sieve could not tell is found out by all clauses, for the rows where it matters.
void BatchEngine::Worker::VerifiedRoot(int policy, const Plane& sure, const Plane& open, Planes* root) {
  const size_t words = verified_.words();
  const Plane& valid = verified_.valid();
  root->Assign(words);
  root->can_true = open;
  for (size_t i = 0; i < words; ++i) root->can_false[i] = valid[i] & ~sure[i];
  const SieveProgram::PolicyNote note =
      program_ ? program_->note(static_cast<size_t>(policy)) : SieveProgram::PolicyNote{};
  if (!program_) {
    root->can_false.assign(words, 0);
    Root(policy, verified_, false, true, valid, root);
    return;
  }
  if (!note.decided) Root(policy, verified_, false, false, open, root);
  if (!note.errs && !sieve_.any_ask()) return;
  Plane doubtful(words);
  for (size_t i = 0; i < words; ++i) {
    doubtful[i] = open[i] & ~sure[i] & (note.errs ? ~uint64_t{0} : sieve_.ask()[i]);
  }
  if (IsEmpty(doubtful)) return;
  Planes second;
  second.Assign(words);
  second.can_true = doubtful;
  Root(policy, verified_, false, true, doubtful, &second);
  for (size_t i = 0; i < words; ++i) {
    root->can_true[i] = (root->can_true[i] & ~doubtful[i]) | (second.can_true[i] & doubtful[i]);
    root->can_false[i] = (root->can_false[i] & ~doubtful[i]) | (second.can_false[i] & doubtful[i]);
    root->ask[i] = (root->ask[i] & ~doubtful[i]) | (second.ask[i] & doubtful[i]);
  }
}

void BatchEngine::Worker::RunPolicy(int policy, const Plane& sure, const Plane& can) {
  const size_t words = verified_.words();
  Planes root;
  VerifiedRoot(policy, sure, can, &root);
  // The Promised reading refines the Verified one: what is false stays false, what is true stays true.
  Plane eligible(words);
  Plane undecided(words);
  Plane refused(words);
  Plane ask(root.ask);
  for (size_t i = 0; i < words; ++i) {
    refused[i] = verified_.valid()[i] & ~root.can_true[i];
    eligible[i] = root.can_true[i] & ~root.can_false[i];
    undecided[i] = root.can_true[i] & root.can_false[i] & ~root.ask[i];
  }
  const bool promises = program_ ? promises_matter_[static_cast<size_t>(policy)] : PromisesMatter(policy);
  Plane no_amount(words, 0);
  if (!IsEmpty(eligible)) Amounts(policy, verified_, &eligible, &no_amount, &fen_);
  Emit(policy, eligible, Outcome::kEligible, &fen_);
  if (!promises) {
    for (size_t i = 0; i < words; ++i) undecided[i] |= no_amount[i];
    Emit(policy, undecided, Outcome::kUndetermined, nullptr);
  } else {
    // True with an amount that only a promise gives: the Promised reading decides these too.
    Plane open(words);
    for (size_t i = 0; i < words; ++i) open[i] = undecided[i] | no_amount[i];
    if (!IsEmpty(open)) {
      Planes second;
      second.Assign(words);
      second.can_true = open;
      Root(policy, promised_, true, true, open, &second);
      Plane conditional(words);
      Plane still(words);
      for (size_t i = 0; i < words; ++i) {
        refused[i] |= open[i] & ~second.can_true[i];
        conditional[i] = open[i] & second.can_true[i] & ~second.can_false[i];
        still[i] = open[i] & second.can_true[i] & second.can_false[i] & ~second.ask[i];
        ask[i] |= open[i] & second.ask[i];
      }
      Plane unknown_amount(words, 0);
      if (!IsEmpty(conditional)) Amounts(policy, promised_, &conditional, &unknown_amount, &promised_fen_);
      for (size_t i = 0; i < words; ++i) still[i] |= unknown_amount[i];
      Emit(policy, conditional, Outcome::kConditional, &promised_fen_);
      Emit(policy, still, Outcome::kUndetermined, nullptr);
    }
  }
  Emit(policy, refused, Outcome::kIneligible, nullptr);
  ForEachBit(ask, [&](size_t row) { asked_.emplace_back(row, policy); });
}

void BatchEngine::Worker::Amounts(int policy, BlockPass& pass, Plane* rows, Plane* open,
                                  std::vector<int64_t>* fen) {
  const PlannedPolicy& planned = engine_.plan_->policies[static_cast<size_t>(policy)];
  if (!planned.amount) return;
  const PlannedAmount& rule = *planned.amount;
  if (!rule.vector_form) {
    ForEachBit(*rows, [&](size_t row) { asked_.emplace_back(row, policy); });
    result_->work.judged_amounts += static_cast<int64_t>(CountBits(*rows));
    rows->assign(rows->size(), 0);
    return;
  }
  plan::Rows selected;
  ForEachBit(*rows, [&](size_t row) { selected.push_back(static_cast<uint32_t>(row)); });
  PlannedAmount used = rule;
  if (engine_.options_.fault == Fault::kWrongCap) used.cap = plan::kNone;
  if (engine_.options_.fault == Fault::kRoundedDown) used.round.mode = Rounding::kDown;
  std::vector<plan::AmountValue> amounts;
  pass.Amounts(used, selected, &amounts);
  fen->resize(pass.row_count());
  for (size_t i = 0; i < selected.size(); ++i) {
    const uint32_t row = selected[i];
    (*fen)[row] = amounts[i].fen;
    switch (amounts[i].known) {
      case Known::kKnown:
        continue;
      case Known::kUnknown:
        SetBit(open, row);
        break;
      case Known::kNull:
      case Known::kAsk:
        asked_.emplace_back(row, policy);
        break;
    }
    (*rows)[row / 64] &= ~(uint64_t{1} << (row % 64));
  }
}

void BatchEngine::Worker::Emit(int policy, const Plane& rows, Outcome outcome,
                               const std::vector<int64_t>* fen) {
  const size_t index = static_cast<size_t>(policy);
  PolicyTotals& totals = result_->totals[index];
  const size_t count = CountBits(rows);
  if (count == 0) return;
  totals.outcomes[static_cast<size_t>(outcome)] += static_cast<int64_t>(count);
  const bool has_amount = fen != nullptr && engine_.plan_->policies[index].amount.has_value();
  const bool wanted = engine_.options_.wanted[static_cast<size_t>(outcome)];
  const bool pairs = wanted && !engine_.options_.bitmaps;
  if (wanted && !pairs) {
    std::copy(rows.begin(), rows.end(), result_->bitmaps.New(static_cast<uint32_t>(policy), outcome));
  }
  if (!has_amount && !pairs) return;
  if (pairs) sorter_.StartPiece(static_cast<uint32_t>(policy), outcome, has_amount);
  int128_t& sum = outcome == Outcome::kEligible ? totals.amount_fen : totals.conditional_amount_fen;
  ForEachBit(rows, [&](size_t row) {
    const int64_t amount = has_amount ? (*fen)[row] : 0;
    sum += amount;
    if (pairs) sorter_.Add(row, amount);
  });
}

void BatchEngine::Worker::AskJudge() {
  // By row, so that the definitions of a firm are computed once for all its open policies.
  std::sort(asked_.begin(), asked_.end());
  result_->work.judged_pairs += static_cast<int64_t>(asked_.size());
  for (size_t i = 0; i < asked_.size();) {
    const uint32_t row = asked_[i].first;
    const facts::BlockRow subject(*block_, first_ + row);
    pack::SubjectJudge judge(*engine_.plan_->pack, engine_.plan_->as_of, subject);
    for (; i < asked_.size() && asked_[i].first == row; ++i) {
      const uint32_t policy = asked_[i].second;
      const pack::Judgement judgement = judge.Decide(engine_.plan_->policy(policy));
      PolicyTotals& totals = result_->totals[policy];
      ++totals.outcomes[static_cast<size_t>(judgement.outcome)];
      const int64_t amount = judgement.amount_fen.value_or(0);
      if (judgement.outcome == Outcome::kEligible) totals.amount_fen += amount;
      if (judgement.outcome == Outcome::kConditional) totals.conditional_amount_fen += amount;
      if (!engine_.options_.wanted[static_cast<size_t>(judgement.outcome)]) continue;
      if (engine_.options_.bitmaps) {
        result_->bitmaps.Add(policy, judgement.outcome, row);
        continue;
      }
      sorter_.StartPiece(policy, judgement.outcome, judgement.amount_fen.has_value());
      sorter_.Add(row, amount);
    }
  }
}

}  // namespace zhida::batch

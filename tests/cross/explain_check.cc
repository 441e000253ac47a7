#include "tests/cross/explain_check.h"

#include <algorithm>
#include <vector>

#include "engine/batch/batch.h"
#include "engine/explain/explain.h"
#include "engine/explain/near.h"
#include "tests/test_size.h"

namespace zhida::cross {
namespace {

using batch::NearRow;

// A made clause says nothing of cures, so most are taken to be curable.
batch::CurableClauses MadeCurable(const pack::Pack& pack) {
  batch::CurableClauses all;
  for (const pack::Policy& policy : pack.policies) {
    std::vector<bool>& curable = all.emplace_back();
    for (size_t i = 0; i < policy.clauses.size(); ++i)
      curable.push_back(!policy.clauses[i].scope && i % 5 != 4);
  }
  return all;
}

// What the clauses at the top come to together.
pack::Outcome RootOutcome(const pack::JudgementDetail& detail) {
  Truth root = Truth::kTrue;
  for (const pack::ClauseTruth& clause : detail.clauses) {
    if (clause.depth == 0) root = And(root, clause.truth);
  }
  switch (root) {
    case Truth::kFalse:
      return pack::Outcome::kIneligible;
    case Truth::kUnknown:
      return pack::Outcome::kUndetermined;
    case Truth::kError:
      return pack::Outcome::kError;
    case Truth::kTrue:
      break;
  }
  return pack::Outcome::kEligible;
}

bool RootAgrees(const pack::JudgementDetail& detail) {
  const pack::Outcome root = RootOutcome(detail);
  const pack::Judgement& judgement = detail.judgement;
  // True clauses leave it to the amount, and to promises.
  if (root != pack::Outcome::kEligible) return judgement.outcome == root;
  return judgement.outcome != pack::Outcome::kIneligible &&
         (judgement.outcome != pack::Outcome::kUndetermined || judgement.reason == pack::Reason::kAmount) &&
         (judgement.outcome != pack::Outcome::kError || judgement.reason == pack::Reason::kAmount);
}

std::string Text(const NearRow& row) {
  return "row " + std::to_string(row.row) + " policy " + std::to_string(row.policy) + " clause " +
         std::to_string(row.clause) + (row.open != 0 ? " open" : "");
}

// "" if the engine finds what is expected, and counts it. `first` is run before.
std::string Differences(const batch::BatchEngine& engine, const facts::FactBlock* first,
                        const facts::FactBlock& block, const std::vector<NearRow>& expected) {
  if (first != nullptr) {
    batch::BlockResult result;
    batch::BatchEngine::Worker(engine).Run(*first, nullptr, &result);
  }
  batch::BlockResult result;
  batch::BatchEngine::Worker(engine).Run(block, nullptr, &result);
  const std::vector<NearRow>& rows = result.near;
  if (rows != expected) {
    const auto differ = std::mismatch(rows.begin(), rows.end(), expected.begin(), expected.end());
    return (differ.first == rows.end() ? "none" : Text(*differ.first)) + ", the interpreter says " +
           (differ.second == expected.end() ? "none" : Text(*differ.second)) + "\n";
  }
  std::vector<int64_t> counts(result.near_counts.size());
  for (const NearRow& row : expected) ++counts[row.policy];
  return counts == result.near_counts ? "" : "the counts are others\n";
}

// The ways to near misses. Judging beside them is the same for all kernels.
struct NearWay {
  std::string name;
  const batch::SieveKernels* kernels = nullptr;  // null: without a sieve
  bool near_only = true;
  bool late = false;  // the sieve has been made from one row
};
std::vector<NearWay> NearWays() {
  std::vector<NearWay> ways = {{"without the sieve"}};
  for (const batch::SieveKernels* kernels : batch::AllKernels())
    ways.push_back({std::string(kernels->name) + " kernels", kernels});
  const batch::SieveKernels* const best = &batch::BestKernels();
  ways.push_back({"beside judging", best, false});
  ways.push_back({"beside judging, texts seen late", best, false, true});
  return ways;
}

}  // namespace

std::string CheckExplanations(const plan::PlanPtr& plan, const facts::FactBlock& first,
                              const facts::FactBlock& block, int64_t* near) {
  const pack::Pack& pack = *plan->pack;
  const batch::CurableClauses curable = MadeCurable(pack);
  std::vector<NearRow> expected;
  for (uint32_t row = 0; row < block.row_count(); ++row) {
    const facts::BlockRow subject(block, row);
    pack::SubjectJudge judge(pack, plan->as_of, subject);
    for (uint32_t policy = 0; policy < pack.policies.size(); ++policy) {
      const pack::JudgementDetail detail = judge.Explain(static_cast<int>(policy));
      if (!RootAgrees(detail)) {
        return "explanation: the root of " + pack.policies[policy].id + " for row " + std::to_string(row) +
               " is not its outcome " + std::string(pack::OutcomeName(detail.judgement.outcome)) + "\n";
      }
      const auto miss = batch::NearMissOf(detail, curable[policy]);
      if (miss) expected.push_back({row, policy, static_cast<uint32_t>(miss->clause), miss->open ? 1u : 0u});
    }
  }
  *near += static_cast<int64_t>(expected.size());
  for (const NearWay& way : NearWays()) {
    batch::BatchOptions options;
    options.kernels = way.kernels;
    options.with_sieve = way.kernels != nullptr;
    options.near = &curable;
    options.near_only = way.near_only;
    options.wanted = {};
    for (const size_t block_rows : {1, 7, 1024}) {
      if (block_rows != 1024 && way.near_only && way.kernels != nullptr && !FullSize()) continue;
      options.block_rows = block_rows;
      const std::string difference =
          Differences(batch::BatchEngine(plan, options), way.late ? &first : nullptr, block, expected);
      if (difference.empty()) continue;
      return "near misses, " + way.name + ", " + std::to_string(block_rows) + " rows: " + difference;
    }
  }
  return "";
}

}  // namespace zhida::cross

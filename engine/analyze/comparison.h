// Comparison: two packs, or one pack with different parameters, over the same subjects, pair by pair.
//
// Both packs are judged by the batch engine over the same blocks, which hold the facts of both
// (shared_facts.h). Policies are matched by id. Where the packs are made of the same files, only policies
// that read a parameter with another value are judged a second time.
//
// A Comparison is immutable and borrows the shared facts; each thread makes its own Worker. What a Worker
// hands out of a block does not hang on block size or threads.
#ifndef ZHIDA_ENGINE_ANALYZE_COMPARISON_H_
#define ZHIDA_ENGINE_ANALYZE_COMPARISON_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/analyze/shared_facts.h"
#include "engine/analyze/shift.h"
#include "engine/base/diagnostic.h"
#include "engine/batch/batch.h"
#include "engine/plan/plan.h"

namespace zhida::analyze {

// Whether what is counted over all subjects for one pack serves the other; a diagnostic (ZD6007) if not.
bool SamePopulation(const pack::Pack& before, const pack::Pack& after, Diagnostics* diagnostics);

// Which policies may answer otherwise, by position in `after`.
std::vector<bool> Affected(const pack::Pack& before, const pack::Pack& after);

class Comparison {
 public:
  // A policy that stands in one of the packs or in both; positions, -1: not in that pack.
  struct Matched {
    int before = -1;
    int after = -1;
    bool affected = true;
  };
  // `only` are the ids of the policies that are looked at; empty: all.
  Comparison(pack::PackPtr before, pack::PackPtr after, Date as_of, const SharedFacts& facts,
             const std::vector<std::string>& only = {});

  // The policies of `before`, then those added by `after`, as far as they are looked at.
  const std::vector<Matched>& policies() const { return policies_; }
  const pack::Pack& before() const { return *before_; }
  const pack::Pack& after() const { return *after_; }

  // A pair that is not ineligible, or absent, both times.
  struct Pair {
    uint32_t policy = 0;  // of policies()
    Stand before;
    Stand after;
  };

  class Worker {
   public:
    explicit Worker(const Comparison& comparison);
    // Judges a block by the second pack. `first` are the block's pairs by the first, ineligible ones and
    // policies that are not looked at left out.
    void Run(const facts::FactBlock& block, const batch::Pairs& first);
    // The block of the last Run() as the second pack knows it.
    const facts::FactBlock& after_facts() const { return *after_facts_; }
    // The pairs of a row of that block, in no order.
    const std::vector<Pair>& PairsOf(size_t row);

   private:
    Stand Default(int position) const;

    const Comparison& comparison_;
    FactsOfPack facts_;
    const facts::FactBlock* after_facts_ = nullptr;
    std::unique_ptr<batch::BatchEngine::Worker> judge_;
    batch::BlockResult after_;
    const batch::Pairs* before_ = nullptr;
    std::vector<Pair> pairs_;
    std::vector<size_t> place_;  // by policy: of its pair of the row, plus one
  };

 private:
  const pack::PackPtr before_;
  const pack::PackPtr after_;
  const SharedFacts& facts_;
  std::vector<Matched> policies_;
  std::vector<uint32_t> of_before_;             // policies_ by position in `before`, as far as looked at
  std::vector<uint32_t> judged_;                // policies_ that engine_ judges, in its order
  std::unique_ptr<batch::BatchEngine> engine_;  // null: nothing is affected
};

}  // namespace zhida::analyze

#endif  // ZHIDA_ENGINE_ANALYZE_COMPARISON_H_

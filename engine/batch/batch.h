// Batch engine: all policies for many firms, block by block.
//
// The sieve (sieve.h) takes the plain conditions of all policies at once; what a policy asks beside them is
// judged over bit planes for the firms that are left (block_pass.h). Pairs that the planes cannot decide are
// decided by the judge (engine/pack/judge.h), so every answer equals the interpreter's.
//
// A BatchEngine is immutable and may be shared; each thread makes its own Worker and reuses it from block to
// block. Results of a block are ordered by row, then policy, whatever the block size.
#ifndef ZHIDA_ENGINE_BATCH_BATCH_H_
#define ZHIDA_ENGINE_BATCH_BATCH_H_

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/base/limits.h"
#include "engine/batch/bitmaps.h"
#include "engine/batch/block_pass.h"
#include "engine/batch/near_pass.h"
#include "engine/batch/pairs.h"
#include "engine/batch/sieve.h"
#include "engine/facts/fact_block.h"
#include "engine/pack/judge.h"
#include "engine/plan/plan.h"

namespace zhida::batch {

struct PolicyTotals {
  std::array<int64_t, pack::kOutcomeCount> outcomes{};
  int128_t amount_fen = 0;  // of eligible pairs
  int128_t conditional_amount_fen = 0;
  void Add(const PolicyTotals& other);
};

// What the interpreter did. The rest was done on planes.
struct WorkCounts {
  int64_t pairs = 0;
  int64_t judged_pairs = 0;    // pairs that the planes left to the judge
  int64_t expressions = 0;     // rows of conditions without vector form that were interpreted
  int64_t judged_amounts = 0;  // amounts without vector form
  void Add(const WorkCounts& other);
};

struct BlockResult {
  Pairs pairs;                       // of the outcomes asked for, of the last block
  Bitmaps bitmaps;                   // instead of them, if asked for
  std::vector<PolicyTotals> totals;  // parallel to the plan's policies, of all blocks so far
  WorkCounts work;                   // of all blocks so far
  std::vector<NearRow> near;         // if asked for: near misses of the last block, by row, then policy
  std::vector<int64_t> near_counts;  // likewise: by policy, of all blocks so far
  void StartBlock(size_t policies);  // drops the pairs and the near misses
};

struct BatchOptions {
  size_t block_rows = 1024;  // firms judged together; any size from 1 gives the same answers
  std::array<bool, pack::kOutcomeCount> wanted{true, true, true, false, true};  // which pairs to write
  std::vector<bool> policies;                                                   // empty: all
  // Only eligible pairs matter: the others may be left uncounted (totals of the other outcomes are then 0).
  bool eligible_only = false;
  bool bitmaps = false;  // instead of pairs
  // Near misses are looked for, by clause those that may be the one; null: they are not. Must outlive the
  // engine.
  const CurableClauses* near = nullptr;
  bool list_near = true;   // else they are only counted
  bool near_only = false;  // no outcomes at all
  // Tests only.
  bool with_sieve = true;
  const SieveKernels* kernels = nullptr;  // null: the machine's best
  int64_t pattern_bytes = limits::kPatternSetMemoryBytes;
  Fault fault = Fault::kNone;
};

class BatchEngine {
 public:
  BatchEngine(plan::PlanPtr plan, BatchOptions options);
  ~BatchEngine();

  class Worker : private SieveSink {
   public:
    explicit Worker(const BatchEngine& engine);
    ~Worker() override;
    // Judges all rows of a finished block: their pairs replace those in *result, the rest is added. `codes`
    // are those of the block's rows by the engine's codebook, if they are at hand; else null.
    void Run(const facts::FactBlock& block, const plan::CodedRows* codes, BlockResult* result);

   private:
    void RunRows(size_t first, size_t count);
    void JudgeRows(size_t count);
    void Take(uint32_t policy, const uint64_t* sure, const uint64_t* open) override;
    // The program of all workers, made anew when the data show much that it does not know.
    void UpdateProgram();
    // A policy with the rows for which its plain terms are true, and can be; all of them without a sieve.
    void RunPolicy(int policy, const Plane& sure, const Plane& open);
    // The clauses of a policy in the order that decides most firms for the least work, as seen so far. The
    // truth of the whole does not hang on the order.
    struct ClauseOrder {
      struct Entry {
        int clause = 0;
        double cost = 1;
        double asked = 1;  // rows
        double left = 0.5;
      };
      std::vector<Entry> entries;
      int blocks_until_sorting = 1;
    };
    void SortClauses(ClauseOrder* order);
    // Truth of the policy's clauses for `rows`, stopping early; without `all`, of those that the sieve
    // leaves.
    void Root(int policy, BlockPass& pass, bool promised, bool all, const Plane& rows, Planes* root);
    void VerifiedRoot(int policy, const Plane& sure, const Plane& open, Planes* root);
    // Amounts of `rows` in the pass's reading; rows whose amount is unknown or for the judge are moved out of
    // `rows`.
    void Amounts(int policy, BlockPass& pass, Plane* rows, Plane* open, std::vector<int64_t>* fen);
    void Emit(int policy, const Plane& rows, pack::Outcome outcome, const std::vector<int64_t>* fen);
    void AskJudge();
    bool PromisesMatter(int policy) const;

    const BatchEngine& engine_;
    const facts::FactBlock* block_ = nullptr;
    BlockResult* result_ = nullptr;
    size_t first_ = 0;
    BlockPass verified_;
    BlockPass promised_;
    std::vector<std::pair<uint32_t, uint32_t>> asked_;  // row, policy: left to the judge
    std::vector<bool> committed_facts_;
    std::vector<ClauseOrder> orders_;  // by policy
    std::shared_ptr<const SieveProgram> program_;
    plan::Codebook::Local local_codes_;
    plan::CodedRows own_codes_;
    const plan::CodedRows* codes_ = nullptr;
    SieveRun sieve_;
    bool only_sure_matters_ = false;
    bool sure_only_ = false;       // in this block
    std::vector<uint32_t> taken_;  // by policy: the block in which the sieve last handed it over
    uint32_t block_number_ = 0;
    std::vector<bool> promises_matter_;  // by policy, for this fact block
    std::vector<bool> plain_;            // by policy: what the sieve hands over is the answer
    std::vector<int64_t> fen_;
    std::vector<int64_t> promised_fen_;
    PairSorter sorter_;
    NearPass near_;
  };

  const plan::Plan& plan() const { return *plan_; }
  const BatchOptions& options() const { return options_; }
  const plan::Codebook& codes() const { return codes_; }
  int64_t text_evaluations() const { return texts_->evaluations(); }

 private:
  friend class Worker;
  plan::PlanPtr plan_;
  BatchOptions options_;
  std::unique_ptr<plan::TextTests> texts_;
  plan::Codebook codes_;
  plan::NormalForm form_;
  // What the workers have learnt; under the mutex.
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const SieveProgram> program_;
  mutable CodeCounts seen_;
  mutable uint64_t rows_ = 0;
  mutable uint64_t rows_at_program_ = 0;
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_BATCH_H_

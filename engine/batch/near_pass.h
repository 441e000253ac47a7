// Near misses of a block: the pairs that exactly one clause at the top refuses, one that may be the one, and
// of which no other is an error. Promised reading.
//
// The tree of near_program.h tells most of them; what its planes cannot say (clauses without plain form,
// values that rest on promises or are seen for the first time, errors) is evaluated on the predicate graph
// for the rows that are left, and what the graph cannot tell is asked of the judge. Which clause it was is
// looked up for rows that are written only. Bound to one plan; one thread; reused from block to block.
// Source: docs/semantics.md, section 10.
#ifndef ZHIDA_ENGINE_BATCH_NEAR_PASS_H_
#define ZHIDA_ENGINE_BATCH_NEAR_PASS_H_

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/aligned.h"
#include "engine/batch/block_pass.h"
#include "engine/batch/sieve.h"
#include "engine/pack/judge.h"
#include "engine/plan/plan.h"

namespace zhida::batch {

struct NearMiss {
  int clause = 0;     // position among the policy's own clauses at the top
  bool open = false;  // another clause is undecided
};

// By the definition. `curable` are the policy's own.
std::optional<NearMiss> NearMissOf(const pack::JudgementDetail& detail, const std::vector<bool>& curable);

// There may be hundreds for a firm, so they are small.
struct NearRow {
  uint32_t row = 0;  // of the fact block
  uint32_t policy = 0;
  uint32_t clause : 31 = 0;
  uint32_t open : 1 = 0;

  friend bool operator==(const NearRow&, const NearRow&) = default;
};

class NearPass : private NearSink {
 public:
  // All must outlive this. `curable` may be null as long as nothing is run.
  NearPass(const plan::Plan& plan, const CurableClauses* curable,
           const SieveKernels& kernels = BestKernels());

  // Of the rows that `pass` (Promised) was started on; `sieve` has prepared the same rows by `program`, or
  // both are null. `policies`: which are looked at; empty: all. Adds to the counts, by policy, and appends by
  // row, then policy, to `rows` unless that is null.
  void Run(BlockPass& pass, const SieveProgram* program, SieveRun* sieve, const std::vector<bool>& policies,
           std::vector<int64_t>* counts, std::vector<NearRow>* rows);

 private:
  // Rows of one policy and clause.
  struct Piece {
    uint32_t policy = 0;
    uint32_t clause = 0;
    uint32_t begin = 0;  // in piece_rows_
    int next = -1;       // of the same policy
  };

  void Take(uint32_t policy, const uint64_t* none, const uint64_t* one) override;
  void TakeOne(uint32_t policy, const uint64_t* one) override;
  // Of the rows given, those whose planes may not tell all; false if there are none.
  bool Doubtful(uint32_t policy, Plane* rows);
  const Plane& CommittedRows(int fact);
  // Evaluates clauses for the rows of alive_, of which one clause has failed those of one_ before.
  void Look(uint32_t policy, const std::vector<int>* clauses);
  void LookAt(const plan::PlannedClause& clause, bool may);
  // Adds what Look() left; for rows in `told`, unless null, the planes tell which clause failed.
  void AddLooked(uint32_t policy, const uint64_t* told);
  // Adds near misses that the planes tell.
  void Add(uint32_t policy, const uint64_t* rows);
  void MakeOpen(const NearProgram::PolicyNote& note);  // open_, of the policy's conditions
  void AddPartsOf(uint32_t policy, const uint64_t* rows);
  // Rows in both planes; open_ says of which another clause is undecided.
  void AddPiece(uint32_t policy, int clause, const uint64_t* rows, const uint64_t* within);
  void AskJudge();
  void Finish();

  const plan::Plan& plan_;
  const CurableClauses* curable_;
  const SieveKernels& kernels_;
  BlockPass* pass_ = nullptr;
  const NearProgram* program_ = nullptr;
  SieveRun* sieve_ = nullptr;
  const std::vector<bool>* policies_ = nullptr;
  std::vector<int64_t>* counts_ = nullptr;
  std::vector<NearRow>* out_ = nullptr;

  size_t words_ = 0;  // of the planes of conditions
  uint32_t block_ = 0;
  AlignedWords fails_;                // by condition, the rows for which it is false
  AlignedWords opens_;                // by condition, those for which it is open, where they were asked for
  std::vector<uint32_t> opens_made_;  // by condition: the block
  AlignedWords stack_;

  Plane alive_;
  Plane one_;
  AlignedWords told_;  // what the planes tell of a policy, and
  AlignedWords open_;  // as long as a condition's plane
  Plane ask_;
  std::vector<std::pair<int, Plane>> failed_;     // by clause, the rows for which it was the first to fail
  std::vector<std::pair<int, Plane>> committed_;  // by fact, of this block
  std::vector<std::pair<uint32_t, uint32_t>> asked_;  // row, policy

  std::vector<uint32_t> piece_rows_;  // with kOpenRow; beyond those of the pieces there is room
  size_t piece_rows_count_ = 0;
  std::vector<Piece> pieces_;
  std::vector<int> first_piece_;  // by policy
  std::vector<uint32_t> row_ends_;
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_NEAR_PASS_H_

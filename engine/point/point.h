// Point engine: one subject against all policies, by bitmaps over rules.
//
// Each policy is a few alternatives, each a conjunction of tests of columns. For every column and every
// position its value can take, a bitmap over all alternatives says which of them survive; a subject is judged
// by and-ing one bitmap a column. An unknown value removes nothing and marks the alternatives that look at
// it. Conditions that do not fit (nested alternatives, interpreted ones) are asked of the RowPass for
// alternatives still alive. What stays uncertain goes to the judge.
//
// A PointEngine is immutable and may be shared; each thread makes its own Worker.
#ifndef ZHIDA_ENGINE_POINT_POINT_H_
#define ZHIDA_ENGINE_POINT_POINT_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/pack/judge.h"
#include "engine/plan/plan.h"
#include "engine/plan/row_pass.h"

namespace zhida::point {

using Bitmap = std::vector<uint64_t>;  // over alternatives

class PointEngine {
 public:
  explicit PointEngine(plan::PlanPtr plan);
  ~PointEngine();

  class Worker {
   public:
    explicit Worker(const PointEngine& engine);
    // One judgement a policy of the plan, in order, for one row of a finished block.
    void Run(const facts::FactBlock& block, size_t row, std::vector<pack::Judgement>* out);

    int64_t judged_pairs() const { return judged_pairs_; }

   private:
    struct Alive {
      Bitmap can;   // no test is false
      Bitmap open;  // some test is unknown
      Bitmap ask;   // some test only the judge can decide
    };
    void Narrow(plan::RowPass& pass, Alive* alive);
    Truth PolicyTruth(size_t policy, const Alive& alive) const;
    bool Amount(size_t policy, plan::RowPass& pass, pack::Judgement* out);
    // False if only the judge can say whether the scope or another clause refused.
    bool RefusalReason(size_t policy, pack::Reason* reason);
    bool PromisesMatter(size_t policy) const;

    const PointEngine& engine_;
    const facts::FactBlock* block_ = nullptr;
    size_t row_ = 0;
    plan::RowPass verified_;
    plan::RowPass promised_;
    Alive verified_alive_;
    Alive promised_alive_;
    int64_t judged_pairs_ = 0;
  };

 private:
  friend class Worker;
  // One test of one alternative.
  struct Literal {
    int alternative;
    int test;
    bool negated;
  };
  // What one value of a column does to all alternatives.
  struct Effect {
    Bitmap survives;
    std::vector<int> open;
    std::vector<int> ask;
  };
  struct ColumnIndex {
    std::vector<Literal> literals;
    Bitmap uses;
    std::vector<Effect> effects;  // by position: numbers and tables
    Effect on_null;
  };
  // A condition that does not fit the bitmaps.
  struct Unit {
    plan::NodeId node;
    std::vector<int> alternatives;
  };

  void Index(size_t policy);
  int CostOf(plan::ColumnId column) const;
  Effect EffectOf(plan::ColumnId column, const plan::ColumnValue& value) const;
  const Effect& TextEffect(plan::ColumnId column, const plan::TextAnswers& answers) const;

  plan::PlanPtr plan_;
  mutable std::unique_ptr<plan::TextTests> texts_;
  std::vector<int> first_alternative_;  // by policy, and the end
  size_t alternatives_ = 0;
  size_t words_ = 0;
  std::vector<ColumnIndex> columns_;
  std::vector<plan::ColumnId> used_columns_;
  std::vector<Unit> units_;
  std::unordered_map<plan::NodeId, int> unit_of_;
  mutable std::shared_mutex text_mutex_;
  mutable std::unordered_map<const plan::TextAnswers*, std::unique_ptr<Effect>> text_effects_;
};

}  // namespace zhida::point

#endif  // ZHIDA_ENGINE_POINT_POINT_H_

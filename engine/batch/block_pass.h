// BlockPass: the predicate graph over some rows of one fact block, in one reading. Columns and nodes are
// evaluated when they are first asked for and kept for the other policies. The items of a list fact are a
// pass of their own, over the items of all these rows together.
//
// Everything is evaluated for the rows that are still alive when it is asked for; other rows follow when
// somebody asks about them. Bound to one plan, block and reading; one thread; reused from block to
// block to keep its memory.
#ifndef ZHIDA_ENGINE_BATCH_BLOCK_PASS_H_
#define ZHIDA_ENGINE_BATCH_BLOCK_PASS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "engine/batch/fault.h"
#include "engine/batch/planes.h"
#include "engine/facts/fact_block.h"
#include "engine/plan/amounts.h"
#include "engine/plan/numbers.h"
#include "engine/plan/plan.h"
#include "engine/plan/text_tests.h"

namespace zhida::batch {

// What the interpreter was needed for, by kind.
struct PassCounts {
  int64_t expressions = 0;  // rows for which a condition without vector form was interpreted
};

class BlockPass : public plan::Pass {
 public:
  BlockPass(const plan::Plan& plan, plan::TextTests& texts, feel::Reading reading, Fault fault);
  ~BlockPass() override;

  // Forgets the last block. `first` and `count` choose the rows; `verified` is the pass of the other reading
  // over the same rows, whose columns are shared where no value rests on a promise, or null.
  void Start(const facts::FactBlock& block, size_t first, size_t count, BlockPass* verified);

  size_t row_count() const override { return count_; }
  plan::NumberMemory* numbers() override { return &numbers_; }
  size_t words() const { return words_; }
  const Plane& valid() const { return valid_; }

  // Truth of a node for the rows in `alive`; other rows may hold anything consistent. Valid until the next
  // Start().
  const Planes& Truth(plan::NodeId node, const Plane& alive);
  // Amounts for some rows, ascending.
  void Amounts(const plan::PlannedAmount& rule, const plan::Rows& rows, std::vector<plan::AmountValue>* out);

  const facts::FactBlock& block() const override { return *block_; }
  feel::Reading reading() const override {
    return fault_ == Fault::kCommittedAsKnown ? feel::Reading::kPromised : reading_;
  }
  size_t first() const override { return first_; }
  void Truths(plan::NodeId node, const plan::Rows& rows, std::vector<zhida::Truth>* out) override;
  void Choices(plan::ColumnId table, const plan::Rows& rows, std::vector<plan::ChoiceValue>* out) override;
  plan::Pass& subjects() override { return *subject_pass_; }
  uint32_t SubjectOf(uint32_t row) const override { return owners_[row]; }
  plan::Pass& Items(int list) override { return ItemPass(list); }
  facts::Span ItemsOf(int list, uint32_t row) override;

  PassCounts counts() const;

 private:
  struct ColumnState;
  struct NodeState {
    uint64_t block = 0;  // the Start() it belongs to
    Plane rows;          // for which the planes hold
    Planes planes;
  };

  // True if what depends on these facts is the same in both readings, since none of them is promised here.
  bool IsShared(const std::vector<int>& facts) const;
  // The column with at least these rows evaluated.
  ColumnState& ColumnOf(plan::ColumnId column, const Plane& rows);
  void FillNumber(const plan::Column& column, const Plane& rows, ColumnState* state);
  void FillWhole(const plan::Column& column, const plan::Rows& rows, plan::Numbers& numbers,
                 ColumnState* state);
  void FillText(plan::ColumnId id, const plan::Column& column, const Plane& rows, ColumnState* state);
  void FillTable(const plan::Column& column, const Plane& rows, ColumnState* state);
  void FillExpression(const plan::Column& column, const Plane& rows, ColumnState* state);
  void FirstHit(const plan::Column& column, const Plane& rows, ColumnState* state);
  void SingleHit(const plan::Column& column, const Plane& rows, ColumnState* state);
  void Evaluate(plan::NodeId node, const Plane& alive, Planes* out);
  void Test(const plan::Node& node, const Plane& alive, Planes* out);
  void TestNumber(const plan::Column& column, const plan::NumberTest& test, const ColumnState& state,
                  Planes* out);
  void Combine(const plan::Node& node, const Plane& alive, Planes* out);
  // For all of `rows`, of which `alive` are new.
  void Quantify(const plan::Node& node, const Plane& alive, const Plane& rows, Planes* out);
  void Lift(const plan::Node& node, const Plane& alive, const Plane& items, Planes* out);
  BlockPass& ItemPass(int list);
  feel::Dates DatesOf(const plan::Context& context, const feel::FactSource& row) const;

  const plan::Plan& plan_;
  plan::TextTests& texts_;
  plan::TextTests::Local local_;
  feel::Reading reading_;
  Fault fault_;
  const facts::FactBlock* block_ = nullptr;
  BlockPass* verified_ = nullptr;
  size_t first_ = 0;
  size_t count_ = 0;
  size_t words_ = 0;
  uint64_t generation_ = 0;
  Plane valid_;
  std::vector<std::unique_ptr<ColumnState>> columns_;
  std::vector<NodeState> nodes_;
  plan::NumberMemory numbers_;
  plan::PeriodMemory periods_;
  std::map<int, std::unique_ptr<BlockPass>> items_;  // by list fact, made when first needed
  BlockPass* subject_pass_ = nullptr;                // of a pass over items
  std::vector<uint32_t> owners_;                     // of a pass over items: the subject's row
  PassCounts counts_;
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_BLOCK_PASS_H_

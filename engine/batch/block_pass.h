// BlockPass: the predicate graph over some rows of one fact block, in one reading. Columns and nodes are
// evaluated when they are first asked for and kept for the other policies.
//
// Conditions that only the interpreter can decide are evaluated for the rows that are still alive when they
// are asked for, and for no others. Bound to one plan, block and reading; one thread; reused from block to
// block to keep its memory.
#ifndef ZHIDA_ENGINE_BATCH_BLOCK_PASS_H_
#define ZHIDA_ENGINE_BATCH_BLOCK_PASS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/batch/planes.h"
#include "engine/facts/fact_block.h"
#include "engine/plan/numbers.h"
#include "engine/plan/plan.h"
#include "engine/plan/text_tests.h"

namespace zhida::batch {

// Faults that the cross-tester switches on to prove that it would notice them. Never set outside tests.
enum class Fault : uint8_t {
  kNone,
  kSwappedPlanes,
  kCutOffByOne,
  kUnknownAsFalse,
  kDroppedOrBranch,
  kDroppedAndPart,
  kNotIgnored,
  kNullAsUnknown,
  kCommittedAsKnown,
  kTableDefaultForUnknown,
  kWrongCap,
  kRoundedDown,
  kErrorAsFalse,
};

// What the interpreter was needed for, by kind.
struct PassCounts {
  int64_t expressions = 0;  // rows for which a condition without vector form was interpreted
};

class BlockPass : public plan::TruthSource {
 public:
  BlockPass(const plan::Plan& plan, plan::TextTests& texts, feel::Reading reading, Fault fault);
  ~BlockPass() override;

  // Forgets the last block. `first` and `count` choose the rows; `verified` is the pass of the other reading
  // over the same rows, whose columns are shared where no value rests on a promise, or null.
  void Start(const facts::FactBlock& block, size_t first, size_t count, BlockPass* verified);

  size_t row_count() const { return count_; }
  size_t words() const { return words_; }
  const Plane& valid() const { return valid_; }

  // Truth of a node for the rows in `alive`; other rows may hold anything consistent. Valid until the next
  // Start().
  const Planes& Truth(plan::NodeId node, const Plane& alive);
  // A number for some rows (positions within this pass).
  void Number(plan::NumberId number, const std::vector<uint32_t>& rows, std::vector<plan::NumberValue>* out);

  zhida::Truth TruthAt(plan::NodeId node, uint32_t row) override;
  plan::Known ChoiceAt(plan::ColumnId table, uint32_t row, int* choice) override;

  const PassCounts& counts() const { return counts_; }

 private:
  struct ColumnState;
  struct NodeState {
    uint64_t block = 0;  // the Start() it belongs to
    Planes planes;
  };

  ColumnState& ColumnOf(plan::ColumnId column);
  void FillNumber(const plan::Column& column, ColumnState* state);
  void FillText(plan::ColumnId id, const plan::Column& column, ColumnState* state);
  void FillTable(const plan::Column& column, ColumnState* state);
  void FirstHit(const plan::Column& column, ColumnState* state);
  void SingleHit(const plan::Column& column, ColumnState* state);
  void Test(const plan::Node& node, const Plane& alive, Planes* out);
  void TestNumber(const plan::Column& column, const plan::NumberTest& test, const ColumnState& state,
                  Planes* out);
  void TestExpression(const plan::Column& column, const Plane& alive, ColumnState* state, Planes* out);
  void Combine(const plan::Node& node, const Plane& alive, Planes* out);
  bool IsInterpreted(plan::NodeId node) const;
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
  PassCounts counts_;
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_BLOCK_PASS_H_

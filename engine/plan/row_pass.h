// RowPass: the predicate graph for one subject in one reading, a node at a time. What the point engine asks
// for the values of columns and for conditions that do not fit its bitmaps. Bound to one plan and reading;
// one thread; reused from subject to subject without allocating once it is warm.
#ifndef ZHIDA_ENGINE_PLAN_ROW_PASS_H_
#define ZHIDA_ENGINE_PLAN_ROW_PASS_H_

#include <cstdint>
#include <vector>

#include "engine/plan/numbers.h"
#include "engine/plan/plan.h"
#include "engine/plan/text_tests.h"

namespace zhida::plan {

// What a column is for the subject: `position` is the number of cuts passed (kNumber) or the choice (kTable).
struct ColumnValue {
  Known known = Known::kUnknown;
  int position = 0;
  const TextAnswers* answers = nullptr;  // kText, known
  Truth truth = Truth::kUnknown;         // kExpression
};

class RowPass : public TruthSource {
 public:
  RowPass(const Plan& plan, TextTests& texts, feel::Reading reading);

  void Start(const facts::FactBlock& block, uint32_t row);
  const ColumnValue& ValueOf(ColumnId column);
  Truth TruthOf(NodeId node);
  NumberValue NumberOf(NumberId number);

  Truth TruthAt(NodeId node, uint32_t) override { return TruthOf(node); }
  Known ChoiceAt(ColumnId table, uint32_t, int* choice) override;

  int64_t expressions() const { return expressions_; }  // interpreted conditions so far

 private:
  template <typename T>
  struct Remembered {
    uint64_t subject = 0;  // the Start() it belongs to
    T value{};
  };
  ColumnValue TextValue(ColumnId id, const Column& column);
  ColumnValue TableValue(const Column& column);
  ColumnValue ExpressionValue(const Column& column);
  Truth Test(const Node& node);

  const Plan& plan_;
  TextTests& texts_;
  TextTests::Local local_;
  feel::Reading reading_;
  const facts::FactBlock* block_ = nullptr;
  uint32_t row_ = 0;
  uint64_t subject_ = 0;
  std::vector<Remembered<ColumnValue>> columns_;
  std::vector<Remembered<Truth>> nodes_;
  int64_t expressions_ = 0;
};

// The truth of a test of a column that has this value. `texts` gives the answers for null.
Truth TestTruth(const Column& column, ColumnId id, int test, const ColumnValue& value,
                const TextTests& texts);

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_ROW_PASS_H_

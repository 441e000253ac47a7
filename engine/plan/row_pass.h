// RowPass: the predicate graph for one subject in one reading, a node at a time, and for the items of its
// lists, one after the other. What the point engine asks for the values of columns and for conditions that do
// not fit its bitmaps. Bound to one plan and reading; one thread; reused from subject to subject.
#ifndef ZHIDA_ENGINE_PLAN_ROW_PASS_H_
#define ZHIDA_ENGINE_PLAN_ROW_PASS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "engine/plan/amounts.h"
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

class RowPass : public Pass {
 public:
  RowPass(const Plan& plan, TextTests& texts, feel::Reading reading);
  ~RowPass() override;

  void Start(const facts::FactBlock& block, uint32_t row);
  const ColumnValue& ValueOf(ColumnId column);
  Truth TruthOf(NodeId node);
  AmountValue AmountOf(const PlannedAmount& rule);

  const facts::FactBlock& block() const override { return *block_; }
  feel::Reading reading() const override { return reading_; }
  size_t first() const override { return first_; }
  size_t row_count() const override { return 1; }
  NumberMemory* numbers() override { return nullptr; }
  void Truths(NodeId node, const Rows& rows, std::vector<Truth>* out) override;
  void Choices(ColumnId table, const Rows& rows, std::vector<ChoiceValue>* out) override;
  Pass& subjects() override { return *subject_pass_; }
  uint32_t SubjectOf(uint32_t) const override { return 0; }
  Pass& Items(int list) override { return ItemPass(list); }
  facts::Span ItemsOf(int list, uint32_t row) override;

  int64_t expressions() const;  // interpreted conditions so far

 private:
  template <typename T>
  struct Remembered {
    uint64_t row = 0;  // the MoveTo() it belongs to
    T value{};
  };
  RowPass& ItemPass(int list);
  // Which of its rows is looked at; what was found out about another is forgotten.
  void MoveTo(uint32_t row);
  ColumnValue NumberColumn(const Column& column);
  ColumnValue TextValue(ColumnId id, const Column& column);
  ColumnValue TableValue(const Column& column);
  ColumnValue ExpressionValue(const Column& column);
  Truth Test(const Node& node);
  Truth Quantified(const Node& node);

  const Plan& plan_;
  TextTests& texts_;
  TextTests::Local local_;
  PeriodMemory periods_;
  feel::Reading reading_;
  const facts::FactBlock* block_ = nullptr;
  size_t first_ = 0;
  uint32_t row_ = 0;  // from first_ on; 0 for a subject
  uint64_t moves_ = 0;
  std::vector<Remembered<ColumnValue>> columns_;
  std::vector<Remembered<Truth>> nodes_;
  std::map<int, std::unique_ptr<RowPass>> items_;  // by list fact, made when first needed
  RowPass* subject_pass_ = nullptr;                // of a pass over items
  int64_t expressions_ = 0;
};

// The truth of a test of a column that has this value. `texts` gives the answers for null.
Truth TestTruth(const Column& column, ColumnId id, int test, const ColumnValue& value,
                const TextTests& texts);

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_ROW_PASS_H_

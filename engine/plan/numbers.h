// Numbers of the graph for rows of a block, computed in 128-bit whole numbers.
//
// Exact: a result that would need more than 34 digits, that overflows, or that touches null comes back as
// kAsk and is left to the interpreter. Bound to one plan, block and reading; one thread.
#ifndef ZHIDA_ENGINE_PLAN_NUMBERS_H_
#define ZHIDA_ENGINE_PLAN_NUMBERS_H_

#include <cstdint>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/plan/plan.h"

namespace zhida::plan {

enum class Known : uint8_t { kKnown, kNull, kUnknown, kAsk };

struct NumberValue {
  int128_t mantissa = 0;  // at the number's scale
  Known known = Known::kUnknown;
};

// What numbers need from truth: conditions of `if`, choices of tables. Implemented by the engines.
class TruthSource {
 public:
  virtual ~TruthSource() = default;
  virtual Truth TruthAt(NodeId node, uint32_t row) = 0;
  // The table's choice at a row: Known::kKnown with the choice in *choice, or kUnknown, or kAsk.
  virtual Known ChoiceAt(ColumnId table, uint32_t row, int* choice) = 0;
};

class Numbers {
 public:
  Numbers(const Graph& graph, const facts::FactBlock& block, feel::Reading reading, TruthSource& truths)
      : graph_(graph), block_(block), reading_(reading), truths_(truths) {}

  // Fills (*out)[i] for rows[i].
  void Evaluate(NumberId number, const std::vector<uint32_t>& rows, std::vector<NumberValue>* out);

 private:
  void Facts(const Number& number, const std::vector<uint32_t>& rows, std::vector<NumberValue>* out) const;
  void SeriesEntries(const Number& number, const std::vector<uint32_t>& rows,
                     std::vector<NumberValue>* out) const;
  void Binary(const Number& number, const std::vector<uint32_t>& rows, std::vector<NumberValue>* out);
  void Branches(const Number& number, const std::vector<uint32_t>& rows, std::vector<NumberValue>* out);
  void Choices(const Number& number, const std::vector<uint32_t>& rows, std::vector<NumberValue>* out);

  const Graph& graph_;
  const facts::FactBlock& block_;
  feel::Reading reading_;
  TruthSource& truths_;
};

// Cuts that number / divisor has passed, or a reason why that cannot be said. Exact at the cut itself.
Known CutsPassed(const Column& column, const Graph& graph, const NumberValue& number,
                 const NumberValue& divisor, int* passed);
Known CutsPassed(const Column& column, const NumberValue& number, int* passed);

// The amount of a policy in fen from its three numbers: docs/semantics.md, section "Amounts". kAsk where it
// is not certain to be a plain amount (negative, null, out of range).
Known AmountFen(const PlannedAmount& rule, const Graph& graph, const NumberValue& amount,
                const NumberValue& cap, const NumberValue& floor, int64_t* fen);

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_NUMBERS_H_

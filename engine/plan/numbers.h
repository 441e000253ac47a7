// Numbers of the graph for rows of a block: whole numbers of 64 bits at a number's scale, and decimals where
// a quotient was rounded.
//
// Exact: a whole number that does not fit, or that touches null, comes back as kAsk and is left to the
// interpreter. Decimals are computed by the interpreter's own operations. Bound to one plan, block and
// reading; one thread.
#ifndef ZHIDA_ENGINE_PLAN_NUMBERS_H_
#define ZHIDA_ENGINE_PLAN_NUMBERS_H_

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/plan/plan.h"

namespace zhida::plan {

// Rising in this order where a strict operation takes several operands: the worst one tells.
enum class Known : uint8_t { kKnown, kUnknown, kNull, kAsk };

// Whole numbers of some rows. Where one is not known its value means nothing.
struct NumberVector {
  std::vector<int64_t> values;  // at the number's scale
  std::vector<Known> known;

  size_t size() const { return values.size(); }
  void Resize(size_t rows) {
    values.resize(rows);
    known.resize(rows);
  }
  void Fill(size_t rows, int64_t value, Known all) {
    values.assign(rows, value);
    known.assign(rows, all);
  }
  void Set(size_t i, int64_t value, Known state) {
    values[i] = value;
    known[i] = state;
  }
  void Ask(size_t i) { Set(i, 0, Known::kAsk); }
};

struct DecimalValue {
  Decimal decimal;
  Known known = Known::kUnknown;
};

struct ChoiceValue {
  int choice = 0;
  Known known = Known::kUnknown;
};

using Rows = std::vector<uint32_t>;

// What a cell's state byte is for a reading.
using KnownTable = std::array<Known, 256>;
const KnownTable& KnownBy(feel::Reading reading);
inline Known StateAt(const facts::Column& column, size_t row, feel::Reading reading) {
  return KnownBy(reading)[column.state[row]];
}

// The column of a fact block that a source means.
class Source {
 public:
  Source(const Graph& graph, const facts::FactBlock& block, int source, feel::Reading reading);
  const facts::Column& column() const { return *column_; }
  // A member of a structure is known where both are; of null it is an error.
  Known At(size_t row) const {
    const Known known = (*known_)[column_->state[row]];
    if (structure_ == nullptr) return known;
    const Known outer = (*known_)[structure_->state[row]];
    return outer == Known::kKnown ? known : outer == Known::kNull ? Known::kAsk : outer;
  }

 private:
  const facts::Column* column_;
  const facts::Column* structure_ = nullptr;
  const KnownTable* known_;
};

// Numbers that several conditions look at, by row, as far as they have been computed for the present block.
// One thread.
class NumberMemory {
 public:
  explicit NumberMemory(const Graph& graph) : entries_(graph.numbers.size()) {}
  void Forget() { ++generation_; }

 private:
  friend class Numbers;
  struct Entry {
    std::vector<uint32_t> generation;  // by row
    NumberVector whole;
    std::vector<DecimalValue> decimals;
  };
  std::vector<Entry> entries_;
  uint32_t generation_ = 1;
};

// Some subjects of a block, or the items of one of their lists, as numbers see them; the engines implement
// it. Rows are positions within the pass.
class Pass {
 public:
  virtual ~Pass() = default;

  virtual const facts::FactBlock& block() const = 0;
  virtual feel::Reading reading() const = 0;
  virtual size_t first() const = 0;  // of the pass's rows in the columns that it reads

  virtual size_t row_count() const = 0;
  virtual NumberMemory* numbers() = 0;  // null: nothing is remembered

  virtual void Truths(NodeId node, const Rows& rows, std::vector<Truth>* out) = 0;
  virtual void Choices(ColumnId table, const Rows& rows, std::vector<ChoiceValue>* out) = 0;

  // For a pass over items: the subjects they belong to.
  virtual Pass& subjects() = 0;
  virtual uint32_t SubjectOf(uint32_t row) const = 0;
  // For a pass over subjects: the items of a list, and those of one row, as positions in that pass.
  virtual Pass& Items(int list) = 0;
  virtual facts::Span ItemsOf(int list, uint32_t row) = 0;
};

// Periods by date, as far as they have been asked for. One thread.
struct PeriodMemory {
  struct Period {
    int32_t period = 0;
    Known known = Known::kUnknown;
  };
  struct Rule {
    std::unordered_map<int64_t, Period> by_date;
    int64_t last_day = INT64_MIN;  // mostly the same as before
    Period last;
  };
  std::vector<Rule> rules;
};

class Numbers {
 public:
  Numbers(const Plan& plan, Pass& pass, PeriodMemory& periods)
      : plan_(plan), graph_(plan.graph), pass_(pass), reading_(pass.reading()), periods_(periods) {}

  // Fills (*out)[i] for rows[i], which ascend. The first form is not for decimals.
  void Evaluate(NumberId number, const Rows& rows, NumberVector* out);
  void Evaluate(NumberId number, const Rows& rows, std::vector<DecimalValue>* out);

 private:
  const Number& At(NumberId id) const { return graph_.numbers[static_cast<size_t>(id)]; }
  Rows SubjectsOf(const Rows& rows) const;
  // Whatever is remembered.
  void Compute(NumberId number, const Rows& rows, NumberVector* out);
  void Compute(NumberId number, const Rows& rows, std::vector<DecimalValue>* out);
  template <typename Vector>
  void Recall(NumberId number, const Rows& rows, Vector* out);
  void Facts(const Number& number, const Rows& rows, NumberVector* out) const;
  void SeriesEntries(const Number& number, const Rows& rows, NumberVector* out);
  PeriodMemory::Period PeriodAt(int rule, int64_t day);
  void Count(const Number& number, const Rows& rows, NumberVector* out);
  void DatePart(const Number& number, const Rows& rows, NumberVector* out);
  void Binary(const Number& number, const Rows& rows, NumberVector* out);
  void Binary(const Number& number, const Rows& rows, std::vector<DecimalValue>* out);
  void Branches(const Number& number, const Rows& rows, NumberVector* out);
  void Branches(const Number& number, const Rows& rows, std::vector<DecimalValue>* out);
  void Choices(const Number& number, const Rows& rows, NumberVector* out);

  const Plan& plan_;
  const Graph& graph_;
  Pass& pass_;
  feel::Reading reading_;
  PeriodMemory& periods_;
};

// Cuts that a number column's value has passed, or a reason why that cannot be said. Exact at the cut itself.
struct Positions {
  std::vector<uint32_t> passed;  // for rows[i], where it is known
  std::vector<Known> known;
  void Resize(size_t rows) {
    passed.assign(rows, 0);
    known.resize(rows);
  }
};
// A column of whole numbers with so few cuts of 64 bits that every value is best compared with each of them.
bool HasPlainCuts(const Column& column, const Graph& graph);
void CutsPassed(const Column& column, Numbers& numbers, const Graph& graph, const Rows& rows, Positions* out);

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_NUMBERS_H_

// RuleIndex: which policies one coded subject may satisfy, without looking at the others.
//
// The truths of all literals for a subject are one byte each, put together from one kept row a column: what
// every literal of the column is for the column's code. A policy (here: a rule) is entered once, under the
// literal that the fewest subjects satisfy; rules under one literal lie side by side, and literals of a column
// are numbered so that those true together are neighbours. So a subject's codes name a few stretches of rules,
// and each rule in them costs a few bytes and-ed together, without a branch. All other rules cost nothing.
//
// Rows are made when a code is first met, are kept up to a budget and shared by all threads. The index is
// otherwise immutable. Of the Verified reading; what a policy asks beside its plain terms is the caller's.
#ifndef ZHIDA_ENGINE_POINT_RULE_INDEX_H_
#define ZHIDA_ENGINE_POINT_RULE_INDEX_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/plan/codes.h"
#include "engine/plan/normal_form.h"
#include "engine/point/row_memory.h"

namespace zhida::point {

// Shares of subjects, by literal of the normal form: it is true, it is not decided.
struct LiteralShares {
  std::vector<float> sure;
  std::vector<float> open;
};
// What the cut points alone suggest.
LiteralShares GuessShares(const plan::NormalForm& form, const plan::Codebook& codes);

class RuleIndex {
 public:
  // `form` and `codes` must outlive it.
  RuleIndex(const plan::NormalForm& form, const plan::Codebook& codes, const LiteralShares& shares);
  RuleIndex(const RuleIndex&) = delete;
  RuleIndex& operator=(const RuleIndex&) = delete;

  // A policy whose plain terms are not false.
  struct Hit {
    int policy = 0;
    Truth truth = Truth::kTrue;
  };

  // What one thread needs. Bound to one index.
  class Scratch {
   public:
    explicit Scratch(const RuleIndex& index);
    // After Find(): the truth of a literal of the normal form.
    Truth TruthOf(const RuleIndex& index, plan::LiteralId literal) const;

   private:
    friend class RuleIndex;
    std::vector<uint8_t> truths_;       // by place
    std::vector<uint8_t> item_truths_;  // of one list
    std::vector<uint32_t> found_;       // rules
    std::vector<uint64_t> marked_;      // one bit a policy
    std::vector<Truth> of_policy_;      // where marked
    std::vector<const RowOfTruths*> rows_;
    std::vector<std::unique_ptr<RowBuilder>> unkept_;  // by column: rows beyond the budget, and rows of lists
  };

  // Hits by ascending policy. `sure_only`: hits that cannot come out as true are left out too.
  void Find(const plan::RowCodes& codes, bool sure_only, Scratch* scratch, std::vector<Hit>* hits) const;

  size_t byte_count() const;  // memory in use, rows included

 private:
  // Places of literals in Scratch::truths_; the first place is always true and fills up.
  struct Rule {
    static constexpr size_t kPlaces = 7;
    uint32_t places[kPlaces];
    uint32_t policy;
  };
  struct Group {
    uint32_t place = 0;
    uint32_t begin = 0;  // rules
    uint32_t end = 0;
  };
  struct Column {
    uint32_t first_place = 0;  // on a boundary of kRowStep
    uint32_t places = 0;
    bool list = false;
    std::vector<plan::LiteralId> literals;  // by place from the first
    std::vector<Group> groups;              // by ascending place, so by ascending rule
    mutable std::vector<std::atomic<const RowOfTruths*>> kept;  // by code
  };
  class Maker;

  const RowOfTruths& RowOf(size_t coded, plan::Code code, Scratch* scratch) const;
  const RowOfTruths& ListRow(size_t coded, const plan::RowCodes& codes, Scratch* scratch) const;
  void FillRow(size_t coded, plan::Code code, RowBuilder* row) const;
  void SetStretches(const Column& column, RowBuilder* row) const;
  Truth Residue(const uint32_t* residue, const uint8_t* truths) const;

  const plan::NormalForm& form_;
  const plan::Codebook& codes_;
  std::vector<Column> columns_;  // by coded column
  std::vector<uint32_t> used_;   // columns with literals
  std::vector<uint32_t> place_of_;  // by literal
  uint32_t places_ = 0;
  std::vector<Rule> rules_;
  Stretch always_;  // rules under no literal
  // What a rule does not hold, by policy: 0, or where in residues_ it begins. See Residue().
  std::vector<uint32_t> residue_of_;
  std::vector<uint32_t> residues_;
  mutable std::mutex mutex_;
  mutable RowMemory memory_;
};

}  // namespace zhida::point

#endif  // ZHIDA_ENGINE_POINT_RULE_INDEX_H_

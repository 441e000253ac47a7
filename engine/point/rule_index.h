// RuleIndex: which policies one coded subject may satisfy, without looking at the others.
//
// The truths of all literals for a subject are a few planes of bits, put together from one kept row a column:
// what every literal of the column is for the column's code. A policy (here: a rule) is entered once, under
// the literal that the fewest subjects satisfy; rules under one literal lie side by side, and literals of a
// column are numbered so that those true together are neighbours. So a subject's codes name a few stretches
// of rules. Of each rule in them two more literals are looked at, without a branch, and of those left the
// rest. All other rules cost nothing.
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
#include <span>
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
    Truth TruthAt(uint32_t place) const;
    std::vector<uint64_t> can_;  // planes by place
    std::vector<uint64_t> sure_;
    std::vector<uint64_t> error_;
    bool errors_ = false;                 // some row has errors; else the plane of errors means nothing
    std::vector<uint32_t> found_;         // rules
    std::vector<uint64_t> marked_;        // one bit a policy
    std::vector<uint64_t> marked_words_;  // one bit a word of them
    std::vector<Hit> hits_;               // by ascending policy, as many as were found last
    std::vector<Truth> of_policy_;        // where marked
    std::vector<const Row*> rows_;        // by used column
    std::vector<Stretch> stretches_;      // of all rows
    std::vector<std::unique_ptr<RowBuilder>> unkept_;  // by column: rows beyond the budget, and rows of lists
    std::unique_ptr<RowBuilder> item_;                 // of one item, beyond the budget
  };

  // Hits by ascending policy. `sure_only`: hits that cannot come out as true are left out too, and TruthOf()
  // of the scratch may tell an unknown literal as false. They are the scratch's until the next call.
  std::span<const Hit> Find(const plan::RowCodes& codes, bool sure_only, Scratch* scratch) const;

  size_t byte_count() const;  // memory in use, rows included

 private:
  // Places are bits of the planes. The first word of each is always true, and place 0 fills up.
  // Small, so that many are in the nearest cache: places beyond 16 bits stay with the rule.
  struct Filter {
    static constexpr size_t kPlaces = 2;
    uint16_t places[kPlaces];
  };
  struct Rule {
    static constexpr size_t kPlaces = 6;
    uint32_t places[kPlaces];  // all but the filter's
    uint32_t policy;
    uint32_t residue;  // where in residues_ the remainder is; 0: none
  };
  // Filters are looked at so many at a time; as many that say nothing stand behind the last.
  static constexpr size_t kLooked = 4;
  // What a search needs to know of a column, side by side for all.
  struct Look {
    const std::atomic<const Row*>* kept = nullptr;  // null for lists
    uint32_t kept_count = 0;
    uint32_t coded = 0;
    uint32_t first_word = 0;
    uint32_t words = 0;
  };
  struct Group {
    uint32_t place = 0;
    uint32_t begin = 0;  // rules
    uint32_t end = 0;
  };
  struct Column {
    size_t coded = 0;
    uint32_t first_word = 0;  // of the planes
    uint32_t words = 0;
    bool list = false;
    // By code: the row, or null as long as nobody has asked. Those of a list are of one item each: `can` says
    // that the item does, `sure` that it is not known, `error` that it is an error; no stretches.
    mutable std::vector<std::atomic<const Row*>> kept;
    std::vector<plan::LiteralId> literals;  // by place from the first
    std::vector<Group> groups;              // by ascending place, so by ascending rule
    std::vector<uint64_t> strict;           // lists: masks of literals
    std::vector<uint64_t> negated;
    std::vector<uint64_t> entered;
    std::vector<uint32_t> group_of;  // lists: by place from the first
  };
  class Maker;

  const Row& RowOf(const Column& column, plan::Code code, std::unique_ptr<RowBuilder>* unkept) const;
  const Row& ListRow(const Column& column, const plan::RowCodes& codes, Scratch* scratch) const;
  void FillRow(const Column& column, plan::Code code, RowBuilder* row) const;
  template <bool kSureOnly>
  void SetTruths(const plan::RowCodes& codes, Scratch* scratch) const;
  template <bool kSureOnly>
  Stretch* Gather(Scratch* scratch) const;
  template <bool kSureOnly>
  uint32_t* Candidates(Scratch* scratch) const;
  template <bool kSureOnly>
  uint32_t* Narrow(uint32_t* end, Scratch* scratch) const;
  template <bool kSureOnly>
  Truth TruthOf(const Rule& rule, const Filter& filter, const Scratch& scratch) const;
  // What a rule asks beyond its places, as one and of literals and of ors of ands: the number of literals,
  // they, the number of ors, of each the number of ands, of each the number of literals, and they.
  static bool ResidueBit(const uint32_t* residue, const uint64_t* plane);
  static Truth ResidueTruth(const uint32_t* residue, const Scratch& scratch);
  template <bool kSureOnly>
  void FindAs(Scratch* scratch) const;

  const plan::NormalForm& form_;
  const plan::Codebook& codes_;
  std::vector<Column> columns_;     // that have literals
  std::vector<Look> looks_;         // by column
  std::vector<uint32_t> place_of_;  // by literal
  size_t words_ = 0;                // of a plane
  std::vector<Filter> filters_;     // by rule
  std::vector<Rule> rules_;
  Stretch always_;  // rules under no literal
  std::vector<uint32_t> residues_;
  mutable std::mutex mutex_;
  mutable RowMemory memory_;
};

}  // namespace zhida::point

#endif  // ZHIDA_ENGINE_POINT_RULE_INDEX_H_

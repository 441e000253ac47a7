// Sieve: the plain conditions of all policies over a block at once.
//
// A block's codes (engine/plan/codes.h) are scattered into planes, one a code, and or-ed from the far end, so
// that every stretch of codes is two planes. The terms of all policies (engine/plan/normal_form.h) form one
// tree, the most decisive first as seen in the data, so that policies share what they begin with and a
// branch ends where no row is left. What comes out, for each policy that some row may still satisfy, are the
// rows for which its terms are true and those for which they can be.
//
// A program is immutable and shared; each thread has its own SieveRun.
#ifndef ZHIDA_ENGINE_BATCH_SIEVE_H_
#define ZHIDA_ENGINE_BATCH_SIEVE_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/aligned.h"
#include "engine/batch/fault.h"
#include "engine/batch/near_program.h"
#include "engine/batch/planes.h"
#include "engine/batch/sieve_kernels.h"
#include "engine/facts/fact_block.h"
#include "engine/plan/codes.h"
#include "engine/plan/normal_form.h"

namespace zhida::batch {

// How often each code was seen, by coded column; what the order of terms is taken from.
struct CodeCounts {
  std::vector<std::vector<uint64_t>> codes;
  uint64_t rows = 0;
};

class SieveProgram {
 public:
  // Of the codes that the codebook has now; later ones are left to the general engine until another program
  // is made.
  // Of near misses too if they are wanted; the form is then by clause.
  SieveProgram(const plan::Codebook& codes, const plan::NormalForm& form, const CodeCounts& counts,
               const NearWanted& near, Fault fault);

  // What the terms of a policy leave over.
  struct PolicyNote {
    bool decided = false;  // no clause beside the terms
    bool errs = false;     // an open term may be an error: the general engine tells
  };
  const PolicyNote& note(size_t policy) const { return notes_[policy]; }
  // False if some literal could not be given planes; then the sure rows are not all of them.
  bool is_whole() const { return !leaves_literals_; }
  size_t steps() const { return steps_.size(); }
  size_t slots() const { return slot_count_; }
  const NearProgram& near() const { return near_; }

 private:
  friend class SieveRun;
  struct ColumnLayout {
    bool used = false;
    bool list = false;
    int over = plan::kNone;     // the list fact
    std::vector<Slot> slot_of;  // by code; the last entry is for codes made later
    Slot unknown = kNoRows;     // rows not known, and after the scatter those to be asked about too
    Slot ask = kNoRows;
    Slot first = kNoRows;  // of the known codes, or-ed from the end unless a list
    size_t known = 0;
  };
  class Builder;

  std::vector<ColumnLayout> columns_;
  std::vector<Union> unions_;
  std::vector<SlotPair> pairs_;
  std::vector<Step> steps_;
  std::vector<PolicyNote> notes_;
  size_t slot_count_ = 2;
  size_t column_slots_ = 2;  // the planes of codes; unions come after them
  bool leaves_literals_ = false;
  size_t depths_ = 1;
  NearProgram near_;
};

// Counts the codes of the first rows, `count` at most.
void CountCodes(const plan::Codebook& codes, const plan::CodedRows& rows, size_t count, CodeCounts* counts);

class SieveRun {
 public:
  explicit SieveRun(const SieveKernels& kernels) : kernels_(kernels) {}

  // Makes the planes of rows [first, first + count) of what is coded.
  void Prepare(const SieveProgram& program, const plan::CodedRows& rows, size_t first, size_t count);
  // Hands what is left to the sink, policy by policy, in no order; with `sure_only`, only policies that are
  // surely satisfied by some row.
  void Run(const SieveProgram& program, bool sure_only, SieveSink* sink);

  size_t words() const { return words_; }  // of the prepared rows: a multiple of kWordsStep
  bool any_ask() const { return any_ask_; }
  const uint64_t* ask() const { return ask_.data(); }  // rows of which some code must be asked about
  const uint64_t* planes() const { return planes_.data(); }
  const SieveKernels& kernels() const { return kernels_; }

 private:
  template <typename Code>
  void Scatter(const std::vector<Slot>& slot_of, const Code* codes, size_t count);
  template <typename Code>
  void ScatterItems(const SieveProgram& program, size_t coded, const plan::CodeSpan& rows, const Code* codes,
                    size_t count);
  uint64_t* PlaneAt(Slot slot) { return planes_.data() + slot * words_; }

  const SieveKernels& kernels_;
  AlignedWords planes_;
  AlignedWords stack_;
  AlignedWords ask_;
  size_t words_ = 0;
  bool any_ask_ = false;
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_SIEVE_H_

// NearProgram: the conditions of all policies as a tree that tells which rows exactly one clause refuses, one
// that can be cured.
//
// Conditions that may not fail come first, then those of which one may, each kind the most decisive first, so
// that policies share what they begin with and a branch ends where no row is left. A condition is one plane,
// the rows for which it is false; all policies share it. Clauses that are not wholly plain are left over.
//
// Part of a SieveProgram, whose planes it uses; immutable and shared. Source: docs/semantics.md, section 10.
#ifndef ZHIDA_ENGINE_BATCH_NEAR_PROGRAM_H_
#define ZHIDA_ENGINE_BATCH_NEAR_PROGRAM_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/batch/sieve_kernels.h"
#include "engine/plan/normal_form.h"
#include "engine/plan/plan.h"

namespace zhida::batch {

// By policy, which of its clauses at the top may be the one.
using CurableClauses = std::vector<std::vector<bool>>;

struct NearWanted {
  const plan::Plan& plan;
  const CurableClauses* curable = nullptr;  // null: near misses are not wanted
};

class NearProgram {
 public:
  NearProgram() = default;
  // `form` is by clause, `literals` are its literals in planes.
  NearProgram(const plan::NormalForm& form, const std::vector<LiteralForm>& literals,
              const NearWanted& wanted);

  // The condition that a clause is the whole of, which may fail.
  struct Part {
    uint32_t condition = 0;
    int clause = 0;  // its position among the policy's own
  };
  struct Range {
    uint32_t begin = 0;
    uint32_t end = 0;
  };
  struct PolicyNote {
    bool possible = false;  // some clause may fail
    bool errs = false;      // what is open may be an error: all clauses have to be looked at
    Range parts;
    Range opening;
    std::vector<int> rest;  // positions in PlannedPolicy::clauses that the parts do not wholly say
  };
  const PolicyNote& note(size_t policy) const { return notes_[policy]; }
  std::span<const Part> parts(const PolicyNote& note) const {
    return std::span(parts_).subspan(note.parts.begin, note.parts.end - note.parts.begin);
  }
  // The policy's conditions, but those of which what is open counts as true (`later: allowed`).
  std::span<const uint32_t> opening(const PolicyNote& note) const {
    return std::span(opening_).subspan(note.opening.begin, note.opening.end - note.opening.begin);
  }
  const std::vector<NearStep>& steps() const { return steps_; }
  const std::vector<NearCondition>& conditions() const { return conditions_; }
  const std::vector<NearLiteral>& literals() const { return literals_; }
  size_t depths() const { return depths_; }

 private:
  class Builder;

  std::vector<NearLiteral> literals_;
  std::vector<NearCondition> conditions_;
  std::vector<NearStep> steps_;
  std::vector<PolicyNote> notes_;
  std::vector<Part> parts_;  // by policy, as the tree meets them; likewise
  std::vector<uint32_t> opening_;
  size_t depths_ = 1;
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_NEAR_PROGRAM_H_

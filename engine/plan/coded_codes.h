// The codes of a coded file (docs/coded-file.md, "Codes"): what the batch engine works on, kept beside the
// values from which they were made, so that a run need not look at the values.
//
// They hold for one pack, one day and one set of rules about dates; for any other they are made anew while a
// run goes on, and zhida encode replaces them.
#ifndef ZHIDA_ENGINE_PLAN_CODED_CODES_H_
#define ZHIDA_ENGINE_PLAN_CODED_CODES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/facts/reading.h"
#include "engine/plan/codes.h"

namespace zhida::plan {

// What a run needs of a group beside the codes, as it came out under these rules.
struct GroupNotes {
  int64_t undated = 0;
  int64_t refused_commitments = 0;
  std::vector<int> committed_facts;  // facts of which some row's value is a promise
};

// What codes are bound to, and the kinds of texts that they stand for. Made when all groups are coded.
std::string WriteBinding(const Codebook& codes, const pack::Pack& pack, const facts::DateRules& rules);
// False if the codes were made for something else, or cannot be had again; the codebook must be fresh.
bool AdoptBinding(std::string_view binding, const Codebook& codes, const pack::Pack& pack,
                  const facts::DateRules& rules, int threads);

std::string WriteCodes(const CodedRows& rows, size_t columns, const facts::FactBlock& block,
                       const facts::ReadCounts& counts);
// Borrows the codes from `bytes`, which begin on 64 bytes. False if they are not sound.
bool ReadCodes(std::string_view bytes, const Codebook& codes, size_t rows, size_t facts, CodedRows* out,
               GroupNotes* notes);

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_CODED_CODES_H_

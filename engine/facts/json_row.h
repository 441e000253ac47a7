// One subject as one JSON text: a firm to match, or the facts of a test case. The same code path as NDJSON,
// except that the object may be spread over many lines.
//
// A JsonSubjectReader is bound to one pack and one set of date rules, owns its buffers and serves one thread.
// The pack must outlive it.
#ifndef ZHIDA_ENGINE_FACTS_JSON_ROW_H_
#define ZHIDA_ENGINE_FACTS_JSON_ROW_H_

#include <memory>
#include <string_view>

#include "engine/facts/fact_block.h"
#include "engine/facts/reading.h"

namespace zhida::facts {

class JsonSubjectReader {
 public:
  JsonSubjectReader(const pack::Pack& pack, const DateRules& rules);
  ~JsonSubjectReader();

  // Clears `*block`, reads the object into its only row and finishes the block. False if it is rejected: then
  // the block is empty and `*reject` says why, with line 0. At most limits::kLineBytesMax bytes. Adds to
  // `*counts`.
  bool Read(std::string_view json, FactBlock* block, Reject* reject, ReadCounts* counts);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_JSON_ROW_H_

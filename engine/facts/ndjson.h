// NDJSON: one JSON object a line, read with one simdjson pass a line so that a bad line cannot hurt its
// neighbours.
//
// A reader is bound to one pack and one set of date rules, owns its parser and buffers, and serves one
// thread; make one a thread. Numbers are taken as text, so no binary floating point is involved. Objects may
// name facts by id or by name.
#ifndef ZHIDA_ENGINE_FACTS_NDJSON_H_
#define ZHIDA_ENGINE_FACTS_NDJSON_H_

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/facts/reading.h"

namespace zhida::facts {

class NdjsonReader {
 public:
  // `pack` must outlive the reader.
  NdjsonReader(const pack::Pack& pack, const DateRules& rules);
  ~NdjsonReader();

  // Reads all lines of `text` (whole lines; the last may lack its newline). The 64 bytes after `text` must be
  // readable. Appends judged rows to `block` and the others to `rejects`. Blank lines are no rows. Does not
  // call block->Finish(). Returns the number of lines, blank ones too.
  int64_t Read(std::string_view text, int64_t first_line, int64_t first_row, FactBlock* block,
               std::vector<Reject>* rejects, ReadCounts* counts);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_NDJSON_H_

// Arrow in: record batches of a C stream become fact blocks.
//
// Accepts null, bool, (u)int8-64, float32/64, decimal128, date32/64, timestamps of any unit, utf8,
// large_utf8, utf8_view, dictionaries of these, list, large_list and struct; offsets and missing null buffers
// included. Another type, or a type that cannot hold the fact (a string for a number), is refused by column
// name in Open(). Owns the stream it was given (moved in) and releases it. One thread calls Next(); blocks
// may be read by any thread and keep their batch alive.
#ifndef ZHIDA_ENGINE_FACTS_ARROW_READER_H_
#define ZHIDA_ENGINE_FACTS_ARROW_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/facts/arrow_abi.h"
#include "engine/facts/fact_block.h"
#include "engine/facts/reading.h"

namespace zhida::facts {

// A batch as it came, with the rows to convert: Next() is cheap, Convert() is the work and may run on any
// thread.
struct ArrowSlice {
  std::shared_ptr<ArrowArray> batch;
  int64_t begin = 0;  // within the batch
  int64_t length = 0;
  int64_t first_row = 0;  // of the whole input
};

class ArrowReader {
 public:
  // Takes over *stream (its release becomes null). Null with diagnostics when the schema is refused.
  static std::unique_ptr<ArrowReader> Open(const pack::Pack& pack, const DateRules& rules,
                                           ArrowArrayStream* stream, Diagnostics* diagnostics);
  ~ArrowReader();

  // The next slice of at most `rows_max` rows. False at the end or on failure; then error() tells.
  bool Next(int64_t rows_max, ArrowSlice* slice);
  const std::string& error() const;  // "" while all is well; says after which row the stream failed

  // Appends the judged rows of a slice; does not call block->Finish(). Const and safe on any thread.
  void Convert(const ArrowSlice& slice, FactBlock* block, std::vector<Reject>* rejects,
               ReadCounts* counts) const;

 private:
  ArrowReader();
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_READER_H_

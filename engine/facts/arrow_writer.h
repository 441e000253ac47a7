// Arrow out: columns of ours as record batches of the C data interface.
//
// An exported array or schema owns its buffers (shared with others where they are the same, as dictionaries
// are) and frees them when the consumer releases it, on any thread.
#ifndef ZHIDA_ENGINE_FACTS_ARROW_WRITER_H_
#define ZHIDA_ENGINE_FACTS_ARROW_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/facts/arrow_abi.h"

namespace zhida::facts {

// One column, or a record batch (a struct of columns). Filled once, then shared and never written.
struct ArrowColumn {
  std::string format;  // "l", "u", "i", "c", "+s", ...
  std::string name;
  bool nullable = false;
  int64_t length = 0;
  int64_t null_count = 0;
  std::vector<std::vector<uint8_t>> buffers;  // validity first; an empty validity buffer stands for none
  std::vector<std::shared_ptr<const ArrowColumn>> children;
  std::shared_ptr<const ArrowColumn> dictionary;
};

// Bytes of a vector of plain values, for ArrowColumn::buffers.
template <typename T>
std::vector<uint8_t> BytesOf(const std::vector<T>& values) {
  const auto* begin = reinterpret_cast<const uint8_t*>(values.data());
  return std::vector<uint8_t>(begin, begin + values.size() * sizeof(T));
}

std::shared_ptr<const ArrowColumn> Utf8Column(std::string name, const std::vector<std::string>& texts);

// The consumer owns *out and calls its release.
void ExportArray(const std::shared_ptr<const ArrowColumn>& column, ArrowArray* out);
void ExportSchema(const std::shared_ptr<const ArrowColumn>& column, ArrowSchema* out);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_WRITER_H_

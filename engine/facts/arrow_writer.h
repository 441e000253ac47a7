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
#include <utility>
#include <vector>

#include "engine/facts/arrow_abi.h"

namespace zhida::facts {

// Bytes of a column and whoever keeps them.
struct ArrowBuffer {
  std::shared_ptr<const void> owner;  // null: there is none
  const void* data = nullptr;
};

// One column, or a record batch (a struct of columns). Filled once, then shared and never written.
struct ArrowColumn {
  std::string format;  // "l", "u", "i", "c", "+s", ...
  std::string name;
  bool nullable = false;
  int64_t length = 0;
  int64_t null_count = 0;
  std::vector<ArrowBuffer> buffers;  // validity first
  std::vector<std::shared_ptr<const ArrowColumn>> children;
  std::shared_ptr<const ArrowColumn> dictionary;
};

// A buffer of a vector, which is moved in.
template <typename T>
ArrowBuffer BufferOf(std::vector<T> values) {
  auto kept = std::make_shared<const std::vector<T>>(std::move(values));
  const void* const data = kept->data();
  return {std::move(kept), data};
}

// A column of plain values that are all there.
template <typename T>
std::shared_ptr<ArrowColumn> ColumnOf(std::string format, std::string name, std::vector<T> values) {
  auto column = std::make_shared<ArrowColumn>();
  column->format = std::move(format);
  column->name = std::move(name);
  column->length = static_cast<int64_t>(values.size());
  column->buffers = {{}, BufferOf(std::move(values))};
  return column;
}
std::shared_ptr<const ArrowColumn> Utf8Column(std::string name, const std::vector<std::string>& texts);
// Says of a column that is still being made which of its values are there.
void SetValidity(const std::vector<bool>& there, ArrowColumn* column);

// Of its values, nearly: without validity, dictionaries and the offsets of lists.
size_t ByteCount(const ArrowColumn& column);

// The consumer owns *out and calls its release.
void ExportArray(const std::shared_ptr<const ArrowColumn>& column, ArrowArray* out);
void ExportSchema(const std::shared_ptr<const ArrowColumn>& column, ArrowSchema* out);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_WRITER_H_

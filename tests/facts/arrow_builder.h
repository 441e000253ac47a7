// Arrow arrays built by hand, for tests: every buffer has the exact size that the format asks for and is
// freed by the array's release, so that a sanitizer sees a read outside or after it, and a leak.
#ifndef ZHIDA_TESTS_FACTS_ARROW_BUILDER_H_
#define ZHIDA_TESTS_FACTS_ARROW_BUILDER_H_

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/facts/arrow_abi.h"
#include "engine/value/decimal.h"

namespace zhida::arrow_test {

using Buffer = std::optional<std::vector<char>>;  // none: a null pointer

struct Array {
  std::string format;
  std::string name;
  int64_t length = 0;
  int64_t null_count = 0;
  int64_t offset = 0;
  std::vector<Buffer> buffers;
  std::vector<Array> children;
  std::shared_ptr<Array> dictionary;
};

template <class T>
using Maybe = std::vector<std::optional<T>>;

template <class T>
void Append(std::vector<char>* bytes, T value) {
  const size_t at = bytes->size();
  bytes->resize(at + sizeof value);
  std::memcpy(bytes->data() + at, &value, sizeof value);
}

inline std::vector<char> Bits(const std::vector<bool>& bits) {
  std::vector<char> bytes((bits.size() + 7) / 8, 0);
  for (size_t i = 0; i < bits.size(); ++i) {
    if (bits[i]) bytes[i / 8] = static_cast<char>(bytes[i / 8] | (1 << (i % 8)));
  }
  return bytes;
}

// Fills in length, null count and validity; without nulls the validity buffer is left out.
template <class T>
Array Begin(std::string format, std::string name, const Maybe<T>& values) {
  Array array;
  array.format = std::move(format);
  array.name = std::move(name);
  array.length = static_cast<int64_t>(values.size());
  std::vector<bool> valid;
  for (const std::optional<T>& value : values) {
    valid.push_back(value.has_value());
    array.null_count += value.has_value() ? 0 : 1;
  }
  array.buffers.push_back(array.null_count > 0 ? Buffer(Bits(valid)) : std::nullopt);
  return array;
}

template <class T>
Array Fixed(std::string format, std::string name, const Maybe<T>& values) {
  Array array = Begin(std::move(format), std::move(name), values);
  std::vector<char> bytes;
  for (const std::optional<T>& value : values) Append(&bytes, value.value_or(T{}));
  array.buffers.emplace_back(std::move(bytes));
  return array;
}

inline Array Bools(std::string name, const Maybe<bool>& values) {
  Array array = Begin("b", std::move(name), values);
  std::vector<bool> bits;
  for (const std::optional<bool>& value : values) bits.push_back(value.value_or(false));
  array.buffers.emplace_back(Bits(bits));
  return array;
}

inline Array Nulls(std::string name, int64_t length) {
  Array array;
  array.format = "n";
  array.name = std::move(name);
  array.length = array.null_count = length;
  return array;
}

template <class Offset>
void AppendTexts(const Maybe<std::string>& values, Array* array) {
  std::vector<char> offsets;
  std::vector<char> data;
  Append(&offsets, Offset{0});
  for (const std::optional<std::string>& value : values) {
    if (value) data.insert(data.end(), value->begin(), value->end());
    Append(&offsets, static_cast<Offset>(data.size()));
  }
  array->buffers.emplace_back(std::move(offsets));
  array->buffers.emplace_back(std::move(data));
}

// Long texts lie in two data buffers by turns.
inline void AppendViews(const Maybe<std::string>& values, Array* array) {
  std::vector<char> views;
  std::vector<char> data[2];
  int turn = 0;
  for (const std::optional<std::string>& value : values) {
    const std::string text = value.value_or("");
    Append(&views, static_cast<int32_t>(text.size()));
    if (text.size() <= 12) {
      views.insert(views.end(), text.begin(), text.end());
      views.resize(views.size() + 12 - text.size(), 0);
    } else {
      views.insert(views.end(), text.begin(), text.begin() + 4);
      Append(&views, static_cast<int32_t>(turn));
      Append(&views, static_cast<int32_t>(data[turn].size()));
      data[turn].insert(data[turn].end(), text.begin(), text.end());
      turn = 1 - turn;
    }
  }
  std::vector<char> sizes;
  for (const std::vector<char>& bytes : data) Append(&sizes, static_cast<int64_t>(bytes.size()));
  array->buffers.emplace_back(std::move(views));
  array->buffers.emplace_back(std::move(data[0]));
  array->buffers.emplace_back(std::move(data[1]));
  array->buffers.emplace_back(std::move(sizes));
}

// format: u, U or vu.
inline Array Texts(const std::string& format, std::string name, const Maybe<std::string>& values) {
  Array array = Begin(format, std::move(name), values);
  if (format == "u") AppendTexts<int32_t>(values, &array);
  if (format == "U") AppendTexts<int64_t>(values, &array);
  if (format == "vu") AppendViews(values, &array);
  return array;
}

// `lengths` says how many of the items each list takes, in order. format: +l or +L.
inline Array Lists(const std::string& format, std::string name, const Maybe<int>& lengths, Array items) {
  Array array = Begin(format, std::move(name), lengths);
  std::vector<char> offsets;
  int64_t at = 0;
  for (size_t i = 0; i <= lengths.size(); ++i) {
    if (i > 0) at += lengths[i - 1].value_or(0);
    if (format == "+l") {
      Append(&offsets, static_cast<int32_t>(at));
    } else {
      Append(&offsets, at);
    }
  }
  array.buffers.emplace_back(std::move(offsets));
  array.children.push_back(std::move(items));
  return array;
}

inline Array Structs(std::string name, const Maybe<bool>& there, std::vector<Array> members) {
  Array array = Begin("+s", std::move(name), there);
  array.children = std::move(members);
  return array;
}

// A record batch.
inline Array Table(std::vector<Array> columns) {
  const size_t rows = columns.empty() ? 0 : static_cast<size_t>(columns[0].length);
  return Structs("", Maybe<bool>(rows, true), std::move(columns));
}

template <class Index>
Array Dictionary(std::string index_format, const Maybe<Index>& indices, Array values) {
  Array array = Fixed(std::move(index_format), values.name, indices);
  array.dictionary = std::make_shared<Array>(std::move(values));
  return array;
}

// Elements `offset` to `offset` + `length`, the way a slice is exported: nothing is moved.
inline Array Slice(Array array, int64_t offset, int64_t length) {
  array.offset += offset;
  array.length = length;
  if (array.null_count != 0) array.null_count = -1;
  return array;
}

struct ExportedSchema {
  std::string format;
  std::string name;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  ArrowSchema dictionary{};
};

inline void ReleaseSchema(ArrowSchema* schema) {
  for (int64_t i = 0; i < schema->n_children; ++i) {
    if (schema->children[i]->release != nullptr) schema->children[i]->release(schema->children[i]);
  }
  if (schema->dictionary != nullptr && schema->dictionary->release != nullptr) {
    schema->dictionary->release(schema->dictionary);
  }
  delete static_cast<ExportedSchema*>(schema->private_data);
  schema->release = nullptr;
}

inline void ExportSchema(const Array& array, ArrowSchema* out) {
  auto* kept = new ExportedSchema{array.format, array.name, {}, {}, {}};
  kept->children.resize(array.children.size());
  for (size_t i = 0; i < array.children.size(); ++i) {
    ExportSchema(array.children[i], &kept->children[i]);
    kept->child_pointers.push_back(&kept->children[i]);
  }
  if (array.dictionary) ExportSchema(*array.dictionary, &kept->dictionary);
  *out = {};
  out->format = kept->format.c_str();
  out->name = kept->name.c_str();
  out->flags = ARROW_FLAG_NULLABLE;
  out->n_children = static_cast<int64_t>(array.children.size());
  out->children = kept->child_pointers.data();
  out->dictionary = array.dictionary ? &kept->dictionary : nullptr;
  out->release = ReleaseSchema;
  out->private_data = kept;
}

struct ExportedArray {
  std::vector<std::unique_ptr<char[]>> storage;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
  ArrowArray dictionary{};
};

inline void ReleaseArray(ArrowArray* array) {
  for (int64_t i = 0; i < array->n_children; ++i) {
    if (array->children[i]->release != nullptr) array->children[i]->release(array->children[i]);
  }
  if (array->dictionary != nullptr && array->dictionary->release != nullptr) {
    array->dictionary->release(array->dictionary);
  }
  delete static_cast<ExportedArray*>(array->private_data);
  array->release = nullptr;
}

inline void ExportArray(const Array& array, ArrowArray* out) {
  auto* kept = new ExportedArray();
  for (const Buffer& buffer : array.buffers) {
    const void* place = nullptr;
    if (buffer) {
      kept->storage.push_back(std::make_unique<char[]>(buffer->size()));
      std::copy(buffer->begin(), buffer->end(), kept->storage.back().get());
      place = kept->storage.back().get();
    }
    kept->buffers.push_back(place);
  }
  kept->children.resize(array.children.size());
  for (size_t i = 0; i < array.children.size(); ++i) {
    ExportArray(array.children[i], &kept->children[i]);
    kept->child_pointers.push_back(&kept->children[i]);
  }
  if (array.dictionary) ExportArray(*array.dictionary, &kept->dictionary);
  *out = {};
  out->length = array.length;
  out->null_count = array.null_count;
  out->offset = array.offset;
  out->n_buffers = static_cast<int64_t>(array.buffers.size());
  out->n_children = static_cast<int64_t>(array.children.size());
  out->buffers = kept->buffers.data();
  out->children = kept->child_pointers.data();
  out->dictionary = array.dictionary ? &kept->dictionary : nullptr;
  out->release = ReleaseArray;
  out->private_data = kept;
}

struct ExportedStream {
  std::vector<Array> batches;
  size_t next = 0;
  std::optional<size_t> fails_at;  // the batch that cannot be had
  std::string error;
};

// The schema is that of the first batch.
inline void ExportStream(std::vector<Array> batches, ArrowArrayStream* out,
                         std::optional<size_t> fails_at = {}) {
  *out = {};
  out->private_data = new ExportedStream{std::move(batches), 0, fails_at, "disk on fire"};
  out->get_schema = [](ArrowArrayStream* stream, ArrowSchema* schema) {
    ExportSchema(static_cast<ExportedStream*>(stream->private_data)->batches[0], schema);
    return 0;
  };
  out->get_next = [](ArrowArrayStream* stream, ArrowArray* array) {
    auto* kept = static_cast<ExportedStream*>(stream->private_data);
    if (kept->fails_at == kept->next) return EIO;
    *array = {};
    if (kept->next < kept->batches.size()) ExportArray(kept->batches[kept->next++], array);
    return 0;
  };
  out->get_last_error = [](ArrowArrayStream* stream) {
    return static_cast<ExportedStream*>(stream->private_data)->error.c_str();
  };
  out->release = [](ArrowArrayStream* stream) {
    delete static_cast<ExportedStream*>(stream->private_data);
    stream->release = nullptr;
  };
}

}  // namespace zhida::arrow_test

#endif  // ZHIDA_TESTS_FACTS_ARROW_BUILDER_H_

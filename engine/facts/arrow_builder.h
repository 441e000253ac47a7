// Arrow columns grown value by value, for batches whose size is not known beforehand.
// Owns its buffers until Finish(), which may be called once. One thread.
#ifndef ZHIDA_ENGINE_FACTS_ARROW_BUILDER_H_
#define ZHIDA_ENGINE_FACTS_ARROW_BUILDER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/facts/arrow_writer.h"

namespace zhida::facts {

using ColumnPtr = std::shared_ptr<const ArrowColumn>;

// Bits, one a value.
class BitBuilder {
 public:
  void Add(bool bit) {
    if (size_ % 8 == 0) bytes_.push_back(0);
    if (bit) bytes_.back() = static_cast<uint8_t>(bytes_.back() | 1U << size_ % 8);
    zeros_ += bit ? 0 : 1;
    ++size_;
  }
  int64_t size() const { return size_; }
  int64_t zeros() const { return zeros_; }
  ArrowBuffer Take() { return BufferOf(std::move(bytes_)); }

 private:
  std::vector<uint8_t> bytes_;
  int64_t size_ = 0;
  int64_t zeros_ = 0;
};

// The validity and the shape that all columns have.
inline std::shared_ptr<ArrowColumn> NullableColumn(std::string_view format, std::string_view name,
                                                   BitBuilder* valid) {
  auto column = std::make_shared<ArrowColumn>();
  column->format.assign(format);
  column->name.assign(name);
  column->nullable = true;
  column->length = valid->size();
  column->null_count = valid->zeros();
  column->buffers.emplace_back();
  if (valid->zeros() > 0) column->buffers[0] = valid->Take();
  return column;
}

template <typename T>
class NumberBuilder {
 public:
  explicit NumberBuilder(std::string_view format) : format_(format) {}  // "l", "i", "c"
  void Add(T value) {
    values_.push_back(value);
    valid_.Add(true);
  }
  void AddNull() {
    values_.push_back(T{});
    valid_.Add(false);
  }
  void AddOrNull(std::optional<T> value) { value ? Add(*value) : AddNull(); }
  size_t size() const { return values_.size(); }
  std::shared_ptr<ArrowColumn> Finish(std::string_view name, ColumnPtr dictionary = nullptr) {
    auto column = NullableColumn(format_, name, &valid_);
    column->buffers.push_back(BufferOf(std::move(values_)));
    column->dictionary = std::move(dictionary);
    return column;
  }

 private:
  std::string format_;
  std::vector<T> values_;
  BitBuilder valid_;
};

class FlagBuilder {
 public:
  void Add(bool value) {
    values_.Add(value);
    valid_.Add(true);
  }
  ColumnPtr Finish(std::string_view name) {
    auto column = NullableColumn("b", name, &valid_);
    column->buffers.push_back(values_.Take());
    return column;
  }

 private:
  BitBuilder values_;
  BitBuilder valid_;
};

class TextBuilder {
 public:
  void Add(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    offsets_.push_back(static_cast<int32_t>(bytes_.size()));
    valid_.Add(true);
  }
  void AddNull() {
    offsets_.push_back(static_cast<int32_t>(bytes_.size()));
    valid_.Add(false);
  }
  void AddOrNull(std::string_view text) { text.empty() ? AddNull() : Add(text); }
  std::shared_ptr<ArrowColumn> Finish(std::string_view name) {
    auto column = NullableColumn("u", name, &valid_);
    column->buffers.push_back(BufferOf(std::move(offsets_)));
    column->buffers.push_back(BufferOf(std::move(bytes_)));
    return column;
  }

 private:
  std::vector<int32_t> offsets_{0};
  std::vector<char> bytes_;
  BitBuilder valid_;
};

// End() after the items of each value have been added to the child.
class ListBuilder {
 public:
  void End(size_t child_size) {
    offsets_.push_back(static_cast<int32_t>(child_size));
    valid_.Add(true);
  }
  ColumnPtr Finish(std::string_view name, ColumnPtr child) {
    auto column = NullableColumn("+l", name, &valid_);
    column->buffers.push_back(BufferOf(std::move(offsets_)));
    column->children.push_back(std::move(child));
    return column;
  }

 private:
  std::vector<int32_t> offsets_{0};
  BitBuilder valid_;
};

// The column with the promise, in its schema, that no value of it is null.
inline ColumnPtr Required(std::shared_ptr<ArrowColumn> column) {
  column->nullable = false;
  return column;
}

inline std::shared_ptr<ArrowColumn> StructColumn(std::string_view name, int64_t length,
                                                 std::vector<ColumnPtr> children) {
  auto column = std::make_shared<ArrowColumn>();
  column->format.assign("+s");
  column->name.assign(name);
  column->length = length;
  column->buffers.emplace_back();
  column->children = std::move(children);
  return column;
}

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_BUILDER_H_

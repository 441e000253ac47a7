#include "engine/facts/arrow_writer.h"

#include <utility>

namespace zhida::facts {
namespace {

// What an exported array keeps alive, and the pointer arrays that the ABI wants.
struct ArrayHolder {
  std::shared_ptr<const ArrowColumn> column;
  std::vector<const void*> buffers;
  std::vector<ArrowArray> children;
  std::vector<ArrowArray*> child_pointers;
  ArrowArray dictionary;
};

struct SchemaHolder {
  std::shared_ptr<const ArrowColumn> column;
  std::vector<ArrowSchema> children;
  std::vector<ArrowSchema*> child_pointers;
  ArrowSchema dictionary;
};

// A consumer may have moved a child away; then its release is null already.
template <typename T, typename Holder>
void Release(T* exported) {
  auto* holder = static_cast<Holder*>(exported->private_data);
  for (T& child : holder->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (exported->dictionary != nullptr && holder->dictionary.release != nullptr) {
    holder->dictionary.release(&holder->dictionary);
  }
  delete holder;
  exported->release = nullptr;
}

}  // namespace

std::shared_ptr<const ArrowColumn> Utf8Column(std::string name, const std::vector<std::string>& texts) {
  auto column = std::make_shared<ArrowColumn>();
  column->format = std::string(1, 'u');  // g++ 12 warns wrongly about a literal here
  column->name = std::move(name);
  column->length = static_cast<int64_t>(texts.size());
  std::vector<int32_t> offsets{0};
  std::vector<uint8_t> bytes;
  for (const std::string& text : texts) {
    bytes.insert(bytes.end(), text.begin(), text.end());
    offsets.push_back(static_cast<int32_t>(bytes.size()));
  }
  column->buffers = {{}, BufferOf(std::move(offsets)), BufferOf(std::move(bytes))};
  return column;
}

void SetValidity(const std::vector<bool>& there, ArrowColumn* column) {
  column->nullable = true;
  column->null_count = 0;
  std::vector<uint8_t> bits((there.size() + 7) / 8, 0);
  for (size_t i = 0; i < there.size(); ++i) {
    if (there[i]) {
      bits[i / 8] = static_cast<uint8_t>(bits[i / 8] | (1U << (i % 8)));
    } else {
      ++column->null_count;
    }
  }
  if (column->null_count > 0) column->buffers[0] = BufferOf(std::move(bits));
}

size_t ByteCount(const ArrowColumn& column) {
  const auto length = static_cast<size_t>(column.length);
  size_t bytes = 0;
  for (const auto& child : column.children) bytes += ByteCount(*child);
  const auto last = [&](auto zero) {
    const auto* const offsets = static_cast<const decltype(zero)*>(column.buffers[1].data);
    return (length + 1) * sizeof zero + (length == 0 ? 0 : static_cast<size_t>(offsets[length]));
  };
  switch (column.format[0]) {
    case '+':
      return bytes;
    case 'u':
    case 'z':
      return last(int32_t{});
    case 'U':
    case 'Z':
      return last(int64_t{});
    case 'b':
      return (length + 7) / 8;
    case 'c':
      return length;
    case 'i':
      return 4 * length;
    case 'd':
      return 16 * length;
    default:
      return 8 * length;
  }
}

void ExportArray(const std::shared_ptr<const ArrowColumn>& column, ArrowArray* out) {
  auto* holder = new ArrayHolder;
  holder->column = column;
  for (size_t i = 0; i < column->buffers.size(); ++i) {
    const void* const data = column->buffers[i].data;
    // Only the validity buffer may be null; an empty data buffer still needs an address.
    static const uint64_t kEmpty = 0;
    holder->buffers.push_back(data != nullptr || i == 0 ? data : static_cast<const void*>(&kEmpty));
  }
  holder->children.resize(column->children.size());
  for (size_t i = 0; i < column->children.size(); ++i) {
    ExportArray(column->children[i], &holder->children[i]);
    holder->child_pointers.push_back(&holder->children[i]);
  }
  *out = ArrowArray{};
  out->length = column->length;
  out->null_count = column->null_count;
  out->n_buffers = static_cast<int64_t>(holder->buffers.size());
  out->n_children = static_cast<int64_t>(holder->children.size());
  out->buffers = holder->buffers.data();
  out->children = holder->child_pointers.data();
  if (column->dictionary) {
    ExportArray(column->dictionary, &holder->dictionary);
    out->dictionary = &holder->dictionary;
  }
  out->release = &Release<ArrowArray, ArrayHolder>;
  out->private_data = holder;
}

void ExportSchema(const std::shared_ptr<const ArrowColumn>& column, ArrowSchema* out) {
  auto* holder = new SchemaHolder;
  holder->column = column;
  holder->children.resize(column->children.size());
  for (size_t i = 0; i < column->children.size(); ++i) {
    ExportSchema(column->children[i], &holder->children[i]);
    holder->child_pointers.push_back(&holder->children[i]);
  }
  *out = ArrowSchema{};
  out->format = holder->column->format.c_str();
  out->name = holder->column->name.c_str();
  out->flags = column->nullable ? ARROW_FLAG_NULLABLE : 0;
  out->n_children = static_cast<int64_t>(holder->children.size());
  out->children = holder->child_pointers.data();
  if (column->dictionary) {
    ExportSchema(column->dictionary, &holder->dictionary);
    out->dictionary = &holder->dictionary;
  }
  out->release = &Release<ArrowSchema, SchemaHolder>;
  out->private_data = holder;
}

}  // namespace zhida::facts

#include "engine/facts/arrow_column.h"

#include <cstring>
#include <limits>

namespace zhida::facts {
namespace {

template <class T>
T Load(const void* buffer, int64_t at) {
  // Producers align their buffers as a rule and not always (a slice of a message need not be).
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + at * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

bool BitAt(const void* buffer, int64_t at) {
  return ((static_cast<const uint8_t*>(buffer)[at >> 3] >> (at & 7)) & 1) != 0;
}

bool IsNull(const ArrowType& type, const ArrowArray& array, int64_t at) {
  if (type.physical == Physical::kNull) return true;
  return array.null_count != 0 && array.buffers[0] != nullptr && !BitAt(array.buffers[0], at);
}

int128_t LoadInteger(Physical physical, const void* buffer, int64_t at) {
  switch (physical) {
    case Physical::kInt8:
      return Load<int8_t>(buffer, at);
    case Physical::kUint8:
      return Load<uint8_t>(buffer, at);
    case Physical::kInt16:
      return Load<int16_t>(buffer, at);
    case Physical::kUint16:
      return Load<uint16_t>(buffer, at);
    case Physical::kInt32:
    case Physical::kDate32:
      return Load<int32_t>(buffer, at);
    case Physical::kUint32:
      return Load<uint32_t>(buffer, at);
    case Physical::kUint64:
      return Load<uint64_t>(buffer, at);
    default:
      return Load<int64_t>(buffer, at);
  }
}

// A view is 16 bytes: the length, then either up to 12 bytes of text, or 4 bytes of it, a buffer number, an
// offset.
bool ViewTextOf(const ArrowCell& cell, std::string_view* text) {
  constexpr int32_t kInlineMax = 12;
  const char* const view = static_cast<const char*>(cell.array->buffers[1]) + 16 * cell.at;
  const int32_t length = Load<int32_t>(view, 0);
  if (length < 0) return false;
  if (length <= kInlineMax) {
    *text = {view + 4, static_cast<size_t>(length)};
    return true;
  }
  const int32_t buffer = Load<int32_t>(view, 2);
  const int32_t offset = Load<int32_t>(view, 3);
  const int64_t data_buffers = cell.array->n_buffers - 3;  // the last buffer holds the sizes of these
  if (buffer < 0 || buffer >= data_buffers || offset < 0) return false;
  const int64_t size = Load<int64_t>(cell.array->buffers[cell.array->n_buffers - 1], buffer);
  const void* const data = cell.array->buffers[2 + buffer];
  if (data == nullptr || int64_t{offset} + length > size) return false;
  *text = {static_cast<const char*>(data) + offset, static_cast<size_t>(length)};
  return true;
}

// Offsets `*begin` and `*end` of element `at`; false if they run backwards.
bool OffsetsOf(bool large, const void* offsets, int64_t at, int64_t* begin, int64_t* end) {
  *begin = large ? Load<int64_t>(offsets, at) : Load<int32_t>(offsets, at);
  *end = large ? Load<int64_t>(offsets, at + 1) : Load<int32_t>(offsets, at + 1);
  return *begin >= 0 && *begin <= *end;
}

int64_t BuffersWanted(Physical physical) {
  switch (physical) {
    case Physical::kNull:
      return 0;
    case Physical::kStruct:
      return 1;
    case Physical::kText:
    case Physical::kLargeText:
    case Physical::kTextView:  // and one for each of its data buffers
      return 3;
    default:
      return 2;
  }
}

bool CheckBuffers(const ArrowType& type, const ArrowArray& array, std::string* what) {
  const int64_t wanted = BuffersWanted(type.physical);
  const bool enough =
      type.physical == Physical::kTextView ? array.n_buffers >= wanted : array.n_buffers == wanted;
  // Some producers give the null type one buffer, which is never read.
  if (!enough && type.physical != Physical::kNull) {
    *what = "it has " + std::to_string(array.n_buffers) + " buffers, not " + std::to_string(wanted);
    return false;
  }
  if (wanted == 0 || array.offset + array.length == 0) return true;
  if (array.buffers == nullptr) {
    *what = "its buffers are missing";
    return false;
  }
  if (array.null_count > 0 && array.buffers[0] == nullptr) {
    *what = "it counts nulls and has no validity buffer";
    return false;
  }
  if (wanted >= 2 && array.buffers[1] == nullptr) {
    *what = "its second buffer is missing";
    return false;
  }
  if (type.physical == Physical::kTextView && array.n_buffers > 3 &&
      array.buffers[array.n_buffers - 1] == nullptr) {
    *what = "the sizes of its data buffers are missing";
    return false;
  }
  return true;
}

bool CheckChildren(const ArrowShape& shape, const ArrowArray& array, std::string* what) {
  if (array.n_children != static_cast<int64_t>(shape.children.size()) ||
      (array.n_children > 0 && array.children == nullptr)) {
    *what = "it has " + std::to_string(array.n_children) + " children, not " +
            std::to_string(shape.children.size());
    return false;
  }
  int64_t child_length_min = array.offset + array.length;
  if (shape.type.is_list() && child_length_min > 0) {
    int64_t begin;
    const bool large = shape.type.physical == Physical::kLargeList;
    if (!OffsetsOf(large, array.buffers[1], child_length_min - 1, &begin, &child_length_min)) {
      *what = "its offsets run backwards";
      return false;
    }
  }
  for (size_t i = 0; i < shape.children.size(); ++i) {
    if (array.children[i] == nullptr) {
      *what = "child " + shape.children[i].name + " is missing";
      return false;
    }
    if (!CheckArray(shape.children[i], *array.children[i], child_length_min, what)) {
      *what = "child " + shape.children[i].name + ": " + *what;
      return false;
    }
  }
  return true;
}

}  // namespace

bool CheckArray(const ArrowShape& shape, const ArrowArray& array, int64_t length_min, std::string* what) {
  if (shape.type.physical == Physical::kOther) return true;  // it is never read
  constexpr int64_t kLengthMax =
      std::numeric_limits<int64_t>::max() / 32;  // so that byte counts cannot overflow
  if (array.length < 0 || array.offset < 0 || array.length > kLengthMax || array.offset > kLengthMax) {
    *what = "its length or offset is out of range";
    return false;
  }
  if (array.length < length_min) {
    *what = "it has " + std::to_string(array.length) + " elements where " + std::to_string(length_min) +
            " are wanted";
    return false;
  }
  if (!CheckBuffers(shape.dictionary ? shape.index : shape.type, array, what)) return false;
  if (!shape.dictionary) return CheckChildren(shape, array, what);
  if (array.dictionary == nullptr) {
    *what = "its dictionary is missing";
    return false;
  }
  ArrowShape values;
  values.type = shape.type;
  return CheckArray(values, *array.dictionary, 0, what);
}

ArrowCell LocateCell(const ArrowShape& shape, const ArrowArray& array, int64_t i) {
  using Status = ArrowCell::Status;
  const int64_t at = array.offset + i;
  if (!shape.dictionary) {
    return {IsNull(shape.type, array, at) ? Status::kNull : Status::kValue, &array, at};
  }
  if (IsNull(shape.index, array, at)) return {};
  const int128_t index = LoadInteger(shape.index.physical, array.buffers[1], at);
  const ArrowArray& values = *array.dictionary;
  if (index < 0 || index >= values.length) return {Status::kBad, &values, 0};
  const int64_t place = values.offset + static_cast<int64_t>(index);
  return {IsNull(shape.type, values, place) ? Status::kNull : Status::kValue, &values, place};
}

bool BoolOf(const ArrowCell& cell) { return BitAt(cell.array->buffers[1], cell.at); }

int128_t IntegerOf(const ArrowType& type, const ArrowCell& cell) {
  return LoadInteger(type.physical, cell.array->buffers[1], cell.at);
}

int128_t DecimalOf(const ArrowCell& cell) { return Load<int128_t>(cell.array->buffers[1], cell.at); }
double Float64Of(const ArrowCell& cell) { return Load<double>(cell.array->buffers[1], cell.at); }
float Float32Of(const ArrowCell& cell) { return Load<float>(cell.array->buffers[1], cell.at); }

bool TextOf(const ArrowType& type, const ArrowCell& cell, std::string_view* text) {
  if (type.physical == Physical::kTextView) return ViewTextOf(cell, text);
  int64_t begin;
  int64_t end;
  const bool large = type.physical == Physical::kLargeText;
  if (!OffsetsOf(large, cell.array->buffers[1], cell.at, &begin, &end)) return false;
  const char* const data = static_cast<const char*>(cell.array->buffers[2]);
  if (data == nullptr && begin != end) return false;
  *text = begin == end ? std::string_view("", 0)
                       : std::string_view(data + begin, static_cast<size_t>(end - begin));
  return true;
}

bool ItemsOf(const ArrowType& type, const ArrowCell& cell, int64_t* begin, int64_t* end) {
  const bool large = type.physical == Physical::kLargeList;
  return OffsetsOf(large, cell.array->buffers[1], cell.at, begin, end) &&
         *end <= cell.array->children[0]->length;
}

}  // namespace zhida::facts

#include "engine/facts/arrow_plain.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <string_view>
#include <vector>

#include "engine/base/text.h"
#include "engine/facts/scalar_rules.h"

namespace zhida::facts {
namespace {

// A dictionary much longer than the stretch costs more to look up than the values that occur.
constexpr int64_t kSmallDictionary = 4'096;

using ByteValidity = std::array<std::array<Supplied, 8>, 256>;

constexpr ByteValidity MakeByteValidity() {
  ByteValidity table{};
  for (size_t byte = 0; byte < table.size(); ++byte) {
    for (size_t bit = 0; bit < 8; ++bit) {
      table[byte][bit] = (byte >> bit & 1) != 0 ? Supplied::kValue : Supplied::kNothing;
    }
  }
  return table;
}
constexpr ByteValidity kByteValidity = MakeByteValidity();

template <class T>
T Load(const void* buffer, int64_t at) {
  T value;
  std::memcpy(&value, static_cast<const char*>(buffer) + at * static_cast<int64_t>(sizeof(T)), sizeof(T));
  return value;
}

void ReadValidity(const ArrowArray& array, int64_t at, std::span<Supplied> supplied) {
  const auto* const bits = static_cast<const uint8_t*>(array.buffers[0]);
  if (array.null_count == 0 || bits == nullptr) {
    std::fill(supplied.begin(), supplied.end(), Supplied::kValue);
    return;
  }
  size_t i = 0;
  const auto one = [&] {
    const size_t place = static_cast<size_t>(at) + i;
    supplied[i++] = kByteValidity[bits[place / 8]][place % 8];
  };
  while (i < supplied.size() && (static_cast<size_t>(at) + i) % 8 != 0) one();
  for (; i + 8 <= supplied.size(); i += 8) {
    std::memcpy(&supplied[i], kByteValidity[bits[(static_cast<size_t>(at) + i) / 8]].data(), 8);
  }
  while (i < supplied.size()) one();
}

// All ones where a value is, so that what lies in the place of a null is not taken for one.
int64_t MaskOf(Supplied supplied) { return supplied == Supplied::kValue ? -1 : 0; }

// value(i) of each row is kept times `factor`. False if one is not below `end`, up or down.
template <class F>
bool FillNumbers(std::span<const Supplied> supplied, int64_t end, int64_t factor, int64_t* out, F&& value) {
  uint64_t odd = 0;
  for (size_t i = 0; i < supplied.size(); ++i) {
    const int64_t number = value(i) & MaskOf(supplied[i]);
    odd |= static_cast<uint64_t>(static_cast<uint64_t>(number) + static_cast<uint64_t>(end) - 1 >=
                                 2 * static_cast<uint64_t>(end) - 1);
    out[i] = static_cast<int64_t>(static_cast<uint64_t>(number) * static_cast<uint64_t>(factor));
  }
  return odd == 0;
}

// The power of ten that brings `scale` digits after the point to those of the fact, and the end of the
// numbers for which the product stays within 64 bits. False where digits would have to go.
bool FactorOf(int scale, const TypePlan& type, int64_t* factor, int64_t* end) {
  constexpr int64_t kPowers[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};
  constexpr int64_t kStoredEnd = 1'000'000'000'000'000'000;
  const int shift = type.input_scale - scale;
  if (shift < 0 || static_cast<size_t>(shift) >= std::size(kPowers)) return false;
  *factor = kPowers[shift];
  *end = kStoredEnd / *factor;
  return true;
}

bool ReadNumbers(const ArrowBinding& binding, const void* data, int64_t at,
                 std::span<const Supplied> supplied, int64_t* out) {
  const ArrowType& held = binding.shape->type;
  int64_t factor = 0;
  int64_t end = 0;
  const int scale = held.physical == Physical::kDecimal128 ? held.scale : 0;
  if (!FactorOf(scale, *binding.type, &factor, &end)) return false;
  const auto fill = [&](auto&& value) { return FillNumbers(supplied, end, factor, out, value); };
  const auto place = [&](size_t i) { return at + static_cast<int64_t>(i); };
  switch (held.physical) {
    case Physical::kInt8:
      return fill([&](size_t i) { return int64_t{Load<int8_t>(data, place(i))}; });
    case Physical::kUint8:
      return fill([&](size_t i) { return int64_t{Load<uint8_t>(data, place(i))}; });
    case Physical::kInt16:
      return fill([&](size_t i) { return int64_t{Load<int16_t>(data, place(i))}; });
    case Physical::kUint16:
      return fill([&](size_t i) { return int64_t{Load<uint16_t>(data, place(i))}; });
    case Physical::kInt32:
      return fill([&](size_t i) { return int64_t{Load<int32_t>(data, place(i))}; });
    case Physical::kUint32:
      return fill([&](size_t i) { return int64_t{Load<uint32_t>(data, place(i))}; });
    case Physical::kInt64:
      return fill([&](size_t i) { return Load<int64_t>(data, place(i)); });
    case Physical::kDecimal128: {
      // The lower half says it all if the upper one only repeats its sign.
      uint64_t odd = 0;
      const bool fits = fill([&](size_t i) {
        const int64_t low = Load<int64_t>(data, 2 * place(i));
        const int64_t high = Load<int64_t>(data, 2 * place(i) + 1);
        odd |= static_cast<uint64_t>((high ^ (low >> 63)) & MaskOf(supplied[i]));
        return low;
      });
      return fits && odd == 0;
    }
    default:
      return false;
  }
}

bool ReadBooleans(const void* data, int64_t at, std::span<const Supplied> supplied, int64_t* out) {
  const auto* const bits = static_cast<const uint8_t*>(data);
  for (size_t i = 0; i < supplied.size(); ++i) {
    const size_t place = static_cast<size_t>(at) + i;
    out[i] = (bits[place / 8] >> place % 8 & 1) & MaskOf(supplied[i]);
  }
  return true;
}

bool ReadDates(const ArrowType& held, const void* data, int64_t at, std::span<const Supplied> supplied,
               int64_t* out) {
  if (held.physical != Physical::kDate32) return false;
  for (size_t i = 0; i < supplied.size(); ++i) {
    out[i] = Load<int32_t>(data, at + static_cast<int64_t>(i)) & MaskOf(supplied[i]);
  }
  return true;
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Texts as they lie: first where they are, then all their bytes are looked at together. The whole being
// UTF-8, each text is if none begins within a character.
template <class Offset>
bool LocateTexts(const ArrowArray& array, int64_t at, std::span<const Supplied> supplied,
                 std::string_view* out) {
  const void* const offsets = array.buffers[1];
  const char* const data = static_cast<const char*>(array.buffers[2]);
  const int64_t first = Load<Offset>(offsets, at);
  int64_t begin = first;
  if (first < 0) return false;
  for (size_t i = 0; i < supplied.size(); ++i) {
    const int64_t end = Load<Offset>(offsets, at + static_cast<int64_t>(i) + 1);
    if (end < begin || (data == nullptr && end != begin)) return false;
    const size_t size = static_cast<size_t>(end - begin);
    if (size > limits::kStringBytesMax) return false;
    if (supplied[i] == Supplied::kValue) {
      out[i] = size == 0 ? std::string_view("", 0) : std::string_view(data + begin, size);
      if (size != 0 && IsContinuation(data[begin])) return false;
    }
    begin = end;
  }
  return begin == first || IsValidUtf8({data + first, static_cast<size_t>(begin - first)});
}

bool LocateTexts(Physical held, const ArrowArray& array, int64_t at, std::span<const Supplied> supplied,
                 std::string_view* out) {
  if (held == Physical::kText) return LocateTexts<int32_t>(array, at, supplied, out);
  return held == Physical::kLargeText && LocateTexts<int64_t>(array, at, supplied, out);
}

bool ReadTexts(const ArrowBinding& binding, const ArrowArray& array, int64_t at, ArrowValues* values,
               std::span<const Supplied> supplied, std::string_view* out) {
  if (!LocateTexts(binding.shape->type.physical, array, at, supplied, out)) return false;
  if (binding.type->kind != pack::FactKind::kCode) return true;
  for (size_t i = 0; i < supplied.size(); ++i) {
    if (supplied[i] == Supplied::kValue && !values->CheckCode(*binding.type, &out[i])) return false;
  }
  return true;
}

// Of an entry of a dictionary: no good code, which matters only if a row has it.
constexpr Supplied kBadEntry = Supplied::kNull;

template <class Index>
bool ReadIndexes(const ArrowArray& array, int64_t at, std::span<const std::string_view> entries,
                 std::span<const Supplied> there, std::span<Supplied> supplied, std::string_view* out) {
  for (size_t i = 0; i < supplied.size(); ++i) {
    if (supplied[i] != Supplied::kValue) continue;
    const int64_t index = Load<Index>(array.buffers[1], at + static_cast<int64_t>(i));
    if (index < 0 || static_cast<size_t>(index) >= entries.size()) return false;
    supplied[i] = there[static_cast<size_t>(index)];
    if (supplied[i] == kBadEntry) return false;
    out[i] = entries[static_cast<size_t>(index)];
  }
  return true;
}

// Each entry of the dictionary once, then the entry of each row.
bool ReadDictionary(const ArrowBinding& binding, const ArrowArray& array, int64_t at, ArrowValues* values,
                    std::span<Supplied> supplied, std::string_view* out) {
  const ArrowArray& dictionary = *array.dictionary;
  if (dictionary.length > std::max(kSmallDictionary, static_cast<int64_t>(supplied.size()))) return false;
  std::vector<Supplied> there(static_cast<size_t>(dictionary.length));
  std::vector<std::string_view> entries(there.size());
  if (there.empty()) return false;
  ReadValidity(dictionary, dictionary.offset, there);
  if (!LocateTexts(binding.shape->type.physical, dictionary, dictionary.offset, there, entries.data()))
    return false;
  for (size_t i = 0; i < there.size() && binding.type->kind == pack::FactKind::kCode; ++i) {
    if (there[i] == Supplied::kValue && !values->CheckCode(*binding.type, &entries[i])) there[i] = kBadEntry;
  }
  switch (binding.shape->index.physical) {
    case Physical::kInt8:
      return ReadIndexes<int8_t>(array, at, entries, there, supplied, out);
    case Physical::kUint8:
      return ReadIndexes<uint8_t>(array, at, entries, there, supplied, out);
    case Physical::kInt16:
      return ReadIndexes<int16_t>(array, at, entries, there, supplied, out);
    case Physical::kInt32:
      return ReadIndexes<int32_t>(array, at, entries, there, supplied, out);
    case Physical::kUint32:
      return ReadIndexes<uint32_t>(array, at, entries, there, supplied, out);
    default:
      return false;
  }
}

// The items of all rows are one stretch of the child, in which a null row may leave a gap.
template <class Offset>
bool ReadLists(const ArrowBinding& binding, const ArrowArray& array, int64_t at, size_t base,
               ArrowValues* values, std::span<const Supplied> supplied, Column* out) {
  const ArrowBinding& element = binding.parts[0];
  const void* const offsets = array.buffers[1];
  const int64_t first = Load<Offset>(offsets, at);
  int64_t last = first;
  for (size_t i = 0; i < supplied.size(); ++i) {
    const int64_t end = Load<Offset>(offsets, at + static_cast<int64_t>(i) + 1);
    if (end < last || static_cast<size_t>(end - last) > limits::kListItemsMax) return false;
    last = end;
  }
  const ArrowArray& child = *array.children[0];
  if (first < 0 || last > child.length) return false;
  Column& items = out->items[0];
  const size_t old_items = items.state.size();
  const size_t new_items = static_cast<size_t>(last - first);
  if (old_items + new_items > kItemsMax) return false;
  ResizeRows(old_items + new_items, &items);
  std::vector<Supplied> there(new_items);
  if (!ReadPlain(element, child, first, old_items, values, there, &items)) {
    CutItems(old_items, &items);
    return false;
  }
  for (size_t i = 0; i < new_items; ++i) {
    if (there[i] == Supplied::kValue) items.state[old_items + i] = static_cast<uint8_t>(State::kKnown);
  }
  int64_t begin = first;
  for (size_t i = 0; i < supplied.size(); ++i) {
    const int64_t end = Load<Offset>(offsets, at + static_cast<int64_t>(i) + 1);
    if (supplied[i] == Supplied::kValue) {
      out->spans[base + i] = {static_cast<uint32_t>(old_items + static_cast<size_t>(begin - first)),
                              static_cast<uint32_t>(end - begin)};
    }
    begin = end;
  }
  return true;
}

bool ReadValues(const ArrowBinding& binding, const ArrowArray& array, int64_t at, size_t base,
                ArrowValues* values, std::span<Supplied> supplied, Column* out) {
  const ArrowType& held = binding.shape->type;
  if (binding.shape->dictionary) {
    return out->storage == Storage::kText &&
           ReadDictionary(binding, array, at, values, supplied, &out->texts[base]);
  }
  switch (binding.type->kind) {
    case pack::FactKind::kBoolean:
      return ReadBooleans(array.buffers[1], at, supplied, &out->integers[base]);
    case pack::FactKind::kInteger:
    case pack::FactKind::kDecimal:
    case pack::FactKind::kRatio:
    case pack::FactKind::kMoney:
      return ReadNumbers(binding, array.buffers[1], at, supplied, &out->integers[base]);
    case pack::FactKind::kDate:
      return ReadDates(held, array.buffers[1], at, supplied, &out->integers[base]);
    case pack::FactKind::kString:
    case pack::FactKind::kCode:
      return ReadTexts(binding, array, at, values, supplied, &out->texts[base]);
    case pack::FactKind::kList:
      return held.physical == Physical::kLargeList
                 ? ReadLists<int64_t>(binding, array, at, base, values, supplied, out)
                 : ReadLists<int32_t>(binding, array, at, base, values, supplied, out);
    case pack::FactKind::kDateTime:
    case pack::FactKind::kStruct:
    case pack::FactKind::kSeries:
      return false;
  }
  return false;
}

}  // namespace

bool ReadPlain(const ArrowBinding& binding, const ArrowArray& array, int64_t begin, size_t base,
               ArrowValues* values, std::span<Supplied> supplied, Column* out) {
  if (supplied.empty()) return true;
  if (binding.shape->type.physical == Physical::kNull) {
    std::fill(supplied.begin(), supplied.end(), Supplied::kNothing);
    return true;
  }
  const int64_t at = array.offset + begin;
  ReadValidity(array, at, supplied);
  if (ReadValues(binding, array, at, base, values, supplied, out)) return true;
  const auto clear = [&](auto& kept) {
    if (kept.empty()) return;  // a column that keeps its values elsewhere
    std::fill_n(kept.begin() + static_cast<std::ptrdiff_t>(base), supplied.size(),
                typename std::decay_t<decltype(kept)>::value_type{});
  };
  clear(out->integers);
  clear(out->texts);
  return false;
}

}  // namespace zhida::facts

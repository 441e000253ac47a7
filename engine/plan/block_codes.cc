// Codebook: the codes of a block, column by column.
//
// A column is coded as if all its values were known, and then what is not known is put in its place: facts
// are known or not without any order, and a branch on it would be guessed wrongly again and again.

#include <algorithm>
#include <limits>

#include "engine/plan/codes.h"

namespace zhida::plan {
namespace {

// In the Verified reading, as KnownBy() has it; a value that rests on a promise has a state of its own.
constexpr auto kKnownState = static_cast<uint8_t>(facts::State::kKnown);
constexpr auto kAbsentState = static_cast<uint8_t>(facts::State::kAbsent);

template <typename T>
void PutStates(const uint8_t* states, size_t count, T* codes) {
  for (size_t i = 0; i < count; ++i) {
    const auto instead = static_cast<T>(states[i] == kAbsentState ? kAbsentCode : kUnknownCode);
    codes[i] = states[i] == kKnownState ? codes[i] : instead;
  }
}

// Numbers beyond int64 are the interpreter's.
template <typename T>
void PutWide(const facts::Column& values, size_t first, size_t count, T* codes) {
  auto wide = std::lower_bound(values.wide.begin(), values.wide.end(), first,
                               [](const auto& entry, size_t row) { return entry.first < row; });
  for (; wide != values.wide.end() && wide->first < first + count; ++wide) {
    T& code = codes[wide->first - first];
    if (code >= kFirstCode) code = static_cast<T>(kAskCode);
  }
}

template <typename T>
void EncodeNumbers(const Places& places, const facts::Column& values, size_t first, size_t count, T* out) {
  places.Find(values.integers.data() + first, count, static_cast<T>(kFirstCode), out);
  PutStates(values.state.data() + first, count, out);
  if (!values.wide.empty()) PutWide(values, first, count, out);
}

bool AreNarrow(const std::vector<Code>& codes) {
  Code all = 0;
  for (const Code code : codes) all |= code;
  return all <= std::numeric_limits<uint8_t>::max();
}

}  // namespace

Codebook::Local::Local(const Codebook& codes)
    : texts_(codes.texts_.MakeLocal()), met_(codes.columns_.size()) {
  const Graph& graph = codes.plan_.graph;
  const pack::Pack& pack = *codes.plan_.pack;
  for (size_t coded = 0; coded < met_.size(); ++coded) {
    const Coded& column = codes.columns_[coded];
    places_.emplace_back(column.bars);
    if (!column.text) continue;
    const pack::FactType& type =
        column.source < graph.fact_count
            ? *pack.schema.facts[static_cast<size_t>(column.source)].type
            : *graph.parts[static_cast<size_t>(column.source - graph.fact_count)].type;
    if (type.kind == pack::FactKind::kCode) met_[coded].listed = pack.model.FindCodeList(type.code_list);
  }
}

void Codebook::Local::StartBlock() {
  texts_.unshared.clear();
  for (MetTexts& column : met_) {
    const bool is_crowded = column.misses > 2 * column.slots.size() && column.hash_bits < kMetHashBitsMax;
    if (is_crowded) ++column.hash_bits;
    if (is_crowded || column.passing) {
      column.slots.assign(size_t{1} << column.hash_bits, {});
      column.misses = 0;
    }
    column.passing = false;
  }
}

void Codebook::Encode(const facts::FactBlock& block, size_t first, size_t count, Local* local,
                      CodedRows* out) const {
  out->rows_ = count;
  out->borrowed_.clear();
  out->columns_.resize(columns_.size());
  const size_t last = columns_.size() - 1;
  for (size_t i = 0; i < columns_.size(); ++i) {
    const size_t coded = local->backwards_ ? last - i : i;
    CodedRows::Column& column = out->columns_[coded];
    if (columns_[coded].list != kNone) {
      EncodeList(coded, block, first, count, local, &column);
    } else {
      EncodeValues(coded, block.column(columns_[coded].source), first, count, local, &column);
    }
  }
}

void Codebook::EncodeList(size_t coded, const facts::FactBlock& block, size_t first, size_t count,
                          Local* local, CodedRows::Column* out) const {
  const facts::Column& list = block.column(columns_[coded].list);
  const KnownTable& known_by = KnownBy(feel::Reading::kVerified);
  out->begins.resize(count + 1);
  out->lists.resize(count);
  const size_t begin = count == 0 ? 0 : list.spans[first].begin;
  size_t size = 0;
  for (size_t row = 0; row < count; ++row) {
    const facts::Span span = list.spans[first + row];
    out->begins[row] = static_cast<uint32_t>(size);
    out->lists[row] = static_cast<uint8_t>(ListCode(known_by[list.state[first + row]]));
    size = std::max(size, static_cast<size_t>(span.begin) + span.size - begin);
    if (span.size > 0) out->begins[row] = static_cast<uint32_t>(span.begin - begin);
  }
  out->begins[count] = static_cast<uint32_t>(size);
  const Source source(plan_.graph, block, columns_[coded].source, feel::Reading::kVerified);
  EncodeValues(coded, source.column(), begin, size, local, out);
}

void Codebook::EncodeValues(size_t coded, const facts::Column& values, size_t first, size_t count,
                            Local* local, CodedRows::Column* out) const {
  const Coded& column = columns_[coded];
  out->narrow.clear();
  out->wide.clear();
  if (!column.text && CodeCount(coded) <= size_t{std::numeric_limits<uint8_t>::max()} + 1) {
    out->narrow.resize(count);
    EncodeNumbers(local->places_[coded], values, first, count, out->narrow.data());
    return;
  }
  std::vector<Code>& codes = local->codes_;
  codes.resize(count);
  if (column.text) {
    EncodeTexts(coded, values, first, count, local, codes.data());
  } else {
    EncodeNumbers(local->places_[coded], values, first, count, codes.data());
  }
  if (AreNarrow(codes)) {
    out->narrow.assign(codes.begin(), codes.end());
  } else {
    out->wide.assign(codes.begin(), codes.end());
  }
}

void Codebook::EncodeTexts(size_t coded, const facts::Column& values, size_t first, size_t count,
                           Local* local, Code* out) const {
  const Coded& column = columns_[coded];
  Local::MetTexts& met = local->met_[coded];
  const std::string_view* const texts = values.texts.data() + first;
  const uint8_t* const states = values.state.data() + first;
  for (size_t i = 0; i < count; ++i) {
    const std::string_view text = texts[i];
    Local::Met& slot = met.SlotOf(text.data());
    const bool is_met = (slot.place == text.data()) & (slot.size == text.size());
    if (!is_met) {
      if (states[i] != kKnownState) continue;
      ++met.misses;
      slot = {text.data(), static_cast<uint32_t>(text.size()), TextCode(column, text, &local->texts_)};
      const feel::Code* const listed = met.listed == nullptr ? nullptr : met.listed->Find(text);
      met.passing |=
          listed == nullptr || listed->code.data() != text.data() || listed->code.size() != text.size();
    }
    out[i] = slot.code;
  }
  // An empty slot was met where there was no text, which says something only of values that are not known.
  unsigned unsaid = 0;
  for (size_t i = 0; i < count; ++i) {
    unsaid |= static_cast<unsigned>((states[i] == kKnownState) & (out[i] == kUnknownCode));
  }
  for (size_t i = 0; unsaid != 0 && i < count; ++i) {
    if (states[i] == kKnownState && out[i] == kUnknownCode)
      out[i] = TextCode(column, texts[i], &local->texts_);
  }
  PutStates(states, count, out);
}

}  // namespace zhida::plan

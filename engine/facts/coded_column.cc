#include "engine/facts/coded_column.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "engine/base/limits.h"
#include "engine/facts/words.h"

namespace zhida::facts {
namespace {

// Items of one column of one group: what the longest lists of 8,192 rows come to.
constexpr size_t kItemsOfGroupMax = 8'192 * limits::kListItemsMax;
constexpr int64_t kInt64Min = std::numeric_limits<int64_t>::min();
constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();
// Years of four digits and far beyond; arithmetic on them cannot overflow.
constexpr int64_t kDaysMax = 400'000'000'000;
constexpr int32_t kNanosMax = 999'999'999;
constexpr int32_t kSecondsOfDay = 86'400;

struct Hash {
  size_t operator()(std::string_view text) const { return HashBytes(text); }
};

// The rows of the items that belong to `rows`.
std::vector<uint32_t> ItemRows(const Column& column, const std::vector<uint32_t>& rows) {
  std::vector<uint32_t> items;
  for (const uint32_t row : rows) {
    const Span span = column.spans[row];
    for (uint32_t i = 0; i < span.size; ++i) items.push_back(span.begin + i);
  }
  return items;
}

void WriteNumbers(const Column& column, const std::vector<uint32_t>& rows, ByteWriter* out) {
  out->Packed(rows.size(), [&](size_t i) { return column.integers[rows[i]]; });
  std::vector<std::pair<uint32_t, std::string>> wide;
  if (!column.wide.empty()) {
    for (size_t i = 0; i < rows.size(); ++i) {
      if (const Decimal* const number = WideAt(column, rows[i])) {
        wide.emplace_back(static_cast<uint32_t>(i), number->ToString());
      }
    }
  }
  out->Put<uint32_t>(static_cast<uint32_t>(wide.size()));
  for (const auto& [place, text] : wide) {
    out->Put<uint32_t>(place);
    out->Text(text);
  }
  out->Align(8);
}

// The different texts in the order in which they are met, so that a column without repetitions needs no
// places.
void WriteTexts(const Column& column, const std::vector<uint32_t>& rows, ByteWriter* out) {
  std::unordered_map<std::string_view, uint32_t, Hash> places;
  places.reserve(rows.size());
  std::vector<std::string_view> dictionary;
  std::vector<uint32_t> place_of(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::string_view text = column.texts[rows[i]];
    const auto [entry, is_new] = places.emplace(text, static_cast<uint32_t>(dictionary.size()));
    if (is_new) dictionary.push_back(text);
    place_of[i] = entry->second;
  }
  size_t bytes = 0;
  for (const std::string_view text : dictionary) bytes += text.size();
  out->Put<uint32_t>(static_cast<uint32_t>(dictionary.size()));
  out->Put<uint32_t>(0);
  out->Put<uint64_t>(bytes);
  out->Packed(dictionary.size(), [&](size_t i) { return dictionary[i].size(); });
  for (const std::string_view text : dictionary) out->Raw(text.data(), text.size());
  out->Align(8);
  if (dictionary.size() < rows.size()) out->Packed(rows.size(), [&](size_t i) { return place_of[i]; });
}

// 0: none; 1: local time; 2: with an offset.
int MomentKind(const Value& value) {
  if (value.kind() != ValueKind::kDateTime) return 0;
  return value.date_time().time.offset_seconds ? 2 : 1;
}

void WriteMoments(const Column& column, const std::vector<uint32_t>& rows, ByteWriter* out) {
  const auto part = [&](auto&& of) {
    out->Packed(rows.size(), [&](size_t i) -> int64_t {
      const Value& value = column.values[rows[i]];
      return MomentKind(value) == 0 ? 0 : of(value.date_time());
    });
  };
  out->Packed(rows.size(), [&](size_t i) { return MomentKind(column.values[rows[i]]); });
  part([](const DateTime& moment) { return moment.date.days; });
  part([](const DateTime& moment) { return int64_t{moment.time.seconds}; });
  part([](const DateTime& moment) { return int64_t{moment.time.nanos}; });
  part([](const DateTime& moment) { return int64_t{moment.time.offset_seconds.value_or(0)}; });
}

void WriteItems(const Column& column, const std::vector<uint32_t>& rows, ByteWriter* out) {
  out->Packed(rows.size(), [&](size_t i) { return column.state[rows[i]]; });
  WriteValues(column, rows, out);
}

}  // namespace

void WriteValues(const Column& column, const std::vector<uint32_t>& rows, ByteWriter* out) {
  switch (column.storage) {
    case Storage::kInteger:
      WriteNumbers(column, rows, out);
      break;
    case Storage::kText:
      WriteTexts(column, rows, out);
      break;
    case Storage::kValue:
      WriteMoments(column, rows, out);
      break;
    case Storage::kList:
    case Storage::kSeries: {
      out->Packed(rows.size(), [&](size_t i) { return column.spans[rows[i]].size; });
      const std::vector<uint32_t> items = ItemRows(column, rows);
      for (const Column& inner : column.items) WriteItems(inner, items, out);
      break;
    }
    case Storage::kStruct:
      for (const Column& member : column.items) WriteItems(member, rows, out);
      break;
  }
}

ValuesReader::ValuesReader(const ReadingPlan& plan) {
  for (const feel::CodeList* list : plan.code_lists) codes_.emplace_back(list);
}

bool ValuesReader::Read(const TypePlan& type, size_t rows, ByteReader* in, Column* column) {
  switch (column->storage) {
    case Storage::kInteger:
      return ReadNumbers(type, rows, in, column);
    case Storage::kText:
      return ReadTexts(type, rows, in, &column->texts);
    case Storage::kValue:
      return ReadMoments(rows, in, &column->values);
    case Storage::kList:
    case Storage::kSeries:
      return ReadSpans(type, rows, in, column);
    case Storage::kStruct:
      for (size_t member = 0; member < column->items.size(); ++member) {
        if (!ReadItems(*type.members[member].type, rows, in, &column->items[member])) return false;
      }
      return true;
  }
  return false;
}

bool ValuesReader::ReadNumbers(const TypePlan& type, size_t rows, ByteReader* in, Column* column) {
  const bool is_boolean = type.kind == pack::FactKind::kBoolean;
  const bool is_date = type.kind == pack::FactKind::kDate;
  const int64_t least = is_boolean ? 0 : is_date ? -kDaysMax : kInt64Min;
  const int64_t most = is_boolean ? 1 : is_date ? kDaysMax : kInt64Max;
  if (!in->Packed(rows, least, most, &column->integers)) return false;
  const size_t wide = in->Count(8, rows);
  for (size_t i = 0; i < wide; ++i) {
    const auto row = in->Get<uint32_t>();
    const std::optional<Decimal> number = Decimal::Parse(in->Text());
    const bool ascends = column->wide.empty() || column->wide.back().first < row;
    if (!in->ok() || !type.is_number || !number || row >= rows || !ascends || column->integers[row] != 0)
      return in->Fail();
    column->wide.emplace_back(row, *number);
  }
  in->Align(8);
  return in->ok();
}

bool ValuesReader::ReadTexts(const TypePlan& type, size_t rows, ByteReader* in,
                             std::vector<std::string_view>* texts) {
  const auto count = in->Get<uint32_t>();
  in->Get<uint32_t>();
  const auto bytes = in->Get<uint64_t>();
  if (!in->ok() || count > rows || bytes > in->left()) return in->Fail();
  uint64_t sum = 0;
  if (!in->Packed(count, 0, limits::kStringBytesMax, &numbers_)) return false;
  for (const uint32_t size : numbers_) sum += size;
  std::string_view left = in->Raw(bytes);
  if (!in->ok() || sum != bytes) return in->Fail();
  dictionary_.resize(count);
  for (size_t i = 0; i < count; ++i) {
    std::string_view text = left.substr(0, numbers_[i]);
    left.remove_prefix(numbers_[i]);
    if (type.kind == pack::FactKind::kCode && !text.empty()) {
      const std::optional<std::string_view> stable = codes_[static_cast<size_t>(type.code_list)].Check(text);
      if (!stable) return in->Fail();
      if (stable->data() != nullptr) text = *stable;
    }
    dictionary_[i] = text;
  }
  in->Align(8);
  if (count == rows) {
    *texts = dictionary_;
    return in->ok();
  }
  texts->resize(rows);
  bool inside = true;
  const bool read = in->Packed(rows, [&](size_t i, int64_t place) {
    const bool is_place = static_cast<uint64_t>(place) < count;
    inside &= is_place;
    if (is_place) (*texts)[i] = dictionary_[static_cast<size_t>(place)];
  });
  return (read && inside) || in->Fail();
}

bool ValuesReader::ReadMoments(size_t rows, ByteReader* in, std::vector<Value>* values) {
  std::vector<uint8_t> kinds;
  std::vector<int64_t> days;
  std::vector<int32_t> seconds;
  std::vector<int32_t> nanos;
  std::vector<int32_t> offsets;
  if (!in->Packed(rows, 0, 2, &kinds) || !in->Packed(rows, -kDaysMax, kDaysMax, &days) ||
      !in->Packed(rows, 0, kSecondsOfDay - 1, &seconds) || !in->Packed(rows, 0, kNanosMax, &nanos) ||
      !in->Packed(rows, -kSecondsOfDay, kSecondsOfDay, &offsets)) {
    return false;
  }
  values->resize(rows);
  for (size_t row = 0; row < rows; ++row) {
    if (kinds[row] == 0) continue;
    DateTime moment{Date{days[row]}, {seconds[row], nanos[row], std::nullopt}};
    if (kinds[row] == 2) moment.time.offset_seconds = offsets[row];
    (*values)[row] = Value::OfDateTime(moment);
  }
  return true;
}

bool ValuesReader::ReadItems(const TypePlan& type, size_t rows, ByteReader* in, Column* column) {
  if (!in->Packed(rows, 0, static_cast<int64_t>(State::kMissing), &column->state)) return false;
  if (!Read(type, rows, in, column)) return false;
  // A date and time that is known is there, and what is not known has no items and no members.
  const auto is_sound = [&](size_t row) {
    const bool is_known = StateOf(column->state[row]) == State::kKnown;
    if (column->storage == Storage::kValue) return !is_known || !column->values[row].is_null();
    if (column->storage != Storage::kStruct) return is_known || column->spans[row].size == 0;
    return is_known || std::all_of(column->items.begin(), column->items.end(), [&](const Column& member) {
             return StateOf(member.state[row]) == State::kMissing;
           });
  };
  if (column->storage == Storage::kInteger || column->storage == Storage::kText) return true;
  for (size_t row = 0; row < rows; ++row) {
    if (!is_sound(row)) return in->Fail();
  }
  return true;
}

bool ValuesReader::ReadSpans(const TypePlan& type, size_t rows, ByteReader* in, Column* column) {
  column->spans.resize(rows);
  uint64_t items = 0;
  bool inside = true;
  const bool read = in->Packed(rows, [&](size_t i, int64_t size) {
    inside &= static_cast<uint64_t>(size) <= limits::kListItemsMax;
    column->spans[i] = {static_cast<uint32_t>(items), static_cast<uint32_t>(size)};
    items += inside ? static_cast<uint64_t>(size) : 0;
  });
  if (!read || !inside || items > kItemsOfGroupMax) return in->Fail();
  if (column->storage == Storage::kList) return ReadItems(*type.element, items, in, column->items.data());
  Column& periods = column->items[0];
  Column& values = column->items[1];
  if (!in->Packed(items, 0, 0, &periods.state) ||
      !in->Packed(items, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max(),
                  &periods.integers) ||
      in->Get<uint32_t>() != 0) {
    return in->Fail();
  }
  in->Align(8);
  if (!ReadItems(*type.element, items, in, &values)) return false;
  const bool all_known = std::all_of(values.state.begin(), values.state.end(),
                                     [](uint8_t state) { return StateOf(state) == State::kKnown; });
  return (all_known && PeriodsAscend(*column)) || in->Fail();
}

bool ValuesReader::PeriodsAscend(const Column& series) const {
  const std::vector<int64_t>& periods = series.items[0].integers;
  return std::all_of(series.spans.begin(), series.spans.end(), [&](Span span) {
    const auto begin = periods.begin() + span.begin;
    return std::is_sorted(begin, begin + span.size, std::less_equal<>());
  });
}

}  // namespace zhida::facts

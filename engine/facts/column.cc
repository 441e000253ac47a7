#include "engine/facts/column.h"

#include <algorithm>

namespace zhida::facts {
namespace {

using WideNumber = std::pair<uint32_t, Decimal>;

constexpr uint8_t kMissing = static_cast<uint8_t>(State::kMissing);

// The first wide number at `row` or behind it.
template <class Numbers>
auto WideFrom(Numbers& wide, size_t row) {
  return std::lower_bound(wide.begin(), wide.end(), row,
                          [](const WideNumber& entry, size_t wanted) { return entry.first < wanted; });
}

// Moves the elements of `items` from `begin` on that are marked to the front of that stretch.
template <class T>
void KeepMarked(size_t begin, const std::vector<uint8_t>& keep, std::vector<T>* items) {
  if (items->size() < begin + keep.size()) return;  // a column that keeps its values elsewhere
  size_t to = begin;
  for (size_t i = 0; i < keep.size(); ++i) {
    if (keep[i] == 0) continue;
    if (to != begin + i) (*items)[to] = std::move((*items)[begin + i]);
    ++to;
  }
  items->resize(to);
}

void KeepMarkedWide(size_t begin, const std::vector<uint8_t>& keep, std::vector<WideNumber>* wide) {
  if (wide->empty()) return;
  std::vector<uint32_t> moved_to(keep.size());
  uint32_t next = static_cast<uint32_t>(begin);
  for (size_t i = 0; i < keep.size(); ++i) moved_to[i] = keep[i] != 0 ? next++ : 0;
  std::vector<WideNumber> kept;
  for (const auto& [row, number] : *wide) {
    if (row < begin) {
      kept.emplace_back(row, number);
    } else if (keep[row - begin] != 0) {
      kept.emplace_back(moved_to[row - begin], number);
    }
  }
  *wide = std::move(kept);
}

// Drops the items that belong to no row: what a row had that came out as not known.
void CloseGaps(Column* column) {
  const size_t items = column->items[0].state.size();
  size_t used = 0;
  for (const Span span : column->spans) used += span.size;
  if (used == items) return;
  std::vector<uint8_t> keep(items, 0);
  uint32_t begin = 0;
  for (Span& span : column->spans) {
    std::fill_n(keep.begin() + span.begin, span.size, 1);
    span.begin = begin;
    begin += span.size;
  }
  for (Column& inner : column->items) KeepRows(0, keep, &inner);
}

template <class T>
void Arrange(size_t begin, const std::vector<uint32_t>& order, std::vector<T>* items) {
  if (items->empty()) return;  // a column that keeps its values elsewhere
  std::vector<T> arranged;
  arranged.reserve(order.size());
  for (const uint32_t row : order) arranged.push_back((*items)[row]);
  items->resize(begin);
  items->insert(items->end(), arranged.begin(), arranged.end());
}

// A function of its own, so that ValueAt() stays short for single values.
[[gnu::noinline]] Value NestedAt(const Column& column, const pack::FactType& type, size_t row);

Value ItemAt(const Column& column, const pack::FactType& type, size_t row) {
  switch (StateOf(column.state[row])) {
    case State::kKnown:
      return ValueAt(column, type, row);
    case State::kAbsent:
      return Value::Null();
    default:
      return Value::Unknown(Cause::kMissing);
  }
}

Value ListAt(const Column& column, const pack::FactType& type, size_t row) {
  const Span span = column.spans[row];
  std::vector<Value> items;
  items.reserve(span.size);
  for (uint32_t i = 0; i < span.size; ++i) {
    items.push_back(ItemAt(column.items[0], *type.element, span.begin + i));
  }
  return Value::List(std::move(items));
}

Value SeriesAt(const Column& column, const pack::FactType& type, size_t row) {
  const Span span = column.spans[row];
  Series series{type.period, {}};
  series.entries.reserve(span.size);
  for (uint32_t i = span.begin; i < span.begin + span.size; ++i) {
    series.entries.emplace_back(static_cast<int32_t>(column.items[0].integers[i]),
                                ValueAt(column.items[1], *type.element, i));
  }
  return Value::OfSeries(std::move(series));
}

Value StructAt(const Column& column, const pack::FactType& type, size_t row) {
  Struct value{column.member_ids, {}};
  value.values.reserve(column.items.size());
  for (size_t member = 0; member < column.items.size(); ++member) {
    value.values.push_back(ItemAt(column.items[member], *type.members[member].type, row));
  }
  return Value::OfStruct(std::move(value));
}

Value NestedAt(const Column& column, const pack::FactType& type, size_t row) {
  if (column.storage == Storage::kList) return ListAt(column, type, row);
  return column.storage == Storage::kSeries ? SeriesAt(column, type, row) : StructAt(column, type, row);
}

}  // namespace

int StoredScale(const pack::FactType& type) { return type.kind == pack::FactKind::kMoney ? 2 : type.scale; }

Storage StorageOf(const pack::FactType& type) {
  switch (type.kind) {
    case pack::FactKind::kBoolean:
    case pack::FactKind::kInteger:
    case pack::FactKind::kDecimal:
    case pack::FactKind::kRatio:
    case pack::FactKind::kMoney:
    case pack::FactKind::kDate:
      return Storage::kInteger;
    case pack::FactKind::kString:
    case pack::FactKind::kCode:
      return Storage::kText;
    case pack::FactKind::kDateTime:
      return Storage::kValue;
    case pack::FactKind::kList:
      return Storage::kList;
    case pack::FactKind::kStruct:
      return Storage::kStruct;
    case pack::FactKind::kSeries:
      return Storage::kSeries;
  }
  return Storage::kValue;
}

Column MakeColumn(const pack::FactType& type) {
  Column column;
  column.storage = StorageOf(type);
  if (column.storage == Storage::kSeries) column.items.emplace_back();
  if (type.element != nullptr) column.items.push_back(MakeColumn(*type.element));
  if (column.storage != Storage::kStruct) return column;
  std::vector<std::string> ids;
  for (const pack::FactMember& member : type.members) {
    column.items.push_back(MakeColumn(*member.type));
    ids.push_back(member.id);
  }
  column.member_ids = std::make_shared<const std::vector<std::string>>(std::move(ids));
  return column;
}

const Decimal* WideAt(const Column& column, size_t row) {
  if (column.wide.empty()) return nullptr;
  const auto found = WideFrom(column.wide, row);
  return found != column.wide.end() && found->first == row ? &found->second : nullptr;
}

Value ValueAt(const Column& column, const pack::FactType& type, size_t row) {
  switch (column.storage) {
    case Storage::kText:
      return Value::String(std::string(column.texts[row]));
    case Storage::kValue:
      return column.values[row];
    case Storage::kList:
    case Storage::kSeries:
    case Storage::kStruct:
      return NestedAt(column, type, row);
    case Storage::kInteger:
      break;
  }
  const int64_t integer = column.integers[row];
  if (type.kind == pack::FactKind::kBoolean) return Value::Boolean(integer != 0);
  if (type.kind == pack::FactKind::kDate) return Value::OfDate(Date{integer});
  if (integer == 0) {
    if (const Decimal* const wide = WideAt(column, row)) return Value::Number(*wide);
  }
  // An int64 has at most 19 digits, so the conversion cannot fail.
  return Value::Number(Decimal::FromScaled(integer, StoredScale(type)).value_or(Decimal()));
}

void ResizeRows(size_t rows, Column* column) {
  column->state.resize(rows, kMissing);
  switch (column->storage) {
    case Storage::kInteger:
      column->integers.resize(rows, 0);
      break;
    case Storage::kText:
      column->texts.resize(rows);
      break;
    case Storage::kValue:
      column->values.resize(rows);
      break;
    case Storage::kList:
    case Storage::kSeries:
      column->spans.resize(rows);
      break;
    case Storage::kStruct:
      for (Column& member : column->items) ResizeRows(rows, &member);
      break;
  }
}

void KeepRows(size_t begin, const std::vector<uint8_t>& keep, Column* column) {
  KeepMarked(begin, keep, &column->state);
  KeepMarked(begin, keep, &column->integers);
  KeepMarked(begin, keep, &column->texts);
  KeepMarked(begin, keep, &column->values);
  KeepMarked(begin, keep, &column->spans);
  KeepMarkedWide(begin, keep, &column->wide);
  if (column->storage != Storage::kStruct) return;
  for (Column& member : column->items) KeepRows(begin, keep, &member);
}

void ClearRow(size_t row, Column* column) {
  column->state[row] = kMissing;
  switch (column->storage) {
    case Storage::kInteger: {
      column->integers[row] = 0;
      const auto wide = WideFrom(column->wide, row);
      if (wide != column->wide.end() && wide->first == row) column->wide.erase(wide);
      break;
    }
    case Storage::kText:
      column->texts[row] = {};
      break;
    case Storage::kValue:
      column->values[row] = Value();
      break;
    case Storage::kList:
    case Storage::kSeries: {
      Span& span = column->spans[row];
      for (Column& items : column->items) {
        if (items.state.size() == size_t{span.begin} + span.size) CutItems(span.begin, &items);
      }
      span.size = 0;
      break;
    }
    case Storage::kStruct:
      for (Column& member : column->items) ClearRow(row, &member);
      break;
  }
}

void FinishRows(Column* column) {
  // Whole bytes and no branches, which the compiler makes into wide instructions. kAbsent is the odd state
  // below kMissing; the states that are not known have one of the bits of 6.
  uint8_t bits = 0;
  uint8_t odd_below_two = 0;
  const auto look = [&](uint8_t state) {
    bits |= state;
    odd_below_two |= static_cast<uint8_t>(state & ~(state >> 1) & ~(state >> 2));
  };
  if (column->state.size() == 1) {
    look(column->state[0]);  // a service asks row by row, and wide loops take long to begin
  } else {
    for (const uint8_t state : column->state) look(state);
  }
  column->any_unknown = (bits & 6) != 0;
  column->any_absent = (odd_below_two & 1) != 0;
  column->any_committed = IsCommitted(bits);
  // Even where every row was refused.
  if (column->storage == Storage::kList || column->storage == Storage::kSeries) CloseGaps(column);
  uint32_t end = 0;
  for (Span& span : column->spans) {
    if (span.size == 0) span.begin = end;
    end = span.begin + span.size;
  }
  for (Column& items : column->items) FinishRows(&items);
}

void ClearRows(Column* column) {
  column->state.clear();
  column->integers.clear();
  column->texts.clear();
  column->values.clear();
  column->spans.clear();
  column->wide.clear();
  column->any_unknown = column->any_absent = column->any_committed = false;
  for (Column& items : column->items) ClearRows(&items);
}

size_t AddItem(Column* column) {
  const size_t row = column->state.size();
  column->state.push_back(kMissing);
  switch (column->storage) {
    case Storage::kInteger:
      column->integers.push_back(0);
      break;
    case Storage::kText:
      column->texts.emplace_back();
      break;
    case Storage::kValue:
      column->values.emplace_back();
      break;
    case Storage::kList:
    case Storage::kSeries:
      column->spans.push_back({static_cast<uint32_t>(column->items[0].state.size()), 0});
      break;
    case Storage::kStruct:
      for (Column& member : column->items) AddItem(&member);
      break;
  }
  return row;
}

void CutItems(size_t rows, Column* column) {
  if (rows >= column->state.size()) return;
  column->state.resize(rows);
  switch (column->storage) {
    case Storage::kInteger:
      column->integers.resize(rows);
      column->wide.erase(WideFrom(column->wide, rows), column->wide.end());
      break;
    case Storage::kText:
      column->texts.resize(rows);
      break;
    case Storage::kValue:
      column->values.resize(rows);
      break;
    case Storage::kList:
    case Storage::kSeries:
      for (Column& items : column->items) CutItems(column->spans[rows].begin, &items);
      column->spans.resize(rows);
      break;
    case Storage::kStruct:
      for (Column& member : column->items) CutItems(rows, &member);
      break;
  }
}

void ArrangeItems(size_t begin, const std::vector<uint32_t>& order, Column* column) {
  std::vector<WideNumber> wide(column->wide.begin(), WideFrom(column->wide, begin));
  for (size_t i = 0; i < order.size(); ++i) {
    if (const Decimal* const number = WideAt(*column, order[i])) {
      wide.emplace_back(static_cast<uint32_t>(begin + i), *number);
    }
  }
  column->wide = std::move(wide);
  Arrange(begin, order, &column->state);
  Arrange(begin, order, &column->integers);
  Arrange(begin, order, &column->texts);
  Arrange(begin, order, &column->values);
}

}  // namespace zhida::facts

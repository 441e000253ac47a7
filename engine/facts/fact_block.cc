#include "engine/facts/fact_block.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>

namespace zhida::facts {
namespace {

constexpr size_t kArenaBytesMin = size_t{64} << 10;
constexpr size_t kArenaBytesMax = size_t{1} << 20;  // growth stops here, so that little is wasted

Column MakeColumn(const pack::FactType& type) {
  Column column;
  column.storage = StorageOf(type);
  return column;
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

void KeepMarkedWide(size_t begin, const std::vector<uint8_t>& keep,
                    std::vector<std::pair<uint32_t, Decimal>>* wide) {
  if (wide->empty()) return;
  std::vector<uint32_t> moved_to(keep.size());
  uint32_t next = static_cast<uint32_t>(begin);
  for (size_t i = 0; i < keep.size(); ++i) moved_to[i] = keep[i] != 0 ? next++ : 0;
  std::vector<std::pair<uint32_t, Decimal>> kept;
  for (const auto& [row, number] : *wide) {
    if (row < begin) {
      kept.emplace_back(row, number);
    } else if (keep[row - begin] != 0) {
      kept.emplace_back(moved_to[row - begin], number);
    }
  }
  *wide = std::move(kept);
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
    case pack::FactKind::kList:
    case pack::FactKind::kStruct:
    case pack::FactKind::kSeries:
      return Storage::kValue;
  }
  return Storage::kValue;
}

FactBlock::FactBlock(const pack::Schema& schema) : schema_(&schema) {
  columns_.reserve(schema.facts.size());
  for (const pack::Fact& fact : schema.facts) columns_.push_back(MakeColumn(*fact.type));
}

Value FactBlock::Get(int fact, size_t row, feel::Reading reading) const {
  const Column& column = columns_[static_cast<size_t>(fact)];
  const uint8_t state = column.state[row];
  if (IsCommitted(state) && reading == feel::Reading::kVerified) return Value::Unknown(Cause::kMissing);
  switch (StateOf(state)) {
    case State::kKnown:
      return KnownValue(column, *schema_->facts[static_cast<size_t>(fact)].type, row);
    case State::kAbsent:
      return Value::Null();
    case State::kMissing:
      return Value::Unknown(Cause::kMissing);
    case State::kStale:
      return Value::Unknown(Cause::kStale);
    case State::kConflict:
      return Value::Unknown(Cause::kConflict);
    case State::kNotAuthorised:
      return Value::Unknown(Cause::kNotAuthorised);
  }
  return Value::Unknown(Cause::kMissing);
}

Value FactBlock::KnownValue(const Column& column, const pack::FactType& type, size_t row) {
  switch (column.storage) {
    case Storage::kText:
      return Value::String(std::string(column.texts[row]));
    case Storage::kValue:
      return column.values[row];
    case Storage::kInteger:
      break;
  }
  const int64_t integer = column.integers[row];
  if (type.kind == pack::FactKind::kBoolean) return Value::Boolean(integer != 0);
  if (type.kind == pack::FactKind::kDate) return Value::OfDate(Date{integer});
  if (integer == 0 && !column.wide.empty()) {
    const auto found =
        std::lower_bound(column.wide.begin(), column.wide.end(), row,
                         [](const auto& entry, size_t wanted) { return entry.first < wanted; });
    if (found != column.wide.end() && found->first == row) return Value::Number(found->second);
  }
  // An int64 has at most 19 digits, so the conversion cannot fail.
  return Value::Number(Decimal::FromScaled(integer, StoredScale(type)).value_or(Decimal()));
}

void FactBlock::ResizeColumns(size_t rows) {
  for (Column& column : columns_) {
    column.state.resize(rows, static_cast<uint8_t>(State::kMissing));
    switch (column.storage) {
      case Storage::kInteger:
        column.integers.resize(rows, 0);
        break;
      case Storage::kText:
        column.texts.resize(rows);
        break;
      case Storage::kValue:
        column.values.resize(rows);
        break;
    }
  }
}

void FactBlock::KeepColumnRows(size_t begin, const std::vector<uint8_t>& keep) {
  for (Column& column : columns_) {
    KeepMarked(begin, keep, &column.state);
    KeepMarked(begin, keep, &column.integers);
    KeepMarked(begin, keep, &column.texts);
    KeepMarked(begin, keep, &column.values);
    KeepMarkedWide(begin, keep, &column.wide);
  }
}

void FactBlock::Finish() {
  any_committed_ = false;
  irregular_rows_.clear();
  for (Column& column : columns_) {
    bool unknown = false;
    bool absent = false;
    uint8_t bits = 0;
    for (const uint8_t state : column.state) {
      unknown |= StateOf(state) > State::kAbsent;
      absent |= StateOf(state) == State::kAbsent;
      bits |= state;
    }
    column.any_unknown = unknown;
    column.any_absent = absent;
    column.any_committed = IsCommitted(bits);
    any_committed_ |= column.any_committed;
    for (const auto& [row, number] : column.wide) irregular_rows_.push_back(row);
  }
  std::sort(irregular_rows_.begin(), irregular_rows_.end());
  irregular_rows_.erase(std::unique(irregular_rows_.begin(), irregular_rows_.end()), irregular_rows_.end());
}

std::string_view FactBlock::KeepText(std::string_view text) {
  if (text.empty()) return std::string_view("", 0);
  if (text.size() > arena_size_ - arena_used_) {
    arena_size_ = std::max(text.size(), std::clamp(2 * arena_size_, kArenaBytesMin, kArenaBytesMax));
    arena_.push_back(std::unique_ptr<char[]>(new char[arena_size_]));  // not zeroed first
    arena_used_ = 0;
  }
  char* const place = arena_.back().get() + arena_used_;
  std::memcpy(place, text.data(), text.size());
  arena_used_ += text.size();
  return {place, text.size()};
}

void FactBlock::Clear() {
  rows_.clear();
  for (Column& column : columns_) {
    column.state.clear();
    column.integers.clear();
    column.texts.clear();
    column.values.clear();
    column.wide.clear();
    column.any_unknown = column.any_absent = column.any_committed = false;
  }
  irregular_rows_.clear();
  keep_alive_.clear();
  // The newest piece of the arena is the largest but for single long texts; it serves on.
  if (arena_.size() > 1) {
    std::swap(arena_.front(), arena_.back());
    arena_.resize(1);
  }
  arena_used_ = 0;
  any_committed_ = false;
}

}  // namespace zhida::facts

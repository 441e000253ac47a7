#include "engine/facts/fact_block.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace zhida::facts {
namespace {

constexpr size_t kArenaBytesMin = size_t{64} << 10;
constexpr size_t kArenaBytesMax = size_t{1} << 20;  // growth stops here, so that little is wasted

// Of the elements from `begin` on only those stay whose `keep` is not 0.
template <class T>
void KeepOnly(size_t begin, const std::vector<uint8_t>& keep, std::vector<T>* items) {
  size_t to = begin;
  for (size_t i = 0; i < keep.size(); ++i) {
    if (keep[i] != 0) (*items)[to++] = (*items)[begin + i];
  }
  items->resize(to);
}

}  // namespace

FactBlock::FactBlock(const pack::Schema& schema) : schema_(&schema) {
  columns_.reserve(schema.facts.size());
  for (const pack::Fact& fact : schema.facts) columns_.push_back(MakeColumn(*fact.type));
}

Value FactBlock::Get(int fact, size_t row, feel::Reading reading) const {
  const Column& column = this->column(fact);
  const uint8_t state = column.state[row];
  if (IsCommitted(state) && reading == feel::Reading::kVerified) return Value::Unknown(Cause::kMissing);
  switch (StateOf(state)) {
    case State::kKnown:
      return ValueAt(column, *schema_->facts[static_cast<size_t>(fact)].type, row);
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

Value BlockRow::GetKept(int fact, feel::Reading reading) const {
  const int key = 2 * fact + (reading == feel::Reading::kVerified ? 1 : 0);
  for (const auto& [kept_key, value] : kept_) {
    if (kept_key == key) return value;
  }
  constexpr size_t kUsual = 24;
  if (kept_.empty()) kept_.reserve(kUsual);
  kept_.emplace_back(key, block_.Get(fact, row_, reading));
  return kept_.back().second;
}

void FactBlock::ResizeColumns(size_t rows) {
  for (Column& column : columns_) ResizeRows(rows, &column);
  if (!said_) return;
  for (SaidColumn& fact : said_->facts) {
    fact.said.resize(rows, 0);
    fact.dates.resize(rows, kUndated);
  }
  said_->row_dates.resize(rows, kUndated);
}

void FactBlock::KeepColumnRows(size_t begin, const std::vector<uint8_t>& keep) {
  for (Column& column : columns_) KeepRows(begin, keep, &column);
  if (!said_) return;
  for (SaidColumn& fact : said_->facts) {
    KeepOnly(begin, keep, &fact.said);
    KeepOnly(begin, keep, &fact.dates);
  }
  KeepOnly(begin, keep, &said_->row_dates);
}

void FactBlock::KeepSaid() {
  said_ = std::make_unique<SaidRows>();
  said_->facts.resize(columns_.size());
}

void FactBlock::FillLater(std::shared_ptr<ColumnSource> source, std::vector<int64_t> input_rows,
                          std::vector<uint32_t> irregular_rows, const std::vector<int>& committed_facts) {
  rows_ = std::move(input_rows);
  irregular_rows_ = std::move(irregular_rows);
  any_committed_ = !committed_facts.empty();
  for (const int fact : committed_facts) columns_[static_cast<size_t>(fact)].any_committed = true;
  source_ = std::move(source);
  loaded_.assign(columns_.size(), 0);
}

void FactBlock::Load(int fact) const {
  loaded_[static_cast<size_t>(fact)] = 1;
  source_->Load(fact, &columns_[static_cast<size_t>(fact)]);
}

void FactBlock::Finish() {
  any_committed_ = false;
  irregular_rows_.clear();
  for (Column& column : columns_) {
    FinishRows(&column);
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
  for (Column& column : columns_) ClearRows(&column);
  irregular_rows_.clear();
  source_.reset();
  said_.reset();
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

#include "engine/payout/arrow_table.h"

#include <cstring>
#include <utility>

#include "engine/base/text.h"

namespace zhida::payout {

using facts::ArrowCell;
using facts::ArrowShape;
using facts::Physical;

namespace {

constexpr const char* kBadTable = "ZD7001";

constexpr const char* kKindNames[] = {"text", "whole numbers", "dates", "booleans", "lists"};

bool Fits(ArrowTable::Kind kind, const facts::ArrowType& type) {
  if (type.physical == Physical::kNull) return true;  // a column of nothing
  const bool is_date = type.physical == Physical::kDate32 || type.physical == Physical::kDate64;
  const bool fits[] = {type.is_text(), type.is_integer(), type.is_text() || is_date,
                       type.physical == Physical::kBool, type.is_list()};
  return fits[static_cast<size_t>(kind)];
}

}  // namespace

std::optional<ArrowCell> ArrowTable::Column::Cell(int64_t row) const {
  const ArrowCell cell = facts::LocateCell(*shape_, *array_, base_ + row);
  if (cell.status == ArrowCell::Status::kBad) *sound_ = false;
  return cell.status == ArrowCell::Status::kValue ? std::optional(cell) : std::nullopt;
}

std::optional<std::string_view> ArrowTable::Column::Text(int64_t row) const {
  if (shape_ == nullptr || !shape_->type.is_text()) return std::nullopt;
  const std::optional<ArrowCell> cell = Cell(row);
  if (!cell) return std::nullopt;
  std::string_view text;
  if (facts::TextOf(shape_->type, *cell, &text)) return text;
  *sound_ = false;
  return std::nullopt;
}

std::optional<int64_t> ArrowTable::Column::Integer(int64_t row) const {
  if (shape_ == nullptr || !shape_->type.is_integer()) return std::nullopt;
  const std::optional<ArrowCell> cell = Cell(row);
  if (!cell) return std::nullopt;
  const int128_t value = facts::IntegerOf(shape_->type, *cell);
  if (value == static_cast<int64_t>(value)) return static_cast<int64_t>(value);
  *sound_ = false;
  return std::nullopt;
}

std::optional<Date> ArrowTable::Column::Day(int64_t row) const {
  if (shape_ == nullptr) return std::nullopt;
  if (shape_->type.is_text()) {
    const std::optional<std::string_view> text = Text(row);
    return text ? Date::Parse(*text) : std::nullopt;
  }
  const std::optional<ArrowCell> cell = Cell(row);
  if (!cell) return std::nullopt;
  const auto value = static_cast<int64_t>(facts::IntegerOf(shape_->type, *cell));
  constexpr int64_t kMillisecondsPerDay = 86'400'000;
  return Date{shape_->type.physical == Physical::kDate64 ? value / kMillisecondsPerDay : value};
}

bool ArrowTable::Column::Flag(int64_t row) const {
  if (shape_ == nullptr || shape_->type.physical != Physical::kBool) return false;
  const std::optional<ArrowCell> cell = Cell(row);
  return cell && facts::BoolOf(*cell);
}

ArrowTable::Column ArrowTable::Column::Items(int64_t row, int64_t* begin, int64_t* end) const {
  *begin = *end = 0;
  Column items;
  if (shape_ == nullptr || !shape_->type.is_list()) return items;
  const std::optional<ArrowCell> cell = Cell(row);
  if (!cell) return items;
  if (!facts::ItemsOf(shape_->type, *cell, begin, end)) {
    *begin = *end = 0;
    *sound_ = false;
    return items;
  }
  items.shape_ = shape_->children.data();
  items.array_ = cell->array->children[0];
  items.sound_ = sound_;
  return items;
}

ArrowTable::Column ArrowTable::Column::Member(std::string_view name) const {
  Column member;
  for (size_t i = 0; i < shape_->children.size(); ++i) {
    if (shape_->children[i].name != name) continue;
    member.shape_ = &shape_->children[i];
    member.array_ = array_->children[i];
    member.base_ = base_ + array_->offset;
    member.sound_ = sound_;
  }
  return member;
}

ArrowTable::ArrowTable(ArrowArrayStream* stream, std::string what)
    : what_(std::move(what)), stream_(*stream) {
  stream->release = nullptr;
  std::memset(&batch_, 0, sizeof batch_);
}

ArrowTable::~ArrowTable() {
  if (batch_.release != nullptr) batch_.release(&batch_);
  stream_.release(&stream_);
}

void ArrowTable::Fail(const std::string& what, Diagnostics* diagnostics) const {
  diagnostics->Error(kBadTable, {}, "the table of " + what_ + " " + what, "correct what produces it");
}

bool ArrowTable::Open(Diagnostics* diagnostics) {
  ArrowSchema schema;
  std::memset(&schema, 0, sizeof schema);
  if (stream_.get_schema(&stream_, &schema) != 0) {
    Fail("has no schema", diagnostics);
    return false;
  }
  shape_ = facts::ParseArrowSchema(schema);
  schema.release(&schema);
  if (shape_.type.physical == Physical::kStruct) return true;
  Fail("holds " + shape_.text + " and not columns", diagnostics);
  return false;
}

void ArrowTable::Declare(std::string_view name, Kind kind, bool required, Diagnostics* diagnostics) {
  std::vector<std::string> names;
  for (const ArrowShape& column : shape_.children) {
    names.push_back(column.name);
    if (column.name != name) continue;
    if (Fits(kind, column.type)) return;
    diagnostics->Error("ZD7002", {},
                       "column " + JsonQuote(name) + " of the " + what_ + " holds " + column.text + ", not " +
                           kKindNames[static_cast<size_t>(kind)],
                       "cast it");
    return;
  }
  if (!required) return;
  diagnostics->Error("ZD7003", {}, "the " + what_ + " have no column " + JsonQuote(name),
                     "add it" + DidYouMean(name, names));
}

bool ArrowTable::Next(Diagnostics* diagnostics) {
  if (batch_.release != nullptr) {
    first_row_ += batch_.length;
    batch_.release(&batch_);
  }
  std::memset(&batch_, 0, sizeof batch_);
  if (stream_.get_next(&stream_, &batch_) != 0) {
    const char* const said = stream_.get_last_error == nullptr ? nullptr : stream_.get_last_error(&stream_);
    Fail("broke off after " + std::to_string(first_row_) +
             " rows: " + (said == nullptr ? "no reason given" : said),
         diagnostics);
    return false;
  }
  if (batch_.release == nullptr) return false;
  std::string what;
  if (facts::CheckArray(shape_, batch_, 0, &what)) return true;
  Fail("is not sound: " + what, diagnostics);
  return false;
}

ArrowTable::Column ArrowTable::Find(std::string_view name) {
  Column table;
  table.shape_ = &shape_;
  table.array_ = &batch_;
  table.sound_ = &sound_;
  return table.Member(name);
}

}  // namespace zhida::payout

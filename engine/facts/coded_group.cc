#include "engine/facts/coded_group.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "engine/base/checksum.h"
#include "engine/base/limits.h"

namespace zhida::facts {
namespace {

// 8 MiB of the shortest possible lines.
constexpr size_t kRowsOfGroupMax = size_t{2} << 20;
constexpr int64_t kDateMax = 400'000'000'000;

bool AnyDate(const std::vector<int64_t>& dates) {
  return std::any_of(dates.begin(), dates.end(), [](int64_t date) { return date != kUndated; });
}

// "No date" would make every column of dates eight bytes wide; it becomes the day after the last.
void WriteDates(const std::vector<int64_t>& dates, ByteWriter* out) {
  const bool any = AnyDate(dates);
  out->Put<uint64_t>(any ? 1 : 0);
  if (!any) return;
  out->Packed(dates.size(), [&](size_t i) { return dates[i] == kUndated ? 1 : 0; });
  int64_t some = 0;
  for (const int64_t date : dates) {
    if (date != kUndated) some = date;
  }
  out->Packed(dates.size(), [&](size_t i) { return dates[i] == kUndated ? some : dates[i]; });
}

// Empty if there are none.
bool ReadDates(size_t rows, ByteReader* in, std::vector<int64_t>* dates) {
  dates->clear();
  const auto any = in->Get<uint64_t>();
  if (!in->ok() || any > 1) return in->Fail();
  if (any == 0) return true;
  std::vector<uint8_t> undated;
  if (!in->Packed(rows, 0, 1, &undated) || !in->Packed(rows, -kDateMax, kDateMax, dates)) return false;
  for (size_t row = 0; row < rows; ++row) {
    if (undated[row] != 0) (*dates)[row] = kUndated;
  }
  return true;
}

void WriteFact(const Column& column, const SaidColumn& said, const std::vector<uint32_t>& rows,
               ByteWriter* out) {
  out->Packed(rows.size(), [&](size_t i) { return said.said[i]; });
  WriteDates(said.dates, out);
  WriteValues(column, rows, out);
}

bool IsSilent(const SaidColumn& said) {
  const auto nothing = [](uint8_t said_of_row) { return said_of_row == 0; };
  return std::all_of(said.said.begin(), said.said.end(), nothing) && !AnyDate(said.dates);
}

}  // namespace

WrittenGroup WriteGroup(const FactBlock& block, int64_t first_row, const ReadCounts& counts) {
  const SaidRows& said = *block.said();
  const size_t rows = block.row_count();
  std::vector<uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0);
  WrittenGroup written;
  std::vector<GroupHead::Fact> places(said.facts.size());
  std::vector<uint32_t> irregular;
  for (size_t fact = 0; fact < places.size(); ++fact) {
    if (IsSilent(said.facts[fact])) continue;
    const Column& column = block.column(static_cast<int>(fact));
    ByteWriter out;
    WriteFact(column, said.facts[fact], all, &out);
    places[fact] = {written.facts.size(), out.size(), Checksum(out.bytes())};
    written.facts += out.bytes();
    for (const auto& [row, number] : column.wide) irregular.push_back(row);
  }
  std::sort(irregular.begin(), irregular.end());
  irregular.erase(std::unique(irregular.begin(), irregular.end()), irregular.end());

  ByteWriter head;
  head.Put<uint32_t>(static_cast<uint32_t>(rows));
  head.Put<uint32_t>(static_cast<uint32_t>(irregular.size()));
  head.Put<int64_t>(counts.rows_read);
  head.Put<int64_t>(counts.rows_rejected);
  head.Put<int64_t>(counts.bad_check_digits);
  // How far each row is from where it would be if none had been refused.
  head.Packed(rows, [&](size_t row) { return block.input_row(row) - first_row - static_cast<int64_t>(row); });
  head.Packed(irregular.size(), [&](size_t i) { return irregular[i]; });
  WriteDates(said.row_dates, &head);
  for (const GroupHead::Fact& place : places) {
    head.Put(place.begin);
    head.Put(place.size);
    head.Put(place.checksum);
  }
  head.Put<uint32_t>(static_cast<uint32_t>(counts.undeclared.size()));
  for (const auto& [name, rows_with_it] : counts.undeclared) {
    head.Text(name);
    head.Put<int64_t>(rows_with_it);
  }
  written.head = head.Take();
  return written;
}

void AddRejects(std::string_view rejects, WrittenGroup* group) {
  ByteWriter out;
  out.Text(rejects);
  group->head += out.bytes();
}

bool GroupHead::Read(std::string_view group, uint64_t head_size, size_t fact_count) {
  if (head_size > group.size()) return false;
  const size_t facts_size = group.size() - head_size;
  ByteReader in(group.substr(facts_size));
  rows = in.Get<uint32_t>();
  const auto irregular = in.Get<uint32_t>();
  counts.rows_read = in.Get<int64_t>();
  counts.rows_rejected = in.Get<int64_t>();
  counts.bad_check_digits = in.Get<int64_t>();
  if (!in.ok() || rows > kRowsOfGroupMax || irregular > rows || counts.rows_read < 0 ||
      counts.rows_rejected < 0 || counts.rows_read - counts.rows_rejected != rows) {
    return false;
  }
  if (!in.Packed(rows, 0, counts.rows_rejected, &input_rows) ||
      !in.Packed(irregular, 0, int64_t{rows} - 1, &irregular_rows) || !ReadDates(rows, &in, &row_dates)) {
    return false;
  }
  if (!std::is_sorted(input_rows.begin(), input_rows.end())) return false;
  for (uint32_t row = 0; row < rows; ++row) input_rows[row] += row;
  facts.resize(fact_count);
  for (Fact& fact : facts) {
    fact.begin = in.Get<uint64_t>();
    fact.size = in.Get<uint64_t>();
    fact.checksum = in.Get<uint64_t>();
    if (!in.ok() || fact.begin > facts_size || fact.size > facts_size - fact.begin || fact.begin % 8 != 0) {
      return false;
    }
  }
  const size_t names = in.Count(12, kUndeclaredNamesMax);
  for (size_t i = 0; i < names; ++i) {
    const std::string name(in.Text());
    counts.undeclared[name] = in.Get<int64_t>();
  }
  rejects = in.Text();
  return in.ok();
}

GroupSource::GroupSource(const ReadingPlan& plan, const StateRules& states, ValuesReader* values,
                         std::string_view group, GroupHead head)
    : plan_(plan), states_(states), values_(values), group_(group), head_(std::move(head)) {}

bool GroupSource::ReadFact(size_t fact, Column* column, RowWarnings* warnings) {
  const GroupHead::Fact& place = head_.facts[fact];
  const std::string_view bytes = group_.substr(place.begin, place.size);
  if (Checksum(bytes) != place.checksum) return false;
  const TypePlan& type = plan_.facts[fact].type;
  ByteReader in(bytes);
  std::vector<uint8_t> said;
  std::vector<int64_t> dates;
  if (!in.Packed(head_.rows, 0, kSaidMax, &said) || !ReadDates(head_.rows, &in, &dates) ||
      !values_->Read(type, head_.rows, &in, column)) {
    return false;
  }
  column->state.resize(head_.rows);
  const bool is_key = static_cast<int>(fact) == plan_.schema.key;
  for (size_t row = 0; row < head_.rows; ++row) {
    const Supplied supplied = SuppliedOf(said[row]);
    if (static_cast<uint8_t>(supplied) > static_cast<uint8_t>(Supplied::kValue)) return false;
    const uint8_t state =
        states_.Resolve(fact, MarkOf(said[row]), supplied, dates.empty() ? kUndated : dates[row],
                        head_.row_dates.empty() ? kUndated : head_.row_dates[row], warnings);
    const bool is_known = StateOf(state) == State::kKnown;
    if (StateOf(state) == State::kAbsent && !plan_.facts[fact].fact->nullable) return false;
    if (is_known && column->storage == Storage::kValue && column->values[row].is_null()) return false;
    // A value that is not known leaves nothing behind; but the subject has its name whatever is known of it.
    if (!is_known && !is_key && (supplied == Supplied::kValue || !column->items.empty()))
      ClearRow(row, column);
    column->state[row] = state;
  }
  return true;
}

void GroupSource::Load(int fact, Column* column) {
  const size_t index = static_cast<size_t>(fact);
  RowWarnings ignored;  // they were counted when the codes were made
  if (head_.facts[index].size == 0) {
    ResizeRows(head_.rows, column);
  } else if (!ReadFact(index, column, &ignored)) {
    ok_ = false;
    *column = MakeColumn(*plan_.facts[index].fact->type);
    ResizeRows(head_.rows, column);
  }
  FinishRows(column);
}

bool GroupSource::LoadAll(FactBlock* block, ReadCounts* counts) {
  RowWarnings warnings;
  block->ResizeColumns(head_.rows);
  for (size_t fact = 0; fact < head_.facts.size() && ok_; ++fact) {
    if (head_.facts[fact].size == 0) continue;
    Column& column = block->mutable_column(static_cast<int>(fact));
    ClearRows(&column);
    ok_ = ReadFact(fact, &column, &warnings);
  }
  if (!ok_) return false;
  for (const int64_t row : head_.input_rows) block->AddRow(row);
  block->Finish();
  warnings.AddTo(counts);
  return true;
}

}  // namespace zhida::facts

#include "engine/facts/arrow_conversion.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/facts/arrow_plain.h"
#include "engine/facts/uscc.h"

namespace zhida::facts {

ArrowConversion::ArrowConversion(const ArrowInput& input, const ArrowSlice& slice, ArrowValues* values,
                                 FactBlock* block)
    : input_(input),
      slice_(slice),
      block_(*block),
      base_(block->row_count()),
      rows_(static_cast<size_t>(slice.length)),
      values_(*values),
      said_(input.plan.facts.size()),
      keep_(rows_, 1) {}

void ArrowConversion::Run(std::vector<Reject>* rejects, ReadCounts* counts) {
  block_.ResizeColumns(base_ + rows_);
  block_.KeepAlive(slice_.batch);
  RejectNullRows();
  for (const BoundColumn& column : input_.columns.bound) {
    if (column.meaning.role == KeyRole::kState) ReadMarks(column);
  }
  for (const BoundColumn& column : input_.columns.bound) ReadColumn(column);
  for (size_t fact = 0; fact < said_.size(); ++fact) CheckMarks(fact);
  CheckSubjects();

  RowWarnings warnings;
  for (size_t fact = 0; fact < said_.size(); ++fact) ResolveFact(fact, &warnings);
  for (size_t row = 0; row < rows_; ++row) {
    if (keep_[row] != 0) block_.AddRow(slice_.first_row + static_cast<int64_t>(row));
  }
  if (!rejects_.empty()) block_.KeepColumnRows(base_, keep_);

  warnings.AddTo(counts);
  counts->rows_read += static_cast<int64_t>(rows_);
  counts->rows_rejected += static_cast<int64_t>(rejects_.size());
  const int64_t judged = static_cast<int64_t>(rows_ - rejects_.size());
  if (judged > 0) {
    for (const std::string& name : input_.columns.undeclared) counts->AddUndeclared(name, judged);
  }
  for (auto& [row, reject] : rejects_) rejects->push_back(std::move(reject));
}

void ArrowConversion::RejectRow(size_t row, const std::string& field, const Fault& fault) {
  if (keep_[row] == 0) return;
  keep_[row] = 0;
  rejects_[row] = {slice_.first_row + static_cast<int64_t>(row), 0, field, fault.code, fault.reason};
}

ArrowCell ArrowConversion::CellOf(const BoundColumn& column, size_t row) const {
  // The table's own offset applies to its columns, and each column adds its own.
  const ArrowArray& array = *slice_.batch->children[column.binding.child];
  return LocateCell(*column.binding.shape, array,
                    slice_.batch->offset + slice_.begin + static_cast<int64_t>(row));
}

ArrowConversion::Said& ArrowConversion::SaidOf(size_t fact) {
  said_[fact].in_use = true;
  return said_[fact];
}

void ArrowConversion::RejectNullRows() {
  if (slice_.batch->null_count == 0 || slice_.batch->n_buffers == 0 || slice_.batch->buffers[0] == nullptr)
    return;
  Fault fault;
  fault.Set(kNoSubject, "the row as a whole is null; drop it, or supply its subject");
  for (size_t row = 0; row < rows_; ++row) {
    const ArrowCell cell = LocateCell(input_.table, *slice_.batch, slice_.begin + static_cast<int64_t>(row));
    if (cell.status == ArrowCell::Status::kNull) RejectRow(row, "", fault);
  }
}

void ArrowConversion::ReadColumn(const BoundColumn& column) {
  switch (column.meaning.role) {
    case KeyRole::kValue:
      ReadValues(column);
      break;
    case KeyRole::kState:
      CheckMarkWords(column);
      break;
    case KeyRole::kDate:
      ReadDates(column, &SaidOf(static_cast<size_t>(column.meaning.fact)).dates);
      break;
    case KeyRole::kRowDate:
      ReadDates(column, &row_dates_);
      break;
    case KeyRole::kSource:
    case KeyRole::kUndeclared:
      break;
  }
}

void ArrowConversion::ReadValues(const BoundColumn& column) {
  Said& said = SaidOf(static_cast<size_t>(column.meaning.fact));
  said.supplied.assign(rows_, Supplied::kNothing);
  // A mark may tell not to look at a value.
  const int64_t begin = slice_.batch->offset + slice_.begin;
  if (said.marks.empty() &&
      ReadPlain(column.binding, *slice_.batch->children[column.binding.child], begin, base_, &values_,
                said.supplied, &block_.mutable_column(column.meaning.fact))) {
    return;
  }
  ReadCells(column);
}

void ArrowConversion::ReadCells(const BoundColumn& column) {
  Said& said = SaidOf(static_cast<size_t>(column.meaning.fact));
  said.supplied.assign(rows_, Supplied::kNothing);
  Memo memo;
  const ArrowArray* const dictionary = slice_.batch->children[column.binding.child]->dictionary;
  // A dictionary much longer than the slice costs more to remember than to read again.
  constexpr int64_t kSmallDictionary = 4'096;
  if (dictionary != nullptr && dictionary->length <= std::max(kSmallDictionary, slice_.length)) {
    memo.read.assign(static_cast<size_t>(dictionary->length), 0);
    memo.texts.resize(memo.read.size());
  }
  Fault fault;
  for (size_t row = 0; row < rows_; ++row) {
    if (keep_[row] == 0 || (!said.marks.empty() && IgnoresValue(said.marks[row]))) continue;
    const ArrowCell cell = CellOf(column, row);
    if (cell.status == ArrowCell::Status::kNull) continue;
    said.supplied[row] = Supplied::kValue;
    const bool sound = cell.status == ArrowCell::Status::kValue || BadArrayFault(&fault);
    if (sound && StoreValue(column, cell, row, &memo, &fault)) continue;
    ClearRow(base_ + row, &block_.mutable_column(column.meaning.fact));  // it may be there in part
    RejectRow(row, column.name, fault);
  }
}

bool ArrowConversion::StoreValue(const BoundColumn& column, const ArrowCell& cell, size_t row, Memo* memo,
                                 Fault* fault) {
  Column& out = block_.mutable_column(column.meaning.fact);
  const size_t place = base_ + row;
  if (out.storage == Storage::kText) return ReadTextOnce(column, cell, memo, &out.texts[place], fault);
  return values_.Read(column.binding, cell, place, &out, fault);
}

bool ArrowConversion::ReadTextOnce(const BoundColumn& column, const ArrowCell& cell, Memo* memo,
                                   std::string_view* out, Fault* fault) {
  if (memo->read.empty()) return values_.ReadText(column.binding, cell, out, fault);
  const size_t place = static_cast<size_t>(cell.at - cell.array->offset);
  if (memo->read[place] == 0) {
    if (!values_.ReadText(column.binding, cell, &memo->texts[place], fault)) return false;
    memo->read[place] = 1;
  }
  *out = memo->texts[place];
  return true;
}

// kNone for null; nullopt with a fault where no mark can be read.
std::optional<Mark> ArrowConversion::MarkAt(const BoundColumn& column, size_t row, Fault* fault) {
  const ArrowCell cell = CellOf(column, row);
  if (cell.status == ArrowCell::Status::kNull) return Mark::kNone;
  std::string_view word;
  const bool sound = cell.status == ArrowCell::Status::kValue || BadArrayFault(fault);
  if (!sound || !values_.ReadText(column.binding, cell, &word, fault)) return std::nullopt;
  const std::optional<Mark> mark = MarkFromWord(word);
  if (!mark) UnknownState(word, fault);
  return mark;
}

// Before any value, since a mark may tell not to look at it.
void ArrowConversion::ReadMarks(const BoundColumn& column) {
  Said& said = SaidOf(static_cast<size_t>(column.meaning.fact));
  said.marks.assign(rows_, Mark::kNone);
  Fault ignored;
  for (size_t row = 0; row < rows_; ++row) {
    if (keep_[row] != 0) said.marks[row] = MarkAt(column, row, &ignored).value_or(Mark::kNone);
  }
}

// In the column's turn, so that the first fault in the order of columns is the one that is told.
void ArrowConversion::CheckMarkWords(const BoundColumn& column) {
  const std::vector<Mark>& marks = said_[static_cast<size_t>(column.meaning.fact)].marks;
  Fault fault;
  for (size_t row = 0; row < rows_; ++row) {
    if (keep_[row] == 0 || marks[row] != Mark::kNone) continue;
    if (!MarkAt(column, row, &fault)) RejectRow(row, column.name, fault);
  }
}

void ArrowConversion::ReadDates(const BoundColumn& column, std::vector<int64_t>* dates) {
  dates->assign(rows_, kUndated);
  Fault fault;
  for (size_t row = 0; row < rows_; ++row) {
    if (keep_[row] == 0) continue;
    const ArrowCell cell = CellOf(column, row);
    if (cell.status == ArrowCell::Status::kNull) continue;
    const bool sound = cell.status == ArrowCell::Status::kValue || BadArrayFault(&fault);
    if (!sound || !values_.ReadDate(column.binding, cell, &(*dates)[row], &fault))
      RejectRow(row, column.name, fault);
  }
}

void ArrowConversion::CheckMarks(size_t fact) {
  const Said& said = said_[fact];
  if (said.marks.empty()) return;
  Fault fault;
  for (size_t row = 0; row < rows_; ++row) {
    const Supplied supplied = said.supplied.empty() ? Supplied::kNothing : said.supplied[row];
    if (!input_.states.Check(fact, said.marks[row], supplied, &fault)) {
      RejectRow(row, input_.plan.facts[fact].fact->id + "@state", fault);
    }
  }
}

void ArrowConversion::CheckSubjects() {
  const int key = input_.plan.schema.key;
  if (key < 0) return;
  const Column& column = block_.column(key);
  const std::string& id = input_.plan.facts[static_cast<size_t>(key)].fact->id;
  const Said& said = said_[static_cast<size_t>(key)];
  Fault fault;
  for (size_t row = 0; row < rows_; ++row) {
    if (said.supplied[row] == Supplied::kValue && !column.texts[base_ + row].empty()) continue;
    NoSubjectFault(input_.plan.schema, &fault);
    RejectRow(row, id, fault);
  }
}

// Where no row says more of the fact than its value and no row was rejected: a value is known, and none is
// not.
bool ArrowConversion::ResolvePlain(size_t fact, RowWarnings* warnings) {
  const Said& said = said_[fact];
  const StateRules::Plain value = input_.states.plain(fact, Supplied::kValue);
  const StateRules::Plain nothing = input_.states.plain(fact, Supplied::kNothing);
  if (!said.marks.empty() || !said.dates.empty() || !row_dates_.empty() || !rejects_.empty() ||
      said.supplied.empty() || block_.said() != nullptr || input_.plan.facts[fact].fact->check_uscc ||
      StateOf(value.state) != State::kKnown) {
    return false;
  }
  uint8_t* const state = block_.mutable_column(static_cast<int>(fact)).state.data() + base_;
  // All in places of their own, or a byte written might be one of them.
  const Supplied* const supplied = said.supplied.data();
  const size_t rows = rows_;
  const uint8_t known = value.state;
  const uint8_t unknown = nothing.state;
  for (size_t row = 0; row < rows; ++row) state[row] = supplied[row] == Supplied::kValue ? known : unknown;
  if (value.undated != 0 || nothing.undated != 0) {
    const int64_t values = std::count(said.supplied.begin(), said.supplied.end(), Supplied::kValue);
    warnings->undated += values * value.undated + (static_cast<int64_t>(rows_) - values) * nothing.undated;
  }
  return true;
}

void ArrowConversion::ResolveFact(size_t fact, RowWarnings* warnings) {
  const Said& said = said_[fact];
  if (!said.in_use || ResolvePlain(fact, warnings)) return;
  const bool is_key = static_cast<int>(fact) == input_.plan.schema.key;
  const bool check_digit = input_.plan.facts[fact].fact->check_uscc;
  Column& column = block_.mutable_column(static_cast<int>(fact));
  for (size_t row = 0; row < rows_; ++row) {
    if (keep_[row] == 0) continue;
    const Supplied supplied = said.supplied.empty() ? Supplied::kNothing : said.supplied[row];
    const Mark mark = said.marks.empty() ? Mark::kNone : said.marks[row];
    const int64_t own_date = said.dates.empty() ? kUndated : said.dates[row];
    const int64_t row_date = row_dates_.empty() ? kUndated : row_dates_[row];
    const size_t place = base_ + row;
    if (check_digit && supplied == Supplied::kValue && !UsccCheckHolds(column.texts[place])) {
      ++warnings->bad_check_digits;
    }
    if (SaidRows* const kept = block_.said()) {
      // Dates and marks are resolved by whoever reads what is kept.
      const bool ignored = IgnoresValue(mark) && !is_key;
      const Supplied left = ignored ? Supplied::kNothing : supplied;
      if (ignored) ClearRow(place, &column);
      column.state[place] = static_cast<uint8_t>(left == Supplied::kValue ? State::kKnown : State::kMissing);
      kept->facts[fact].said[place] = PackSaid(left, mark);
      kept->facts[fact].dates[place] = own_date;
      kept->row_dates[place] = row_date;
      continue;
    }
    const uint8_t state = input_.states.Resolve(fact, mark, supplied, own_date, row_date, warnings);
    if (StateOf(state) != State::kKnown && supplied == Supplied::kValue && !is_key) ClearRow(place, &column);
    column.state[place] = state;
  }
}

}  // namespace zhida::facts

#include "engine/facts/typed_row.h"

namespace zhida::facts {

namespace {

// The state of the one row, and the flags that follow from it.
void SetState(State state, bool committed, Column* column) {
  column->state[0] = static_cast<uint8_t>(static_cast<uint8_t>(state) | (committed ? kCommittedBit : 0));
  column->any_unknown = state != State::kKnown && state != State::kAbsent;
  column->any_absent = state == State::kAbsent;
  column->any_committed = committed;
}

}  // namespace

TypedRow::TypedRow(const pack::Schema& schema) : block_(schema) {
  block_.ResizeColumns(1);
  block_.AddRow(0);
  block_.Finish();
}

void TypedRow::Clear() {
  any_committed_ = false;
  for (size_t fact = 0; fact < block_.schema().facts.size(); ++fact) {
    Column& column = block_.mutable_column(static_cast<int>(fact));
    if (!column.items.empty()) ClearRow(0, &column);
    SetState(State::kMissing, false, &column);
  }
}

bool TypedRow::SetInteger(int fact, int64_t value, bool committed) {
  Column& column = block_.mutable_column(fact);
  if (column.storage != Storage::kInteger) return false;
  SetState(State::kKnown, committed, &column);
  column.integers[0] = value;
  any_committed_ |= committed;
  return true;
}

bool TypedRow::SetText(int fact, std::string_view text, bool committed) {
  Column& column = block_.mutable_column(fact);
  if (column.storage != Storage::kText) return false;
  SetState(State::kKnown, committed, &column);
  column.texts[0] = text;
  any_committed_ |= committed;
  return true;
}

bool TypedRow::StartTexts(int fact) {
  Column& column = block_.mutable_column(fact);
  if (column.storage != Storage::kList || column.items[0].storage != Storage::kText) return false;
  ClearRow(0, &column);
  SetState(State::kKnown, false, &column);
  StartSpan(0, &column);
  return true;
}

void TypedRow::AddText(int fact, std::string_view text) {
  Column& column = block_.mutable_column(fact);
  const size_t item = AddItem(&column.items[0]);
  column.items[0].state[item] = static_cast<uint8_t>(State::kKnown);
  column.items[0].texts[item] = text;
  ++column.spans[0].size;
}

bool TypedRow::SetAbsent(int fact) {
  if (!block_.schema().facts[static_cast<size_t>(fact)].nullable) return false;
  ClearRow(0, &block_.mutable_column(fact));
  SetState(State::kAbsent, false, &block_.mutable_column(fact));
  return true;
}

void TypedRow::SetUnknown(int fact, State state) {
  ClearRow(0, &block_.mutable_column(fact));
  SetState(state, false, &block_.mutable_column(fact));
}

const FactBlock& TypedRow::Finish() {
  block_.FinishKept(any_committed_);
  return block_;
}

}  // namespace zhida::facts

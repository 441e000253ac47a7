#include "engine/facade/result_batch.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace zhida::facade {

using facts::ArrowColumn;

namespace {

std::shared_ptr<ArrowColumn> NewColumn(const char* format, const char* name, size_t length) {
  auto column = std::make_shared<ArrowColumn>();
  column->format = format;
  column->name = name;
  column->length = static_cast<int64_t>(length);
  return column;
}

}  // namespace

ResultBatches::ResultBatches(const PolicyList& policies, ResultColumns columns) : columns_(columns) {
  policies_ = facts::Utf8Column("", policies.Ids());
  std::vector<std::string> names;
  for (int i = 0; i < pack::kOutcomeCount; ++i)
    names.emplace_back(pack::OutcomeName(static_cast<pack::Outcome>(i)));
  outcomes_ = facts::Utf8Column("", names);
}

namespace {

using batch::Pairs;
using facts::BufferPool;

// One value a pair, made by value(i).
template <typename T, typename F>
std::shared_ptr<ArrowColumn> Filled(BufferPool* pool, const char* format, const char* name, size_t count,
                                    F&& value) {
  auto column = NewColumn(format, name, count);
  T* values = nullptr;
  column->buffers = {{}, pool->New(count, &values)};
  for (size_t i = 0; i < count; ++i) values[i] = value(i);
  return column;
}

std::shared_ptr<ArrowColumn> Rows(BufferPool* pool, const facts::FactBlock& block, const Pairs& pairs) {
  auto column = NewColumn("l", "row", pairs.size());
  int64_t* values = nullptr;
  column->buffers = {{}, pool->New(pairs.size(), &values)};
  for (size_t row = 0; row < pairs.row_ends.size(); ++row) {
    std::fill(values + pairs.row_begin(row), values + pairs.row_ends[row], block.input_row(row));
  }
  return column;
}

std::shared_ptr<ArrowColumn> Subjects(BufferPool* pool, const facts::FactBlock& block, const Pairs& pairs) {
  auto column = NewColumn("u", "subject", pairs.size());
  int32_t* offsets = nullptr;
  const facts::ArrowBuffer ends = pool->New(pairs.size() + 1, &offsets);
  size_t size = 0;
  for (size_t row = 0; row < pairs.row_ends.size(); ++row) {
    const size_t step = block.subject(row).size();
    for (size_t i = pairs.row_begin(row); i < pairs.row_ends[row]; ++i, size += step) {
      offsets[i] = static_cast<int32_t>(size);
    }
  }
  offsets[pairs.size()] = static_cast<int32_t>(size);
  char* bytes = nullptr;
  column->buffers = {{}, ends, pool->New(size, &bytes)};
  for (size_t row = 0; row < pairs.row_ends.size(); ++row) {
    const std::string_view subject = block.subject(row);
    for (size_t i = pairs.row_begin(row); i < pairs.row_ends[row]; ++i) {
      bytes = std::copy(subject.begin(), subject.end(), bytes);
    }
  }
  return column;
}

std::shared_ptr<ArrowColumn> Amounts(BufferPool* pool, const Pairs& pairs) {
  auto column =
      Filled<int64_t>(pool, "l", "amount_fen", pairs.size(), [&](size_t i) { return pairs.amount_fen(i); });
  column->nullable = true;
  std::vector<uint8_t> valid((pairs.size() + 7) / 8, 0);
  for (size_t i = 0; i < pairs.size(); ++i) {
    if (pairs.cells[i].has_amount) {
      valid[i / 8] = static_cast<uint8_t>(valid[i / 8] | (1U << (i % 8)));
    } else {
      ++column->null_count;
    }
  }
  if (column->null_count > 0) column->buffers[0] = facts::BufferOf(std::move(valid));
  return column;
}

}  // namespace

std::shared_ptr<ArrowColumn> ResultBatches::Make(const facts::FactBlock& block, const Pairs& pairs) const {
  BufferPool* const pool = pool_.get();
  auto batch = NewColumn("+s", "", pairs.size());
  batch->buffers = {{}};
  auto& children = batch->children;
  if (columns_.row) children.push_back(Rows(pool, block, pairs));
  if (columns_.subject) children.push_back(Subjects(pool, block, pairs));
  if (columns_.policy) {
    auto policy = Filled<int32_t>(pool, "i", "policy", pairs.size(),
                                  [&](size_t i) { return static_cast<int32_t>(pairs.cells[i].policy); });
    policy->dictionary = policies_;
    children.push_back(std::move(policy));
  }
  if (columns_.outcome) {
    auto outcome = Filled<int8_t>(pool, "c", "outcome", pairs.size(),
                                  [&](size_t i) { return static_cast<int8_t>(pairs.cells[i].outcome); });
    outcome->dictionary = outcomes_;
    children.push_back(std::move(outcome));
  }
  if (columns_.amount_fen) children.push_back(Amounts(pool, pairs));
  return batch;
}

void ResultBatches::AddToRows(int64_t rows, ArrowColumn* batch) const {
  if (!columns_.row || rows == 0) return;
  // Nobody else has the batch yet, so its buffers may still be written.
  auto* values = static_cast<int64_t*>(const_cast<void*>(batch->children[0]->buffers[1].data));
  for (int64_t i = 0; i < batch->length; ++i) values[i] += rows;
}

void ResultBatches::ExportSchema(ArrowSchema* out) const {
  // The schema of a batch without rows is the schema of all batches.
  pack::Schema none;
  facts::ExportSchema(Make(facts::FactBlock(none), {}), out);
}

}  // namespace zhida::facade

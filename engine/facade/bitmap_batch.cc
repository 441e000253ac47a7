#include "engine/facade/bitmap_batch.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "engine/pack/judge.h"

namespace zhida::facade {

using batch::Bitmaps;
using facts::ArrowColumn;

namespace {

static_assert(std::endian::native == std::endian::little, "a bitmap's words are read as its bytes");

// The input rows that a block of bitmaps spans, those that were refused included.
struct Span {
  int64_t row = 0;
  int64_t rows = 0;
  size_t words() const { return (static_cast<size_t>(rows) + 63) / 64; }
};

Span SpanOf(const facts::FactBlock& block, const Bitmaps::Block& of) {
  if (of.rows == 0) return {};
  const int64_t row = block.input_row(of.first);
  return {row, block.input_row(of.first + of.rows - 1) - row + 1};
}

// The bits of a block's rows at the places of its input rows, which skip those that were refused.
void Spread(const facts::FactBlock& block, const Bitmaps::Block& of, const uint64_t* words, uint64_t* out) {
  const int64_t row = block.input_row(of.first);
  for (size_t word = 0; word < of.words; ++word) {
    for (uint64_t bits = words[word]; bits != 0; bits &= bits - 1) {
      const size_t from = of.first + word * 64 + static_cast<size_t>(std::countr_zero(bits));
      const auto place = static_cast<size_t>(block.input_row(from) - row);
      out[place / 64] |= uint64_t{1} << place % 64;
    }
  }
}

// Bitmaps of rows that skip some, at the places of their input rows.
facts::ArrowBuffer SpreadAll(const facts::FactBlock& block, const Bitmaps& bitmaps, size_t words,
                             facts::BufferPool* pool) {
  uint64_t* out = nullptr;
  facts::ArrowBuffer buffer = pool->New(words, &out);
  std::fill_n(out, words, 0);
  const uint64_t* from = bitmaps.bits();
  for (size_t i = 0; i < bitmaps.blocks().size(); ++i) {
    const Bitmaps::Block& of = bitmaps.blocks()[i];
    const size_t step = SpanOf(block, of).words();
    for (size_t left = bitmaps.end(i) - of.begin; left > 0; --left, from += of.words, out += step)
      Spread(block, of, from, out);
  }
  return buffer;
}

template <typename T>
facts::ArrowBuffer Copied(const std::vector<T>& values, facts::BufferPool* pool) {
  T* out = nullptr;
  facts::ArrowBuffer buffer = pool->New(values.size(), &out);
  std::copy(values.begin(), values.end(), out);
  return buffer;
}

}  // namespace

BitmapBatches::BitmapBatches(const PolicyList& policies) {
  policies_ = facts::Utf8Column("", policies.Ids());
  std::vector<std::string> names;
  for (int i = 0; i < pack::kOutcomeCount; ++i)
    names.emplace_back(pack::OutcomeName(static_cast<pack::Outcome>(i)));
  outcomes_ = facts::Utf8Column("", names);
}

std::shared_ptr<ArrowColumn> BitmapBatches::Make(const facts::FactBlock& block, Bitmaps* bitmaps) const {
  const size_t count = bitmaps->count();
  int64_t* row = nullptr;
  int64_t* rows = nullptr;
  int64_t* ends = nullptr;
  facts::ArrowBuffer row_buffer = pool_->New(count, &row);
  facts::ArrowBuffer rows_buffer = pool_->New(count, &rows);
  facts::ArrowBuffer end_buffer = pool_->New(count + 1, &ends);
  ends[0] = 0;
  bool spread = false;
  int64_t end = 0;
  for (size_t i = 0; i < bitmaps->blocks().size(); ++i) {
    const Bitmaps::Block& of = bitmaps->blocks()[i];
    const Span span = SpanOf(block, of);
    spread = spread || static_cast<size_t>(span.rows) != of.rows;
    const int64_t bytes = static_cast<int64_t>(span.words() * sizeof(uint64_t));
    for (size_t bitmap = of.begin; bitmap < bitmaps->end(i); ++bitmap) {
      row[bitmap] = span.row;
      rows[bitmap] = span.rows;
      ends[bitmap + 1] = end += bytes;
    }
  }
  const size_t words = static_cast<size_t>(end) / sizeof(uint64_t);
  facts::ArrowBuffer bits = spread ? SpreadAll(block, *bitmaps, words, pool_.get()) : bitmaps->TakeBits();

  const auto column = [&](const char* format, const char* name, facts::ArrowBuffer values) {
    auto made = std::make_shared<ArrowColumn>();
    made->format = format;
    made->name = name;
    made->length = static_cast<int64_t>(count);
    made->buffers = {{}, std::move(values)};
    return made;
  };
  auto policy = column("i", "policy", Copied(bitmaps->policies(), pool_.get()));
  policy->dictionary = policies_;
  auto outcome = column("c", "outcome", Copied(bitmaps->outcomes(), pool_.get()));
  outcome->dictionary = outcomes_;
  auto planes = column("Z", "bits", std::move(end_buffer));
  planes->buffers.push_back(std::move(bits));
  auto batch = std::make_shared<ArrowColumn>();
  batch->format = "+s";
  batch->length = static_cast<int64_t>(count);
  batch->buffers = {{}};
  batch->children = {column("l", "row", std::move(row_buffer)), column("l", "rows", std::move(rows_buffer)),
                     std::move(policy), std::move(outcome), std::move(planes)};
  return batch;
}

void BitmapBatches::ExportSchema(ArrowSchema* out) const {
  // The schema of a batch without rows is the schema of all batches.
  pack::Schema none;
  Bitmaps nothing;
  facts::ExportSchema(Make(facts::FactBlock(none), &nothing), out);
}

}  // namespace zhida::facade

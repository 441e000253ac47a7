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

// The bits of rows of a block at the places of its input rows, which skip the rows that were refused.
void Spread(const facts::FactBlock& block, const Bitmaps& bitmaps, const uint64_t* words, uint64_t* out) {
  const int64_t first = block.input_row(0);
  for (size_t word = 0; word < bitmaps.words(); ++word) {
    for (uint64_t bits = words[word]; bits != 0; bits &= bits - 1) {
      const size_t row = word * 64 + static_cast<size_t>(std::countr_zero(bits));
      const auto place = static_cast<size_t>(block.input_row(row) - first);
      out[place / 64] |= uint64_t{1} << place % 64;
    }
  }
}

}  // namespace

BitmapBatches::BitmapBatches(const PolicyList& policies) {
  policies_ = facts::Utf8Column("", policies.Ids());
  std::vector<std::string> names;
  for (int i = 0; i < pack::kOutcomeCount; ++i)
    names.emplace_back(pack::OutcomeName(static_cast<pack::Outcome>(i)));
  outcomes_ = facts::Utf8Column("", names);
}

std::shared_ptr<ArrowColumn> BitmapBatches::Make(const facts::FactBlock& block,
                                                 const Bitmaps& bitmaps) const {
  const size_t count = bitmaps.count();
  const int64_t first = count == 0 ? 0 : block.input_row(0);
  const int64_t rows = count == 0 ? 0 : block.input_row(bitmaps.row_count() - 1) - first + 1;
  const bool dense = static_cast<size_t>(rows) == bitmaps.row_count();
  const size_t words = (static_cast<size_t>(rows) + 63) / 64;
  std::vector<int32_t> policies;
  std::vector<int8_t> outcomes;
  std::vector<int64_t> ends(1, 0);
  uint64_t* bits = nullptr;
  facts::ArrowBuffer bit_buffer = pool_->New(count * words, &bits);
  policies.reserve(count);
  outcomes.reserve(count);
  ends.reserve(count + 1);
  bitmaps.ForEach([&](uint32_t policy, pack::Outcome outcome, const uint64_t* from) {
    uint64_t* const to = bits + policies.size() * words;
    if (dense) {
      std::copy_n(from, words, to);
    } else {
      std::fill_n(to, words, 0);
      Spread(block, bitmaps, from, to);
    }
    policies.push_back(static_cast<int32_t>(policy));
    outcomes.push_back(static_cast<int8_t>(outcome));
    ends.push_back(static_cast<int64_t>(policies.size() * words * sizeof(uint64_t)));
  });
  auto batch = std::make_shared<ArrowColumn>();
  batch->format = "+s";
  batch->length = static_cast<int64_t>(count);
  batch->buffers = {{}};
  auto policy = facts::ColumnOf("i", "policy", std::move(policies));
  policy->dictionary = policies_;
  auto outcome = facts::ColumnOf("c", "outcome", std::move(outcomes));
  outcome->dictionary = outcomes_;
  auto planes = facts::ColumnOf("Z", "bits", std::move(ends));
  planes->length = batch->length;
  planes->buffers.push_back(std::move(bit_buffer));
  batch->children = {facts::ColumnOf("l", "row", std::vector<int64_t>(count, first)),
                     facts::ColumnOf("l", "rows", std::vector<int64_t>(count, rows)), std::move(policy),
                     std::move(outcome), std::move(planes)};
  return batch;
}

void BitmapBatches::ExportSchema(ArrowSchema* out) const {
  // The schema of a batch without rows is the schema of all batches.
  pack::Schema none;
  facts::ExportSchema(Make(facts::FactBlock(none), {}), out);
}

}  // namespace zhida::facade

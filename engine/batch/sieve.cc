#include "engine/batch/sieve.h"

#include <algorithm>

namespace zhida::batch {

void CountCodes(const plan::Codebook& codes, const plan::CodedRows& rows, size_t count, CodeCounts* counts) {
  count = std::min(count, rows.row_count());
  counts->codes.resize(codes.column_count());
  counts->rows += count;
  for (size_t coded = 0; coded < codes.column_count(); ++coded) {
    const plan::CodeSpan span = rows.At(coded, 0);
    std::vector<uint64_t>& seen = counts->codes[coded];
    seen.resize(std::max(seen.size(), codes.CodeCount(coded)));
    const size_t size = span.begins != nullptr ? span.begins[count] : count;
    for (size_t i = 0; i < size; ++i) ++seen[span.narrow != nullptr ? span.narrow[i] : span.wide[i]];
  }
}

template <typename Code>
void SieveRun::Scatter(const std::vector<Slot>& slot_of, const Code* codes, size_t count) {
  const Slot* const slots = slot_of.data();
  const size_t last = slot_of.size() - 1;
  uint64_t* const planes = planes_.data();
  for (size_t word = 0; word * 64 < count; ++word) {
    const Code* const at = codes + word * 64;
    const size_t rows = std::min<size_t>(64, count - word * 64);
    for (size_t row = 0; row < rows; ++row) {
      planes[slots[std::min<size_t>(at[row], last)] * words_ + word] |= uint64_t{1} << row;
    }
  }
}

template <typename Code>
void SieveRun::ScatterItems(const SieveProgram& program, size_t coded, const plan::CodeSpan& rows,
                            const Code* codes, size_t count) {
  const SieveProgram::ColumnLayout& column = program.columns_[coded];
  const size_t last = column.slot_of.size() - 1;
  for (size_t row = 0; row < count; ++row) {
    const uint64_t bit = uint64_t{1} << (row % 64);
    const auto set = [&](Slot slot) { planes_.data()[slot * words_ + row / 64] |= bit; };
    if (rows.lists[row] != plan::kFirstCode) {
      set(rows.lists[row] == plan::kUnknownCode ? column.unknown : column.ask);
      continue;
    }
    for (uint32_t item = rows.begins[row]; item < rows.begins[row + 1]; ++item) {
      set(column.slot_of[std::min<size_t>(codes[item], last)]);
    }
  }
}

void SieveRun::Prepare(const SieveProgram& program, const plan::CodedRows& rows, size_t first, size_t count) {
  words_ = (WordCount(count) + kWordsStep - 1) / kWordsStep * kWordsStep;
  planes_.Resize(program.slot_count_ * words_);
  std::fill_n(planes_.data(), program.column_slots_ * words_, 0);
  stack_.Resize(2 * (program.depths_ + 1) * words_);
  ask_.Resize(words_);
  ask_.Clear();
  uint64_t* const all = PlaneAt(kAllRows);
  for (size_t w = 0; w < count / 64; ++w) all[w] = ~uint64_t{0};
  if (count % 64 != 0) all[count / 64] = (uint64_t{1} << (count % 64)) - 1;
  uint64_t any = 0;
  for (size_t coded = 0; coded < program.columns_.size(); ++coded) {
    const SieveProgram::ColumnLayout& column = program.columns_[coded];
    if (!column.used) continue;
    const plan::CodeSpan span = rows.At(coded, first);
    if (column.list) {
      if (span.narrow != nullptr)
        ScatterItems(program, coded, span, span.narrow, count);
      else
        ScatterItems(program, coded, span, span.wide, count);
    } else {
      if (span.narrow != nullptr)
        Scatter(column.slot_of, span.narrow, count);
      else
        Scatter(column.slot_of, span.wide, count);
      if (column.known > 1) kernels_.or_from_the_end(PlaneAt(column.first), column.known, words_);
    }
    uint64_t* const open = PlaneAt(column.unknown);
    const uint64_t* const ask = PlaneAt(column.ask);
    for (size_t w = 0; w < words_; ++w) {
      open[w] |= ask[w];
      ask_.data()[w] |= ask[w];
      any |= ask[w];
    }
  }
  any_ask_ = any != 0;
  kernels_.unite(planes_.data(), words_, program.unions_.data(), program.unions_.size(),
                 program.pairs_.data());
}

void SieveRun::Run(const SieveProgram& program, bool sure_only, SieveSink* sink) {
  const uint64_t* const all = PlaneAt(kAllRows);
  std::copy_n(all, words_, stack_.data());
  std::copy_n(all, words_, stack_.data() + words_);
  kernels_.run(program.steps_.data(), program.steps_.size(), planes_.data(), words_, stack_.data(), sure_only,
               sink);
}

}  // namespace zhida::batch

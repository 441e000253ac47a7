#include "engine/batch/sieve.h"

#include <algorithm>

namespace zhida::batch {

using plan::Code;

void SieveRun::Count(const facts::FactBlock& block, size_t first, size_t count, CodeCounts* counts) {
  counts->codes.resize(codes_.column_count());
  counts->rows += count;
  for (size_t coded = 0; coded < codes_.column_count(); ++coded) {
    size_t begin = first;
    size_t size = count;
    if (const int list = codes_.ListOf(coded); list != plan::kNone) {
      const std::vector<facts::Span>& spans = block.column(list).spans;
      begin = spans[first].begin;
      size = spans[first + count - 1].begin + spans[first + count - 1].size - begin;
    }
    coded_.resize(size);
    codes_.Encode(coded, block, begin, size, feel::Reading::kVerified, &local_, coded_.data());
    std::vector<uint64_t>& seen = counts->codes[coded];
    seen.resize(std::max(seen.size(), codes_.CodeCount(coded)));
    for (const Code code : coded_) ++seen[code];
  }
}

void SieveRun::Scatter(const SieveProgram& program, size_t coded, const facts::FactBlock& block,
                       size_t first, size_t count) {
  const SieveProgram::ColumnLayout& column = program.columns_[coded];
  coded_.resize(count);
  codes_.Encode(coded, block, first, count, feel::Reading::kVerified, &local_, coded_.data());
  const Slot* const slot_of = column.slot_of.data();
  const Code last = static_cast<Code>(column.slot_of.size() - 1);
  for (size_t row = 0; row < count; ++row) {
    const Slot slot = slot_of[std::min(coded_[row], last)];
    planes_.data()[slot * words_ + row / 64] |= uint64_t{1} << (row % 64);
  }
  if (column.known > 1) kernels_.or_from_the_end(PlaneAt(column.first), column.known, words_);
}

void SieveRun::ScatterItems(const SieveProgram& program, size_t coded, const facts::FactBlock& block,
                            size_t first, size_t count) {
  const SieveProgram::ColumnLayout& column = program.columns_[coded];
  const facts::Column& list = block.column(column.over);
  const uint32_t begin = list.spans[first].begin;
  const facts::Span end = list.spans[first + count - 1];
  coded_.resize(end.begin + end.size - begin);
  codes_.Encode(coded, block, begin, coded_.size(), feel::Reading::kVerified, &local_, coded_.data());
  const Code last = static_cast<Code>(column.slot_of.size() - 1);
  const plan::KnownTable& known_by = plan::KnownBy(feel::Reading::kVerified);
  for (size_t row = 0; row < count; ++row) {
    const uint64_t bit = uint64_t{1} << (row % 64);
    const auto set = [&](Slot slot) { planes_.data()[slot * words_ + row / 64] |= bit; };
    switch (known_by[list.state[first + row]]) {
      case plan::Known::kKnown: {
        const facts::Span span = list.spans[first + row];
        for (uint32_t item = span.begin - begin; item < span.begin - begin + span.size; ++item) {
          // An item that is not known, or absent, is for the general engine.
          set(coded_[item] < plan::kFirstCode ? column.ask : column.slot_of[std::min(coded_[item], last)]);
        }
        break;
      }
      case plan::Known::kUnknown:
        set(column.unknown);
        break;
      case plan::Known::kNull:
      case plan::Known::kAsk:
        set(column.ask);
        break;
    }
  }
}

void SieveRun::Prepare(const SieveProgram& program, const facts::FactBlock& block, size_t first,
                       size_t count) {
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
    if (column.list) {
      ScatterItems(program, coded, block, first, count);
    } else {
      Scatter(program, coded, block, first, count);
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
  kernels_.unite(planes_.data(), words_, program.unions_.data(), program.unions_.size(), program.pairs_.data());
}

void SieveRun::Run(const SieveProgram& program, bool sure_only, SieveSink* sink) {
  const uint64_t* const all = PlaneAt(kAllRows);
  std::copy_n(all, words_, stack_.data());
  std::copy_n(all, words_, stack_.data() + words_);
  kernels_.run(program.steps_.data(), program.steps_.size(), planes_.data(), words_, stack_.data(), sure_only,
               sink);
}

}  // namespace zhida::batch

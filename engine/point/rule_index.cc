#include "engine/point/rule_index.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace zhida::point {

using plan::Code;
using plan::LiteralId;

namespace {

constexpr size_t kLine = 64;
// So many rules ahead are fetched while one is decided.
constexpr size_t kAhead = 8;

bool Bit(const std::vector<uint64_t>& plane, uint32_t place) {
  return ((plane[place / 64] >> (place % 64)) & 1) != 0;
}

}  // namespace

RuleIndex::Scratch::Scratch(const RuleIndex& index)
    : can_(index.words_),
      sure_(index.words_),
      error_(index.words_),
      found_(index.rules_.size() + kAhead),
      marked_((index.form_.policies.size() + 63) / 64),
      marked_words_((marked_.size() + 63) / 64),
      hits_(index.form_.policies.size()),
      of_policy_(index.form_.policies.size()),
      rows_(index.columns_.size()),
      stretches_(index.rules_.size() + 1 + 2 * Row::kSpare),
      unkept_(index.columns_.size()) {
  can_[0] = ~uint64_t{0};
  sure_[0] = ~uint64_t{0};
}

Truth RuleIndex::Scratch::TruthAt(uint32_t place) const {
  if (!Bit(can_, place)) return Truth::kFalse;
  if (errors_ && Bit(error_, place)) return Truth::kError;
  return Bit(sure_, place) ? Truth::kTrue : Truth::kUnknown;
}

Truth RuleIndex::Scratch::TruthOf(const RuleIndex& index, LiteralId literal) const {
  return TruthAt(index.place_of_[static_cast<size_t>(literal)]);
}

size_t RuleIndex::byte_count() const {
  const std::lock_guard lock(mutex_);
  size_t bytes = memory_.byte_count() + rules_.size() * (sizeof(Rule) + sizeof(Filter)) +
                 (residues_.size() + place_of_.size()) * sizeof(uint32_t);
  for (const Column& column : columns_) {
    bytes += column.groups.size() * sizeof(Group) + column.kept.size() * sizeof(void*) +
             column.literals.size() * sizeof(LiteralId);
  }
  return bytes;
}

template <bool kSureOnly>
void RuleIndex::SetTruths(const plan::RowCodes& codes, Scratch* scratch) const {
  // The rows lie far apart, so all are on their way before the first is needed.
  const size_t count = looks_.size();
  const Row** const rows = scratch->rows_.data();
  for (size_t i = 0; i < count; ++i) {
    const Look& look = looks_[i];
    const Code code = codes.codes[look.coded];
    const Row* row = code < look.kept_count ? look.kept[code].load(std::memory_order_acquire) : nullptr;
    rows[i] = row;
    __builtin_prefetch(row);
    __builtin_prefetch(reinterpret_cast<const char*>(row) + kLine);
  }
  bool errors = false;
  for (size_t i = 0; i < count; ++i) {
    const Look& look = looks_[i];
    const Row*& row = rows[i];
    if (row == nullptr) {
      const Column& column = columns_[i];
      row = column.list ? &ListRow(column, codes, scratch)
                        : &RowOf(column, codes.codes[look.coded], &scratch->unkept_[i]);
    }
    uint64_t* const sure = scratch->sure_.data() + look.first_word;
    uint64_t* const can = scratch->can_.data() + look.first_word;
    for (size_t w = 0; w < look.words; ++w) {
      sure[w] = row->sure[w];
      if constexpr (!kSureOnly) can[w] = row->can[w];
    }
    errors |= row->error != nullptr;
  }
  scratch->errors_ = errors;
  if (!errors) return;
  for (size_t i = 0; i < count; ++i) {
    const Look& look = looks_[i];
    const Row& row = *rows[i];
    for (size_t w = 0; w < look.words; ++w) {
      scratch->can_[look.first_word + w] = row.can[w];
      scratch->error_[look.first_word + w] = row.error != nullptr ? row.error[w] : 0;
    }
  }
}

// The stretches of all rows side by side; two are copied before it is asked whether there are more. Returns
// their end.
template <bool kSureOnly>
Stretch* RuleIndex::Gather(Scratch* scratch) const {
  Stretch* next = scratch->stretches_.data();
  *next = always_;
  next += always_.end > always_.begin ? 1 : 0;
  for (const Row* row : scratch->rows_) {
    const Stretch* const from = kSureOnly ? row->sure_stretches : row->can_stretches;
    const uint32_t count = kSureOnly ? row->sure_count : row->can_count;
    uint32_t i = 0;
    do {
      for (size_t k = 0; k < Row::kSpare; ++k) next[i + k] = from[i + k];
      i += Row::kSpare;
    } while (i < count);
    next += count;
  }
  return next;
}

// Every rule is written, and the next one over it unless the filter lets it pass; and as most stretches are
// short, rules are looked at in fours, of which those beyond the end never pass. So there is little that a
// processor could guess wrongly, which would cost more than looking. Returns the end of what is in found_.
template <bool kSureOnly>
uint32_t* RuleIndex::Candidates(Scratch* scratch) const {
  const Stretch* const last = Gather<kSureOnly>(scratch);
  uint32_t* found = scratch->found_.data();
  const uint64_t* const plane = kSureOnly ? scratch->sure_.data() : scratch->can_.data();
  const Filter* const filters = filters_.data();
  for (const Stretch* stretch = scratch->stretches_.data(); stretch != last; ++stretch) {
    uint32_t rule = stretch->begin;
    const uint32_t end = stretch->end;
    do {
      for (size_t i = 0; i < kLooked; ++i, ++rule) {
        const auto [a, b] = filters[rule].places;
        const uint64_t inside = rule < end ? 1 : 0;
        *found = rule;
        found += (plane[a / 64] >> (a % 64)) & (plane[b / 64] >> (b % 64)) & inside;
      }
    } while (rule < end);
  }
  return found;
}

// Moves to the front those of found_ whose other places are not false either, as Candidates() does. Returns
// their end.
template <bool kSureOnly>
uint32_t* RuleIndex::Narrow(uint32_t* end, Scratch* scratch) const {
  const uint64_t* const plane = kSureOnly ? scratch->sure_.data() : scratch->can_.data();
  std::fill_n(end, kAhead, 0);
  uint32_t* left = scratch->found_.data();
  for (const uint32_t* at = left; at != end; ++at) {
    __builtin_prefetch(&rules_[at[kAhead]]);
    const uint32_t rule = *at;
    uint64_t word = 1;
    for (const uint32_t place : rules_[rule].places) word &= plane[place / 64] >> (place % 64);
    *left = rule;
    left += word;
  }
  return left;
}

// Of a rule that Narrow() has left. With kSureOnly, unknown may be told as false.
template <bool kSureOnly>
Truth RuleIndex::TruthOf(const Rule& rule, const Filter& filter, const Scratch& scratch) const {
  const auto all = [&rule](const uint64_t* plane) {
    uint64_t word = ~uint64_t{0};
    for (const uint32_t place : rule.places) word &= plane[place / 64] >> (place % 64);
    return (word & 1) != 0;
  };
  const uint32_t* const residue = residues_.data() + rule.residue;
  if (!scratch.errors_) {
    // Two questions of bits: is it true, can it be.
    if (!kSureOnly && (rule.residue != 0 && !ResidueBit(residue, scratch.can_.data()))) return Truth::kFalse;
    const bool sure = (kSureOnly || (Bit(scratch.sure_, filter.places[0]) &&
                                     Bit(scratch.sure_, filter.places[1]) && all(scratch.sure_.data()))) &&
                      (rule.residue == 0 || ResidueBit(residue, scratch.sure_.data()));
    return sure ? Truth::kTrue : kSureOnly ? Truth::kFalse : Truth::kUnknown;
  }
  Truth truth = Truth::kTrue;
  for (const uint32_t place : filter.places) truth = And(truth, scratch.TruthAt(place));
  for (const uint32_t place : rule.places) truth = And(truth, scratch.TruthAt(place));
  return rule.residue == 0 ? truth : And(truth, ResidueTruth(residue, scratch));
}

// Whether the bits of a plane make the residue 1.
bool RuleIndex::ResidueBit(const uint32_t* residue, const uint64_t* plane) {
  const auto literals = [&residue, plane] {
    uint64_t word = ~uint64_t{0};
    for (uint32_t left = *residue++; left > 0; --left) {
      const uint32_t place = *residue++;
      word &= plane[place / 64] >> (place % 64);
    }
    return word;
  };
  uint64_t all = literals();
  for (uint32_t terms = *residue++; terms > 0; --terms) {
    uint64_t term = 0;
    for (uint32_t alternatives = *residue++; alternatives > 0; --alternatives) term |= literals();
    all &= term;
  }
  return (all & 1) != 0;
}

Truth RuleIndex::ResidueTruth(const uint32_t* residue, const Scratch& scratch) {
  const auto literals = [&] {
    Truth all = Truth::kTrue;
    for (uint32_t left = *residue++; left > 0; --left) all = And(all, scratch.TruthAt(*residue++));
    return all;
  };
  Truth all = literals();
  for (uint32_t terms = *residue++; terms > 0; --terms) {
    Truth term = Truth::kFalse;
    for (uint32_t alternatives = *residue++; alternatives > 0; --alternatives) term = Or(term, literals());
    all = And(all, term);
  }
  return all;
}

template <bool kSureOnly>
void RuleIndex::FindAs(Scratch* scratch) const {
  const uint32_t* const end = Narrow<kSureOnly>(Candidates<kSureOnly>(scratch), scratch);
  for (const uint32_t* at = scratch->found_.data(); at != end; ++at) {
    const Rule& rule = rules_[*at];
    const Truth truth = TruthOf<kSureOnly>(rule, filters_[*at], *scratch);
    if (truth == Truth::kFalse || (kSureOnly && truth == Truth::kUnknown)) continue;
    scratch->marked_[rule.policy / 64] |= uint64_t{1} << (rule.policy % 64);
    scratch->marked_words_[rule.policy / 4096] |= uint64_t{1} << (rule.policy / 64 % 64);
    scratch->of_policy_[rule.policy] = truth;
  }
}

std::span<const RuleIndex::Hit> RuleIndex::Find(const plan::RowCodes& codes, bool sure_only,
                                                Scratch* scratch) const {
  if (sure_only) {
    SetTruths<true>(codes, scratch);
    FindAs<true>(scratch);
  } else {
    SetTruths<false>(codes, scratch);
    FindAs<false>(scratch);
  }
  Hit* hit = scratch->hits_.data();
  for (size_t i = 0; i < scratch->marked_words_.size(); ++i) {
    for (uint64_t words = std::exchange(scratch->marked_words_[i], 0); words != 0; words &= words - 1) {
      const size_t word = i * 64 + static_cast<size_t>(std::countr_zero(words));
      uint64_t left = std::exchange(scratch->marked_[word], 0);
      do {
        const size_t policy = word * 64 + static_cast<size_t>(std::countr_zero(left));
        *hit++ = {static_cast<int>(policy), scratch->of_policy_[policy]};
        left &= left - 1;
      } while (left != 0);
    }
  }
  return {scratch->hits_.data(), hit};
}

}  // namespace zhida::point

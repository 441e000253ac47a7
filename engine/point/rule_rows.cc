// The rows of a rule index: what the literals of a column are for one of its codes.
#include <algorithm>
#include <bit>
#include <memory>
#include <mutex>

#include "engine/point/rule_index.h"

namespace zhida::point {

using plan::Code;
using plan::kNone;
using plan::Literal;

namespace {

Truth PlainTruth(const plan::Codebook& codes, const Literal& literal, Code code) {
  const Truth truth = codes.TruthOf(static_cast<size_t>(literal.coded), literal.test, code);
  return literal.negated ? Not(truth) : truth;
}

}  // namespace

LiteralShares GuessShares(const plan::NormalForm& form, const plan::Codebook& codes) {
  constexpr size_t kLooks = 32;
  LiteralShares shares;
  for (const Literal& literal : form.literals) {
    const size_t known = codes.CodeCount(static_cast<size_t>(literal.coded)) - plan::kFirstCode;
    float sure = literal.negated ? 0.75F : 0.25F;
    if (known > 0 && literal.over == kNone) {
      const size_t looks = std::min(known, kLooks);
      size_t holds = 0;
      for (size_t i = 0; i < looks; ++i) {
        const Code code = static_cast<Code>(plan::kFirstCode + i * known / looks);
        holds += PlainTruth(codes, literal, code) == Truth::kTrue ? 1 : 0;
      }
      sure = (static_cast<float>(holds) + 0.5F) / static_cast<float>(looks + 1);
    }
    shares.sure.push_back(sure);
    shares.open.push_back(0.1F);
  }
  return shares;
}

void RuleIndex::FillRow(const Column& column, Code code, RowBuilder* row) const {
  row->Start(column.words);
  for (size_t i = 0; i < column.literals.size(); ++i) {
    const Literal& literal = form_.literals[static_cast<size_t>(column.literals[i])];
    if (!column.list) {
      row->Set(i, PlainTruth(codes_, literal, code));
      continue;
    }
    const Truth truth = codes_.TruthOf(column.coded, literal.test, code);
    const uint64_t bit = uint64_t{1} << (i % 64);
    switch (literal.item_negated ? Not(truth) : truth) {
      case Truth::kFalse:
        break;
      case Truth::kTrue:
        row->can()[i / 64] |= bit;
        break;
      case Truth::kUnknown:
        row->sure()[i / 64] |= bit;
        break;
      case Truth::kError:
        row->error()[i / 64] |= bit;
        break;
    }
  }
  if (!column.list) {
    for (const Group& group : column.groups) {
      const uint32_t at = group.place - column.first_word * 64;
      const uint64_t bit = uint64_t{1} << (at % 64);
      if ((row->sure()[at / 64] & bit) != 0) RowBuilder::Add({group.begin, group.end}, &row->sure_stretches);
      if ((row->can()[at / 64] & bit) != 0) RowBuilder::Add({group.begin, group.end}, &row->can_stretches);
    }
  }
  row->Finish();
}

const Row& RuleIndex::RowOf(const Column& column, Code code, std::unique_ptr<RowBuilder>* unkept) const {
  if (code < column.kept.size()) {
    if (const Row* kept = column.kept[code].load(std::memory_order_acquire)) return *kept;
  }
  if (!*unkept) *unkept = std::make_unique<RowBuilder>();
  FillRow(column, code, unkept->get());
  if (code < column.kept.size()) {
    const std::lock_guard lock(mutex_);
    // Another thread may have been quicker; its row is as good.
    if (column.kept[code].load(std::memory_order_relaxed) == nullptr) {
      column.kept[code].store(memory_.Keep(**unkept), std::memory_order_release);
    }
  }
  return (*unkept)->row();
}

// `some item satisfies` for all literals of the column at once.
const Row& RuleIndex::ListRow(const Column& column, const plan::RowCodes& codes, Scratch* scratch) const {
  auto& unkept = scratch->unkept_[static_cast<size_t>(&column - columns_.data())];
  if (!unkept) unkept = std::make_unique<RowBuilder>();
  unkept->Start(column.words);
  uint64_t* const can = unkept->can();  // as long as items are looked at, as in rows of items
  uint64_t* const sure = unkept->sure();
  uint64_t* const error = unkept->error();
  const Code list = codes.codes[column.coded];
  if (list >= plan::kFirstCode) {
    const plan::RowCodes::Items span = codes.lists[column.coded];
    for (uint32_t i = span.begin; i < span.end; ++i) {
      const Row& item = RowOf(column, codes.items[i], &scratch->item_);
      for (size_t w = 0; w < column.words; ++w) {
        can[w] |= item.can[w];
        sure[w] |= item.sure[w];
        if (item.error != nullptr) error[w] |= item.error[w];
      }
    }
  }
  for (size_t w = 0; w < column.words; ++w) {
    uint64_t holds = can[w];
    uint64_t open = sure[w];
    uint64_t errs = error[w];
    if (list == plan::kUnknownCode) {
      open = ~uint64_t{0};
    } else if (list == plan::kAskCode) {
      errs = ~uint64_t{0};
    }
    // An item that satisfies decides, unless the literal wants to know all items; an error comes before what
    // is not known.
    const uint64_t strict = column.strict[w];
    errs &= strict | ~holds;
    open &= (strict | ~holds) & ~errs;
    holds &= ~(errs | open);
    holds ^= column.negated[w] & ~(errs | open);
    can[w] = holds | open | errs;
    sure[w] = holds | errs;
    error[w] = errs;
    for (uint64_t left = can[w] & column.entered[w]; left != 0; left &= left - 1) {
      const size_t bit = static_cast<size_t>(std::countr_zero(left));
      const Group& group = column.groups[column.group_of[w * 64 + bit]];
      RowBuilder::Add({group.begin, group.end}, &unkept->can_stretches);
      if ((sure[w] >> bit & 1) != 0) RowBuilder::Add({group.begin, group.end}, &unkept->sure_stretches);
    }
  }
  return unkept->Finish();
}

}  // namespace zhida::point

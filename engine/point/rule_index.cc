#include "engine/point/rule_index.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <tuple>
#include <utility>

namespace zhida::point {

using plan::Code;
using plan::kNone;
using plan::Literal;
using plan::LiteralId;
using plan::Term;

namespace {

// A subject for whom a literal is open costs a look when everything but refusals is asked for.
constexpr float kOpenWeight = 0.25F;
// Rows of at most so many codes of a column are kept.
constexpr size_t kKeptCodesMax = 8192;
constexpr size_t kTextCodesKept = 1024;

// Bits of what the items of a list say together.
constexpr uint8_t kItemTrue = 1;
constexpr uint8_t kItemUnknown = 2;
constexpr uint8_t kItemError = 4;

uint8_t ItemByte(Truth truth) {
  return truth == Truth::kTrue      ? kItemTrue
         : truth == Truth::kUnknown ? kItemUnknown
         : truth == Truth::kError   ? kItemError
                                    : uint8_t{0};
}

// Whether some item satisfies; a strict one wants to know all of them.
Truth SomeItem(uint8_t items, bool strict) {
  if (strict && (items & kItemError) != 0) return Truth::kError;
  if (strict && (items & kItemUnknown) != 0) return Truth::kUnknown;
  if ((items & kItemTrue) != 0) return Truth::kTrue;
  if ((items & kItemError) != 0) return Truth::kError;
  return (items & kItemUnknown) != 0 ? Truth::kUnknown : Truth::kFalse;
}

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

// Makes an index in steps: places for literals, the entry of each policy, then rules side by side.
class RuleIndex::Maker {
 public:
  Maker(RuleIndex& index, const LiteralShares& shares) : index_(index), form_(index.form_), shares_(shares) {}

  void Make() {
    NumberLiterals();
    index_.residue_of_.assign(form_.policies.size(), 0);
    index_.residues_.assign(1, 0);
    for (size_t policy = 0; policy < form_.policies.size(); ++policy) Enter(policy);
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.place, a.rule.policy) < std::tie(b.place, b.rule.policy);
    });
    for (size_t i = 0; i < entries_.size(); ++i) {
      const uint32_t rule = static_cast<uint32_t>(i);
      index_.rules_.push_back(entries_[i].rule);
      if (entries_[i].place == 0) {
        index_.always_.end = rule + 1;
        continue;
      }
      auto& groups = index_.columns_[entries_[i].coded].groups;
      if (groups.empty() || groups.back().place != entries_[i].place) {
        groups.push_back({entries_[i].place, rule, rule});
      }
      groups.back().end = rule + 1;
    }
  }

 private:
  struct Entry {
    uint32_t place = 0;
    size_t coded = 0;
    Rule rule{};
  };

  // Neighbours in a column are likely to be true together: tests from a bar upward, to a bar downward.
  void NumberLiterals() {
    std::vector<std::vector<LiteralId>> by_column(index_.codes_.column_count());
    for (size_t i = 0; i < form_.literals.size(); ++i) {
      by_column[static_cast<size_t>(form_.literals[i].coded)].push_back(static_cast<LiteralId>(i));
    }
    index_.place_of_.assign(form_.literals.size(), 0);
    index_.columns_ = std::vector<Column>(by_column.size());
    uint32_t place = kRowStep;  // the first step holds the place that is always true
    for (size_t coded = 0; coded < by_column.size(); ++coded) {
      Column& column = index_.columns_[coded];
      column.list = index_.codes_.ListOf(coded) != kNone;
      column.first_place = place;
      column.places = static_cast<uint32_t>(by_column[coded].size());
      if (column.places == 0) continue;
      SortLiterals(coded, &by_column[coded]);
      column.literals = std::move(by_column[coded]);
      for (LiteralId literal : column.literals) index_.place_of_[static_cast<size_t>(literal)] = place++;
      place = (place + kRowStep - 1) / kRowStep * kRowStep;
      index_.used_.push_back(static_cast<uint32_t>(coded));
      const size_t codes = index_.codes_.CodeCount(coded);
      column.kept = std::vector<std::atomic<const RowOfTruths*>>(
          std::min(std::max(codes, index_.codes_.IsText(coded) ? kTextCodesKept : codes), kKeptCodesMax));
    }
    index_.places_ = place;
  }

  void SortLiterals(size_t coded, std::vector<LiteralId>* literals) const {
    const auto key = [&](LiteralId id) {
      const Literal& literal = form_.literals[static_cast<size_t>(id)];
      const auto [low, high] = index_.codes_.SpanOf(coded, literal.test);
      return std::tuple(literal.item_negated, literal.negated, low < 0, low, high, literal.test, id);
    };
    std::sort(literals->begin(), literals->end(), [&](LiteralId a, LiteralId b) { return key(a) < key(b); });
  }

  float WeightOf(LiteralId literal) const {
    const size_t at = static_cast<size_t>(literal);
    return shares_.sure[at] + kOpenWeight * shares_.open[at];
  }
  uint32_t PlaceOf(LiteralId literal) const { return index_.place_of_[static_cast<size_t>(literal)]; }
  LiteralId Rarest(const std::vector<LiteralId>& literals) const {
    return *std::min_element(literals.begin(), literals.end(),
                             [&](LiteralId a, LiteralId b) { return WeightOf(a) < WeightOf(b); });
  }

  void Enter(size_t policy) {
    std::vector<LiteralId> literals;  // all must hold
    std::vector<const Term*> terms;   // and one alternative of each
    for (const Term& term : form_.policies[policy].terms) {
      if (term.alternatives.empty()) return;  // never
      if (std::any_of(term.alternatives.begin(), term.alternatives.end(),
                      [](const auto& alternative) { return alternative.empty(); })) {
        continue;  // always
      }
      if (term.alternatives.size() == 1) {
        literals.insert(literals.end(), term.alternatives[0].begin(), term.alternatives[0].end());
      } else {
        terms.push_back(&term);
      }
    }
    std::sort(literals.begin(), literals.end(), [&](LiteralId a, LiteralId b) {
      return std::pair(WeightOf(a), a) < std::pair(WeightOf(b), b);
    });
    literals.erase(std::unique(literals.begin(), literals.end()), literals.end());

    Rule rule{};
    rule.policy = static_cast<uint32_t>(policy);
    const size_t held = std::min(literals.size(), Rule::kPlaces);
    for (size_t i = 0; i < held; ++i) rule.places[i] = PlaceOf(literals[i]);
    SetResidue(policy, {literals.begin() + static_cast<std::ptrdiff_t>(held), literals.end()}, terms);

    // Under its rarest literal, or under those of a term that together are rarer.
    std::vector<LiteralId> entries;
    float least = 2;
    if (!literals.empty()) {
      entries = {literals.front()};
      least = WeightOf(literals.front());
    }
    for (const Term* term : terms) {
      std::vector<LiteralId> rarest;
      float weight = 0;
      for (const auto& alternative : term->alternatives) {
        rarest.push_back(Rarest(alternative));
        weight += WeightOf(rarest.back());
      }
      if (weight < least) {
        std::sort(rarest.begin(), rarest.end());
        rarest.erase(std::unique(rarest.begin(), rarest.end()), rarest.end());
        entries = std::move(rarest);
        least = weight;
      }
    }
    if (entries.empty()) entries_.push_back({0, 0, rule});
    for (LiteralId literal : entries) {
      const size_t coded = static_cast<size_t>(form_.literals[static_cast<size_t>(literal)].coded);
      entries_.push_back({PlaceOf(literal), coded, rule});
    }
  }

  // Number of literals, they; number of terms, and of each the number of alternatives and these, each as its
  // number of literals and they.
  void SetResidue(size_t policy, const std::vector<LiteralId>& literals, const std::vector<const Term*>& terms) {
    if (literals.empty() && terms.empty()) return;
    auto& out = index_.residues_;
    index_.residue_of_[policy] = static_cast<uint32_t>(out.size());
    const auto put = [&](const std::vector<LiteralId>& all) {
      out.push_back(static_cast<uint32_t>(all.size()));
      for (LiteralId literal : all) out.push_back(PlaceOf(literal));
    };
    put(literals);
    out.push_back(static_cast<uint32_t>(terms.size()));
    for (const Term* term : terms) {
      out.push_back(static_cast<uint32_t>(term->alternatives.size()));
      for (const auto& alternative : term->alternatives) put(alternative);
    }
  }

  RuleIndex& index_;
  const plan::NormalForm& form_;
  const LiteralShares& shares_;
  std::vector<Entry> entries_;
};

RuleIndex::RuleIndex(const plan::NormalForm& form, const plan::Codebook& codes, const LiteralShares& shares)
    : form_(form), codes_(codes) {
  Maker(*this, shares).Make();
}

RuleIndex::Scratch::Scratch(const RuleIndex& index)
    : truths_(index.places_, kTrueByte),
      found_(index.rules_.size() + 1),
      marked_((index.form_.policies.size() + 63) / 64),
      of_policy_(index.form_.policies.size()),
      rows_(index.used_.size()),
      unkept_(index.columns_.size()) {}

Truth RuleIndex::Scratch::TruthOf(const RuleIndex& index, LiteralId literal) const {
  return point::TruthOf(truths_[index.place_of_[static_cast<size_t>(literal)]]);
}

size_t RuleIndex::byte_count() const {
  const std::lock_guard lock(mutex_);
  size_t bytes = memory_.byte_count() + rules_.size() * sizeof(Rule) +
                 (residue_of_.size() + residues_.size() + place_of_.size()) * sizeof(uint32_t);
  for (const Column& column : columns_) {
    bytes += column.groups.size() * sizeof(Group) + column.kept.size() * sizeof(void*) +
             column.literals.size() * sizeof(LiteralId);
  }
  return bytes;
}

void RuleIndex::SetStretches(const Column& column, RowBuilder* row) const {
  row->sure.clear();
  row->can.clear();
  const auto add = [](const Group& group, std::vector<Stretch>* out) {
    if (!out->empty() && out->back().end == group.begin) {
      out->back().end = group.end;
    } else {
      out->push_back({group.begin, group.end});
    }
  };
  for (const Group& group : column.groups) {
    const uint8_t truth = row->truths[group.place - column.first_place];
    if ((truth & kSureBit) != 0) add(group, &row->sure);
    if ((truth & kCanBit) != 0) add(group, &row->can);
  }
}

// Of a list's items: what one item with this code says; without stretches.
void RuleIndex::FillRow(size_t coded, Code code, RowBuilder* row) const {
  const Column& column = columns_[coded];
  row->truths.assign((column.places + kRowStep - 1) / kRowStep * kRowStep, kTrueByte);
  for (size_t i = 0; i < column.literals.size(); ++i) {
    const Literal& literal = form_.literals[static_cast<size_t>(column.literals[i])];
    if (column.list) {
      const Truth truth = codes_.TruthOf(coded, literal.test, code);
      row->truths[i] = ItemByte(literal.item_negated ? Not(truth) : truth);
    } else {
      row->truths[i] = ByteOf(PlainTruth(codes_, literal, code));
    }
  }
  if (!column.list) SetStretches(column, row);
  row->Finish();
}

const RowOfTruths& RuleIndex::RowOf(size_t coded, Code code, Scratch* scratch) const {
  const Column& column = columns_[coded];
  if (code < column.kept.size()) {
    if (const RowOfTruths* kept = column.kept[code].load(std::memory_order_acquire)) return *kept;
  }
  auto& made = scratch->unkept_[coded];
  if (!made) made = std::make_unique<RowBuilder>();
  FillRow(coded, code, made.get());
  if (code < column.kept.size()) {
    const std::lock_guard lock(mutex_);
    // Another thread may have been quicker; its row is as good.
    auto& slot = column.kept[code];
    if (slot.load(std::memory_order_relaxed) == nullptr) {
      slot.store(memory_.Keep(*made), std::memory_order_release);
    }
  }
  return made->row;
}

const RowOfTruths& RuleIndex::ListRow(size_t coded, const plan::RowCodes& codes, Scratch* scratch) const {
  const Column& column = columns_[coded];
  std::vector<uint8_t>& items = scratch->item_truths_;
  items.assign(column.places, 0);
  const Code list = codes.codes[coded];
  if (list >= plan::kFirstCode) {
    const plan::RowCodes::Items span = codes.lists[coded];
    for (uint32_t item = span.begin; item < span.end; ++item) {
      const uint8_t* const of_item = RowOf(coded, codes.items[item], scratch).truths;
      for (size_t i = 0; i < items.size(); ++i) items[i] |= of_item[i];
    }
  }
  auto& row = scratch->unkept_[coded];
  if (!row) row = std::make_unique<RowBuilder>();
  row->truths.assign((column.places + kRowStep - 1) / kRowStep * kRowStep, kTrueByte);
  for (size_t i = 0; i < column.literals.size(); ++i) {
    const Literal& literal = form_.literals[static_cast<size_t>(column.literals[i])];
    Truth truth = list == plan::kUnknownCode ? Truth::kUnknown
                  : list == plan::kAskCode   ? Truth::kError
                                             : SomeItem(items[i], literal.strict);
    row->truths[i] = ByteOf(literal.negated ? Not(truth) : truth);
  }
  SetStretches(column, row.get());
  return row->Finish();
}

Truth RuleIndex::Residue(const uint32_t* residue, const uint8_t* truths) const {
  const auto all = [&] {
    uint8_t truth = kTrueByte;
    for (uint32_t left = *residue++; left > 0; --left) truth &= truths[*residue++];
    return truth;
  };
  Truth truth = point::TruthOf(all());
  for (uint32_t terms = *residue++; terms > 0; --terms) {
    Truth term = Truth::kFalse;
    for (uint32_t alternatives = *residue++; alternatives > 0; --alternatives) {
      term = Or(term, point::TruthOf(all()));
    }
    truth = And(truth, term);
  }
  return truth;
}

void RuleIndex::Find(const plan::RowCodes& codes, bool sure_only, Scratch* scratch,
                     std::vector<Hit>* hits) const {
  uint8_t* const truths = scratch->truths_.data();
  for (size_t i = 0; i < used_.size(); ++i) {
    const size_t coded = used_[i];
    const RowOfTruths& row = columns_[coded].list ? ListRow(coded, codes, scratch)
                                                  : RowOf(coded, codes.codes[coded], scratch);
    scratch->rows_[i] = &row;
    uint8_t* const to = truths + columns_[coded].first_place;
    for (size_t at = 0; at < columns_[coded].places; at += kRowStep) {
      std::memcpy(to + at, row.truths + at, kRowStep);
    }
  }

  // Every rule found is written, and the next one over it unless it may hold: no branch to mispredict.
  const uint8_t wanted = sure_only ? kSureBit : kCanBit;
  uint32_t* found = scratch->found_.data();
  const auto look = [&](Stretch stretch) {
    for (uint32_t rule = stretch.begin; rule < stretch.end; ++rule) {
      const uint32_t* const places = rules_[rule].places;
      uint8_t truth = truths[places[0]];
      for (size_t i = 1; i < Rule::kPlaces; ++i) truth &= truths[places[i]];
      *found = rule;
      found += (truth & wanted) != 0 ? 1 : 0;
    }
  };
  look(always_);
  for (const RowOfTruths* row : scratch->rows_) {
    const Stretch* const stretches = sure_only ? row->sure : row->can;
    const uint32_t count = sure_only ? row->sure_count : row->can_count;
    for (uint32_t i = 0; i < count; ++i) look(stretches[i]);
  }

  for (const uint32_t* at = scratch->found_.data(); at != found; ++at) {
    const Rule& rule = rules_[*at];
    uint8_t byte = kTrueByte;
    for (const uint32_t place : rule.places) byte &= truths[place];
    Truth truth = point::TruthOf(byte);
    if (const uint32_t residue = residue_of_[rule.policy]; residue != 0) {
      truth = And(truth, Residue(residues_.data() + residue, truths));
      if (truth == Truth::kFalse) continue;
    }
    if (sure_only && truth == Truth::kUnknown) continue;
    scratch->marked_[rule.policy / 64] |= uint64_t{1} << (rule.policy % 64);
    scratch->of_policy_[rule.policy] = truth;
  }
  hits->clear();
  for (size_t word = 0; word < scratch->marked_.size(); ++word) {
    for (uint64_t left = std::exchange(scratch->marked_[word], 0); left != 0; left &= left - 1) {
      const size_t policy = word * 64 + static_cast<size_t>(std::countr_zero(left));
      hits->push_back({static_cast<int>(policy), scratch->of_policy_[policy]});
    }
  }
}

}  // namespace zhida::point

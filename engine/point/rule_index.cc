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

constexpr size_t kLine = 64;
// So many rules ahead are fetched while one is decided.
constexpr size_t kAhead = 8;

bool Bit(const std::vector<uint64_t>& plane, uint32_t place) {
  return ((plane[place / 64] >> (place % 64)) & 1) != 0;
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
  // Literals of a rule in its filter and its places, the last of which is for the one it is entered under.
  static constexpr size_t kHeld = 2 + Rule::kPlaces - 1;

 public:
  Maker(RuleIndex& index, const LiteralShares& shares) : index_(index), form_(index.form_), shares_(shares) {}

  void Make() {
    NumberLiterals();
    index_.residues_.assign(1, 0);
    for (size_t policy = 0; policy < form_.policies.size(); ++policy) Enter(policy);
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
      return std::tie(a.place, a.rule.policy) < std::tie(b.place, b.rule.policy);
    });
    index_.rules_.reserve(entries_.size());
    index_.filters_.reserve(entries_.size());
    for (size_t i = 0; i < entries_.size(); ++i) {
      const uint32_t rule = static_cast<uint32_t>(i);
      const Entry& entry = entries_[i];
      index_.rules_.push_back(entry.rule);
      index_.filters_.push_back(entry.filter);
      if (entry.place == 0) {
        index_.always_.end = rule + 1;
        continue;
      }
      auto& groups = index_.columns_[entry.column].groups;
      if (groups.empty() || groups.back().place != entry.place) groups.push_back({entry.place, rule, rule});
      groups.back().end = rule + 1;
    }
    for (Column& column : index_.columns_) {
      if (column.list) SetMasks(&column);
      Look look;
      look.kept = column.list ? nullptr : column.kept.data();
      look.kept_count = column.list ? 0 : static_cast<uint32_t>(column.kept.size());
      look.coded = static_cast<uint32_t>(column.coded);
      look.first_word = column.first_word;
      look.words = column.words;
      index_.looks_.push_back(look);
    }
  }

 private:
  struct Entry {
    uint32_t place = 0;
    size_t column = 0;
    Filter filter{};
    Rule rule{};
  };

  const Literal& LiteralOf(LiteralId id) const { return form_.literals[static_cast<size_t>(id)]; }

  // Neighbours in a column are likely to be true together: tests from a bar upward, to a bar downward.
  void NumberLiterals() {
    std::vector<std::vector<LiteralId>> by_coded(index_.codes_.column_count());
    for (size_t i = 0; i < form_.literals.size(); ++i) {
      by_coded[static_cast<size_t>(form_.literals[i].coded)].push_back(static_cast<LiteralId>(i));
    }
    index_.place_of_.assign(form_.literals.size(), 0);
    column_of_.assign(by_coded.size(), 0);
    const auto used =
        std::count_if(by_coded.begin(), by_coded.end(), [](const auto& of) { return !of.empty(); });
    index_.columns_ = std::vector<Column>(static_cast<size_t>(used));
    size_t next = 0;
    uint32_t word = 1;
    for (size_t coded = 0; coded < by_coded.size(); ++coded) {
      if (by_coded[coded].empty()) continue;
      column_of_[coded] = next;
      Column& column = index_.columns_[next++];
      SortLiterals(coded, &by_coded[coded]);
      column.coded = coded;
      column.literals = std::move(by_coded[coded]);
      column.list = index_.codes_.ListOf(coded) != kNone;
      column.first_word = word;
      column.words = static_cast<uint32_t>((column.literals.size() + 63) / 64);
      uint32_t place = word * 64;
      for (LiteralId literal : column.literals) index_.place_of_[static_cast<size_t>(literal)] = place++;
      word += column.words;
      const size_t codes = index_.codes_.CodeCount(coded);
      column.kept = std::vector<std::atomic<const Row*>>(
          std::min(std::max(codes, index_.codes_.IsText(coded) ? kTextCodesKept : codes), kKeptCodesMax));
    }
    index_.words_ = word;
  }

  void SortLiterals(size_t coded, std::vector<LiteralId>* literals) const {
    const auto key = [&](LiteralId id) {
      const Literal& literal = LiteralOf(id);
      const auto [low, high] = index_.codes_.SpanOf(coded, literal.test);
      return std::tuple(literal.item_negated, literal.negated, low < 0, low, high, literal.test, id);
    };
    std::sort(literals->begin(), literals->end(), [&](LiteralId a, LiteralId b) { return key(a) < key(b); });
  }

  void SetMasks(Column* column) const {
    column->strict.assign(column->words, 0);
    column->negated.assign(column->words, 0);
    column->entered.assign(column->words, 0);
    column->group_of.assign(column->literals.size(), 0);
    for (size_t i = 0; i < column->literals.size(); ++i) {
      const Literal& literal = LiteralOf(column->literals[i]);
      const uint64_t bit = uint64_t{1} << (i % 64);
      if (literal.strict) column->strict[i / 64] |= bit;
      if (literal.negated) column->negated[i / 64] |= bit;
    }
    for (size_t i = 0; i < column->groups.size(); ++i) {
      const uint32_t at = column->groups[i].place - column->first_word * 64;
      column->entered[at / 64] |= uint64_t{1} << (at % 64);
      column->group_of[at] = static_cast<uint32_t>(i);
    }
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
    for (const plan::TermId id : form_.policies[policy].terms) {
      const Term& term = form_.terms[static_cast<size_t>(id)];
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
    const uint32_t residue = SetResidue(literals, terms);
    if (entries.empty()) entries.push_back(kNone);
    for (const LiteralId literal : entries) {
      Entry entry;
      if (literal != kNone) {
        entry.place = PlaceOf(literal);
        entry.column = column_of_[static_cast<size_t>(LiteralOf(literal).coded)];
      }
      entry.rule.policy = static_cast<uint32_t>(policy);
      entry.rule.residue = residue;
      // The next rarest two are looked at first.
      size_t held = 0;
      for (size_t i = 0; i < std::min(literals.size(), kHeld); ++i) {
        if (literals[i] == literal) {
          entry.rule.places[Rule::kPlaces - 1] = entry.place;
        } else if (held < 2) {
          entry.filter.places[held++] = PlaceOf(literals[i]);
        } else {
          entry.rule.places[held++ - 2] = PlaceOf(literals[i]);
        }
      }
      entries_.push_back(entry);
    }
  }

  // Number of literals, they; number of terms, and of each the number of alternatives and these, each as its
  // number of literals and they.
  uint32_t SetResidue(const std::vector<LiteralId>& literals, const std::vector<const Term*>& terms) {
    if (literals.size() <= kHeld && terms.empty()) return 0;
    auto& out = index_.residues_;
    const auto residue = static_cast<uint32_t>(out.size());
    const auto put = [&](const std::vector<LiteralId>& all) {
      out.push_back(static_cast<uint32_t>(all.size()));
      for (LiteralId literal : all) out.push_back(PlaceOf(literal));
    };
    const size_t held = std::min(literals.size(), kHeld);
    put({literals.begin() + static_cast<std::ptrdiff_t>(held), literals.end()});
    out.push_back(static_cast<uint32_t>(terms.size()));
    for (const Term* term : terms) {
      out.push_back(static_cast<uint32_t>(term->alternatives.size()));
      for (const auto& alternative : term->alternatives) put(alternative);
    }
    return residue;
  }

  RuleIndex& index_;
  const plan::NormalForm& form_;
  const LiteralShares& shares_;
  std::vector<size_t> column_of_;  // by coded column
  std::vector<Entry> entries_;
};

RuleIndex::RuleIndex(const plan::NormalForm& form, const plan::Codebook& codes, const LiteralShares& shares)
    : form_(form), codes_(codes) {
  Maker(*this, shares).Make();
}

RuleIndex::Scratch::Scratch(const RuleIndex& index)
    : can_(index.words_),
      sure_(index.words_),
      error_(index.words_),
      found_(index.rules_.size() + kAhead),
      marked_((index.form_.policies.size() + 63) / 64),
      of_policy_(index.form_.policies.size()),
      rows_(index.columns_.size()),
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

// Every rule is written, and the next one over it unless the filter lets it pass: no branch to mispredict.
// Returns the end of what is in found_.
template <bool kSureOnly>
uint32_t* RuleIndex::Candidates(Scratch* scratch) const {
  uint32_t* found = scratch->found_.data();
  const uint64_t* const plane = kSureOnly ? scratch->sure_.data() : scratch->can_.data();
  const Filter* const filters = filters_.data();
  const auto look = [&](Stretch stretch) {
    for (uint32_t rule = stretch.begin; rule < stretch.end; ++rule) {
      const auto [a, b] = filters[rule].places;
      *found = rule;
      found += (plane[a / 64] >> (a % 64)) & (plane[b / 64] >> (b % 64)) & 1;
    }
  };
  look(always_);
  for (const Row* row : scratch->rows_) {
    const Stretch* const stretches = kSureOnly ? row->sure_stretches : row->can_stretches;
    const uint32_t count = kSureOnly ? row->sure_count : row->can_count;
    for (uint32_t i = 0; i < count; ++i) look(stretches[i]);
  }
  return found;
}

// With kSureOnly, unknown may be told as false.
template <bool kSureOnly>
Truth RuleIndex::TruthOf(const Rule& rule, const Filter& filter, const Scratch& scratch) const {
  const auto all = [&rule](const uint64_t* plane) {
    uint64_t word = ~uint64_t{0};
    for (const uint32_t place : rule.places) word &= plane[place / 64] >> (place % 64);
    return (word & 1) != 0;
  };
  if (!all(kSureOnly ? scratch.sure_.data() : scratch.can_.data())) return Truth::kFalse;
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
  uint32_t* const end = Candidates<kSureOnly>(scratch);
  std::fill_n(end, kAhead, 0);
  for (const uint32_t* at = scratch->found_.data(); at != end; ++at) {
    __builtin_prefetch(&rules_[at[kAhead - 1]]);
    const Rule& rule = rules_[*at];
    const Truth truth = TruthOf<kSureOnly>(rule, filters_[*at], *scratch);
    if (truth == Truth::kFalse || (kSureOnly && truth == Truth::kUnknown)) continue;
    scratch->marked_[rule.policy / 64] |= uint64_t{1} << (rule.policy % 64);
    scratch->of_policy_[rule.policy] = truth;
  }
}

void RuleIndex::Find(const plan::RowCodes& codes, bool sure_only, Scratch* scratch,
                     std::vector<Hit>* hits) const {
  if (sure_only) {
    SetTruths<true>(codes, scratch);
    FindAs<true>(scratch);
  } else {
    SetTruths<false>(codes, scratch);
    FindAs<false>(scratch);
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

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/point/rule_index.h"

namespace zhida::point {

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

}  // namespace

// Makes an index in steps: places for literals, the entry of each policy, then rules side by side.
class RuleIndex::Maker {
 public:
  Maker(RuleIndex& index, const LiteralShares& shares) : index_(index), form_(index.form_), shares_(shares) {}

  void Make() {
    NumberLiterals();
    // The literal that a rule is entered under is in no filter; nor are places beyond 16 bits.
    held_ =
        index_.words_ * 64 <= size_t{UINT16_MAX} + 1 ? Filter::kPlaces + Rule::kPlaces - 1 : Rule::kPlaces;
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
    index_.filters_.insert(index_.filters_.end(), kLooked, Filter{});
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
      // The rarest of the others are looked at first.
      size_t filtered = 0;
      size_t held = 0;
      for (size_t i = 0; i < std::min(literals.size(), held_); ++i) {
        const uint32_t place = PlaceOf(literals[i]);
        if (literals[i] != literal && filtered < Filter::kPlaces && place <= UINT16_MAX) {
          entry.filter.places[filtered++] = static_cast<uint16_t>(place);
        } else {
          entry.rule.places[held++] = place;
        }
      }
      entries_.push_back(entry);
    }
  }

  // Number of literals, they; number of terms, and of each the number of alternatives and these, each as its
  // number of literals and they.
  uint32_t SetResidue(const std::vector<LiteralId>& literals, const std::vector<const Term*>& terms) {
    if (literals.size() <= held_ && terms.empty()) return 0;
    auto& out = index_.residues_;
    const auto residue = static_cast<uint32_t>(out.size());
    const auto put = [&](const std::vector<LiteralId>& all) {
      out.push_back(static_cast<uint32_t>(all.size()));
      for (LiteralId literal : all) out.push_back(PlaceOf(literal));
    };
    const size_t held = std::min(literals.size(), held_);
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
  size_t held_ = 0;                // literals of a rule in its filter and its places
  std::vector<size_t> column_of_;  // by coded column
  std::vector<Entry> entries_;
};

RuleIndex::RuleIndex(const plan::NormalForm& form, const plan::Codebook& codes, const LiteralShares& shares)
    : form_(form), codes_(codes) {
  Maker(*this, shares).Make();
}

}  // namespace zhida::point

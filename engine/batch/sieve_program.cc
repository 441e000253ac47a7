// How a sieve's program is made: planes for the codes, two planes and an open one for each literal, and the
// tree of terms.

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "engine/batch/sieve.h"

namespace zhida::batch {

using plan::Code;
using plan::kFirstCode;
using plan::kNone;
using plan::Literal;
using plan::LiteralId;
using plan::Term;

namespace {

constexpr size_t kSlotsMax = size_t{1} << 16;
constexpr size_t kDepthMax = 250;

}  // namespace

class SieveProgram::Builder {
 public:
  Builder(SieveProgram* program, const plan::Codebook& codes, const plan::NormalForm& form,
          const CodeCounts& counts, const NearWanted& near, Fault fault)
      : out_(*program), codes_(codes), form_(form), counts_(counts), near_(near), fault_(fault) {}

  void Run() {
    out_.columns_.resize(codes_.column_count());
    ranks_.resize(codes_.column_count());
    for (const Literal& literal : form_.literals) AddColumn(literal);
    literals_.reserve(form_.literals.size());
    out_.column_slots_ = out_.slot_count_;
    for (const Literal& literal : form_.literals) literals_.push_back(FormOf(literal));
    AddPolicies();
    if (near_.curable != nullptr) out_.near_ = NearProgram(form_, literals_, near_);
    if (fault_ == Fault::kSieveWrongSkip && out_.steps_.size() > 2) {
      for (Step& step : out_.steps_) {
        if (step.kind == Step::Kind::kLiteral)
          step.next = std::min<uint32_t>(step.next + 2, static_cast<uint32_t>(out_.steps_.size()));
      }
    }
  }

 private:
  // False when there are no more.
  bool Take(size_t count, Slot* first) {
    if (out_.slot_count_ + count > kSlotsMax) return false;
    *first = static_cast<Slot>(out_.slot_count_);
    out_.slot_count_ += count;
    return true;
  }

  void AddColumn(const Literal& literal) {
    const size_t coded = static_cast<size_t>(literal.coded);
    ColumnLayout& column = out_.columns_[coded];
    if (column.used) return;
    const size_t codes = codes_.CodeCount(coded);
    Slot first = 0;
    if (!Take(codes, &first)) return;
    column.used = true;
    column.list = codes_.ListOf(coded) != kNone;
    column.over = literal.over;
    column.unknown = first;
    column.ask = static_cast<Slot>(first + 1);
    const Slot absent = static_cast<Slot>(first + 2);
    column.first = static_cast<Slot>(first + kFirstCode);
    column.known = codes - kFirstCode;
    // Kinds of texts in the order of their texts, so that what begins alike lies together.
    std::vector<Code>& order = ranks_[coded];
    order.resize(column.known);
    std::iota(order.begin(), order.end(), kFirstCode);
    std::stable_sort(order.begin(), order.end(),
                     [&](Code x, Code y) { return codes_.ExampleOf(coded, x) < codes_.ExampleOf(coded, y); });
    column.slot_of.assign(codes + 1, column.ask);
    column.slot_of[plan::kUnknownCode] = column.unknown;
    column.slot_of[plan::kAbsentCode] = column.list || !codes_.MayBeAbsent(coded) ? column.ask : absent;
    for (size_t rank = 0; rank < order.size(); ++rank) {
      column.slot_of[order[rank]] = static_cast<Slot>(column.first + rank);
    }
    if (fault_ == Fault::kSieveCutOffByOne && column.known > 2 && !column.list)
      --column.slot_of[kFirstCode + 1];
    if (fault_ == Fault::kSieveUnknownAsFalse && !column.list)
      column.slot_of[plan::kUnknownCode] = column.first;
  }

  // The rows whose code has one of the truths chosen, as few planes as possible.
  Slot RowsOf(const ColumnLayout& column, const std::vector<bool>& by_rank, bool absent, Slot with,
              Slot* minus) {
    std::vector<SlotPair> parts;
    for (size_t rank = 0; rank < by_rank.size(); ++rank) {
      if (!by_rank[rank]) continue;
      size_t end = rank;
      while (end < by_rank.size() && by_rank[end]) ++end;
      if (column.list) {
        for (; rank < end; ++rank) parts.push_back({static_cast<Slot>(column.first + rank), kNoRows});
        continue;
      }
      parts.push_back({static_cast<Slot>(column.first + rank),
                       end < column.known ? static_cast<Slot>(column.first + end) : kNoRows});
      rank = end;
    }
    if (absent) parts.push_back({static_cast<Slot>(column.unknown + 2), kNoRows});
    if (with != kNoRows) {
      if (parts.empty()) return with;
      parts.push_back({with, kNoRows});
    }
    if (parts.empty()) return kNoRows;
    if (parts.size() == 1 && (minus != nullptr || parts[0].out == kNoRows)) {
      if (minus != nullptr) *minus = parts[0].out;
      return parts[0].in;
    }
    return United(std::move(parts));
  }

  Slot United(std::vector<SlotPair> parts) {
    std::vector<std::pair<Slot, Slot>> key;
    for (const SlotPair& part : parts) key.emplace_back(part.in, part.out);
    const auto [known, added] = unions_.emplace(std::move(key), kNoRows);
    if (!added) return known->second;
    Slot target = kNoRows;
    if (!Take(1, &target)) {
      full_ = true;
      return kNoRows;
    }
    known->second = target;
    const uint32_t begin = static_cast<uint32_t>(out_.pairs_.size());
    out_.pairs_.insert(out_.pairs_.end(), parts.begin(), parts.end());
    out_.unions_.push_back({target, begin, static_cast<uint32_t>(out_.pairs_.size())});
    return target;
  }

  LiteralForm FormOf(const Literal& literal) {
    LiteralForm form;
    const size_t coded = static_cast<size_t>(literal.coded);
    const ColumnLayout& column = out_.columns_[coded];
    full_ = !column.used;
    if (full_) return Unusable();
    const auto truth_of = [&](Code code) {
      const zhida::Truth truth = codes_.TruthOf(coded, literal.test, code);
      return literal.negated != literal.item_negated ? zhida::Not(truth) : truth;
    };
    std::vector<bool> holds(column.known);
    std::vector<bool> open(column.known);
    uint64_t left = 0;
    const auto seen = [&](Code code) -> uint64_t {
      if (coded >= counts_.codes.size() || code >= counts_.codes[coded].size()) return 0;
      return counts_.codes[coded][code];
    };
    for (size_t rank = 0; rank < column.known; ++rank) {
      const Code code = ranks_[coded][rank];
      zhida::Truth truth = truth_of(code);
      // Of a list: whether an item satisfies the test, or does not where that is what counts.
      if (column.list && literal.negated) truth = zhida::Not(truth);
      holds[rank] = truth == zhida::Truth::kTrue;
      open[rank] = truth == zhida::Truth::kUnknown || truth == zhida::Truth::kError;
      form.errs = form.errs || truth == zhida::Truth::kError;
      if (holds[rank] || open[rank]) left += seen(code);
    }
    left += seen(plan::kUnknownCode) + seen(plan::kAskCode);
    if (column.list) {
      const Slot some = RowsOf(column, holds, false, kNoRows, nullptr);
      const Slot open_items = RowsOf(column, open, false, column.unknown, nullptr);
      form.open = open_items;
      if (literal.negated) {
        // Known rows without such an item.
        form.a = kAllRows;
        form.b = some == kNoRows ? open_items : United({{some, kNoRows}, {open_items, kNoRows}});
        left = counts_.rows > left ? counts_.rows - left : 0;
      } else {
        form.a = some;
        if (literal.strict) form.b = column.unknown;
      }
      // An item that satisfies decides, whatever the others are: open rows must not take part where some
      // item of theirs does, which the plane of sure rows says.
      if (literal.negated && some != kNoRows) {
        form.open = literal.strict ? United({{open_items, some}, {column.unknown, kNoRows}})
                                   : Without(open_items, some);
      }
    } else {
      const zhida::Truth absent = truth_of(plan::kAbsentCode);
      form.errs = form.errs || (absent == zhida::Truth::kError && codes_.MayBeAbsent(coded));
      form.a = RowsOf(column, holds, absent == zhida::Truth::kTrue, kNoRows, &form.b);
      form.open = RowsOf(column, open, absent == zhida::Truth::kUnknown || absent == zhida::Truth::kError,
                         column.unknown, nullptr);
    }
    if (full_) return Unusable();
    form.left = counts_.rows == 0
                    ? 0.5
                    : std::min(1.0, static_cast<double>(left) / static_cast<double>(counts_.rows));
    return form;
  }

  Slot Without(Slot in, Slot out) { return United({{in, out}}); }

  // Open for all rows: the general engine decides.
  LiteralForm Unusable() {
    full_ = false;
    out_.leaves_literals_ = true;
    LiteralForm form;
    form.open = kAllRows;
    form.errs = true;
    form.left = 1;
    return form;
  }

  double LeftOf(const Term& term) const {
    double none = 1;
    for (const auto& alternative : term.alternatives) {
      double all = 1;
      for (const LiteralId id : alternative) all *= literals_[static_cast<size_t>(id)].left;
      none *= 1 - all;
    }
    return 1 - none;
  }

  static size_t CostOf(const Term& term) {
    size_t cost = 0;
    for (const auto& alternative : term.alternatives) cost += alternative.size();
    return cost;
  }

  void AddPolicies() {
    // Terms by rank: what decides most for least comes first.
    const std::vector<Term>& terms = form_.terms;
    std::vector<uint8_t> never(terms.size());
    std::vector<uint8_t> errs(terms.size());
    for (size_t t = 0; t < terms.size(); ++t) {
      never[t] = terms[t].alternatives.empty() ? 1 : 0;
      for (const auto& alternative : terms[t].alternatives) {
        for (const LiteralId id : alternative) errs[t] |= literals_[static_cast<size_t>(id)].errs ? 1 : 0;
      }
    }
    out_.notes_.resize(form_.policies.size());
    std::vector<uint32_t> policies;
    for (size_t p = 0; p < form_.policies.size(); ++p) {
      const plan::NormalPolicy& policy = form_.policies[p];
      out_.notes_[p].decided = policy.rest.empty();
      const auto any = [&policy](const std::vector<uint8_t>& marks) {
        return std::any_of(policy.terms.begin(), policy.terms.end(),
                           [&marks](plan::TermId term) { return marks[static_cast<size_t>(term)] != 0; });
      };
      out_.notes_[p].errs = any(errs);
      if (!any(never)) policies.push_back(static_cast<uint32_t>(p));
    }
    std::vector<double> work(terms.size());
    for (size_t t = 0; t < terms.size(); ++t) {
      work[t] = static_cast<double>(CostOf(terms[t])) / (1.0001 - LeftOf(terms[t]));
    }
    std::vector<int> by_work(terms.size());
    std::iota(by_work.begin(), by_work.end(), 0);
    std::stable_sort(by_work.begin(), by_work.end(), [&](int x, int y) {
      return work[static_cast<size_t>(x)] < work[static_cast<size_t>(y)];
    });
    std::vector<int> place(terms.size());
    for (size_t i = 0; i < by_work.size(); ++i) place[static_cast<size_t>(by_work[i])] = static_cast<int>(i);
    std::vector<std::vector<int>> paths(form_.policies.size());
    for (const uint32_t p : policies) {
      const std::vector<plan::TermId>& of_policy = form_.policies[p].terms;
      paths[p].reserve(of_policy.size());
      for (const plan::TermId term : of_policy) paths[p].push_back(place[static_cast<size_t>(term)]);
      std::sort(paths[p].begin(), paths[p].end());
      if (paths[p].size() > kDepthMax) {
        // The rest of the terms is left to the general engine.
        paths[p].resize(kDepthMax);
        out_.notes_[p].decided = false;
      }
    }
    std::sort(policies.begin(), policies.end(),
              [&](uint32_t x, uint32_t y) { return paths[x] != paths[y] ? paths[x] < paths[y] : x < y; });
    std::vector<const Term*> ordered(terms.size());
    for (size_t t = 0; t < terms.size(); ++t) ordered[static_cast<size_t>(place[t])] = &terms[t];
    AddTree(policies, paths, ordered);
  }

  // Policies in the order of their paths, so that each branch of the tree lies together.
  void AddTree(const std::vector<uint32_t>& policies, const std::vector<std::vector<int>>& paths,
               const std::vector<const Term*>& terms) {
    std::vector<int> path;             // terms of the branch that is open
    std::vector<uint32_t> path_steps;  // where its steps are
    const auto close = [&](size_t depth) {
      while (path.size() > depth) {
        out_.steps_[path_steps.back()].next = static_cast<uint32_t>(out_.steps_.size());
        path.pop_back();
        path_steps.pop_back();
      }
    };
    for (const uint32_t p : policies) {
      const std::vector<int>& wanted = paths[p];
      size_t shared = 0;
      while (shared < path.size() && shared < wanted.size() && path[shared] == wanted[shared]) ++shared;
      close(shared);
      while (path.size() < wanted.size()) {
        const int term = wanted[path.size()];
        path_steps.push_back(static_cast<uint32_t>(out_.steps_.size()));
        path.push_back(term);
        AddTerm(*terms[static_cast<size_t>(term)], static_cast<uint8_t>(path.size()));
      }
      out_.depths_ = std::max(out_.depths_, path.size() + 1);
      Step emit;
      emit.kind = Step::Kind::kEmit;
      emit.depth = static_cast<uint8_t>(path.size());
      emit.next = p;
      out_.steps_.push_back(emit);
    }
    close(0);
  }

  void AddTerm(const Term& term, uint8_t depth) {
    const auto step = [&](LiteralId id, Step::Kind kind) {
      const LiteralForm& form = literals_[static_cast<size_t>(id)];
      out_.steps_.push_back({form.a, form.b, form.open, kind, depth, 0});
    };
    if (term.alternatives.size() == 1 && term.alternatives[0].size() == 1) {
      step(term.alternatives[0][0], Step::Kind::kLiteral);
      return;
    }
    out_.steps_.push_back({kNoRows, kNoRows, kNoRows, Step::Kind::kAny, depth, 0});
    size_t count = term.alternatives.size();
    if (fault_ == Fault::kSieveDroppedAlternative && count > 1) --count;
    for (size_t i = 0; i < count; ++i) {
      const std::vector<LiteralId>& literals = term.alternatives[i];
      for (size_t k = 0; k < literals.size(); ++k) {
        step(literals[k], k + 1 < literals.size() ? Step::Kind::kPart
                          : i + 1 < count         ? Step::Kind::kLast
                                                  : Step::Kind::kLastOfAll);
      }
    }
  }

  SieveProgram& out_;
  const plan::Codebook& codes_;
  const plan::NormalForm& form_;
  const CodeCounts& counts_;
  NearWanted near_;
  Fault fault_;
  std::vector<std::vector<Code>> ranks_;  // by column: the known codes in the order of their planes
  std::vector<LiteralForm> literals_;
  std::map<std::vector<std::pair<Slot, Slot>>, Slot> unions_;
  bool full_ = false;
};

SieveProgram::SieveProgram(const plan::Codebook& codes, const plan::NormalForm& form,
                           const CodeCounts& counts, const NearWanted& near, Fault fault) {
  Builder(this, codes, form, counts, near, fault).Run();
}

}  // namespace zhida::batch

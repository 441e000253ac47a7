#include "engine/explain/ways.h"

#include <algorithm>
#include <utility>

#include "engine/explain/condition.h"

namespace zhida::explain {
namespace {

using pack::Clause;
using pack::ClauseTruth;

// Sets that are kept while they are put together; what is cut off is longer than what stays.
constexpr size_t kKeptMax = 64;

bool Holds(const Way& larger, const Way& smaller) {
  return std::all_of(smaller.begin(), smaller.end(), [&larger](const Change& change) {
    return std::find(larger.begin(), larger.end(), change) != larger.end();
  });
}

bool Before(const Way& a, const Way& b) {
  if (a.size() != b.size()) return a.size() < b.size();
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](const Change& x, const Change& y) { return x.clause < y.clause; });
}

class Builder {
 public:
  Builder(const std::vector<ClauseTruth>& clauses, bool* more) : clauses_(clauses), more_(more) {}

  std::vector<Way> Root() {
    std::vector<Way> ways = {{}};
    for (size_t i = 0; i < clauses_.size();) {
      ways = Joined(ways, Of(i, true));
      i = After(i);
    }
    return ways;
  }

 private:
  // The clause behind clause `i` and all its parts.
  size_t After(size_t i) const {
    size_t next = i + 1;
    while (next < clauses_.size() && clauses_[next].depth > clauses_[i].depth) ++next;
    return next;
  }

  // How clause `i` could become `to`; { {} } where it is that already, or undecided.
  std::vector<Way> Of(size_t i, bool to) {
    const ClauseTruth& found = clauses_[i];
    if (found.truth != ToTruth(!to)) return {{}};
    if (found.clause == nullptr || found.clause->form == Clause::Form::kWhen)
      return {{{static_cast<int>(i), to}}};
    const Clause::Form form = found.clause->form;
    const bool parts_to = form == Clause::Form::kNone ? !to : to;
    // Every part has to be that, or any one will do.
    const bool every = (form == Clause::Form::kAll) == parts_to;
    std::vector<Way> ways;
    if (every) ways.emplace_back();
    for (size_t part = i + 1; part < After(i); part = After(part)) {
      std::vector<Way> part_ways = Of(part, parts_to);
      if (every) {
        ways = Joined(ways, part_ways);
      } else {
        ways.insert(ways.end(), part_ways.begin(), part_ways.end());
        Reduce(&ways);
      }
    }
    return ways;
  }

  std::vector<Way> Joined(const std::vector<Way>& a, const std::vector<Way>& b) {
    std::vector<Way> all;
    for (const Way& x : a) {
      for (const Way& y : b) {
        all.push_back(x);
        all.back().insert(all.back().end(), y.begin(), y.end());
      }
    }
    Reduce(&all);
    return all;
  }

  void Reduce(std::vector<Way>* ways) {
    std::sort(ways->begin(), ways->end(), Before);
    std::vector<Way> kept;
    for (Way& way : *ways) {
      const bool needless =
          std::any_of(kept.begin(), kept.end(), [&way](const Way& other) { return Holds(way, other); });
      if (needless) continue;
      if (kept.size() == kKeptMax) {
        *more_ = true;
        break;
      }
      kept.push_back(std::move(way));
    }
    *ways = std::move(kept);
  }

  const std::vector<ClauseTruth>& clauses_;
  bool* more_;
};

bool ReadsChangeable(const pack::Pack& pack, const Clause& clause) {
  if (clause.when.root != nullptr) {
    for (const int fact : LooksOf(pack.model, PartOf(clause.when)).facts) {
      if (pack.schema.facts[static_cast<size_t>(fact)].changeable) return true;
    }
  }
  return std::any_of(clause.parts.begin(), clause.parts.end(),
                     [&pack](const Clause& part) { return IsCurable(pack, part); });
}

}  // namespace

std::vector<Way> WaysOf(const pack::JudgementDetail& detail, bool* more) {
  *more = false;
  std::vector<Way> ways = Builder(detail.clauses, more).Root();
  if (ways.size() > kWaysMax) {
    *more = true;
    ways.resize(kWaysMax);
  }
  return ways;
}

bool IsCurable(const pack::Pack& pack, const Clause& clause) {
  if (clause.curable) return *clause.curable;
  return !clause.cure.empty() || ReadsChangeable(pack, clause);
}

}  // namespace zhida::explain

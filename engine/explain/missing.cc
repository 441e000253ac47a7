#include "engine/explain/missing.h"

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <utility>

#include "engine/explain/candidates.h"
#include "engine/explain/sufficient.h"
#include "engine/feel/operators.h"
#include "engine/feel/verdict.h"
#include "engine/pack/policy_reads.h"

namespace zhida::explain {
namespace {

using feel::Reading;

constexpr size_t kSetsTriedMax = 64;

// The facts as they are, with some values put in.
class WithValues : public feel::FactSource {
 public:
  explicit WithValues(const feel::FactSource& facts) : facts_(facts) {}
  Value Get(int fact, Reading reading) const override {
    // The last value of a series holds the entries of those before.
    for (auto value = values_.rbegin(); value != values_.rend(); ++value) {
      if (value->first == fact) return value->second;
    }
    return facts_.Get(fact, reading);
  }
  void Push(int fact, Value value) { values_.emplace_back(fact, std::move(value)); }
  void Pop() { values_.pop_back(); }

 private:
  const feel::FactSource& facts_;
  std::vector<std::pair<int, Value>> values_;
};

class Search {
 public:
  Search(const pack::Pack& pack, Date as_of, const feel::FactSource& facts, int policy)
      : pack_(pack),
        as_of_(as_of),
        facts_(facts),
        index_(policy),
        policy_(pack.policies[static_cast<size_t>(policy)]),
        interpreter_(pack.model, facts, Reading::kPromised, DatesNow()),
        overlay_(facts) {
    ListUnknown();
    ListOpen(policy_.clauses);
  }

  Missing Run() {
    Missing missing;
    missing.exact = unknown_.size() <= kExactFactsMax;
    if (unknown_.size() > kFactSetMax) unknown_.resize(kFactSetMax);
    Sufficient sufficient(pack_, policy_, interpreter_, unknown_);
    const std::vector<FactSet> sets = sufficient.Sets();
    const FactSet* chosen = nullptr;
    size_t tried = 0;
    for (const FactSet& set : sets) {
      if (set == 0) continue;
      if (++tried > kSetsTriedMax) break;
      const Trial trial = Try(set);
      if (trial == Trial::kFails) continue;
      chosen = &set;
      missing.exact = missing.exact && trial == Trial::kSuffices;
      break;
    }
    missing.exact = missing.exact && !(sufficient.cut() && chosen != &sets.front());
    if (chosen == nullptr && !sets.empty()) {
      // No value that was tried does it, so the smallest set that could is named, and marked.
      missing.exact = false;
      chosen = &*std::find_if(sets.begin(), sets.end(), [](FactSet set) { return set != 0; });
    }
    if (chosen != nullptr) AddFacts(*chosen, &missing);
    return missing;
  }

 private:
  enum class Trial : uint8_t { kFails, kSuffices, kNotTold };

  // One value that is put in: a fact, or an entry of a series.
  struct Slot {
    int fact = 0;
    std::optional<int32_t> period;
    std::vector<Value> candidates;
  };

  feel::Dates DatesNow() const { return DatesOf(facts_); }
  feel::Dates DatesOf(const feel::FactSource& facts) const {
    feel::Dates dates;
    dates.as_of = as_of_;
    dates.year = policy_.year.value_or(as_of_.civil().year);
    dates.event =
        policy_.event_fact < 0 ? Value::OfDate(as_of_) : facts.Get(policy_.event_fact, Reading::kPromised);
    return dates;
  }

  void ListOpen(const std::vector<pack::Clause>& clauses) {
    for (const pack::Clause& clause : clauses) {
      if (TruthOf(clause, interpreter_) != Truth::kTrue) open_.push_back(&clause);
    }
  }

  // As the judge has it in the Promised reading.
  static Truth TruthOf(const pack::Clause& clause, feel::Interpreter& interpreter) {
    using Form = pack::Clause::Form;
    Truth truth = ToTruth(clause.form == Form::kAll);
    if (clause.form == Form::kWhen) truth = feel::ToVerdict(interpreter.Evaluate(clause.when)).truth;
    for (const pack::Clause& part : clause.parts) {
      const Truth part_truth = TruthOf(part, interpreter);
      truth = clause.form == Form::kAll ? And(truth, part_truth) : Or(truth, part_truth);
    }
    if (clause.form == Form::kNone) truth = Not(truth);
    return clause.later_allowed && truth == Truth::kUnknown ? Truth::kTrue : truth;
  }

  // What the pair comes to with the values put in. More knowledge takes back neither a yes nor a no, so that
  // only clauses that are open as the facts stand need a look before the judge is asked, as most values fail.
  pack::Outcome OutcomeNow() {
    const bool dated = policy_.event_fact >= 0 && interpreter_.dates().event.is_unknown();
    if (!dated) {
      feel::Interpreter interpreter(pack_.model, overlay_, Reading::kPromised, DatesOf(overlay_));
      Truth truth = Truth::kTrue;
      for (const pack::Clause* clause : open_) {
        truth = And(truth, TruthOf(*clause, interpreter));
        if (truth == Truth::kFalse) return pack::Outcome::kIneligible;
      }
      if (truth == Truth::kError) return pack::Outcome::kError;
      if (truth == Truth::kUnknown) return pack::Outcome::kUndetermined;
    }
    return pack::SubjectJudge(pack_, as_of_, overlay_).Decide(index_).outcome;
  }

  void ListUnknown() {
    pack::PolicyReads reads(pack_.model);
    reads.Add(policy_);
    for (const pack::PolicyReads::PeriodRead& read : reads.period_reads()) {
      if (!facts_.Get(read.fact, Reading::kPromised).is_unknown() &&
          !interpreter_.Evaluate(read.call).is_unknown())
        continue;
      const Value period = interpreter_.Evaluate(PeriodOf(read.call));
      AddPeriod(read.fact, period);
    }
    for (const int fact : reads.facts()) {
      const Value value = facts_.Get(fact, Reading::kPromised);
      std::optional<Cause> cause = value.is_unknown() ? value.cause() : feel::UnknownInside(value);
      if (!cause && periods_.count(fact) != 0) cause = Cause::kMissing;
      if (!cause) continue;
      unknown_.push_back(fact);
      causes_.push_back(*cause);
    }
  }

  static feel::Expression PeriodOf(const feel::Expression& call) {
    feel::Expression period;
    period.root = call.root->args[1];
    period.slot_count = call.slot_count;
    return period;
  }

  void AddPeriod(int fact, const Value& value) {
    const PeriodKind kind = pack_.schema.facts[static_cast<size_t>(fact)].type->period;
    std::optional<int32_t> period;
    if (value.kind() == ValueKind::kString) period = ParsePeriod(kind, value.string());
    if (value.kind() == ValueKind::kNumber && kind == PeriodKind::kYear) {
      if (const std::optional<int64_t> year = value.number().ToInt64()) period = static_cast<int32_t>(*year);
    }
    std::vector<int32_t>& periods = periods_[fact];
    if (period && std::find(periods.begin(), periods.end(), *period) == periods.end())
      periods.push_back(*period);
  }

  // Whether some values of the facts in `set` make the pair eligible while the others stay unknown.
  Trial Try(FactSet set) {
    std::vector<Slot> slots;
    for (size_t i = 0; i < unknown_.size(); ++i) {
      if ((set >> i & 1) == 0) continue;
      if (!AddSlots(unknown_[i], &slots)) return Trial::kSuffices;
    }
    judgements_ = 0;
    if (Guess(slots) || Fill(slots, 0)) return Trial::kSuffices;
    return judgements_ >= kJudgementsMax ? Trial::kNotTold : Trial::kFails;
  }

  // False for what is not tried: a list, a structure, a series that is read as a whole.
  bool AddSlots(int fact, std::vector<Slot>* slots) {
    if (!candidates_) candidates_.emplace(pack_, policy_, interpreter_);
    const pack::Fact& known = pack_.schema.facts[static_cast<size_t>(fact)];
    if (known.type->kind != pack::FactKind::kSeries) {
      slots->push_back({fact, std::nullopt, candidates_->Of(*known.type, known.nullable)});
      return !slots->back().candidates.empty();
    }
    const auto periods = periods_.find(fact);
    if (periods == periods_.end() || periods->second.empty()) return false;
    for (const int32_t period : periods->second)
      slots->push_back({fact, period, candidates_->Of(*known.type->element, false)});
    return !slots->back().candidates.empty();
  }

  // Where there are many ways to fill the slots, some at random first: what hangs on several at once, such as
  // a growth, is met sooner so than in order. The same choice each time.
  bool Guess(const std::vector<Slot>& slots) {
    constexpr size_t kFew = 256;
    constexpr int kGuesses = 192;
    size_t ways = 1;
    for (const Slot& slot : slots) ways = std::min(ways * slot.candidates.size(), kFew + 1);
    if (ways <= kFew) return false;
    std::minstd_rand random(1);
    for (int guess = 0; guess < kGuesses; ++guess) {
      for (const Slot& slot : slots) Put(slot, slot.candidates[random() % slot.candidates.size()]);
      const bool yes = IsGranted(OutcomeNow());
      for (size_t i = 0; i < slots.size(); ++i) overlay_.Pop();
      if (yes) return true;
    }
    return false;
  }

  static bool IsGranted(pack::Outcome outcome) {
    return outcome == pack::Outcome::kEligible || outcome == pack::Outcome::kConditional;
  }

  void Put(const Slot& slot, const Value& value) {
    overlay_.Push(slot.fact, slot.period ? Entry(slot, value) : value);
  }

  // Kleene logic never takes back a no, so a branch that is refused is left at once.
  bool Fill(const std::vector<Slot>& slots, size_t next) {
    if (next == slots.size()) return false;
    const Slot& slot = slots[next];
    for (const Value& candidate : slot.candidates) {
      if (++judgements_ > kJudgementsMax) return false;
      Put(slot, candidate);
      const pack::Outcome outcome = OutcomeNow();
      const bool found =
          IsGranted(outcome) || (outcome == pack::Outcome::kUndetermined && Fill(slots, next + 1));
      overlay_.Pop();
      if (found) return true;
    }
    return false;
  }

  // The series as it stands with one more entry.
  Value Entry(const Slot& slot, const Value& candidate) const {
    const Value now = overlay_.Get(slot.fact, Reading::kPromised);
    Series series;
    series.period_kind = pack_.schema.facts[static_cast<size_t>(slot.fact)].type->period;
    if (now.kind() == ValueKind::kSeries) series.entries = now.series().entries;
    std::erase_if(series.entries, [&slot](const auto& entry) { return entry.first == *slot.period; });
    series.entries.emplace_back(*slot.period, candidate);
    std::sort(series.entries.begin(), series.entries.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    return Value::OfSeries(std::move(series));
  }

  void AddFacts(FactSet set, Missing* missing) const {
    for (size_t i = 0; i < unknown_.size(); ++i) {
      if ((set >> i & 1) != 0) missing->facts.push_back({unknown_[i], causes_[i]});
    }
  }

  const pack::Pack& pack_;
  Date as_of_;
  const feel::FactSource& facts_;
  int index_;
  const pack::Policy& policy_;
  feel::Interpreter interpreter_;
  WithValues overlay_;
  std::vector<int> unknown_;  // in schema order
  std::vector<Cause> causes_;
  std::vector<const pack::Clause*> open_;        // not known to hold
  std::map<int, std::vector<int32_t>> periods_;  // of series: those that are read and not known
  std::optional<Candidates> candidates_;
  int judgements_ = 0;
};

}  // namespace

Missing SmallestMissing(const pack::Pack& pack, Date as_of, const feel::FactSource& facts, int policy) {
  return Search(pack, as_of, facts, policy).Run();
}

}  // namespace zhida::explain

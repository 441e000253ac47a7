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
  void Clear() { values_.clear(); }

 private:
  const feel::FactSource& facts_;
  std::vector<std::pair<int, Value>> values_;
};

class Search {
 public:
  Search(const pack::Pack& pack, Date as_of, const feel::FactSource& facts, int policy,
         const pack::JudgementDetail* detail, const PackNotes* notes)
      : pack_(pack),
        notes_(notes),
        as_of_(as_of),
        facts_(facts),
        index_(policy),
        policy_(pack.policies[static_cast<size_t>(policy)]),
        interpreter_(pack.model, facts, Reading::kPromised, DatesNow()),
        overlay_(facts) {
    ListUnknown();
    ListTruths(detail);
  }

  Missing Run() {
    Missing missing;
    missing.exact = unknown_.size() <= kExactFactsMax;
    if (unknown_.size() > kFactSetMax) unknown_.resize(kFactSetMax);
    slots_.resize(unknown_.size());
    ListOpen();
    Sufficient sufficient(pack_, policy_, interpreter_, unknown_);
    const std::vector<FactSet> sets = sufficient.Sets(truths_);
    const bool sole =
        std::count(sets.begin(), sets.end(), FactSet{0}) + 1 == static_cast<int64_t>(sets.size());
    const FactSet* chosen = nullptr;
    size_t tried = 0;
    for (const FactSet& set : sets) {
      if (set == 0) continue;
      if (++tried > kSetsTriedMax) break;
      const Trial trial = Try(set, sole);
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

  // Where a value is put in: a fact, or an entry of a series.
  struct Slot {
    size_t place = 0;  // of the fact in unknown_
    std::optional<int32_t> period;
    std::vector<Value> candidates;
    // What the open clauses come to, one after another for each candidate, where no other slot that they read
    // is filled.
    std::vector<std::optional<Truth>> truths;
  };
  struct Filled {
    Slot* slot;
    size_t candidate;
  };
  // A clause that is not known to hold.
  struct Open {
    const pack::Clause* clause;
    Truth now;          // as the facts stand
    FactSet reads = 0;  // by place in unknown_
    bool definitions = false;
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

  // Of the clauses at the top, as the facts stand.
  void ListTruths(const pack::JudgementDetail* detail) {
    if (detail == nullptr) {
      for (const pack::Clause& clause : policy_.clauses) truths_.push_back(TruthOf(clause, interpreter_));
      return;
    }
    for (const pack::ClauseTruth& found : detail->clauses) {
      if (found.clause != nullptr && found.depth == 0) truths_.push_back(found.truth);
    }
  }

  void ListOpen() {
    for (size_t i = 0; i < truths_.size(); ++i) {
      const pack::Clause& clause = policy_.clauses[i];
      if (truths_[i] == Truth::kTrue) continue;
      open_.push_back({&clause, truths_[i]});
      AddLooks(clause, &open_.back());
    }
  }

  void AddLooks(const pack::Clause& clause, Open* open) const {
    if (clause.when.root != nullptr) {
      const ConditionNote* note = notes_ == nullptr ? nullptr : notes_->Of(clause.when);
      const Looks own = note == nullptr ? LooksOf(pack_.model, PartOf(clause.when)) : Looks();
      const Looks& looks = note == nullptr ? own : note->looks;
      open->definitions = open->definitions || looks.definitions;
      for (const int fact : looks.facts) {
        const auto place = std::lower_bound(unknown_.begin(), unknown_.end(), fact);
        if (place != unknown_.end() && *place == fact)
          open->reads |= FactSet{1} << (place - unknown_.begin());
      }
    }
    for (const pack::Clause& part : clause.parts) AddLooks(part, open);
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
      Truth truth = Truth::kTrue;
      for (size_t i = 0; i < open_.size(); ++i) {
        truth = And(truth, TruthNow(i));
        if (truth == Truth::kFalse) return pack::Outcome::kIneligible;
      }
      if (truth == Truth::kError) return pack::Outcome::kError;
      if (truth == Truth::kUnknown) return pack::Outcome::kUndetermined;
    }
    overlay_.Clear();
    for (const Filled& filled : filled_) PutIn(filled);
    return pack::SubjectJudge(pack_, as_of_, overlay_).Decide(index_).outcome;
  }

  // Of an open clause, with the values put in.
  Truth TruthNow(size_t index) {
    const Open& open = open_[index];
    const Filled* read = nullptr;
    int reads = 0;
    for (const Filled& filled : filled_) {
      if ((open.reads >> filled.slot->place & 1) == 0) continue;
      read = &filled;
      ++reads;
    }
    if (reads == 0) return open.now;
    std::optional<Truth> several;
    std::optional<Truth>* truth = &several;
    if (reads == 1) {
      std::vector<std::optional<Truth>>& truths = read->slot->truths;
      if (truths.empty()) truths.resize(open_.size() * read->slot->candidates.size());
      truth = &truths[read->candidate * open_.size() + index];
    }
    if (!*truth) {
      overlay_.Clear();
      for (const Filled& filled : filled_) {
        if ((open.reads >> filled.slot->place & 1) != 0) PutIn(filled);
      }
      *truth = TruthOf(*open.clause, OverlayInterpreter(open.definitions));
    }
    return **truth;
  }

  // Of the values put in. One that remembers definitions, which may read them, is made anew.
  feel::Interpreter& OverlayInterpreter(bool definitions) {
    if (!with_values_ || definitions)
      with_values_.emplace(pack_.model, overlay_, Reading::kPromised, interpreter_.dates());
    return *with_values_;
  }

  void ListUnknown() {
    for (const int fact : FactsRead()) {
      const Value value = facts_.Get(fact, Reading::kPromised);
      std::optional<Cause> cause = value.is_unknown() ? value.cause() : feel::UnknownInside(value);
      if (!cause && periods_.count(fact) != 0) cause = Cause::kMissing;
      if (!cause) continue;
      unknown_.push_back(fact);
      causes_.push_back(*cause);
    }
  }

  // All facts that the policy looks at, ascending; notes the periods that it asks for and that are not known.
  std::vector<int> FactsRead() {
    if (std::vector<int> noted = FactsNoted(); !noted.empty()) return noted;
    pack::PolicyReads reads(pack_.model);
    reads.Add(policy_);
    for (const pack::PolicyReads::PeriodRead& read : reads.period_reads()) {
      if (!facts_.Get(read.fact, Reading::kPromised).is_unknown() &&
          !interpreter_.Evaluate(read.call).is_unknown())
        continue;
      const Value period = interpreter_.Evaluate(PeriodOf(read.call));
      AddPeriod(read.fact, period);
    }
    return {reads.facts().begin(), reads.facts().end()};
  }

  // The same from notes, of a policy that looks at nothing but its conditions and reads no series; else none.
  std::vector<int> FactsNoted() const {
    if (notes_ == nullptr || policy_.amount || policy_.event_fact >= 0) return {};
    std::vector<int> facts;
    if (!AddNoted(policy_.clauses, &facts)) return {};
    std::sort(facts.begin(), facts.end());
    facts.erase(std::unique(facts.begin(), facts.end()), facts.end());
    const bool series = std::any_of(facts.begin(), facts.end(), [this](int fact) {
      return pack_.schema.facts[static_cast<size_t>(fact)].type->kind == pack::FactKind::kSeries;
    });
    return series ? std::vector<int>() : facts;
  }

  bool AddNoted(const std::vector<pack::Clause>& clauses, std::vector<int>* facts) const {
    return std::all_of(clauses.begin(), clauses.end(), [&](const pack::Clause& clause) {
      if (clause.when.root != nullptr) {
        const ConditionNote* note = notes_->Of(clause.when);
        if (note == nullptr) return false;
        facts->insert(facts->end(), note->looks.facts.begin(), note->looks.facts.end());
      }
      return AddNoted(clause.parts, facts);
    });
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

  // Whether some values of the facts in `set` make the pair eligible while the others stay unknown. If it is
  // the `sole` set, a failure need not tell whether all values were tried.
  Trial Try(FactSet set, bool sole) {
    std::vector<Slot*> slots;
    for (size_t place = 0; place < unknown_.size(); ++place) {
      if ((set >> place & 1) == 0) continue;
      if (!AddSlots(place, &slots)) return Trial::kSuffices;
    }
    if (sole) {
      if (const std::optional<Trial> told = TryApart(slots)) return *told;
    }
    judgements_ = 0;
    if (Guess(slots) || Fill(slots, 0)) return Trial::kSuffices;
    return judgements_ >= kJudgementsMax ? Trial::kNotTold : Trial::kFails;
  }

  // The same where each open clause reads one slot and nothing else decides: then each slot has to have a
  // value that suits its clauses. nullopt where it takes more to tell.
  std::optional<Trial> TryApart(const std::vector<Slot*>& slots) {
    if (notes_ == nullptr || !notes_->OfPolicy(index_)->plain() || policy_.event_fact >= 0)
      return std::nullopt;
    std::vector<const Slot*> read;  // by each open clause
    for (const Open& open : open_) {
      const auto reads = [&open](const Slot* slot) { return (open.reads >> slot->place & 1) != 0; };
      if (std::count_if(slots.begin(), slots.end(), reads) != 1) return std::nullopt;
      read.push_back(*std::find_if(slots.begin(), slots.end(), reads));
    }
    int tried = 0;
    std::vector<Filled> suitable;
    for (Slot* slot : slots) {
      Truth truth = Truth::kFalse;
      for (size_t candidate = 0; candidate < slot->candidates.size() && truth != Truth::kTrue; ++candidate) {
        if (++tried > kJudgementsMax) return std::nullopt;
        filled_ = {{slot, candidate}};
        truth = Truth::kTrue;
        for (size_t i = 0; i < open_.size() && truth != Truth::kFalse; ++i) {
          if (read[i] == slot) truth = And(truth, TruthNow(i));
        }
        filled_.clear();
        // The search would look for values of the other slots first.
        if (truth == Truth::kUnknown) return std::nullopt;
        if (truth == Truth::kTrue) suitable.push_back({slot, candidate});
      }
      if (truth != Truth::kTrue) return Trial::kFails;
    }
    filled_ = std::move(suitable);
    const bool granted = IsGranted(OutcomeNow());
    filled_.clear();
    return granted ? std::optional<Trial>(Trial::kSuffices) : std::nullopt;
  }

  // False for what is not tried: a list, a structure, a series that is read as a whole.
  bool AddSlots(size_t place, std::vector<Slot*>* slots) {
    std::vector<Slot>& own = slots_[place];
    if (own.empty()) MakeSlots(place, &own);
    for (Slot& slot : own) slots->push_back(&slot);
    return !own.empty() && !own.back().candidates.empty();
  }

  void MakeSlots(size_t place, std::vector<Slot>* slots) {
    if (!candidates_) candidates_.emplace(pack_, policy_, interpreter_);
    const int index = unknown_[place];
    const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(index)];
    if (fact.type->kind != pack::FactKind::kSeries) {
      slots->push_back({place, std::nullopt, candidates_->Of(*fact.type, fact.nullable), {}});
      return;
    }
    const auto periods = periods_.find(index);
    if (periods == periods_.end()) return;
    for (const int32_t period : periods->second)
      slots->push_back({place, period, candidates_->Of(*fact.type->element, false), {}});
  }

  // Where there are many ways to fill the slots, some at random first: what hangs on several at once, such as
  // a growth, is met sooner so than in order. The same choice each time.
  bool Guess(const std::vector<Slot*>& slots) {
    constexpr size_t kFew = 256;
    constexpr int kGuesses = 192;
    size_t ways = 1;
    for (const Slot* slot : slots) ways = std::min(ways * slot->candidates.size(), kFew + 1);
    if (ways <= kFew) return false;
    std::minstd_rand random(1);
    for (int guess = 0; guess < kGuesses; ++guess) {
      filled_.clear();
      for (Slot* slot : slots) filled_.push_back({slot, random() % slot->candidates.size()});
      const bool yes = IsGranted(OutcomeNow());
      filled_.clear();
      if (yes) return true;
    }
    return false;
  }

  static bool IsGranted(pack::Outcome outcome) {
    return outcome == pack::Outcome::kEligible || outcome == pack::Outcome::kConditional;
  }

  void PutIn(const Filled& filled) {
    const Slot& slot = *filled.slot;
    const Value& value = slot.candidates[filled.candidate];
    overlay_.Push(unknown_[slot.place], slot.period ? Entry(slot, value) : value);
  }

  // Kleene logic never takes back a no, so a branch that is refused is left at once.
  bool Fill(const std::vector<Slot*>& slots, size_t next) {
    if (next == slots.size()) return false;
    for (size_t candidate = 0; candidate < slots[next]->candidates.size(); ++candidate) {
      if (++judgements_ > kJudgementsMax) return false;
      filled_.push_back({slots[next], candidate});
      const pack::Outcome outcome = OutcomeNow();
      const bool found =
          IsGranted(outcome) || (outcome == pack::Outcome::kUndetermined && Fill(slots, next + 1));
      filled_.pop_back();
      if (found) return true;
    }
    return false;
  }

  // The series as it stands with one more entry.
  Value Entry(const Slot& slot, const Value& candidate) const {
    const int fact = unknown_[slot.place];
    const Value now = overlay_.Get(fact, Reading::kPromised);
    Series series;
    series.period_kind = pack_.schema.facts[static_cast<size_t>(fact)].type->period;
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
  const PackNotes* notes_;
  Date as_of_;
  const feel::FactSource& facts_;
  int index_;
  const pack::Policy& policy_;
  feel::Interpreter interpreter_;
  WithValues overlay_;
  std::optional<feel::Interpreter> with_values_;
  std::vector<int> unknown_;  // in schema order
  std::vector<Cause> causes_;
  std::vector<Truth> truths_;  // of the clauses at the top
  std::vector<Open> open_;
  std::map<int, std::vector<int32_t>> periods_;  // of series: those that are read and not known
  std::vector<std::vector<Slot>> slots_;         // by place, made when first asked for
  std::vector<Filled> filled_;
  std::optional<Candidates> candidates_;
  int judgements_ = 0;
};

}  // namespace

Missing SmallestMissing(const pack::Pack& pack, Date as_of, const feel::FactSource& facts, int policy,
                        const pack::JudgementDetail* detail, const PackNotes* notes) {
  return Search(pack, as_of, facts, policy, detail, notes).Run();
}

}  // namespace zhida::explain

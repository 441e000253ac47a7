#include "engine/analyze/shift.h"

#include <algorithm>
#include <tuple>

namespace zhida::analyze {

using pack::Outcome;

namespace {

constexpr auto kEligible = static_cast<size_t>(Outcome::kEligible);

std::array<int64_t, kStandCount> Sums(const Shift& shift, bool after) {
  std::array<int64_t, kStandCount> sums{};
  for (size_t from = 0; from < kStandCount; ++from) {
    for (size_t to = 0; to < kStandCount; ++to) sums[after ? to : from] += shift.pairs[from][to];
  }
  return sums;
}

// To a subject a policy that is not there is as one that it is ineligible for.
bool GivesNothing(size_t stand) {
  return stand == kAbsent || stand == static_cast<size_t>(Outcome::kIneligible);
}
bool Moves(size_t from, size_t to) { return from != to && !(GivesNothing(from) && GivesNothing(to)); }

bool ComesFirst(const Example& a, const Example& b) {
  const auto key = [](const Example& one) {
    return std::tie(one.subject, one.before.outcome, one.before.fen, one.after.outcome, one.after.fen);
  };
  return key(a) < key(b);
}

}  // namespace

std::string_view StandName(size_t stand) {
  return stand == kAbsent ? "absent" : pack::OutcomeName(static_cast<Outcome>(stand));
}

void Shift::Count(const Stand& before, const Stand& after) {
  ++pairs[before.outcome][after.outcome];
  const int64_t was = before.fen.value_or(0);
  const int64_t is = after.fen.value_or(0);
  if (before.is(Outcome::kConditional)) conditional_before_fen += was;
  if (after.is(Outcome::kConditional)) conditional_after_fen += is;
  const bool eligible_before = before.is(Outcome::kEligible);
  const bool eligible_after = after.is(Outcome::kEligible);
  if (eligible_before) before_fen += was;
  if (eligible_after) after_fen += is;
  if (eligible_before && eligible_after) {
    // Amounts are not negative, so the difference fits.
    if (is > was) {
      ++risen;
      risen_fen += is - was;
    } else if (is < was) {
      ++fallen;
      fallen_fen += was - is;
    }
  } else if (eligible_after) {
    gained_fen += is;
  } else if (eligible_before) {
    lost_fen += was;
  }
}

void Shift::Add(const Shift& other) {
  for (size_t from = 0; from < kStandCount; ++from) {
    for (size_t to = 0; to < kStandCount; ++to) pairs[from][to] += other.pairs[from][to];
  }
  risen += other.risen;
  fallen += other.fallen;
  before_fen += other.before_fen;
  gained_fen += other.gained_fen;
  risen_fen += other.risen_fen;
  fallen_fen += other.fallen_fen;
  lost_fen += other.lost_fen;
  after_fen += other.after_fen;
  conditional_before_fen += other.conditional_before_fen;
  conditional_after_fen += other.conditional_after_fen;
}

int64_t Shift::Before(Outcome outcome) const { return Sums(*this, false)[static_cast<size_t>(outcome)]; }
int64_t Shift::After(Outcome outcome) const { return Sums(*this, true)[static_cast<size_t>(outcome)]; }
int64_t Shift::Gained() const { return After(Outcome::kEligible) - pairs[kEligible][kEligible]; }
int64_t Shift::Lost() const { return Before(Outcome::kEligible) - pairs[kEligible][kEligible]; }

int64_t Shift::Moved() const {
  int64_t moved = 0;
  for (size_t from = 0; from < kStandCount; ++from) {
    for (size_t to = 0; to < kStandCount; ++to) moved += Moves(from, to) ? pairs[from][to] : 0;
  }
  return moved;
}

bool Shift::AddsUp() const {
  return Before(Outcome::kEligible) + Gained() - Lost() == After(Outcome::kEligible) &&
         before_fen + gained_fen + risen_fen - fallen_fen - lost_fen == after_fen;
}

void SubjectShift::Count(int64_t pairs_before, int128_t fen_before, int64_t pairs_after, int128_t fen_after) {
  ++subjects;
  eligible_before += pairs_before > 0 ? 1 : 0;
  eligible_after += pairs_after > 0 ? 1 : 0;
  gained += pairs_before == 0 && pairs_after > 0 ? 1 : 0;
  lost += pairs_before > 0 && pairs_after == 0 ? 1 : 0;
  if (fen_after > fen_before) {
    ++winners;
    winners_fen += fen_after - fen_before;
  } else if (fen_after < fen_before) {
    ++losers;
    losers_fen += fen_before - fen_after;
  }
}

void SubjectShift::Add(const SubjectShift& other) {
  subjects += other.subjects;
  eligible_before += other.eligible_before;
  eligible_after += other.eligible_after;
  gained += other.gained;
  lost += other.lost;
  winners += other.winners;
  losers += other.losers;
  winners_fen += other.winners_fen;
  losers_fen += other.losers_fen;
}

void OpenAmounts::Count(const pack::PossibleAmount& amount) {
  ++pairs;
  if (!amount.fen) {
    ++untold;
    return;
  }
  ++(amount.at_most ? capped : computed);
  fen += *amount.fen;
}

void OpenAmounts::Add(const OpenAmounts& other) {
  pairs += other.pairs;
  computed += other.computed;
  capped += other.capped;
  untold += other.untold;
  fen += other.fen;
}

void Forecast::Add(const Forecast& other) {
  low_fen += other.low_fen;
  mid_fen += other.mid_fen;
  high_fen += other.high_fen;
}

Forecast ForecastOf(const std::array<int64_t, pack::kOutcomeCount>& outcomes, int128_t eligible_fen,
                    int128_t conditional_fen, const OpenAmounts& open) {
  const int64_t met = outcomes[kEligible] + outcomes[static_cast<size_t>(Outcome::kConditional)];
  const int64_t decided = met + outcomes[static_cast<size_t>(Outcome::kIneligible)];
  // The weight is met / decided. The whole multiples are taken out first, so that nothing can overflow.
  const int128_t part = decided == 0 ? 0 : open.fen / decided * met + open.fen % decided * met / decided;
  return {eligible_fen, eligible_fen + conditional_fen + part, eligible_fen + conditional_fen + open.fen};
}

std::string_view ChangeName(Change change) {
  switch (change) {
    case Change::kGained:
      return "gained";
    case Change::kLost:
      return "lost";
    case Change::kRisen:
      return "risen";
    case Change::kFallen:
      return "fallen";
    case Change::kMoved:
      return "moved";
  }
  return "";
}

std::optional<Change> ChangeOf(const Stand& before, const Stand& after) {
  const bool was = before.is(Outcome::kEligible);
  const bool is = after.is(Outcome::kEligible);
  if (was != is) return is ? Change::kGained : Change::kLost;
  if (Moves(before.outcome, after.outcome)) return Change::kMoved;
  if (!was || before.fen.value_or(0) == after.fen.value_or(0)) return std::nullopt;
  return before.fen.value_or(0) < after.fen.value_or(0) ? Change::kRisen : Change::kFallen;
}

void Examples::Offer(Change change, std::string_view subject, const Stand& before, const Stand& after) {
  std::vector<Example>& kept = kept_[static_cast<size_t>(change)];
  if (kept.size() == kKept && kept.back().subject < subject) return;
  const Example one{std::string(subject), before, after};
  kept.insert(std::upper_bound(kept.begin(), kept.end(), one, ComesFirst), one);
  if (kept.size() > kKept) kept.pop_back();
}

void Examples::Add(const Examples& other) {
  for (size_t change = 0; change < kChangeCount; ++change) {
    for (const Example& one : other.kept_[change]) {
      Offer(static_cast<Change>(change), one.subject, one.before, one.after);
    }
  }
}

}  // namespace zhida::analyze

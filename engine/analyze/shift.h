// Shift: what becomes of pairs, subjects and money when one pack takes the place of another.
//
// Plain sums, so that parts may be added in any order. Nothing is lost: every pair stands somewhere before
// and after, and yuan before + gained + risen - fallen - lost are yuan after. Amounts are fen of eligible
// pairs, before any rule on combining them. Source: docs/simulation.md.
#ifndef ZHIDA_ENGINE_ANALYZE_SHIFT_H_
#define ZHIDA_ENGINE_ANALYZE_SHIFT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/pack/judge.h"
#include "engine/value/decimal.h"

namespace zhida::analyze {

// Where a pair stands: its outcome, or that its policy is not in that pack.
inline constexpr size_t kAbsent = pack::kOutcomeCount;
inline constexpr size_t kStandCount = kAbsent + 1;
std::string_view StandName(size_t stand);  // the outcome's, or "absent"

struct Stand {
  size_t outcome = kAbsent;
  std::optional<int64_t> fen;
  bool is(pack::Outcome wanted) const { return outcome == static_cast<size_t>(wanted); }
  friend bool operator==(const Stand&, const Stand&) = default;
};

struct Shift {
  std::array<std::array<int64_t, kStandCount>, kStandCount> pairs{};  // [before][after]
  int64_t risen = 0;                                                  // eligible both times, for more
  int64_t fallen = 0;                                                 // for less
  int128_t before_fen = 0;
  int128_t gained_fen = 0;
  int128_t risen_fen = 0;
  int128_t fallen_fen = 0;
  int128_t lost_fen = 0;
  int128_t after_fen = 0;
  int128_t conditional_before_fen = 0;
  int128_t conditional_after_fen = 0;

  void Count(const Stand& before, const Stand& after);
  void Add(const Shift& other);
  int64_t Before(pack::Outcome outcome) const;
  int64_t After(pack::Outcome outcome) const;
  int64_t Gained() const;  // eligible now, and not before
  int64_t Lost() const;
  int64_t Moved() const;  // from any outcome to another; between absent and ineligible nothing moves
  bool AddsUp() const;
};

// Subjects by what all their eligible pairs together bring them.
struct SubjectShift {
  int64_t subjects = 0;
  int64_t eligible_before = 0;  // for at least one policy
  int64_t eligible_after = 0;
  int64_t gained = 0;  // for none before, for one at least after
  int64_t lost = 0;
  int64_t winners = 0;  // that get more yuan than before
  int64_t losers = 0;
  int128_t winners_fen = 0;
  int128_t losers_fen = 0;

  // The eligible pairs of one subject and what they bring.
  void Count(int64_t pairs_before, int128_t fen_before, int64_t pairs_after, int128_t fen_after);
  void Add(const SubjectShift& other);
};

// What undetermined pairs of one policy could bring.
struct OpenAmounts {
  int64_t pairs = 0;     // undetermined
  int64_t computed = 0;  // whose amount follows from the facts
  int64_t capped = 0;    // of which only the cap is known
  int64_t untold = 0;    // of which nothing is known
  int128_t fen = 0;      // of computed and capped

  void Count(const pack::PossibleAmount& amount);
  void Add(const OpenAmounts& other);
};

// What a policy may cost. Low: eligible pairs. High: with conditional and all undetermined ones. Middle: with
// conditional ones, and undetermined ones weighted by the share that was eligible or conditional among the
// decided pairs of the policy, rounded down to the fen; where none is decided, by nothing.
struct Forecast {
  int128_t low_fen = 0;
  int128_t mid_fen = 0;
  int128_t high_fen = 0;
  void Add(const Forecast& other);
};
Forecast ForecastOf(const std::array<int64_t, pack::kOutcomeCount>& outcomes, int128_t eligible_fen,
                    int128_t conditional_fen, const OpenAmounts& open);

// One pair as an example of a kind of change.
enum class Change : uint8_t { kGained, kLost, kRisen, kFallen, kMoved };
inline constexpr size_t kChangeCount = 5;
std::string_view ChangeName(Change change);
// nullopt where the pair stands as before.
std::optional<Change> ChangeOf(const Stand& before, const Stand& after);

struct Example {
  std::string subject;
  Stand before;
  Stand after;
};

// The first examples by subject, whatever the order in which they come.
class Examples {
 public:
  static constexpr size_t kKept = 3;  // of each kind
  void Offer(Change change, std::string_view subject, const Stand& before, const Stand& after);
  void Add(const Examples& other);
  const std::vector<Example>& Of(Change change) const { return kept_[static_cast<size_t>(change)]; }

 private:
  std::array<std::vector<Example>, kChangeCount> kept_;
};

}  // namespace zhida::analyze

#endif  // ZHIDA_ENGINE_ANALYZE_SHIFT_H_

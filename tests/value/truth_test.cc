// Truth: every table of the four-valued logic in full, and the laws that let engines reorder.
#include "engine/value/truth.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace zhida {
namespace {

constexpr Truth kF = Truth::kFalse;
constexpr Truth kT = Truth::kTrue;
constexpr Truth kU = Truth::kUnknown;
constexpr Truth kE = Truth::kError;
constexpr Truth kAll[] = {kF, kT, kU, kE};

TEST(TruthTest, NotIsItsTable) {
  EXPECT_EQ(Not(kF), kT);
  EXPECT_EQ(Not(kT), kF);
  EXPECT_EQ(Not(kU), kU);
  EXPECT_EQ(Not(kE), kE);
}

TEST(TruthTest, AndIsItsTable) {
  constexpr Truth kTable[4][4] = {
      {kF, kF, kF, kF},  // false and ...
      {kF, kT, kU, kE},  // true and ...
      {kF, kU, kU, kE},  // unknown and ...
      {kF, kE, kE, kE},  // error and ...
  };
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) EXPECT_EQ(And(kAll[a], kAll[b]), kTable[a][b]) << a << " and " << b;
  }
}

TEST(TruthTest, OrIsItsTable) {
  constexpr Truth kTable[4][4] = {
      {kF, kT, kU, kE},  // false or ...
      {kT, kT, kT, kT},  // true or ...
      {kU, kT, kU, kE},  // unknown or ...
      {kE, kT, kE, kE},  // error or ...
  };
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) EXPECT_EQ(Or(kAll[a], kAll[b]), kTable[a][b]) << a << " or " << b;
  }
}

TEST(TruthTest, OrderAndGroupingNeverMatter) {
  for (Truth a : kAll) {
    EXPECT_EQ(Not(Not(a)), a);
    EXPECT_EQ(And(a, a), a);
    EXPECT_EQ(Or(a, a), a);
    EXPECT_EQ(And(a, kT), a);
    EXPECT_EQ(Or(a, kF), a);
    for (Truth b : kAll) {
      EXPECT_EQ(And(a, b), And(b, a));
      EXPECT_EQ(Or(a, b), Or(b, a));
      EXPECT_EQ(Not(And(a, b)), Or(Not(a), Not(b)));
      for (Truth c : kAll) {
        EXPECT_EQ(And(And(a, b), c), And(a, And(b, c)));
        EXPECT_EQ(Or(Or(a, b), c), Or(a, Or(b, c)));
      }
    }
  }
}

// Whether a node is decided survives multiplying out; whether an undecided one is unknown or an error does
// not. So conjunctive and disjunctive forms serve for deciding, and errors must be told on the tree as it was
// written.
TEST(TruthTest, MultiplyingOutKeepsDecisionsButMayTurnUnknownIntoError) {
  const auto plane = [](Truth truth) { return truth == kE ? kU : truth; };
  for (Truth a : kAll) {
    for (Truth b : kAll) {
      for (Truth c : kAll) {
        const Truth and_of_or = And(a, Or(b, c));
        const Truth or_of_and = Or(And(a, b), And(a, c));
        EXPECT_EQ(plane(and_of_or), plane(or_of_and));
        EXPECT_EQ(plane(Or(a, And(b, c))), plane(And(Or(a, b), Or(a, c))));
        if (a != kE && b != kE && c != kE) {
          EXPECT_EQ(and_of_or, or_of_and);
          EXPECT_EQ(Or(a, And(b, c)), And(Or(a, b), Or(a, c)));
        }
      }
    }
  }
  EXPECT_EQ(And(kU, Or(kT, kE)), kU);
  EXPECT_EQ(Or(And(kU, kT), And(kU, kE)), kE);
}

// `x and not x` stays open while x does: the rewrite to false is forbidden.
TEST(TruthTest, ExcludedMiddleDoesNotHold) {
  EXPECT_EQ(And(kU, Not(kU)), kU);
  EXPECT_EQ(Or(kU, Not(kU)), kU);
}

// Settling what is open never turns a decided answer round. An error is open in this sense: false settles it.
TEST(TruthTest, DecidedAnswersStand) {
  for (Truth open : {kU, kE}) {
    for (Truth settled : {kF, kT}) {
      for (Truth other : kAll) {
        const Truth both = And(open, other);
        const Truth either = Or(open, other);
        if (both == kF || both == kT) {
          EXPECT_EQ(And(settled, other), both);
        }
        if (either == kF || either == kT) {
          EXPECT_EQ(Or(settled, other), either);
        }
      }
    }
  }
  EXPECT_EQ(And(kU, kE), kE);
  EXPECT_EQ(And(kF, kE), kF);
}

TEST(TruthTest, NamesAreDistinct) {
  std::set<std::string_view> names;
  for (Truth truth : kAll) names.insert(TruthName(truth));
  EXPECT_EQ(names, (std::set<std::string_view>{"false", "true", "unknown", "error"}));
  EXPECT_EQ(ToTruth(true), kT);
  EXPECT_EQ(ToTruth(false), kF);
}

TEST(TruthTest, CausesReportInTheirFixedOrder) {
  constexpr Cause kCauses[] = {Cause::kVagueRule, Cause::kConflict, Cause::kNotAuthorised, Cause::kStale,
                               Cause::kMissing};
  constexpr std::string_view kNames[] = {"vague_rule", "conflict", "not_authorised", "stale", "missing"};
  for (int a = 0; a < 5; ++a) {
    EXPECT_EQ(CauseName(kCauses[a]), kNames[a]);
    for (int b = 0; b < 5; ++b) EXPECT_EQ(FirstCause(kCauses[a], kCauses[b]), kCauses[a < b ? a : b]);
  }
}

}  // namespace
}  // namespace zhida

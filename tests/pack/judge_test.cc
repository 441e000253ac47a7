// Outcomes, reasons, amounts and what stands beside them: sections 6 and 7 of docs/semantics.md, rule by
// rule.
#include "engine/pack/judge.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/pack/pack_files.h"

namespace zhida::pack {
namespace {

// One subject by the ids of its facts; what is not given is unknown(missing).
class Subject : public feel::FactSource {
 public:
  explicit Subject(const Pack& pack) : pack_(pack) {}

  Subject& Set(const std::string& id, Value value) {
    values_[pack_.schema.Find(id)] = std::move(value);
    return *this;
  }
  // The value rests on the firm's promise.
  Subject& Promise(const std::string& id, Value value) {
    committed_.insert(pack_.schema.Find(id));
    return Set(id, std::move(value));
  }

  Value Get(int fact, feel::Reading reading) const override {
    const auto found = values_.find(fact);
    if (found == values_.end()) return Value::Unknown(Cause::kMissing);
    if (committed_.count(fact) == 0) return found->second;
    const bool allowed = pack_.schema.facts[static_cast<size_t>(fact)].commitment_allowed;
    return allowed && reading == feel::Reading::kPromised ? found->second : Value::Unknown(Cause::kMissing);
  }

 private:
  const Pack& pack_;
  std::map<int, Value> values_;
  std::set<int> committed_;
};

constexpr const char* kBase = R"(
== pack.yaml
id: p
version: 1.0.0
kind: firm
== schema.yaml
key: uscc
facts:
  - {id: uscc, name: 信用代码, type: string}
  - {id: staff, name: 人数, type: integer, commitment: allowed}
  - {id: debt, name: 负债, type: integer, nullable: true}
  - {id: loans, name: 贷款, type: integer}
  - {id: clean, name: 守信, type: boolean, commitment: allowed}
  - {id: local, name: 本地, type: boolean}
  - {id: claimed, name: 申报日期, type: date, nullable: true, commitment: allowed}
  - {id: revenue, name: 收入, type: series(year) of money}
  - id: hires
    name: 招用
    type: list of struct
    commitment: allowed
    members:
      - {id: pay, name: 工资, type: decimal(4)}
      - {id: new, name: 新, type: boolean}
  - {id: sealed, name: 密封, type: boolean}
== params/a.yaml
id: award
name: 奖补
entries: {rate: 比例}
versions: [{from: 2025-01-01, to: 2025-12-31, values: {rate: 6%}}]
== definitions/a.yaml
- {id: vague, name: 科技型企业, term: undefined}
- {id: big, name: 大, is: 'staff > 100'}
- {id: answer, name: 答复, kind: decision, is: 'if known(staff) then "有" else "无"'}
)";

Date Day(const char* text) { return *Date::Parse(text); }
Value Number(int64_t value) { return Value::Number(value); }
Value Truly() { return Value::Boolean(true); }
Value Falsely() { return Value::Boolean(false); }

// `eligible 100`, `undetermined amount`, `ineligible scope`: outcome, reason, amount in fen.
std::string Text(const Judgement& judgement) {
  std::string text(OutcomeName(judgement.outcome));
  if (judgement.reason != Reason::kNone) text += " " + std::string(ReasonName(judgement.reason));
  if (judgement.amount_fen) text += " " + std::to_string(*judgement.amount_fen);
  return text;
}

class JudgeTest : public testing::Test {
 protected:
  // Loads a pack of one policy, the YAML of which follows `id: x`.
  void Policy(const std::string& yaml) {
    Files files = FilesOf(kBase);
    files["policies/x.yaml"] = "id: x\n" + yaml;
    pack_ = Load(files);
    static const Pack kNone;
    subject_.emplace(pack_ == nullptr ? kNone : *pack_);
  }

  Subject& subject() { return *subject_; }

  // The outcome on a day; Explain() must agree with Decide().
  std::string Outcome(const char* as_of = "2025-06-30") {
    if (pack_ == nullptr) return "no pack";
    SubjectJudge judge(*pack_, Day(as_of), *subject_);
    const Judgement judgement = judge.Decide(0);
    detail_ = judge.Explain(0);
    EXPECT_EQ(detail_.judgement, judgement);
    EXPECT_EQ(judge.Decide(0), judgement);
    return Text(judgement);
  }

  // `in_force true, a unknown(missing), .b error(...)` after Outcome(); a point for each level.
  std::string Clauses() const {
    std::string text;
    for (const ClauseTruth& clause : detail_.clauses) {
      if (!text.empty()) text += ", ";
      text += std::string(static_cast<size_t>(clause.depth), '.') + std::string(clause.id) + " ";
      text += TruthName(clause.truth);
      if (clause.truth == Truth::kUnknown) text += "(" + std::string(CauseName(clause.cause)) + ")";
      if (clause.truth == Truth::kError) text += "(" + std::string(clause.error) + ")";
    }
    return text;
  }

  std::string Missing() const {
    std::string text;
    for (const MissingFact& missing : detail_.missing) {
      text += (text.empty() ? "" : ", ") + pack_->schema.facts[static_cast<size_t>(missing.fact)].id + " " +
              std::string(CauseName(missing.cause));
    }
    return text;
  }

  std::string Promised() const {
    std::string text;
    for (const int fact : detail_.promised_facts)
      text += pack_->schema.facts[static_cast<size_t>(fact)].id + " ";
    for (const std::string& clause : detail_.promised_clauses) text += "clause:" + clause + " ";
    return text;
  }

  PackPtr pack_;
  std::optional<Subject> subject_;
  JudgementDetail detail_;
};

TEST_F(JudgeTest, EveryOutcomeOfOneClause) {
  Policy("clauses: [{id: k, when: 'loans / staff < 5', article: 一}]");
  EXPECT_EQ(Outcome(), "undetermined condition");
  EXPECT_EQ(Clauses(), "k unknown(missing)");
  EXPECT_EQ(Missing(), "staff missing, loans missing");
  subject().Set("loans", Number(10)).Set("staff", Number(1));
  EXPECT_EQ(Outcome(), "ineligible condition");
  EXPECT_EQ(Missing(), "");
  subject().Set("staff", Number(5));
  EXPECT_EQ(Outcome(), "eligible");
  subject().Set("staff", Number(0));
  EXPECT_EQ(Outcome(), "error evaluation");
  EXPECT_EQ(Clauses(), "k error(division by zero)");
  EXPECT_STREQ(detail_.error, "division by zero");
  subject().Set("staff", Value::Unknown(Cause::kStale));
  EXPECT_EQ(Outcome(), "undetermined condition");
  EXPECT_EQ(Clauses(), "k unknown(stale)");
  EXPECT_EQ(Missing(), "staff stale");
}

TEST_F(JudgeTest, ScopeDecidesTheReason) {
  Policy(
      "clauses:\n- {id: k, when: 'staff > 5', article: 一}\n- {id: s, scope: true, when: local, article: "
      "一}");
  subject().Set("local", Falsely());
  EXPECT_EQ(Outcome(), "ineligible scope");
  subject().Set("staff", Number(1));
  EXPECT_EQ(Outcome(), "ineligible scope");
  subject().Set("local", Truly());
  EXPECT_EQ(Outcome(), "ineligible condition");
  subject().Set("local", Value::Unknown(Cause::kMissing));
  EXPECT_EQ(Outcome(), "ineligible condition");
  subject().Set("staff", Number(9));
  EXPECT_EQ(Outcome(), "undetermined condition");
}

TEST_F(JudgeTest, PeriodInForceHoldsBothEnds) {
  Policy("valid: {from: 2025-01-01, to: 2025-06-30}\nclauses: [{id: k, when: local, article: 一}]");
  subject().Set("local", Truly());
  EXPECT_EQ(Outcome("2024-12-31"), "ineligible scope");
  EXPECT_EQ(Outcome("2025-01-01"), "eligible");
  EXPECT_EQ(Outcome("2025-06-30"), "eligible");
  EXPECT_EQ(Outcome("2025-07-01"), "ineligible scope");
  EXPECT_EQ(Clauses(), "in_force false, k true");
}

TEST_F(JudgeTest, RetroactivePeriodBeginsEarlier) {
  Policy("valid: {from: 2025-06-01, retro_from: 2025-01-01}\nclauses: [{id: k, when: local, article: 一}]");
  subject().Set("local", Truly());
  EXPECT_EQ(Outcome("2025-01-01"), "eligible");
  EXPECT_EQ(Outcome("2024-12-31"), "ineligible scope");
}

TEST_F(JudgeTest, WindowLooksAtTheAsOfDate) {
  Policy(
      "event: claimed\nvalid: {to: 2024-12-31}\nwindow: {from: 2025-03-01, to: 2025-05-31}\n"
      "clauses: [{id: k, when: local, article: 一}]");
  subject().Set("local", Truly()).Set("claimed", Value::OfDate(Day("2024-05-01")));
  EXPECT_EQ(Outcome("2025-02-28"), "ineligible scope");
  EXPECT_EQ(Clauses(), "in_force true, open false, k true");
  EXPECT_EQ(Outcome("2025-03-01"), "eligible");
  EXPECT_EQ(Outcome("2025-05-31"), "eligible");
  EXPECT_EQ(Outcome("2025-06-01"), "ineligible scope");
}

TEST_F(JudgeTest, EventDateIsUnknownNullOrPromised) {
  Policy("event: claimed\nvalid: {to: 2025-12-31}\nclauses: [{id: k, when: '奖补.比例 > 0', article: 一}]");
  EXPECT_EQ(Outcome(), "undetermined condition");
  EXPECT_EQ(Clauses(), "in_force unknown(missing), k unknown(missing)");
  EXPECT_EQ(Missing(), "claimed missing");
  subject().Set("claimed", Value::Unknown(Cause::kConflict));
  EXPECT_EQ(Outcome(), "undetermined condition");
  EXPECT_EQ(Clauses(), "in_force unknown(conflict), k unknown(conflict)");
  EXPECT_EQ(Missing(), "claimed conflict");
  subject().Set("claimed", Value::Null());
  EXPECT_EQ(Outcome(), "error evaluation");
  EXPECT_EQ(Clauses(), "in_force error(the event date is null), k error(the event date is null)");
  subject().Set("claimed", Value::OfDate(Day("2024-05-01")));
  EXPECT_EQ(Outcome(), "undetermined condition") << "no version of the parameter is in force";
  EXPECT_EQ(Clauses(), "in_force true, k unknown(vague_rule)");
  EXPECT_EQ(Missing(), "");
  subject().Promise("claimed", Value::OfDate(Day("2025-05-01")));
  EXPECT_EQ(Outcome(), "conditional");
  EXPECT_EQ(Promised(), "claimed ");
}

TEST_F(JudgeTest, GroupsNest) {
  Policy(R"(
clauses:
  - id: g
    article: 一
    all:
      - {id: a, any: [{id: b, when: local}, {id: c, when: 'staff > 5'}]}
      - {id: n, none: [{id: d, when: sealed}, {id: e, when: 'debt != null and debt > 5'}]}
)");
  EXPECT_EQ(Outcome(), "undetermined condition");
  EXPECT_EQ(Clauses(),
            "g unknown(missing), .a unknown(missing), ..b unknown(missing), ..c unknown(missing), "
            ".n unknown(missing), ..d unknown(missing), ..e unknown(missing)");
  EXPECT_EQ(Missing(), "staff missing, debt missing, local missing, sealed missing");
  subject().Set("local", Truly());
  EXPECT_EQ(Outcome(), "undetermined condition");
  EXPECT_EQ(Missing(), "debt missing, sealed missing") << "what no longer matters is not missing";
  subject().Set("debt", Value::Null()).Set("sealed", Falsely());
  EXPECT_EQ(Outcome(), "eligible");
  EXPECT_EQ(Clauses(), "g true, .a true, ..b true, ..c unknown(missing), .n true, ..d false, ..e false");
  subject().Set("debt", Number(6));
  EXPECT_EQ(Outcome(), "ineligible condition");
}

TEST_F(JudgeTest, FalseWinsOverErrorAndErrorOverUnknown) {
  Policy(R"(
clauses:
  - {id: a, when: 'loans / staff > 1', article: 一}
  - {id: b, when: local, article: 一}
)");
  subject().Set("loans", Number(1)).Set("staff", Number(0));
  EXPECT_EQ(Outcome(), "error evaluation");
  subject().Set("local", Falsely());
  EXPECT_EQ(Outcome(), "ineligible condition");
}

TEST_F(JudgeTest, CommittedValuesMakeItConditional) {
  Policy("clauses: [{id: k, when: 'staff > 5 and clean', article: 一}]\namount: '100 + staff'");
  subject().Set("staff", Number(6)).Promise("clean", Truly());
  EXPECT_EQ(Outcome(), "conditional 10600");
  EXPECT_EQ(Promised(), "clean ");
  EXPECT_EQ(detail_.unclipped_fen, 10600);
  subject().Promise("staff", Number(6));
  EXPECT_EQ(Outcome(), "conditional 10600");
  EXPECT_EQ(Promised(), "staff clean ");
  subject().Promise("clean", Falsely());
  EXPECT_EQ(Outcome(), "ineligible condition") << "a promise can also say no";
}

TEST_F(JudgeTest, CommitmentThatDoesNotMatterLeavesItEligible) {
  Policy("clauses: [{id: k, any: [{id: a, when: local}, {id: b, when: clean}], article: 一}]");
  subject().Set("local", Truly()).Promise("clean", Truly());
  EXPECT_EQ(Outcome(), "eligible");
  EXPECT_EQ(Promised(), "");
  subject().Set("local", Falsely());
  EXPECT_EQ(Outcome(), "conditional");
}

TEST_F(JudgeTest, CommittedAmountMakesItConditional) {
  Policy("clauses: [{id: k, when: local, article: 一}]\namount: 'staff'");
  subject().Set("local", Truly()).Promise("staff", Number(7));
  EXPECT_EQ(Outcome(), "conditional 700");
}

TEST_F(JudgeTest, CommitmentThatTheSchemaRefusesIsUnknown) {
  Policy("clauses: [{id: k, when: local, article: 一}]");
  subject().Promise("local", Truly());
  EXPECT_EQ(Outcome(), "undetermined condition");
  EXPECT_EQ(Missing(), "local missing");
}

TEST_F(JudgeTest, LaterSupplyCountsInThePromisedReading) {
  Policy(
      "clauses:\n- {id: k, when: local, article: 一, later: allowed}\n- {id: l, when: clean, article: 一}");
  subject().Set("clean", Truly());
  EXPECT_EQ(Outcome(), "conditional");
  EXPECT_EQ(Clauses(), "k true, l true");
  EXPECT_EQ(Promised(), "clause:k ");
  subject().Set("local", Falsely());
  EXPECT_EQ(Outcome(), "ineligible condition");
  subject().Set("local", Truly());
  EXPECT_EQ(Outcome(), "eligible");
  EXPECT_EQ(Promised(), "");
  subject().Set("local", Value::Unknown(Cause::kMissing)).Set("clean", Value::Unknown(Cause::kMissing));
  EXPECT_EQ(Outcome(), "undetermined condition");
  EXPECT_EQ(Missing(), "clean missing");
}

TEST_F(JudgeTest, LaterSupplyOfAnErrorStaysAnError) {
  Policy("clauses: [{id: k, when: 'loans / staff > 1', article: 一, later: allowed}]");
  subject().Set("loans", Number(1)).Set("staff", Number(0));
  EXPECT_EQ(Outcome(), "error evaluation");
}

TEST_F(JudgeTest, LaterSupplyOfAGroup) {
  Policy(
      "clauses: [{id: g, later: allowed, article: 一, all: [{id: a, when: local}, {id: b, when: clean}]}]");
  EXPECT_EQ(Outcome(), "conditional");
  EXPECT_EQ(Clauses(), "g true, .a unknown(missing), .b unknown(missing)");
  EXPECT_EQ(Promised(), "clause:g ");
  subject().Set("clean", Falsely());
  EXPECT_EQ(Outcome(), "ineligible condition");
}

TEST_F(JudgeTest, UndefinedTermsLeaveItOpen) {
  Policy("clauses: [{id: k, when: 科技型企业, article: 一}, {id: l, when: local, article: 一}]");
  EXPECT_EQ(Outcome(), "undetermined condition");
  EXPECT_EQ(Clauses(), "k unknown(vague_rule), l unknown(missing)");
  EXPECT_EQ(Missing(), "local missing");
  subject().Set("local", Falsely());
  EXPECT_EQ(Outcome(), "ineligible condition");
}

TEST_F(JudgeTest, MissingPeriodOfASeries) {
  Policy("clauses: [{id: k, when: 'at(收入, Y - 1) > 5 and at(收入, Y - 2) > 5', article: 一}]");
  subject().Set("revenue", Value::OfSeries({PeriodKind::kYear, {{2024, Number(9)}}}));
  EXPECT_EQ(Outcome(), "undetermined condition");
  EXPECT_EQ(Missing(), "revenue missing");
  subject().Set("revenue", Value::OfSeries({PeriodKind::kYear, {{2023, Number(9)}, {2024, Number(9)}}}));
  EXPECT_EQ(Outcome(), "eligible");
}

TEST_F(JudgeTest, YearOfThePolicyWinsOverTheAsOfDate) {
  Policy("year: 2020\nclauses: [{id: k, when: 'Y = 2020', article: 一}]");
  EXPECT_EQ(Outcome(), "eligible");
}

TEST_F(JudgeTest, PolicyWithoutAmountHasNone) {
  Policy("clauses: [{id: k, when: local, article: 一}]");
  subject().Set("local", Truly());
  EXPECT_EQ(Outcome(), "eligible");
  EXPECT_FALSE(detail_.unclipped_fen.has_value());
}

TEST_F(JudgeTest, AmountsOfZeroNullAndBelow) {
  Policy("clauses: [{id: k, when: local, article: 一}]\namount: debt");
  subject().Set("local", Truly());
  EXPECT_EQ(Outcome(), "undetermined amount");
  EXPECT_EQ(Missing(), "debt missing");
  subject().Set("debt", Number(0));
  EXPECT_EQ(Outcome(), "eligible 0");
  subject().Set("debt", Number(-1));
  EXPECT_EQ(Outcome(), "error amount");
  EXPECT_STREQ(detail_.error, "the amount is negative");
  subject().Set("debt", Value::Null());
  EXPECT_EQ(Outcome(), "error amount");
  EXPECT_STREQ(detail_.error, "the amount is null");
}

TEST_F(JudgeTest, AmountIsTakenOnlyIfTheRootIsTrue) {
  Policy("clauses: [{id: k, when: local, article: 一}]\namount: '1 / staff'");
  subject().Set("staff", Number(0));
  EXPECT_EQ(Outcome(), "undetermined condition");
  subject().Set("local", Truly());
  EXPECT_EQ(Outcome(), "error amount");
}

TEST_F(JudgeTest, FloorThenCap) {
  Policy("clauses: [{id: k, when: 'true', article: 一}]\namount: staff\nfloor: 10\ncap: 20");
  subject().Set("staff", Number(5));
  EXPECT_EQ(Outcome(), "eligible 1000");
  EXPECT_EQ(detail_.unclipped_fen, 500);
  subject().Set("staff", Number(15));
  EXPECT_EQ(Outcome(), "eligible 1500");
  subject().Set("staff", Number(25));
  EXPECT_EQ(Outcome(), "eligible 2000");
  EXPECT_EQ(detail_.unclipped_fen, 2500);
}

TEST_F(JudgeTest, CapBelowFloorWins) {
  Policy("clauses: [{id: k, when: 'true', article: 一}]\namount: '5'\nfloor: staff\ncap: debt");
  subject().Set("staff", Number(10)).Set("debt", Number(3));
  EXPECT_EQ(Outcome(), "eligible 300");
}

TEST_F(JudgeTest, LimitsAreStrict) {
  Policy("clauses: [{id: k, when: 'true', article: 一}]\namount: '5'\nfloor: staff\ncap: debt");
  subject().Set("staff", Number(1));
  EXPECT_EQ(Outcome(), "undetermined amount");
  EXPECT_EQ(Missing(), "debt missing");
  subject().Set("debt", Value::Null());
  EXPECT_EQ(Outcome(), "error amount");
  EXPECT_STREQ(detail_.error, "the cap is null");
}

TEST_F(JudgeTest, ErrorOfTheAmountWinsOverAnUnknownLimit) {
  Policy("clauses: [{id: k, when: 'true', article: 一}]\namount: '0 - 5'\ncap: debt");
  EXPECT_EQ(Outcome(), "error amount");
}

struct RoundCase {
  const char* round;
  const char* amount;
  int64_t fen;
};

TEST_F(JudgeTest, RoundsOnceAtTheEnd) {
  const RoundCase cases[] = {
      {"{}", "1.005", 101},
      {"{to: 分, mode: half_even}", "1.005", 100},
      {"{to: 元}", "1.5", 200},
      {"{to: 元, mode: half_even}", "2.5", 200},
      {"{to: 元, mode: half_down}", "1.5", 100},
      {"{to: 元, mode: down}", "1.99", 100},
      {"{to: 元, mode: up}", "1.01", 200},
      {"{to: 元, mode: ceiling}", "1.01", 200},
      {"{to: 元, mode: floor}", "1.99", 100},
      {"{to: 万元}", "15000", 2'000'000},
      {"{mode: up}", "1 / 3", 34},
  };
  for (const RoundCase& test : cases) {
    Policy(std::string("clauses: [{id: k, when: 'true', article: 一}]\namount: '") + test.amount +
           "'\nround: " + test.round);
    EXPECT_EQ(Outcome(), "eligible " + std::to_string(test.fen)) << test.round;
  }
}

TEST_F(JudgeTest, CapIsRoundedWithTheAmount) {
  Policy("clauses: [{id: k, when: 'true', article: 一}]\namount: '100'\ncap: '1.5'\nround: {to: 元}");
  EXPECT_EQ(Outcome(), "eligible 200");
}

TEST_F(JudgeTest, AmountBeyondSixtyFourBitsIsAnError) {
  Policy("clauses: [{id: k, when: 'true', article: 一}]\namount: '92233720368547758.07 + staff'");
  subject().Set("staff", Number(0));
  EXPECT_EQ(Outcome(), "eligible 9223372036854775807");
  subject().Set("staff", Number(1));
  EXPECT_EQ(Outcome(), "error amount");
  Policy("clauses: [{id: k, when: 'true', article: 一}]\namount: '10 ** 30'\ncap: 5");
  EXPECT_EQ(Outcome(), "eligible 500");
  EXPECT_FALSE(detail_.unclipped_fen.has_value());
}

Value Hire(const Pack& pack, Value pay, Value is_new) {
  static const auto names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"pay", "new"});
  EXPECT_EQ(pack.schema.facts[8].id, "hires");
  Struct hire;
  hire.names = names;
  hire.values = {std::move(pay), std::move(is_new)};
  return Value::OfStruct(std::move(hire));
}

TEST_F(JudgeTest, OneAwardForEachElement) {
  Policy(R"(
clauses: [{id: k, when: 'true', article: 一}]
per: {list: hires, as: h, where: h.new, amount: 'h.pay / 3'}
floor: 1
cap: 10
round: {to: 分, mode: down}
)");
  EXPECT_EQ(Outcome(), "undetermined amount");
  EXPECT_EQ(Missing(), "hires missing");
  subject().Set("hires", Value::List({}));
  EXPECT_EQ(Outcome(), "eligible 0");
  const auto hire = [this](Value pay, Value is_new) {
    return Hire(*pack_, std::move(pay), std::move(is_new));
  };
  // Each is clipped and rounded on its own: 3.33 + 1 + 10.
  subject().Set("hires", Value::List({hire(Number(10), Truly()), hire(Number(1), Truly()),
                                      hire(Number(99), Truly()), hire(Number(50), Falsely())}));
  EXPECT_EQ(Outcome(), "eligible 1433");
  EXPECT_EQ(detail_.unclipped_fen, 333 + 33 + 3300);
  // An element that does not count need not be known.
  subject().Set("hires", Value::List({hire(Value::Unknown(Cause::kMissing), Falsely())}));
  EXPECT_EQ(Outcome(), "eligible 0");
  subject().Set("hires", Value::List({hire(Number(10), Value::Unknown(Cause::kStale))}));
  EXPECT_EQ(Outcome(), "undetermined amount");
  EXPECT_EQ(Missing(), "hires stale");
  subject().Set("hires",
                Value::List({hire(Value::Unknown(Cause::kMissing), Truly()), hire(Number(-3), Truly())}));
  EXPECT_EQ(Outcome(), "error amount") << "an error anywhere wins";
  subject().Set("hires", Value::List({Value::Unknown(Cause::kMissing)}));
  EXPECT_EQ(Outcome(), "undetermined amount");
  subject().Promise("hires", Value::List({hire(Number(30), Truly())}));
  EXPECT_EQ(Outcome(), "conditional 1000");
  EXPECT_EQ(Promised(), "hires ");
}

TEST_F(JudgeTest, SumOfElementsMustFit) {
  Policy(
      "clauses: [{id: k, when: 'true', article: 一}]\nper: {list: hires, as: h, amount: "
      "'90000000000000000'}");
  const Value hire = Hire(*pack_, Number(1), Truly());
  subject().Set("hires", Value::List({hire}));
  EXPECT_EQ(Outcome(), "eligible 9000000000000000000");
  subject().Set("hires", Value::List({hire, hire}));
  EXPECT_EQ(Outcome(), "error amount");
}

TEST_F(JudgeTest, LimitsMayLookAtTheElement) {
  Policy(
      "clauses: [{id: k, when: 'true', article: 一}]\nper: {list: hires, as: h, amount: '100'}\ncap: h.pay");
  subject().Set("hires", Value::List({Hire(*pack_, Number(1), Truly()), Hire(*pack_, Number(2), Truly())}));
  EXPECT_EQ(Outcome(), "eligible 300");
  subject().Set("hires", Value::List({Hire(*pack_, Number(1), Truly()),
                                      Hire(*pack_, Value::Unknown(Cause::kStale), Truly())}));
  EXPECT_EQ(Outcome(), "undetermined amount");
  EXPECT_EQ(Missing(), "hires stale");
}

TEST_F(JudgeTest, NegativeLimitMakesTheAmountAnError) {
  Policy("clauses: [{id: k, when: 'true', article: 一}]\namount: '5'\ncap: debt");
  subject().Set("debt", Number(-3));
  EXPECT_EQ(Outcome(), "error amount");
  EXPECT_STREQ(detail_.error, "the cap makes the amount negative");
}

TEST_F(JudgeTest, PeriodWithoutDatesAddsNoClause) {
  Policy("event: claimed\nvalid: {}\nclauses: [{id: k, when: 'true', article: 一}]");
  EXPECT_EQ(Outcome(), "eligible");
  EXPECT_EQ(Clauses(), "k true");
}

TEST_F(JudgeTest, LimitsAreReadOnlyWhereAnElementCounts) {
  Policy(
      "clauses: [{id: k, when: 'true', article: 一}]\nper: {list: hires, as: h, where: h.new, amount: "
      "h.pay}\ncap: debt");
  subject().Set("hires", Value::List({Hire(*pack_, Number(1), Falsely())}));
  EXPECT_EQ(Outcome(), "eligible 0");
  subject().Set("hires", Value::List({Hire(*pack_, Number(1), Truly())}));
  EXPECT_EQ(Outcome(), "undetermined amount");
  EXPECT_EQ(Missing(), "debt missing");
}

TEST_F(JudgeTest, DefinitionsAreReadAtTheAsOfDate) {
  Policy("clauses: [{id: k, when: local, article: 一}]");
  const int big = 1;
  const int answer = 2;
  SubjectJudge nobody(*pack_, Day("2025-06-30"), *subject_);
  EXPECT_EQ(nobody.DefinitionValue(big).ToText(), "unknown(missing)");
  EXPECT_EQ(nobody.DefinitionValue(answer).ToText(), "\"无\"");
  subject().Promise("staff", Number(101));
  SubjectJudge judge(*pack_, Day("2025-06-30"), *subject_);
  EXPECT_EQ(judge.DefinitionValue(big).ToText(), "true");
  EXPECT_EQ(judge.DefinitionValue(answer).ToText(), "\"有\"");
}

// Policies that share dates share definitions; a committed value met by one of them counts for the next as
// well.
TEST_F(JudgeTest, RememberedDefinitionsKeepTheirPromise) {
  Files files = FilesOf(kBase);
  files["policies/x.yaml"] =
      "- {id: x, clauses: [{id: k, when: 大, article: 一}]}\n"
      "- {id: y, clauses: [{id: k, when: 'not(大)', article: 一}]}\n"
      "- {id: z, clauses: [{id: k, when: 大, article: 一}]}\n"
      "- {id: w, clauses: [{id: k, when: local, article: 一}]}\n";
  pack_ = Load(files);
  ASSERT_NE(pack_, nullptr);
  Subject firm(*pack_);
  firm.Promise("staff", Number(101)).Set("local", Truly());
  SubjectJudge judge(*pack_, Day("2025-06-30"), firm);
  EXPECT_EQ(Text(judge.Decide(0)), "conditional");
  EXPECT_EQ(Text(judge.Decide(1)), "ineligible condition");
  EXPECT_EQ(Text(judge.Decide(2)), "conditional");
  EXPECT_EQ(Text(judge.Decide(3)), "eligible");
}

}  // namespace
}  // namespace zhida::pack

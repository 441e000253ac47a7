// Gaps, ways, the day of cure and the paper, as they come out in the JSON of one pair.
#include <optional>
#include <string>
#include <vector>

#include "engine/explain/cure_day.h"
#include "engine/explain/gap.h"
#include "engine/explain/near.h"
#include "engine/explain/paper.h"
#include "engine/explain/ways.h"
#include "tests/explain/explain_fixture.h"

namespace zhida::explain {
namespace {

Date Day(const char* text) { return *Date::Parse(text); }

class RemediesTest : public testing::Test {
 protected:
  void Policy(const std::string& yaml, const char* as_of = "2026-06-30") {
    pack_ = PackOf(yaml);
    ASSERT_NE(pack_, nullptr);
    as_of_ = Day(as_of);
    subject_.emplace(*pack_);
  }
  Subject& subject() { return *subject_; }
  pack::JudgementDetail Detail() { return pack::SubjectJudge(*pack_, as_of_, *subject_).Explain(0); }
  const pack::Policy& policy() const { return pack_->policies[0]; }

  // `x >= 5: 3 to 5, 2 short`, one a line.
  std::string Gaps(size_t clause = 0) {
    feel::Dates dates;
    dates.as_of = as_of_;
    dates.year = as_of_.civil().year;
    dates.event = Value::OfDate(as_of_);
    feel::Interpreter interpreter(pack_->model, *subject_, feel::Reading::kPromised, dates);
    std::string text;
    for (const Gap& gap : GapsOf(*pack_, interpreter, PartOf(policy().clauses[clause].when), true)) {
      text += gap.measured + " " + gap.value.ToText() + " " + gap.sign + " " + gap.bar.ToText() + ", " +
              gap.distance.ToText() + " " + std::string(UnitName(gap.unit)) + (gap.beyond ? " beyond" : "") +
              (gap.either ? " either" : "") + "\n";
    }
    return text;
  }

  std::string Cure(bool want = true) {
    const CureDays days(*pack_, policy(), as_of_, *subject_);
    const std::optional<Date> day = days.First(PartOf(policy().clauses[0].when), want);
    return day ? day->ToString() : "none";
  }

  // Ids of each way: `a b | c`.
  std::string Ways() {
    const pack::JudgementDetail detail = Detail();
    bool more = false;
    std::string text;
    for (const Way& way : WaysOf(detail, &more)) {
      if (!text.empty()) text += " | ";
      for (size_t i = 0; i < way.size(); ++i) {
        text += (i == 0 ? "" : " ") + std::string(detail.clauses[static_cast<size_t>(way[i].clause)].id);
      }
    }
    return text;
  }

  std::string PaperText() {
    const pack::JudgementDetail detail = Detail();
    std::vector<Cause> causes;
    for (const pack::ClauseTruth& clause : detail.clauses) {
      if (clause.depth == 0 && clause.truth == Truth::kUnknown) causes.push_back(clause.cause);
    }
    const Paper paper = PaperOf(*pack_, policy(), detail, causes);
    std::string text(PaperName(paper.kind));
    if (paper.checklist_attached) text += " +checklist";
    if (paper.veto_pending) text += " veto";
    for (const std::string_view rule : paper.rules) text += " " + std::string(rule);
    return text;
  }

  pack::PackPtr pack_;
  Date as_of_;
  std::optional<Subject> subject_;
};

std::string Clause(const std::string& when, const std::string& more = "") {
  return "clauses: [{id: one, article: 第一条, when: '" + when + "'" + more + "}]\n";
}

TEST_F(RemediesTest, MeasuresAGapInItsOwnUnit) {
  Policy(Clause("x >= 5"));
  subject().Set("x", Value::Number(3));
  EXPECT_EQ(Gaps(), "人数 3 >= 5, 2 \n");
  Policy(Clause("5 < x"));
  subject().Set("x", Value::Number(5));
  EXPECT_EQ(Gaps(), "人数 5 > 5, 0  beyond\n");
  Policy(Clause("rd >= 1000000 and share >= 0.03"));
  subject().Set("rd", Value::Number(800000)).Set("share", Value::Number(*Decimal::Parse("0.025")));
  EXPECT_EQ(Gaps(), "研发 800000 >= 1000000, 200000 yuan\n占比 0.025 >= 0.03, 0.005 ratio\n");
  Policy(Clause("as_of - born >= duration(\"P365D\")"));
  subject().Set("born", Value::OfDate(Day("2025-07-25")));
  EXPECT_EQ(Gaps(), "as_of - born P340D >= P365D, 25 days\n");
}

TEST_F(RemediesTest, LooksThroughNotAndOr) {
  Policy(Clause("not(x > 5 or a)"));
  subject().Set("x", Value::Number(7)).Set("a", Value::Boolean(false));
  EXPECT_EQ(Gaps(), "人数 7 <= 5, 2 \n");
  Policy(Clause("x > 5 or a"));
  subject().Set("x", Value::Number(4)).Set("a", Value::Boolean(false));
  EXPECT_EQ(Gaps(), "人数 4 > 5, 1  beyond either\n甲 false = true, null  either\n");
}

TEST_F(RemediesTest, ReadsTheBarFromADatedParameter) {
  Policy(Clause("x >= award.bar"));
  subject().Set("x", Value::Number(3));
  EXPECT_EQ(Gaps(), "人数 3 >= 5, 2 \n");
  // The bar falls at the turn of the year, and nothing else has to happen.
  EXPECT_EQ(Cure(), "2027-01-01");
}

TEST_F(RemediesTest, SolvesTheDayOnWhichTimeCures) {
  Policy(Clause("born + duration(\"P1Y\") <= as_of"), "2021-05-06");
  subject().Set("born", Value::OfDate(Day("2020-05-31")));
  EXPECT_EQ(Cure(), "2021-05-31");
  Policy(Clause("as_of - born >= duration(\"P365D\")"), "2021-05-06");
  subject().Set("born", Value::OfDate(Day("2020-05-31")));
  EXPECT_EQ(Cure(), "2021-05-31");
  Policy(Clause("years and months duration(born, as_of).years >= 3"));
  subject().Set("born", Value::OfDate(Day("2024-02-29")));
  // Three whole years are not reached on 28 February.
  EXPECT_EQ(Cure(), "2027-03-01");
  Policy(Clause("not(born >= as_of)"));
  subject().Set("born", Value::OfDate(Day("2026-12-31")));
  EXPECT_EQ(Cure(), "2027-01-01");
  Policy(Clause("some h in hires satisfies h.from + duration(\"P12M\") <= as_of"));
  const auto names = std::make_shared<std::vector<std::string>>(std::vector<std::string>{"from"});
  subject().Set("hires", Value::List({Value::OfStruct({names, {Value::OfDate(Day("2026-03-01"))}}),
                                      Value::OfStruct({names, {Value::OfDate(Day("2025-09-15"))}})}));
  EXPECT_EQ(Cure(), "2026-09-15");
}

TEST_F(RemediesTest, NamesNoDayWhereTimeAloneDoesNotHelp) {
  Policy(Clause("x >= 5"));
  subject().Set("x", Value::Number(3));
  EXPECT_EQ(Cure(), "none");
  Policy(Clause("born + duration(\"P1Y\") >= as_of"));
  subject().Set("born", Value::OfDate(Day("2020-01-01")));
  EXPECT_EQ(Cure(), "none");
  // Old enough on 2027-01-01, but by then the other half has run out.
  Policy(Clause("born + duration(\"P1Y\") <= as_of and as_of <= date(\"2026-12-31\")"));
  subject().Set("born", Value::OfDate(Day("2026-01-01")));
  EXPECT_EQ(Cure(), "none");
  Policy(Clause("day of week(as_of) = \"Monday\""), "2026-06-30");
  EXPECT_EQ(Cure(), "none");
}

// Every day of four years, judged one by one.
TEST_F(RemediesTest, TheDayAgreesWithJudgingEachDay) {
  for (const char* when :
       {"born + duration(\"P18M\") <= as_of", "born + duration(\"P1Y\") <= as_of and x >= award.bar",
        "not(as_of < born) and Y >= 2028", "as_of in [born..date(\"2027-03-01\")]",
        "(as_of - born >= duration(\"P500D\") or as_of >= date(\"2026-11-11\")) and x <= 3"}) {
    for (const char* born : {"2025-01-31", "2026-06-30", "2026-12-01"}) {
      Policy(Clause(when));
      subject().Set("born", Value::OfDate(Day(born))).Set("x", Value::Number(3));
      std::string expected = "none";
      const auto holds = [&](Date day) {
        return pack::SubjectJudge(*pack_, day, *subject_).Decide(0).outcome == pack::Outcome::kEligible;
      };
      if (holds(as_of_)) continue;
      for (Date day{as_of_.days + 1}; day < Day("2030-12-31") && expected == "none"; ++day.days) {
        if (holds(day)) expected = day.ToString();
      }
      EXPECT_EQ(Cure(), expected) << when << " " << born;
    }
  }
}

TEST_F(RemediesTest, FindsTheSmallestWays) {
  Policy(R"(
clauses:
  - {id: one, article: x, when: a}
  - id: two
    article: x
    any: [{id: p, when: b}, {id: q, all: [{id: r, when: c}, {id: s, when: 'x > 5'}]}]
  - {id: three, article: x, none: [{id: t, when: 'y > 1'}, {id: u, when: 'z > 1'}]}
)");
  subject().Set("a", Value::Boolean(false)).Set("b", Value::Boolean(false)).Set("c", Value::Boolean(false));
  subject().Set("x", Value::Number(1)).Set("y", Value::Number(2)).Set("z", Value::Number(0));
  EXPECT_EQ(Ways(), "one p t | one r s t");
  subject().Set("c", Value::Boolean(true));
  EXPECT_EQ(Ways(), "one p t | one s t");
}

TEST_F(RemediesTest, KnowsANearMiss) {
  Policy(R"(
clauses:
  - {id: place, article: x, scope: true, when: c}
  - {id: one, article: x, when: 'x >= 5'}
  - {id: two, article: x, when: a}
)");
  subject().Set("c", Value::Boolean(true)).Set("x", Value::Number(3)).Set("a", Value::Boolean(true));
  const batch::CurableClauses curable = CurableClausesOf(*pack_);
  // The number of staff can be changed; whether a holds cannot.
  EXPECT_EQ(curable[0], (std::vector<bool>{false, true, false}));
  ASSERT_TRUE(batch::NearMissOf(Detail(), curable[0]).has_value());
  EXPECT_EQ(batch::NearMissOf(Detail(), curable[0])->clause, 1);
  subject().Set("a", Value::Boolean(false));
  EXPECT_FALSE(batch::NearMissOf(Detail(), curable[0]).has_value());
  subject().Set("a", Value::Unknown(Cause::kMissing));
  EXPECT_TRUE(batch::NearMissOf(Detail(), curable[0])->open);
  subject().Set("c", Value::Boolean(false));
  EXPECT_FALSE(batch::NearMissOf(Detail(), curable[0]).has_value());
}

TEST_F(RemediesTest, ChoosesThePaper) {
  Policy(R"(
clauses:
  - {id: place, article: x, scope: true, when: c, refer: {department: 商务局}}
  - {id: kind, article: x, scope: true, when: b}
  - {id: one, article: x, when: 'x >= 5', cure: 增加人员}
  - {id: two, article: x, when: a, curable: false}
)");
  const auto set = [this](bool c, bool b, int x, bool a) {
    subject().Set("c", Value::Boolean(c)).Set("b", Value::Boolean(b)).Set("x", Value::Number(x));
    subject().Set("a", Value::Boolean(a));
  };
  set(true, true, 5, true);
  EXPECT_EQ(PaperText(), "accept ZZ-12");
  set(false, true, 5, true);
  EXPECT_EQ(PaperText(), "signpost ZZ-01");
  set(true, false, 5, true);  // nobody is named for it
  EXPECT_EQ(PaperText(), "answer_card ZZ-02");
  set(true, true, 3, true);
  EXPECT_EQ(PaperText(), "checklist ZZ-09");
  set(true, true, 5, false);
  EXPECT_EQ(PaperText(), "checklist veto ZZ-10");
  set(true, true, 5, true);
  subject().Set("x", Value::Unknown(Cause::kStale));
  EXPECT_EQ(PaperText(), "checklist ZZ-07");
  subject().Set("x", Value::Unknown(Cause::kConflict));
  EXPECT_EQ(PaperText(), "answer_card ZZ-06");
  subject().Set("a", Value::Unknown(Cause::kMissing));
  EXPECT_EQ(PaperText(), "answer_card +checklist ZZ-06 ZZ-07");
}

}  // namespace
}  // namespace zhida::explain

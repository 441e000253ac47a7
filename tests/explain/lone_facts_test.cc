// The short cut to the smallest missing set against the search that it spares, on policies of many forms.
#include "engine/explain/lone_facts.h"

#include <cstdlib>
#include <random>
#include <string>

#include "tests/explain/explain_fixture.h"
#include "tests/test_size.h"

namespace zhida::explain {
namespace {

constexpr const char* kAsOf = "2026-06-30";

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  int Below(int n) { return static_cast<int>(random_() % static_cast<uint64_t>(n)); }
  std::string Number() { return std::to_string(Below(9) - 2); }
  std::string Day() {
    return "date(\"20" + std::to_string(20 + Below(9)) + "-0" + std::to_string(1 + Below(9)) + "-01\")";
  }

  std::string Atom() {
    constexpr const char* kBooleans[] = {"a", "b", "c"};
    constexpr const char* kNumbers[] = {"x", "y", "z", "rd", "share"};
    constexpr const char* kSigns[] = {">=", "<=", "=", "!=", "<", ">"};
    const std::string number = kNumbers[Below(5)];
    switch (Below(14)) {
      case 0:
        return kBooleans[Below(3)];
      case 1:
        return "not(" + std::string(kBooleans[Below(3)]) + ")";
      case 2:
        return number + " in [" + Number() + ".." + Number() + ")";
      case 3:
        return number + " in (" + Number() + ", " + Number() + ", " + Number() + ")";
      case 4:
        return "born " + std::string(kSigns[Below(6)]) + " " + Day();
      case 5:
        return "born in [" + Day() + ".." + Day() + "]";
      case 6:
        return "count(hires) >= " + std::to_string(Below(3));
      case 7:
        return "some h in hires satisfies h.from > " + Day();
      case 8:
        return number + " " + kSigns[Below(6)] + " " + kNumbers[Below(5)] + " + " + Number();
      case 9:
        return number + " >= 奖补.线";
      case 10:
        return "abs(" + number + ") " + kSigns[Below(6)] + " " + Number();
      case 11:
        return "at(revenue, 2025) >= " + Number();
      default:
        return number + " " + kSigns[Below(6)] + " " + Number();
    }
  }

  std::string Condition() {
    switch (Below(6)) {
      case 0:
        return Atom() + " and " + Atom();
      case 1:
        return Atom() + " or " + Atom();
      default:
        return Atom();
    }
  }

  std::string Policy() {
    std::string text = "clauses:\n";
    const int clauses = 1 + Below(9);
    for (int i = 0; i < clauses; ++i) {
      const std::string id = "k" + std::to_string(i);
      if (Below(8) == 0) {
        constexpr const char* kGroups[] = {"any", "all", "none"};
        text += "  - {id: " + id + ", article: x, " + kGroups[Below(3)] + ": [{id: " + id + "p, when: '" +
                Condition() + "'}, {id: " + id + "q, when: '" + Condition() + "'}]}\n";
      } else {
        text += "  - {id: " + id + ", article: x, " + (Below(20) == 0 ? "later: allowed, " : "") + "when: '" +
                Condition() + "'}\n";
      }
    }
    constexpr const char* kAmounts[] = {"100", "x * 10", "if a then 10 else abs(y)"};
    if (Below(3) == 0) return text;
    text += "amount: '" + std::string(kAmounts[Below(3)]) + "'\n";
    return text + (Below(3) == 0 ? "cap: '50'\n" : "");
  }

 private:
  std::mt19937_64 random_;
};

void Fill(const pack::Pack& pack, Maker* maker, Subject* subject) {
  const int known = 1 + maker->Below(4);  // of five
  for (const char* id : {"a", "b", "c"}) {
    if (maker->Below(5) < known) subject->Set(id, Value::Boolean(maker->Below(3) != 0));
  }
  for (const char* id : {"x", "y", "z", "rd", "share"}) {
    if (maker->Below(5) < known) subject->Set(id, Value::Number(maker->Below(7)));
  }
  if (maker->Below(5) < known) subject->Set("born", Value::OfDate({18'500 + maker->Below(2'500)}));
  if (maker->Below(5) < known)
    subject->Set("revenue", Value::OfSeries({PeriodKind::kYear, {{2024, Value::Number(100)}}}));
  EXPECT_GE(pack.schema.Find("x"), 0);
}

// As text, so that a difference can be read.
std::string Text(const Missing& missing) {
  std::string text = missing.exact ? "exact" : "not exact";
  for (const pack::MissingFact& fact : missing.facts)
    text += " " + std::to_string(fact.fact) + ":" + std::string(CauseName(fact.cause));
  return text;
}

TEST(LoneFacts, AreWhatTheSearchFinds) {
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 20261129;
  std::printf("first seed %llu\n", static_cast<unsigned long long>(first));
  const Date as_of = *Date::Parse(kAsOf);
  const int wanted = FullSize() ? 40'000 : 2'000;
  int found = 0;
  int open = 0;
  for (uint64_t seed = first; open < wanted; ++seed) {
    Maker maker(seed);
    const std::string text = maker.Policy();
    const auto pack = PackOf(text);
    ASSERT_NE(pack, nullptr) << text;
    Subject subject(*pack);
    Fill(*pack, &maker, &subject);
    pack::SubjectJudge judge(*pack, as_of, subject);
    const pack::JudgementDetail detail = judge.Explain(0);
    if (detail.judgement.outcome != pack::Outcome::kUndetermined) continue;
    ++open;
    feel::Interpreter interpreter(pack->model, subject, feel::Reading::kPromised,
                                  {as_of, Value::OfDate(as_of), 2026});
    const pack::PossibleAmount could = judge.Possible(0);
    const auto quick = LoneFacts(*pack, interpreter, subject, nullptr).Of(pack->policies[0], detail, could);
    // What is kept of a pack for all subjects changes nothing.
    const PackNotes notes(*pack, as_of);
    const auto noted = LoneFacts(*pack, interpreter, subject, &notes)
                           .Of(pack->policies[0], detail, could, notes.OfPolicy(0)->plain());
    const std::string searched = Text(SmallestMissing(*pack, as_of, subject, 0));
    ASSERT_EQ(quick.has_value(), noted.has_value()) << "seed " << seed << "\n" << text;
    ASSERT_EQ(Text(SmallestMissing(*pack, as_of, subject, 0, &detail, &notes)), searched)
        << "seed " << seed << "\n"
        << text;
    if (!quick) continue;
    ++found;
    ASSERT_EQ(Text(*quick), searched) << "seed " << seed << "\n" << text;
    ASSERT_EQ(Text(*noted), searched) << "seed " << seed << "\n" << text;
  }
  std::printf("%d of %d open pairs took no search\n", found, open);
  // Most of the made policies want a search; those of real packs want none as a rule.
  EXPECT_GT(found, open / 20);
  EXPECT_LT(found, open);
}

}  // namespace
}  // namespace zhida::explain

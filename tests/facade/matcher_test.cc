// One subject after the other: JSON and typed rows give the same ids, whatever the index has learnt by then.

#include "engine/facade/matcher.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/facts/typed_row.h"

namespace zhida::facade {
namespace {

// Policies of all shapes that the index knows: nothing asked, never, an or, lists, a rest for the row pass,
// an amount, and many with neighbouring bars.
std::string Policies() {
  std::string text = R"json([
{"id":"free","title":"free","clauses":[]},
{"id":"never","title":"never","clauses":[{"id":"a","article":"1","when":"1 = 2"}]},
{"id":"either","title":"either","clauses":[{"id":"a","article":"1","when":"staff < 3 or (area = \"A\" and bad)"}]},
{"id":"tagged","title":"tagged","clauses":[{"id":"a","article":"1","when":"list contains(tags, \"x\")"}]},
{"id":"clear","title":"clear","clauses":[{"id":"a","article":"1","when":"not(some t in tags satisfies t = \"y\")"}]},
{"id":"ratio","title":"ratio","clauses":[{"id":"a","article":"1","when":"staff > 5"},{"id":"b","article":"2","when":"cost / revenue >= 0.03"}],"amount":"cost * 0.1"})json";
  for (int bar = 0; bar < 60; ++bar) {
    text += ",{\"id\":\"bar" + std::to_string(bar) +
            "\",\"title\":\"bar\",\"clauses\":[{\"id\":\"a\",\"article\":\"1\",\"when\":\"staff " +
            (bar % 3 == 0 ? "<= " : ">= ") + std::to_string(bar) + " and not(bad)\"}]}";
  }
  return text + "]";
}

std::shared_ptr<const Engine> MakeEngine() {
  Diagnostics diagnostics;
  const auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json",
        R"({"kind":"firm","key":"id","facts":[{"id":"id","type":"string"},{"id":"staff","type":"integer"},
         {"id":"bad","type":"boolean","commitment":"allowed"},{"id":"area","type":"string"},{"id":"cost","type":"money"},
         {"id":"revenue","type":"money"},{"id":"tags","type":"list of string"}]})"},
       {"policies/all.json", Policies()}},
      &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return std::make_shared<const Engine>(pack, *Date::Parse("2026-06-30"), 1);
}

struct Firm {
  int staff;  // -1: not known
  bool bad;
  std::string zone;
  std::vector<std::string> tags;
  int64_t cost;
};

Firm FirmOf(int i) {
  Firm firm{i % 61 - 1, i % 7 == 0, i % 2 == 0 ? "A" : "B", {}, i % 13 * 100};
  if (i % 3 == 0) firm.tags.emplace_back("x");
  if (i % 5 == 0) firm.tags.emplace_back("y");
  return firm;
}

std::string JsonOf(const Firm& firm) {
  std::string text = "{\"id\":\"f\",\n\"bad\":" + std::string(firm.bad ? "true" : "false") + ",\"area\":\"" +
                     firm.zone + "\",\"cost\":" + std::to_string(firm.cost) + ",\"revenue\":10000,\"tags\":[";
  for (size_t i = 0; i < firm.tags.size(); ++i) text += (i > 0 ? ",\"" : "\"") + firm.tags[i] + "\"";
  text += "]";
  if (firm.staff >= 0) text += ",\"staff\":" + std::to_string(firm.staff);
  return text + "}";
}

const facts::FactBlock& Set(const Firm& firm, facts::TypedRow* row) {
  row->Clear();
  EXPECT_TRUE(row->SetText(0, "f"));
  if (firm.staff >= 0) row->SetInteger(1, firm.staff);
  EXPECT_TRUE(row->SetInteger(2, firm.bad ? 1 : 0));
  EXPECT_TRUE(row->SetText(3, firm.zone));
  EXPECT_TRUE(row->SetInteger(4, firm.cost * 100));
  EXPECT_TRUE(row->SetInteger(5, 1'000'000));
  EXPECT_TRUE(row->StartTexts(6));
  for (const std::string& tag : firm.tags) row->AddText(6, tag);
  return row->Finish();
}

TEST(Matcher, TypedRowsAndJsonGiveWhatTheJudgeSays) {
  const auto engine = MakeEngine();
  Matcher matcher(engine, {});
  facts::TypedRow row(engine->pack().schema);
  Diagnostics diagnostics;
  // Beyond the last lesson of the index.
  for (int i = 0; i < 2'500; ++i) {
    const Firm firm = FirmOf(i);
    const facts::FactBlock& block = Set(firm, &row);
    const facts::BlockRow subject(block, 0);
    pack::SubjectJudge judge(engine->pack(), engine->as_of(), subject);
    std::vector<std::pair<int, pack::Judgement>> eligible;
    std::vector<std::pair<int, pack::Judgement>> open;
    for (size_t policy = 0; policy < engine->pack().policies.size(); ++policy) {
      const pack::Judgement judgement = judge.Decide(static_cast<int>(policy));
      if (judgement.outcome != pack::Outcome::kIneligible) open.emplace_back(policy, judgement);
      if (judgement.outcome == pack::Outcome::kEligible) eligible.emplace_back(policy, judgement);
    }
    const auto same = [](const std::vector<point::Match>& got,
                         const std::vector<std::pair<int, pack::Judgement>>& want) {
      return std::equal(got.begin(), got.end(), want.begin(), want.end(),
                        [](const point::Match& a, const auto& b) {
                          return a.policy == b.first && a.judgement == b.second;
                        });
    };
    ASSERT_TRUE(same(matcher.Match(block, point::Want::kOpen), open)) << JsonOf(firm);
    ASSERT_TRUE(same(matcher.Match(block, point::Want::kEligible), eligible)) << JsonOf(firm);
    const auto* by_json = matcher.Match(JsonOf(firm), point::Want::kEligible, &diagnostics);
    ASSERT_NE(by_json, nullptr) << diagnostics.Text();
    ASSERT_TRUE(same(*by_json, eligible)) << JsonOf(firm);
  }
}

TEST(Matcher, RefusedFactsAreSaidAndHurtNobodyElse) {
  Matcher matcher(MakeEngine(), {});
  Diagnostics diagnostics;
  EXPECT_EQ(matcher.Match(R"({"id":"f","staff":"many"})", point::Want::kEligible, &diagnostics), nullptr);
  EXPECT_NE(diagnostics.Text().find("staff"), std::string::npos) << diagnostics.Text();
  Diagnostics none;
  EXPECT_EQ(matcher.Match("", point::Want::kEligible, &none), nullptr);
  EXPECT_NE(none.Text().find("no facts"), std::string::npos) << none.Text();
  Diagnostics clean;
  EXPECT_NE(matcher.Match(R"({"id":"f","staff":4})", point::Want::kEligible, &clean), nullptr);
  EXPECT_TRUE(clean.ok());
}

TEST(TypedRow, RefusesAnotherForm) {
  const auto engine = MakeEngine();
  facts::TypedRow row(engine->pack().schema);
  EXPECT_FALSE(row.SetInteger(3, 1));
  EXPECT_FALSE(row.SetText(1, "a"));
  EXPECT_FALSE(row.StartTexts(1));
  EXPECT_FALSE(row.SetAbsent(1));
  row.SetUnknown(1, facts::State::kStale);
  EXPECT_EQ(row.Finish().Get(1, 0, feel::Reading::kVerified).cause(), Cause::kStale);
}

}  // namespace
}  // namespace zhida::facade

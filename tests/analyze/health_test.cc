// Findings of a pack's health: each kind from the smallest pack that shows it, and none from sound policies.

#include "engine/analyze/health.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/analyze/uptake.h"
#include "engine/analyze/variants.h"
#include "tests/analyze/mini_pack.h"

namespace zhida::analyze {
namespace {

constexpr const char* kSound =
    R"({"id":"sound","title":"t","department":"d","basis":{"document":"x"},"valid":{"from":"2025-01-01"},"amount":"1000",
"clauses":[{"id":"k","article":"1","when":"n >= 5"},{"id":"l","article":"1","when":"b"}]})";

// The kinds found, with the policy's clauses, as text.
std::vector<std::string> Found(const std::string& policies) {
  std::vector<std::string> out;
  const auto plan = MiniPlan(policies);
  for (const Finding& finding : CheckPolicies(*plan)) {
    std::string text =
        plan->pack->policies[static_cast<size_t>(finding.policy)].id + ": " + std::string(finding.kind);
    for (const std::string& clause : finding.clauses) text += " " + clause;
    if (finding.other >= 0) text += " of " + plan->pack->policies[static_cast<size_t>(finding.other)].id;
    EXPECT_GT(finding.where.line, 0);
    out.push_back(text);
  }
  return out;
}

using Texts = std::vector<std::string>;

std::string Policy(const std::string& id, const std::string& clauses, const std::string& more = "") {
  return R"({"id":")" + id + R"(","title":"t","department":"d","basis":{"document":"x"},)" +
         (more.find("\"valid\"") == std::string::npos ? R"("valid":{"from":"2025-01-01"},)" : "") +
         (more.find("\"amount\"") == std::string::npos ? R"("amount":"1000",)" : "") + more +
         R"("clauses":[)" + clauses + "]}";
}

TEST(Health, SoundPoliciesHaveNoFindings) { EXPECT_EQ(Found("[" + std::string(kSound) + "]"), Texts{}); }

TEST(Health, ContradictionNamesTheFewestClauses) {
  EXPECT_EQ(
      Found("[" + Policy("p", R"({"id":"a","article":"1","when":"n >= 5"},{"id":"b","article":"1","when":"b"},
{"id":"c","article":"1","when":"n < 5"})") +
            "]"),
      Texts{"p: contradiction a c"});
}

TEST(Health, WhatNobodyDefinedCannotBeDecided) {
  EXPECT_EQ(
      Found(
          "[" +
          Policy("p", R"({"id":"a","article":"1","when":"n >= 5"},{"id":"v","article":"1","when":"vague"})") +
          "]"),
      Texts{"p: undecidable v"});
}

// The evidence of the only finding, as text.
std::string Evidence(const std::string& policies) {
  const auto plan = MiniPlan(policies);
  const std::vector<Finding> findings = CheckPolicies(*plan);
  EXPECT_EQ(findings.size(), 1u);
  std::string text;
  for (const auto& [name, value] : findings.at(0).evidence) text += name + '=' + value + ' ';
  return text;
}

TEST(Health, UndefinedTermsAndParametersOfOtherDaysAreToldApart) {
  const std::string vague =
      "[" + Policy("p", R"({"id":"v","article":"1","title":"v","when":"b and vague"})") + "]";
  EXPECT_EQ(Found(vague), Texts{"p: undecidable v"});
  EXPECT_EQ(Evidence(vague), "v=b and vague terms=vague ");
  const std::string literal =
      "[" +
      Policy("p",
             R"json({"id":"v","article":"1","when":"if b then unknown(\"vague_rule\") else false"})json") +
      "]";
  EXPECT_EQ(Found(literal), Texts{"p: undecidable v"});
  // Behind a name, and of no day that counts.
  const std::string past =
      "[" + Policy("p", R"({"id":"a","article":"1","when":"b"},{"id":"m","article":"1","when":"much"})") +
      "]";
  EXPECT_EQ(Found(past), Texts{"p: not_in_force m"});
  EXPECT_EQ(Evidence(past),
            "m=much parameters=past (2023-01-01 .. 2023-12-31, 2024-01-01 .. 2024-12-31) day=2025-06-30 ");
  // A policy that has not begun needs no figures yet; a term it needs.
  const std::string later = R"("valid":{"from":"2026-01-01"},)";
  EXPECT_EQ(Found("[" + Policy("p", R"({"id":"m","article":"1","when":"much"})", later) + "]"), Texts{});
  EXPECT_EQ(Found("[" + Policy("p", R"({"id":"v","article":"1","when":"vague"})", later) + "]"),
            Texts{"p: undecidable v"});
  // With an event fact the days of the policy's validity count: one is left out, all are there.
  const std::string event = R"("event":"d",)";
  EXPECT_EQ(Found("[" +
                  Policy("p", R"({"id":"m","article":"1","when":"much"})",
                         event + R"("valid":{"from":"2025-01-01","to":"2025-12-31"},)") +
                  "]"),
            Texts{"p: not_in_force m"});
  EXPECT_EQ(Found("[" +
                  Policy("p", R"({"id":"m","article":"1","when":"much"})",
                         event + R"("valid":{"from":"2023-06-01","to":"2024-06-30"},)") +
                  "]"),
            Texts{});
}

TEST(Health, AClauseThatCannotFail) {
  EXPECT_EQ(
      Found("[" +
            Policy("p",
                   R"({"id":"a","article":"1","when":"n >= 5"},{"id":"i","article":"1","when":"n >= 3"})") +
            "]"),
      Texts{"p: idle_clause i"});
}

TEST(Health, Dates) {
  EXPECT_EQ(
      Found(
          "[" +
          Policy(
              "open", R"({"id":"a","article":"1","when":"n >= 5"})",
              R"("valid":{"from":"2024-01-01","to":"2024-12-31"},"window":{"from":"2024-01-01","to":"2025-12-31"},)") +
          "," +
          Policy("over", R"({"id":"a","article":"1","when":"n >= 6"})",
                 R"("valid":{"from":"2024-01-01","to":"2024-12-31"},)") +
          "]"),
      (Texts{"open: expired_open", "over: ended"}));
}

TEST(Health, WithoutFormulaOrOwner) {
  EXPECT_EQ(
      Found(
          R"([{"id":"p","title":"t","valid":{"from":"2025-01-01"},"clauses":[{"id":"a","article":"1","when":"b"}]}])"),
      (Texts{"p: no_formula", "p: incomplete"}));
}

TEST(Health, AnAmountThatNobodyDefined) {
  const char* when = R"({"id":"a","article":"1","when":"b"})";
  EXPECT_EQ(Found("[" + Policy("p", when, R"("amount":"named",)") + "]"), Texts{"p: amount_undefined"});
  EXPECT_EQ(Evidence("[" + Policy("p", when, R"("amount":"award",)") + "]"), "terms=award ");
  EXPECT_EQ(Found("[" + Policy("p", when, R"("amount":"if b then 5 else award",)") + "]"), Texts{});
}

TEST(Health, Duplicates) {
  const char* clauses = R"({"id":"a","article":"1","when":"n >= 5"},{"id":"b","article":"1","when":"b"})";
  const char* other = R"({"id":"a","article":"1","when":"n >= 5"})";
  EXPECT_EQ(
      Found("[" + Policy("p", clauses) + "," +
            Policy("q", R"({"id":"x","article":"1","when":"b"},{"id":"y","article":"1","when":"5 <= n"})") +
            "," + Policy("r", other) + "," +
            Policy("then", clauses, R"("valid":{"from":"2020-01-01","to":"2024-12-31"},)") + "]"),
      (Texts{"q: duplicate of p", "then: ended"}));
}

TEST(Health, FairCompetitionWords) {
  EXPECT_EQ(Found("[" + Policy("p", R"({"id":"a","article":"1","title":"当年迁入","when":"b"})") + "]"),
            Texts{"p: fair_competition"});
}

TEST(Health, Money) {
  const char* narrow = R"({"id":"a","article":"1","when":"n >= 50"},{"id":"b","article":"1","when":"b"})";
  const char* wide = R"({"id":"w","article":"1","when":"n >= 20"})";
  const char* other = R"({"id":"o","article":"1","when":"m >= 20"})";
  const std::string rival = R"("combine":{"group":"g","form":"MAX"},)";
  EXPECT_EQ(Found("[" + Policy("small", narrow, rival + R"("amount":"1000",)") + "," +
                  Policy("large", wide, rival + R"("amount":"2000",)") + "," +
                  Policy("free", other, rival + R"("amount":"3000",)") + "]"),
            Texts{"small: shadowed of large"});
  EXPECT_EQ(Found("[" + Policy("p", wide, R"("pool":"empty","steps":3,)") + "]"),
            (Texts{"p: many_steps", "p: unfunded"}));
  EXPECT_EQ(Found("[" + Policy("p", wide, R"("pool":"full","steps":2,)") + "]"), Texts{});
  EXPECT_EQ(Found("[" + Policy("p", wide, R"("combine":{"group":"tax","form":"CAP_CONTRIB"},)") + "]"),
            Texts{"p: fair_competition"});
}

TEST(Health, VariantsLeaveOutOneClauseEach) {
  const auto pack = MiniPack("[" + std::string(kSound) + "]");
  const Variants variants = LeaveOneOut(*pack, 100);
  ASSERT_EQ(variants.pack->policies.size(), 3u);
  EXPECT_EQ(variants.pack->policies[1].id, "sound~k");
  ASSERT_EQ(variants.pack->policies[1].clauses.size(), 1u);
  EXPECT_EQ(variants.pack->policies[1].clauses[0].id, "l");
  const auto counts = Gather(variants, 1, {{2, 0, 1, 7, 0}, {5, 0, 0, 5, 0}, {2, 0, 0, 8, 0}});
  EXPECT_EQ(counts[0].outcomes[0], 2);
  EXPECT_EQ(counts[0].eligible_without, (std::vector<int64_t>{5, 2}));
  // No room for variants: the policy stands alone.
  EXPECT_EQ(LeaveOneOut(*pack, 2).pack->policies.size(), 1u);
}

TEST(Health, Counts) {
  const auto plan = MiniPlan("[" + std::string(kSound) + "]");
  const auto kind = [&](std::array<int64_t, pack::kOutcomeCount> outcomes, std::vector<int64_t> without) {
    const auto findings = CheckCounts(*plan, {{outcomes, std::move(without)}}, 10'000, {});
    std::string text;
    for (const Finding& finding : findings) {
      text += std::string(finding.kind);
      for (const std::string& clause : finding.clauses) text += " " + clause;
    }
    return text;
  };
  EXPECT_EQ(kind({40, 0, 0, 9'960, 0}, {50, 60}), "");
  EXPECT_EQ(kind({0, 0, 0, 10'000, 0}, {50, 0}), "fits_nobody k");
  EXPECT_EQ(kind({0, 0, 0, 10'000, 0}, {0, 0}), "fits_nobody");
  EXPECT_EQ(kind({0, 0, 9, 9'991, 0}, {0, 0}), "undecided_by_data");
  EXPECT_EQ(kind({1, 0, 0, 9'999, 0}, {2, 3'000}), "fits_few l");
  EXPECT_EQ(kind({1, 0, 0, 9'999, 0}, {2, 3}), "");
}

// Policies of one clause each, by id and what else they say.
plan::PlanPtr UptakePlan() {
  const char* when = R"({"id":"a","article":"1","when":"b"})";
  return MiniPlan(
      "[" + Policy("old", when, R"("valid":{"from":"2024-01-01"},)") + "," +
      Policy("new", when, R"("valid":{"from":"2025-05-01"},)") + "," +
      Policy("over", when, R"("valid":{"from":"2020-01-01","to":"2024-12-31"},)") + "," +
      // Valid for years before it was published, and open to claims for a month.
      Policy("late", when,
             R"("valid":{"from":"2020-01-01"},"window":{"from":"2025-01-01","to":"2025-01-31"},)") +
      "]");
}

std::vector<std::string> Uptake(const std::vector<PolicyCounts>& counts,
                                const std::vector<int64_t>& claimants) {
  std::vector<std::string> out;
  const auto plan = UptakePlan();
  for (const Finding& finding : CheckUptake(*plan, counts, claimants, {})) {
    std::string text = plan->pack->policies[static_cast<size_t>(finding.policy)].id;
    for (const auto& [name, value] : finding.evidence) text += ' ' + name + '=' + value;
    out.push_back(text);
  }
  return out;
}

TEST(Health, WhatNobodyClaims) {
  EXPECT_EQ(Uptake({}, {0, 0, 0, 0}), Texts{"old open_days=547 claimants=0"});
  EXPECT_EQ(Uptake({}, {1, 0, 0, 0}), Texts{});
  const auto eligible = [](int64_t of) {
    std::vector<PolicyCounts> counts(4);
    counts[0].outcomes = {of - of / 2, of / 2, 0, 5, 0};
    return counts;
  };
  // Of those eligible: nobody, less than a hundredth, a hundredth. That none is eligible is another finding.
  EXPECT_EQ(Uptake(eligible(40), {0, 0, 0, 0}), Texts{"old open_days=547 claimants=0 eligible=40"});
  EXPECT_EQ(Uptake(eligible(301), {3, 0, 0, 0}), Texts{"old open_days=547 claimants=3 eligible=301"});
  EXPECT_EQ(Uptake(eligible(300), {3, 0, 0, 0}), Texts{});
  EXPECT_EQ(Uptake(eligible(9), {0, 0, 0, 0}), Texts{"old open_days=547 claimants=0 eligible=9"});
  EXPECT_EQ(Uptake(eligible(0), {0, 0, 0, 0}), Texts{});
}

TEST(Health, WhatAPlatformLists) {
  const auto plan = UptakePlan();
  std::vector<std::string> out;
  for (const Finding& finding : CheckPublished(*plan, {"list.txt", {"old", "", "gone", "over", "gone"}})) {
    const bool own = finding.policy >= 0;
    out.push_back((own ? plan->pack->policies[static_cast<size_t>(finding.policy)].id : finding.name) + ' ' +
                  std::string(finding.kind) + ' ' + finding.where.file + ':' +
                  std::to_string(finding.where.line));
  }
  const std::string file = plan->pack->policies[0].where.file;
  const auto line = [&](size_t p) { return file + ':' + std::to_string(plan->pack->policies[p].where.line); };
  EXPECT_EQ(out, (Texts{"gone no_rules list.txt:3", "over expired_listed list.txt:4",
                        "new unlisted " + line(1), "late unlisted " + line(3)}));
}

}  // namespace
}  // namespace zhida::analyze

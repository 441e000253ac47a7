// Changed engines: after any sequence of policies put and dropped, an engine answers as one that was compiled
// from the changed pack. ZHIDA_SEED starts elsewhere.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "engine/batch/batch.h"
#include "engine/facade/engine.h"
#include "tests/cross/made_facts.h"
#include "tests/cross/random.h"
#include "tests/test_size.h"

namespace zhida::cross {
namespace {

using facade::Engine;
using pack::Judgement;

// All pairs of the changed engine, by layers and by its whole plan, against the judge of the changed pack.
void Compare(const Engine& engine, const MadeCase& expected) {
  const pack::PackPtr fresh = LoadOf(expected);
  const auto block = ReadRows(expected, *fresh);
  ASSERT_EQ(engine.policies().size(), fresh->policies.size());
  for (size_t i = 0; i < fresh->policies.size(); ++i) {
    ASSERT_EQ(engine.policies()[i].id, fresh->policies[i].id);
    ASSERT_EQ(engine.policies().Find(fresh->policies[i].id), static_cast<int>(i));
  }
  facade::Layers::Finder finder = engine.MakeFinder();
  std::vector<Judgement> all;
  std::vector<point::Match> open;
  batch::BatchOptions options;
  options.wanted = facade::kAllOutcomes;
  const batch::BatchEngine batch(engine.plan(), options);
  batch::BlockResult pairs;
  batch::BatchEngine::Worker(batch).Run(*block, nullptr, &pairs);
  size_t pair = 0;
  for (size_t row = 0; row < block->row_count(); ++row) {
    const facts::BlockRow subject(*block, row);
    pack::SubjectJudge judge(*fresh, *Date::Parse(expected.as_of), subject);
    finder.Run(*block, row, &all);
    finder.Find(*block, row, point::Want::kOpen, &open);
    size_t at = 0;
    for (size_t policy = 0; policy < fresh->policies.size(); ++policy, ++pair) {
      const Judgement wanted = judge.Decide(static_cast<int>(policy));
      const std::string what = "row " + std::to_string(row) + ", " + fresh->policies[policy].id;
      ASSERT_EQ(all[policy], wanted) << what;
      ASSERT_EQ(pairs.pairs.cells[pair].outcome, wanted.outcome) << what;
      if (wanted.outcome == pack::Outcome::kIneligible) continue;
      ASSERT_LT(at, open.size()) << what;
      ASSERT_EQ(open[at].policy, static_cast<int>(policy)) << what;
      ASSERT_EQ(open[at].judgement, wanted) << what;
      ++at;
    }
    ASSERT_EQ(at, open.size());
  }
}

void ChangeAndCompare(uint64_t seed) {
  MakeOptions options;
  options.policies = 40;
  options.rows = 24;
  MadeCase expected = Make(seed, options);
  const std::vector<MadePolicy> pool(expected.policies.begin() + 20, expected.policies.end());
  expected.policies.resize(20);
  Random random(seed);
  auto engine = std::make_shared<const Engine>(LoadOf(expected), *Date::Parse(expected.as_of), 1);
  constexpr int kChanges = 24;
  for (int change = 1; change <= kChanges; ++change) {
    Diagnostics diagnostics;
    std::vector<MadePolicy>& policies = expected.policies;
    const auto at = static_cast<size_t>(random.Below(static_cast<int64_t>(policies.size())));
    const MadePolicy& from = pool[static_cast<size_t>(random.Below(static_cast<int64_t>(pool.size())))];
    const int64_t kind = random.Below(3);
    if (kind == 0 && policies.size() > 1) {
      engine = engine->Without({policies[at].id}, &diagnostics);
      policies.erase(policies.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (kind == 1) {
      policies[at] = Renamed(from, policies[at].id);
      engine = engine->With(policies[at].Json(), "change", &diagnostics);
    } else {
      policies.push_back(Renamed(from, "added" + std::to_string(change)));
      engine = engine->With("[" + policies.back().Json() + "]", "change", &diagnostics);
    }
    ASSERT_TRUE(engine) << diagnostics.Text();
    if (change % 6 == 0) Compare(*engine, expected);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(Change, AnswersAsIfAllHadBeenCompiledAnew) {
  const int cases = FullSize() ? 400 : 12;
  std::printf("first seed %llu\n", static_cast<unsigned long long>(FirstSeed()));
  for (int i = 0; i < cases; ++i) {
    SCOPED_TRACE("seed " + std::to_string(FirstSeed() + static_cast<uint64_t>(i)));
    ChangeAndCompare(FirstSeed() + static_cast<uint64_t>(i));
    if (HasFatalFailure()) return;
  }
}

TEST(Change, TellsWhatIsWrong) {
  MadeCase made = Make(1, {.policies = 2, .rows = 1});
  const auto engine = std::make_shared<const Engine>(LoadOf(made), *Date::Parse(made.as_of), 1);
  Diagnostics diagnostics;
  EXPECT_EQ(engine->With(R"({"id":"x","title":"x","clauses":[{"id":"a","article":"1","when":"n9 > 3"}]})",
                         "new", &diagnostics),
            nullptr);
  EXPECT_NE(diagnostics.Text().find("new:1:"), std::string::npos) << diagnostics.Text();
  Diagnostics unknown;
  EXPECT_EQ(engine->Without({"nobody"}, &unknown), nullptr);
  EXPECT_NE(unknown.Text().find("ZD6001"), std::string::npos) << unknown.Text();
  Diagnostics none_left;
  EXPECT_EQ(engine->Without({"p0", "p1"}, &none_left), nullptr);
  EXPECT_NE(none_left.Text().find("ZD6005"), std::string::npos) << none_left.Text();
}

// What is undone leaves no trace in the digest.
TEST(Change, DigestCoversWhatDiffersFromThePack) {
  MadeCase made = Make(2, {.policies = 3, .rows = 1});
  const auto engine = std::make_shared<const Engine>(LoadOf(made), *Date::Parse(made.as_of), 1);
  Diagnostics diagnostics;
  const std::string text = Renamed(made.policies[0], "more").Json();
  const auto more = engine->With(text, "new", &diagnostics);
  ASSERT_TRUE(more) << diagnostics.Text();
  EXPECT_NE(more->policies().Digest(), engine->policies().Digest());
  EXPECT_EQ(engine->With(text, "other label", &diagnostics)->policies().Digest(), more->policies().Digest());
  EXPECT_EQ(more->Without({"more"}, &diagnostics)->policies().Digest(), engine->policies().Digest());
}

}  // namespace
}  // namespace zhida::cross

// What is kept of a pack for all subjects: made once for all who ask, and the same beyond the room for it.
#include "engine/explain/pack_notes.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/explain/explain_fixture.h"

namespace zhida::explain {
namespace {

const Date kAsOf = *Date::Parse("2026-06-30");

constexpr const char* kPolicy = R"(title: 稳岗"返还"
department: 人社局
clauses:
  - {id: k1, article: 第一条, title: 人数, cure: 多招用, when: 'x >= 5', curable: true, cured_by: subject}
  - {id: k2, article: 第二条, later: allowed, any: [{id: k2a, when: 'x >= 5'}, {id: k2b, when: a}]}
)";

TEST(PackNotes, TellTheTextOfAPolicy) {
  const auto pack = PackOf(kPolicy);
  const PolicyNote note(pack->policies[0]);
  EXPECT_EQ(note.head(),
            R"("policy":"p","title":"稳岗\"返还\"","department":"人社局","status":"sample","outcome":)");
  const PolicyNote::ClauseText first = note.clause(0);
  EXPECT_EQ(first.begin, R"({"id":"k1","depth":0,"truth":)");
  EXPECT_EQ(first.middle,
            R"(,"title":"人数","article":"第一条","cure":"多招用","scope":false,"later":false)");
  EXPECT_EQ(first.cure, R"(,"cured_by":"subject","curable":true)");
  EXPECT_EQ(first.end, R"(,"text":"x >= 5")");
  EXPECT_EQ(note.clause(1).AfterTruth(), R"(,"article":"第二条","scope":false,"later":true,"group":"any")");
  EXPECT_EQ(note.clause(3).begin, R"({"id":"k2b","depth":1,"truth":)");
  EXPECT_EQ(note.clause(3).AfterTruth(), R"(,"scope":false,"later":false,"text":"a")");
}

TEST(PackNotes, AreMadeOnceForAllThreads) {
  const auto pack = PackOf(kPolicy);
  const PackNotes notes(*pack, kAsOf);
  const pack::Clause& clause = pack->policies[0].clauses[0];
  std::vector<const ConditionNote*> conditions(8);
  std::vector<const PolicyNote*> policies(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < conditions.size(); ++i) {
    threads.emplace_back([&, i] {
      conditions[i] = notes.Of(clause.when);
      policies[i] = notes.OfPolicy(0).get();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::set<const ConditionNote*>(conditions.begin(), conditions.end()).size(), 1);
  EXPECT_EQ(std::set<const PolicyNote*>(policies.begin(), policies.end()).size(), 1);
  ASSERT_NE(conditions[0], nullptr);
  EXPECT_EQ(conditions[0]->looks.facts, std::vector<int>{pack->schema.Find("x")});
  ASSERT_TRUE(conditions[0]->lone);
  EXPECT_EQ(conditions[0]->lone->holds, Holds::kCommon);
  // Policies repeat conditions, each of which is one tree.
  EXPECT_EQ(notes.Of(pack->policies[0].clauses[1].parts[0].when), conditions[0]);
  EXPECT_EQ(notes.Of(feel::Expression()), nullptr);
}

TEST(PackNotes, OfPoliciesAreMadeAnewWhereThereIsNoRoom) {
  const auto pack = PackOf(kPolicy);
  const PackNotes roomy(*pack, kAsOf);
  const PackNotes none(*pack, kAsOf, 0);
  const auto first = none.OfPolicy(0);
  EXPECT_NE(first, none.OfPolicy(0));
  EXPECT_EQ(roomy.OfPolicy(0), roomy.OfPolicy(0));
  EXPECT_EQ(first->head(), roomy.OfPolicy(0)->head());
  EXPECT_EQ(first->clause(3).end, roomy.OfPolicy(0)->clause(3).end);
}

}  // namespace
}  // namespace zhida::explain

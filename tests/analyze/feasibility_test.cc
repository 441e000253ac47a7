// What is called impossible must be so: shown on single conditions, held against every truth that made firms
// get from the judge, and compared with trying all values where facts have few.

#include "engine/analyze/feasibility.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/facts/ndjson.h"
#include "engine/pack/judge.h"
#include "tests/analyze/mini_pack.h"
#include "tests/cross/generator.h"
#include "tests/test_size.h"

namespace zhida::analyze {
namespace {

Feasible Can(const std::string& condition, bool truth, Vague vague) {
  const auto plan = MiniPlan(R"([{"id":"p","title":"p","clauses":[{"id":"k","article":"1","when":)" +
                             JsonQuote(condition) + "}]}]");
  return Feasibility(*plan).Check({{plan->policies[0].clauses[0].promised, truth}}, vague);
}

TEST(Feasibility, SingleConditions) {
  const struct {
    const char* condition;
    bool never_true;
    bool never_false;
  } rows[] = {
      {"n >= 5", false, false},
      {"n >= 5 and n < 5", true, false},
      {"n >= 5 and n < 6", false, false},
      {"n > 5 and n < 6", true, false},
      {"n >= 5 or n < 5", false, true},
      {"b and not(b)", true, false},
      {"(b or b2) and not(b) and not(b2)", true, false},
      {"(b or b2) and not(b)", false, false},
      {"c = \"A\" and c = \"B\"", true, false},
      {"c in (\"A\", \"B\", \"D\")", false, true},
      {"not(c in (\"A\", \"B\", \"D\"))", true, false},
      {"s = \"x\" and s != \"x\"", true, false},
      {"s = \"x\" and s = \"y\"", true, false},
      {"s = \"x\" or s = \"y\"", false, false},
      {"starts with(s, \"x\") and not(starts with(s, \"x\"))", true, false},
      {"nn = null and nn != null", true, false},
      {"nn = null or nn != null", false, true},
      {"nn != null and nn > 5 and nn < 3", true, false},
      {"size = \"large\" and size = \"small\"", true, false},
      {"size in (\"large\", \"small\", \"micro\")", false, true},
      {"at(y, 2024) > 10 and at(y, 2024) < 3", true, false},
      {"at(y, 2024) > 10 and at(y, 2023) < 3", false, false},
      {"(if b then n > 5 else n > 8) and n < 6", true, false},
      {"(if b then n > 5 else n > 8) and n < 7", false, false},
      {"(some x in h satisfies x.n > 5) and (every x in h satisfies x.n < 3)", true, false},
      {"(some x in h satisfies x.n > 5) and (some x in h satisfies x.n < 3)", false, false},
      {"some x in h satisfies x.k = \"A\" and x.k = \"B\"", true, false},
      {"every x in h satisfies x.k = \"A\" and x.k = \"B\"", false, false},
      {"vague", true, true},
      {"vague and b", true, false},
      {"vague or b", false, true},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(Can(row.condition, true, Vague::kUndecided) == Feasible::kNever, row.never_true)
        << row.condition;
    EXPECT_EQ(Can(row.condition, false, Vague::kUndecided) == Feasible::kNever, row.never_false)
        << "not: " << row.condition;
  }
}

TEST(Feasibility, WhatIsVagueMayBeEitherOnRequest) {
  EXPECT_EQ(Can("vague and b", true, Vague::kEither), Feasible::kPerhaps);
  EXPECT_EQ(Can("vague and b and not(b)", true, Vague::kEither), Feasible::kNever);
}

uint64_t Seed() {
  const char* seed = std::getenv("ZHIDA_SEED");
  return seed != nullptr ? std::strtoull(seed, nullptr, 10) : 20261129;
}

TEST(Feasibility, WhatHappensIsNeverCalledImpossible) {
  const uint64_t first = Seed();
  int64_t truths = 0;
  int64_t nevers = 0;
  for (uint64_t seed = first; seed < first + static_cast<uint64_t>(Rounds(150)); ++seed) {
    const cross::MadeCase made = cross::Make(seed, {8, 24});
    Diagnostics diagnostics;
    const auto pack = pack::LoadPackFiles(made.Files(), &diagnostics);
    ASSERT_TRUE(pack) << diagnostics.Text();
    const Date as_of = *Date::Parse(made.as_of);
    const auto plan = plan::Compile(pack, as_of);
    Feasibility feasibility(*plan);
    std::string text;
    for (const cross::MadeRow& row : made.rows) text += row.Json() + "\n";
    const size_t size = text.size();
    text.append(64, ' ');
    facts::DateRules rules;
    rules.as_of = as_of;
    facts::NdjsonReader reader(*pack, rules);
    facts::FactBlock block(pack->schema);
    std::vector<facts::Reject> rejects;
    facts::ReadCounts counts;
    reader.Read({text.data(), size}, 1, 0, &block, &rejects, &counts);
    block.Finish();
    for (size_t p = 0; p < pack->policies.size(); ++p) {
      std::vector<Goal> all;
      for (const plan::PlannedClause& clause : plan->policies[p].clauses)
        all.push_back({clause.promised, true});
      const Feasible policy = feasibility.Check(all, Vague::kUndecided);
      if (policy == Feasible::kNever) ++nevers;
      for (size_t row = 0; row < block.row_count(); ++row) {
        const facts::BlockRow subject(block, row);
        pack::SubjectJudge judge(*pack, as_of, subject);
        const pack::JudgementDetail detail = judge.Explain(static_cast<int>(p));
        const pack::Outcome outcome = detail.judgement.outcome;
        const bool holds = outcome == pack::Outcome::kEligible || outcome == pack::Outcome::kConditional;
        ASSERT_FALSE(holds && policy == Feasible::kNever) << "seed " << seed << ", policy " << p;
        // All clauses of this subject that are true or false, together.
        std::vector<Goal> goals;
        size_t top = 0;
        const auto& clauses = pack->policies[p].clauses;
        for (const pack::ClauseTruth& truth : detail.clauses) {
          if (truth.clause == nullptr || truth.depth != 0) continue;
          while (top < clauses.size() && clauses[top].id != truth.id) ++top;
          for (const plan::PlannedClause& planned : plan->policies[p].clauses) {
            if (planned.clause != static_cast<int>(top)) continue;
            if (truth.truth == Truth::kTrue) goals.push_back({planned.promised, true});
            if (truth.truth == Truth::kFalse) goals.push_back({planned.promised, false});
          }
        }
        truths += static_cast<int64_t>(goals.size());
        ASSERT_EQ(feasibility.Check(goals, Vague::kUndecided), Feasible::kPerhaps)
            << "seed " << seed << ", policy " << p << ", row " << row << "\n"
            << made.rows[row].Json() << "\n"
            << plan->Dump();
      }
    }
  }
  EXPECT_GT(truths, 10'000) << "seed " << first;
  EXPECT_GT(nevers, 0) << "seed " << first;
}

// Conditions over facts of few values, so that all of them can be tried.
class SmallDomain {
 public:
  explicit SmallDomain(uint64_t seed) : random_(seed) {}

  std::string Condition(int depth) {
    if (depth == 0) {
      switch (random_.Below(5)) {
        case 0:
          return random_.OneIn(2) ? "b" : "b2";
        case 1:
          return "c = \"" + random_.Pick({"A", "B", "D"}) + "\"";
        case 2:
          return "m " + random_.Pick({">=", "<", ">", "<=", "=", "!="}) + " " +
                 std::to_string(random_.Below(4));
        default:
          return "n " + random_.Pick({">=", "<", ">", "<=", "=", "!="}) + " " +
                 std::to_string(random_.Below(4));
      }
    }
    switch (random_.Below(4)) {
      case 0:
        return "not(" + Condition(depth - 1) + ")";
      case 1:
        return "(" + Condition(depth - 1) + " or " + Condition(depth - 1) + ")";
      case 2:
        return "(if " + Condition(depth - 1) + " then " + Condition(depth - 1) + " else " +
               Condition(depth - 1) + ")";
      default:
        return "(" + Condition(depth - 1) + " and " + Condition(depth - 1) + ")";
    }
  }

 private:
  cross::Random random_;
};

class Subject : public feel::FactSource {
 public:
  Subject(const pack::Pack& pack, int64_t n, int64_t m, bool b, bool b2, const char* c) {
    values_.assign(pack.schema.facts.size(), Value::Unknown(Cause::kMissing));
    Put(pack, "n", Value::Number(n));
    Put(pack, "m", Value::Number(m));
    Put(pack, "b", Value::Boolean(b));
    Put(pack, "b2", Value::Boolean(b2));
    Put(pack, "c", Value::String(c));
  }
  Value Get(int fact, feel::Reading) const override { return values_[static_cast<size_t>(fact)]; }

 private:
  void Put(const pack::Pack& pack, const char* id, Value value) {
    values_[static_cast<size_t>(pack.schema.Find(id))] = std::move(value);
  }
  std::vector<Value> values_;
};

TEST(Feasibility, AgreesWithTryingEverything) {
  const uint64_t first = Seed();
  int never = 0;
  const int rounds = Rounds(400);
  for (uint64_t seed = first; seed < first + static_cast<uint64_t>(rounds); ++seed) {
    const std::string condition = SmallDomain(seed).Condition(3);
    const auto plan = MiniPlan(R"([{"id":"p","title":"p","clauses":[{"id":"k","article":"1","when":)" +
                               JsonQuote(condition) + "}]}]");
    bool can[2] = {false, false};
    for (int64_t values = 0; values < 6 * 6 * 2 * 2 * 3; ++values) {
      const int64_t n = values % 6 - 1;
      const int64_t m = values / 6 % 6 - 1;
      const char* codes[] = {"A", "B", "D"};
      const Subject subject(*plan->pack, n, m, values / 36 % 2 == 1, values / 72 % 2 == 1,
                            codes[values / 144]);
      pack::SubjectJudge judge(*plan->pack, plan->as_of, subject);
      can[judge.Decide(0).outcome == pack::Outcome::kEligible ? 1 : 0] = true;
    }
    Feasibility feasibility(*plan);
    for (const bool truth : {true, false}) {
      const Goal goal{plan->policies[0].clauses[0].promised, truth};
      EXPECT_EQ(feasibility.Check({goal}, Vague::kUndecided) == Feasible::kPerhaps, can[truth ? 1 : 0])
          << "seed " << seed << ": " << condition << (truth ? " can be true" : " can be false");
      never += can[truth ? 1 : 0] ? 0 : 1;
    }
  }
  EXPECT_GT(never, rounds / 50) << "seed " << first;
}

}  // namespace
}  // namespace zhida::analyze

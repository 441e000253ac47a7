// Simulation: made packs and firms, changed by parameters or policy by policy, against sums of what the
// interpreter says of every pair; and the same whatever the threads and the size of the pieces.

#include "engine/facade/simulation.h"

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "engine/facade/screen.h"
#include "engine/facade/simulation_sums.h"
#include "tests/cross/made_facts.h"
#include "tests/facade/screen_fixture.h"

namespace zhida::facade {
namespace {

using analyze::Change;
using analyze::Comparison;
using analyze::Stand;
using cross::FirstSeed;
using cross::LoadOf;
using cross::MadeCase;
using cross::Make;
using cross::ReadRows;
using cross::TextOf;
using pack::Judgement;
using pack::Outcome;

std::shared_ptr<const Engine> EngineOf(const MadeCase& made, std::vector<pack::Setting> settings = {},
                                       int threads = 2) {
  return std::make_shared<const Engine>(LoadOf(made, std::move(settings)), *Date::Parse(made.as_of), threads);
}

// The same policies in another order, one dropped, one new, one with the content of another.
MadeCase Changed(MadeCase made) {
  std::vector<cross::MadePolicy>& policies = made.policies;
  policies[1].clauses = policies[2].clauses;
  policies[3].tail = policies[4].tail;
  const cross::MadePolicy added = cross::Renamed(policies[5], "added");
  policies.erase(policies.begin());
  std::swap(policies[0], policies[2]);
  policies.push_back(added);
  return made;
}

const std::vector<std::string> kBy = {"c2:1", "c3", "b1", "nn"};

Stand StandOf(pack::SubjectJudge& judge, int policy) {
  if (policy < 0) return {};
  const Judgement judgement = judge.Decide(policy);
  return {static_cast<size_t>(judgement.outcome), judgement.amount_fen};
}

// What the sums must come to, asked of the interpreter pair by pair.
std::string Expected(const MadeCase& made, const std::shared_ptr<const Engine>& before,
                     const std::shared_ptr<const Engine>& against,
                     const std::vector<std::string>& only = {}) {
  Diagnostics diagnostics;
  SimulationFrame frame;
  frame.before = before;
  frame.against = against;
  frame.facts = std::make_unique<analyze::SharedFacts>(before->pack_ptr());
  EXPECT_TRUE(frame.facts->Add(against->pack(), &diagnostics)) << diagnostics.Text();
  frame.comparison = std::make_unique<Comparison>(before->pack_ptr(), against->pack_ptr(), before->as_of(),
                                                  *frame.facts, only);
  for (const std::string& word : kBy) {
    frame.groupings.push_back(*Grouping::Open(before->pack(), word, &diagnostics));
  }
  SimulationSums sums;
  sums.policies.resize(frame.comparison->policies().size());
  sums.groups.resize(frame.groupings.size());
  // Each pack reads the rows by itself.
  const auto block = ReadRows(made, before->pack());
  const auto block_after = ReadRows(made, against->pack());
  EXPECT_EQ(block->row_count(), block_after->row_count());
  for (size_t row = 0; row < block->row_count(); ++row) {
    const facts::BlockRow subject(*block, row);
    const facts::BlockRow subject_after(*block_after, row);
    pack::SubjectJudge was(before->pack(), before->as_of(), subject);
    pack::SubjectJudge is(against->pack(), before->as_of(), subject_after);
    GroupSums of_subject;
    std::array<int64_t, 2> pairs{};
    std::array<int128_t, 2> fen{};
    for (size_t i = 0; i < sums.policies.size(); ++i) {
      const Comparison::Matched& matched = frame.comparison->policies()[i];
      const Stand stands[] = {StandOf(was, matched.before), StandOf(is, matched.after)};
      PolicySums& policy = sums.policies[i];
      policy.shift.Count(stands[0], stands[1]);
      of_subject.shift.Count(stands[0], stands[1]);
      for (size_t when = 0; when < 2; ++when) {
        if (stands[when].is(Outcome::kEligible)) {
          ++pairs[when];
          fen[when] += stands[when].fen.value_or(0);
        }
        if (!stands[when].is(Outcome::kUndetermined)) continue;
        if (when == 0) {
          policy.open_before.Count(was.Possible(matched.before));
        } else {
          policy.open_after.Count(is.Possible(matched.after));
        }
      }
      if (const auto change = analyze::ChangeOf(stands[0], stands[1])) {
        policy.examples.Offer(*change, block->subject(row), stands[0], stands[1]);
      }
    }
    of_subject.subjects.Count(pairs[0], fen[0], pairs[1], fen[1]);
    sums.whole.Add(of_subject);
    for (size_t i = 0; i < frame.groupings.size(); ++i) {
      sums.groups[i][frame.groupings[i].KeyOf(*block, row, was)].Add(of_subject);
    }
    ++sums.subjects;
  }
  JsonWriter json;
  json.BeginObject();
  WriteSimulation(frame, sums, &json);
  return json.EndObject().Take();
}

std::string Told(const std::shared_ptr<const Engine>& before, SimulationOptions options,
                 const std::string& path, std::string* error = nullptr) {
  Diagnostics diagnostics;
  const auto task = SimulationTask::Open(before, std::move(options), &diagnostics);
  EXPECT_TRUE(task) << diagnostics.Text();
  if (!task) return "";
  ScreenOptions screen_options;
  screen_options.task = task;
  const auto screen = Screen::OpenNdjson(before, {path}, screen_options, &diagnostics);
  const Screen::Step step = screen->Run();
  if (error != nullptr) *error = screen->error();
  EXPECT_EQ(step, error == nullptr || error->empty() ? Screen::Step::kEnd : Screen::Step::kFailed);
  JsonWriter json;
  json.BeginObject();
  task->WriteSummary(&json);
  return json.EndObject().Take();
}

TEST(Simulation, EqualsTheInterpreterPairByPair) {
  constexpr int kCases = 60;
  std::printf("first seed %llu\n", static_cast<unsigned long long>(FirstSeed()));
  int64_t changes = 0;
  for (int i = 0; i < kCases; ++i) {
    const uint64_t seed = FirstSeed() + static_cast<uint64_t>(i);
    SCOPED_TRACE("seed " + std::to_string(seed));
    const MadeCase made = Make(seed, {.policies = 10, .rows = 60});
    const TempFile file(TextOf(made));
    const auto before = EngineOf(made);
    const std::vector<pack::Setting> settings[] = {
        {}, {{"p.rate", "7.5%"}}, {{"奖补.上限", "40万"}, {"p.bar", "25"}}, {{"p.day", "2019-02-01"}}};
    const auto against =
        i % 2 == 0 ? EngineOf(Changed(made), settings[i / 2 % 2]) : EngineOf(made, settings[i / 2 % 3 + 1]);
    SimulationOptions options;
    options.against = against;
    options.by = kBy;
    const std::string told = Told(before, options, file.path());
    ASSERT_EQ(told, Expected(made, before, against));
    ASSERT_NE(told.find("\"adds_up\":true"), std::string::npos);
    changes +=
        told.find("\"risen\":[") != std::string::npos || told.find("\"gained\":[") != std::string::npos;
  }
  EXPECT_GT(changes, kCases / 4);  // a simulation in which nothing happens shows little
}

// A fact that the other pack lacks, and a policy that asks for it.
void AddFact(const std::string& id, bool first, MadeCase* made) {
  std::string& schema = made->files["schema.json"];
  const std::string fact =
      R"({"id":")" + id + R"(","type":"integer","nullable":true,"commitment":"allowed"})";
  if (first) {
    schema.insert(schema.find('[') + 1, fact + ",\n");
  } else {
    schema.insert(schema.rfind(']'), ",\n" + fact);
  }
  cross::MadePolicy policy = cross::Renamed(made->policies.back(), "asks-" + id);
  policy.clauses.push_back(
      {R"({"id":"more","article":"1","when":")" + id + R"( != null and )" + id + R"( >= 3"})"});
  made->policies.push_back(policy);
}

TEST(Simulation, ReadsForEachPackWhatItKnows) {
  int64_t rows_that_tell = 0;
  for (uint64_t seed = FirstSeed(); seed < FirstSeed() + 30; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    MadeCase made = Make(seed, {.policies = 10, .rows = 60});
    MadeCase other = Changed(made);
    AddFact("e0", false, &made);
    AddFact("e1", true, &other);
    cross::Random random(seed);
    for (cross::MadeRow& row : made.rows) {
      for (const char* const id : {"e0", "e1"}) {
        if (random.OneIn(4)) continue;
        row.members.emplace_back(id, random.OneIn(5) ? "null" : std::to_string(random.Between(0, 6)));
        if (random.OneIn(5)) row.members.emplace_back(id + std::string("@state"), "\"committed\"");
        ++rows_that_tell;
      }
    }
    const TempFile file(TextOf(made));
    const auto before = EngineOf(made);
    const auto against = EngineOf(other);
    for (const std::vector<std::string>& only :
         {std::vector<std::string>{}, {"asks-e1", made.policies[2].id}, {"asks-e0", "asks-e1"}}) {
      SimulationOptions options;
      options.against = against;
      options.by = kBy;
      options.policies = only;
      const std::string told = Told(before, options, file.path());
      ASSERT_EQ(told, Expected(made, before, against, only));
      ASSERT_NE(told.find("\"adds_up\":true"), std::string::npos);
      ASSERT_EQ(told.find(made.policies[4].id + "\"") != std::string::npos, only.empty());
    }
  }
  EXPECT_GT(rows_that_tell, 1000);
}

TEST(Simulation, HangsOnNeitherThreadsNorPieces) {
  MadeCase made = Make(FirstSeed(), {.policies = 12, .rows = 30});
  std::string text;
  for (int copy = 0; copy < 400; ++copy) text += TextOf(made);
  // Several files are several pieces.
  const TempFile file(text);
  std::string first;
  for (const int threads : {1, 2, 5}) {
    SimulationOptions options;
    options.against = EngineOf(Changed(made), {}, threads);
    options.sweep = {EngineOf(made, {{"p.bar", "5"}}, threads), EngineOf(made, {{"p.bar", "50"}}, threads)};
    options.by = kBy;
    const std::string told = Told(EngineOf(made, {}, threads), options, file.path());
    if (first.empty()) first = told;
    EXPECT_EQ(told, first);
  }
}

// A sweep's point says of the swept policies what comparing with that value says of them.
TEST(Simulation, SweepsAsItCompares) {
  int affected = 0;
  for (uint64_t seed = FirstSeed(); seed < FirstSeed() + 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const MadeCase made = Make(seed, {.policies = 10, .rows = 40});
    const TempFile file(TextOf(made));
    const auto before = EngineOf(made);
    const auto value = EngineOf(made, {{"p.bar", "30"}});
    const std::vector<bool> swept = analyze::Affected(before->pack(), value->pack());
    const auto block = ReadRows(made, before->pack());
    analyze::Shift whole;
    for (size_t row = 0; row < block->row_count(); ++row) {
      const facts::BlockRow subject(*block, row);
      pack::SubjectJudge was(before->pack(), before->as_of(), subject);
      pack::SubjectJudge is(value->pack(), before->as_of(), subject);
      for (size_t policy = 0; policy < swept.size(); ++policy) {
        const Stand then = StandOf(was, static_cast<int>(policy));
        const Stand now = StandOf(is, static_cast<int>(policy));
        if (!swept[policy]) {
          ASSERT_EQ(then, now) << "a policy that reads no changed parameter";
        } else {
          ++affected;
          whole.Count(then, now);
        }
      }
    }
    SimulationOptions options;
    options.sweep = {value};
    const std::string told = Told(before, options, file.path());
    const std::string point = "\"before_fen\":" + zhida::ToString(whole.before_fen) +
                              ",\"gained_fen\":" + zhida::ToString(whole.gained_fen) +
                              ",\"risen_fen\":" + zhida::ToString(whole.risen_fen) +
                              ",\"fallen_fen\":" + zhida::ToString(whole.fallen_fen) +
                              ",\"lost_fen\":" + zhida::ToString(whole.lost_fen) +
                              ",\"after_fen\":" + zhida::ToString(whole.after_fen);
    EXPECT_NE(told.find(point), std::string::npos) << point << "\n" << told;
    EXPECT_NE(told.find("\"eligible\":" + std::to_string(whole.After(Outcome::kEligible))),
              std::string::npos);
  }
  EXPECT_GT(affected, 1000);
}

TEST(Simulation, RefusesWhatCannotBeCompared) {
  const MadeCase made = Make(FirstSeed(), {.policies = 2, .rows = 1});
  const auto before = EngineOf(made);
  const auto refused = [&](const std::shared_ptr<const Engine>& against, std::vector<std::string> by = {}) {
    Diagnostics diagnostics;
    SimulationOptions options;
    options.against = against;
    options.by = std::move(by);
    EXPECT_EQ(SimulationTask::Open(before, options, &diagnostics), nullptr);
    return diagnostics.Text();
  };
  // What is written of a fact in the other pack, and what is said of it.
  const struct {
    const char* was;
    const char* is;
    const char* said;
  } kChanges[] = {
      {R"("type":"integer","max_age":"P1Y")", R"j("type":"decimal(2)","max_age":"P2Y")j",
       "fact n2 is integer before and decimal(2) after"},
      {R"("type":"integer","max_age":"P1Y")", R"("type":"integer","max_age":"P2Y")",
       "fact n2 is at most 12 months old before and at most 24 months old after"},
      {R"("type":"money","unit":"万元")", R"("type":"money")",
       "fact m1 is money in 万元 before and money in 元 after"},
      {R"({"id":"bn","type":"boolean","nullable":true})",
       R"({"id":"bn","type":"boolean","commitment":"allowed","nullable":true})",
       "fact bn is not to be promised before and allowed to be promised after"},
      {R"j("type":"series(quarter) of integer")j", R"j("type":"series(month) of integer")j",
       "fact q1 is series(quarter) of integer before and series(month) of integer after"},
      {R"({"id":"n","type":"integer"},{"id":"d")", R"({"id":"n","type":"integer","nullable":true},{"id":"d")",
       "fact st.n is integer before and integer, nullable after"},
      {R"("name":"注册资本")", R"("name":"名称")", "\"名称\" names fact s1 before and fact m1 after"},
  };
  for (const auto& change : kChanges) {
    MadeCase other = made;
    std::string& schema = other.files["schema.json"];
    if (std::string_view(change.is).find("名称") != std::string::npos) {
      schema.replace(schema.find(R"("name":"名称")"), std::string(R"("name":"名称")").size(),
                     R"("name":"全名")");
    }
    schema.replace(schema.find(change.was), std::string(change.was).size(), change.is);
    other.policies = {};
    EXPECT_NE(refused(EngineOf(other)).find(change.said), std::string::npos) << refused(EngineOf(other));
  }
  MadeCase other = made;
  std::string& lists = other.files["lists/index.json"];
  lists.replace(lists.find(R"("A":"优")"), std::string(R"("A":"优")").size(), R"("A":"优","A+":"特优")");
  EXPECT_NE(refused(EngineOf(other)).find("a code of list grade, which has code A+ after only"),
            std::string::npos);
  other = made;
  other.as_of = "2023-01-01";
  EXPECT_NE(refused(EngineOf(other)).find("compiled for"), std::string::npos);
  EXPECT_NE(refused(EngineOf(made), {"n11"}).find("did you mean n1?"), std::string::npos);
  EXPECT_NE(refused(EngineOf(made), {"l1"}).find("cannot group"), std::string::npos);
  EXPECT_NE(refused(EngineOf(made), {"n1:1"}).find("levels are for"), std::string::npos);
  EXPECT_NE(refused(EngineOf(made), {"c2:0"}).find("names no level"), std::string::npos);
}

TEST(Simulation, FailsWhereThereAreTooManyGroups) {
  const MadeCase made = Make(FirstSeed(), {.policies = 2, .rows = 1});
  std::string text;
  for (int i = 0; i <= 10'000; ++i) text += "{\"id\":\"f" + std::to_string(i) + "\"}\n";
  const TempFile file(text);
  SimulationOptions options;
  options.against = EngineOf(made, {{"p.bar", "1"}});
  options.by = {"id"};
  std::string error;
  Told(EngineOf(made), options, file.path(), &error);
  EXPECT_NE(error.find("ZD6018: id has more than 10000"), std::string::npos) << error;
}

}  // namespace
}  // namespace zhida::facade

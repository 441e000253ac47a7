// Simulation: made packs and firms, changed by parameters or policy by policy, against sums of what the
// interpreter says of every pair; and the same whatever the threads and the size of the pieces.

#include "engine/facade/simulation.h"

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "engine/facade/screen.h"
#include "engine/facade/simulation_sums.h"
#include "engine/facts/ndjson.h"
#include "tests/cross/generator.h"
#include "tests/facade/screen_fixture.h"

namespace zhida::facade {
namespace {

using analyze::Change;
using analyze::Comparison;
using analyze::Stand;
using cross::MadeCase;
using cross::Make;
using pack::Judgement;
using pack::Outcome;

uint64_t FirstSeed() {
  const char* given = std::getenv("ZHIDA_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20261129;
}

pack::PackPtr LoadOf(const MadeCase& made, std::vector<pack::Setting> settings = {}) {
  Diagnostics diagnostics;
  pack::LoadOptions options;
  options.settings = std::move(settings);
  pack::PackPtr pack = pack::LoadPackFiles(made.Files(), &diagnostics, options);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return pack;
}

std::shared_ptr<const Engine> EngineOf(const MadeCase& made, std::vector<pack::Setting> settings = {},
                                       int threads = 2) {
  return std::make_shared<const Engine>(LoadOf(made, std::move(settings)), *Date::Parse(made.as_of), threads);
}

std::string TextOf(const MadeCase& made) {
  std::string text;
  for (const cross::MadeRow& row : made.rows) text += row.Json() + "\n";
  return text;
}

std::unique_ptr<facts::FactBlock> Read(const MadeCase& made, const pack::Pack& pack) {
  std::string text = TextOf(made);
  const size_t size = text.size();
  text.append(64, ' ');
  facts::DateRules rules;
  rules.as_of = *Date::Parse(made.as_of);
  std::vector<facts::Reject> rejects;
  facts::ReadCounts counts;
  auto block = std::make_unique<facts::FactBlock>(pack.schema);
  facts::NdjsonReader(pack, rules).Read({text.data(), size}, 1, 0, block.get(), &rejects, &counts);
  block->Finish();
  return block;
}

// The same policies in another order, one dropped, one new, one with the content of another.
MadeCase Changed(MadeCase made) {
  std::vector<cross::MadePolicy>& policies = made.policies;
  policies[1].clauses = policies[2].clauses;
  policies[3].tail = policies[4].tail;
  cross::MadePolicy added = policies[5];
  const std::string quoted = "\"" + added.id + "\"";
  added.head.replace(added.head.find(quoted), quoted.size(), "\"added\"");
  added.id = "added";
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
                     const std::shared_ptr<const Engine>& against) {
  SimulationFrame frame;
  frame.before = before;
  frame.against = against;
  frame.comparison = std::make_unique<Comparison>(before->pack_ptr(), against->pack_ptr(), before->as_of());
  Diagnostics diagnostics;
  for (const std::string& word : kBy) {
    frame.groupings.push_back(*Grouping::Open(before->pack(), word, &diagnostics));
  }
  SimulationSums sums;
  sums.policies.resize(frame.comparison->policies().size());
  sums.groups.resize(frame.groupings.size());
  const auto block = Read(made, before->pack());
  for (size_t row = 0; row < block->row_count(); ++row) {
    const facts::BlockRow subject(*block, row);
    pack::SubjectJudge was(before->pack(), before->as_of(), subject);
    pack::SubjectJudge is(against->pack(), before->as_of(), subject);
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
    const auto block = Read(made, before->pack());
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
  MadeCase other = made;
  std::string& schema = other.files["schema.json"];
  const std::string fact = R"({"id":"n2","type":"integer","max_age":"P1Y"})";
  schema.replace(schema.find(fact), fact.size(), R"({"id":"n2","type":"integer","max_age":"P2Y"})");
  EXPECT_NE(refused(EngineOf(other)).find("fact n2 has another max_age"), std::string::npos);
  schema.insert(schema.find(R"({"id":"n1")"), R"({"id":"extra","type":"integer"},)");
  EXPECT_NE(refused(EngineOf(other)).find("fact extra is in pack made"), std::string::npos);
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

namespace zhida::analyze {
namespace {

Stand At(pack::Outcome outcome, std::optional<int64_t> fen = std::nullopt) {
  return {static_cast<size_t>(outcome), fen};
}

TEST(Shift, SaysWhereTheMoneyWent) {
  using pack::Outcome;
  Shift shift;
  shift.Count(At(Outcome::kEligible, 100), At(Outcome::kEligible, 130));
  shift.Count(At(Outcome::kEligible, 100), At(Outcome::kEligible, 60));
  shift.Count(At(Outcome::kEligible, 7), At(Outcome::kUndetermined));
  shift.Count(At(Outcome::kIneligible), At(Outcome::kEligible, 1'000));
  shift.Count(At(Outcome::kConditional, 5), At(Outcome::kConditional, 6));
  shift.Count(At(Outcome::kEligible), {});  // without an amount; the policy is dropped
  EXPECT_TRUE(shift.AddsUp());
  EXPECT_EQ(shift.Gained(), 1);
  EXPECT_EQ(shift.Lost(), 2);
  EXPECT_EQ(shift.Moved(), 3);
  EXPECT_EQ(shift.risen, 1);
  EXPECT_EQ(shift.fallen, 1);
  EXPECT_EQ(static_cast<int64_t>(shift.before_fen), 207);
  EXPECT_EQ(static_cast<int64_t>(shift.after_fen), 1'190);
  EXPECT_EQ(static_cast<int64_t>(shift.lost_fen), 7);
  EXPECT_EQ(static_cast<int64_t>(shift.fallen_fen), 40);
  EXPECT_EQ(static_cast<int64_t>(shift.conditional_after_fen), 6);
  shift.after_fen += 1;
  EXPECT_FALSE(shift.AddsUp());
}

TEST(Forecast, WeighsWhatIsOpenByWhatWasDecided) {
  OpenAmounts open;
  open.Count({100, false});
  open.Count({1'001, true});
  open.Count({std::nullopt, false});
  EXPECT_EQ(open.computed, 1);
  EXPECT_EQ(open.capped, 1);
  EXPECT_EQ(open.untold, 1);
  // 2 of 3 decided pairs were met: 1,101 * 2 / 3 = 734.
  const Forecast forecast = ForecastOf({1, 1, 3, 1, 5}, 50, 9, open);
  EXPECT_EQ(static_cast<int64_t>(forecast.low_fen), 50);
  EXPECT_EQ(static_cast<int64_t>(forecast.mid_fen), 59 + 734);
  EXPECT_EQ(static_cast<int64_t>(forecast.high_fen), 59 + 1'101);
  EXPECT_EQ(static_cast<int64_t>(ForecastOf({0, 0, 3, 0, 0}, 0, 0, open).mid_fen), 0);
}

TEST(Examples, AreTheFirstBySubjectWhateverTheOrder) {
  const Stand was = At(pack::Outcome::kIneligible);
  const Stand is = At(pack::Outcome::kEligible, 1);
  Examples forward;
  Examples backward;
  const std::vector<std::string> subjects = {"a", "b", "c", "d", "e", "f"};
  for (const std::string& subject : subjects) forward.Offer(Change::kGained, subject, was, is);
  for (size_t i = subjects.size(); i-- > 0;) backward.Offer(Change::kGained, subjects[i], was, is);
  for (const Examples* kept : {&forward, &backward}) {
    ASSERT_EQ(kept->Of(Change::kGained).size(), Examples::kKept);
    for (size_t i = 0; i < Examples::kKept; ++i) EXPECT_EQ(kept->Of(Change::kGained)[i].subject, subjects[i]);
  }
}

}  // namespace
}  // namespace zhida::analyze

// Counting over a run and answering decisions: the same for any number of threads and any order of the rows,
// and no race among those who count.

#include "engine/facade/population.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/facade/decisions.h"
#include "tests/facade/screen_fixture.h"

namespace zhida::facade {
namespace {

std::shared_ptr<const Engine> ClaimsEngine(int threads) {
  const std::map<std::string, std::string> files = {
      {"pack.yaml", "id: claims\nversion: 1.0.0\nkind: claim\n"},
      {"schema.yaml",
       "key: id\nfacts:\n  - {id: id, type: string}\n  - {id: keys, type: list of integer}\n"
       "  - {id: paid, type: money}\n"
       "population:\n  - {id: shared, measure: count, by: keys}\n"
       "  - {id: total, measure: sum, of: paid, by: keys, type: money}\n"
       "  - {id: part, measure: share, of: paid, by: keys}\n"},
      {"definitions/route.yaml",
       "{id: route, kind: decision, is: 'if not(known(shared)) then \"ask\" else if shared > 1 then "
       "\"review\" else \"pay\"'}\n"}};
  Diagnostics diagnostics;
  const pack::PackPtr pack = pack::LoadPackFiles(files, &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return std::make_shared<const Engine>(pack, *Date::Parse("2025-06-30"), threads);
}

// Claims that share few keys among many, most of them in one group.
std::vector<std::string> Claims(int count) {
  std::vector<std::string> lines;
  for (int i = 0; i < count; ++i) {
    const std::string keys =
        i % 11 == 0 ? "" : ",\"keys\":[" + std::to_string(i % 7) + "," + std::to_string(1'000 + i / 3) + "]";
    lines.push_back("{\"id\":\"c" + std::to_string(i) + "\"" + keys + ",\"paid\":" + std::to_string(i) +
                    ".25}\n");
  }
  return lines;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

// A run for its summary alone; "" and the error where it failed.
std::string Told(const std::shared_ptr<const Engine>& engine, const std::string& path, ScreenOptions options,
                 std::string* error = nullptr) {
  Diagnostics diagnostics;
  const auto screen = Screen::OpenNdjson(engine, {path}, std::move(options), &diagnostics);
  EXPECT_TRUE(screen) << diagnostics.Text();
  const bool ended = screen->Run() == Screen::Step::kEnd;
  if (error != nullptr) *error = screen->error();
  return ended ? screen->SummaryJson() : "";
}

// The summaries of the counting run and of the run that decides on what was counted.
std::string CountAndDecide(int threads, const std::string& path) {
  const std::shared_ptr<const Engine> engine = ClaimsEngine(threads);
  const auto population = std::make_shared<Population>(engine);
  ScreenOptions options;
  options.task = std::make_shared<PopulationTask>(population);
  std::string told = Told(engine, path, options);
  ScreenOptions deciding;
  deciding.task = std::make_shared<DecisionTask>(engine);
  deciding.population = population;
  return told + Told(engine, path, deciding);
}

TEST(Population, HangsOnNeitherThreadsNorOrder) {
  std::vector<std::string> lines = Claims(20'000);
  const TempFile file(Joined(lines));
  const std::string expected = CountAndDecide(1, file.path());
  EXPECT_NE(expected.find("\"fact\":\"shared\",\"name\":\"shared\",\"keys\":6674,\"subjects\":18181,"
                          "\"without_key\":1819"),
            std::string::npos)
      << expected;
  EXPECT_NE(expected.find("{\"value\":\"ask\",\"count\":1819}"), std::string::npos) << expected;
  EXPECT_NE(expected.find("{\"value\":\"review\",\"count\":18181}"), std::string::npos) << expected;
  EXPECT_EQ(CountAndDecide(4, file.path()), expected);
  std::reverse(lines.begin(), lines.end());
  const TempFile reversed(Joined(lines));
  EXPECT_EQ(CountAndDecide(4, reversed.path()), expected);
}

TEST(Population, ANumberThatDoesNotFitFailsTheRun) {
  const TempFile file("{\"id\":\"a\",\"keys\":[1],\"paid\":9000000000000000}\n");
  const std::shared_ptr<const Engine> engine = ClaimsEngine(1);
  ScreenOptions options;
  options.task = std::make_shared<PopulationTask>(std::make_shared<Population>(engine));
  EXPECT_NE(Told(engine, file.path(), options), "");
  const TempFile wide("{\"id\":\"a\",\"keys\":[1],\"paid\":90000000000000000}\n");
  std::string error;
  EXPECT_EQ(Told(engine, wide.path(), options, &error), "");
  EXPECT_NE(error.find("population fact part: 90000000000000000 is finer than 12 digits"), std::string::npos)
      << error;
}

}  // namespace
}  // namespace zhida::facade

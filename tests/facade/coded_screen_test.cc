// Screens from coded files: the answers of the files they were made from, on any day, by any evaluator; and
// files that are not what they should be.

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "engine/base/checksum.h"
#include "tests/facade/screen_fixture.h"

namespace zhida::facade {
namespace {

// A name that is free, and whose file goes when the test ends.
class CodedPath {
 public:
  CodedPath() : file_("") {}
  std::string path() const { return file_.path(); }
  std::string Bytes() const {
    std::ifstream in(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void Write(const std::string& bytes) const { std::ofstream(path(), std::ios::binary) << bytes; }

 private:
  TempFile file_;
};

std::string EncodeFirms(const std::shared_ptr<const Engine>& engine, const std::string& from,
                        const std::string& to, ScreenOptions options = {}) {
  Diagnostics diagnostics;
  const auto screen = Screen::OpenNdjson(engine, {from}, std::move(options), &diagnostics);
  EXPECT_EQ(screen->Encode(to), Screen::Step::kEnd) << screen->error();
  return screen->SummaryJson();
}

struct CodedRun {
  RunResult result;
  bool codes_used = false;
  std::string refusal;  // why the file was not opened
};

CodedRun RunCoded(const std::shared_ptr<const Engine>& engine, const std::string& path,
                  ScreenOptions options = {}) {
  Diagnostics diagnostics;
  const auto screen = Screen::OpenCoded(engine, path, std::move(options), &diagnostics);
  CodedRun run{RunScreen(screen.get()), false, diagnostics.Text()};
  if (screen) run.codes_used = screen->SummaryJson().find("\"codes\":\"from the file\"") != std::string::npos;
  return run;
}

// Firms with dates too, so that a later day answers otherwise.
std::string DatedFirms(int count) {
  std::string text = Firms(count);
  for (int i = 0; i < count; ++i) {
    text +=
        "{\"id\":\"dated" + std::to_string(i) + "\",\"staff\":3,\"bad\":false,\"cost\":4,\"revenue\":100,";
    text +=
        "\"revenue@date\":\"" + std::to_string(2022 + i % 4) + "-0" + std::to_string(1 + i % 9) + "-01\"}\n";
  }
  return text;
}

void ExpectSame(const RunResult& got, const RunResult& wanted) {
  EXPECT_EQ(got.last, Screen::Step::kEnd) << got.error;
  EXPECT_TRUE(got.pairs == wanted.pairs);
  EXPECT_EQ(got.summary, wanted.summary);
}

TEST(CodedScreen, GivesTheAnswersOfItsSource) {
  const TempFile firms(DatedFirms(20'000));
  const CodedPath coded;
  EncodeFirms(MakeEngine(2), firms.path(), coded.path());
  for (const int threads : {1, 2}) {
    for (const Evaluator evaluator : {Evaluator::kBatch, Evaluator::kPoint, Evaluator::kInterpreter}) {
      ScreenOptions options;
      options.evaluator = evaluator;
      options.outcomes = kAllOutcomes;
      const RunResult wanted = RunScreen(MakeEngine(threads), firms.path(), options);
      const CodedRun got = RunCoded(MakeEngine(threads), coded.path(), options);
      ExpectSame(got.result, wanted);
      EXPECT_EQ(got.codes_used, evaluator == Evaluator::kBatch);
    }
  }
}

TEST(CodedScreen, ServesOtherDaysWithCodesMadeAnewAndEncodesThemAlone) {
  const TempFile firms(DatedFirms(3'000));
  const CodedPath coded;
  EncodeFirms(MakeEngine(1), firms.path(), coded.path());
  const std::string day = "2026-03-31";
  ScreenOptions dated;
  dated.dates.facts_date = *Date::Parse("2023-01-01");
  const RunResult wanted = RunScreen(MakeEngine(2, day), firms.path(), {});
  const CodedRun other_day = RunCoded(MakeEngine(2, day), coded.path());
  ExpectSame(other_day.result, wanted);
  EXPECT_FALSE(other_day.codes_used);
  const CodedRun other_rules = RunCoded(MakeEngine(2), coded.path(), dated);
  ExpectSame(other_rules.result, RunScreen(MakeEngine(2), firms.path(), dated));
  EXPECT_FALSE(other_rules.codes_used);

  // Onto itself.
  const std::string before = coded.Bytes();
  Diagnostics diagnostics;
  const auto again = Screen::OpenCoded(MakeEngine(2, day), coded.path(), {}, &diagnostics);
  ASSERT_TRUE(again) << diagnostics.Text();
  ASSERT_EQ(again->Encode(coded.path()), Screen::Step::kEnd) << again->error();
  const CodedRun renewed = RunCoded(MakeEngine(2, day), coded.path());
  ExpectSame(renewed.result, wanted);
  EXPECT_TRUE(renewed.codes_used);
  // All that is behind the header and before the codes is as it was.
  const std::string after = coded.Bytes();
  uint64_t values_directory = 0;
  std::memcpy(&values_directory, before.data() + 24, sizeof values_directory);
  EXPECT_EQ(before.substr(128, values_directory - 128), after.substr(128, values_directory - 128));
}

TEST(CodedScreen, KeepsRejectsAndCounts) {
  const TempFile firms(Firms(5'000) + "{\"id\":\"x\",\"stuff\":1}\n");
  const CodedPath coded;
  const CodedPath from_source;
  const CodedPath at_encoding;
  const CodedPath from_coded;
  ScreenOptions options;
  options.rejects_path = at_encoding.path();
  const std::string summary = EncodeFirms(MakeEngine(2), firms.path(), coded.path(), options);
  EXPECT_NE(summary.find("\"rows_read\":5051,\"rows_rejected\":50,\"subjects\":5001"), std::string::npos)
      << summary;
  options.rejects_path = from_source.path();
  const RunResult wanted = RunScreen(MakeEngine(2), firms.path(), options);
  options.rejects_path = from_coded.path();
  ExpectSame(RunCoded(MakeEngine(2), coded.path(), options).result, wanted);
  EXPECT_NE(wanted.summary.find("\"undeclared\":{\"stuff\":1}"), std::string::npos);
  EXPECT_EQ(at_encoding.Bytes(), from_source.Bytes());
  EXPECT_EQ(from_coded.Bytes(), from_source.Bytes());
  EXPECT_GT(from_coded.Bytes().size(), 1000u);
}

TEST(CodedScreen, AFileOfNoFirmsIsARunOfNothing) {
  const TempFile firms("\n");
  const CodedPath coded;
  EncodeFirms(MakeEngine(2), firms.path(), coded.path());
  const CodedRun run = RunCoded(MakeEngine(2), coded.path());
  EXPECT_EQ(run.result.last, Screen::Step::kEnd);
  EXPECT_NE(run.result.summary.find("\"rows_read\":0"), std::string::npos) << run.result.summary;
}

TEST(CodedScreen, FitsPacksOfTheSameFactsAndNoOthers) {
  const TempFile firms(Firms(2'000));
  const CodedPath coded;
  EncodeFirms(MakeEngine(1), firms.path(), coded.path());
  const std::string one_policy =
      R"json([{"id":"other","title":"other","clauses":[{"id":"size","article":"1","when":"staff > 30"}]}])json";
  const auto same_facts = MakeEngine(1, "2025-06-30", "", one_policy);
  const CodedRun run = RunCoded(same_facts, coded.path());
  ExpectSame(run.result, RunScreen(same_facts, firms.path(), {}));
  EXPECT_FALSE(run.codes_used);

  const CodedRun refused =
      RunCoded(MakeEngine(1, "2025-06-30", R"(,{"id":"more","type":"date"})"), coded.path());
  EXPECT_EQ(refused.refusal.rfind("ZD4203 ", 0), 0u) << refused.refusal;
  EXPECT_NE(refused.refusal.find("coded for the facts of pack mini 1.0.0"), std::string::npos)
      << refused.refusal;
}

TEST(CodedScreen, RefusesWhatIsNoWholeCodedFile) {
  const TempFile firms(Firms(1'000));
  const CodedPath coded;
  EncodeFirms(MakeEngine(1), firms.path(), coded.path());
  const std::string good = coded.Bytes();
  const auto refusal = [&](const std::string& bytes) {
    coded.Write(bytes);
    return RunCoded(MakeEngine(1), coded.path()).refusal.substr(0, 6);
  };
  EXPECT_EQ(refusal(""), "ZD4201");
  EXPECT_EQ(refusal("{\"id\":\"a\"}\n"), "ZD4201");
  EXPECT_EQ(refusal(std::string(good.size(), '\0')), "ZD4201");
  for (const size_t size : {size_t{9}, size_t{100}, size_t{127}, size_t{5'000}, good.size() - 1}) {
    EXPECT_EQ(refusal(good.substr(0, size)), "ZD4204") << size;
  }
  std::string newer = good;
  newer[8] = 2;
  EXPECT_EQ(refusal(newer), "ZD4202");
  EXPECT_EQ(refusal(good + "x"), "ZD4204");
  Diagnostics diagnostics;
  EXPECT_FALSE(Screen::OpenCoded(MakeEngine(1), "/tmp/zhida-no-such.zhida", {}, &diagnostics));
  EXPECT_EQ(diagnostics.Text().rfind("ZD4205 ", 0), 0u) << diagnostics.Text();
}

// One bit anywhere: the file is refused, or the run fails, or the bit meant nothing and the answers stand.
TEST(CodedScreen, AFlippedBitNeverChangesAnAnswer) {
  const TempFile firms(DatedFirms(300));
  const CodedPath coded;
  EncodeFirms(MakeEngine(1), firms.path(), coded.path());
  const std::string good = coded.Bytes();
  const auto engine = MakeEngine(1);
  const auto other_day = MakeEngine(1, "2026-03-31");
  const RunResult wanted = RunScreen(engine, firms.path(), {});
  const RunResult wanted_other = RunScreen(other_day, firms.path(), {});
  std::mt19937 random(5);
  int noticed = 0;
  constexpr int kRounds = 300;
  for (int round = 0; round < kRounds; ++round) {
    std::string bytes = good;
    const size_t at = random() % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (random() % 8)));
    coded.Write(bytes);
    const bool other = round % 2 == 1;
    const CodedRun run = RunCoded(other ? other_day : engine, coded.path());
    if (!run.refusal.empty() || run.result.last == Screen::Step::kFailed) {
      ++noticed;
      continue;
    }
    ExpectSame(run.result, other ? wanted_other : wanted);
  }
  EXPECT_GT(noticed, kRounds / 4);
}

}  // namespace
}  // namespace zhida::facade

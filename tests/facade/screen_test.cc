// Screening as a whole: the same answers for any number of threads, any block size and any evaluator; counts
// that add up; failures that say what happened.

#include "engine/facade/screen.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace zhida::facade {
namespace {

const char* const kPolicies = R"json([
{"id":"small","title":"small","clauses":[{"id":"size","article":"1","when":"staff <= 20"},{"id":"clean","article":"2","when":"not(bad)"}],"amount":"staff * 100.5"},
{"id":"named","title":"named","clauses":[{"id":"name","article":"1","when":"matches(name, \"^A.*7$\")"}]},
{"id":"ratio","title":"ratio","clauses":[{"id":"bar","article":"1","when":"cost / revenue >= 0.03"}],"amount":"cost * 0.1","cap":"5000"}])json";

std::shared_ptr<const Engine> MakeEngine(int threads) {
  Diagnostics diagnostics;
  const auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json",
        R"({"kind":"firm","key":"id","facts":[{"id":"id","type":"string"},{"id":"staff","type":"integer"},
         {"id":"bad","type":"boolean","commitment":"allowed"},{"id":"name","type":"string"},{"id":"cost","type":"money"},
         {"id":"revenue","type":"money"}]})"},
       {"policies/all.json", kPolicies}},
      &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return std::make_shared<const Engine>(pack, *Date::Parse("2025-06-30"), threads);
}

// A file that is deleted at the end of the test.
class TempFile {
 public:
  explicit TempFile(const std::string& text) {
    char name[] = "/tmp/zhida_screen_XXXXXX";
    const int descriptor = mkstemp(name);
    EXPECT_GE(descriptor, 0);
    path_ = name;
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TempFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string Firms(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    if (i % 100 == 37) text += "{\"id\":\"broken\", \"staff\": }\n";
    if (i % 100 == 38) text += "\n";
    text += "{\"id\":\"firm" + std::to_string(i) + "\",\"staff\":" + std::to_string(i % 41) + ",\"name\":\"" +
            (i % 3 == 0 ? "A" : "B") + std::to_string(i % 1000) + "\"";
    if (i % 5 != 0) text += i % 7 == 0 ? ",\"bad\":true" : ",\"bad\":false";
    if (i % 11 == 0) text += ",\"bad@state\":\"committed\"";
    if (i % 4 != 0)
      text += ",\"cost\":" + std::to_string(i % 50) + ",\"revenue\":" + std::to_string(i % 9 * 100);
    text += "}\n";
  }
  return text;
}

struct RunResult {
  std::string pairs;
  std::string summary;
  Screen::Step last = Screen::Step::kEnd;
  std::string error;
};

RunResult RunScreen(const std::shared_ptr<const Engine>& engine, const std::string& path,
                    ScreenOptions options) {
  Diagnostics diagnostics;
  auto screen = Screen::OpenNdjson(engine, {path}, std::move(options), &diagnostics);
  RunResult result;
  EXPECT_TRUE(screen) << diagnostics.Text();
  if (!screen) return result;
  for (;;) {
    ArrowArray batch;
    result.last = screen->Next(&batch);
    if (result.last != Screen::Step::kBatch) break;
    const auto* rows = static_cast<const int64_t*>(batch.children[0]->buffers[1]);
    const auto* policies = static_cast<const int32_t*>(batch.children[2]->buffers[1]);
    const auto* outcomes = static_cast<const int8_t*>(batch.children[3]->buffers[1]);
    const auto* amounts = static_cast<const int64_t*>(batch.children[4]->buffers[1]);
    const auto* valid = static_cast<const uint8_t*>(batch.children[4]->buffers[0]);
    for (int64_t i = 0; i < batch.length; ++i) {
      const bool known = valid == nullptr || ((valid[i / 8] >> (i % 8)) & 1) != 0;
      result.pairs += std::to_string(rows[i]) + " " + std::to_string(policies[i]) + " " +
                      std::to_string(outcomes[i]) + " " + (known ? std::to_string(amounts[i]) : "-") + "\n";
    }
    batch.release(&batch);
  }
  result.summary = screen->SummaryJson();
  // What the engine did inside may differ between evaluators; the answers may not.
  const size_t work = result.summary.find("\"work\"");
  const size_t by_policy = result.summary.find("\"by_policy\"");
  result.summary.erase(work, by_policy - work);
  result.error = screen->error();
  return result;
}

TEST(Screen, SameBytesForThreadsBlocksAndEvaluators) {
  const TempFile file(Firms(30'000));
  const RunResult expected = RunScreen(MakeEngine(1), file.path(), {});
  EXPECT_NE(expected.summary.find("\"rows_read\":30300,\"rows_rejected\":300,\"subjects\":30000"),
            std::string::npos)
      << expected.summary;
  EXPECT_NE(expected.summary.find("\"adds_up\":true"), std::string::npos);
  for (int threads : {1, 2}) {
    for (size_t block_rows : {size_t{1024}, size_t{64}, size_t{1000}}) {
      for (Evaluator evaluator : {Evaluator::kBatch, Evaluator::kPoint, Evaluator::kInterpreter}) {
        ScreenOptions options;
        options.block_rows = block_rows;
        options.evaluator = evaluator;
        const RunResult got = RunScreen(MakeEngine(threads), file.path(), options);
        EXPECT_EQ(got.pairs == expected.pairs, true) << threads << " threads, blocks of " << block_rows;
        EXPECT_EQ(got.summary, expected.summary);
      }
    }
  }
}

TEST(Screen, RejectsGoToAFileWithLineFieldAndReason) {
  const TempFile file("{\"id\":\"a\",\"staff\":1}\n\n{\"id\":\"b\",\"staff\":\"x\"}\n{\"id\":\"c\"}");
  const TempFile rejects("");
  ScreenOptions options;
  options.rejects_path = rejects.path();
  const RunResult result = RunScreen(MakeEngine(2), file.path(), options);
  EXPECT_EQ(result.last, Screen::Step::kEnd);
  std::ifstream in(rejects.path());
  std::string line;
  std::getline(in, line);
  EXPECT_EQ(line.rfind("{\"row\":1,\"line\":3,\"file\":", 0), 0u) << line;
  EXPECT_NE(line.find("\"field\":\"staff\""), std::string::npos) << line;
  EXPECT_FALSE(std::getline(in, line));
}

TEST(Screen, ALineOfTwoMegabytesCostsOnlyItself) {
  const std::string good = "{\"id\":\"a\",\"staff\":1}\n";
  const std::string text = good + "{\"id\":\"" + std::string(size_t{3} << 20, 'x') + "\"}\n" + good;
  const TempFile file(text);
  const RunResult result = RunScreen(MakeEngine(2), file.path(), {});
  EXPECT_NE(result.summary.find("\"rows_read\":3,\"rows_rejected\":1,\"subjects\":2"), std::string::npos)
      << result.summary;
}

TEST(Screen, AnEmptyFileIsARunOfNothing) {
  const TempFile file("");
  const RunResult result = RunScreen(MakeEngine(2), file.path(), {});
  EXPECT_EQ(result.last, Screen::Step::kEnd);
  EXPECT_NE(result.summary.find("\"rows_read\":0"), std::string::npos);
  EXPECT_NE(result.summary.find("\"complete\":true"), std::string::npos);
}

TEST(Screen, AMissingFileFailsAndSaysSo) {
  const RunResult result = RunScreen(MakeEngine(1), "/tmp/zhida-no-such-file.ndjson", {});
  EXPECT_EQ(result.last, Screen::Step::kFailed);
  EXPECT_NE(result.error.find("cannot read"), std::string::npos);
}

TEST(Screen, StopsWhenProgressSaysSo) {
  const TempFile file(Firms(60'000));
  ScreenOptions options;
  int calls = 0;
  options.progress = [&](const ScreenProgress& progress) {
    ++calls;
    EXPECT_GT(progress.rows, 0);
    return false;
  };
  const RunResult result = RunScreen(MakeEngine(2), file.path(), options);
  EXPECT_EQ(result.last, Screen::Step::kCancelled);
  EXPECT_EQ(calls, 1);
}

TEST(Screen, AnUnknownPolicyIsRefusedWithAHint) {
  Diagnostics diagnostics;
  ScreenOptions options;
  options.policies = {"smal"};
  EXPECT_FALSE(Screen::OpenNdjson(MakeEngine(1), {}, options, &diagnostics));
  EXPECT_NE(diagnostics.Text().find("did you mean small?"), std::string::npos) << diagnostics.Text();
}

}  // namespace
}  // namespace zhida::facade

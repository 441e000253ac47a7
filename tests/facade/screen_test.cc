// Screening as a whole: the same answers for any number of threads, any block size and any evaluator; counts
// that add up; failures that say what happened.

#include <fstream>
#include <string>

#include "tests/facade/screen_fixture.h"

namespace zhida::facade {
namespace {

TEST(Screen, SameBytesForThreadsBlocksAndEvaluators) {
  const TempFile file(Firms(30'000));
  const RunResult expected = RunScreen(MakeEngine(1), file.path(), {});
  EXPECT_NE(expected.summary.find("\"rows_read\":30300,\"rows_rejected\":300,\"subjects\":30000"),
            std::string::npos)
      << expected.summary;
  EXPECT_NE(expected.summary.find("\"adds_up\":true"), std::string::npos);
  for (int threads : {1, 2, 3, 8}) {
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

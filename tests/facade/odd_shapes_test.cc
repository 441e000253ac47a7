// Packs and inputs of odd shapes: every evaluator, number of threads and block size gives the same, and it is
// what a loop in the test counts.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "engine/facade/screen.h"
#include "tests/test_size.h"

namespace zhida::facade {
namespace {

const char* const kSchema =
    R"({"kind":"firm","key":"id","facts":[{"id":"id","type":"string"},{"id":"staff","type":"integer"},
     {"id":"name","type":"string"},{"id":"note","type":"string"},{"id":"cost","type":"money"}]})";

std::string PolicyOf(const std::string& id, const std::string& clauses) {
  return "{\"id\":\"" + id + "\",\"title\":\"t\",\"clauses\":[" + clauses + "]}";
}

std::string ClauseOf(const std::string& id, const std::string& when) {
  return "{\"id\":\"" + id + R"(","article":"1","when":")" + when + "\"}";
}

pack::PackPtr LoadOf(const std::string& policies) {
  Diagnostics diagnostics;
  auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json", kSchema},
       {"policies/all.json", "[" + policies + "]"}},
      &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return pack;
}

class TempFile {
 public:
  explicit TempFile(const std::string& text) {
    char name[] = "/tmp/zhida_shapes_XXXXXX";
    EXPECT_GE(mkstemp(name), 0);
    path_ = name;
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TempFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The counts of a summary, without what the evaluators did for them.
std::string CountsOf(const pack::PackPtr& pack, const TempFile& file, int threads, size_t block_rows,
                     Evaluator evaluator) {
  Diagnostics diagnostics;
  ScreenOptions options;
  options.block_rows = block_rows;
  options.evaluator = evaluator;
  const auto engine = std::make_shared<const Engine>(pack, *Date::Parse("2026-06-30"), threads);
  const auto screen = Screen::OpenNdjson(engine, {file.path()}, options, &diagnostics);
  EXPECT_TRUE(screen) << diagnostics.Text();
  EXPECT_EQ(screen->Run(), Screen::Step::kEnd) << screen->error();
  const std::string summary = screen->SummaryJson();
  EXPECT_NE(summary.find("\"adds_up\":true"), std::string::npos);
  const size_t work = summary.find("\"work\":");
  return summary.substr(0, work) + summary.substr(summary.find("\"by_policy\":"));
}

// That of all evaluators, which must be one. The interpreter takes its time with very many pairs.
std::string SameForAll(const pack::PackPtr& pack, const TempFile& file, bool interpreter = true) {
  const std::string counts = CountsOf(pack, file, 1, 1024, Evaluator::kBatch);
  EXPECT_EQ(CountsOf(pack, file, 2, 64, Evaluator::kBatch), counts);
  EXPECT_EQ(CountsOf(pack, file, 2, 1024, Evaluator::kPoint), counts);
  if (interpreter) {
    EXPECT_EQ(CountsOf(pack, file, 2, 1024, Evaluator::kInterpreter), counts);
  }
  return counts;
}

std::string Outcomes(int64_t eligible, int64_t undetermined, int64_t ineligible) {
  return "\"eligible\":" + std::to_string(eligible) +
         ",\"conditional\":0,\"undetermined\":" + std::to_string(undetermined) +
         ",\"ineligible\":" + std::to_string(ineligible) + ",\"error\":0";
}

// More different texts than are kept, and more kinds of them than there are codes.
TEST(OddShapes, AFactOfVeryManyDifferentTexts) {
  const int rows = FullSize() ? 1'000'000 : 150'000;
  std::string text;
  int64_t sevens = 0;
  for (int i = 0; i < rows; ++i) {
    text += R"({"id":"f","name":"N)" + std::to_string(i) + "\"}\n";
    sevens += i % 10 == 7 ? 1 : 0;
  }
  const TempFile file(text);
  const auto pack = LoadOf(PolicyOf("seven", ClauseOf("a", R"(matches(name, \"7$\"))")) + "," +
                           PolicyOf("one", ClauseOf("a", R"(name in (\"N77\", \"N78\"))")));
  const std::string counts = SameForAll(pack, file, false);
  EXPECT_NE(counts.find("\"seven\",\"title\":\"t\"," + Outcomes(sevens, 0, rows - sevens)), std::string::npos)
      << counts;
  EXPECT_NE(counts.find("\"one\",\"title\":\"t\"," + Outcomes(2, 0, rows - 2)), std::string::npos) << counts;
}

TEST(OddShapes, APolicyOfVeryManyConditions) {
  std::string clauses;
  std::string parts;
  for (int i = 0; i < 1024; ++i) {
    clauses += (i == 0 ? "" : ",") + ClauseOf("c" + std::to_string(i), "staff != " + std::to_string(2 * i));
    if (i < 1022)
      parts += (i == 0 ? "" : ",") + ClauseOf("c" + std::to_string(i), "staff = " + std::to_string(2 * i));
  }
  const auto pack = LoadOf(PolicyOf("odd", clauses) + "," +
                           PolicyOf("even", R"({"id":"any","article":"1","any":[)" + parts + "]}"));
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += R"({"id":"f")" + (i % 3 == 0 ? std::string() : ",\"staff\":" + std::to_string(i % 100)) + "}\n";
  }
  const std::string counts = SameForAll(pack, TempFile(text));
  int64_t odd = 0;
  int64_t even = 0;
  for (int i = 0; i < 3000; ++i) {
    if (i % 3 != 0) ++(i % 100 % 2 == 0 ? even : odd);
  }
  EXPECT_NE(counts.find("\"odd\",\"title\":\"t\"," + Outcomes(odd, 1000, even)), std::string::npos) << counts;
  EXPECT_NE(counts.find("\"even\",\"title\":\"t\"," + Outcomes(even, 1000, odd)), std::string::npos)
      << counts;
}

TEST(OddShapes, FewFirmsAndNothingKnownOfThem) {
  const auto pack = LoadOf(PolicyOf("free", "") + "," + PolicyOf("small", ClauseOf("a", "staff <= 20")) +
                           "," + PolicyOf("ratio", ClauseOf("a", "cost / staff >= 0.03")) + "," +
                           PolicyOf("named", ClauseOf("a", R"(matches(note, \"x\"))")));
  EXPECT_NE(SameForAll(pack, TempFile("")).find("\"pairs\":0,\"outcomes\":{" + Outcomes(0, 0, 0)),
            std::string::npos);
  const std::string one =
      SameForAll(pack, TempFile("{\"id\":\"a\",\"staff\":3,\"cost\":1,\"note\":\"x\"}\n"));
  EXPECT_NE(one.find("\"pairs\":4,\"outcomes\":{" + Outcomes(4, 0, 0)), std::string::npos) << one;
  std::string text;
  for (int i = 0; i < 2500; ++i) text += "{\"id\":\"a\"}\n";
  const std::string unknown = SameForAll(pack, TempFile(text));
  EXPECT_NE(unknown.find("\"pairs\":10000,\"outcomes\":{" + Outcomes(2500, 7500, 0)), std::string::npos)
      << unknown;
}

}  // namespace
}  // namespace zhida::facade

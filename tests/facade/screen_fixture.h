// What the tests of screening share: a small pack, firms, a run as text.
#ifndef ZHIDA_TESTS_FACADE_SCREEN_FIXTURE_H_
#define ZHIDA_TESTS_FACADE_SCREEN_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/facade/screen.h"

namespace zhida::facade {

inline const char* const kPolicies = R"json([
{"id":"small","title":"small","clauses":[{"id":"size","article":"1","when":"staff <= 20"},{"id":"clean","article":"2","when":"not(bad)"}],"amount":"staff * 100.5"},
{"id":"named","title":"named","clauses":[{"id":"name","article":"1","when":"matches(name, \"^A.*7$\")"}]},
{"id":"ratio","title":"ratio","clauses":[{"id":"bar","article":"1","when":"cost / revenue >= 0.03"}],"amount":"cost * 0.1","cap":"5000"}])json";

inline std::shared_ptr<const Engine> MakeEngine(int threads, const std::string& as_of = "2025-06-30",
                                                const std::string& more_facts = "",
                                                const std::string& policies = kPolicies) {
  Diagnostics diagnostics;
  const auto pack = pack::LoadPackFiles(
      {{"pack.json", R"({"id":"mini","version":"1.0.0","title":"mini","kind":"firm","status":"sample"})"},
       {"schema.json",
        std::string(
            R"({"kind":"firm","key":"id","facts":[{"id":"id","type":"string"},{"id":"staff","type":"integer"},
         {"id":"bad","type":"boolean","commitment":"allowed"},{"id":"name","type":"string"},{"id":"cost","type":"money"},
         {"id":"revenue","type":"money","max_age":"P12M"})") +
            more_facts + "]}"},
       {"policies/all.json", policies}},
      &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return std::make_shared<const Engine>(pack, *Date::Parse(as_of), threads);
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

inline std::string Firms(int count) {
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

// The whole of a screen, which may be null.
inline RunResult RunScreen(Screen* screen) {
  RunResult result;
  if (screen == nullptr) return result;
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

inline RunResult RunScreen(const std::shared_ptr<const Engine>& engine, const std::string& path,
                           ScreenOptions options) {
  Diagnostics diagnostics;
  const auto screen = Screen::OpenNdjson(engine, {path}, std::move(options), &diagnostics);
  EXPECT_TRUE(screen) << diagnostics.Text();
  return RunScreen(screen.get());
}

}  // namespace zhida::facade

#endif  // ZHIDA_TESTS_FACADE_SCREEN_FIXTURE_H_

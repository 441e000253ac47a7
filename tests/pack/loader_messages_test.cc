// What the loader says about mistakes; the cases are in loader_messages.txt.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/base/text.h"
#include "engine/pack/pack.h"

namespace zhida::pack {
namespace {

struct MessageCase {
  std::string name;
  std::map<std::string, std::string> files;
  std::string expected;
};

std::string ReadWhole(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The first element holds the files that every case starts from.
std::vector<MessageCase> ReadCases() {
  std::vector<MessageCase> cases(1);
  std::string* block = nullptr;
  for (const std::string& line :
       SplitOn(ReadWhole(ZHIDA_SOURCE_DIR "/tests/pack/loader_messages.txt"), '\n')) {
    if (line.starts_with("## ")) {
      cases.push_back({line.substr(3), {}, ""});
      block = nullptr;
    } else if (line.starts_with("== ")) {
      block = &cases.back().files[line.substr(3)];
    } else if (line == ">>") {
      block = &cases.back().expected;
    } else if (block != nullptr && !line.empty()) {
      *block += line + "\n";
    }
  }
  return cases;
}

// What is said about a case. The files of `base` are added unless the case has folders of packs.
std::string Said(const MessageCase& test, const MessageCase& base) {
  std::map<std::string, std::string> files = test.files;
  const bool folders = std::any_of(files.begin(), files.end(),
                                   [](const auto& file) { return file.first.ends_with("/pack.yaml"); });
  if (!folders) files.insert(base.files.begin(), base.files.end());
  Diagnostics diagnostics;
  const PackPtr pack = LoadPackFiles(files, &diagnostics);
  EXPECT_EQ(pack != nullptr, diagnostics.ok()) << test.name;
  return diagnostics.Text();
}

TEST(LoaderMessagesTest, SaysAllThatIsWrong) {
  const std::vector<MessageCase> cases = ReadCases();
  ASSERT_GT(cases.size(), 40u);
  size_t messages = 0;
  for (size_t i = 1; i < cases.size(); ++i) {
    const std::string said = Said(cases[i], cases[0]);
    EXPECT_EQ(said, cases[i].expected) << "## " << cases[i].name;
    messages += SplitOn(said, '\n').size() - 1;
  }
  EXPECT_GE(messages, 80u);
}

// Whoever adds a message adds a case that shows it.
TEST(LoaderMessagesTest, EveryMessageIsShown) {
  std::string shown;
  for (const char* file : {"loader_messages.txt", "loader_test.cc", "loader_definitions_test.cc",
                           "loader_closure_test.cc", "loader_bounds_test.cc", "tree_test.cc"}) {
    shown += ReadWhole(std::string(ZHIDA_SOURCE_DIR "/tests/pack/") + file);
  }
  const std::regex code("ZD2[0-9]{3}");
  std::set<std::string> missing;
  for (const auto& entry : std::filesystem::directory_iterator(ZHIDA_SOURCE_DIR "/engine/pack")) {
    if (entry.path().extension() != ".cc") continue;
    const std::string source = ReadWhole(entry.path().string());
    for (std::sregex_iterator at(source.begin(), source.end(), code), end; at != end; ++at) {
      if (shown.find(at->str()) == std::string::npos) missing.insert(at->str());
    }
  }
  EXPECT_TRUE(missing.empty()) << testing::PrintToString(missing);
}

}  // namespace
}  // namespace zhida::pack

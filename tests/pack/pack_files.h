// Packs in memory for tests: a text with `== path` lines becomes files, and a pack that must load.
#ifndef ZHIDA_TESTS_PACK_PACK_FILES_H_
#define ZHIDA_TESTS_PACK_PACK_FILES_H_

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "engine/base/text.h"
#include "engine/pack/pack.h"

namespace zhida::pack {

using Files = std::map<std::string, std::string>;

// `== path` begins a file; empty lines are left out.
inline Files FilesOf(std::string_view text) {
  Files files;
  std::string* block = nullptr;
  for (const std::string& line : SplitOn(text, '\n')) {
    if (line.starts_with("== ")) {
      block = &files[line.substr(3)];
    } else if (block != nullptr && !line.empty()) {
      *block += line + "\n";
    }
  }
  return files;
}

inline PackPtr Load(const Files& files) {
  Diagnostics diagnostics;
  PackPtr pack = LoadPackFiles(files, &diagnostics);
  EXPECT_NE(pack, nullptr) << diagnostics.Text();
  return pack;
}

}  // namespace zhida::pack

#endif  // ZHIDA_TESTS_PACK_PACK_FILES_H_

// Made packs and firms (generator.h) as the engine has them: the pack loaded, the rows read.
#ifndef ZHIDA_TESTS_CROSS_MADE_FACTS_H_
#define ZHIDA_TESTS_CROSS_MADE_FACTS_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/facts/ndjson.h"
#include "engine/pack/pack.h"
#include "tests/cross/generator.h"

namespace zhida::cross {

// ZHIDA_SEED, or where tests begin without it.
inline uint64_t FirstSeed() {
  const char* given = std::getenv("ZHIDA_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : 20261129;
}

inline pack::PackPtr LoadOf(const MadeCase& made, std::vector<pack::Setting> settings = {}) {
  Diagnostics diagnostics;
  pack::LoadOptions options;
  options.settings = std::move(settings);
  pack::PackPtr pack = pack::LoadPackFiles(made.Files(), &diagnostics, options);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return pack;
}

// The rows as NDJSON.
inline std::string TextOf(const MadeCase& made) {
  std::string text;
  for (const MadeRow& row : made.rows) text += row.Json() + "\n";
  return text;
}

inline std::unique_ptr<facts::FactBlock> ReadRows(const MadeCase& made, const pack::Pack& pack) {
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

// The same policy under another id.
inline MadePolicy Renamed(MadePolicy policy, const std::string& id) {
  const std::string quoted = "\"" + policy.id + "\"";
  policy.head.replace(policy.head.find(quoted), quoted.size(), "\"" + id + "\"");
  policy.id = id;
  return policy;
}

}  // namespace zhida::cross

#endif  // ZHIDA_TESTS_CROSS_MADE_FACTS_H_

// Papers against explanations of their pairs, on made packs and firms. A paper keeps what it can of the pack
// and of the firm; an explanation of one pair keeps nothing. ZHIDA_SEED starts elsewhere.

#include "engine/facade/paper.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/cross/generator.h"
#include "tests/test_size.h"

namespace zhida::cross {
namespace {

uint64_t FirstSeed() {
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20261129;
  std::printf("first seed %llu\n", static_cast<unsigned long long>(seed));
  return seed;
}

struct MadeEngine {
  explicit MadeEngine(uint64_t seed) : made(Make(seed, {.policies = 12, .rows = 8})) {
    Diagnostics diagnostics;
    pack = pack::LoadPackFiles(made.Files(), &diagnostics);
    EXPECT_TRUE(pack) << "seed " << seed << "\n" << diagnostics.Text();
  }
  facade::Engine Engine() const { return {pack, *Date::Parse(made.as_of), 1}; }

  MadeCase made;
  pack::PackPtr pack;
};

// What an explanation and a pair of a paper have in common.
std::string_view PairOf(std::string_view explanation) {
  const size_t begin = explanation.find("\"policy\":");
  const size_t end = explanation.rfind(",\"warnings\":[");
  return explanation.substr(begin, (end == explanation.npos ? explanation.size() - 1 : end) - begin);
}

// "" where the firm is refused.
std::string PaperOf(const facade::Engine& engine, const MadeRow& row) {
  Diagnostics diagnostics;
  return facade::PaperJson(engine, row.Json(), {}, &diagnostics).value_or("");
}

TEST(CrossPaper, HoldsTheExplanationOfEachPair) {
  const uint64_t first = FirstSeed();
  const uint64_t rounds = FullSize() ? 2'000 : 60;
  int told = 0;
  for (uint64_t seed = first; seed < first + rounds; ++seed) {
    const MadeEngine made(seed);
    const facade::Engine engine = made.Engine();
    for (const MadeRow& row : made.made.rows) {
      const std::string paper = PaperOf(engine, row);
      if (paper.empty()) continue;
      std::string pairs;
      for (const pack::Policy& policy : engine.pack().policies) {
        Diagnostics diagnostics;
        const auto explanation = engine.Explain(row.Json(), policy.id, {}, &diagnostics);
        ASSERT_TRUE(explanation) << diagnostics.Text();
        // Those that are refused are counted, and told where they are near.
        if (explanation->find("\"outcome\":\"ineligible\"") != std::string::npos) continue;
        pairs += (pairs.empty() ? "{" : ",{") + std::string(PairOf(*explanation)) + "}";
        ++told;
      }
      ASSERT_NE(paper.find("\"pairs\":[" + pairs + "],\"checklist\":"), std::string::npos)
          << "seed " << seed << "\n"
          << row.Json() << "\n"
          << pairs << "\n"
          << paper;
    }
  }
  std::printf("%d pairs told\n", told);
  EXPECT_GT(told, static_cast<int>(rounds) * 20);
}

// The sum of the numbers behind a key of the steps of the amount.
int64_t SumOf(std::string_view amount, std::string_view key) {
  int64_t sum = 0;
  for (size_t at = amount.find(key); at != amount.npos; at = amount.find(key, at + 1))
    sum += std::strtoll(amount.data() + at + key.size(), nullptr, 10);
  return sum;
}

TEST(CrossPaper, ItemsAddUpToTheAmountThatTheInterpreterGives) {
  const uint64_t first = FirstSeed();
  const uint64_t rounds = FullSize() ? 2'000 : 200;
  int added = 0;
  for (uint64_t seed = first; seed < first + rounds; ++seed) {
    const MadeEngine made(seed);
    const facade::Engine engine = made.Engine();
    for (const MadeRow& row : made.made.rows) {
      for (const pack::Policy& policy : engine.pack().policies) {
        if (!policy.amount || !policy.amount->per) continue;
        Diagnostics diagnostics;
        const auto text = engine.Explain(row.Json(), policy.id, {}, &diagnostics);
        if (!text) continue;
        const size_t begin = text->find(",\"items\":[");
        const size_t round = text->find(",\"round\":{", begin);
        ASSERT_NE(round, text->npos) << *text;
        const std::string items = text->substr(begin, round - begin);
        const bool decided = items.find("\"state\":\"unknown\"") == items.npos &&
                             items.find("\"state\":\"error\"") == items.npos;
        const size_t amount = text->find(",\"amount_fen\":") + 14;
        if (text->compare(amount, 4, "null") == 0) continue;
        ASSERT_TRUE(decided) << *text;
        ASSERT_EQ(SumOf(items, "\"fen\":"), std::strtoll(text->data() + amount, nullptr, 10))
            << "seed " << seed << "\n"
            << *text;
        const size_t unclipped = text->find("\"unclipped_fen\":", round);
        if (unclipped != text->npos) {
          ASSERT_EQ(SumOf(items, "\"unclipped_fen\":"),
                    std::strtoll(text->data() + unclipped + 16, nullptr, 10))
              << "seed " << seed << "\n"
              << *text;
        }
        if (items.find("\"fen\":") != items.npos) ++added;
      }
    }
  }
  std::printf("%d amounts of items\n", added);
  EXPECT_GT(added, 20);
}

// What is kept of the pack is made by whoever needs it first.
TEST(CrossPaper, IsTheSameFromManyThreads) {
  const uint64_t first = FirstSeed();
  for (uint64_t seed = first; seed < first + 8; ++seed) {
    const MadeEngine made(seed);
    std::vector<std::string> expected;
    {
      const facade::Engine engine = made.Engine();
      for (const MadeRow& row : made.made.rows) expected.push_back(PaperOf(engine, row));
    }
    const facade::Engine engine = made.Engine();
    std::vector<std::vector<std::string>> papers(4);
    std::vector<std::thread> threads;
    for (std::vector<std::string>& own : papers) {
      threads.emplace_back([&] {
        for (const MadeRow& row : made.made.rows) own.push_back(PaperOf(engine, row));
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const std::vector<std::string>& own : papers) EXPECT_EQ(own, expected) << "seed " << seed;
  }
}

}  // namespace
}  // namespace zhida::cross

// Patterns looked for together must answer as each of them does alone, whatever memory they are given.

#include "engine/feel/pattern_set.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/feel/pattern.h"

namespace zhida::feel {
namespace {

struct Written {
  std::string pattern;
  std::string flags;
};

std::vector<PatternText> TextsOf(const std::vector<Written>& written) {
  std::vector<PatternText> texts;
  for (const Written& one : written) texts.push_back({one.pattern, one.flags});
  return texts;
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  Written Pattern() {
    std::string text = Piece();
    for (int more = Below(4); more > 0; --more) text += Below(4) == 0 ? "|" + Piece() : Piece();
    if (Below(5) == 0) text.insert(0, "^");
    if (Below(5) == 0) text += "$";
    static constexpr const char* kFlags[] = {"", "", "", "i", "s", "m", "im", "x"};
    return {text, kFlags[Below(8)]};
  }

  std::string Text() {
    std::string text;
    for (int left = Below(12); left > 0; --left) {
      static constexpr const char* kParts[] = {"a",  "A", "b",  "1", "２",   "泉",
                                               "州", " ", "\n", "-", "科技", "\r"};
      text += kParts[Below(12)];
    }
    return text;
  }

 private:
  int Below(int end) { return static_cast<int>(random_() % static_cast<uint64_t>(end)); }
  std::string Piece() {
    static constexpr const char* kPieces[] = {"a",    "b+",     "[a-z]",    "\\d",     "\\w",  "泉州?",
                                              ".",    "(a|泉)", "a{1,3}",   "\\s*",    "[^a]", "(?:ab)+",
                                              "科技", ".*",     "[A-Za-z]", "\\p{Lu}", "\\W?", "-"};
    return kPieces[Below(18)];
  }

  std::mt19937_64 random_;
};

// Texts that the set decided, and that it left undecided.
struct Tally {
  int decided = 0;
  int given_up = 0;
};

Tally Compare(const std::vector<Written>& written, const std::vector<std::string>& texts, int64_t bytes) {
  const auto set = PatternSet::Make(TextsOf(written), bytes);
  Tally tally;
  if (!set) return tally;
  for (const std::string& text : texts) {
    std::vector<int> matching;
    if (!set->Match(text, &matching)) {
      ++tally.given_up;
      continue;
    }
    ++tally.decided;
    std::vector<bool> together(written.size());
    for (const int at : matching) together[static_cast<size_t>(at)] = true;
    for (size_t i = 0; i < written.size(); ++i) {
      EXPECT_EQ(together[i], Pattern::Get(written[i].pattern, written[i].flags)->Matches(text))
          << written[i].pattern << " with flags " << written[i].flags << " in " << text;
    }
  }
  return tally;
}

TEST(PatternSet, AnswersAsEachPatternDoesAlone) {
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t first = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  std::printf("first seed %llu\n", static_cast<unsigned long long>(first));
  for (uint64_t seed = first; seed < first + 40 && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Maker make(seed);
    std::vector<Written> written;
    while (written.size() < 1 + seed % 30) {
      Written one = make.Pattern();
      if (PatternProblem(one.pattern, one.flags).empty()) written.push_back(std::move(one));
    }
    std::vector<std::string> texts = {""};
    while (texts.size() < 60) texts.push_back(make.Text());
    const Tally tally = Compare(written, texts, limits::kPatternSetMemoryBytes);
    EXPECT_EQ(tally.decided, 60);
  }
}

// From far too little to plenty.
TEST(PatternSet, OverItsMemoryIsUndecidedNeverNoMatch) {
  std::vector<Written> written;
  for (int i = 0; i < 40; ++i) written.push_back({"科技" + std::to_string(i) + ".*[0-9]{3}.*公司", ""});
  const std::vector<std::string> texts = {"泉州科技7的123号公司", "科技39 000公司", "", "贸易"};
  Tally least = Compare(written, texts, 1 << 10);
  EXPECT_EQ(least.given_up, 4);
  Tally most;
  for (int64_t bytes = 2 << 10; bytes <= limits::kPatternSetMemoryBytes; bytes += bytes / 2) {
    most = Compare(written, texts, bytes);
    EXPECT_EQ(most.decided + most.given_up, 4) << bytes;
  }
  EXPECT_EQ(most.decided, 4);
}

TEST(PatternSet, RefusesWhatAPatternRefuses) {
  EXPECT_EQ(PatternSet::Make({}, limits::kPatternSetMemoryBytes), nullptr);
  for (const Written& bad :
       {Written{"(a", ""}, Written{"(?=a)", ""}, Written{"a", "q"}, Written{"\\1", ""}}) {
    EXPECT_EQ(PatternSet::Make(TextsOf({{"a", ""}, bad}), limits::kPatternSetMemoryBytes), nullptr)
        << bad.pattern;
  }
}

}  // namespace
}  // namespace zhida::feel

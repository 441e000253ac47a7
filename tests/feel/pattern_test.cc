#include "engine/feel/pattern.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/base/limits.h"

namespace zhida::feel {
namespace {

struct MatchCase {
  const char* text;
  const char* pattern;
  const char* flags;
  bool matches;
};

constexpr MatchCase kMatches[] = {
    {"foobar", "^fo*b", "", true},
    {"foobar", "ob", "", true},
    {"foobar", "^ob", "", false},
    {"abc", "^abc$", "", true},
    {"abc\n", "^abc$", "", false},
    {"abc\ndef", "^def", "", false},
    {"abc\ndef", "^def", "m", true},
    {"abc\ndef", "abc$", "m", true},
    {"abc\ndef", "c.d", "", false},
    {"abc\ndef", "c.d", "s", true},
    {"Mary\rJones", "Mary.Jones", "", false},
    {"\nabcd\ndefg\n", "^$", "m", true},
    {"ABC", "abc", "i", true},
    {"\xE2\x84\xAA", "k", "i", true},  // the Kelvin sign
    {"Q", "[^q]", "i", false},
    {"helloworld", "hello world", "x", true},
    {"hello world", "hello\\ sworld", "x", true},
    {"a b", "a\\[ b", "x", false},
    {"a[b", "a\\[ b", "x", true},
    {"a b", "a[ ]b", "x", true},
    {"泉州市", "^\\w{3}$", "", true},
    {"泉州，市", "^\\w+$", "", false},
    {"１２３", "^\\d{3}$", "", true},
    {"12a", "^\\d+$", "", false},
    {"a1", "^[\\w]+$", "", true},
    {"a-1", "^[^\\W]+$", "", false},
    {"a 1", "\\s", "", true},
    {"a1", "\\S\\D|\\D\\S", "", true},
    {"a b", "^[\\S]+$", "", false},
    {"泉", "^\\p{L}$", "", true},
    {"泉", "\\P{L}", "", false},
    {"a.b", "a\\.b", "", true},
    {"axb", "a\\.b", "", false},
    {"a]b", "a[\\]]b", "", true},
    {"a-b", "a[x-]b", "", true},
    {"a^b", "a[x^]b", "", true},
    {"a.b", "a[.]b", "", true},
    {"axb", "a[.]b", "", false},
    {"aab", "^a{2}b$", "", true},
    {"ab", "^a{2,}b$", "", false},
    {"abab", "^(?:ab){1,2}$", "", true},
    {"91350500M0001AB27K", "^[0-9A-HJ-NPQRTUWXY]{2}\\d{6}[0-9A-HJ-NPQRTUWXY]{10}$", "", true},
    {"", "", "", true},
    {"a", "", "", true},
};

TEST(PatternTest, Matches) {
  for (const MatchCase& one : kMatches) {
    const auto pattern = Pattern::Get(one.pattern, one.flags);
    ASSERT_EQ(pattern->problem(), "") << one.pattern;
    EXPECT_EQ(pattern->Matches(one.text), one.matches)
        << one.text << " against " << one.pattern << " " << one.flags;
  }
}

struct ProblemCase {
  const char* pattern;
  const char* flags;
  const char* part;  // of the reason
};

constexpr ProblemCase kProblems[] = {
    {"a(?=b)", "", "look-around"},
    {"a(?!b)", "", "look-around"},
    {"(?<=a)b", "", "look-around"},
    {"(?<!a)b", "", "look-around"},
    {"(?i)a", "", "flags stand in an argument"},
    {"(?P<n>a)", "", "starts no group"},
    {"(a)\\1", "", "back references"},
    {"(asd)[\\1]", "", "back references"},
    {"a{1001}", "", "more than 1000 times"},
    {"a{1,99999999999}", "", "more than 1000 times"},
    {"(a{100}){100}", "", "repetition"},
    {"[A-Z-[OI]]", "", "class subtraction"},
    {"[a[b]", "", "[ inside a class"},
    {"[]", "", "empty class"},
    {"[a", "", "[ without ]"},
    {"a{", "", "starts no repetition"},
    {"a{,3}", "", "starts no repetition"},
    {"a}", "", "} without {"},
    {"\\b", "", "not an escape"},
    {"\\C", "", "not an escape"},
    {"\\x41", "", "not an escape"},
    {"a\\", "", "ends after"},
    {"\\p{IsBasicLatin}", "", "blocks"},
    {"\\pL", "", "in braces"},
    {"\\p{Nothing}", "", "Nothing"},
    {"(a", "", "missing"},
    {"a)", "", ")"},
    {"*a", "", "repetition"},
    {"[z-a]", "", "range"},
    {"a", "q", "flags are s, m, i and x"},
    {"a", " ", "flags are s, m, i and x"},
};

TEST(PatternTest, SaysWhyItRefuses) {
  for (const ProblemCase& one : kProblems) {
    const std::string problem = PatternProblem(one.pattern, one.flags);
    EXPECT_NE(problem.find(one.part), std::string::npos) << one.pattern << ": " << problem;
  }
  EXPECT_EQ(PatternProblem("a+", "smix"), "");
}

TEST(PatternTest, IsBounded) {
  EXPECT_NE(PatternProblem(std::string(limits::kPatternBytesMax + 1, 'a'), ""), "");
  EXPECT_EQ(PatternProblem(std::string(limits::kPatternBytesMax, 'a'), ""), "");
  EXPECT_NE(PatternProblem("((\\w{1,1000}){1,1000}){1,1000}", ""), "");
  EXPECT_EQ(PatternProblem("\\w{2,20}", ""), "");
  std::string large;
  for (int i = 0; i < 30; ++i) large += "(\\w{1,900}|a)";
  EXPECT_NE(PatternProblem(large, "").find("too large"), std::string::npos) << PatternProblem(large, "");
}

// The fast automaton of `[ab]*a[ab]{600}b` needs about 2^600 states and runs out of memory at once; the
// answer must be that of the definition all the same.
TEST(PatternTest, AnswersWhenTheFastAutomatonRunsOutOfMemory) {
  const auto pattern = Pattern::Get("^[ab]*a[ab]{600}b$", "");
  ASSERT_EQ(pattern->problem(), "");
  unsigned state = 12345;
  for (int round = 0; round < 8; ++round) {
    std::string text;
    for (int i = 0; i < 5'000; ++i) {
      state = state * 1664525u + 1013904223u;
      text += (state >> 16 & 1) != 0 ? 'a' : 'b';
    }
    const bool expected = text.back() == 'b' && text[text.size() - 602] == 'a';
    EXPECT_EQ(pattern->Matches(text), expected) << round;
  }
}

struct ReplaceCase {
  const char* text;
  const char* pattern;
  const char* replacement;
  const char* flags;
  const char* result;
};

constexpr ReplaceCase kReplacements[] = {
    {"abracadabra", "bra", "*", "", "a*cada*"},
    {"abracadabra", "a.*?a", "*", "", "*c*bra"},
    {"abracadabra", "a", "", "", "brcdbr"},
    {"AAAA", "A+", "b", "", "b"},
    {"darted", "^(.*?)d(.*)$", "$1c$2", "", "carted"},
    {"abcd", "(ab)|(a)", "[1=$1][2=$2]", "", "[1=ab][2=]cd"},
    {"facetiously", "[iouy]", "[$0]", "", "facet[i][o][u]sl[y]"},
    {"abc", "b", "\\$\\\\", "", "a$\\c"},
    {"abc", "(b)", "$12", "", "ab2c"},
    {"abc", "b", "$3", "", "ac"},
    {"abc", ".^[d-z]*", "smix", "", "abc"},
    {"泉州市泉港区", "泉(.)", "<$1>", "", "<州>市<港>区"},
    {"", "a", "b", "", ""},
    {"abc", "b", "$", "", "!"},
    {"abc", "b", "$x", "", "!"},
    {"abc", "b", "\\n", "", "!"},
    {"abc", "b", "c\\", "", "!"},
    {"abc", "x*", "-", "", "!"},
    {"abc", "^", "-", "", "!"},
    {"abc", "c?$", "-", "", "!"},
};

TEST(PatternTest, Replaces) {
  for (const ReplaceCase& one : kReplacements) {
    const auto pattern = Pattern::Get(one.pattern, one.flags);
    ASSERT_EQ(pattern->problem(), "") << one.pattern;
    const char* error = nullptr;
    const auto text = pattern->Replace(one.text, one.replacement, 1000, &error);
    EXPECT_EQ(text.value_or("!"), one.result) << one.pattern << " " << one.replacement;
    EXPECT_EQ(text.has_value(), error == nullptr) << one.pattern;
  }
}

TEST(PatternTest, ReplacementsAreBounded) {
  const std::string text(1000, 'a');
  std::string replacement;
  for (int i = 0; i < 1000; ++i) replacement += "$0$0";
  const char* error = nullptr;
  EXPECT_EQ(Pattern::Get("a+", "")->Replace(text, replacement, 100'000, &error), std::nullopt);
  EXPECT_STREQ(error, "the result of replace is too long");
}

TEST(PatternTest, Splits) {
  const char* error = nullptr;
  using Parts = std::vector<std::string>;
  EXPECT_EQ(Pattern::Get("\\s", "")->Split("John Doe", &error), Parts({"John", "Doe"}));
  EXPECT_EQ(Pattern::Get("、|，", "")->Split("甲、乙，丙", &error), Parts({"甲", "乙", "丙"}));
  EXPECT_EQ(Pattern::Get(";", "")->Split(";a;;", &error), Parts({"", "a", "", ""}));
  EXPECT_EQ(Pattern::Get(";", "")->Split("", &error), Parts({""}));
  EXPECT_EQ(error, nullptr);
  EXPECT_EQ(Pattern::Get(";*", "")->Split("a;b", &error), std::nullopt);
  EXPECT_STREQ(error, "the pattern matches the empty text");
}

TEST(PatternTest, CompilesOnceAndServesManyThreads) {
  EXPECT_EQ(Pattern::Get("once", "").get(), Pattern::Get("once", "").get());
  EXPECT_NE(Pattern::Get("once", "").get(), Pattern::Get("once", "i").get());
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&wrong] {
      // More patterns than the cache keeps, so that entries are dropped while others use them.
      for (int i = 0; i < 1500; ++i) {
        const std::string number = std::to_string(i % 700);
        const auto pattern = Pattern::Get("^n" + number + "$", "");
        if (!pattern->Matches("n" + number) || pattern->Matches("m" + number)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace zhida::feel

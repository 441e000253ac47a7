// The check digit of credit codes, against codes computed independently of this program.
#include "engine/facts/uscc.h"

#include <gtest/gtest.h>

#include <string>

namespace zhida::facts {
namespace {

TEST(UsccTest, AcceptsValidCodes) {
  for (const char* code :
       {"91350500YYYY000127", "91350521YYYY00020F", "91350582YYYY00039P", "92350500YYYY00047N",
        "93350700YYYY00055Q", "52350300YYYY000636", "12350400YYYY00071A", "91350600YYYY0008X7"}) {
    EXPECT_TRUE(UsccCheckHolds(code)) << code;
  }
}

TEST(UsccTest, RemainderZeroChecksAsZero) { EXPECT_TRUE(UsccCheckHolds("91350500YYYY003970")); }

TEST(UsccTest, CodesOfTheEarlyPilotsFail) {
  // In use all the same; they compute 1, R and J.
  EXPECT_FALSE(UsccCheckHolds("91350100M0001TGQXM"));
  EXPECT_FALSE(UsccCheckHolds("91350211M0000XUF46"));
  EXPECT_FALSE(UsccCheckHolds("91350203M0001FUE2P"));
  EXPECT_TRUE(UsccCheckHolds("91350100M0001TGQX1"));
  EXPECT_TRUE(UsccCheckHolds("91350211M0000XUF4R"));
  EXPECT_TRUE(UsccCheckHolds("91350203M0001FUE2J"));
}

TEST(UsccTest, EveryOtherCheckDigitFails) {
  const std::string good = "91350500YYYY000127";
  int held = 0;
  for (const char c : std::string("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
    held += UsccCheckHolds(good.substr(0, 17) + c) ? 1 : 0;
  }
  EXPECT_EQ(held, 1);
}

TEST(UsccTest, FindsEverySingleWrongCharacter) {
  const std::string good = "91350600YYYY0008X7";
  for (size_t i = 0; i < good.size(); ++i) {
    for (const char c : std::string("0123456789ABCDEFGHJKLMNPQRTUWXY")) {
      std::string bad = good;
      bad[i] = c;
      EXPECT_EQ(UsccCheckHolds(bad), bad == good) << bad;
    }
  }
}

TEST(UsccTest, RefusesOtherShapes) {
  EXPECT_FALSE(UsccCheckHolds(""));
  EXPECT_FALSE(UsccCheckHolds("91350500YYYY00012"));
  EXPECT_FALSE(UsccCheckHolds("91350500YYYY0001270"));
  EXPECT_FALSE(UsccCheckHolds("91350500yyyy000127"));
  EXPECT_FALSE(UsccCheckHolds("9135O500YYYY000127"));  // the letter O
  EXPECT_FALSE(UsccCheckHolds("91350500YYYY00012\xFF"));
}

}  // namespace
}  // namespace zhida::facts

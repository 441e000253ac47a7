// The rules without any storage: names, steps, money at the edges.

#include "engine/ledger/transition.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/ledger/canonical.h"
#include "engine/ledger/ledger.h"

namespace zhida::ledger {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(EntryTest, NamesGoBothWays) {
  for (int i = 0; i < kStates; ++i) {
    const State state = static_cast<State>(i);
    EXPECT_EQ(StateFromName(StateName(state)), state);
    EXPECT_EQ(IsLive(state), state != State::kVoid && state != State::kReturned);
  }
  for (int i = 0; i < kEntryKinds; ++i) {
    const EntryKind kind = static_cast<EntryKind>(i);
    EXPECT_EQ(EntryKindFromName(EntryKindName(kind)), kind);
  }
  EXPECT_EQ(StateFromName("gone"), std::nullopt);
  EXPECT_EQ(EntryKindFromName(""), std::nullopt);
}

TEST(EntryTest, DigestsAsText) {
  Digest digest{};
  digest[0] = 0x0f;
  digest[31] = 0xa9;
  const std::string hex = DigestHex(digest);
  EXPECT_EQ(hex, "0f" + std::string(60, '0') + "a9");
  EXPECT_EQ(DigestFromHex(hex), digest);
  EXPECT_EQ(DigestFromHex(hex.substr(1)), std::nullopt);
  for (const char* const bad : {"0G", "G0", "0/", "0:", "0`", "0A", "0g"}) {
    EXPECT_EQ(DigestFromHex(bad + hex.substr(2)), std::nullopt) << bad;
  }
}

// The bytes are part of the promise: a ledger of today is audited in years. The digests were computed with
// Python's hashlib from the description in docs/ledger.md.
TEST(CanonicalTest, BytesStayAsTheyAre) {
  const EventKey key{"91350582YYYY00001U", "award", "upgrade", 2026, "1"};
  EXPECT_EQ(PaymentId(key, 1), "ZD92C614734D3D931CEA9BD61ECEA78B44");
  Entry entry;
  entry.seq = 2;
  entry.kind = EntryKind::kReserve;
  entry.at = 1'780'000'000;
  entry.actor = "林";
  entry.payment = 1;
  entry.key = key;
  entry.attempt = 1;
  entry.policy = "p";
  entry.payee = {"n", "a", "b"};
  entry.memo = "m";
  entry.link = "l";
  entry.pool = "pool";
  entry.pool_year = 2026;
  entry.amount_fen = -5;
  entry.file = "f";
  entry.reference = "r";
  entry.reason = "w";
  std::string buffer;
  EXPECT_EQ(DigestHex(ChainDigest(Digest{}, entry, &buffer)),
            "debfa28b2503237792058f5c1b3606bcfabdafc65c5948b3ebcff626e098e062");
}

TEST(TransitionTest, MoneyMovesOnlyWhereItAddsUp) {
  const Balance full{"p", 2026, false, 100, 60, 40, 0, 0};
  Balance balance = full;
  EXPECT_FALSE(Move(EntryKind::kReserve, 61, &balance));
  EXPECT_FALSE(Move(EntryKind::kReserve, -41, &balance));
  EXPECT_FALSE(Move(EntryKind::kPost, 41, &balance));
  EXPECT_FALSE(Move(EntryKind::kPost, -1, &balance));
  EXPECT_FALSE(Move(EntryKind::kReturn, 1, &balance));
  EXPECT_FALSE(Move(EntryKind::kReturn, -1, &balance));
  EXPECT_EQ(balance, full);
  Balance worn{"p", 2026, false, 100, 60, 40, kMax - 10, kMax - 10};
  EXPECT_FALSE(Move(EntryKind::kPost, 11, &worn));
  Balance broken{"p", 2026, false, 100, 61, 40, 0, 0};
  EXPECT_FALSE(IsConserved(broken));
  EXPECT_FALSE(IsConserved({"p", 2026, false, 0, 0, 0, -1, -1}));
}

TEST(TransitionTest, AmountsThatAStepTakes) {
  Standing standing{State::kReserved, 50, 0, 0};
  EXPECT_EQ(Step(EntryKind::kHold, 1, &standing), StepFault::kWrongAmount);
  EXPECT_EQ(Step(EntryKind::kVoid, 49, &standing), StepFault::kWrongAmount);
  EXPECT_EQ(Step(EntryKind::kPost, 50, &standing), StepFault::kWrongState);
  EXPECT_EQ(Step(EntryKind::kExport, 50, &standing), StepFault::kNone);
  EXPECT_EQ(Step(EntryKind::kPost, 50, &standing), StepFault::kNone);
  EXPECT_EQ(Step(EntryKind::kReturn, 51, &standing), StepFault::kWrongAmount);
  EXPECT_EQ(Step(EntryKind::kRecover, 50, &standing), StepFault::kNone);
  EXPECT_EQ(standing.state, State::kReturned);
}

}  // namespace
}  // namespace zhida::ledger

// The ledger as its callers see it, on both databases.

#include "engine/ledger/ledger.h"

#include <gtest/gtest.h>

#include "engine/ledger/bounds.h"
#include "tests/ledger/fixture.h"

namespace zhida::ledger {
namespace {

using Reserved = ReserveAnswer::Result;
using Changed = ChangeAnswer::Result;

class LedgerTest : public OnBothDatabases {
 protected:
  ChangeAnswer Apply(const std::string& id, EntryKind kind, int64_t amount_fen = 0,
                     const std::string& reference = "") {
    return ApplyOne(ledger_.get(), {id, kind, amount_fen, "", reference, ""});
  }
};
ZHIDA_ON_BOTH_DATABASES(LedgerTest);

TEST_P(LedgerTest, ReservesExportsPaysAndAddsUp) {
  SetBudget(100'000);
  const std::string id = Exported("A", 30'000, "file");
  EXPECT_EQ(PaymentOf(ledger_.get(), id).state, State::kExported);
  EXPECT_EQ(BalanceOf(ledger_.get()), (Balance{"pool", 2026, false, 100'000, 70'000, 30'000, 0, 0}));
  EXPECT_EQ(Apply(id, EntryKind::kPending).state, State::kPending);
  EXPECT_EQ(Apply(id, EntryKind::kPost).state, State::kPaid);
  EXPECT_EQ(BalanceOf(ledger_.get()), (Balance{"pool", 2026, false, 100'000, 70'000, 0, 30'000, 0}));
  Reopen();
  EXPECT_EQ(PaymentOf(ledger_.get(), id).state, State::kPaid);
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, SameKeySameBodyAnswersAsBeforeAndWritesNothing) {
  SetBudget(100'000);
  const ReserveAnswer first = ReserveOne(ledger_.get(), Request("A", 30'000));
  Head before;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->ReadHead(&before, &diagnostics));
  const ReserveAnswer second = ReserveOne(ledger_.get(), Request("A", 30'000));
  EXPECT_EQ(second.result, Reserved::kExists);
  EXPECT_EQ(second.id, first.id);
  Head after;
  ASSERT_TRUE(ledger_->ReadHead(&after, &diagnostics));
  EXPECT_EQ(before, after);
}

TEST_P(LedgerTest, SameKeyOtherBodyIsThreeErrors) {
  SetBudget(100'000);
  const std::string id = Reserved("A", 30'000);
  Reservation other = Request("A", 30'001);
  EXPECT_EQ(ReserveOne(ledger_.get(), other).refusal.code, "ZD7120");
  other = Request("A", 30'000);
  other.payee.account = "999";
  EXPECT_EQ(ReserveOne(ledger_.get(), other).refusal.code, "ZD7121");
  other = Request("A", 30'000);
  other.policy = "growth";
  const ReserveAnswer answer = ReserveOne(ledger_.get(), other);
  EXPECT_EQ(answer.refusal.code, "ZD7122");
  EXPECT_EQ(answer.result, Reserved::kRefused);
  EXPECT_EQ(answer.id, id);
  EXPECT_EQ(BalanceOf(ledger_.get()).reserved_fen, 30'000);
}

}  // namespace
}  // namespace zhida::ledger

// The ledger as its callers see it, on both databases.

#include "engine/ledger/ledger.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>

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

TEST_P(LedgerTest, ARefusedRequestDoesNotStopTheOthers) {
  SetBudget(50'000);
  Reservation unknown_pool = Request("B", 1);
  unknown_pool.pool = "pol";
  Reservation no_account = Request("C", 1);
  no_account.payee.account = " ";
  Reservation not_text = Request("D", 1);
  not_text.memo = "\xff";
  Reservation with_nul = Request("D", 1);
  with_nul.memo = std::string("a\0b", 3);
  Reservation long_text = Request("E", 1);
  long_text.memo.assign(limits::kLedgerTextBytesMax + 1, 'x');
  Reservation bad_link = Request("F", 1);
  bad_link.link = "ZD00";
  const std::vector<Reservation> requests = {Request("A", 30'000),
                                             unknown_pool,
                                             no_account,
                                             not_text,
                                             with_nul,
                                             long_text,
                                             bad_link,
                                             Request("G", 0),
                                             Request("H", -5),
                                             Request("I", limits::kBudgetFenMax + 1),
                                             Request("J", 20'001),
                                             Request("K", 20'000),
                                             Request("A", 30'000)};
  std::vector<ReserveAnswer> answers;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->Reserve(requests, kPlanner, &answers, &diagnostics)) << diagnostics.Text();
  std::vector<std::string> codes;
  for (const ReserveAnswer& answer : answers) codes.push_back(answer.refusal.code);
  EXPECT_EQ(codes, (std::vector<std::string>{"", "ZD7112", "ZD7110", "ZD7110", "ZD7110", "ZD7110", "ZD7124",
                                             "ZD7111", "ZD7111", "ZD7111", "ZD7114", "", ""}));
  EXPECT_EQ(answers[12].result, Reserved::kExists);
  EXPECT_EQ(answers[12].id, answers[0].id);
  EXPECT_EQ(answers[10].refusal.Text(),
            "ZD7114 pool pool of 2026 has 200.00 yuan left, too little for 200.01 yuan; raise the budget, or "
            "reserve from another pool");
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, Budgets) {
  SetBudget(50'000);
  const std::string id = Reserved("A", 30'000);
  Diagnostics lowered;
  EXPECT_FALSE(ledger_->SetBudget("pool", 2026, 29'999, kPlanner, &lowered));
  EXPECT_EQ(CodeOf(lowered), "ZD7115");
  SetBudget(30'000);
  SetBudget(45'000);
  SetBudget(45'000);  // again: nothing is written
  SetBudget(0, "empty");
  SetBudget(0, "empty");
  Diagnostics negative;
  EXPECT_FALSE(ledger_->SetBudget("pool", 2026, -1, kPlanner, &negative));
  EXPECT_FALSE(ledger_->SetBudget("pool", 2026, limits::kBudgetFenMax + 1, kPlanner, &negative));
  EXPECT_FALSE(ledger_->SetBudget("", 2026, 1, kPlanner, &negative));
  EXPECT_EQ(negative.all()[0].code, "ZD7111");
  EXPECT_EQ(negative.all()[1].code, "ZD7111");
  EXPECT_EQ(negative.all()[2].code, "ZD7110");
  EXPECT_EQ(BalanceOf(ledger_.get()), (Balance{"pool", 2026, false, 45'000, 15'000, 30'000, 0, 0}));
  Head head;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->ReadHead(&head, &diagnostics));
  EXPECT_EQ(head.seq, 5);
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, ClosedYearsAndCarryOver) {
  SetBudget(50'000);
  const std::string id = Paid("A", 30'000);
  int64_t moved_fen = -1;
  Diagnostics open;
  EXPECT_FALSE(ledger_->CarryOver("pool", 2026, kPlanner, &moved_fen, &open));
  EXPECT_EQ(CodeOf(open), "ZD7116");
  Diagnostics unknown;
  EXPECT_FALSE(ledger_->CarryOver("pool", 2020, kPlanner, &moved_fen, &unknown));
  EXPECT_FALSE(ledger_->CloseYear("pool", 2020, kPlanner, &unknown));
  EXPECT_EQ(unknown.all()[0].code, "ZD7112");
  EXPECT_EQ(unknown.all()[1].code, "ZD7112");

  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->CloseYear("pool", 2026, kPlanner, &diagnostics)) << diagnostics.Text();
  ASSERT_TRUE(ledger_->CloseYear("pool", 2026, kPlanner, &diagnostics)) << diagnostics.Text();
  EXPECT_EQ(ReserveOne(ledger_.get(), Request("B", 1)).refusal.code, "ZD7113");
  EXPECT_FALSE(ledger_->SetBudget("pool", 2026, 60'000, kPlanner, &open));
  EXPECT_EQ(open.all()[1].code, "ZD7113");
  ASSERT_TRUE(ledger_->CarryOver("pool", 2026, kPlanner, &moved_fen, &diagnostics)) << diagnostics.Text();
  EXPECT_EQ(moved_fen, 20'000);
  ASSERT_TRUE(ledger_->CarryOver("pool", 2026, kPlanner, &moved_fen, &diagnostics));
  EXPECT_EQ(moved_fen, 0);
  // What comes back later can be carried over later.
  EXPECT_EQ(Apply(id, EntryKind::kReturn, 500, "back").result, Changed::kDone);
  ASSERT_TRUE(ledger_->CarryOver("pool", 2026, kPlanner, &moved_fen, &diagnostics));
  EXPECT_EQ(moved_fen, 500);
  EXPECT_EQ(BalanceOf(ledger_.get()), (Balance{"pool", 2026, true, 29'500, 0, 0, 30'000, 500}));
  EXPECT_EQ(BalanceOf(ledger_.get(), "pool", 2027), (Balance{"pool", 2027, false, 20'500, 20'500, 0, 0, 0}));
  ASSERT_TRUE(ledger_->CloseYear("pool", 2027, kPlanner, &diagnostics));
  EXPECT_EQ(Apply(id, EntryKind::kReturn, 500, "more").result, Changed::kDone);
  Diagnostics closed;
  EXPECT_FALSE(ledger_->CarryOver("pool", 2026, kPlanner, &moved_fen, &closed));
  EXPECT_EQ(CodeOf(closed), "ZD7113");
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, CarryOverStopsAtTheLargestBudget) {
  SetBudget(10, "pool", 2025);
  SetBudget(limits::kBudgetFenMax - 5, "pool", 2026);
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->CloseYear("pool", 2025, kPlanner, &diagnostics));
  int64_t moved_fen = 0;
  EXPECT_FALSE(ledger_->CarryOver("pool", 2025, kPlanner, &moved_fen, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7111");
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, HeldWhereTheAccountIsAnothers) {
  SetBudget(50'000);
  Reservation request = Request("A", 1'000);
  request.subject_name = " Firm A ";
  EXPECT_EQ(ReserveOne(ledger_.get(), request).state, State::kReserved);
  request = Request("B", 1'000);
  request.subject_name = "Quanzhou Textile";
  const ReserveAnswer held = ReserveOne(ledger_.get(), request);
  EXPECT_EQ(held.state, State::kHeld);
  std::vector<Entry> entries;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->History(held.id, &entries, &diagnostics));
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[1].reason, "the account is in the name of Firm B, the subject is Quanzhou Textile");
  EXPECT_FALSE(ledger_->Export({"f", "d", ""}, std::vector{held.id}, kPayer, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7131");
  EXPECT_EQ(Apply(held.id, EntryKind::kHold).result, Changed::kAlready);
  EXPECT_EQ(Apply(held.id, EntryKind::kRelease).state, State::kReserved);
  EXPECT_EQ(Apply(held.id, EntryKind::kHold).state, State::kHeld);
  EXPECT_EQ(Apply(held.id, EntryKind::kVoid).state, State::kVoid);
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, AVoidOrWhollyReturnedKeyIsFreeForTheNextAttempt) {
  SetBudget(50'000);
  const std::string first = Reserved("A", 30'000);
  EXPECT_EQ(Apply(first, EntryKind::kVoid).result, Changed::kDone);
  EXPECT_EQ(Apply(first, EntryKind::kVoid).result, Changed::kAlready);
  const std::string second = Paid("A", 20'000);
  EXPECT_NE(first, second);
  EXPECT_EQ(PaymentOf(ledger_.get(), second).reserve.link, first);
  EXPECT_EQ(Apply(second, EntryKind::kReturn, 5'000, "a").state, State::kPaid);
  EXPECT_EQ(ReserveOne(ledger_.get(), Request("A", 20'000)).result, Reserved::kExists);
  EXPECT_EQ(Apply(second, EntryKind::kReturn, 15'000, "b").state, State::kReturned);
  EXPECT_EQ(Apply(second, EntryKind::kPost).result, Changed::kAlready);
  const ReserveAnswer third = ReserveOne(ledger_.get(), Request("A", 40'000));
  EXPECT_EQ(third.attempt, 3);
  EXPECT_EQ(PaymentOf(ledger_.get(), third.id).reserve.link, second);
  std::vector<Payment> attempts;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->FindAttempts(Request("A", 1).key, &attempts, &diagnostics));
  EXPECT_EQ(attempts.size(), 3u);
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, ReturnsAndRecoveriesAreToldApartByReference) {
  SetBudget(50'000);
  const std::string id = Paid("A", 30'000);
  EXPECT_EQ(Apply(id, EntryKind::kReturn, 1'000, "r1").result, Changed::kDone);
  EXPECT_EQ(Apply(id, EntryKind::kReturn, 1'000, "r1").result, Changed::kAlready);
  EXPECT_EQ(Apply(id, EntryKind::kReturn, 2'000, "r1").refusal.code, "ZD7136");
  EXPECT_EQ(Apply(id, EntryKind::kReturn, 1'000, "").refusal.code, "ZD7110");
  EXPECT_EQ(Apply(id, EntryKind::kReturn, 29'001, "r2").refusal.code, "ZD7132");
  EXPECT_EQ(Apply(id, EntryKind::kReturn, 0, "r2").refusal.code, "ZD7132");
  EXPECT_EQ(Apply(id, EntryKind::kDemand, 29'000, "letter").result, Changed::kDone);
  EXPECT_EQ(Apply(id, EntryKind::kDemand, 1'001, "letter 2").refusal.code, "ZD7132");
  EXPECT_EQ(Apply(id, EntryKind::kDemand, -1, "letter 2").refusal.code, "ZD7132");
  EXPECT_EQ(Apply(id, EntryKind::kRecover, 4'000, "r1").result, Changed::kDone);
  const Payment payment = PaymentOf(ledger_.get(), id);
  EXPECT_EQ(payment.returned_fen, 5'000);
  EXPECT_EQ(payment.demanded_fen, 29'000);
  EXPECT_EQ(BalanceOf(ledger_.get()), (Balance{"pool", 2026, false, 50'000, 25'000, 0, 30'000, 5'000}));
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, ADifferenceIsAnotherPartThatIsLinked) {
  SetBudget(50'000);
  const std::string id = Paid("A", 30'000);
  Reservation difference = Request("A", 2'000);
  difference.key.part = "1+";
  difference.link = id;
  EXPECT_EQ(ReserveOne(ledger_.get(), difference).result, Reserved::kReserved);
  Reservation anothers = Request("B", 2'000);
  anothers.link = id;
  EXPECT_EQ(ReserveOne(ledger_.get(), anothers).refusal.code, "ZD7124");
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, ANewAttemptMayBeLinkedElsewhere) {
  SetBudget(50'000);
  const std::string other = Paid("A", 1'000);
  Reservation request = Request("A", 2'000);
  request.key.part = "2";
  const ReserveAnswer first = ReserveOne(ledger_.get(), request);
  EXPECT_EQ(Apply(first.id, EntryKind::kVoid).result, Changed::kDone);
  request.link = other;
  EXPECT_EQ(PaymentOf(ledger_.get(), ReserveOne(ledger_.get(), request).id).reserve.link, other);
  // So the second attempt is not a retry of the first.
  std::vector<ReserveAnswer> answers;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->RetryRejected(std::vector{Retry{first.id, {}}}, kPlanner, &answers, &diagnostics));
  EXPECT_EQ(answers[0].refusal.code, "ZD7131");
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, TotalsBeyond64BitsAreRefused) {
  // 128 pools with a payment of 2^56 fen each.
  std::vector<Reservation> requests;
  for (int i = 0; i < 128; ++i) {
    const std::string pool = "pool" + std::to_string(i);
    SetBudget(limits::kBudgetFenMax, pool);
    requests.push_back(Request(std::to_string(i), limits::kBudgetFenMax));
    requests.back().pool = pool;
  }
  std::vector<ReserveAnswer> answers;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->Reserve(requests, kPlanner, &answers, &diagnostics)) << diagnostics.Text();
  std::vector<std::string> ids;
  for (const ReserveAnswer& answer : answers) ids.push_back(answer.id);
  EXPECT_FALSE(ledger_->Export({"f", "d", ""}, ids, kPayer, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7111");
}

TEST_P(LedgerTest, APoolThatDoesNotAddUpStopsEverything) {
  SetBudget(5'000);
  ledger_.reset();
  place_.Tamper(GetParam() == Backend::kSqlite
                    ? "PRAGMA ignore_check_constraints = ON; UPDATE pool SET free_fen = 4999"
                    : "ALTER TABLE pool DROP CONSTRAINT pool_check; UPDATE pool SET free_fen = 4999");
  ledger_ = place_.Open();
  Diagnostics diagnostics;
  EXPECT_FALSE(ledger_->SetBudget("pool", 2026, 6'000, kPlanner, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7107");
  Reopen();
  EXPECT_EQ(BalanceOf(ledger_.get()).budget_fen, 5'000);
}

TEST_P(LedgerTest, ATableThatIsGoneIsAFault) {
  ledger_.reset();
  place_.Tamper("DROP TABLE pool");
  ledger_ = place_.Open();
  Diagnostics diagnostics;
  EXPECT_FALSE(ledger_->SetBudget("pool", 2026, 6'000, kPlanner, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7101");
}

TEST_P(LedgerTest, StepsOutOfOrderAreRefused) {
  SetBudget(50'000);
  const std::string id = Reserved("A", 30'000);
  EXPECT_EQ(Apply(id, EntryKind::kPost).refusal.code, "ZD7131");
  EXPECT_EQ(Apply("ZD00", EntryKind::kPost).refusal.code, "ZD7130");
  EXPECT_EQ(Apply(id, EntryKind::kExport).refusal.code, "ZD7110");
  EXPECT_EQ(Apply(id, EntryKind::kReserve).refusal.code, "ZD7110");
  EXPECT_EQ(Apply(id, EntryKind::kFileIn).refusal.code, "ZD7110");
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->Export({"f", "d", ""}, std::vector{id}, kPayer, &diagnostics)) << diagnostics.Text();
  EXPECT_EQ(Apply(id, EntryKind::kVoid).refusal.code, "ZD7131");
  EXPECT_EQ(Apply(id, EntryKind::kPost, 29'999).refusal.code, "ZD7132");
  EXPECT_EQ(Apply(id, EntryKind::kPost, 30'000).result, Changed::kDone);
  EXPECT_EQ(Apply(id, EntryKind::kPost, 30'001).refusal.code, "ZD7132");
  EXPECT_EQ(Apply(id, EntryKind::kReject).refusal.code, "ZD7131");
  std::vector<Entry> none;
  ASSERT_TRUE(ledger_->History("ZD00", &none, &diagnostics));
  EXPECT_TRUE(none.empty());
}

TEST_P(LedgerTest, ARejectedPaymentIsRetriedUnderANewId) {
  SetBudget(50'000);
  const std::string id = Exported("A", 30'000, "f1");
  const auto retry = [&](const Retry& request) {
    std::vector<ReserveAnswer> answers;
    Diagnostics diagnostics;
    EXPECT_TRUE(ledger_->RetryRejected(std::vector{request}, kPlanner, &answers, &diagnostics));
    return answers[0];
  };
  EXPECT_EQ(retry({id, {}}).refusal.code, "ZD7131");
  EXPECT_EQ(retry({"ZD00", {}}).refusal.code, "ZD7130");
  EXPECT_EQ(Apply(id, EntryKind::kReject).state, State::kRejected);
  EXPECT_EQ(Apply(id, EntryKind::kReject).result, Changed::kAlready);
  EXPECT_EQ(retry({id, Payee{"", "", ""}}).refusal.code, "ZD7110");
  // Rejected, its money is still set aside, and the key taken.
  EXPECT_EQ(ReserveOne(ledger_.get(), Request("A", 30'000)).result, Reserved::kExists);
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->CloseYear("pool", 2026, kPlanner, &diagnostics));
  const ReserveAnswer second = retry({id, Payee{"Firm A", "777", ""}});
  EXPECT_EQ(second.result, Reserved::kReserved) << second.refusal.Text();
  EXPECT_EQ(retry({id, Payee{"Firm A", "777", ""}}).result, Reserved::kExists);
  EXPECT_EQ(retry({id, Payee{"Firm A", "778", ""}}).refusal.code, "ZD7121");
  EXPECT_EQ(PaymentOf(ledger_.get(), id).state, State::kVoid);
  EXPECT_EQ(PaymentOf(ledger_.get(), second.id).reserve.link, id);
  EXPECT_EQ(BalanceOf(ledger_.get()).reserved_fen, 30'000);
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, NobodyReservesAndExportsTheSame) {
  SetBudget(50'000);
  const std::string id = Reserved("A", 30'000);
  Diagnostics diagnostics;
  EXPECT_FALSE(ledger_->Export({"f", "d", ""}, std::vector{id}, {" LIN ", 5}, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7133");
  ASSERT_TRUE(ledger_->Export({"f", "d", ""}, std::vector{id}, {"1{n", 5}, &diagnostics));
  Diagnostics nameless;
  EXPECT_FALSE(ledger_->Export({"g", "d", ""}, std::vector{id}, {"", 5}, &nameless));
  EXPECT_EQ(CodeOf(nameless), "ZD7110");
}

TEST_P(LedgerTest, FilesKeepTheirContent) {
  SetBudget(50'000);
  const std::string a = Reserved("A", 10'000);
  const std::string b = Reserved("B", 10'000);
  const auto fails = [&](const PaymentFile& file, const std::vector<std::string>& ids) {
    Diagnostics diagnostics;
    EXPECT_FALSE(ledger_->Export(file, ids, kPayer, &diagnostics));
    return CodeOf(diagnostics);
  };
  EXPECT_EQ(fails({"f", "d", ""}, {a, "ZD00"}), "ZD7130");
  EXPECT_EQ(fails({"f", "d", ""}, {a, a}), "ZD7137");
  EXPECT_EQ(fails({"", "d", ""}, {a}), "ZD7110");
  EXPECT_EQ(fails({"f", "", ""}, {a}), "ZD7110");
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->Export({"f", "d", ""}, std::vector{a, b}, kPayer, &diagnostics)) << diagnostics.Text();
  ASSERT_TRUE(ledger_->Export({"f", "d", ""}, std::vector{a, b}, kPayer, &diagnostics)) << diagnostics.Text();
  EXPECT_EQ(fails({"f", "other", ""}, {a, b}), "ZD7134");
  EXPECT_EQ(fails({"g", "d", ""}, {a}), "ZD7131");
  EXPECT_EQ(fails({"g", "d", "none"}, {a}), "ZD7135");
  // The file was not sent: one payment is taken out, the other goes into the next file.
  EXPECT_EQ(Apply(a, EntryKind::kWithdraw).state, State::kReserved);
  ASSERT_TRUE(ledger_->Export({"g", "d2", "f"}, std::vector{a, b}, kPayer, &diagnostics))
      << diagnostics.Text();
  EXPECT_EQ(fails({"h", "d3", "f"}, {a}), "ZD7135");
  std::optional<FileRecord> file;
  ASSERT_TRUE(ledger_->FindFile("f", &file, &diagnostics));
  EXPECT_EQ(file->superseded_by, "g");
  EXPECT_EQ(file->total_fen, 20'000);

  bool again = true;
  const FileRecord answer{"answer", false, "d", 2, 20'000, "", 0};
  ASSERT_TRUE(ledger_->RecordAnswer(answer, kPayer, &again, &diagnostics));
  EXPECT_FALSE(again);
  ASSERT_TRUE(ledger_->RecordAnswer(answer, kPayer, &again, &diagnostics));
  EXPECT_TRUE(again);
  Diagnostics other;
  EXPECT_FALSE(ledger_->RecordAnswer({"answer", false, "d9", 2, 0, "", 0}, kPayer, &again, &other));
  EXPECT_FALSE(ledger_->RecordAnswer({"g", false, "d2", 2, 0, "", 0}, kPayer, &again, &other));
  EXPECT_FALSE(ledger_->RecordAnswer({"", false, "d2", 2, 0, "", 0}, kPayer, &again, &other));
  EXPECT_FALSE(ledger_->RecordAnswer({"x", false, "", 2, 0, "", 0}, kPayer, &again, &other));
  EXPECT_EQ(other.all()[0].code + other.all()[1].code + other.all()[2].code + other.all()[3].code,
            "ZD7134ZD7134ZD7110ZD7110");
  EXPECT_EQ(fails({"h", "d3", "answer"}, {a}), "ZD7135");
  std::vector<FileRecord> files;
  ASSERT_TRUE(ledger_->Files(&files, &diagnostics));
  EXPECT_EQ(files.size(), 3u);
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, ListsByFilterAndByPage) {
  SetBudget(1'000'000);
  std::vector<Reservation> requests;
  const int count = static_cast<int>(limits::kLedgerPageRows) + 10;
  for (int i = 0; i < count; ++i) requests.push_back(Request(std::to_string(i), 10));
  std::vector<ReserveAnswer> answers;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->Reserve(requests, kPlanner, &answers, &diagnostics)) << diagnostics.Text();
  ASSERT_TRUE(ledger_->Export({"f", "d", ""}, std::vector{answers[7].id}, kPayer, &diagnostics));
  const auto numbers = [&](const PaymentFilter& filter, size_t most = 1'000'000) {
    std::vector<int64_t> found;
    EXPECT_TRUE(ledger_->ForEachPayment(
        filter,
        [&](const Payment& payment) {
          found.push_back(payment.number);
          return found.size() < most;
        },
        &diagnostics));
    return found;
  };
  EXPECT_EQ(numbers({}).size(), static_cast<size_t>(count));
  EXPECT_EQ(numbers({}, 3), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(numbers({State::kExported, {}, {}, {}, 0}), std::vector<int64_t>{8});
  EXPECT_EQ(numbers({{}, {}, "f", {}, 0}), std::vector<int64_t>{8});
  EXPECT_EQ(numbers({{}, {}, {}, "5", 0}), std::vector<int64_t>{6});
  EXPECT_TRUE(numbers({{}, "elsewhere", {}, {}, 0}).empty());
  EXPECT_EQ(numbers({{}, {}, {}, {}, count - 1}), std::vector<int64_t>{count});
  int64_t entries = 0;
  ASSERT_TRUE(ledger_->ForEachEntry(
      1, [&](const Entry&) { return ++entries > 0; }, &diagnostics));
  EXPECT_EQ(entries, count + 2);
  ExpectSound(ledger_.get());
}

TEST_P(LedgerTest, ACallOfTooManyIsRefusedWhole) {
  const std::vector<Reservation> requests(limits::kLedgerBatchMax + 1);
  std::vector<ReserveAnswer> answers;
  Diagnostics diagnostics;
  EXPECT_FALSE(ledger_->Reserve(requests, kPlanner, &answers, &diagnostics));
  const std::vector<Change> changes(limits::kLedgerBatchMax + 1);
  std::vector<ChangeAnswer> changed;
  EXPECT_FALSE(ledger_->Apply(changes, kPlanner, &changed, &diagnostics));
  const std::vector<Retry> retries(limits::kLedgerBatchMax + 1);
  EXPECT_FALSE(ledger_->RetryRejected(retries, kPlanner, &answers, &diagnostics));
  for (const Diagnostic& diagnostic : diagnostics.all()) EXPECT_EQ(diagnostic.code, "ZD7110");
  EXPECT_EQ(diagnostics.all().size(), 3u);
}

// As after 2^63 fen that were paid and came back.
TEST(LedgerEdgeTest, PaidMoneyBeyond64BitsIsRefused) {
  Place place(Backend::kSqlite);
  std::string id;
  {
    const auto ledger = place.Open();
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger->SetBudget("pool", 2026, 5'000, kPlanner, &diagnostics));
    id = ReserveOne(ledger.get(), Request("A", 5'000)).id;
    ASSERT_TRUE(ledger->Export({"f", "d", ""}, std::vector{id}, kPayer, &diagnostics));
  }
  place.Tamper(
      "PRAGMA ignore_check_constraints = ON;"
      "UPDATE pool SET posted_fen = 9223372036854772000, returned_fen = 9223372036854772000");
  EXPECT_EQ(ApplyOne(place.Open().get(), {id, EntryKind::kPost, 0, "", "", ""}).refusal.code, "ZD7132");
}

TEST(LedgerOpenTest, WhatIsNoLedgerIsNamed) {
  Place place(Backend::kSqlite);
  const auto code = [&](const std::string& url, const OpenOptions& options = {}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(Ledger::Open(url, options, &diagnostics));
    return CodeOf(diagnostics);
  };
  const std::string folder = std::filesystem::path(place.url()).parent_path();
  EXPECT_EQ(code(place.url(), {false, ""}), "ZD7101");
  EXPECT_EQ(code(folder), "ZD7101");
  EXPECT_EQ(code(folder + "/no/folder.db"), "ZD7101");
  std::FILE* const file = std::fopen(place.url().c_str(), "w");
  std::fputs(std::string(5'000, 'x').c_str(), file);
  std::fclose(file);
  EXPECT_EQ(code(place.url()), "ZD7104");
  std::filesystem::remove(place.url());
  place.Tamper("CREATE TABLE other (a)");
  EXPECT_EQ(code(place.url(), {false, ""}), "ZD7104");
  Place other(Backend::kSqlite);
  const auto open = other.Open();
  EXPECT_EQ(code(other.url()), "ZD7103");
  EXPECT_EQ(code("postgres://nobody@127.0.0.1:1/none"), "ZD7101");
}

TEST(LedgerOpenTest, ADamagedHeadIsNamed) {
  for (const char* const sql : {"DELETE FROM head", "UPDATE head SET digest = x'00'"}) {
    Place place(Backend::kSqlite);
    place.Open();
    place.Tamper(sql);
    Diagnostics diagnostics;
    EXPECT_FALSE(Ledger::Open(place.url(), {}, &diagnostics));
    EXPECT_EQ(CodeOf(diagnostics), "ZD7106") << sql;
  }
}

TEST(LedgerOpenTest, AnotherFormatIsNamed) {
  for (const Backend backend : {Backend::kSqlite, Backend::kPostgres}) {
    Place place(backend);
    place.Open();
    place.Tamper("UPDATE head SET format = 'zhida-ledger 2'");
    Diagnostics diagnostics;
    EXPECT_FALSE(Ledger::Open(place.url(), {}, &diagnostics));
    EXPECT_EQ(CodeOf(diagnostics), "ZD7104");
  }
}

// A thousand times given up; the key is then used up.
TEST(LedgerAttemptsTest, AKeyHasAThousand) {
  Place place(Backend::kSqlite);
  Diagnostics diagnostics;
  const auto ledger = place.Open();
  ASSERT_TRUE(ledger->SetBudget("pool", 2026, 1'000, kPlanner, &diagnostics));
  std::string last;
  for (int attempt = 1; attempt <= limits::kAttemptsMax; ++attempt) {
    last = ReserveOne(ledger.get(), Request("A", 10)).id;
    if (attempt == limits::kAttemptsMax) break;
    ASSERT_EQ(ApplyOne(ledger.get(), {last, EntryKind::kVoid, 0, "", "", ""}).result, Changed::kDone);
  }
  ASSERT_TRUE(ledger->Export({"f", "d", ""}, std::vector{last}, kPayer, &diagnostics)) << diagnostics.Text();
  ASSERT_EQ(ApplyOne(ledger.get(), {last, EntryKind::kReject, 0, "", "", ""}).result, Changed::kDone);
  std::vector<ReserveAnswer> answers;
  ASSERT_TRUE(ledger->RetryRejected(std::vector{Retry{last, {}}}, kPlanner, &answers, &diagnostics));
  EXPECT_EQ(answers[0].refusal.code, "ZD7123");
  ASSERT_EQ(ApplyOne(ledger.get(), {last, EntryKind::kVoid, 0, "", "", ""}).result, Changed::kDone);
  EXPECT_EQ(ReserveOne(ledger.get(), Request("A", 10)).refusal.code, "ZD7123");
  ExpectSound(ledger.get());
}

}  // namespace
}  // namespace zhida::ledger

// Every word of a bank for a payment in every state, and every way in which an answer can be wrong.
#include <gmock/gmock.h>

#include "engine/base/text.h"
#include "tests/payment/answers.h"
#include "tests/payment/ledger_fixture.h"

namespace zhida::payment {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class ReconcileTest : public PayTest {
 protected:
  ReconcileTest() : ids_(Reserve(3)) { file_ = Export().files.at(0); }

  std::string Report(const std::string& transfers, const std::string& group = "<GrpSts>PART</GrpSts>",
                     const std::string& message_id = "B-1") {
    return StatusReport("<OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>300.06</OrgnlCtrlSum>" + group,
                        transfers.empty() ? "" : "<OrgnlPmtInfAndSts>" + transfers + "</OrgnlPmtInfAndSts>",
                        message_id);
  }
  static std::string Amount(int number) { return FenDecimal(10'000 + number); }

  std::vector<std::string> ids_;
  ExportedFile file_;
};

TEST_P(ReconcileTest, AcceptedThenPaidThenReturned) {
  AnswerReport report = Answer(Report(StatusOf(ids_[0], "ACCP") + StatusOf(ids_[1], "RJCT", "AC04") +
                                      StatusOf(ids_[2], "RJCT", "RC01")));
  EXPECT_EQ(report.id, "pain.002:B-1");
  EXPECT_EQ(report.pending, 1);
  EXPECT_EQ(report.rejected, 2);
  EXPECT_EQ(report.items, 3);
  EXPECT_TRUE(report.findings.empty());
  EXPECT_EQ(StateOf(ids_[1]), "rejected");

  report = Answer(Notification(EntryOf(ids_[0], Amount(1), "DBIT")));
  EXPECT_EQ(report.paid, 1);
  EXPECT_EQ(report.paid_fen, 10'001);
  EXPECT_EQ(BalanceNow().posted_fen, 10'001);

  // The statement tells the same again.
  report = Answer(Statement(EntryOf(ids_[0], Amount(1), "DBIT")));
  EXPECT_EQ(report.already, 1);

  const std::string back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>";
  report = Answer(Notification(EntryOf(ids_[0], Amount(1), "CRDT", back, "R-9"), "N-2"));
  EXPECT_EQ(report.returned, 1);
  EXPECT_EQ(report.returned_fen, 10'001);
  EXPECT_EQ(StateOf(ids_[0]), "returned");
  report = Answer(Statement(EntryOf(ids_[0], Amount(1), "CRDT", back, "R-9"), "S-2"));
  EXPECT_EQ(report.already, 1);
  EXPECT_EQ(BalanceNow().returned_fen, 10'001);
  ExpectSound();
}

TEST_P(ReconcileTest, APartMayComeBackSeveralTimes) {
  Answer(Notification(EntryOf(ids_[0], Amount(1), "DBIT")));
  for (const char* reference : {"R-2", "R-3"}) {
    EXPECT_EQ(Answer(Notification(EntryOf(ids_[0], "40.00", "CRDT", "", reference), reference)).returned, 1);
  }
  EXPECT_EQ(PaymentOf(ids_[0]).returned_fen, 8'000);
  EXPECT_EQ(StateOf(ids_[0]), "paid");
  const AnswerReport report = Answer(Notification(EntryOf(ids_[0], "40.00", "CRDT", "", "R-4"), "N-4"));
  EXPECT_EQ(report.refused, 1);
  EXPECT_THAT(report.findings.at(0).Text(), HasSubstr("does not fit"));
  EXPECT_EQ(PaymentOf(ids_[0]).returned_fen, 8'000);
}

TEST_P(ReconcileTest, MoneyThatCameBackHadBeenPaid) {
  const AnswerReport report = Answer(Notification(EntryOf(ids_[0], Amount(1), "CRDT", "", "R-1")));
  EXPECT_EQ(report.returned, 1);
  EXPECT_EQ(report.paid, 0);
  EXPECT_EQ(report.items, 1);
  EXPECT_EQ(StateOf(ids_[0]), "returned");
  ExpectSound();
}

TEST_P(ReconcileTest, OneStatementMayHoldBothWays) {
  const AnswerReport report =
      Answer(Statement(EntryOf(ids_[0], Amount(1), "DBIT") + EntryOf(ids_[0], "1.00", "CRDT", "", "R-2") +
                       EntryOf(ids_[1], Amount(2), "DBIT", "", "R-3")));
  EXPECT_EQ(report.paid, 2);
  EXPECT_EQ(report.returned, 1);
  EXPECT_EQ(PaymentOf(ids_[0]).returned_fen, 100);
}

TEST_P(ReconcileTest, TheWholeFileRejectedIsEachPaymentRejected) {
  const AnswerReport report =
      Answer(Report("", "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM10</Cd></Rsn></StsRsnInf>"));
  EXPECT_EQ(report.rejected, 3);
  EXPECT_EQ(report.items, 3);
  for (const std::string& id : ids_) EXPECT_EQ(StateOf(id), "rejected");
}

TEST_P(ReconcileTest, ADuplicateSaysNothingAboutPayment) {
  const std::string duplicate =
      Report("", "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM05</Cd></Rsn></StsRsnInf>");
  const AnswerReport report = Answer(duplicate);
  EXPECT_EQ(report.unknown, 3);
  EXPECT_EQ(report.rejected, 0);
  for (const std::string& id : ids_) EXPECT_EQ(StateOf(id), "unknown");
  // The statement decides.
  EXPECT_EQ(Answer(Statement(EntryOf(ids_[0], Amount(1), "DBIT"))).paid, 1);
  EXPECT_EQ(StateOf(ids_[0]), "paid");
}

TEST_P(ReconcileTest, SilenceIsUnknownAndIsNotPaidAgain) {
  int64_t count = -1;
  Diagnostics diagnostics;
  ASSERT_TRUE(MarkUnanswered(*ledger_, kNow, {"clerk", kNow}, &count, diagnostics));
  EXPECT_EQ(count, 0);  // exported at that very moment, not before it
  ASSERT_TRUE(MarkUnanswered(*ledger_, kNow + kDay, {"clerk", kNow + kDay}, &count, diagnostics));
  EXPECT_EQ(count, 3);
  EXPECT_EQ(StateOf(ids_[0]), "unknown");
  EXPECT_TRUE(Export("other").files.empty());
  EXPECT_EQ(Reserve(1)[0], ids_[0]);  // the key stays taken: the answer is the payment that is there
  std::vector<ledger::ReserveAnswer> retried;
  const ledger::Retry retry{ids_[0], std::nullopt};
  ASSERT_TRUE(ledger_->RetryRejected({&retry, 1}, {"clerk", kNow}, &retried, &diagnostics));
  EXPECT_EQ(retried[0].result, ledger::ReserveAnswer::Result::kRefused);
  // A late answer still counts.
  EXPECT_EQ(Answer(Report(StatusOf(ids_[0], "RJCT", "AC04"))).rejected, 1);
}

TEST_P(ReconcileTest, ARejectedPaymentIsRetriedUnderAnIdLinkedToTheOld) {
  Answer(Report(StatusOf(ids_[0], "RJCT", "AC04")));
  const ledger::Retry retry{ids_[0], ledger::Payee{"泉州样例1有限公司", "622202999", "105397000017"}};
  std::vector<ledger::ReserveAnswer> retried;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->RetryRejected({&retry, 1}, {"plan", kNow}, &retried, &diagnostics));
  const ledger::Payment next = PaymentOf(retried[0].id);
  EXPECT_NE(next.id, ids_[0]);
  EXPECT_EQ(next.reserve.link, ids_[0]);
  EXPECT_EQ(next.reserve.attempt, 2);
  const ExportReport report = Export();
  EXPECT_THAT(ReadFile(report.files.at(0).path), AllOf(HasSubstr(next.id), HasSubstr("622202999")));
  EXPECT_EQ(Answer(Notification(EntryOf(next.id, Amount(1), "DBIT"))).paid, 1);
  // The old report, read once more, changes nothing.
  EXPECT_EQ(Answer(Report(StatusOf(ids_[0], "RJCT", "AC04"))).already, 1);
  ExpectSound();
}

TEST_P(ReconcileTest, TheSameAnswerTwiceChangesNothing) {
  const std::string report = Report(StatusOf(ids_[0], "ACCP") + StatusOf(ids_[1], "RJCT", "AC04"));
  EXPECT_FALSE(Answer(report).again);
  const int64_t entries = EntryCount();
  const AnswerReport again = Answer(report);
  EXPECT_TRUE(again.again);
  EXPECT_EQ(again.already, 2);
  EXPECT_EQ(again.items, 2);
  EXPECT_EQ(EntryCount(), entries);
}

TEST_P(ReconcileTest, AnAnswerIdWithOtherContentIsRefused) {
  Answer(Report(StatusOf(ids_[0], "ACCP")));
  EXPECT_THAT(AnswerRefused(Report(StatusOf(ids_[0], "RJCT", "AC04"))), HasSubstr("other content"));
  EXPECT_EQ(StateOf(ids_[0]), "pending");
}

TEST_P(ReconcileTest, AnUnknownIdIsToldAndTheRestIsTaken) {
  const std::string stranger = "ZD" + std::string(32, 'F');
  const AnswerReport report =
      Answer(Notification(EntryOf(stranger, "5.00", "DBIT") + EntryOf(ids_[0], Amount(1), "DBIT")));
  EXPECT_EQ(report.refused, 1);
  EXPECT_EQ(report.paid, 1);
  EXPECT_THAT(report.findings.at(0).Text(),
              AllOf(HasSubstr("ZD8303 answer.xml:5:"), HasSubstr(stranger), HasSubstr("none of that id")));
}

TEST_P(ReconcileTest, AnotherAmountIsTold) {
  const AnswerReport report = Answer(Notification(EntryOf(ids_[0], "99.99", "DBIT")));
  EXPECT_EQ(report.refused, 1);
  EXPECT_THAT(report.findings.at(0).Text(),
              AllOf(HasSubstr("ZD8304"), HasSubstr("99.99 yuan"), HasSubstr("the ledger holds 100.01")));
  EXPECT_EQ(StateOf(ids_[0]), "exported");
  EXPECT_EQ(Answer(Notification(EntryOf(ids_[0], "100.02", "CRDT"), "N-2")).refused, 1);
}

TEST_P(ReconcileTest, AReportOnAnotherFileOrSumIsRefusedWhole) {
  const std::string transfers = "<OrgnlPmtInfAndSts>" + StatusOf(ids_[0], "ACCP") + "</OrgnlPmtInfAndSts>";
  std::string foreign = StatusReport("<GrpSts>PART</GrpSts>", transfers);
  foreign.replace(foreign.find("ZD-20261130-0001"), 16, "ZD-20261130-0007");
  EXPECT_THAT(AnswerRefused(foreign), AllOf(HasSubstr("ZD8301"), HasSubstr("ZD-20261130-0007")));
  EXPECT_THAT(AnswerRefused(StatusReport("<OrgnlNbOfTxs>4</OrgnlNbOfTxs><GrpSts>PART</GrpSts>", transfers)),
              AllOf(HasSubstr("ZD8302"), HasSubstr("4 transfers"), HasSubstr("the ledger of 3")));
  EXPECT_THAT(
      AnswerRefused(StatusReport("<OrgnlCtrlSum>300.07</OrgnlCtrlSum><GrpSts>PART</GrpSts>", transfers)),
      AllOf(HasSubstr("ZD8302"), HasSubstr("300.07"), HasSubstr("300.06")));
  EXPECT_EQ(StateOf(ids_[0]), "exported");
}

// An announcement of the clearing is no money; the statement's entry is.
TEST_P(ReconcileTest, AnAnnouncedReturnIsCountedAndChangesNothing) {
  Answer(Notification(EntryOf(ids_[0], Amount(1), "DBIT")));
  const AnswerReport report = Answer(
      Document("pacs.004.001.09",
               "<PmtRtr><GrpHdr><MsgId>P-1</MsgId></GrpHdr><TxInf><RtrId>R-9</RtrId><OrgnlEndToEndId>" +
                   ids_[0] + "</OrgnlEndToEndId></TxInf></PmtRtr>"));
  EXPECT_EQ(report.announced, 1);
  EXPECT_EQ(report.items, 1);
  EXPECT_EQ(StateOf(ids_[0]), "paid");
  EXPECT_EQ(BalanceNow().returned_fen, 0);
}

TEST_P(ReconcileTest, AStatementThatLacksAnEntryIsTakenWithAWarning) {
  const auto balance = [](const std::string& kind, const std::string& yuan) {
    return "<Bal><Tp><CdOrPrtry><Cd>" + kind + "</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">" + yuan +
           "</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>";
  };
  const AnswerReport report = Answer(
      Statement(balance("OPBD", "500.00") + balance("CLBD", "1.00") + EntryOf(ids_[0], Amount(1), "DBIT")));
  EXPECT_EQ(report.paid, 1);
  EXPECT_EQ(report.refused, 0);
  EXPECT_THAT(report.findings.at(0).Text(), HasSubstr("ZD8208"));
}

TEST_P(ReconcileTest, ALongReasonIsKeptToItsFirstThousandBytes) {
  std::string transfer = StatusOf(ids_[0], "RJCT", "AC04");
  std::string longer;
  for (int i = 0; i < 500; ++i) longer += "账";
  transfer.replace(transfer.find("账户已销"), 12, longer);
  Answer(Report(transfer));
  std::vector<ledger::Entry> entries;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->History(ids_[0], &entries, &diagnostics));
  const std::string& reason = entries.back().reason;
  EXPECT_LE(reason.size(), 1'000u);
  EXPECT_GT(reason.size(), 990u);
  EXPECT_TRUE(IsValidUtf8(reason));
}

// A file that was superseded since it was not sent, and was sent after all.
TEST_P(ReconcileTest, AReportOnASupersededFileIsTold) {
  ExportReport exported;
  Diagnostics diagnostics;
  ASSERT_TRUE(Supersede(*ledger_, profile_, file_.id, request_, {"cashier", kNow}, &exported, diagnostics));
  const AnswerReport report = Answer(Report(StatusOf(ids_[0], "ACCP")));
  EXPECT_EQ(report.refused, 1);
  EXPECT_THAT(report.findings.at(0).Text(),
              AllOf(HasSubstr("ZD8306"), HasSubstr("which is in file ZD-20261130-0002")));
  EXPECT_EQ(StateOf(ids_[0]), "exported");
}

// All nine states against the four words that can meet them: what changes, what was known, what is told.
TEST_P(ReconcileTest, EveryWordInEveryState) {
  using ledger::EntryKind;
  struct Row {
    const char* state;
    std::vector<EntryKind> way;  // from exported
    const char* pending;
    const char* paid;
    const char* rejected;
    const char* returned;
  };
  const Row rows[] = {
      {"exported", {}, "pending", "paid", "rejected", "returned"},
      {"pending", {EntryKind::kPending}, "already", "paid", "rejected", "returned"},
      {"unknown", {EntryKind::kUnknown}, "pending", "paid", "rejected", "returned"},
      {"paid", {EntryKind::kPost}, "already", "already", "refused", "returned"},
      {"rejected", {EntryKind::kReject}, "refused", "refused", "already", "refused"},
      {"void", {EntryKind::kReject, EntryKind::kVoid}, "refused", "refused", "already", "refused"},
      {"returned", {EntryKind::kPost, EntryKind::kReturn}, "already", "already", "refused", "refused"},
      {"reserved", {EntryKind::kWithdraw}, "refused", "refused", "refused", "refused"},
      {"held", {EntryKind::kWithdraw, EntryKind::kHold}, "refused", "refused", "refused", "refused"},
  };
  int number = 100;
  for (const Row& row : rows) {
    for (int word = 0; word < 4; ++word) {
      const std::string id = Reserve({ReservationOf(++number, 500)})[0];
      const ExportReport exported = Export();
      ASSERT_EQ(exported.files.size(), 1u);
      for (const EntryKind kind : row.way) {
        ledger::Change change{id, kind, kind == EntryKind::kReturn ? 500 : 0, "", "first", ""};
        std::vector<ledger::ChangeAnswer> answers;
        Diagnostics diagnostics;
        ASSERT_TRUE(ledger_->Apply({&change, 1}, {"clerk", kNow}, &answers, &diagnostics))
            << diagnostics.Text();
        ASSERT_EQ(answers[0].result, ledger::ChangeAnswer::Result::kDone) << answers[0].refusal.Text();
      }
      ASSERT_EQ(StateOf(id), row.state);
      const std::string message = "M-" + std::to_string(number);
      std::string pending = EntryOf(id, "5.00", "DBIT");
      pending.replace(pending.find("BOOK"), 4, "PDNG");
      std::string reject = StatusReport(
          "<GrpSts>PART</GrpSts>",
          "<OrgnlPmtInfAndSts>" + StatusOf(id, "RJCT", "AC04") + "</OrgnlPmtInfAndSts>", message);
      reject.replace(reject.find("ZD-20261130-0001"), 16, exported.files[0].id);
      const std::string texts[] = {Notification(pending, message),
                                   Notification(EntryOf(id, "5.00", "DBIT"), message), reject,
                                   Notification(EntryOf(id, "5.00", "CRDT", "", "R-2"), message)};
      const std::string wanted = std::array{row.pending, row.paid, row.rejected, row.returned}[word];
      const AnswerReport report = Answer(texts[word]);
      EXPECT_EQ(report.items, 1);
      if (wanted == "already") {
        EXPECT_EQ(report.already, 1) << row.state << " " << word;
        EXPECT_EQ(StateOf(id), row.state);
      } else if (wanted == "refused") {
        EXPECT_EQ(report.refused, 1) << row.state << " " << word;
        EXPECT_EQ(StateOf(id), row.state);
        EXPECT_EQ(report.findings.size(), 1u);
      } else {
        EXPECT_EQ(StateOf(id), wanted) << row.state << " " << word;
        EXPECT_TRUE(report.findings.empty());
      }
    }
  }
  ExpectSound();
}

using ledger::Backend;
ZHIDA_ON_BOTH_DATABASES(ReconcileTest);

}  // namespace
}  // namespace zhida::payment

// From the ledger to files: who may, what comes again, what never changes, what a crash leaves.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>

#include "tests/payment/ledger_fixture.h"

namespace zhida::payment {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST_P(PayTest, ExportsWhatIsReserved) {
  const std::vector<std::string> ids = Reserve(3);
  const ExportReport report = Export();
  ASSERT_EQ(report.files.size(), 1u);
  const ExportedFile& file = report.files[0];
  EXPECT_EQ(file.id, "ZD-20261130-0001");
  EXPECT_EQ(file.count, 3);
  EXPECT_EQ(file.total_fen, 30'006);
  EXPECT_FALSE(file.resumed);
  EXPECT_THAT(ReadFile(file.path), AllOf(HasSubstr("<CreDtTm>2026-11-29T09:30:00+08:00</CreDtTm>"),
                                         HasSubstr("<NbOfTxs>3</NbOfTxs><CtrlSum>300.06</CtrlSum>"),
                                         HasSubstr("<EndToEndId>" + ids[2] + "</EndToEndId>")));
  for (const std::string& id : ids) EXPECT_EQ(StateOf(id), "exported");
  // There is nothing left to export.
  EXPECT_TRUE(Export().files.empty());
  ExpectSound();
}

TEST_P(PayTest, MoreThanAFileHoldsMakesSeveral) {
  profile_.transfers_max = 4;
  Reserve(10);
  const ExportReport report = Export();
  ASSERT_EQ(report.files.size(), 3u);
  EXPECT_EQ(report.files[0].count + report.files[1].count + report.files[2].count, 10);
  EXPECT_EQ(report.files[2].id, "ZD-20261130-0003");
  EXPECT_THAT(ReadFile(report.files[2].path), HasSubstr("<NbOfTxs>2</NbOfTxs>"));
  ExpectSound();
}

TEST_P(PayTest, AnExportCanBeStoppedBetweenFiles) {
  profile_.transfers_max = 4;
  Reserve(10);
  request_.on_progress = [](int64_t done) { return done < 8; };
  const ExportReport report = Export();
  EXPECT_TRUE(report.stopped);
  EXPECT_EQ(report.files.size(), 2u);
  request_.on_progress = nullptr;
  EXPECT_EQ(Export().files.size(), 1u);
}

TEST_P(PayTest, WhoReservedCannotExport) {
  Reserve(2);
  ExportReport report;
  Diagnostics diagnostics;
  EXPECT_FALSE(ExportReserved(*ledger_, profile_, request_, {"plan", kNow}, &report, diagnostics));
  EXPECT_THAT(diagnostics.Text(), AllOf(HasSubstr("ZD8120"), HasSubstr("plan reserved 2 of these payments")));
  EXPECT_TRUE(report.files.empty());
  EXPECT_EQ(StateOf(Reserve(1)[0]), "reserved");
}

TEST_P(PayTest, APaymentThatNoBankWouldReadIsHeldAndTheOthersGo) {
  std::vector<ledger::Reservation> reservations = {ReservationOf(1, 100), ReservationOf(2, 200)};
  reservations[0].payee.account = "6222 02";
  const std::vector<std::string> ids = Reserve(reservations);
  const ExportReport report = Export();
  ASSERT_EQ(report.held.size(), 1u);
  EXPECT_THAT(report.held[0].Text(), HasSubstr("something other than letters, digits and hyphens"));
  EXPECT_EQ(StateOf(ids[0]), "held");
  EXPECT_EQ(StateOf(ids[1]), "exported");
  EXPECT_EQ(report.files.at(0).count, 1);
}

TEST_P(PayTest, TheSameFileComesAgainToTheByte) {
  Reserve(3);
  const ExportedFile file = Export().files.at(0);
  const std::string bytes = ReadFile(file.path);
  std::filesystem::remove(file.path);
  ExportReport report;
  Diagnostics diagnostics;
  const int64_t entries = EntryCount();
  ASSERT_TRUE(ExportAgain(*ledger_, profile_, file.id, request_.folder, &report, diagnostics))
      << diagnostics.Text();
  EXPECT_EQ(ReadFile(file.path), bytes);
  EXPECT_EQ(EntryCount(), entries);
  // A file that was changed is not overwritten, and not taken for the one that was handed out.
  std::ofstream(file.path, std::ios::app) << " ";
  EXPECT_FALSE(ExportAgain(*ledger_, profile_, file.id, request_.folder, &report, diagnostics));
  EXPECT_THAT(diagnostics.Text(), HasSubstr("ZD8111"));
}

TEST_P(PayTest, AnotherBankProfileIsNoticed) {
  Reserve(3);
  const ExportedFile file = Export().files.at(0);
  profile_.debtor.number = "1";
  ExportReport report;
  Diagnostics diagnostics;
  EXPECT_FALSE(ExportAgain(*ledger_, profile_, file.id, request_.folder, &report, diagnostics));
  EXPECT_THAT(diagnostics.Text(), AllOf(HasSubstr("ZD8112"), HasSubstr("the bank profile has changed")));
}

TEST_P(PayTest, OnlyAFileOfThisLedgerComesAgain) {
  ExportReport report;
  Diagnostics diagnostics;
  EXPECT_FALSE(ExportAgain(*ledger_, profile_, "ZD-20261130-0009", request_.folder, &report, diagnostics));
  EXPECT_THAT(diagnostics.Text(), HasSubstr("ZD8123"));
}

TEST_P(PayTest, AFileThatWasNotSentIsSuperseded) {
  const std::vector<std::string> ids = Reserve(3);
  const ExportedFile old = Export().files.at(0);
  profile_.debtor.number = "3500999";
  ExportReport report;
  Diagnostics diagnostics;
  ASSERT_TRUE(Supersede(*ledger_, profile_, old.id, request_, {"cashier", kNow + 60}, &report, diagnostics))
      << diagnostics.Text();
  ASSERT_EQ(report.files.size(), 1u);
  EXPECT_EQ(report.files[0].id, "ZD-20261130-0002");
  EXPECT_EQ(report.files[0].total_fen, old.total_fen);
  EXPECT_THAT(ReadFile(report.files[0].path), HasSubstr("3500999"));
  EXPECT_EQ(PaymentOf(ids[0]).file, "ZD-20261130-0002");
  // The old one is no longer handed out, and not superseded twice.
  EXPECT_FALSE(ExportAgain(*ledger_, profile_, old.id, request_.folder, &report, diagnostics));
  EXPECT_FALSE(Supersede(*ledger_, profile_, old.id, request_, {"cashier", kNow}, &report, diagnostics));
  EXPECT_THAT(diagnostics.Text(), AllOf(HasSubstr("ZD8124"), HasSubstr("ZD8122")));
  ExpectSound();
}

// The moment between the ledger's commit and the file's name.
TEST_P(PayTest, AFileThatWasRecordedGetsItsNameInTheNextRun) {
  Reserve(3);
  const ExportedFile file = Export().files.at(0);
  std::filesystem::rename(file.path, file.path + ".part");
  const ExportReport report = Export();
  ASSERT_EQ(report.files.size(), 1u);
  EXPECT_TRUE(report.files[0].resumed);
  EXPECT_EQ(report.files[0].digest, file.digest);
  EXPECT_TRUE(std::filesystem::exists(file.path));
  EXPECT_FALSE(std::filesystem::exists(file.path + ".part"));
}

// The moment before it: nothing is recorded, so what lies there is nobody's.
TEST_P(PayTest, AFileThatWasNotRecordedIsWrittenAnew) {
  Reserve(3);
  std::ofstream(folder_ / "ZD-20261130-0001.xml.part") << "half";
  const ExportReport report = Export();
  ASSERT_EQ(report.files.size(), 1u);
  EXPECT_FALSE(report.files[0].resumed);
  EXPECT_THAT(ReadFile(report.files[0].path), HasSubstr("</Document>"));
}

TEST_P(PayTest, AnotherLedgersFileIsNotTouched) {
  const std::vector<std::string> ids = Reserve(1);
  std::ofstream(folder_ / "ZD-20261130-0001.xml") << "another's";
  ExportReport report;
  Diagnostics diagnostics;
  EXPECT_FALSE(ExportReserved(*ledger_, profile_, request_, {"cashier", kNow}, &report, diagnostics));
  EXPECT_THAT(diagnostics.Text(), AllOf(HasSubstr("ZD8111"), HasSubstr("one for each ledger")));
  EXPECT_EQ(StateOf(ids[0]), "reserved");
  EXPECT_EQ(ReadFile(folder_ / "ZD-20261130-0001.xml"), "another's");
}

TEST_P(PayTest, AFolderThatCannotBeWrittenReservesNothingAway) {
  const std::vector<std::string> ids = Reserve(1);
  request_.folder = folder_ / "missing";
  ExportReport report;
  Diagnostics diagnostics;
  EXPECT_FALSE(ExportReserved(*ledger_, profile_, request_, {"cashier", kNow}, &report, diagnostics));
  EXPECT_THAT(diagnostics.Text(), HasSubstr("ZD8110"));
  EXPECT_EQ(StateOf(ids[0]), "reserved");
}

// A disk that is full: no file may grow beyond the limit, so that writing the payment file fails half way.
TEST_P(PayTest, AFullDiskLeavesEverythingReserved) {
  constexpr rlim_t kLimit = 32 * 1024;
  const std::vector<std::string> ids = Reserve(200);
  const int64_t entries = EntryCount();
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto signal_before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit full = before;
  full.rlim_cur = kLimit;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
  ExportReport report;
  Diagnostics diagnostics;
  const bool done = ExportReserved(*ledger_, profile_, request_, {"cashier", kNow}, &report, diagnostics);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, signal_before);
  EXPECT_FALSE(done);
  EXPECT_THAT(diagnostics.Text(), HasSubstr("ZD8110"));
  EXPECT_TRUE(report.files.empty());
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  EXPECT_EQ(EntryCount(), entries);
  EXPECT_EQ(Export().files.at(0).count, 200);
  EXPECT_EQ(StateOf(ids[199]), "exported");
  ExpectSound();
}

using ledger::Backend;
ZHIDA_ON_BOTH_DATABASES(PayTest);

}  // namespace
}  // namespace zhida::payment

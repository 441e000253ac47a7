// Power cuts at every write and sync of a scripted day, and faults at every call of the disk.
//
// After each: what was acknowledged is there (the head written down then is in the chain), the audit finds
// nothing, and the day run again ends where an undisturbed day ends.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>

#include "tests/ledger/day.h"
#include "tests/ledger/fault_vfs.h"
#include "tests/ledger/fixture.h"
#include "tests/test_size.h"

namespace zhida::ledger {
namespace {

std::unique_ptr<Ledger> OpenOnDisk(Diagnostics* diagnostics) {
  OpenOptions options;
  options.sqlite_vfs = FaultDisk::kName;
  return Ledger::Open("ledger.db", options, diagnostics);
}

std::unique_ptr<Ledger> OpenQuietly() {
  Diagnostics diagnostics;
  return OpenOnDisk(&diagnostics);
}

// The day after, on a disk that works again. False, with the test failed, where something is wrong.
bool DayAfterIsRight(const DayReport& before, const std::string& what) {
  Diagnostics diagnostics;
  auto ledger = OpenOnDisk(&diagnostics);
  EXPECT_TRUE(ledger) << what << ": " << diagnostics.Text();
  if (!ledger) return false;
  const std::string fault = FaultAfterCrash(ledger.get(), before);
  EXPECT_EQ(fault, "") << what << " after " << before.calls << " calls";
  ledger.reset();
  const DayReport after = RunDay(OpenQuietly, before.calls);
  EXPECT_TRUE(after.complete) << what;
  if (!fault.empty() || !after.complete) return false;
  ledger = OpenQuietly();
  ExpectDayDone(ledger.get());
  return !testing::Test::HasFailure();
}

TEST(CrashTest, AnUndisturbedDay) {
  FaultDisk disk;
  EXPECT_EQ(RunDay(OpenQuietly).calls, kDayCalls);
  const auto ledger = OpenQuietly();
  ExpectDayDone(ledger.get());
}

TEST(CrashTest, PowerCutsAtEveryWriteAndSync) {
  int64_t changes = 0;
  {
    FaultDisk disk;
    RunDay(OpenQuietly);
    changes = disk.changes();
  }
  const char* const given = std::getenv("ZHIDA_SEED");
  const uint64_t first_seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  // Thin: every third change, lost, kept and one mixture. Full: every change and as many mixtures as make
  // 10,000 cuts.
  const int64_t step = FullSize() ? 1 : 3;
  const int mixtures = FullSize() ? static_cast<int>(10'000 / changes) : 1;
  int cuts = 0;
  for (int64_t change = 1; change <= changes; change += step) {
    for (int way = 0; way < mixtures + 2; ++way) {
      FaultDisk disk;
      disk.CutAt(change);
      const DayReport before = RunDay(OpenQuietly);
      ASSERT_TRUE(disk.is_off());
      const FaultDisk::Cut cut = way == 0   ? FaultDisk::Cut::kAllLost
                                 : way == 1 ? FaultDisk::Cut::kAllKept
                                            : FaultDisk::Cut::kMixed;
      const uint64_t seed = first_seed + static_cast<uint64_t>(change * 1'000 + way);
      disk.Boot(cut, seed);
      ++cuts;
      ASSERT_TRUE(DayAfterIsRight(before, "cut at change " + std::to_string(change) + ", way " +
                                              std::to_string(way) +
                                              ", ZHIDA_SEED=" + std::to_string(first_seed)));
    }
  }
  std::printf("power cuts: %d, at %lld changes of one day, first seed %llu\n", cuts,
              static_cast<long long>(changes), static_cast<unsigned long long>(first_seed));
}

class DiskFaultTest : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Codes, DiskFaultTest, testing::Values(SQLITE_IOERR, SQLITE_FULL, SQLITE_READONLY));

// Once, and from some call on: then the disk is mended, and the day goes on.
TEST_P(DiskFaultTest, AtEveryCall) {
  int64_t calls = 0;
  {
    FaultDisk disk;
    RunDay(OpenQuietly);
    calls = disk.calls();
  }
  const int64_t step = FullSize() ? 1 : 7;
  int faults = 0;
  for (int64_t call = 1; call <= calls; call += step) {
    for (const bool lasting : {false, true}) {
      FaultDisk disk;
      disk.FailAt(call, GetParam(), lasting);
      const DayReport before = RunDay(OpenQuietly);
      // The process ends, the disk stays on.
      disk.Boot(FaultDisk::Cut::kAllKept, 0);
      ++faults;
      ASSERT_TRUE(DayAfterIsRight(before, "code " + std::to_string(GetParam()) + " at call " +
                                              std::to_string(call) + (lasting ? " and later" : " once")));
    }
  }
  std::printf("faults of code %d: %d, at %lld calls of one day\n", GetParam(), faults,
              static_cast<long long>(calls));
}

TEST(DiskFaultMessages, SayWhatHappenedAndTheLedgerTakesNoMoreCalls) {
  FaultDisk disk;
  auto ledger = OpenQuietly();
  ASSERT_TRUE(ledger);
  disk.FailAt(disk.calls() + 1, SQLITE_FULL, true);
  Diagnostics diagnostics;
  EXPECT_FALSE(ledger->SetBudget("pool", 2026, 1, kPlanner, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7105");
  EXPECT_NE(diagnostics.Text().find("full"), std::string::npos) << diagnostics.Text();
  Diagnostics later;
  EXPECT_FALSE(ledger->SetBudget("pool", 2026, 1, kPlanner, &later));
  EXPECT_EQ(CodeOf(later), "ZD7102");
}

TEST(DiskFaultMessages, ADiskThatFailsDuringAnAuditIsNoFinding) {
  FaultDisk disk;
  RunDay(OpenQuietly);
  auto ledger = OpenQuietly();
  ASSERT_TRUE(ledger);
  disk.FailAt(disk.calls() + 1, SQLITE_IOERR, true);
  AuditReport report;
  Diagnostics diagnostics;
  EXPECT_FALSE(ledger->Audit(std::nullopt, &report, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7101");
  EXPECT_FALSE(report.ok);
}

}  // namespace
}  // namespace zhida::ledger

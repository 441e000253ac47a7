#include "tests/ledger/day.h"

#include <gtest/gtest.h>

#include "tests/ledger/fixture.h"

namespace zhida::ledger {
namespace {

std::string IdOf(const std::string& subject, int32_t attempt = 1) {
  return PaymentId(Request(subject, 1).key, attempt);
}

// A, B, C and D are reserved, exported and answered each in another way; E is held and void.
bool Call(Ledger* ledger, int call, Diagnostics* diagnostics) {
  std::vector<ReserveAnswer> reserved;
  std::vector<ChangeAnswer> changed;
  const auto apply = [&](std::vector<Change> changes) {
    return ledger->Apply(changes, kPayer, &changed, diagnostics);
  };
  int64_t moved_fen = 0;
  bool again = false;
  switch (call) {
    case 0:
      return ledger->SetBudget("old", 2025, 5'000, kPlanner, diagnostics);
    case 1:
      return ledger->CloseYear("old", 2025, kPlanner, diagnostics);
    case 2:
      return ledger->CarryOver("old", 2025, kPlanner, &moved_fen, diagnostics);
    case 3:
      return ledger->SetBudget("pool", 2026, 100'000, kPlanner, diagnostics);
    case 4:
      return ledger->Reserve(std::vector{Request("A", 10'000), Request("B", 20'000), Request("C", 30'000)},
                             kPlanner, &reserved, diagnostics);
    case 5: {
      Reservation held = Request("E", 1'000);
      held.subject_name = "Another name";
      return ledger->Reserve(std::vector{Request("D", 4'000), held}, kPlanner, &reserved, diagnostics);
    }
    case 6:
      return apply({{IdOf("E"), EntryKind::kVoid, 0, "", "", "no such firm"}});
    case 7:
      return ledger->Export({"file1", "sha256:1", ""}, std::vector{IdOf("A"), IdOf("B")}, kPayer,
                            diagnostics);
    case 8:
      return ledger->Export({"file2", "sha256:2", ""}, std::vector{IdOf("C"), IdOf("D")}, kPayer,
                            diagnostics);
    case 9:
      return ledger->RecordAnswer({"answer1", false, "sha256:3", 4, 64'000, "", 0}, kPayer, &again,
                                  diagnostics);
    case 10:
      return apply({{IdOf("A"), EntryKind::kPending, 0, "answer1", "", ""},
                    {IdOf("B"), EntryKind::kReject, 0, "answer1", "AC04", "closed"}});
    case 11:
      return apply({{IdOf("A"), EntryKind::kPost, 10'000, "answer1", "", ""}});
    case 12:
      return ledger->RetryRejected(std::vector{Retry{IdOf("B"), Payee{"Firm B", "777", "1"}}}, kPlanner,
                                   &reserved, diagnostics);
    case 13:
      return apply({{IdOf("C"), EntryKind::kUnknown, 0, "", "", "no answer"},
                    {IdOf("D"), EntryKind::kPost, 0, "", "", ""}});
    case 14:
      return apply({{IdOf("D"), EntryKind::kReturn, 1'500, "", "return1", ""}});
    case 15:
      return apply({{IdOf("A"), EntryKind::kDemand, 10'000, "", "letter1", "left early"},
                    {IdOf("A"), EntryKind::kRecover, 10'000, "", "money1", ""}});
    case 16:
      // Free again: the next attempt at A.
      return ledger->Reserve(std::vector{Request("A", 9'000)}, kPlanner, &reserved, diagnostics);
    default:
      return ledger->SetBudget("pool", 2026, 90'000, kPlanner, diagnostics);
  }
}

}  // namespace

DayReport RunDay(const Opener& open, int first_call) {
  DayReport report;
  report.calls = first_call;
  std::unique_ptr<Ledger> ledger = open();
  if (!ledger) return report;
  Diagnostics diagnostics;
  for (int call = first_call; call < kDayCalls; ++call) {
    // Closing writes the log back into the file, so some of the day's writes are of that kind.
    if (call > first_call && (call == 8 || call == 13)) {
      ledger.reset();
      ledger = open();
      if (!ledger) return report;
    }
    if (!Call(ledger.get(), call, &diagnostics)) return report;
    ++report.calls;
    if (!ledger->ReadHead(&report.head, &diagnostics)) return report;
  }
  report.complete = true;
  return report;
}

void ExpectDayDone(Ledger* ledger) {
  EXPECT_EQ(PaymentOf(ledger, IdOf("A")).state, State::kReturned);
  EXPECT_EQ(PaymentOf(ledger, IdOf("A", 2)).state, State::kReserved);
  EXPECT_EQ(PaymentOf(ledger, IdOf("A", 2)).reserve.link, IdOf("A"));
  EXPECT_EQ(PaymentOf(ledger, IdOf("B")).state, State::kVoid);
  EXPECT_EQ(PaymentOf(ledger, IdOf("B", 2)).reserve.payee.account, "777");
  EXPECT_EQ(PaymentOf(ledger, IdOf("C")).state, State::kUnknown);
  EXPECT_EQ(PaymentOf(ledger, IdOf("D")).returned_fen, 1'500);
  EXPECT_EQ(PaymentOf(ledger, IdOf("E")).state, State::kVoid);
  // A 9,000, B 20,000 and C 30,000 are set aside; A 10,000 and D 4,000 were paid, A's and 1,500 of D came
  // back.
  EXPECT_EQ(BalanceOf(ledger), (Balance{"pool", 2026, false, 90'000, 28'500, 59'000, 14'000, 11'500}));
  EXPECT_EQ(BalanceOf(ledger, "old", 2026).free_fen, 5'000);
  ExpectSound(ledger);
}

std::string FaultAfterCrash(Ledger* ledger, const DayReport& report) {
  AuditReport audit;
  Diagnostics diagnostics;
  const std::optional<Head> anchor = report.head.seq == 0 ? std::nullopt : std::optional<Head>(report.head);
  if (!ledger->Audit(anchor, &audit, &diagnostics)) return diagnostics.Text();
  return audit.ok ? "" : audit.findings[0].Text();
}

}  // namespace zhida::ledger

// A ledger on either database with reserved payments, a scratch folder for files, and what the tests ask of
// them.
#ifndef ZHIDA_TESTS_PAYMENT_LEDGER_FIXTURE_H_
#define ZHIDA_TESTS_PAYMENT_LEDGER_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "engine/ledger/ledger.h"
#include "engine/payment/export.h"
#include "engine/payment/reconcile.h"
#include "tests/ledger/fixture.h"
#include "tests/payment/fixture.h"

namespace zhida::payment {

// 2026-11-29T09:30:00+08:00.
inline constexpr int64_t kNow = 1'795'915'800;
inline constexpr int64_t kDay = 86'400;

class PayTest : public testing::TestWithParam<ledger::Backend> {
 protected:
  PayTest() : place_(GetParam()), profile_(Profile(kPain001Profile)), ledger_(place_.Open()) {
    Diagnostics diagnostics;
    EXPECT_TRUE(ledger_->SetBudget("rd", 2026, 1'000'000'000, {"plan", kNow}, &diagnostics))
        << diagnostics.Text();
    request_.folder = folder_.path().string();
    request_.execution = *Date::FromCivil(2026, 11, 30);
  }

  static ledger::Reservation ReservationOf(int number, int64_t amount_fen) {
    ledger::Reservation reservation;
    const std::string digits = std::to_string(number);
    reservation.key = {"91350500" + digits, "rd-increment", "", 2026, "1"};
    reservation.policy = "fj-rd-increment";
    reservation.pool = "rd";
    reservation.amount_fen = amount_fen;
    reservation.payee = {"泉州样例" + digits + "有限公司", "622202" + digits, "105397000017"};
    reservation.memo = "研发投入增量奖补";
    return reservation;
  }

  // Payments 1 to `count` of 100.00 yuan and their number in fen; their ids.
  std::vector<std::string> Reserve(int count) {
    std::vector<ledger::Reservation> reservations;
    for (int i = 1; i <= count; ++i) reservations.push_back(ReservationOf(i, 10'000 + i));
    return Reserve(reservations);
  }
  std::vector<std::string> Reserve(const std::vector<ledger::Reservation>& reservations) {
    std::vector<ledger::ReserveAnswer> answers;
    Diagnostics diagnostics;
    EXPECT_TRUE(ledger_->Reserve(reservations, {"plan", kNow}, &answers, &diagnostics)) << diagnostics.Text();
    std::vector<std::string> ids;
    for (const ledger::ReserveAnswer& answer : answers) ids.push_back(answer.id);
    return ids;
  }

  ExportReport Export(const std::string& actor = "cashier") {
    ExportReport report;
    Diagnostics diagnostics;
    EXPECT_TRUE(ExportReserved(*ledger_, profile_, request_, {actor, kNow}, &report, diagnostics))
        << diagnostics.Text();
    return report;
  }

  AnswerReport Answer(const std::string& text, int64_t at = kNow + kDay) {
    AnswerReport report;
    Diagnostics diagnostics;
    EXPECT_TRUE(Reconcile(*ledger_, text, "answer.xml", {"clerk", at}, &report, diagnostics))
        << diagnostics.Text();
    return report;
  }
  std::string AnswerRefused(const std::string& text) {
    AnswerReport report;
    Diagnostics diagnostics;
    EXPECT_FALSE(Reconcile(*ledger_, text, "answer.xml", {"clerk", kNow + kDay}, &report, diagnostics));
    return diagnostics.Text();
  }

  ledger::Payment PaymentOf(const std::string& id) {
    std::optional<ledger::Payment> payment;
    Diagnostics diagnostics;
    EXPECT_TRUE(ledger_->FindPayment(id, &payment, &diagnostics) && payment) << id;
    return payment.value_or(ledger::Payment());
  }
  std::string StateOf(const std::string& id) { return std::string(ledger::StateName(PaymentOf(id).state)); }

  ledger::Balance BalanceNow() {
    std::vector<ledger::Balance> balances;
    Diagnostics diagnostics;
    EXPECT_TRUE(ledger_->Balances(&balances, &diagnostics));
    return balances.at(0);
  }

  int64_t EntryCount() {
    ledger::Head head;
    Diagnostics diagnostics;
    EXPECT_TRUE(ledger_->ReadHead(&head, &diagnostics));
    return head.seq;
  }

  void ExpectSound() {
    ledger::AuditReport report;
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger_->Audit(std::nullopt, &report, &diagnostics)) << diagnostics.Text();
    EXPECT_TRUE(report.ok) << (report.findings.empty() ? "" : report.findings[0].Text());
  }

  ScratchFolder folder_;
  ledger::Place place_;
  BankProfile profile_;
  ExportRequest request_;
  std::unique_ptr<ledger::Ledger> ledger_;
};

}  // namespace zhida::payment

#endif  // ZHIDA_TESTS_PAYMENT_LEDGER_FIXTURE_H_

#include "tests/ledger/fixture.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "tests/ledger/postgres_server.h"

namespace zhida::ledger {

Place::Place(Backend backend, Disk disk) : backend_(backend) {
  if (backend == Backend::kPostgres) {
    url_ = PostgresServer::Get().NewPlace();
    return;
  }
  const bool in_memory = disk == Disk::kNone && std::filesystem::is_directory("/dev/shm");
  std::string folder = in_memory ? "/dev/shm/zhida-ledger-XXXXXX" : "/tmp/zhida-ledger-XXXXXX";
  EXPECT_NE(mkdtemp(folder.data()), nullptr);
  folder_ = folder;
  url_ = folder_ / "ledger.db";
}

Place::~Place() {
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<Ledger> Place::Open() const {
  Diagnostics diagnostics;
  auto ledger = Ledger::Open(url_, {}, &diagnostics);
  EXPECT_TRUE(ledger) << diagnostics.Text();
  return ledger;
}

void Place::Tamper(const std::string& sql) const {
  if (backend_ == Backend::kPostgres) return PostgresServer::Get().Run(url_, sql);
  sqlite3* connection = nullptr;
  ASSERT_EQ(sqlite3_open(url_.c_str(), &connection), SQLITE_OK);
  char* message = nullptr;
  EXPECT_EQ(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK) << sql << message;
  sqlite3_free(message);
  sqlite3_close(connection);
}

Reservation Request(const std::string& subject, int64_t amount_fen) {
  Reservation request;
  request.key = {subject, "award", "2026 upgrade", 2026, "1"};
  request.policy = "upgrade";
  request.pool = "pool";
  request.amount_fen = amount_fen;
  request.payee = {"Firm " + subject, "6222" + subject, "102391000012"};
  request.memo = "award 2026";
  return request;
}

ReserveAnswer ReserveOne(Ledger* ledger, const Reservation& reservation, const Act& act) {
  std::vector<ReserveAnswer> answers;
  Diagnostics diagnostics;
  EXPECT_TRUE(ledger->Reserve(std::vector{reservation}, act, &answers, &diagnostics)) << diagnostics.Text();
  return answers.empty() ? ReserveAnswer{} : answers[0];
}

ChangeAnswer ApplyOne(Ledger* ledger, const Change& change, const Act& act) {
  std::vector<ChangeAnswer> answers;
  Diagnostics diagnostics;
  EXPECT_TRUE(ledger->Apply(std::vector{change}, act, &answers, &diagnostics)) << diagnostics.Text();
  return answers.empty() ? ChangeAnswer{} : answers[0];
}

Balance BalanceOf(Ledger* ledger, const std::string& pool, int32_t year) {
  std::vector<Balance> balances;
  Diagnostics diagnostics;
  EXPECT_TRUE(ledger->Balances(&balances, &diagnostics)) << diagnostics.Text();
  for (const Balance& balance : balances) {
    if (balance.pool == pool && balance.year == year) return balance;
  }
  return {};
}

Payment PaymentOf(Ledger* ledger, const std::string& id) {
  std::optional<Payment> payment;
  Diagnostics diagnostics;
  EXPECT_TRUE(ledger->FindPayment(id, &payment, &diagnostics)) << diagnostics.Text();
  EXPECT_TRUE(payment) << id;
  return payment ? *payment : Payment{};
}

std::string CodeOf(const Diagnostics& diagnostics) {
  return diagnostics.all().size() == 1 ? diagnostics.all()[0].code : diagnostics.Text();
}

void ExpectSound(Ledger* ledger, const std::optional<Head>& anchor) {
  AuditReport report;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger->Audit(anchor, &report, &diagnostics)) << diagnostics.Text();
  for (const Diagnostic& finding : report.findings) ADD_FAILURE() << finding.Text();
  EXPECT_TRUE(report.ok);
}

}  // namespace zhida::ledger

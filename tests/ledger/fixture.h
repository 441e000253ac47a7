// What the ledger's tests share: a ledger on either database, requests with defaults, and checks.
#ifndef ZHIDA_TESTS_LEDGER_FIXTURE_H_
#define ZHIDA_TESTS_LEDGER_FIXTURE_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/ledger/ledger.h"

namespace zhida::ledger {

enum class Backend { kSqlite, kPostgres };
enum class Disk { kNone, kReal };

// A place for one ledger, empty at first and gone at the end. SQLite files are in memory, where syncs cost
// nothing, unless a test asks for a disk.
class Place {
 public:
  explicit Place(Backend backend, Disk disk = Disk::kNone);
  ~Place();
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  const std::string& url() const { return url_; }
  std::unique_ptr<Ledger> Open() const;  // fails the test when it cannot be opened
  // Changes the tables behind the ledger's back. SQLite: the ledger must be closed.
  void Tamper(const std::string& sql) const;

 private:
  Backend backend_;
  std::filesystem::path folder_;
  std::string url_;
};

inline const Act kPlanner{"lin", 1'780'000'000};
inline const Act kPayer{"wu", 1'780'000'100};

Reservation Request(const std::string& subject, int64_t amount_fen);

// Single requests; the call itself must succeed.
ReserveAnswer ReserveOne(Ledger* ledger, const Reservation& reservation, const Act& act = kPlanner);
ChangeAnswer ApplyOne(Ledger* ledger, const Change& change, const Act& act = kPayer);
Balance BalanceOf(Ledger* ledger, const std::string& pool = "pool", int32_t year = 2026);
Payment PaymentOf(Ledger* ledger, const std::string& id);
// The one code of a failed call.
std::string CodeOf(const Diagnostics& diagnostics);
// An audit that must find nothing.
void ExpectSound(Ledger* ledger, const std::optional<Head>& anchor = std::nullopt);

class OnBothDatabases : public testing::TestWithParam<Backend> {
 protected:
  OnBothDatabases() : place_(GetParam()), ledger_(place_.Open()) {}
  // Closes and opens it again.
  void Reopen() {
    ledger_.reset();
    ledger_ = place_.Open();
  }
  void SetBudget(int64_t total_fen, const std::string& pool = "pool", int32_t year = 2026) {
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger_->SetBudget(pool, year, total_fen, kPlanner, &diagnostics)) << diagnostics.Text();
  }
  std::string Reserved(const std::string& subject, int64_t amount_fen) {
    const ReserveAnswer answer = ReserveOne(ledger_.get(), Request(subject, amount_fen));
    EXPECT_EQ(answer.result, ReserveAnswer::Result::kReserved) << answer.refusal.Text();
    return answer.id;
  }
  std::string Exported(const std::string& subject, int64_t amount_fen, const std::string& file) {
    const std::string id = Reserved(subject, amount_fen);
    Diagnostics diagnostics;
    EXPECT_TRUE(ledger_->Export({file, "sha256:" + file, ""}, std::vector{id}, kPayer, &diagnostics))
        << diagnostics.Text();
    return id;
  }
  std::string Paid(const std::string& subject, int64_t amount_fen) {
    const std::string id = Exported(subject, amount_fen, "file of " + subject);
    EXPECT_EQ(ApplyOne(ledger_.get(), {id, EntryKind::kPost, 0, "", "", ""}).result,
              ChangeAnswer::Result::kDone);
    return id;
  }

  Place place_;
  std::unique_ptr<Ledger> ledger_;
};

#define ZHIDA_ON_BOTH_DATABASES(suite)                                         \
  INSTANTIATE_TEST_SUITE_P(                                                    \
      Databases, suite, testing::Values(Backend::kSqlite, Backend::kPostgres), \
      [](const auto& test) { return test.param == Backend::kSqlite ? "Sqlite" : "Postgres"; })

}  // namespace zhida::ledger

#endif  // ZHIDA_TESTS_LEDGER_FIXTURE_H_

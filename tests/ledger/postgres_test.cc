// What only PostgreSQL has: several writers, and a server that dies while a commit is on its way.

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <random>
#include <set>
#include <thread>
#include <vector>

#include "tests/ledger/day.h"
#include "tests/ledger/fixture.h"
#include "tests/ledger/postgres_server.h"
#include "tests/test_size.h"

namespace zhida::ledger {
namespace {

using Result = ReserveAnswer::Result;

// The columns of a row as PostgreSQL writes them.
std::string ValuesOf(sqlite3_stmt* row) {
  std::string values;
  for (int column = 0; column < sqlite3_column_count(row); ++column) {
    if (column > 0) values += ", ";
    const int type = sqlite3_column_type(row, column);  // before anything converts it
    const std::string text(static_cast<const char*>(sqlite3_column_blob(row, column)),
                           static_cast<size_t>(sqlite3_column_bytes(row, column)));
    switch (type) {
      case SQLITE_INTEGER:
        values += std::to_string(sqlite3_column_int64(row, column));
        break;
      case SQLITE_BLOB: {
        Digest digest{};
        std::copy(text.begin(), text.end(), digest.begin());
        values += "decode('" + DigestHex(digest) + "', 'hex')";
        break;
      }
      default:
        values += "'" + text + "'";
    }
  }
  return values;
}

// Both want the same 60 events, and there is money for 40.
TEST(PostgresTest, WritersTakeTurnsAndNothingIsReservedTwice) {
  constexpr int kWriters = 3;
  constexpr int kEvents = 60;
  Place place(Backend::kPostgres);
  Diagnostics diagnostics;
  ASSERT_TRUE(place.Open()->SetBudget("pool", 2026, 4'000, kPlanner, &diagnostics));
  const int rounds = Rounds(3);
  std::atomic<int> reserved{0};
  std::atomic<int> before{0};
  std::atomic<int> refused{0};
  std::atomic<int> failed{0};
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      Diagnostics mine;
      const auto ledger = Ledger::Open(place.url(), {}, &mine);
      if (!ledger) {
        ++failed;
        return;
      }
      std::mt19937_64 random(static_cast<uint64_t>(writer));
      for (int i = 0; i < kEvents * rounds; ++i) {
        std::vector<ReserveAnswer> answers;
        const std::string subject = std::to_string((i * 7 + static_cast<int>(random() % 5)) % kEvents);
        if (!ledger->Reserve(std::vector{Request(subject, 100)}, kPlanner, &answers, &mine)) {
          ++failed;
          return;
        }
        ++(answers[0].result == Result::kReserved ? reserved
           : answers[0].result == Result::kExists ? before
                                                  : refused);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(reserved, 40);
  EXPECT_EQ(reserved + before + refused, kWriters * kEvents * rounds);
  const auto ledger = place.Open();
  EXPECT_EQ(BalanceOf(ledger.get()).free_fen, 0);
  ExpectSound(ledger.get());
}

// A round of the writer: repeated with a new connection until it is acknowledged.
bool ReserveUntilAcknowledged(const Place& place, std::unique_ptr<Ledger>* ledger, int event, int* repeats,
                              std::set<std::string>* codes) {
  for (int tries = 0; tries < 200; ++tries) {
    Diagnostics diagnostics;
    if (!*ledger) *ledger = Ledger::Open(place.url(), {}, &diagnostics);
    std::vector<ReserveAnswer> answers;
    if (*ledger && (*ledger)->Reserve(std::vector{Request(std::to_string(event), 100)}, kPlanner, &answers,
                                      &diagnostics)) {
      return answers[0].result != Result::kRefused;
    }
    for (const Diagnostic& diagnostic : diagnostics.all()) codes->insert(diagnostic.code);
    ++*repeats;
    ledger->reset();
    usleep(20'000);
  }
  return false;
}

TEST(PostgresTest, TheServerDiesInTheMiddleOfCommits) {
  const char* const given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  std::mt19937_64 random(seed);
  const int deaths = FullSize() ? 30 : 3;
  Place place(Backend::kPostgres);
  Diagnostics diagnostics;
  ASSERT_TRUE(place.Open()->SetBudget("pool", 2026, int64_t{1} << 40, kPlanner, &diagnostics));
  std::atomic<bool> stop{false};
  int events = 0;
  int repeats = 0;
  bool all = true;
  std::set<std::string> codes;
  std::thread writer([&] {
    std::unique_ptr<Ledger> ledger;
    while (!stop && all) all = ReserveUntilAcknowledged(place, &ledger, events++, &repeats, &codes);
  });
  for (int death = 0; death < deaths; ++death) {
    usleep(static_cast<useconds_t>(50'000 + random() % 100'000));
    PostgresServer::Get().Kill();
    PostgresServer::Get().Start();
  }
  usleep(100'000);
  stop = true;
  writer.join();
  EXPECT_TRUE(all);
  EXPECT_GE(repeats, deaths / 2);
  for (const std::string& code : codes) EXPECT_TRUE(code == "ZD7101" || code == "ZD7105") << code;
  const auto ledger = place.Open();
  Head head;
  ASSERT_TRUE(ledger->ReadHead(&head, &diagnostics));
  EXPECT_EQ(head.payments, events);
  EXPECT_EQ(BalanceOf(ledger.get()).reserved_fen, 100 * events);
  ExpectSound(ledger.get());
  std::printf("server killed %d times, %d events acknowledged, %d calls repeated, seed %llu\n", deaths,
              events, repeats, static_cast<unsigned long long>(seed));
}

TEST(PostgresTest, AConnectionThatIsCutInTheMiddleOfACommit) {
  Place place(Backend::kPostgres);
  auto ledger = place.Open();
  place.Tamper(
      "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS "
      "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END';"
      "CREATE CONSTRAINT TRIGGER cutter AFTER INSERT ON entry DEFERRABLE INITIALLY DEFERRED "
      "FOR EACH ROW EXECUTE FUNCTION cut()");
  Diagnostics diagnostics;
  EXPECT_FALSE(ledger->SetBudget("pool", 2026, 1, kPlanner, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7105");
  EXPECT_FALSE(ledger->SetBudget("pool", 2026, 1, kPlanner, &diagnostics));
  EXPECT_EQ(diagnostics.all()[1].code, "ZD7102");
  place.Tamper("DROP TRIGGER cutter ON entry");
  ledger = place.Open();
  EXPECT_TRUE(ledger->SetBudget("pool", 2026, 1, kPlanner, &diagnostics));
  ExpectSound(ledger.get());
}

// The last writes and the commit go out together; the server skips the commit.
TEST(PostgresTest, AWriteThatIsRefusedIsNotCommitted) {
  Place place(Backend::kPostgres);
  auto ledger = place.Open();
  place.Tamper(
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';"
      "CREATE TRIGGER refuser BEFORE UPDATE ON head FOR EACH ROW EXECUTE FUNCTION refuse()");
  Diagnostics diagnostics;
  EXPECT_FALSE(ledger->SetBudget("pool", 2026, 1, kPlanner, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7101");
  place.Tamper("DROP TRIGGER refuser ON head");
  ledger = place.Open();
  Head head;
  ASSERT_TRUE(ledger->ReadHead(&head, &diagnostics));
  EXPECT_EQ(head.seq, 0);
  ExpectSound(ledger.get());
}

TEST(PostgresTest, ManyMayMakeTheTablesAtOnce) {
  for (int round = 0; round < 5; ++round) {
    Place place(Backend::kPostgres);
    std::atomic<int> opened{0};
    std::vector<std::thread> openers;
    for (int i = 0; i < 4; ++i) {
      openers.emplace_back([&] {
        Diagnostics diagnostics;
        if (Ledger::Open(place.url(), {}, &diagnostics)) ++opened;
      });
    }
    for (std::thread& opener : openers) opener.join();
    EXPECT_EQ(opened, 4);
  }
}

TEST(PostgresTest, AWriterThatKeepsItsTurnTooLongIsNamed) {
  Place place(Backend::kPostgres);
  place.Open();
  PGconn* const other = PQconnectdb(place.url().c_str());
  PQclear(PQexec(other, "BEGIN; SELECT pg_advisory_xact_lock(6504442944561833330)"));
  Diagnostics diagnostics;
  const auto ledger = Ledger::Open(place.url() + "%20-clock_timeout%3D100", {}, &diagnostics);
  ASSERT_TRUE(ledger) << diagnostics.Text();
  EXPECT_FALSE(ledger->SetBudget("pool", 2026, 1, kPlanner, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7103");
  PQfinish(other);
}

// As docs/ledger.md says: the tables as they are, and the old head as the anchor.
TEST(PostgresTest, ALedgerMovesFromSqlite) {
  Place from(Backend::kSqlite);
  Head head;
  Diagnostics diagnostics;
  {
    ASSERT_TRUE(RunDay([&] { return from.Open(); }).complete);
    ASSERT_TRUE(from.Open()->ReadHead(&head, &diagnostics));
  }
  Place to(Backend::kPostgres);
  to.Open();
  to.Tamper("DELETE FROM head");
  sqlite3* source = nullptr;
  ASSERT_EQ(sqlite3_open(from.url().c_str(), &source), SQLITE_OK);
  int64_t rows = 0;
  for (const char* const table : {"entry", "payment", "pool", "file", "head"}) {
    const std::string sql = std::string("SELECT * FROM ") + table;
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(source, sql.c_str(), -1, &statement, nullptr), SQLITE_OK);
    while (sqlite3_step(statement) == SQLITE_ROW) {
      to.Tamper(std::string("INSERT INTO ") + table + " VALUES (" + ValuesOf(statement) + ")");
      ++rows;
    }
    sqlite3_finalize(statement);
  }
  sqlite3_close(source);
  EXPECT_GT(rows, 30);
  const auto ledger = to.Open();
  ExpectDayDone(ledger.get());
  ExpectSound(ledger.get(), head);
}

TEST(PostgresTest, AServerThatIsNotThereIsNamed) {
  Diagnostics diagnostics;
  EXPECT_FALSE(Ledger::Open("postgresql://nobody@127.0.0.1:1/none", {}, &diagnostics));
  EXPECT_EQ(CodeOf(diagnostics), "ZD7101");
}

}  // namespace
}  // namespace zhida::ledger

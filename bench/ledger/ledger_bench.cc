// The ledger beside bare loops over SQLite and libpq that do the same: the same rows into the same tables,
// the same commits, the same digests. The rows of the bare loops are read back from a ledger, so they are the
// same to the byte. All is on the disk of the temporary folder, PostgreSQL with a server of the bench's own
// whose commits are durable.

#include <benchmark/benchmark.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "bench/ledger/bare_postgres.h"
#include "engine/base/digest.h"
#include "engine/ledger/canonical.h"
#include "engine/ledger/ledger.h"
#include "tests/ledger/postgres_server.h"

namespace zhida::ledger {
namespace {

constexpr int64_t kBudgetFen = int64_t{1} << 50;
const Act kAct{"lin", 1'780'000'000};

void Require(bool done, const std::string& what) {
  if (done) return;
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(2);
}

// A folder that goes when the benchmark ends.
class Folder {
 public:
  Folder() {
    std::string path = std::filesystem::temp_directory_path() / "zhida-ledger-bench-XXXXXX";
    Require(mkdtemp(path.data()) != nullptr, "no temporary folder");
    path_ = path;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

std::unique_ptr<Ledger> OpenLedger(const std::string& url) {
  Diagnostics diagnostics;
  auto ledger = Ledger::Open(url, {}, &diagnostics);
  Require(ledger != nullptr, diagnostics.Text());
  Require(ledger->SetBudget("pool", 2026, kBudgetFen, kAct, &diagnostics), diagnostics.Text());
  return ledger;
}

std::vector<Reservation> Requests(int64_t first, int64_t count) {
  std::vector<Reservation> requests;
  for (int64_t i = first; i < first + count; ++i) {
    const std::string number = std::to_string(100'000'000 + i);
    Reservation request;
    request.key = {"91350582" + number, "award", "industry-upgrade", 2026, "1"};
    request.policy = "qz-industry-upgrade-2026";
    request.pool = "pool";
    request.amount_fen = 3'000'000 + i;
    request.payee = {"泉州示范企业 " + number, "6222020000" + number, "102391000012"};
    request.memo = "2026 industry upgrade award";
    requests.push_back(std::move(request));
  }
  return requests;
}

void ReserveAll(Ledger* ledger, int64_t total, int64_t batch) {
  for (int64_t first = 0; first < total; first += batch) {
    std::vector<ReserveAnswer> answers;
    Diagnostics diagnostics;
    Require(ledger->Reserve(Requests(first, batch), kAct, &answers, &diagnostics), diagnostics.Text());
  }
}

// --- The ledger.

void Reserve(benchmark::State& state, const std::string& url) {
  const int64_t batch = state.range(0);
  const auto ledger = OpenLedger(url);
  int64_t next = 0;
  std::vector<ReserveAnswer> answers;
  for (auto _ : state) {
    state.PauseTiming();
    const std::vector<Reservation> requests = Requests(next, batch);
    next += batch;
    state.ResumeTiming();
    Diagnostics diagnostics;
    Require(ledger->Reserve(requests, kAct, &answers, &diagnostics), diagnostics.Text());
  }
  Require(answers[0].result == ReserveAnswer::Result::kReserved, "nothing new was reserved");
  state.SetItemsProcessed(state.iterations() * batch);
}

void Sqlite_Ledger(benchmark::State& state) {
  const Folder folder;
  Reserve(state, folder.file("ledger.db"));
}

std::string NewPostgresPlace() { return PostgresServer::Get(PostgresServer::Commits::kDurable).NewPlace(); }

void Postgres_Ledger(benchmark::State& state) { Reserve(state, NewPostgresPlace()); }

// --- The bare loops. A row of entry, and one of payment, as the ledger wrote them.

using Row = BareRow;

std::vector<Row> RowsOf(int64_t count) {
  Folder folder;
  const auto ledger = OpenLedger(folder.file("ledger.db"));
  ReserveAll(ledger.get(), count, 1'000);
  std::vector<Row> rows;
  Diagnostics diagnostics;
  ledger->ForEachPayment(
      {},
      [&](const Payment& payment) {
        rows.push_back({payment.reserve, payment.id});
        return true;
      },
      &diagnostics);
  return rows;
}

class BareSqlite {
 public:
  // The tables of a ledger, empty.
  explicit BareSqlite(const std::string& path) {
    OpenLedger(path).reset();
    Require(sqlite3_open(path.c_str(), &connection_) == SQLITE_OK, "cannot open " + path);
    for (const char* const sql :
         {"PRAGMA locking_mode=EXCLUSIVE", "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
          "PRAGMA cache_size=-65536", "PRAGMA wal_autocheckpoint=4000"}) {
      Run(sql);
    }
    entry_ = Prepare("INSERT INTO entry VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
    payment_ = Prepare("INSERT INTO payment VALUES (?,?,?,'reserved',0,0,'')");
    pool_ = Prepare("UPDATE pool SET free_fen = free_fen - ?1, reserved_fen = reserved_fen + ?1");
    head_ = Prepare("UPDATE head SET seq = ?, digest = ?, payments = ?");
  }
  ~BareSqlite() {
    for (sqlite3_stmt* const statement : {entry_, payment_, pool_, head_}) sqlite3_finalize(statement);
    sqlite3_close(connection_);
  }

  void Insert(const Row* rows, int64_t count) {
    Run("BEGIN IMMEDIATE");
    int64_t fen = 0;
    for (int64_t i = 0; i < count; ++i) {
      Add(rows[i]);
      fen += rows[i].entry.amount_fen;
    }
    sqlite3_bind_int64(pool_, 1, fen);
    Step(pool_);
    const Entry& last = rows[count - 1].entry;
    sqlite3_bind_int64(head_, 1, last.seq);
    sqlite3_bind_blob(head_, 2, last.digest.data(), 32, SQLITE_STATIC);
    sqlite3_bind_int64(head_, 3, last.payment);
    Step(head_);
    Run("COMMIT");
  }

 private:
  void Add(const Row& row) {
    const Entry& e = row.entry;
    int place = 0;
    const auto number = [&](int64_t value) { sqlite3_bind_int64(entry_, ++place, value); };
    const auto text = [&](std::string_view value) {
      sqlite3_bind_text(entry_, ++place, value.empty() ? "" : value.data(), static_cast<int>(value.size()),
                        SQLITE_STATIC);
    };
    number(e.seq), text("reserve"), number(e.at), text(e.actor), number(e.payment), text(e.key.subject);
    text(e.key.kind), text(e.key.object), number(e.key.year), text(e.key.part), number(e.attempt);
    text(e.policy), text(e.payee.name), text(e.payee.account), text(e.payee.bank), text(e.memo), text(e.link);
    text(e.pool), number(e.pool_year), number(e.amount_fen), text(e.file), text(e.reference), text(e.reason);
    sqlite3_bind_blob(entry_, ++place, e.digest.data(), 32, SQLITE_STATIC);
    Step(entry_);
    sqlite3_bind_int64(payment_, 1, e.payment);
    sqlite3_bind_text(payment_, 2, row.payment_id.data(), static_cast<int>(row.payment_id.size()),
                      SQLITE_STATIC);
    sqlite3_bind_int64(payment_, 3, e.seq);
    Step(payment_);
  }
  void Run(const char* sql) {
    Require(sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr) == SQLITE_OK,
            sqlite3_errmsg(connection_));
  }
  sqlite3_stmt* Prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    Require(sqlite3_prepare_v2(connection_, sql, -1, &statement, nullptr) == SQLITE_OK, sql);
    return statement;
  }
  void Step(sqlite3_stmt* statement) {
    Require(sqlite3_step(statement) == SQLITE_DONE, sqlite3_errmsg(connection_));
    sqlite3_reset(statement);
  }

  sqlite3* connection_ = nullptr;
  sqlite3_stmt* entry_ = nullptr;
  sqlite3_stmt* payment_ = nullptr;
  sqlite3_stmt* pool_ = nullptr;
  sqlite3_stmt* head_ = nullptr;
};

constexpr int64_t kRowsMax = 200'000;

// `make()` gives a new place for the rows when all of them are in the last one.
template <typename Make>
void InsertBare(benchmark::State& state, Make make) {
  static const std::vector<Row> rows = RowsOf(kRowsMax);
  const int64_t batch = state.range(0);
  auto bare = make();
  int64_t next = 0;
  for (auto _ : state) {
    if (next + batch > kRowsMax) {
      state.PauseTiming();
      bare = make();
      next = 0;
      state.ResumeTiming();
    }
    bare->Insert(rows.data() + next, batch);
    next += batch;
  }
  state.SetItemsProcessed(state.iterations() * batch);
}

void Sqlite_Bare(benchmark::State& state) {
  const Folder folder;
  int files = 0;
  InsertBare(state, [&] {
    return std::make_unique<BareSqlite>(folder.file("bare" + std::to_string(++files) + ".db"));
  });
}

void Postgres_Bare(benchmark::State& state) {
  InsertBare(state, [] {
    const std::string place = NewPostgresPlace();
    OpenLedger(place);  // makes the tables
    return std::make_unique<BarePostgres>(place);
  });
}

// --- Reading: an audit, and a SELECT of the same entries with a digest of each.

// A ledger of so many payments, reserved, exported and posted.
class PaidLedger {
 public:
  explicit PaidLedger(int64_t payments) {
    const auto ledger = OpenLedger(path());
    ReserveAll(ledger.get(), payments, 10'000);
    Diagnostics diagnostics;
    for (int64_t first = 0; first < payments; first += 10'000) {
      std::vector<std::string> ids;
      std::vector<Change> changes;
      for (const Reservation& request : Requests(first, 10'000)) {
        ids.push_back(PaymentId(request.key, 1));
        changes.push_back({ids.back(), EntryKind::kPost, 0, "", "", ""});
      }
      const std::string file = "file " + std::to_string(first);
      Require(ledger->Export({file, "sha256:" + file, ""}, ids, {"wu", 1}, &diagnostics), diagnostics.Text());
      std::vector<ChangeAnswer> answers;
      Require(ledger->Apply(changes, {"wu", 1}, &answers, &diagnostics), diagnostics.Text());
    }
  }
  std::string path() const { return folder_.file("ledger.db"); }

 private:
  Folder folder_;
};

const PaidLedger& Paid() {
  static const PaidLedger ledger(200'000);
  return ledger;
}

void Ledger_Audit(benchmark::State& state) {
  Diagnostics diagnostics;
  const auto ledger = Ledger::Open(Paid().path(), {}, &diagnostics);
  AuditReport report;
  for (auto _ : state) {
    Require(ledger->Audit(std::nullopt, &report, &diagnostics) && report.ok, "the audit found something");
  }
  state.SetItemsProcessed(state.iterations() * report.entries);
}

void Bare_SelectWithSha256(benchmark::State& state) {
  sqlite3* connection = nullptr;
  Require(sqlite3_open(Paid().path().c_str(), &connection) == SQLITE_OK, "cannot open");
  sqlite3_exec(connection, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA cache_size=-65536", nullptr, nullptr,
               nullptr);
  int64_t count = 0;
  for (auto _ : state) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(connection, "SELECT * FROM entry ORDER BY seq", -1, &statement, nullptr);
    count = 0;
    std::string bytes;
    while (sqlite3_step(statement) == SQLITE_ROW) {
      bytes.assign(32, '\0');
      for (int column = 0; column < 23; ++column) {
        const void* const data = sqlite3_column_blob(statement, column);
        bytes.append(static_cast<const char*>(data),
                     static_cast<size_t>(sqlite3_column_bytes(statement, column)));
      }
      benchmark::DoNotOptimize(Sha256Bytes(bytes));
      ++count;
    }
    sqlite3_finalize(statement);
  }
  sqlite3_close(connection);
  state.SetItemsProcessed(state.iterations() * count);
}

void Register() {
  for (const int64_t batch : {1, 100, 1'000, 10'000}) {
    const auto size = [&](benchmark::internal::Benchmark* bench) {
      bench->Arg(batch)->UseRealTime()->Unit(benchmark::kMillisecond);
    };
    size(benchmark::RegisterBenchmark("Sqlite/Ledger_Reserve", &Sqlite_Ledger));
    size(benchmark::RegisterBenchmark("Sqlite/Bare_Reserve", &Sqlite_Bare));
    size(benchmark::RegisterBenchmark("Postgres/Ledger_Reserve", &Postgres_Ledger));
    size(benchmark::RegisterBenchmark("Postgres/Bare_Reserve", &Postgres_Bare));
  }
  benchmark::RegisterBenchmark("Sqlite/Ledger_Audit", &Ledger_Audit)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark("Sqlite/Bare_SelectWithSha256", &Bare_SelectWithSha256)
      ->UseRealTime()
      ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace zhida::ledger

int main(int argc, char** argv) {
  zhida::ledger::Register();
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

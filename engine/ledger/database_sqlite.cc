// SQLite: one file, one process, one connection.
//
// The lock on the file is taken when it is opened and kept (locking_mode EXCLUSIVE, set before the journal
// becomes a write-ahead log), so that no second connection exists: SQLite 3.7.0 to 3.51.2 can damage a
// write-ahead log that two connections share. The log is synced at every commit.
#include <sqlite3.h>

#include <memory>
#include <unordered_map>

#include "engine/ledger/database.h"

namespace zhida::ledger {
namespace {

class SqliteRow : public SqlRow {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  int64_t Number(int column) const override { return sqlite3_column_int64(statement_, column); }
  std::string_view Text(int column) const override {
    const void* const bytes = sqlite3_column_blob(statement_, column);
    return {static_cast<const char*>(bytes), static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
struct Close {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};

// Leaves a statement ready for its next use, however its use ends.
struct Reset {
  sqlite3_stmt* statement;
  ~Reset() { sqlite3_reset(statement); }
};

class Sqlite : public Database {
 public:
  Sqlite(const std::string& path, bool create, const std::string& vfs) : path_(path) {
    sqlite3* connection = nullptr;
    // The ledger is used by one thread at a time, so SQLite need not guard each call.
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
    const int status = sqlite3_open_v2(path.c_str(), &connection, flags, vfs.empty() ? nullptr : vfs.c_str());
    connection_.reset(connection);
    if (status != SQLITE_OK) Fail(status);
    sqlite3_extended_result_codes(connection, 1);
    Run("PRAGMA locking_mode=EXCLUSIVE");
    // EXTRA is FULL for a write-ahead log. It matters once: when the file is made, a rollback journal is
    // deleted, and without a sync of the folder a power cut may bring that journal back, which would undo the
    // log's whole content. tests/ledger/crash_test.cc finds that.
    Run("PRAGMA synchronous=EXTRA");
    Run("PRAGMA journal_mode=WAL");
    Run("PRAGMA cache_size=-65536");  // 64 MiB
    Run("PRAGMA wal_autocheckpoint=4000");
    // Takes the lock now, so that a second process is told at once.
    Run("BEGIN EXCLUSIVE");
    Run("COMMIT");
  }

  void Write(const char* sql, std::span<const SqlValue> values) override {
    sqlite3_stmt* const statement = Bound(sql, values);
    const Reset reset{statement};
    Step(statement);
  }

  void Query(const char* sql, std::span<const SqlValue> values,
             const std::function<bool(const SqlRow&)>& visit) override {
    sqlite3_stmt* const statement = Bound(sql, values);
    const Reset reset{statement};
    const SqliteRow row(statement);
    while (Step(statement) && visit(row)) {
    }
  }

  void Known(const char* sql, std::span<const std::string> keys, std::vector<bool>* known) override {
    known->clear();
    for (const std::string& key : keys) {
      const SqlValue value(key);
      sqlite3_stmt* const statement = Bound(sql, {&value, 1});
      const Reset reset{statement};
      known->push_back(Step(statement));
    }
  }

  void BeginWriting() override { Run("BEGIN IMMEDIATE"); }
  void BeginReading() override { Run("BEGIN"); }

  void Commit() override {
    const int status = sqlite3_exec(connection_.get(), "COMMIT", nullptr, nullptr, nullptr);
    if (status == SQLITE_OK) return;
    throw StorageFault("ZD7105",
                       Describe() + " while the last step was being recorded; whether it was is not known",
                       "mend the cause, open the ledger again and repeat the call: nothing happens twice");
  }

  void Rollback() override { Run("ROLLBACK"); }

  void CreateTables(std::span<const char* const> statements) override {
    for (const char* const statement : statements) Run(statement);
  }

  bool HasTable(const std::string& name) override {
    bool found = false;
    const SqlValue value(name);
    Query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", {&value, 1},
          [&](const SqlRow&) { return found = true; });
    return found;
  }

 private:
  void Run(const char* sql) {
    const int status = sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr);
    if (status != SQLITE_OK) Fail(status);
  }

  // True while there is a row.
  bool Step(sqlite3_stmt* statement) {
    const int status = sqlite3_step(statement);
    if (status != SQLITE_ROW && status != SQLITE_DONE) Fail(status);
    return status == SQLITE_ROW;
  }

  sqlite3_stmt* Bound(const char* sql, std::span<const SqlValue> values) {
    std::unique_ptr<sqlite3_stmt, Finalize>& kept = statements_[sql];
    if (!kept) {
      sqlite3_stmt* made = nullptr;
      const int status =
          sqlite3_prepare_v3(connection_.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
      kept.reset(made);
      if (status != SQLITE_OK) Fail(status);
    }
    for (size_t i = 0; i < values.size(); ++i) Bind(kept.get(), static_cast<int>(i) + 1, values[i]);
    return kept.get();
  }

  void Bind(sqlite3_stmt* statement, int place, const SqlValue& value) {
    int status = SQLITE_OK;
    const int size = static_cast<int>(value.bytes.size());
    if (value.type == SqlValue::Type::kNumber) {
      status = sqlite3_bind_int64(statement, place, value.number);
    } else if (value.type == SqlValue::Type::kText) {
      // An empty view may have no address, which SQLite would take for NULL.
      const char* const text = size == 0 ? "" : value.bytes.data();
      status = sqlite3_bind_text(statement, place, text, size, SQLITE_STATIC);
    } else {
      status = sqlite3_bind_blob(statement, place, value.bytes.data(), size, SQLITE_STATIC);
    }
    if (status != SQLITE_OK) Fail(status);
  }

  std::string Describe() const {
    return "the ledger " + path_ + " failed: " + sqlite3_errmsg(connection_.get());
  }

  [[noreturn]] void Fail(int status) {
    switch (status & 0xff) {
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        throw StorageFault("ZD7103", "the ledger " + path_ + " is open in another process",
                           "wait until it has ended; a ledger for several writers is one in PostgreSQL");
      case SQLITE_NOTADB:
        throw StorageFault("ZD7104", path_ + " is not a ledger", "name another file, or a new one");
      case SQLITE_CANTOPEN:
        throw StorageFault("ZD7101", Describe(), "check the folder, the name and the permissions");
      case SQLITE_FULL:
        throw StorageFault("ZD7101", Describe(), "make room on the disk and open the ledger again");
      case SQLITE_READONLY:
        throw StorageFault("ZD7101", Describe(), "allow writing to the file and to its folder");
      default:
        throw StorageFault("ZD7101", Describe(), "check the disk, then open the ledger again");
    }
  }

  std::string path_;
  std::unique_ptr<sqlite3, Close> connection_;
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace

std::unique_ptr<Database> OpenSqlite(const std::string& path, bool create, const std::string& vfs) {
  return std::make_unique<Sqlite>(path, create, vfs);
}

}  // namespace zhida::ledger

// Database: the small interface between the ledger's tables and the system that keeps them.
//
// Two implementations, SQLite (database_sqlite.cc) and PostgreSQL (database_postgres.cc), run the same SQL:
// parameters are $1, $2 ... in the order of their first use, numbers are 64 bits, texts UTF-8, digests bytes.
// Internal to engine/ledger. One thread. Failures throw StorageFault, which Ledger catches; after one, the
// database object is only good for its destructor.
#ifndef ZHIDA_ENGINE_LEDGER_DATABASE_H_
#define ZHIDA_ENGINE_LEDGER_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace zhida::ledger {

// The storage failed, or is not what it should be. A code of ZD71xx, what and how to mend it.
struct StorageFault : std::runtime_error {
  StorageFault(std::string fault_code, const std::string& what, std::string how)
      : std::runtime_error(what), code(std::move(fault_code)), mend(std::move(how)) {}
  std::string code;
  std::string mend;
};

// One parameter: a number, a text or bytes. Views live during the call.
struct SqlValue {
  enum class Type : uint8_t { kNumber, kText, kBytes };
  SqlValue(int64_t value) : number(value) {}                               // NOLINT: written as f(1, "a")
  SqlValue(const std::string& value) : type(Type::kText), bytes(value) {}  // NOLINT
  SqlValue(std::string_view value, Type kind) : type(kind), bytes(value) {}
  Type type = Type::kNumber;
  int64_t number = 0;
  std::string_view bytes;
};

// The current row of a query; views live until the next row.
class SqlRow {
 public:
  virtual ~SqlRow() = default;
  virtual int64_t Number(int column) const = 0;
  virtual std::string_view Text(int column) const = 0;  // also bytes
};

class Database {
 public:
  virtual ~Database() = default;

  // Statements are prepared once for each `sql`, which is therefore a constant: its address is its name.
  // A write may be sent on later, but before the next query or Commit(), where its fault shows then.
  virtual void Write(const char* sql, std::span<const SqlValue> values) = 0;
  // Calls `visit` for each row; it returns false to stop and must not use the database.
  virtual void Query(const char* sql, std::span<const SqlValue> values,
                     const std::function<bool(const SqlRow&)>& visit) = 0;
  // For each key whether `sql`, a query with one text parameter, has a row.
  virtual void Known(const char* sql, std::span<const std::string> keys, std::vector<bool>* known) = 0;

  // A writing transaction waits for its turn; whoever has it is the only writer.
  virtual void BeginWriting() = 0;
  // Sees one state of the tables, whatever others write meanwhile. Ends with Rollback().
  virtual void BeginReading() = 0;
  virtual void Commit() = 0;  // returns when it is on the disk
  virtual void Rollback() = 0;

  // Makes the tables, in the dialect of SQLite, if they are not there.
  virtual void CreateTables(std::span<const char* const> statements) = 0;
  virtual bool HasTable(const std::string& name) = 0;
};

std::unique_ptr<Database> OpenSqlite(const std::string& path, bool create, const std::string& vfs);
std::unique_ptr<Database> OpenPostgres(const std::string& url);

}  // namespace zhida::ledger

#endif  // ZHIDA_ENGINE_LEDGER_DATABASE_H_

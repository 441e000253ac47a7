// PostgreSQL: a URL; any number of writers, of which one at a time is inside a transaction.
//
// A writing transaction begins with an advisory lock of the database and therefore sees all that was
// committed before it. Writes are sent in a pipeline, without waiting for each; the next query waits for all
// of them and learns of their faults, and the commit goes out with the last of them. Numbers travel as 8
// bytes, big end first; texts and digests as they are.
#include <libpq-fe.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <utility>

#include "engine/base/text.h"
#include "engine/ledger/database.h"

namespace zhida::ledger {
namespace {

constexpr Oid kInt8 = 20;
constexpr Oid kText = 25;
constexpr Oid kBytea = 17;
// So many writes may be on their way before their results are taken: both sides buffer, and neither may fill
// up.
constexpr int kUnreadMax = 256;
constexpr int64_t kLockName = 0x5a44'6c65'6467'6572;  // "ZDledger"

struct Clear {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;
struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

int64_t FromBigEndian(const char* bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<int64_t>(value);
}

class PostgresRow : public SqlRow {
 public:
  PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}
  int64_t Number(int column) const override { return FromBigEndian(PQgetvalue(result_, row_, column)); }
  std::string_view Text(int column) const override {
    return {PQgetvalue(result_, row_, column), static_cast<size_t>(PQgetlength(result_, row_, column))};
  }

 private:
  const PGresult* result_;
  int row_;
};

// Parameters in the form that libpq wants.
class Parameters {
 public:
  explicit Parameters(std::span<const SqlValue> values) : numbers_(8 * values.size()) {
    for (size_t i = 0; i < values.size(); ++i) {
      const SqlValue& value = values[i];
      formats_.push_back(1);
      if (value.type == SqlValue::Type::kNumber) {
        char* const place = numbers_.data() + 8 * i;
        for (int byte = 0; byte < 8; ++byte) place[byte] = static_cast<char>(value.number >> (56 - 8 * byte));
        types_.push_back(kInt8);
        pointers_.push_back(place);
        lengths_.push_back(8);
      } else {
        types_.push_back(value.type == SqlValue::Type::kText ? kText : kBytea);
        // An empty view may have no address, which libpq would take for NULL.
        pointers_.push_back(value.bytes.empty() ? "" : value.bytes.data());
        lengths_.push_back(static_cast<int>(value.bytes.size()));
      }
    }
  }
  int count() const { return static_cast<int>(types_.size()); }
  const Oid* types() const { return types_.data(); }
  const char* const* pointers() const { return pointers_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  std::vector<char> numbers_;
  std::vector<Oid> types_;
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

class Postgres : public Database {
 public:
  explicit Postgres(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
      throw StorageFault("ZD7101", "PostgreSQL cannot be reached: " + Message(),
                         "check the URL, the server and the permissions");
    }
    Run("SET client_encoding = 'UTF8'");
    Run("SET client_min_messages = error");  // libpq would print notices
    Run("SET synchronous_commit = on");
    // Unless the URL's options set another one.
    Run("SELECT set_config('lock_timeout', '60s', false) WHERE current_setting('lock_timeout') = '0'");
  }

  void Write(const char* sql, std::span<const SqlValue> values) override {
    Send(sql, values);
    if (unread_ == kUnreadMax) TakeResults();
  }

  void Query(const char* sql, std::span<const SqlValue> values,
             const std::function<bool(const SqlRow&)>& visit) override {
    TakeResults();
    const Parameters parameters(values);
    const std::string& name = Prepared(sql, parameters);
    const Result result(PQexecPrepared(connection_.get(), name.c_str(), parameters.count(),
                                       parameters.pointers(), parameters.lengths(), parameters.formats(), 1));
    Check(result.get());
    const int rows = PQntuples(result.get());
    for (int row = 0; row < rows; ++row) {
      if (!visit(PostgresRow(result.get(), row))) return;
    }
  }

  void Known(const char* sql, std::span<const std::string> keys, std::vector<bool>* known) override {
    known->clear();
    for (size_t begin = 0; begin < keys.size(); begin += kUnreadMax) {
      TakeResults();
      const size_t end = std::min(keys.size(), begin + kUnreadMax);
      for (size_t i = begin; i < end; ++i) {
        const SqlValue value(keys[i]);
        Send(sql, {&value, 1});
      }
      TakeResults(known);
    }
  }

  void BeginWriting() override {
    // One message: each statement still sees what was committed before it began.
    Run(("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock(" + std::to_string(kLockName) +
         ")")
            .c_str());
  }
  void BeginReading() override { Run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); }

  void Commit() override {
    try {
      Send("COMMIT", {});  // skipped by the server if a write before it fails
      TakeResults();
    } catch (const StorageFault&) {
      if (refused_) throw;
      throw StorageFault("ZD7105",
                         "PostgreSQL failed while the last step was being recorded (" + Message() +
                             "); whether it was is not known",
                         "open the ledger again and repeat the call: nothing happens twice");
    }
  }

  void Rollback() override {
    TakeResults();
    Run("ROLLBACK");
  }

  void CreateTables(std::span<const char* const> statements) override {
    for (const char* const statement : statements) Run(Dialect(statement).c_str());
  }

  bool HasTable(const std::string& name) override {
    bool found = false;
    const SqlValue value(name);
    Query("SELECT 1 FROM pg_tables WHERE schemaname = current_schema() AND tablename = $1", {&value, 1},
          [&](const SqlRow&) { return found = true; });
    return found;
  }

 private:
  static std::string Dialect(std::string statement) {
    constexpr std::pair<std::string_view, std::string_view> kWords[] = {
        {" INTEGER", " BIGINT"}, {" BLOB", " BYTEA"}, {" STRICT", ""}};
    for (const auto& [word, instead] : kWords) {
      size_t place = 0;
      while ((place = statement.find(word, place)) != std::string::npos) {
        statement.replace(place, word.size(), instead);
      }
    }
    return statement;
  }

  // A name for the statement, which is prepared at its first use.
  const std::string& Prepared(const char* sql, const Parameters& parameters) {
    std::string& name = statements_[sql];
    if (name.empty()) {
      TakeResults();
      std::string fresh("s");
      fresh += std::to_string(statements_.size());
      const Result result(
          PQprepare(connection_.get(), fresh.c_str(), sql, parameters.count(), parameters.types()));
      Check(result.get());
      name = fresh;
    }
    return name;
  }

  // On its way; TakeResults() learns what became of it.
  void Send(const char* sql, std::span<const SqlValue> values) {
    const Parameters parameters(values);
    const std::string& name = Prepared(sql, parameters);
    if (unread_ == 0) Require(PQenterPipelineMode(connection_.get()) == 1);
    Require(PQsendQueryPrepared(connection_.get(), name.c_str(), parameters.count(), parameters.pointers(),
                                parameters.lengths(), parameters.formats(), 1) == 1);
    ++unread_;
  }

  // Waits for what was sent. `known`: each was a query; says for each whether it had a row.
  void TakeResults(std::vector<bool>* known = nullptr) {
    if (unread_ == 0) return;
    Require(PQpipelineSync(connection_.get()) == 1);
    const int sent = std::exchange(unread_, 0);
    for (int i = 0; i < sent; ++i) {
      const Result result(PQgetResult(connection_.get()));
      Check(result.get());
      if (known != nullptr) known->push_back(PQntuples(result.get()) > 0);
      Require(PQgetResult(connection_.get()) == nullptr);  // the end of this one
    }
    const Result sync(PQgetResult(connection_.get()));
    Require(PQresultStatus(sync.get()) == PGRES_PIPELINE_SYNC);
    Require(PQexitPipelineMode(connection_.get()) == 1);
  }

  void Run(const char* sql) {
    const Result result(PQexec(connection_.get(), sql));
    Check(result.get());
  }

  void Check(const PGresult* result) {
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
    const char* const severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    refused_ = severity != nullptr && std::string_view(severity) == "ERROR";
    const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state != nullptr && std::string_view(state) == "55P03") {
      throw StorageFault("ZD7103", "another writer has had the ledger for too long",
                         "repeat the call when it has ended");
    }
    throw StorageFault("ZD7101", "PostgreSQL failed: " + Message(),
                       "mend the cause and open the ledger again");
  }

  void Require(bool done) {
    if (!done) Check(nullptr);
  }

  std::string Message() const {
    std::string message(TrimAscii(PQerrorMessage(connection_.get())));
    std::replace(message.begin(), message.end(), '\n', ' ');
    return message;
  }

  std::unique_ptr<PGconn, Finish> connection_;
  std::unordered_map<const char*, std::string> statements_;
  int unread_ = 0;
  // The server lives and has said no, so nothing of the transaction remains. Otherwise nobody knows.
  bool refused_ = false;
};

}  // namespace

std::unique_ptr<Database> OpenPostgres(const std::string& url) { return std::make_unique<Postgres>(url); }

}  // namespace zhida::ledger

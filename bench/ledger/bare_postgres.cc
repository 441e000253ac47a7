#include "bench/ledger/bare_postgres.h"

#include <cstdio>
#include <cstdlib>

namespace zhida::ledger {
namespace {

constexpr Oid kInt8 = 20;
constexpr Oid kText = 25;
constexpr Oid kBytea = 17;
constexpr int kUnreadMax = 256;  // as the ledger: more on their way could fill the buffers of both sides

std::string Placeholders(size_t count) {
  std::string text;
  for (size_t i = 1; i <= count; ++i) text += (i > 1 ? ", $" : "$") + std::to_string(i);
  return text;
}

}  // namespace

BarePostgres::BarePostgres(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
  const std::vector<Oid> entry = {kInt8, kText, kInt8, kText, kInt8, kText, kText, kText,
                                  kInt8, kText, kInt8, kText, kText, kText, kText, kText,
                                  kText, kText, kInt8, kInt8, kText, kText, kText, kBytea};
  Run("SET synchronous_commit = on");
  Prepare("entry", "INSERT INTO entry VALUES (" + Placeholders(entry.size()) + ")", entry);
  Prepare("payment", "INSERT INTO payment VALUES ($1, $2, $3, 'reserved', 0, 0, '')", {kInt8, kText, kInt8});
  Prepare("pool", "UPDATE pool SET free_fen = free_fen - $1, reserved_fen = reserved_fen + $1", {kInt8});
  Prepare("head", "UPDATE head SET seq = $1, digest = $2, payments = $3", {kInt8, kBytea, kInt8});
}

void BarePostgres::Insert(const BareRow* rows, int64_t count) {
  Run("BEGIN");
  int64_t fen = 0;
  for (int64_t i = 0; i < count; ++i) {
    Add(rows[i]);
    fen += rows[i].entry.amount_fen;
  }
  Number(fen);
  Send("pool");
  const Entry& last = rows[count - 1].entry;
  Number(last.seq);
  Text({reinterpret_cast<const char*>(last.digest.data()), last.digest.size()});
  Number(last.payment);
  Send("head");
  TakeResults();
  Run("COMMIT");
}

void BarePostgres::Add(const BareRow& row) {
  const Entry& e = row.entry;
  Number(e.seq), Text("reserve"), Number(e.at), Text(e.actor), Number(e.payment), Text(e.key.subject);
  Text(e.key.kind), Text(e.key.object), Number(e.key.year), Text(e.key.part), Number(e.attempt);
  Text(e.policy), Text(e.payee.name), Text(e.payee.account), Text(e.payee.bank), Text(e.memo), Text(e.link);
  Text(e.pool), Number(e.pool_year), Number(e.amount_fen), Text(e.file), Text(e.reference), Text(e.reason);
  Text({reinterpret_cast<const char*>(e.digest.data()), e.digest.size()});
  Send("entry");
  Number(e.payment), Text(row.payment_id), Number(e.seq);
  Send("payment");
}

void BarePostgres::Number(int64_t value) {
  std::string bytes(8, '\0');
  for (size_t byte = 0; byte < 8; ++byte) bytes[byte] = static_cast<char>(value >> (56 - 8 * byte));
  values_.push_back(std::move(bytes));
}

void BarePostgres::Text(std::string_view value) { values_.emplace_back(value); }

void BarePostgres::Send(const char* name) {
  std::vector<const char*> pointers;
  std::vector<int> lengths;
  const std::vector<int> formats(values_.size(), 1);
  for (const std::string& value : values_) {
    pointers.push_back(value.data());
    lengths.push_back(static_cast<int>(value.size()));
  }
  if (unread_ == 0) PQenterPipelineMode(connection_);
  PQsendQueryPrepared(connection_, name, static_cast<int>(values_.size()), pointers.data(), lengths.data(),
                      formats.data(), 1);
  values_.clear();
  if (++unread_ == kUnreadMax) TakeResults();
}

void BarePostgres::TakeResults() {
  if (unread_ == 0) return;
  PQpipelineSync(connection_);
  for (; unread_ > 0; --unread_) {
    PGresult* const result = PQgetResult(connection_);
    if (PQresultStatus(result) != PGRES_COMMAND_OK) {
      std::fprintf(stderr, "%s\n", PQerrorMessage(connection_));
      std::exit(2);
    }
    PQclear(result);
    PQclear(PQgetResult(connection_));  // the end of this one
  }
  PQclear(PQgetResult(connection_));  // of the pipeline
  PQexitPipelineMode(connection_);
}

void BarePostgres::Run(const char* sql) {
  PGresult* const result = PQexec(connection_, sql);
  if (PQresultStatus(result) != PGRES_COMMAND_OK) {
    std::fprintf(stderr, "%s: %s\n", sql, PQerrorMessage(connection_));
    std::exit(2);
  }
  PQclear(result);
}

void BarePostgres::Prepare(const char* name, const std::string& sql, const std::vector<Oid>& types) {
  PGresult* const result =
      PQprepare(connection_, name, sql.c_str(), static_cast<int>(types.size()), types.data());
  if (PQresultStatus(result) != PGRES_COMMAND_OK) {
    std::fprintf(stderr, "%s: %s\n", sql.c_str(), PQerrorMessage(connection_));
    std::exit(2);
  }
  PQclear(result);
}

}  // namespace zhida::ledger

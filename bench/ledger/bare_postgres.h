// A bare libpq loop that inserts what a reservation writes: one row of entry and one of payment each, the
// pool and the head once a commit. Prepared statements with binary parameters, sent in a pipeline: what
// somebody would write who wants the speed and needs none of the ledger's checks.
#ifndef ZHIDA_BENCH_LEDGER_BARE_POSTGRES_H_
#define ZHIDA_BENCH_LEDGER_BARE_POSTGRES_H_

#include <libpq-fe.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/ledger/entry.h"

namespace zhida::ledger {

// A row of entry, and the id of the payment that it reserves.
struct BareRow {
  Entry entry;
  std::string payment_id;
};

class BarePostgres {
 public:
  // `url`: a place with the tables of a ledger that has one pool.
  explicit BarePostgres(const std::string& url);
  ~BarePostgres() { PQfinish(connection_); }
  BarePostgres(const BarePostgres&) = delete;
  BarePostgres& operator=(const BarePostgres&) = delete;

  // One transaction. Ends the process when it fails.
  void Insert(const BareRow* rows, int64_t count);

 private:
  void Run(const char* sql);
  void Prepare(const char* name, const std::string& sql, const std::vector<Oid>& types);
  void Number(int64_t value);
  void Text(std::string_view value);
  void Send(const char* name);
  void TakeResults();
  void Add(const BareRow& row);

  PGconn* connection_;
  int unread_ = 0;
  // The parameters of the statement being put together.
  std::vector<std::string> values_;
};

}  // namespace zhida::ledger

#endif  // ZHIDA_BENCH_LEDGER_BARE_POSTGRES_H_

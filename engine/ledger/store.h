// Store: the ledger's tables as records, over any Database. All SQL of the ledger is in store.cc.
//
// Internal to engine/ledger. One thread. Throws StorageFault.
//
//   entry     one row an entry, append only; everything else can be made anew from it
//   payment   one row a payment as it stands
//   pool      one row a pool and year
//   file      one row a payment file or answer
//   head      one row: format, last entry, its digest, number of payments
#ifndef ZHIDA_ENGINE_LEDGER_STORE_H_
#define ZHIDA_ENGINE_LEDGER_STORE_H_

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/ledger/database.h"
#include "engine/ledger/entry.h"
#include "engine/ledger/ledger.h"

namespace zhida::ledger {

// A payment without its reservation; the number of that one's entry instead.
struct PaymentRow {
  int64_t number = 0;
  std::string id;
  int64_t reserve_seq = 0;
  State state = State::kReserved;
  int64_t returned_fen = 0;
  int64_t demanded_fen = 0;
  std::string file;
};

class Store {
 public:
  // Makes the tables if `create` and there are none.
  Store(std::unique_ptr<Database> database, bool create);

  Head BeginWriting();
  void BeginReading() { database_->BeginReading(); }
  void Commit(const Head& head);
  void Rollback() { database_->Rollback(); }

  void AddEntry(const Entry& entry);
  void AddPayment(const Payment& payment);
  void SaveStanding(const Payment& payment);  // state, money and file of a payment that is there
  void SaveBalance(const Balance& balance);
  void SaveFile(const FileRecord& file);

  void KnownPayments(std::span<const std::string> ids, std::vector<bool>* known);
  std::optional<Payment> FindPayment(const std::string& id);
  std::optional<Balance> FindBalance(const std::string& pool, int32_t year);
  std::optional<FileRecord> FindFile(const std::string& id);
  Head ReadHead();
  std::vector<Entry> EntriesOf(const Payment& payment);
  std::vector<Balance> Balances();
  std::vector<FileRecord> Files();

  // In ascending order, a page at a time; `visit` returns false to stop.
  void ForEachEntry(int64_t after_seq, const std::function<bool(const Entry&)>& visit);
  void ForEachPayment(const PaymentFilter& filter, const std::function<bool(const Payment&)>& visit);
  // Rows of payments with higher numbers than that.
  void ForEachRow(int64_t after_number, const std::function<bool(const PaymentRow&)>& visit);
  // Ids of all payments in ascending order of the id.
  void ForEachId(const std::function<bool(std::string_view id)>& visit);

 private:
  // Calls `page` until it stops, or has counted fewer rows than a page holds.
  static void Pages(const std::function<bool(int64_t* rows)>& page);

  std::unique_ptr<Database> database_;
};

}  // namespace zhida::ledger

#endif  // ZHIDA_ENGINE_LEDGER_STORE_H_

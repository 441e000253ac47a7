// Transaction: one writing call. Gathers entries and changed balances, proves that money is conserved, and
// commits all of it or nothing.
//
// Internal to engine/ledger. Made after the store's turn has been taken; rolls back when it is dropped
// without Commit(). One thread. Throws StorageFault.
#ifndef ZHIDA_ENGINE_LEDGER_TRANSACTION_H_
#define ZHIDA_ENGINE_LEDGER_TRANSACTION_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/ledger/entry.h"
#include "engine/ledger/ledger.h"
#include "engine/ledger/store.h"

namespace zhida::ledger {

class Transaction {
 public:
  Transaction(Store* store, const Act& act);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  Store& store() { return *store_; }
  const Act& act() const { return act_; }

  // The balance of a pool's year, to be read and changed until the commit; null if nobody has given it a
  // budget.
  Balance* Pool(const std::string& pool, int32_t year);
  Balance* NewPool(const std::string& pool, int32_t year);

  // Writes the entry as the next of the chain; fills in seq, actor, time and digest.
  void Append(Entry* entry);
  // Numbers and writes a new payment with its reservation.
  void AppendPayment(Payment* payment);

  // Nothing is written where nothing was appended. Throws when a balance does not add up, before anything of
  // the transaction can be seen.
  void Commit();

 private:
  Store* store_;
  Act act_;
  Head head_;
  int64_t first_seq_;
  // Pools that do not exist are remembered as well, so that a batch asks for each once.
  std::map<std::pair<std::string, int32_t>, std::optional<Balance>> pools_;
  std::string buffer_;
  bool done_ = false;
};

}  // namespace zhida::ledger

#endif  // ZHIDA_ENGINE_LEDGER_TRANSACTION_H_

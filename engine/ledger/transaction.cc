#include "engine/ledger/transaction.h"

#include "engine/ledger/canonical.h"
#include "engine/ledger/transition.h"

namespace zhida::ledger {

Transaction::Transaction(Store* store, const Act& act)
    : store_(store), act_(act), head_(store->BeginWriting()), first_seq_(head_.seq) {}

Transaction::~Transaction() {
  if (done_) return;
  try {
    store_->Rollback();
  } catch (const StorageFault&) {
    // The storage has failed already, and gives up what was not committed when it is opened again.
  }
}

Balance* Transaction::Pool(const std::string& pool, int32_t year) {
  const auto [place, fresh] = pools_.try_emplace({pool, year});
  if (fresh) place->second = store_->FindBalance(pool, year);
  return place->second ? &*place->second : nullptr;
}

Balance* Transaction::NewPool(const std::string& pool, int32_t year) {
  Balance* const balance = &pools_[{pool, year}].emplace();
  balance->pool = pool;
  balance->year = year;
  return balance;
}

void Transaction::Append(Entry* entry) {
  entry->seq = ++head_.seq;
  entry->actor = act_.actor;
  entry->at = act_.at;
  entry->digest = head_.digest = ChainDigest(head_.digest, *entry, &buffer_);
  store_->AddEntry(*entry);
}

void Transaction::AppendPayment(Payment* payment) {
  payment->number = payment->reserve.payment = ++head_.payments;
  Append(&payment->reserve);
  store_->AddPayment(*payment);
}

void Transaction::Commit() {
  if (head_.seq == first_seq_) return;
  for (const auto& [name, balance] : pools_) {
    if (!balance) continue;
    if (!IsConserved(*balance)) {
      throw StorageFault("ZD7107",
                         "pool " + name.first + " of " + std::to_string(name.second) +
                             " would not add up; nothing was recorded",
                         "audit the ledger");
    }
    store_->SaveBalance(*balance);
  }
  done_ = true;
  store_->Commit(head_);
}

}  // namespace zhida::ledger

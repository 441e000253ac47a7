// Reading the ledger. Nothing here writes.

#include <utility>

#include "engine/ledger/guarded.h"

namespace zhida::ledger {
namespace {

constexpr std::optional<Diagnostic> kNothingWrong;

}  // namespace

bool Ledger::FindPayment(const std::string& id, std::optional<Payment>* payment, Diagnostics* diagnostics) {
  return Guarded(diagnostics, [&] {
    *payment = store_->FindPayment(id);
    return kNothingWrong;
  });
}

bool Ledger::FindAttempts(const EventKey& key, std::vector<Payment>* payments, Diagnostics* diagnostics) {
  payments->clear();
  return Guarded(diagnostics, [&] {
    auto payment = store_->FindPayment(PaymentId(key, 1));
    while (payment) {
      payments->push_back(std::move(*payment));
      payment = store_->FindPayment(PaymentId(key, static_cast<int32_t>(payments->size()) + 1));
    }
    return kNothingWrong;
  });
}

bool Ledger::History(const std::string& id, std::vector<Entry>* entries, Diagnostics* diagnostics) {
  entries->clear();
  return Guarded(diagnostics, [&] {
    const auto payment = store_->FindPayment(id);
    if (payment) *entries = store_->EntriesOf(*payment);
    return kNothingWrong;
  });
}

bool Ledger::ForEachPayment(const PaymentFilter& filter, const std::function<bool(const Payment&)>& visit,
                            Diagnostics* diagnostics) {
  return Guarded(diagnostics, [&] {
    store_->ForEachPayment(filter, visit);
    return kNothingWrong;
  });
}

bool Ledger::ForEachEntry(int64_t after_seq, const std::function<bool(const Entry&)>& visit,
                          Diagnostics* diagnostics) {
  return Guarded(diagnostics, [&] {
    store_->ForEachEntry(after_seq, visit);
    return kNothingWrong;
  });
}

bool Ledger::Balances(std::vector<Balance>* balances, Diagnostics* diagnostics) {
  return Guarded(diagnostics, [&] {
    *balances = store_->Balances();
    return kNothingWrong;
  });
}

bool Ledger::Files(std::vector<FileRecord>* files, Diagnostics* diagnostics) {
  return Guarded(diagnostics, [&] {
    *files = store_->Files();
    return kNothingWrong;
  });
}

bool Ledger::FindFile(const std::string& id, std::optional<FileRecord>* file, Diagnostics* diagnostics) {
  return Guarded(diagnostics, [&] {
    *file = store_->FindFile(id);
    return kNothingWrong;
  });
}

bool Ledger::ReadHead(Head* head, Diagnostics* diagnostics) {
  return Guarded(diagnostics, [&] {
    *head = store_->ReadHead();
    return kNothingWrong;
  });
}

}  // namespace zhida::ledger

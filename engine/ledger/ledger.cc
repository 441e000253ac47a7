#include "engine/ledger/ledger.h"

#include <utility>

#include "engine/ledger/bounds.h"
#include "engine/ledger/guarded.h"
#include "engine/ledger/requests.h"
#include "engine/ledger/store.h"
#include "engine/ledger/transaction.h"

namespace zhida::ledger {
namespace {

bool IsPostgres(const std::string& url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

Diagnostic UnknownPool(const std::string& pool, int32_t year) {
  return Refusal("ZD7112", "pool " + pool + " has no budget for " + std::to_string(year),
                 "set one first, or check the pool's name and the year");
}

}  // namespace

std::unique_ptr<Ledger> Ledger::Open(const std::string& url, const OpenOptions& options,
                                     Diagnostics* diagnostics) {
  try {
    auto database = IsPostgres(url) ? OpenPostgres(url) : OpenSqlite(url, options.create, options.sqlite_vfs);
    return std::make_unique<Ledger>(std::make_unique<Store>(std::move(database), options.create));
  } catch (const StorageFault& fault) {
    diagnostics->Add(Refusal(fault.code, fault.what(), fault.mend));
    return nullptr;
  }
}

Ledger::Ledger(std::unique_ptr<Store> store) : store_(std::move(store)) {}
Ledger::~Ledger() = default;

bool Ledger::SetBudget(const std::string& pool, int32_t year, int64_t total_fen, const Act& act,
                       Diagnostics* diagnostics) {
  return Write(act, diagnostics, [&](Transaction& transaction) -> std::optional<Diagnostic> {
    if (auto fault = FaultOfName("the pool's name", pool)) return fault;
    if (total_fen < 0 || total_fen > limits::kBudgetFenMax) {
      return Refusal("ZD7111", "a budget of " + Yuan(total_fen) + " is not possible",
                     "give 0 to " + Yuan(limits::kBudgetFenMax) + ", in fen");
    }
    Balance* balance = transaction.Pool(pool, year);
    if (balance != nullptr && balance->closed) {
      return Refusal("ZD7113", "pool " + pool + " is closed for " + std::to_string(year),
                     "carry what is free over to the next year and change that one");
    }
    const bool is_new = balance == nullptr;
    if (is_new) balance = transaction.NewPool(pool, year);
    const int64_t committed_fen = balance->budget_fen - balance->free_fen;
    if (total_fen < committed_fen) {
      return Refusal("ZD7115",
                     "pool " + pool + " of " + std::to_string(year) + " has " + Yuan(committed_fen) +
                         " reserved or paid, more than the budget of " + Yuan(total_fen),
                     "void reservations first, or leave at least that much");
    }
    if (total_fen == balance->budget_fen && !is_new) return std::nullopt;
    balance->budget_fen = total_fen;
    balance->free_fen = total_fen - committed_fen;
    Entry entry;
    entry.kind = EntryKind::kBudget;
    entry.pool = pool;
    entry.pool_year = year;
    entry.amount_fen = total_fen;
    transaction.Append(&entry);
    return std::nullopt;
  });
}

bool Ledger::CloseYear(const std::string& pool, int32_t year, const Act& act, Diagnostics* diagnostics) {
  return Write(act, diagnostics, [&](Transaction& transaction) -> std::optional<Diagnostic> {
    Balance* const balance = transaction.Pool(pool, year);
    if (balance == nullptr) return UnknownPool(pool, year);
    if (balance->closed) return std::nullopt;
    balance->closed = true;
    Entry entry;
    entry.kind = EntryKind::kClose;
    entry.pool = pool;
    entry.pool_year = year;
    transaction.Append(&entry);
    return std::nullopt;
  });
}

bool Ledger::CarryOver(const std::string& pool, int32_t year, const Act& act, int64_t* moved_fen,
                       Diagnostics* diagnostics) {
  *moved_fen = 0;
  return Write(act, diagnostics, [&](Transaction& transaction) -> std::optional<Diagnostic> {
    Balance* const from = transaction.Pool(pool, year);
    if (from == nullptr) return UnknownPool(pool, year);
    if (!from->closed) {
      return Refusal("ZD7116", "pool " + pool + " is still open for " + std::to_string(year),
                     "close the year before carrying over what is left of it");
    }
    if (from->free_fen == 0) return std::nullopt;
    Balance* to = transaction.Pool(pool, year + 1);
    if (to != nullptr && to->closed) {
      return Refusal("ZD7113", "pool " + pool + " is closed for " + std::to_string(year + 1),
                     "money can be carried over to an open year only");
    }
    if (to == nullptr) to = transaction.NewPool(pool, year + 1);
    if (from->free_fen > limits::kBudgetFenMax - to->budget_fen) {
      return Refusal(
          "ZD7111",
          "the budget of " + std::to_string(year + 1) + " would be over " + Yuan(limits::kBudgetFenMax),
          "check the budgets and their unit, which is fen");
    }
    const int64_t amount_fen = from->free_fen;
    from->budget_fen -= amount_fen;
    from->free_fen = 0;
    to->budget_fen += amount_fen;
    to->free_fen += amount_fen;
    Entry entry;
    entry.kind = EntryKind::kCarryOver;
    entry.pool = pool;
    entry.pool_year = year;
    entry.amount_fen = amount_fen;
    transaction.Append(&entry);
    *moved_fen = amount_fen;
    return std::nullopt;
  });
}

}  // namespace zhida::ledger

#include "engine/ledger/store.h"

#include <cstring>
#include <initializer_list>

#include "engine/ledger/bounds.h"

namespace zhida::ledger {
namespace {

constexpr std::string_view kFormat = "zhida-ledger 1";

constexpr const char* kTables[] = {
    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT "
    "NULL, "
    "payment INTEGER NOT NULL, subject TEXT NOT NULL, event TEXT NOT NULL, object TEXT NOT NULL, "
    "event_year INTEGER NOT NULL, part TEXT NOT NULL, attempt INTEGER NOT NULL, policy TEXT NOT NULL, "
    "payee_name TEXT NOT NULL, payee_account TEXT NOT NULL, payee_bank TEXT NOT NULL, memo TEXT NOT NULL, "
    "link TEXT NOT NULL, pool TEXT NOT NULL, pool_year INTEGER NOT NULL, amount_fen INTEGER NOT NULL, "
    "file TEXT NOT NULL, reference TEXT NOT NULL, reason TEXT NOT NULL, digest BLOB NOT NULL) STRICT",
    // A reservation is found through its payment, so it needs no place in the index.
    "CREATE INDEX entry_of_payment ON entry (payment, seq) WHERE payment > 0 AND kind <> 'reserve'",
    "CREATE TABLE payment (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, reserve_seq INTEGER NOT "
    "NULL, "
    "state TEXT NOT NULL, returned_fen INTEGER NOT NULL, demanded_fen INTEGER NOT NULL, file TEXT NOT NULL) "
    "STRICT",
    "CREATE TABLE pool (pool TEXT NOT NULL, year INTEGER NOT NULL, closed INTEGER NOT NULL, "
    "budget_fen INTEGER NOT NULL, free_fen INTEGER NOT NULL, reserved_fen INTEGER NOT NULL, "
    "posted_fen INTEGER NOT NULL, returned_fen INTEGER NOT NULL, PRIMARY KEY (pool, year), "
    "CHECK (free_fen >= 0 AND budget_fen = free_fen + reserved_fen + posted_fen - returned_fen)) STRICT",
    "CREATE TABLE file (id TEXT PRIMARY KEY, outgoing INTEGER NOT NULL, digest TEXT NOT NULL, "
    "count INTEGER NOT NULL, total_fen INTEGER NOT NULL, superseded_by TEXT NOT NULL, seq INTEGER NOT NULL) "
    "STRICT",
    "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), format TEXT NOT NULL, seq INTEGER NOT NULL, "
    "digest BLOB NOT NULL, payments INTEGER NOT NULL) STRICT",
};
constexpr char kFirstHead[] =
    "INSERT INTO head (one, format, seq, digest, payments) VALUES (1, $1, 0, $2, 0)";

#define ZHIDA_ENTRY_COLUMNS                                                                       \
  "e.seq, e.kind, e.at, e.actor, e.payment, e.subject, e.event, e.object, e.event_year, e.part, " \
  "e.attempt, e.policy, e.payee_name, e.payee_account, e.payee_bank, e.memo, e.link, e.pool, "    \
  "e.pool_year, e.amount_fen, e.file, e.reference, e.reason, e.digest"
#define ZHIDA_PAYMENT_COLUMNS                                          \
  ZHIDA_ENTRY_COLUMNS                                                  \
  ", p.number, p.id, p.state, p.returned_fen, p.demanded_fen, p.file " \
  "FROM payment p JOIN entry e ON e.seq = p.reserve_seq "
constexpr int kPaymentColumn = 24;  // the first behind those of the entry

constexpr char kAddEntry[] =
    "INSERT INTO entry VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, "
    "$18, $19, $20, $21, $22, $23, $24)";
constexpr char kAddPayment[] = "INSERT INTO payment VALUES ($1, $2, $3, $4, $5, $6, $7)";
constexpr char kSaveStanding[] =
    "UPDATE payment SET state = $1, returned_fen = $2, demanded_fen = $3, file = $4 WHERE number = $5";
constexpr char kSaveBalance[] =
    "INSERT INTO pool VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (pool, year) DO UPDATE SET "
    "closed = excluded.closed, budget_fen = excluded.budget_fen, free_fen = excluded.free_fen, "
    "reserved_fen = excluded.reserved_fen, posted_fen = excluded.posted_fen, "
    "returned_fen = excluded.returned_fen";
constexpr char kSaveFile[] =
    "INSERT INTO file VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET "
    "superseded_by = excluded.superseded_by";
constexpr char kSaveHead[] = "UPDATE head SET seq = $1, digest = $2, payments = $3";

constexpr char kReadHead[] = "SELECT format, seq, digest, payments FROM head";
constexpr char kKnownPayment[] = "SELECT 1 FROM payment WHERE id = $1";
constexpr char kFindPayment[] = "SELECT " ZHIDA_PAYMENT_COLUMNS "WHERE p.id = $1";
constexpr char kPagePayments[] = "SELECT " ZHIDA_PAYMENT_COLUMNS
                                 "WHERE p.number > $1 AND ($2 = 0 OR p.state = $3) AND ($4 = 0 OR e.pool = "
                                 "$5) AND ($6 = 0 OR p.file = $7) "
                                 "AND ($8 = 0 OR e.subject = $9) ORDER BY p.number LIMIT $10";
constexpr char kPageEntries[] =
    "SELECT " ZHIDA_ENTRY_COLUMNS " FROM entry e WHERE e.seq > $1 ORDER BY e.seq LIMIT $2";
constexpr char kPageRows[] = "SELECT * FROM payment WHERE number > $1 ORDER BY number LIMIT $2";
constexpr char kPageIds[] = "SELECT id FROM payment WHERE id > $1 ORDER BY id LIMIT $2";
constexpr char kEntriesOf[] =
    "SELECT " ZHIDA_ENTRY_COLUMNS
    " FROM entry e WHERE e.payment = $1 AND e.payment > 0 AND e.kind <> 'reserve' ORDER BY e.seq";
constexpr char kFindBalance[] = "SELECT * FROM pool WHERE pool = $1 AND year = $2";
constexpr char kBalances[] = "SELECT * FROM pool ORDER BY pool, year";
constexpr char kFindFile[] = "SELECT * FROM file WHERE id = $1";
constexpr char kFiles[] = "SELECT * FROM file ORDER BY seq";

std::string_view View(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
SqlValue Bytes(const Digest& digest) { return {View(digest), SqlValue::Type::kBytes}; }
SqlValue Text(std::string_view text) { return {text, SqlValue::Type::kText}; }

using Values = std::initializer_list<SqlValue>;
std::span<const SqlValue> Span(Values values) { return {values.begin(), values.size()}; }

int32_t Small(const SqlRow& row, int column) { return static_cast<int32_t>(row.Number(column)); }

// Names and digests that a hand has damaged become a fault with the row's place: the audit reports it.
[[noreturn]] void Damaged(const char* table, int64_t row) {
  throw StorageFault("ZD7106",
                     std::string("row ") + std::to_string(row) + " of the table " + table +
                         " was changed from outside: it holds what no ledger writes",
                     "restore the ledger from its last good copy");
}

void ReadEntry(const SqlRow& row, Entry* entry) {
  entry->seq = row.Number(0);
  const std::optional<EntryKind> kind = EntryKindFromName(row.Text(1));
  const std::string_view digest = row.Text(23);
  if (!kind || digest.size() != entry->digest.size()) Damaged("entry", entry->seq);
  entry->kind = *kind;
  entry->at = row.Number(2);
  entry->actor = row.Text(3);
  entry->payment = row.Number(4);
  entry->key.subject = row.Text(5);
  entry->key.kind = row.Text(6);
  entry->key.object = row.Text(7);
  entry->key.year = Small(row, 8);
  entry->key.part = row.Text(9);
  entry->attempt = Small(row, 10);
  entry->policy = row.Text(11);
  entry->payee.name = row.Text(12);
  entry->payee.account = row.Text(13);
  entry->payee.bank = row.Text(14);
  entry->memo = row.Text(15);
  entry->link = row.Text(16);
  entry->pool = row.Text(17);
  entry->pool_year = Small(row, 18);
  entry->amount_fen = row.Number(19);
  entry->file = row.Text(20);
  entry->reference = row.Text(21);
  entry->reason = row.Text(22);
  std::memcpy(entry->digest.data(), digest.data(), digest.size());
}

State ReadState(const SqlRow& row, int column, int64_t number) {
  const std::optional<State> state = StateFromName(row.Text(column));
  if (!state) Damaged("payment", number);
  return *state;
}

void ReadPayment(const SqlRow& row, Payment* payment) {
  ReadEntry(row, &payment->reserve);
  payment->number = row.Number(kPaymentColumn);
  payment->id = row.Text(kPaymentColumn + 1);
  payment->state = ReadState(row, kPaymentColumn + 2, payment->number);
  payment->returned_fen = row.Number(kPaymentColumn + 3);
  payment->demanded_fen = row.Number(kPaymentColumn + 4);
  payment->file = row.Text(kPaymentColumn + 5);
}

Balance ReadBalance(const SqlRow& row) {
  return {std::string(row.Text(0)),
          Small(row, 1),
          row.Number(2) != 0,
          row.Number(3),
          row.Number(4),
          row.Number(5),
          row.Number(6),
          row.Number(7)};
}

FileRecord ReadFile(const SqlRow& row) {
  return {
      std::string(row.Text(0)), row.Number(1) != 0, std::string(row.Text(2)), row.Number(3), row.Number(4),
      std::string(row.Text(5)), row.Number(6)};
}

}  // namespace

Store::Store(std::unique_ptr<Database> database, bool create) : database_(std::move(database)) {
  if (!database_->HasTable("head")) {
    if (!create) throw StorageFault("ZD7104", "there is no ledger in this place", "name an existing one");
    database_->BeginWriting();
    // Somebody else may have made them while we waited for our turn.
    if (!database_->HasTable("head")) {
      database_->CreateTables(kTables);
      database_->Write(kFirstHead, Span({Text(kFormat), Bytes(Digest{})}));
    }
    database_->Commit();
  }
  ReadHead();
}

Head Store::BeginWriting() {
  database_->BeginWriting();
  return ReadHead();
}

void Store::Commit(const Head& head) {
  database_->Write(kSaveHead, Span({head.seq, Bytes(head.digest), head.payments}));
  database_->Commit();
}

void Store::AddEntry(const Entry& entry) {
  database_->Write(kAddEntry, Span({entry.seq,        Text(EntryKindName(entry.kind)),
                                    entry.at,         entry.actor,
                                    entry.payment,    entry.key.subject,
                                    entry.key.kind,   entry.key.object,
                                    entry.key.year,   entry.key.part,
                                    entry.attempt,    entry.policy,
                                    entry.payee.name, entry.payee.account,
                                    entry.payee.bank, entry.memo,
                                    entry.link,       entry.pool,
                                    entry.pool_year,  entry.amount_fen,
                                    entry.file,       entry.reference,
                                    entry.reason,     Bytes(entry.digest)}));
}

void Store::AddPayment(const Payment& payment) {
  database_->Write(kAddPayment,
                   Span({payment.number, payment.id, payment.reserve.seq, Text(StateName(payment.state)),
                         payment.returned_fen, payment.demanded_fen, payment.file}));
}

void Store::SaveStanding(const Payment& payment) {
  database_->Write(kSaveStanding, Span({Text(StateName(payment.state)), payment.returned_fen,
                                        payment.demanded_fen, payment.file, payment.number}));
}

void Store::SaveBalance(const Balance& balance) {
  database_->Write(kSaveBalance,
                   Span({balance.pool, balance.year, balance.closed ? 1 : 0, balance.budget_fen,
                         balance.free_fen, balance.reserved_fen, balance.posted_fen, balance.returned_fen}));
}

void Store::SaveFile(const FileRecord& file) {
  database_->Write(kSaveFile, Span({file.id, file.outgoing ? 1 : 0, file.digest, file.count, file.total_fen,
                                    file.superseded_by, file.seq}));
}

void Store::KnownPayments(std::span<const std::string> ids, std::vector<bool>* known) {
  database_->Known(kKnownPayment, ids, known);
}

std::optional<Payment> Store::FindPayment(const std::string& id) {
  std::optional<Payment> found;
  database_->Query(kFindPayment, Span({id}), [&](const SqlRow& row) {
    ReadPayment(row, &found.emplace());
    return false;
  });
  return found;
}

std::optional<Balance> Store::FindBalance(const std::string& pool, int32_t year) {
  std::optional<Balance> found;
  database_->Query(kFindBalance, Span({pool, year}), [&](const SqlRow& row) {
    found = ReadBalance(row);
    return false;
  });
  return found;
}

std::optional<FileRecord> Store::FindFile(const std::string& id) {
  std::optional<FileRecord> found;
  database_->Query(kFindFile, Span({id}), [&](const SqlRow& row) {
    found = ReadFile(row);
    return false;
  });
  return found;
}

Head Store::ReadHead() {
  std::optional<Head> head;
  database_->Query(kReadHead, {}, [&](const SqlRow& row) {
    if (row.Text(0) != kFormat) {
      throw StorageFault("ZD7104",
                         "the ledger is of the format \"" + std::string(row.Text(0)) + "\", not \"" +
                             std::string(kFormat) + "\"",
                         "open it with the version of Zhida that made it");
    }
    const std::string_view digest = row.Text(2);
    if (digest.size() != sizeof(Digest)) Damaged("head", 1);
    head.emplace().seq = row.Number(1);
    std::memcpy(head->digest.data(), digest.data(), digest.size());
    head->payments = row.Number(3);
    return false;
  });
  if (!head) Damaged("head", 1);
  return *head;
}

std::vector<Entry> Store::EntriesOf(const Payment& payment) {
  std::vector<Entry> entries = {payment.reserve};
  database_->Query(kEntriesOf, Span({payment.number}), [&](const SqlRow& row) {
    ReadEntry(row, &entries.emplace_back());
    return true;
  });
  return entries;
}

std::vector<Balance> Store::Balances() {
  std::vector<Balance> balances;
  database_->Query(kBalances, {}, [&](const SqlRow& row) {
    balances.push_back(ReadBalance(row));
    return true;
  });
  return balances;
}

std::vector<FileRecord> Store::Files() {
  std::vector<FileRecord> files;
  database_->Query(kFiles, {}, [&](const SqlRow& row) {
    files.push_back(ReadFile(row));
    return true;
  });
  return files;
}

void Store::Pages(const std::function<bool(int64_t* rows)>& page) {
  int64_t rows = limits::kLedgerPageRows;
  while (rows == limits::kLedgerPageRows) {
    rows = 0;
    if (!page(&rows)) return;
  }
}

void Store::ForEachEntry(int64_t after_seq, const std::function<bool(const Entry&)>& visit) {
  Entry entry;
  entry.seq = after_seq;
  Pages([&](int64_t* rows) {
    bool more = true;
    database_->Query(kPageEntries, Span({entry.seq, limits::kLedgerPageRows}), [&](const SqlRow& row) {
      ReadEntry(row, &entry);
      ++*rows;
      return more = visit(entry);
    });
    return more;
  });
}

void Store::ForEachPayment(const PaymentFilter& filter, const std::function<bool(const Payment&)>& visit) {
  const std::string none;
  const auto given = [](const auto& option) -> int64_t { return option ? 1 : 0; };
  const auto text = [&](const std::optional<std::string>& option) -> const std::string& {
    return option ? *option : none;
  };
  Payment payment;
  payment.number = filter.after_number;
  Pages([&](int64_t* rows) {
    bool more = true;
    database_->Query(
        kPagePayments,
        Span({payment.number, given(filter.state), Text(filter.state ? StateName(*filter.state) : ""),
              given(filter.pool), text(filter.pool), given(filter.file), text(filter.file),
              given(filter.subject), text(filter.subject), limits::kLedgerPageRows}),
        [&](const SqlRow& row) {
          ReadPayment(row, &payment);
          ++*rows;
          return more = visit(payment);
        });
    return more;
  });
}

void Store::ForEachRow(int64_t after_number, const std::function<bool(const PaymentRow&)>& visit) {
  PaymentRow payment;
  payment.number = after_number;
  Pages([&](int64_t* rows) {
    bool more = true;
    database_->Query(kPageRows, Span({payment.number, limits::kLedgerPageRows}), [&](const SqlRow& row) {
      payment.number = row.Number(0);
      payment.id = row.Text(1);
      payment.reserve_seq = row.Number(2);
      payment.state = ReadState(row, 3, payment.number);
      payment.returned_fen = row.Number(4);
      payment.demanded_fen = row.Number(5);
      payment.file = row.Text(6);
      ++*rows;
      return more = visit(payment);
    });
    return more;
  });
}

void Store::ForEachId(const std::function<bool(std::string_view)>& visit) {
  std::string id;
  Pages([&](int64_t* rows) {
    bool more = true;
    const std::string after = id;
    database_->Query(kPageIds, Span({after, limits::kLedgerPageRows}), [&](const SqlRow& row) {
      id = row.Text(0);
      ++*rows;
      return more = visit(id);
    });
    return more;
  });
}

}  // namespace zhida::ledger

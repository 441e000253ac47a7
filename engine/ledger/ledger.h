// The ledger: what has been set aside, paid and given back, so that nothing is paid twice or beyond a budget.
//
// Every call that writes is one transaction: after a crash it has happened wholly or not at all, and what it
// acknowledged stays. Every call may be repeated: the same request answers as it did before and writes
// nothing. Requests in a list are answered one by one; one that is refused does not stop the others, and its
// answer says why. Nothing is ever edited: a correction is a new entry.
//
// A call returns false with a diagnostic when it as a whole could not be done. After a fault of the storage
// (ZD7101, ZD7105) the ledger takes no more calls (ZD7102): open it again and repeat the call; where the
// fault came in the middle of a commit, that is also how to learn whether it was recorded.
//
// One thread at a time. A SQLite ledger belongs to one process; a PostgreSQL ledger may have several writers,
// which take turns. Memory does not grow with the ledger, only with the lists of one call.
#ifndef ZHIDA_ENGINE_LEDGER_LEDGER_H_
#define ZHIDA_ENGINE_LEDGER_LEDGER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/ledger/bounds.h"
#include "engine/ledger/entry.h"

namespace zhida::ledger {

// Who does it and when. The name is recorded, not checked: the ledger authenticates nobody.
struct Act {
  std::string actor;
  int64_t at = 0;
};

// Money to be set aside for one event.
struct Reservation {
  EventKey key;
  std::string policy;
  std::string pool;
  int32_t pool_year = 0;  // 0: the key's year
  int64_t amount_fen = 0;
  Payee payee;
  std::string memo;
  std::string subject_name;  // the registered name; when given and not the payee's name, the payment is held
  std::string hold;          // not empty: held, for this reason
  std::string link;          // a payment of the same subject to which this one is the difference
};

struct ReserveAnswer {
  enum class Result : uint8_t { kReserved, kExists, kRefused };
  Result result = Result::kRefused;
  std::string id;  // EndToEndId; when refused for another body, of the payment that holds the key
  int32_t attempt = 0;
  State state = State::kReserved;  // of a new payment kReserved or kHeld, of an old one as it stands
  Diagnostic refusal;              // kRefused only
};

// A step in the life of a payment. Which kind goes from which state is in transition.h.
struct Change {
  std::string id;
  EntryKind kind = EntryKind::kVoid;  // one of kHold .. kRecover except kExport
  int64_t amount_fen =
      0;                  // kPost: must be the payment's, 0 is taken as that; kReturn, kDemand, kRecover: 1..
  std::string file;       // the answer it comes from
  std::string reference;  // names the occasion; for kReturn, kDemand, kRecover required: the same one twice
                          // is the same change
  std::string reason;
};

struct ChangeAnswer {
  enum class Result : uint8_t { kDone, kAlready, kRefused };
  Result result = Result::kRefused;
  State state = State::kReserved;  // after the change; meaningless for an unknown id
  Diagnostic refusal;              // kRefused only
};

struct PaymentFile {
  std::string id;      // chosen by the caller, never used again for other content
  std::string digest;  // "sha256:..." of the bytes
  std::string supersedes;
};

struct Retry {
  std::string id;              // a rejected payment
  std::optional<Payee> payee;  // none: as before
};

struct PaymentFilter {
  std::optional<State> state;
  std::optional<std::string> pool;
  std::optional<std::string> file;
  std::optional<std::string> subject;
  int64_t after_number = 0;  // payments with a higher number only
};

struct OpenOptions {
  bool create = true;      // SQLite: make the file if there is none; PostgreSQL: make the tables
  std::string sqlite_vfs;  // empty: SQLite's own
};

struct AuditReport {
  bool ok = false;
  Head head;
  int64_t entries = 0;  // read and recomputed
  int64_t payments = 0;
  int64_t pools = 0;
  int64_t files = 0;
  // What is wrong, the first bad entry first; at most limits::kAuditFindingsMax.
  std::vector<Diagnostic> findings;
  int64_t first_bad_seq = 0;  // 0: no entry is bad
};

class Store;

class Ledger {
 public:
  // "payouts.db", or "postgresql://user@host:port/database". Null with a diagnostic.
  static std::unique_ptr<Ledger> Open(const std::string& url, const OpenOptions& options,
                                      Diagnostics* diagnostics);
  explicit Ledger(std::unique_ptr<Store> store);  // for Open() and tests
  ~Ledger();

  // --- Pools. A budget may be set, raised, or lowered to what is committed.
  bool SetBudget(const std::string& pool, int32_t year, int64_t total_fen, const Act& act,
                 Diagnostics* diagnostics);
  bool CloseYear(const std::string& pool, int32_t year, const Act& act, Diagnostics* diagnostics);
  // Moves what is free in a closed year to the next one; *moved_fen says how much (0: nothing was left).
  bool CarryOver(const std::string& pool, int32_t year, const Act& act, int64_t* moved_fen,
                 Diagnostics* diagnostics);

  // --- Payments.
  bool Reserve(std::span<const Reservation> reservations, const Act& act, std::vector<ReserveAnswer>* answers,
               Diagnostics* diagnostics);
  bool Apply(std::span<const Change> changes, const Act& act, std::vector<ChangeAnswer>* answers,
             Diagnostics* diagnostics);
  // Records a payment file and that these payments are in it, all or none. Refused for payments that are not
  // reserved (or in the file it supersedes), and where the actor is the one who reserved one of them. The
  // same id with the same digest is fine and changes nothing.
  bool Export(const PaymentFile& file, std::span<const std::string> ids, const Act& act,
              Diagnostics* diagnostics);
  // Gives up a rejected payment and reserves the next attempt of its key, linked to it.
  bool RetryRejected(std::span<const Retry> retries, const Act& act, std::vector<ReserveAnswer>* answers,
                     Diagnostics* diagnostics);
  // Records an answer of the bank before its changes are applied. *again is true when it was recorded
  // before; apply its changes all the same, since a crash may have come between.
  bool RecordAnswer(const FileRecord& file, const Act& act, bool* again, Diagnostics* diagnostics);

  // --- Reading. All give false only when the storage fails.
  bool FindPayment(const std::string& id, std::optional<Payment>* payment, Diagnostics* diagnostics);
  // All attempts of a key, the latest last; at most one of them is live.
  bool FindAttempts(const EventKey& key, std::vector<Payment>* payments, Diagnostics* diagnostics);
  // The entries of one payment, in order. Empty for an unknown id.
  bool History(const std::string& id, std::vector<Entry>* entries, Diagnostics* diagnostics);
  // By number. `visit` returns false to stop; it must not call the ledger.
  bool ForEachPayment(const PaymentFilter& filter, const std::function<bool(const Payment&)>& visit,
                      Diagnostics* diagnostics);
  // Entries after `after_seq`, in order, as above.
  bool ForEachEntry(int64_t after_seq, const std::function<bool(const Entry&)>& visit,
                    Diagnostics* diagnostics);
  bool Balances(std::vector<Balance>* balances, Diagnostics* diagnostics);  // by pool and year
  bool Files(std::vector<FileRecord>* files, Diagnostics* diagnostics);     // in the order they were recorded
  bool FindFile(const std::string& id, std::optional<FileRecord>* file, Diagnostics* diagnostics);
  bool ReadHead(Head* head, Diagnostics* diagnostics);

  // Reads every entry and recomputes the chain, every balance, every payment and file from them. `anchor`: a
  // head written down earlier, which the ledger must still contain. False only when the storage fails; what
  // is wrong is in the report. `window`: payments followed in one walk over the entries; it bounds memory.
  bool Audit(const std::optional<Head>& anchor, AuditReport* report, Diagnostics* diagnostics,
             int64_t window = limits::kAuditWindowPayments);

 private:
  template <typename Body>
  bool Guarded(Diagnostics* diagnostics, Body body);
  template <typename Body>
  bool Write(const Act& act, Diagnostics* diagnostics, Body body);

  std::unique_ptr<Store> store_;
  bool broken_ = false;
};

// The EndToEndId of an attempt: ZD and the first 32 hexadecimal digits of SHA-256 over key and attempt.
std::string PaymentId(const EventKey& key, int32_t attempt);

}  // namespace zhida::ledger

#endif  // ZHIDA_ENGINE_LEDGER_LEDGER_H_

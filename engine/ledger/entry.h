// The words of the ledger: event keys, payments and their states, pools, and the entries that everything is
// made of.
//
// Plain values, owned by whoever holds them; any thread. Money is whole fen. Times are seconds since
// 1970-01-01T00:00Z and always given by the caller: nothing here reads the clock. Texts are UTF-8 of at most
// limits::kLedgerTextBytesMax bytes.
#ifndef ZHIDA_ENGINE_LEDGER_ENTRY_H_
#define ZHIDA_ENGINE_LEDGER_ENTRY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zhida::ledger {

// What may be paid once, for ever. `part` is a stage or an instalment.
struct EventKey {
  std::string subject;
  std::string kind;
  std::string object;
  int32_t year = 0;
  std::string part = "1";
  bool operator==(const EventKey&) const = default;
};

struct Payee {
  std::string name;
  std::string account;
  std::string bank;  // CNAPS code
  bool operator==(const Payee&) const = default;
};

// The life of a payment. Money is set aside from kReserved to kRejected; kVoid and kReturned free the key.
//
//   reserved <-> held      reserved -> exported -> pending -> paid -> returned
//      ^------ rejected <------+-----------+   \-> unknown -> paid, rejected, pending
//              (retry)            void: from reserved, held, rejected
enum class State : uint8_t {
  kReserved,
  kHeld,      // waits for a person: the account's name differs, say
  kExported,  // in a payment file
  kPending,   // the bank has taken it on
  kPaid,      // posted; some of it may have come back
  kRejected,  // the bank refused it; retry it, or void it
  kUnknown,   // no answer; never paid again by itself
  kReturned,  // all of it came back
  kVoid,      // given up before any money moved
};
inline constexpr int kStates = 9;
std::string_view StateName(State state);  // "reserved" ...
std::optional<State> StateFromName(std::string_view name);
// True while the key is taken: any state but kVoid and kReturned.
bool IsLive(State state);

enum class EntryKind : uint8_t {
  // Pools.
  kBudget,     // amount: the pool's new total for the year
  kClose,      // the year takes no new reservations
  kCarryOver,  // amount: free money of a closed year, moved to the next
  // Payments.
  kReserve,
  kHold,
  kRelease,
  kExport,
  kWithdraw,  // out of a file that was not sent
  kPending,
  kUnknown,
  kPost,
  kReject,
  kVoid,
  kReturn,   // amount came back through the bank
  kDemand,   // amount is asked back
  kRecover,  // amount was paid back
  // Files.
  kFileOut,  // a payment file; its kExport entries follow
  kFileIn,   // an answer of the bank
};
inline constexpr int kEntryKinds = 18;
std::string_view EntryKindName(EntryKind kind);  // "budget" ...
std::optional<EntryKind> EntryKindFromName(std::string_view name);

using Digest = std::array<uint8_t, 32>;  // SHA-256
std::string DigestHex(const Digest& digest);
std::optional<Digest> DigestFromHex(std::string_view hex);

// One line of the ledger. Written once, never changed; what a kind does not use is empty or 0.
struct Entry {
  int64_t seq = 0;  // 1, 2, 3 ... without a gap
  EntryKind kind = EntryKind::kBudget;
  int64_t at = 0;       // when, as the caller says
  std::string actor;    // who
  int64_t payment = 0;  // number of the payment it is about
  // The body of a reservation.
  EventKey key{{}, {}, {}, 0, {}};
  int32_t attempt = 0;  // 1, 2 ... of the key
  std::string policy;
  Payee payee;
  std::string memo;
  std::string link;  // id of the payment that this one replaces or adds to
  // The pool that the entry is about: of steps that move money (transition.h) and of pools.
  std::string pool;
  int32_t pool_year = 0;
  int64_t amount_fen = 0;
  std::string file;       // id of a payment file or an answer
  std::string reference;  // the bank's, or whatever names the occasion
  std::string reason;     // for people; of a file: the digest of its bytes
  Digest digest{};        // SHA-256 of the digest before and the bytes of this entry (canonical.h)
};

// A payment as it stands: its reservation and what became of it.
struct Payment {
  int64_t number = 0;  // 1, 2, 3 ... in the order of reservation
  std::string id;      // EndToEndId: ZD and 32 hexadecimal digits
  State state = State::kReserved;
  int64_t returned_fen = 0;  // came back, by the bank or by recovery
  int64_t demanded_fen = 0;  // asked back
  std::string file;          // payment file it is or was last in
  Entry reserve;             // key, attempt, policy, payee, memo, link, pool, amount, who, when

  int64_t amount_fen() const { return reserve.amount_fen; }
};

// budget = free + reserved + posted - returned, and free >= 0; asserted inside every transaction.
struct Balance {
  std::string pool;
  int32_t year = 0;
  bool closed = false;
  int64_t budget_fen = 0;
  int64_t free_fen = 0;
  int64_t reserved_fen = 0;  // set aside, not yet paid
  int64_t posted_fen = 0;    // paid, gross
  int64_t returned_fen = 0;  // came back
  bool operator==(const Balance&) const = default;
};

// A file that left, or an answer that came. Its content may not change under one id.
struct FileRecord {
  std::string id;
  bool outgoing = true;
  std::string digest;  // "sha256:..." of its bytes
  int64_t count = 0;   // payments in it
  int64_t total_fen = 0;
  std::string superseded_by;  // id of the file that took its place
  int64_t seq = 0;            // its entry
  bool operator==(const FileRecord&) const = default;
};

// Where the chain ends. Write it down elsewhere, and a later audit notices a ledger cut short.
struct Head {
  int64_t seq = 0;
  Digest digest{};
  int64_t payments = 0;  // how many there are
  bool operator==(const Head&) const = default;
};

}  // namespace zhida::ledger

#endif  // ZHIDA_ENGINE_LEDGER_ENTRY_H_

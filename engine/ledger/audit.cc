// The audit: everything that can be computed from the entries is computed from them and compared.
//
//   1  each entry: its number, its digest, whether its step was allowed, whether money stays conserved
//   2  each payment, pool and file as it stands: the same as the entries make it
//   3  ids of payments: each once, so no attempt at an event was reserved twice
//   4  the head, and a head that was written down earlier
//
// Payments are followed a million at a time (limits::kAuditWindowPayments), with one walk over the entries
// for each million; the chain is checked in the first walk. So memory grows with pools and files alone.

#include <array>
#include <cstring>
#include <map>
#include <unordered_map>
#include <utility>

#include "engine/ledger/bounds.h"
#include "engine/ledger/canonical.h"
#include "engine/ledger/guarded.h"
#include "engine/ledger/transition.h"

namespace zhida::ledger {
namespace {

constexpr char kRestore[] = "restore the ledger from its last good copy";

class Auditor {
 public:
  Auditor(Store* store, const std::optional<Head>& anchor, int64_t window, AuditReport* report)
      : store_(*store), anchor_(anchor), window_(window), report_(*report) {}

  void Run() {
    try {
      report_.head = store_.ReadHead();
      if (Walk()) CheckTables();
    } catch (const StorageFault& fault) {
      // A row that cannot even be read is a finding; a disk that fails is none.
      if (fault.code != "ZD7106") throw;
      Found(last_seq_ + 1, fault.code, fault.what());
    }
    report_.ok = report_.findings.empty();
  }

 private:
  // What a payment should be, from its entries.
  struct Followed {
    Standing standing;
    int32_t pool = 0;  // places in pools_ and files_
    int32_t file = -1;
    int64_t reserve_seq = 0;
    std::array<char, 34> id{};
  };

  // False when the entries are not worth comparing anything with.
  bool Walk() {
    for (first_ = 1; first_ == 1 || first_ <= made_; first_ += window_) {
      followed_.clear();
      made_ = 0;
      last_seq_ = 0;
      bool good = true;
      store_.ForEachEntry(0, [&](const Entry& entry) { return good = Take(entry); });
      if (!good || !ComparePayments()) return false;
    }
    report_.payments = made_;
    return true;
  }

  void CheckTables() {
    CheckEnd();
    CheckIds();
    CheckBalances();
    CheckFiles();
  }

  bool Take(const Entry& entry) {
    if (is_first_walk() && !CheckChain(entry)) return false;
    last_seq_ = entry.seq;
    const bool good = (!is_first_walk() || TakeMoneyAndFiles(entry)) && TakePayment(entry);
    if (!good) {
      Found(entry.seq, "ZD7142",
            "entry " + std::to_string(entry.seq) + " (" + std::string(EntryKindName(entry.kind)) +
                ") is not a step that the ledger allows there");
    }
    return good;
  }

  bool CheckChain(const Entry& entry) {
    const std::string number = "entry " + std::to_string(entry.seq);
    if (entry.seq != last_seq_ + 1) {
      Found(last_seq_ + 1, "ZD7141",
            "entry " + std::to_string(last_seq_ + 1) + " is missing; the next one is " + number);
      return false;
    }
    const Digest digest = ChainDigest(last_digest_, entry, &buffer_);
    if (digest != entry.digest) {
      Found(entry.seq, "ZD7140",
            number + " (" + std::string(EntryKindName(entry.kind)) +
                ") was altered: its digest does not fit its content and the entry before it");
      return false;
    }
    if (anchor_ && anchor_->seq == entry.seq && anchor_->digest != digest) {
      Found(entry.seq, "ZD7145",
            number + " is not the one written down: its digest is " + DigestHex(digest) + ", not " +
                DigestHex(anchor_->digest));
      return false;
    }
    last_digest_ = digest;
    ++report_.entries;
    return true;
  }

  // --- Pools and files, which follow from single entries.

  bool TakeMoneyAndFiles(const Entry& entry) {
    if (entry.kind <= EntryKind::kCarryOver) return TakeBudget(entry);
    if (MovesMoney(entry.kind)) {
      Balance* const balance = KnownPool(entry.pool, entry.pool_year);
      return balance != nullptr && Move(entry.kind, entry.amount_fen, balance);
    }
    if (entry.kind == EntryKind::kFileOut || entry.kind == EntryKind::kFileIn) return TakeFile(entry);
    if (entry.kind != EntryKind::kExport) return true;
    if (files_.empty() || files_.back().id != entry.file || export_count_left_ == 0) return false;
    --export_count_left_;
    export_fen_left_ -= entry.amount_fen;
    return export_count_left_ > 0 || export_fen_left_ == 0;
  }

  bool TakeBudget(const Entry& entry) {
    Balance* const balance = &PoolOf(entry.pool, entry.pool_year);
    if (entry.kind == EntryKind::kClose) {
      return !std::exchange(balance->closed, true);
    }
    if (entry.kind == EntryKind::kBudget) {
      balance->free_fen += entry.amount_fen - balance->budget_fen;
      balance->budget_fen = entry.amount_fen;
      return IsConserved(*balance) && !balance->closed;
    }
    balance->budget_fen -= entry.amount_fen;
    balance->free_fen -= entry.amount_fen;
    if (!IsConserved(*balance)) return false;
    Balance* const next = &PoolOf(entry.pool, entry.pool_year + 1);
    next->budget_fen += entry.amount_fen;
    next->free_fen += entry.amount_fen;
    return IsConserved(*next);
  }

  bool TakeFile(const Entry& entry) {
    const bool outgoing = entry.kind == EntryKind::kFileOut;
    if (export_count_left_ > 0) return false;
    if (!file_places_.try_emplace(entry.file, files_.size()).second) return false;
    files_.push_back({entry.file, outgoing, entry.reason, entry.attempt, entry.amount_fen, "", entry.seq});
    if (!outgoing) return true;
    export_count_left_ = entry.attempt;
    export_fen_left_ = entry.amount_fen;
    if (entry.reference.empty()) return true;
    const auto old = file_places_.find(entry.reference);
    if (old == file_places_.end()) return false;
    files_[old->second].superseded_by = entry.file;
    return true;
  }

  // --- Payments.

  bool TakePayment(const Entry& entry) {
    if (entry.kind == EntryKind::kReserve) return TakeReservation(entry);
    const bool is_step = entry.kind >= EntryKind::kHold && entry.kind <= EntryKind::kRecover;
    return is_step ? TakeStep(entry) : entry.payment == 0;
  }

  bool TakeReservation(const Entry& entry) {
    if (entry.payment != ++made_) return false;
    if (entry.attempt != 1 && !FreedByAttemptBefore(entry)) return false;
    if (!IsFollowed(made_)) return true;
    Followed& followed = followed_.emplace_back();
    followed.standing.amount_fen = entry.amount_fen;
    followed.pool = pool_places_.at({entry.pool, entry.pool_year});
    followed.reserve_seq = entry.seq;
    const std::string id = PaymentId(entry.key, entry.attempt);
    std::memcpy(followed.id.data(), id.data(), followed.id.size());
    return true;
  }

  // A key may be reserved again when its attempt before is over; told in the walk that follows that one.
  bool FreedByAttemptBefore(const Entry& entry) {
    const auto before = store_.FindPayment(PaymentId(entry.key, entry.attempt - 1));
    if (!before || before->number >= entry.payment) return false;
    return !IsFollowed(before->number) || !IsLive(At(before->number).standing.state);
  }

  bool TakeStep(const Entry& entry) {
    if (entry.payment < 1 || entry.payment > made_) return false;
    if (!IsFollowed(entry.payment)) return true;
    Followed& followed = At(entry.payment);
    if (entry.kind == EntryKind::kExport) followed.file = static_cast<int32_t>(file_places_.at(entry.file));
    if (MovesMoney(entry.kind)) {
      if (pool_places_.at({entry.pool, entry.pool_year}) != followed.pool) return false;
    }
    return Step(entry.kind, entry.amount_fen, &followed.standing) == StepFault::kNone;
  }

  bool ComparePayments() {
    int64_t expected = first_;
    const int64_t end = first_ + static_cast<int64_t>(followed_.size());
    store_.ForEachRow(first_ - 1, [&](const PaymentRow& row) {
      if (row.number != expected || row.number >= end) return false;
      if (!IsAsFollowed(row, At(row.number))) {
        Found(0, "ZD7143",
              "payment " + row.id + " (number " + std::to_string(row.number) +
                  ") is not in the table of payments as its entries make it");
      }
      ++expected;
      return true;
    });
    if (expected == end) return true;
    Found(0, "ZD7143",
          "payment number " + std::to_string(expected) + " is missing from the table of payments");
    return false;
  }

  bool IsAsFollowed(const PaymentRow& row, const Followed& followed) const {
    const std::string_view file = followed.file < 0 ? "" : std::string_view(files_[followed.file].id);
    return row.id == std::string_view(followed.id.data(), followed.id.size()) &&
           row.reserve_seq == followed.reserve_seq && row.state == followed.standing.state &&
           row.returned_fen == followed.standing.returned_fen &&
           row.demanded_fen == followed.standing.demanded_fen && row.file == file;
  }

  // --- Tables and the end.

  void CheckIds() {
    std::string last;
    int64_t count = 0;
    store_.ForEachId([&](std::string_view id) {
      if (count > 0 && id <= last)
        Found(0, "ZD7143", "payment " + std::string(id) + " is in the index twice");
      last = id;
      ++count;
      return true;
    });
    if (count != made_) {
      Found(0, "ZD7143",
            "the index of payments has " + std::to_string(count) + " ids, the entries make " +
                std::to_string(made_) + " payments");
    }
  }

  void CheckBalances() {
    std::map<std::pair<std::string, int32_t>, Balance> kept;
    for (const Balance& balance : store_.Balances()) kept[{balance.pool, balance.year}] = balance;
    for (const auto& [name, place] : pool_places_) {
      const auto found = kept.find(name);
      if (found == kept.end() || found->second != pools_[place]) {
        Found(0, "ZD7144",
              "pool " + name.first + " of " + std::to_string(name.second) +
                  " does not stand as its entries make it");
      }
      if (found != kept.end()) kept.erase(found);
    }
    for (const auto& [name, balance] : kept) {
      Found(0, "ZD7144", "pool " + name.first + " of " + std::to_string(name.second) + " has no entries");
    }
    report_.pools = static_cast<int64_t>(pools_.size());
  }

  void CheckFiles() {
    const std::vector<FileRecord> kept = store_.Files();
    for (size_t i = 0; i < std::max(kept.size(), files_.size()); ++i) {
      if (i < kept.size() && i < files_.size() && kept[i] == files_[i]) continue;
      Found(0, "ZD7146",
            "file " + (i < files_.size() ? files_[i].id : kept[i].id) +
                " is not in the table of files as its entry makes it");
      break;
    }
    report_.files = static_cast<int64_t>(files_.size());
  }

  void CheckEnd() {
    if (report_.head.seq > last_seq_) {
      Found(last_seq_ + 1, "ZD7141",
            "entries " + std::to_string(last_seq_ + 1) + " to " + std::to_string(report_.head.seq) +
                " are missing: the ledger was cut short");
    } else if (report_.head != Head{last_seq_, last_digest_, made_}) {
      Found(0, "ZD7147", "the head does not name the last entry, " + std::to_string(last_seq_));
    }
    if (anchor_ && anchor_->seq > last_seq_) {
      Found(last_seq_ + 1, "ZD7145",
            "the ledger ends with entry " + std::to_string(last_seq_) + ", and entry " +
                std::to_string(anchor_->seq) + " was written down: it was cut short");
    }
    if (export_count_left_ > 0) {
      Found(last_seq_, "ZD7142", "file " + files_.back().id + " lacks payments that its entry counts");
    }
  }

  Balance& PoolOf(const std::string& pool, int32_t year) {
    const auto [place, fresh] = pool_places_.try_emplace({pool, year}, static_cast<int32_t>(pools_.size()));
    if (fresh) pools_.push_back({pool, year, false, 0, 0, 0, 0, 0});
    return pools_[place->second];
  }
  Balance* KnownPool(const std::string& pool, int32_t year) {
    const auto place = pool_places_.find({pool, year});
    return place == pool_places_.end() ? nullptr : &pools_[place->second];
  }

  bool is_first_walk() const { return first_ == 1; }
  bool IsFollowed(int64_t number) const { return number >= first_ && number < first_ + window_; }
  Followed& At(int64_t number) { return followed_[static_cast<size_t>(number - first_)]; }

  void Found(int64_t seq, const char* code, std::string what) {
    if (report_.findings.size() >= limits::kAuditFindingsMax) return;
    if (report_.first_bad_seq == 0) report_.first_bad_seq = seq;
    report_.findings.push_back(Refusal(code, std::move(what), kRestore));
  }
  void Found(int64_t seq, const std::string& code, std::string what) {
    Found(seq, code.c_str(), std::move(what));
  }

  Store& store_;
  const std::optional<Head>& anchor_;
  const int64_t window_;  // payments followed in one walk
  AuditReport& report_;

  int64_t first_ = 1;               // number of the first payment followed in this walk
  int64_t made_ = 0;                // payments met in this walk
  std::vector<Followed> followed_;  // from first_ on
  int64_t last_seq_ = 0;
  Digest last_digest_{};
  std::string buffer_;

  std::map<std::pair<std::string, int32_t>, int32_t> pool_places_;
  std::vector<Balance> pools_;
  std::unordered_map<std::string, size_t> file_places_;
  std::vector<FileRecord> files_;
  int64_t export_count_left_ = 0;  // of the last payment file
  int64_t export_fen_left_ = 0;
};

}  // namespace

bool Ledger::Audit(const std::optional<Head>& anchor, AuditReport* report, Diagnostics* diagnostics,
                   int64_t window) {
  *report = {};
  return Guarded(diagnostics, [&]() -> std::optional<Diagnostic> {
    store_->BeginReading();
    Auditor(store_.get(), anchor, window, report).Run();
    store_->Rollback();
    return std::nullopt;
  });
}

}  // namespace zhida::ledger

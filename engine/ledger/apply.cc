// Steps in the life of payments, payment files, and answers of the bank.

#include <unordered_set>
#include <utility>

#include "engine/ledger/bounds.h"
#include "engine/ledger/guarded.h"
#include "engine/ledger/transition.h"

namespace zhida::ledger {
namespace {

using Result = ChangeAnswer::Result;

ChangeAnswer Refused(State state, Diagnostic refusal) {
  return {Result::kRefused, state, std::move(refusal)};
}

Diagnostic UnknownPayment(const std::string& id) {
  return Refusal("ZD7130", "there is no payment " + id, "check the id and the ledger");
}

bool IsMoneyBack(EntryKind kind) {
  return kind == EntryKind::kReturn || kind == EntryKind::kDemand || kind == EntryKind::kRecover;
}

Diagnostic RefusalOf(StepFault fault, const Change& change, int64_t amount_fen, const Payment& payment) {
  const std::string name(EntryKindName(change.kind));
  const std::string is = "payment " + change.id + " of " + Yuan(payment.amount_fen()) + " is " +
                         std::string(StateName(payment.state));
  if (fault == StepFault::kWrongState) {
    return Refusal("ZD7131", is + ", and \"" + name + "\" does not lead on from there",
                   "look at its history; where bank and ledger differ, a person decides");
  }
  std::string back;
  if (payment.returned_fen > 0) back = ", of which " + Yuan(payment.returned_fen) + " came back";
  return Refusal("ZD7132", is + back + ", and \"" + name + "\" of " + Yuan(amount_fen) + " does not fit",
                 change.kind == EntryKind::kPost ? "a payment is posted in full; check the bank's answer"
                                                 : "give more than 0 and at most what is left of it");
}

// Changes that a payment has seen already are told by the state they lead to, those of money that came back
// by their reference.
std::optional<ChangeAnswer> Repeated(Transaction* transaction, const Change& change, const Payment& payment) {
  if (IsMoneyBack(change.kind)) {
    for (const Entry& entry : transaction->store().EntriesOf(payment)) {
      if (entry.kind != change.kind || entry.reference != change.reference) continue;
      if (entry.amount_fen == change.amount_fen) return ChangeAnswer{Result::kAlready, payment.state, {}};
      return Refused(payment.state,
                     Refusal("ZD7136",
                             "payment " + change.id + " has a \"" + std::string(EntryKindName(change.kind)) +
                                 "\" with the reference " + change.reference + " already, of " +
                                 Yuan(entry.amount_fen) + ", not " + Yuan(change.amount_fen),
                             "give another occasion another reference"));
    }
    return std::nullopt;
  }
  const bool posted = payment.state == State::kPaid || payment.state == State::kReturned;
  const bool there = (change.kind == EntryKind::kHold && payment.state == State::kHeld) ||
                     (change.kind == EntryKind::kPending && payment.state == State::kPending) ||
                     (change.kind == EntryKind::kUnknown && payment.state == State::kUnknown) ||
                     (change.kind == EntryKind::kReject && payment.state == State::kRejected) ||
                     (change.kind == EntryKind::kVoid && payment.state == State::kVoid) ||
                     (change.kind == EntryKind::kPost && posted);
  if (!there) return std::nullopt;
  if (change.kind == EntryKind::kPost && change.amount_fen != 0 &&
      change.amount_fen != payment.amount_fen()) {
    return Refused(payment.state, RefusalOf(StepFault::kWrongAmount, change, change.amount_fen, payment));
  }
  return ChangeAnswer{Result::kAlready, payment.state, {}};
}

// A void is of the whole, a post of the whole unless another amount is given, which is then refused; steps
// that move nothing have none.
int64_t AmountOf(const Change& change, const Payment& payment) {
  if (IsMoneyBack(change.kind)) return change.amount_fen;
  if (change.kind == EntryKind::kPost)
    return change.amount_fen == 0 ? payment.amount_fen() : change.amount_fen;
  return change.kind == EntryKind::kVoid ? payment.amount_fen() : 0;
}

bool MoveInPool(Transaction* transaction, const Payment& payment, EntryKind kind, int64_t amount_fen) {
  if (!MovesMoney(kind)) return true;
  return Move(kind, amount_fen, transaction->Pool(payment.reserve.pool, payment.reserve.pool_year));
}

ChangeAnswer ApplyOne(Transaction* transaction, const Change& change) {
  if (auto fault = FaultOf(change)) return Refused(State::kReserved, *fault);
  std::optional<Payment> payment = transaction->store().FindPayment(change.id);
  if (!payment) return Refused(State::kReserved, UnknownPayment(change.id));
  if (auto answer = Repeated(transaction, change, *payment)) return *answer;

  const int64_t amount_fen = AmountOf(change, *payment);
  Standing standing{payment->state, payment->amount_fen(), payment->returned_fen, payment->demanded_fen};
  StepFault fault = Step(change.kind, amount_fen, &standing);
  if (fault == StepFault::kNone && !MoveInPool(transaction, *payment, change.kind, amount_fen)) {
    fault = StepFault::kWrongAmount;
  }
  if (fault != StepFault::kNone)
    return Refused(payment->state, RefusalOf(fault, change, amount_fen, *payment));

  Entry entry;
  entry.kind = change.kind;
  entry.payment = payment->number;
  entry.amount_fen = amount_fen;
  if (MovesMoney(change.kind)) {
    entry.pool = payment->reserve.pool;
    entry.pool_year = payment->reserve.pool_year;
  }
  entry.file = change.file;
  entry.reference = change.reference;
  entry.reason = change.reason;
  transaction->Append(&entry);
  payment->state = standing.state;
  payment->returned_fen = standing.returned_fen;
  payment->demanded_fen = standing.demanded_fen;
  transaction->store().SaveStanding(*payment);
  return {Result::kDone, standing.state, {}};
}

// What keeps a payment out of a file.
std::optional<Diagnostic> ExportFault(const Payment& payment, const PaymentFile& file, const Act& act) {
  const bool moved = payment.state == State::kExported && payment.file == file.supersedes;
  if (payment.state != State::kReserved && !moved) {
    return Refusal("ZD7131",
                   "payment " + payment.id + " is " + std::string(StateName(payment.state)) +
                       (payment.file.empty() ? "" : " (file " + payment.file + ")") + ", not reserved",
                   "a file takes reserved payments, and those of the file it supersedes");
  }
  if (SameActor(payment.reserve.actor, act.actor)) {
    return Refusal(
        "ZD7133",
        "payment " + payment.id + " was reserved by " + payment.reserve.actor + ", who cannot export it too",
        "let a second person export");
  }
  return std::nullopt;
}

// The same name for the same content, or a diagnostic.
std::optional<Diagnostic> OtherContent(const FileRecord& known, const std::string& digest, bool outgoing) {
  if (known.digest == digest && known.outgoing == outgoing) return std::nullopt;
  return Refusal(
      "ZD7134",
      "file " + known.id + " is recorded with other content (" + known.digest + ", not " + digest + ")",
      "a file never changes; give new content a new id");
}

std::optional<Diagnostic> ExportAll(Transaction* transaction, const PaymentFile& file,
                                    std::span<const std::string> ids) {
  Store& store = transaction->store();
  std::optional<FileRecord> old;
  if (!file.supersedes.empty()) {
    old = store.FindFile(file.supersedes);
    if (!old || !old->outgoing || !old->superseded_by.empty()) {
      return Refusal("ZD7135",
                     "file " + file.supersedes + " cannot be superseded: " +
                         (!old             ? "it is not in this ledger"
                          : !old->outgoing ? "it is an answer"
                                           : "file " + old->superseded_by + " did that"),
                     "name the payment file in force");
    }
  }
  std::unordered_set<std::string_view> seen;
  std::vector<Payment> payments;
  FileRecord record{file.id, true, file.digest, 0, 0, "", 0};
  for (const std::string& id : ids) {
    std::optional<Payment> payment = store.FindPayment(id);
    if (!payment) return UnknownPayment(id);
    if (!seen.insert(id).second) {
      return Refusal("ZD7137", "payment " + id + " is in file " + file.id + " twice",
                     "list each payment once");
    }
    if (auto fault = ExportFault(*payment, file, transaction->act())) return fault;
    if (__builtin_add_overflow(record.total_fen, payment->amount_fen(), &record.total_fen)) {
      return Refusal("ZD7111", "the total of file " + file.id + " is out of 64 bits", "make several files");
    }
    payments.push_back(std::move(*payment));
  }
  record.count = static_cast<int64_t>(payments.size());

  Entry head;
  head.kind = EntryKind::kFileOut;
  head.file = file.id;
  head.amount_fen = record.total_fen;
  head.attempt = static_cast<int32_t>(record.count);
  head.reference = file.supersedes;
  head.reason = file.digest;
  transaction->Append(&head);
  record.seq = head.seq;
  store.SaveFile(record);
  if (old) {
    old->superseded_by = file.id;
    store.SaveFile(*old);
  }
  for (Payment& payment : payments) {
    Entry entry;
    entry.kind = EntryKind::kExport;
    entry.payment = payment.number;
    entry.amount_fen = payment.amount_fen();
    entry.file = file.id;
    transaction->Append(&entry);
    payment.state = State::kExported;
    payment.file = file.id;
    store.SaveStanding(payment);
  }
  return std::nullopt;
}

}  // namespace

bool Ledger::Apply(std::span<const Change> changes, const Act& act, std::vector<ChangeAnswer>* answers,
                   Diagnostics* diagnostics) {
  answers->clear();
  return Write(act, diagnostics, [&](Transaction& transaction) -> std::optional<Diagnostic> {
    if (auto fault = FaultOfBatch(changes.size())) return fault;
    for (const Change& change : changes) answers->push_back(ApplyOne(&transaction, change));
    return std::nullopt;
  });
}

bool Ledger::Export(const PaymentFile& file, std::span<const std::string> ids, const Act& act,
                    Diagnostics* diagnostics) {
  return Write(act, diagnostics, [&](Transaction& transaction) -> std::optional<Diagnostic> {
    if (auto fault = FaultOfName("the file's id", file.id)) return fault;
    if (auto fault = FaultOfName("the file's digest", file.digest)) return fault;
    if (auto known = transaction.store().FindFile(file.id)) return OtherContent(*known, file.digest, true);
    return ExportAll(&transaction, file, ids);
  });
}

bool Ledger::RecordAnswer(const FileRecord& file, const Act& act, bool* again, Diagnostics* diagnostics) {
  *again = false;
  return Write(act, diagnostics, [&](Transaction& transaction) -> std::optional<Diagnostic> {
    if (auto fault = FaultOfName("the answer's id", file.id)) return fault;
    if (auto fault = FaultOfName("the answer's digest", file.digest)) return fault;
    if (auto known = transaction.store().FindFile(file.id)) {
      *again = true;
      return OtherContent(*known, file.digest, false);
    }
    Entry entry;
    entry.kind = EntryKind::kFileIn;
    entry.file = file.id;
    entry.attempt = static_cast<int32_t>(file.count);
    entry.amount_fen = file.total_fen;
    entry.reason = file.digest;
    transaction.Append(&entry);
    transaction.store().SaveFile({file.id, false, file.digest, file.count, file.total_fen, "", entry.seq});
    return std::nullopt;
  });
}

}  // namespace zhida::ledger

#include "engine/payment/reconcile.h"

#include <optional>
#include <unordered_map>
#include <utility>

#include "engine/payment/transfer.h"

namespace zhida::payment {
namespace {

using ledger::Change;
using ledger::ChangeAnswer;
using ledger::EntryKind;
using ledger::Ledger;
using ledger::Payment;
using ledger::State;

constexpr size_t kChunk = 10'000;  // changes of one transaction
constexpr size_t kReasonBytesMax = 1'000;

// What an item means for a payment in its present state.
enum class Verdict : uint8_t {
  kApply,        // it leads on
  kAlready,      // it was known
  kContradicts,  // it cannot be
};

bool IsOpen(State state) {
  return state == State::kExported || state == State::kPending || state == State::kUnknown;
}

bool WasPaid(State state) { return state == State::kPaid || state == State::kReturned; }

Verdict Judge(Word word, State state) {
  switch (word) {
    case Word::kPending:
      if (state == State::kPending || WasPaid(state)) return Verdict::kAlready;  // a late report
      return IsOpen(state) ? Verdict::kApply : Verdict::kContradicts;
    case Word::kPaid:
      if (WasPaid(state)) return Verdict::kAlready;
      return IsOpen(state) ? Verdict::kApply : Verdict::kContradicts;
    case Word::kRejected:
      // A rejected payment that was given up since, or retried, is void.
      if (state == State::kRejected || state == State::kVoid) return Verdict::kAlready;
      return IsOpen(state) ? Verdict::kApply : Verdict::kContradicts;
    case Word::kDuplicate:
      if (state == State::kExported) return Verdict::kApply;
      return IsOpen(state) || WasPaid(state) ? Verdict::kAlready : Verdict::kContradicts;
    case Word::kReturned:
      return IsOpen(state) || WasPaid(state) ? Verdict::kApply : Verdict::kContradicts;
    case Word::kAnnounced:
      return Verdict::kAlready;
  }
  return Verdict::kContradicts;
}

// Where the ledger will be once the change is made.
State After(Word word, State state) {
  switch (word) {
    case Word::kPending:
      return State::kPending;
    case Word::kPaid:
    case Word::kReturned:
      return State::kPaid;
    case Word::kRejected:
      return State::kRejected;
    case Word::kDuplicate:
      return State::kUnknown;
    case Word::kAnnounced:
      return state;
  }
  return state;
}

class Reconciler {
 public:
  Reconciler(Ledger& ledger, const BankAnswer& answer, const ledger::Act& act, AnswerReport* report,
             Diagnostics& diagnostics)
      : ledger_(ledger), answer_(answer), act_(act), report_(*report), diagnostics_(diagnostics) {}

  bool Run() {
    report_.kind = answer_.kind;
    report_.id = std::string(AnswerKindName(answer_.kind)) + ":" + answer_.id;
    report_.batch_id = answer_.batch_id;
    report_.other_entries = answer_.other_entries;
    if (answer_.kind == AnswerKind::kStatusReport && !CheckBatch()) return false;
    if (!Record()) return false;
    for (const AnswerItem& item : answer_.items) {
      if (!Take(item)) return false;
    }
    if (answer_.items.empty() && answer_.batch_word && !TakeBatch()) return false;
    if (!Flush()) return false;
    report_.items = report_.pending + report_.paid + report_.rejected + report_.returned + report_.unknown +
                    report_.announced + report_.already + report_.refused;
    return true;
  }

 private:
  bool Error(std::string code, std::string what, std::string mend) {
    diagnostics_.Error(std::move(code), {answer_.file, 0, 0}, std::move(what), std::move(mend));
    return false;
  }

  bool Find(const AnswerItem& item, std::string code, std::string what, std::string mend) {
    ++report_.refused;
    report_.findings.push_back({std::move(code),
                                Severity::kError,
                                {answer_.file, item.line, item.column},
                                std::move(what),
                                std::move(mend)});
    return true;
  }

  // A status report on a file that this ledger did not hand out, or on one with another count or sum, is
  // not about what we think it is: no part of it is taken.
  bool CheckBatch() {
    std::optional<ledger::FileRecord> file;
    if (!ledger_.FindFile(answer_.batch_id, &file, &diagnostics_)) return false;
    if (!file || !file->outgoing) {
      return Error("ZD8301",
                   "the report is about file " + answer_.batch_id + ", which this ledger did not hand out",
                   "check that bank and ledger belong together");
    }
    if (answer_.batch_count && *answer_.batch_count != file->count) {
      return Error("ZD8302",
                   "the bank speaks of " + std::to_string(*answer_.batch_count) + " transfers in file " +
                       answer_.batch_id + ", the ledger of " + std::to_string(file->count),
                   "nothing was taken; compare the file that was sent with the recorded digest");
    }
    if (answer_.batch_total_fen && *answer_.batch_total_fen != file->total_fen) {
      return Error("ZD8302",
                   "the bank's control sum of file " + answer_.batch_id + " is " +
                       FenDecimal(*answer_.batch_total_fen) + ", the ledger's " + FenDecimal(file->total_fen),
                   "nothing was taken; compare the file that was sent with the recorded digest");
    }
    return true;
  }

  bool Record() {
    ledger::FileRecord record;
    record.id = report_.id;
    record.outgoing = false;
    record.digest = answer_.digest;
    record.count = static_cast<int64_t>(answer_.items.size());
    for (const AnswerItem& item : answer_.items) record.total_fen += item.amount_fen.value_or(0);
    return ledger_.RecordAnswer(record, act_, &report_.again, &diagnostics_);
  }

  // What is said of the whole file holds for each of its payments.
  bool TakeBatch() {
    ledger::PaymentFilter filter;
    filter.file = answer_.batch_id;
    for (bool more = true; more;) {
      std::vector<AnswerItem> items;
      more = false;
      const bool read = ledger_.ForEachPayment(
          filter,
          [&](const Payment& payment) {
            AnswerItem item;
            item.end_to_end_id = payment.id;
            item.word = *answer_.batch_word;
            item.code = answer_.batch_code;
            item.text = answer_.batch_text;
            items.push_back(std::move(item));
            filter.after_number = payment.number;
            more = items.size() == kChunk;
            return !more;
          },
          &diagnostics_);
      if (!read) return false;
      for (const AnswerItem& item : items) {
        if (!Take(item)) return false;
      }
      if (!Flush()) return false;
    }
    return true;
  }

  bool Take(const AnswerItem& item) {
    std::optional<Payment> payment;
    if (!ledger_.FindPayment(item.end_to_end_id, &payment, &diagnostics_)) return false;
    if (!payment) {
      return Find(item, "ZD8303",
                  "the bank calls payment " + item.end_to_end_id + " " + std::string(WordName(item.word)) +
                      ", and the ledger has none of that id",
                  "find out who ordered it; nothing was changed");
    }
    if (answer_.kind == AnswerKind::kStatusReport && payment->file != answer_.batch_id) {
      return Find(item, "ZD8306",
                  "the report on file " + answer_.batch_id + " speaks of payment " + payment->id +
                      ", which is in file " + (payment->file.empty() ? "none" : payment->file),
                  "if both files were sent, tell the bank at once; nothing was changed");
    }
    // What this answer has said of the payment before is not in the ledger yet.
    const auto pending = after_.find(item.end_to_end_id);
    const State state = pending == after_.end() ? payment->state : pending->second;
    if (WrongAmount(item, *payment)) {
      return Find(item, "ZD8304",
                  "the bank calls " + FenDecimal(*item.amount_fen) + " yuan of payment " + payment->id + " " +
                      std::string(WordName(item.word)) + ", the ledger holds " +
                      FenDecimal(payment->amount_fen()),
                  "nothing was changed; settle it with the bank");
    }
    if (item.word == Word::kAnnounced) {
      ++report_.announced;
      return true;
    }
    switch (Judge(item.word, state)) {
      case Verdict::kAlready:
        ++report_.already;
        return true;
      case Verdict::kContradicts:
        return Find(item, "ZD8305",
                    "the bank calls payment " + payment->id + " of " + FenDecimal(payment->amount_fen()) +
                        " yuan " + std::string(WordName(item.word)) + ", and in the ledger it is " +
                        std::string(ledger::StateName(state)),
                    "nothing was changed; a person decides: zhida pay show " + payment->id);
      case Verdict::kApply:
        break;
    }
    AddChanges(item, state, payment->amount_fen());
    after_[item.end_to_end_id] = After(item.word, state);
    return changes_.size() < kChunk || Flush();
  }

  static bool WrongAmount(const AnswerItem& item, const Payment& payment) {
    if (!item.amount_fen) return false;
    if (item.word == Word::kReturned || item.word == Word::kAnnounced) {
      return *item.amount_fen > payment.amount_fen() || *item.amount_fen == 0;
    }
    return *item.amount_fen != payment.amount_fen();
  }

  void AddChanges(const AnswerItem& item, State state, int64_t amount_fen) {
    // Money that came back has been paid, even if no answer has said so.
    if (item.word == Word::kReturned && IsOpen(state)) AddChange(item, EntryKind::kPost, 0);
    switch (item.word) {
      case Word::kPending:
        return AddChange(item, EntryKind::kPending, 0);
      case Word::kPaid:
        return AddChange(item, EntryKind::kPost, amount_fen);
      case Word::kRejected:
        return AddChange(item, EntryKind::kReject, 0);
      case Word::kDuplicate:
        return AddChange(item, EntryKind::kUnknown, 0);
      case Word::kReturned:
        return AddChange(item, EntryKind::kReturn, item.amount_fen.value_or(amount_fen));
      case Word::kAnnounced:
        return;
    }
  }

  void AddChange(const AnswerItem& item, EntryKind kind, int64_t amount_fen) {
    Change change;
    change.id = item.end_to_end_id;
    change.kind = kind;
    change.amount_fen = amount_fen;
    change.file = report_.id;
    change.reference = item.reference;
    change.reason = item.code;
    if (!item.text.empty()) change.reason += (item.code.empty() ? "" : ": ") + item.text;
    if (change.reason.size() > kReasonBytesMax) {
      size_t end = kReasonBytesMax;
      while ((static_cast<unsigned char>(change.reason[end]) & 0xC0) == 0x80) --end;
      change.reason.resize(end);
    }
    changes_.push_back(std::move(change));
    items_.push_back(item);
  }

  bool Flush() {
    if (changes_.empty()) return true;
    std::vector<ChangeAnswer> answers;
    if (!ledger_.Apply(changes_, act_, &answers, &diagnostics_)) return false;
    for (size_t i = 0; i < answers.size(); ++i) Count(changes_[i], answers[i], items_[i]);
    changes_.clear();
    items_.clear();
    after_.clear();
    return true;
  }

  void Count(const Change& change, const ChangeAnswer& answer, const AnswerItem& item) {
    // The post that a return implies is not what the answer said, so it is not counted.
    const bool implied = change.kind == EntryKind::kPost && item.word == Word::kReturned;
    switch (answer.result) {
      case ChangeAnswer::Result::kAlready:
        if (!implied) ++report_.already;
        return;
      case ChangeAnswer::Result::kRefused:
        Find(item, answer.refusal.code, answer.refusal.what, answer.refusal.mend);
        if (implied) --report_.refused;
        return;
      case ChangeAnswer::Result::kDone:
        if (!implied) CountDone(change);
        return;
    }
  }

  void CountDone(const Change& change) {
    if (change.kind == EntryKind::kPending) ++report_.pending;
    if (change.kind == EntryKind::kUnknown) ++report_.unknown;
    if (change.kind == EntryKind::kReject) ++report_.rejected;
    if (change.kind == EntryKind::kPost) {
      ++report_.paid;
      report_.paid_fen += change.amount_fen;
    }
    if (change.kind == EntryKind::kReturn) {
      ++report_.returned;
      report_.returned_fen += change.amount_fen;
    }
  }

  Ledger& ledger_;
  const BankAnswer& answer_;
  const ledger::Act& act_;
  AnswerReport& report_;
  Diagnostics& diagnostics_;
  std::vector<Change> changes_;
  std::vector<AnswerItem> items_;  // of each change
  std::unordered_map<std::string, State> after_;
};

}  // namespace

bool Reconcile(Ledger& ledger, std::string_view bytes, const std::string& file, const ledger::Act& act,
               AnswerReport* report, Diagnostics& diagnostics) {
  Diagnostics reading;
  const std::optional<BankAnswer> answer = ReadBankAnswer(bytes, file, reading);
  for (const Diagnostic& found : reading.all()) {
    if (answer) {
      report->findings.push_back(found);  // warnings
    } else {
      diagnostics.Add(found);
    }
  }
  return answer && Reconciler(ledger, *answer, act, report, diagnostics).Run();
}

bool MarkUnanswered(Ledger& ledger, int64_t before, const ledger::Act& act, int64_t* count,
                    Diagnostics& diagnostics) {
  *count = 0;
  std::vector<ledger::FileRecord> files;
  if (!ledger.Files(&files, &diagnostics)) return false;
  for (const ledger::FileRecord& file : files) {
    if (!file.outgoing) continue;
    bool old = false;
    const auto look = [&](const ledger::Entry& entry) {
      old = entry.at < before;
      return false;
    };
    if (!ledger.ForEachEntry(file.seq - 1, look, &diagnostics)) return false;
    if (!old) continue;
    for (const State state : {State::kExported, State::kPending}) {
      ledger::PaymentFilter filter;
      filter.file = file.id;
      filter.state = state;
      std::vector<Change> changes;
      const auto add = [&](const Payment& payment) {
        Change change;
        change.id = payment.id;
        change.kind = EntryKind::kUnknown;
        change.reason = "the bank gave no final answer";
        changes.push_back(std::move(change));
        return true;
      };
      if (!ledger.ForEachPayment(filter, add, &diagnostics)) return false;
      std::vector<ChangeAnswer> answers;
      if (!changes.empty() && !ledger.Apply(changes, act, &answers, &diagnostics)) return false;
      for (const ChangeAnswer& answer : answers) {
        if (answer.result == ChangeAnswer::Result::kDone) ++*count;
      }
    }
  }
  return true;
}

}  // namespace zhida::payment

// Reserving, and retrying what the bank refused: the calls that make payments.

#include <span>
#include <unordered_set>
#include <utility>

#include "engine/base/text.h"
#include "engine/ledger/bounds.h"
#include "engine/ledger/guarded.h"
#include "engine/ledger/transition.h"

namespace zhida::ledger {
namespace {

using Result = ReserveAnswer::Result;

ReserveAnswer Refused(Diagnostic refusal) {
  ReserveAnswer answer;
  answer.refusal = std::move(refusal);
  return answer;
}

ReserveAnswer AnswerFor(const Payment& payment, Result result) {
  return {result, payment.id, payment.reserve.attempt, payment.state, {}};
}

std::string KeyText(const EventKey& key) {
  return key.subject + " / " + key.kind + " / " + key.object + " / " + std::to_string(key.year) + " / " +
         key.part;
}

std::string PoolText(const std::string& pool, int32_t year) {
  return "pool " + pool + " of " + std::to_string(year);
}

int32_t PoolYear(const Reservation& request) {
  return request.pool_year != 0 ? request.pool_year : request.key.year;
}

// The same key with another body: three mistakes, told apart, because each is mended by somebody else.
std::optional<Diagnostic> DifferenceFrom(const Entry& old, const Reservation& request) {
  const std::string key = KeyText(request.key) + " is reserved already, ";
  if (old.policy != request.policy || old.pool != request.pool || old.pool_year != PoolYear(request)) {
    return Refusal("ZD7122",
                   key + "under policy " + old.policy + " from pool " + old.pool + " of " +
                       std::to_string(old.pool_year) + ", not policy " + request.policy + " from pool " +
                       request.pool + " of " + std::to_string(PoolYear(request)),
                   "one event is paid under one policy; void the old payment first, or check the event key");
  }
  if (old.amount_fen != request.amount_fen) {
    return Refusal("ZD7120", key + "with " + Yuan(old.amount_fen) + ", not " + Yuan(request.amount_fen),
                   "reserve the difference as another part that is linked to it, or void it first");
  }
  if (old.payee != request.payee) {
    return Refusal("ZD7121",
                   key + "for " + old.payee.name + ", account " + old.payee.account + ", not " +
                       request.payee.name + ", account " + request.payee.account,
                   "void the old payment before paying somebody else");
  }
  return std::nullopt;
}

class Reserver {
 public:
  explicit Reserver(Transaction* transaction) : transaction_(*transaction) {}

  // Asks once for the whole batch which first attempts are there: nearly always that decides.
  void Prepare(std::span<const Reservation> requests) {
    ids_.clear();
    ids_.reserve(requests.size());
    made_.reserve(requests.size());
    for (const Reservation& request : requests) ids_.push_back(PaymentId(request.key, 1));
    transaction_.store().KnownPayments(ids_, &known_);
  }

  ReserveAnswer Reserve(const Reservation& request, size_t index) {
    if (auto fault = FaultOf(request)) return Refused(*fault);
    std::string id = ids_[index];
    int32_t attempt = 1;
    std::string link = request.link;
    if (known_[index] || made_.contains(id)) {
      const Payment latest = LatestAttempt(request.key, id);
      if (IsLive(latest.state)) {
        auto difference = DifferenceFrom(latest.reserve, request);
        ReserveAnswer answer = AnswerFor(latest, difference ? Result::kRefused : Result::kExists);
        if (difference) answer.refusal = *difference;
        return answer;
      }
      attempt = latest.reserve.attempt + 1;
      id = PaymentId(request.key, attempt);
      if (link.empty()) link = latest.id;
    }
    if (auto fault = LinkFault(request)) return Refused(*fault);
    return Make(request, std::move(id), attempt, std::move(link));
  }

  // A new payment in place of a rejected one; its money is free, its key too.
  ReserveAnswer Replace(const Payment& old, const Payee& payee) {
    Reservation request;
    request.key = old.reserve.key;
    request.policy = old.reserve.policy;
    request.pool = old.reserve.pool;
    request.pool_year = old.reserve.pool_year;
    request.amount_fen = old.reserve.amount_fen;
    request.memo = old.reserve.memo;
    request.payee = payee;
    const int32_t attempt = old.reserve.attempt + 1;
    return Make(request, PaymentId(request.key, attempt), attempt, old.id, /*promised=*/true);
  }

 private:
  // From the first attempt on; each attempt's id follows from the key, so one index serves ids and keys.
  Payment LatestAttempt(const EventKey& key, const std::string& first_id) {
    Payment latest = *transaction_.store().FindPayment(first_id);
    while (!IsLive(latest.state)) {
      auto next = transaction_.store().FindPayment(PaymentId(key, latest.reserve.attempt + 1));
      if (!next) break;
      latest = std::move(*next);
    }
    return latest;
  }

  std::optional<Diagnostic> LinkFault(const Reservation& request) {
    if (request.link.empty()) return std::nullopt;
    const auto linked = transaction_.store().FindPayment(request.link);
    if (linked && linked->reserve.key.subject == request.key.subject) return std::nullopt;
    return Refusal("ZD7124",
                   "the payment " + request.link + " to be added to " +
                       (linked ? "is another subject's" : "is not in this ledger"),
                   "link a payment to an earlier one of the same subject");
  }

  // `promised`: the money was this event's before, so a closed year does not matter.
  ReserveAnswer Make(const Reservation& request, std::string id, int32_t attempt, std::string link,
                     bool promised = false) {
    if (attempt > limits::kAttemptsMax) {
      return Refused(Refusal("ZD7123",
                             KeyText(request.key) + " was tried " + std::to_string(limits::kAttemptsMax) +
                                 " times, the most there may be",
                             "find out why it never succeeds, then pay it as another part"));
    }
    const int32_t year = PoolYear(request);
    Balance* const balance = transaction_.Pool(request.pool, year);
    if (balance == nullptr) {
      return Refused(Refusal("ZD7112", "pool " + request.pool + " has no budget for " + std::to_string(year),
                             "set one first, or check the pool's name and the year"));
    }
    if (balance->closed && !promised) {
      return Refused(
          Refusal("ZD7113", PoolText(request.pool, year) + " is closed", "reserve from an open year"));
    }
    if (!Move(EntryKind::kReserve, request.amount_fen, balance)) {
      return Refused(Refusal("ZD7114",
                             PoolText(request.pool, year) + " has " + Yuan(balance->free_fen) +
                                 " left, too little for " + Yuan(request.amount_fen),
                             "raise the budget, or reserve from another pool"));
    }
    Payment payment;
    payment.id = std::move(id);
    payment.reserve = EntryOf(request, year, attempt, std::move(link));
    const std::string hold = HoldReason(request);
    if (!hold.empty()) payment.state = State::kHeld;
    transaction_.AppendPayment(&payment);
    if (!hold.empty()) {
      Entry entry;
      entry.kind = EntryKind::kHold;
      entry.payment = payment.number;
      entry.reason = hold;
      transaction_.Append(&entry);
    }
    made_.insert(payment.id);
    return AnswerFor(payment, Result::kReserved);
  }

  static Entry EntryOf(const Reservation& request, int32_t pool_year, int32_t attempt, std::string link) {
    Entry entry;
    entry.kind = EntryKind::kReserve;
    entry.key = request.key;
    entry.attempt = attempt;
    entry.policy = request.policy;
    entry.payee = request.payee;
    entry.memo = request.memo;
    entry.link = std::move(link);
    entry.pool = request.pool;
    entry.pool_year = pool_year;
    entry.amount_fen = request.amount_fen;
    return entry;
  }

  static std::string HoldReason(const Reservation& request) {
    if (!request.hold.empty()) return request.hold;
    const std::string_view registered = TrimAscii(request.subject_name);
    if (registered.empty() || registered == TrimAscii(request.payee.name)) return "";
    return "the account is in the name of " + request.payee.name + ", the subject is " +
           std::string(registered);
  }

  Transaction& transaction_;
  std::vector<std::string> ids_;
  std::vector<bool> known_;
  std::unordered_set<std::string> made_;  // in this transaction
};

ReserveAnswer RetryOne(Transaction* transaction, Reserver* reserver, const Retry& retry) {
  const std::optional<Payment> old = transaction->store().FindPayment(retry.id);
  if (!old) {
    return Refused(Refusal("ZD7130", "there is no payment " + retry.id, "check the id and the ledger"));
  }
  const Payee payee = retry.payee ? *retry.payee : old->reserve.payee;
  if (auto fault = FaultOf(payee)) return Refused(*fault);
  // Repeated: the attempt that was made then is the answer.
  const auto next = transaction->store().FindPayment(PaymentId(old->reserve.key, old->reserve.attempt + 1));
  if (next && next->reserve.link == old->id) {
    if (next->reserve.payee == payee) return AnswerFor(*next, Result::kExists);
    ReserveAnswer answer = AnswerFor(*next, Result::kRefused);
    answer.refusal = Refusal("ZD7121",
                             "payment " + retry.id + " was retried already, for " + next->reserve.payee.name +
                                 ", account " + next->reserve.payee.account,
                             "wait for that one's result");
    return answer;
  }
  if (old->state != State::kRejected) {
    return Refused(Refusal(
        "ZD7131", "payment " + retry.id + " is " + std::string(StateName(old->state)) + ", not rejected",
        "only what the bank refused can be retried"));
  }
  if (old->reserve.attempt >= limits::kAttemptsMax) {
    return Refused(Refusal("ZD7123",
                           KeyText(old->reserve.key) + " was tried " + std::to_string(limits::kAttemptsMax) +
                               " times, the most there may be",
                           "void it, then pay it as another part"));
  }
  Payment given_up = *old;
  given_up.state = State::kVoid;
  Move(EntryKind::kVoid, old->amount_fen(), transaction->Pool(old->reserve.pool, old->reserve.pool_year));
  Entry entry;
  entry.kind = EntryKind::kVoid;
  entry.payment = old->number;
  entry.pool = old->reserve.pool;
  entry.pool_year = old->reserve.pool_year;
  entry.amount_fen = old->amount_fen();
  entry.reason = "retried";
  transaction->Append(&entry);
  transaction->store().SaveStanding(given_up);
  return reserver->Replace(*old, payee);
}

}  // namespace

bool Ledger::Reserve(std::span<const Reservation> reservations, const Act& act,
                     std::vector<ReserveAnswer>* answers, Diagnostics* diagnostics) {
  answers->clear();
  return Write(act, diagnostics, [&](Transaction& transaction) -> std::optional<Diagnostic> {
    if (auto fault = FaultOfBatch(reservations.size())) return fault;
    Reserver reserver(&transaction);
    reserver.Prepare(reservations);
    answers->reserve(reservations.size());
    for (size_t i = 0; i < reservations.size(); ++i) {
      answers->push_back(reserver.Reserve(reservations[i], i));
    }
    return std::nullopt;
  });
}

bool Ledger::RetryRejected(std::span<const Retry> retries, const Act& act,
                           std::vector<ReserveAnswer>* answers, Diagnostics* diagnostics) {
  answers->clear();
  return Write(act, diagnostics, [&](Transaction& transaction) -> std::optional<Diagnostic> {
    if (auto fault = FaultOfBatch(retries.size())) return fault;
    Reserver reserver(&transaction);
    for (const Retry& retry : retries) answers->push_back(RetryOne(&transaction, &reserver, retry));
    return std::nullopt;
  });
}

}  // namespace zhida::ledger

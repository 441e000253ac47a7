// The C API's bodies for the ledger.

#include "engine/capi/handles.h"
#include "engine/capi/ledger_json.h"
#include "engine/capi/ledger_rows.h"
#include "engine/ledger/entry.h"

using zhida::Diagnostic;
using zhida::Diagnostics;
using zhida::capi::Fail;
using zhida::capi::Guarded;
using zhida::capi::Known;
using zhida::capi::Return;
using zhida::capi::Str;
using zhida::capi::Strings;
using zhida::capi::View;
using zhida::ledger::Act;
using zhida::ledger::Change;
using zhida::ledger::ChangeAnswer;
using zhida::ledger::EntryKind;
using zhida::ledger::EventKey;
using zhida::ledger::Payee;
using zhida::ledger::Reservation;
using zhida::ledger::ReserveAnswer;

struct zhida_ledger_answers {
  struct Answer {
    int32_t result;
    int32_t attempt;
    int32_t state;
    std::string id;
    Diagnostic refusal;
  };
  std::vector<Answer> answers;
};

namespace {

constexpr size_t kTransactionRows = 10'000;  // of a stream of reservations

std::string Copy(zhida_str text) { return std::string(View(text)); }
Act ActOf(const zhida_act* act) { return {Copy(act->actor), act->at}; }
Payee PayeeOf(const zhida_payee& payee) { return {Copy(payee.name), Copy(payee.account), Copy(payee.bank)}; }

EventKey KeyOf(const zhida_event_key& key) {
  std::string part = Copy(key.part);
  if (part.empty()) part = "1";
  return {Copy(key.subject), Copy(key.kind), Copy(key.object), key.year, std::move(part)};
}

Reservation ReservationOf(const zhida_reservation& given) {
  return {KeyOf(given.key), Copy(given.policy),   Copy(given.pool), given.pool_year,
          given.amount_fen, PayeeOf(given.payee), Copy(given.memo), Copy(given.subject_name),
          Copy(given.hold), Copy(given.link)};
}

// A storage that failed is I/O; the rest is the ledger's word.
zhida_status StatusOf(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.code >= "ZD7101" && diagnostic.code <= "ZD7109") return ZHIDA_E_IO;
    if (diagnostic.code == "ZD7150") return ZHIDA_E_DATA;
  }
  return ZHIDA_E_LEDGER;
}

// The body of a call that gives a diagnostic when it fails.
template <typename Body>
zhida_status Call(zhida_error** error, Body body) {
  return Guarded(error, [&] {
    Diagnostics diagnostics;
    if (!body(&diagnostics)) return Fail(error, StatusOf(diagnostics), diagnostics);
    return zhida_status{ZHIDA_OK};
  });
}

void Append(const std::vector<ReserveAnswer>& from, zhida_ledger_answers* to) {
  for (const ReserveAnswer& answer : from) {
    to->answers.push_back({static_cast<int32_t>(answer.result), answer.attempt,
                           static_cast<int32_t>(answer.state), answer.id, answer.refusal});
  }
}

}  // namespace

extern "C" {

zhida_status zhida_ledger_open(zhida_str url, const zhida_ledger_options* options, zhida_ledger** out,
                               zhida_error** error) {
  *out = nullptr;
  return Call(error, [&](Diagnostics* diagnostics) {
    zhida::ledger::OpenOptions open;
    open.create = Known(options).must_exist == 0;
    auto ledger = zhida::ledger::Ledger::Open(Copy(url), open, diagnostics);
    if (ledger) *out = new zhida_ledger{std::move(ledger)};
    return *out != nullptr;
  });
}

void zhida_ledger_free(zhida_ledger* ledger) { delete ledger; }

zhida_str zhida_ledger_state_name(int32_t state) {
  if (state < 0 || state >= zhida::ledger::kStates) return Str("");
  return Str(zhida::ledger::StateName(static_cast<zhida::ledger::State>(state)));
}

zhida_str zhida_ledger_kind_name(int32_t kind) {
  if (kind < 0 || kind >= zhida::ledger::kEntryKinds) return Str("");
  return Str(zhida::ledger::EntryKindName(static_cast<EntryKind>(kind)));
}

zhida_status zhida_ledger_set_budget(zhida_ledger* ledger, zhida_str pool, int32_t year, int64_t total_fen,
                                     const zhida_act* act, zhida_error** error) {
  return Call(error, [&](Diagnostics* diagnostics) {
    return ledger->ledger->SetBudget(Copy(pool), year, total_fen, ActOf(act), diagnostics);
  });
}

zhida_status zhida_ledger_close_year(zhida_ledger* ledger, zhida_str pool, int32_t year, const zhida_act* act,
                                     zhida_error** error) {
  return Call(error, [&](Diagnostics* diagnostics) {
    return ledger->ledger->CloseYear(Copy(pool), year, ActOf(act), diagnostics);
  });
}

zhida_status zhida_ledger_carry_over(zhida_ledger* ledger, zhida_str pool, int32_t year, const zhida_act* act,
                                     int64_t* moved_fen, zhida_error** error) {
  return Call(error, [&](Diagnostics* diagnostics) {
    return ledger->ledger->CarryOver(Copy(pool), year, ActOf(act), moved_fen, diagnostics);
  });
}

size_t zhida_ledger_answers_count(const zhida_ledger_answers* answers) { return answers->answers.size(); }

void zhida_ledger_answers_get(const zhida_ledger_answers* answers, size_t index, zhida_ledger_answer* out) {
  const auto& answer = answers->answers[index];
  *out = {answer.result, answer.attempt, answer.state, Str(answer.id), {}};
  out->refusal.code = Str(answer.refusal.code);
  out->refusal.what = Str(answer.refusal.what);
  out->refusal.mend = Str(answer.refusal.mend);
}

void zhida_ledger_answers_free(zhida_ledger_answers* answers) { delete answers; }

zhida_status zhida_ledger_reserve(zhida_ledger* ledger, const zhida_reservation* reservations, size_t count,
                                  const zhida_act* act, zhida_ledger_answers** out, zhida_error** error) {
  *out = nullptr;
  return Call(error, [&](Diagnostics* diagnostics) {
    std::vector<Reservation> requests;
    for (size_t i = 0; i < count; ++i) requests.push_back(ReservationOf(reservations[i]));
    std::vector<ReserveAnswer> answers;
    if (!ledger->ledger->Reserve(requests, ActOf(act), &answers, diagnostics)) return false;
    *out = new zhida_ledger_answers;
    Append(answers, *out);
    return true;
  });
}

zhida_status zhida_ledger_reserve_arrow(zhida_ledger* ledger, struct ArrowArrayStream* rows,
                                        const zhida_act* act, zhida_ledger_answers** out,
                                        zhida_error** error) {
  *out = nullptr;
  return Call(error, [&](Diagnostics* diagnostics) {
    auto all = std::make_unique<zhida_ledger_answers>();
    std::vector<ReserveAnswer> answers;
    const auto take = [&](const std::vector<Reservation>& requests) {
      if (!ledger->ledger->Reserve(requests, ActOf(act), &answers, diagnostics)) return false;
      Append(answers, all.get());
      return true;
    };
    if (!zhida::capi::ReadReservations(rows, kTransactionRows, take, diagnostics)) return false;
    *out = all.release();
    return true;
  });
}

zhida_status zhida_ledger_apply(zhida_ledger* ledger, const zhida_change* changes, size_t count,
                                const zhida_act* act, zhida_ledger_answers** out, zhida_error** error) {
  *out = nullptr;
  return Call(error, [&](Diagnostics* diagnostics) {
    std::vector<Change> requests;
    for (size_t i = 0; i < count; ++i) {
      const zhida_change& given = changes[i];
      const auto kind = zhida::ledger::EntryKindFromName(View(given.kind));
      // An unknown word becomes a kind that is refused for this change alone.
      requests.push_back({Copy(given.id), kind.value_or(EntryKind::kBudget), given.amount_fen,
                          Copy(given.file), Copy(given.reference), Copy(given.reason)});
    }
    std::vector<ChangeAnswer> answers;
    if (!ledger->ledger->Apply(requests, ActOf(act), &answers, diagnostics)) return false;
    *out = new zhida_ledger_answers;
    for (size_t i = 0; i < answers.size(); ++i) {
      (*out)->answers.push_back({static_cast<int32_t>(answers[i].result), 0,
                                 static_cast<int32_t>(answers[i].state), requests[i].id, answers[i].refusal});
    }
    return true;
  });
}

zhida_status zhida_ledger_retry(zhida_ledger* ledger, zhida_str id, const zhida_payee* payee,
                                const zhida_act* act, zhida_ledger_answers** out, zhida_error** error) {
  *out = nullptr;
  return Call(error, [&](Diagnostics* diagnostics) {
    zhida::ledger::Retry retry{Copy(id), {}};
    if (payee != nullptr) retry.payee = PayeeOf(*payee);
    std::vector<ReserveAnswer> answers;
    if (!ledger->ledger->RetryRejected({&retry, 1}, ActOf(act), &answers, diagnostics)) return false;
    *out = new zhida_ledger_answers;
    Append(answers, *out);
    return true;
  });
}

zhida_status zhida_ledger_export(zhida_ledger* ledger, zhida_str file, zhida_str digest, zhida_str supersedes,
                                 const zhida_str* ids, size_t count, const zhida_act* act,
                                 zhida_error** error) {
  return Call(error, [&](Diagnostics* diagnostics) {
    return ledger->ledger->Export({Copy(file), Copy(digest), Copy(supersedes)}, Strings(ids, count),
                                  ActOf(act), diagnostics);
  });
}

zhida_status zhida_ledger_record_answer(zhida_ledger* ledger, zhida_str file, zhida_str digest, int64_t count,
                                        int64_t total_fen, const zhida_act* act, int32_t* again,
                                        zhida_error** error) {
  return Call(error, [&](Diagnostics* diagnostics) {
    bool before = false;
    const bool done = ledger->ledger->RecordAnswer({Copy(file), false, Copy(digest), count, total_fen, "", 0},
                                                   ActOf(act), &before, diagnostics);
    *again = before ? 1 : 0;
    return done;
  });
}

zhida_status zhida_ledger_payment(zhida_ledger* ledger, zhida_str id, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Call(error, [&](Diagnostics* diagnostics) {
    std::optional<zhida::ledger::Payment> payment;
    std::vector<zhida::ledger::Entry> entries;
    if (!ledger->ledger->FindPayment(Copy(id), &payment, diagnostics)) return false;
    if (!ledger->ledger->History(Copy(id), &entries, diagnostics)) return false;
    Return(payment ? zhida::capi::PaymentJson(*payment, &entries) : "null", out);
    return true;
  });
}

zhida_status zhida_ledger_attempts(zhida_ledger* ledger, const zhida_event_key* key, zhida_text** out,
                                   zhida_error** error) {
  *out = nullptr;
  return Call(error, [&](Diagnostics* diagnostics) {
    std::vector<zhida::ledger::Payment> payments;
    if (!ledger->ledger->FindAttempts(KeyOf(*key), &payments, diagnostics)) return false;
    Return(zhida::capi::AttemptsJson(payments), out);
    return true;
  });
}

zhida_status zhida_ledger_status(zhida_ledger* ledger, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Call(error, [&](Diagnostics* diagnostics) {
    std::vector<zhida::ledger::Balance> balances;
    std::vector<zhida::ledger::FileRecord> files;
    zhida::ledger::Head head;
    if (!ledger->ledger->Balances(&balances, diagnostics)) return false;
    if (!ledger->ledger->Files(&files, diagnostics)) return false;
    if (!ledger->ledger->ReadHead(&head, diagnostics)) return false;
    Return(zhida::capi::StatusJson(balances, files, head), out);
    return true;
  });
}

zhida_status zhida_ledger_payments(zhida_ledger* ledger, const zhida_payment_filter* filter,
                                   struct ArrowArrayStream* out, zhida_error** error) {
  out->release = nullptr;
  return Guarded(error, [&] {
    const zhida_payment_filter known = Known(filter);
    const auto optional = [](zhida_str text) {
      return text.size == 0 ? std::nullopt : std::optional<std::string>(View(text));
    };
    zhida::ledger::PaymentFilter wanted;
    if (known.state.size != 0) {
      wanted.state = zhida::ledger::StateFromName(View(known.state));
      if (!wanted.state) {
        return Fail(error, ZHIDA_E_USAGE, "there is no state \"" + Copy(known.state) + "\" of a payment");
      }
    }
    wanted.pool = optional(known.pool);
    wanted.file = optional(known.file);
    wanted.subject = optional(known.subject);
    zhida::capi::ExportPayments(ledger->ledger, std::move(wanted), out);
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_ledger_entries(zhida_ledger* ledger, int64_t after_seq, struct ArrowArrayStream* out,
                                  zhida_error** error) {
  out->release = nullptr;
  return Guarded(error, [&] {
    zhida::capi::ExportEntries(ledger->ledger, after_seq, out);
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_ledger_audit(zhida_ledger* ledger, int64_t anchor_seq, zhida_str anchor_digest,
                                zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    std::optional<zhida::ledger::Head> anchor;
    if (anchor_seq != 0) {
      const auto digest = zhida::ledger::DigestFromHex(View(anchor_digest));
      if (anchor_seq < 0 || !digest) {
        return Fail(error, ZHIDA_E_USAGE, "the head written down is a number and 64 hexadecimal digits");
      }
      anchor = {anchor_seq, *digest, 0};
    }
    zhida::ledger::AuditReport report;
    Diagnostics diagnostics;
    if (!ledger->ledger->Audit(anchor, &report, &diagnostics)) {
      return Fail(error, StatusOf(diagnostics), diagnostics);
    }
    return Return(zhida::capi::AuditJson(report), out);
  });
}

}  // extern "C"

/* Zhida's ledger: what is set aside, paid and given back. Part of the C API; zhida.h includes it, and its
 * conventions hold here too.
 *
 * A call that writes is one transaction: it has happened wholly or not at all. Every call may be repeated;
 * the same request answers as before and writes nothing. Requests in a list are answered one by one. A call
 * that fails with ZHIDA_E_LEDGER was refused and may be made again with other arguments; after ZHIDA_E_IO
 * open the ledger again and repeat the call. docs/ledger.md says what is promised and how it is tested.
 *
 * Threads: a ledger is used by one thread at a time. Times: seconds since 1970-01-01T00:00Z, given by the
 * caller.
 */
/* Before the guard: zhida.h includes this file in its turn, in the right order, whichever is named first. */
#include "zhida/zhida.h"

#ifndef ZHIDA_LEDGER_H_
#define ZHIDA_LEDGER_H_

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zhida_ledger zhida_ledger;

typedef struct zhida_ledger_options {
  size_t struct_size;
  int32_t must_exist; /* 1: do not make a ledger where there is none */
} zhida_ledger_options;

/* Opens, or makes, a ledger: the path of a SQLite file, which then belongs to this process alone, or a
 * "postgresql://" URL. Free with zhida_ledger_free. */
zhida_status zhida_ledger_open(zhida_str url, const zhida_ledger_options* options, zhida_ledger** out,
                               zhida_error** error);
void zhida_ledger_free(zhida_ledger* ledger); /* NULL is fine */

/* Who does it, and when. The name is recorded, not checked. */
typedef struct zhida_act {
  zhida_str actor;
  int64_t at;
} zhida_act;

/* States of a payment, and kinds of entries, by their place in these lists:
 * reserved held exported pending paid rejected unknown returned void
 * budget close carry_over reserve hold release export withdraw pending unknown post reject void return demand
 * recover file_out file_in
 * "" for any other number. Static. */
zhida_str zhida_ledger_state_name(int32_t state);
zhida_str zhida_ledger_kind_name(int32_t kind);

/* --- Pools */

/* Sets, raises or lowers the budget of a pool's year; not below what is reserved and paid. */
zhida_status zhida_ledger_set_budget(zhida_ledger* ledger, zhida_str pool, int32_t year, int64_t total_fen,
                                     const zhida_act* act, zhida_error** error);
/* A closed year takes no new reservations. */
zhida_status zhida_ledger_close_year(zhida_ledger* ledger, zhida_str pool, int32_t year, const zhida_act* act,
                                     zhida_error** error);
/* Moves what is free in a closed year to the next; *moved_fen says how much. */
zhida_status zhida_ledger_carry_over(zhida_ledger* ledger, zhida_str pool, int32_t year, const zhida_act* act,
                                     int64_t* moved_fen, zhida_error** error);

/* --- Payments */

/* What may be paid once. An empty part means "1". */
typedef struct zhida_event_key {
  zhida_str subject;
  zhida_str kind;
  zhida_str object;
  int32_t year;
  zhida_str part;
} zhida_event_key;

typedef struct zhida_payee {
  zhida_str name;
  zhida_str account;
  zhida_str bank;
} zhida_payee;

typedef struct zhida_reservation {
  zhida_event_key key;
  zhida_str policy;
  zhida_str pool;
  int32_t pool_year; /* 0: the key's year */
  int64_t amount_fen;
  zhida_payee payee;
  zhida_str memo;
  zhida_str subject_name; /* the registered name; another one than the payee's holds the payment */
  zhida_str hold;         /* not empty: held, for this reason */
  zhida_str link;         /* id of the payment to which this is the difference */
} zhida_reservation;

/* Answers to a list of requests, in its order. */
typedef struct zhida_ledger_answers zhida_ledger_answers;

enum {
  ZHIDA_ANSWER_DONE = 0,    /* reserved, or the change was made */
  ZHIDA_ANSWER_BEFORE = 1,  /* it was so already; nothing was written */
  ZHIDA_ANSWER_REFUSED = 2, /* see the diagnostic */
};

typedef struct zhida_ledger_answer {
  int32_t result;
  int32_t attempt; /* of the event key; 0 for changes */
  int32_t state;
  zhida_str id; /* EndToEndId; of a refused reservation the payment that holds the key, if one does */
  zhida_diagnostic refusal;
} zhida_ledger_answer;

size_t zhida_ledger_answers_count(const zhida_ledger_answers* answers);
/* Fills *out with views that live as long as the answers. `index` below the count. */
void zhida_ledger_answers_get(const zhida_ledger_answers* answers, size_t index, zhida_ledger_answer* out);
void zhida_ledger_answers_free(zhida_ledger_answers* answers); /* NULL is fine */

zhida_status zhida_ledger_reserve(zhida_ledger* ledger, const zhida_reservation* reservations, size_t count,
                                  const zhida_act* act, zhida_ledger_answers** out, zhida_error** error);
/* The same for the rows of a stream, which is moved in: columns subject, kind, policy, pool, amount_fen,
 * payee_name, payee_account, year and, if there, object, part, pool_year, payee_bank, memo, subject_name,
 * hold, link; others are ignored, null is empty. A transaction for each 10,000 rows at most. */
zhida_status zhida_ledger_reserve_arrow(zhida_ledger* ledger, struct ArrowArrayStream* rows,
                                        const zhida_act* act, zhida_ledger_answers** out,
                                        zhida_error** error);

typedef struct zhida_change {
  zhida_str id;
  zhida_str kind;     /* hold release withdraw pending unknown post reject void return demand recover */
  int64_t amount_fen; /* post: 0, or the payment's own; return, demand, recover: 1 or more */
  zhida_str file;     /* the answer it comes from */
  zhida_str
      reference; /* return, demand, recover: names the occasion; the same one twice is the same change */
  zhida_str reason;
} zhida_change;

zhida_status zhida_ledger_apply(zhida_ledger* ledger, const zhida_change* changes, size_t count,
                                const zhida_act* act, zhida_ledger_answers** out, zhida_error** error);

/* Gives up a rejected payment and reserves its money for the next attempt. `payee` may be NULL: as before. */
zhida_status zhida_ledger_retry(zhida_ledger* ledger, zhida_str id, const zhida_payee* payee,
                                const zhida_act* act, zhida_ledger_answers** out, zhida_error** error);

/* Records a payment file and the payments in it, all or none; refused where `act` is of the name that
 * reserved one of them. `supersedes` may be empty. */
zhida_status zhida_ledger_export(zhida_ledger* ledger, zhida_str file, zhida_str digest, zhida_str supersedes,
                                 const zhida_str* ids, size_t count, const zhida_act* act,
                                 zhida_error** error);
/* Records an answer of the bank; *again is 1 when it was recorded before. */
zhida_status zhida_ledger_record_answer(zhida_ledger* ledger, zhida_str file, zhida_str digest, int64_t count,
                                        int64_t total_fen, const zhida_act* act, int32_t* again,
                                        zhida_error** error);

/* --- Reading */

/* JSON: {number, id, state, ..., entries: [...]}, or null for an unknown id. */
zhida_status zhida_ledger_payment(zhida_ledger* ledger, zhida_str id, zhida_text** out, zhida_error** error);
/* JSON: all attempts of a key, the latest last, without entries. */
zhida_status zhida_ledger_attempts(zhida_ledger* ledger, const zhida_event_key* key, zhida_text** out,
                                   zhida_error** error);
/* JSON: {pools: [...], files: [...], head: {seq, digest, payments}}. */
zhida_status zhida_ledger_status(zhida_ledger* ledger, zhida_text** out, zhida_error** error);

typedef struct zhida_payment_filter {
  size_t struct_size;
  zhida_str state; /* empty: any; so are the others */
  zhida_str pool;
  zhida_str file;
  zhida_str subject;
} zhida_payment_filter;

/* Payments by number, in bounded memory; the stream keeps the ledger, and is read on the ledger's thread.
 * Columns: number, id, state, subject, kind, object, year, part, attempt, policy, pool, pool_year,
 * amount_fen, returned_fen, demanded_fen, payee_name, payee_account, payee_bank, memo, link, file,
 * reserved_by, reserved_at. */
zhida_status zhida_ledger_payments(zhida_ledger* ledger, const zhida_payment_filter* filter,
                                   struct ArrowArrayStream* out, zhida_error** error);
/* Entries after `after_seq`, likewise: seq, kind, at, actor, payment, subject, event, object, event_year,
 * part, attempt, policy, payee_name, payee_account, payee_bank, memo, link, pool, pool_year, amount_fen,
 * file, reference, reason, digest. */
zhida_status zhida_ledger_entries(zhida_ledger* ledger, int64_t after_seq, struct ArrowArrayStream* out,
                                  zhida_error** error);

/* Recomputes everything from the entries. `anchor_seq` and `anchor_digest` (64 hexadecimal digits): a head
 * written down earlier; 0 and empty: none. JSON: {ok, entries, payments, pools, files, head, first_bad_seq,
 * findings: [{code, what, mend}]}. A ledger that is not sound is not a failed call. */
zhida_status zhida_ledger_audit(zhida_ledger* ledger, int64_t anchor_seq, zhida_str anchor_digest,
                                zhida_text** out, zhida_error** error);

#ifdef __cplusplus
}
#endif

#endif /* ZHIDA_LEDGER_H_ */

/* Payment files and the bank's answers. Part of the C API; zhida.h includes it, and its conventions hold here
 * too. docs/payment.md says how the steps follow one another.
 *
 * A bank profile is YAML: which account pays, and what files its bank takes. Reports are JSON; money in them
 * is whole fen. Threads: a ledger is used by one thread at a time.
 */
#ifndef ZHIDA_PAYMENT_H_
#define ZHIDA_PAYMENT_H_

#include "zhida/ledger.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Every mistake of a bank profile at once: ZHIDA_E_USAGE. `name` stands for it in messages. */
zhida_status zhida_payment_check_profile(zhida_str profile, zhida_str name, zhida_error** error);

/* Called after each file with the payments exported so far. Non-zero stops; what is done stays done. */
typedef int32_t (*zhida_export_progress)(int64_t exported, void* payload);

typedef struct zhida_export_options {
  size_t struct_size;
  int32_t execution;   /* the day on which the bank shall pay; needed unless `again` is given */
  zhida_str pool;      /* payments of this pool alone */
  zhida_str again;     /* make this recorded file once more: the same bytes; writes nothing to the ledger */
  zhida_str supersede; /* put the payments of this file, which was not sent, into a new one */
  zhida_export_progress on_progress;
  void* payload;
} zhida_export_options;

/* Writes the reserved payments to files in `folder`, which must exist, and records them. Refused where `act`
 * is of the name that reserved one of them: names are compared, nobody is authenticated. A folder or file
 * that cannot be written is ZHIDA_E_IO; a file that is there with other content, ZHIDA_E_LEDGER.
 * JSON: {files: [{id, path, digest, count, total_fen, resumed}], held: [{code, what, mend}], stopped}. */
zhida_status zhida_payment_export(zhida_ledger* ledger, zhida_str profile, zhida_str profile_name,
                                  zhida_str folder, const zhida_export_options* options, const zhida_act* act,
                                  zhida_text** out, zhida_error** error);

/* What an answer of the bank says, without a ledger. One that cannot be read, or whose sums do not agree, is
 * ZHIDA_E_DATA. JSON: {kind, id, digest, batch_id, batch_word, other_entries, items: [{id, word, code, text,
 * amount_fen, reference, line, column}], warnings: [...]}. */
zhida_status zhida_payment_read_answer(zhida_str bytes, zhida_str name, zhida_text** out,
                                       zhida_error** error);

/* Takes an answer (pain.002, camt.054, camt.053, pacs.004) into the ledger. May be repeated. One about a file
 * that this ledger did not hand out, or with another count or sum, is ZHIDA_E_LEDGER and changes nothing.
 * JSON: {kind, id, batch_id, again, items, pending, paid, paid_fen, rejected, returned, returned_fen,
 * unknown, announced, already, refused, other_entries, findings: [{code, warning, file, line, column, what,
 * mend}]}, with items the sum of pending, paid, rejected, returned, unknown, announced, already, refused. */
zhida_status zhida_payment_reconcile(zhida_ledger* ledger, zhida_str bytes, zhida_str name,
                                     const zhida_act* act, zhida_text** out, zhida_error** error);

/* Calls unknown what was exported before `before` and has no final answer. Nothing is paid again by it. */
zhida_status zhida_payment_mark_unanswered(zhida_ledger* ledger, int64_t before, const zhida_act* act,
                                           int64_t* count, zhida_error** error);

#ifdef __cplusplus
}
#endif

#endif /* ZHIDA_PAYMENT_H_ */

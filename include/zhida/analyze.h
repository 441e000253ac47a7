/* Zhida: the health of a pack. Part of zhida.h, whose conventions hold.
 *
 * A check without facts looks at the pack alone: clauses that can never hold together or that nobody can
 * decide, policies that mean the same, have ended, or promise no figure. A check with facts screens the
 * engine of zhida_health_engine and hands the counts back; then policies that fit nobody or hardly anybody
 * are named, with the clause that singles out. A table of claims shows what nobody takes up, a platform's
 * list what nobody can find. Source: docs/analysis.md. */
#ifndef ZHIDA_ANALYZE_H_
#define ZHIDA_ANALYZE_H_

#include "zhida/zhida.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zhida_health zhida_health;

/* Compiles a pack for a check as of a day. The check keeps the pack alive; one thread at a time. Free with
 * zhida_health_free. */
zhida_status zhida_health_create(const zhida_pack* pack, const zhida_engine_options* options,
                                 zhida_health** out, zhida_error** error);
/* An engine whose policies are the pack's, each followed by its variants without one clause (`id~clause`), to
 * be screened like any other. The caller frees it; it may outlive the check. */
zhida_status zhida_health_engine(zhida_health* health, zhida_engine** out, zhida_error** error);

/* Counts who has claimed what, for the reports after. `claims` is moved in and released, on failure too.
 * Columns: subject, policy; optional date and amount_fen (below zero: money that came back, no claim), so
 * that earlier payments will do. A row of no subject: ZHIDA_E_DATA. May be called again for more claims. */
zhida_status zhida_health_add_claims(zhida_health* health, struct ArrowArrayStream* claims,
                                     zhida_error** error);
/* The ids of the policies that a platform has published, in the order of its list; an empty one is skipped.
 * `file` names the list in findings, whose line is an id's place in the list, from 1. */
zhida_status zhida_health_set_published(zhida_health* health, zhida_str file, const zhida_str* policies,
                                        size_t count, zhida_error** error);

typedef struct zhida_outcome_counts {
  int64_t outcomes[5]; /* in the order of ZHIDA_ELIGIBLE ... */
} zhida_outcome_counts;

/* The findings. `counts` has an entry for each policy of zhida_health_engine, in its order (the "by_policy"
 * of a screen's summary), over `subjects` subjects; NULL and 0: no registry. JSON: {policies, subjects,
 * claims: {rows, rows_of_no_policy, rows_later}, published, findings: [{kind, weight: problem|risk|note,
 * policy, title, other, clauses, evidence: {...}, file, line, column}], counts: {problem, risk, note}}.
 * Another number of entries: ZHIDA_E_USAGE. */
zhida_status zhida_health_report(const zhida_health* health, const zhida_outcome_counts* counts, size_t count,
                                 int64_t subjects, zhida_text** out, zhida_error** error);
void zhida_health_free(zhida_health* health); /* NULL is fine */

#ifdef __cplusplus
}
#endif

#endif /* ZHIDA_ANALYZE_H_ */

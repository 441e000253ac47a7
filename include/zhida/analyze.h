/* Zhida: the health of a pack. Part of zhida.h, whose conventions hold.
 *
 * A check without facts looks at the pack alone: clauses that can never hold together or that nobody can
 * decide, policies that mean the same, have ended, or promise no figure. A check with facts screens the
 * engine of zhida_health_engine and hands the counts back; then policies that fit nobody or hardly anybody
 * are named, with the clause that singles out. Source: docs/analysis.md. */
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

typedef struct zhida_outcome_counts {
  int64_t outcomes[5]; /* in the order of ZHIDA_ELIGIBLE ... */
} zhida_outcome_counts;

/* The findings. `counts` has an entry for each policy of zhida_health_engine, in its order (the "by_policy"
 * of a screen's summary), over `subjects` subjects; NULL and 0: the pack alone. JSON: {policies, subjects,
 * findings:
 * [{kind, weight: problem|risk|note, policy, title, other, clauses, evidence: {...}, file, line, column}],
 * counts: {problem, risk, note}}. Another number of entries: ZHIDA_E_USAGE. */
zhida_status zhida_health_report(const zhida_health* health, const zhida_outcome_counts* counts, size_t count,
                                 int64_t subjects, zhida_text** out, zhida_error** error);
void zhida_health_free(zhida_health* health); /* NULL is fine */

#ifdef __cplusplus
}
#endif

#endif /* ZHIDA_ANALYZE_H_ */

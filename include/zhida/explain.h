/* Zhida: what a subject is told, and by when it has to be told. Part of the C API; include "zhida/zhida.h",
 * which states the conventions. */
#ifndef ZHIDA_EXPLAIN_H_
#define ZHIDA_EXPLAIN_H_

#include "zhida/zhida.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zhida_paper_options {
  size_t struct_size;
  zhida_fact_dates dates;
  int64_t nearest;   /* near misses told in full; 0: 20, below 0: none. All are counted. */
  int32_t near_only; /* 1: near misses alone, without explanations of the others */
} zhida_paper_options;

/* All that one subject is told, over all policies: the explanation of each pair that is eligible,
 * conditional, undetermined or an error; near misses, the cheapest change first; which facts to bring, the
 * money first. JSON: docs/explanations.md. Facts that are refused: ZHIDA_E_DATA. Any thread. */
zhida_status zhida_engine_paper(const zhida_engine* engine, zhida_str subject,
                                const zhida_paper_options* options, zhida_text** out, zhida_error** error);

typedef struct zhida_stop {
  int32_t from; /* the day on which the clock is stopped, which still counts */
  int32_t to;   /* the day on which it is started again, which does not; 0: it still stands */
} zhida_stop;

typedef struct zhida_deadline_options {
  size_t struct_size;
  zhida_str calendar;    /* id */
  int32_t received;      /* day of receipt; required */
  int32_t received_at_s; /* second of that day; 0 where there is no closing time */
  int32_t closing_s;     /* what comes later in the day came after closing; 0: never closed */
  int32_t on;            /* the day looked at; 0: the day of receipt */
  int64_t days;          /* working days allowed, from 1 */
  const zhida_stop* stops;
  size_t stop_count;
} zhida_deadline_options;

/* The deadline of a matter in working days of a calendar of the pack. JSON: {calendar, calendar_name,
 * data_to, start, due, half, near, provisional, paused, used, left, percent, overdue, elapsed}; days that are
 * not known are null. Unknown calendar: ZHIDA_E_USAGE; terms that cannot be counted: ZHIDA_E_DATA. Any
 * thread. */
zhida_status zhida_pack_deadline(const zhida_pack* pack, const zhida_deadline_options* options,
                                 zhida_text** out, zhida_error** error);

#ifdef __cplusplus
}
#endif

#endif /* ZHIDA_EXPLAIN_H_ */

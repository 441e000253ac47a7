/* Zhida (直达): matches government policies with subjects, exactly and fast. The C API (C11).
 *
 * Conventions
 *   Names      zhida_<noun>_<verb>. Handles are opaque.
 *   Status     every call that can fail returns zhida_status; 0 is success. The last argument is `zhida_error
 * **error`, which may be NULL. On failure *out is NULL and *error, if asked for, is a new error with all its
 * diagnostics, to be freed by the caller. There is no per-thread last error. Options    an options struct
 * starts with struct_size = sizeof(it); zero in any other field means the default; a NULL pointer means all
 * defaults. Fields are only ever added at the end. Strings    pointer and length, UTF-8, never relying on a
 * final NUL. Strings passed in are read during the call only. Money      int64_t fen (1/100 yuan). Dates:
 * int32_t days since 1970-01-01; 0 in an option means "not given". Bulk data  Arrow C structs, moved in, and
 * exported to the caller who releases them. Threads    packs and engines are immutable and may be used by any
 * number of threads at once. A screen is used by one thread at a time, except zhida_screen_cancel. Callbacks
 * run on the thread that called. Nothing here prints, exits, aborts, or reads the clock. */
#ifndef ZHIDA_ZHIDA_H_
#define ZHIDA_ZHIDA_H_

#include <stddef.h>
#include <stdint.h>

#include "zhida/arrow.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t zhida_status;
enum {
  ZHIDA_OK = 0,
  ZHIDA_E_USAGE = 1,     /* an argument makes no sense: unknown policy, bad option */
  ZHIDA_E_IO = 2,        /* a file cannot be read or written; a stream failed */
  ZHIDA_E_PACK = 3,      /* the pack has mistakes; see the diagnostics */
  ZHIDA_E_DATA = 4,      /* the subject's facts are refused; see the diagnostics */
  ZHIDA_E_CANCELLED = 5, /* zhida_screen_cancel, or the progress callback said stop */
  ZHIDA_E_LEDGER = 6,    /* the ledger refuses: see the diagnostics */
  ZHIDA_E_INTERNAL = 101 /* a bug of ours; the message says where */
};

typedef struct zhida_str {
  const char* data;
  size_t size;
} zhida_str;

/* --- Errors and texts
 * ------------------------------------------------------------------------------------------------ */

typedef struct zhida_error zhida_error;

typedef struct zhida_diagnostic {
  zhida_str code;     /* "ZD3104" */
  int32_t is_warning; /* 1: a warning, 0: an error */
  zhida_str file;     /* "" when it concerns no file */
  int32_t line;       /* from 1; 0: the whole file */
  int32_t column;     /* from 1, in code points */
  zhida_str what;
  zhida_str mend;
} zhida_diagnostic;

zhida_status zhida_error_status(const zhida_error* error);
/* All diagnostics, one a line; or the message. Lives as long as the error. */
zhida_str zhida_error_message(const zhida_error* error);
size_t zhida_error_diagnostic_count(const zhida_error* error);
/* Fills *out with views that live as long as the error. `index` below the count. */
void zhida_error_diagnostic(const zhida_error* error, size_t index, zhida_diagnostic* out);
void zhida_error_free(zhida_error* error); /* NULL is fine */

/* A text that a call returned. */
typedef struct zhida_text zhida_text;
zhida_str zhida_text_view(const zhida_text* text);
void zhida_text_free(zhida_text* text); /* NULL is fine */

/* "0.1.0"; static. */
zhida_str zhida_version(void);

/* --- Packs
 * -----------------------------------------------------------------------------------------------------------
 */

typedef struct zhida_pack zhida_pack;

/* A parameter given another value while loading: "award.cap", or "award" where it has one entry. */
typedef struct zhida_setting {
  zhida_str name;
  zhida_str value; /* as a pack writes it: "8%", "60万元" */
} zhida_setting;

typedef struct zhida_load_options {
  size_t struct_size;
  const zhida_str* search_path; /* more folders in which `uses:` looks */
  size_t search_path_count;
  int32_t threads; /* that read packs of very many policies; 0: all cores; 1: the caller's thread alone */
  const zhida_setting* settings; /* in all versions of the parameters; they are part of the digest */
  size_t setting_count;
} zhida_load_options;

/* Loads one or more pack folders (joined, of one kind of subject). Every mistake is reported at once:
 * ZHIDA_E_PACK. A folder that cannot be read is ZHIDA_E_IO. Free with zhida_pack_free. */
zhida_status zhida_pack_load(const zhida_str* folders, size_t folder_count, const zhida_load_options* options,
                             zhida_pack** out, zhida_error** error);

typedef struct zhida_file {
  zhida_str path; /* "quanzhou/pack.yaml" */
  zhida_str bytes;
} zhida_file;

/* The same from memory; a search path is of no use here. */
zhida_status zhida_pack_load_files(const zhida_file* files, size_t file_count,
                                   const zhida_load_options* options, zhida_pack** out, zhida_error** error);

/* JSON: {id, version, title, kind, status, digest, uses, facts: [{id, name, type, ...}], policies: [{id,
 * title, ...}], decisions, pools: [{id, title, control, order_by, policies}], cases, warnings: [{code, file,
 * line, column, what, mend}]}. */
zhida_status zhida_pack_describe(const zhida_pack* pack, zhida_text** out, zhida_error** error);

/* Runs the pack's cases. JSON: {passed, failed, cases: [{id, title, ok, problems: [...]}], coverage:
 * {policies: [{policy, clauses: [{id, true, false, unknown, error}]}]}}. A failed case is not a failed call.
 */
zhida_status zhida_pack_test(const zhida_pack* pack, zhida_text** out, zhida_error** error);
void zhida_pack_free(zhida_pack* pack);

/* --- Engines
 * ---------------------------------------------------------------------------------------------------------
 */

typedef struct zhida_engine zhida_engine;

typedef struct zhida_engine_options {
  size_t struct_size;
  int32_t as_of;   /* required: the library never reads the clock */
  int32_t threads; /* 0: all cores; 1: the caller's thread alone */
} zhida_engine_options;

/* Compiles a pack for an as-of date. The engine keeps the pack alive. Free with zhida_engine_free. */
zhida_status zhida_engine_create(const zhida_pack* pack, const zhida_engine_options* options,
                                 zhida_engine** out, zhida_error** error);
void zhida_engine_free(zhida_engine* engine);

/* Another engine with policies that are new, or that take the place of those of the same id. `text` holds one
 * policy or a list, as a policy file has them (YAML or JSON), and may use the names of the engine's pack;
 * `label` names it in messages. Nothing else is compiled again: both engines share it, and either may be
 * freed first. Mistakes are ZHIDA_E_PACK. Added policies come last; the digest in results covers all changes.
 * A screen, a plan or costs of a changed engine compile all its policies when first asked for.
 * Settlement refuses it (ZHIDA_E_USAGE), since awards combine across policies: load the changed pack for
 * that. Free with zhida_engine_free. */
zhida_status zhida_engine_with_policies(const zhida_engine* engine, zhida_str text, zhida_str label,
                                        zhida_engine** out, zhida_error** error);
/* The same without the policies named; at least one must be left. An unknown id is ZHIDA_E_USAGE. */
zhida_status zhida_engine_without_policies(const zhida_engine* engine, const zhida_str* ids, size_t id_count,
                                           zhida_engine** out, zhida_error** error);
/* JSON: what zhida_pack_describe says of policies, of this engine's, in the order of its results. */
zhida_status zhida_engine_policies(const zhida_engine* engine, zhida_text** out, zhida_error** error);

/* How each clause is evaluated: JSON [{policy, clause, path: planes|texts|interpreter, reason, cost}]. `cost`
 * is rough work for a block of subjects, in operations on one plane of bits. */
zhida_status zhida_engine_costs(const zhida_engine* engine, zhida_text** out, zhida_error** error);
/* The compiled plan as text, for people. */
zhida_status zhida_engine_plan(const zhida_engine* engine, zhida_text** out, zhida_error** error);

/* How a run treats dates of facts. Part of match and screen options. */
typedef struct zhida_fact_dates {
  int32_t facts_date;       /* date of values that carry none */
  int32_t known_on;         /* values dated later are not known yet */
  int32_t undated_is_stale; /* 1: an undated value of a fact with a max_age is stale */
} zhida_fact_dates;

typedef struct zhida_match_options {
  size_t struct_size;
  zhida_fact_dates dates;
  uint32_t outcomes;         /* bits 1 << ZHIDA_ELIGIBLE ...; 0: all */
  int32_t without_clauses;   /* 1: outcomes only, by the point engine; 0: with every clause's truth */
  const zhida_str* policies; /* ids; none: all */
  size_t policy_count;
} zhida_match_options;

/* Outcomes, in the order used by masks. */
enum {
  ZHIDA_ELIGIBLE = 0,
  ZHIDA_CONDITIONAL = 1,
  ZHIDA_UNDETERMINED = 2,
  ZHIDA_INELIGIBLE = 3,
  ZHIDA_ERROR = 4
};

/* One subject against all policies. `subject` is one JSON object. Result: the JSON of docs/commands.md,
 * "match". Facts that are refused: ZHIDA_E_DATA with one diagnostic. */
zhida_status zhida_engine_match(const zhida_engine* engine, zhida_str subject,
                                const zhida_match_options* options, zhida_text** out, zhida_error** error);

/* Why one pair is what it is, what would have to change and what is missing. JSON: docs/explanations.md.
 * Unknown policy: ZHIDA_E_USAGE. */
zhida_status zhida_engine_explain(const zhida_engine* engine, zhida_str subject, zhida_str policy,
                                  const zhida_match_options* options, zhida_text** out, zhida_error** error);

/* --- Screening
 * ------------------------------------------------------------------------------------------------------- */

typedef struct zhida_screen zhida_screen;

typedef struct zhida_progress {
  int64_t rows;        /* rows read so far */
  int64_t bytes;       /* bytes read so far; 0 where not known (Arrow) */
  int64_t bytes_total; /* 0 where not known */
} zhida_progress;

/* Called between waves of blocks, on the calling thread. Non-zero stops the run: ZHIDA_E_CANCELLED. */
typedef int32_t (*zhida_progress_fn)(const zhida_progress* progress, void* payload);

/* Which evaluator does the work. All give the same answers; the slower ones are for checking and measuring.
 */
enum { ZHIDA_BY_BATCH = 0, ZHIDA_BY_POINT = 1, ZHIDA_BY_INTERPRETER = 2 };

/* What a run makes of its subjects. Every run reads and counts rows alike.
 * ZHIDA_PAIRS       outcomes of policies: row int64, subject utf8, policy dictionary<int32, utf8>, outcome
 *                   dictionary<int8, utf8>, amount_fen int64 (nullable)
 * ZHIDA_DECISIONS   answers of the pack's decisions: row, subject, decision dictionary<int32, utf8>, state
 *                   dictionary<int8, utf8> (known, unknown, error), cause utf8 (nullable), value utf8
 *                   (nullable; JSON where it is a list or a structure)
 * ZHIDA_AWARDS      what zhida_settlement_add_awards takes: an award a row, with the columns told there
 * ZHIDA_POSSIBLE_AWARDS  the same, with undetermined pairs and the amount that they could bring
 * ZHIDA_BITMAPS     outcomes of policies, without amounts: row int64, rows int64, policy dictionary<int32,
 *                   utf8>, outcome dictionary<int8, utf8>, bits large_binary. One row for each block of about
 *                   a thousand subjects and each policy and outcome that occurs in it. Bit i says whether
 *                   input row `row` + i, for i below `rows`, has that outcome: of byte i / 8 the bit of value
 *                   1 << i % 8, as in Arrow's own booleans. bits has whole words of 8 bytes; what lies behind
 *                   `rows`, and rejected rows, are 0. Blocks come in the order of the input and do not
 *                   overlap; the bitmaps of a block are in no particular order
 * ZHIDA_POPULATION  nothing is exported; zhida_screen_population takes what was counted
 * ZHIDA_POPULATION_FACTS  what was counted, for each subject: row, the subject under the id of the schema's
 *                   key, then each population fact (int64 or decimal128, nullable) and its date (date32)
 * ZHIDA_SIMULATION  pairs that stand otherwise by the engine `against`: row, subject, policy
 * dictionary<int32, utf8>, before and after dictionary<int8, utf8> (an outcome, or absent), before_fen and
 *                   after_fen int64 (nullable); the summary has the sums: docs/commands.md, "simulate" */
enum {
  ZHIDA_PAIRS = 0,
  ZHIDA_DECISIONS = 1,
  ZHIDA_POPULATION = 2,
  ZHIDA_POPULATION_FACTS = 3,
  ZHIDA_AWARDS = 4,
  ZHIDA_BITMAPS = 5,
  ZHIDA_SIMULATION = 6,
  ZHIDA_POSSIBLE_AWARDS = 7
};

/* Columns of pairs, in the order used by masks. */
enum {
  ZHIDA_COLUMN_ROW = 0,
  ZHIDA_COLUMN_SUBJECT = 1,
  ZHIDA_COLUMN_POLICY = 2,
  ZHIDA_COLUMN_OUTCOME = 3,
  ZHIDA_COLUMN_AMOUNT_FEN = 4
};

/* What was counted over all subjects of a run. Immutable; any thread. */
typedef struct zhida_population zhida_population;

typedef struct zhida_screen_options {
  size_t struct_size;
  zhida_fact_dates dates;
  uint32_t outcomes;         /* pairs to write; 0: all but ineligible */
  const zhida_str* policies; /* ids, for ZHIDA_SIMULATION those of either pack; none: all */
  size_t policy_count;
  zhida_str rejects_path; /* NDJSON of refused rows {row, line, field, code, reason}; empty: counted only */
  zhida_progress_fn progress;
  void* progress_payload;
  int64_t block_rows;                 /* firms judged together; 0: 1024 */
  int32_t by;                         /* ZHIDA_BY_... */
  int32_t what;                       /* ZHIDA_PAIRS ... */
  const zhida_population* population; /* supplied to every subject before it is judged; NULL: none */
  zhida_str near_path; /* NDJSON of near misses {row, subject, policy, clause, ...}; empty: not looked for */
  int32_t blocked;     /* 1: the summary says which facts keep pairs undetermined, the money first */
  uint32_t
      columns; /* of ZHIDA_PAIRS: bits 1 << ZHIDA_COLUMN_ROW ...; 0: all. What is not asked for is not made */
  /* Of ZHIDA_SIMULATION. All engines are of one day, and what several of their packs read means the same in
   * all (ZHIDA_E_USAGE otherwise). Facts that only one pack has are read for it; a coded file has those of
   * one pack only. */
  const zhida_engine* against;      /* compared with pair by pair; NULL: only the sweep */
  const zhida_engine* const* sweep; /* one for each value; sums only */
  size_t sweep_count;
  const zhida_str* group_by; /* facts or definitions to group by, `industry:1` by the list's top level; none:
                                county, size class and industry as far as the pack has them */
  size_t group_by_count;
  int32_t without_forecast; /* 1: what undetermined pairs could bring is not asked for */
} zhida_screen_options;

/* All subjects of NDJSON files against all policies. Nothing is read before the first batch is asked for. */
zhida_status zhida_screen_open_ndjson(const zhida_engine* engine, const zhida_str* paths, size_t path_count,
                                      const zhida_screen_options* options, zhida_screen** out,
                                      zhida_error** error);
/* The same from an Arrow stream, which is moved in (its release becomes NULL, on failure too). */
zhida_status zhida_screen_open_arrow(const zhida_engine* engine, struct ArrowArrayStream* rows,
                                     const zhida_screen_options* options, zhida_screen** out,
                                     zhida_error** error);

/* The same from a coded file, which zhida_screen_encode made with a pack of the same facts. The file is
 * mapped into memory: it may be replaced by renaming meanwhile, but not written into. A file that is damaged
 * or of another pack is ZHIDA_E_DATA, here or, where only a part is, while running ZHIDA_E_IO. */
zhida_status zhida_screen_open_coded(const zhida_engine* engine, zhida_str path,
                                     const zhida_screen_options* options, zhida_screen** out,
                                     zhida_error** error);

/* Instead of judging, writes the rows of the screen's input into a coded file, to be screened many times
 * without being parsed again, together with what the engine works out of them for this pack, day and these
 * dates. From a coded file, which may be `path` itself, only the latter is made anew. The file gets its name
 * when it is complete. The summary is then {as_of, pack, rows_read, rows_rejected, ..., bytes}. */
zhida_status zhida_screen_encode(zhida_screen* screen, zhida_str path, zhida_error** error);

/* Exports the rows that the run was opened for (ZHIDA_PAIRS ...) as a stream of record batches. Batches are
 * made as they are asked for, in bounded memory. The stream may outlive the screen handle. Once only.
 * Failures while running come from get_next (EIO, ECANCELED) with get_last_error. */
zhida_status zhida_screen_export(zhida_screen* screen, struct ArrowArrayStream* out, zhida_error** error);
/* Runs to the end without writing rows. */
zhida_status zhida_screen_run(zhida_screen* screen, zhida_error** error);
/* The JSON of docs/commands.md, "screen", as far as the run has come (complete: true once it has ended). */
zhida_status zhida_screen_summary(const zhida_screen* screen, zhida_text** out, zhida_error** error);
/* What a run of ZHIDA_POPULATION has counted, once it has ended; ZHIDA_E_USAGE before, and for other runs.
 * The population keeps its engine alive. Free with zhida_population_free. */
zhida_status zhida_screen_population(const zhida_screen* screen, zhida_population** out, zhida_error** error);
void zhida_population_free(zhida_population* population); /* NULL is fine */
/* Any thread; the run stops at the next block. */
void zhida_screen_cancel(zhida_screen* screen);
void zhida_screen_free(zhida_screen* screen);

/* --- Settlement
 * ----------------------------------------------------------------------------------------------------- */

typedef struct zhida_settlement zhida_settlement;

/* Awards and earlier payments in, a plan of payments out (docs/settlement.md). One thread at a time; the
 * engine's threads do the work. The engine is kept alive. Memory is linear in awards. Free with
 * zhida_settlement_free. */
zhida_status zhida_settlement_create(const zhida_engine* engine, zhida_settlement** out, zhida_error** error);

/* Awards: an exported screen of ZHIDA_AWARDS, or a stream with the columns subject utf8, policy utf8,
 * amount_fen int64 and optionally outcome, object, object_unknown, year, unclipped_fen, min_pay_fen, order
 * list<int64>, region, groups list<struct<group, key, key_unknown, fen>>, payee_name, payee_account,
 * payee_bank, payee_state. The stream is moved in. A row that is wrong fails the call with its number:
 * ZHIDA_E_DATA. */
zhida_status zhida_settlement_add_awards(zhida_settlement* settlement, struct ArrowArrayStream* awards,
                                         zhida_error** error);
/* Payments made or promised before: subject, amount_fen (negative: came back), date (date32 or utf8), policy
 * or kind, and optionally object, year, part, region, pool, pool_year (whose budget it came from; else the
 * year of its date). After all awards. */
zhida_status zhida_settlement_add_payments(zhida_settlement* settlement, struct ArrowArrayStream* payments,
                                           zhida_error** error);
/* Combines, and gives out the budgets. Once. */
zhida_status zhida_settlement_run(zhida_settlement* settlement, zhida_error** error);
/* One row an award: subject, kind, object, year, part, policy, outcome, pool, order, amount_fen, asked_fen,
 * unclipped_fen, steps list<struct<step, fen, note>>, shares list<struct<level, fen>>, payee_name,
 * payee_account, payee_bank, status, reason, rival_open. After zhida_settlement_run; the stream may outlive
 * the handle. */
zhida_status zhida_settlement_export(const zhida_settlement* settlement, struct ArrowArrayStream* out,
                                     zhida_error** error);
/* The JSON of docs/commands.md, "pay plan". */
zhida_status zhida_settlement_summary(const zhida_settlement* settlement, zhida_text** out,
                                      zhida_error** error);
void zhida_settlement_free(zhida_settlement* settlement); /* NULL is fine */

/* The best legal mix of awards for one subject, as if nothing had been paid yet and no pool were short. JSON
 * as in docs/commands.md, "match --best". Facts that are refused: ZHIDA_E_DATA. */
zhida_status zhida_engine_best(const zhida_engine* engine, zhida_str subject,
                               const zhida_match_options* options, zhida_text** out, zhida_error** error);

#ifdef __cplusplus
}
#endif

#include "zhida/analyze.h"
#include "zhida/explain.h"
#include "zhida/ledger.h"
#include "zhida/payment.h"

#endif /* ZHIDA_ZHIDA_H_ */

/* The C API as a C program sees it: load from memory, compile, match, explain, screen a file and an Arrow
 * stream, pay, and every way to fail. Exit 0 means passed. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/capi/check.h"

static const char kPack[] =
    "{\"id\": \"mini\", \"version\": \"1.0.0\", \"title\": \"mini\", \"kind\": \"firm\", \"status\": "
    "\"sample\"}";
static const char kSchema[] =
    "kind: firm\nkey: id\nfacts:\n  - {id: id, type: string}\n  - {id: staff, name: 从业人员, type: "
    "integer}\n"
    "population:\n  - {id: peers, measure: count, by: staff}\n";
static const char kDecision[] = "{id: alone, kind: decision, is: 'if peers = 1 then \"yes\" else \"no\"'}\n";
static const char kPolicy[] =
    "id: small\ntitle: 小微补贴\nclauses:\n  - {id: size, article: 第一条, when: '从业人员 <= 20'}\namount: "
    "从业人员 * 100.5\n";

static zhida_pack* load(void) {
  zhida_file files[4];
  zhida_pack* pack = NULL;
  zhida_error* error = NULL;
  files[0].path = str("pack.json");
  files[0].bytes = str(kPack);
  files[1].path = str("schema.yaml");
  files[1].bytes = str(kSchema);
  files[2].path = str("policies/small.yaml");
  files[2].bytes = str(kPolicy);
  files[3].path = str("definitions/alone.yaml");
  files[3].bytes = str(kDecision);
  CHECK(zhida_pack_load_files(files, 4, NULL, &pack, &error) == ZHIDA_OK);
  if (error != NULL)
    fprintf(stderr, "%.*s\n", (int)zhida_error_message(error).size, zhida_error_message(error).data);
  zhida_error_free(error);
  return pack;
}

static void test_bad_pack(void) {
  zhida_file files[1];
  zhida_pack* pack = (zhida_pack*)&files; /* must become NULL */
  zhida_error* error = NULL;
  zhida_diagnostic diagnostic;
  zhida_str folder = str("/nowhere/at/all");
  files[0].path = str("pack.json");
  files[0].bytes = str("{\"id\": 1, \"nonsense\": 2}");
  CHECK(zhida_pack_load_files(files, 1, NULL, &pack, &error) == ZHIDA_E_PACK);
  CHECK(pack == NULL);
  CHECK(error != NULL && zhida_error_status(error) == ZHIDA_E_PACK);
  CHECK(zhida_error_diagnostic_count(error) > 0);
  zhida_error_diagnostic(error, 0, &diagnostic);
  CHECK(diagnostic.code.size == 6 && diagnostic.what.size > 0);
  zhida_error_free(error);
  CHECK(zhida_pack_load(&folder, 1, NULL, &pack, NULL) == ZHIDA_E_IO);
  CHECK(pack == NULL);
}

static void test_match(const zhida_engine* engine) {
  zhida_text* text = NULL;
  zhida_error* error = NULL;
  zhida_match_options options;
  zhida_str unknown = str("nope");
  CHECK(zhida_engine_match(engine, str("{\"id\": \"a\", \"staff\": 20}"), NULL, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"outcome\":\"eligible\",\"amount_fen\":201000"));
  CHECK(contains(zhida_text_view(text), "\"clauses\":[{\"id\":\"size\",\"truth\":\"true\"}]"));
  zhida_text_free(text);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.without_clauses = 1;
  CHECK(zhida_engine_match(engine, str("{\"id\": \"a\"}"), &options, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text),
                 "\"outcome\":\"undetermined\",\"amount_fen\":null,\"reason\":\"condition\""));
  zhida_text_free(text);
  CHECK(zhida_engine_match(engine, str("{\"id\": \"a\", \"staff\": \"20\"}"), NULL, &text, &error) ==
        ZHIDA_E_DATA);
  CHECK(text == NULL && zhida_error_diagnostic_count(error) == 1);
  zhida_error_free(error);
  options.policies = &unknown;
  options.policy_count = 1;
  CHECK(zhida_engine_match(engine, str("{\"id\": \"a\"}"), &options, &text, &error) == ZHIDA_E_USAGE);
  zhida_error_free(error);
  CHECK(zhida_engine_explain(engine, str("{\"id\": \"a\", \"staff\": 21}"), str("small"), NULL, &text,
                             &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"outcome\":\"ineligible\""));
  CHECK(contains(zhida_text_view(text), "从业人员 <= 20"));
  zhida_text_free(text);
}

static int stop_at_once(const zhida_progress* progress, void* payload) {
  ++*(int*)payload;
  return progress->rows >= 0;
}

static void write_rows(const char* path, int rows) {
  FILE* file = fopen(path, "wb");
  int i;
  CHECK(file != NULL);
  if (file == NULL) return;
  for (i = 0; i < rows; ++i) fprintf(file, "{\"id\": \"firm%d\", \"staff\": %d}\n", i, i % 40);
  fprintf(file, "{\"id\": \"bad\", \"staff\": 1.5}\n");
  fclose(file);
}

/* The rows of `file` through a coded file. */
static void test_coded(const zhida_engine* engine, zhida_str file) {
  char path[] = "/tmp/zhida_c_coded_XXXXXX";
  const int descriptor = mkstemp(path);
  const zhida_str coded = str(path);
  zhida_screen* screen = NULL;
  zhida_error* error = NULL;
  zhida_text* text = NULL;
  CHECK(descriptor >= 0);
  CHECK(zhida_screen_open_coded(engine, coded, NULL, &screen, &error) == ZHIDA_E_DATA); /* it is empty */
  CHECK(screen == NULL && contains(zhida_error_message(error), "ZD4201"));
  zhida_error_free(error);
  CHECK(zhida_screen_open_ndjson(engine, &file, 1, NULL, &screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_encode(screen, coded, &error) == ZHIDA_OK);
  CHECK(zhida_screen_summary(screen, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"subjects\":40000"));
  zhida_text_free(text);
  CHECK(zhida_screen_encode(screen, coded, &error) == ZHIDA_E_USAGE); /* once only */
  zhida_error_free(error);
  zhida_screen_free(screen);
  CHECK(zhida_screen_open_coded(engine, coded, NULL, &screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_run(screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_summary(screen, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"rows_read\":40001,\"rows_rejected\":1,\"subjects\":40000"));
  CHECK(contains(zhida_text_view(text), "\"codes\":\"from the file\""));
  zhida_text_free(text);
  zhida_screen_free(screen);
  remove(path);
  CHECK(zhida_screen_open_coded(engine, coded, NULL, &screen, &error) == ZHIDA_E_IO);
  zhida_error_free(error);
}

static void test_screen(const zhida_engine* engine) {
  char path[] = "/tmp/zhida_c_api_XXXXXX";
  zhida_screen* screen = NULL;
  zhida_error* error = NULL;
  zhida_text* text = NULL;
  zhida_screen_options options;
  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  struct ArrowArray batch;
  zhida_str file;
  int64_t rows = 0;
  int called = 0;
  int descriptor = mkstemp(path);
  CHECK(descriptor >= 0);
  write_rows(path, 40000);
  file = str(path);
  CHECK(zhida_screen_open_ndjson(engine, &file, 1, NULL, &screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_export(screen, &stream, &error) == ZHIDA_OK);
  CHECK(stream.get_schema(&stream, &schema) == 0);
  CHECK(schema.n_children == 5 && strcmp(schema.children[0]->name, "row") == 0);
  schema.release(&schema);
  for (;;) {
    CHECK(stream.get_next(&stream, &batch) == 0);
    if (batch.release == NULL) break;
    rows += batch.length;
    batch.release(&batch);
  }
  CHECK(rows == 40000 / 40 * 21);
  stream.release(&stream);
  CHECK(zhida_screen_export(screen, &stream, &error) == ZHIDA_E_USAGE);
  zhida_error_free(error);
  CHECK(zhida_screen_summary(screen, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"rows_read\":40001,\"rows_rejected\":1,\"subjects\":40000"));
  CHECK(contains(zhida_text_view(text), "\"adds_up\":true"));
  zhida_text_free(text);
  zhida_screen_free(screen);

  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.progress = &stop_at_once;
  options.progress_payload = &called;
  CHECK(zhida_screen_open_ndjson(engine, &file, 1, &options, &screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_run(screen, &error) == ZHIDA_E_CANCELLED);
  CHECK(called == 1);
  zhida_error_free(error);
  zhida_screen_free(screen);
  test_coded(engine, file);
  remove(path);

  CHECK(zhida_screen_open_ndjson(engine, &file, 1, NULL, &screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_run(screen, &error) == ZHIDA_E_IO);
  CHECK(contains(zhida_error_message(error), "cannot read"));
  zhida_error_free(error);
  zhida_screen_free(screen);
}

/* Two passes: what was counted is supplied to the decisions. */
static void test_population(const zhida_engine* engine) {
  const char* path = "c_api_population.ndjson";
  zhida_str file = str(path);
  zhida_screen* screen = NULL;
  zhida_population* population = NULL;
  zhida_population* none = NULL;
  FILE* rows = fopen(path, "wb");
  zhida_error* error = NULL;
  zhida_text* text = NULL;
  zhida_screen_options options;
  CHECK(rows != NULL);
  if (rows == NULL) return;
  fprintf(rows,
          "{\"id\": \"a\", \"staff\": 1}\n{\"id\": \"b\", \"staff\": 2}\n{\"id\": \"c\", \"staff\": 2}\n");
  fclose(rows);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.what = ZHIDA_POPULATION;
  CHECK(zhida_screen_open_ndjson(engine, &file, 1, &options, &screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_population(screen, &population, &error) == ZHIDA_E_USAGE); /* not run yet */
  CHECK(population == NULL);
  zhida_error_free(error);
  CHECK(zhida_screen_run(screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_population(screen, &population, &error) == ZHIDA_OK);
  zhida_screen_free(screen);
  options.what = ZHIDA_DECISIONS;
  options.population = population;
  CHECK(zhida_screen_open_ndjson(engine, &file, 1, &options, &screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_run(screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_summary(screen, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "{\"value\":\"no\",\"count\":2}"));
  CHECK(contains(zhida_text_view(text), "{\"value\":\"yes\",\"count\":1}"));
  zhida_text_free(text);
  CHECK(zhida_screen_population(screen, &none, &error) == ZHIDA_E_USAGE); /* this run counts nothing */
  zhida_error_free(error);
  zhida_screen_free(screen);
  zhida_population_free(population);
  remove(path);
}

static const char kProfile[] =
    "debtor: {name: Treasury, account: \"3500123\", bank: \"102391000018\"}\nformat: pain.001.001.09\n";

/* From money set aside to paid: a file for the bank, and its answer. */
static void test_payment(void) {
  char folder[] = "/tmp/zhida-capi-XXXXXX";
  char path[64], answer[1024];
  zhida_ledger* ledger = NULL;
  zhida_ledger_answers* answers = NULL;
  zhida_ledger_answer one;
  zhida_reservation reservation;
  zhida_export_options options;
  zhida_act plan, cashier;
  zhida_error* error = NULL;
  zhida_text* text = NULL;
  int64_t count = -1;
  CHECK(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/l.db", folder);
  plan.actor = str("plan");
  plan.at = 1795915800;
  cashier.actor = str("cashier");
  cashier.at = plan.at;
  CHECK(zhida_payment_check_profile(str(kProfile), str("bank"), NULL) == ZHIDA_OK);
  CHECK(zhida_payment_check_profile(str("format: csv\n"), str("bank"), &error) == ZHIDA_E_USAGE);
  CHECK(zhida_error_diagnostic_count(error) == 2);
  zhida_error_free(error);
  CHECK(zhida_ledger_open(str(path), NULL, &ledger, NULL) == ZHIDA_OK);
  CHECK(zhida_ledger_set_budget(ledger, str("rd"), 2026, 100000, &plan, NULL) == ZHIDA_OK);
  memset(&reservation, 0, sizeof reservation);
  reservation.key.subject = str("firm");
  reservation.key.kind = str("rd");
  reservation.key.year = 2026;
  reservation.policy = str("p");
  reservation.pool = str("rd");
  reservation.amount_fen = 5000;
  reservation.payee.name = str("Firm");
  reservation.payee.account = str("622202");
  reservation.payee.bank = str("105397000017");
  CHECK(zhida_ledger_reserve(ledger, &reservation, 1, &plan, &answers, NULL) == ZHIDA_OK);
  zhida_ledger_answers_get(answers, 0, &one);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  CHECK(zhida_payment_export(ledger, str(kProfile), str("bank"), str(folder), &options, &cashier, &text,
                             NULL) == ZHIDA_E_USAGE); /* no day */
  options.execution = 20787;                          /* 2026-11-30 */
  CHECK(zhida_payment_export(ledger, str(kProfile), str("bank"), str(folder), &options, &plan, &text, NULL) ==
        ZHIDA_E_LEDGER); /* the same name */
  CHECK(text == NULL);
  CHECK(zhida_payment_export(ledger, str(kProfile), str("bank"), str(folder), &options, &cashier, &text,
                             NULL) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"id\":\"ZD-20261130-0001\""));
  zhida_text_free(text);
  CHECK(zhida_payment_mark_unanswered(ledger, plan.at + 1, &cashier, &count, NULL) == ZHIDA_OK);
  CHECK(count == 1);
  snprintf(
      answer, sizeof answer,
      "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\"><BkToCstmrDbtCdtNtfctn><GrpHdr>"
      "<MsgId>N</MsgId></GrpHdr><Ntfctn><Ntry><Amt Ccy=\"CNY\">50</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>"
      "<Cd>BOOK</Cd></Sts><NtryDtls><TxDtls><Refs><EndToEndId>%.*s</EndToEndId></Refs></TxDtls></NtryDtls>"
      "</Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>",
      (int)one.id.size, one.id.data);
  CHECK(zhida_payment_read_answer(str(answer), str("n.xml"), &text, NULL) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"word\":\"paid\""));
  zhida_text_free(text);
  CHECK(zhida_payment_reconcile(ledger, str(answer), str("n.xml"), &cashier, &text, NULL) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"paid\":1,\"paid_fen\":5000"));
  zhida_text_free(text);
  CHECK(zhida_payment_reconcile(ledger, str("<a/>"), str("n.xml"), &cashier, &text, &error) == ZHIDA_E_DATA);
  CHECK(contains(zhida_error_message(error), "ZD8203"));
  zhida_error_free(error);
  zhida_ledger_answers_free(answers);
  zhida_ledger_free(ledger);
  remove(path);
  snprintf(path, sizeof path, "%s/ZD-20261130-0001.xml", folder);
  CHECK(remove(path) == 0);
  CHECK(remove(folder) == 0);
}

/* Threads of this process. */
static int tasks(void) {
  int count = 0;
  DIR* folder = opendir("/proc/self/task");
  struct dirent* entry;
  CHECK(folder != NULL);
  if (folder == NULL) return 0;
  while ((entry = readdir(folder)) != NULL) count += entry->d_name[0] != '.';
  closedir(folder);
  return count;
}

/* With threads = 1 the library starts none, so that a process may fork afterwards. Must run first. */
static void test_one_thread(const zhida_pack* pack) {
  char path[] = "/tmp/zhida_c_api_XXXXXX";
  zhida_engine_options options;
  zhida_engine* engine = NULL;
  zhida_screen* screen = NULL;
  zhida_error* error = NULL;
  zhida_str file;
  CHECK(mkstemp(path) >= 0);
  write_rows(path, 60000);
  file = str(path);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.as_of = 20269;
  options.threads = 1;
  CHECK(zhida_engine_create(pack, &options, &engine, &error) == ZHIDA_OK);
  CHECK(zhida_screen_open_ndjson(engine, &file, 1, NULL, &screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_run(screen, &error) == ZHIDA_OK);
  CHECK(tasks() == 1);
  zhida_screen_free(screen);
  zhida_engine_free(engine);
  remove(path);
}

/* Single policies put and dropped; the engine before stays as it was. */
static void test_change(const zhida_engine* engine) {
  static const char kLarge[] =
      "{\"id\": \"large\", \"title\": \"large\", \"clauses\": [{\"id\": \"a\", \"article\": \"1\", \"when\": "
      "\"staff > 20\"}]}";
  zhida_engine* both = NULL;
  zhida_engine* one = (zhida_engine*)&both; /* must become NULL */
  zhida_error* error = NULL;
  zhida_text* text = NULL;
  zhida_str ids[1];
  CHECK(zhida_engine_with_policies(engine, str(kLarge), str("new"), &both, &error) == ZHIDA_OK);
  CHECK(zhida_engine_policies(both, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"id\":\"small\"") &&
        contains(zhida_text_view(text), "\"id\":\"large\""));
  zhida_text_free(text);
  CHECK(zhida_engine_match(both, str("{\"id\": \"a\", \"staff\": 30}"), NULL, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"policy\":\"large\",\"outcome\":\"eligible\""));
  zhida_text_free(text);
  ids[0] = str("nobody");
  CHECK(zhida_engine_without_policies(both, ids, 1, &one, &error) == ZHIDA_E_USAGE && one == NULL);
  zhida_error_free(error);
  ids[0] = str("small");
  CHECK(zhida_engine_without_policies(both, ids, 1, &one, &error) == ZHIDA_OK);
  zhida_engine_free(both);
  CHECK(zhida_engine_match(one, str("{\"id\": \"a\", \"staff\": 30}"), NULL, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "large") && !contains(zhida_text_view(text), "small"));
  zhida_text_free(text);
  zhida_engine_free(one);
  CHECK(zhida_engine_with_policies(engine, str("{\"id\": \"x\", \"nonsense\": 2}"), str("new"), &one,
                                   &error) == ZHIDA_E_PACK);
  CHECK(one == NULL && contains(zhida_error_message(error), "new:1:"));
  zhida_error_free(error);
}

int main(void) {
  zhida_engine_options options;
  zhida_engine* engine = NULL;
  zhida_error* error = NULL;
  zhida_text* text = NULL;
  zhida_pack* pack = load();
  if (pack == NULL) return 1;
  test_one_thread(pack);
  CHECK(zhida_version().size >= 5);
  test_bad_pack();
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  CHECK(zhida_engine_create(pack, &options, &engine, &error) == ZHIDA_E_USAGE); /* no as-of date */
  zhida_error_free(error);
  options.as_of = 20269; /* 2025-06-30 */
  CHECK(zhida_engine_create(pack, &options, &engine, &error) == ZHIDA_OK);
  CHECK(zhida_pack_describe(pack, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "sha256:"));
  zhida_text_free(text);
  zhida_pack_free(pack); /* the engine keeps what it needs */
  test_match(engine);
  test_screen(engine);
  test_population(engine);
  test_change(engine);
  zhida_engine_free(engine);
  test_payment();
  if (failures == 0) printf("c api: all passed\n");
  return failures == 0 ? 0 : 1;
}

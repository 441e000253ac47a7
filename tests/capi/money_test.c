/* A platform that pays, in plain C and through the shared library alone: screen, settle, reserve, export,
 * reconcile; and the ways in which settlement and payments refuse. Exit 0 means passed. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/capi/check.h"

/* --- A table of one row, as a foreign producer of Arrow would hand it in. */

enum { kColumns = 5 };

static void release_schema(struct ArrowSchema* schema) { schema->release = NULL; }
static void release_array(struct ArrowArray* array) { array->release = NULL; }

static struct ArrowSchema column_schemas[kColumns];
static struct ArrowArray columns[kColumns];
static struct ArrowSchema* schema_children[kColumns];
static struct ArrowArray* array_children[kColumns];
static const void* buffers[kColumns][3];
static int32_t ends[kColumns][2];
static const void* no_buffer[1] = {NULL};
static int rows_left;

static void column(int at, const char* name, const char* format, const void* data, int32_t size) {
  memset(&column_schemas[at], 0, sizeof column_schemas[at]);
  memset(&columns[at], 0, sizeof columns[at]);
  column_schemas[at].name = name;
  column_schemas[at].format = format;
  column_schemas[at].release = release_schema;
  columns[at].length = 1;
  columns[at].release = release_array;
  columns[at].buffers = buffers[at];
  buffers[at][0] = NULL;
  if (format[0] == 'u') {
    ends[at][0] = 0;
    ends[at][1] = size;
    buffers[at][1] = ends[at];
    buffers[at][2] = data;
    columns[at].n_buffers = 3;
  } else {
    buffers[at][1] = data;
    columns[at].n_buffers = 2;
  }
  schema_children[at] = &column_schemas[at];
  array_children[at] = &columns[at];
}

static int get_schema(struct ArrowArrayStream* stream, struct ArrowSchema* out) {
  (void)stream;
  memset(out, 0, sizeof *out);
  out->format = "+s";
  out->name = "";
  out->n_children = kColumns;
  out->children = schema_children;
  out->release = release_schema;
  return 0;
}

static int get_next(struct ArrowArrayStream* stream, struct ArrowArray* out) {
  (void)stream;
  memset(out, 0, sizeof *out);
  if (rows_left-- == 0) return 0;
  out->length = 1;
  out->n_buffers = 1;
  out->buffers = no_buffer;
  out->n_children = kColumns;
  out->children = array_children;
  out->release = release_array;
  return 0;
}

static const char* get_last_error(struct ArrowArrayStream* stream) {
  (void)stream;
  return NULL;
}

static void release_stream(struct ArrowArrayStream* stream) { stream->release = NULL; }

/* What was paid before: one payment, for 2026. */
static struct ArrowArrayStream history_of(const char* subject, const char* policy, const int64_t* fen) {
  static const char day[] = "2026-02-01";
  static const int32_t year = 2026;
  struct ArrowArrayStream stream = {get_schema, get_next, get_last_error, release_stream, NULL};
  column(0, "subject", "u", subject, (int32_t)strlen(subject));
  column(1, "policy", "u", policy, (int32_t)strlen(policy));
  column(2, "amount_fen", "l", fen, 0);
  column(3, "date", "u", day, (int32_t)strlen(day));
  column(4, "year", "i", &year, 0);
  rows_left = 1;
  return stream;
}

/* --- From firms to a plan. */

static const char kPack[] =
    "{\"id\": \"mini\", \"version\": \"1.0.0\", \"title\": \"mini\", \"kind\": \"firm\", \"status\": "
    "\"sample\"}";
static const char kSchema[] =
    "kind: firm\nkey: id\nfacts:\n  - {id: id, type: string}\n  - {id: staff, name: 从业人员, type: "
    "integer}\n  - {id: account, name: 账号, type: string}\n";
static const char kPolicy[] =
    "id: jobs\ntitle: 稳岗补贴\nclauses:\n  - {id: size, article: 第一条, when: '从业人员 <= 20'}\n"
    "amount: 从业人员 * 100\npool: jobs\nevent_key: {kind: jobs, year: Y}\n";
static const char kSettlement[] =
    "pools:\n  - {id: jobs, title: 稳岗资金, control: prorata, budgets: [{year: 2026, total: 2000元}]}\n"
    "payee: {name: id, account: 账号}\n";
static const char kFirms[] =
    "{\"id\": \"A\", \"staff\": 20, \"account\": \"6222-A\"}\n"
    "{\"id\": \"B\", \"staff\": 10, \"account\": \"6222-B\"}\n"
    "{\"id\": \"C\", \"staff\": 5}\n"
    "{\"id\": \"D\", \"staff\": 50, \"account\": \"6222-D\"}\n";

static zhida_engine* engine_of_pack(void) {
  const char* names[4] = {"pack.json", "schema.yaml", "policies/jobs.yaml", "settlement.yaml"};
  const char* texts[4] = {kPack, kSchema, kPolicy, kSettlement};
  zhida_file files[4];
  zhida_pack* pack = NULL;
  zhida_engine* engine = NULL;
  zhida_error* error = NULL;
  zhida_engine_options options;
  int i;
  for (i = 0; i < 4; ++i) {
    files[i].path = str(names[i]);
    files[i].bytes = str(texts[i]);
  }
  CHECK(zhida_pack_load_files(files, 4, NULL, &pack, &error) == ZHIDA_OK);
  if (error != NULL) {
    fprintf(stderr, "%.*s\n", (int)zhida_error_message(error).size, zhida_error_message(error).data);
    exit(1);
  }
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.as_of = 20634; /* 2026-06-30 */
  CHECK(zhida_engine_create(pack, &options, &engine, &error) == ZHIDA_OK);
  zhida_pack_free(pack); /* the engine keeps what it needs */
  return engine;
}

/* The awards of the firms in a file, as a stream. */
static void awards_of(const zhida_engine* engine, const char* path, struct ArrowArrayStream* out) {
  const zhida_str file = str(path);
  zhida_screen_options options;
  zhida_screen* screen = NULL;
  zhida_error* error = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.what = ZHIDA_AWARDS;
  CHECK(zhida_screen_open_ndjson(engine, &file, 1, &options, &screen, &error) == ZHIDA_OK);
  CHECK(zhida_screen_export(screen, out, &error) == ZHIDA_OK);
  zhida_screen_free(screen); /* the stream outlives it */
}

struct due {
  char subject[8];
  int64_t fen;
  int8_t pays; /* 0: it is held, or nothing is due */
};

static int child_of(const struct ArrowSchema* schema, const char* name) {
  int i;
  for (i = 0; i < schema->n_children; ++i) {
    if (strcmp(schema->children[i]->name, name) == 0) return i;
  }
  CHECK(0);
  return 0;
}

/* The text of a row of a column of texts, or of codes of texts. */
static zhida_str text_at(const struct ArrowArray* array, int64_t row) {
  zhida_str text;
  const int32_t* offsets;
  row += array->offset;
  if (array->dictionary != NULL) return text_at(array->dictionary, ((const int8_t*)array->buffers[1])[row]);
  offsets = array->buffers[1];
  text.data = (const char*)array->buffers[2] + offsets[row];
  text.size = (size_t)(offsets[row + 1] - offsets[row]);
  return text;
}

/* The rows of a plan; returns how many. */
static int read_plan(struct ArrowArrayStream* plan, struct due* out, int most) {
  struct ArrowSchema schema;
  struct ArrowArray batch;
  int count = 0;
  int64_t row;
  CHECK(plan->get_schema(plan, &schema) == 0);
  while (plan->get_next(plan, &batch) == 0 && batch.release != NULL) {
    const struct ArrowArray* subjects = batch.children[child_of(&schema, "subject")];
    const struct ArrowArray* amounts = batch.children[child_of(&schema, "amount_fen")];
    const struct ArrowArray* statuses = batch.children[child_of(&schema, "status")];
    for (row = 0; row < batch.length && count < most; ++row, ++count) {
      const zhida_str subject = text_at(subjects, row);
      memset(&out[count], 0, sizeof out[count]);
      memcpy(out[count].subject, subject.data, subject.size);
      out[count].fen = ((const int64_t*)amounts->buffers[1])[amounts->offset + row];
      out[count].pays = contains(text_at(statuses, row), "pay");
    }
    batch.release(&batch);
  }
  schema.release(&schema);
  plan->release(plan);
  return count;
}

static int settle(const zhida_engine* engine, const char* firms, struct due* out, int most) {
  const int64_t paid_fen = 50000;
  zhida_settlement* settlement = NULL;
  zhida_error* error = NULL;
  zhida_text* text = NULL;
  struct ArrowArrayStream stream;
  int count;
  CHECK(zhida_settlement_create(engine, &settlement, &error) == ZHIDA_OK);
  CHECK(zhida_settlement_export(settlement, &stream, &error) == ZHIDA_E_USAGE && stream.release == NULL);
  zhida_error_free(error);
  CHECK(zhida_settlement_summary(settlement, &text, &error) == ZHIDA_E_USAGE && text == NULL);
  zhida_error_free(error);
  awards_of(engine, firms, &stream);
  CHECK(zhida_settlement_add_awards(settlement, &stream, &error) == ZHIDA_OK && stream.release == NULL);
  stream = history_of("A", "jobs", &paid_fen);
  CHECK(zhida_settlement_add_payments(settlement, &stream, &error) == ZHIDA_OK && stream.release == NULL);
  awards_of(engine, firms, &stream);
  CHECK(zhida_settlement_add_awards(settlement, &stream, &error) == ZHIDA_E_DATA && stream.release == NULL);
  CHECK(failed_with(error, "ZD7016")); /* payments are kept for known subjects, so they come last */
  CHECK(zhida_settlement_run(settlement, &error) == ZHIDA_OK);
  CHECK(zhida_settlement_run(settlement, &error) == ZHIDA_E_USAGE);
  zhida_error_free(error);
  stream = history_of("A", "jobs", &paid_fen);
  CHECK(zhida_settlement_add_payments(settlement, &stream, &error) == ZHIDA_E_USAGE &&
        stream.release == NULL);
  zhida_error_free(error);
  CHECK(zhida_settlement_summary(settlement, &text, &error) == ZHIDA_OK);
  /* 2000 yuan less the 500 that went out in February are there for the 1500 + 1000 + 500 asked. */
  CHECK(says(text, "\"free_fen\":150000,\"asked_fen\":300000,\"paid_fen\":125000,\"held_fen\":25000"));
  CHECK(zhida_settlement_export(settlement, &stream, &error) == ZHIDA_OK);
  zhida_settlement_free(settlement); /* the stream outlives it */
  count = read_plan(&stream, out, most);
  zhida_settlement_free(NULL);
  return count;
}

static void test_refused_settlement(const zhida_engine* engine) {
  const int64_t fen = 1;
  zhida_settlement* settlement = NULL;
  zhida_error* error = NULL;
  struct ArrowArrayStream stream;
  CHECK(zhida_settlement_create(engine, &settlement, &error) == ZHIDA_OK);
  stream = history_of("", "jobs", &fen);
  CHECK(zhida_settlement_add_payments(settlement, &stream, &error) == ZHIDA_E_DATA && stream.release == NULL);
  CHECK(failed_with(error, "ZD7012"));
  zhida_settlement_free(settlement);
  CHECK(zhida_settlement_create(engine, &settlement, &error) == ZHIDA_OK);
  stream = history_of("A", "nobody-knows", &fen); /* awards name a policy of the pack */
  CHECK(zhida_settlement_add_awards(settlement, &stream, &error) == ZHIDA_E_DATA && stream.release == NULL);
  zhida_error_free(error);
  zhida_settlement_free(settlement);
}

/* --- From the plan to the bank and back. */

static const char kProfile[] =
    "debtor: {name: 样例市财政局, account: \"3500123456789012345\", bank: \"102391000018\"}\n"
    "format: pain.001.001.09\n";

static zhida_reservation request(const struct due* due) {
  zhida_reservation r;
  memset(&r, 0, sizeof r);
  r.key.subject = str(due->subject);
  r.key.kind = str("jobs");
  r.key.year = 2026;
  r.policy = str("jobs");
  r.pool = str("jobs");
  r.amount_fen = due->fen;
  r.payee.name = str(due->subject);
  r.payee.account = str("6222000000000001");
  r.payee.bank = str("105397000017");
  return r;
}

static int count_files(int64_t exported, void* payload) {
  *(int64_t*)payload = exported;
  return 0;
}

/* The file's text, to be freed; fails the test and gives "" where there is none. */
static char* read_file(const char* path) {
  FILE* file = fopen(path, "rb");
  char* text = calloc(1, 65536);
  CHECK(file != NULL && text != NULL);
  if (file != NULL) {
    CHECK(fread(text, 1, 65535, file) > 0);
    fclose(file);
  }
  return text;
}

static void test_export(zhida_ledger* ledger, const char* folder) {
  const zhida_act lin = {str("lin"), 1780000000};
  const zhida_act wu = {str("wu"), 1780000100};
  const zhida_str profile = str(kProfile);
  const zhida_str name = str("bank.yaml");
  zhida_export_options options;
  zhida_error* error = NULL;
  zhida_text* text = NULL;
  int64_t exported = 0;
  char path[96];
  char* before;
  char* after;
  CHECK(zhida_payment_check_profile(profile, name, &error) == ZHIDA_OK);
  CHECK(zhida_payment_check_profile(str("debtor: 5\n"), name, &error) == ZHIDA_E_USAGE);
  CHECK(error != NULL && zhida_error_diagnostic_count(error) > 1); /* all mistakes at once */
  zhida_error_free(error);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.execution = 20635;
  options.on_progress = count_files;
  options.payload = &exported;
  CHECK(zhida_payment_export(ledger, profile, name, str(folder), &options, &lin, &text, &error) ==
        ZHIDA_E_LEDGER);
  CHECK(text == NULL && failed_with(error, "ZD8120")); /* lin reserved them */
  CHECK(zhida_payment_export(ledger, profile, name, str("/nowhere/at/all"), &options, &wu, &text, &error) ==
        ZHIDA_E_IO);
  CHECK(failed_with(error, "ZD8110"));
  CHECK(zhida_payment_export(ledger, profile, name, str(folder), &options, &wu, &text, &error) == ZHIDA_OK);
  CHECK(says(text, "\"count\":2,\"total_fen\":125000,\"resumed\":false"));
  CHECK(exported == 2);
  snprintf(path, sizeof path, "%s/ZD-20260701-0001.xml", folder);
  before = read_file(path);
  CHECK(strstr(before, "<NbOfTxs>2</NbOfTxs>") != NULL &&
        strstr(before, "<CtrlSum>1250.00</CtrlSum>") != NULL);
  CHECK(unlink(path) == 0);
  options.again = str("ZD-20260701-0001");
  CHECK(zhida_payment_export(ledger, profile, name, str(folder), &options, &wu, &text, &error) == ZHIDA_OK);
  zhida_text_free(text);
  after = read_file(path);
  CHECK(strcmp(before, after) == 0); /* the same bytes */
  free(before);
  free(after);
  CHECK(unlink(path) == 0);
}

static const char kReport[] =
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt>"
    "<GrpHdr><MsgId>%s</MsgId></GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>ZD-20260701-0001</OrgnlMsgId>"
    "<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
    "<TxInfAndSts><OrgnlEndToEndId>%s</OrgnlEndToEndId><TxSts>%s</TxSts></TxInfAndSts>"
    "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>";

static void test_answers(zhida_ledger* ledger, const char* paid, const char* lost) {
  const zhida_act wu = {str("wu"), 1780000200};
  zhida_error* error = NULL;
  zhida_text* text = NULL;
  int64_t count = -1;
  char answer[1024];
  snprintf(answer, sizeof answer, kReport, "R1", paid, "ACSC");
  CHECK(zhida_payment_read_answer(str(answer), str("r.xml"), &text, &error) == ZHIDA_OK);
  CHECK(says(text, "\"word\":\"paid\""));
  CHECK(zhida_payment_reconcile(ledger, str(answer), str("r.xml"), &wu, &text, &error) == ZHIDA_OK);
  CHECK(says(text, "\"paid\":1"));
  CHECK(zhida_payment_reconcile(ledger, str(answer), str("r.xml"), &wu, &text, &error) == ZHIDA_OK);
  CHECK(says(text, "\"again\":true"));
  snprintf(answer, sizeof answer, kReport, "R2", "ZD00000000000000000000000000000000", "ACSC");
  CHECK(zhida_payment_reconcile(ledger, str(answer), str("r.xml"), &wu, &text, &error) == ZHIDA_OK);
  CHECK(says(text, "ZD8303")); /* an id that the ledger does not know */
  CHECK(zhida_payment_reconcile(ledger, str("<a/>"), str("r.xml"), &wu, &text, &error) == ZHIDA_E_DATA);
  CHECK(text == NULL && failed_with(error, "ZD8203"));
  CHECK(zhida_payment_read_answer(str("no xml"), str("r.xml"), &text, &error) == ZHIDA_E_DATA);
  CHECK(text == NULL && error != NULL);
  zhida_error_free(error);
  CHECK(zhida_payment_mark_unanswered(ledger, 1780000150, &wu, &count, &error) == ZHIDA_OK);
  CHECK(count == 1);
  CHECK(zhida_ledger_payment(ledger, str(lost), &text, &error) == ZHIDA_OK);
  CHECK(says(text, "\"state\":\"unknown\""));
}

static void test_payments(const char* folder, const struct due* plan, int count) {
  const zhida_act lin = {str("lin"), 1780000000};
  zhida_reservation rows[4];
  zhida_ledger* ledger = NULL;
  zhida_ledger_answers* answers = NULL;
  zhida_ledger_answer answer;
  zhida_error* error = NULL;
  zhida_text* text = NULL;
  char path[96];
  char ids[2][40] = {"", ""};
  size_t due = 0;
  size_t i;
  for (i = 0; i < (size_t)count; ++i) {
    if (plan[i].pays && plan[i].fen > 0) rows[due++] = request(&plan[i]);
  }
  CHECK(due == 2);
  snprintf(path, sizeof path, "%s/l.db", folder);
  CHECK(zhida_ledger_open(str(path), NULL, &ledger, &error) == ZHIDA_OK);
  CHECK(zhida_ledger_set_budget(ledger, str("jobs"), 2026, 150000, &lin, &error) == ZHIDA_OK);
  CHECK(zhida_ledger_reserve(ledger, rows, due, &lin, &answers, &error) == ZHIDA_OK);
  for (i = 0; i < due && i < 2; ++i) {
    zhida_ledger_answers_get(answers, i, &answer);
    CHECK(answer.result == ZHIDA_ANSWER_DONE);
    memcpy(ids[i], answer.id.data, answer.id.size);
  }
  zhida_ledger_answers_free(answers);
  test_export(ledger, folder);
  test_answers(ledger, ids[0], ids[1]);
  CHECK(zhida_ledger_audit(ledger, 0, str(""), &text, &error) == ZHIDA_OK);
  CHECK(says(text, "\"ok\":true"));
  zhida_ledger_free(ledger);
  CHECK(unlink(path) == 0);
}

int main(void) {
  char folder[] = "/tmp/zhida-money-c-XXXXXX";
  char firms[64];
  struct due plan[8];
  zhida_engine* engine = engine_of_pack();
  zhida_text* text = NULL;
  zhida_error* error = NULL;
  FILE* file;
  int count;
  CHECK(mkdtemp(folder) != NULL);
  snprintf(firms, sizeof firms, "%s/firms.ndjson", folder);
  file = fopen(firms, "wb");
  CHECK(file != NULL && fputs(kFirms, file) >= 0 && fclose(file) == 0);
  count = settle(engine, firms, plan, 8);
  CHECK(count == 3); /* D is too large; C is held, since it has no account */
  CHECK(strcmp(plan[0].subject, "A") == 0 && plan[0].fen == 75000 && plan[0].pays);
  CHECK(strcmp(plan[1].subject, "B") == 0 && plan[1].fen == 50000 && plan[1].pays);
  CHECK(strcmp(plan[2].subject, "C") == 0 && plan[2].fen == 25000 && !plan[2].pays);
  test_refused_settlement(engine);
  CHECK(zhida_engine_best(engine, str("{\"id\": \"C\", \"staff\": 5}"), NULL, &text, &error) == ZHIDA_OK);
  CHECK(says(text, "\"total_fen\":50000,\"held_fen\":0")); /* an account is no matter of the best mix */
  test_payments(folder, plan, count);
  zhida_engine_free(engine);
  CHECK(unlink(firms) == 0);
  CHECK(rmdir(folder) == 0);
  if (failures == 0) printf("c api of settlement and payments: all passed\n");
  return failures == 0 ? 0 : 1;
}

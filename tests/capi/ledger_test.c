/* The ledger as a C program sees it: every call once, an Arrow stream out, and the ways to fail. Exit 0 means
 * passed. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "zhida/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/capi/check.h"

static zhida_reservation request(const char* subject, int64_t amount_fen) {
  zhida_reservation r;
  memset(&r, 0, sizeof r);
  r.key.subject = str(subject);
  r.key.kind = str("award");
  r.key.year = 2026;
  r.policy = str("p");
  r.pool = str("pool");
  r.amount_fen = amount_fen;
  r.payee.name = str("Firm");
  r.payee.account = str("6222");
  return r;
}

static void test_reading(zhida_ledger* ledger, zhida_str id) {
  zhida_payment_filter filter;
  struct ArrowArrayStream stream;
  struct ArrowArray batch;
  zhida_event_key key = request("A", 1).key;
  zhida_text* text = NULL;
  zhida_error* error = NULL;
  CHECK(zhida_ledger_payment(ledger, id, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"state\":\"paid\""));
  zhida_text_free(text);
  CHECK(zhida_ledger_payment(ledger, str("ZD00"), &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "null"));
  zhida_text_free(text);
  CHECK(zhida_ledger_attempts(ledger, &key, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"attempt\":1"));
  zhida_text_free(text);
  CHECK(zhida_ledger_status(ledger, &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"posted_fen\":300"));
  zhida_text_free(text);
  CHECK(zhida_ledger_audit(ledger, 0, str(""), &text, &error) == ZHIDA_OK);
  CHECK(contains(zhida_text_view(text), "\"ok\":true"));
  zhida_text_free(text);
  CHECK(zhida_ledger_audit(ledger, 1, str("12"), &text, &error) == ZHIDA_E_USAGE);
  zhida_error_free(error);
  memset(&filter, 0, sizeof filter);
  filter.struct_size = sizeof filter;
  filter.state = str("paid");
  CHECK(zhida_ledger_payments(ledger, &filter, &stream, &error) == ZHIDA_OK);
  CHECK(stream.get_next(&stream, &batch) == 0 && batch.length == 1 && batch.n_children == 23);
  batch.release(&batch);
  CHECK(stream.get_next(&stream, &batch) == 0 && batch.release == NULL);
  stream.release(&stream);
  filter.state = str("gone");
  CHECK(zhida_ledger_payments(ledger, &filter, &stream, &error) == ZHIDA_E_USAGE);
  zhida_error_free(error);
  CHECK(zhida_ledger_entries(ledger, 2, &stream, &error) == ZHIDA_OK);
  CHECK(stream.get_next(&stream, &batch) == 0 && batch.length > 3 && batch.n_children == 24);
  batch.release(&batch);
  stream.release(&stream);
}

static void test_payments(zhida_ledger* ledger) {
  const zhida_act lin = {str("lin"), 1780000000};
  const zhida_act wu = {str("wu"), 1780000100};
  zhida_reservation rows[3];
  zhida_change changes[2];
  zhida_ledger_answers* answers = NULL;
  zhida_ledger_answer answer;
  zhida_error* error = NULL;
  zhida_str ids[2];
  char kept[2][40];
  int32_t again = -1;
  size_t i;
  rows[0] = request("A", 300);
  rows[1] = request("B", 400);
  rows[2] = request("A", 301);
  CHECK(zhida_ledger_reserve(ledger, rows, 3, &lin, &answers, &error) == ZHIDA_OK);
  CHECK(zhida_ledger_answers_count(answers) == 3);
  for (i = 0; i < 2; ++i) {
    zhida_ledger_answers_get(answers, i, &answer);
    CHECK(answer.result == ZHIDA_ANSWER_DONE && answer.attempt == 1 && answer.id.size == 34);
    memcpy(kept[i], answer.id.data, answer.id.size);
    ids[i].data = kept[i];
    ids[i].size = answer.id.size;
  }
  zhida_ledger_answers_get(answers, 2, &answer);
  CHECK(answer.result == ZHIDA_ANSWER_REFUSED && contains(answer.refusal.code, "ZD7120"));
  zhida_ledger_answers_free(answers);
  CHECK(zhida_ledger_export(ledger, str("F"), str("sha256:0"), str(""), ids, 2, &lin, &error) ==
        ZHIDA_E_LEDGER);
  CHECK(failed_with(error, "ZD7133"));
  CHECK(zhida_ledger_export(ledger, str("F"), str("sha256:0"), str(""), ids, 2, &wu, &error) == ZHIDA_OK);
  CHECK(zhida_ledger_record_answer(ledger, str("R"), str("sha256:1"), 2, 700, &wu, &again, &error) ==
        ZHIDA_OK);
  CHECK(again == 0);
  memset(changes, 0, sizeof changes);
  changes[0].id = ids[0];
  changes[0].kind = str("post");
  changes[1].id = ids[1];
  changes[1].kind = str("reject");
  CHECK(zhida_ledger_apply(ledger, changes, 2, &wu, &answers, &error) == ZHIDA_OK);
  zhida_ledger_answers_get(answers, 1, &answer);
  CHECK(contains(zhida_ledger_state_name(answer.state), "rejected"));
  zhida_ledger_answers_free(answers);
  changes[0].kind = str("steal");
  CHECK(zhida_ledger_apply(ledger, changes, 1, &wu, &answers, &error) == ZHIDA_OK);
  zhida_ledger_answers_get(answers, 0, &answer);
  CHECK(answer.result == ZHIDA_ANSWER_REFUSED && contains(answer.refusal.code, "ZD7110"));
  zhida_ledger_answers_free(answers);
  CHECK(zhida_ledger_retry(ledger, ids[1], NULL, &lin, &answers, &error) == ZHIDA_OK);
  zhida_ledger_answers_get(answers, 0, &answer);
  CHECK(answer.attempt == 2);
  zhida_ledger_answers_free(answers);
  test_reading(ledger, ids[0]);
}

static void test_pools(zhida_ledger* ledger) {
  const zhida_act lin = {str("lin"), 1780000000};
  zhida_error* error = NULL;
  int64_t moved_fen = 0;
  CHECK(zhida_ledger_set_budget(ledger, str("pool"), 2026, 1000, &lin, &error) == ZHIDA_OK);
  CHECK(zhida_ledger_set_budget(ledger, str("old"), 2025, 70, &lin, &error) == ZHIDA_OK);
  CHECK(zhida_ledger_carry_over(ledger, str("old"), 2025, &lin, &moved_fen, &error) == ZHIDA_E_LEDGER);
  CHECK(failed_with(error, "ZD7116"));
  CHECK(zhida_ledger_close_year(ledger, str("old"), 2025, &lin, &error) == ZHIDA_OK);
  CHECK(zhida_ledger_carry_over(ledger, str("old"), 2025, &lin, &moved_fen, &error) == ZHIDA_OK);
  CHECK(moved_fen == 70);
}

int main(void) {
  char folder[] = "/tmp/zhida-ledger-c-XXXXXX";
  char path[64];
  zhida_ledger_options options;
  zhida_ledger* ledger = NULL;
  zhida_ledger* second = NULL;
  zhida_error* error = NULL;
  CHECK(mkdtemp(folder) != NULL);
  snprintf(path, sizeof path, "%s/l.db", folder);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.must_exist = 1;
  CHECK(zhida_ledger_open(str(path), &options, &ledger, &error) == ZHIDA_E_IO);
  CHECK(ledger == NULL && failed_with(error, "ZD7101"));
  CHECK(zhida_ledger_open(str(path), NULL, &ledger, &error) == ZHIDA_OK);
  if (ledger == NULL) return 1;
  CHECK(zhida_ledger_open(str(path), NULL, &second, &error) == ZHIDA_E_IO);
  CHECK(failed_with(error, "ZD7103"));
  CHECK(contains(zhida_ledger_kind_name(3), "reserve") && zhida_ledger_kind_name(99).size == 0);
  CHECK(zhida_ledger_state_name(-1).size == 0);
  test_pools(ledger);
  test_payments(ledger);
  zhida_ledger_free(ledger);
  CHECK(unlink(path) == 0);
  CHECK(rmdir(folder) == 0);
  if (failures == 0) printf("c api of the ledger: all passed\n");
  return failures == 0 ? 0 : 1;
}

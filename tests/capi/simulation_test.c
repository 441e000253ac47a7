/* An office that tries a change out before it is made, in plain C: two packs and a sweep over the same firms,
 * every member of the answer, and the ways to refuse. Exit 0 means passed. */
#define _DEFAULT_SOURCE /* mkstemp */
#include <stdlib.h>
#include <unistd.h>

#include "tests/capi/check.h"

enum { kFiles = 5 };

static const char kPack[] =
    "{\"id\": \"mini\", \"version\": \"1.0.0\", \"title\": \"mini\", \"kind\": \"firm\", \"status\": "
    "\"sample\"}";
static const char kSchema[] =
    "kind: firm\nkey: id\nfacts:\n  - {id: id, type: string}\n  - {id: staff, type: integer}\n"
    "  - {id: county, type: string}\n";
/* Knows one fact more, first of all. */
static const char kLargerSchema[] =
    "kind: firm\nkey: id\nfacts:\n  - {id: area, type: integer}\n  - {id: id, type: string}\n"
    "  - {id: staff, type: integer}\n  - {id: county, type: string}\n";
static const char kOtherSchema[] =
    "kind: firm\nkey: id\nfacts:\n  - {id: id, type: string}\n  - {id: staff, type: decimal(2)}\n"
    "  - {id: county, type: string}\n";
static const char kParams[] =
    "- {id: bar, entries: {staff: staff}, versions: [{values: {staff: 20}}]}\n"
    "- {id: each, entries: {fen: fen}, versions: [{values: {fen: 100}}]}\n";
static const char kJobs[] =
    "id: jobs\ntitle: 稳岗补贴\ntitle_en: Jobs\nclauses: [{id: size, article: 1, when: staff <= bar.staff}]\n"
    "amount: staff * each.fen\ncap: 1000\n";
static const char kAll[] =
    "id: all\ntitle: 普惠\nclauses: [{id: some, article: 1, when: staff >= 1}]\namount: '7'\n";
static const char kWide[] =
    "id: wide\ntitle: 场地\nclauses: [{id: room, article: 1, when: area >= 100}]\namount: '9'\n";
static const char kFirms[] =
    "{\"id\": \"A\", \"staff\": 5, \"county\": \"east\", \"area\": 120}\n"
    "{\"id\": \"B\", \"staff\": 15, \"county\": \"west\", \"area\": 80}\n"
    "{\"id\": \"C\", \"county\": \"east\"}\n";

static zhida_engine* engine_of(const char* schema, const char* third, const zhida_setting* settings,
                               size_t setting_count, int32_t as_of) {
  const char* names[kFiles] = {"pack.json", "schema.yaml", "params/p.yaml", "policies/jobs.yaml",
                               "policies/third.yaml"};
  const char* texts[kFiles];
  zhida_file files[kFiles];
  zhida_load_options load;
  zhida_engine_options options;
  zhida_pack* pack = NULL;
  zhida_engine* engine = NULL;
  zhida_error* error = NULL;
  int i;
  texts[0] = kPack;
  texts[1] = schema;
  texts[2] = kParams;
  texts[3] = kJobs;
  texts[4] = third;
  for (i = 0; i < kFiles; ++i) {
    files[i].path = str(names[i]);
    files[i].bytes = str(texts[i]);
  }
  memset(&load, 0, sizeof load);
  load.struct_size = sizeof load;
  load.settings = settings;
  load.setting_count = setting_count;
  CHECK(zhida_pack_load_files(files, kFiles, &load, &pack, &error) == ZHIDA_OK);
  if (error != NULL)
    fprintf(stderr, "%.*s\n", (int)zhida_error_message(error).size, zhida_error_message(error).data);
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.as_of = as_of;
  CHECK(zhida_engine_create(pack, &options, &engine, NULL) == ZHIDA_OK);
  zhida_pack_free(pack);
  return engine;
}

static zhida_engine* with_bar(const char* value) {
  zhida_setting setting;
  setting.name = str("bar");
  setting.value = str(value);
  return engine_of(kSchema, kAll, &setting, 1, 20269);
}

static zhida_screen_options simulating(const zhida_engine* against) {
  zhida_screen_options options;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.what = ZHIDA_SIMULATION;
  options.against = against;
  return options;
}

/* Runs to the end; the summary. */
static zhida_text* told(const zhida_engine* before, const zhida_screen_options* options, zhida_str firms) {
  zhida_screen* screen = NULL;
  zhida_text* text = NULL;
  CHECK(zhida_screen_open_ndjson(before, &firms, 1, options, &screen, NULL) == ZHIDA_OK);
  if (screen == NULL) return NULL;
  CHECK(zhida_screen_run(screen, NULL) == ZHIDA_OK);
  CHECK(zhida_screen_summary(screen, &text, NULL) == ZHIDA_OK);
  zhida_screen_free(screen);
  return text;
}

/* The bar falls from 20 to 10: B loses 15 * 100, of which the cap lets 1000 through. */
static void test_members(const zhida_engine* before, zhida_str firms) {
  static const char* const kMembers[] = {
      "\"simulation\":{\"against\":{\"id\":\"mini\",\"version\":\"1.0.0\",\"digest\":\"sha256:",
      "\"settings\":[\"bar.staff = 10\"],\"policies\":2,\"policies_judged_again\":1,\"pairs\":6,",
      "\"subjects\":{\"all\":3,\"eligible_before\":2,\"gained\":0,\"lost\":0,\"eligible_after\":2,"
      "\"winners\":0,\"losers\":1,\"winners_fen\":0,\"losers_fen\":100000}",
      "\"gained\":0,\"lost\":1,\"risen\":0,\"fallen\":0,\"moved\":1,\"before_fen\":151400,\"gained_fen\":0,"
      "\"risen_fen\":0,\"fallen_fen\":0,\"lost_fen\":100000,\"after_fen\":51400,\"change_fen\":-100000,"
      "\"conditional_before_fen\":0,\"conditional_after_fen\":0,\"moves\":[",
      /* C is undetermined for both: its award at the cap, weighed by the share of the decided. */
      "\"forecast\":{\"before\":{\"low_fen\":150000,\"mid_fen\":250000,\"high_fen\":250000,\"undetermined\":{"
      "\"pairs\":1,\"computed\":0,\"capped\":1,\"untold\":0,\"fen\":100000}},\"after\":{\"low_fen\":50000,"
      "\"mid_fen\":100000,\"high_fen\":150000,",
      "\"by_policy\":[{\"policy\":\"jobs\",\"title\":\"稳岗补贴\",\"title_en\":\"Jobs\",\"in\":\"both\",",
      "\"examples\":{\"lost\":[{\"subject\":\"B\",\"before\":\"eligible\",\"before_fen\":100000,\"after\":"
      "\"ineligible\",\"after_fen\":null}]}",
      "\"by_group\":[{\"by\":\"county\",\"name\":\"county\",\"groups\":[{\"value\":\"east\",\"subjects\":{"
      "\"all\":2,",
      "\"adds_up\":true",
      "\"sweep\":{\"policies\":[\"jobs\"],\"points\":[{\"settings\":[\"bar.staff = "
      "4\"],\"subjects\":{\"all\":"
      "3,\"eligible_before\":2,\"gained\":0,\"lost\":2,",
      "{\"settings\":[\"bar.staff = "
      "15\"],\"subjects\":{\"all\":3,\"eligible_before\":2,\"gained\":0,\"lost\":0,",
  };
  zhida_engine* after = with_bar("10");
  zhida_engine* sweep[2];
  const zhida_engine* values[2];
  zhida_str county = str("county");
  zhida_screen_options options = simulating(after);
  zhida_text* text;
  size_t i;
  values[0] = sweep[0] = with_bar("4");
  values[1] = sweep[1] = with_bar("15");
  options.sweep = values;
  options.sweep_count = 2;
  options.group_by = &county;
  options.group_by_count = 1;
  text = told(before, &options, firms);
  for (i = 0; text != NULL && i < sizeof kMembers / sizeof kMembers[0]; ++i) {
    if (contains(zhida_text_view(text), kMembers[i])) continue;
    fprintf(stderr, "missing %s\n", kMembers[i]);
    ++failures;
  }
  if (failures > 0 && text != NULL)
    fprintf(stderr, "in %.*s\n", (int)zhida_text_view(text).size, zhida_text_view(text).data);
  zhida_text_free(text);
  options.without_forecast = 1;
  text = told(before, &options, firms);
  CHECK(text != NULL && !contains(zhida_text_view(text), "forecast"));
  zhida_text_free(text);
  options.against = NULL; /* the sweep alone */
  text = told(before, &options, firms);
  CHECK(text != NULL && !contains(zhida_text_view(text), "\"by_policy\":[{\"policy\":\"jobs\""));
  CHECK(says(text, "\"simulation\":{\"sweep\":{"));
  zhida_engine_free(sweep[0]);
  zhida_engine_free(sweep[1]);
  zhida_engine_free(after);
}

/* The pairs that change, as a stream. */
static void test_rows(const zhida_engine* before, zhida_str firms) {
  static const char* const kColumns[] = {"row",   "subject",    "policy",   "before",
                                         "after", "before_fen", "after_fen"};
  zhida_engine* after = with_bar("10");
  zhida_screen_options options = simulating(after);
  zhida_screen* screen = NULL;
  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  struct ArrowArray batch;
  int64_t i;
  CHECK(zhida_screen_open_ndjson(before, &firms, 1, &options, &screen, NULL) == ZHIDA_OK);
  zhida_engine_free(after); /* the screen keeps what it needs */
  CHECK(zhida_screen_export(screen, &stream, NULL) == ZHIDA_OK);
  CHECK(stream.get_schema(&stream, &schema) == 0);
  CHECK(schema.n_children == 7);
  for (i = 0; i < schema.n_children; ++i) CHECK(strcmp(schema.children[i]->name, kColumns[i]) == 0);
  schema.release(&schema);
  CHECK(stream.get_next(&stream, &batch) == 0 && batch.length == 1); /* B's */
  CHECK(((const int64_t*)batch.children[0]->buffers[1])[0] == 1);
  CHECK(((const int64_t*)batch.children[5]->buffers[1])[0] == 100000);
  CHECK(batch.children[6]->null_count == 1);
  batch.release(&batch);
  CHECK(stream.get_next(&stream, &batch) == 0 && batch.release == NULL);
  stream.release(&stream);
  zhida_screen_free(screen);
}

/* A pack that asks for a fact which the other one lacks, and some policies only. */
static void test_other_facts(const zhida_engine* before, zhida_str firms) {
  zhida_engine* wider = engine_of(kLargerSchema, kWide, NULL, 0, 20269);
  zhida_screen_options options = simulating(wider);
  zhida_str policies[2];
  zhida_text* text = told(before, &options, firms);
  CHECK(text != NULL && contains(zhida_text_view(text), "\"undeclared\":{}"));
  CHECK(says(text, "\"policy\":\"wide\",\"title\":\"场地\",\"in\":\"after\""));
  policies[0] = str("wide"); /* in one of the packs only */
  policies[1] = str("all");
  options.policies = policies;
  options.policy_count = 2;
  text = told(before, &options, firms);
  CHECK(text != NULL &&
        !contains(zhida_text_view(text), "\"policy\":\"jobs\",\"title\":\"稳岗补贴\",\"title_en\""));
  CHECK(says(text, "\"policies\":2,\"policies_judged_again\":2,\"pairs\":6,"));
  zhida_engine_free(wider);
}

static void test_refusals(const zhida_engine* before, zhida_str firms) {
  zhida_engine* others[2];
  zhida_screen_options options;
  zhida_screen* screen = NULL;
  struct ArrowArrayStream stream;
  zhida_error* error = NULL;
  zhida_str word = str("nobody");
  others[0] = engine_of(kOtherSchema, kAll, NULL, 0, 20269);
  options = simulating(others[0]);
  CHECK(zhida_screen_open_ndjson(before, &firms, 1, &options, &screen, &error) == ZHIDA_E_USAGE);
  CHECK(screen == NULL &&
        contains(zhida_error_message(error), "fact staff is integer before and decimal(2)"));
  CHECK(failed_with(error, "ZD6007"));
  others[1] = engine_of(kSchema, kAll, NULL, 0, 20270); /* of another day */
  options = simulating(others[1]);
  CHECK(zhida_screen_open_ndjson(before, &firms, 1, &options, &screen, &error) == ZHIDA_E_USAGE);
  CHECK(failed_with(error, "ZD6009"));
  options = simulating(before);
  options.group_by = &word;
  options.group_by_count = 1;
  CHECK(zhida_screen_open_ndjson(before, &firms, 1, &options, &screen, &error) == ZHIDA_E_USAGE);
  CHECK(failed_with(error, "ZD6008"));
  /* A stream is moved in, refused options or not. */
  CHECK(zhida_screen_open_ndjson(before, &firms, 1, NULL, &screen, NULL) == ZHIDA_OK);
  CHECK(zhida_screen_export(screen, &stream, NULL) == ZHIDA_OK);
  zhida_screen_free(screen);
  CHECK(zhida_screen_open_arrow(before, &stream, &options, &screen, NULL) == ZHIDA_E_USAGE);
  CHECK(screen == NULL && stream.release == NULL);
  options = simulating(before);
  options.policies = &word;
  options.policy_count = 1;
  CHECK(zhida_screen_open_ndjson(before, &firms, 1, &options, &screen, &error) == ZHIDA_E_USAGE);
  CHECK(screen == NULL && failed_with(error, "ZD6001"));
  zhida_engine_free(others[0]);
  zhida_engine_free(others[1]);
}

int main(void) {
  char path[] = "/tmp/zhida_c_simulation_XXXXXX";
  const int descriptor = mkstemp(path);
  zhida_engine* before = engine_of(kSchema, kAll, NULL, 0, 20269); /* 2025-06-30 */
  const ssize_t size = (ssize_t)sizeof kFirms - 1;
  CHECK(descriptor >= 0 && write(descriptor, kFirms, (size_t)size) == size && close(descriptor) == 0);
  test_members(before, str(path));
  test_rows(before, str(path));
  test_other_facts(before, str(path));
  test_refusals(before, str(path));
  zhida_engine_free(before);
  CHECK(unlink(path) == 0);
  if (failures == 0) printf("c api of simulation: all passed\n");
  return failures == 0 ? 0 : 1;
}

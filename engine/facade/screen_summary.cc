#include "engine/facade/screen_summary.h"

namespace zhida::facade {

void WriteOutcomes(const std::array<int64_t, pack::kOutcomeCount>& counts, JsonWriter* json) {
  for (int i = 0; i < pack::kOutcomeCount; ++i) {
    json->Key(pack::OutcomeName(static_cast<pack::Outcome>(i))).Int(counts[static_cast<size_t>(i)]);
  }
}

namespace {

int64_t SubjectsOf(const RunHead& head) { return head.counts.rows_read - head.counts.rows_rejected; }

void WriteHead(const RunHead& head, JsonWriter* json) {
  json->BeginObject().Key("schema_version").Int(kSchemaVersion);
  json->Key("as_of").String(head.engine.as_of().ToString());
  json->Key("pack").Raw(head.engine.PackJson()).Key("complete").Bool(head.complete);
  json->Key("rows_read").Int(head.counts.rows_read).Key("rows_rejected").Int(head.counts.rows_rejected);
  json->Key("subjects").Int(SubjectsOf(head));
}

void WriteWarnings(const facts::ReadCounts& counts, JsonWriter* json) {
  json->Key("undated").Int(counts.undated).Key("bad_check_digits").Int(counts.bad_check_digits);
  json->Key("refused_commitments").Int(counts.refused_commitments).Key("undeclared").BeginObject();
  for (const auto& [name, rows] : counts.undeclared) json->Key(name).Int(rows);
  json->EndObject();
}

void WriteWork(const ScreenSummary& summary, JsonWriter* json) {
  const batch::WorkCounts& work = summary.result.work;
  json->Key("work").BeginObject().Key("judged_pairs").Int(work.judged_pairs);
  json->Key("interpreted_conditions").Int(work.expressions).Key("judged_amounts").Int(work.judged_amounts);
  json->Key("text_evaluations").Int(summary.text_evaluations);
  json->OptionalString("codes", summary.codes);
  json->EndObject();
}

void WritePolicies(const ScreenSummary& summary, JsonWriter* json) {
  const PolicyList& policies = summary.head.engine.policies();
  json->Key("by_policy").BeginArray();
  for (size_t i = 0; i < summary.result.totals.size(); ++i) {
    if (!summary.selected.empty() && !summary.selected[i]) continue;
    const batch::PolicyTotals& totals = summary.result.totals[i];
    json->BeginObject().Key("policy").String(policies[i].id).Key("title").String(policies[i].title);
    WriteOutcomes(totals.outcomes, json);
    json->Key("amount_fen").Raw(zhida::ToString(totals.amount_fen));
    json->Key("conditional_amount_fen").Raw(zhida::ToString(totals.conditional_amount_fen)).EndObject();
  }
  json->EndArray();
}

}  // namespace

std::string SummaryJson(const ScreenSummary& summary) {
  const batch::BlockResult& result = summary.result;
  batch::PolicyTotals all;
  int64_t policies = 0;
  for (size_t i = 0; i < result.totals.size(); ++i) {
    all.Add(result.totals[i]);
    if (summary.selected.empty() || summary.selected[i]) ++policies;
  }
  JsonWriter json;
  WriteHead(summary.head, &json);
  json.Key("policies").Int(policies).Key("pairs").Int(result.work.pairs);
  json.Key("outcomes").BeginObject();
  WriteOutcomes(all.outcomes, &json);
  json.EndObject().Key("amount_fen").Raw(zhida::ToString(all.amount_fen));
  json.Key("conditional_amount_fen").Raw(zhida::ToString(all.conditional_amount_fen));
  WriteWarnings(summary.head.counts, &json);
  WriteWork(summary, &json);
  WritePolicies(summary, &json);
  if (summary.task != nullptr) summary.task->WriteSummary(&json);
  if (summary.near_pairs) json.Key("near_pairs").Int(*summary.near_pairs);
  if (!summary.blocked.empty()) json.Key("blocked").Raw(summary.blocked);
  // Each run proves that nothing was lost.
  int64_t judged = 0;
  for (int64_t count : all.outcomes) judged += count;
  json.Key("adds_up").Bool(judged == result.work.pairs &&
                           result.work.pairs == SubjectsOf(summary.head) * policies);
  return json.EndObject().Take();
}

std::string EncodedJson(const RunHead& head, int64_t bytes) {
  JsonWriter json;
  WriteHead(head, &json);
  WriteWarnings(head.counts, &json);
  return json.Key("bytes").Int(bytes).EndObject().Take();
}

}  // namespace zhida::facade

#include "engine/facade/health.h"

#include <algorithm>
#include <utility>

#include "engine/base/json_writer.h"
#include "engine/base/limits.h"

namespace zhida::facade {

namespace {

void WriteFinding(const pack::Pack& pack, const analyze::Finding& finding, JsonWriter* json) {
  const pack::Policy& policy = pack.policies[static_cast<size_t>(finding.policy)];
  json->BeginObject()
      .Key("kind")
      .String(finding.kind)
      .Key("weight")
      .String(analyze::WeightName(finding.weight));
  json->Key("policy").String(policy.id).Key("title").String(policy.title);
  json->OptionalString("title_en", policy.title_en);
  if (finding.other >= 0) {
    json->Key("other").String(pack.policies[static_cast<size_t>(finding.other)].id);
  }
  json->Key("clauses").BeginArray();
  for (const std::string& clause : finding.clauses) json->String(clause);
  json->EndArray().Key("evidence").BeginObject();
  for (const auto& [name, value] : finding.evidence) json->Key(name).String(value);
  json->EndObject().Key("file").String(finding.where.file).Key("line").Int(finding.where.line);
  json->Key("column").Int(finding.where.column).EndObject();
}

}  // namespace

HealthCheck::HealthCheck(pack::PackPtr pack, Date as_of, int threads)
    : pack_(std::move(pack)), as_of_(as_of), threads_(threads), plan_(plan::Compile(pack_, as_of)) {}

std::shared_ptr<const Engine> HealthCheck::VariantsEngine() {
  if (!engine_) {
    variants_ = analyze::LeaveOneOut(*pack_, limits::kPoliciesMax);
    engine_ = std::make_shared<const Engine>(variants_.pack, as_of_, threads_);
  }
  return engine_;
}

std::string HealthCheck::ReportJson(const Counts& counts, int64_t subjects) const {
  std::vector<analyze::Finding> findings = analyze::CheckPolicies(*plan_);
  if (!counts.empty()) {
    const auto of = analyze::Gather(variants_, pack_->policies.size(), counts);
    for (analyze::Finding& finding : analyze::CheckCounts(*plan_, of, subjects, {})) {
      findings.push_back(std::move(finding));
    }
    std::stable_sort(findings.begin(), findings.end(),
                     [](const auto& a, const auto& b) { return a.policy < b.policy; });
  }
  std::array<int64_t, 3> by_weight{};
  JsonWriter json;
  json.BeginObject().Key("schema_version").Int(kSchemaVersion).Key("as_of").String(as_of_.ToString());
  json.Key("pack").Raw(PackJson(*pack_)).Key("policies").Int(static_cast<int64_t>(pack_->policies.size()));
  json.Key("subjects");
  if (counts.empty()) {
    json.Null();
  } else {
    json.Int(subjects);
  }
  json.Key("findings").BeginArray();
  for (const analyze::Finding& finding : findings) {
    ++by_weight[static_cast<size_t>(finding.weight)];
    WriteFinding(*pack_, finding, &json);
  }
  json.EndArray().Key("counts").BeginObject();
  for (const analyze::Weight weight :
       {analyze::Weight::kProblem, analyze::Weight::kRisk, analyze::Weight::kNote}) {
    json.Key(analyze::WeightName(weight)).Int(by_weight[static_cast<size_t>(weight)]);
  }
  return json.EndObject().EndObject().Take();
}

}  // namespace zhida::facade

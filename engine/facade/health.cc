#include "engine/facade/health.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "engine/base/json_writer.h"
#include "engine/base/limits.h"

namespace zhida::facade {

namespace {

void WriteFinding(const pack::Pack& pack, const analyze::Finding& finding, JsonWriter* json) {
  json->BeginObject()
      .Key("kind")
      .String(finding.kind)
      .Key("weight")
      .String(analyze::WeightName(finding.weight));
  if (finding.policy < 0) {
    json->Key("policy").String(finding.name).Key("title").String("");
  } else {
    const pack::Policy& policy = pack.policies[static_cast<size_t>(finding.policy)];
    json->Key("policy").String(policy.id).Key("title").String(policy.title);
    json->OptionalString("title_en", policy.title_en);
  }
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

bool HealthCheck::AddClaims(ArrowArrayStream* claims, Diagnostics* diagnostics) {
  if (!claims_) claims_.emplace(*pack_, as_of_);
  return claims_->Add(claims, diagnostics);
}

std::vector<analyze::Finding> HealthCheck::Findings(const Counts& counts, int64_t subjects) const {
  std::vector<analyze::Finding> findings = analyze::CheckPolicies(*plan_);
  const auto add = [&](std::vector<analyze::Finding> more) {
    std::move(more.begin(), more.end(), std::back_inserter(findings));
  };
  std::vector<analyze::PolicyCounts> of;
  if (!counts.empty()) {
    of = analyze::Gather(variants_, pack_->policies.size(), counts);
    add(analyze::CheckCounts(*plan_, of, subjects, {}));
  }
  if (claims_) add(analyze::CheckUptake(*plan_, of, claims_->Claimants(), {}));
  if (published_) add(analyze::CheckPublished(*plan_, *published_));
  // As unsigned numbers -1, of no policy, comes last.
  std::stable_sort(findings.begin(), findings.end(), [](const auto& a, const auto& b) {
    return static_cast<unsigned>(a.policy) < static_cast<unsigned>(b.policy);
  });
  return findings;
}

std::string HealthCheck::ReportJson(const Counts& counts, int64_t subjects) const {
  const std::vector<analyze::Finding> findings = Findings(counts, subjects);
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
  json.Key("claims");
  if (claims_) {
    json.BeginObject().Key("rows").Int(claims_->rows());
    json.Key("rows_of_no_policy").Int(claims_->rows_of_no_policy());
    json.Key("rows_later").Int(claims_->rows_later()).EndObject();
  } else {
    json.Null();
  }
  json.Key("published");
  if (published_) {
    const std::vector<std::string>& ids = published_->policies;
    json.Int(std::count_if(ids.begin(), ids.end(), [](const std::string& id) { return !id.empty(); }));
  } else {
    json.Null();
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

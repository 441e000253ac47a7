#include "engine/facade/engine.h"

#include <utility>

#include "engine/base/digest.h"
#include "engine/base/json_writer.h"
#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/explain/explain.h"
#include "engine/facade/decisions.h"
#include "engine/facade/origins.h"
#include "engine/facts/ndjson.h"
#include "engine/plan/costs.h"

namespace zhida::facade {

using pack::Judgement;
using pack::JudgementDetail;

namespace {

void WriteClauses(const JudgementDetail& detail, JsonWriter* json) {
  json->Key("clauses").BeginArray();
  for (const pack::ClauseTruth& clause : detail.clauses) {
    json->BeginObject().Key("id").String(clause.id).Key("truth").String(TruthName(clause.truth));
    if (clause.truth == Truth::kUnknown) json->Key("cause").String(CauseName(clause.cause));
    json->EndObject();
  }
  json->EndArray();
}

void WriteDetail(const pack::Pack& pack, const JudgementDetail& detail, const explain::Missing& missing,
                 JsonWriter* json) {
  if (detail.judgement.outcome == pack::Outcome::kConditional) {
    json->Key("promised").BeginArray();
    for (int fact : detail.promised_facts) json->String(pack.schema.facts[static_cast<size_t>(fact)].id);
    for (const std::string& clause : detail.promised_clauses) json->String(clause);
    json->EndArray();
  }
  if (detail.judgement.outcome == pack::Outcome::kUndetermined) {
    json->Key("missing").BeginArray();
    for (const pack::MissingFact& fact : missing.facts) {
      json->BeginObject().Key("fact").String(pack.schema.facts[static_cast<size_t>(fact.fact)].id);
      json->Key("cause").String(CauseName(fact.cause)).EndObject();
    }
    json->EndArray();
    if (!missing.exact) json->Key("missing_exact").Bool(false);
  }
  if (detail.error != nullptr) json->Key("error").String(detail.error);
  WriteClauses(detail, json);
}

void WriteJudgement(const pack::Policy& policy, const Judgement& judgement, JsonWriter* json) {
  json->Key("policy").String(policy.id).Key("outcome").String(pack::OutcomeName(judgement.outcome));
  json->Key("amount_fen");
  if (judgement.amount_fen) {
    json->Int(*judgement.amount_fen);
  } else {
    json->Null();
  }
  json->OptionalString("reason", pack::ReasonName(judgement.reason));
}

}  // namespace

Engine::Engine(pack::PackPtr pack, Date as_of, int threads)
    : pack_(std::move(pack)),
      as_of_(as_of),
      threads_(threads),
      policies_(pack_),
      whole_(std::make_shared<Compiled>()),
      layers_(Whole().point) {}

Engine::Engine(const Engine& before, PolicyList policies, Layers layers)
    : pack_(before.pack_),
      as_of_(before.as_of_),
      threads_(before.threads_),
      policies_(std::move(policies)),
      whole_(std::make_shared<Compiled>()),
      layers_(std::move(layers)) {}

const pack::PackPtr& Engine::pack_ptr() const {
  if (!policies_.changed()) return pack_;
  std::call_once(whole_->pack_once, [this] {
    auto pack = std::make_shared<pack::Pack>(*pack_);
    pack->policies = policies_.All();
    pack->files_digest = pack->digest = policies_.Digest();
    whole_->pack = std::move(pack);
  });
  return whole_->pack;
}

const Engine::Compiled& Engine::Whole() const {
  std::call_once(whole_->once, [this] {
    whole_->plan = plan::Compile(pack_ptr(), as_of_);
    whole_->point = std::make_shared<const point::PointEngine>(whole_->plan);
  });
  return *whole_;
}

namespace {

std::string HeadJson(const pack::Pack& pack, const std::string& digest) {
  JsonWriter json;
  json.BeginObject().Key("id").String(pack.id).Key("version").String(pack.version);
  return json.Key("digest").String(digest).EndObject().Take();
}

}  // namespace

std::string Engine::PackJson() const { return HeadJson(*pack_, policies_.Digest()); }

std::shared_ptr<const Engine> Engine::With(std::string_view text, const std::string& label,
                                           Diagnostics* diagnostics) const {
  std::vector<pack::PolicyPtr> put = pack::LoadFurtherPolicies(*pack_, text, label, diagnostics);
  if (!diagnostics->ok()) return nullptr;
  const std::string text_digest = Sha256Hex(text);
  PolicyList policies = policies_;
  Layers layers = layers_;
  for (pack::PolicyPtr& policy : put) {
    const int slot = policies.Put(std::move(policy), text_digest);
    if (policies.size() > limits::kPoliciesMax) {
      diagnostics->Error(
          "ZD2016", {label},
          "there are more policies than kPoliciesMax = " + std::to_string(limits::kPoliciesMax),
          "drop some first");
      return nullptr;
    }
    layers = layers.WithPut(policies, slot);
  }
  return std::shared_ptr<const Engine>(new Engine(*this, std::move(policies), std::move(layers)));
}

std::shared_ptr<const Engine> Engine::Without(const std::vector<std::string>& ids,
                                              Diagnostics* diagnostics) const {
  PolicyList policies = policies_;
  Layers layers = layers_;
  for (const std::string& id : ids) {
    const int slot = policies.FindSlot(id);
    if (slot < 0) {
      ReportUnknownPolicy(id, diagnostics);
      continue;
    }
    policies.Drop(slot);
    layers = layers.WithDropped(slot);
  }
  if (policies.size() == 0) {
    diagnostics->Error("ZD6005", {}, "no policy would be left", "keep at least one");
  }
  if (!diagnostics->ok()) return nullptr;
  return std::shared_ptr<const Engine>(new Engine(*this, std::move(policies), std::move(layers)));
}

bool Engine::MaySettle(Diagnostics* diagnostics) const {
  if (!policies_.changed()) return true;
  diagnostics->Error("ZD6006", {},
                     "this engine has policies that its pack lacks, or lacks some of its pack's",
                     "load the changed pack to settle: awards combine across policies");
  return false;
}

void Engine::ReportUnknownPolicy(const std::string& id, Diagnostics* diagnostics) const {
  diagnostics->Error("ZD6001", {}, "there is no policy " + JsonQuote(id) + " in pack " + pack_->id,
                     "choose one of its policies" + DidYouMean(id, policies_.Ids()));
}

const explain::NearIndex& Engine::near_index() const {
  std::call_once(near_once_, [this] { near_index_ = std::make_unique<explain::NearIndex>(*plan()); });
  return *near_index_;
}

const explain::PackNotes& Engine::pack_notes() const {
  std::call_once(notes_once_, [this] { pack_notes_ = std::make_unique<explain::PackNotes>(pack(), as_of_); });
  return *pack_notes_;
}

facts::DateRules Engine::DateRulesOf(const FactDates& dates) const {
  return {as_of_, dates.facts_date, dates.known_on, dates.undated_is_stale};
}

bool Engine::SelectPolicies(const std::vector<std::string>& ids, std::vector<bool>* selected,
                            Diagnostics* diagnostics) const {
  selected->clear();
  if (ids.empty()) return true;
  selected->assign(policies_.size(), false);
  for (const std::string& id : ids) {
    const int position = policies_.Find(id);
    if (position < 0) {
      ReportUnknownPolicy(id, diagnostics);
    } else {
      (*selected)[static_cast<size_t>(position)] = true;
    }
  }
  return diagnostics->ok();
}

namespace {

std::vector<std::string> WarningsOf(const pack::Pack& pack, const facts::FactBlock& block,
                                    const facts::ReadCounts& counts) {
  std::vector<std::string> warnings;
  if (counts.bad_check_digits > 0) {
    warnings.push_back("the credit code " + JsonQuote(block.subject(0)) +
                       " has a wrong check digit; it is judged all the same, but check the code");
  }
  std::vector<std::string> known;
  for (const pack::Fact& fact : pack.schema.facts) known.insert(known.end(), {fact.id, fact.name});
  for (const auto& [name, rows] : counts.undeclared) {
    warnings.push_back("the schema does not declare " + JsonQuote(name) + ", so it is ignored" +
                       DidYouMean(name, known));
  }
  if (counts.refused_commitments > 0) {
    warnings.push_back("a promise was given on a fact that allows none; that fact counts as missing");
  }
  return warnings;
}

}  // namespace

void AsOneLine(std::string* json) {
  for (const char line_end : {'\n', '\r'}) {
    for (size_t at = json->find(line_end); at != std::string::npos; at = json->find(line_end, at))
      (*json)[at] = ' ';
  }
  // simdjson may read past the end of a text by this much.
  constexpr size_t kPadding = 64;
  json->reserve(json->size() + kPadding);
}

void ReportRefusal(const std::vector<facts::Reject>& rejects, Diagnostics* diagnostics) {
  for (const facts::Reject& reject : rejects) {
    diagnostics->Error(reject.code, {},
                       reject.field.empty() ? reject.reason : reject.field + ": " + reject.reason, "");
  }
  if (rejects.empty()) {
    diagnostics->Error("ZD6002", {}, "there are no facts",
                       "give one JSON object with the facts of one subject");
  }
}

bool IsAboutSubjects(const pack::Pack& pack, Diagnostics* diagnostics) {
  if (pack.schema.key >= 0) return true;
  diagnostics->Error("ZD6014", {}, "pack " + pack.id + " is about no subject", "load a pack that uses it");
  return false;
}

bool ReadSubject(const pack::Pack& pack, const facts::DateRules& rules, std::string_view json,
                 facts::FactBlock* block, std::vector<std::string>* warnings, Diagnostics* diagnostics) {
  if (!IsAboutSubjects(pack, diagnostics)) return false;
  std::string line(json);
  AsOneLine(&line);
  std::vector<facts::Reject> rejects;
  facts::ReadCounts counts;
  facts::NdjsonReader(pack, rules).Read(line, 1, 0, block, &rejects, &counts);
  block->Finish();
  if (!rejects.empty() || block->row_count() == 0) ReportRefusal(rejects, diagnostics);
  if (warnings != nullptr && diagnostics->ok()) *warnings = WarningsOf(pack, *block, counts);
  return diagnostics->ok();
}

std::optional<std::string> Engine::Match(std::string_view subject_json, const MatchOptions& options,
                                         Diagnostics* diagnostics) const {
  std::vector<bool> selected;
  facts::FactBlock block(pack_->schema);
  if (!SelectPolicies(options.policies, &selected, diagnostics)) return std::nullopt;
  std::vector<std::string> warnings;
  if (!ReadSubject(*pack_, DateRulesOf(options.dates), subject_json, &block, &warnings, diagnostics))
    return std::nullopt;

  JsonWriter json;
  json.BeginObject().Key("schema_version").Int(kSchemaVersion).Key("as_of").String(as_of_.ToString());
  json.Key("pack").Raw(PackJson()).Key("subject").String(block.subject(0)).Key("outcomes").BeginArray();
  const facts::BlockRow subject(block, 0);
  pack::SubjectJudge judge(*pack_, as_of_, subject);
  std::vector<Judgement> judgements;
  if (!options.with_clauses) MakeFinder().Run(block, 0, &judgements);
  for (size_t i = 0; i < policies_.size(); ++i) {
    if (!selected.empty() && !selected[i]) continue;
    JudgementDetail detail;
    if (options.with_clauses) detail = judge.Explain(policies_[i]);
    const Judgement& judgement = options.with_clauses ? detail.judgement : judgements[i];
    if (!options.outcomes[static_cast<size_t>(judgement.outcome)]) continue;
    json.BeginObject();
    WriteJudgement(policies_[i], judgement, &json);
    if (options.with_clauses) {
      explain::Missing missing;
      if (judgement.outcome == pack::Outcome::kUndetermined)
        missing = explain::SmallestMissing(pack(), as_of_, subject, static_cast<int>(i));
      WriteDetail(*pack_, detail, missing, &json);
    }
    json.EndObject();
  }
  json.EndArray().Key("decisions").BeginArray();
  WriteDecisions(*this, subject, judge, &json);
  json.EndArray();
  if (!warnings.empty()) {
    json.Key("warnings").BeginArray();
    for (const std::string& warning : warnings) json.String(warning);
    json.EndArray();
  }
  return json.EndObject().Take();
}

std::optional<std::string> Engine::Explain(std::string_view subject_json, std::string_view policy,
                                           const FactDates& dates, Diagnostics* diagnostics) const {
  std::vector<bool> selected;
  facts::FactBlock block(pack_->schema);
  if (!SelectPolicies({std::string(policy)}, &selected, diagnostics)) return std::nullopt;
  std::vector<std::string> warnings;
  if (!ReadSubject(*pack_, DateRulesOf(dates), subject_json, &block, &warnings, diagnostics))
    return std::nullopt;
  const int index = policies_.Find(policy);
  const explain::Origins origins = OriginsOf(*pack_, subject_json);
  return explain::ExplainJson(pack(), as_of_, block, &origins, index, warnings);
}

std::string Engine::CostsJson() const {
  JsonWriter json;
  json.BeginArray();
  for (const plan::CostLine& line : plan::CostsOf(*plan())) {
    json.BeginObject().Key("policy").String(line.policy).Key("clause").String(line.clause);
    json.Key("path")
        .String(line.path)
        .Key("reason")
        .String(line.reason)
        .Key("cost")
        .Int(line.cost)
        .EndObject();
  }
  return json.EndArray().Take();
}

std::string PackJson(const pack::Pack& pack) { return HeadJson(pack, pack.digest); }

namespace {

std::string_view ModeName(pack::Policy::Mode mode) {
  switch (mode) {
    case pack::Policy::Mode::kAutomatic:
      return "automatic";
    case pack::Policy::Mode::kOnClaim:
      return "on_claim";
    case pack::Policy::Mode::kCommitment:
      return "commitment";
  }
  return "";
}

void WriteFact(const pack::Fact& fact, JsonWriter* json) {
  const feel::TypePtr type = pack::ExpressionType(fact);
  json->BeginObject().Key("id").String(fact.id).Key("name").String(fact.name);
  json->Key("type").String(feel::TypeText(*type)).Key("nullable").Bool(fact.nullable);
  const bool text = fact.type->kind == pack::FactKind::kString || fact.type->kind == pack::FactKind::kCode;
  const bool nested = fact.type->kind == pack::FactKind::kList ||
                      fact.type->kind == pack::FactKind::kStruct ||
                      fact.type->kind == pack::FactKind::kSeries;
  json->Key("form").String(text ? "text" : nested ? "nested" : fact.type->is_number() ? "number" : "other");
  json->OptionalString("code_list", fact.type->code_list).OptionalString("source", fact.source);
  json->OptionalString("material", fact.material).OptionalString("obtain", fact.obtain).EndObject();
}

void WritePolicy(const pack::Policy& policy, JsonWriter* json) {
  json->BeginObject().Key("id").String(policy.id).Key("title").String(policy.title);
  json->OptionalString("title_en", policy.title_en).OptionalString("department", policy.department);
  json->OptionalString("document", policy.document).Key("mode").String(ModeName(policy.mode));
  json->Key("status").String(policy.official ? "official" : "sample");
  if (policy.valid && policy.valid->from) json->Key("from").String(policy.valid->from->ToString());
  if (policy.valid && policy.valid->to) json->Key("to").String(policy.valid->to->ToString());
  json->Key("clauses").Int(static_cast<int64_t>(policy.clauses.size())).EndObject();
}

}  // namespace

std::string Engine::PoliciesJson() const {
  JsonWriter json;
  json.BeginArray();
  for (size_t i = 0; i < policies_.size(); ++i) WritePolicy(policies_[i], &json);
  return json.EndArray().Take();
}

std::string DescribeJson(const pack::Pack& pack) {
  JsonWriter json;
  json.BeginObject().Key("schema_version").Int(kSchemaVersion);
  json.Key("id").String(pack.id).Key("version").String(pack.version).Key("title").String(pack.title);
  json.Key("kind").String(pack.schema.kind).Key("status").String(pack.official ? "official" : "sample");
  json.Key("digest").String(pack.digest).Key("uses").BeginArray();
  for (const std::string& used : pack.uses) json.String(used);
  json.EndArray().Key("key");
  json.String(pack.schema.key >= 0 ? pack.schema.facts[static_cast<size_t>(pack.schema.key)].id : "");
  json.Key("facts").BeginArray();
  for (const pack::Fact& fact : pack.schema.facts) WriteFact(fact, &json);
  json.EndArray().Key("policies").BeginArray();
  for (const pack::Policy& policy : pack.policies) WritePolicy(policy, &json);
  json.EndArray().Key("decisions").BeginArray();
  for (int definition : pack.decisions) {
    const feel::Definition& decision = pack.model.definitions[static_cast<size_t>(definition)];
    json.BeginObject().Key("id").String(decision.id).Key("name").String(decision.name).EndObject();
  }
  json.EndArray().Key("population").BeginArray();
  for (const pack::PopulationFact& fact : pack.population) {
    json.String(pack.schema.facts[static_cast<size_t>(fact.fact)].id);
  }
  json.EndArray().Key("pools").BeginArray();
  for (size_t i = 0; i < pack.settlement.pools.size(); ++i) {
    const pack::Pool& pool = pack.settlement.pools[i];
    json.BeginObject().Key("id").String(pool.id).Key("title").String(pool.title);
    json.Key("control").String(pack::ControlName(pool.control)).Key("order_by").BeginArray();
    for (const pack::OrderKey& key : pool.order_by) {
      json.BeginObject().Key("type").String(feel::TypeText(*key.by.root->type));
      json.Key("descending").Bool(key.descending).EndObject();
    }
    json.EndArray().Key("policies").BeginArray();
    for (const pack::Policy& policy : pack.policies) {
      if (policy.settlement.pool == static_cast<int>(i)) json.String(policy.id);
    }
    json.EndArray().EndObject();
  }
  json.EndArray().Key("cases").Int(static_cast<int64_t>(pack.cases.size())).Key("warnings").BeginArray();
  for (const Diagnostic& warning : pack.warnings) {
    json.BeginObject().Key("code").String(warning.code).Key("file").String(warning.where.file);
    json.Key("line").Int(warning.where.line).Key("column").Int(warning.where.column);
    json.Key("what").String(warning.what).Key("mend").String(warning.mend).EndObject();
  }
  return json.EndArray().EndObject().Take();
}

}  // namespace zhida::facade

#include "engine/facade/cases.h"

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "engine/base/json_writer.h"
#include "engine/batch/batch.h"
#include "engine/facade/coverage.h"
#include "engine/facade/engine.h"
#include "engine/facade/settlement_cases.h"
#include "engine/facts/ndjson.h"

namespace zhida::facade {

using pack::Case;
using pack::ExpectedPolicy;
using pack::ExpectedValue;
using pack::Judgement;
using pack::JudgementDetail;

namespace {

std::string AmountText(const std::optional<int64_t>& fen) { return fen ? std::to_string(*fen) : "null"; }

std::string JudgementText(const Judgement& judgement) {
  std::string text(pack::OutcomeName(judgement.outcome));
  if (judgement.reason != pack::Reason::kNone)
    text += " (" + std::string(pack::ReasonName(judgement.reason)) + ")";
  if (judgement.amount_fen) text += ", " + AmountText(judgement.amount_fen) + " fen";
  return text;
}

// A value as a case may write it: FEEL text, or a plain text without quotes, or a number in any form.
bool SameValue(const Value& value, const std::string& expected) {
  if (value.is_unknown()) return expected == "unknown" || expected == value.ToText();
  if (value.is_error()) return expected == "error";
  if (value.kind() == ValueKind::kString && value.string() == expected) return true;
  if (value.kind() == ValueKind::kNumber) {
    const auto number = Decimal::Parse(expected);
    if (number) return *number == value.number();
  }
  return value.ToText() == expected;
}

class CaseRunner {
 public:
  explicit CaseRunner(const pack::PackPtr& pack) : pack_(pack), coverage_(*pack) {}
  std::string Run();

 private:
  using Problems = std::vector<std::string>;
  Problems RunCase(const Case& test);
  void CheckPolicy(const ExpectedPolicy& expected, const JudgementDetail& detail, Problems* problems);
  void CheckEngines(const Engine& engine, const facts::FactBlock& block, Problems* problems);
  void CheckValues(const std::vector<ExpectedValue>& expected, pack::SubjectJudge& judge, Problems* problems);
  const Engine& EngineAt(Date as_of);

  pack::PackPtr pack_;
  std::map<Date, std::unique_ptr<Engine>> engines_;
  Coverage coverage_;
};

const Engine& CaseRunner::EngineAt(Date as_of) {
  auto& engine = engines_[as_of];
  if (!engine) engine = std::make_unique<Engine>(pack_, as_of, 1);
  return *engine;
}

CaseRunner::Problems CaseRunner::RunCase(const Case& test) {
  Problems problems;
  const Engine& engine = EngineAt(test.as_of);
  facts::FactBlock block(pack_->schema);
  Diagnostics diagnostics;
  const bool accepted =
      ReadSubject(*pack_, engine.DateRulesOf({}), test.facts_json, &block, nullptr, &diagnostics);
  if (test.rejected != !accepted) {
    problems.push_back(accepted ? "the facts should have been refused, but were accepted"
                                : "the facts were refused: " + diagnostics.Text());
  }
  if (!accepted) return problems;
  const facts::BlockRow subject(block, 0);
  pack::SubjectJudge judge(*pack_, test.as_of, subject);
  for (const ExpectedPolicy& expected : test.policies) {
    const int policy = static_cast<int>(pack_->FindPolicy(expected.policy) - pack_->policies.data());
    const JudgementDetail detail = judge.Explain(policy);
    CheckPolicy(expected, detail, &problems);
    coverage_.Note(policy, detail);
  }
  feel::Interpreter interpreter(pack_->model, subject, feel::Reading::kPromised,
                                {test.as_of, Value::OfDate(test.as_of), test.as_of.civil().year});
  coverage_.NoteTables(interpreter);
  CheckValues(test.definitions, judge, &problems);
  CheckValues(test.decisions, judge, &problems);
  CheckEngines(engine, block, &problems);
  return problems;
}

void CaseRunner::CheckPolicy(const ExpectedPolicy& expected, const JudgementDetail& detail,
                             Problems* problems) {
  const Judgement& judgement = detail.judgement;
  const auto differ = [&](const std::string& what, const std::string& wanted, const std::string& got) {
    problems->push_back(expected.policy + ": " + what + " should be " + wanted + ", but is " + got);
  };
  if (expected.outcome && *expected.outcome != pack::OutcomeName(judgement.outcome)) {
    std::string got = JudgementText(judgement);
    for (const pack::ClauseTruth& clause : detail.clauses) {
      if (clause.truth == Truth::kTrue) continue;
      got += "; clause " + std::string(clause.id) + " is " + std::string(TruthName(clause.truth));
      if (clause.truth == Truth::kUnknown) got += " (" + std::string(CauseName(clause.cause)) + ")";
      if (clause.error != nullptr) got += std::string(" (") + clause.error + ")";
    }
    differ("the outcome", *expected.outcome, got);
  }
  if (expected.reason && *expected.reason != pack::ReasonName(judgement.reason)) {
    differ("the reason", *expected.reason, std::string(pack::ReasonName(judgement.reason)));
  }
  if (expected.has_amount && expected.amount_fen != judgement.amount_fen) {
    differ("the amount in fen", AmountText(expected.amount_fen), AmountText(judgement.amount_fen));
  }
  for (const auto& [id, truth] : expected.clauses) {
    for (const pack::ClauseTruth& clause : detail.clauses) {
      if (clause.id == id && TruthName(clause.truth) != truth) {
        differ("clause " + id, truth, std::string(TruthName(clause.truth)));
      }
    }
  }
}

void CaseRunner::CheckValues(const std::vector<ExpectedValue>& expected, pack::SubjectJudge& judge,
                             Problems* problems) {
  for (const ExpectedValue& value : expected) {
    const auto& definitions = pack_->model.definitions;
    for (size_t i = 0; i < definitions.size(); ++i) {
      if (definitions[i].id != value.name && definitions[i].name != value.name) continue;
      const Value got = judge.DefinitionValue(static_cast<int>(i));
      if (!SameValue(got, value.text)) {
        problems->push_back(value.name + " should be " + value.text + ", but is " + got.ToText());
      }
    }
  }
}

// The fast engines on the same subject, all policies: a case is a cross-test too.
void CaseRunner::CheckEngines(const Engine& engine, const facts::FactBlock& block, Problems* problems) {
  std::vector<Judgement> by_point;
  point::PointEngine::Worker(engine.point()).Run(block, 0, &by_point);
  batch::BatchOptions options;
  options.wanted = kAllOutcomes;
  const batch::BatchEngine batch_engine(engine.plan(), options);
  batch::BlockResult by_batch;
  batch::BatchEngine::Worker(batch_engine).Run(block, nullptr, &by_batch);
  const facts::BlockRow subject(block, 0);
  pack::SubjectJudge judge(*pack_, engine.as_of(), subject);
  for (size_t i = 0; i < pack_->policies.size(); ++i) {
    const Judgement judgement = judge.Decide(static_cast<int>(i));
    const std::string& id = pack_->policies[i].id;
    if (!(by_point[i] == judgement)) {
      problems->push_back(id + ": the point engine says " + JudgementText(by_point[i]) + ", the judge " +
                          JudgementText(judgement));
    }
    const batch::Cell pair = by_batch.pairs.cells[i];
    const bool same_amount = pair.has_amount == judgement.amount_fen.has_value() &&
                             by_batch.pairs.amount_fen(i) == judgement.amount_fen.value_or(0);
    if (pair.outcome != judgement.outcome || !same_amount) {
      problems->push_back(id + ": the batch engine says " + std::string(pack::OutcomeName(pair.outcome)) +
                          ", the judge " + JudgementText(judgement));
    }
  }
}

std::string CaseRunner::Run() {
  JsonWriter json;
  int64_t passed = 0;
  int64_t failed = 0;
  json.BeginObject()
      .Key("schema_version")
      .Int(kSchemaVersion)
      .Key("pack")
      .Raw(PackJson(*pack_))
      .Key("cases")
      .BeginArray();
  const auto write = [&](const auto& test, const Problems& problems) {
    ++(problems.empty() ? passed : failed);
    json.BeginObject().Key("id").String(test.id).Key("title").String(test.title);
    json.Key("file").String(test.where.file).Key("line").Int(test.where.line);
    json.Key("ok").Bool(problems.empty()).Key("problems").BeginArray();
    for (const std::string& problem : problems) json.String(problem);
    json.EndArray().EndObject();
  };
  for (const Case& test : pack_->cases) write(test, RunCase(test));
  for (const pack::SettlementCase& test : pack_->settlement_cases)
    write(test, RunSettlementCase(pack_, test));
  json.EndArray().Key("passed").Int(passed).Key("failed").Int(failed);
  coverage_.Write(&json);
  return json.EndObject().Take();
}

}  // namespace

std::string RunCases(const pack::PackPtr& pack) { return CaseRunner(pack).Run(); }

}  // namespace zhida::facade

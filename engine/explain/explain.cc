#include "engine/explain/explain.h"

#include <algorithm>
#include <set>

#include "engine/base/json_writer.h"
#include "engine/value/money.h"

namespace zhida::explain {

using facts::State;
using pack::Clause;
using pack::ClauseTruth;

namespace {

std::string_view StateName(uint8_t state) {
  switch (facts::StateOf(state)) {
    case State::kKnown:
      return facts::IsCommitted(state) ? "committed" : "known";
    case State::kAbsent:
      return "absent";
    case State::kMissing:
      return "missing";
    case State::kStale:
      return "stale";
    case State::kConflict:
      return "conflict";
    case State::kNotAuthorised:
      return "not_authorised";
  }
  return "missing";
}

class Explainer {
 public:
  Explainer(const pack::Pack& pack, Date as_of, const facts::FactBlock& block, int policy)
      : pack_(pack), block_(block), row_(block, 0), policy_(pack.policies[static_cast<size_t>(policy)]) {
    dates_.as_of = as_of;
    dates_.year = policy_.year.value_or(as_of.civil().year);
    dates_.event = policy_.event_fact < 0 ? Value::OfDate(as_of)
                                          : row_.Get(policy_.event_fact, feel::Reading::kPromised);
    pack::SubjectJudge judge(pack, as_of, row_);
    detail_ = judge.Explain(policy);
  }

  std::string Json(const std::vector<std::string>& warnings);

 private:
  void WriteHead();
  void WriteClauses();
  void WriteClause(const ClauseTruth& result);
  void WriteFacts(const std::vector<feel::Trace::FactRead>& reads, bool full);
  void WriteNames(const pack::Fact& fact, const Value& value);
  void WriteParameters();
  void WriteAmount();
  feel::Trace TraceOf(const feel::Expression& expression);
  void Remember(const feel::Trace& trace);

  const pack::Pack& pack_;
  const facts::FactBlock& block_;
  facts::BlockRow row_;
  const pack::Policy& policy_;
  feel::Dates dates_;
  pack::JudgementDetail detail_;
  JsonWriter json_;
  feel::Trace all_;
};

feel::Trace Explainer::TraceOf(const feel::Expression& expression) {
  feel::Trace trace;
  feel::Interpreter interpreter(pack_.model, row_, feel::Reading::kPromised, dates_);
  interpreter.set_trace(&trace);
  interpreter.Evaluate(expression);
  return trace;
}

void Explainer::Remember(const feel::Trace& trace) {
  for (const auto& read : trace.facts) {
    const bool known = std::any_of(all_.facts.begin(), all_.facts.end(),
                                   [&](const feel::Trace::FactRead& seen) { return seen.fact == read.fact; });
    if (!known) all_.facts.push_back(read);
  }
  for (const auto& read : trace.parameters) {
    const bool known = std::any_of(all_.parameters.begin(), all_.parameters.end(), [&](const auto& seen) {
      return seen.parameter == read.parameter && seen.version == read.version;
    });
    if (!known) all_.parameters.push_back(read);
  }
}

std::string Explainer::Json(const std::vector<std::string>& warnings) {
  json_.BeginObject();
  WriteHead();
  WriteClauses();
  WriteAmount();
  json_.Key("facts");
  WriteFacts(all_.facts, true);
  WriteParameters();
  if (!warnings.empty()) {
    json_.Key("warnings").BeginArray();
    for (const std::string& warning : warnings) json_.String(warning);
    json_.EndArray();
  }
  return json_.EndObject().Take();
}

void Explainer::WriteHead() {
  json_.Key("schema_version").Int(1).Key("as_of").String(dates_.as_of.ToString());
  json_.Key("pack").BeginObject().Key("id").String(pack_.id).Key("version").String(pack_.version);
  json_.Key("digest").String(pack_.digest).EndObject();
  json_.Key("subject")
      .String(block_.subject(0))
      .Key("policy")
      .String(policy_.id)
      .Key("title")
      .String(policy_.title);
  json_.OptionalString("title_en", policy_.title_en).OptionalString("department", policy_.department);
  json_.OptionalString("document", policy_.document)
      .Key("status")
      .String(policy_.official ? "official" : "sample");
  json_.Key("outcome").String(pack::OutcomeName(detail_.judgement.outcome));
  json_.OptionalString("reason", pack::ReasonName(detail_.judgement.reason));
  if (detail_.error != nullptr) json_.Key("error").String(detail_.error);
  json_.Key("missing").BeginArray();
  for (const pack::MissingFact& missing : detail_.missing) {
    const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(missing.fact)];
    json_.BeginObject().Key("fact").String(fact.id).Key("name").String(fact.name);
    json_.Key("cause").String(CauseName(missing.cause)).OptionalString("source", fact.source);
    json_.OptionalString("material", fact.material).OptionalString("obtain", fact.obtain).EndObject();
  }
  json_.EndArray().Key("promised").BeginArray();
  for (int fact : detail_.promised_facts) json_.String(pack_.schema.facts[static_cast<size_t>(fact)].id);
  for (const std::string& clause : detail_.promised_clauses) json_.String(clause);
  json_.EndArray();
}

void Explainer::WriteClauses() {
  json_.Key("clauses").BeginArray();
  for (const ClauseTruth& result : detail_.clauses) WriteClause(result);
  json_.EndArray();
}

void Explainer::WriteClause(const ClauseTruth& result) {
  json_.BeginObject().Key("id").String(result.id).Key("depth").Int(result.depth);
  json_.Key("truth").String(TruthName(result.truth));
  if (result.truth == Truth::kUnknown) json_.Key("cause").String(CauseName(result.cause));
  if (result.error != nullptr) json_.Key("error").String(result.error);
  if (result.clause == nullptr) {
    const bool in_force = result.id == "in_force";
    const auto& period = in_force ? policy_.valid : policy_.window;
    json_.Key("scope").Bool(true);
    if (period && period->from) json_.Key("from").String(period->from->ToString());
    if (period && period->to) json_.Key("to").String(period->to->ToString());
    json_.Key("day").String(in_force && !dates_.event.blocked() && !dates_.event.is_null()
                                ? dates_.event.date().ToString()
                                : dates_.as_of.ToString());
    json_.EndObject();
    return;
  }
  const Clause& clause = *result.clause;
  json_.OptionalString("title", clause.title).OptionalString("article", clause.article);
  json_.OptionalString("cure", clause.cure).OptionalString("cured_by", clause.cured_by);
  if (clause.curable) json_.Key("curable").Bool(*clause.curable);
  json_.OptionalString("refer_department", clause.refer_department)
      .OptionalString("refer_where", clause.refer_where);
  json_.Key("scope").Bool(clause.scope).Key("later").Bool(clause.later_allowed);
  switch (clause.form) {
    case Clause::Form::kAll:
      json_.Key("group").String("all");
      break;
    case Clause::Form::kAny:
      json_.Key("group").String("any");
      break;
    case Clause::Form::kNone:
      json_.Key("group").String("none");
      break;
    case Clause::Form::kWhen: {
      json_.Key("text").String(clause.when.text);
      const feel::Trace trace = TraceOf(clause.when);
      Remember(trace);
      json_.Key("values");
      WriteFacts(trace.facts, false);
      break;
    }
  }
  json_.EndObject();
}

void Explainer::WriteFacts(const std::vector<feel::Trace::FactRead>& reads, bool full) {
  json_.BeginArray();
  std::set<int> written;
  for (const feel::Trace::FactRead& read : reads) {
    if (!written.insert(read.fact).second) continue;
    const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(read.fact)];
    json_.BeginObject().Key("fact").String(fact.id).Key("name").String(fact.name);
    json_.Key("value").Raw(read.value.blocked() ? "null" : read.value.ToJson());
    json_.Key("text").String(read.value.blocked() ? "" : read.value.ToText());
    json_.Key("state").String(StateName(block_.column(read.fact).state[0]));
    WriteNames(fact, read.value);
    if (full) {
      json_.OptionalString("source", fact.source).OptionalString("material", fact.material);
      json_.OptionalString("obtain", fact.obtain);
    }
    json_.EndObject();
  }
  json_.EndArray();
}

// What a reader of the pack's language calls the code, or the members of the parts, that the value holds.
void Explainer::WriteNames(const pack::Fact& fact, const Value& value) {
  const pack::FactType& type = *fact.type;
  if (type.kind == pack::FactKind::kCode && value.kind() == ValueKind::kString) {
    for (const feel::CodeList& list : pack_.model.code_lists) {
      const feel::Code* code = list.id == type.code_list ? list.Find(value.string()) : nullptr;
      // An open list finds the nearest code above, whose name would be wrong here.
      if (code != nullptr && code->code == value.string()) json_.OptionalString("code_name", code->name);
    }
  }
  const pack::FactType& part = type.element ? *type.element : type;
  if (part.members.empty()) return;
  json_.Key("names").BeginObject();
  for (const pack::FactMember& member : part.members) json_.Key(member.id).String(member.name);
  json_.EndObject();
}

void Explainer::WriteParameters() {
  json_.Key("parameters").BeginArray();
  for (const auto& read : all_.parameters) {
    const feel::Parameter& parameter = pack_.model.parameters[static_cast<size_t>(read.parameter)];
    json_.BeginObject().Key("id").String(parameter.id).Key("name").String(parameter.name);
    if (read.version >= 0) {
      const feel::ParameterVersion& version = parameter.versions[static_cast<size_t>(read.version)];
      if (version.in_force.from) json_.Key("from").String(version.in_force.from->ToString());
      if (version.in_force.to) json_.Key("to").String(version.in_force.to->ToString());
      json_.OptionalString("cite", version.citation).Key("values").BeginObject();
      for (size_t i = 0; i < parameter.entries.size(); ++i) {
        json_.Key(parameter.entries[i].id).Raw(version.values[i].ToJson());
      }
      json_.EndObject().Key("names").BeginObject();
      for (const feel::Member& entry : parameter.entries) json_.Key(entry.id).String(entry.name);
      json_.EndObject();
    }
    json_.EndObject();
  }
  json_.EndArray();
}

void Explainer::WriteAmount() {
  json_.Key("amount_fen");
  const auto& fen = detail_.judgement.amount_fen;
  if (fen) {
    json_.Int(*fen);
  } else {
    json_.Null();
  }
  if (!policy_.amount) return;
  const pack::AmountRule& rule = *policy_.amount;
  json_.Key("amount").BeginObject();
  const auto step = [&](const char* name, const feel::Expression& expression) {
    if (!expression.root) return;
    feel::Trace trace;
    feel::Interpreter interpreter(pack_.model, row_, feel::Reading::kPromised, dates_);
    interpreter.set_trace(&trace);
    const Value value = interpreter.Evaluate(expression);
    Remember(trace);
    json_.Key(name)
        .BeginObject()
        .Key("text")
        .String(expression.text)
        .Key("value")
        .String(value.ToText())
        .EndObject();
  };
  if (rule.per) {
    json_.Key("per")
        .BeginObject()
        .Key("as")
        .String(rule.per->as)
        .Key("text")
        .String(rule.per->amount.text)
        .EndObject();
    Remember(TraceOf(rule.per->list));
  } else {
    step("formula", rule.amount);
  }
  step("floor", rule.floor);
  step("cap", rule.cap);
  json_.Key("round").BeginObject().Key("unit_fen_power").Int(rule.round.unit.fen_power);
  json_.Key("mode").String(RoundingName(rule.round.mode)).EndObject();
  if (detail_.unclipped_fen) json_.Key("unclipped_fen").Int(*detail_.unclipped_fen);
  json_.EndObject();
}

}  // namespace

std::string ExplainJson(const pack::Pack& pack, Date as_of, const facts::FactBlock& block, int policy,
                        const std::vector<std::string>& warnings) {
  return Explainer(pack, as_of, block, policy).Json(warnings);
}

}  // namespace zhida::explain

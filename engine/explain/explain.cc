#include "engine/explain/explain.h"

#include <algorithm>
#include <utility>

#include "engine/explain/amount_items.h"
#include "engine/explain/code_name.h"
#include "engine/explain/remedies.h"
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

}  // namespace

// One explanation as it is being written.
class PairWriter {
 public:
  PairWriter(SubjectExplainer& host, int policy, const pack::JudgementDetail& detail, JsonWriter* json)
      : host_(host),
        pack_(host.pack_),
        block_(host.block_),
        policy_(host.pack_.policies[static_cast<size_t>(policy)]),
        note_(host.NoteOf(policy)),
        interpreter_(host.InterpreterOf(policy_)),
        detail_(detail),
        json_(*json),
        remedies_(host, policy, detail),
        facts_(host.facts_read_),
        parameters_(host.parameters_read_) {
    facts_.clear();
    parameters_.clear();
  }

  void Write();

 private:
  void WriteHead();
  void WriteClauses();
  void WriteClause(size_t index, const PolicyNote::ClauseText& text);
  void WriteCause(const ClauseTruth& result);
  void WriteImplicit(const ClauseTruth& result);
  void WriteParameters();
  void WriteAmount();
  void WriteStep(const char* name, const feel::Expression& expression);
  void Remember(const feel::Trace& trace);

  SubjectExplainer& host_;
  const pack::Pack& pack_;
  const facts::FactBlock& block_;
  const pack::Policy& policy_;
  const std::shared_ptr<const PolicyNote> note_;
  feel::Interpreter& interpreter_;
  const pack::JudgementDetail& detail_;
  JsonWriter& json_;
  RemedyWriter remedies_;
  std::vector<int>& facts_;
  std::vector<feel::Trace::ParameterRead>& parameters_;
};

void PairWriter::Remember(const feel::Trace& trace) {
  for (const auto& read : trace.facts) {
    if (std::find(facts_.begin(), facts_.end(), read.fact) == facts_.end()) facts_.push_back(read.fact);
  }
  for (const auto& read : trace.parameters) {
    const bool known = std::any_of(parameters_.begin(), parameters_.end(), [&](const auto& seen) {
      return seen.parameter == read.parameter && seen.version == read.version;
    });
    if (!known) parameters_.push_back(read);
  }
}

void PairWriter::Write() {
  WriteHead();
  remedies_.Write(note_->plain(), &json_);
  WriteClauses();
  WriteAmount();
  json_.Key("facts").BeginArray();
  for (const int fact : facts_) json_.Raw(host_.FactJson(fact, true));
  json_.EndArray();
  WriteParameters();
}

void PairWriter::WriteHead() {
  json_.Raw(note_->head()).Part("\"").Part(pack::OutcomeName(detail_.judgement.outcome)).Part("\"");
  json_.OptionalString("reason", pack::ReasonName(detail_.judgement.reason));
  if (detail_.error != nullptr) json_.Key("error").String(detail_.error);
}

void PairWriter::WriteClauses() {
  json_.Key("clauses").BeginArray();
  size_t noted = 0;
  for (size_t i = 0; i < detail_.clauses.size(); ++i) {
    if (detail_.clauses[i].clause == nullptr) {
      WriteImplicit(detail_.clauses[i]);
    } else {
      WriteClause(i, note_->clause(noted++));
    }
  }
  json_.EndArray();
}

void PairWriter::WriteCause(const ClauseTruth& result) {
  if (result.truth == Truth::kUnknown) json_.Key("cause").String(CauseName(result.cause));
  if (result.error != nullptr) json_.Key("error").String(result.error);
}

// The period that a policy is in force, or open to claims, and the day that was looked at.
void PairWriter::WriteImplicit(const ClauseTruth& result) {
  const bool in_force = result.id == "in_force";
  const auto& period = in_force ? policy_.valid : policy_.window;
  const Value& event = interpreter_.dates().event;
  const bool by_event = in_force && event.kind() == ValueKind::kDate;
  json_.BeginObject().Key("id").String(result.id).Key("depth").Int(result.depth);
  json_.Key("truth").String(TruthName(result.truth));
  WriteCause(result);
  json_.Key("scope").Bool(true);
  if (period && period->from) json_.Key("from").String(period->from->ToString());
  if (period && period->to) json_.Key("to").String(period->to->ToString());
  json_.Key("day").String((by_event ? event.date() : host_.as_of_).ToString()).EndObject();
}

void PairWriter::WriteClause(size_t index, const PolicyNote::ClauseText& text) {
  const ClauseTruth& result = detail_.clauses[index];
  json_.Raw(text.begin).Part("\"").Part(TruthName(result.truth)).Part("\"");
  WriteCause(result);
  if (remedies_.StandsInAWay(index)) {
    json_.Part(text.middle);
    remedies_.WriteClause(index, &json_);
    json_.Part(text.end);
  } else {
    json_.Part(text.AfterTruth());
  }
  if (result.trace != nullptr) {
    Remember(*result.trace);
    json_.Key("values").BeginArray();
    for (const auto& read : result.trace->facts) json_.Raw(host_.FactJson(read.fact, false));
    json_.EndArray();
  }
  json_.EndObject();
}

void PairWriter::WriteParameters() {
  json_.Key("parameters").BeginArray();
  for (const auto& read : parameters_) {
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

void PairWriter::WriteAmount() {
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
  if (rule.per) {
    WriteAmountItems(
        policy_, interpreter_, [this](const feel::Trace& trace) { Remember(trace); }, &json_);
  } else {
    WriteStep("formula", rule.amount);
    WriteStep("floor", rule.floor);
    WriteStep("cap", rule.cap);
  }
  json_.Key("round").BeginObject().Key("unit_fen_power").Int(rule.round.unit.fen_power);
  json_.Key("mode").String(RoundingName(rule.round.mode)).EndObject();
  if (detail_.unclipped_fen) json_.Key("unclipped_fen").Int(*detail_.unclipped_fen);
  json_.EndObject();
}

void PairWriter::WriteStep(const char* name, const feel::Expression& expression) {
  if (!expression.root) return;
  feel::Trace trace;
  interpreter_.set_trace(&trace);
  const Value value = interpreter_.Evaluate(expression);
  interpreter_.set_trace(nullptr);
  Remember(trace);
  json_.Key(name).BeginObject().Key("text").String(expression.text);
  json_.Key("value").String(value.ToText()).EndObject();
}

SubjectExplainer::SubjectExplainer(const pack::Pack& pack, Date as_of, const facts::FactBlock& block,
                                   size_t row, const Origins* origins, const PackNotes* notes)
    : pack_(pack),
      as_of_(as_of),
      block_(block),
      block_row_(row),
      origins_(origins),
      notes_(notes),
      row_(block, row, pack.schema.facts.size()),
      judge_(pack, as_of, row_) {
  judge_.KeepTraces();
}

SubjectExplainer::~SubjectExplainer() = default;

pack::JudgementDetail SubjectExplainer::Detail(int policy) { return judge_.Explain(policy); }

SubjectExplainer::Kept& SubjectExplainer::KeptFor(const pack::Policy& policy) {
  const int64_t year = policy.year.value_or(as_of_.civil().year);
  for (const std::unique_ptr<Kept>& kept : kept_) {
    if (kept->event_fact == policy.event_fact && kept->year == year) return *kept;
  }
  feel::Dates dates;
  dates.as_of = as_of_;
  dates.year = year;
  dates.event =
      policy.event_fact < 0 ? Value::OfDate(as_of_) : row_.Get(policy.event_fact, feel::Reading::kPromised);
  kept_.push_back(std::make_unique<Kept>(pack_, row_, notes_, policy.event_fact, std::move(dates)));
  return *kept_.back();
}

Missing SubjectExplainer::MissingOf(int policy, const pack::JudgementDetail& detail, bool plain) {
  const pack::Policy& source = pack_.policies[static_cast<size_t>(policy)];
  if (auto missing = KeptFor(source).lone.Of(source, detail, Possible(policy), plain))
    return *std::move(missing);
  return SmallestMissing(pack_, as_of_, row_, policy, &detail, notes_);
}

std::shared_ptr<const PolicyNote> SubjectExplainer::NoteOf(int policy) const {
  if (notes_ != nullptr) return notes_->OfPolicy(policy);
  return std::make_shared<const PolicyNote>(pack_.policies[static_cast<size_t>(policy)]);
}

const std::string& SubjectExplainer::FactJson(int number, bool full) {
  const auto index = static_cast<size_t>(number);
  if (fact_json_.empty()) fact_json_.resize(pack_.schema.facts.size());
  std::string& made = fact_json_[index][full ? 1 : 0];
  if (!made.empty()) return made;
  const pack::Fact& fact = pack_.schema.facts[index];
  const Value value = row_.Get(number, feel::Reading::kPromised);
  JsonWriter json;
  json.BeginObject().Key("fact").String(fact.id).Key("name").String(fact.name);
  json.Key("value").Raw(value.blocked() ? "null" : value.ToJson());
  json.Key("text").String(value.blocked() ? "" : value.ToText());
  json.Key("state").String(StateName(block_.column(number).state[block_row_]));
  WriteNames(fact, value, &json);
  const auto origin = origins_ == nullptr ? Origins::const_iterator() : origins_->find(number);
  if (full && origins_ != nullptr && origin != origins_->end()) {
    json.OptionalString("date", origin->second.date).OptionalString("from", origin->second.source);
  }
  if (full) {
    json.OptionalString("source", fact.source).OptionalString("material", fact.material);
    json.OptionalString("obtain", fact.obtain);
  }
  made = json.EndObject().Take();
  return made;
}

// What a reader of the pack's language calls the code, or the members of the parts, that the value holds.
void SubjectExplainer::WriteNames(const pack::Fact& fact, const Value& value, JsonWriter* json) const {
  const pack::FactType& type = *fact.type;
  if (type.kind == pack::FactKind::kCode)
    json->OptionalString("code_name", CodeName(pack_.model, type.code_list, value));
  const pack::FactType& part = type.element ? *type.element : type;
  if (part.members.empty()) return;
  json->Key("names").BeginObject();
  for (const pack::FactMember& member : part.members) json->Key(member.id).String(member.name);
  json->EndObject();
}

void SubjectExplainer::WritePair(int policy, JsonWriter* json) { WritePair(policy, Detail(policy), json); }

void SubjectExplainer::WritePair(int policy, const pack::JudgementDetail& detail, JsonWriter* json) {
  PairWriter(*this, policy, detail, json).Write();
}

void SubjectExplainer::WriteNear(int policy, const NearMiss& near, JsonWriter* json) {
  const pack::JudgementDetail detail = Detail(policy);
  RemedyWriter(*this, policy, detail).WriteNear(near, json);
}

std::vector<Gap> SubjectExplainer::Gaps(int policy, const pack::Clause& clause) {
  feel::Interpreter& interpreter = InterpreterOf(pack_.policies[static_cast<size_t>(policy)]);
  return GapsOf(pack_, interpreter, PartOf(clause.when), true);
}

std::string ExplainJson(const pack::Pack& pack, Date as_of, const facts::FactBlock& block,
                        const Origins* origins, int policy, const std::vector<std::string>& warnings) {
  JsonWriter json;
  json.BeginObject().Key("schema_version").Int(1).Key("as_of").String(as_of.ToString());
  json.Key("pack").BeginObject().Key("id").String(pack.id).Key("version").String(pack.version);
  json.Key("digest").String(pack.digest).EndObject();
  json.Key("subject").String(block.subject(0));
  SubjectExplainer(pack, as_of, block, 0, origins).WritePair(policy, &json);
  if (!warnings.empty()) {
    json.Key("warnings").BeginArray();
    for (const std::string& warning : warnings) json.String(warning);
    json.EndArray();
  }
  return json.EndObject().Take();
}

}  // namespace zhida::explain

#include "engine/facade/decisions.h"

#include <optional>
#include <utility>

#include "engine/facts/arrow_builder.h"
#include "engine/pack/judge.h"

namespace zhida::facade {

using facts::ArrowColumn;

namespace {

constexpr size_t kValuesToldMax = 64;
constexpr const char* kStates[] = {"known", "unknown", "error"};

size_t StateIndex(const Value& value) { return value.is_error() ? 2 : value.is_unknown() ? 1 : 0; }

}  // namespace

std::string CellText(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kString:
      return value.string();
    case ValueKind::kList:
    case ValueKind::kStruct:
    case ValueKind::kSeries:
      return value.ToJson();
    default:
      return value.ToText();
  }
}

namespace {

// Asks again, watching what is read. What a decision merely asks about with known() is met as well.
void WriteMissing(const Engine& engine, const feel::FactSource& subject, int definition, JsonWriter* json) {
  const Date day = engine.as_of();
  feel::Interpreter interpreter(engine.pack().model, subject, feel::Reading::kPromised,
                                {day, Value::OfDate(day), day.civil().year});
  feel::Trace trace;
  interpreter.set_trace(&trace);
  interpreter.EvaluateDefinition(definition);
  std::map<int, Cause> missing;
  for (const feel::Trace::FactRead& read : trace.facts) {
    if (read.value.is_unknown()) missing.emplace(read.fact, read.value.cause());
  }
  json->Key("missing").BeginArray();
  for (const auto& [fact, cause] : missing) {
    json->BeginObject().Key("fact").String(engine.pack().schema.facts[static_cast<size_t>(fact)].id);
    json->Key("cause").String(CauseName(cause)).EndObject();
  }
  json->EndArray();
}

}  // namespace

void WriteDecisions(const Engine& engine, const feel::FactSource& subject, pack::SubjectJudge& judge,
                    JsonWriter* json) {
  const pack::Pack& pack = engine.pack();
  for (const int definition : pack.decisions) {
    const Value value = judge.DefinitionValue(definition);
    json->BeginObject().Key("id").String(pack.model.definitions[static_cast<size_t>(definition)].id);
    json->Key("state").String(kStates[StateIndex(value)]);
    if (value.is_unknown()) {
      json->Key("cause").String(CauseName(value.cause()));
      WriteMissing(engine, subject, definition, json);
    }
    json->Key("value").Raw(value.blocked() ? "null" : value.ToJson()).EndObject();
  }
}

struct DecisionTask::Rows {
  facts::NumberBuilder<int64_t> rows{"l"};
  facts::TextBuilder subjects;
  facts::NumberBuilder<int32_t> decisions{"i"};
  facts::NumberBuilder<int8_t> states{"c"};
  facts::TextBuilder causes;
  facts::TextBuilder values;
};

void DecisionTask::Tally::Count(const std::string& value, int64_t times) {
  if (many) return;
  values[value] += times;
  if (values.size() <= kValuesToldMax) return;
  many = true;
  values.clear();
}

DecisionTask::DecisionTask(std::shared_ptr<const Engine> engine)
    : engine_(std::move(engine)), tallies_(engine_->pack().decisions.size()) {
  std::vector<std::string> ids;
  for (const int definition : engine_->pack().decisions) {
    ids.push_back(engine_->pack().model.definitions[static_cast<size_t>(definition)].id);
  }
  ids_ = facts::Utf8Column("", ids);
  states_ = facts::Utf8Column("", {kStates[0], kStates[1], kStates[2]});
}

std::shared_ptr<ArrowColumn> DecisionTask::Work(const facts::FactBlock& block, bool wanted) {
  const pack::Pack& pack = engine_->pack();
  std::vector<Tally> tallies(pack.decisions.size());
  Rows made;
  for (size_t row = 0; row < block.row_count(); ++row) {
    const facts::BlockRow subject(block, row);
    pack::SubjectJudge judge(pack, engine_->as_of(), subject);
    for (size_t i = 0; i < pack.decisions.size(); ++i) {
      const Value value = judge.DefinitionValue(pack.decisions[i]);
      const size_t state = StateIndex(value);
      std::optional<std::string> text;
      if (!value.blocked() && !value.is_null()) text = CellText(value);
      ++tallies[i].states[state];
      if (state == 0) tallies[i].Count(text.value_or("null"), 1);
      if (!wanted) continue;
      made.rows.Add(block.input_row(row));
      made.subjects.Add(block.subject(row));
      made.decisions.Add(static_cast<int32_t>(i));
      made.states.Add(static_cast<int8_t>(state));
      value.is_unknown() ? made.causes.Add(CauseName(value.cause())) : made.causes.AddNull();
      text ? made.values.Add(*text) : made.values.AddNull();
    }
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (size_t i = 0; i < tallies.size(); ++i) {
      for (size_t state = 0; state < 3; ++state) tallies_[i].states[state] += tallies[i].states[state];
      for (const auto& [value, times] : tallies[i].values) tallies_[i].Count(value, times);
      if (tallies[i].many) {
        tallies_[i].many = true;
        tallies_[i].values.clear();
      }
    }
  }
  return made.rows.size() == 0 ? nullptr : Batch(std::move(made));
}

std::shared_ptr<ArrowColumn> DecisionTask::Batch(Rows rows) const {
  using facts::Required;
  const auto count = static_cast<int64_t>(rows.rows.size());
  return facts::StructColumn(
      "", count,
      {Required(rows.rows.Finish("row")), Required(rows.subjects.Finish("subject")),
       Required(rows.decisions.Finish("decision", ids_)), Required(rows.states.Finish("state", states_)),
       rows.causes.Finish("cause"), rows.values.Finish("value")});
}

std::shared_ptr<const ArrowColumn> DecisionTask::Columns() const { return Batch({}); }

void DecisionTask::WriteSummary(JsonWriter* json) const {
  const pack::Pack& pack = engine_->pack();
  json->Key("decisions").BeginArray();
  for (size_t i = 0; i < tallies_.size(); ++i) {
    const feel::Definition& decision = pack.model.definitions[static_cast<size_t>(pack.decisions[i])];
    const Tally& tally = tallies_[i];
    json->BeginObject().Key("decision").String(decision.id).Key("name").String(decision.name);
    for (size_t state = 0; state < 3; ++state) json->Key(kStates[state]).Int(tally.states[state]);
    // Null: there are more different values than are told apart.
    json->Key("values");
    if (tally.many) {
      json->Null();
    } else {
      json->BeginArray();
      for (const auto& [value, times] : tally.values) {
        json->BeginObject().Key("value").String(value).Key("count").Int(times).EndObject();
      }
      json->EndArray();
    }
    json->EndObject();
  }
  json->EndArray();
}

}  // namespace zhida::facade

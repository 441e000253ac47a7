#include "engine/facade/population.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/limits.h"
#include "engine/facts/arrow_builder.h"

namespace zhida::facade {

using facts::Column;
using facts::FactBlock;
using pack::PopulationFact;
using Measure = pack::PopulationFact::Measure;

namespace {

// The numbers of a share count in this many digits after the point, those of the finest type.
constexpr int kShareScale = 12;
constexpr int kShareDigits = 28;  // so that ten billion of them can be added

const pack::Fact& FactOfSchema(const pack::Pack& pack, const PopulationFact& fact) {
  return pack.schema.facts[static_cast<size_t>(fact.fact)];
}

feel::Interpreter InterpreterOf(const Engine& engine, const feel::FactSource& subject) {
  const Date day = engine.as_of();
  return {
      engine.pack().model, subject, feel::Reading::kPromised, {day, Value::OfDate(day), day.civil().year}};
}

// The keys of a subject, each once, without order. nullopt: they are not all known.
std::optional<std::vector<std::string>> KeysOf(const Value& by) {
  if (by.blocked()) return std::nullopt;
  std::vector<std::string> keys;
  if (by.is_null()) return keys;
  if (by.kind() != ValueKind::kList) return std::vector<std::string>{by.ToText()};
  for (const Value& item : by.list()) {
    if (item.blocked()) return std::nullopt;
    if (!item.is_null()) keys.push_back(item.ToText());
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

// A number as whole multiples of 10^-scale, if it is one. Those of a share only have to add up; the others
// must fit the columns of facts.
std::optional<int128_t> Scaled(const Decimal& number, int scale, bool share) {
  const std::optional<int128_t> scaled = number.ToScaled(scale);
  const int128_t most = share ? PowerOfTen(kShareDigits) : int128_t{std::numeric_limits<int64_t>::max()};
  if (!scaled || *scaled < -most || *scaled > most) return std::nullopt;
  return scaled;
}

// A share keeps as many digits as a ratio has.
std::optional<int64_t> ShareOf(int128_t own, int128_t sum) {
  const std::optional<Decimal> whole = Decimal::FromScaled(sum, 0);
  const std::optional<Decimal> part = Decimal::FromScaled(own, 0);
  if (!whole || !part || whole->is_zero()) return std::nullopt;
  const std::optional<Decimal> share = Decimal::Divide(*part, *whole);
  const std::optional<Decimal> rounded =
      share ? share->Rounded(kShareScale, Rounding::kHalfEven) : std::optional<Decimal>();
  const std::optional<int128_t> scaled =
      rounded ? Scaled(*rounded, kShareScale, false) : std::optional<int128_t>();
  return scaled ? std::optional<int64_t>(static_cast<int64_t>(*scaled)) : std::nullopt;
}

}  // namespace

Population::Population(std::shared_ptr<const Engine> engine) : engine_(std::move(engine)) {
  for (size_t i = 0; i < engine_->pack().population.size(); ++i)
    counted_.push_back(std::make_unique<Counted>());
}

std::string Population::error() const {
  const std::lock_guard<std::mutex> lock(error_mutex_);
  return error_;
}

void Population::Fail(std::string why) {
  const std::lock_guard<std::mutex> lock(error_mutex_);
  // The least of all, so that the message does not hang on who came first.
  if (error_.empty() || why < error_) error_ = std::move(why);
}

void Population::Add(const FactBlock& block) {
  for (size_t row = 0; row < block.row_count(); ++row) {
    const facts::BlockRow subject(block, row);
    feel::Interpreter interpreter = InterpreterOf(*engine_, subject);
    for (size_t i = 0; i < counted_.size(); ++i) AddRow(i, interpreter);
  }
}

void Population::AddRow(size_t index, feel::Interpreter& interpreter) {
  const PopulationFact& fact = engine_->pack().population[index];
  Counted& counted = *counted_[index];
  const std::optional<std::vector<std::string>> keys = KeysOf(interpreter.Evaluate(fact.by));
  if (!keys) {
    ++counted.without_key;
    return;
  }
  ++counted.subjects;
  Group one;
  const Truth measured = fact.where.root == nullptr ? Truth::kTrue : interpreter.Evaluate(fact.where).truth();
  if (measured == Truth::kTrue) {
    one.count = 1;
    if (fact.of.root != nullptr) {
      const Value number = interpreter.Evaluate(fact.of);
      if (number.blocked()) {
        one.open = true;
      } else if (number.is_null()) {
        one.count = 0;
      } else {
        const pack::Fact& declared = FactOfSchema(engine_->pack(), fact);
        const bool share = fact.measure == Measure::kShare;
        const std::optional<int128_t> scaled =
            Scaled(number.number(), share ? kShareScale : facts::StoredScale(*declared.type), share);
        if (!scaled) {
          Fail("population fact " + declared.id + ": " + number.ToText() +
               (share
                    ? " is finer than 12 digits after the point, or above 10 ** 16; measure a coarser number"
                    : " is finer or larger than its type allows; state a type that fits"));
          return;
        }
        one.sum = *scaled;
        if (!share) one.least = one.greatest = static_cast<int64_t>(*scaled);
      }
    }
  } else if (measured != Truth::kFalse) {
    one.open = true;
  }
  for (const std::string& key : *keys) Join(index, key, one);
}

void Population::Join(size_t index, const std::string& key, const Group& one) {
  Shard& shard = counted_[index]->shards[ShardOf(key)];
  const std::lock_guard<std::mutex> lock(shard.mutex);
  const auto [place, added] = shard.groups.try_emplace(key, one);
  if (added) {
    if (++keys_ == limits::kPopulationKeysMax + 1) {
      Fail("the run has more keys than kPopulationKeysMax = " + std::to_string(limits::kPopulationKeysMax) +
           "; split it by place or year");
    }
    return;
  }
  Group& group = place->second;
  if (one.count > 0) {
    group.least = group.count == 0 ? one.least : std::min(group.least, one.least);
    group.greatest = group.count == 0 ? one.greatest : std::max(group.greatest, one.greatest);
  }
  group.count += one.count;
  group.sum += one.sum;
  group.open = group.open || one.open;
}

std::optional<int64_t> Population::OfGroup(size_t index, const Group& group,
                                           std::optional<int128_t> own) const {
  if (group.open) return std::nullopt;
  const PopulationFact& fact = engine_->pack().population[index];
  switch (fact.measure) {
    case Measure::kCount:
      return group.count;
    case Measure::kSum:
      if (group.sum < std::numeric_limits<int64_t>::min() || group.sum > std::numeric_limits<int64_t>::max())
        return std::nullopt;
      return static_cast<int64_t>(group.sum);
    case Measure::kShare:
      return own ? ShareOf(*own, group.sum) : std::nullopt;
    case Measure::kLeast:
      return group.count > 0 ? std::optional<int64_t>(group.least) : std::nullopt;
    case Measure::kGreatest:
      return group.count > 0 ? std::optional<int64_t>(group.greatest) : std::nullopt;
  }
  return std::nullopt;
}

// Of several keys the group that stands out: the greatest figure, for `least` the least.
std::optional<int64_t> Population::FactOf(size_t index, feel::Interpreter& interpreter) const {
  const PopulationFact& fact = engine_->pack().population[index];
  const std::optional<std::vector<std::string>> keys = KeysOf(interpreter.Evaluate(fact.by));
  if (!keys) return std::nullopt;
  if (keys->empty()) return fact.measure == Measure::kCount ? std::optional<int64_t>(0) : std::nullopt;
  std::optional<int128_t> own;
  if (fact.measure == Measure::kShare) {
    const Value number = interpreter.Evaluate(fact.of);
    if (number.kind() == ValueKind::kNumber) own = Scaled(number.number(), kShareScale, true);
  }
  std::optional<int64_t> found;
  for (const std::string& key : *keys) {
    const Shard& shard = counted_[index]->shards[ShardOf(key)];
    const auto group = shard.groups.find(key);
    if (group == shard.groups.end()) return std::nullopt;
    const std::optional<int64_t> value = OfGroup(index, group->second, own);
    if (!value) return std::nullopt;
    const bool better = !found || (fact.measure == Measure::kLeast ? *value < *found : *value > *found);
    if (better) found = value;
  }
  return found;
}

void Population::Supply(FactBlock* block) const {
  const std::vector<PopulationFact>& facts = engine_->pack().population;
  std::vector<std::vector<std::optional<int64_t>>> found(facts.size());
  for (size_t row = 0; row < block->row_count(); ++row) {
    const facts::BlockRow subject(*block, row);
    feel::Interpreter interpreter = InterpreterOf(*engine_, subject);
    for (size_t i = 0; i < facts.size(); ++i) found[i].push_back(FactOf(i, interpreter));
  }
  for (size_t i = 0; i < facts.size(); ++i) {
    Column& column = block->mutable_column(facts[i].fact);
    for (size_t row = 0; row < block->row_count(); ++row) {
      // What the input brought along stands.
      if (!found[i][row] || facts::StateOf(column.state[row]) != facts::State::kMissing) continue;
      column.state[row] = static_cast<uint8_t>(facts::State::kKnown);
      column.integers[row] = *found[i][row];
    }
  }
  block->Finish();
}

void Population::WriteSummary(JsonWriter* json) const {
  json->Key("population").BeginArray();
  for (size_t i = 0; i < counted_.size(); ++i) {
    const pack::Fact& fact = FactOfSchema(engine_->pack(), engine_->pack().population[i]);
    size_t keys = 0;
    for (const Shard& shard : counted_[i]->shards) keys += shard.groups.size();
    json->BeginObject().Key("fact").String(fact.id).Key("name").String(fact.name);
    json->Key("keys").Int(static_cast<int64_t>(keys)).Key("subjects").Int(counted_[i]->subjects);
    json->Key("without_key").Int(counted_[i]->without_key).EndObject();
  }
  json->EndArray();
}

namespace {

// The rows and subjects that every batch begins with.
std::shared_ptr<facts::ArrowColumn> Started(const std::string& key, const FactBlock* block) {
  std::vector<int64_t> rows;
  std::vector<std::string> subjects;
  for (size_t row = 0; block != nullptr && row < block->row_count(); ++row) {
    rows.push_back(block->input_row(row));
    subjects.emplace_back(block->subject(row));
  }
  const auto count = static_cast<int64_t>(rows.size());
  return facts::StructColumn(
      "", count, {facts::ColumnOf("l", "row", std::move(rows)), facts::Utf8Column(key, subjects)});
}

// Whole numbers as such, the others as exact decimals.
std::shared_ptr<const facts::ArrowColumn> FactColumn(const pack::Fact& fact, const Column* column,
                                                     size_t rows) {
  constexpr int kArrowDigits = 38;
  const int scale = facts::StoredScale(*fact.type);
  std::vector<bool> there;
  std::vector<int64_t> whole;
  std::vector<int128_t> scaled;
  for (size_t row = 0; row < rows; ++row) {
    there.push_back(facts::StateOf(column->state[row]) == facts::State::kKnown);
    const int64_t value = there.back() ? column->integers[row] : 0;
    (scale == 0 ? whole.push_back(value) : scaled.push_back(value));
  }
  const std::string format = "d:" + std::to_string(kArrowDigits) + "," + std::to_string(scale);
  std::shared_ptr<facts::ArrowColumn> made = scale == 0 ? facts::ColumnOf("l", fact.id, std::move(whole))
                                                        : facts::ColumnOf(format, fact.id, std::move(scaled));
  facts::SetValidity(there, made.get());
  return made;
}

std::shared_ptr<facts::ArrowColumn> FactsBatch(const Engine& engine, const FactBlock* block) {
  const pack::Pack& pack = engine.pack();
  std::shared_ptr<facts::ArrowColumn> batch =
      Started(pack.schema.facts[static_cast<size_t>(pack.schema.key)].id, block);
  const size_t rows = static_cast<size_t>(batch->length);
  for (const PopulationFact& population : pack.population) {
    const pack::Fact& fact = FactOfSchema(pack, population);
    batch->children.push_back(
        FactColumn(fact, block == nullptr ? nullptr : &block->column(population.fact), rows));
    batch->children.push_back(facts::ColumnOf(
        "tdD", fact.id + "@date", std::vector<int32_t>(rows, static_cast<int32_t>(engine.as_of().days))));
  }
  return batch;
}

}  // namespace

std::shared_ptr<facts::ArrowColumn> PopulationTask::Work(const FactBlock& block, bool /*wanted*/) {
  population_->Add(block);
  return nullptr;
}

std::shared_ptr<const facts::ArrowColumn> PopulationTask::Columns() const {
  return FactsBatch(population_->engine(), nullptr);
}

std::shared_ptr<facts::ArrowColumn> PopulationFactsTask::Work(const FactBlock& block, bool wanted) {
  return wanted && block.row_count() > 0 ? FactsBatch(*engine_, &block) : nullptr;
}

std::shared_ptr<const facts::ArrowColumn> PopulationFactsTask::Columns() const {
  return FactsBatch(*engine_, nullptr);
}

}  // namespace zhida::facade

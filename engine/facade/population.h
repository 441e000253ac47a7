// Population: what is counted over all subjects of a run, group by group, and given back to each of them.
//
// Two passes: all blocks are added, then the facts are supplied to each block before it is judged. Adding is
// for several threads at once; from the first Supply() on nothing is added, and any thread may supply. What
// comes out does not hang on the order of the blocks: whole numbers are counted, added and compared exactly.
// Memory grows with the number of different keys, not of subjects; more than limits::kPopulationKeysMax fail
// the run. Source: docs/semantics.md, section "Population facts".
#ifndef ZHIDA_ENGINE_FACADE_POPULATION_H_
#define ZHIDA_ENGINE_FACADE_POPULATION_H_

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/facade/block_task.h"
#include "engine/facade/engine.h"

namespace zhida::facade {

class Population {
 public:
  explicit Population(std::shared_ptr<const Engine> engine);

  void Add(const facts::FactBlock& block);
  // Sets the facts of all rows that were not supplied with them, and finishes the block anew.
  void Supply(facts::FactBlock* block) const;

  const Engine& engine() const { return *engine_; }
  std::string error() const;  // why the counts cannot stand; "" when they can
  // {fact, name, keys, subjects, without_key} of each population fact.
  void WriteSummary(JsonWriter* json) const;

 private:
  // The subjects of one key.
  struct Group {
    int64_t count = 0;  // of those measured
    int128_t sum = 0;
    int64_t least = 0;
    int64_t greatest = 0;
    bool open = false;  // whether some subject is measured, or its number, is not known
  };
  // Keys are spread over shards, so that threads seldom wait for each other.
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Group> groups;
  };
  static constexpr size_t kShards = 64;
  struct Counted {
    std::array<Shard, kShards> shards;
    std::atomic<int64_t> subjects{0};
    std::atomic<int64_t> without_key{0};
  };

  static size_t ShardOf(const std::string& key) { return std::hash<std::string>{}(key) % kShards; }
  void AddRow(size_t index, feel::Interpreter& interpreter);
  void Join(size_t index, const std::string& key, const Group& one);
  std::optional<int64_t> FactOf(size_t index, feel::Interpreter& interpreter) const;
  std::optional<int64_t> OfGroup(size_t index, const Group& group, std::optional<int128_t> own) const;
  void Fail(std::string why);

  const std::shared_ptr<const Engine> engine_;
  std::vector<std::unique_ptr<Counted>> counted_;  // by population fact
  std::atomic<size_t> keys_{0};
  mutable std::mutex error_mutex_;
  std::string error_;
};

// The first pass.
class PopulationTask : public BlockTask {
 public:
  explicit PopulationTask(std::shared_ptr<Population> population) : population_(std::move(population)) {}
  std::shared_ptr<facts::ArrowColumn> Work(const facts::FactBlock& block, bool wanted) override;
  std::shared_ptr<const facts::ArrowColumn> Columns() const override;
  void WriteSummary(JsonWriter* json) const override { population_->WriteSummary(json); }
  std::string error() const override { return population_->error(); }

 private:
  const std::shared_ptr<Population> population_;
};

// Writes the facts out, after the population was supplied: row, the subject under the id of the schema's key,
// then each population fact with its date, which is the as-of date.
class PopulationFactsTask : public BlockTask {
 public:
  explicit PopulationFactsTask(std::shared_ptr<const Engine> engine) : engine_(std::move(engine)) {}
  std::shared_ptr<facts::ArrowColumn> Work(const facts::FactBlock& block, bool wanted) override;
  std::shared_ptr<const facts::ArrowColumn> Columns() const override;
  void WriteSummary(JsonWriter* /*json*/) const override {}

 private:
  const std::shared_ptr<const Engine> engine_;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_POPULATION_H_

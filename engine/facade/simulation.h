// Simulation: what would change if another pack, or other parameters, took the place of the engine's.
//
// A task of an ordinary screen with the engine "before". It judges each block by that engine, by the one that
// takes its place, and by those of a sweep, and adds up who wins and loses, by policy and by group. Its
// batches hold the pairs that change: row, subject, policy, before, after (outcomes, or absent), before_fen,
// after_fen; nothing where only a sweep was asked for. Sums, counts and examples do not hang on threads or
// block size. Memory grows with policies and groups, not with subjects. Source: docs/simulation.md.
#ifndef ZHIDA_ENGINE_FACADE_SIMULATION_H_
#define ZHIDA_ENGINE_FACADE_SIMULATION_H_

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/analyze/comparison.h"
#include "engine/facade/block_task.h"
#include "engine/facade/engine.h"
#include "engine/facade/grouping.h"

namespace zhida::facade {

struct SimulationOptions {
  std::shared_ptr<const Engine> against;             // null: only a sweep
  std::vector<std::shared_ptr<const Engine>> sweep;  // one a value
  std::vector<std::string> by;                       // grouping.h; empty: its defaults
  std::vector<std::string> policies;                 // ids in either pack that are looked at; empty: all
  bool forecast = true;                              // what undetermined pairs could bring
};

class SimulationTask : public BlockTask {
 public:
  // Null with diagnostics where the engines' packs take one fact for different things or the engines have
  // other days, or where a group or a policy is not known.
  static std::shared_ptr<SimulationTask> Open(std::shared_ptr<const Engine> before, SimulationOptions options,
                                              Diagnostics* diagnostics);
  ~SimulationTask() override;

  const pack::Pack* reads() const override;
  std::shared_ptr<facts::ArrowColumn> Work(const facts::FactBlock& block, bool wanted) override;
  std::shared_ptr<const facts::ArrowColumn> Columns() const override;
  // "simulation": docs/commands.md says what is in it.
  void WriteSummary(JsonWriter* json) const override;
  std::string error() const override;

 private:
  class Impl;
  explicit SimulationTask(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_SIMULATION_H_

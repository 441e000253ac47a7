// What a simulation adds up: by policy, by group and for each value of a sweep. Internal to simulation.cc and
// simulation_json.cc. Plain sums; those of several threads are added in any order.
#ifndef ZHIDA_ENGINE_FACADE_SIMULATION_SUMS_H_
#define ZHIDA_ENGINE_FACADE_SIMULATION_SUMS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/analyze/comparison.h"
#include "engine/facade/engine.h"
#include "engine/facade/grouping.h"

namespace zhida::facade {

struct PolicySums {
  analyze::Shift shift;
  analyze::Examples examples;
  analyze::OpenAmounts open_before;
  analyze::OpenAmounts open_after;
  void Add(const PolicySums& other);
};

// Pairs that are not listed, ineligible or absent both times, are counted at the end by CountUnlisted().
struct GroupSums {
  analyze::Shift shift;
  analyze::SubjectShift subjects;
  void Add(const GroupSums& other);
};

// One value of a sweep, over the policies that any value of it affects.
struct SweepSums {
  analyze::Shift shift;
  analyze::SubjectShift subjects;
  void Add(const SweepSums& other);
};

struct SimulationSums {
  std::vector<PolicySums> policies;  // parallel to the comparison's
  GroupSums whole;
  std::vector<std::map<std::string, GroupSums>> groups;  // by grouping, by key
  std::vector<SweepSums> sweep;                          // by value
  int64_t subjects = 0;
  void Add(const SimulationSums& other);
};

// What the sums were made with.
struct SimulationFrame {
  std::shared_ptr<const Engine> before;
  std::shared_ptr<const Engine> against;            // null: only a sweep
  std::unique_ptr<analyze::SharedFacts> facts;      // of all these engines
  std::unique_ptr<analyze::Comparison> comparison;  // with `against`
  std::vector<std::shared_ptr<const Engine>> sweep_engines;
  std::vector<std::unique_ptr<analyze::Comparison>> sweep;  // by value
  std::vector<bool> swept;  // parallel to the policies of a comparison: those that a value affects
  std::vector<Grouping> groupings;
  bool forecast = true;
};

// Completes the sums by the pairs that were not listed.
void CountUnlisted(const SimulationFrame& frame, SimulationSums* sums);
void WriteSimulation(const SimulationFrame& frame, const SimulationSums& sums, JsonWriter* json);

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_SIMULATION_SUMS_H_

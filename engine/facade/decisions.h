// Decisions of many subjects: for each subject and each decision of the pack one row with its value.
//
// Answered by the interpreter, subject by subject, as a match answers them. The columns are row, subject,
// decision, state (known, unknown, error), cause (where unknown) and value: a text, which is JSON where the
// value is a list or a structure, and null where the value is null or not known.
#ifndef ZHIDA_ENGINE_FACADE_DECISIONS_H_
#define ZHIDA_ENGINE_FACADE_DECISIONS_H_

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/facade/block_task.h"
#include "engine/facade/engine.h"
#include "engine/pack/judge.h"

namespace zhida::facade {

// A value as one cell shows it: texts and dates bare, lists and structures as JSON.
std::string CellText(const Value& value);

// One subject's decisions as items of a JSON array: {id, state, cause?, missing?, value}. `missing` are the
// facts that an unknown one met, each with its cause, in schema order. `judge` is the subject's.
void WriteDecisions(const Engine& engine, const feel::FactSource& subject, pack::SubjectJudge& judge,
                    JsonWriter* json);

class DecisionTask : public BlockTask {
 public:
  explicit DecisionTask(std::shared_ptr<const Engine> engine);

  std::shared_ptr<facts::ArrowColumn> Work(const facts::FactBlock& block, bool wanted) override;
  std::shared_ptr<const facts::ArrowColumn> Columns() const override;
  void WriteSummary(JsonWriter* json) const override;

 private:
  // How often a decision came out how. Once there are too many different values they are not told apart.
  struct Tally {
    std::array<int64_t, 3> states{};
    std::map<std::string, int64_t> values;
    bool many = false;
    void Count(const std::string& value, int64_t times);
  };
  struct Rows;
  std::shared_ptr<facts::ArrowColumn> Batch(Rows rows) const;

  const std::shared_ptr<const Engine> engine_;
  std::shared_ptr<const facts::ArrowColumn> ids_;
  std::shared_ptr<const facts::ArrowColumn> states_;
  std::mutex mutex_;
  std::vector<Tally> tallies_;  // by decision
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_DECISIONS_H_

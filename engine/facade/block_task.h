// BlockTask: what a run does with the subjects it has read, where that is not judging policies.
//
// One task a run. Work() is called by several threads at once, each with a block of its own; everything else
// when no thread is at work. What a task comes to must not hang on the order of the blocks.
#ifndef ZHIDA_ENGINE_FACADE_BLOCK_TASK_H_
#define ZHIDA_ENGINE_FACADE_BLOCK_TASK_H_

#include <memory>
#include <string>

#include "engine/base/json_writer.h"
#include "engine/facts/arrow_writer.h"
#include "engine/facts/fact_block.h"
#include "engine/pack/pack.h"

namespace zhida::facade {

class BlockTask {
 public:
  virtual ~BlockTask() = default;
  // Whose facts are read, where they are more than those of the run's engine, which come first in it; null:
  // the engine's. Lives as long as the task.
  virtual const pack::Pack* reads() const { return nullptr; }
  // The rows that a block gives; null where there are none, or nobody wants them. The first column is the
  // subject's row within the input as far as the block knows it, as in result_batch.h.
  virtual std::shared_ptr<facts::ArrowColumn> Work(const facts::FactBlock& block, bool wanted) = 0;
  // A batch without rows, for its columns.
  virtual std::shared_ptr<const facts::ArrowColumn> Columns() const = 0;
  // Writes one member, or several, into the run's summary.
  virtual void WriteSummary(JsonWriter* json) const = 0;
  // Why the whole run cannot stand; "" as long as it can.
  virtual std::string error() const { return {}; }
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_BLOCK_TASK_H_

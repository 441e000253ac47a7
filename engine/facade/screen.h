// Screen: all subjects of an input against all policies, piece by piece.
//
// Each thread takes a piece of the input, judges it and takes the next; what came of them is merged in the
// order of the input, and nothing of a piece is kept, so memory does not grow with the number of rows.
// Nothing happens between calls of Next(), which gives backpressure for free. The same input gives the same
// output for any number of threads and any block size. One thread at a time, except Cancel(). Keeps its
// engine alive.
#ifndef ZHIDA_ENGINE_FACADE_SCREEN_H_
#define ZHIDA_ENGINE_FACADE_SCREEN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/cancel.h"
#include "engine/facade/block_task.h"
#include "engine/facade/engine.h"
#include "engine/facade/population.h"
#include "engine/facade/result_batch.h"
#include "engine/facts/arrow_abi.h"

namespace zhida::facade {

enum class Evaluator : uint8_t { kBatch, kPoint, kInterpreter };

struct ScreenProgress {
  int64_t rows = 0;
  int64_t bytes = 0;
  int64_t bytes_total = 0;
};

struct ScreenOptions {
  FactDates dates;
  OutcomeMask outcomes = kAllButIneligible;             // pairs to write; counted are all
  ResultColumns columns;                                // of the pairs written
  bool possible_awards = false;                         // with `awards`: undetermined pairs too
  bool awards = false;                                  // instead of pairs, what settlement needs of them
  bool bitmaps = false;                                 // instead of pairs, a bitmap a policy and outcome
  std::vector<std::string> policies;                    // empty: all
  std::string rejects_path;                             // empty: rejects are counted only
  std::string near_path;                                // NDJSON of near misses; empty: not looked for
  bool blocked = false;                                 // sum up which facts keep pairs undetermined
  std::function<bool(const ScreenProgress&)> progress;  // false stops the run
  size_t block_rows = 1024;
  Evaluator evaluator = Evaluator::kBatch;
  std::shared_ptr<BlockTask> task;               // null: policies are judged
  std::shared_ptr<const Population> population;  // of an engine of the same pack; null: none is supplied
};

class Screen {
 public:
  // Null with diagnostics for unknown policies, a stream whose columns are refused, or a file that
  // cannot be made.
  static std::unique_ptr<Screen> OpenNdjson(std::shared_ptr<const Engine> engine,
                                            std::vector<std::string> paths, ScreenOptions options,
                                            Diagnostics* diagnostics);
  static std::unique_ptr<Screen> OpenArrow(std::shared_ptr<const Engine> engine, ArrowArrayStream* rows,
                                           ScreenOptions options, Diagnostics* diagnostics);
  // From a coded file (docs/coded-file.md). Null with diagnostics too if it does not fit the pack.
  static std::unique_ptr<Screen> OpenCoded(std::shared_ptr<const Engine> engine, const std::string& path,
                                           ScreenOptions options, Diagnostics* diagnostics);
  ~Screen();

  enum class Step : uint8_t { kBatch, kEnd, kFailed, kCancelled };
  // The next batch of pairs that is not empty. The consumer owns *batch.
  Step Next(ArrowArray* batch);
  // To the end, without pairs.
  Step Run();
  // Instead of judging: the rows into a coded file, which may be the one they come from. kEnd when it is
  // there.
  Step Encode(const std::string& path);
  void ExportSchema(ArrowSchema* out) const;
  const std::string& error() const;  // after kFailed
  std::string SummaryJson() const;
  bool complete() const;  // all was read and judged
  void Cancel() { cancel_.Raise(); }

 private:
  Screen();
  class Impl;
  std::unique_ptr<Impl> impl_;
  CancelFlag cancel_;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_SCREEN_H_

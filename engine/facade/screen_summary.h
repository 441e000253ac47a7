// Screen summary: what a run says of itself, as JSON (docs/commands.md, "screen" and "encode").
// Pure; borrows all that it is given.
#ifndef ZHIDA_ENGINE_FACADE_SCREEN_SUMMARY_H_
#define ZHIDA_ENGINE_FACADE_SCREEN_SUMMARY_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/json_writer.h"
#include "engine/batch/batch.h"
#include "engine/facade/block_task.h"
#include "engine/facade/engine.h"
#include "engine/facts/reading.h"

namespace zhida::facade {

// What any run has read.
struct RunHead {
  const Engine& engine;
  const facts::ReadCounts& counts;
  bool complete;
};

struct ScreenSummary {
  RunHead head;
  const batch::BlockResult& result;   // of all threads together
  const std::vector<bool>& selected;  // policies; empty: all
  int64_t text_evaluations;
  std::string_view codes;             // of a coded file: where they come from; else ""
  const BlockTask* task;              // or null
  std::optional<int64_t> near_pairs;  // where near misses are looked for
  std::string blocked;                // JSON, or ""
};

std::string SummaryJson(const ScreenSummary& summary);
// Of a run that made a coded file instead of judging.
std::string EncodedJson(const RunHead& head, int64_t bytes);

// A member for each outcome.
void WriteOutcomes(const std::array<int64_t, pack::kOutcomeCount>& counts, JsonWriter* json);

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_SCREEN_SUMMARY_H_

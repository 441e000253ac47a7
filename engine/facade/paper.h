// Paper: all that one subject is told: what it gets, what is open and which facts would settle it, what it
// misses narrowly, and a list of what to bring, the money first.
//
// Pure; any thread. The JSON is described in docs/explanations.md.
#ifndef ZHIDA_ENGINE_FACADE_PAPER_H_
#define ZHIDA_ENGINE_FACADE_PAPER_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/facade/engine.h"

namespace zhida::facade {

struct PaperOptions {
  FactDates dates;
  size_t nearest = 20;     // near misses told in full; the rest is counted
  bool near_only = false;  // no explanations of what is eligible, conditional or open
};

// nullopt with a diagnostic when the facts are refused.
std::optional<std::string> PaperJson(const Engine& engine, std::string_view subject_json,
                                     const PaperOptions& options, Diagnostics* diagnostics);

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_PAPER_H_

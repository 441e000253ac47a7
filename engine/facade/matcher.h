// Matcher: one subject after the other against all policies, for a service that wants ids and nothing else.
//
// Bound to one engine, which it keeps alive; one thread, so make one a thread. Allocates nothing once it has
// met a few subjects, where codes decide: amounts and sums are computed in memory of their own. For clauses
// and reasons ask Engine::Match and Engine::Explain.
#ifndef ZHIDA_ENGINE_FACADE_MATCHER_H_
#define ZHIDA_ENGINE_FACADE_MATCHER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/facade/engine.h"
#include "engine/facts/fact_block.h"
#include "engine/facts/ndjson.h"
#include "engine/point/point.h"

namespace zhida::facade {

class Matcher {
 public:
  Matcher(std::shared_ptr<const Engine> engine, const FactDates& dates);

  // The policies wanted, by ascending position in the pack; valid until the next call. Null with a diagnostic
  // when the facts are refused. `subject_json` is one JSON object.
  const std::vector<point::Match>* Match(std::string_view subject_json, point::Want want,
                                         Diagnostics* diagnostics);
  // Of a row that the caller has filled (facts::TypedRow).
  const std::vector<point::Match>& Match(const facts::FactBlock& row, point::Want want);

 private:
  std::shared_ptr<const Engine> engine_;
  facts::NdjsonReader reader_;
  facts::FactBlock block_;
  std::string line_;
  std::vector<facts::Reject> rejects_;
  Layers::Finder finder_;
  std::vector<point::Match> matches_;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_MATCHER_H_

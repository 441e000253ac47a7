// HealthCheck: the health of a pack as of a day, from the pack alone and, where they are given, from counts
// over a registry, a table of claims, and the list of what a platform has published.
//
// The counts come from an ordinary screen with Engine(), whose policies are the pack's own, each followed by
// its variants without one clause. Immutable after the first Engine(); one thread until then.
#ifndef ZHIDA_ENGINE_FACADE_HEALTH_H_
#define ZHIDA_ENGINE_FACADE_HEALTH_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/analyze/uptake.h"
#include "engine/analyze/variants.h"
#include "engine/facade/claims.h"
#include "engine/facade/engine.h"

namespace zhida::facade {

class HealthCheck {
 public:
  HealthCheck(pack::PackPtr pack, Date as_of, int threads);

  std::shared_ptr<const Engine> VariantsEngine();
  size_t VariantCount() const { return variants_.origins.size(); }  // 0 before VariantsEngine()

  // As Claims::Add; may be called again for more of them.
  bool AddClaims(ArrowArrayStream* claims, Diagnostics* diagnostics);
  void SetPublished(analyze::Published published) { published_ = std::move(published); }

  // Outcomes counted of each policy of VariantsEngine(), in its order; none: without counts.
  using Counts = std::vector<std::array<int64_t, pack::kOutcomeCount>>;
  // {schema_version, as_of, pack, policies, subjects, claims: {rows, rows_of_no_policy, rows_later},
  // published, findings: [{kind, weight, policy, title, other, clauses, evidence: {...}, file, line,
  // column}], counts: {problem, risk, note}}. Findings by policy, in pack order, those of no policy last.
  // What was not given is null.
  std::string ReportJson(const Counts& counts, int64_t subjects) const;

 private:
  std::vector<analyze::Finding> Findings(const Counts& counts, int64_t subjects) const;

  pack::PackPtr pack_;
  Date as_of_;
  int threads_;
  plan::PlanPtr plan_;
  analyze::Variants variants_;
  std::optional<Claims> claims_;
  std::optional<analyze::Published> published_;
  std::shared_ptr<const Engine> engine_;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_HEALTH_H_

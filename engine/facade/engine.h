// Engine: a pack compiled for an as-of date, ready to answer. What the C API and all bindings stand on.
// Immutable; any number of threads may match, explain and screen at once.
//
// A policy that is added, changed or dropped makes another engine, which shares all the rest with this one
// (layers.h). It matches at once. What needs one plan of everything, a screen or a dump, compiles all
// policies when it is first asked; later calls find that plan.
#ifndef ZHIDA_ENGINE_FACADE_ENGINE_H_
#define ZHIDA_ENGINE_FACADE_ENGINE_H_

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/explain/near.h"
#include "engine/explain/pack_notes.h"
#include "engine/facade/layers.h"
#include "engine/facade/policy_list.h"
#include "engine/facts/reading.h"
#include "engine/pack/judge.h"
#include "engine/pack/pack.h"
#include "engine/plan/plan.h"
#include "engine/point/point.h"

namespace zhida::facade {

inline constexpr int kSchemaVersion = 1;  // of every JSON this library writes

// Dates of a run without the as-of date, which the engine has.
struct FactDates {
  std::optional<Date> facts_date;
  std::optional<Date> known_on;
  bool undated_is_stale = false;
};

using OutcomeMask = std::array<bool, pack::kOutcomeCount>;
inline constexpr OutcomeMask kAllOutcomes{true, true, true, true, true};
inline constexpr OutcomeMask kAllButIneligible{true, true, true, false, true};

struct MatchOptions {
  FactDates dates;
  OutcomeMask outcomes = kAllOutcomes;
  bool with_clauses = true;
  std::vector<std::string> policies;  // empty: all
};

class Engine {
 public:
  Engine(pack::PackPtr pack, Date as_of, int threads);

  // The pack with the policies that there are now, in their order; a changed engine makes it when first
  // asked.
  const pack::Pack& pack() const { return *pack_ptr(); }
  const pack::PackPtr& pack_ptr() const;
  // The pack that was loaded: its facts and names are this engine's too, and nothing has to be made.
  const pack::Pack& loaded_pack() const { return *pack_; }
  const PolicyList& policies() const { return policies_; }
  Date as_of() const { return as_of_; }
  int threads() const { return threads_; }
  const plan::PlanPtr& plan() const { return Whole().plan; }
  const point::PointEngine& point() const { return *Whole().point; }
  // Made when first asked for.
  const explain::NearIndex& near_index() const;
  const explain::PackNotes& pack_notes() const;
  Layers::Finder MakeFinder() const { return {layers_, policies_}; }
  // {"id":...,"version":...,"digest":...}; the digest covers what was changed.
  std::string PackJson() const;

  // The engine with policies that are new, or that take the place of those of the same id: one or a list, as
  // a policy file has them (YAML or JSON). Null with diagnostics where the text has mistakes; `label` names
  // it there. Warnings are added too.
  std::shared_ptr<const Engine> With(std::string_view text, const std::string& label,
                                     Diagnostics* diagnostics) const;
  // The engine without these policies. Null with a diagnostic for an unknown id, or when none would be left.
  std::shared_ptr<const Engine> Without(const std::vector<std::string>& ids, Diagnostics* diagnostics) const;
  // False with a diagnostic where policies have been changed: settlement knows the policies of packs only.
  bool MaySettle(Diagnostics* diagnostics) const;
  facts::DateRules DateRulesOf(const FactDates& dates) const;

  // JSON in, JSON out. nullopt with a diagnostic when the facts are refused or a policy is not known.
  std::optional<std::string> Match(std::string_view subject_json, const MatchOptions& options,
                                   Diagnostics* diagnostics) const;
  std::optional<std::string> Explain(std::string_view subject_json, std::string_view policy,
                                     const FactDates& dates, Diagnostics* diagnostics) const;
  std::string CostsJson() const;
  // What DescribeJson() says of policies, of this engine's.
  std::string PoliciesJson() const;

  // Marks the policies named; false with a diagnostic for an unknown id. No ids: nothing is marked, which
  // means all.
  bool SelectPolicies(const std::vector<std::string>& ids, std::vector<bool>* selected,
                      Diagnostics* diagnostics) const;

 private:
  // One plan of all policies, and its index.
  struct Compiled {
    std::once_flag pack_once;
    pack::PackPtr pack;
    std::once_flag once;
    plan::PlanPtr plan;
    std::shared_ptr<const point::PointEngine> point;
  };
  Engine(const Engine& before, PolicyList policies, Layers layers);
  const Compiled& Whole() const;
  void ReportUnknownPolicy(const std::string& id, Diagnostics* diagnostics) const;

  pack::PackPtr pack_;
  Date as_of_;
  int threads_;
  PolicyList policies_;
  std::shared_ptr<Compiled> whole_;
  Layers layers_;
  mutable std::once_flag near_once_;
  mutable std::unique_ptr<explain::NearIndex> near_index_;
  mutable std::once_flag notes_once_;
  mutable std::unique_ptr<explain::PackNotes> pack_notes_;
};

// `{"id":...,"version":...,"digest":...}`
std::string PackJson(const pack::Pack& pack);
// Everything about a pack that a user may list: facts, policies, decisions, warnings.
std::string DescribeJson(const pack::Pack& pack);
// False with a diagnostic for a pack that others use and that has no facts to judge anybody by.
bool IsAboutSubjects(const pack::Pack& pack, Diagnostics* diagnostics);
// One subject's facts as a block of one row, or a diagnostic. `warnings`, which may be null, takes what is
// said of facts that are judged all the same: keys that the schema lacks, a wrong check digit, promises that
// count for nothing.
bool ReadSubject(const pack::Pack& pack, const facts::DateRules& rules, std::string_view json,
                 facts::FactBlock* block, std::vector<std::string>* warnings, Diagnostics* diagnostics);

// An object over several lines is one subject all the same: makes it one line that the reader can take.
void AsOneLine(std::string* json);
// What is said when a subject was refused, or when there is none.
void ReportRefusal(const std::vector<facts::Reject>& rejects, Diagnostics* diagnostics);

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_ENGINE_H_

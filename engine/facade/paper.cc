#include "engine/facade/paper.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "engine/base/json_writer.h"
#include "engine/explain/explain.h"
#include "engine/explain/gap.h"
#include "engine/explain/missing.h"
#include "engine/facade/origins.h"

namespace zhida::facade {
namespace {

using pack::Outcome;

// How far a near miss is from its bar, as a share of the bar: the cheapest change first. What cannot be
// measured comes after what can, and what is open besides comes last.
struct Nearness {
  bool open = false;
  bool measured = false;
  Decimal share;
  int64_t could_fen = 0;
};

bool Nearer(const Nearness& a, const Nearness& b) {
  if (a.open != b.open) return b.open;
  if (a.measured != b.measured) return a.measured;
  if (a.measured && a.share != b.share) return a.share < b.share;
  return a.could_fen > b.could_fen;
}

class PaperWriter {
 public:
  PaperWriter(const Engine& engine, const facts::FactBlock& block, const explain::Origins& origins,
              const PaperOptions& options)
      : engine_(engine),
        pack_(engine_.pack()),
        block_(block),
        options_(options),
        explainer_(pack_, engine_.as_of(), block, 0, &origins, &engine_.pack_notes()) {}

  std::string Json(const std::vector<std::string>& warnings) {
    point::PointEngine::Worker(engine_.point()).Find(block_, 0, point::Want::kOpen, &matches_);
    json_.BeginObject().Key("schema_version").Int(kSchemaVersion);
    json_.Key("as_of").String(engine_.as_of().ToString()).Key("pack").Raw(PackJson(pack_));
    json_.Key("subject").String(block_.subject(0));
    WriteCounts();
    if (!options_.near_only) {
      WritePairs();
      WriteChecklist();
    }
    WriteNearest();
    if (!warnings.empty()) {
      json_.Key("warnings").BeginArray();
      for (const std::string& warning : warnings) json_.String(warning);
      json_.EndArray();
    }
    return json_.EndObject().Take();
  }

 private:
  void WriteCounts() {
    std::array<int64_t, pack::kOutcomeCount> counts{};
    int128_t eligible_fen = 0;
    int128_t conditional_fen = 0;
    for (const point::Match& match : matches_) {
      ++counts[static_cast<size_t>(match.judgement.outcome)];
      const int64_t fen = match.judgement.amount_fen.value_or(0);
      if (match.judgement.outcome == Outcome::kEligible) eligible_fen += fen;
      if (match.judgement.outcome == Outcome::kConditional) conditional_fen += fen;
    }
    counts[static_cast<size_t>(Outcome::kIneligible)] =
        static_cast<int64_t>(pack_.policies.size() - matches_.size());
    json_.Key("counts").BeginObject();
    for (int i = 0; i < pack::kOutcomeCount; ++i) {
      json_.Key(pack::OutcomeName(static_cast<Outcome>(i))).Int(counts[static_cast<size_t>(i)]);
    }
    json_.EndObject().Key("amount_fen").Raw(zhida::ToString(eligible_fen));
    json_.Key("conditional_amount_fen").Raw(zhida::ToString(conditional_fen));
  }

  void WritePairs() {
    constexpr size_t kUsualBytes = 2'300;  // of a pair
    json_.Reserve(matches_.size() * kUsualBytes);
    json_.Key("pairs").BeginArray();
    for (const point::Match& match : matches_) {
      json_.BeginObject();
      explainer_.WritePair(match.policy, &json_);
      json_.EndObject();
    }
    json_.EndArray();
  }

  // Of the facts that open pairs lack: the money that each could unlock, and for which policies.
  void WriteChecklist() {
    struct Unlocks {
      Cause cause = Cause::kMissing;
      int128_t fen = 0;
      bool at_most = false;
      std::vector<int> policies;
    };
    std::map<int, Unlocks> by_fact;
    for (const auto& [policy, missing] : explainer_.missing()) {
      const pack::PossibleAmount could = explainer_.Possible(policy);
      for (const pack::MissingFact& fact : missing.facts) {
        Unlocks& unlocks = by_fact[fact.fact];
        unlocks.cause = unlocks.policies.empty() ? fact.cause : FirstCause(unlocks.cause, fact.cause);
        unlocks.fen += could.fen.value_or(0);
        unlocks.at_most = unlocks.at_most || could.at_most;
        unlocks.policies.push_back(policy);
      }
    }
    std::vector<std::pair<int, Unlocks>> rows(by_fact.begin(), by_fact.end());
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.second.fen > b.second.fen; });
    json_.Key("checklist").BeginArray();
    for (const auto& [index, unlocks] : rows) {
      const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(index)];
      json_.BeginObject().Key("fact").String(fact.id).Key("name").String(fact.name);
      json_.Key("cause").String(CauseName(unlocks.cause)).OptionalString("source", fact.source);
      json_.OptionalString("material", fact.material).OptionalString("obtain", fact.obtain);
      json_.Key("could_fen").Raw(zhida::ToString(unlocks.fen));
      if (unlocks.at_most) json_.Key("could_at_most").Bool(true);
      json_.Key("policies").BeginArray();
      for (const int policy : unlocks.policies) json_.String(pack_.policies[static_cast<size_t>(policy)].id);
      json_.EndArray().EndObject();
    }
    json_.EndArray();
  }

  void WriteNearest() {
    const explain::NearIndex& index = engine_.near_index();
    batch::BlockPass promised(*engine_.plan(), *index.texts, feel::Reading::kPromised, batch::Fault::kNone);
    promised.Start(block_, 0, 1, nullptr);
    std::vector<int64_t> counts;
    std::vector<batch::NearRow> rows;
    batch::NearPass(*engine_.plan(), &index.curable).Run(promised, nullptr, nullptr, {}, &counts, &rows);
    std::vector<std::pair<Nearness, batch::NearRow>> near;
    for (const batch::NearRow& row : rows) near.emplace_back(NearnessOf(row), row);
    const size_t told = std::min(options_.nearest, near.size());
    std::stable_sort(near.begin(), near.end(),
                     [](const auto& a, const auto& b) { return Nearer(a.first, b.first); });
    json_.Key("near_count").Int(static_cast<int64_t>(near.size())).Key("nearest").BeginArray();
    for (size_t i = 0; i < told; ++i) {
      const batch::NearRow& row = near[i].second;
      json_.BeginObject();
      explainer_.WriteNear(static_cast<int>(row.policy), {static_cast<int>(row.clause), row.open != 0},
                           &json_);
      json_.EndObject();
    }
    json_.EndArray();
  }

  Nearness NearnessOf(const batch::NearRow& row) {
    Nearness nearness;
    nearness.open = row.open != 0;
    const int policy = static_cast<int>(row.policy);
    nearness.could_fen = explainer_.Possible(policy).fen.value_or(0);
    const pack::Policy& source = pack_.policies[row.policy];
    const pack::Clause& clause = source.clauses[static_cast<size_t>(row.clause)];
    if (clause.form != pack::Clause::Form::kWhen) return nearness;
    for (const explain::Gap& gap : explainer_.Gaps(policy, clause)) {
      if (gap.distance.kind() != ValueKind::kNumber || gap.bar.kind() != ValueKind::kNumber) continue;
      const Decimal& bar = gap.bar.number();
      const auto share = Decimal::Divide(gap.distance.number(), bar);
      if (!share || bar <= Decimal::FromInt(0) || (nearness.measured && *share <= nearness.share)) continue;
      nearness.measured = true;
      nearness.share = *share;
    }
    return nearness;
  }

  const Engine& engine_;
  const pack::Pack& pack_;
  const facts::FactBlock& block_;
  const PaperOptions& options_;
  explain::SubjectExplainer explainer_;
  std::vector<point::Match> matches_;
  JsonWriter json_;
};

}  // namespace

std::optional<std::string> PaperJson(const Engine& engine, std::string_view subject_json,
                                     const PaperOptions& options, Diagnostics* diagnostics) {
  facts::FactBlock block(engine.pack().schema);
  std::vector<std::string> warnings;
  if (!ReadSubject(engine.pack(), engine.DateRulesOf(options.dates), subject_json, &block, &warnings,
                   diagnostics))
    return std::nullopt;
  const explain::Origins origins = OriginsOf(engine.pack(), subject_json);
  return PaperWriter(engine, block, origins, options).Json(warnings);
}

}  // namespace zhida::facade

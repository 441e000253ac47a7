#include "engine/facade/screen_near.h"

#include <algorithm>
#include <utility>

#include "engine/base/json_writer.h"
#include "engine/explain/explain.h"
#include "engine/explain/missing.h"

namespace zhida::facade {
std::string NearLine::Text(int64_t row_base) const {
  return "{\"row\":" + std::to_string(row + row_base) + "," + members + "}\n";
}

void AddBlocked(const BlockedFacts& part, BlockedFacts* all) {
  for (const auto& [fact, blocked] : part) {
    BlockedFact& sum = (*all)[fact];
    sum.pairs += blocked.pairs;
    sum.pairs_without_amount += blocked.pairs_without_amount;
    sum.could_fen += blocked.could_fen;
  }
}

std::string BlockedJson(const pack::Pack& pack, const BlockedFacts& blocked) {
  std::vector<std::pair<int, BlockedFact>> rows(blocked.begin(), blocked.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second.could_fen > b.second.could_fen; });
  JsonWriter json;
  json.BeginArray();
  for (const auto& [index, row] : rows) {
    const pack::Fact& fact = pack.schema.facts[static_cast<size_t>(index)];
    json.BeginObject().Key("fact").String(fact.id).Key("name").String(fact.name);
    json.OptionalString("source", fact.source).OptionalString("material", fact.material);
    json.OptionalString("obtain", fact.obtain).Key("pairs").Int(row.pairs);
    json.Key("pairs_without_amount").Int(row.pairs_without_amount);
    json.Key("could_fen").Raw(zhida::ToString(row.could_fen)).EndObject();
  }
  return json.EndArray().Take();
}

ScreenNear::ScreenNear(const Engine& engine) : engine_(engine), worker_(engine.point()) {}

void ScreenNear::Tell(const facts::FactBlock& block, const std::vector<batch::NearRow>& rows,
                      std::vector<NearLine>* lines) const {
  for (size_t i = 0; i < rows.size();) {
    const uint32_t row = rows[i].row;
    explain::SubjectExplainer explainer(engine_.pack(), engine_.as_of(), block, row, nullptr);
    for (; i < rows.size() && rows[i].row == row; ++i) {
      JsonWriter json;
      json.BeginObject().Key("subject").String(block.subject(row));
      explainer.WriteNear(static_cast<int>(rows[i].policy),
                          {static_cast<int>(rows[i].clause), rows[i].open != 0}, &json);
      const std::string object = json.EndObject().Take();
      lines->push_back({block.input_row(row), object.substr(1, object.size() - 2)});
    }
  }
}

void ScreenNear::Block(const facts::FactBlock& block, const std::vector<bool>& policies) {
  for (size_t row = 0; row < block.row_count(); ++row) {
    worker_.Find(block, row, point::Want::kOpen, &matches_);
    const facts::BlockRow subject(block, row);
    pack::SubjectJudge judge(engine_.pack(), engine_.as_of(), subject);
    for (const point::Match& match : matches_) {
      const bool looked_at = policies.empty() || policies[static_cast<size_t>(match.policy)];
      if (!looked_at || match.judgement.outcome != pack::Outcome::kUndetermined) continue;
      const explain::Missing missing =
          explain::SmallestMissing(engine_.pack(), engine_.as_of(), subject, match.policy);
      const pack::PossibleAmount could = judge.Possible(match.policy);
      for (const pack::MissingFact& fact : missing.facts) {
        BlockedFact& blocked = blocked_[fact.fact];
        ++blocked.pairs;
        if (!could.fen) ++blocked.pairs_without_amount;
        blocked.could_fen += could.fen.value_or(0);
      }
    }
  }
}

}  // namespace zhida::facade

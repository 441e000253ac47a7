#include "engine/explain/remedies.h"

#include <algorithm>

#include "engine/explain/cure_day.h"
#include "engine/explain/paper.h"
#include "engine/feel/deadline.h"

namespace zhida::explain {

using pack::Clause;
using pack::ClauseTruth;
using pack::Outcome;
using pack::Reason;

RemedyWriter::RemedyWriter(SubjectExplainer& host, int policy, const pack::JudgementDetail& detail)
    : host_(host),
      pack_(host.pack_),
      index_(policy),
      policy_(host.pack_.policies[static_cast<size_t>(policy)]),
      detail_(detail) {
  FindWays();
}

// What is out of scope gets a signpost and no gap, even where other clauses fail.
void RemedyWriter::FindWays() {
  if (detail_.judgement.outcome != Outcome::kIneligible || detail_.judgement.reason == Reason::kScope) return;
  ways_ = WaysOf(detail_, &more_ways_);
  const CureDays days(pack_, policy_, host_.as_of_, host_.row_);
  for (const Way& way : ways_) {
    for (const Change& change : way) {
      if (!failing_.emplace(change.clause, change.to).second) continue;
      const Clause* clause = detail_.clauses[static_cast<size_t>(change.clause)].clause;
      earliest_[change.clause] =
          clause == nullptr ? std::nullopt : days.First(PartOf(clause->when), change.to);
    }
  }
}

// The first day on which time alone has cured one of the ways, if by then nothing else fails.
std::optional<Date> RemedyWriter::EarliestOfPair() {
  std::optional<Date> earliest;
  for (const Way& way : ways_) {
    std::optional<Date> day;
    const bool all = !way.empty() && std::all_of(way.begin(), way.end(), [&](const Change& change) {
      const std::optional<Date>& cured = earliest_[change.clause];
      if (cured && (!day || *day < *cured)) day = cured;
      return cured.has_value();
    });
    if (!all || (earliest && *earliest <= *day)) continue;
    pack::SubjectJudge judge(pack_, *day, host_.row_);
    if (judge.Decide(index_).outcome != Outcome::kIneligible) earliest = day;
  }
  return earliest;
}

void RemedyWriter::Write(bool plain, JsonWriter* json) {
  Missing missing;
  if (detail_.judgement.outcome == Outcome::kUndetermined) {
    missing = host_.MissingOf(index_, detail_, plain);
    host_.missing_.emplace_back(index_, missing);
  }
  WritePaper(missing, json);
  WriteCould(json);
  WriteMissing(missing, json);
  WritePromises(json);
  if (ways_.empty()) return;
  WriteWays(json);
  if (const std::optional<Date> day = EarliestOfPair()) json->Key("earliest").String(day->ToString());
  std::vector<bool> curable;
  for (const Clause& clause : policy_.clauses) curable.push_back(!clause.scope && IsCurable(pack_, clause));
  if (const std::optional<NearMiss> near = batch::NearMissOf(detail_, curable)) {
    json->Key("near").BeginObject().Key("clause");
    json->String(policy_.clauses[static_cast<size_t>(near->clause)].id);
    json->Key("open").Bool(near->open).EndObject();
  }
}

void RemedyWriter::WritePaper(const Missing& missing, JsonWriter* json) {
  std::vector<Cause> causes;
  causes.reserve(missing.facts.size() + detail_.clauses.size());
  for (const pack::MissingFact& fact : missing.facts) causes.push_back(fact.cause);
  for (const ClauseTruth& clause : detail_.clauses) {
    // Where another fact would do, the clause does not hang on its own.
    const bool decisive = missing.facts.empty() || clause.cause == Cause::kVagueRule;
    if (clause.depth == 0 && clause.truth == Truth::kUnknown && decisive) causes.push_back(clause.cause);
  }
  if (causes.empty() && detail_.judgement.outcome == Outcome::kUndetermined)
    causes.push_back(Cause::kVagueRule);
  const Paper paper = PaperOf(pack_, policy_, detail_, causes);
  json->Key("paper").BeginObject().Key("kind").String(PaperName(paper.kind));
  if (paper.checklist_attached) json->Key("attached").String("checklist");
  if (paper.veto_pending) json->Key("veto_pending").Bool(true);
  json->Key("rules").BeginArray();
  for (const std::string_view rule : paper.rules) json->String(rule);
  json->EndArray().EndObject();
}

// What the policy would bring if its clauses held, as far as the facts tell today.
void RemedyWriter::WriteCould(JsonWriter* json) {
  if (detail_.judgement.amount_fen || detail_.judgement.reason == Reason::kScope) return;
  const pack::PossibleAmount could = host_.judge_.Possible(index_);
  if (!could.fen) return;
  json->Key("could_fen").Int(*could.fen);
  if (could.at_most) json->Key("could_at_most").Bool(true);
}

void RemedyWriter::WriteFact(const pack::MissingFact& missing, JsonWriter* json) {
  const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(missing.fact)];
  json->BeginObject().Key("fact").String(fact.id).Key("name").String(fact.name);
  json->Key("cause").String(CauseName(missing.cause)).OptionalString("source", fact.source);
  json->OptionalString("material", fact.material).OptionalString("obtain", fact.obtain).EndObject();
}

void RemedyWriter::WriteMissing(const Missing& missing, JsonWriter* json) {
  json->Key("missing").BeginArray();
  for (const pack::MissingFact& fact : missing.facts) WriteFact(fact, json);
  json->EndArray();
  if (!missing.exact) json->Key("missing_exact").Bool(false);
  const auto is_named = [&](const pack::MissingFact& other) {
    return std::any_of(missing.facts.begin(), missing.facts.end(),
                       [&](const pack::MissingFact& fact) { return fact.fact == other.fact; });
  };
  if (std::all_of(detail_.missing.begin(), detail_.missing.end(), is_named)) return;
  json->Key("also_unknown").BeginArray();
  for (const pack::MissingFact& fact : detail_.missing) {
    if (!is_named(fact)) WriteFact(fact, json);
  }
  json->EndArray();
}

// What a conditional outcome rests on, until when it is to be checked, and what is taken back if it fails.
void RemedyWriter::WritePromises(JsonWriter* json) {
  json->Key("promised").BeginArray();
  for (const int fact : detail_.promised_facts)
    json->String(pack_.schema.facts[static_cast<size_t>(fact)].id);
  for (const std::string& clause : detail_.promised_clauses) json->String(clause);
  json->EndArray();
  if (detail_.judgement.outcome != Outcome::kConditional) return;
  json->Key("promises").BeginObject().Key("items").BeginArray();
  for (const int index : detail_.promised_facts) {
    const pack::Fact& fact = pack_.schema.facts[static_cast<size_t>(index)];
    json->BeginObject().Key("fact").String(fact.id).Key("name").String(fact.name);
    json->Key("value").String(host_.row_.Get(index, feel::Reading::kPromised).ToText());
    json->OptionalString("source", fact.source).OptionalString("material", fact.material);
    json->OptionalString("obtain", fact.obtain).EndObject();
  }
  for (const ClauseTruth& clause : detail_.clauses) {
    const auto& later = detail_.promised_clauses;
    if (std::find(later.begin(), later.end(), clause.id) == later.end()) continue;
    json->BeginObject().Key("clause").String(clause.id);
    if (clause.clause != nullptr) json->OptionalString("name", clause.clause->title);
    json->EndObject();
  }
  json->EndArray();
  if (policy_.promise) {
    const pack::PromiseTerms& terms = *policy_.promise;
    json->Key("check_days").Int(terms.days).Key("day_kind").String(terms.working ? "working" : "calendar");
    if (!terms.working) {
      json->Key("check_by").String(Date{host_.as_of_.days + terms.days}.ToString());
    } else if (const feel::Calendar* calendar = pack_.model.FindCalendar(terms.calendar)) {
      feel::DeadlineTerms asked;
      asked.received = host_.as_of_;
      asked.days = terms.days;
      feel::DeadlineFault fault = feel::DeadlineFault::kNone;
      const auto deadline = feel::DeadlineOf(*calendar, asked, host_.as_of_, &fault);
      if (deadline && deadline->due) json->Key("check_by").String(deadline->due->ToString());
      if (deadline && deadline->provisional) json->Key("provisional").Bool(true);
    }
    json->OptionalString("claw_back", terms.claw_back);
  }
  if (detail_.judgement.amount_fen) json->Key("claw_back_fen").Int(*detail_.judgement.amount_fen);
  json->EndObject();
}

void RemedyWriter::WriteWays(JsonWriter* json) {
  json->Key("ways").BeginArray();
  for (const Way& way : ways_) {
    json->BeginArray();
    for (const Change& change : way) json->String(detail_.clauses[static_cast<size_t>(change.clause)].id);
    json->EndArray();
  }
  json->EndArray();
  if (more_ways_) json->Key("more_ways").Bool(true);
}

bool RemedyWriter::IsChangeable(int fact) const {
  return pack_.schema.facts[static_cast<size_t>(fact)].changeable;
}

void RemedyWriter::WriteClause(size_t index, JsonWriter* json) {
  const Clause& clause = *detail_.clauses[index].clause;
  const std::optional<Date>& earliest = earliest_[static_cast<int>(index)];
  const bool by_subject = IsCurable(pack_, clause);
  json->Key("curable").Bool(by_subject || earliest.has_value());
  // Named by the author, else time where nothing else does it, else whoever the facts belong to.
  const std::string_view by = !clause.cured_by.empty()          ? std::string_view(clause.cured_by)
                              : earliest && clause.cure.empty() ? "time"
                              : by_subject                      ? "subject"
                                                                : "";
  json->OptionalString("cured_by", by);
  if (earliest) json->Key("earliest").String(earliest->ToString());
  json->Key("gaps").BeginArray();
  for (const Gap& gap : GapsOf(pack_, host_.InterpreterOf(policy_), PartOf(clause.when),
                               failing_.at(static_cast<int>(index)))) {
    WriteGap(gap, json);
  }
  json->EndArray();
}

void RemedyWriter::WriteGap(const Gap& gap, JsonWriter* json) {
  json->BeginObject().Key("text").String(gap.text);
  json->OptionalString("measured", gap.measured).OptionalString("sign", gap.sign);
  if (!gap.value.blocked() && !gap.value.is_null()) json->Key("value").String(gap.value.ToText());
  if (!gap.bar.blocked() && !gap.bar.is_null()) json->Key("bar").String(gap.bar.ToText());
  if (gap.distance.kind() == ValueKind::kNumber) json->Key("distance").String(gap.distance.ToText());
  json->OptionalString("unit", UnitName(gap.unit));
  if (gap.beyond) json->Key("beyond").Bool(true);
  if (gap.either) json->Key("either").Bool(true);
  json->Key("facts").BeginArray();
  for (const int fact : gap.facts) json->String(pack_.schema.facts[static_cast<size_t>(fact)].id);
  json->EndArray();
  json->Key("changeable").Bool(std::any_of(gap.facts.begin(), gap.facts.end(), [this](int fact) {
    return IsChangeable(fact);
  }));
  json->EndObject();
}

void RemedyWriter::WriteNear(const NearMiss& near, JsonWriter* json) {
  const Clause& clause = policy_.clauses[static_cast<size_t>(near.clause)];
  json->Key("policy").String(policy_.id).Key("title").String(policy_.title);
  json->OptionalString("title_en", policy_.title_en).OptionalString("department", policy_.department);
  json->Key("clause").String(clause.id).OptionalString("clause_title", clause.title);
  json->OptionalString("cure", clause.cure).Key("open").Bool(near.open);
  WriteCould(json);
  if (const std::optional<Date> day = EarliestOfPair()) json->Key("earliest").String(day->ToString());
  // Of all ways the first, which is the shortest.
  json->Key("changes").BeginArray();
  if (!ways_.empty()) {
    for (const Change& change : ways_.front()) {
      const auto index = static_cast<size_t>(change.clause);
      json->BeginObject().Key("clause").String(detail_.clauses[index].id);
      json->OptionalString("title", detail_.clauses[index].clause->title);
      json->OptionalString("article", detail_.clauses[index].clause->article);
      json->OptionalString("cure", detail_.clauses[index].clause->cure);
      WriteClause(index, json);
      json->EndObject();
    }
  }
  json->EndArray();
}

}  // namespace zhida::explain

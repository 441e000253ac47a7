// The sums of a simulation: how they are added, completed and written.
#include <algorithm>
#include <array>

#include "engine/facade/screen_summary.h"
#include "engine/facade/simulation_sums.h"

namespace zhida::facade {

using analyze::Change;
using analyze::Comparison;
using analyze::Forecast;
using analyze::Shift;
using analyze::Stand;
using analyze::SubjectShift;
using pack::kOutcomeCount;
using pack::Outcome;

void PolicySums::Add(const PolicySums& other) {
  shift.Add(other.shift);
  examples.Add(other.examples);
  open_before.Add(other.open_before);
  open_after.Add(other.open_after);
}

void GroupSums::Add(const GroupSums& other) {
  shift.Add(other.shift);
  subjects.Add(other.subjects);
}

void SweepSums::Add(const SweepSums& other) {
  shift.Add(other.shift);
  subjects.Add(other.subjects);
}

void SimulationSums::Add(const SimulationSums& other) {
  policies.resize(std::max(policies.size(), other.policies.size()));
  groups.resize(std::max(groups.size(), other.groups.size()));
  sweep.resize(std::max(sweep.size(), other.sweep.size()));
  for (size_t i = 0; i < other.policies.size(); ++i) policies[i].Add(other.policies[i]);
  whole.Add(other.whole);
  for (size_t i = 0; i < other.groups.size(); ++i) {
    for (const auto& [key, group] : other.groups[i]) groups[i][key].Add(group);
  }
  for (size_t i = 0; i < other.sweep.size(); ++i) sweep[i].Add(other.sweep[i]);
  subjects += other.subjects;
}

namespace {

constexpr auto kIneligible = static_cast<size_t>(Outcome::kIneligible);

int64_t Listed(const Shift& shift) {
  int64_t pairs = 0;
  for (const auto& row : shift.pairs) {
    for (const int64_t count : row) pairs += count;
  }
  return pairs;
}

size_t Unlisted(int position) { return position < 0 ? analyze::kAbsent : kIneligible; }

// The pairs of these policies that stand at an unlisted place, for so many subjects.
void Complete(const std::vector<Comparison::Matched>& policies, int64_t subjects, Shift* shift) {
  std::array<int64_t, 3> by_kind{};  // in both packs, dropped, added
  for (const Comparison::Matched& matched : policies) {
    ++by_kind[matched.after < 0 ? 1 : matched.before < 0 ? 2 : 0];
  }
  // Listed pairs of dropped and added policies stand in the column and the row of absent ones.
  int64_t dropped = 0;
  int64_t added = 0;
  for (size_t i = 0; i < analyze::kStandCount; ++i) {
    dropped += shift->pairs[i][analyze::kAbsent];
    added += shift->pairs[analyze::kAbsent][i];
  }
  const int64_t both = Listed(*shift) - dropped - added;
  shift->pairs[kIneligible][kIneligible] += subjects * by_kind[0] - both;
  shift->pairs[kIneligible][analyze::kAbsent] += subjects * by_kind[1] - dropped;
  shift->pairs[analyze::kAbsent][kIneligible] += subjects * by_kind[2] - added;
}

}  // namespace

void CountUnlisted(const SimulationFrame& frame, SimulationSums* sums) {
  if (frame.comparison) {
    const std::vector<Comparison::Matched>& policies = frame.comparison->policies();
    sums->policies.resize(policies.size());
    for (size_t i = 0; i < policies.size(); ++i) {
      Shift& shift = sums->policies[i].shift;
      shift.pairs[Unlisted(policies[i].before)][Unlisted(policies[i].after)] +=
          sums->subjects - Listed(shift);
    }
    Complete(policies, sums->subjects, &sums->whole.shift);
    for (auto& groups : sums->groups) {
      for (auto& [key, group] : groups) Complete(policies, group.subjects.subjects, &group.shift);
    }
  }
  sums->sweep.resize(frame.sweep.size());
  for (size_t value = 0; value < frame.sweep.size(); ++value) {
    std::vector<Comparison::Matched> swept;
    for (size_t i = 0; i < frame.sweep[value]->policies().size(); ++i) {
      if (i >= frame.swept.size() || frame.swept[i]) swept.push_back(frame.sweep[value]->policies()[i]);
    }
    Complete(swept, sums->subjects, &sums->sweep[value].shift);
  }
}

namespace {

void WriteStand(const Stand& stand, std::string_view outcome, std::string_view fen, JsonWriter* json) {
  json->Key(outcome).String(analyze::StandName(stand.outcome)).Key(fen);
  stand.fen ? json->Int(*stand.fen) : json->Null();
}

std::array<int64_t, kOutcomeCount> Outcomes(const Shift& shift, bool after) {
  std::array<int64_t, kOutcomeCount> counts{};
  for (int i = 0; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    counts[static_cast<size_t>(i)] = after ? shift.After(outcome) : shift.Before(outcome);
  }
  return counts;
}

// The members of a shift, into an open object.
void WriteShift(const Shift& shift, JsonWriter* json) {
  json->Key("before").BeginObject();
  WriteOutcomes(Outcomes(shift, false), json);
  json->EndObject().Key("after").BeginObject();
  WriteOutcomes(Outcomes(shift, true), json);
  json->EndObject().Key("gained").Int(shift.Gained()).Key("lost").Int(shift.Lost());
  json->Key("risen").Int(shift.risen).Key("fallen").Int(shift.fallen).Key("moved").Int(shift.Moved());
  const std::pair<const char*, int128_t> sums[] = {{"before_fen", shift.before_fen},
                                                   {"gained_fen", shift.gained_fen},
                                                   {"risen_fen", shift.risen_fen},
                                                   {"fallen_fen", shift.fallen_fen},
                                                   {"lost_fen", shift.lost_fen},
                                                   {"after_fen", shift.after_fen},
                                                   {"change_fen", shift.after_fen - shift.before_fen},
                                                   {"conditional_before_fen", shift.conditional_before_fen},
                                                   {"conditional_after_fen", shift.conditional_after_fen}};
  for (const auto& [name, fen] : sums) json->Key(name).Raw(zhida::ToString(fen));
  json->Key("moves").BeginArray();
  for (size_t from = 0; from < analyze::kStandCount; ++from) {
    for (size_t to = 0; to < analyze::kStandCount; ++to) {
      if (shift.pairs[from][to] == 0) continue;
      json->BeginObject().Key("before").String(analyze::StandName(from));
      json->Key("after").String(analyze::StandName(to)).Key("pairs").Int(shift.pairs[from][to]).EndObject();
    }
  }
  json->EndArray();
}

void WriteSubjects(const SubjectShift& subjects, JsonWriter* json) {
  json->BeginObject().Key("all").Int(subjects.subjects);
  json->Key("eligible_before").Int(subjects.eligible_before).Key("gained").Int(subjects.gained);
  json->Key("lost").Int(subjects.lost).Key("eligible_after").Int(subjects.eligible_after);
  json->Key("winners").Int(subjects.winners).Key("losers").Int(subjects.losers);
  json->Key("winners_fen").Raw(zhida::ToString(subjects.winners_fen));
  json->Key("losers_fen").Raw(zhida::ToString(subjects.losers_fen)).EndObject();
}

void WriteForecast(const Forecast& forecast, JsonWriter* json) {
  json->Key("low_fen").Raw(zhida::ToString(forecast.low_fen));
  json->Key("mid_fen").Raw(zhida::ToString(forecast.mid_fen));
  json->Key("high_fen").Raw(zhida::ToString(forecast.high_fen));
}

Forecast ForecastOfPolicy(const PolicySums& sums, bool after) {
  const Shift& shift = sums.shift;
  return analyze::ForecastOf(Outcomes(shift, after), after ? shift.after_fen : shift.before_fen,
                             after ? shift.conditional_after_fen : shift.conditional_before_fen,
                             after ? sums.open_after : sums.open_before);
}

void WriteOpen(const analyze::OpenAmounts& open, JsonWriter* json) {
  json->Key("undetermined").BeginObject().Key("pairs").Int(open.pairs).Key("computed").Int(open.computed);
  json->Key("capped").Int(open.capped).Key("untold").Int(open.untold);
  json->Key("fen").Raw(zhida::ToString(open.fen)).EndObject();
}

// Of one policy, or of all together.
void WriteForecasts(const std::vector<const PolicySums*>& policies, JsonWriter* json) {
  json->Key("forecast").BeginObject();
  for (const bool after : {false, true}) {
    Forecast forecast;
    analyze::OpenAmounts open;
    for (const PolicySums* policy : policies) {
      forecast.Add(ForecastOfPolicy(*policy, after));
      open.Add(after ? policy->open_after : policy->open_before);
    }
    json->Key(after ? "after" : "before").BeginObject();
    WriteForecast(forecast, json);
    WriteOpen(open, json);
    json->EndObject();
  }
  json->EndObject();
}

void WriteExamples(const analyze::Examples& examples, JsonWriter* json) {
  json->Key("examples").BeginObject();
  for (size_t i = 0; i < analyze::kChangeCount; ++i) {
    const std::vector<analyze::Example>& kept = examples.Of(static_cast<Change>(i));
    if (kept.empty()) continue;
    json->Key(analyze::ChangeName(static_cast<Change>(i))).BeginArray();
    for (const analyze::Example& one : kept) {
      json->BeginObject().Key("subject").String(one.subject);
      WriteStand(one.before, "before", "before_fen", json);
      WriteStand(one.after, "after", "after_fen", json);
      json->EndObject();
    }
    json->EndArray();
  }
  json->EndObject();
}

void WritePolicies(const SimulationFrame& frame, const SimulationSums& sums, JsonWriter* json) {
  json->Key("by_policy").BeginArray();
  for (size_t i = 0; i < sums.policies.size(); ++i) {
    const Comparison::Matched& matched = frame.comparison->policies()[i];
    const bool now = matched.after >= 0;
    const pack::Pack& pack = now ? frame.comparison->after() : frame.comparison->before();
    const pack::Policy& policy = pack.policies[static_cast<size_t>(now ? matched.after : matched.before)];
    json->BeginObject().Key("policy").String(policy.id).Key("title").String(policy.title);
    json->OptionalString("title_en", policy.title_en);
    json->Key("in").String(!now ? "before" : matched.before < 0 ? "after" : "both");
    WriteShift(sums.policies[i].shift, json);
    if (frame.forecast) WriteForecasts({&sums.policies[i]}, json);
    WriteExamples(sums.policies[i].examples, json);
    json->EndObject();
  }
  json->EndArray();
}

void WriteGroups(const SimulationFrame& frame, const SimulationSums& sums, JsonWriter* json) {
  json->Key("by_group").BeginArray();
  for (size_t i = 0; i < frame.groupings.size(); ++i) {
    const Grouping& grouping = frame.groupings[i];
    json->BeginObject().Key("by").String(grouping.word()).Key("name").String(grouping.name());
    json->Key("groups").BeginArray();
    for (const auto& [key, group] : sums.groups[i]) {
      json->BeginObject();
      grouping.Write(key, json);
      json->Key("subjects");
      WriteSubjects(group.subjects, json);
      WriteShift(group.shift, json);
      json->EndObject();
    }
    json->EndArray().EndObject();
  }
  json->EndArray();
}

void WriteSweep(const SimulationFrame& frame, const SimulationSums& sums, JsonWriter* json) {
  json->Key("sweep").BeginObject().Key("policies").BeginArray();
  for (size_t i = 0; i < frame.swept.size(); ++i) {
    if (!frame.swept[i]) continue;
    const int position = frame.sweep.front()->policies()[i].before;
    json->String(frame.before->policies()[static_cast<size_t>(position)].id);
  }
  json->EndArray().Key("points").BeginArray();
  for (size_t i = 0; i < sums.sweep.size(); ++i) {
    json->BeginObject().Key("settings").BeginArray();
    for (const std::string& setting : frame.sweep_engines[i]->loaded_pack().settings) json->String(setting);
    json->EndArray().Key("subjects");
    WriteSubjects(sums.sweep[i].subjects, json);
    WriteShift(sums.sweep[i].shift, json);
    json->EndObject();
  }
  json->EndArray().EndObject();
}

// Whether all that is told comes to the same, whichever way it is added up.
bool AddsUp(const SimulationFrame& frame, const SimulationSums& sums) {
  Shift all;
  bool fine = true;
  for (const PolicySums& policy : sums.policies) {
    fine = fine && policy.shift.AddsUp() && Listed(policy.shift) == sums.subjects;
    all.Add(policy.shift);
  }
  const auto same = [&all](const Shift& shift) {
    return shift.pairs == all.pairs && shift.before_fen == all.before_fen && shift.after_fen == all.after_fen;
  };
  fine = fine && same(sums.whole.shift) && sums.whole.subjects.subjects == sums.subjects;
  for (size_t i = 0; i < frame.groupings.size(); ++i) {
    GroupSums whole;
    for (const auto& [key, group] : sums.groups[i]) {
      fine = fine && group.shift.AddsUp();
      whole.Add(group);
    }
    fine = fine && same(whole.shift) && whole.subjects.subjects == sums.subjects;
  }
  return fine;
}

}  // namespace

void WriteSimulation(const SimulationFrame& frame, const SimulationSums& sums, JsonWriter* json) {
  json->Key("simulation").BeginObject();
  if (frame.comparison) {
    const pack::Pack& after = frame.against->loaded_pack();
    json->Key("against").Raw(frame.against->PackJson()).Key("settings").BeginArray();
    for (const std::string& setting : after.settings) json->String(setting);
    json->EndArray().Key("policies").Int(static_cast<int64_t>(sums.policies.size()));
    int64_t affected = 0;
    for (const Comparison::Matched& matched : frame.comparison->policies())
      affected += matched.affected ? 1 : 0;
    json->Key("policies_judged_again").Int(affected);
    json->Key("pairs").Int(Listed(sums.whole.shift)).Key("subjects");
    WriteSubjects(sums.whole.subjects, json);
    WriteShift(sums.whole.shift, json);
    if (frame.forecast) {
      std::vector<const PolicySums*> all;
      for (const PolicySums& policy : sums.policies) all.push_back(&policy);
      WriteForecasts(all, json);
    }
    WritePolicies(frame, sums, json);
    WriteGroups(frame, sums, json);
    json->Key("adds_up").Bool(AddsUp(frame, sums));
  }
  if (!frame.sweep.empty()) WriteSweep(frame, sums, json);
  json->EndObject();
}

}  // namespace zhida::facade

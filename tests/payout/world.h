// A pack, awards and earlier payments for tests, in a form that is easy to write, permute and hand to the
// reference.
#ifndef ZHIDA_TESTS_PAYOUT_WORLD_H_
#define ZHIDA_TESTS_PAYOUT_WORLD_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/payout/settlement.h"
#include "tests/pack/pack_files.h"

namespace zhida::payout {

// Pack text: the given settlement.yaml and policies.yaml below a schema of one key.
inline pack::PackPtr PackOf(std::string_view settlement, std::string_view policies) {
  pack::Files files;
  files["pack.yaml"] = "id: p\nversion: 1.0.0\nkind: firm\n";
  files["schema.yaml"] =
      "key: uscc\n"
      "facts:\n"
      "  - {id: uscc, name: 信用代码, type: string}\n"
      "  - {id: money, name: 金额, type: money}\n"
      "  - {id: day, name: 申报日期, type: date}\n"
      "  - {id: county, name: 区县, type: string}\n";
  if (!settlement.empty()) files["settlement.yaml"] = std::string(settlement);
  files["policies/a.yaml"] = std::string(policies);
  return pack::Load(files);
}

struct MadeLink {
  std::string group;
  std::string key;
  bool key_known = true;
  int64_t fen = kNoFen;
};

struct MadeAward {
  std::string subject;
  std::string policy;
  int64_t fen = kNoFen;
  std::string object = {};
  int32_t year = kNoYear;
  pack::Outcome outcome = pack::Outcome::kEligible;
  std::vector<int64_t> order = {};
  std::vector<MadeLink> links = {};
  std::string region = {};
  int64_t min_pay = kNoFen;
  PayeeState payee = PayeeState::kFine;
  bool object_known = true;
};

struct MadePayment {
  std::string subject;
  std::string policy;
  int64_t fen = 0;
  std::string object = {};
  int32_t year = kNoYear;
  int32_t paid_year = 2026;
  int32_t part = 1;
  std::string region = {};
  std::string kind = {};
};

struct World {
  pack::PackPtr pack;
  std::vector<MadeAward> awards;
  std::vector<MadePayment> history;
  int threads = 1;
  size_t piece_rows = Settlement::kPieceRows;
};

inline void AddTo(Settlement* settlement, const World& world, const MadeAward& made) {
  AwardInput input;
  input.subject = made.subject;
  input.object = made.object;
  input.region = made.region;
  input.policy = settlement->rules().FindPolicy(made.policy);
  ASSERT_GE(input.policy, 0) << made.policy;
  input.outcome = made.outcome;
  input.amount_fen = made.fen;
  input.unclipped_fen = made.fen;
  input.min_pay_fen = made.min_pay;
  input.year = made.year;
  input.order = made.order;
  input.payee_state = made.payee;
  input.object_known = made.object_known;
  const pack::Policy& policy = world.pack->policies[static_cast<size_t>(input.policy)];
  std::vector<AwardInput::Link> links;
  for (const pack::Membership& member : policy.settlement.combine) {
    AwardInput::Link link;
    if (member.form == pack::Form::kOnceId) link.key = made.object;
    for (const MadeLink& given : made.links) {
      if (given.group != world.pack->settlement.groups[static_cast<size_t>(member.group)].id) continue;
      link = {given.key, given.key_known, given.fen};
    }
    links.push_back(link);
  }
  input.links = links;
  settlement->awards().Add(input);
}

inline std::unique_ptr<Settlement> Settled(const World& world) {
  auto settlement =
      std::make_unique<Settlement>(world.pack, *Date::Parse("2026-06-30"), world.threads, world.piece_rows);
  for (const MadeAward& award : world.awards) AddTo(settlement.get(), world, award);
  for (const MadePayment& made : world.history) {
    PaymentInput input;
    input.subject = made.subject;
    input.policy = made.policy;
    input.kind = made.kind;
    input.object = made.object;
    input.region = made.region;
    input.fen = made.fen;
    input.year = made.year;
    input.part = made.part;
    input.paid_year = made.paid_year;
    settlement->history().Add(input);
  }
  settlement->Run();
  EXPECT_TRUE(settlement->adds_up());
  return settlement;
}

// `subject/policy[/object] status fen reason part order ~` a line, for comparisons and messages.
inline std::string TextOf(const Settlement& settlement, const Line& line) {
  const AwardTable& awards = settlement.awards();
  const Award& award = awards.rows[line.row];
  std::string text(awards.View(award.subject));
  text += "/" + settlement.rules().pack().policies[static_cast<size_t>(award.policy)].id;
  if (award.object.size > 0) text += "/" + std::string(awards.View(award.object));
  text += " " + std::string(StatusName(line.status)) + " " + std::to_string(line.fen);
  if (line.reason != Reason::kNone) text += " " + std::string(ReasonName(line.reason));
  if (line.part != 1) text += " part " + std::to_string(line.part);
  if (line.order != 0) text += " order " + std::to_string(line.order);
  if (line.rival_open) text += " ~";
  return text;
}

inline std::vector<std::string> TextsOf(const Settlement& settlement) {
  std::vector<std::string> texts;
  for (const Line& line : settlement.lines()) {
    if (line.status != Status::kOpen) texts.push_back(TextOf(settlement, line));
  }
  return texts;
}

inline std::string StepsText(const Settlement& settlement, const Line& line) {
  std::string text;
  for (const Step& step : settlement.StepsOf(line)) {
    text += (text.empty() ? "" : ", ") + std::string(StepName(step.kind)) + " " + std::to_string(step.fen);
  }
  return text;
}

}  // namespace zhida::payout

#endif  // ZHIDA_TESTS_PAYOUT_WORLD_H_

#include "engine/facade/settlement_cases.h"

#include "engine/payout/allocate.h"
#include "engine/payout/settlement.h"

namespace zhida::facade {
namespace {

using pack::CaseAward;
using pack::CaseHistory;
using pack::ExpectedAward;
using payout::AwardInput;
using payout::Line;
using payout::Settlement;

pack::Outcome OutcomeOf(const std::string& name) {
  if (name == "conditional") return pack::Outcome::kConditional;
  return name == "undetermined" ? pack::Outcome::kUndetermined : pack::Outcome::kEligible;
}

// The year of an event key that the case leaves out: what the policy would say on the day of the case.
int32_t YearOf(const pack::Policy& policy, Date as_of) {
  const pack::EventKey& key = policy.settlement.event_key;
  if (key.year == pack::EventKey::Year::kOnce) return payout::kNoYear;
  if (key.year == pack::EventKey::Year::kFixed) return static_cast<int32_t>(key.fixed_year);
  return static_cast<int32_t>(policy.year.value_or(as_of.civil().year));
}

void AddAward(const pack::Pack& pack, Date as_of, const CaseAward& award, Settlement* settlement) {
  const pack::Policy& policy = pack.policies[static_cast<size_t>(award.policy)];
  AwardInput input;
  input.subject = award.subject;
  input.policy = award.policy;
  input.outcome = OutcomeOf(award.outcome);
  if (award.object) input.object = *award.object;
  input.region = award.region;
  input.year = award.year ? static_cast<int32_t>(*award.year) : YearOf(policy, as_of);
  input.amount_fen = award.amount_fen.value_or(payout::kNoFen);
  input.unclipped_fen = award.unclipped_fen.value_or(input.amount_fen);
  input.min_pay_fen = award.min_pay_fen.value_or(payout::kNoFen);
  input.order = award.order;
  std::vector<AwardInput::Link> links;
  for (const pack::Membership& member : policy.settlement.combine) {
    AwardInput::Link link;
    if (member.form == pack::Form::kOnceId) link.key = input.object;
    for (const pack::CaseLink& given : award.links) {
      if (given.group != member.group) continue;
      if (given.key) link.key = *given.key;
      link.fen = given.fen.value_or(payout::kNoFen);
    }
    links.push_back(link);
  }
  input.links = links;
  settlement->awards().Add(input);
}

void AddHistory(const CaseHistory& row, Settlement* settlement) {
  payout::PaymentInput input;
  input.subject = row.subject;
  input.policy = row.policy;
  input.kind = row.kind;
  input.object = row.object;
  input.region = row.region;
  input.fen = row.amount_fen;
  input.part = static_cast<int32_t>(row.part);
  input.paid_year = static_cast<int32_t>(row.date.civil().year);
  if (row.year) input.year = static_cast<int32_t>(*row.year);
  settlement->history().Add(input);
}

std::string NameOf(const pack::Pack& pack, const ExpectedAward& expected) {
  std::string name = expected.subject + "/" + pack.policies[static_cast<size_t>(expected.policy)].id;
  if (!expected.object.empty()) name += "/" + expected.object;
  return name;
}

class Comparison {
 public:
  Comparison(const Settlement& settlement, std::vector<std::string>* problems)
      : settlement_(settlement), problems_(problems) {}

  void Compare(const ExpectedAward& expected) {
    const std::string name = NameOf(settlement_.rules().pack(), expected);
    const Line* line = Find(expected);
    if (line == nullptr) {
      problems_->push_back(name + ": there is no such award");
      return;
    }
    Same(name, "the amount in fen", expected.fen, line->fen);
    Same(name, "the part", expected.part, line->part);
    Same(name, "the turn", expected.order, line->order);
    Same(name, "the status", expected.status, payout::StatusName(line->status));
    Same(name, "the reason", expected.reason, payout::ReasonName(line->reason));
    if (expected.rival_open && *expected.rival_open != line->rival_open) {
      problems_->push_back(name + ": rival_open should be " + (line->rival_open ? "false" : "true"));
    }
    const auto& levels = settlement_.rules().policy(expected.policy).policy->settlement.share;
    for (const auto& [level, fen] : expected.shares) {
      int64_t got = 0;
      const std::vector<int64_t> shares =
          levels.empty() ? std::vector<int64_t>() : payout::Share(line->fen, levels);
      for (size_t i = 0; i < shares.size(); ++i) got = levels[i].level == level ? shares[i] : got;
      Same(name, "the share of " + level, std::optional<int64_t>(fen), got);
    }
  }

  void Compare(const pack::ExpectedPool& expected) {
    const std::string& name = settlement_.rules().pools()[static_cast<size_t>(expected.pool)].id;
    int128_t paid = 0;
    int128_t left = 0;
    for (const payout::PoolTotals& totals : settlement_.pool_totals()) {
      if (totals.pool != expected.pool) continue;
      paid += totals.paid_fen;
      left += totals.free_fen - totals.paid_fen - totals.held_fen;
    }
    Same("pool " + name, "what it paid", expected.paid_fen, static_cast<int64_t>(paid));
    Same("pool " + name, "what it has left", expected.left_fen, static_cast<int64_t>(left));
  }

 private:
  const Line* Find(const ExpectedAward& expected) const {
    for (const Line& line : settlement_.lines()) {
      const payout::Award& award = settlement_.awards().rows[line.row];
      if (award.policy == expected.policy && settlement_.awards().View(award.subject) == expected.subject &&
          settlement_.awards().View(award.object) == expected.object) {
        return &line;
      }
    }
    return nullptr;
  }

  void Same(const std::string& name, const std::string& what, const std::optional<int64_t>& wanted,
            int64_t got) {
    if (!wanted || *wanted == got) return;
    problems_->push_back(name + ": " + what + " should be " + std::to_string(*wanted) + ", but is " +
                         std::to_string(got));
  }
  void Same(const std::string& name, const std::string& what, const std::optional<std::string>& wanted,
            std::string_view got) {
    if (!wanted || *wanted == got) return;
    problems_->push_back(name + ": " + what + " should be " + *wanted + ", but is " +
                         (got.empty() ? "none" : std::string(got)));
  }

  const Settlement& settlement_;
  std::vector<std::string>* problems_;
};

}  // namespace

std::vector<std::string> RunSettlementCase(const pack::PackPtr& pack, const pack::SettlementCase& test) {
  Settlement settlement(pack, test.as_of, 1);
  for (const CaseAward& award : test.awards) AddAward(*pack, test.as_of, award, &settlement);
  for (const CaseHistory& row : test.history) AddHistory(row, &settlement);
  for (const auto& [pool, budget] : test.budgets) settlement.SetBudget(pool, budget);
  settlement.Run();
  std::vector<std::string> problems;
  Comparison comparison(settlement, &problems);
  for (const ExpectedAward& expected : test.expected) comparison.Compare(expected);
  for (const pack::ExpectedPool& expected : test.expected_pools) comparison.Compare(expected);
  if (!settlement.adds_up()) problems.emplace_back("the settlement does not add up");
  return problems;
}

}  // namespace zhida::facade

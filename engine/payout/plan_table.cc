#include "engine/payout/plan_table.h"

#include "engine/base/json_writer.h"
#include "engine/facts/arrow_builder.h"
#include "engine/payout/allocate.h"

namespace zhida::payout {

using facts::ColumnPtr;
using facts::ListBuilder;
using facts::NumberBuilder;
using facts::TextBuilder;

namespace {

constexpr int kReasonLast = static_cast<int>(Reason::kPayeeUnknown);
constexpr int kStepLast = static_cast<int>(StepKind::kMinimum);

template <typename Name>
ColumnPtr Names(int count, const Name& name) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.emplace_back(name(i));
  return facts::Utf8Column("", names);
}

std::string_view NoteOf(const Settlement& settlement, const Step& step) {
  if (step.cause < 0) return {};
  const auto index = static_cast<size_t>(step.cause);
  const bool group = step.kind == StepKind::kYearCap || step.kind == StepKind::kContributionCap;
  return group ? std::string_view(settlement.rules().groups()[index].id)
               : std::string_view(settlement.rules().pack().policies[index].id);
}

// Of a line that asked a pool.
std::string_view PoolOf(const Settlement& settlement, const Line& line) {
  const Award& award = settlement.awards().rows[line.row];
  const int32_t pool = settlement.rules().policy(award.policy).pool;
  return settlement.rules().pools()[static_cast<size_t>(pool)].id;
}

}  // namespace

std::vector<ToldStep> AllSteps(const Settlement& settlement, const Line& line) {
  const Award& award = settlement.awards().rows[line.row];
  std::vector<ToldStep> steps;
  if (award.unclipped_fen >= 0) steps.push_back({StepKind::kAmount, award.unclipped_fen, {}});
  if (award.amount_fen >= 0 && award.amount_fen != award.unclipped_fen) {
    steps.push_back({StepKind::kOwnCap, award.amount_fen, {}});
  }
  for (const Step& step : settlement.StepsOf(line)) {
    steps.push_back({step.kind, step.fen, NoteOf(settlement, step)});
  }
  if (line.order != 0 && line.share_fen != line.asked_fen) {
    steps.push_back({StepKind::kBudget, line.share_fen, PoolOf(settlement, line)});
  }
  if (line.reason == Reason::kBelowMinimum) steps.push_back({StepKind::kMinimum, 0, {}});
  return steps;
}

PlanTable::PlanTable(const Settlement& settlement) : settlement_(settlement) {
  const pack::Pack& pack = settlement.rules().pack();
  const int policies = static_cast<int>(pack.policies.size());
  const auto policy = [&](int i) -> const pack::Policy& { return pack.policies[static_cast<size_t>(i)]; };
  policies_ = Names(policies, [&](int i) { return policy(i).id; });
  kinds_ = Names(policies, [&](int i) { return policy(i).settlement.event_key.kind; });
  pools_ = Names(static_cast<int>(pack.settlement.pools.size()),
                 [&](int i) { return pack.settlement.pools[static_cast<size_t>(i)].id; });
  outcomes_ =
      Names(pack::kOutcomeCount, [](int i) { return pack::OutcomeName(static_cast<pack::Outcome>(i)); });
  statuses_ = Names(3, [](int i) { return StatusName(static_cast<Status>(i)); });
  reasons_ = Names(kReasonLast + 1, [](int i) { return ReasonName(static_cast<Reason>(i)); });
  step_names_ = Names(kStepLast + 1, [](int i) { return StepName(static_cast<StepKind>(i)); });
}

ColumnPtr PlanTable::Batch(size_t begin, size_t end) const {
  const AwardTable& awards = settlement_.awards();
  TextBuilder subject, object, payee_name, payee_account, payee_bank, step_note, level;
  NumberBuilder<int32_t> kind("i"), year("i"), part("i"), policy("i"), pool("i"), pool_year("i");
  NumberBuilder<int8_t> outcome("c"), status("c"), reason("c"), step("c");
  NumberBuilder<int64_t> order("l"), amount("l"), asked("l"), unclipped("l"), step_fen("l"), share_fen("l");
  ListBuilder steps, shares;
  facts::FlagBuilder rival_open;
  int64_t rows = 0;
  for (size_t i = begin; i < end; ++i) {
    const Line& line = settlement_.lines()[i];
    if (line.status == Status::kOpen) continue;
    ++rows;
    const Award& award = awards.rows[line.row];
    const PolicyRules& rules = settlement_.rules().policy(award.policy);
    subject.Add(awards.View(award.subject));
    kind.Add(award.policy);
    object.AddOrNull(awards.View(award.object));
    year.Add(award.year == kNoYear ? 0 : award.year);
    part.Add(line.part);
    policy.Add(award.policy);
    outcome.Add(static_cast<int8_t>(award.outcome));
    rules.pool < 0 ? pool.AddNull() : pool.Add(rules.pool);
    rules.pool < 0 ? pool_year.AddNull() : pool_year.Add(settlement_.rules().year());
    line.order == 0 ? order.AddNull() : order.Add(line.order);
    amount.Add(line.fen);
    asked.Add(line.asked_fen);
    award.unclipped_fen < 0 ? unclipped.AddNull() : unclipped.Add(award.unclipped_fen);
    for (const ToldStep& told : AllSteps(settlement_, line)) {
      step.Add(static_cast<int8_t>(told.kind));
      step_fen.Add(told.fen);
      step_note.AddOrNull(told.note);
    }
    steps.End(step_fen.size());
    const std::vector<pack::ShareLevel>& levels = rules.policy->settlement.share;
    const std::vector<int64_t> parts = levels.empty() ? std::vector<int64_t>() : Share(line.fen, levels);
    for (size_t l = 0; l < parts.size(); ++l) {
      level.Add(levels[l].level);
      share_fen.Add(parts[l]);
    }
    shares.End(share_fen.size());
    const PayeeRow& payee = awards.payees[award.payee];
    payee_name.AddOrNull(awards.View(payee.name));
    payee_account.AddOrNull(awards.View(payee.account));
    payee_bank.AddOrNull(awards.View(payee.bank));
    status.Add(static_cast<int8_t>(line.status));
    line.reason == Reason::kNone ? reason.AddNull() : reason.Add(static_cast<int8_t>(line.reason));
    rival_open.Add(line.rival_open);
  }
  const auto step_count = static_cast<int64_t>(step_fen.size());
  const ColumnPtr step_item = facts::StructColumn(
      "item", step_count,
      {step.Finish("step", step_names_), step_fen.Finish("fen"), step_note.Finish("note")});
  const auto share_count = static_cast<int64_t>(share_fen.size());
  const ColumnPtr share_item =
      facts::StructColumn("item", share_count, {level.Finish("level"), share_fen.Finish("fen")});
  return facts::StructColumn("", rows,
                             {subject.Finish("subject"),
                              kind.Finish("kind", kinds_),
                              object.Finish("object"),
                              year.Finish("year"),
                              part.Finish("part"),
                              policy.Finish("policy", policies_),
                              outcome.Finish("outcome", outcomes_),
                              pool.Finish("pool", pools_),
                              pool_year.Finish("pool_year"),
                              order.Finish("order"),
                              amount.Finish("amount_fen"),
                              asked.Finish("asked_fen"),
                              unclipped.Finish("unclipped_fen"),
                              steps.Finish("steps", step_item),
                              shares.Finish("shares", share_item),
                              payee_name.Finish("payee_name"),
                              payee_account.Finish("payee_account"),
                              payee_bank.Finish("payee_bank"),
                              status.Finish("status", statuses_),
                              reason.Finish("reason", reasons_),
                              rival_open.Finish("rival_open")});
}

namespace {

void WriteFen(std::string_view key, int128_t fen, JsonWriter* json) {
  json->Key(key).Raw(zhida::ToString(fen));
}

void WritePool(const Settlement& settlement, const PoolTotals& totals, JsonWriter* json) {
  const pack::Pool& pool = settlement.rules().pools()[static_cast<size_t>(totals.pool)];
  json->BeginObject().Key("pool").String(pool.id).Key("title").String(pool.title);
  json->Key("year").Int(settlement.rules().year()).Key("control").String(pack::ControlName(pool.control));
  json->OptionalString("region", totals.region);
  json->Key("awards").Int(totals.awards).Key("paid").Int(totals.paid_awards);
  if (totals.has_budget) {
    WriteFen("total_fen", totals.total_fen, json);
    WriteFen("carried_fen", totals.carried_fen, json);
    WriteFen("committed_fen", totals.committed_fen, json);
    WriteFen("free_fen", totals.free_fen, json);
  }
  WriteFen("asked_fen", totals.asked_fen, json);
  WriteFen("paid_fen", totals.paid_fen, json);
  WriteFen("held_fen", totals.held_fen, json);
  if (totals.has_budget) WriteFen("left_fen", totals.free_fen - totals.paid_fen - totals.held_fen, json);
  json->OptionalString("trouble", ReasonName(totals.trouble)).EndObject();
}

void WritePayments(const PolicyPayments& totals, JsonWriter* json) {
  json->Key("awards").Int(totals.awards).Key("paid").Int(totals.paid).Key("held").Int(totals.held);
  json->Key("nothing").Int(totals.nothing);
  WriteFen("amount_fen", totals.amount_fen, json);
  WriteFen("asked_fen", totals.asked_fen, json);
  WriteFen("paid_fen", totals.paid_fen, json);
  WriteFen("held_fen", totals.held_fen, json);
}

}  // namespace

std::string SettlementJson(const Settlement& settlement) {
  PolicyPayments all;
  for (const PolicyPayments& each : settlement.policy_totals()) all.Add(each);
  JsonWriter json;
  json.BeginObject();
  WritePayments(all, &json);
  const History* history = settlement.history_if_any();
  json.Key("history").BeginObject().Key("rows").Int(history == nullptr ? 0 : history->rows());
  json.Key("rows_of_no_policy").Int(history == nullptr ? 0 : history->rows_of_no_policy()).EndObject();
  json.Key("pools").BeginArray();
  for (const PoolTotals& totals : settlement.pool_totals()) WritePool(settlement, totals, &json);
  json.EndArray().Key("policies").BeginArray();
  for (size_t i = 0; i < settlement.policy_totals().size(); ++i) {
    if (settlement.policy_totals()[i].awards == 0) continue;
    const pack::Policy& policy = settlement.rules().pack().policies[i];
    json.BeginObject().Key("policy").String(policy.id).Key("title").String(policy.title);
    json.OptionalString("title_en", policy.title_en);
    WritePayments(settlement.policy_totals()[i], &json);
    json.EndObject();
  }
  json.EndArray().Key("reasons").BeginObject();
  for (size_t i = 1; i < settlement.reason_counts().size(); ++i) {
    if (settlement.reason_counts()[i] == 0) continue;
    json.Key(ReasonName(static_cast<Reason>(i))).Int(settlement.reason_counts()[i]);
  }
  return json.EndObject().Key("adds_up").Bool(settlement.adds_up()).EndObject().Take();
}

}  // namespace zhida::payout

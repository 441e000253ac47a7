#include "engine/facade/settle.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/json_writer.h"
#include "engine/facts/arrow_writer.h"
#include "engine/payout/allocate.h"
#include "engine/payout/arrow_input.h"
#include "engine/payout/judged.h"

namespace zhida::facade {

using payout::Line;
using payout::Settlement;

namespace {

constexpr size_t kPlanBatchLines = 65'536;

}  // namespace

SettleRun::SettleRun(std::shared_ptr<const Engine> engine)
    : engine_(std::move(engine)), settlement_(engine_->pack_ptr(), engine_->as_of(), engine_->threads()) {}

bool SettleRun::AddAwards(ArrowArrayStream* awards, Diagnostics* diagnostics) {
  const bool late = settlement_.history_if_any() != nullptr;
  if (late || !engine_->MaySettle(diagnostics)) {
    if (awards->release != nullptr) awards->release(awards);
    if (late) {
      diagnostics->Error("ZD7016", {}, "awards were added after earlier payments",
                         "add all awards first: payments are kept only for subjects that have one");
    }
    return false;
  }
  return payout::ReadAwards(awards, &settlement_, diagnostics);
}

bool SettleRun::AddPayments(ArrowArrayStream* payments, Diagnostics* diagnostics) {
  return payout::ReadPayments(payments, &settlement_, diagnostics);
}

void SettleRun::Run() {
  settlement_.Run();
  done_ = true;
}

std::string SettleRun::SummaryJson() const {
  JsonWriter json;
  json.BeginObject().Key("schema_version").Int(kSchemaVersion);
  json.Key("as_of").String(engine_->as_of().ToString()).Key("pack").Raw(PackJson(engine_->pack()));
  json.Key("settlement").Raw(payout::SettlementJson(settlement_));
  return json.EndObject().Take();
}

void PlanStream::ExportSchema(ArrowSchema* out) const { facts::ExportSchema(table_.Batch(0, 0), out); }

bool PlanStream::Next(ArrowArray* batch) {
  const size_t lines = run_->settlement().lines().size();
  while (next_line_ < lines) {
    const size_t end = std::min(lines, next_line_ + kPlanBatchLines);
    const std::shared_ptr<const facts::ArrowColumn> rows = table_.Batch(next_line_, end);
    next_line_ = end;
    if (rows->length == 0) continue;
    facts::ExportArray(rows, batch);
    return true;
  }
  return false;
}

namespace {

void WriteLine(const Settlement& settlement, const Line& line, JsonWriter* json) {
  const payout::AwardTable& awards = settlement.awards();
  const payout::Award& award = awards.rows[line.row];
  const pack::Policy& policy = *settlement.rules().policy(award.policy).policy;
  json->BeginObject().Key("policy").String(policy.id).Key("title").String(policy.title);
  json->OptionalString("object", awards.View(award.object));
  json->Key("outcome").String(pack::OutcomeName(award.outcome)).Key("amount_fen");
  award.amount_fen < 0 ? json->Null() : json->Int(award.amount_fen);
  json->Key("fen").Int(line.fen).Key("status").String(payout::StatusName(line.status));
  json->OptionalString("reason", payout::ReasonName(line.reason));
  json->Key("rival_open").Bool(line.rival_open).Key("steps").BeginArray();
  for (const payout::ToldStep& step : payout::AllSteps(settlement, line)) {
    json->BeginObject().Key("step").String(payout::StepName(step.kind)).Key("fen").Int(step.fen);
    json->OptionalString("note", step.note).EndObject();
  }
  json->EndArray();
  if (!policy.settlement.share.empty()) {
    const std::vector<int64_t> shares = payout::Share(line.fen, policy.settlement.share);
    json->Key("shares").BeginArray();
    for (size_t i = 0; i < shares.size(); ++i) {
      json->BeginObject().Key("level").String(policy.settlement.share[i].level);
      json->Key("fen").Int(shares[i]).EndObject();
    }
    json->EndArray();
  }
  json->EndObject();
}

}  // namespace

std::optional<std::string> BestMixJson(const Engine& engine, std::string_view subject_json,
                                       const MatchOptions& options, Diagnostics* diagnostics) {
  const pack::Pack& pack = engine.pack();
  std::vector<bool> selected;
  if (!engine.MaySettle(diagnostics)) return std::nullopt;
  if (!engine.SelectPolicies(options.policies, &selected, diagnostics)) return std::nullopt;
  facts::FactBlock block(pack.schema);
  if (!ReadSubject(pack, engine.DateRulesOf(options.dates), subject_json, &block, nullptr, diagnostics)) {
    return std::nullopt;
  }
  const facts::BlockRow facts(block, 0);
  pack::SubjectJudge judge(pack, engine.as_of(), facts);
  Settlement settlement(engine.pack_ptr(), engine.as_of(), 1);
  const std::vector<payout::Wanted> wanted = payout::WantedOf(pack);
  for (size_t i = 0; i < pack.policies.size(); ++i) {
    if (!wanted[i].award || (!selected.empty() && !selected[i])) continue;
    const pack::Outcome outcome = judge.Decide(static_cast<int>(i)).outcome;
    const bool open = outcome == pack::Outcome::kUndetermined;
    if (outcome > pack::Outcome::kUndetermined || (open && !wanted[i].undetermined)) continue;
    payout::AwardsOfPair(judge, block.subject(0), static_cast<int>(i), outcome,
                         [&](payout::AwardInput input) {
                           // Whether an account is known has no part in which awards go together.
                           input.payee_state = payout::PayeeState::kFine;
                           settlement.awards().Add(input);
                         });
  }
  settlement.RunWithoutBudgets();
  int128_t total = 0;
  int128_t held = 0;
  JsonWriter awards;
  awards.BeginArray();
  for (const Line& line : settlement.lines()) {
    if (line.status == payout::Status::kOpen) continue;
    if (line.status == payout::Status::kPay) total += line.fen;
    if (line.status == payout::Status::kHold) held += line.fen;
    WriteLine(settlement, line, &awards);
  }
  awards.EndArray();
  JsonWriter json;
  json.BeginObject().Key("schema_version").Int(kSchemaVersion).Key("as_of").String(engine.as_of().ToString());
  json.Key("pack").Raw(PackJson(pack)).Key("subject").String(block.subject(0));
  json.Key("total_fen").Raw(zhida::ToString(total)).Key("held_fen").Raw(zhida::ToString(held));
  return json.Key("awards").Raw(awards.text()).EndObject().Take();
}

}  // namespace zhida::facade

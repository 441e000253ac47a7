#include "engine/facade/award_batch.h"

#include <string>
#include <string_view>

#include "engine/facts/arrow_builder.h"

namespace zhida::facade {

using facts::ColumnPtr;
using facts::FlagBuilder;
using facts::ListBuilder;
using facts::NumberBuilder;
using facts::TextBuilder;
using payout::AwardInput;

namespace {

// Columns while they grow.
struct Growing {
  TextBuilder subject, object, region, group, key, payee_name, payee_account, payee_bank;
  NumberBuilder<int32_t> policy{"i"}, year{"i"};
  NumberBuilder<int8_t> outcome{"c"}, payee_state{"c"};
  NumberBuilder<int64_t> amount{"l"}, unclipped{"l"}, min_pay{"l"}, order_item{"l"}, group_fen{"l"};
  FlagBuilder object_unknown, key_unknown;
  ListBuilder order, groups;
  int64_t rows = 0;

  static void AddFen(int64_t fen, NumberBuilder<int64_t>* column) {
    if (fen == payout::kNoFen) {
      column->AddNull();
    } else {
      column->Add(fen == payout::kUnknownFen ? -1 : fen);
    }
  }

  void Add(const pack::Pack& pack, const AwardInput& input) {
    ++rows;
    subject.Add(input.subject);
    policy.Add(input.policy);
    outcome.Add(static_cast<int8_t>(input.outcome));
    AddFen(input.amount_fen, &amount);
    AddFen(input.unclipped_fen, &unclipped);
    AddFen(input.min_pay_fen, &min_pay);
    object.AddOrNull(input.object);
    object_unknown.Add(!input.object_known);
    input.year == payout::kNoYear ? year.AddNull() : year.Add(input.year);
    for (const int64_t value : input.order) {
      value == payout::kUnknownFen ? order_item.AddNull() : order_item.Add(value);
    }
    order.End(order_item.size());
    region.AddOrNull(input.region);
    const auto& combine = pack.policies[static_cast<size_t>(input.policy)].settlement.combine;
    for (size_t i = 0; i < combine.size(); ++i) {
      group.Add(pack.settlement.groups[static_cast<size_t>(combine[i].group)].id);
      key.AddOrNull(input.links[i].key);
      key_unknown.Add(!input.links[i].key_known);
      AddFen(input.links[i].fen, &group_fen);
    }
    groups.End(group_fen.size());
    payee_name.AddOrNull(input.payee_name);
    payee_account.AddOrNull(input.payee_account);
    payee_bank.AddOrNull(input.payee_bank);
    payee_state.Add(static_cast<int8_t>(input.payee_state));
  }
};

}  // namespace

AwardBatches::AwardBatches(const pack::Pack& pack, Date as_of, bool possible)
    : pack_(pack), as_of_(as_of), possible_(possible), wanted_(payout::WantedOf(pack)) {
  std::vector<std::string> ids;
  for (const pack::Policy& policy : pack.policies) ids.push_back(policy.id);
  policies_ = facts::Utf8Column("", ids);
  std::vector<std::string> names;
  for (int i = 0; i < pack::kOutcomeCount; ++i)
    names.emplace_back(pack::OutcomeName(static_cast<pack::Outcome>(i)));
  outcomes_ = facts::Utf8Column("", names);
  states_ = facts::Utf8Column("", {"fine", "unknown", "other_name"});
}

std::shared_ptr<facts::ArrowColumn> AwardBatches::Make(const facts::FactBlock& block,
                                                       const batch::Pairs& pairs) const {
  Growing columns;
  for (size_t row = 0; row < pairs.row_ends.size(); ++row) {
    if (pairs.row_begin(row) == pairs.row_ends[row]) continue;
    const facts::BlockRow subject(block, row);
    pack::SubjectJudge judge(pack_, as_of_, subject);
    for (size_t i = pairs.row_begin(row); i < pairs.row_ends[row]; ++i) {
      const batch::Cell cell = pairs.cells[i];
      const payout::Wanted& wanted = wanted_[cell.policy];
      const bool open = cell.outcome == pack::Outcome::kUndetermined;
      if (!wanted.award || (open && !wanted.undetermined && !possible_)) continue;
      const auto policy = static_cast<int>(cell.policy);
      const auto possible = open && possible_ ? judge.Possible(policy).fen : std::nullopt;
      payout::AwardsOfPair(judge, block.subject(row), policy, cell.outcome, [&](AwardInput input) {
        if (possible) input.amount_fen = *possible;
        columns.Add(pack_, input);
      });
    }
  }
  const ColumnPtr order_item = columns.order_item.Finish("item");
  const int64_t link_count = static_cast<int64_t>(columns.group_fen.size());
  const ColumnPtr link =
      facts::StructColumn("item", link_count,
                          {columns.group.Finish("group"), columns.key.Finish("key"),
                           columns.key_unknown.Finish("key_unknown"), columns.group_fen.Finish("fen")});
  return facts::StructColumn(
      "", columns.rows,
      {columns.subject.Finish("subject"), columns.policy.Finish("policy", policies_),
       columns.outcome.Finish("outcome", outcomes_), columns.amount.Finish("amount_fen"),
       columns.unclipped.Finish("unclipped_fen"), columns.object.Finish("object"),
       columns.object_unknown.Finish("object_unknown"), columns.year.Finish("year"),
       columns.min_pay.Finish("min_pay_fen"), columns.order.Finish("order", order_item),
       columns.region.Finish("region"), columns.groups.Finish("groups", link),
       columns.payee_name.Finish("payee_name"), columns.payee_account.Finish("payee_account"),
       columns.payee_bank.Finish("payee_bank"), columns.payee_state.Finish("payee_state", states_)});
}

void AwardBatches::ExportSchema(ArrowSchema* out) const {
  pack::Schema none;
  facts::ExportSchema(Make(facts::FactBlock(none), {}), out);
}

}  // namespace zhida::facade

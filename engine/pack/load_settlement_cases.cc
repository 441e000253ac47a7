// Test cases of settlement: awards and earlier payments in, payments out.
#include <limits>
#include <string>
#include <utility>

#include "engine/base/text.h"
#include "engine/pack/constant.h"
#include "engine/pack/load_cases.h"
#include "engine/pack/load_policy.h"

namespace zhida::pack {
namespace {

constexpr int64_t kFenMax = std::numeric_limits<int64_t>::max();
constexpr Named<int> kCompeting[] = {{"eligible", 0}, {"conditional", 1}, {"undetermined", 2}};
constexpr Named<int> kStatuses[] = {{"pay", 0}, {"hold", 1}, {"nothing", 2}};

class SettlementCaseReader {
 public:
  SettlementCaseReader(Loading& loading, const Node& node)
      : loading_(loading), diagnostics_(loading.diagnostics()), reader_(node, diagnostics_, "a case") {
    case_.where = node.Where();
  }

  void Run(IdTable* ids) {
    case_.id = ReadId(reader_, "id", IdForm::kDashed);
    ids->Declare(case_.id, 0, case_.where, diagnostics_);
    case_.title = reader_.OptionalString("title").value_or("");
    if (const std::optional<Date> as_of = reader_.RequiredDate("as_of")) case_.as_of = *as_of;
    for (const Node* award : reader_.RequiredList("awards")) ReadAward(*award);
    for (const Node* row : reader_.List("history")) ReadHistory(*row);
    if (const Node* pools = reader_.OptionalMapping("pools")) {
      for (const Entry& entry : pools->entries()) ReadBudget(entry);
    }
    if (const Node* expect = reader_.RequiredMapping("expect")) ReadExpect(*expect);
    for (const std::string_view key : {"note", "cite"}) reader_.OptionalString(key);
    reader_.Finish();
    loading_.pack().settlement_cases.push_back(std::move(case_));
  }

 private:
  int FindPolicy(std::string_view id, const Location& where) {
    const int index = loading_.policies.Find(id);
    if (index < 0 && !id.empty() && !loading_.policies_may_be_missing()) {
      const std::string near = NearestName(id, loading_.policies.Ids());
      diagnostics_.Error("ZD2805", where, "there is no policy " + JsonQuote(id),
                         near.empty() ? "name a policy of the pack" : "did you mean " + near + "?");
    }
    return index;
  }

  // Yuan under `amount`, or fen under `amount_fen`.
  std::optional<int64_t> ReadAmount(MappingReader& reader) {
    const std::optional<int64_t> fen = reader.OptionalInt("amount_fen", -kFenMax, kFenMax);
    const Sum sum = ReadSum(loading_, reader, "amount", "an amount", {});
    return sum.fen ? sum.fen : fen;
  }

  void ReadAward(const Node& node) {
    MappingReader reader(node, diagnostics_, "an award of a case");
    if (!reader.is_mapping()) return;
    CaseAward award;
    award.subject = reader.RequiredString("subject");
    award.policy = FindPolicy(reader.RequiredString("policy"), node.Where());
    if (const Node* outcome = reader.Optional("outcome")) {
      if (reader.RequiredEnum("outcome", kCompeting)) award.outcome = std::string(outcome->text());
    }
    award.object = reader.OptionalString("object");
    award.year = reader.OptionalInt("year", 1, 9999);
    award.amount_fen = ReadAmount(reader);
    award.unclipped_fen = reader.OptionalInt("unclipped_fen", 0, kFenMax);
    award.min_pay_fen = reader.OptionalInt("min_pay_fen", 0, kFenMax);
    award.region = reader.OptionalString("region").value_or("");
    if (const Node* order = reader.Optional("order")) ReadOrder(*order, &award);
    if (const Node* groups = reader.OptionalMapping("groups")) {
      for (const Entry& entry : groups->entries()) ReadLink(entry, &award);
    }
    reader.Finish();
    case_.awards.push_back(std::move(award));
  }

  // A whole number or a date, or a list of them.
  void ReadOrder(const Node& node, CaseAward* award) {
    const auto read = [&](const Node& item) {
      if (const std::optional<Date> date = Date::Parse(item.text())) {
        award->order.push_back(date->days);
      } else if (const std::optional<int64_t> number =
                     ReadInt(item, -kFenMax, kFenMax, "the order of an award", diagnostics_)) {
        award->order.push_back(*number);
      }
    };
    if (!node.is_sequence()) {
      read(node);
    } else {
      for (const Node& item : node.items()) read(item);
    }
  }

  // `{key: ..., fen: ...}`: the identity within a group, and the limit or the upper level's part.
  void ReadLink(const Entry& entry, CaseAward* award) {
    CaseLink link;
    link.group = loading_.groups.Find(entry.key);
    if (link.group < 0) {
      diagnostics_.Error("ZD2708", entry.KeyWhere(), "there is no group " + JsonQuote(entry.key),
                         "name a group of settlement.yaml" + DidYouMean(entry.key, loading_.groups.Ids()));
    }
    MappingReader reader(entry.value, diagnostics_, "a group of an award");
    link.key = reader.OptionalString("key");
    link.fen = reader.OptionalInt("fen", 0, kFenMax);
    reader.Finish();
    award->links.push_back(std::move(link));
  }

  void ReadHistory(const Node& node) {
    MappingReader reader(node, diagnostics_, "an earlier payment of a case");
    if (!reader.is_mapping()) return;
    CaseHistory row;
    row.subject = reader.RequiredString("subject");
    row.policy = reader.OptionalString("policy").value_or("");
    FindPolicy(row.policy, node.Where());
    row.kind = reader.OptionalString("kind").value_or("");
    row.object = reader.OptionalString("object").value_or("");
    row.region = reader.OptionalString("region").value_or("");
    row.year = reader.OptionalInt("year", 1, 9999);
    row.part = reader.OptionalInt("part", 1, std::numeric_limits<int32_t>::max()).value_or(1);
    const std::optional<int64_t> amount = ReadAmount(reader);
    if (const std::optional<Date> date = reader.RequiredDate("date")) row.date = *date;
    reader.Finish();
    if (!amount && reader.ok()) {
      diagnostics_.Error("ZD2811", node.Where(), "an earlier payment has no amount", "write amount: 3万元");
    }
    row.amount_fen = amount.value_or(0);
    case_.history.push_back(std::move(row));
  }

  // The budget of a pool in the year of the case.
  void ReadBudget(const Entry& entry) {
    const int pool = FindPool(entry);
    MappingReader reader(entry.value, diagnostics_, "a pool of a case");
    if (!reader.is_mapping()) return;
    Budget budget;
    budget.where = entry.KeyWhere();
    budget.year = case_.as_of.civil().year;
    const Sum total = ReadSum(loading_, reader, "total", "the total", {});
    budget.total_fen = total.fen.value_or(0);
    budget.carry_over = reader.Bool("carry_over", false);
    budget.closed = reader.Bool("closed", false);
    reader.Finish();
    case_.budgets.emplace_back(pool, budget);
  }

  int FindPool(const Entry& entry) {
    const int pool = loading_.pools.Find(entry.key);
    if (pool < 0) {
      diagnostics_.Error("ZD2709", entry.KeyWhere(), "there is no pool " + JsonQuote(entry.key),
                         "name a pool of settlement.yaml" + DidYouMean(entry.key, loading_.pools.Ids()));
    }
    return pool;
  }

  void ReadExpect(const Node& node) {
    MappingReader reader(node, diagnostics_, "\"expect\" of a case");
    if (const Node* awards = reader.OptionalMapping("awards")) {
      for (const Entry& entry : awards->entries()) ReadExpectedAward(entry);
    }
    if (const Node* pools = reader.OptionalMapping("pools")) {
      for (const Entry& entry : pools->entries()) {
        ExpectedPool expected;
        expected.pool = FindPool(entry);
        expected.where = entry.KeyWhere();
        MappingReader parts(entry.value, diagnostics_, "an expectation of a pool");
        expected.paid_fen = parts.OptionalInt("paid_fen", 0, kFenMax);
        expected.left_fen = parts.OptionalInt("left_fen", 0, kFenMax);
        parts.Finish();
        case_.expected_pools.push_back(expected);
      }
    }
    if (case_.expected.empty() && case_.expected_pools.empty() && reader.ok()) {
      diagnostics_.Error("ZD2804", node.Where(), "the case expects nothing",
                         "name at least one award or pool");
    }
    reader.Finish();
  }

  // `subject/policy` or `subject/policy/object`: fen, a sum like 3万元, or a mapping.
  void ReadExpectedAward(const Entry& entry) {
    ExpectedAward expected;
    expected.where = entry.KeyWhere();
    const std::vector<std::string> parts = SplitOn(entry.key, '/');
    if (parts.size() != 2 && parts.size() != 3) {
      diagnostics_.Error("ZD2812", expected.where, JsonQuote(entry.key) + " names no award",
                         "write subject/policy, or subject/policy/object");
      return;
    }
    expected.subject = parts[0];
    expected.policy = FindPolicy(parts[1], expected.where);
    if (parts.size() == 3) expected.object = parts[2];
    if (!entry.value.is_mapping()) {
      expected.fen = ReadFen(entry.value);
    } else {
      ReadDetails(entry.value, &expected);
    }
    case_.expected.push_back(std::move(expected));
  }

  std::optional<int64_t> ReadFen(const Node& node) {
    const std::optional<Decimal> yuan =
        node.is_scalar() && node.text().ends_with("元") ? ParseQuantity(node.text()) : std::nullopt;
    return yuan ? ToFen(*yuan, {}) : ReadInt(node, 0, kFenMax, "an expected amount in fen", diagnostics_);
  }

  void ReadDetails(const Node& node, ExpectedAward* expected) {
    MappingReader reader(node, diagnostics_, "an expectation of an award");
    expected->fen = ReadAmount(reader);
    if (const Node* status = reader.Optional("status")) {
      if (reader.RequiredEnum("status", kStatuses)) expected->status = std::string(status->text());
    }
    expected->reason = reader.OptionalString("reason");
    expected->part = reader.OptionalInt("part", 1, kFenMax);
    expected->order = reader.OptionalInt("order", 1, kFenMax);
    expected->rival_open = reader.OptionalBool("rival_open");
    if (const Node* shares = reader.OptionalMapping("shares")) {
      for (const Entry& entry : shares->entries()) {
        expected->shares.emplace_back(std::string(entry.key), ReadFen(entry.value).value_or(0));
      }
    }
    reader.Finish();
  }

  Loading& loading_;
  Diagnostics& diagnostics_;
  MappingReader reader_;
  SettlementCase case_;
};

}  // namespace

void ReadSettlementCase(Loading& loading, const Node& node, IdTable* ids) {
  SettlementCaseReader(loading, node).Run(ids);
}

}  // namespace zhida::pack

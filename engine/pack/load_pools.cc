// settlement.yaml: groups, pools, modifiers and the payee of a pack.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/text.h"
#include "engine/pack/load_policy.h"

namespace zhida::pack {
namespace {

constexpr Named<Control> kControls[] = {{"open", Control::kOpen},
                                        {"first_come", Control::kFirstCome},
                                        {"prorata", Control::kProrata},
                                        {"ranked", Control::kRanked}};
constexpr Named<bool> kReach[] = {{"subject", false}, {"all", true}};
constexpr int64_t kRefillMax = 1'000;
constexpr size_t kOrderKeysMax = 4;  // sort keys of one pool; each award carries its values

class SettlementFileReader {
 public:
  SettlementFileReader(Loading& loading, const Node& node)
      : loading_(loading),
        diagnostics_(loading.diagnostics()),
        reader_(node, loading.diagnostics(), "settlement.yaml") {}

  void Run() {
    for (const Node* group : reader_.List("groups")) ReadGroup(*group);
    for (const Node* pool : reader_.List("pools")) ReadPool(*pool);
    for (const Node* modifier : reader_.List("modifiers")) ReadModifier(*modifier);
    if (const Node* payee = reader_.OptionalMapping("payee")) {
      loading_.pack().settlement.payee = ReadPayee(loading_, *payee, "the payee", {});
    }
    reader_.Finish();
  }

 private:
  void ReadGroup(const Node& node) {
    MappingReader reader(node, diagnostics_, "a group");
    if (!reader.is_mapping()) return;
    Group group;
    group.where = node.Where();
    group.id = ReadId(reader, "id", IdForm::kDashed);
    group.title = reader.OptionalString("title").value_or(group.id);
    group.all_subjects = reader.Enum("across", kReach, false);
    group.limit = ReadSum(loading_, reader, "limit", "the limit of group " + group.id, {});
    for (const std::string_view key : {"note", "cite", "article"}) reader.OptionalString(key);
    reader.Finish();
    std::vector<Group>& groups = loading_.pack().settlement.groups;
    loading_.groups.Declare(group.id, static_cast<int>(groups.size()), group.where, diagnostics_);
    groups.push_back(std::move(group));
  }

  void ReadPool(const Node& node) {
    MappingReader reader(node, diagnostics_, "a pool");
    if (!reader.is_mapping()) return;
    Pool pool;
    pool.where = node.Where();
    pool.id = ReadId(reader, "id", IdForm::kDashed);
    pool.title = reader.OptionalString("title").value_or(pool.id);
    pool.control = reader.RequiredEnum("control", kControls).value_or(Control::kFirstCome);
    if (reader.Optional("unit") != nullptr) ReadUnit(reader, &pool);
    pool.refill = reader.OptionalInt("refill", 0, kRefillMax).value_or(0);
    if (reader.Optional("order_by") != nullptr) ReadOrder(reader, &pool);
    const bool needs_order = pool.control == Control::kFirstCome || pool.control == Control::kRanked;
    if (needs_order && pool.order_by.empty()) {
      reader.Error("control", "ZD2723", "pool " + pool.id + " does not say whose turn it is",
                   "name what awards are put in order by, like order_by: [申报日期]");
    }
    ReadBudgets(reader, &pool);
    if (const Node* quotas = reader.OptionalMapping("quotas")) ReadQuotas(*quotas, &pool);
    for (const std::string_view key : {"note", "cite", "article"}) reader.OptionalString(key);
    reader.Finish();
    std::vector<Pool>& pools = loading_.pack().settlement.pools;
    loading_.pools.Declare(pool.id, static_cast<int>(pools.size()), pool.where, diagnostics_);
    pools.push_back(std::move(pool));
  }

  void ReadUnit(MappingReader& reader, Pool* pool) {
    const std::string unit = reader.RequiredString("unit");
    const std::optional<MoneyUnit> known = MoneyUnitFromName(unit);
    if (!known) {
      reader.Error("unit", "ZD2617", JsonQuote(unit) + " is no unit of money",
                   "write 分, 角, 元, 千元 or 万元");
      return;
    }
    for (int i = 0; i < known->fen_power; ++i) pool->unit_fen *= 10;
  }

  // Expressions; `{by: 得分, descending: true}` puts the largest first.
  void ReadOrder(MappingReader& reader, Pool* pool) {
    for (const Node* item : reader.List("order_by")) {
      OrderKey key;
      const Node* by = item;
      if (item->is_mapping()) {
        MappingReader parts(*item, diagnostics_, "an item of \"order_by\"");
        by = parts.Required("by");
        key.descending = parts.Bool("descending", false);
        parts.Finish();
      }
      if (by == nullptr) continue;
      feel::ParseOptions options;
      options.what = "the order of pool " + pool->id;
      if (std::optional<feel::Expression> parsed = loading_.Parse(*by, std::move(options))) {
        CheckOrderType(*by, *parsed->root->type, pool->id);
        key.by = *std::move(parsed);
      }
      pool->order_by.push_back(std::move(key));
    }
    if (pool->order_by.size() > kOrderKeysMax) {
      reader.Error("order_by", "ZD2724",
                   "there are more sort keys than kOrderKeysMax = " + std::to_string(kOrderKeysMax),
                   "keep those that decide; awards that are equal go by subject");
    }
  }

  void CheckOrderType(const Node& node, const feel::Type& type, const std::string& pool) {
    switch (type.kind) {
      case feel::TypeKind::kAny:
      case feel::TypeKind::kNumber:
      case feel::TypeKind::kBoolean:
      case feel::TypeKind::kDate:
      case feel::TypeKind::kDateTime:
        return;
      default:
        diagnostics_.Error("ZD2725", node.Where(),
                           "the order of pool " + pool + " is " + feel::TypeText(type),
                           "put awards in order by a date, a time, a number or a yes and no");
    }
  }

  void ReadBudgets(MappingReader& reader, Pool* pool) {
    const std::vector<const Node*> nodes =
        pool->control == Control::kOpen ? reader.List("budgets") : reader.RequiredList("budgets");
    for (const Node* node : nodes) {
      MappingReader parts(*node, diagnostics_, "a budget");
      if (!parts.is_mapping()) continue;
      Budget budget;
      budget.where = node->Where();
      budget.year = parts.RequiredInt("year", 1, 9999).value_or(0);
      if (parts.Required("total") != nullptr) budget.total_fen = ReadFen(parts, "total");
      budget.carry_over = parts.Bool("carry_over", false);
      budget.closed = parts.Bool("closed", false);
      for (const std::string_view key : {"note", "cite"}) parts.OptionalString(key);
      parts.Finish();
      if (const Budget* other = pool->FindBudget(budget.year)) {
        diagnostics_.Error("ZD2726", budget.where,
                           "pool " + pool->id + " has two budgets for " + std::to_string(budget.year) +
                               ", see " + PlaceText(other->where),
                           "keep one of the two");
        continue;
      }
      pool->budgets.push_back(budget);
    }
    std::sort(pool->budgets.begin(), pool->budgets.end(),
              [](const Budget& a, const Budget& b) { return a.year < b.year; });
    for (const Budget& budget : pool->budgets) {
      if (!budget.carry_over || pool->FindBudget(budget.year - 1) != nullptr) continue;
      diagnostics_.Error("ZD2727", budget.where,
                         "nothing can be carried over from " + std::to_string(budget.year - 1) +
                             ", for which pool " + pool->id + " has no budget",
                         "declare that budget, or leave carry_over out");
    }
  }

  // A constant sum; 0 after a report.
  int64_t ReadFen(MappingReader& reader, std::string_view key) {
    const Sum sum = ReadSum(loading_, reader, key, std::string(key), {});
    if (sum.expression.root != nullptr) {
      reader.Error(key, "ZD2728", JsonQuote(key) + " is not a sum of money",
                   "write one like 5000万元; a budget is the same for everybody");
    }
    return sum.fen.value_or(0);
  }

  // Parts of the budget that are kept for regions; whoever is in none of them shares the rest.
  void ReadQuotas(const Node& node, Pool* pool) {
    MappingReader reader(node, diagnostics_, "\"quotas\" of a pool");
    if (const Node* by = reader.Required("by")) {
      feel::ParseOptions options;
      options.what = "the region of pool " + pool->id;
      pool->region = loading_.ParseAs(*by, feel::MakeType(feel::TypeKind::kString), std::move(options))
                         .value_or(feel::Expression{});
    }
    int128_t sum = 0;
    if (const Node* parts = reader.RequiredMapping("parts")) {
      MappingReader quotas(*parts, diagnostics_, "the quotas of a pool");
      for (const Entry& entry : parts->entries()) {
        const int64_t fen = ReadFen(quotas, entry.key);
        sum += fen;
        pool->quotas_fen.emplace_back(std::string(entry.key), fen);
      }
    }
    reader.Finish();
    std::sort(pool->quotas_fen.begin(), pool->quotas_fen.end());
    for (const Budget& budget : pool->budgets) {
      if (sum <= budget.total_fen) continue;
      diagnostics_.Error("ZD2729", node.Where(),
                         "the quotas of pool " + pool->id + " exceed its budget of " +
                             FenText(budget.total_fen) + " yuan for " + std::to_string(budget.year),
                         "lower the quotas or raise the budget");
    }
  }

  void ReadModifier(const Node& node) {
    MappingReader reader(node, diagnostics_, "a modifier");
    if (!reader.is_mapping()) return;
    Loading::Modifier modifier;
    modifier.where = node.Where();
    modifier.id = ReadId(reader, "id", IdForm::kDashed);
    modifier.raise = reader.Required("raise");
    modifier.department = reader.OptionalString("department").value_or("");
    for (const auto& [key, names] :
         {std::pair{"policies", &modifier.policies}, std::pair{"except", &modifier.except}}) {
      for (const Node* item : reader.List(key)) {
        const std::optional<std::string> id = ReadText(*item, "a policy of a modifier", diagnostics_);
        if (id) names->push_back({*id, item->Where()});
      }
    }
    for (const std::string_view key : {"title", "note", "cite", "article"}) reader.OptionalString(key);
    reader.Finish();
    if (reader.ok() && modifier.department.empty() && modifier.policies.empty()) {
      diagnostics_.Error("ZD2730", modifier.where, "modifier " + modifier.id + " raises no policy",
                         "name them: policies: [...], or department: whose they all are");
    }
    modifiers_.Declare(modifier.id, 0, modifier.where, diagnostics_);
    loading_.modifiers.push_back(std::move(modifier));
  }

  Loading& loading_;
  Diagnostics& diagnostics_;
  MappingReader reader_;
  IdTable modifiers_{"modifier"};
};

}  // namespace

void LoadSettlementFiles(Loading& loading) {
  for (const SourcePack& source : loading.sources()) {
    if (const Node* root = loading.RootOf(source, "settlement")) SettlementFileReader(loading, *root).Run();
  }
}

}  // namespace zhida::pack

// What a policy keeps for settlement: checked for its shape, and handed on as JSON.
#include <array>
#include <string>

#include "engine/base/text.h"
#include "engine/pack/case_values.h"
#include "engine/pack/constant.h"
#include "engine/pack/load_policy.h"

namespace zhida::pack {
namespace {

constexpr Named<bool> kPayOn[] = {{"eligible", false}, {"conditional", true}};
constexpr Named<int> kDayKinds[] = {{"working", 0}, {"calendar", 1}};
// The ways in which awards meet.
constexpr Named<int> kForms[] = {{"ADD", 0},         {"MAX", 1},     {"TOPUP", 2},    {"INCL", 3},
                                 {"PCT_UPPER", 4},   {"ONCE_ID", 5}, {"MODIFIER", 6}, {"CAP_YEAR", 7},
                                 {"CAP_CONTRIB", 8}, {"MIN_PAY", 9}, {"PRORATA", 10}, {"STAGED", 11},
                                 {"SHARE", 12}};
constexpr int64_t kCountMax = 1'000'000;

class SettlementReader {
 public:
  SettlementReader(Loading& loading, MappingReader& reader, Policy* policy)
      : loading_(loading), diagnostics_(loading.diagnostics()), reader_(reader), policy_(policy) {}

  void Run() {
    if (reader_.OptionalInt("steps", 1, kCountMax)) Keep("steps");
    if (const Node* limit = reader_.OptionalMapping("limit")) ReadLimit(*limit);
    ReadPayOn();
    if (const Node* combine = reader_.OptionalMapping("combine")) ReadCombine(*combine);
    if (reader_.OptionalString("pool")) Keep("pool");
    if (const Node* share = reader_.OptionalMapping("share")) ReadShare(*share);
    if (const Node* key = reader_.OptionalMapping("event_key")) ReadEventKey(*key);
    if (const Node* least = reader_.Optional("min_pay")) ReadMinPay(*least);
    if (reader_.OptionalString("payee")) Keep("payee");
    if (reader_.Optional("materials") != nullptr) {
      reader_.Strings("materials");
      Keep("materials");
    }
    if (const Node* order = reader_.Optional("order_by")) {
      if (order->is_scalar() || !reader_.Strings("order_by").empty()) Keep("order_by");
    }
    policy_->settlement_json = "{" + json_ + "}";
  }

 private:
  void Keep(std::string_view key) {
    Begin(key);
    AppendJson(*reader_.node().Find(key), &json_);
  }

  void Begin(std::string_view key) {
    if (!json_.empty()) json_ += ',';
    json_ += JsonQuote(key) + ":";
  }

  void ReadLimit(const Node& node) {
    MappingReader reader(node, diagnostics_, "\"limit\" of a policy");
    reader.RequiredInt("days", 0, kCountMax);
    reader.RequiredEnum("kind", kDayKinds);
    reader.Finish();
    Keep("limit");
  }

  void ReadPayOn() {
    if (reader_.Optional("pay_on") == nullptr) return;
    bool eligible = false;
    for (const bool conditional : reader_.Enums("pay_on", kPayOn)) {
      (conditional ? policy_->pay_conditional : eligible) = true;
    }
    if (!eligible && policy_->pay_conditional) {
      reader_.Error("pay_on", "ZD2701", "what pays on conditional pays on eligible too",
                    "write pay_on: [eligible, conditional]");
    }
    Keep("pay_on");
  }

  void ReadCombine(const Node& node) {
    MappingReader reader(node, diagnostics_, "\"combine\" of a policy");
    reader.RequiredString("group");
    reader.RequiredEnum("form", kForms);
    reader.Finish();
    Keep("combine");
  }

  // Parts by level: {province: 8, city: 1, county: 1}.
  void ReadShare(const Node& node) {
    bool positive = false;
    for (const Entry& entry : node.entries()) {
      const std::optional<int64_t> part = ReadInt(entry.value, 0, kCountMax, "a share", diagnostics_);
      positive = positive || !part || *part > 0;
    }
    if (!positive)
      reader_.Error("share", "ZD2702", "the shares add up to nothing",
                    "write the parts of each level, like {province: 8, city: 2}");
    Keep("share");
  }

  void ReadEventKey(const Node& node) {
    MappingReader reader(node, diagnostics_, "\"event_key\" of a policy");
    reader.RequiredString("kind");
    reader.OptionalString("object");
    const Node* year = reader.Optional("year");
    if (year != nullptr && year->text() != "Y")
      ReadInt(*year, 1, 9999, "\"year\" of an event key that is not Y", diagnostics_);
    reader.Finish();
    Keep("event_key");
  }

  // An amount, or an expression for one.
  void ReadMinPay(const Node& node) {
    if (const std::optional<Decimal> amount = node.is_scalar() ? ParseQuantity(node.text()) : std::nullopt) {
      if (amount->is_negative()) {
        reader_.Error("min_pay", "ZD2616", "min_pay " + amount->ToString() + " is negative",
                      "amounts are never below 0");
      }
      Begin("min_pay");
      json_ += amount->ToString();
      return;
    }
    feel::ParseOptions options;
    options.what = "the min_pay of " + policy_->id;
    options.expected = feel::NumberType(-1);
    if (loading_.Parse(node, std::move(options))) Keep("min_pay");
  }

  Loading& loading_;
  Diagnostics& diagnostics_;
  MappingReader& reader_;
  Policy* policy_;
  std::string json_;  // without its braces
};

}  // namespace

void ReadSettlement(Loading& loading, MappingReader& reader, Policy* policy) {
  SettlementReader(loading, reader, policy).Run();
}

}  // namespace zhida::pack

// The keys of a policy that only settlement uses.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/text.h"
#include "engine/pack/constant.h"
#include "engine/pack/load_policy.h"

namespace zhida::pack {
namespace {

constexpr Named<bool> kPayOn[] = {{"eligible", false}, {"conditional", true}};
constexpr Named<int> kDayKinds[] = {{"working", 0}, {"calendar", 1}};
// The last four are no relation between awards; whoever writes them is told where they belong.
enum class Word : uint8_t { kForm, kModifier, kMinPay, kProrata, kShare };
struct FormWord {
  Word word = Word::kForm;
  Form form = Form::kAdd;
};
constexpr Named<FormWord> kForms[] = {{"ADD", {Word::kForm, Form::kAdd}},
                                      {"MAX", {Word::kForm, Form::kMax}},
                                      {"TOPUP", {Word::kForm, Form::kTopup}},
                                      {"INCL", {Word::kForm, Form::kIncl}},
                                      {"PCT_UPPER", {Word::kForm, Form::kPctUpper}},
                                      {"ONCE_ID", {Word::kForm, Form::kOnceId}},
                                      {"CAP_YEAR", {Word::kForm, Form::kCapYear}},
                                      {"CAP_CONTRIB", {Word::kForm, Form::kCapContrib}},
                                      {"STAGED", {Word::kForm, Form::kStaged}},
                                      {"MODIFIER", {Word::kModifier}},
                                      {"MIN_PAY", {Word::kMinPay}},
                                      {"PRORATA", {Word::kProrata}},
                                      {"SHARE", {Word::kShare}}};
constexpr int64_t kCountMax = 1'000'000;
constexpr int kPercentDigits = 6;        // of a share
constexpr int64_t kWhole = 100'000'000;  // 100% with these digits

std::string_view HomeOf(Word word) {
  switch (word) {
    case Word::kForm:
      return "";
    case Word::kModifier:
      return "declare it under modifiers: in settlement.yaml";
    case Word::kMinPay:
      return "write min_pay: in the policy";
    case Word::kProrata:
      return "write control: prorata in the pool";
    case Word::kShare:
      return "write share: in the policy";
  }
  return "";
}

class SettlementReader {
 public:
  SettlementReader(Loading& loading, MappingReader& reader, const std::vector<feel::Member>& locals,
                   Policy* policy)
      : loading_(loading),
        diagnostics_(loading.diagnostics()),
        reader_(reader),
        locals_(locals),
        policy_(policy),
        rule_(policy->settlement) {}

  void Run() {
    rule_.steps = reader_.OptionalInt("steps", 1, kCountMax);
    if (const Node* limit = reader_.OptionalMapping("limit")) ReadLimit(*limit);
    ReadPayOn();
    if (const Node* combine = reader_.Optional("combine")) ReadCombine(*combine);
    if (const std::optional<std::string> pool = reader_.OptionalString("pool")) ReadPool(*pool);
    if (const Node* share = reader_.OptionalMapping("share")) ReadShare(*share);
    rule_.event_key.kind = policy_->id;
    rule_.event_key.year = EventKey::Year::kOnce;
    if (const Node* key = reader_.OptionalMapping("event_key")) ReadEventKey(*key);
    if (const Node* least = reader_.Optional("min_pay")) ReadMinPay(*least);
    if (const Node* payee = reader_.OptionalMapping("payee")) {
      rule_.payee = pack::ReadPayee(loading_, *payee, "the payee of " + policy_->id, locals_);
    }
    if (reader_.Optional("materials") != nullptr) rule_.materials = reader_.Strings("materials");
  }

 private:
  void ReadLimit(const Node& node) {
    MappingReader reader(node, diagnostics_, "\"limit\" of a policy");
    reader.RequiredInt("days", 0, kCountMax);
    reader.RequiredEnum("kind", kDayKinds);
    reader.Finish();
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
  }

  void ReadCombine(const Node& node) {
    if (!node.is_sequence()) {
      ReadMembership(node);
    } else {
      for (const Node& item : node.items()) ReadMembership(item);
    }
  }

  void ReadMembership(const Node& node) {
    MappingReader reader(node, diagnostics_, "\"combine\" of a policy");
    if (!reader.is_mapping()) return;
    Membership member;
    member.where = node.Where();
    const std::string group = reader.RequiredString("group");
    if (const std::optional<FormWord> word = reader.RequiredEnum("form", kForms)) {
      member.form = word->form;
      if (word->word != Word::kForm) {
        reader.Error("form", "ZD2703", "this form is no relation between awards",
                     std::string(HomeOf(word->word)));
      }
    }
    ReadDetails(reader, &member);
    reader.Finish();
    member.group = FindGroup(reader, group);
    for (const Membership& other : rule_.combine) {
      if (other.group != member.group || member.group < 0) continue;
      diagnostics_.Error(
          "ZD2704", node.Where(),
          "policy " + policy_->id + " is in group " + group + " twice, see " + PlaceText(other.where),
          "keep one of the two, or declare a second group");
    }
    rule_.combine.push_back(std::move(member));
  }

  void ReadDetails(MappingReader& reader, Membership* member) {
    const bool reads_upper =
        member->form == Form::kIncl || member->form == Form::kTopup || member->form == Form::kPctUpper;
    const std::string form(FormName(member->form));
    if (const Node* key = reader.Optional("key")) {
      if (reads_upper || member->form == Form::kAdd)
        Misplaced(reader, "key", form, "MAX, ONCE_ID and the caps");
      feel::ParseOptions options;
      options.what = "the key in combine of " + policy_->id;
      options.locals = locals_;
      member->key = loading_.Parse(*key, std::move(options)).value_or(feel::Expression{});
    }
    if (reader.Optional("of") != nullptr) {
      if (!reads_upper) Misplaced(reader, "of", form, "TOPUP, INCL and PCT_UPPER");
      for (const Node* item : reader.List("of")) {
        const std::optional<std::string> id = ReadText(*item, "an item of \"of\"", diagnostics_);
        if (!id) continue;
        loading_.upper_names.push_back(
            {loading_.pack().policies.size(), rule_.combine.size(), *id, item->Where()});
      }
    } else if (member->form == Form::kPctUpper) {
      reader.Error("form", "ZD2705", "PCT_UPPER does not say of which policy",
                   "name the policies of the upper level: of: [...]");
    }
    if (reader.Optional("upper") != nullptr) {
      if (!reads_upper) Misplaced(reader, "upper", form, "TOPUP, INCL and PCT_UPPER");
      member->upper =
          ReadSum(loading_, reader, "upper", "the upper level's part for " + policy_->id, locals_);
    }
    ReadRate(reader, member);
  }

  void ReadRate(MappingReader& reader, Membership* member) {
    const Node* rate = reader.Optional("rate");
    if (member->form != Form::kPctUpper) {
      if (rate != nullptr) Misplaced(reader, "rate", std::string(FormName(member->form)), "PCT_UPPER");
      return;
    }
    const std::optional<Decimal> value =
        rate != nullptr && rate->is_scalar() ? ParseQuantity(rate->text()) : std::nullopt;
    if (!value || value->is_negative()) {
      reader.Error("rate", "ZD2706", "PCT_UPPER has no rate that it could multiply with",
                   "write the part of the upper level's award, like rate: 20%");
      return;
    }
    member->rate = *value;
  }

  void Misplaced(MappingReader& reader, std::string_view key, const std::string& form,
                 const std::string& forms) {
    reader.Error(key, "ZD2707", JsonQuote(key) + " means nothing for " + form,
                 "it belongs to " + forms + "; leave it out");
  }

  int FindGroup(MappingReader& reader, const std::string& group) {
    if (group.empty()) return -1;
    const int index = loading_.groups.Find(group);
    if (index < 0 && !loading_.names_may_be_missing()) {
      const std::string near = NearestName(group, loading_.groups.Ids());
      reader.Error(
          "group", "ZD2708", "there is no group " + JsonQuote(group),
          near.empty() ? "declare it under groups: in settlement.yaml" : "did you mean " + near + "?");
    }
    return index;
  }

  void ReadPool(const std::string& pool) {
    rule_.pool = loading_.pools.Find(pool);
    if (rule_.pool >= 0 || loading_.names_may_be_missing()) return;
    const std::string near = NearestName(pool, loading_.pools.Ids());
    reader_.Error("pool", "ZD2709", "there is no pool " + JsonQuote(pool),
                  near.empty() ? "declare it under pools: in settlement.yaml" : "did you mean " + near + "?");
  }

  // Parts by level, {province: 8, city: 1, county: 1}, or percentages that make a whole; the top level first.
  void ReadShare(const Node& node) {
    bool percentages = false;
    bool parts = false;
    int64_t sum = 0;
    for (const Entry& entry : node.entries()) {
      ShareLevel level;
      level.level = std::string(entry.key);
      if (entry.value.is_scalar() && entry.value.text().ends_with('%')) {
        percentages = true;
        level.part = Percentage(entry.value);
      } else {
        parts = true;
        level.part = ReadInt(entry.value, 0, kCountMax, "a share", diagnostics_).value_or(1);
      }
      sum += level.part;
      rule_.share.push_back(std::move(level));
    }
    if (percentages && parts) {
      reader_.Error("share", "ZD2710", "the shares mix parts and percentages",
                    "write all of them in one way");
    } else if (percentages && sum != kWhole) {
      reader_.Error(
          "share", "ZD2711",
          "the shares add up to " + Decimal::FromScaled(sum, kPercentDigits)->ToString() + "%, not to 100%",
          "correct one of them");
    } else if (!percentages && sum == 0) {
      reader_.Error("share", "ZD2702", "the shares add up to nothing",
                    "write the parts of each level, like {province: 8, city: 2}");
    }
  }

  // In units of 10^-6 of a percent.
  int64_t Percentage(const Node& node) {
    const std::optional<Decimal> number = Decimal::Parse(node.text().substr(0, node.text().size() - 1));
    const std::optional<int128_t> scaled =
        number ? number->ToScaled(kPercentDigits) : std::optional<int128_t>();
    if (scaled && *scaled >= 0 && *scaled <= kWhole) return static_cast<int64_t>(*scaled);
    diagnostics_.Error("ZD2712", node.Where(), "the share " + Excerpt(node.text()) + " is no part of a whole",
                       "write a percentage from 0% to 100% with at most 6 digits after the point");
    return 0;
  }

  void ReadEventKey(const Node& node) {
    MappingReader reader(node, diagnostics_, "\"event_key\" of a policy");
    EventKey& key = rule_.event_key;
    key.kind = reader.RequiredString("kind");
    if (const Node* object = reader.Optional("object")) {
      if (reader_.Optional("per") != nullptr) {
        reader.Error("object", "ZD2713", "the awards of this policy have an object each already",
                     "write it as object: inside per:");
      }
      feel::ParseOptions options;
      options.what = "the object of " + policy_->id;
      key.object = loading_.Parse(*object, std::move(options)).value_or(feel::Expression{});
    }
    if (const Node* year = reader.Optional("year")) {
      if (year->text() == "Y") {
        key.year = EventKey::Year::kOfPolicy;
      } else if (const std::optional<int64_t> fixed =
                     ReadInt(*year, 1, 9999, "\"year\" of an event key that is not Y", diagnostics_)) {
        key.year = EventKey::Year::kFixed;
        key.fixed_year = *fixed;
      }
    }
    reader.Finish();
  }

  // A sum below which nothing is paid, or {at_or_below: a sum that itself is not paid either}.
  void ReadMinPay(const Node& node) {
    const std::string what = "the min_pay of " + policy_->id;
    if (!node.is_mapping()) {
      rule_.min_pay = ReadSum(loading_, reader_, "min_pay", what, {});
      return;
    }
    MappingReader reader(node, diagnostics_, "\"min_pay\" of a policy");
    rule_.min_pay_inclusive = reader.Optional("at_or_below") != nullptr;
    if (rule_.min_pay_inclusive == (reader.Optional("below") != nullptr)) {
      reader_.Error("min_pay", "ZD2714", "min_pay needs one of \"below\" and \"at_or_below\"",
                    "write min_pay: {below: 3万元} or min_pay: {at_or_below: 3万元}");
    } else {
      rule_.min_pay = ReadSum(loading_, reader, rule_.min_pay_inclusive ? "at_or_below" : "below", what, {});
    }
    reader.Finish();
  }

  Loading& loading_;
  Diagnostics& diagnostics_;
  MappingReader& reader_;
  const std::vector<feel::Member>& locals_;
  Policy* policy_;
  SettlementRule& rule_;
};

}  // namespace

Sum ReadSum(Loading& loading, MappingReader& reader, std::string_view key, const std::string& what,
            const std::vector<feel::Member>& locals) {
  Sum sum;
  const Node* node = reader.Optional(key);
  if (node == nullptr) return sum;
  if (const std::optional<Decimal> yuan = node->is_scalar() ? ParseQuantity(node->text()) : std::nullopt) {
    sum.fen = ToFen(*yuan, {});
    if (yuan->is_negative()) {
      reader.Error(key, "ZD2616", std::string(key) + " " + yuan->ToString() + " is negative",
                   "amounts are never below 0");
    } else if (!sum.fen || FenToYuan(*sum.fen) != *yuan) {
      reader.Error(key, "ZD2715", std::string(key) + " " + yuan->ToString() + " is no whole number of fen",
                   "write at most two digits after the point, and at most 92,233,720,368,547,758.07 yuan");
    }
    return sum;
  }
  feel::ParseOptions options;
  options.what = what;
  options.locals = locals;
  sum.expression =
      loading.ParseAs(*node, feel::NumberType(-1), std::move(options)).value_or(feel::Expression{});
  return sum;
}

Payee ReadPayee(Loading& loading, const Node& node, const std::string& what,
                const std::vector<feel::Member>& locals) {
  MappingReader reader(node, loading.diagnostics(), "a payee");
  Payee payee;
  for (const auto& [key, expression] :
       {std::pair{"name", &payee.name}, std::pair{"account_name", &payee.account_name},
        std::pair{"account", &payee.account}, std::pair{"bank", &payee.bank}}) {
    const Node* value = reader.Optional(key);
    if (value == nullptr) continue;
    feel::ParseOptions options;
    options.what = what;
    options.locals = locals;
    *expression = loading.ParseAs(*value, feel::MakeType(feel::TypeKind::kString), std::move(options))
                      .value_or(feel::Expression{});
  }
  reader.Finish();
  return payee;
}

void ReadSettlement(Loading& loading, MappingReader& reader, const std::vector<feel::Member>& locals,
                    Policy* policy) {
  SettlementReader(loading, reader, locals, policy).Run();
}

}  // namespace zhida::pack

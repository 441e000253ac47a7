// Policies: what they are called, when they are in force, and what they pay.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/feel/interpreter.h"
#include "engine/feel/scope.h"
#include "engine/pack/load_policy.h"

namespace zhida::pack {
namespace {

constexpr Named<bool> kPromiseDays[] = {{"working", true}, {"calendar", false}};
constexpr Named<Policy::Mode> kModes[] = {{"automatic", Policy::Mode::kAutomatic},
                                          {"on_claim", Policy::Mode::kOnClaim},
                                          {"commitment", Policy::Mode::kCommitment}};
constexpr Named<bool> kStatuses[] = {{"sample", false}, {"official", true}};
constexpr Named<Rounding> kRoundings[] = {
    {"half_up", Rounding::kHalfUp}, {"half_even", Rounding::kHalfEven}, {"half_down", Rounding::kHalfDown},
    {"up", Rounding::kUp},          {"down", Rounding::kDown},          {"ceiling", Rounding::kCeiling},
    {"floor", Rounding::kFloor}};

constexpr int64_t kYearMax = 9999;

// A subject of whom nothing is known, for expressions that read nothing.
class Nobody : public feel::FactSource {
 public:
  Value Get(int, feel::Reading) const override { return Value::Unknown(Cause::kMissing); }
};

// Literals and arithmetic only.
bool IsConstant(const feel::Expr& expr) {
  using feel::Op;
  switch (expr.op) {
    case Op::kLiteral:
      return true;
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kNegate:
      return std::all_of(expr.args.begin(), expr.args.end(),
                         [](const feel::ExprPtr& arg) { return IsConstant(*arg); });
    default:
      return false;
  }
}

std::optional<Decimal> ConstantNumber(const feel::Model& model, const feel::Expression& expression) {
  if (expression.root == nullptr || !IsConstant(*expression.root)) return std::nullopt;
  const Nobody nobody;
  feel::Dates dates;
  feel::Interpreter interpreter(model, nobody, feel::Reading::kPromised, dates);
  const Value value = interpreter.Evaluate(expression);
  return value.kind() == ValueKind::kNumber ? std::optional<Decimal>(value.number()) : std::nullopt;
}

class PolicyReader {
 public:
  PolicyReader(Loading& loading, const Node& node)
      : loading_(loading), node_(node), reader_(node, loading.diagnostics(), "a policy") {}

  void Run() {
    if (!reader_.is_mapping()) return;
    policy_.where = node_.Where();
    policy_.id = ReadId(reader_, "id", IdForm::kDashed);
    policy_.title = reader_.TextOr("title", policy_.id);
    policy_.title_en = reader_.TextOr("title_en", "");
    policy_.department = reader_.TextOr("department", "");
    if (const Node* basis = reader_.OptionalMapping("basis")) ReadBasis(*basis);
    if (const Node* valid = reader_.OptionalMapping("valid")) ReadValid(*valid);
    if (const Node* window = reader_.OptionalMapping("window")) ReadWindow(*window);
    if (const std::optional<std::string> event = reader_.OptionalString("event")) ReadEvent(*event);
    policy_.year = reader_.OptionalInt("year", 1, kYearMax);
    policy_.mode = reader_.Enum("mode", kModes, Policy::Mode::kOnClaim);
    policy_.clauses = ReadClauses(loading_, reader_, policy_.id);
    std::vector<feel::Member> locals;
    ReadAmount(&locals);
    if (const Node* promise = reader_.OptionalMapping("promise")) ReadPromise(*promise);
    ReadSettlement(loading_, reader_, locals, &policy_);
    reader_.OptionalString("note");
    reader_.Finish();
    loading_.Add(std::move(policy_));
  }

 private:
  void ReadBasis(const Node& node) {
    MappingReader reader(node, loading_.diagnostics(), "\"basis\" of a policy");
    policy_.document = reader.OptionalString("document").value_or("");
    policy_.issued = reader.OptionalDate("issued");
    policy_.official = reader.Enum("status", kStatuses, false);
    for (const std::string_view key : {"number", "url", "note"}) reader.OptionalString(key);
    reader.Finish();
  }

  void ReadValid(const Node& node) {
    MappingReader reader(node, loading_.diagnostics(), "\"valid\" of a policy");
    feel::Period period = ReadPeriod(reader);
    if (const std::optional<Date> retro = reader.OptionalDate("retro_from")) {
      if (period.from && *period.from < *retro) {
        reader.Error("retro_from", "ZD2610",
                     "retro_from " + retro->ToString() + " is later than from " + period.from->ToString(),
                     "name the earlier day that the policy reaches back to");
      }
      period.from = retro;
    }
    reader.Finish();
    // Without a date there is nothing to test.
    if (period.from || period.to) policy_.valid = period;
  }

  void ReadWindow(const Node& node) {
    MappingReader reader(node, loading_.diagnostics(), "\"window\" of a policy");
    policy_.window = ReadPeriod(reader);
    reader.Finish();
  }

  void ReadEvent(const std::string& name) {
    const Schema& schema = loading_.pack().schema;
    policy_.event_fact = schema.Find(feel::NormalisedName(name));
    if (policy_.event_fact < 0) {
      if (loading_.names_may_be_missing()) return;
      std::vector<std::string> dates;
      for (const Fact& fact : schema.facts) {
        if (fact.type->kind == FactKind::kDate) dates.insert(dates.end(), {fact.id, fact.name});
      }
      const std::string near = NearestName(name, dates);
      reader_.Error("event", "ZD2611", "the event " + JsonQuote(name) + " is no fact",
                    near.empty() ? "name a fact of type date" : "did you mean " + near + "?");
    } else if (schema.facts[static_cast<size_t>(policy_.event_fact)].type->kind != FactKind::kDate) {
      reader_.Error("event", "ZD2612", "the event " + JsonQuote(name) + " is no date",
                    "name a fact of type date");
    }
  }

  // Empty where the key is absent or wrong.
  feel::Expression Money(MappingReader& reader, std::string_view key,
                         const std::vector<feel::Member>& locals) {
    const Node* node = reader.Optional(key);
    if (node == nullptr) return {};
    feel::ParseOptions options;
    options.what = "the " + std::string(key) + " of " + policy_.id;
    options.locals = locals;
    // Null is possible here and is an error of whoever meets it; docs/semantics.md, section 7.
    return loading_.ParseAs(*node, feel::NumberType(-1), std::move(options)).value_or(feel::Expression{});
  }

  // `locals` gains the element that the amount is about, if it is one of several.
  void ReadAmount(std::vector<feel::Member>* locals) {
    const bool has_amount = reader_.Optional("amount") != nullptr;
    const Node* per = reader_.OptionalMapping("per");
    AmountRule rule;
    rule.amount = Money(reader_, "amount", {});
    if (per != nullptr) rule.per = ReadPer(*per, locals);
    rule.cap = Money(reader_, "cap", *locals);
    rule.floor = Money(reader_, "floor", *locals);
    const Node* round = reader_.OptionalMapping("round");
    if (round != nullptr) rule.round = ReadRound(*round);
    if (has_amount && per != nullptr) {
      reader_.Error("per", "ZD2613", "policy " + policy_.id + " has both \"amount\" and \"per\"",
                    "keep one of the two; an amount for each element stands inside per");
    }
    if (has_amount || per != nullptr) {
      CheckLimits(rule);
      Raise(*locals, &rule);
      policy_.amount = std::move(rule);
      return;
    }
    for (const std::string_view key : {"cap", "floor", "round"}) {
      if (reader_.Optional(key) == nullptr) continue;
      reader_.Error(key, "ZD2614", "\"" + std::string(key) + "\" without an amount",
                    "write amount: or per:, or leave it out");
    }
  }

  void ReadPromise(const Node& node) {
    MappingReader reader(node, loading_.diagnostics(), "\"promise\" of a policy");
    PromiseTerms terms;
    terms.days = reader.RequiredInt("check_days", 1, limits::kDeadlineDaysMax).value_or(1);
    terms.working = reader.Enum("kind", kPromiseDays, true);
    terms.calendar = reader.OptionalString("calendar").value_or("");
    terms.claw_back = reader.OptionalString("claw_back").value_or("");
    reader.Finish();
    if (terms.working && loading_.calendars.Find(terms.calendar) < 0) {
      reader.Error("calendar", "ZD2619",
                   terms.calendar.empty() ? "working days of no calendar"
                                          : JsonQuote(terms.calendar) + " is not a calendar",
                   "name a calendar of the pack, or write kind: calendar" +
                       DidYouMean(terms.calendar, loading_.calendars.Ids()));
    }
    policy_.promise = std::move(terms);
  }

  void CheckLimits(const AmountRule& rule) {
    const std::optional<Decimal> cap = ConstantNumber(loading_.model(), rule.cap);
    const std::optional<Decimal> floor = ConstantNumber(loading_.model(), rule.floor);
    if (cap && floor && *cap < *floor) {
      reader_.Error("cap", "ZD2615", "cap " + cap->ToString() + " is below floor " + floor->ToString(),
                    "raise the cap or lower the floor");
    }
    for (const auto& [key, limit] : {std::pair{"cap", cap}, std::pair{"floor", floor}}) {
      if (!limit || !limit->is_negative()) continue;
      reader_.Error(key, "ZD2616", std::string(key) + " " + limit->ToString() + " is negative",
                    "amounts are never below 0");
    }
  }

  // Modifiers are worked into the expressions, so that whatever evaluates them knows nothing of modifiers:
  // rate and cap are raised by multiplying the amount and the cap by 1 + the raises.
  void Raise(const std::vector<feel::Member>& locals, AmountRule* rule) {
    std::vector<feel::Expression> raises;
    for (const Loading::Modifier& modifier : loading_.modifiers) {
      if (modifier.raise == nullptr || !modifier.Raises(policy_.id, policy_.department)) continue;
      feel::ParseOptions options;
      options.what = "the raise of modifier " + modifier.id;
      options.locals = locals;
      std::optional<feel::Expression> raise =
          loading_.ParseAs(*modifier.raise, feel::NumberType(-1), std::move(options));
      if (raise) raises.push_back(*std::move(raise));
    }
    if (raises.empty()) return;
    policy_.settlement.raised = true;
    feel::Expression& amount = rule->per ? rule->per->amount : rule->amount;
    for (feel::Expression* expression : {&amount, &rule->cap}) {
      if (expression->root != nullptr) *expression = Raised(*expression, raises);
    }
  }

  static feel::ExprPtr Arithmetic(feel::Op op, feel::ExprPtr a, feel::ExprPtr b) {
    auto node = std::make_shared<feel::Expr>();
    node->op = op;
    node->type = feel::WithNullable(feel::NumberType(-1), a->type->nullable || b->type->nullable);
    node->args = {std::move(a), std::move(b)};
    return node;
  }

  static feel::Expression Raised(const feel::Expression& plain, const std::vector<feel::Expression>& raises) {
    auto one = std::make_shared<feel::Expr>();
    one->type = feel::NumberType(0);
    one->literal = Value::Number(Decimal::FromInt(1));
    feel::ExprPtr factor = one;
    feel::Expression raised;
    raised.text = "(";
    raised.text.append(plain.text).append(") * (1");
    raised.slot_count = plain.slot_count;
    for (const feel::Expression& raise : raises) {
      factor = Arithmetic(feel::Op::kAdd, factor, raise.root);
      raised.text.append(" + (").append(raise.text).append(")");
      raised.slot_count = std::max(raised.slot_count, raise.slot_count);
    }
    raised.text += ")";
    raised.root = Arithmetic(feel::Op::kMultiply, plain.root, std::move(factor));
    return raised;
  }

  MoneyRounding ReadRound(const Node& node) {
    MappingReader reader(node, loading_.diagnostics(), "\"round\" of a policy");
    MoneyRounding round;
    if (const std::optional<std::string> to = reader.OptionalString("to")) {
      const std::optional<MoneyUnit> unit = MoneyUnitFromName(*to);
      if (!unit)
        reader.Error("to", "ZD2617", JsonQuote(*to) + " is no unit of money",
                     "write 分, 角, 元, 千元 or 万元");
      round.unit = unit.value_or(MoneyUnit{0});
    }
    round.mode = reader.Enum("mode", kRoundings, Rounding::kHalfUp);
    reader.Finish();
    return round;
  }

  // Adds the element, which cap and floor may look at too, to `locals`.
  PerElement ReadPer(const Node& node, std::vector<feel::Member>* locals) {
    Diagnostics& diagnostics = loading_.diagnostics();
    MappingReader reader(node, diagnostics, "\"per\" of a policy");
    PerElement per;
    feel::TypePtr element = feel::MakeType(feel::TypeKind::kAny);
    if (const Node* list = reader.Required("list")) {
      feel::ParseOptions options;
      options.what = "the list of " + policy_.id;
      options.expected = feel::ListOf(feel::MakeType(feel::TypeKind::kAny));
      if (std::optional<feel::Expression> parsed = loading_.Parse(*list, std::move(options))) {
        if (parsed->root->type->kind == feel::TypeKind::kList) element = parsed->root->type->element;
        per.list = *std::move(parsed);
      }
    }
    per.as = reader.RequiredString("as");
    CheckVariable(reader, per.as);
    if (!per.as.empty()) locals->push_back({per.as, per.as, element});
    if (const Node* where = reader.Optional("where")) {
      feel::ParseOptions options;
      options.what = "the condition on elements of " + policy_.id;
      options.expected = feel::MakeType(feel::TypeKind::kBoolean);
      options.locals = *locals;
      per.where = loading_.Parse(*where, std::move(options)).value_or(feel::Expression{});
    }
    reader.Required("amount");
    per.amount = Money(reader, "amount", *locals);
    if (const Node* object = reader.Optional("object")) {
      feel::ParseOptions options;
      options.what = "the object of " + policy_.id;
      options.locals = *locals;
      per.object = loading_.Parse(*object, std::move(options)).value_or(feel::Expression{});
    }
    reader.Finish();
    return per;
  }

  // The variable would hide a fact of that name, and the author would not notice.
  void CheckVariable(MappingReader& reader, const std::string& name) {
    if (name.empty()) return;
    CheckMemberName(name, node_.Find("per")->Find("as")->Where(), loading_.diagnostics());
    if (const NameTable::Entry* entry = loading_.names().Find(feel::NormalisedName(name))) {
      reader.Error("as", "ZD2618", JsonQuote(name) + " hides what is declared at " + PlaceText(entry->where),
                   "choose another name");
    }
  }

  Loading& loading_;
  const Node& node_;
  MappingReader reader_;
  Policy policy_;
};

}  // namespace

void LoadPolicy(Loading& loading, const Node& node) { PolicyReader(loading, node).Run(); }

void LoadPolicies(Loading& loading) {
  for (const SourcePack& source : loading.sources()) {
    loading.ForPolicies(source, [&loading](const Node& node) {
      if (loading.pack().policies.size() == limits::kPoliciesMax) {
        loading.diagnostics().Error(
            "ZD2016", node.Where(),
            "there are more policies than kPoliciesMax = " + std::to_string(limits::kPoliciesMax),
            "load fewer packs at once");
        return false;
      }
      LoadPolicy(loading, node);
      return true;
    });
  }
}

}  // namespace zhida::pack

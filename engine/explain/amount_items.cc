#include "engine/explain/amount_items.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/explain/code_name.h"
#include "engine/pack/amount.h"
#include "engine/value/decimal.h"

namespace zhida::explain {
namespace {

using pack::Amount;
using pack::ElementAmount;

constexpr int kElementSlot = 0;

std::string_view StateName(Truth truth) {
  switch (truth) {
    case Truth::kTrue:
      return "counted";
    case Truth::kFalse:
      return "excluded";
    case Truth::kUnknown:
      return "unknown";
    case Truth::kError:
      return "error";
  }
  return "";
}

bool IsLeftOut(const ElementAmount& each) { return each.amount.state.is(Truth::kFalse); }

// The members of the element that an expression looks at.
void AddMembers(const feel::Expr& expr, std::vector<std::string_view>* members) {
  const bool of_element = expr.op == feel::Op::kMember && expr.args[0]->op == feel::Op::kLocal &&
                          expr.args[0]->index == kElementSlot;
  if (of_element && std::find(members->begin(), members->end(), expr.text) == members->end())
    members->push_back(expr.text);
  for (const feel::ExprPtr& arg : expr.args) {
    if (arg != nullptr) AddMembers(*arg, members);
  }
}

class ItemWriter {
 public:
  ItemWriter(const pack::Policy& policy, feel::Interpreter& interpreter,
             const std::function<void(const feel::Trace&)>& remember, JsonWriter* json)
      : policy_(policy),
        rule_(*policy.amount),
        per_(*rule_.per),
        interpreter_(interpreter),
        remember_(remember),
        json_(*json) {
    for (const feel::Expression* part : Parts()) {
      if (part->root != nullptr) AddMembers(*part->root, &members_);
    }
  }

  void Write() {
    std::vector<ElementAmount> all;
    const Amount total = AmountOf(policy_, interpreter_, &all);
    Read(per_.list, {});
    WriteRule(all.empty() ? total.state : feel::Verdict::Of(true));
    const auto left_out = static_cast<size_t>(std::count_if(all.begin(), all.end(), IsLeftOut));
    size_t room = kAmountItemsMax;  // for those that are not left out
    size_t room_left_out = kAmountItemsMax - std::min(kAmountItemsMax, all.size() - left_out);
    std::vector<const ElementAmount*> more;
    json_.Key("items").BeginArray();
    for (size_t i = 0; i < all.size(); ++i) {
      size_t& free = IsLeftOut(all[i]) ? room_left_out : room;
      if (free > 0) {
        --free;
        WriteItem(i + 1, all[i]);
      } else {
        more.push_back(&all[i]);
      }
    }
    json_.EndArray();
    if (!more.empty()) WriteMore(more);
  }

 private:
  std::array<const feel::Expression*, 4> Parts() const {
    return {&per_.where, &per_.amount, &rule_.floor, &rule_.cap};
  }

  void Read(const feel::Expression& expression, const std::vector<Value>& locals) {
    if (expression.root == nullptr) return;
    feel::Trace trace;
    interpreter_.set_trace(&trace);
    interpreter_.Evaluate(expression, locals);
    interpreter_.set_trace(nullptr);
    remember_(trace);
  }

  void WriteRule(const feel::Verdict& list) {
    json_.Key("per").BeginObject().Key("as").String(per_.as).Key("text").String(per_.amount.text);
    json_.Key("list").String(per_.list.text).OptionalString("where", per_.where.text);
    json_.OptionalString("floor", rule_.floor.text).OptionalString("cap", rule_.cap.text);
    WriteCause(list);
    json_.EndObject();
  }

  void WriteCause(const feel::Verdict& state) {
    if (state.is(Truth::kUnknown)) json_.Key("cause").String(CauseName(state.cause));
    if (state.error != nullptr) json_.Key("error").String(state.error);
  }

  void WriteItem(size_t position, const ElementAmount& item) {
    const std::vector<Value> locals = {item.element};
    const Amount& amount = item.amount;
    json_.BeginObject().Key("position").Int(static_cast<int64_t>(position));
    if (per_.object.root != nullptr) {
      const Value key = interpreter_.Evaluate(per_.object, locals);
      if (!key.blocked() && !key.is_null())
        json_.Key("key").String(key.kind() == ValueKind::kString ? key.string() : key.ToText());
    }
    WriteValues(item.element);
    json_.Key("state").String(StateName(amount.state.truth));
    WriteCause(amount.state);
    if (amount.known() && amount.fen) json_.Key("fen").Int(*amount.fen);
    if (amount.known() && amount.unclipped_fen) json_.Key("unclipped_fen").Int(*amount.unclipped_fen);
    json_.EndObject();
    for (const feel::Expression* part : Parts()) {
      if (part == &per_.where || !IsLeftOut(item)) Read(*part, locals);
    }
  }

  // What the rule looks at in the element.
  void WriteValues(const Value& element) {
    json_.Key("values").BeginArray();
    for (const std::string_view id : members_) {
      const Value* value = element.kind() == ValueKind::kStruct ? element.structure().Find(id) : nullptr;
      if (value != nullptr) WriteValue(id, *value);
    }
    json_.EndArray();
  }

  void WriteValue(std::string_view id, const Value& value) {
    const feel::TypePtr& element = per_.list.root->type->element;
    const feel::Member* member = element == nullptr ? nullptr : element->FindMember(id);
    json_.BeginObject().Key("member").String(id).Key("name").String(member == nullptr ? "" : member->name);
    json_.Key("value").Raw(value.blocked() ? "null" : value.ToJson());
    json_.Key("text").String(value.blocked() ? "" : value.ToText());
    json_.Key("state").String(value.is_unknown() ? CauseName(value.cause())
                              : value.is_null()  ? "absent"
                                                 : "known");
    if (member != nullptr)
      json_.OptionalString("code_name", CodeName(interpreter_.model(), member->type->code_list, value));
    json_.EndObject();
  }

  // How many more there are of each kind, and what those that count come to.
  void WriteMore(const std::vector<const ElementAmount*>& more) {
    std::array<int64_t, 4> counts{};
    int128_t fen = 0;
    int128_t unclipped_fen = 0;
    bool unclipped_known = true;
    for (const ElementAmount* item : more) {
      ++counts[static_cast<size_t>(item->amount.state.truth)];
      if (!item->amount.known()) continue;
      fen += item->amount.fen.value_or(0);
      unclipped_fen += item->amount.unclipped_fen.value_or(0);
      unclipped_known = unclipped_known && item->amount.unclipped_fen.has_value();
    }
    json_.Key("more_items").BeginObject();
    for (const Truth truth : {Truth::kTrue, Truth::kFalse, Truth::kUnknown, Truth::kError})
      json_.Key(StateName(truth)).Int(counts[static_cast<size_t>(truth)]);
    json_.Key("fen").Raw(zhida::ToString(fen));
    if (unclipped_known) json_.Key("unclipped_fen").Raw(zhida::ToString(unclipped_fen));
    json_.EndObject();
  }

  const pack::Policy& policy_;
  const pack::AmountRule& rule_;
  const pack::PerElement& per_;
  feel::Interpreter& interpreter_;
  const std::function<void(const feel::Trace&)>& remember_;
  JsonWriter& json_;
  std::vector<std::string_view> members_;  // in order of first mention
};

}  // namespace

void WriteAmountItems(const pack::Policy& policy, feel::Interpreter& interpreter,
                      const std::function<void(const feel::Trace&)>& remember, JsonWriter* json) {
  ItemWriter(policy, interpreter, remember, json).Write();
}

}  // namespace zhida::explain

#include "engine/facts/type_plan.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "engine/facts/json_tokens.h"

namespace zhida::facts {
namespace {

constexpr std::string_view kUnits[] = {"分", "元", "千元", "万元", "亿元", "角", "百元", "百万元"};

// A list that the pack lacks is kept as a null pointer: then no code is accepted.
int PlaceOf(const feel::CodeList* list, CodeLists* lists) {
  const auto found = std::find(lists->begin(), lists->end(), list);
  if (found != lists->end()) return static_cast<int>(found - lists->begin());
  lists->push_back(list);
  return static_cast<int>(lists->size() - 1);
}

}  // namespace

TypePlan::TypePlan(const pack::FactType& type, const feel::Model& model, CodeLists* lists)
    : kind(type.kind),
      storage(StorageOf(type)),
      is_number(type.is_number() || type.kind == pack::FactKind::kRatio),
      stored_scale(StoredScale(type)),
      input_scale(type.kind == pack::FactKind::kMoney ? type.unit.fen_power : type.scale),
      unit(type.unit),
      period(type.period),
      code_list_id(type.code_list) {
  if (kind == pack::FactKind::kCode) code_list = PlaceOf(model.FindCodeList(code_list_id), lists);
  if (type.element != nullptr) element = std::make_unique<TypePlan>(*type.element, model, lists);
  if (kind != pack::FactKind::kStruct) return;
  for (const pack::FactMember& member : type.members) {
    const int place = static_cast<int>(members.size());
    member_by_word_.emplace(member.id, place);
    if (!member.name.empty()) member_by_word_.emplace(member.name, place);
    members.push_back({&member, std::make_unique<TypePlan>(*member.type, model, lists), KeyPattern(member.id),
                       member.name.empty() ? std::nullopt : KeyPattern(member.name)});
  }
}

int TypePlan::FindMember(std::string_view word) const {
  const auto found = member_by_word_.find(word);
  return found == member_by_word_.end() ? -1 : found->second;
}

ReadingPlan::ReadingPlan(const pack::Pack& pack) : schema(pack.schema) {
  facts.reserve(schema.facts.size());
  for (const pack::Fact& fact : schema.facts) {
    facts.push_back({&fact, TypePlan(*fact.type, pack.model, &code_lists)});
  }
}

std::string_view WantedText(const TypePlan& type) {
  switch (type.kind) {
    case pack::FactKind::kBoolean:
      return "true or false";
    case pack::FactKind::kInteger:
      return "a whole number";
    case pack::FactKind::kDecimal:
    case pack::FactKind::kRatio:
    case pack::FactKind::kMoney:
      return "a number";
    case pack::FactKind::kDate:
      return "a date";
    case pack::FactKind::kDateTime:
      return "a date and time";
    case pack::FactKind::kString:
      return "a text";
    case pack::FactKind::kCode:
      return "a code";
    case pack::FactKind::kList:
      return "a list";
    case pack::FactKind::kStruct:
      return "a structure";
    case pack::FactKind::kSeries:
      return "a series";
  }
  return "a value";
}

std::string_view MoneyUnitText(MoneyUnit unit) {
  for (const std::string_view name : kUnits) {
    const std::optional<MoneyUnit> known = MoneyUnitFromName(name);
    if (known && known->fen_power == unit.fen_power) return name;
  }
  return "";
}

}  // namespace zhida::facts

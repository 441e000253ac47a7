// How the facts of a schema look from within expressions.
#include "engine/pack/schema.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zhida::pack {
namespace {

feel::TypePtr BareType(const FactType& type) {
  switch (type.kind) {
    case FactKind::kBoolean:
      return feel::MakeType(feel::TypeKind::kBoolean);
    case FactKind::kInteger:
    case FactKind::kDecimal:
    case FactKind::kRatio:
    case FactKind::kMoney:
      return feel::NumberType(type.scale);
    case FactKind::kDate:
      return feel::MakeType(feel::TypeKind::kDate);
    case FactKind::kDateTime:
      return feel::MakeType(feel::TypeKind::kDateTime);
    case FactKind::kString:
      return feel::MakeType(feel::TypeKind::kString);
    case FactKind::kCode:
      return feel::CodeType(type.code_list);
    case FactKind::kList:
      // Only facts and members can be null; an element that is not there is unknown.
      return feel::ListOf(ExpressionType(*type.element, false));
    case FactKind::kSeries:
      return feel::SeriesOf(type.period, ExpressionType(*type.element, false));
    case FactKind::kStruct: {
      std::vector<feel::Member> members;
      for (const FactMember& member : type.members) {
        members.push_back({member.id, member.name, ExpressionType(*member.type, member.nullable)});
      }
      return feel::StructOf(std::move(members));
    }
  }
  return feel::MakeType(feel::TypeKind::kAny);
}

}  // namespace

int Schema::Find(std::string_view id_or_name) const {
  const auto found = by_word.find(std::string(id_or_name));
  return found == by_word.end() ? -1 : found->second;
}

feel::TypePtr ExpressionType(const Fact& fact) { return ExpressionType(*fact.type, fact.nullable); }

feel::TypePtr ExpressionType(const FactType& type, bool nullable) {
  feel::TypePtr bare = BareType(type);
  return nullable ? feel::WithNullable(bare, true) : bare;
}

}  // namespace zhida::pack

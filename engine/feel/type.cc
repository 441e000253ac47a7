#include "engine/feel/type.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/feel/kind_text.h"
#include "engine/feel/scope.h"

namespace zhida::feel {
namespace {

constexpr size_t kTypeKinds = static_cast<size_t>(TypeKind::kRange) + 1;

TypePtr Share(Type type) { return std::make_shared<const Type>(std::move(type)); }

bool SameMembers(const std::vector<Member>& a, const std::vector<Member>& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.begin(), a.end(), [&b](const Member& member) {
    const auto other = std::find_if(b.begin(), b.end(), [&](const Member& m) { return m.id == member.id; });
    return other != b.end() && SameKind(*member.type, *other->type);
  });
}

// The common type of two structures that have the same members, in the order of the first.
TypePtr CommonStruct(const Type& a, const Type& b) {
  if (a.members.size() != b.members.size()) return nullptr;
  std::vector<Member> members;
  for (const Member& member : a.members) {
    const auto other =
        std::find_if(b.members.begin(), b.members.end(), [&](const Member& m) { return m.id == member.id; });
    if (other == b.members.end()) return nullptr;
    const TypePtr common = CommonType(member.type, other->type);
    if (common == nullptr) return nullptr;
    members.push_back({member.id, member.name.empty() ? other->name : member.name, common});
  }
  return StructOf(std::move(members));
}

// Of two types of one kind, nullability aside.
TypePtr CommonOfKind(const TypePtr& a, const TypePtr& b) {
  switch (a->kind) {
    case TypeKind::kNumber:
      return NumberType(a->scale < 0 || b->scale < 0 ? -1 : std::max(a->scale, b->scale));
    case TypeKind::kString:
      return a->code_list == b->code_list ? a : MakeType(TypeKind::kString);
    case TypeKind::kList:
    case TypeKind::kRange:
    case TypeKind::kSeries: {
      if (a->period != b->period) return nullptr;
      TypePtr element = CommonType(a->element, b->element);
      if (element == nullptr) return nullptr;
      if (a->kind == TypeKind::kList) return ListOf(std::move(element));
      if (a->kind == TypeKind::kRange) return RangeOf(std::move(element));
      return SeriesOf(a->period, std::move(element));
    }
    case TypeKind::kStruct:
      return CommonStruct(*a, *b);
    default:
      return a;
  }
}

}  // namespace

std::string_view KindText(TypeKind kind) {
  switch (kind) {
    case TypeKind::kAny:
      return "any";
    case TypeKind::kNull:
      return "null";
    case TypeKind::kBoolean:
      return "boolean";
    case TypeKind::kNumber:
      return "number";
    case TypeKind::kString:
      return "string";
    case TypeKind::kDate:
      return "date";
    case TypeKind::kTime:
      return "time";
    case TypeKind::kDateTime:
      return "date and time";
    case TypeKind::kMonthDuration:
      return "years and months duration";
    case TypeKind::kDayDuration:
      return "days and time duration";
    case TypeKind::kList:
      return "list";
    case TypeKind::kStruct:
      return "struct";
    case TypeKind::kSeries:
      return "series";
    case TypeKind::kRange:
      return "range";
  }
  return "any";
}

std::string_view PeriodWord(PeriodKind period) {
  switch (period) {
    case PeriodKind::kYear:
      return "year";
    case PeriodKind::kQuarter:
      return "quarter";
    case PeriodKind::kMonth:
      return "month";
  }
  return "year";
}

const Member* Type::FindMember(std::string_view id_or_name) const {
  if (id_or_name.empty()) return nullptr;
  for (const Member& member : members) {
    if (member.id == id_or_name || member.name == id_or_name) return &member;
  }
  // A name may have been declared with other spacing than the parser's normal form.
  for (const Member& member : members) {
    if (NormalisedName(member.name) == id_or_name || NormalisedName(member.id) == id_or_name) return &member;
  }
  return nullptr;
}

TypePtr MakeType(TypeKind kind) {
  static const std::array<TypePtr, kTypeKinds> kinds = [] {
    std::array<TypePtr, kTypeKinds> all;
    for (size_t i = 0; i < kTypeKinds; ++i) {
      Type type;
      type.kind = static_cast<TypeKind>(i);
      // The literal null is the one thing that may be null and nothing else.
      type.nullable = type.kind == TypeKind::kNull;
      const bool holds_elements =
          type.kind == TypeKind::kList || type.kind == TypeKind::kRange || type.kind == TypeKind::kSeries;
      if (holds_elements) type.element = all[static_cast<size_t>(TypeKind::kAny)];
      all[i] = Share(std::move(type));
    }
    return all;
  }();
  return kinds[static_cast<size_t>(kind)];
}

TypePtr NumberType(int scale) {
  static const std::array<TypePtr, limits::kDecimalDigitsMax + 1> scales = [] {
    std::array<TypePtr, limits::kDecimalDigitsMax + 1> all;
    for (size_t i = 0; i < all.size(); ++i) {
      Type type;
      type.kind = TypeKind::kNumber;
      type.scale = static_cast<int>(i);
      all[i] = Share(std::move(type));
    }
    return all;
  }();
  // Digits beyond those a decimal holds promise nothing to a column.
  if (scale < 0 || scale > limits::kDecimalDigitsMax) return MakeType(TypeKind::kNumber);
  return scales[static_cast<size_t>(scale)];
}

TypePtr CodeType(std::string code_list) {
  Type type;
  type.kind = TypeKind::kString;
  type.code_list = std::move(code_list);
  return Share(std::move(type));
}

TypePtr ListOf(TypePtr element) {
  Type type;
  type.kind = TypeKind::kList;
  type.element = std::move(element);
  return Share(std::move(type));
}

TypePtr RangeOf(TypePtr element) {
  Type type;
  type.kind = TypeKind::kRange;
  type.element = std::move(element);
  return Share(std::move(type));
}

TypePtr SeriesOf(PeriodKind period, TypePtr element) {
  Type type;
  type.kind = TypeKind::kSeries;
  type.period = period;
  type.element = std::move(element);
  return Share(std::move(type));
}

TypePtr StructOf(std::vector<Member> members) {
  Type type;
  type.kind = TypeKind::kStruct;
  type.members = std::move(members);
  return Share(std::move(type));
}

TypePtr WithNullable(const TypePtr& type, bool nullable) {
  if (type->nullable == nullable) return type;
  Type copy = *type;
  copy.nullable = nullable;
  return Share(std::move(copy));
}

bool SameKind(const Type& a, const Type& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case TypeKind::kList:
    case TypeKind::kRange:
      return SameKind(*a.element, *b.element);
    case TypeKind::kSeries:
      return a.period == b.period && SameKind(*a.element, *b.element);
    case TypeKind::kStruct:
      return SameMembers(a.members, b.members);
    default:
      return true;
  }
}

TypePtr CommonType(const TypePtr& a, const TypePtr& b) {
  const bool nullable = a->nullable || b->nullable;
  if (a->kind == TypeKind::kNull) return WithNullable(b, true);
  if (b->kind == TypeKind::kNull) return WithNullable(a, true);
  if (a->kind == TypeKind::kAny) return WithNullable(b, nullable);
  if (b->kind == TypeKind::kAny) return WithNullable(a, nullable);
  if (a->kind != b->kind) return nullptr;
  const TypePtr common = CommonOfKind(a, b);
  return common == nullptr ? nullptr : WithNullable(common, nullable);
}

std::string TypeText(const Type& type) {
  std::string text(KindText(type.kind));
  switch (type.kind) {
    case TypeKind::kNull:
      return text;  // "null?" would say it twice
    case TypeKind::kString:
      if (!type.code_list.empty()) text = "code(" + type.code_list + ")";
      break;
    case TypeKind::kList:
    case TypeKind::kRange:
      if (type.element->kind != TypeKind::kAny) text += " of " + TypeText(*type.element);
      break;
    case TypeKind::kSeries:
      text += "(" + std::string(PeriodWord(type.period)) + ") of " + TypeText(*type.element);
      break;
    default:
      break;
  }
  if (type.nullable) text += '?';
  return text;
}

}  // namespace zhida::feel

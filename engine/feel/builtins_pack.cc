// Functions that packs have beside FEEL's: code trees and series; and structures by computed names.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "engine/feel/builtins_family.h"
#include "engine/feel/interpreter.h"

namespace zhida::feel {
namespace {

constexpr TypeKind kString = TypeKind::kString;
constexpr TypeKind kNumber = TypeKind::kNumber;

TypePtr UnderType(const Types& args, std::string* problem) {
  if (!Wants("under", args, 0, {kString}, problem)) return nullptr;
  if (!Wants("under", args, 1, {kString, TypeKind::kList}, problem)) return nullptr;
  const bool is_list = args[1]->kind == TypeKind::kList;
  const Type& ancestor = is_list ? *args[1]->element : *args[1];
  if (is_list && ancestor.kind != kString && ancestor.kind != TypeKind::kAny) {
    *problem = "under needs codes second, not " + WithArticle(TypeText(*args[1]));
    return nullptr;
  }
  const std::string& list = args[0]->code_list;
  if (args[0]->kind == kString && list.empty()) {
    *problem = "under needs a code of a code list first, not any string";
    return nullptr;
  }
  if (!ancestor.code_list.empty() && !list.empty() && ancestor.code_list != list) {
    *problem = "under needs codes of one list, not of " + list + " and of " + ancestor.code_list;
    return nullptr;
  }
  return MakeType(TypeKind::kBoolean);
}

// The third argument is the id of the code list, which the parser adds. Lists of ancestors do not come here.
Value Under(const Args& args, const CallContext& context) {
  const CodeList* list = args.size() == 3 ? context.model.FindCodeList(args[2].string()) : nullptr;
  if (list == nullptr) return Value::Error("there is no such code list");
  Cause cause = Cause::kStale;
  const Truth under = list->Under(args[0].string(), args[1].string(), context.dates.event.date(), &cause);
  return Value::FromTruth(under, cause, "a code that is not in its list");
}

TypePtr AtType(const Types& args, std::string* problem) {
  if (!Wants("at", args, 0, {TypeKind::kSeries}, problem)) return nullptr;
  if (args[0]->kind != TypeKind::kSeries) return MakeType(TypeKind::kAny);
  const bool years = args[0]->period == PeriodKind::kYear;
  const bool fits =
      years ? Wants("at", args, 1, {kNumber, kString}, problem) : Wants("at", args, 1, {kString}, problem);
  return fits ? args[0]->element : nullptr;
}

std::optional<int32_t> PeriodOf(PeriodKind kind, const Value& period) {
  if (period.kind() == ValueKind::kString) return ParsePeriod(kind, period.string());
  if (kind != PeriodKind::kYear || period.kind() != ValueKind::kNumber) return std::nullopt;
  const std::optional<int64_t> year = period.number().ToInt64();
  if (!year || *year < std::numeric_limits<int32_t>::min() || *year > std::numeric_limits<int32_t>::max())
    return std::nullopt;
  return static_cast<int32_t>(*year);
}

Value At(const Args& args, const CallContext&) {
  const Series& series = args[0].series();
  // What is no period of the series has no entry in it either.
  const std::optional<int32_t> period = PeriodOf(series.period_kind, args[1]);
  const Value* value = period ? series.Find(*period) : nullptr;
  return value == nullptr ? Value::Unknown(Cause::kMissing) : *value;
}

// Which member is meant is known only when it is computed, so all must have one type.
TypePtr GetValueType(const Types& args, std::string* problem) {
  if (!Wants("get value", args, 0, {TypeKind::kStruct}, problem)) return nullptr;
  if (!Wants("get value", args, 1, {kString}, problem)) return nullptr;
  TypePtr common = MakeType(TypeKind::kAny);
  for (const Member& member : args[0]->members) {
    const TypePtr wider = CommonType(common, member.type);
    if (wider == nullptr) {
      *problem = "get value needs members of one type, not " + WithArticle(TypeText(*common)) + " and " +
                 WithArticle(TypeText(*member.type)) + "; name the member after a point";
      return nullptr;
    }
    common = wider;
  }
  return WithNullable(common, true);
}

Value GetValue(const Args& args, const CallContext&) {
  const Value* member = args[0].structure().Find(args[1].string());
  return member == nullptr ? Value::Null() : *member;
}

}  // namespace

void AddPackBuiltins(std::vector<Builtin>* all) {
  all->insert(all->end(),
              {
                  {.name = "under",
                   .parameters = {"code", "ancestor"},
                   .reads_event = true,
                   .or_over = 1,
                   .result = UnderType,
                   .body = Under},
                  {.name = "at", .parameters = {"series", "period"}, .result = AtType, .body = At},
                  {.name = "get value", .parameters = {"m", "key"}, .result = GetValueType, .body = GetValue},
              });
}

}  // namespace zhida::feel

#include "engine/facts/arrow_schema.h"

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "engine/facts/fault.h"

namespace zhida::facts {
namespace {

pack::FactType PlainType(pack::FactKind kind) {
  pack::FactType type;
  type.kind = kind;
  return type;
}

TypePlan PlainPlan(pack::FactKind kind) {
  CodeLists none;
  return TypePlan(PlainType(kind), feel::Model(), &none);
}

std::string_view KindText(pack::FactKind kind) {
  switch (kind) {
    case pack::FactKind::kBoolean:
      return "a boolean";
    case pack::FactKind::kInteger:
      return "an integer";
    case pack::FactKind::kDecimal:
      return "a decimal";
    case pack::FactKind::kRatio:
      return "a ratio";
    case pack::FactKind::kMoney:
      return "a money";
    case pack::FactKind::kDate:
      return "a date";
    case pack::FactKind::kDateTime:
      return "a datetime";
    case pack::FactKind::kString:
      return "a string";
    case pack::FactKind::kCode:
      return "a code";
    case pack::FactKind::kList:
      return "a list";
    case pack::FactKind::kStruct:
      return "a struct";
    case pack::FactKind::kSeries:
      return "a series";
  }
  return "a fact";
}

std::string_view CastAdvice(pack::FactKind kind) {
  switch (kind) {
    case pack::FactKind::kBoolean:
      return "cast it to bool";
    case pack::FactKind::kInteger:
      return "cast it to int64";
    case pack::FactKind::kDecimal:
    case pack::FactKind::kRatio:
    case pack::FactKind::kMoney:
      return "cast it to decimal128 or int64";
    case pack::FactKind::kDate:
      return "cast it to date32";
    case pack::FactKind::kDateTime:
      return "cast it to a timestamp in UTC or at a fixed offset such as +08:00";
    case pack::FactKind::kString:
    case pack::FactKind::kCode:
      return "cast it to utf8";
    case pack::FactKind::kList:
      return "make it a list";
    case pack::FactKind::kStruct:
      return "make it a struct";
    case pack::FactKind::kSeries:
      return "make it a list of structs of period and value";
  }
  return "";
}

// Whether single values of `held` can be read as values of `kind`.
bool HoldsScalar(const ArrowType& held, pack::FactKind kind) {
  const bool clock_is_known = !held.has_zone || held.zone_is_fixed;
  switch (kind) {
    case pack::FactKind::kBoolean:
      return held.physical == Physical::kBool;
    case pack::FactKind::kInteger:
    case pack::FactKind::kDecimal:
    case pack::FactKind::kRatio:
    case pack::FactKind::kMoney:
      return held.is_integer() || held.is_float() || held.physical == Physical::kDecimal128;
    case pack::FactKind::kDate:
      return held.physical == Physical::kDate32 || held.physical == Physical::kDate64 || held.is_text() ||
             (held.physical == Physical::kTimestamp && clock_is_known);
    case pack::FactKind::kDateTime:
      return held.is_text() || (held.physical == Physical::kTimestamp && clock_is_known);
    case pack::FactKind::kString:
    case pack::FactKind::kCode:
      return held.is_text();
    case pack::FactKind::kList:
    case pack::FactKind::kStruct:
    case pack::FactKind::kSeries:
      return false;
  }
  return false;
}

struct Refusal {
  std::string what;  // "interval months cannot hold a money"
  std::string mend;
};

class Binder {
 public:
  Binder(const CompanionTypes& companions, Refusal* refusal) : companions_(companions), refusal_(*refusal) {}

  bool Bind(const TypePlan& type, const ArrowShape& shape, ArrowBinding* binding) {
    binding->type = &type;
    binding->shape = &shape;
    if (shape.type.physical == Physical::kNull) return true;  // nothing is known of it in any row
    switch (type.kind) {
      case pack::FactKind::kList:
        return BindList(type, shape, binding);
      case pack::FactKind::kStruct:
        return BindStruct(type, shape, binding);
      case pack::FactKind::kSeries:
        return BindSeries(type, shape, binding);
      default:
        return HoldsScalar(shape.type, type.kind) || CannotHold(type, shape);
    }
  }

 private:
  bool CannotHold(const TypePlan& type, const ArrowShape& shape) {
    refusal_.what = shape.text + " cannot hold " + std::string(KindText(type.kind));
    refusal_.mend = CastAdvice(type.kind);
    return false;
  }
  bool Inside(const std::string& place) {
    refusal_.what = place + ": " + refusal_.what;
    return false;
  }

  bool BindList(const TypePlan& type, const ArrowShape& shape, ArrowBinding* binding) {
    if (!shape.type.is_list()) return CannotHold(type, shape);
    binding->parts.resize(1);
    return Bind(*type.element, shape.children[0], &binding->parts[0]) || Inside("its items");
  }

  bool BindStruct(const TypePlan& type, const ArrowShape& shape, ArrowBinding* binding) {
    if (shape.type.physical != Physical::kStruct) return CannotHold(type, shape);
    binding->parts.resize(type.members.size());
    for (size_t child = 0; child < shape.children.size(); ++child) {
      const ArrowShape& field = shape.children[child];
      const int member = type.FindMember(field.name);
      if (member < 0) continue;
      const size_t place = static_cast<size_t>(member);
      ArrowBinding& part = binding->parts[place];
      if (part.shape != nullptr) {
        refusal_ = {"member " + type.members[place].member->id + " is there twice", "keep one"};
        return false;
      }
      part.child = child;
      if (!Bind(*type.members[place].type, field, &part)) return Inside("member " + field.name);
    }
    return true;
  }

  bool BindSeries(const TypePlan& type, const ArrowShape& shape, ArrowBinding* binding) {
    if (!shape.type.is_list() || shape.children[0].type.physical != Physical::kStruct)
      return CannotHold(type, shape);
    const ArrowShape& entry = shape.children[0];
    binding->parts.resize(2);
    for (size_t child = 0; child < entry.children.size(); ++child) {
      const ArrowShape& field = entry.children[child];
      const bool period = field.name == "period";
      if (!period && field.name != "value") continue;
      ArrowBinding& part = binding->parts[period ? 0 : 1];
      if (part.shape != nullptr) {
        refusal_ = {"its " + field.name + " is there twice", "keep one"};
        return false;
      }
      part.child = child;
      const bool good = period ? BindPeriod(type, field, &part) : Bind(*type.element, field, &part);
      if (!good) return Inside("its " + field.name);
    }
    if (binding->parts[0].shape != nullptr && binding->parts[1].shape != nullptr) return true;
    return CannotHold(type, shape);
  }

  // Years may be numbers; quarters and months are texts, since a number for them would be anybody's guess.
  bool BindPeriod(const TypePlan& series, const ArrowShape& shape, ArrowBinding* binding) {
    if (series.period == PeriodKind::kYear && shape.type.is_integer()) {
      return Bind(companions_.integer, shape, binding);
    }
    return Bind(companions_.text, shape, binding);
  }

  const CompanionTypes& companions_;
  Refusal& refusal_;
};

const TypePlan& TypeOf(const KeyMeaning& meaning, const ReadingPlan& plan, const CompanionTypes& companions) {
  switch (meaning.role) {
    case KeyRole::kState:
    case KeyRole::kSource:
    case KeyRole::kUndeclared:
      return companions.text;
    case KeyRole::kDate:
    case KeyRole::kRowDate:
      return companions.date;
    case KeyRole::kValue:
      break;
  }
  return plan.facts[static_cast<size_t>(meaning.fact)].type;
}

}  // namespace

CompanionTypes::CompanionTypes()
    : text(PlainPlan(pack::FactKind::kString)),
      date(PlainPlan(pack::FactKind::kDate)),
      integer(PlainPlan(pack::FactKind::kInteger)) {}

bool BindColumns(const ReadingPlan& plan, const CompanionTypes& companions, const ArrowShape& table,
                 ArrowColumns* columns, Diagnostics* diagnostics) {
  const size_t errors_before = diagnostics->error_count();
  std::map<std::pair<KeyRole, int>, std::string> taken;  // meaning -> the column that has it
  std::set<std::string> undeclared;
  for (size_t child = 0; child < table.children.size(); ++child) {
    const ArrowShape& shape = table.children[child];
    const KeyMeaning meaning = MeaningOf(shape.name, plan.schema);
    if (meaning.role == KeyRole::kUndeclared) {
      if (undeclared.insert(shape.name).second) columns->undeclared.push_back(shape.name);
      continue;
    }
    const auto [before, first] = taken.emplace(std::pair(meaning.role, meaning.fact), shape.name);
    if (!first) {
      const std::string twin = before->second == shape.name ? "" : " as " + before->second;
      diagnostics->Error(kColumnTwice, {},
                         "column " + shape.name + " is there twice" + (twin.empty() ? "" : "," + twin),
                         "keep one");
      continue;
    }
    Refusal refusal;
    BoundColumn column{meaning, {}, shape.name};
    column.binding.child = child;
    if (Binder(companions, &refusal).Bind(TypeOf(meaning, plan, companions), shape, &column.binding)) {
      columns->bound.push_back(std::move(column));
    } else {
      diagnostics->Error(kColumnRefused, {}, "column " + shape.name + ": " + refusal.what, refusal.mend);
    }
  }
  const int key = plan.schema.key;
  if (key >= 0 && taken.count({KeyRole::kValue, key}) == 0) {
    const std::string& id = plan.facts[static_cast<size_t>(key)].fact->id;
    const std::string& kind = plan.schema.kind;
    diagnostics->Error(kNoKeyColumn, {},
                       "there is no column " + id + ", which names the subject" +
                           (kind.empty() ? "" : " (the pack is about a " + kind + ")"),
                       "add it, or rename the column that holds it");
  }
  return diagnostics->error_count() == errors_before;
}

}  // namespace zhida::facts

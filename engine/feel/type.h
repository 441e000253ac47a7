// Static types of FEEL expressions in packs.
//
// Types are shared immutable trees; two types are compared by structure. Any thread may read them.
// A number keeps the most digits it can have after the point, and a string the code list it is drawn from,
// because the plan turns both into columns and the checker finds misspelt codes.
#ifndef ZHIDA_ENGINE_FEEL_TYPE_H_
#define ZHIDA_ENGINE_FEEL_TYPE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/value.h"

namespace zhida::feel {

enum class TypeKind : uint8_t {
  kAny,   // only of `unknown(cause)` and of an empty list's element; conforms to everything
  kNull,  // of the literal null
  kBoolean,
  kNumber,
  kString,
  kDate,
  kTime,
  kDateTime,
  kMonthDuration,
  kDayDuration,
  kList,
  kStruct,
  kSeries,
  kRange,
};

struct Type;
using TypePtr = std::shared_ptr<const Type>;

// A member of a structure may be written by its id or by its name; values are stored under the id.
struct Member {
  std::string id;
  std::string name;  // "" when there is only the id
  TypePtr type;
};

struct Type {
  TypeKind kind = TypeKind::kAny;
  bool nullable = false;                  // may be null where it is known
  int scale = -1;                         // kNumber: most digits after the point; -1 = any number
  std::string code_list;                  // kString: id of the code list it is drawn from, or ""
  PeriodKind period = PeriodKind::kYear;  // kSeries
  TypePtr element;                        // kList, kSeries, kRange
  std::vector<Member> members;            // kStruct

  const Member* FindMember(std::string_view id_or_name) const;
};

TypePtr MakeType(TypeKind kind);
TypePtr NumberType(int scale);
TypePtr CodeType(std::string code_list);
TypePtr ListOf(TypePtr element);
TypePtr RangeOf(TypePtr element);
TypePtr SeriesOf(PeriodKind period, TypePtr element);
TypePtr StructOf(std::vector<Member> members);
TypePtr WithNullable(const TypePtr& type, bool nullable);

// Same kind and parts; nullability, scale and code lists are not looked at.
bool SameKind(const Type& a, const Type& b);
// The smallest type both conform to, or null when there is none (a number and a string).
TypePtr CommonType(const TypePtr& a, const TypePtr& b);
// "number", "list of struct", "date?": for messages. `?` marks nullable.
std::string TypeText(const Type& type);

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_TYPE_H_

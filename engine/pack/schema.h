// Schema: the facts that a kind of subject may have, and how each is supplied.
// Immutable after loading; any thread.
#ifndef ZHIDA_ENGINE_PACK_SCHEMA_H_
#define ZHIDA_ENGINE_PACK_SCHEMA_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/type.h"
#include "engine/value/money.h"

namespace zhida::pack {

enum class FactKind : uint8_t {
  kBoolean,
  kInteger,
  kDecimal,
  kRatio,
  kMoney,
  kDate,
  kDateTime,
  kString,
  kCode,
  kList,
  kStruct,
  kSeries,
};

struct FactType;
using FactTypePtr = std::shared_ptr<const FactType>;

struct FactMember {
  std::string id;
  std::string name;
  FactTypePtr type;
  bool nullable = false;
};

// How a value is supplied. Numbers are kept as whole multiples of 10^-scale (money: of a fen, scale 2 in
// yuan).
struct FactType {
  FactKind kind = FactKind::kString;
  int scale = 0;          // digits after the point that the fact may have; 0 integer, 2 money, 12 ratio
  MoneyUnit unit;         // kMoney: what a supplied number means
  std::string code_list;  // kCode
  PeriodKind period = PeriodKind::kYear;  // kSeries
  FactTypePtr element;                    // kList, kSeries
  std::vector<FactMember> members;        // kStruct

  bool is_number() const {
    return kind == FactKind::kInteger || kind == FactKind::kDecimal || kind == FactKind::kRatio ||
           kind == FactKind::kMoney;
  }
};

// How old a value may be: months first, then days.
struct MaxAge {
  int64_t months = 0;
  int64_t days = 0;
};

struct Fact {
  std::string id;
  std::string name;
  FactTypePtr type;
  bool nullable = false;
  bool commitment_allowed = false;
  bool changeable = false;  // the subject itself can change it: staff, R&D spending; not its age or its place
  bool check_uscc = false;  // warn about a credit code with a wrong check digit
  std::optional<MaxAge> max_age;
  std::string source;    // who owns the fact
  std::string material;  // what proves it
  std::string obtain;    // where to get it
  Location where;
};

struct Schema {
  std::string kind;                              // firm, person, ...
  int key = -1;                                  // the fact that names the subject
  std::vector<Fact> facts;                       // in the order of the closure: used packs first
  std::unordered_map<std::string, int> by_word;  // id and name -> fact

  int Find(std::string_view id_or_name) const;  // -1 if there is none
};

feel::TypePtr ExpressionType(const Fact& fact);
feel::TypePtr ExpressionType(const FactType& type, bool nullable);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_SCHEMA_H_

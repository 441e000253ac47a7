// Scope: the names an expression may use.
//
// FEEL names may hold spaces and symbols, so only a parser that knows the names can cut a text into words.
// The pack loader implements Scope over facts, definitions, tables and parameters; locals are the parser's
// own. Find() may parse the definition it is asked for (definitions may refer to each other in any order); a
// cycle is reported by the loader. Not thread-safe.
#ifndef ZHIDA_ENGINE_FEEL_SCOPE_H_
#define ZHIDA_ENGINE_FEEL_SCOPE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/ast.h"

namespace zhida::feel {

struct Symbol {
  enum class Kind : uint8_t { kFact, kDefinition, kParameter };
  Kind kind = Kind::kFact;
  int index = 0;
  TypePtr type;  // of a parameter: a structure type, one member an entry; an entry is a kParameter node
};

class Scope {
 public:
  virtual ~Scope() = default;
  // `name` is normalised: single spaces between parts, none round symbols. See NormalisedName().
  virtual std::optional<Symbol> Find(std::string_view name) = 0;
  virtual bool HasName(std::string_view name) const = 0;  // without resolving it
  virtual std::vector<std::string> Names() const = 0;     // for "did you mean"
  virtual std::optional<int> FindZone(std::string_view id) const = 0;
  virtual std::vector<std::string> ZoneIds() const = 0;
  // The code list that zone number `zone` draws from, so that codes of another list are refused; "" allows
  // all.
  virtual std::string ZoneCodeList(int /*zone*/) const { return ""; }
  virtual bool HasCode(std::string_view code_list, std::string_view code) const = 0;
  virtual std::vector<std::string> Codes(
      std::string_view code_list) const = 0;  // for "did you mean"; may be cut short
  virtual bool HasCalendar(std::string_view id) const = 0;
  virtual std::vector<std::string> CalendarIds() const { return {}; }  // for "did you mean"
};

// Single spaces between parts, none round the symbols . / - ' + *: "Date-Time - 2" -> "Date-Time-2".
std::string NormalisedName(std::string_view text);

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_SCOPE_H_

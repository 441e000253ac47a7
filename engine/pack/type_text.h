// Types of facts as packs write them: `series(year) of money`, `list of struct`, `code(industry)`.
// Pure; any thread. Fails with diagnostics ZD2201 to ZD2205, each placed at the node.
#ifndef ZHIDA_ENGINE_PACK_TYPE_TEXT_H_
#define ZHIDA_ENGINE_PACK_TYPE_TEXT_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/pack/loader.h"

namespace zhida::pack {

// Most digits after the point of decimal(s); a ratio always has as many.
inline constexpr int kScaleMax = 12;

// The words of a type from the outside in: `list of struct` is {list, struct}.
struct TypeWords {
  struct Word {
    FactKind kind = FactKind::kString;
    int scale = 0;
    std::string code_list;
    PeriodKind period = PeriodKind::kYear;
  };
  std::vector<Word> words;

  bool Holds(FactKind kind) const;
};

// nullopt after a report.
std::optional<TypeWords> ParseTypeWords(const Node& node, Loading& loading);
// The type of these words; `unit` is that of money, `members` those of a structure.
FactTypePtr MakeFactType(const TypeWords& words, MoneyUnit unit, std::vector<FactMember> members);

// A type as definitions and outputs of tables state it: those of facts without structures and series, and
// `number`. Null after a report.
feel::TypePtr ParseResultType(const Node& node, Loading& loading);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_TYPE_TEXT_H_

// TypePlan: a fact's type made ready for reading, so that no reader looks anything up by name for each value.
//
// A ReadingPlan holds one for every fact of a pack. Immutable after construction; any thread; the pack must
// outlive it.
#ifndef ZHIDA_ENGINE_FACTS_TYPE_PLAN_H_
#define ZHIDA_ENGINE_FACTS_TYPE_PLAN_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/facts/words.h"
#include "engine/pack/pack.h"

namespace zhida::facts {

// Code lists in use, each once, so that a reader can keep a cache for each.
using CodeLists = std::vector<const feel::CodeList*>;

struct TypePlan {
  TypePlan(const pack::FactType& type, const feel::Model& model, CodeLists* lists);

  struct Member {
    const pack::FactMember* member;
    std::unique_ptr<TypePlan> type;
    std::optional<Pattern> id;
    std::optional<Pattern> name;
    // True only if the key at `token` is the member's.
    bool IsAt(const char* token) const {
      return (id && id->Matches(token)) || (name && name->Matches(token));
    }
  };

  // The member that `word` names by id or name, or -1.
  int FindMember(std::string_view word) const;

  pack::FactKind kind;
  Storage storage;
  bool is_number;
  int stored_scale = 0;  // a number is kept as this many digits after the point ...
  int input_scale = 0;   // ... and what is supplied may have this many; they differ for money in other units
  MoneyUnit unit;
  PeriodKind period = PeriodKind::kYear;
  std::string code_list_id;
  int code_list = -1;                 // position in CodeLists
  std::unique_ptr<TypePlan> element;  // kList, kSeries
  std::vector<Member> members;        // kStruct

 private:
  std::unordered_map<std::string_view, int> member_by_word_;
};

struct FactPlan {
  const pack::Fact* fact;
  TypePlan type;
};

struct ReadingPlan {
  explicit ReadingPlan(const pack::Pack& pack);

  const pack::Schema& schema;
  CodeLists code_lists;
  std::vector<FactPlan> facts;  // parallel to schema.facts
};

// "a number", "a date", "a list": what stands where a value of the type is wanted.
std::string_view WantedText(const TypePlan& type);
// "元", "万元"; "" where people have no word.
std::string_view MoneyUnitText(MoneyUnit unit);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_TYPE_PLAN_H_

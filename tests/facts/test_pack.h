// Packs for tests of the fact readers, filled by hand so that no loader is needed.
#ifndef ZHIDA_TESTS_FACTS_TEST_PACK_H_
#define ZHIDA_TESTS_FACTS_TEST_PACK_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/facts/reading.h"
#include "engine/pack/pack.h"

namespace zhida::facts {

using pack::FactKind;
using pack::FactTypePtr;

inline FactTypePtr MakeType(FactKind kind, int scale = 0) {
  pack::FactType type;
  type.kind = kind;
  type.scale = scale;
  return std::make_shared<const pack::FactType>(std::move(type));
}

inline FactTypePtr MoneyIn(std::string_view unit) {
  pack::FactType type;
  type.kind = FactKind::kMoney;
  type.scale = 2;
  type.unit = *MoneyUnitFromName(unit);
  return std::make_shared<const pack::FactType>(std::move(type));
}

inline FactTypePtr CodeOf(std::string list) {
  pack::FactType type;
  type.kind = FactKind::kCode;
  type.code_list = std::move(list);
  return std::make_shared<const pack::FactType>(std::move(type));
}

inline FactTypePtr ListOf(FactTypePtr element) {
  pack::FactType type;
  type.kind = FactKind::kList;
  type.element = std::move(element);
  return std::make_shared<const pack::FactType>(std::move(type));
}

inline FactTypePtr SeriesOf(PeriodKind period, FactTypePtr element) {
  pack::FactType type;
  type.kind = FactKind::kSeries;
  type.period = period;
  type.element = std::move(element);
  return std::make_shared<const pack::FactType>(std::move(type));
}

inline FactTypePtr StructOf(std::vector<pack::FactMember> members) {
  pack::FactType type;
  type.kind = FactKind::kStruct;
  type.members = std::move(members);
  return std::make_shared<const pack::FactType>(std::move(type));
}

// Adds a fact; the reference holds until the next one is added.
inline pack::Fact& AddFact(pack::Pack* pack, std::string id, FactTypePtr type, std::string name = "") {
  pack::Schema& schema = pack->schema;
  const int place = static_cast<int>(schema.facts.size());
  pack::Fact fact;
  fact.id = id;
  fact.name = name;
  fact.type = std::move(type);
  schema.facts.push_back(std::move(fact));
  schema.by_word[id] = place;
  if (!name.empty()) schema.by_word[name] = place;
  return schema.facts.back();
}

inline void AddCodeList(pack::Pack* pack, std::string id, const std::vector<std::string>& codes,
                        bool open_prefix) {
  feel::CodeList list;
  list.id = std::move(id);
  list.open = open_prefix;
  list.shape = open_prefix ? feel::CodeList::Shape::kPrefix : feel::CodeList::Shape::kFlat;
  for (const std::string& code : codes) list.Add({code, "", "", {}});
  pack->model.code_lists.push_back(std::move(list));
}

// One fact of each kind. `uscc` is the key; `revenue` may be committed to and grows old, `landlord` is
// nullable.
inline pack::Pack MakeTestPack() {
  pack::Pack pack;
  AddCodeList(&pack, "industry", {"A", "C", "C26", "I65"}, true);
  AddCodeList(&pack, "grade", {"A", "B", "M", "C", "D"}, false);
  AddFact(&pack, "uscc", MakeType(FactKind::kString), "统一社会信用代码").check_uscc = true;
  pack.schema.key = 0;
  AddFact(&pack, "listed", MakeType(FactKind::kBoolean), "上市");
  AddFact(&pack, "staff", MakeType(FactKind::kInteger), "从业人员");
  AddFact(&pack, "share", MakeType(FactKind::kRatio, 12));
  AddFact(&pack, "area", MakeType(FactKind::kDecimal, 2));
  pack::Fact& revenue = AddFact(&pack, "revenue", MoneyIn("万元"), "营业收入");
  revenue.commitment_allowed = true;
  revenue.max_age = pack::MaxAge{12, 0};
  AddFact(&pack, "paid", MoneyIn("元"));
  AddFact(&pack, "founded", MakeType(FactKind::kDate), "成立日期");
  AddFact(&pack, "filed_at", MakeType(FactKind::kDateTime));
  AddFact(&pack, "industry", CodeOf("industry"), "行业代码");
  AddFact(&pack, "grade", CodeOf("grade"));
  AddFact(&pack, "landlord", MakeType(FactKind::kString)).nullable = true;
  AddFact(&pack, "titles", ListOf(MakeType(FactKind::kString)));
  AddFact(&pack, "figures", ListOf(MoneyIn("万元")));
  AddFact(&pack, "rnd", SeriesOf(PeriodKind::kYear, MoneyIn("万元")), "研发费用");
  AddFact(&pack, "power", SeriesOf(PeriodKind::kMonth, MakeType(FactKind::kInteger)));
  AddFact(&pack, "hires",
          ListOf(StructOf({{"date", "招用日期", MakeType(FactKind::kDate), false},
                           {"category", "类别", CodeOf("grade"), true},
                           {"pay", "", MoneyIn("元"), false}})));
  return pack;
}

inline Date Day(std::string_view text) { return *Date::Parse(text); }

inline DateRules RulesAsOf(std::string_view day) {
  DateRules rules;
  rules.as_of = Day(day);
  return rules;
}

// What one fact of one row reads as: FEEL text, with the commitment told apart.
inline std::string CellText(const FactBlock& block, std::string_view fact, size_t row) {
  const int place = block.schema().Find(fact);
  const std::string promised = block.Get(place, row, feel::Reading::kPromised).ToText();
  const std::string verified = block.Get(place, row, feel::Reading::kVerified).ToText();
  return promised == verified ? promised : promised + " promised, " + verified + " verified";
}

// A block as text, one line a row; for comparing whole blocks.
inline std::string BlockText(const FactBlock& block) {
  std::string text;
  for (size_t row = 0; row < block.row_count(); ++row) {
    text += std::to_string(block.input_row(row)) + " " + std::string(block.subject(row));
    for (const pack::Fact& fact : block.schema().facts)
      text += " | " + fact.id + "=" + CellText(block, fact.id, row);
    text += "\n";
  }
  return text;
}

}  // namespace zhida::facts

#endif  // ZHIDA_TESTS_FACTS_TEST_PACK_H_

// A small vocabulary for the parser's tests, with names of every awkward kind, and the reading of row tables.
// The tables in parser_test.cc and checker_test.cc refer to these facts by number.
#ifndef ZHIDA_TESTS_FEEL_FAKE_SCOPE_H_
#define ZHIDA_TESTS_FEEL_FAKE_SCOPE_H_

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/scope.h"
#include "engine/feel/type.h"

namespace zhida::feel {

class FakeScope : public Scope {
 public:
  FakeScope() {
    const TypePtr boolean = MakeType(TypeKind::kBoolean);
    const TypePtr text = MakeType(TypeKind::kString);
    const TypePtr date = MakeType(TypeKind::kDate);
    const TypePtr money = NumberType(2);
    const TypePtr category = CodeType("hire_category");
    const TypePtr hire = StructOf({{"date", "招用日期", date},
                                   {"category", "类别", category},
                                   {"wage", "月工资", WithNullable(money, true)},
                                   {"insured", "参保", boolean}});
    const TypePtr home = StructOf({{"city", "城市", CodeType("division")}});
    const TypePtr person = StructOf(
        {{"name", "姓名", text}, {"birth", "出生日期", WithNullable(date, true)}, {"home", "户籍", home}});
    Fact("reg_capital", "注册资本", money);                                  // 0
    Fact("staff", "从业人员", WithNullable(NumberType(0), true));            // 1
    Fact("founded", "成立日期", date);                                       // 2
    Fact("industry", "行业代码", CodeType("industry"));                      // 3
    Fact("division", "登记地", CodeType("division"));                        // 4
    Fact("tax_credit", "纳税信用", WithNullable(CodeType("credit"), true));  // 5
    Fact("revenue", "营业收入", SeriesOf(PeriodKind::kYear, money));         // 6
    Fact("hires", "新招用人员", ListOf(hire));                               // 7
    Fact("serious", "严重失信", boolean);                                    // 8
    Fact("firm_name", "企业名称", text);                                     // 9
    Fact("revenue_wan", "营业收入（万元）", money);                          // 10
    Fact("moment", "Date-Time-2", MakeType(TypeKind::kDateTime));            // 11
    Fact("weekend", "days in weekend", NumberType(0));                       // 12
    Fact("legal", "法定代表人", person);                                     // 13
    Fact("tags", "标签", ListOf(category));                                  // 14
    Fact("output", "季度产值", SeriesOf(PeriodKind::kQuarter, money));       // 15
    Fact("opening", "开门时间", MakeType(TypeKind::kTime));                  // 16
    Fact("term", "租期", MakeType(TypeKind::kMonthDuration));                // 17
    Fact("wait", "等待期", MakeType(TypeKind::kDayDuration));                // 18
    Fact("a", "", NumberType(0));                                            // 19
    Fact("b", "", NumberType(3));                                            // 20
    Fact("a-b", "", NumberType(0));                                          // 21
    Fact("scores", "评分", ListOf(WithNullable(NumberType(1), true)));       // 22
    Fact("partner", "合伙人", WithNullable(person, true));                   // 23
    Fact("listed", "上市", WithNullable(boolean, true));                     // 24
    Fact("amounts", "金额", ListOf(money));                                  // 25
    Fact("days", "", ListOf(date));                                          // 26
    Fact("ifs", "if any", boolean);                                          // 27
    Add("rd_increase", "研发增量", {Symbol::Kind::kDefinition, 0, money});
    Add("size", "企业规模", {Symbol::Kind::kDefinition, 1, text});
    Add("best", "最好成绩", {Symbol::Kind::kDefinition, 2, WithNullable(NumberType(1), true)});
    Add("rd_award", "研发奖补",
        {Symbol::Kind::kParameter, 0,
         StructOf({{"rate", "比例", NumberType(2)}, {"cap", "上限", NumberType(0)}})});
    names_.push_back("broken");
  }

  std::optional<Symbol> Find(std::string_view name) override {
    const auto found = symbols_.find(std::string(name));
    return found == symbols_.end() ? std::nullopt : std::optional<Symbol>(found->second);
  }
  // "broken" is declared, but its own definition is wrong.
  bool HasName(std::string_view name) const override {
    return name == "broken" || symbols_.contains(std::string(name));
  }
  std::vector<std::string> Names() const override { return names_; }
  std::optional<int> FindZone(std::string_view id) const override {
    if (id == "quanzhou-tia") return 0;
    return id == "chemical-park" ? std::optional<int>(1) : std::nullopt;
  }
  std::vector<std::string> ZoneIds() const override { return {"quanzhou-tia", "chemical-park"}; }
  std::string ZoneCodeList(int zone) const override { return zone == 0 ? "division" : ""; }
  bool HasCode(std::string_view code_list, std::string_view code) const override {
    for (const std::string& listed : Codes(code_list)) {
      // The industries are an open list.
      if (listed == code || (code_list == "industry" && code.starts_with(listed))) return true;
    }
    return false;
  }
  std::vector<std::string> Codes(std::string_view code_list) const override {
    if (code_list == "industry") return {"C", "C26", "I", "I65"};
    if (code_list == "division") return {"35", "3505", "350521"};
    if (code_list == "credit") return {"A", "B", "M", "C", "D", "N"};
    return {"graduate", "veteran", "disabled"};
  }
  bool HasCalendar(std::string_view id) const override { return id == "cn"; }
  std::vector<std::string> CalendarIds() const override { return {"cn"}; }

 private:
  void Fact(const std::string& id, const std::string& name, TypePtr type) {
    Add(id, name, {Symbol::Kind::kFact, facts_++, std::move(type)});
  }
  void Add(const std::string& id, const std::string& name, const Symbol& symbol) {
    for (const std::string& word : {id, name}) {
      if (word.empty()) continue;
      symbols_.emplace(NormalisedName(word), symbol);
      names_.push_back(word);
    }
  }

  int facts_ = 0;
  std::unordered_map<std::string, Symbol> symbols_;
  std::vector<std::string> names_;
};

// The lines of a table of rows, without empty lines and `# headings`.
inline std::vector<std::string> Rows(std::string_view table) {
  std::vector<std::string> rows;
  for (const std::string& line : SplitOn(table, '\n')) {
    if (!TrimAscii(line).empty() && !line.starts_with('#')) rows.push_back(line);
  }
  return rows;
}

// A row of two cells; the second is "" when there is no bar between spaces.
inline std::pair<std::string, std::string> Cells(const std::string& row) {
  const size_t bar = row.find(" | ");
  if (bar == std::string::npos) return {row, ""};
  return {row.substr(0, bar), row.substr(bar + 3)};
}

}  // namespace zhida::feel

#endif  // ZHIDA_TESTS_FEEL_FAKE_SCOPE_H_

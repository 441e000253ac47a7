// What the parts of a good pack become: facts, lists, parameters, definitions, policies, cases. What is said
// about bad ones is in loader_messages_test.cc.
#include <gtest/gtest.h>

#include <string>

#include "tests/pack/loader_fixture.h"

namespace zhida::pack {
namespace {

TEST(LoaderTest, ReadsWhatThePackSaysOfItself) {
  const PackPtr pack = Load(With(R"(
== pack.yaml
id: quanzhou
version: 1.2.0
title: 泉州惠企政策
jurisdiction: 泉州市
kind: firm
status: official
)"));
  EXPECT_EQ(pack->id, "quanzhou");
  EXPECT_EQ(pack->version, "1.2.0");
  EXPECT_EQ(pack->title, "泉州惠企政策");
  EXPECT_EQ(pack->jurisdiction, "泉州市");
  EXPECT_TRUE(pack->official);
  EXPECT_TRUE(pack->uses.empty());
  EXPECT_TRUE(pack->warnings.empty());
}

TEST(LoaderTest, ReadsFacts) {
  const PackPtr pack = Load(With(""));
  const Schema& schema = pack->schema;
  ASSERT_EQ(schema.facts.size(), 6u);
  EXPECT_EQ(schema.kind, "firm");
  EXPECT_EQ(schema.key, 0);
  EXPECT_TRUE(schema.facts[0].check_uscc);
  EXPECT_EQ(schema.Find("营业收入"), 1);
  EXPECT_EQ(schema.Find("revenue"), 1);
  EXPECT_EQ(schema.Find("nothing"), -1);
  EXPECT_EQ(schema.facts[1].type->element->unit.fen_power, 6);
  EXPECT_EQ(schema.facts[1].max_age->months, 12);
  EXPECT_TRUE(schema.facts[2].nullable);
  EXPECT_TRUE(schema.facts[3].commitment_allowed);
  const FactType& hire = *schema.facts[5].type->element;
  EXPECT_EQ(hire.members[1].type->unit.fen_power, 5);
  EXPECT_TRUE(hire.members[0].nullable);
  std::string types;
  for (const feel::FactType& fact : pack->model.facts) types += feel::TypeText(*fact.type) + ", ";
  EXPECT_EQ(types, "string, series(year) of number, number?, code(division), date, list of struct, ");
  EXPECT_EQ(pack->model.facts[3].type->code_list, "division");
  EXPECT_EQ(pack->model.facts[1].type->element->scale, 2);
}

TEST(LoaderTest, MoneyHasNoUnitButThatOfItsFact) {
  const PackPtr pack = Load(With(R"(
== schema.yaml
key: id
facts:
  - {id: id, type: string}
  - {id: a, type: money}
  - {id: b, type: list of money, unit: 分}
  - {id: c, type: decimal(3), max_age: P30D}
  - {id: d, type: ratio}
)"));
  EXPECT_EQ(pack->schema.facts[1].type->unit.fen_power, 2);
  EXPECT_EQ(pack->schema.facts[1].name, "a") << "a fact without a name goes by its id";
  EXPECT_EQ(pack->schema.facts[2].type->element->unit.fen_power, 0);
  EXPECT_EQ(pack->schema.facts[3].type->scale, 3);
  EXPECT_EQ(pack->schema.facts[3].max_age->days, 30);
  EXPECT_EQ(pack->schema.facts[4].type->scale, 12);
}

TEST(LoaderTest, ReadsListsZonesAndCalendars) {
  const PackPtr pack = Load(With(R"(
== lists/index.yaml
lists:
  - {id: division, name: 行政区划, tree: prefix, open: true, file: division.csv}
  - {id: grade, codes: [{code: A, name: 优, to: 2024-12-31}, {code: A, name: 良, from: 2025-01-01}]}
  - {id: chain, tree: parent, codes: [{code: top, name: 顶}, {code: low, name: 底, parent: top}]}
zones:
  - {id: park, name: 园区, of: division, file: zones.csv}
  - {id: port, name: 港区, of: division, members: [{code: 350521101, from: 2012-01-01}]}
== lists/division.csv
code,name,from,to
35,福建,,
3505,泉州,,
# 撤销
350500,市辖区,,2020-12-31
== lists/zones.csv
zone,code,from,to
park,350521104,2010-01-01,
park,350521105,2010-01-01,2015-12-31
== calendars/cn.yaml
id: cn
years:
  2026: {off: [2026-01-01..2026-01-03], work: [2026-01-04], cite: 通知}
)"));
  const feel::CodeList* division = pack->model.FindCodeList("division");
  ASSERT_NE(division, nullptr);
  EXPECT_TRUE(division->Has("350599")) << "an open list";
  EXPECT_FALSE(division->Has("36"));
  const Date day = *Date::Parse("2026-01-01");
  EXPECT_EQ(division->Under("350500", "35", day), Truth::kUnknown);
  EXPECT_EQ(division->Under("3505", "35", day), Truth::kTrue);
  EXPECT_EQ(pack->model.FindCodeList("chain")->Under("low", "top", day), Truth::kTrue);
  EXPECT_EQ(pack->model.code_lists[1].codes().size(), 2u);
  ASSERT_EQ(pack->model.zones.size(), 2u);
  EXPECT_EQ(pack->model.zones[0].MembersOn(day), std::vector<std::string>{"350521104"});
  EXPECT_EQ(pack->model.zones[0].MembersOn(*Date::Parse("2012-01-01")).size(), 2u);
  const feel::Calendar* calendar = pack->model.FindCalendar("cn");
  ASSERT_NE(calendar, nullptr);
  EXPECT_FALSE(calendar->IsWorkingDay(*Date::Parse("2026-01-02")));
  EXPECT_TRUE(calendar->IsWorkingDay(*Date::Parse("2026-01-04")));
  EXPECT_EQ(calendar->AddWorkingDays(day, 2)->ToString(), "2026-01-05");
}

TEST(LoaderTest, ParametersAreExact) {
  const PackPtr pack = Load(With(R"(
== params/a.yaml
- id: award
  name: 奖补
  entries: {rate: 比例, cap: 上限, day: 日, on: , word: 词, floor: 下限, quoted: 引}
  versions:
    - {from: 2025-01-01, values: {rate: 5.5%, cap: 600万元, day: 2025-03-31, on: true, word: 甲, floor: -1.25亿, quoted: '600'}}
    - {to: 2024-12-31, values: {rate: 6%, cap: 3 千元, day: 2024-03-31, on: false, word: 乙, floor: 5角, quoted: "6%"}, cite: 文}
)"));
  const feel::Parameter& award = pack->model.parameters[0];
  EXPECT_EQ(award.versions[0].citation, "文") << "versions are put into order";
  const auto text = [&award](size_t version) {
    std::string all;
    for (const Value& value : award.versions[version].values) all += value.ToText() + " ";
    return all;
  };
  EXPECT_EQ(text(1), "0.055 6000000 2025-03-31 true \"甲\" -125000000 \"600\" ");
  EXPECT_EQ(text(0), "0.06 3000 2024-03-31 false \"乙\" 0.5 \"6%\" ");
  EXPECT_EQ(award.entries[0].type->scale, 3);
  EXPECT_EQ(feel::TypeText(*award.entries[2].type), "date");
  EXPECT_EQ(award.entries[3].name, "on") << "an entry without a name goes by its id";
}

TEST(LoaderTest, JsonIsReadAsYamlIs) {
  const PackPtr yaml = Load(With(R"(
== params/a.yaml
- {id: award, name: 奖补, entries: {rate: 比例, day: 日, word: 词}, versions: [{values: {rate: 6%, day: 2025-01-01, word: 甲}}]}
== policies/a.yaml
- {id: a, clauses: [{id: k, when: '从业人数 != null and 从业人数 > 5', article: 一}], amount: '奖补.比例 * 100'}
)"));
  const PackPtr json = Load(FilesOf(R"(
== pack.json
{"id": "p", "version": "1.0.0", "kind": "firm"}
== schema.json
{"key": "uscc", "facts": [{"id": "uscc", "name": "信用代码", "type": "string"},
 {"id": "staff", "name": "从业人数", "type": "integer", "nullable": true}]}
== params/a.json
{"id": "award", "name": "奖补", "entries": {"rate": "比例", "day": "日", "word": "词", "n": null},
 "versions": [{"values": {"rate": "6%", "day": "2025-01-01", "word": "甲", "n": "5"}}]}
== policies/a.json
[{"id": "a", "clauses": [{"id": "k", "when": "从业人数 != null and 从业人数 > 5", "article": "一"}], "amount": "奖补.比例 * 100"}]
)"));
  const std::vector<Value>& values = json->model.parameters[0].versions[0].values;
  EXPECT_EQ(values[0].ToText(), "0.06");
  EXPECT_EQ(values[1].ToText(), "2025-01-01");
  EXPECT_EQ(values[3].ToText(), "\"5\"") << "a quoted number stays a text";
  EXPECT_EQ(yaml->policies[0].clauses[0].when.text, json->policies[0].clauses[0].when.text);
  EXPECT_EQ(feel::Dump(*yaml->policies[0].amount->amount.root),
            feel::Dump(*json->policies[0].amount->amount.root));
}

TEST(LoaderTest, ReadsPolicies) {
  const PackPtr pack = Load(With(R"(
== params/a.yaml
- {id: award, name: 奖补, entries: {rate: 比例}, versions: [{values: {rate: 6%}}]}
== settlement.yaml
groups: [{id: rd}, {id: year, limit: 200万元}]
pools:
  - id: money
    control: prorata
    unit: 元
    budgets: [{year: 2026, total: 10万元, carry_over: true}, {year: 2025, total: 9万元}]
modifiers: [{id: up, raise: 0.1, department: 科技厅}]
== policies/a.yaml
- id: fj-rd
  title: 研发奖补
  title_en: R&D award
  department: 科技厅
  basis: {document: 闽政办, issued: 2025-09-25, status: official}
  valid: {from: 2025-06-01, to: 2028-12-31, retro_from: 2025-01-01}
  window: {from: 2026-03-01}
  event: 成立日期
  year: 2026
  mode: automatic
  steps: 2
  limit: {days: 3, kind: working}
  pay_on: [eligible, conditional]
  combine: [{group: rd, form: TOPUP, of: [per], upper: 'at(营业收入, Y - 1)'}, {group: year, form: CAP_YEAR}]
  pool: money
  share: {province: 8, city: 1}
  event_key: {kind: rd, object: null, year: Y}
  min_pay: 3万元
  materials: [审计报告, "01"]
  clauses:
    - {id: place, scope: true, when: 'under(登记地, "35")', article: 第二条, refer: {department: 厅, where: 处}}
    - id: credit
      title: 信用
      article: 第四条
      none:
        - {id: small, when: '从业人数 != null and 从业人数 < 5', cure: 招人, curable: true, cured_by: 企业, cite: 文}
    - {id: later, when: 'count(hires) > 0', no_article: 惯例, later: allowed}
  amount: 'at(营业收入, Y - 1) * 奖补.比例'
  cap: 5000
  floor: '10 * 10'
  round: {to: 元, mode: down}
- id: per
  clauses: [{id: k, when: 'true', article: 一}]
  per: {list: 新招用人员, as: h, where: 'h.招用日期 != null', amount: h.工资, object: h.date}
)"));
  const Policy& policy = *pack->FindPolicy("fj-rd");
  EXPECT_EQ(policy.title, "研发奖补");
  EXPECT_TRUE(policy.official);
  EXPECT_EQ(policy.issued->ToString(), "2025-09-25");
  EXPECT_EQ(policy.valid->from->ToString(), "2025-01-01");
  EXPECT_EQ(policy.valid->to->ToString(), "2028-12-31");
  EXPECT_FALSE(policy.window->to.has_value());
  EXPECT_EQ(policy.event_fact, 4);
  EXPECT_EQ(policy.year, 2026);
  EXPECT_EQ(policy.mode, Policy::Mode::kAutomatic);
  EXPECT_TRUE(policy.pay_conditional);
  const SettlementRule& rule = policy.settlement;
  EXPECT_EQ(rule.steps, 2);
  EXPECT_EQ(rule.materials, (std::vector<std::string>{"审计报告", "01"}));
  ASSERT_EQ(rule.combine.size(), 2u);
  EXPECT_EQ(rule.combine[0].group, 0);
  EXPECT_EQ(rule.combine[0].form, Form::kTopup);
  EXPECT_EQ(rule.combine[0].of, std::vector<int>{1});
  EXPECT_FALSE(rule.combine[0].upper.fen.has_value());
  EXPECT_TRUE(rule.combine[0].upper.given());
  EXPECT_EQ(rule.combine[1].form, Form::kCapYear);
  EXPECT_EQ(pack->settlement.groups[1].limit.fen, 200000000);
  ASSERT_EQ(rule.share.size(), 2u);
  EXPECT_EQ(rule.share[0].level, "province");
  EXPECT_EQ(rule.share[0].part, 8);
  EXPECT_EQ(rule.event_key.kind, "rd");
  EXPECT_EQ(rule.event_key.year, EventKey::Year::kOfPolicy);
  EXPECT_EQ(rule.min_pay.fen, 3000000);
  EXPECT_EQ(rule.pool, 0);
  const Pool& pool = pack->settlement.pools[0];
  EXPECT_EQ(pool.control, Control::kProrata);
  EXPECT_EQ(pool.unit_fen, 100);
  ASSERT_EQ(pool.budgets.size(), 2u);
  EXPECT_EQ(pool.budgets[0].year, 2025);
  EXPECT_EQ(pool.FindBudget(2026)->total_fen, 10000000);
  EXPECT_TRUE(pool.FindBudget(2026)->carry_over);
  EXPECT_TRUE(rule.raised);
  EXPECT_EQ(policy.amount->cap.text, "(5000) * (1 + (0.1))");
  EXPECT_EQ(feel::Dump(*policy.amount->cap.root), "(* 5000 (+ 1 0.1))");
  ASSERT_EQ(policy.clauses.size(), 3u);
  EXPECT_TRUE(policy.clauses[0].scope);
  EXPECT_EQ(policy.clauses[0].refer_department, "厅");
  EXPECT_EQ(policy.clauses[1].form, Clause::Form::kNone);
  EXPECT_EQ(policy.clauses[1].parts[0].cure, "招人");
  EXPECT_EQ(policy.clauses[1].parts[0].curable, true);
  EXPECT_TRUE(policy.clauses[2].later_allowed);
  EXPECT_EQ(policy.amount->round.mode, Rounding::kDown);
  EXPECT_EQ(policy.amount->round.unit.fen_power, 2);
  const Policy& per = pack->policies[1];
  EXPECT_EQ(per.settlement.event_key.kind, "per");
  EXPECT_EQ(per.settlement.event_key.year, EventKey::Year::kOnce);
  EXPECT_EQ(per.settlement.pool, -1);
  EXPECT_FALSE(per.settlement.raised);
  EXPECT_EQ(per.mode, Policy::Mode::kOnClaim);
  EXPECT_EQ(feel::Dump(*per.amount->per->amount.root), "(member local:0 \"pay\")");
  EXPECT_EQ(pack->FindPolicy("none"), nullptr);
}

TEST(LoaderTest, CasesKeepTheirFactsAsWritten) {
  const PackPtr pack = Load(With(R"(
== definitions/a.yaml
- {id: n, name: 数, is: 'count(hires)'}
- {id: word, name: 词, is: 'uscc'}
- {id: days, is: '[opened]'}
- {id: pair, is: '{a: 1, b: opened}'}
- {id: answer, name: 答复, kind: decision, is: '"是"'}
== policies/a.yaml
id: fj-rd
valid: {from: 2025-01-01}
clauses: [{id: k, when: 'true', article: 一}]
== cases/a.yaml
id: rd-6.6
as_of: 2026-06-30
facts:
  uscc: 0123
  营业收入: {2025: 1.10, 2024: 1e3}
  staff: null
  area: 35
  opened: 2025-01-01
  opened@state: known
  "@date": 2026-01-01
  hires: [{date: 2024-01-01, pay: -0.5}, {招用日期: ~, pay: 01}, "quoted"]
expect:
  policies:
    fj-rd: {outcome: eligible, amount_fen: null, reason: scope, clauses: {k: true, in_force: unknown}}
  definitions: {n: 1.50, 词: true, word: unknown, days: [2025-01-01, unknown], pair: {b: 2025-01-01, a: 3%}}
  decisions: {答复: "unknown"}
== cases/b.json
{"id": "j", "as_of": "2026-06-30", "facts": {"uscc": 1, "staff": "1"}, "expect": {"rejected": true}}
)"));
  ASSERT_EQ(pack->cases.size(), 2u);
  const Case& test = pack->cases[0];
  EXPECT_EQ(
      test.facts_json,
      R"({"uscc":"0123","营业收入":{"2025":1.10,"2024":1e3},"staff":null,"area":"35","opened":"2025-01-01",)"
      R"("opened@state":"known","@date":"2026-01-01","hires":[{"date":"2024-01-01","pay":-0.5},)"
      R"({"招用日期":null,"pay":"01"},"quoted"]})");
  ASSERT_EQ(test.policies.size(), 1u);
  EXPECT_TRUE(test.policies[0].has_amount);
  EXPECT_FALSE(test.policies[0].amount_fen.has_value());
  EXPECT_EQ(test.policies[0].outcome, "eligible");
  EXPECT_EQ(test.policies[0].clauses[1], std::make_pair(std::string("in_force"), std::string("unknown")));
  std::string expected;
  for (const ExpectedValue& value : test.definitions) expected += value.name + "=" + value.text + " ";
  EXPECT_EQ(
      expected,
      "n=1.5 词=\"true\" word=unknown days=[2025-01-01, unknown(missing)] pair={a: 0.03, b: 2025-01-01} ");
  EXPECT_EQ(test.decisions[0].text, "\"unknown\"");
  EXPECT_TRUE(pack->cases[1].rejected);
  EXPECT_EQ(pack->cases[1].facts_json, R"({"uscc":1,"staff":"1"})") << "JSON's authors wrote what they meant";
}

}  // namespace
}  // namespace zhida::pack

// What good packs become. What is said about bad ones is in loader_messages_test.cc.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "engine/base/limits.h"
#include "engine/pack/definition_scope.h"
#include "tests/pack/pack_files.h"

namespace zhida::pack {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBase = R"(
== pack.yaml
id: p
version: 1.0.0
kind: firm
== schema.yaml
key: uscc
facts:
  - {id: uscc, name: 信用代码, type: string, check: uscc}
  - {id: revenue, name: 营业收入, type: series(year) of money, unit: 万元, max_age: P1Y}
  - {id: staff, name: 从业人数, type: integer, nullable: true}
  - {id: area, name: 登记地, type: code(division), commitment: allowed}
  - {id: opened, name: 成立日期, type: date}
  - id: hires
    name: 新招用人员
    type: list of struct
    members:
      - {id: date, name: 招用日期, type: date, nullable: true}
      - {id: pay, name: 工资, type: money, unit: 千元}
== lists/index.yaml
lists:
  - {id: division, name: 行政区划, tree: prefix, open: true, codes: {"35": 福建, "3505": 泉州}}
)";

Files With(const std::string& more) {
  Files files = FilesOf(kBase);
  for (auto& [path, bytes] : FilesOf(more)) files[path] = bytes;
  return files;
}

// All that is said about files, which need not load.
std::string Said(const Files& files) {
  Diagnostics diagnostics;
  LoadPackFiles(files, &diagnostics);
  return diagnostics.Text();
}

const feel::Definition& DefinitionOf(const Pack& pack, std::string_view id) {
  for (const feel::Definition& definition : pack.model.definitions) {
    if (definition.id == id) return definition;
  }
  throw std::out_of_range(std::string(id));
}

std::string TypeOf(const Pack& pack, std::string_view id) {
  return feel::TypeText(*DefinitionOf(pack, id).type);
}

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

TEST(LoaderTest, DefinitionsStandInAnyOrder) {
  const PackPtr pack = Load(With(R"(
== definitions/a.yaml
- {id: a, name: 甲, is: '乙 + c'}
- {id: b, name: 乙, is: '{x: c, y: "文"}.x'}
- {id: c, name: 丙, is: 'count(hires)', type: number}
- {id: d, name: 丁, term: undefined, why: 未作定义}
- {id: e, name: 戊, term: undefined, type: list of date}
- {id: f, name: 己, is: 'if 丁 then 甲 else null'}
- {id: g, name: 答复, kind: decision, is: 'if known(从业人数) then "有" else cause(从业人数)'}
)"));
  EXPECT_EQ(TypeOf(*pack, "a"), "number");
  EXPECT_EQ(TypeOf(*pack, "d"), "boolean");
  EXPECT_EQ(TypeOf(*pack, "e"), "list of date");
  EXPECT_EQ(TypeOf(*pack, "f"), "number?");
  EXPECT_EQ(TypeOf(*pack, "g"), "string?");
  EXPECT_EQ(pack->decisions, std::vector<int>{6});
  EXPECT_EQ(feel::Dump(*DefinitionOf(*pack, "d").expression.root), "(unknown vague_rule)");
}

// d0 is a fact's value, each next one adds 1 to the one before.
std::string Chain(int length) {
  std::string yaml = "- {id: d0, is: 'count(hires)'}\n";
  // The last first, so that a loader that follows names by recursion would be deep in it.
  for (int i = length - 1; i > 0; --i) {
    yaml += "- {id: d" + std::to_string(i) + ", is: 'd" + std::to_string(i - 1) + " + 1'}\n";
  }
  return yaml;
}

TEST(LoaderTest, ChainsOfDefinitionsAreBounded) {
  Files files = With("");
  files["definitions/a.yaml"] = Chain(kDefinitionChainMax);
  EXPECT_EQ(Said(files), "");
  files["definitions/a.yaml"] = Chain(kDefinitionChainMax + 1);
  EXPECT_EQ(Said(files),
            "ZD2501 definitions/a.yaml:2:3: d64 is the top of a chain of more than kDefinitionChainMax = 64 "
            "definitions; "
            "write some of them into those that use them\n");
  files["definitions/a.yaml"] = Chain(20'000);
  EXPECT_EQ(Said(files).find("ZD2501"), 0u);
}

TEST(LoaderTest, TypesOfTables) {
  const std::string one =
      "inputs: [{label: n, is: 'count(hires)'}], outputs: [{id: x, values: [1, 2.5]}], rules: ";
  const std::string some = "[{when: ['> 5'], then: ['1']}, {when: ['-5'], then: ['2.5']}]";
  const std::string always = "[{when: ['> 5'], then: ['1']}, {when: ['-'], then: ['2.5']}]";
  Files files = With("");
  std::string& yaml = files["tables/a.yaml"];
  for (const char* hit : {"U", "A", "P", "F", "R", "O", "C", "C+", "C<", "C>", "C#"}) {
    const std::string id = "t" + std::to_string(yaml.size());
    yaml += "- {id: " + id + ", name: 表" + std::to_string(yaml.size()) + ", hit: " + hit + ", " + one +
            some + "}\n";
  }
  yaml += "- {id: always, hit: F, " + one + always + "}\n";
  yaml += "- {id: with_default, default: '1', " + one + some + "}\n";
  yaml += "- {id: list_default, hit: C, default: '[1]', " + one + some + "}\n";
  yaml +=
      "- {id: maybe, hit: F, inputs: [{label: n, is: 'count(hires)'}], outputs: [{id: x}], rules: "
      "[{when: ['-'], then: ['null']}, {when: ['1'], then: ['\"a\"']}]}\n";
  yaml +=
      "- {id: several, hit: F, inputs: [{label: n, is: 'count(hires)', values: '>= 0'}], outputs: [{id: x, "
      "name: 甲}, {id: y}], "
      "default: {x: '1', y: 'unknown(\"vague_rule\")'}, rules: [{when: ['> 5'], then: ['1', 'true']}]}\n";
  files["definitions/a.yaml"] =
      "- {id: use, is: 'several.甲 + always + several.x'}\n- {id: other, is: 'several.y'}\n";
  const PackPtr pack = Load(files);
  ASSERT_NE(pack, nullptr);
  std::string types;
  for (const feel::Definition& definition : pack->model.definitions) {
    if (definition.table != nullptr)
      types += std::string(feel::HitPolicyName(definition.table->hit)) + " " +
               feel::TypeText(*definition.type) + "\n";
  }
  EXPECT_EQ(types,
            "U number?\nA number?\nP number?\nF number?\nR list of number\nO list of number\nC list of "
            "number\nC+ number?\n"
            "C< number?\nC> number?\nC# number\nF number\nU number\nC list of number\nF string?\nF struct\n");
  EXPECT_EQ(DefinitionOf(*pack, "always").type->scale, 1);
  EXPECT_EQ(TypeOf(*pack, "other"), "boolean");
  EXPECT_EQ(DefinitionOf(*pack, "always").table->rules[1].cells[0].root, nullptr);
}

TEST(LoaderTest, RulesOfATableFromCsv) {
  const PackPtr pack = Load(With(R"(
== tables/size.yaml
id: size
name: 规模
hit: F
inputs: [{label: 地, is: 登记地}, {label: 人数, is: 'count(hires)'}]
outputs: [{id: grade, values: [large, small]}]
default: '"small"'
rules: size.csv
== tables/size.csv
地,人数,grade,note
"""35"", ""3505""",>= 10,"""large""",说明
-,,"""small""",
)"));
  const feel::Table& table = *DefinitionOf(*pack, "size").table;
  ASSERT_EQ(table.rules.size(), 2u);
  EXPECT_EQ(table.rules[0].cells[0].text, "\"35\", \"3505\"");
  EXPECT_EQ(table.rules[0].note, "说明");
  EXPECT_EQ(table.rules[1].cells[1].root, nullptr) << "an empty cell is true";
  EXPECT_EQ(table.outputs[0].values[0].ToText(), "\"large\"");
  EXPECT_EQ(TypeOf(*pack, "size"), "string");
}

TEST(LoaderTest, ReadsPolicies) {
  const PackPtr pack = Load(With(R"(
== params/a.yaml
- {id: award, name: 奖补, entries: {rate: 比例}, versions: [{values: {rate: 6%}}]}
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
  combine: {group: rd, form: ADD}
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
  EXPECT_EQ(
      policy.settlement_json,
      R"({"steps":2,"limit":{"days":3,"kind":"working"},"pay_on":["eligible","conditional"],)"
      R"("combine":{"group":"rd","form":"ADD"},"share":{"province":8,"city":1},)"
      R"("event_key":{"kind":"rd","object":null,"year":"Y"},"min_pay":30000,"materials":["审计报告","01"]})");
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
  EXPECT_EQ(per.settlement_json, "{}");
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

constexpr const char* kClosure = R"(
== city/pack.yaml
id: city
version: 2.0.0
title: 市
jurisdiction: 泉州市
kind: firm
uses: [{pack: province, version: ">=1.2, <2"}, {pack: national}]
== city/policies/c.yaml
{id: c, clauses: [{id: k, when: 大企业, article: 一}]}
== city/cases/a.yaml
{id: t, as_of: 2026-01-01, facts: {uscc: X}, expect: {policies: {a: {outcome: eligible}}}}
== province/pack.yaml
id: province
version: 1.10.0
kind: firm
uses: [{pack: national, version: "1"}]
== province/definitions/a.yaml
{id: big, name: 大企业, is: 'staff > 100'}
== province/policies/b.yaml
{id: b, clauses: [{id: k, when: 大企业, article: 一}]}
== national/pack.yaml
id: national
version: 1.0.3
kind: firm
== national/schema.yaml
key: uscc
facts: [{id: uscc, name: 信用代码, type: string}, {id: staff, name: 从业人数, type: integer}]
== national/policies/a.yaml
{id: a, clauses: [{id: k, when: 'staff > 1', article: 一}]}
== national/cases/a.yaml
{id: t, as_of: 2026-01-01, facts: {uscc: X}, expect: {policies: {a: {outcome: eligible}}}}
)";

TEST(LoaderTest, UsedPacksComeFirst) {
  const PackPtr pack = Load(FilesOf(kClosure));
  ASSERT_NE(pack, nullptr);
  EXPECT_EQ(pack->id, "city");
  EXPECT_EQ(pack->version, "2.0.0");
  EXPECT_EQ(pack->uses, (std::vector<std::string>{"national", "province"}));
  std::string policies;
  for (const Policy& policy : pack->policies) policies += policy.id + "@" + policy.where.file + " ";
  EXPECT_EQ(policies, "a@national/policies/a.yaml b@province/policies/b.yaml c@city/policies/c.yaml ");
  ASSERT_EQ(pack->cases.size(), 1u) << "only own cases";
  EXPECT_EQ(pack->cases[0].where.file, "city/cases/a.yaml");
}

TEST(LoaderTest, PacksThatAreAskedForTogetherAreJoined) {
  Files files = FilesOf(kClosure);
  for (auto file = files.begin(); file != files.end();) {
    file = file->first.starts_with("city/") ? files.erase(file) : std::next(file);
  }
  files["island/pack.yaml"] = "id: island\nversion: 1.0.0\ntitle: 岛\nkind: firm\nuses: [{pack: national}]\n";
  files["island/policies/i.yaml"] = "{id: i, clauses: [{id: k, when: 'staff > 1', article: 一}]}\n";
  const PackPtr pack = Load(files);
  ASSERT_NE(pack, nullptr);
  EXPECT_EQ(pack->id, "island+province");
  EXPECT_EQ(pack->version, "1.0.0+1.10.0");
  EXPECT_EQ(pack->title, "岛 + province");
  EXPECT_EQ(pack->uses, std::vector<std::string>{"national"});
  EXPECT_EQ(pack->policies.size(), 3u);
}

TEST(LoaderTest, DigestCoversTheClosureWithoutCasesAndNotes) {
  const Files files = FilesOf(kClosure);
  const std::string digest = Load(files)->digest;
  EXPECT_EQ(digest.size(), std::string("sha256:").size() + 64);
  EXPECT_EQ(Load(files)->digest, digest);
  for (const auto& [path, bytes] : files) {
    Files changed = files;
    changed[path] += "# one more line\n";
    const bool is_case = path.find("/cases/") != std::string::npos;
    EXPECT_EQ(Load(changed)->digest == digest, is_case) << path;
  }
  Files more = files;
  more["city/README.md"] = "for people";
  more["city/cases/b.yaml"] = "{id: u, as_of: 2026-01-01, facts: {uscc: X}, expect: {rejected: true}}";
  EXPECT_EQ(Load(more)->digest, digest);
  more["city/policies/d.yaml"] = "{id: d, clauses: [{id: k, when: 'staff > 1', article: 一}]}";
  EXPECT_NE(Load(more)->digest, digest);
}

TEST(LoaderTest, VersionConditions) {
  struct VersionCase {
    const char* version;
    const char* wanted;
    bool satisfied;
  };
  const VersionCase cases[] = {
      {"1.2.7", "1.2", true},     {"1.3.0", "1.2", false},   {"1.20", "1.2", false},
      {"1", "1.0", true},         {"1.10", ">=1.9", true},   {"1.9", ">=1.10", false},
      {"1.2.0", "==1.2", true},   {"1.2.1", "==1.2", false}, {"1.2", ">=1.2, <2", true},
      {"2.0", ">=1.2,<2", false}, {"1.2", ">1.2", false},    {"1.2", "<=1.2.0", true},
  };
  for (const VersionCase& test : cases) {
    EXPECT_EQ(VersionSatisfies(*ParseVersion(test.version), test.wanted), test.satisfied)
        << test.version << " " << test.wanted;
  }
  for (const char* wrong : {"", "1.", "v1", "1.2.3.4.5", "1.-2", "1 2", "12345678901"})
    EXPECT_FALSE(ParseVersion(wrong)) << wrong;
  EXPECT_FALSE(VersionSatisfies({1}, "~1.2"));
}

class FolderTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("zhida_loader_" + std::to_string(::getpid()));
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const Files& files) {
    for (const auto& [path, bytes] : files) {
      fs::create_directories((root_ / path).parent_path());
      std::ofstream(root_ / path) << bytes;
    }
  }
  PackPtr LoadFolders(const std::vector<std::string>& folders, const LoadOptions& options = {}) {
    Diagnostics diagnostics;
    std::vector<std::string> places;
    for (const std::string& folder : folders) places.push_back((root_ / folder).string());
    PackPtr pack = LoadPack(places, options, &diagnostics);
    said_ = diagnostics.Text();
    for (size_t at = 0; (at = said_.find(root_.string(), at)) != std::string::npos;)
      said_.replace(at, root_.string().size(), "ROOT");
    return pack;
  }

  fs::path root_;
  std::string said_;
};

TEST_F(FolderTest, FindsUsedPacksBesideThePack) {
  Write(FilesOf(kClosure));
  const PackPtr pack = LoadFolders({"city/"});
  ASSERT_NE(pack, nullptr) << said_;
  EXPECT_EQ(pack->digest, Load(FilesOf(kClosure))->digest) << "the same from memory and from a folder";
  EXPECT_EQ(pack->policies[0].where.file, "national/policies/a.yaml") << "absolute paths are cut in messages";
  EXPECT_EQ(LoadFolders({"city", "city", "province"})->cases.size(), 1u);
}

TEST_F(FolderTest, RelativeFoldersStayAsGiven) {
  Write(FilesOf(kClosure));
  const fs::path before = fs::current_path();
  fs::current_path(root_);
  Diagnostics diagnostics;
  const PackPtr pack = LoadPack({"./city"}, {}, &diagnostics);
  fs::current_path(root_ / "city");
  const PackPtr inside = LoadPack({"."}, {}, &diagnostics);
  fs::current_path(before);
  ASSERT_TRUE(diagnostics.ok()) << diagnostics.Text();
  EXPECT_EQ(pack->policies[2].where.file, "city/policies/c.yaml");
  EXPECT_EQ(inside->policies[2].where.file, "policies/c.yaml");
  EXPECT_EQ(inside->policies[0].where.file, "../national/policies/a.yaml");
}

TEST_F(FolderTest, LooksAlongTheSearchPath) {
  Write(FilesOf(kClosure));
  fs::create_directories(root_ / "packs");
  fs::rename(root_ / "national", root_ / "packs" / "national");
  EXPECT_EQ(LoadFolders({"city"}), nullptr);
  EXPECT_EQ(said_,
            "ZD2033 city/pack.yaml:6:55: there is no pack \"national\"; looked for in ROOT; put its folder "
            "there, or name "
            "its place in the search path\n")
      << "and nothing about the names that the pack would have brought";
  LoadOptions options;
  options.search_path = {(root_ / "packs").string()};
  EXPECT_NE(LoadFolders({"city"}, options), nullptr) << said_;
}

TEST_F(FolderTest, SaysWhatIsWrongWithFolders) {
  Write(FilesOf(kClosure));
  fs::rename(root_ / "national", root_ / "natoinal");
  EXPECT_EQ(LoadFolders({"city"}), nullptr);
  EXPECT_NE(said_.find("did you mean \"natoinal\"?"), std::string::npos) << said_;
  EXPECT_EQ(LoadFolders({"ctiy"}), nullptr);
  EXPECT_EQ(said_, "ZD1050 ROOT/ctiy: there is no such folder; did you mean ROOT/city?\n");
  EXPECT_EQ(LoadFolders({}), nullptr);
  EXPECT_EQ(said_, "ZD2037 no pack is given; name a folder that holds pack.yaml\n");
  Write({{"national/pack.yaml", "id: other\nversion: 1.0.3\nkind: firm\n"}});
  EXPECT_EQ(LoadFolders({"city"}), nullptr);
  EXPECT_EQ(said_,
            "ZD2036 national/pack.yaml:1:5: the folder ROOT/national holds the pack \"other\", but is used "
            "as \"national\" at "
            "city/pack.yaml:6:55; give pack and folder the same name\n");
}

TEST_F(FolderTest, BytesAreBoundedOverTheClosure) {
  Write(FilesOf(kClosure));
  LoadOptions options;
  options.bytes_max = 500;
  EXPECT_EQ(LoadFolders({"city"}, options), nullptr);
  EXPECT_NE(said_.find("ZD1054"), std::string::npos) << said_;
}

TEST(LoaderTest, BoundsAreNamed) {
  Files files = With("");
  for (size_t i = 0; i <= limits::kFactsMax; ++i)
    files["schema.yaml"] += "  - {id: f" + std::to_string(i) + ", type: date}\n";
  EXPECT_NE(Said(files).find("there are more facts than kFactsMax = 4096"), std::string::npos);

  files = With("");
  std::string& policy = files["policies/a.yaml"];
  policy = "id: a\nclauses:\n";
  for (size_t i = 0; i <= limits::kConditionsMax; ++i)
    policy += "  - {id: c" + std::to_string(i) + ", when: 'true', article: 一}\n";
  EXPECT_EQ(Said(files),
            "ZD2016 policies/a.yaml:3:3: policy a has 1025 clauses, more than kConditionsMax = 1024; use a "
            "decision table, "
            "or split the policy\n");

  files = With("");
  files["tables/a.yaml"] =
      "{id: t, inputs: [{label: n, is: 'count(hires)'}], outputs: [{id: x}], rules: a.csv}";
  std::string& csv = files["tables/a.csv"];
  csv = "n,x\n";
  for (size_t i = 0; i <= limits::kTableRulesMax; ++i) csv += "1,1\n";
  EXPECT_EQ(
      Said(files),
      "ZD2016 tables/a.yaml:1:78: the table has 65537 rules, more than kTableRulesMax = 65536; split it\n");

  files = FilesOf("");
  for (size_t i = 0; i <= kClosurePacksMax; ++i) {
    const std::string id = "p" + std::to_string(i);
    files[id + "/pack.yaml"] =
        "id: " + id + "\nversion: 1.0.0\nkind: firm\nuses: [{pack: x" + std::to_string(i) + "}]\n";
  }
  EXPECT_NE(Said(files).find("ZD2016"), std::string::npos);
}

TEST(LoaderTest, WarningsStayWithThePack) {
  const PackPtr pack = Load(With("== policies/a.yaml\n{id: a, clauses: []}"));
  ASSERT_NE(pack, nullptr);
  ASSERT_EQ(pack->warnings.size(), 1u);
  EXPECT_EQ(pack->warnings[0].code, "ZD2601");
}

TEST(LoaderTest, LoadsTheRulesOfThisProject) {
  for (const char* folder : {"/rules/national", "/rules/quanzhou"}) {
    if (!fs::exists(std::string(ZHIDA_SOURCE_DIR) + folder))
      GTEST_SKIP() << "there are no rules in this tree";
    Diagnostics diagnostics;
    const PackPtr pack = LoadPack({std::string(ZHIDA_SOURCE_DIR) + folder}, {}, &diagnostics);
    EXPECT_NE(pack, nullptr) << diagnostics.Text();
  }
}

TEST(LoaderTest, LoadsThousandsOfPoliciesAtOnce) {
  Files files = With(R"(
== params/a.yaml
- {id: award, name: 奖补, entries: {rate: 比例, cap: 上限}, versions: [{from: 2025-01-01, to: 2028-12-31, values: {rate: 6%, cap: 600万元}}]}
== definitions/a.yaml
- {id: increase, name: 增量, is: 'at(营业收入, Y - 1) - at(营业收入, Y - 2)'}
)");
  constexpr int kPolicies = 5'000;
  size_t bytes = 0;
  for (int i = 0; i < kPolicies; ++i) {
    const std::string n = std::to_string(i);
    std::string& policy = files["policies/p" + n + ".yaml"];
    policy = "id: p-" + n + "\ntitle: 研发投入增量奖补" + n +
             "\ndepartment: 科技厅\nbasis: {document: 闽政办, issued: 2025-09-25, status: sample}\n"
             "valid: {from: 2025-01-01, to: 2028-12-31}\nmode: automatic\nclauses:\n"
             "  - {id: place, scope: true, when: 'under(登记地, \"3505\")', article: 第二条}\n"
             "  - {id: growth, when: '增量 >= " +
             n +
             "', article: 第五条, cure: 增加研发投入}\n"
             "  - {id: size, article: 第四条, none: [{id: small, when: '从业人数 != null and 从业人数 < " +
             n +
             "'}]}\n"
             "amount: '增量 * 奖补.比例'\ncap: 奖补.上限\nround: {to: 元}\n";
    bytes += policy.size();
  }
  const auto begin = std::chrono::steady_clock::now();
  const PackPtr pack = Load(files);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  ASSERT_NE(pack, nullptr);
  EXPECT_EQ(pack->policies.size(), static_cast<size_t>(kPolicies));
  std::cout << "[          ] loaded " << kPolicies << " policies, " << bytes << " bytes, in " << took.count()
            << " s\n";
}

}  // namespace
}  // namespace zhida::pack

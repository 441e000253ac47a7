// What definitions and decision tables become, in whatever order they stand.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "engine/pack/definition_scope.h"
#include "tests/pack/loader_fixture.h"

namespace zhida::pack {
namespace {

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

const char* const kParams = R"(
== params/p.yaml
- {id: bar, name: 门槛, entries: {staff: 人数}, versions: [{to: 2024-12-31, values: {staff: 10}}, {from: 2025-01-01, values: {staff: 20}}]}
- {id: award, entries: {each: 每人, from: 起始日}, versions: [{values: {each: 100元, from: 2025-01-01}}]}
)";

TEST(LoaderTest, SettingsTakeThePlaceOfValues) {
  const auto load = [](std::vector<Setting> settings, Diagnostics* diagnostics) {
    LoadOptions options;
    options.settings = std::move(settings);
    return LoadPackFiles(With(kParams), diagnostics, options);
  };
  Diagnostics fine;
  const PackPtr plain = load({}, &fine);
  const PackPtr set = load({{"门槛", "30"}, {"award.每人", "1.2345万元"}}, &fine);
  ASSERT_TRUE(plain && set) << fine.Text();
  for (const feel::ParameterVersion& version : set->model.parameters[0].versions) {
    EXPECT_EQ(version.values[0].ToText(), "30");
  }
  EXPECT_EQ(set->model.parameters[1].versions[0].values[0].ToText(), "12345");
  EXPECT_EQ(set->settings, (std::vector<std::string>{"bar.staff = 30", "award.each = 12345"}));
  EXPECT_EQ(set->files_digest, plain->digest);
  EXPECT_NE(set->digest, plain->digest);
  Diagnostics wrong;
  EXPECT_EQ(load({{"brr", "1"}, {"award", "1"}, {"award.eech", "1"}, {"award.from", "1"}}, &wrong), nullptr);
  EXPECT_EQ(
      wrong.Text(),
      "ZD2404 setting award: parameter award has several entries; name one of award.each, award.from\n"
      "ZD2404 setting award.eech: parameter award has no entry \"eech\"; did you mean award.each?\n"
      "ZD2405 setting award.from:1:1: \"1\" is a number, but award.from is a date; give a value like the one "
      "at params/p.yaml:2:86\n"
      "ZD2403 setting brr: there is no parameter \"brr\"; did you mean bar?\n");
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

}  // namespace
}  // namespace zhida::pack

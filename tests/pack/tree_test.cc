#include "engine/pack/tree.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/pack/yaml_reader.h"

namespace zhida::pack {
namespace {

// A mapping from YAML, a reader on it, and the findings of that reader.
struct Fixture {
  explicit Fixture(std::string_view yaml) : tree(ReadYaml(yaml, "a.yaml", diagnostics)) {
    EXPECT_NE(tree, nullptr) << diagnostics.Text();
    reader = std::make_unique<MappingReader>(tree->root(), diagnostics, "a policy");
  }
  Diagnostics diagnostics;
  std::unique_ptr<const Tree> tree;
  std::unique_ptr<MappingReader> reader;
};

TEST(NodeTest, FindsKeysInMappingsOfEverySize) {
  for (const int count : {0, 1, 15, 16, 17, 100'000}) {
    std::string yaml = "{";
    // Against the order of keys, so that the index has something to do.
    for (int i = count; i > 0; --i) yaml += "k" + std::to_string(i) + ": " + std::to_string(i) + ",\n";
    Diagnostics diagnostics;
    const auto tree = ReadYaml(yaml + "}", "a.yaml", diagnostics);
    ASSERT_NE(tree, nullptr) << diagnostics.Text();
    const Node& root = tree->root();
    ASSERT_EQ(root.entries().size(), static_cast<size_t>(count));
    for (int i = 1; i <= count; ++i) {
      const Entry* entry = root.FindEntry("k" + std::to_string(i));
      ASSERT_NE(entry, nullptr);
      ASSERT_EQ(entry->value.text(), std::to_string(i));
      ASSERT_EQ(entry, &root.entries()[static_cast<size_t>(count - i)]);
    }
    for (const char* absent : {"", "k", "k0", "z", "A"}) EXPECT_EQ(root.Find(absent), nullptr);
  }
}

TEST(NodeTest, ReportsEveryRepeatInALargeMapping) {
  std::string yaml;
  for (int i = 0; i < 100; ++i) yaml += "k" + std::to_string(i) + ": 1\n";
  yaml += "k7: 2\nk0: 3\nk7: 4\n";
  Diagnostics diagnostics;
  EXPECT_EQ(ReadYaml(yaml, "a.yaml", diagnostics), nullptr);
  EXPECT_EQ(diagnostics.Text(),
            "ZD1007 a.yaml:101:1: key \"k7\" is already given on line 8; keep one of the two\n"
            "ZD1007 a.yaml:102:1: key \"k0\" is already given on line 1; keep one of the two\n"
            "ZD1007 a.yaml:103:1: key \"k7\" is already given on line 8; keep one of the two\n");
}

TEST(NodeTest, AsksOfTheWrongKindGiveNothing) {
  Diagnostics diagnostics;
  const auto tree = ReadYaml("a: [1]\nb: text\n", "a.yaml", diagnostics);
  const Node& list = *tree->root().Find("a");
  const Node& text = *tree->root().Find("b");
  EXPECT_EQ(list.text(), "");
  EXPECT_TRUE(list.entries().empty());
  EXPECT_EQ(list.Find("0"), nullptr);
  EXPECT_TRUE(text.items().empty());
  EXPECT_EQ(text.Find("text"), nullptr);
  EXPECT_EQ(list.Where().file, "a.yaml");
  EXPECT_EQ(tree->root().FindEntry("b")->KeyWhere().line, 2);
}

TEST(MappingReaderTest, ReadsEveryType) {
  Fixture f(
      "id: fj-rd\nversion: 1.10\nquoted: '12'\non: true\noff: false\nsteps: 2\nlow: -9223372036854775808\n"
      "from: 2025-01-01\nto: '2028-12-31'\nmode: on_claim\nforms: [ADD, MAX]\n"
      "tags: [a, 'b', 1.10]\nnested: {x: 1}\nitems: [{y: 1}, 2]\nempty: []\nnone:\nany: x\n");
  enum class Mode { kAutomatic, kOnClaim };
  static constexpr Named<Mode> kModes[] = {{"automatic", Mode::kAutomatic}, {"on_claim", Mode::kOnClaim}};
  static constexpr Named<int> kForms[] = {{"ADD", 1}, {"MAX", 2}};
  MappingReader& r = *f.reader;
  EXPECT_EQ(r.RequiredString("id"), "fj-rd");
  EXPECT_EQ(r.OptionalString("version"), "1.10");
  EXPECT_EQ(r.OptionalString("quoted"), "12");
  EXPECT_TRUE(r.Bool("on", false));
  EXPECT_FALSE(r.Bool("off", true));
  EXPECT_TRUE(r.Bool("absent", true));
  EXPECT_EQ(r.OptionalBool("absent"), std::nullopt);
  EXPECT_EQ(r.RequiredInt("steps", 1, 9), 2);
  EXPECT_EQ(r.OptionalInt("low", std::numeric_limits<int64_t>::min(), 0),
            std::numeric_limits<int64_t>::min());
  EXPECT_EQ(r.OptionalInt("absent", 0, 1), std::nullopt);
  EXPECT_EQ(r.RequiredDate("from")->ToString(), "2025-01-01");
  EXPECT_EQ(r.OptionalDate("to")->ToString(), "2028-12-31");
  EXPECT_EQ(r.OptionalDate("none"), std::nullopt);
  EXPECT_EQ(r.RequiredEnum("mode", kModes), Mode::kOnClaim);
  EXPECT_EQ(r.Enum("absent", kModes, Mode::kAutomatic), Mode::kAutomatic);
  EXPECT_EQ(r.Enums("forms", kForms), (std::vector<int>{1, 2}));
  EXPECT_EQ(r.Strings("tags"), (std::vector<std::string>{"a", "b", "1.10"}));
  EXPECT_EQ(r.RequiredMapping("nested")->Find("x")->text(), "1");
  EXPECT_EQ(r.OptionalMapping("absent"), nullptr);
  EXPECT_EQ(r.RequiredList("items").size(), 2u);
  EXPECT_TRUE(r.List("empty").empty());
  EXPECT_TRUE(r.List("absent").empty());
  EXPECT_TRUE(r.Has("none"));
  EXPECT_FALSE(r.Has("absent"));
  EXPECT_EQ(r.Optional("none"), nullptr);
  EXPECT_NE(r.Required("any"), nullptr);
  r.Finish();
  EXPECT_TRUE(r.ok());
  EXPECT_EQ(f.diagnostics.Text(), "");
}

TEST(MappingReaderTest, ReportsUnknownKeys) {
  Fixture f("id: a\namout: 1\nfrobnicate: 2\nevent: 3\n");
  f.reader->RequiredString("id");
  f.reader->Optional("amount");
  f.reader->Optional("event");
  f.reader->Finish();
  EXPECT_FALSE(f.reader->ok());
  EXPECT_EQ(
      f.diagnostics.Text(),
      "ZD2003 a.yaml:2:1: unknown key \"amout\" in a policy; did you mean \"amount\"?\n"
      "ZD2003 a.yaml:3:1: unknown key \"frobnicate\" in a policy; the known keys are id, amount, event\n");
}

TEST(MappingReaderTest, BoundsUnknownKeys) {
  std::string yaml;
  for (int i = 0; i < 1000; ++i) yaml += "k" + std::to_string(i) + ": 1\n";
  Fixture f(yaml);
  f.reader->Finish();
  ASSERT_EQ(f.diagnostics.all().size(), kUnknownKeysMax + 1);
  EXPECT_EQ(f.diagnostics.all().back().Text(),
            "ZD2003 a.yaml:21:1: a policy has more than 20 unknown keys (kUnknownKeysMax); mend those "
            "reported and try "
            "again");
}

struct Mistake {
  std::string_view yaml;
  void (*ask)(MappingReader& reader);
  std::string_view expected;
};

const Mistake kMistakes[] = {
    {"x: 1\n", [](MappingReader& r) { r.RequiredString("id"); },
     "ZD2002 a.yaml:1:1: a policy lacks the key \"id\"; add it"},
    {"x: 1\nid:\n", [](MappingReader& r) { r.RequiredString("id"); },
     "ZD2005 a.yaml:2:1: \"id\" in a policy has no value; write one behind the colon"},
    {"id: ''\n", [](MappingReader& r) { r.RequiredString("id"); },
     "ZD2005 a.yaml:1:5: \"id\" in a policy is an empty text; write something between the quotes"},
    {"id: [a]\n", [](MappingReader& r) { r.RequiredString("id"); },
     "ZD2004 a.yaml:1:5: \"id\" in a policy must be text, found a list; write one text, in quotes if it "
     "begins with "
     "\"{\" or \"[\""},
    {"id: {a: b}\n", [](MappingReader& r) { r.OptionalString("id"); },
     "ZD2004 a.yaml:1:5: \"id\" in a policy must be text, found a mapping; write one text, in quotes if it "
     "begins with "
     "\"{\" or \"[\""},
    {"on: yes\n", [](MappingReader& r) { r.Bool("on", false); },
     "ZD2006 a.yaml:1:5: \"on\" in a policy must be true or false, found \"yes\"; write true or false, in "
     "small letters "
     "and without quotes"},
    {"on: 'true'\n", [](MappingReader& r) { r.Bool("on", false); },
     "ZD2006 a.yaml:1:5: \"on\" in a policy must be true or false, found the quoted text \"true\"; write "
     "true or false, "
     "in small letters and without quotes"},
    {"steps: 10\n", [](MappingReader& r) { r.RequiredInt("steps", 1, 9); },
     "ZD2007 a.yaml:1:8: \"steps\" in a policy must be a whole number from 1 to 9, found \"10\"; write "
     "digits only, "
     "without quotes, separators or leading zeros"},
    {"steps: 010\n", [](MappingReader& r) { r.OptionalInt("steps", 0, std::numeric_limits<int64_t>::max()); },
     "ZD2007 a.yaml:1:8: \"steps\" in a policy must be a whole number from 0 up, found \"010\"; write digits "
     "only, "
     "without quotes, separators or leading zeros"},
    {"steps: '2'\n", [](MappingReader& r) { r.RequiredInt("steps", 1, 9); },
     "ZD2007 a.yaml:1:8: \"steps\" in a policy must be a whole number from 1 to 9, found the quoted text "
     "\"2\"; write "
     "digits only, without quotes, separators or leading zeros"},
    {"steps: 99999999999999999999\n",
     [](MappingReader& r) { r.RequiredInt("steps", 0, std::numeric_limits<int64_t>::max()); },
     "ZD2007 a.yaml:1:8: \"steps\" in a policy must be a whole number from 0 up, found "
     "\"99999999999999999999\"; write "
     "digits only, without quotes, separators or leading zeros"},
    {"from: 2025-02-30\n", [](MappingReader& r) { r.RequiredDate("from"); },
     "ZD2009 a.yaml:1:7: \"from\" in a policy must be a date, found \"2025-02-30\"; write a day of the "
     "calendar as "
     "2025-09-30"},
    {"mode: automtic\n",
     [](MappingReader& r) {
       static constexpr Named<int> kModes[] = {{"automatic", 1}, {"on_claim", 2}};
       r.RequiredEnum("mode", kModes);
     },
     "ZD2010 a.yaml:1:7: \"mode\" in a policy must be one of automatic, on_claim, found \"automtic\"; did "
     "you mean "
     "\"automatic\"?"},
    {"mode: [automatic, zzz]\n",
     [](MappingReader& r) {
       static constexpr Named<int> kModes[] = {{"automatic", 1}, {"on_claim", 2}};
       r.Enums("mode", kModes);
     },
     "ZD2010 a.yaml:1:19: \"mode\" in a policy must be one of automatic, on_claim, found \"zzz\""},
    {"tags: a\n", [](MappingReader& r) { r.Strings("tags"); },
     "ZD2004 a.yaml:1:7: \"tags\" in a policy must be a list, found \"a\"; write it as tags: [...], even for "
     "one item"},
    {"tags: [a, [b]]\n", [](MappingReader& r) { r.Strings("tags"); },
     "ZD2004 a.yaml:1:11: an item of \"tags\" in a policy must be text, found a list; write one text, in "
     "quotes if it "
     "begins with \"{\" or \"[\""},
    {"items: []\n", [](MappingReader& r) { r.RequiredList("items"); },
     "ZD2005 a.yaml:1:8: \"items\" in a policy is an empty list; write at least one item"},
    {"items: {a: 1}\n", [](MappingReader& r) { r.RequiredList("items"); },
     "ZD2004 a.yaml:1:8: \"items\" in a policy must be a list, found a mapping; write it as items: [...], "
     "even for one "
     "item"},
    {"valid: 2025\n", [](MappingReader& r) { r.OptionalMapping("valid"); },
     "ZD2004 a.yaml:1:8: \"valid\" in a policy must be a mapping, found \"2025\"; write \"key: value\" pairs "
     "in it"},
    {"cap: 5\n",
     [](MappingReader& r) { r.Error("cap", "ZD2999", "cap 5 is below floor 8", "raise the cap"); },
     "ZD2999 a.yaml:1:6: cap 5 is below floor 8; raise the cap"},
    {"cap: 5\n", [](MappingReader& r) { r.Error("floor", "ZD2999", "there is no floor", ""); },
     "ZD2999 a.yaml:1:1: there is no floor"},
};

TEST(MappingReaderTest, ReportsEachMistakeWhereItStands) {
  for (const Mistake& mistake : kMistakes) {
    Fixture f(mistake.yaml);
    mistake.ask(*f.reader);
    EXPECT_FALSE(f.reader->ok()) << mistake.yaml;
    EXPECT_EQ(f.diagnostics.Text(), std::string(mistake.expected) + "\n") << mistake.yaml;
  }
}

TEST(MappingReaderTest, CollectsAllMistakes) {
  Fixture f("steps: x\nfrom: y\ntitel: z\n");
  f.reader->RequiredString("id");
  f.reader->RequiredString("title");
  f.reader->RequiredInt("steps", 0, 9);
  f.reader->RequiredDate("from");
  f.reader->Finish();
  EXPECT_EQ(f.diagnostics.error_count(), 5u) << f.diagnostics.Text();
}

TEST(MappingReaderTest, SaysOnceThatItIsNoMapping) {
  const std::pair<std::string_view, std::string_view> kCases[] = {
      {"- a\n",
       "ZD2001 a.yaml:1:1: a policy must be a mapping, found a list; write lines of the form \"key: "
       "value\"\n"},
      {"---\n",
       "ZD2001 a.yaml:2:1: a policy must be a mapping, found nothing; write lines of the form \"key: "
       "value\"\n"},
      {"id:a\n",
       "ZD2001 a.yaml:1:1: a policy must be a mapping, found \"id:a\"; put a space after the colon: \"key: "
       "value\"\n"},
      {"id：a\n",
       "ZD2001 a.yaml:1:1: a policy must be a mapping, found \"id：a\"; write the colon as \": \", not as "
       "the "
       "full-width \"：\"\n"},
  };
  for (const auto& [yaml, expected] : kCases) {
    Fixture f(yaml);
    f.reader->RequiredString("id");
    f.reader->RequiredList("clauses");
    f.reader->Bool("on", true);
    f.reader->Finish();
    EXPECT_FALSE(f.reader->ok());
    EXPECT_EQ(f.diagnostics.Text(), expected);
  }
}

TEST(MappingReaderTest, ShortensLongTextsInMessages) {
  Fixture f("on: 研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发x\n");
  f.reader->Bool("on", false);
  EXPECT_NE(
      f.diagnostics.Text().find(
          "found \"研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发研发…\""),
      std::string::npos)
      << f.diagnostics.Text();
}

}  // namespace
}  // namespace zhida::pack

#include "engine/pack/yaml_reader.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/pack/json_reader.h"
#include "tests/pack/mutations.h"
#include "tests/test_size.h"

namespace zhida::pack {
namespace {

// One node as text: kind by bracket, quoted text in quotes, and where it stands.
std::string Dump(const Node& node, bool places) {
  std::string out;
  if (places) {
    out += std::to_string(node.begin().line) + ":" + std::to_string(node.begin().column) + "-" +
           std::to_string(node.end().line) + ":" + std::to_string(node.end().column) + " ";
  }
  switch (node.kind()) {
    case Node::Kind::kNull:
      return out + "null";
    case Node::Kind::kScalar:
      return out + (node.quoted() ? JsonQuote(node.text()) : std::string(node.text()));
    case Node::Kind::kSequence: {
      out += "[";
      for (const Node& item : node.items())
        out += (&item == node.items().data() ? "" : ", ") + Dump(item, places);
      return out + "]";
    }
    case Node::Kind::kMapping: {
      out += "{";
      for (const Entry& entry : node.entries()) {
        out += (&entry == node.entries().data() ? "" : ", ") + std::string(entry.key) + ": " +
               Dump(entry.value, places);
      }
      return out + "}";
    }
  }
  return out;
}

// The tree as text, or the findings.
std::string Read(std::string_view yaml, bool places = false) {
  Diagnostics diagnostics;
  const auto tree = ReadYaml(yaml, "a.yaml", diagnostics);
  EXPECT_EQ(tree != nullptr, diagnostics.ok()) << yaml;
  return tree != nullptr ? Dump(tree->root(), places) : diagnostics.Text();
}

TEST(YamlReaderTest, KeepsScalarsAsWritten) {
  EXPECT_EQ(Read("a: no\nb: 1.10\nc: 2025-01-01\nd: 'no'\ne: \"x\\ty\"\nf: 010\ng: 0x1F\nh: 12:30:45\n"),
            "{a: no, b: 1.10, c: 2025-01-01, d: \"no\", e: \"x\\ty\", f: 010, g: 0x1F, h: 12:30:45}");
}

TEST(YamlReaderTest, KnowsThreeSpellingsOfNull) {
  EXPECT_EQ(Read("a: null\nb: ~\nc:\nd: 'null'\ne: ''\nf: NULL\n"),
            "{a: null, b: null, c: null, d: \"null\", "
            "e: \"\", f: NULL}");
}

TEST(YamlReaderTest, ReadsBlocksAndFlows) {
  EXPECT_EQ(
      Read("- {a: 1, b: [x, 'y', {}]}\n- |\n  one\n   two\n- >-\n  one\n  two\n- []\n- plain\n  goes on\n"),
      "[{a: 1, b: [x, \"y\", {}]}, \"one\\n two\\n\", \"one two\", [], plain goes on]");
}

TEST(YamlReaderTest, LocatesEveryNode) {
  EXPECT_EQ(Read("a: x y\n研发: [1, 'é']\nc:\n  - d: 1\n  - ~\n# end\n", true),
            "1:1-5:6 {a: 1:4-1:7 x y, 研发: 2:5-2:13 [2:6-2:7 1, 2:9-2:12 \"é\"], "
            "c: 4:3-5:6 [4:5-4:9 {d: 4:8-4:9 1}, 5:5-5:6 null]}");
}

TEST(YamlReaderTest, CountsCarriageReturnsAsLines) {
  EXPECT_EQ(Read("a: 1\r\nb: 2\rc: 3\n", true), "1:1-3:5 {a: 1:4-1:5 1, b: 2:4-2:5 2, c: 3:4-3:5 3}");
}

TEST(YamlReaderTest, SkipsTheByteOrderMark) {
  EXPECT_EQ(Read("\xEF\xBB\xBF"
                 "a: 1\n",
                 true),
            "1:1-1:5 {a: 1:4-1:5 1}");
}

TEST(YamlReaderTest, TakesDocumentMarkersAndVersion) {
  EXPECT_EQ(Read("%YAML 1.2\n---\na: 1\n...\n"), "{a: 1}");
}

TEST(YamlReaderTest, FindsTheTextOfAnExpression) {
  Diagnostics diagnostics;
  const auto tree =
      ReadYaml("a: 研发 > 0\nb: '研发 > 0'\nc: |\n    one\n      研发 > 0\nd: 'it''s > 0'\ne:\n  |2\n   x\n",
               "a.yaml", diagnostics);
  ASSERT_NE(tree, nullptr);
  const auto place = [&](const char* key, std::string_view needle) {
    const Node& node = *tree->root().Find(key);
    const Location where = node.WhereInText(node.text().find(needle));
    return std::to_string(where.line) + ":" + std::to_string(where.column);
  };
  EXPECT_EQ(place("a", ">"), "1:7");
  EXPECT_EQ(place("b", ">"), "2:8");
  EXPECT_EQ(place("c", "one"), "4:5");
  EXPECT_EQ(place("c", ">"), "5:10");
  EXPECT_EQ(place("d", ">"), "6:4");  // an escape before it: only the beginning is certain
  EXPECT_EQ(place("e", "x"), "9:4");
}

struct Refusal {
  std::string_view input;
  std::string_view expected;
};

const Refusal kRefusals[] = {
    // What the bytes must be.
    {"", "ZD1002 a.yaml: the file is empty; write it, or delete it"},
    {" \n\t\n", "ZD1002 a.yaml: the file is empty; write it, or delete it"},
    {"# only this\n", "ZD1002 a.yaml: the file holds only comments; write it, or delete it"},
    {std::string_view("a: 1\nb: \0", 9),
     "ZD1003 a.yaml:2:4: the file holds a NUL byte; delete it; is this a text file?"},
    {"a: \"x\\0y\"", "ZD1003 a.yaml:1:4: the text holds a NUL character; delete the escape \\0"},
    {std::string_view("\xFF\xFE"
                      "a\0",
                      4),
     "ZD1004 a.yaml: the file is UTF-16; save it as UTF-8"},
    {std::string_view("\0a\0:", 4), "ZD1004 a.yaml: the file is UTF-16; save it as UTF-8"},
    {"id: a\ntitle: \xD1\xD0\xB7\xA2\n",
     "ZD1005 a.yaml:2:8: this byte is not UTF-8; if the file is GB18030 or GBK, convert it: "
     "iconv -f GB18030 -t UTF-8"},
    {"研: \xFF",
     "ZD1005 a.yaml:1:4: this byte is not UTF-8; if the file is GB18030 or GBK, convert it: "
     "iconv -f GB18030 -t UTF-8"},
    {"a: x\xE2\x80\xA8y\n",
     "ZD1017 a.yaml:1:5: the invisible line break U+2028 stands here; delete it, or press Enter instead"},
    {"a: x\xC2\x85y\n",
     "ZD1017 a.yaml:1:5: the invisible line break U+0085 stands here; delete it, or press Enter instead"},
    {"a: \x07\n", "ZD1019 a.yaml:1:4: the control character U+0007 cannot stand in YAML; delete it"},
    // What packs do without.
    {"a: &x 1\n",
     "ZD1010 a.yaml:1:4: packs have no anchors: \"&x\"; write the value where it is needed, or put the text "
     "in quotes"},
    {"a: &x {b: 1}\n",
     "ZD1010 a.yaml:1:4: packs have no anchors: \"&x\"; write the value where it is needed, or put the text "
     "in quotes"},
    {"a: *x\n",
     "ZD1011 a.yaml:1:4: packs have no aliases: \"*x\"; write the value itself, or put the text in quotes"},
    {"*x : 1\n",
     "ZD1011 a.yaml:1:1: packs have no aliases: \"*x\"; write the value itself, or put the text in quotes"},
    {"a: !!str 1\n",
     "ZD1012 a.yaml:1:4: packs have no tags: \"!!str\"; delete it, or put the text in quotes"},
    {"a: !x [1]\n", "ZD1012 a.yaml:1:4: packs have no tags: \"!x\"; delete it, or put the text in quotes"},
    {"a: ! 1\n", "ZD1012 a.yaml:1:4: packs have no tags: \"!\"; delete it, or put the text in quotes"},
    {"a: !x!y 1\n",
     "ZD1012 a.yaml:1:4: packs have no tags; delete what begins with \"!\", or put the text in quotes"},
    {"%TAG ! tag:x:\n---\na: 1\n",
     "ZD1012 a.yaml:1:1: packs have no tags, so %TAG means nothing; delete the line"},
    {"a: 1\n---\nb: 1\n", "ZD1013 a.yaml:2:1: a second document begins here; put it in a file of its own"},
    {"<<: {a: 1}\n", "ZD1014 a.yaml:1:1: packs have no merge keys \"<<\"; write the keys themselves"},
    {"? [a, {b: c}]\n: 1\n", "ZD1015 a.yaml:1:3: a key must be text, found a list; put the key in quotes"},
    {"{{a: b}: 1}\n", "ZD1015 a.yaml:1:2: a key must be text, found a mapping; put the key in quotes"},
    {": 1\n", "ZD1018 a.yaml:1:1: a key is missing before the colon; write it, or put \":\" in quotes"},
    {"{: 1}\n", "ZD1018 a.yaml:1:2: a key is missing before the colon; write it, or put \":\" in quotes"},
    {"? \n: 1\n", "ZD1018 a.yaml:1:2: a key is missing before the colon; write it, or put \":\" in quotes"},
    {"id: a\nb: 1\nid: c\n", "ZD1007 a.yaml:3:1: key \"id\" is already given on line 1; keep one of the two"},
    {"{a: 1, a: 2}", "ZD1007 a.yaml:1:8: key \"a\" is already given on this line; keep one of the two"},
    {"\"a\": 1\na: 2\n", "ZD1007 a.yaml:2:1: key \"a\" is already given on line 1; keep one of the two"},
    // Slips of the keyboard.
    {"a:\n\tb: 1\n", "ZD1016 a.yaml:2:1: a tab stands where YAML wants spaces; indent with spaces"},
    {"a: 1\n\tb: 1\n", "ZD1016 a.yaml:2:1: a tab stands where YAML wants spaces; indent with spaces"},
    {"a: |\n\tb\n", "ZD1016 a.yaml:2:1: a tab stands where YAML wants spaces; indent with spaces"},
    {"id：a\ntitle: x\n", "ZD1020 a.yaml:2:6: line 1 has the full-width colon \"：\"; write \"key: value\""},
    {"id:a\ntitle: x\n", "ZD1020 a.yaml:2:6: line 1 has no space behind its colon; write \"key: value\""},
    {"url: http://x\n  y: 1\n",
     "ZD1020 a.yaml:2:4: a second \": \" cannot stand here; put the value in quotes if \": \" belongs to it, "
     "or give "
     "this key the indentation of its neighbours"},
    {"a: b: c\n",
     "ZD1020 a.yaml:1:5: a second \": \" cannot stand here; put the value in quotes if \": \" belongs to it, "
     "or give "
     "this key the indentation of its neighbours"},
    {"a:\n  b: 1\n c: 2\n",
     "ZD1020 a.yaml:3:2: this does not fit the mapping that begins on line 1; write \"key: value\" with the "
     "indentation of its other keys"},
    {"- a\nb: 1\n",
     "ZD1020 a.yaml:2:1: this does not fit the list that begins on line 1; begin the item with \"- \" and "
     "give it the "
     "indentation of the others"},
    {"a: 1\nb\nc: 1\n",
     "ZD1020 a.yaml:3:1: a \":\" and a space are missing behind the key on line 2; write \"key: value\"; a "
     "text of "
     "several lines needs quotes or \"|\""},
    {"a: [1, 2\nb: 3\n",
     "ZD1020 a.yaml:2:2: the list opened by \"[\" on line 1 is not closed; put commas between its items and "
     "\"]\" at "
     "its end"},
    {"a: {x: 1\nb: 3\n",
     "ZD1020 a.yaml:2:2: the mapping opened by \"{\" on line 1 is not closed; put commas between its pairs "
     "and \"}\" "
     "at its end"},
    {"a: [1, [2,\n", "ZD1020 a.yaml:1:8: the bracket opened here is never closed; close it"},
    {"a: 'x\nb: 1\n", "ZD1020 a.yaml:1:4: the quote opened here is never closed; close it"},
    {"a: \"x\n---\nb\"\n",
     "ZD1020 a.yaml:2:1: the quote opened on line 1 is not closed before this line; close it, or indent this "
     "line if "
     "it belongs to the text"},
    {"when: \"a\" = b\n",
     "ZD1020 a.yaml:1:11: text stands behind the closing \"; delete it, or put the whole text in single "
     "quotes and "
     "double each single quote inside"},
    {"when: [a] = b\n",
     "ZD1020 a.yaml:1:11: text stands behind the closing ]; delete it, or put the whole text in single "
     "quotes and "
     "double each single quote inside"},
    {"{a: 1} x\n",
     "ZD1020 a.yaml:1:8: text stands behind the closing }; delete it, or put the whole text in single quotes "
     "and "
     "double each single quote inside"},
    {"a: \"\\q\"\n",
     "ZD1020 a.yaml:1:5: unknown escape in a text in double quotes; write \\\\ for a backslash, or use "
     "single quotes"},
    {"a: \"\\u12\"\n",
     "ZD1020 a.yaml:1:7: \\x, \\u and \\U need 2, 4 and 8 hexadecimal digits; complete the number, or write "
     "\\\\ for a "
     "backslash"},
    {"a: \"\\uD800\"\n",
     "ZD1020 a.yaml:1:7: this escape stands for no character; write the character itself"},
    {"a: - b\n",
     "ZD1020 a.yaml:1:4: a list item \"- \" cannot begin here; begin the list on a line of its own below its "
     "key"},
    {"a: ? b\n",
     "ZD1020 a.yaml:1:4: a key \"? \" cannot begin here; put the text in quotes, or write \"key: value\""},
    {"a: @b\n", "ZD1020 a.yaml:1:4: a plain text cannot begin with \"@\"; put the text in quotes"},
    {"a: %b\n", "ZD1020 a.yaml:1:4: a plain text cannot begin with \"%\"; put the text in quotes"},
    {"a: * b\n", "ZD1020 a.yaml:1:5: \"*\" or \"&\" cannot begin a plain text; put the text in quotes"},
    {"a: ]\n",
     "ZD1020 a.yaml:1:4: a value is missing here; write it; put a text in quotes that begins with a sign of "
     "YAML such "
     "as , ] } %"},
    {"a: |b\n  c\n",
     "ZD1020 a.yaml:1:5: only a comment can follow here on the same line; begin the text on the next line"},
    {"a: |0\n  c\n",
     "ZD1020 a.yaml:1:5: an indentation of 0 is impossible; write 1 to 9 behind \"|\" or \">\", or nothing"},
    {"- a: 1\n- b\n'c': 1\n",
     "ZD1020 a.yaml:3:1: this does not fit the list that begins on line 1; begin the item with \"- \" and "
     "give it the "
     "indentation of the others"},
    {"a\n...\nb: 1\n",
     "ZD1020 a.yaml:3:1: more text stands behind the end of the file's value; give this line the indentation "
     "of its "
     "neighbours"},
    {"%FOO\n---\na: 1\n",
     "ZD1020 a.yaml:1:5: a line that begins with \"%\" is a directive of YAML; delete the line"},
    {"%YAML 1.3\n---\na: 1\n",
     "ZD1020 a.yaml:1:1: this version of YAML is not known; delete the line that begins with %YAML"},
    {"%YAML 1.1\n%YAML 1.1\n---\na: 1\n",
     "ZD1020 a.yaml:2:1: this is not YAML: found duplicate %YAML directive; check quotes, colons and "
     "indentation "
     "around this line"},
};

TEST(YamlReaderTest, RefusesEachMistakeWithItsOwnMessage) {
  for (const Refusal& refusal : kRefusals) {
    EXPECT_EQ(Read(refusal.input), std::string(refusal.expected) + "\n") << JsonQuote(refusal.input);
  }
}

TEST(YamlReaderTest, CollectsMistakesOfMeaning) {
  EXPECT_EQ(
      Read("a: &x 1\na: *x\nb: !!int 2\n? [c]\n: {<<: 1}\n"),
      "ZD1010 a.yaml:1:4: packs have no anchors: \"&x\"; write the value where it is needed, or put the text "
      "in "
      "quotes\n"
      "ZD1007 a.yaml:2:1: key \"a\" is already given on line 1; keep one of the two\n"
      "ZD1011 a.yaml:2:4: packs have no aliases: \"*x\"; write the value itself, or put the text in quotes\n"
      "ZD1012 a.yaml:3:4: packs have no tags: \"!!int\"; delete it, or put the text in quotes\n"
      "ZD1015 a.yaml:4:3: a key must be text, found a list; put the key in quotes\n"
      "ZD1014 a.yaml:5:4: packs have no merge keys \"<<\"; write the keys themselves\n");
}

TEST(YamlReaderTest, StopsAfterAHundredMistakes) {
  std::string yaml;
  for (int i = 0; i < 5000; ++i) yaml += "- *x\n";
  Diagnostics diagnostics;
  EXPECT_EQ(ReadYaml(yaml, "a.yaml", diagnostics), nullptr);
  ASSERT_EQ(diagnostics.all().size(), kFileMistakesMax + 1);
  EXPECT_EQ(
      diagnostics.all().back().Text(),
      "ZD1009 a.yaml:101:3: this file has more than 100 mistakes (kFileMistakesMax), the rest is not read; "
      "mend those reported and try again");
}

TEST(YamlReaderTest, BoundsTheNodesOfAFile) {
  std::string yaml = "[";
  for (size_t i = 0; i < kFileNodesMax - 1; ++i) yaml += "1,";
  Diagnostics diagnostics;
  const auto tree = ReadYaml(yaml + "]", "a.yaml", diagnostics);
  ASSERT_NE(tree, nullptr) << diagnostics.Text();
  EXPECT_EQ(tree->root().items().size(), kFileNodesMax - 1);
  yaml += "1,1,1,1]";
  EXPECT_EQ(ReadYaml(yaml, "a.yaml", diagnostics), nullptr);
  EXPECT_EQ(
      diagnostics.Text(),
      "ZD1008 a.yaml:1:2097154: this file has more values than kFileNodesMax = 1048576; split it, or write a "
      "table as CSV\n");
}

TEST(YamlReaderTest, TakesTheGreatestDepthAndNotOneMore) {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(Read(nested(64)), nested(64));
  EXPECT_EQ(Read(nested(65)),
            "ZD1006 a.yaml:1:65: nesting is deeper than kTreeDepthMax = 64; flatten the data\n");
  // A key that is refused may not hide depth either.
  EXPECT_EQ(Read("{" + nested(70) + ": 1}"),
            "ZD1015 a.yaml:1:2: a key must be text, found a list; put the key in quotes\n"
            "ZD1006 a.yaml:1:65: nesting is deeper than kTreeDepthMax = 64; flatten the data\n");
}

int64_t MillisecondsOf(const std::string& yaml, std::string* result) {
  const auto start = std::chrono::steady_clock::now();
  *result = Read(yaml);
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start)
      .count();
}

// libyaml is quadratic on such input; the depth limit must end it before that shows.
TEST(YamlReaderTest, EndsHostileInputAtOnce) {
  std::string result;
  EXPECT_LT(MillisecondsOf(std::string(1'000'000, '['), &result), 2000);
  EXPECT_EQ(result, "ZD1006 a.yaml:1:65: nesting is deeper than kTreeDepthMax = 64; flatten the data\n");
  std::string items;
  for (int i = 0; i < 300'000; ++i) items += "- ";
  EXPECT_LT(MillisecondsOf(items, &result), 2000);
  EXPECT_EQ(result, "ZD1006 a.yaml:1:129: nesting is deeper than kTreeDepthMax = 64; flatten the data\n");
  std::string directives;
  for (int i = 0; i < 300'000; ++i) directives += "%TAG !t" + std::to_string(i) + "! t\n";
  EXPECT_LT(MillisecondsOf(directives + "---\na: 1\n", &result), 2000);
  EXPECT_EQ(result.substr(0, 6), "ZD1012");
}

TEST(YamlReaderTest, RefusesAFileOverTheLimitUnread) {
  std::string result;
  EXPECT_LT(MillisecondsOf(std::string(20 << 20, '['), &result), 500);
  EXPECT_EQ(result,
            "ZD1001 a.yaml: the file has 20971520 bytes, more than kPackFileBytesMax = 8388608; split it "
            "into several "
            "files\n");
  std::string longest = "a: " + std::string(limits::kPackFileBytesMax - 4, 'x') + "\n";
  EXPECT_EQ(Read(longest).substr(0, 5), "{a: x");
  EXPECT_EQ(longest.size(), limits::kPackFileBytesMax);
  longest.insert(3, "x");
  EXPECT_EQ(Read(longest).substr(0, 6), "ZD1001");
}

constexpr std::string_view kSamples[] = {
    "id: fj-rd\ntitle: 研发投入增量奖补\nbasis: {document: \"闽政〔2025〕1号\", issued: 2025-09-25}\n"
    "valid: {from: 2025-01-01, to: 2028-12-31}\nclauses:\n  - {id: place, when: 'under(登记地, "
    "zone(\"qz\"))'}\n"
    "  - id: growth\n    when: |\n      研发增量 > 0\n      and x\n    article: >-\n      "
    "第五条\nempty:\nlist: [1, -2.50, ~]\n",
    "# comment\n- a\n- - b\n  - {c: d, \"e\": 'f''g'}\n- ? x\n  : y\n- \"a\\u4e00\\\n  b\"\n- &a !!str "
    "*b\n--- x\n...\n",
    "{\"a\": [1, 1.10, true, false, null, \"x\\n\"], \"b\": {}, \"c\": []}",
};

// The pieces that break parsers, to be spliced in.
constexpr std::string_view kPieces[] = {"[",    "]", "{",  "}",  ": ",   "\n",           "\t",  "- ",
                                        "? ",   "'", "\"", "\\", "&a ",  "*a ",          "!x ", "---\n",
                                        "...",  "|", ">",  "#",  "<<: ", "\xEF\xBB\xBF", "\r",  "，",
                                        "\xFF", "%", "@",  ",",  "~",    "\xE2\x80\xA8"};

constexpr Mutations kMutations = {kSamples, kPieces, 6, 8, 40};

// Any input gives a tree or findings, whose places lie inside the file, and never both or neither.
TEST(YamlReaderTest, SurvivesMutations) {
  std::mt19937_64 random(PrintedSeed());
  int trees = 0;
  for (int i = 0; i < Rounds(20'000); ++i) {
    const std::string text = kMutations.Make(random);
    Diagnostics diagnostics;
    const auto tree = ReadYaml(text, "a.yaml", diagnostics);
    ASSERT_EQ(tree != nullptr, diagnostics.ok()) << JsonQuote(text);
    const int lines = 1 + static_cast<int>(std::count_if(text.begin(), text.end(),
                                                         [](char c) { return c == '\n' || c == '\r'; }));
    for (const Diagnostic& finding : diagnostics.all()) {
      ASSERT_LE(finding.where.line, lines + 1) << finding.Text() << "\n" << JsonQuote(text);
    }
    if (tree == nullptr) continue;
    ++trees;
    ASSERT_LE(tree->root().end().line, lines + 1);
    ASSERT_FALSE(Dump(tree->root(), true).empty());
  }
  EXPECT_GT(trees, 1000) << "the mutations are too wild to test anything but refusals";
}

TEST(YamlReaderTest, GivesTheSameTreeAsJson) {
  const std::string yaml =
      "id: \"fj-rd\"\n\"steps\": 2\nrate: 1.10\nofficial: false\nevent:\nclauses:\n  - {id: \"a\", when: 'x "
      "> \"y\"'}\n"
      "  - id: \"b\"\n    any: []\nshare: {province: 8, city: -0.5e3}\n";
  const std::string json =
      "{\"id\": \"fj-rd\", \"steps\": 2, \"rate\": 1.10, \"official\": false, \"event\": null,\n"
      " \"clauses\": [{\"id\": \"a\", \"when\": \"x > \\\"y\\\"\"}, {\"id\": \"b\", \"any\": []}],\n"
      " \"share\": {\"province\": 8, \"city\": -0.5e3}}";
  Diagnostics diagnostics;
  const auto from_yaml = ReadYaml(yaml, "a.yaml", diagnostics);
  const auto from_json = ReadJson(json, "a.json", diagnostics);
  const auto json_as_yaml = ReadYaml(json, "b.yaml", diagnostics);
  ASSERT_TRUE(from_yaml && from_json && json_as_yaml) << diagnostics.Text();
  EXPECT_EQ(Dump(from_yaml->root(), false), Dump(from_json->root(), false));
  // JSON is YAML too, and then even the places agree.
  EXPECT_EQ(Dump(json_as_yaml->root(), true), Dump(from_json->root(), true));
}

}  // namespace
}  // namespace zhida::pack

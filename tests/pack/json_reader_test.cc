#include "engine/pack/json_reader.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <chrono>
#include <random>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "tests/pack/mutations.h"
#include "tests/test_size.h"

namespace zhida::pack {
namespace {

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
        out += (&item == node.items().data() ? "" : ",") + Dump(item, places);
      return out + "]";
    }
    case Node::Kind::kMapping: {
      out += "{";
      for (const Entry& entry : node.entries()) {
        out += (&entry == node.entries().data() ? "" : ",") + JsonQuote(entry.key) + ":" +
               Dump(entry.value, places);
      }
      return out + "}";
    }
  }
  return out;
}

std::string Read(std::string_view json, bool places = false) {
  Diagnostics diagnostics;
  const auto tree = ReadJson(json, "a.json", diagnostics);
  EXPECT_EQ(tree != nullptr, diagnostics.ok()) << json;
  return tree != nullptr ? Dump(tree->root(), places) : diagnostics.Text();
}

TEST(JsonReaderTest, KeepsNumbersAsWritten) {
  const std::string numbers =
      "[0,-0,1.10,123456789012345678901234567890.12,18446744073709551616,1e400,-1.5E-3,2e+7]";
  EXPECT_EQ(Read(numbers), numbers);
}

TEST(JsonReaderTest, ReadsEveryKindOfValue) {
  EXPECT_EQ(Read(" { \"a\" : [ true , false , null , \"x\" ] ,\r\n\t\"b\" : { } , \"\" : [ ] } "),
            "{\"a\":[true,false,null,\"x\"],\"b\":{},\"\":[]}");
  EXPECT_EQ(Read("\"alone\""), "\"alone\"");
  EXPECT_EQ(Read("1"), "1");
  EXPECT_EQ(Read("\xEF\xBB\xBFnull"), "null");
}

TEST(JsonReaderTest, ReadsEscapes) {
  EXPECT_EQ(Read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u4E00\\uD83D\\ude00 研\""),
            JsonQuote("\"\\/\b\f\n\r\t一😀 研"));
  EXPECT_EQ(Read("{\"\\u0061\": 1}"), "{\"a\":1}");
}

TEST(JsonReaderTest, LocatesEveryNode) {
  EXPECT_EQ(Read("{\"研发\": [1, \"é\"],\n \"b\": {\"c\": null, \"d\": true\n}}", true),
            "1:1-3:3 {\"研发\":1:8-1:16 [1:9-1:10 1,1:12-1:15 \"é\"],\"b\":2:7-3:2 {\"c\":2:13-2:17 "
            "null,\"d\":2:24-2:28 "
            "true}}");
}

struct Refusal {
  std::string_view input;
  std::string_view expected;
};

const Refusal kRefusals[] = {
    {"", "ZD1002 a.json: the file is empty; write it, or delete it"},
    {std::string_view("[1,\0]", 5),
     "ZD1003 a.json:1:4: the file holds a NUL byte; delete it; is this a text file?"},
    {"{\"a\": \"x\\u0000\"}", "ZD1003 a.json:1:9: the text holds a NUL character; delete the escape \\u0000"},
    {std::string_view("\xFE\xFF\0[", 4), "ZD1004 a.json: the file is UTF-16; save it as UTF-8"},
    {"[\"\xC0\x80\"]",
     "ZD1005 a.json:1:3: this byte is not UTF-8; if the file is GB18030 or GBK, convert it: "
     "iconv -f GB18030 -t UTF-8"},
    {"{\"a\": 1,\n \"b\": 2,\n \"a\": 3}",
     "ZD1007 a.json:3:2: key \"a\" is already given on line 1; keep one of the two"},
    {"{\"a\": 1, \"\\u0061\": 3}",
     "ZD1007 a.json:1:10: key \"a\" is already given on this line; keep one of the two"},
    // Structure.
    {"{\"a\": 1 \"b\": 2}",
     "ZD1030 a.json:1:9: expected \",\" or \"}\", found \"\\\"\"; put a comma between two values, and close "
     "what was "
     "opened"},
    {"[1 2]",
     "ZD1030 a.json:1:4: expected \",\" or \"]\", found \"2\"; put a comma between two values, and close "
     "what was "
     "opened"},
    {"[1}",
     "ZD1030 a.json:1:3: expected \",\" or \"]\", found \"}\"; put a comma between two values, and close "
     "what was "
     "opened"},
    {"{\"a\": 1, b: 2}",
     "ZD1030 a.json:1:10: expected a key in double quotes, found \"b\"; put the key in double quotes"},
    {"{'a': 1}",
     "ZD1030 a.json:1:2: expected a key in double quotes, found \"'\"; write double quotes instead of single "
     "ones"},
    {"{\"a\" 1}", "ZD1030 a.json:1:6: expected \":\" behind the key, found \"1\"; write \"key\": value"},
    {"{\"a\"：1}",
     "ZD1030 a.json:1:5: expected \":\" behind the key, found \"：\"; write \":\" instead of the full-width "
     "colon"},
    {"[1，2]",
     "ZD1030 a.json:1:3: expected \",\" or \"]\", found \"，\"; write \",\" instead of the full-width comma"},
    {"[“a”]", "ZD1030 a.json:1:2: expected a value, found \"“\"; write \" instead of the typographic quote"},
    {"{\"a\": }",
     "ZD1030 a.json:1:7: expected a value, found \"}\"; write a text in double quotes, a number, true, false "
     "or null"},
    {"[,1]",
     "ZD1030 a.json:1:2: expected a value, found \",\"; write a text in double quotes, a number, true, false "
     "or null"},
    {"// c\n{\"a\": 1}",
     "ZD1030 a.json:1:1: expected a value, found \"/\"; JSON has no comments: delete this one, or write the "
     "file as "
     "YAML"},
    {"{\"a\": 1 # c\n}",
     "ZD1030 a.json:1:9: expected \",\" or \"}\", found \"#\"; JSON has no comments: delete this one, or "
     "write the file "
     "as YAML"},
    {"{\"a\": [1,\n",
     "ZD1030 a.json:2:1: the file ends inside what \"[\" opened at 1:7; close it with \"]\""},
    {"{\"a\": [1]", "ZD1030 a.json:1:10: the file ends inside what \"{\" opened at 1:1; close it with \"}\""},
    {"{\"a\"", "ZD1030 a.json:1:5: the file ends inside what \"{\" opened at 1:1; close it with \"}\""},
    {"{\"a\": 1} x", "ZD1032 a.json:1:10: more text stands behind the end of the value; delete it"},
    {"[1]]", "ZD1032 a.json:1:4: more text stands behind the end of the value; delete it"},
    {"{\"a\": 1,}", "ZD1033 a.json:1:8: a comma stands before the closing bracket; delete the comma"},
    {"[1,\n]", "ZD1033 a.json:1:3: a comma stands before the closing bracket; delete the comma"},
    // Texts.
    {"{\"a\": \"x\n\"}",
     "ZD1031 a.json:1:9: the line ends inside the text opened at 1:7; close the quote, or write \\n for a "
     "line break"},
    {"[\"x\ty\"]", "ZD1031 a.json:1:4: a control character stands inside a text; write \\t, or delete it"},
    {"[\"x\x01y\"]",
     "ZD1031 a.json:1:4: a control character stands inside a text; write \\u0001, or delete it"},
    {"[\"x", "ZD1031 a.json:1:4: the file ends inside the text opened at 1:2; close the quote"},
    {"[\"\\q\"]",
     "ZD1034 a.json:1:3: this escape stands for no character; use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u "
     "with four "
     "hexadecimal digits"},
    {"[\"\\ud800x\"]",
     "ZD1034 a.json:1:3: this escape stands for no character; use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u "
     "with four "
     "hexadecimal digits"},
    {"[\"\\udc00\"]",
     "ZD1034 a.json:1:3: this escape stands for no character; use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u "
     "with four "
     "hexadecimal digits"},
    {"[\"\\u12\"]",
     "ZD1034 a.json:1:3: this escape stands for no character; use \\\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u "
     "with four "
     "hexadecimal digits"},
    // Numbers and words.
    {"[01]",
     "ZD1035 a.json:1:2: \"01\" is no number of JSON; write it without leading zeros, or in quotes if it is "
     "a code"},
    {"[-01]",
     "ZD1035 a.json:1:2: \"-01\" is no number of JSON; write it without leading zeros, or in quotes if it is "
     "a code"},
    {"[1.]", "ZD1035 a.json:1:2: \"1.\" is no number of JSON; write a digit behind the point"},
    {"[.5]", "ZD1035 a.json:1:2: \".5\" is no number of JSON; write a digit before the point"},
    {"[+1]", "ZD1035 a.json:1:2: \"+1\" is no number of JSON; write it without \"+\""},
    {"[1_000]",
     "ZD1035 a.json:1:2: \"1_000\" is no number of JSON; write digits only, or put a text in quotes"},
    {"[1e]", "ZD1035 a.json:1:2: \"1e\" is no number of JSON; write digits only, or put a text in quotes"},
    {"[-]", "ZD1035 a.json:1:2: \"-\" is no number of JSON; write digits only, or put a text in quotes"},
    {"[2025-01-01]",
     "ZD1035 a.json:1:2: \"2025-01-01\" is no number of JSON; write digits only, or put a text in quotes"},
    {"[True]", "ZD1036 a.json:1:2: \"True\" is no value of JSON; write true"},
    {"[None]", "ZD1036 a.json:1:2: \"None\" is no value of JSON; write null"},
    {"[-Infinity]", "ZD1036 a.json:1:2: \"-Infinity\" is no value of JSON; JSON has finite numbers only"},
    {"[nulll]", "ZD1036 a.json:1:2: \"nulll\" is no value of JSON; put a text in double quotes"},
};

TEST(JsonReaderTest, RefusesEachMistakeWithItsOwnMessage) {
  for (const Refusal& refusal : kRefusals) {
    EXPECT_EQ(Read(refusal.input), std::string(refusal.expected) + "\n") << JsonQuote(refusal.input);
  }
}

TEST(JsonReaderTest, GoesOnAfterWrongWordsAndRepeats) {
  EXPECT_EQ(Read("{\"a\": 01, \"b\": yes,\n\"a\": [NaN,]}"),
            "ZD1035 a.json:1:7: \"01\" is no number of JSON; write it without leading zeros, or in quotes if "
            "it is a "
            "code\n"
            "ZD1036 a.json:1:16: \"yes\" is no value of JSON; put a text in double quotes\n"
            "ZD1007 a.json:2:1: key \"a\" is already given on line 1; keep one of the two\n"
            "ZD1036 a.json:2:7: \"NaN\" is no value of JSON; JSON has finite numbers only\n"
            "ZD1033 a.json:2:10: a comma stands before the closing bracket; delete the comma\n");
}

TEST(JsonReaderTest, StopsAfterAHundredMistakes) {
  std::string json = "[x";
  for (int i = 0; i < 5000; ++i) json += ",x";
  Diagnostics diagnostics;
  EXPECT_EQ(ReadJson(json + "]", "a.json", diagnostics), nullptr);
  EXPECT_EQ(diagnostics.all().size(), kFileMistakesMax + 1);
}

TEST(JsonReaderTest, TakesTheGreatestDepthAndNotOneMore) {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(Read(nested(64)), nested(64));
  EXPECT_EQ(Read(nested(65)),
            "ZD1006 a.json:1:65: nesting is deeper than kTreeDepthMax = 64; flatten the data\n");
  EXPECT_EQ(Read(std::string(1'000'000, '[')),
            "ZD1006 a.json:1:65: nesting is deeper than kTreeDepthMax = 64; flatten the data\n");
}

TEST(JsonReaderTest, BoundsBytesAndNodes) {
  EXPECT_EQ(Read(std::string(20 << 20, '[')),
            "ZD1001 a.json: the file has 20971520 bytes, more than kPackFileBytesMax = 8388608; split it "
            "into several "
            "files\n");
  std::string json = "[1";
  for (size_t i = 0; i < kFileNodesMax; ++i) json += ",1";
  EXPECT_EQ(
      Read(json + "]"),
      "ZD1008 a.json:1:2097154: this file has more values than kFileNodesMax = 1048576; split it, or write a "
      "table as CSV\n");
}

// simdjson's own On-Demand walk over everything: the same dump, or "" if it refuses. Numbers keep their
// tokens, as On-Demand does not check them.
std::string OnDemand(simdjson::ondemand::value value, bool* ok) {
  std::string out;
  simdjson::ondemand::json_type type;
  if (value.type().get(type) != simdjson::SUCCESS) return *ok = false, "";
  switch (type) {
    case simdjson::ondemand::json_type::array:
      for (auto item : value.get_array()) {
        simdjson::ondemand::value inner;
        if (item.get(inner) != simdjson::SUCCESS) return *ok = false, "";
        out += (out.empty() ? "[" : ",") + OnDemand(inner, ok);
        if (!*ok) return "";
      }
      return out.empty() ? "[]" : out + "]";
    case simdjson::ondemand::json_type::object:
      for (auto field : value.get_object()) {
        std::string_view key;
        simdjson::ondemand::value inner;
        if (field.unescaped_key().get(key) != simdjson::SUCCESS) return *ok = false, "";
        const std::string name(key);
        if (field.value().get(inner) != simdjson::SUCCESS) return *ok = false, "";
        out += (out.empty() ? "{" : ",") + JsonQuote(name) + ":" + OnDemand(inner, ok);
        if (!*ok) return "";
      }
      return out.empty() ? "{}" : out + "}";
    case simdjson::ondemand::json_type::string: {
      std::string_view text;
      if (value.get_string().get(text) != simdjson::SUCCESS) *ok = false;
      return *ok ? JsonQuote(text) : "";
    }
    case simdjson::ondemand::json_type::boolean:
    case simdjson::ondemand::json_type::null:
    case simdjson::ondemand::json_type::number: {
      std::string token(std::string_view(value.raw_json_token()));
      token.resize(token.find_last_not_of(" \t\r\n") + 1);  // the token reaches to the next one
      *ok = *ok && (token == "null" || token == "true" || token == "false" || IsJsonNumber(token));
      return token;
    }
  }
  return out;
}

std::string OnDemand(std::string_view json) {
  const simdjson::padded_string padded{json};
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::value root;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return "";
  if (document.get_value().get(root) != simdjson::SUCCESS) return "";
  bool ok = true;
  const std::string out = OnDemand(root, &ok);
  const char* rest = nullptr;
  // Only behind the end of a document that has been read whole is there no location.
  return ok && document.current_location().get(rest) != simdjson::SUCCESS ? out : "";
}

constexpr std::string_view kSamples[] = {
    "{\"id\": \"fj-rd\", \"valid\": {\"from\": \"2025-01-01\"}, \"list\": [1, -2.50, 1e3, null], \"研发\": "
    "\"x\\n\\u4e00\"}",
    "[{\"a\": true, \"b\": false}, [], {}, [[\"\\\"\", 0]], \"\", -0.1E-2]",
};
constexpr std::string_view kPieces[] = {
    "[", "]",  "{", "}", ":",    ",",  "\"",   "\\", "\\u00", "\\ud83d\\ude00",
    "0", "-1", ".", "e", "null", "\n", "true", " ",  "\x01",  "é"};

constexpr Mutations kMutations = {kSamples, kPieces, 3, 3, 10};

// Where the two may differ is where packs are stricter: repeated keys, NUL, depth; and roots that are no
// collection, which On-Demand 3.0.1 wants to be asked for in another way.
TEST(JsonReaderTest, AgreesWithSimdjsonOnMutations) {
  std::mt19937_64 random(PrintedSeed());
  int accepted = 0;
  for (int i = 0; i < Rounds(20'000); ++i) {
    const std::string text = kMutations.Make(random);
    Diagnostics diagnostics;
    const auto tree = ReadJson(text, "a.json", diagnostics);
    ASSERT_EQ(tree != nullptr, diagnostics.ok()) << JsonQuote(text);
    const std::string theirs = OnDemand(text);
    if (tree != nullptr) {
      ++accepted;
      if (tree->root().is_sequence() || tree->root().is_mapping()) {
        ASSERT_EQ(Dump(tree->root(), false), theirs) << JsonQuote(text);
      }
    } else if (!theirs.empty()) {
      for (const Diagnostic& finding : diagnostics.all()) {
        ASSERT_TRUE(finding.code == "ZD1007" || finding.code == "ZD1003") << finding.Text() << "\n"
                                                                          << JsonQuote(text);
      }
    }
  }
  EXPECT_GT(accepted, 1000) << "the mutations are too wild to test anything but refusals";
}

}  // namespace
}  // namespace zhida::pack

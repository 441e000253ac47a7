#include "engine/feel/parser.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/limits.h"
#include "tests/feel/fake_scope.h"
#include "tests/feel/parser_rows.h"
#include "tests/test_size.h"

namespace zhida::feel {
namespace {

ParseOptions At(int line, int column) {
  ParseOptions options;
  options.origin = {"a.yaml", line, column};
  return options;
}

std::string Dumped(const std::optional<Expression>& expression, const Diagnostics& diagnostics) {
  if (!expression) return diagnostics.Text();
  return expression->root == nullptr ? "-" : Dump(*expression->root);
}

std::string Parsed(std::string_view text, const ParseOptions& options = At(1, 1)) {
  FakeScope scope;
  Diagnostics diagnostics;
  const std::optional<Expression> expression = ParseExpression(text, scope, options, &diagnostics);
  return Dumped(expression, diagnostics);
}

std::string ParsedCell(std::string_view text, TypePtr input) {
  FakeScope scope;
  Diagnostics diagnostics;
  ParseOptions options = At(1, 1);
  options.input_type = std::move(input);
  return Dumped(ParseUnaryTests(text, scope, options, &diagnostics), diagnostics);
}

TEST(ParserTest, BuildsTheTree) {
  for (const std::string& row : Rows(kExpressions)) {
    const auto [text, dump] = Cells(row);
    EXPECT_EQ(Parsed(text), dump) << text;
  }
}

TEST(ParserTest, BuildsCells) {
  FakeScope scope;
  for (const std::string& row : Rows(kCells)) {
    const auto [left, dump] = Cells(row);
    const size_t colon = left.find(" : ");
    EXPECT_EQ(ParsedCell(left.substr(colon + 3), scope.Find(left.substr(0, colon))->type), dump) << left;
  }
}

TEST(ParserTest, TakesDashAndNothingAsAnyValue) {
  for (const std::string_view cell : {"-", "", "  ", " - ", "- // whatever", "/* empty */"}) {
    EXPECT_EQ(ParsedCell(cell, NumberType(0)), "-") << cell;
  }
}

TEST(ParserTest, SkipsSpaceAndComments) {
  for (const std::string_view text :
       {" a + b ", "a+b", "a\n+\nb", "a/* one */+// two\nb", "a\t+\r\nb", "a\u3000+\u00a0b", "/**/a+b//"}) {
    EXPECT_EQ(Parsed(text), "(+ fact:19 fact:20)") << text;
  }
  EXPECT_EQ(Parsed("days  in\n weekend"), "fact:12");
}

TEST(ParserTest, BindsLocalsToTheFirstSlots) {
  FakeScope scope;
  ParseOptions options = At(1, 1);
  options.locals = {{"h", "招用", scope.Find("hires")->type->element}, {"n", "", NumberType(0)}};
  EXPECT_EQ(Parsed("招用.wage = n and h.insured", options),
            "(and (= (member local:0 \"wage\") local:1) (member local:0 \"insured\"))");
  EXPECT_EQ(
      Parsed("count(hires[date = h.date]) > n", options),
      "(> (call \"count\" (filter local:2 fact:7 (= (member local:2 \"date\") (member local:0 \"date\")))) "
      "local:1)");
}

TEST(ParserTest, ResolvesInnerNamesFirst) {
  ParseOptions options = At(1, 1);
  options.locals = {{"a", "", MakeType(TypeKind::kString)}};
  EXPECT_EQ(Parsed("a", options), "local:0");
  EXPECT_EQ(Parsed("for a in 金额 return a + b"), "(for local:0 fact:25 (+ local:0 fact:20))");
  // The longest name wins even over an inner one.
  EXPECT_EQ(Parsed("for a in 金额 return a-b"), "(for local:0 fact:25 fact:21)");
  EXPECT_EQ(Parsed("for as_of in days return as_of"), "(for local:0 fact:26 local:0)");
}

TEST(ParserTest, CountsSlots) {
  FakeScope scope;
  Diagnostics diagnostics;
  const auto slots = [&](std::string_view text) {
    return ParseExpression(text, scope, At(1, 1), &diagnostics)->slot_count;
  };
  EXPECT_EQ(slots("a + b"), 0);
  EXPECT_EQ(slots("a in (1, 2)"), 1);
  EXPECT_EQ(slots("a in (1)"), 0);
  EXPECT_EQ(slots("for x in 金额, y in 金额[item > x] return {p: x, q: y}"), 5);
  EXPECT_EQ(slots("sum(金额[item > 1]) + sum(金额[item > 2])"), 2);
}

TEST(ParserTest, KeepsTheText) {
  FakeScope scope;
  Diagnostics diagnostics;
  const auto expression = ParseExpression(" 注册资本 >= 500 ", scope, At(1, 1), &diagnostics);
  ASSERT_TRUE(expression);
  EXPECT_EQ(expression->text, " 注册资本 >= 500 ");
  EXPECT_EQ(expression->root->span.begin, 1);
  EXPECT_EQ(expression->text.substr(static_cast<size_t>(expression->root->args[1]->span.begin)), "500 ");
}

TEST(ParserTest, PlacesFindingsInTheFile) {
  EXPECT_EQ(Parsed("注册资本＞＝500", At(9, 14)),
            "ZD3102 a.yaml:9:14: \"注册资本＞＝500\" is not a known name and holds full-width signs; "
            "write \"注册资本>=500\" with half-width signs\n");
  EXPECT_EQ(Parsed("注册资本 > 1 and foo", At(9, 14)).substr(0, 20), "ZD3101 a.yaml:9:27: ");
  // A block text: later lines count their columns from 1.
  EXPECT_EQ(Parsed("a > 1\n  and foo", At(9, 14)).substr(0, 20), "ZD3101 a.yaml:10:7: ");
  ParseOptions told = At(9, 14);
  told.where = [](size_t offset) { return Location{"b.yaml", 7, static_cast<int>(offset)}; };
  EXPECT_EQ(Parsed("a > 1\n  and foo", told).substr(0, 20), "ZD3101 b.yaml:7:12: ");
  ParseOptions whole_file = At(0, 0);
  EXPECT_EQ(Parsed("foo", whole_file).substr(0, 15), "ZD3101 a.yaml: ");
}

TEST(ParserTest, ChecksTheResult) {
  ParseOptions options = At(1, 1);
  options.what = "clause growth";
  options.expected = MakeType(TypeKind::kBoolean);
  EXPECT_EQ(Parsed("a > 1", options), "(> fact:19 1)");
  EXPECT_EQ(Parsed("unknown(\"vague_rule\")", options), "(unknown vague_rule)");
  EXPECT_EQ(Parsed("a", options),
            "ZD3208 a.yaml:1:1: clause growth must be boolean, but a (number) is not; "
            "write a comparison, such as a > 0\n");
  EXPECT_EQ(Parsed("上市", options),
            "ZD3304 a.yaml:1:1: clause growth must not be null, but 上市 may be; "
            "write 上市 = true, which is false for null\n");
  options.what = "the amount";
  options.expected = MakeType(TypeKind::kNumber);
  EXPECT_EQ(Parsed("firm_name", options),
            "ZD3208 a.yaml:1:1: the amount must be number, but firm_name (string) is not; write another "
            "expression\n");
  EXPECT_EQ(Parsed("max(金额)", options),
            "ZD3304 a.yaml:1:1: the amount must not be null, but max(金额) may be; "
            "choose another value for null: if max(金额) != null then max(金额) else ...\n");
  EXPECT_EQ(Parsed("if max(金额) != null then max(金额) else 0", options),
            "(if (!= (call \"max\" fact:25) null) (call \"max\" fact:25) 0)");
  options.expected = WithNullable(options.expected, true);
  EXPECT_EQ(Parsed("max(金额)", options), "(call \"max\" fact:25)");
}

TEST(ParserTest, AllowsKnownInDecisionsOnly) {
  ParseOptions options = At(1, 1);
  options.what = "clause growth";
  EXPECT_EQ(Parsed("cause(staff) = null", options),
            "ZD3112 a.yaml:1:1: cause(...) is allowed in decisions only, not in clause growth; "
            "test the value itself; what is not known leaves the answer open\n");
  options.decision = true;
  EXPECT_EQ(Parsed("known(staff) and cause(listed) = \"stale\"", options),
            "(and (known fact:1) (= (cause fact:24) \"stale\"))");
}

TEST(ParserTest, LeavesBrokenDefinitionsToTheirOwnReport) {
  EXPECT_EQ(Parsed("broken > 5 and broken.x = \"y\""),
            "(and (> (unknown vague_rule) 5) (= (member (unknown vague_rule) \"x\") \"y\"))");
}

std::string Repeated(std::string_view piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

TEST(ParserTest, HoldsItsLimits) {
  const int depth = limits::kExpressionDepthMax;
  EXPECT_EQ(Parsed(Repeated("(", depth) + "a" + Repeated(")", depth)), "fact:19");
  EXPECT_EQ(Parsed(Repeated("(", depth + 1) + "a" + Repeated(")", depth + 1)),
            "ZD3402 a.yaml:1:66: expression nests deeper than kExpressionDepthMax = 64; "
            "give the inner part a name as a definition\n");
  EXPECT_EQ(Parsed(Repeated("not(", depth + 1)).substr(0, 6), "ZD3402");
  EXPECT_EQ(Parsed(Repeated("if serious then 1 else ", depth + 1) + "2").substr(0, 6), "ZD3402");
  EXPECT_EQ(Parsed("a instance of " + Repeated("list<", 100)).substr(0, 6), "ZD3402");

  const int operands = limits::kOperandsMax;
  EXPECT_EQ(Parsed("a" + Repeated("+a", operands)).substr(0, 10), "(+ (+ (+ (");
  EXPECT_EQ(Parsed("a" + Repeated("+a", operands + 1)),
            "ZD3403 a.yaml:1:8195: expression joins more than kOperandsMax = 4096 operands; "
            "put the values into a list, or use a decision table\n");
  EXPECT_EQ(Parsed(Repeated("-", operands + 1) + "a").substr(0, 6), "ZD3403");
  EXPECT_EQ(Parsed("hires" + Repeated("[insured]", operands + 1)).substr(0, 6), "ZD3403");
  EXPECT_EQ(Parsed("a in (1" + Repeated(",1", operands + 1) + ")").substr(0, 6), "ZD3403");
  EXPECT_EQ(Parsed("a in [1" + Repeated(",1", operands + 1) + "]").substr(0, 9), "(in-list ");

  const size_t bytes = limits::kExpressionBytesMax;
  EXPECT_EQ(Parsed("a" + std::string(bytes - 1, ' ')), "fact:19");
  EXPECT_EQ(Parsed("a" + std::string(bytes, ' ')),
            "ZD3401 a.yaml:1:1: expression has 65537 bytes, more than kExpressionBytesMax = 65536; "
            "split it into definitions, or use a decision table\n");
  EXPECT_EQ(Parsed("matches(firm_name, \"" + std::string(1001, 'a') + "\")"),
            "ZD3404 a.yaml:1:20: the pattern has 1001 bytes, more than kPatternBytesMax = 1000; "
            "test in several steps\n");
}

TEST(ParserTest, RefusesBadUtf8AndNothing) {
  EXPECT_EQ(Parsed("a = \xff"), "ZD3011 a.yaml:1:5: this is not valid UTF-8; save the file as UTF-8\n");
  EXPECT_EQ(Parsed(" // nothing"), "ZD3010 a.yaml:1:1: expression is empty; write an expression\n");
}

TEST(ParserTest, StopsAfterManyMistakes) {
  const std::string all = Parsed("foo" + Repeated(" + foo", 100));
  EXPECT_EQ(SplitOn(all, '\n').size(), 22u);
  EXPECT_NE(all.find("ZD3012 a.yaml:1:121: this has more mistakes than are worth telling at once; "
                     "mend those above and check again"),
            std::string::npos);
}

TEST(ParserTest, StopsWarningAfterMany) {
  FakeScope scope;
  Diagnostics diagnostics;
  EXPECT_TRUE(ParseExpression("a = null" + Repeated(" or a = null", 100), scope, At(1, 1), &diagnostics));
  ASSERT_EQ(diagnostics.all().size(), 21u);
  EXPECT_EQ(diagnostics.all().back().Text(),
            "ZD3012 a.yaml:1:241: warning: further warnings about this expression are left out");
}

TEST(ParserTest, ShortensLongWords) {
  const std::string word = Repeated("＞", 1'000);
  EXPECT_EQ(Parsed(word), "ZD3102 a.yaml:1:1: \"" + Repeated("＞", 24) + "..." + Repeated("＞", 24) +
                              "\" is not a known name and holds full-width signs; write \"" +
                              Repeated(">", 24) + "..." + Repeated(">", 24) + "\" with half-width signs\n");
}

// What every tree must keep, whatever was written.
void ExpectSound(const Expr& expr, int slots) {
  ASSERT_NE(expr.type, nullptr);
  if (expr.op == Op::kLocal) {
    EXPECT_GE(expr.index, 0);
    EXPECT_LT(expr.index, slots);
  }
  for (const ExprPtr& argument : expr.args) {
    if (argument != nullptr) ExpectSound(*argument, slots);
  }
}

class Mutator {
 public:
  explicit Mutator(uint64_t seed) : random_(seed) {
    for (const std::string& row : Rows(kExpressions)) corpus_.push_back(Cells(row).first);
  }

  std::string Next() {
    std::string text = Pick(corpus_);
    for (uint64_t edits = 1 + Below(4); edits > 0; --edits) Edit(&text);
    return text;
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  const std::string& Pick(const std::vector<std::string>& from) { return from[Below(from.size())]; }

  // Edits at a boundary of code points, so that most texts get past the check of UTF-8.
  size_t Boundary(const std::string& text) {
    size_t at = Below(text.size() + 1);
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    return at;
  }

  void Edit(std::string* text) {
    const size_t from = Boundary(*text);
    const size_t to = Boundary(*text);
    switch (Below(8)) {
      case 0:
        text->erase(std::min(from, to), std::max(from, to) - std::min(from, to));
        break;
      case 1:
        text->insert(from, Pick(corpus_));
        break;
      case 2:
        *text = "(" + *text + ")" + std::string(Pick(kTokens));
        break;
      case 3:
        if (Below(10) == 0) text->insert(from, 1, static_cast<char>(Below(256)));
        break;
      default:
        text->insert(from, Pick(kTokens));
    }
  }

  static const std::vector<std::string> kTokens;
  std::mt19937_64 random_;
  std::vector<std::string> corpus_;
};

const std::vector<std::string> Mutator::kTokens = {"(",
                                                   ")",
                                                   "[",
                                                   "]",
                                                   "{",
                                                   "}",
                                                   ",",
                                                   ":",
                                                   "..",
                                                   ".",
                                                   "?",
                                                   "@",
                                                   "\"",
                                                   "\\",
                                                   "+",
                                                   "-",
                                                   "*",
                                                   "**",
                                                   "/",
                                                   "=",
                                                   "!=",
                                                   "<",
                                                   "<=",
                                                   ">",
                                                   ">=",
                                                   " and ",
                                                   " or ",
                                                   " in ",
                                                   " between ",
                                                   " if ",
                                                   " then ",
                                                   " else ",
                                                   " for ",
                                                   " return ",
                                                   " some ",
                                                   " every ",
                                                   " satisfies ",
                                                   " instance of ",
                                                   " not(",
                                                   "null",
                                                   "true",
                                                   "0",
                                                   "1",
                                                   "-1",
                                                   "3.5",
                                                   "1e400",
                                                   "\"35\"",
                                                   " a ",
                                                   "staff",
                                                   "hires",
                                                   "item",
                                                   ".wage",
                                                   "金额",
                                                   "营业收入",
                                                   "登记地",
                                                   "legal.birth",
                                                   "研发奖补",
                                                   "as_of",
                                                   "Y",
                                                   "zone(\"quanzhou-tia\")",
                                                   "unknown(\"stale\")",
                                                   "max(",
                                                   "sum(",
                                                   "date(",
                                                   "under(",
                                                   "＞",
                                                   "，",
                                                   "//",
                                                   "/*",
                                                   "*/",
                                                   "\n",
                                                   "foo",
                                                   "duration(\"P1M\")"};

// ZHIDA_SEED repeats a run.
TEST(ParserTest, SurvivesMutations) {
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20260630;
  std::cout << "seed " << seed << "\n";
  Mutator mutator(seed);
  FakeScope scope;
  ParseOptions options = At(1, 1);
  int sound = 0;
  for (int i = 0; i < Rounds(50'000); ++i) {
    const std::string text = mutator.Next();
    Diagnostics diagnostics;
    options.decision = i % 2 == 0;
    options.input_type = i % 3 == 0 ? NumberType(2) : nullptr;
    const std::optional<Expression> expression = i % 3 == 0
                                                     ? ParseUnaryTests(text, scope, options, &diagnostics)
                                                     : ParseExpression(text, scope, options, &diagnostics);
    ASSERT_EQ(expression.has_value(), diagnostics.ok()) << text;
    if (!expression || expression->root == nullptr) continue;
    ++sound;
    ExpectSound(*expression->root, expression->slot_count);
    ASSERT_FALSE(Dump(*expression->root).empty());
    ASSERT_FALSE(HasFailure()) << text;
  }
  // The mutations are worth nothing if all of them fail at the first token.
  EXPECT_GT(sound, 1'000);
}

}  // namespace
}  // namespace zhida::feel

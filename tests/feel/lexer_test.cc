#include "engine/feel/lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/scope.h"
#include "tests/feel/fake_scope.h"

namespace zhida::feel {
namespace {

// text | normal form | pieces
constexpr std::string_view kRuns = R"rows(
注册资本 >= 500 | 注册资本 | 注册资本
注册资本＞＝500 | 注册资本＞＝500 | 注册资本＞＝500
营业收入（万元）+1 | 营业收入（万元）+1 | 营业收入（万元）,+,1
Date-Time  -  2 | Date-Time-2 | Date,-,Time,-,2
decision A 2.1 = 5 | decision A 2.1 | decision,A,2,.,1
days in weekend) | days in weekend | days,in,weekend
driver's age | driver's age | driver,',s,age
a . b | a.b | a,.,b
a..b | a | a
a.b..c | a.b | a,.,b
a // b | a | a
a /* b */ + c | a | a
a / b | a/b | a,/,b
a**b | a**b | a,*,*,b
a? | a | a
a·b1 | a·b1 | a·b1
𠮷野 x | 𠮷野 x | 𠮷野,x
a　b | a b | a,b
a "x" | a | a
“a” | - | -
-a | - | -
1a | - | -
[a | - | -
)rows";

std::string Pieces(std::string_view text, const NameRun& run) {
  std::vector<std::string> pieces;
  for (const NameRun::Piece& piece : run.pieces) {
    pieces.emplace_back(text.substr(piece.text_begin, piece.text_end - piece.text_begin));
  }
  return Join(pieces, ",");
}

TEST(LexerTest, CollectsTheLongestRun) {
  for (const std::string& row : Rows(kRuns)) {
    const auto [text, rest] = Cells(row);
    const auto [normal, pieces] = Cells(rest);
    const Lexer lexer(text);
    NameRun run;
    if (normal == "-") {
      EXPECT_FALSE(lexer.ScanName(&run)) << text;
      continue;
    }
    ASSERT_TRUE(lexer.ScanName(&run)) << text;
    EXPECT_EQ(run.normal, normal) << text;
    EXPECT_EQ(Pieces(text, run), pieces) << text;
    EXPECT_EQ(run.Normal(run.pieces.size() - 1), normal) << text;
    EXPECT_EQ(lexer.offset(), 0u);
  }
}

TEST(LexerTest, BoundsRuns) {
  std::string text = "a";
  for (size_t i = 0; i < 2 * kNamePiecesMax; ++i) text += " a";
  NameRun run;
  ASSERT_TRUE(Lexer(text).ScanName(&run));
  EXPECT_EQ(run.pieces.size(), kNamePiecesMax);
  // One word is never cut.
  const std::string word(2 * kNameBytesMax, 'a');
  ASSERT_TRUE(Lexer(word).ScanName(&run));
  EXPECT_EQ(run.normal, word);
}

TEST(LexerTest, NormalisesNamesAsRuns) {
  EXPECT_EQ(NormalisedName("  Date - Time -2 "), "Date-Time-2");
  EXPECT_EQ(NormalisedName("days\tin \n weekend"), "days in weekend");
  EXPECT_EQ(NormalisedName("a\u3000b"), "a b");
  EXPECT_EQ(NormalisedName("营业收入（万元）"), "营业收入（万元）");
  EXPECT_EQ(NormalisedName("a . b"), "a.b");
  EXPECT_EQ(NormalisedName(""), "");
  for (const std::string& row : Rows(kRuns)) {
    const auto [text, rest] = Cells(row);
    NameRun run;
    if (!Lexer(text).ScanName(&run)) continue;
    const std::string_view whole = std::string_view(text).substr(0, run.pieces.back().text_end);
    EXPECT_EQ(NormalisedName(whole), run.normal) << text;
  }
}

TEST(LexerTest, ReadsWords) {
  Lexer lexer("and注册 x");
  EXPECT_EQ(lexer.Word(), "and注册");
  EXPECT_FALSE(lexer.TakeWord("and"));
  Lexer spaced("and (x)");
  EXPECT_TRUE(spaced.TakeWord("and"));
  EXPECT_EQ(spaced.PointAfterSpace(spaced.offset()), U'(');
  EXPECT_EQ(Lexer("(x)").Word(), "");
  EXPECT_EQ(Lexer("").Point(), U'\0');
}

TEST(LexerTest, SkipsSpaceAndComments) {
  const auto rest = [](std::string_view text) {
    Lexer lexer(text);
    const bool good = lexer.SkipSpace();
    return (good ? "" : "unclosed: ") + std::string(text.substr(lexer.offset()));
  };
  EXPECT_EQ(rest("  \t\r\n\u3000\u00a0\ufeffa"), "a");
  EXPECT_EQ(rest("// x\na"), "a");
  EXPECT_EQ(rest("/* // */ /**/a"), "a");
  EXPECT_EQ(rest("/ a"), "/ a");
  EXPECT_EQ(rest("// x"), "");
  EXPECT_EQ(rest(" /* x"), "unclosed: /* x");
}

TEST(LexerTest, ReadsNumbers) {
  const auto number = [](std::string_view text) {
    Lexer lexer(text);
    LexProblem problem;
    if (!lexer.AtNumber()) return std::string("none");
    const std::string_view digits = lexer.TakeNumber(&problem);
    if (digits.empty()) return problem.code + " " + problem.mend;
    return std::string(digits) + "~" + std::string(text.substr(lexer.offset()));
  };
  EXPECT_EQ(number("12.50)"), "12.50~)");
  EXPECT_EQ(number(".5+"), ".5~+");
  EXPECT_EQ(number("1..5"), "1~..5");
  EXPECT_EQ(number("1.e"), "1~.e");
  EXPECT_EQ(number("1.2.3"), "1.2~.3");
  EXPECT_EQ(number("1e-3"), "1e-3~");
  EXPECT_EQ(number("1E+3 "), "1E+3~ ");
  EXPECT_EQ(number("01"), "01~");
  EXPECT_EQ(number(".x"), "none");
  EXPECT_EQ(number("-1"), "none");
  EXPECT_EQ(number("500万"), "ZD3005 write 500 * 10000");
  EXPECT_EQ(number("1.5亿元"), "ZD3005 write 1.5 * 100000000");
  EXPECT_EQ(number("600元"), "ZD3005 write 600, money is in yuan");
  EXPECT_EQ(number("1e"), "ZD3005 put a space or an operator between 1 and e");
}

// literal | value or problem
constexpr std::string_view kTexts = R"rows(
"" |
"泉州" rest | 泉州
"a\"b\\c\'d" | a"b\c'd
"\u4e2D\u56fd" | 中国
"\uD83D\uDCA9" | 💩
"\U01F40E" | 🐎
"// no comment" | // no comment
"\d+\p{L}\\d" | \d+\p{L}\d
"\u12G4" | ZD3004 1-5
"\uD83D" | ZD3004 1-7
"\uDCA9" | ZD3004 1-7
"\uD83D\u0041" | ZD3004 1-13
"\U110000" | ZD3004 1-9
"\ | ZD3004 0-2
"\中" | \中
"open | ZD3004 0-5
)rows";

TEST(LexerTest, ReadsTexts) {
  for (std::string row : Rows(kTexts)) {
    if (row.ends_with(" |")) row += ' ';
    const auto [text, expected] = Cells(row);
    Lexer lexer(text);
    LexProblem problem;
    std::string value;
    if (lexer.TakeString(&value, &problem)) {
      EXPECT_EQ(value, expected) << text;
    } else {
      const std::string place = std::to_string(problem.span.begin) + "-" + std::to_string(problem.span.end);
      EXPECT_EQ(problem.code + " " + place, expected) << text;
    }
  }
  std::string value;
  LexProblem problem;
  ASSERT_TRUE(Lexer("\"\\n\\t\\r\"").TakeString(&value, &problem));
  EXPECT_EQ(value, "\n\t\r");
  EXPECT_FALSE(Lexer("\"a\nb\"").TakeString(&value, &problem));
}

TEST(LexerTest, KnowsNameCharacters) {
  EXPECT_TRUE(IsNameStart(U'泉'));
  EXPECT_TRUE(IsNameStart(U'＞'));
  EXPECT_TRUE(IsNameStart(U'、'));
  EXPECT_TRUE(IsNameStart(U'_'));
  EXPECT_FALSE(IsNameStart(U'“'));
  EXPECT_FALSE(IsNameStart(U'×'));
  EXPECT_FALSE(IsNameStart(U'?'));
  EXPECT_FALSE(IsNameStart(U'1'));
  EXPECT_TRUE(IsNamePart(U'1'));
  EXPECT_FALSE(IsNameStart(0x3000));
  EXPECT_FALSE(IsNamePart(0xFEFF));
  EXPECT_FALSE(IsNamePart(0xD800));
  EXPECT_TRUE(IsFeelSpace(0x3000));
}

}  // namespace
}  // namespace zhida::feel

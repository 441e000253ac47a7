#include "engine/pack/csv_reader.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/base/text.h"
#include "tests/pack/mutations.h"
#include "tests/test_size.h"

namespace zhida::pack {
namespace {

// Rows between brackets, quoted cells in quotes; or the findings.
std::string Read(std::string_view csv, bool places = false) {
  Diagnostics diagnostics;
  const auto table = ReadCsv(csv, "a.csv", diagnostics);
  EXPECT_EQ(table != nullptr, diagnostics.ok()) << csv;
  if (table == nullptr) return diagnostics.Text();
  std::string out;
  for (size_t row = 0; row < table->row_count(); ++row) {
    out += "[";
    for (const CsvCell& cell : table->Row(row)) {
      if (places) out += std::to_string(cell.begin.line) + ":" + std::to_string(cell.begin.column) + " ";
      out += (cell.quoted ? JsonQuote(cell.text) : std::string(cell.text)) + "|";
    }
    out += "]";
  }
  return out;
}

TEST(CsvReaderTest, ReadsRowsAndQuotes) {
  EXPECT_EQ(Read("a,b,c\r\n1,\"x, \"\"y\"\"\r\nz\",\r\n\"\", 2 ,研发\r\n"),
            "[a|b|c|][1|\"x, \\\"y\\\"\\r\\nz\"||][\"\"| 2 |研发|]");
}

TEST(CsvReaderTest, TakesEveryLineEndAndNoneAtTheEnd) {
  EXPECT_EQ(Read("a,b\n1,2\r3,4\r\n5,6"), "[a|b|][1|2|][3|4|][5|6|]");
  EXPECT_EQ(Read("a"), "[a|]");
  EXPECT_EQ(Read("a,"), "[a||]");
  EXPECT_EQ(Read("a,b\n1,\"\""), "[a|b|][1|\"\"|]");
}

TEST(CsvReaderTest, SkipsMarkCommentsAndEmptyLines) {
  EXPECT_EQ(Read("\xEF\xBB\xBF# source, \"2025\na,b\n\n#\n\r\n1,#2\n\"#3\",4\n#end"),
            "[a|b|][1|#2|][\"#3\"|4|]");
}

TEST(CsvReaderTest, LocatesCellsInCodePoints) {
  EXPECT_EQ(Read("研发,b\n\"x\ny\",é,\n", true),
            "ZD1042 a.csv:2:1: this row has 3 cells, the header has 2; put a cell that holds a comma in "
            "quotes, or delete "
            "the extra cells\n");
  EXPECT_EQ(Read("研发,b,c\n\"x\ny\",é,\n", true), "[1:1 研发|1:4 b|1:6 c|][2:1 \"x\\ny\"|3:4 é|3:6 |]");
}

struct Refusal {
  std::string_view input;
  std::string_view expected;
};

const Refusal kRefusals[] = {
    {"", "ZD1002 a.csv: the file is empty; write it, or delete it"},
    {"# a\n\n", "ZD1002 a.csv: the file holds only comments; write it, or delete it"},
    {std::string_view("a\0", 2), "ZD1004 a.csv: the file is UTF-16; save it as UTF-8"},
    {std::string_view("ab\n\0", 4),
     "ZD1003 a.csv:2:1: the file holds a NUL byte; delete it; is this a text file?"},
    {"a\n\xB4\xFA\xC2\xEB\n",
     "ZD1005 a.csv:2:1: this byte is not UTF-8; if the file is GB18030 or GBK, convert it: "
     "iconv -f GB18030 -t UTF-8"},
    {"a,b\n1,\"x\n",
     "ZD1040 a.csv:2:3: the quote opened here is never closed; close it; a quote inside a cell is "
     "written twice"},
    {"a,b\n1,x\"y\n",
     "ZD1041 a.csv:2:4: a quote stands inside a cell that is not in quotes; put the whole cell in "
     "quotes and double the quote inside: \"a \"\"b\"\" c\""},
    {"a,b\n1,\"x\" y\n",
     "ZD1041 a.csv:2:6: text stands behind the closing quote; put the whole cell in quotes; a quote "
     "inside a cell is written twice"},
    {"a,b\n1\n1,2\n1,2,3\n",
     "ZD1042 a.csv:2:1: this row has 1 cell, the header has 2; add the missing commas\n"
     "ZD1042 a.csv:4:1: this row has 3 cells, the header has 2; put a cell that holds a comma in "
     "quotes, or delete the extra cells"},
};

TEST(CsvReaderTest, RefusesEachMistakeWithItsOwnMessage) {
  for (const Refusal& refusal : kRefusals) {
    EXPECT_EQ(Read(refusal.input), std::string(refusal.expected) + "\n") << JsonQuote(refusal.input);
  }
}

TEST(CsvReaderTest, BoundsBytesColumnsAndMistakes) {
  EXPECT_EQ(Read(std::string(20 << 20, ',')),
            "ZD1001 a.csv: the file has 20971520 bytes, more than kPackFileBytesMax = 8388608; split it into "
            "several "
            "files\n");
  EXPECT_EQ(Read(std::string(kCsvColumnsMax - 1, ',')), "[" + std::string(kCsvColumnsMax, '|') + "]");
  EXPECT_EQ(Read(std::string(kCsvColumnsMax, ',')),
            "ZD1043 a.csv:1:4096: this row has more columns than kCsvColumnsMax = 4096; split the table\n");
  std::string ragged = "a,b\n";
  for (int i = 0; i < 5000; ++i) ragged += "1\n";
  Diagnostics diagnostics;
  EXPECT_EQ(ReadCsv(ragged, "a.csv", diagnostics), nullptr);
  ASSERT_EQ(diagnostics.all().size(), kFileMistakesMax + 1);
  EXPECT_EQ(diagnostics.all().back().code, "ZD1009");
}

std::string Csv(const CsvTable& table) {
  std::string out;
  for (size_t row = 0; row < table.row_count(); ++row) {
    bool first = true;
    for (const CsvCell& cell : table.Row(row)) {
      out += first ? "\"" : ",\"";
      for (const char c : cell.text) out += c == '"' ? "\"\"" : std::string(1, c);
      out += "\"";
      first = false;
    }
    out += "\n";
  }
  return out;
}

// Any input gives a table or findings; a table written anew reads back the same.
TEST(CsvReaderTest, SurvivesMutations) {
  std::mt19937_64 random(PrintedSeed());
  constexpr std::string_view kSample =
      "# c\ncode,name,when\r\n1,\"研发, \"\"x\"\"\",2025-01-01\n\n2,\"a\nb\",\n3,,\"\"\n";
  constexpr std::string_view kPieces[] = {",", "\"", "\n", "\r", "\r\n", "#", "\"\"", " ", "é", "\xFF"};
  int tables = 0;
  for (int i = 0; i < Rounds(20'000); ++i) {
    std::string text(kSample);
    for (uint64_t count = 1 + random() % 3; count > 0; --count) {
      const size_t at = random() % (text.size() + 1);
      switch (random() % 3) {
        case 0:
          text.insert(at, kPieces[random() % std::size(kPieces)]);
          break;
        case 1:
          text.erase(at, 1 + random() % 3);
          break;
        default:
          text.insert(at, text.substr(random() % (text.size() + 1), random() % 10));
      }
    }
    Diagnostics diagnostics;
    const auto table = ReadCsv(text, "a.csv", diagnostics);
    ASSERT_EQ(table != nullptr, diagnostics.ok()) << JsonQuote(text);
    if (table == nullptr) continue;
    ++tables;
    const std::string again = Csv(*table);
    const auto second = ReadCsv(again, "a.csv", diagnostics);
    ASSERT_NE(second, nullptr) << JsonQuote(text) << "\n" << JsonQuote(again);
    ASSERT_EQ(Csv(*second), again) << JsonQuote(text);
  }
  EXPECT_GT(tables, 1000) << "the mutations are too wild to test anything but refusals";
}

}  // namespace
}  // namespace zhida::pack

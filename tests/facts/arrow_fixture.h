// What the tests of the Arrow reader share: a table in, texts of cells and rejects out.
#ifndef ZHIDA_TESTS_FACTS_ARROW_FIXTURE_H_
#define ZHIDA_TESTS_FACTS_ARROW_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/facts/arrow_reader.h"
#include "engine/facts/fault.h"
#include "tests/facts/arrow_builder.h"
#include "tests/facts/test_pack.h"

namespace zhida::facts {

using namespace arrow_test;  // NOLINT: these tests are about nothing else
using Strings = std::vector<std::string>;

inline constexpr char kMissing[] = "unknown(missing)";

// Expects only a part of a text. Plain code instead of matchers, which take the compiler a minute here.
inline std::string Has(const std::string& part) { return "~" + part; }

inline testing::AssertionResult Agree(const Strings& found, const Strings& expected) {
  if (found.size() != expected.size()) {
    return testing::AssertionFailure()
           << found.size() << " rows where " << expected.size() << " are expected";
  }
  for (size_t i = 0; i < found.size(); ++i) {
    const bool part = expected[i].starts_with('~');
    if (part ? found[i].find(expected[i].substr(1)) != std::string::npos : found[i] == expected[i]) continue;
    return testing::AssertionFailure() << "row " << i << ": " << found[i] << "\n expected: " << expected[i];
  }
  return testing::AssertionSuccess();
}

struct ArrowResult {
  explicit ArrowResult(const pack::Pack& pack) : block(pack.schema) {}
  FactBlock block;
  std::vector<Reject> rejects;
  ReadCounts counts;
  std::string error;
};

class ArrowReaderTest : public testing::Test {
 protected:
  // Subjects f0, f1, ...
  static Array Subjects(int64_t rows) {
    Maybe<std::string> names;
    for (int64_t i = 0; i < rows; ++i) names.push_back("f" + std::to_string(i));
    return Texts("u", "uscc", names);
  }

  // Reads the batches in slices of `rows_max` rows. The reader and its stream are gone when this returns.
  void Read(std::vector<Array> batches, ArrowResult* result, int64_t rows_max = 3,
            std::optional<size_t> fails_at = {}) {
    ArrowArrayStream stream;
    ExportStream(std::move(batches), &stream, fails_at);
    Diagnostics diagnostics;
    const auto reader = ArrowReader::Open(pack_, rules_, &stream, &diagnostics);
    EXPECT_EQ(stream.release, nullptr);
    ASSERT_NE(reader, nullptr) << diagnostics.Text();
    ArrowSlice slice;
    while (reader->Next(rows_max, &slice)) {
      EXPECT_GT(slice.length, 0);
      EXPECT_LE(slice.length, rows_max);
      reader->Convert(slice, &result->block, &result->rejects, &result->counts);
    }
    result->error = reader->error();
    result->block.Finish();
    EXPECT_EQ(result->counts.rows_read,
              static_cast<int64_t>(result->block.row_count()) + result->counts.rows_rejected);
  }
  ArrowResult Read(std::vector<Array> batches) {
    ArrowResult result(pack_);
    Read(std::move(batches), &result);
    return result;
  }

  // What one fact reads as in each row, or `field | code | reason` where the row is rejected.
  Strings Cells(const std::string& fact, const ArrowResult& result) {
    Strings cells(static_cast<size_t>(result.counts.rows_read));
    for (size_t row = 0; row < result.block.row_count(); ++row) {
      cells[static_cast<size_t>(result.block.input_row(row))] = CellText(result.block, fact, row);
    }
    for (const Reject& reject : result.rejects) {
      EXPECT_EQ(reject.line, 0);
      cells[static_cast<size_t>(reject.row)] = reject.field + " | " + reject.code + " | " + reject.reason;
    }
    return cells;
  }
  Strings Cells(Array column) {
    const std::string fact = column.name.substr(0, column.name.find('@'));
    const int64_t rows = column.length;
    return Cells(fact, Read({Table({Subjects(rows), std::move(column)})}));
  }

  // What Open() says to a table of these columns.
  std::string Refusal(std::vector<Array> columns) {
    ArrowArrayStream stream;
    ExportStream({Table(std::move(columns))}, &stream);
    Diagnostics diagnostics;
    const auto reader = ArrowReader::Open(pack_, rules_, &stream, &diagnostics);
    EXPECT_EQ(reader == nullptr, !diagnostics.ok());
    EXPECT_EQ(stream.release, nullptr);
    return diagnostics.Text();
  }
  static Array OfFormat(const std::string& format, const std::string& name) {
    Array column;
    column.format = format;
    column.name = name;
    return column;
  }

  pack::Pack pack_ = MakeTestPack();
  DateRules rules_ = RulesAsOf("2026-06-30");
};

// Items of the test pack's `hires`, with a member that nobody asks for.
inline Array Hires(std::string name, Array dates, Array categories) {
  const int64_t length = dates.length;
  return Structs(
      std::move(name), Maybe<bool>(static_cast<size_t>(length), true),
      {std::move(dates), std::move(categories), Fixed<int8_t>("c", "unasked", Maybe<int8_t>(length, 1))});
}

}  // namespace zhida::facts

#endif  // ZHIDA_TESTS_FACTS_ARROW_FIXTURE_H_

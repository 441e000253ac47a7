// What the tests of the NDJSON reader share: lines in, texts of cells and rejects out.
#ifndef ZHIDA_TESTS_FACTS_NDJSON_FIXTURE_H_
#define ZHIDA_TESTS_FACTS_NDJSON_FIXTURE_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "engine/facts/fault.h"
#include "engine/facts/ndjson.h"
#include "tests/facts/test_pack.h"

namespace zhida::facts {

inline constexpr char kFirm[] = "91350500YYYY000127";

struct NdjsonResult {
  explicit NdjsonResult(const pack::Pack& pack) : block(pack.schema) {}
  FactBlock block;
  std::vector<Reject> rejects;
  ReadCounts counts;
};

class NdjsonTest : public testing::Test {
 protected:
  // Without anything readable behind the text but what the reader asks for, so that a sanitizer sees more.
  void Read(const std::string& text, NdjsonResult* result) {
    std::vector<char> padded(text.begin(), text.end());
    padded.resize(text.size() + 64, '}');  // the worst that can stand there
    NdjsonReader reader(pack_, rules_);
    reader.Read({padded.data(), text.size()}, 1, 0, &result->block, &result->rejects, &result->counts);
    result->block.Finish();
    EXPECT_EQ(result->counts.rows_read,
              static_cast<int64_t>(result->block.row_count()) + result->counts.rows_rejected);
    EXPECT_EQ(result->counts.rows_rejected, static_cast<int64_t>(result->rejects.size()));
  }
  NdjsonResult Read(const std::string& text) {
    NdjsonResult result(pack_);
    Read(text, &result);
    return result;
  }
  static std::string Row(const std::string& fields) {
    return "{\"uscc\":\"" + std::string(kFirm) + "\"" + (fields.empty() ? "" : "," + fields) + "}";
  }
  // How one fact reads in a row of these fields.
  std::string Cell(const std::string& fact, const std::string& fields) {
    const NdjsonResult result = Read(Row(fields) + "\n");
    if (!result.rejects.empty()) return "rejected: " + result.rejects[0].reason;
    return CellText(result.block, fact, 0);
  }
  // field | code | reason of the one row.
  std::string Rejection(const std::string& line) {
    const NdjsonResult result = Read(line + "\n");
    if (result.rejects.size() != 1) return "not rejected";
    const Reject& reject = result.rejects[0];
    EXPECT_EQ(reject.line, 1);
    EXPECT_EQ(reject.row, 0);
    EXPECT_EQ(result.block.row_count(), 0u);
    return reject.field + " | " + reject.code + " | " + reject.reason;
  }

  pack::Pack pack_ = MakeTestPack();
  DateRules rules_ = RulesAsOf("2026-06-30");
};

}  // namespace zhida::facts

#endif  // ZHIDA_TESTS_FACTS_NDJSON_FIXTURE_H_

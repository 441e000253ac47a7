// Groups of a coded file: what is written is what is read, and what was not written so is refused.

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "tests/facts/coded_case.h"
#include "tests/facts/column_checks.h"
#include "tests/facts/test_pack.h"

namespace zhida::facts {
namespace {

constexpr char kKey[] = "{\"uscc\":\"91350500YYYY000127\"";

std::string Lines(const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& row : fields) text += kKey + (row.empty() ? "" : "," + row) + "}\n";
  return text;
}

const std::vector<std::string>& AllKinds() {
  static const std::vector<std::string> rows = {
      "",
      R"("listed":true,"staff":-9223372036854775807,"share":0.123456789012,"area":12.5)",
      R"("listed":false,"staff":9223372036854775807,"paid":-0.01)",
      R"("staff":123456789012345678901234567890,"paid":99999999999999999999.99)",
      R"("founded":"0001-01-01","filed_at":"2026-01-31T09:30:00.123456789+08:00")",
      R"("founded":"9999-12-31","filed_at":"1969-12-31T23:59:59")",
      R"("industry":"C2661","grade":"A","landlord":null)",
      R"("industry":"C26","grade":"D","landlord":"张三")",
      R"("titles":[],"figures":[1,null,12345678901234567890123456])",
      R"("titles":["a","","a",null],"rnd":{"2024":1.5,"2020":-3},"power":{"2024-01":7})",
      R"("rnd":{},"hires":[{"date":"2024-02-29","category":null,"pay":1},{},null,{"category":"B"}])",
      R"("hires":[],"revenue":5,"revenue@state":"committed","revenue@date":"2026-01-01")",
      R"("revenue":6,"@date":"2020-01-01")",
      R"("revenue":7,"revenue@state":"stale")",
      R"("revenue@state":"conflict","staff":1,"staff@state":"committed")",
      R"("landlord@state":"absent","grade@state":"missing","grade":"no grade")",
      R"("staff":"no number")",
      R"("staff":1,"titles":["kept"],"staff":2)",
      R"("titles":["after a bad row"],"founded@date":"2030-01-01","founded":"2001-01-01")",
  };
  return rows;
}

std::string CountsText(const ReadCounts& counts) {
  return std::to_string(counts.rows_read) + " " + std::to_string(counts.rows_rejected) + " " +
         std::to_string(counts.undated) + " " + std::to_string(counts.bad_check_digits) + " " +
         std::to_string(counts.refused_commitments);
}

std::vector<DateRules> ManyRules() {
  std::vector<DateRules> rules(4, RulesAsOf("2026-06-30"));
  rules[1].facts_date = Day("2020-06-30");
  rules[2].known_on = Day("2021-01-01");
  rules[3].undated_is_stale = true;
  rules.push_back(RulesAsOf("2027-06-30"));
  return rules;
}

TEST(CodedGroup, ReadsWhatWasWrittenUnderAnyRules) {
  const pack::Pack pack = MakeTestPack();
  std::string text = Lines(AllKinds());
  const size_t size = text.size();
  text.append(64, ' ');
  for (const DateRules& rules : ManyRules()) {
    FactBlock wanted(pack.schema);
    std::vector<Reject> rejects;
    ReadCounts wanted_counts;
    NdjsonReader(pack, rules).Read({text.data(), size}, 1, 0, &wanted, &rejects, &wanted_counts);
    wanted.Finish();
    std::string refused;
    for (const Reject& reject : rejects) refused += reject.field + " " + reject.reason + "\n";
    ASSERT_EQ(wanted_counts.rows_rejected, 2) << refused;

    CodedCase coded(pack, rules);
    // Written on another day: what was said does not hang on it.
    coded.WriteLines({text.data(), size}, RulesAsOf("2000-01-01"));
    FactBlock got(pack.schema);
    ReadCounts got_counts;
    ASSERT_TRUE(coded.Read(&got, &got_counts));
    EXPECT_EQ(BlockText(got), BlockText(wanted));
    EXPECT_EQ(CountsText(got_counts), CountsText(wanted_counts));
    EXPECT_EQ(got.irregular_rows(), wanted.irregular_rows());
    EXPECT_EQ(got.any_committed(), wanted.any_committed());
    for (size_t row = 0; row < got.row_count(); ++row) EXPECT_EQ(got.input_row(row), wanted.input_row(row));
    ExpectSound(got);

    // The same, each column when it is asked for.
    const std::shared_ptr<GroupSource> source = coded.Open();
    FactBlock later(pack.schema);
    later.FillLater(source, source->head().input_rows, source->head().irregular_rows, {});
    EXPECT_EQ(BlockText(later), BlockText(wanted));
    EXPECT_TRUE(source->ok());
  }
}

TEST(CodedGroup, OneColumnUnknownEverywhereTakesNoRoom) {
  const pack::Pack pack = MakeTestPack();
  const DateRules rules = RulesAsOf("2026-06-30");
  std::string text = Lines({"", "", ""});
  const size_t size = text.size();
  text.append(64, ' ');
  CodedCase coded(pack, rules);
  coded.WriteLines({text.data(), size}, rules);
  const std::shared_ptr<GroupSource> source = coded.Open();
  ASSERT_TRUE(source);
  for (size_t fact = 1; fact < pack.schema.facts.size(); ++fact)
    EXPECT_EQ(source->head().facts[fact].size, 0u);
  FactBlock block(pack.schema);
  ReadCounts counts;
  ASSERT_TRUE(coded.Read(&block, &counts));
  EXPECT_EQ(CellText(block, "staff", 2), "unknown(missing)");
}

// Whatever the bytes: they are refused, or they make a block that keeps the promises of column.h. Checksums
// would find nearly all of these, so each is mended first, as a hostile hand would.
TEST(CodedGroup, ChangedBytesMakeASoundBlockOrNone) {
  const char* const set = std::getenv("ZHIDA_SEED");
  const unsigned seed = set == nullptr ? 99u : static_cast<unsigned>(std::strtoul(set, nullptr, 10));
  SCOPED_TRACE("ZHIDA_SEED=" + std::to_string(seed));
  const char* const size_wanted = std::getenv("ZHIDA_TEST_SIZE");
  const int rounds = size_wanted != nullptr && std::string(size_wanted) == "full" ? 400'000 : 20'000;
  std::mt19937 random(seed);
  const pack::Pack pack = MakeTestPack();
  std::string text = Lines(AllKinds());
  const size_t size = text.size();
  text.append(64, ' ');
  const DateRules rules = RulesAsOf("2026-06-30");
  CodedCase coded(pack, rules);
  coded.WriteLines({text.data(), size}, rules);
  const std::string good = coded.bytes();
  int refused = 0;
  int read = 0;
  for (int round = 0; round < rounds; ++round) {
    // Room that a sanitizer watches: exactly these bytes.
    coded.bytes() = std::string(good);
    for (unsigned changes = 1 + random() % 3; changes > 0; --changes) {
      char& byte = coded.bytes()[random() % good.size()];
      switch (random() % 4) {
        case 0:
          byte = static_cast<char>(byte ^ (1 << (random() % 8)));
          break;
        case 1:
          byte = static_cast<char>(random());
          break;
        case 2:
          byte = '\xFF';
          break;
        default:
          byte = 0;
          break;
      }
    }
    if (random() % 8 == 0) coded.bytes().resize(random() % good.size());
    if (coded.bytes().size() < 8) continue;
    coded.MendChecksums();
    FactBlock block(pack.schema);
    ReadCounts counts;
    if (!coded.Read(&block, &counts)) {
      ++refused;
      continue;
    }
    ++read;
    ExpectSound(block);
    const std::string all = BlockText(block);
    EXPECT_FALSE(all.empty() && block.row_count() > 0);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(refused, rounds / 10);
  EXPECT_GT(read, rounds / 10);
}

}  // namespace
}  // namespace zhida::facts

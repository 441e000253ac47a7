// Columns read in one go give what reading them cell by cell gives: blocks, rejects and counts.
//
// The same batch is read twice, the second time with an empty F@state beside each fact, which keeps a column
// from being read in one go. Values lie about every bound, nulls stand over rubbish, and slices begin within
// bytes of the validity. ZHIDA_SEED sets the seed.
#include <cstdlib>
#include <limits>
#include <random>

#include "tests/facts/arrow_fixture.h"
#include "tests/facts/column_checks.h"

namespace zhida::facts {
namespace {

constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();
constexpr int64_t kStoredEnd = 1'000'000'000'000'000'000;

class Columns {
 public:
  explicit Columns(unsigned seed) : random_(seed) {}

  // The formats hang on the first batch's draws, and the values on all.
  Array Batch(unsigned formats, size_t rows, bool with_states) {
    std::mt19937 format(formats);
    std::vector<Array> columns;
    const auto add = [&](Array array) {
      if (with_states) columns.push_back(Nulls(array.name + "@state", static_cast<int64_t>(rows)));
      columns.push_back(std::move(array));
    };
    add(TextsOf(format(), "uscc", Keys(rows)));
    add(Rubbish(Bools("listed", Draw<bool>(rows, [&] { return Below(2) == 0; }))));
    add(Numbers(format(), "staff", rows));
    add(Numbers(format(), "area", rows));
    add(Numbers(format(), "revenue", rows));
    add(Numbers(format(), "paid", rows));
    add(Rubbish(
        Fixed("tdD", "founded", Draw<int32_t>(rows, [&] { return static_cast<int32_t>(random_()); }))));
    add(TextsOf(format(), "industry", Draw<std::string>(rows, [&] { return Code(); })));
    add(TextsOf(format(), "grade", Draw<std::string>(rows, [&] { return Grade(); })));
    add(TextsOf(format(), "landlord", Draw<std::string>(rows, [&] { return Text(); })));
    const Maybe<int> titles = Sizes(rows);
    add(Lists(format() % 2 == 0 ? "+l" : "+L", "titles", titles,
              TextsOf(format(), "item", Draw<std::string>(Sum(titles), [&] { return Text(); }))));
    const Maybe<int> figures = Sizes(rows);
    add(Lists("+l", "figures", figures, Numbers(format(), "item", Sum(figures))));
    return Table(std::move(columns));
  }

  unsigned Below(unsigned n) { return static_cast<unsigned>(random_() % n); }

 private:
  template <class T, class F>
  Maybe<T> Draw(size_t count, F&& value) {
    const unsigned nulls = Below(3) * 30;  // in a hundred
    Maybe<T> values;
    for (size_t i = 0; i < count; ++i) {
      values.push_back(Below(100) < nulls ? std::nullopt : std::optional<T>(value()));
    }
    return values;
  }
  // Nobody says what lies in the place of a null.
  Array Rubbish(Array array) {
    if (!array.buffers[0]) return array;
    for (size_t i = 0; i < static_cast<size_t>(array.length); ++i) {
      if (((*array.buffers[0])[i / 8] >> i % 8 & 1) != 0) continue;
      std::vector<char>& data = *array.buffers[1];
      const size_t width = array.format == "b" ? 0 : data.size() / static_cast<size_t>(array.length);
      for (size_t b = 0; b < width; ++b) data[i * width + b] = static_cast<char>(random_());
      if (width == 0) data[i / 8] = static_cast<char>(data[i / 8] | 1 << i % 8);
    }
    return array;
  }
  Maybe<std::string> Keys(size_t rows) {
    Maybe<std::string> keys;
    for (size_t i = 0; i < rows; ++i) keys.emplace_back(Below(60) == 0 ? "" : "91350500YYYY000127");
    return keys;
  }
  // Mostly good, since a fault sends the whole stretch the other way.
  std::string Code() {
    const char* const codes[] = {"A", "C", "C26", "C2611", "I65", "I6520"};
    return Below(400) == 0 ? "Z" : codes[Below(6)];
  }
  std::string Grade() { return Below(400) == 0 ? "E" : std::string(1, "ABMCD"[Below(5)]); }
  std::string Text() {
    if (Below(400) == 0) return "\xE5\xBC";  // half a character, and beside another half it may look whole
    if (Below(400) == 0) return "\xA0";
    const char* const texts[] = {"", "张三", "x", "a name of some length", "é"};
    return texts[Below(5)];
  }
  Maybe<int> Sizes(size_t rows) {
    return Draw<int>(rows, [&] { return static_cast<int>(Below(4)); });
  }
  static size_t Sum(const Maybe<int>& sizes) {
    size_t sum = 0;
    for (const std::optional<int>& size : sizes) sum += static_cast<size_t>(size.value_or(0));
    return sum;
  }
  int64_t Whole() {
    const int64_t odd[] = {kStoredEnd - 1,
                           kStoredEnd,
                           -kStoredEnd,
                           1 - kStoredEnd,
                           kInt64Max,
                           -kInt64Max - 1,
                           kStoredEnd / 1'000'000,
                           -kStoredEnd / 1'000'000};
    if (Below(300) == 0) return odd[Below(8)];
    return static_cast<int64_t>(random_() - random_());  // wraps round, without a sign
  }
  template <class T>
  Array Narrow(const char* format, const std::string& name, size_t rows) {
    return Rubbish(Fixed(format, name, Draw<T>(rows, [&] { return static_cast<T>(Whole()); })));
  }
  Array Numbers(unsigned format, const std::string& name, size_t rows) {
    switch (format % 12) {
      case 0:
        return Narrow<int8_t>("c", name, rows);
      case 1:
        return Narrow<uint8_t>("C", name, rows);
      case 2:
        return Narrow<int16_t>("s", name, rows);
      case 3:
        return Narrow<uint16_t>("S", name, rows);
      case 4:
        return Narrow<int32_t>("i", name, rows);
      case 5:
        return Narrow<uint32_t>("I", name, rows);
      case 6:
        return Narrow<int64_t>("l", name, rows);
      case 7:
        return Narrow<uint64_t>("L", name, rows);
      default:
        break;
    }
    const int scale = static_cast<int>(format / 12 % 8);
    const auto draw = [&] {
      const int128_t unit = PowerOfTen(Below(3) == 0 ? scale : 0);
      return Below(300) == 0 ? int128_t{kInt64Max} * 2 + 1 + Whole() : Whole() % 1'000'000 * unit;
    };
    return Rubbish(Fixed("d:38," + std::to_string(scale), name, Draw<int128_t>(rows, draw)));
  }
  template <class Index>
  Array DictionaryOf(const char* index, Array values, const Maybe<std::string>& texts) {
    Maybe<Index> places;
    for (size_t i = 0; i < texts.size(); ++i) {
      places.push_back(texts[i] ? std::optional<Index>(static_cast<Index>(i % 100)) : std::nullopt);
    }
    return Dictionary(index, places, std::move(values));
  }
  Array TextsOf(unsigned format, const std::string& name, const Maybe<std::string>& texts) {
    const char* const formats[] = {"u", "U", "vu"};
    Array values = Texts(formats[format / 8 % 3], name, texts);
    if (texts.empty()) return values;
    switch (format % 8) {
      case 0:
        return DictionaryOf<int8_t>("c", std::move(values), texts);
      case 1:
        return DictionaryOf<uint8_t>("C", std::move(values), texts);
      case 2:
        return DictionaryOf<int16_t>("s", std::move(values), texts);
      case 3:
        return DictionaryOf<int32_t>("i", std::move(values), texts);
      case 4:
        return DictionaryOf<uint32_t>("I", std::move(values), texts);
      default:
        return values;
    }
  }

  std::mt19937_64 random_;
};

struct Result {
  explicit Result(const pack::Pack& pack) : block(pack.schema) {}
  FactBlock block;
  std::vector<Reject> rejects;
  ReadCounts counts;

  std::string Text() const {
    std::string text = BlockText(block);
    for (const Reject& reject : rejects) {
      text +=
          std::to_string(reject.row) + " " + reject.field + " " + reject.code + " " + reject.reason + "\n";
    }
    return text + std::to_string(counts.rows_read) + " " + std::to_string(counts.rows_rejected) + " " +
           std::to_string(counts.undated) + " " + std::to_string(counts.bad_check_digits);
  }
};

void Read(const pack::Pack& pack, const DateRules& rules, Array batch, int64_t rows_max, Result* result) {
  ArrowArrayStream stream;
  std::vector<Array> batches;
  batches.push_back(std::move(batch));
  ExportStream(std::move(batches), &stream);
  Diagnostics diagnostics;
  const auto reader = ArrowReader::Open(pack, rules, &stream, &diagnostics);
  ASSERT_NE(reader, nullptr) << diagnostics.Text();
  ArrowSlice slice;
  while (reader->Next(rows_max, &slice))
    reader->Convert(slice, &result->block, &result->rejects, &result->counts);
  ASSERT_EQ(reader->error(), "");
  result->block.Finish();
  ExpectSound(result->block);
}

TEST(PlainColumnsTest, ReadInOneGoOrCellByCell) {
  const char* const set = std::getenv("ZHIDA_SEED");
  const unsigned seed = set == nullptr ? 20'261'129u : static_cast<unsigned>(std::strtoul(set, nullptr, 10));
  SCOPED_TRACE("ZHIDA_SEED=" + std::to_string(seed));
  const pack::Pack pack = MakeTestPack();
  int64_t kept = 0;
  int64_t rejected = 0;
  std::mt19937 rounds(seed);
  for (int round = 0; round < 300; ++round) {
    DateRules rules = RulesAsOf("2026-06-30");
    rules.undated_is_stale = round % 5 == 0;
    const unsigned round_seed = static_cast<unsigned>(rounds());
    const size_t rows = 1 + rounds() % 100;
    const int64_t rows_max = 1 + static_cast<int64_t>(rounds() % 100);
    const int64_t offset = static_cast<int64_t>(rounds() % rows);
    const auto batch = [&](bool with_states) {
      Array table = Columns(round_seed).Batch(static_cast<unsigned>(round), rows, with_states);
      return Slice(std::move(table), offset, static_cast<int64_t>(rows) - offset);
    };
    Result plain(pack);
    Result cells(pack);
    ASSERT_NO_FATAL_FAILURE(Read(pack, rules, batch(false), rows_max, &plain));
    ASSERT_NO_FATAL_FAILURE(Read(pack, rules, batch(true), rows_max, &cells));
    ASSERT_EQ(plain.Text(), cells.Text()) << "round " << round;
    ASSERT_EQ(plain.block.irregular_rows(), cells.block.irregular_rows()) << "round " << round;
    for (size_t fact = 0; fact < pack.schema.facts.size(); ++fact) {
      const Column& a = plain.block.column(static_cast<int>(fact));
      const Column& b = cells.block.column(static_cast<int>(fact));
      ASSERT_EQ(a.state, b.state) << pack.schema.facts[fact].id << ", round " << round;
      ASSERT_EQ(a.integers, b.integers) << pack.schema.facts[fact].id << ", round " << round;
      ASSERT_EQ(a.texts, b.texts) << pack.schema.facts[fact].id << ", round " << round;
    }
    kept += plain.counts.rows_read - plain.counts.rows_rejected;
    rejected += plain.counts.rows_rejected;
  }
  EXPECT_GT(kept, 1'000);
  EXPECT_GT(rejected, 100);
}

// An entry that no row has is nobody's fault.
TEST(PlainColumnsTest, ABadEntryOfADictionaryMattersWhereItIsUsed) {
  const pack::Pack pack = MakeTestPack();
  const Maybe<std::string> keys = {"甲", "乙", "丙"};
  const Maybe<std::string> grades = {"A", "E", "B"};
  for (const int used : {0, 1}) {
    std::vector<Array> columns;
    columns.push_back(Texts("u", "uscc", keys));
    columns.push_back(
        Dictionary("c", Maybe<int8_t>{0, static_cast<int8_t>(used), 2}, Texts("u", "grade", grades)));
    Result result(pack);
    ASSERT_NO_FATAL_FAILURE(Read(pack, RulesAsOf("2026-06-30"), Table(std::move(columns)), 8'192, &result));
    EXPECT_EQ(result.counts.rows_rejected, used);
    ASSERT_EQ(result.block.row_count(), static_cast<size_t>(3 - used));
    EXPECT_EQ(CellText(result.block, "grade", result.block.row_count() - 1), "\"B\"");
  }
}

}  // namespace
}  // namespace zhida::facts

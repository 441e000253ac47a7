// The same random rows through NDJSON and through Arrow give equal blocks, rejects and counts.
//
// Rows hold good and bad values of every kind, marks and dates. Each batch draws the physical type of each
// column anew. ZHIDA_SEED sets the seed.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/facts/arrow_reader.h"
#include "engine/facts/ndjson.h"
#include "tests/facts/arrow_builder.h"
#include "tests/facts/coded_case.h"
#include "tests/facts/column_checks.h"
#include "tests/facts/test_pack.h"

namespace zhida::facts {
namespace {

using namespace arrow_test;  // NOLINT: the whole test is about these

unsigned Seed() {
  const char* const set = std::getenv("ZHIDA_SEED");
  return set == nullptr ? 4'711u : static_cast<unsigned>(std::strtoul(set, nullptr, 10));
}

// A number as tenths of millionths, which every way of writing it can hold.
constexpr int kScale = 7;

struct Hire {
  std::optional<int32_t> date;
  std::optional<std::string> category;
};

struct RandomRow {
  std::optional<std::string> uscc;
  std::optional<bool> listed;
  std::optional<int64_t> staff;
  std::optional<int64_t> revenue;  // scaled by kScale
  std::optional<std::string> revenue_state;
  std::optional<std::string> revenue_date;
  std::optional<int32_t> founded;
  std::optional<std::string> grade;
  std::optional<std::string> landlord;
  std::optional<std::string> landlord_state;
  std::optional<std::vector<std::optional<std::string>>> titles;
  std::optional<std::vector<std::pair<int, std::optional<int64_t>>>> rnd;
  std::optional<std::vector<Hire>> hires;
  std::optional<int32_t> row_date;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  unsigned Below(unsigned n) { return random_() % n; }
  bool Chance(unsigned percent) { return Below(100) < percent; }
  template <class T>
  T OneOf(const std::vector<T>& items) {
    return items[Below(static_cast<unsigned>(items.size()))];
  }

  RandomRow Row() {
    RandomRow row;
    if (Chance(98)) row.uscc = OneOf<std::string>({"91350500YYYY000127", "91350100M0001TGQXM", "甲"});
    if (Chance(70)) row.listed = Chance(50);
    if (Chance(70)) row.staff = OneOf<int64_t>({0, 7, -3, 5'000, 900'000'000'000});
    if (Chance(80)) row.revenue = Money();
    if (Chance(30)) row.revenue_state = State();
    if (Chance(30))
      row.revenue_date = OneOf<std::string>({"2025-06-29", "2025-06-30", "2026-06-30", "2026-07-01", "soon"});
    if (Chance(60)) row.founded = static_cast<int32_t>(Below(25'000)) - 2'000;
    if (Chance(60)) row.grade = Grade();
    if (Chance(60)) row.landlord = OneOf<std::string>({"", "张三", "a name of some length", "\"quoted\\"});
    if (Chance(20)) row.landlord_state = State();
    if (Chance(60)) row.titles = Titles();
    if (Chance(60)) row.rnd = Series();
    if (Chance(60)) row.hires = Hires();
    if (Chance(20))
      row.row_date = static_cast<int32_t>(Day("2025-06-25").days) + static_cast<int32_t>(Below(380));
    return row;
  }

 private:
  int64_t Money() {
    if (Chance(3)) return 1;  // finer than a fen in 万元
    return OneOf<int64_t>({0, 12'300'000, -5'000, 10, 123'456'789'010}) * (Chance(50) ? 10 : 1);
  }
  std::string State() {
    return OneOf<std::string>(
        {"known", "committed", "absent", "missing", "stale", "conflict", "not_authorised", "no"});
  }
  std::string Grade() { return Chance(3) ? "E" : OneOf<std::string>({"A", "B", "C", "D", "M"}); }
  std::vector<std::optional<std::string>> Titles() {
    std::vector<std::optional<std::string>> titles;
    for (unsigned i = Below(4); i > 0; --i) {
      titles.push_back(Chance(20) ? std::nullopt : std::optional<std::string>(Grade()));
    }
    return titles;
  }
  std::vector<std::pair<int, std::optional<int64_t>>> Series() {
    std::vector<std::pair<int, std::optional<int64_t>>> entries;
    for (unsigned i = Below(4); i > 0; --i) {
      const std::optional<int64_t> value = Chance(20) ? std::nullopt : std::optional<int64_t>(Money());
      entries.emplace_back(2'020 + static_cast<int>(Below(10)), value);
    }
    return entries;
  }
  std::vector<Hire> Hires() {
    std::vector<Hire> hires(Below(3));
    for (Hire& hire : hires) {
      if (Chance(80)) hire.date = static_cast<int32_t>(Below(20'000));
      if (Chance(80)) hire.category = Grade();
    }
    return hires;
  }

  std::mt19937 random_;
};

std::string DateJson(int32_t days) { return "\"" + Date{days}.ToString() + "\""; }

std::string MoneyJson(int64_t scaled) { return Decimal::FromScaled(scaled, kScale)->ToString(); }

// Keys in the order of the schema, each fact's companions behind it, since the first fault of a row is the
// one told.
std::string JsonLine(const RandomRow& row) {
  std::string line;
  const auto add = [&line](const std::string& key, const std::string& json) {
    line += (line.empty() ? "{\"" : ",\"") + key + "\":" + json;
  };
  if (row.uscc) add("uscc", Value::String(*row.uscc).ToJson());
  if (row.listed) add("listed", *row.listed ? "true" : "false");
  if (row.staff) add("staff", std::to_string(*row.staff));
  if (row.revenue) add("revenue", MoneyJson(*row.revenue));
  if (row.revenue_state) add("revenue@state", "\"" + *row.revenue_state + "\"");
  if (row.revenue_date) add("revenue@date", "\"" + *row.revenue_date + "\"");
  if (row.founded) add("founded", DateJson(*row.founded));
  if (row.grade) add("grade", "\"" + *row.grade + "\"");
  if (row.landlord) add("landlord", Value::String(*row.landlord).ToJson());
  if (row.landlord_state) add("landlord@state", "\"" + *row.landlord_state + "\"");
  if (row.titles) {
    std::string items;
    for (const auto& title : *row.titles)
      items += (items.empty() ? "" : ",") + (title ? "\"" + *title + "\"" : "null");
    add("titles", "[" + items + "]");
  }
  if (row.rnd) {
    std::string entries;
    for (const auto& [year, value] : *row.rnd) {
      entries += (entries.empty() ? "\"" : ",\"") + std::to_string(year) +
                 "\":" + (value ? MoneyJson(*value) : "null");
    }
    add("rnd", "{" + entries + "}");
  }
  if (row.hires) {
    std::string items;
    for (const Hire& hire : *row.hires) {
      std::string members = hire.date ? "\"date\":" + DateJson(*hire.date) : "";
      // A null category would be known to be none, which an Arrow null does not say.
      if (hire.category)
        members += (members.empty() ? "" : ",") + ("\"category\":\"" + *hire.category + "\"");
      items += (items.empty() ? "{" : ",{") + members + "}";
    }
    add("hires", "[" + items + "]");
  }
  if (row.row_date) add("@date", DateJson(*row.row_date));
  return (line.empty() ? "{" : line) + "}";
}

// Columns of random physical types.
class TableBuilder {
 public:
  TableBuilder(const std::vector<RandomRow>& rows, Generator* generator)
      : rows_(rows), generator_(*generator) {}

  Array Build() {
    Array hires = Hires();
    return Table({TextColumn("uscc", &RandomRow::uscc), Bools("listed", Values(&RandomRow::listed)),
                  NumberColumn("staff", Values(&RandomRow::staff), 0),
                  NumberColumn("revenue", Values(&RandomRow::revenue), kScale),
                  TextColumn("revenue@state", &RandomRow::revenue_state),
                  TextColumn("营业收入@date", &RandomRow::revenue_date),
                  DateColumn("founded", Values(&RandomRow::founded)), TextColumn("grade", &RandomRow::grade),
                  TextColumn("landlord", &RandomRow::landlord),
                  TextColumn("landlord@state", &RandomRow::landlord_state), Titles(), Series(),
                  std::move(hires), DateColumn("@date", Values(&RandomRow::row_date))});
  }

 private:
  template <class T>
  Maybe<T> Values(std::optional<T> RandomRow::*field) const {
    Maybe<T> values;
    for (const RandomRow& row : rows_) values.push_back(row.*field);
    return values;
  }
  template <class T>
  static Maybe<int> Sizes(const Maybe<std::vector<T>>& lists) {
    Maybe<int> sizes;
    for (const auto& list : lists) sizes.push_back(list ? std::optional<int>(list->size()) : std::nullopt);
    return sizes;
  }

  Array TextColumn(const std::string& name, std::optional<std::string> RandomRow::*field) {
    return TextsOf(name, Values(field));
  }
  Array TextsOf(const std::string& name, const Maybe<std::string>& values) {
    const std::string format = generator_.OneOf<std::string>({"u", "U", "vu"});
    if (generator_.Chance(60)) return Texts(format, name, values);
    Maybe<int16_t> indices;
    for (size_t i = 0; i < values.size(); ++i) {
      indices.push_back(values[i] ? std::optional<int16_t>(static_cast<int16_t>(i)) : std::nullopt);
    }
    return Dictionary("s", indices, Texts(format, name, values));
  }
  Array NumberColumn(const std::string& name, const Maybe<int64_t>& values, int scale) {
    if (scale == 0 && generator_.Chance(40)) return Fixed("l", name, values);
    if (generator_.Chance(40)) {
      Maybe<double> floats;
      for (const auto& value : values) {
        floats.push_back(value ? std::optional<double>(std::strtod(
                                     Decimal::FromScaled(*value, scale)->ToString().c_str(), nullptr))
                               : std::nullopt);
      }
      return Fixed("g", name, floats);
    }
    Maybe<int128_t> decimals;
    for (const auto& value : values)
      decimals.push_back(value ? std::optional<int128_t>(*value) : std::nullopt);
    return Fixed("d:38," + std::to_string(scale), name, decimals);
  }
  Array DateColumn(const std::string& name, const Maybe<int32_t>& values) {
    constexpr int64_t kSecondsPerDay = 86'400;
    Maybe<int64_t> ticks;
    for (const auto& value : values)
      ticks.push_back(value ? std::optional<int64_t>(*value * kSecondsPerDay) : std::nullopt);
    switch (generator_.Below(4)) {
      case 0:
        return Fixed("tdD", name, values);
      case 1:
        for (auto& tick : ticks) tick = tick ? std::optional<int64_t>(*tick * 1'000) : std::nullopt;
        return Fixed("tdm", name, ticks);
      case 2:
        return Fixed("tss:", name, ticks);
      default: {
        Maybe<std::string> texts;
        for (const auto& value : values)
          texts.push_back(value ? std::optional(Date{*value}.ToString()) : std::nullopt);
        return TextsOf(name, texts);
      }
    }
  }
  std::string ListFormat() { return generator_.Chance(50) ? "+l" : "+L"; }

  Array Titles() {
    const auto lists = Values(&RandomRow::titles);
    Maybe<std::string> items;
    for (const auto& list : lists) {
      if (list) items.insert(items.end(), list->begin(), list->end());
    }
    return Lists(ListFormat(), "titles", Sizes(lists), TextsOf("item", items));
  }
  Array Series() {
    const auto lists = Values(&RandomRow::rnd);
    Maybe<std::string> texts;
    Maybe<int32_t> years;
    Maybe<int64_t> values;
    for (const auto& list : lists) {
      if (!list) continue;
      for (const auto& [year, value] : *list) {
        texts.push_back(std::to_string(year));
        years.push_back(year);
        values.push_back(value);
      }
    }
    Array periods = generator_.Chance(50) ? Fixed("i", "period", years) : TextsOf("period", texts);
    Array entries = Structs("item", Maybe<bool>(values.size(), true),
                            {std::move(periods), NumberColumn("value", values, kScale)});
    return Lists(ListFormat(), "rnd", Sizes(lists), std::move(entries));
  }
  Array Hires() {
    const auto lists = Values(&RandomRow::hires);
    Maybe<int32_t> dates;
    Maybe<std::string> categories;
    for (const auto& list : lists) {
      if (!list) continue;
      for (const Hire& hire : *list) {
        dates.push_back(hire.date);
        categories.push_back(hire.category);
      }
    }
    Array items = Structs("item", Maybe<bool>(dates.size(), true),
                          {DateColumn("date", dates), TextsOf("类别", categories)});
    // JSON leaves out a category that is not there; here it is null, and both are missing.
    return Lists(ListFormat(), "hires", Sizes(lists), std::move(items));
  }

  const std::vector<RandomRow>& rows_;
  Generator& generator_;
};

struct Result {
  explicit Result(const pack::Pack& pack) : block(pack.schema) {}
  FactBlock block;
  std::vector<Reject> rejects;
  ReadCounts counts;

  std::string Text() const {
    std::string text = BlockText(block);
    for (const Reject& reject : rejects) {
      // One input says revenue@date and the other 营业收入@date, which are the same.
      std::string field = reject.field == "营业收入@date" ? "revenue@date" : reject.field;
      text += std::to_string(reject.row) + " " + field + " " + reject.code + " " + reject.reason + "\n";
    }
    text += std::to_string(counts.rows_read) + " " + std::to_string(counts.rows_rejected) + " " +
            std::to_string(counts.undated) + " " + std::to_string(counts.bad_check_digits) + " " +
            std::to_string(counts.refused_commitments) + "\n";
    return text;
  }
};

// A block that kept what its rows said, through the bytes of a coded file.
void ExpectSameThroughFile(const pack::Pack& pack, const DateRules& rules, const Result& kept,
                           const Result& wanted) {
  CodedCase coded(pack, rules);
  coded.Write(kept.block, kept.counts);
  Result got(pack);
  ASSERT_TRUE(coded.Read(&got.block, &got.counts));
  got.rejects = wanted.rejects;  // they do not go through the group
  ASSERT_EQ(got.Text(), wanted.Text());
  ExpectSound(got.block);
}

TEST(DifferentialTest, NdjsonAndArrowReadTheSame) {
  const unsigned seed = Seed();
  SCOPED_TRACE("ZHIDA_SEED=" + std::to_string(seed));
  Generator generator(seed);
  const pack::Pack pack = MakeTestPack();
  for (int round = 0; round < 60; ++round) {
    DateRules rules = RulesAsOf("2026-06-30");
    if (generator.Chance(20)) rules.facts_date = Day("2025-06-29");
    if (generator.Chance(20)) rules.known_on = Day("2026-03-31");
    rules.undated_is_stale = generator.Chance(20);

    std::string text;
    std::vector<Array> batches;
    for (unsigned batch = 1 + generator.Below(3); batch > 0; --batch) {
      std::vector<RandomRow> rows(1 + generator.Below(40));
      for (RandomRow& row : rows) {
        row = generator.Row();
        text += JsonLine(row) + "\n";
      }
      // All batches of a stream have one schema.
      Generator same(static_cast<unsigned>(round));
      batches.push_back(TableBuilder(rows, &same).Build());
    }

    Result json(pack);
    const size_t size = text.size();
    text.resize(size + 64);
    NdjsonReader(pack, rules).Read({text.data(), size}, 1, 0, &json.block, &json.rejects, &json.counts);
    Result json_kept(pack);
    json_kept.block.KeepSaid();
    NdjsonReader(pack, rules)
        .Read({text.data(), size}, 1, 0, &json_kept.block, &json_kept.rejects, &json_kept.counts);

    Result arrow(pack);
    ArrowArrayStream stream;
    ExportStream(std::move(batches), &stream);
    Diagnostics diagnostics;
    const auto reader = ArrowReader::Open(pack, rules, &stream, &diagnostics);
    ASSERT_NE(reader, nullptr) << diagnostics.Text();
    ArrowSlice slice;
    const int64_t rows_max = 1 + generator.Below(20);
    Result arrow_kept(pack);
    arrow_kept.block.KeepSaid();
    while (reader->Next(rows_max, &slice)) {
      reader->Convert(slice, &arrow.block, &arrow.rejects, &arrow.counts);
      reader->Convert(slice, &arrow_kept.block, &arrow_kept.rejects, &arrow_kept.counts);
    }
    ASSERT_EQ(reader->error(), "");

    json.block.Finish();
    arrow.block.Finish();
    ASSERT_EQ(json.Text(), arrow.Text()) << "round " << round;
    ASSERT_EQ(json.block.irregular_rows(), arrow.block.irregular_rows());
    ExpectSound(json.block);
    ExpectSound(arrow.block);
    ExpectSameThroughFile(pack, rules, json_kept, json);
    ExpectSameThroughFile(pack, rules, arrow_kept, arrow);
    for (size_t fact = 0; fact < pack.schema.facts.size(); ++fact) {
      const Column& a = json.block.column(static_cast<int>(fact));
      const Column& b = arrow.block.column(static_cast<int>(fact));
      ASSERT_EQ(a.state, b.state) << pack.schema.facts[fact].id;
      ASSERT_EQ(a.integers, b.integers) << pack.schema.facts[fact].id;
      ASSERT_EQ(a.texts, b.texts) << pack.schema.facts[fact].id;
    }
  }
}

// Doubles beside numbers of few digits: what their shortest decimal says, exactly, however it is found.
TEST(DifferentialTest, DoublesAreReadByTheirShortestDecimal) {
  const unsigned seed = Seed();
  SCOPED_TRACE("ZHIDA_SEED=" + std::to_string(seed));
  std::mt19937_64 random(seed);
  const pack::Pack pack = MakeTestPack();
  for (const std::string fact : {"area", "revenue", "staff"}) {
    const pack::FactType& type = *pack.schema.facts[static_cast<size_t>(pack.schema.Find(fact))].type;
    const int scale = type.kind == FactKind::kMoney ? type.unit.fen_power : type.scale;
    Maybe<double> values;
    Maybe<std::string> names;
    for (int i = 0; i < 100'000; ++i) {
      const auto mantissa = static_cast<int64_t>(random() >> (random() % 60)) * (random() % 2 == 0 ? 1 : -1);
      const int digits = static_cast<int>(random() % static_cast<unsigned>(scale + 2));
      double value = std::strtod(Decimal::FromScaled(mantissa, digits)->ToString().c_str(), nullptr);
      const unsigned neighbour = random() % 4;
      if (neighbour == 1) value = std::nextafter(value, 1e300);
      if (neighbour == 2) value = std::nextafter(value, -1e300);
      values.push_back(value);
      names.push_back("f");
    }
    std::vector<Array> batches;
    batches.push_back(Table({Texts("u", "uscc", names), Fixed("g", fact, values)}));
    ArrowArrayStream stream;
    ExportStream(std::move(batches), &stream);
    Diagnostics diagnostics;
    const auto reader = ArrowReader::Open(pack, RulesAsOf("2026-06-30"), &stream, &diagnostics);
    ASSERT_NE(reader, nullptr) << diagnostics.Text();
    FactBlock block(pack.schema);
    std::vector<Reject> rejects;
    ReadCounts counts;
    ArrowSlice slice;
    while (reader->Next(8'192, &slice)) reader->Convert(slice, &block, &rejects, &counts);
    block.Finish();
    const Column& column = block.column(pack.schema.Find(fact));
    size_t row = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      const Decimal shortest = *Decimal::FromDouble(*values[i]);
      const bool accepted = row < block.row_count() && block.input_row(row) == static_cast<int64_t>(i);
      ASSERT_EQ(accepted, shortest.scale() <= scale) << shortest.ToString();
      if (!accepted) continue;
      const Decimal* const wide = WideAt(column, row);
      const Decimal got =
          wide != nullptr ? *wide : *Decimal::FromScaled(column.integers[row], StoredScale(type));
      const int128_t stored = *shortest.ToScaled(scale);
      ASSERT_EQ(got, *Decimal::FromScaled(stored, StoredScale(type))) << shortest.ToString();
      ++row;
    }
    EXPECT_EQ(row, block.row_count());
    EXPECT_GT(row, values.size() / 4);
    EXPECT_GT(rejects.size(), values.size() / 20);
  }
}

// A dictionary that is another one in each batch, in order, length and kinds of indices in use.
TEST(DifferentialTest, ADictionaryThatChangesBetweenBatches) {
  const pack::Pack pack = MakeTestPack();
  const std::vector<std::vector<std::string>> dictionaries = {{"A", "B"}, {"B", "A", "D"}, {"D"}, {"C", "A"}};
  std::vector<Array> batches;
  std::vector<std::string> wanted;
  for (const std::vector<std::string>& dictionary : dictionaries) {
    Maybe<int16_t> indices;
    Maybe<std::string> texts;
    Maybe<std::string> names;
    for (int16_t i = static_cast<int16_t>(dictionary.size()); i-- > 0;) {
      indices.push_back(i);
      wanted.push_back("\"" + dictionary[static_cast<size_t>(i)] + "\"");
      names.push_back("f");
    }
    for (const std::string& text : dictionary) texts.push_back(text);
    batches.push_back(
        Table({Texts("u", "uscc", names), Dictionary("s", indices, Texts("u", "grade", texts))}));
  }
  ArrowArrayStream stream;
  ExportStream(std::move(batches), &stream);
  Diagnostics diagnostics;
  const auto reader = ArrowReader::Open(pack, RulesAsOf("2026-06-30"), &stream, &diagnostics);
  ASSERT_NE(reader, nullptr) << diagnostics.Text();
  FactBlock block(pack.schema);
  std::vector<Reject> rejects;
  ReadCounts counts;
  ArrowSlice slice;
  while (reader->Next(8'192, &slice)) reader->Convert(slice, &block, &rejects, &counts);
  block.Finish();
  ASSERT_EQ(block.row_count(), wanted.size());
  for (size_t row = 0; row < wanted.size(); ++row) EXPECT_EQ(CellText(block, "grade", row), wanted[row]);
}

}  // namespace
}  // namespace zhida::facts

// Nested facts as columns: what is read comes back as it was written, the columns are sound, and rows that
// are refused leave no trace. Random rows; ZHIDA_TEST_SEED sets the seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "tests/facts/column_checks.h"
#include "tests/facts/ndjson_fixture.h"

namespace zhida::facts {
namespace {

unsigned Seed() {
  const char* const set = std::getenv("ZHIDA_TEST_SEED");
  return set == nullptr ? 4'712u : static_cast<unsigned>(std::strtoul(set, nullptr, 10));
}

// Types in each other, names longer than a pattern of the key table, and members that may be null.
pack::Pack MakeNestedPack() {
  pack::Pack pack;
  AddCodeList(&pack, "grade", {"A", "B", "M"}, false);
  AddFact(&pack, "uscc", MakeType(FactKind::kString));
  pack.schema.key = 0;
  const FactTypePtr loan =
      StructOf({{"id", "贷款编号", MakeType(FactKind::kString), true},
                {"drawn", "", MakeType(FactKind::kDate), false},
                {"principal", "本金", MoneyIn("元"), true},
                {"rates", "", SeriesOf(PeriodKind::kQuarter, MakeType(FactKind::kRatio, 12)), false},
                {"tags", "标签", ListOf(CodeOf("grade")), true},
                {"a_member_with_quite_a_long_name", "", MakeType(FactKind::kBoolean), false}});
  AddFact(&pack, "loans", ListOf(loan), "贷款").nullable = true;
  AddFact(&pack, "main_loan", loan, "主要贷款合同的全部内容与状态").nullable = true;
  AddFact(&pack, "grid", ListOf(ListOf(MakeType(FactKind::kInteger))));
  AddFact(&pack, "output", SeriesOf(PeriodKind::kMonth, MoneyIn("万元")), "产值");
  AddFact(&pack, "filed", ListOf(MakeType(FactKind::kDateTime)));
  AddFact(&pack, "revenue", MoneyIn("万元"), "营业收入").max_age = pack::MaxAge{12, 0};
  AddFact(&pack, "a_fact_with_quite_a_long_name", MakeType(FactKind::kDecimal, 3));
  return pack;
}

// A value as JSON and as what it is.
struct Written {
  std::string json;
  Value value;
};

class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  unsigned Below(unsigned n) { return random_() % n; }
  bool Chance(unsigned percent) { return Below(100) < percent; }

  // With `*faults` above 0, one of the values to come is wrong, and it becomes 0.
  Written Any(const pack::FactType& type, int* faults) {
    if (*faults > 0 && Chance(15)) {
      --*faults;
      return {Wrong(type), Value()};
    }
    switch (type.kind) {
      case FactKind::kBoolean:
        return Chance(50) ? Written{"true", Value::Boolean(true)} : Written{"false", Value::Boolean(false)};
      case FactKind::kInteger:
      case FactKind::kDecimal:
      case FactKind::kRatio:
      case FactKind::kMoney:
        return Number(type);
      case FactKind::kDate: {
        const Date date{static_cast<int64_t>(Below(1'000'000)) - 500'000};
        return {"\"" + date.ToString() + "\"", Value::OfDate(date)};
      }
      case FactKind::kDateTime: {
        const std::string text = "2026-01-" + std::to_string(10 + Below(20)) + "T09:30:00+08:00";
        return {"\"" + text + "\"", Value::OfDateTime(*DateTime::Parse(text))};
      }
      case FactKind::kString: {
        const char* const texts[] = {"", "x", "张三", "a text of some length", "a \"quote\" and a \\"};
        const Value text = Value::String(texts[Below(5)]);
        return {text.ToJson(), text};
      }
      case FactKind::kCode: {
        const std::string code(1, "ABM"[Below(3)]);
        return {"\"" + code + "\"", Value::String(code)};
      }
      case FactKind::kList:
        return List(type, faults);
      case FactKind::kStruct:
        return Structure(type, faults);
      case FactKind::kSeries:
        return Series(type, faults);
    }
    return {};
  }

 private:
  // Something that no rule lets pass.
  std::string Wrong(const pack::FactType& type) {
    switch (type.kind) {
      case FactKind::kString:
        return "7";
      case FactKind::kSeries:
        return Chance(50) ? "{\"2024-1\":1}" : "[]";
      case FactKind::kStruct:
        return Chance(50) ? "{\"x\":1,\"x\":2}" : "[]";
      case FactKind::kList:
        return "{}";
      default:
        return Chance(50) ? "\"?\"" : "[1]";
    }
  }

  Written Number(const pack::FactType& type) {
    const int scale = type.kind == FactKind::kMoney ? 2 : type.scale;
    int128_t scaled = Chance(30) ? Below(10) : random_();
    if (Chance(20)) scaled *= 1'000;
    if (Chance(10)) scaled = scaled * 4'294'967'296 * 4'294'967'296;  // mostly beyond 64 bits
    if (Chance(20)) scaled = -scaled;
    const int supplied = type.kind == FactKind::kMoney ? type.unit.fen_power : scale;
    return {Decimal::FromScaled(scaled, supplied)->ToString(),
            Value::Number(*Decimal::FromScaled(scaled, scale))};
  }

  Written List(const pack::FactType& type, int* faults) {
    std::string json;
    std::vector<Value> items;
    for (unsigned left = Below(4); left > 0; --left) {
      const Written item =
          Chance(15) ? Written{"null", Value::Unknown(Cause::kMissing)} : Any(*type.element, faults);
      json += (json.empty() ? "" : ",") + item.json;
      items.push_back(item.value);
    }
    return {"[" + json + "]", Value::List(std::move(items))};
  }

  Written Structure(const pack::FactType& type, int* faults) {
    auto names = std::make_shared<std::vector<std::string>>();
    Struct value{nullptr, {}};
    std::vector<std::string> members;
    for (const pack::FactMember& member : type.members) {
      names->push_back(member.id);
      value.values.push_back(Value::Unknown(Cause::kMissing));
      if (Chance(20)) continue;
      Written written{"null", member.nullable ? Value::Null() : Value::Unknown(Cause::kMissing)};
      if (!Chance(15)) written = Any(*member.type, faults);
      const bool by_name = !member.name.empty() && Chance(50);
      members.push_back("\"" + (by_name ? member.name : member.id) + "\":" + written.json);
      value.values.back() = written.value;
    }
    if (Chance(20)) members.push_back("\"other\":[{}]");
    if (Chance(20)) std::shuffle(members.begin(), members.end(), random_);
    std::string json;
    for (const std::string& member : members) json += (json.empty() ? "" : ",") + member;
    value.names = names;
    return {"{" + json + "}", Value::OfStruct(std::move(value))};
  }

  Written Series(const pack::FactType& type, int* faults) {
    const int32_t per_year = type.period == PeriodKind::kMonth     ? 12
                             : type.period == PeriodKind::kQuarter ? 4
                                                                   : 1;
    zhida::Series value{type.period, {}};
    std::vector<std::string> entries;
    int32_t period = 2'020 * per_year;
    for (unsigned left = Below(5); left > 0; --left) {
      period += 1 + static_cast<int32_t>(Below(6));
      const bool null = Chance(15);
      const Written entry = null ? Written{"null", Value()} : Any(*type.element, faults);
      entries.push_back("\"" + PeriodText(type.period, period) + "\":" + entry.json);
      if (!null) value.entries.emplace_back(period, entry.value);
    }
    if (Chance(20)) std::shuffle(entries.begin(), entries.end(), random_);
    std::string json;
    for (const std::string& entry : entries) json += (json.empty() ? "" : ",") + entry;
    return {"{" + json + "}", Value::OfSeries(std::move(value))};
  }

  std::mt19937 random_;
};

// White space behind every token outside of strings, which sends the reader down its slower ways.
std::string Spaced(const std::string& line, Writer* writer) {
  std::string spaced;
  bool in_string = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const bool structural = !in_string && std::string_view("{}[],:").find(line[i]) != std::string_view::npos;
    if (structural) spaced += writer->Chance(50) ? " " : "\t";
    spaced += line[i];
    if (in_string && line[i] == '\\') {
      spaced += line[++i];
    } else if (line[i] == '"') {
      in_string = !in_string;
    }
    if (structural) spaced += " ";
  }
  return spaced;
}

void ExpectSame(const Column& a, const Column& b) {
  EXPECT_EQ(a.state, b.state);
  EXPECT_EQ(a.integers, b.integers);
  EXPECT_EQ(a.texts, b.texts);
  ASSERT_EQ(a.values.size(), b.values.size());
  for (size_t i = 0; i < a.values.size(); ++i) EXPECT_EQ(a.values[i].ToText(), b.values[i].ToText());
  const auto same_span = [](Span x, Span y) { return x.begin == y.begin && x.size == y.size; };
  EXPECT_TRUE(std::equal(a.spans.begin(), a.spans.end(), b.spans.begin(), b.spans.end(), same_span));
  EXPECT_EQ(a.wide, b.wide);
  ASSERT_EQ(a.items.size(), b.items.size());
  for (size_t i = 0; i < a.items.size(); ++i) ExpectSame(a.items[i], b.items[i]);
}

class ColumnsTest : public NdjsonTest {
 protected:
  ColumnsTest() { pack_ = MakeNestedPack(); }

  static std::string Line(const std::string& fields) { return NdjsonTest::Row(fields) + "\n"; }

  struct Row {
    std::string line;
    std::vector<std::string> texts;  // of the facts; empty where the row is wrong
  };

  Row MakeRow(Writer* writer) {
    int faults = writer->Chance(25) ? 1 : 0;
    const bool wrong = faults > 0;
    Row row;
    row.line = "{\"uscc\":\"" + std::string(kFirm) + "\"";
    for (const pack::Fact& fact : pack_.schema.facts) {
      if (&fact == pack_.schema.facts.data()) {
        row.texts.push_back(Value::String(kFirm).ToText());
        continue;
      }
      const std::string key = !fact.name.empty() && writer->Chance(20) ? fact.name : fact.id;
      Value value = Value::Unknown(Cause::kMissing);
      if (writer->Chance(10)) {
        row.line += ",\"" + key + "\":null";
        if (fact.nullable) value = Value::Null();
      } else if (!writer->Chance(20)) {
        const Written written = writer->Any(*fact.type, &faults);
        row.line += ",\"" + key + "\":" + written.json;
        value = written.value;
        // Beside a value, a mark that takes it away again.
        if (writer->Chance(10)) {
          row.line += ",\"" + fact.id + "@state\":\"" + (faults == 0 && wrong ? "known" : "stale") + "\"";
          if (!wrong) value = Value::Unknown(Cause::kStale);
        }
      }
      row.texts.push_back(value.ToText());
    }
    if (faults > 0) row.line += ",\"revenue@date\":\"2026-13-01\"";  // the fault that found no place
    row.line += "}";
    if (wrong) row.texts.clear();
    return row;
  }
};

TEST_F(ColumnsTest, RandomRowsComeBackAndRefusedOnesLeaveNoTrace) {
  const unsigned seed = Seed();
  SCOPED_TRACE("ZHIDA_TEST_SEED=" + std::to_string(seed));
  Writer writer(seed);
  size_t rejected = 0;
  size_t wide = 0;
  FactBlock reused(pack_.schema);
  for (int round = 0; round < 60; ++round) {
    std::string all;
    std::string good;
    std::string spaced;
    std::vector<Row> rows(writer.Below(60));  // and none now and then
    size_t good_count = 0;
    for (Row& row : rows) {
      row = MakeRow(&writer);
      all += row.line + "\n";
      spaced += Spaced(row.line, &writer) + "\n";
      if (row.texts.empty()) continue;
      good += row.line + "\n";
      ++good_count;
    }
    const NdjsonResult result = Read(all);
    ASSERT_EQ(result.block.row_count(), good_count);
    ASSERT_EQ(result.rejects.size(), rows.size() - good_count);
    rejected += result.rejects.size();
    ExpectSound(result.block);

    size_t at = 0;
    for (const Row& row : rows) {
      if (row.texts.empty()) continue;
      const BlockRow kept(result.block, at);
      for (size_t fact = 0; fact < row.texts.size(); ++fact) {
        const std::string& id = pack_.schema.facts[fact].id;
        ASSERT_EQ(CellText(result.block, id, at), row.texts[fact]) << id << " of " << row.line;
        for (int time = 0; time < 2; ++time) {
          ASSERT_EQ(kept.Get(static_cast<int>(fact), feel::Reading::kVerified).ToText(), row.texts[fact]);
        }
      }
      ++at;
    }

    // Nothing of the refused rows is left, not even behind the others: the items are the same, one by one.
    const NdjsonResult alone = Read(good);
    const NdjsonResult other = Read(spaced);
    NdjsonResult again(pack_);
    std::swap(again.block, reused);
    again.block.Clear();
    Read(all, &again);
    for (const NdjsonResult* const same :
         std::initializer_list<const NdjsonResult*>{&alone, &other, &again}) {
      ExpectSound(same->block);
      for (size_t fact = 0; fact < pack_.schema.facts.size(); ++fact) {
        ExpectSame(result.block.column(static_cast<int>(fact)), same->block.column(static_cast<int>(fact)));
      }
    }
    ASSERT_EQ(other.rejects.size(), result.rejects.size());
    for (size_t i = 0; i < other.rejects.size(); ++i)
      EXPECT_EQ(other.rejects[i].field, result.rejects[i].field);
    const Column& loans = result.block.column(pack_.schema.Find("loans"));
    wide += loans.items[0].items[2].wide.size();
    std::swap(again.block, reused);
  }
  // The rows held what the test is about.
  EXPECT_GT(rejected, 100u);
  EXPECT_GT(wide, 10u);
}

TEST_F(ColumnsTest, ListsOfStructuresAreColumnsOfTheirMembers) {
  const NdjsonResult result =
      Read(Line("\"loans\":[{\"id\":\"a\",\"principal\":1},{\"id\":null,\"drawn\":null}]") +
           Line("\"loans\":[{\"rates\":{\"2024Q2\":0.5,\"2024Q1\":null,\"2023Q4\":2}}]") + Line("") +
           Line("\"loans\":null") + Line("\"loans\":[null]"));
  ASSERT_EQ(result.block.row_count(), 5u);
  ExpectSound(result.block);
  const Column& loans = result.block.column(pack_.schema.Find("loans"));
  EXPECT_EQ(StateOf(loans.state[2]), State::kMissing);
  EXPECT_EQ(StateOf(loans.state[3]), State::kAbsent);
  const std::vector<std::pair<uint32_t, uint32_t>> spans = {{0, 2}, {2, 1}, {3, 0}, {3, 0}, {3, 1}};
  for (size_t row = 0; row < spans.size(); ++row) {
    EXPECT_EQ(std::pair(loans.spans[row].begin, loans.spans[row].size), spans[row]);
  }
  const auto states = [](const Column& column) {
    std::string text;
    for (const uint8_t state : column.state) text += "KAM"[state];
    return text;
  };
  const Column& loan = loans.items[0];
  EXPECT_EQ(states(loan), "KKKM");
  EXPECT_EQ(states(loan.items[0]), "KAMM");
  EXPECT_EQ(states(loan.items[1]), "MMMM");
  EXPECT_EQ(states(loan.items[2]), "KMMM");
  EXPECT_EQ(loan.items[2].integers[0], 100);
  EXPECT_EQ(states(loan.items[3]), "MMKM");
  EXPECT_EQ(loan.items[3].spans[2].size, 2u);
  EXPECT_EQ(loan.items[3].items[0].integers, (std::vector<int64_t>{2'023 * 4 + 3, 2'024 * 4 + 1}));
  EXPECT_EQ(loan.items[3].items[1].integers, (std::vector<int64_t>{2'000'000'000'000, 500'000'000'000}));
  EXPECT_TRUE(loan.any_unknown);
  EXPECT_FALSE(loan.any_absent);
  EXPECT_TRUE(loan.items[0].any_absent);
}

TEST_F(ColumnsTest, AListAtItsLimit) {
  const auto numbers = [](size_t count) {
    std::string text = "1";
    for (size_t i = 1; i < count; ++i) text += ",1";
    return text;
  };
  const std::string full = "\"grid\":[[" + numbers(limits::kListItemsMax) + "]]";
  const std::string over = "\"grid\":[[" + numbers(limits::kListItemsMax + 1) + "]]";
  const NdjsonResult result = Read(Line(over) + Line(full) + Line(over));
  ASSERT_EQ(result.block.row_count(), 1u);
  ASSERT_EQ(result.rejects.size(), 2u);
  EXPECT_EQ(result.rejects[1].code, std::string(kTooManyItems));
  ExpectSound(result.block);
  EXPECT_EQ(result.block.column(pack_.schema.Find("grid")).items[0].items[0].integers.size(),
            limits::kListItemsMax);
}

TEST_F(ColumnsTest, NoRows) {
  for (const std::string& text : {std::string(), std::string("\n\n"), Line("\"loans\":[{\"id\":\"a\"},7]")}) {
    const NdjsonResult result = Read(text);
    EXPECT_EQ(result.block.row_count(), 0u);
    ExpectSound(result.block);
    EXPECT_TRUE(result.block.column(pack_.schema.Find("loans")).items[0].state.empty());
  }
}

}  // namespace
}  // namespace zhida::facts

// What each element adds to an amount: the figures against sums worked out here, on made lists of all
// lengths. ZHIDA_SEED starts elsewhere.
#include "engine/explain/amount_items.h"

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/explain/explain_fixture.h"
#include "tests/test_size.h"

namespace zhida::explain {
namespace {

// Of the parts of a yuan that are computed with: thousandths, so that rounding to fen has something to do.
constexpr int64_t kPerMonth = 1000'555;
constexpr int64_t kCap = 5000'000;
constexpr int64_t kFloor = 2000'000;
constexpr const char* kPolicy = R"(clauses: []
per: {list: hires, as: h, where: not(h.部分时间), amount: h.月数 * 奖励.单价 + (if h.月数 > 90 then 1 / 0 else 0), object: h.编号}
cap: "5000"
floor: "2000"
)";

// One element; what is negative is not known.
struct Hire {
  int64_t months = 0;
  int part_time = 0;
};

class AmountItems : public testing::Test {
 protected:
  AmountItems() {
    pack::Files files = pack::FilesOf(kBase);
    std::string& schema = files["schema.yaml"];
    const std::string from = "{id: from, name: 起, type: date}";
    schema.replace(schema.find(from), from.size(),
                   "{id: months, name: 月数, type: integer}, {id: part, name: 部分时间, type: boolean}, "
                   "{id: no, name: 编号, type: string}");
    files["params/b.yaml"] =
        "id: price\nname: 奖励\nentries: {each: 单价}\nversions: [{from: 2025-01-01, values: {each: "
        "1000.555}}]\n";
    files["policies/p.yaml"] = std::string("id: p\n") + kPolicy;
    pack_ = pack::Load(files);
  }

  std::string Json(const Value& list) {
    Subject subject(*pack_);
    subject.Set("hires", list);
    feel::Dates dates{*Date::Parse("2026-06-30"), Value::OfDate(*Date::Parse("2026-06-30")), 2026};
    feel::Interpreter interpreter(pack_->model, subject, feel::Reading::kPromised, dates);
    JsonWriter json;
    json.BeginObject();
    WriteAmountItems(
        pack_->policies[0], interpreter,
        [this](const feel::Trace& trace) {
          facts_read_ += trace.facts.size();
          parameters_read_ += trace.parameters.size();
        },
        &json);
    return json.EndObject().Take();
  }

  static Value ListOf(const std::vector<Hire>& hires) {
    const auto names =
        std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"months", "part", "no"});
    std::vector<Value> list;
    for (const Hire& hire : hires) {
      const Value unknown = Value::Unknown(Cause::kMissing);
      list.push_back(Value::OfStruct(
          {names,
           {hire.months < 0 ? unknown : Value::Number(hire.months),
            hire.part_time < 0 ? Value::Unknown(Cause::kStale) : Value::Boolean(hire.part_time != 0),
            Value::String("N" + std::to_string(list.size() + 1))}}));
    }
    return Value::List(std::move(list));
  }

  pack::PackPtr pack_;
  size_t facts_read_ = 0;
  size_t parameters_read_ = 0;
};

// The numbers behind a key, wherever it stands.
std::vector<int64_t> Numbers(std::string_view json, const std::string& key) {
  std::vector<int64_t> numbers;
  const std::string wanted = "\"" + key + "\":";
  for (size_t at = json.find(wanted); at != json.npos; at = json.find(wanted, at + 1))
    numbers.push_back(std::strtoll(json.data() + at + wanted.size(), nullptr, 10));
  return numbers;
}

int64_t Total(const std::vector<int64_t>& numbers) {
  int64_t total = 0;
  for (const int64_t number : numbers) total += number;
  return total;
}

int64_t Count(std::string_view json, const std::string& text) {
  int64_t count = 0;
  for (size_t at = json.find(text); at != json.npos; at = json.find(text, at + 1)) ++count;
  return count;
}

int64_t Fen(int64_t thousandths) { return (thousandths + 5) / 10; }

// As they are told; "" where the value is not known.
std::string Item(int position, const std::string& part, const std::string& months, const std::string& rest) {
  const auto value = [](const std::string& text, const char* state) {
    return "\"value\":" + (text.empty() ? "null" : text) + ",\"text\":\"" + text + "\",\"state\":\"" +
           (text.empty() ? state : "known") + "\"}";
  };
  return "{\"position\":" + std::to_string(position) + ",\"key\":\"N" + std::to_string(position) +
         R"(","values":[{"member":"part","name":"部分时间",)" + value(part, "stale") +
         R"(,{"member":"months","name":"月数",)" + value(months, "missing") + "]," + rest + "}";
}

TEST_F(AmountItems, SaysOfEachWhatItIs) {
  const std::string json = Json(ListOf({{3, 0}, {4, 1}, {-1, 0}, {4, -1}, {91, 0}, {9, 0}, {1, 0}}));
  EXPECT_EQ(
      json,
      R"x({"per":{"as":"h","text":"h.月数 * 奖励.单价 + (if h.月数 > 90 then 1 / 0 else 0)","list":"hires",)x"
      R"x("where":"not(h.部分时间)","floor":"2000","cap":"5000"},"items":[)x" +
          Item(1, "false", "3", R"("state":"counted","fen":300167,"unclipped_fen":300167)") + "," +
          Item(2, "true", "4", R"("state":"excluded")") + "," +
          Item(3, "false", "", R"("state":"unknown","cause":"missing")") + "," +
          Item(4, "", "4", R"("state":"unknown","cause":"stale")") + "," +
          Item(5, "false", "91", R"("state":"error","error":"division by zero")") + "," +
          Item(6, "false", "9", R"("state":"counted","fen":500000,"unclipped_fen":900500)") + "," +
          Item(7, "false", "1", R"("state":"counted","fen":200000,"unclipped_fen":100056)") + "]}");
  EXPECT_EQ(facts_read_, 1u);
  EXPECT_EQ(parameters_read_, 6u);  // by all but the one that is left out
}

TEST_F(AmountItems, SaysWhyThereIsNoList) {
  EXPECT_NE(Json(Value::Unknown(Cause::kNotAuthorised)).find(R"("cause":"not_authorised"},"items":[]})"),
            std::string::npos);
  EXPECT_NE(Json(Value::Null()).find(R"("error":"the list of awards is null"},"items":[]})"),
            std::string::npos);
  EXPECT_NE(Json(ListOf({})).find(R"("cap":"5000"},"items":[]})"), std::string::npos);
}

// Those that count, or may, are told before those that are left out.
TEST_F(AmountItems, TellsWhatCountsBeforeWhatIsLeftOut) {
  std::vector<Hire> hires(500, Hire{3, 1});
  hires[300] = {3, 0};
  hires[400] = {3, -1};
  const std::string json = Json(ListOf(hires));
  std::vector<int64_t> positions;
  for (int64_t i = 1; i <= 18; ++i) positions.push_back(i);
  positions.insert(positions.end(), {301, 401});
  EXPECT_EQ(Numbers(json, "position"), positions);
  EXPECT_NE(
      json.find(
          R"("more_items":{"counted":0,"excluded":480,"unknown":0,"error":0,"fen":0,"unclipped_fen":0})"),
      std::string::npos);
}

TEST_F(AmountItems, PartsAddUpToTheWhole) {
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 20261129;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const auto below = [&random](uint64_t bound) { return static_cast<int64_t>(random() % bound); };
  for (int round = 0; round < Rounds(500); ++round) {
    std::vector<Hire> hires(static_cast<size_t>(below(random() % 2 == 0 ? 8 : 70)));
    int64_t fen = 0;
    int64_t unclipped_fen = 0;
    int64_t counts[4] = {};  // counted, excluded, unknown, error
    for (Hire& hire : hires) {
      hire = {below(20) == 0 ? -1 : below(30) == 0 ? 91 : below(12), static_cast<int>(below(12)) - 1};
      hire.part_time = hire.part_time > 3 ? 0 : hire.part_time;
      const bool left_out = hire.part_time > 0;
      const bool unknown = !left_out && (hire.part_time < 0 || hire.months < 0);
      const bool error = !left_out && !unknown && hire.months > 90;
      ++counts[left_out ? 1 : unknown ? 2 : error ? 3 : 0];
      if (left_out || unknown || error) continue;
      const int64_t sum = hire.months * kPerMonth;
      fen += Fen(std::min(std::max(sum, kFloor), kCap));
      unclipped_fen += Fen(sum);
    }
    const std::string json = Json(ListOf(hires));
    ASSERT_EQ(Total(Numbers(json, "fen")), fen) << json;
    ASSERT_EQ(Total(Numbers(json, "unclipped_fen")), unclipped_fen) << json;
    const char* const kinds[] = {"counted", "excluded", "unknown", "error"};
    for (int kind = 0; kind < 4; ++kind) {
      const std::string name = kinds[kind];
      const size_t more = json.find("\"more_items\"");
      const std::string rest = more == json.npos ? "" : json.substr(more);
      ASSERT_EQ(Count(json, "\"state\":\"" + name + "\"") + Total(Numbers(rest, name)), counts[kind]) << json;
    }
    ASSERT_EQ(Numbers(json, "position").size(), std::min(hires.size(), kAmountItemsMax));
    ASSERT_EQ(Count(json, "\"more_items\""), hires.size() > kAmountItemsMax ? 1 : 0);
  }
}

}  // namespace
}  // namespace zhida::explain

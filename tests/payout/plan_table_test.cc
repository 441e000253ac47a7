// The plan as a table, read back through the reader of such tables, and the summary.
#include "engine/payout/plan_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/payout/arrow_table.h"
#include "tests/payout/world.h"

namespace zhida::payout {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string Policy(const std::string& id, const std::string& more) {
  return "- id: " + id + "\n  title: 政策" + id +
         "\n  clauses: [{id: k, when: 'true', article: 一}]\n  amount: 金额\n" + more;
}

pack::PackPtr TestPack() {
  return PackOf(
      "groups: [{id: g}, {id: h}, {id: y, limit: 1元}, {id: c, limit: 0.50元}, {id: p}]\n"
      "pools:\n"
      "  - {id: q, control: prorata, budgets: [{year: 2026, total: 1元}]}\n"
      "  - {id: shut, control: prorata, budgets: [{year: 2026, total: 1元, closed: true}]}\n"
      "  - {id: open, control: open}\n",
      Policy("a",
             "  pool: q\n  share: {province: 8, city: 1, county: 1}\n  event_key: {kind: apple, year: Y}\n") +
          Policy("b", "  combine: {group: g, form: MAX}\n") +
          Policy("c", "  combine: {group: g, form: MAX}\n") +
          Policy("d",
                 "  combine: [{group: y, form: CAP_YEAR}, {group: c, form: CAP_CONTRIB}]\n"
                 "  min_pay: 0.45元\n") +
          Policy("e", "  combine: {group: h, form: INCL, upper: 金额}\n") +
          Policy("never", "  pool: open\n") +
          "- id: part\n  clauses: [{id: k, when: 'true', article: 一}]\n"
          "  combine: {group: p, form: PCT_UPPER, of: [never], rate: 50%}\n" +
          Policy("s", "  pool: shut\n  title_en: Shut\n"));
}

World TestWorld() {
  World world;
  world.pack = TestPack();
  world.awards = {{"A", "a", 100, "o1", 2026},
                  {"A", "b", 5},
                  {"A", "c", 7},
                  {"A", "d", 150},
                  {"A", "e", 30},
                  {"B", "a", 100},
                  {"B", "b", kNoFen, "", kNoYear, pack::Outcome::kUndetermined},
                  {"B", "c", 9},
                  {"B", "d", 40},
                  {"B", "s", 4}};
  world.awards[4].links = {{"h", "", true, 20}};
  world.history = {{"A", "c", 3, "", kNoYear, 2026, 1}, {"Z", "none", 3}};
  return world;
}

// Rows of the plan, cells as text, `-` for null.
class PlanReader {
 public:
  explicit PlanReader(const Settlement& settlement) {
    const PlanTable plan(settlement);
    const size_t lines = settlement.lines().size();
    batches_ = {plan.Batch(0, 3), plan.Batch(3, lines)};
    ArrowArrayStream stream{};
    stream.private_data = this;
    stream.get_schema = [](ArrowArrayStream* self, ArrowSchema* out) {
      facts::ExportSchema(static_cast<PlanReader*>(self->private_data)->batches_[0], out);
      return 0;
    };
    stream.get_next = [](ArrowArrayStream* self, ArrowArray* out) {
      auto& batches = static_cast<PlanReader*>(self->private_data)->batches_;
      *out = {};
      if (!batches.empty()) facts::ExportArray(batches.front(), out);
      if (!batches.empty()) batches.erase(batches.begin());
      return 0;
    };
    stream.release = [](ArrowArrayStream* self) { self->release = nullptr; };
    ArrowTable table(&stream, "plan");
    Diagnostics diagnostics;
    EXPECT_TRUE(table.Open(&diagnostics));
    while (table.Next(&diagnostics)) {
      for (int64_t row = 0; row < table.rows(); ++row) rows_.push_back(RowOf(&table, row));
    }
    EXPECT_TRUE(diagnostics.ok() && table.sound()) << diagnostics.Text();
  }
  const std::vector<std::string>& rows() const { return rows_; }

 private:
  static std::string RowOf(ArrowTable* table, int64_t row) {
    std::string text;
    const auto add = [&](const std::string& cell) { text += (text.empty() ? "" : " ") + cell; };
    for (const char* name :
         {"subject", "kind", "object", "policy", "outcome", "pool", "payee_name", "status", "reason"}) {
      add(std::string(table->Find(name).Text(row).value_or("-")));
    }
    for (const char* name :
         {"year", "part", "pool_year", "order", "amount_fen", "asked_fen", "unclipped_fen"}) {
      const std::optional<int64_t> value = table->Find(name).Integer(row);
      add(value ? std::to_string(*value) : "-");
    }
    if (table->Find("rival_open").Flag(row)) add("~");
    int64_t begin = 0;
    int64_t end = 0;
    const ArrowTable::Column steps = table->Find("steps").Items(row, &begin, &end);
    for (int64_t i = begin; i < end; ++i) {
      add("[" + std::string(*steps.Member("step").Text(i)) + " " +
          std::to_string(*steps.Member("fen").Integer(i)) + " " +
          std::string(steps.Member("note").Text(i).value_or("-")) + "]");
    }
    const ArrowTable::Column shares = table->Find("shares").Items(row, &begin, &end);
    for (int64_t i = begin; i < end; ++i) {
      add("{" + std::string(*shares.Member("level").Text(i)) + " " +
          std::to_string(*shares.Member("fen").Integer(i)) + "}");
    }
    return text;
  }

  std::vector<std::shared_ptr<const facts::ArrowColumn>> batches_;
  std::vector<std::string> rows_;
};

TEST(PlanTableTest, EveryColumn) {
  World world = TestWorld();
  world.awards.push_back({"C", "never", 6});
  world.awards.push_back({"D", "never", 6});
  world.awards.push_back({"D", "part"});
  Settlement settlement(world.pack, *Date::Parse("2026-06-30"), 1);
  for (const MadeAward& made : world.awards) {
    AwardTable& awards = settlement.awards();
    AddTo(&settlement, world, made);
    if (made.subject == "C") {
      awards.payees.push_back({awards.texts.Add("丙公司"), {}, {}});
      awards.rows.back().payee = static_cast<uint32_t>(awards.payees.size() - 1);
      awards.rows.back().unclipped_fen = 9;
    }
  }
  PaymentInput paid;
  paid.subject = "A";
  paid.policy = "c";
  paid.fen = 3;
  paid.paid_year = 2026;
  settlement.history().Add(paid);
  settlement.Run();
  EXPECT_THAT(
      PlanReader(settlement).rows(),
      ElementsAre(
          "A apple o1 a eligible q - pay budget 2026 1 2026 1 50 100 100 [amount 100 -] [budget 50 q] "
          "{province 40} {city 5} {county 5}",
          "A b - b eligible - - nothing given_up 0 1 - - 0 0 5 [amount 5 -] [given_up 0 c]",
          "A c - c eligible - - pay - 0 2 - - 4 4 7 [amount 7 -] [already_paid 4 -]",
          "A d - d eligible - - pay - 0 1 - - 50 50 150 [amount 150 -] [year_cap 100 y] [contribution_cap 50 "
          "c]",
          "A e - e eligible - - pay - 0 1 - - 10 10 30 [amount 30 -] [upper 10 -]",
          "B apple - a eligible q - pay budget 0 1 2026 2 50 100 100 [amount 100 -] [budget 50 q] {province "
          "40} {city 5} {county 5}",
          "B c - c eligible - - pay - 0 1 - - 9 9 9 ~ [amount 9 -]",
          "B d - d eligible - - nothing below_minimum 0 1 - - 0 40 40 [amount 40 -] [minimum 0 -]",
          "B s - s eligible shut - hold pool_closed 0 1 2026 - 0 4 4 [amount 4 -]",
          "C never - never eligible open 丙公司 pay - 0 1 2026 1 6 6 9 [amount 9 -] [own_cap 6 -]",
          "D never - never eligible open - pay - 0 1 2026 2 6 6 6 [amount 6 -]",
          "D part - part eligible - - pay - 0 1 - - 3 3 - [percentage 3 never]"));
}

TEST(PlanTableTest, TheSummaryAddsUp) {
  const auto settlement = Settled(TestWorld());
  const std::string summary = SettlementJson(*settlement);
  EXPECT_THAT(summary, HasSubstr(R"("awards":9,"paid":6,"held":1,"nothing":2,)"));
  EXPECT_THAT(summary, HasSubstr(R"("history":{"rows":2,"rows_of_no_policy":1})"));
  EXPECT_THAT(summary,
              HasSubstr(R"("pool":"q","title":"q","year":2026,"control":"prorata","awards":2,"paid":2)"));
  EXPECT_THAT(summary, HasSubstr(R"("trouble":"pool_closed")"));
  EXPECT_THAT(summary,
              HasSubstr(R"("pool":"open","title":"open","year":2026,"control":"open","awards":0,"paid":0,)"
                        R"("asked_fen":0,"paid_fen":0,"held_fen":0})"));
  EXPECT_THAT(summary, HasSubstr(R"("policy":"s","title":"政策s","title_en":"Shut")"));
  EXPECT_THAT(summary, Not(HasSubstr(R"("policy":"never")")));
  EXPECT_THAT(summary, HasSubstr(R"("reasons":{"given_up":1,"below_minimum":1,"budget":2,"pool_closed":1})"));
  EXPECT_THAT(summary, HasSubstr(R"("adds_up":true)"));
  World alone;
  alone.pack = TestPack();
  EXPECT_THAT(SettlementJson(*Settled(alone)), HasSubstr(R"("history":{"rows":0,"rows_of_no_policy":0})"));
}

// Amounts that are not known have no figure to tell.
TEST(PlanTableTest, StepsOfAnUnknownAmount) {
  World world;
  world.pack = TestPack();
  world.awards = {{"A", "b", kNoFen, "", kNoYear, pack::Outcome::kUndetermined}};
  const auto settlement = Settled(world);
  EXPECT_TRUE(AllSteps(*settlement, settlement->lines()[0]).empty());
  EXPECT_TRUE(PlanTable(*settlement).Batch(0, 1)->length == 0);
  EXPECT_EQ(StatusName(settlement->lines()[0].status), "open");
}

}  // namespace
}  // namespace zhida::payout

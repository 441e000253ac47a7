// Awards and earlier payments as Arrow tables: every column, every encoding that columns of ours come in, and
// everything that is refused, with its code and row.
#include "engine/payout/arrow_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "engine/payout/arrow_table.h"
#include "tests/facts/arrow_builder.h"
#include "tests/payout/world.h"

namespace zhida::payout {
namespace {

using arrow_test::Array;
using arrow_test::Bools;
using arrow_test::Dictionary;
using arrow_test::Fixed;
using arrow_test::Lists;
using arrow_test::Maybe;
using arrow_test::Nulls;
using arrow_test::Slice;
using arrow_test::Structs;
using arrow_test::Table;
using arrow_test::Texts;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kClause = "  clauses: [{id: k, when: 'true', article: 一}]\n";

pack::PackPtr TestPack() {
  return PackOf(
      "groups: [{id: g}, {id: o}, {id: y, limit: 金额}, {id: z}]\n"
      "pools:\n"
      "  - {id: q, control: first_come, order_by: [申报日期], budgets: [{year: 2026, total: 100元}], "
      "quotas: {by: 区县, parts: {east: 60元}}}\n"
      "  - {id: shut, control: prorata, budgets: [{year: 2026, total: 1元, closed: true}]}\n",
      "- id: a\n" + std::string(kClause) + "  amount: 金额\n  pool: q\n- id: b\n" + kClause +
          "  amount: 金额\n  combine: [{group: o, form: ONCE_ID}, {group: y, form: CAP_YEAR}]\n"
          "  event_key: {kind: b, object: 区县, year: Y}\n- id: c\n" +
          kClause + "  amount: 金额\n  combine: {group: g, form: INCL, of: [a], upper: 金额}\n- id: d\n" +
          kClause + "  combine: {group: z, form: PCT_UPPER, of: [a], rate: 10%}\n- id: s\n" + kClause +
          "  amount: 金额\n  pool: shut\n");
}

// Settles a table of awards, and one of earlier payments; or says what is wrong.
class ArrowInputTest : public testing::Test {
 protected:
  bool Awards(std::vector<Array> batches, std::optional<size_t> fails_at = {}) {
    ArrowArrayStream stream;
    arrow_test::ExportStream(std::move(batches), &stream, fails_at);
    const bool read = ReadAwards(&stream, &settlement_, &diagnostics_);
    EXPECT_EQ(stream.release, nullptr);  // it was moved in
    EXPECT_EQ(read, diagnostics_.ok()) << diagnostics_.Text();
    return read;
  }
  bool Payments(std::vector<Array> batches) {
    ArrowArrayStream stream;
    arrow_test::ExportStream(std::move(batches), &stream);
    const bool read = ReadPayments(&stream, &settlement_, &diagnostics_);
    EXPECT_EQ(read, diagnostics_.ok()) << diagnostics_.Text();
    return read;
  }
  std::vector<std::string> Settle() {
    EXPECT_TRUE(diagnostics_.ok()) << diagnostics_.Text();
    settlement_.Run();
    EXPECT_TRUE(settlement_.adds_up());
    return TextsOf(settlement_);
  }

  pack::PackPtr pack_ = TestPack();
  Settlement settlement_{pack_, *Date::Parse("2026-06-30"), 1};
  Diagnostics diagnostics_;
};

Array Column(const char* name, const Maybe<std::string>& texts) { return Texts("u", name, texts); }
Array Whole(const char* name, const Maybe<int64_t>& values) { return Fixed<int64_t>("l", name, values); }
Array Floats() { return Fixed<double>("g", "amount_fen", {1.5}); }

// One award of policy b, but for the given columns.
Array OneAward(std::vector<Array> changed) {
  std::vector<Array> columns = {Column("subject", {"A"}), Column("policy", {"b"}), Whole("amount_fen", {5})};
  for (Array& column : changed) {
    const auto same = std::find_if(columns.begin(), columns.end(),
                                   [&](const Array& each) { return each.name == column.name; });
    if (same == columns.end()) {
      columns.push_back(std::move(column));
    } else {
      *same = std::move(column);
    }
  }
  return Table(std::move(columns));
}

Array Groups(const char* group, std::vector<Array> more) {
  std::vector<Array> members = {Column("group", {group})};
  for (Array& member : more) members.push_back(std::move(member));
  return Lists("+l", "groups", {1}, Structs("item", {true}, std::move(members)));
}

TEST_F(ArrowInputTest, EveryColumnOfAnAward) {
  const Maybe<bool> there(2, true);
  Array items = Structs("item", there,
                        {Column("group", {"o", "y"}), Column("key", {"p9", std::nullopt}),
                         Bools("key_unknown", {false, std::nullopt}), Whole("fen", {std::nullopt, 30})});
  ASSERT_TRUE(Awards({Table({
      Texts("U", "subject", {"A", "A", "B", "C"}),
      Texts("vu", "policy", {"a", "b", "b", "c"}),
      Fixed<int32_t>("i", "amount_fen", {900, 50, 60, 70}),
      Dictionary<int8_t>("c", {0, 0, 1, std::nullopt}, Texts("u", "outcome", {"eligible", "conditional"})),
      Column("object", {std::nullopt, "p1", "p2", std::nullopt}),
      Bools("object_unknown", {false, false, std::nullopt, false}),
      Fixed<int16_t>("s", "year", {std::nullopt, 2026, 2025, std::nullopt}),
      Whole("unclipped_fen", {1000, std::nullopt, std::nullopt, std::nullopt}),
      Whole("min_pay_fen", {std::nullopt, std::nullopt, -1, 80}),
      Lists("+l", "order", {1, 0, std::nullopt, 0}, Whole("item", {20})),
      Column("region", {"east", std::nullopt, std::nullopt, std::nullopt}),
      Lists("+L", "groups", {0, 2, std::nullopt, 0}, std::move(items)),
      Column("payee_name", {"甲公司", "甲公司", "甲公司", std::nullopt}),
      Column("payee_account", {"1", "1", "2", std::nullopt}),
      Column("payee_bank", {"x", "y", "y", std::nullopt}),
      Column("payee_state", {"unknown", "other_name", "fine", std::nullopt}),
  })}));
  const AwardTable& awards = settlement_.awards();
  EXPECT_EQ(awards.rows[0].unclipped_fen, 1000);
  EXPECT_EQ(awards.rows[1].unclipped_fen, 50);
  EXPECT_EQ(awards.rows[2].min_pay_fen, kUnknownFen);
  EXPECT_EQ(awards.View(awards.links[awards.rows[1].links_begin].key), "p9");
  EXPECT_EQ(awards.payees.size(), 4U);
  EXPECT_EQ(awards.View(awards.payees[awards.rows[2].payee].account), "2");
  EXPECT_THAT(Settle(), ElementsAre("A/a hold 900 payee_unknown order 1", "A/b/p1 hold 30 account_name",
                                    "B/b/p2 hold 0 conditional", "C/c hold 0 limit_unknown"));
}

TEST_F(ArrowInputTest, SeveralBatchesSlicedAndNested) {
  Array items =
      Structs("item", Maybe<bool>(3, true), {Column("group", {"?", "y", "y"}), Whole("fen", {1, 2, 3})});
  Array table = Table({Column("subject", {"?", "A", "B"}), Column("policy", {"?", "b", "b"}),
                       Whole("amount_fen", {-1, 10, 10}), Column("object", {"?", "p1", "p2"}),
                       Lists("+l", "groups", {1, 1, 1}, std::move(items)), Nulls("region", 3),
                       Nulls("object_unknown", 3), Nulls("order", 3)});
  ASSERT_TRUE(Awards({Slice(table, 1, 1), Slice(table, 2, 1)}));
  EXPECT_THAT(Settle(), ElementsAre("A/b/p1 pay 2", "B/b/p2 pay 3"));
}

TEST_F(ArrowInputTest, PercentagesAndTheUndecidedNeedNoAmount) {
  ASSERT_TRUE(Awards({Table({Column("subject", {"A", "A", "B"}), Column("policy", {"a", "d", "b"}),
                             Whole("amount_fen", {1000, std::nullopt, std::nullopt}),
                             Column("outcome", {"eligible", "eligible", "undetermined"}),
                             Lists("+l", "order", {1, 0, 0}, Whole("item", {1})),
                             Column("region", {"east", std::nullopt, std::nullopt})})}));
  EXPECT_THAT(Settle(), ElementsAre("A/a pay 1000 order 1", "A/d pay 100"));
}

// A year that is closed holds every award of its pool, whoever supplied it.
TEST_F(ArrowInputTest, AClosedYearHoldsItsAwards) {
  ASSERT_TRUE(Awards({OneAward({Column("policy", {"s"})})}));
  EXPECT_THAT(Settle(), ElementsAre("A/s hold 0 pool_closed"));
}

TEST_F(ArrowInputTest, WhatIsWrongWithAnAwardIsSaidWithItsRow) {
  const std::string longest(65'537, 'x');
  struct Case {
    Array award;
    const char* code;
    const char* what;
  };
  const std::vector<Case> cases = {
      {OneAward({Column("subject", {""})}), "ZD7004", "row 0 of the awards: the award has no subject"},
      {OneAward({Column("subject", {std::nullopt})}), "ZD7004", "no subject"},
      {OneAward({Column("policy", {"bb"})}), "ZD7005", "there is no policy \"bb\""},
      {OneAward({Column("policy", {std::nullopt})}), "ZD7005", "there is no policy \"\""},
      {OneAward({Column("outcome", {"ineligible"})}), "ZD7006", "cannot be \"ineligible\""},
      {OneAward({Whole("amount_fen", {-1})}), "ZD7007", "the amount -1 fen is negative"},
      {OneAward({Whole("year", {0})}), "ZD7008", "the year 0 is none"},
      {OneAward({Whole("year", {10'000})}), "ZD7008", "the year 10000 is none"},
      {OneAward({Column("object", {longest})}), "ZD7009", "longer than 65,536 bytes"},
      {OneAward({Column("payee_name", {longest})}), "ZD7009", "longer than"},
      {OneAward({Groups("y", {Column("key", {longest})})}), "ZD7009", "longer than"},
      {OneAward({Whole("amount_fen", {std::nullopt})}), "ZD7010", "no amount"},
      {OneAward({Fixed<uint64_t>("L", "amount_fen", {uint64_t{1} << 63})}), "ZD7010", "beyond 64 bits"},
      {OneAward({Fixed<uint64_t>("L", "min_pay_fen", {uint64_t{1} << 63})}), "ZD7001", "beyond 64 bits"},
      {OneAward({Groups("q", {})}), "ZD7011", "in no group \"q\""},
      {OneAward({Groups("g", {})}), "ZD7011", "in no group \"g\""},
      {OneAward({Lists("+l", "groups", {1}, Structs("item", {true}, {Whole("group", {1})}))}), "ZD7011",
       "in no group \"\""},
      {OneAward({Lists("+l", "groups", {1}, Structs("item", {true}, {Nulls("group", 1)}))}), "ZD7011",
       "in no group"},
      {OneAward({Column("payee_state", {"ok"})}), "ZD7019", "no payee_state \"ok\""},
      {OneAward({Lists("+l", "order", {256}, Whole("item", Maybe<int64_t>(256, 1)))}), "ZD7020",
       "order has 256 numbers"},
      {OneAward({Dictionary<int8_t>("c", {3}, Texts("u", "object", {"p1"}))}), "ZD7001",
       "a value points outside the table"},
      {OneAward({Dictionary<int8_t>("c", {-1}, Texts("u", "subject", {"A"}))}), "ZD7004", "no subject"},
  };
  for (const Case& each : cases) {
    diagnostics_ = {};
    EXPECT_FALSE(Awards({each.award})) << each.what;
    EXPECT_THAT(diagnostics_.Text(), HasSubstr(each.code)) << each.what;
    EXPECT_THAT(diagnostics_.Text(), HasSubstr(each.what));
  }
  EXPECT_THAT(settlement_.awards().rows, IsEmpty());
}

// Places that run out of their buffers are found at the value.
TEST_F(ArrowInputTest, UnsoundValuesAreNoAbsentOnes) {
  const auto backwards = [](Array array) {
    std::vector<char> offsets;
    arrow_test::Append(&offsets, int32_t{9});
    arrow_test::Append(&offsets, int32_t{1});
    array.buffers[1] = offsets;
    return array;
  };
  EXPECT_FALSE(Awards({OneAward({backwards(Column("object", {"p1"}))})}));
  EXPECT_THAT(diagnostics_.Text(), HasSubstr("ZD7001"));
  diagnostics_ = {};
  Array list = Lists("+l", "order", {1, 1}, Whole("item", {1, 2}));
  std::vector<char> offsets;
  for (const int32_t offset : {5, 1, 2}) arrow_test::Append(&offsets, offset);
  list.buffers[1] = offsets;
  EXPECT_FALSE(Awards({Table({Column("subject", {"A", "B"}), Column("policy", {"s", "s"}),
                              Whole("amount_fen", {1, 2}), std::move(list)})}));
  EXPECT_THAT(diagnostics_.Text(), HasSubstr("row 0 of the awards: a value points outside the table"));
}

TEST_F(ArrowInputTest, TablesThatCannotBeRead) {
  EXPECT_FALSE(Awards({Whole("amount_fen", {1})}));
  EXPECT_THAT(diagnostics_.Text(), HasSubstr("ZD7001"));
  diagnostics_ = {};
  EXPECT_FALSE(Awards({Dictionary<int8_t>("c", {0}, OneAward({}))}));
  EXPECT_THAT(diagnostics_.Text(), HasSubstr("and not columns"));
  diagnostics_ = {};
  EXPECT_FALSE(
      Awards({Table({Column("subjct", {"A"}), Column("policy", {"b"}), Floats(), Bools("object", {true}),
                     Column("object_unknown", {"no"}), Whole("order", {1}), Column("year", {"2026"})})}));
  EXPECT_THAT(diagnostics_.Text(),
              testing::AllOf(HasSubstr("ZD7003"), HasSubstr("subject"), HasSubstr("not whole numbers"),
                             HasSubstr("not text"), HasSubstr("not booleans"), HasSubstr("not lists")));
  diagnostics_ = {};
  EXPECT_FALSE(Awards({OneAward({}), OneAward({})}, 1));
  EXPECT_THAT(diagnostics_.Text(), HasSubstr("broke off after 1 rows: disk on fire"));
  diagnostics_ = {};
  Array shorter = OneAward({});
  shorter.children[1] = Column("policy", {});
  EXPECT_FALSE(Awards({std::move(shorter)}));
  EXPECT_THAT(diagnostics_.Text(), HasSubstr("is not sound"));
}

TEST_F(ArrowInputTest, StreamsThatGiveNothing) {
  ArrowArrayStream stream;
  arrow_test::ExportStream({OneAward({})}, &stream, 0);
  stream.get_last_error = nullptr;
  EXPECT_FALSE(ReadAwards(&stream, &settlement_, &diagnostics_));
  EXPECT_THAT(diagnostics_.Text(), HasSubstr("no reason given"));
  for (const auto read : {&ReadAwards, &ReadPayments}) {
    arrow_test::ExportStream({OneAward({})}, &stream);
    stream.get_schema = [](ArrowArrayStream*, ArrowSchema*) { return EIO; };
    diagnostics_ = {};
    EXPECT_FALSE(read(&stream, &settlement_, &diagnostics_));
    EXPECT_THAT(diagnostics_.Text(), HasSubstr("has no schema"));
  }
  arrow_test::ExportStream({OneAward({})}, &stream, 0);
  stream.get_last_error = [](ArrowArrayStream*) -> const char* { return nullptr; };
  diagnostics_ = {};
  EXPECT_FALSE(ReadAwards(&stream, &settlement_, &diagnostics_));
  EXPECT_THAT(diagnostics_.Text(), HasSubstr("no reason given"));
}

// Whoever reads a table of its own may ask for columns that are not there.
TEST_F(ArrowInputTest, ColumnsThatAreNotThere) {
  ArrowArrayStream stream;
  arrow_test::ExportStream({OneAward({})}, &stream);
  ArrowTable table(&stream, "claims");
  ASSERT_TRUE(table.Open(&diagnostics_) && table.Next(&diagnostics_));
  const ArrowTable::Column none = table.Find("none");
  EXPECT_FALSE(none.there());
  EXPECT_FALSE(none.Text(0) || none.Integer(0) || none.Day(0) || none.Flag(0));
  int64_t begin = 1;
  int64_t end = 2;
  EXPECT_FALSE(none.Items(0, &begin, &end).there());
  EXPECT_EQ(begin, end);
  EXPECT_TRUE(table.sound());
}

// One payment of policy b to A, but for the given columns.
Array OnePayment(std::vector<Array> changed) {
  std::vector<Array> columns = {Column("date", {"2026-03-01"})};
  for (Array& column : changed) {
    if (column.name == "date") columns.clear();
  }
  for (Array& column : changed) columns.push_back(std::move(column));
  return OneAward(std::move(columns));
}

TEST_F(ArrowInputTest, EveryColumnOfAPayment) {
  ASSERT_TRUE(Awards({Table(
      {Column("subject", {"A", "B", "C", "D"}), Column("policy", {"b", "b", "b", "b"}),
       Whole("amount_fen", {90, 90, 90, 90}), Column("object", {"1", "2", "3", "4"}),
       Whole("year", {2026, 2026, 2026, 2026}),
       Lists("+l", "groups", {1, 1, 1, 1},
             Structs("item", Maybe<bool>(4, true),
                     {Column("group", {"y", "y", "y", "y"}), Whole("fen", {500, 500, 500, 500})}))})}));
  // The days as dates, as milliseconds and as texts; years of no year, and parts as texts or numbers.
  const auto payment = [](const char* subject, const char* object, Array date, Array part, int64_t year) {
    return Table({Column("subject", {subject}), Column("policy", {"b"}), Whole("amount_fen", {10}),
                  std::move(date), Column("object", {object}), Whole("year", {year}), std::move(part)});
  };
  ASSERT_TRUE(
      Payments({payment("A", "1", Fixed<int32_t>("tdD", "date", {20'513}), Column("part", {"2"}), 2026)}));
  ASSERT_TRUE(Payments(
      {payment("B", "2", Fixed<int64_t>("tdm", "date", {20'513LL * 86'400'000}), Whole("part", {3}), 2026)}));
  ASSERT_TRUE(Payments({payment("C", "3", Column("date", {"2026-03-01"}), Column("part", {"x"}), 2026)}));
  ASSERT_TRUE(
      Payments({payment("D", "4", Column("date", {"2026-03-01"}), Whole("part", {0}), 0),
                payment("D", "4", Column("date", {"2026-03-01"}), Whole("part", {1'000'000'000}), 10'000)}));
  // By kind, and from a pool that is named.
  ASSERT_TRUE(Payments({Table({Column("subject", {"Z"}), Column("kind", {"b"}), Whole("amount_fen", {1}),
                               Column("date", {"2026-03-01"}), Column("pool", {"q"})})}));
  EXPECT_EQ(settlement_.history().Committed(0, 2026, ""), 1);
  // From the budget of another year than that of its date; years that are none count as not said.
  ASSERT_TRUE(Payments({Table({Column("subject", {"Z", "Z", "Z"}), Column("kind", {"b", "b", "b"}),
                               Whole("amount_fen", {10, 100, 1000}),
                               Column("date", {"2026-03-01", "2026-03-01", "2026-03-01"}),
                               Column("pool", {"q", "q", "q"}), Whole("pool_year", {2025, 0, 10'000})})}));
  EXPECT_EQ(settlement_.history().Committed(0, 2025, ""), 10);
  EXPECT_EQ(settlement_.history().Committed(0, 2026, ""), 1101);
  EXPECT_THAT(Settle(), ElementsAre("A/b/1 pay 80 part 3", "B/b/2 pay 80 part 4", "C/b/3 pay 80 part 2",
                                    "D/b/4 nothing 0 identity_used"));
}

TEST_F(ArrowInputTest, WhatIsWrongWithAPaymentIsSaidWithItsRow) {
  const int64_t least = std::numeric_limits<int64_t>::min();
  struct Case {
    Array payment;
    const char* code;
    const char* what;
  };
  const std::vector<Case> cases = {
      {OnePayment({Column("subject", {""})}), "ZD7012", "row 0 of the payments: a payment needs a subject"},
      {OnePayment({Column("policy", {""})}), "ZD7012", "a policy or a kind"},
      {OnePayment({Column("pool", {"none"})}), "ZD7013", "there is no pool \"none\""},
      {OnePayment({Whole("amount_fen", {std::nullopt})}), "ZD7014", "the payment has no amount"},
      {OnePayment({Whole("amount_fen", {least})}), "ZD7014", "the payment has no date"},
      {OnePayment({Column("date", {"soon"})}), "ZD7014", "the payment has no date"},
      {OnePayment({Column("date", {std::nullopt})}), "ZD7014", "the payment has no date"},
      {OnePayment({Fixed<int32_t>("tdD", "date", {std::nullopt})}), "ZD7014", "the payment has no date"},
      {OnePayment({Column("object", {std::string(65'537, 'x')})}), "ZD7009", "longer than 65,536 bytes"},
      {OnePayment({Dictionary<int8_t>("c", {3}, Texts("u", "object", {"p1"}))}), "ZD7001", "points outside"},
      {OnePayment({Fixed<uint64_t>("L", "year", {uint64_t{1} << 63})}), "ZD7001", "beyond 64 bits"},
      {OnePayment({Whole("date", {1})}), "ZD7002", "not dates"},
      {OneAward({}), "ZD7003", "no column \"date\""},
  };
  for (const Case& each : cases) {
    diagnostics_ = {};
    EXPECT_FALSE(Payments({each.payment})) << each.what;
    EXPECT_THAT(diagnostics_.Text(), HasSubstr(each.code)) << each.what;
    EXPECT_THAT(diagnostics_.Text(), HasSubstr(each.what));
  }
  EXPECT_EQ(settlement_.history().rows(), 0);
}

}  // namespace
}  // namespace zhida::payout

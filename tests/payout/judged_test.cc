// From judged pairs to awards: keys, orders, sums and payees of every kind of value, known or not.
#include "engine/payout/judged.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/pack/pack_files.h"

namespace zhida::payout {
namespace {

using testing::ElementsAre;

// Facts by id; what is not set is missing.
class Subject : public feel::FactSource {
 public:
  explicit Subject(const pack::Pack& pack) : pack_(pack) {}
  void Set(const std::string& id, Value value) { values_[pack_.schema.Find(id)] = std::move(value); }
  Value Get(int fact, feel::Reading /*reading*/) const override {
    const auto found = values_.find(fact);
    return found == values_.end() ? Value::Unknown(Cause::kMissing) : found->second;
  }

 private:
  const pack::Pack& pack_;
  std::map<int, Value> values_;
};

pack::PackPtr TestPack() {
  return pack::Load(pack::FilesOf(R"(
== pack.yaml
id: p
version: 1.0.0
kind: firm
== schema.yaml
key: uscc
facts:
  - {id: uscc, type: string}
  - {id: sum_due, type: money}
  - {id: day, type: date}
  - {id: staff, type: decimal(6)}
  - {id: listed, type: boolean}
  - {id: moment, type: datetime}
  - {id: county, type: string}
  - {id: firm_name, type: string, nullable: true}
  - {id: holder, type: string, nullable: true}
  - {id: account, type: string, nullable: true}
  - {id: bank, type: string, nullable: true}
== settlement.yaml
groups: [{id: g}, {id: o}, {id: y, limit: sum_due}, {id: z}]
pools:
  - {id: q, control: ranked, order_by: [day, staff, listed, moment], budgets: [{year: 2026, total: 1元}], quotas: {by: county, parts: {east: 1元}}}
payee: {name: firm_name, account_name: holder, account: account, bank: bank}
== policies/a.yaml
- id: a
  clauses: [{id: k, when: 'listed', article: 一}]
  amount: sum_due
  cap: 5
  pool: q
  min_pay: sum_due
  event_key: {kind: a, object: county, year: Y}
  combine: [{group: g, form: MAX, key: staff}, {group: o, form: ONCE_ID}, {group: y, form: CAP_YEAR}]
- id: b
  clauses: [{id: k, when: 'listed', article: 一}]
  event_key: {kind: b}
  combine: {group: z, form: PCT_UPPER, of: [a], rate: 10%}
  payee: {name: firm_name}
- id: c
  clauses: [{id: k, when: 'listed', article: 一}]
)"));
}

class JudgedTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(pack_, nullptr); }

  // The only award of the pair; texts live as long as the next call.
  AwardInput Award(int policy, pack::Outcome outcome = pack::Outcome::kEligible) {
    pack::SubjectJudge judge(*pack_, *Date::Parse("2026-06-30"), subject_);
    AwardTable table;
    kept_ = {};
    AwardsOfPair(judge, "S", policy, outcome, [&](const AwardInput& input) { kept_.Add(input); });
    EXPECT_EQ(kept_.rows.size(), 1U);
    const payout::Award& award = kept_.rows[0];
    AwardInput input;
    input.subject = kept_.View(award.subject);
    input.object = kept_.View(award.object);
    input.region = kept_.View(award.region);
    input.amount_fen = award.amount_fen;
    input.unclipped_fen = award.unclipped_fen;
    input.min_pay_fen = award.min_pay_fen;
    input.year = award.year;
    input.object_known = award.object_known;
    input.order = kept_.OrderOf(award);
    links_.clear();
    for (const Link& link : kept_.links) links_.push_back({kept_.View(link.key), link.key_known, link.fen});
    input.links = links_;
    input.payee_name = kept_.View(kept_.payees[award.payee].name);
    input.payee_account = kept_.View(kept_.payees[award.payee].account);
    input.payee_bank = kept_.View(kept_.payees[award.payee].bank);
    input.payee_state = award.payee_state;
    return input;
  }

  pack::PackPtr pack_ = TestPack();
  Subject subject_{*pack_};
  AwardTable kept_;
  std::vector<AwardInput::Link> links_;
};

TEST_F(JudgedTest, EverythingKnown) {
  subject_.Set("sum_due", Value::Number(8));
  subject_.Set("day", Value::OfDate(*Date::Parse("2026-03-01")));
  subject_.Set("staff", Value::Number(*Decimal::Parse("12.5")));
  subject_.Set("listed", Value::Boolean(true));
  subject_.Set("moment", Value::OfDateTime(*DateTime::Parse("1970-01-02T00:00:00Z")));
  subject_.Set("county", Value::String("east"));
  subject_.Set("firm_name", Value::String("甲公司"));
  subject_.Set("holder", Value::String("甲公司"));
  subject_.Set("account", Value::String("123"));
  subject_.Set("bank", Value::Null());
  const AwardInput award = Award(0);
  EXPECT_EQ(award.subject, "S");
  EXPECT_EQ(award.object, "east");
  EXPECT_EQ(award.region, "east");
  EXPECT_EQ(award.amount_fen, 500);
  EXPECT_EQ(award.unclipped_fen, 800);
  EXPECT_EQ(award.min_pay_fen, 800);
  EXPECT_EQ(award.year, 2026);
  EXPECT_THAT(award.order, ElementsAre(20'513, 12'500'000, 0, 86'400));
  EXPECT_EQ(award.links[0].key, "12.5");
  EXPECT_EQ(award.links[1].key, "east");
  EXPECT_EQ(award.links[2].fen, 800);
  EXPECT_EQ(award.payee_state, PayeeState::kFine);
  EXPECT_EQ(award.payee_account, "123");
  EXPECT_EQ(award.payee_bank, "");
}

TEST_F(JudgedTest, NothingKnown) {
  const AwardInput award = Award(0, pack::Outcome::kUndetermined);
  EXPECT_FALSE(award.object_known);
  EXPECT_EQ(award.object, "");
  EXPECT_EQ(award.amount_fen, kNoFen);
  EXPECT_EQ(award.min_pay_fen, kUnknownFen);
  EXPECT_THAT(award.order, testing::Each(kUnknownFen));
  EXPECT_FALSE(award.links[0].key_known);
  EXPECT_FALSE(award.links[1].key_known);
  EXPECT_EQ(award.links[2].fen, kUnknownFen);
  EXPECT_EQ(award.payee_state, PayeeState::kUnknown);
}

// Too long for a key, too large to be put in order by, no before yes.
TEST_F(JudgedTest, ValuesThatAreTooMuch) {
  subject_.Set("listed", Value::Boolean(false));
  subject_.Set("county", Value::String(std::string(65'537, 'x')));
  subject_.Set("staff", Value::Number(*Decimal::Parse("10000000000000")));
  AwardInput award = Award(0, pack::Outcome::kConditional);
  EXPECT_FALSE(award.object_known);
  EXPECT_EQ(award.region, "");
  EXPECT_EQ(award.order[1], kUnknownFen);
  EXPECT_EQ(award.order[2], 1);
  subject_.Set("staff", Value::Number(*Decimal::Parse("1E6144")));
  award = Award(0, pack::Outcome::kConditional);
  EXPECT_EQ(award.order[1], kUnknownFen);
}

TEST_F(JudgedTest, WhomToPay) {
  const auto state = [&](Value name, Value holder, Value account) {
    subject_.Set("firm_name", std::move(name));
    subject_.Set("holder", std::move(holder));
    subject_.Set("account", std::move(account));
    return Award(0, pack::Outcome::kConditional).payee_state;
  };
  const Value jia = Value::String("甲公司");
  const Value yi = Value::String("乙公司");
  const Value unknown = Value::Unknown(Cause::kMissing);
  const Value number = Value::String("1");
  EXPECT_EQ(state(jia, jia, number), PayeeState::kFine);
  EXPECT_EQ(state(jia, yi, number), PayeeState::kOtherName);
  EXPECT_EQ(state(jia, Value::Null(), number), PayeeState::kFine);  // no other name is given
  EXPECT_EQ(state(unknown, jia, number), PayeeState::kUnknown);
  EXPECT_EQ(state(jia, unknown, number), PayeeState::kUnknown);
  EXPECT_EQ(state(jia, jia, unknown), PayeeState::kUnknown);
  EXPECT_EQ(state(jia, jia, Value::Null()), PayeeState::kUnknown);
  // The account's own name is printed, or the subject's where there is no other.
  EXPECT_EQ(state(jia, yi, number), PayeeState::kOtherName);
  EXPECT_EQ(Award(0, pack::Outcome::kConditional).payee_name, "乙公司");
  subject_.Set("holder", Value::Null());
  EXPECT_EQ(Award(0, pack::Outcome::kConditional).payee_name, "甲公司");
  // A policy with a payee of its own that has no account is paid some other way.
  EXPECT_EQ(Award(1).payee_state, PayeeState::kFine);
  EXPECT_EQ(Award(1).year, kNoYear);
}

TEST_F(JudgedTest, WhichPairsSettlementWantsToSee) {
  const std::vector<Wanted> wanted = WantedOf(*pack_);
  const auto of = [&](size_t i) { return std::pair(wanted[i].award, wanted[i].undetermined); };
  EXPECT_EQ(of(0), std::pair(true, true));    // has an amount; is a rival and somebody's upper level
  EXPECT_EQ(of(1), std::pair(true, false));   // a percentage is an award
  EXPECT_EQ(of(2), std::pair(false, false));  // no money at all
}

}  // namespace
}  // namespace zhida::payout

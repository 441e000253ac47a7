// Random steps of a ledger, each answered by the ledger and by a reference of a hundred lines.
//
// Few subjects, tight budgets and small amounts, so that nearly every kind of step meets nearly every state.
// The ledgers live until they have a few hundred payments; then they are audited and thrown away.

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>

#include "tests/ledger/fixture.h"
#include "tests/ledger/reference.h"
#include "tests/test_size.h"

namespace zhida::ledger {
namespace {

using Name = std::pair<std::string, int>;

class Stepper {
 public:
  Stepper(const std::string& url, uint64_t seed) : url_(url), random_(seed) { Open(); }

  void Step() {
    const int kind = Pick(100);
    if (kind < 3) return Budget();
    if (kind < 4) return CloseOrCarry();
    if (kind < 45) return Reserve();
    if (kind < 55) return Export();
    if (kind < 60) return RetrySome();
    if (kind < 61) return Reopen();
    Apply();
  }

  // Everything the ledger says of itself, against the reference.
  void CompareAll() {
    for (auto& [key, attempts] : reference_.keys) {
      std::vector<Payment> found;
      Diagnostics diagnostics;
      ASSERT_TRUE(ledger_->FindAttempts(KeyOf(key), &found, &diagnostics));
      ASSERT_EQ(found.size(), attempts.size());
      for (size_t i = 0; i < found.size(); ++i) {
        EXPECT_EQ(found[i].id, attempts[i].id);
        EXPECT_EQ(StateName(found[i].state), attempts[i].state);
        EXPECT_EQ(found[i].returned_fen, attempts[i].back);
        EXPECT_EQ(found[i].demanded_fen, attempts[i].asked);
        EXPECT_EQ(found[i].reserve.payee.account, attempts[i].account);
      }
    }
    std::vector<Balance> balances;
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger_->Balances(&balances, &diagnostics));
    EXPECT_EQ(balances.size(), reference_.pools.size());
    for (const Balance& balance : balances) {
      const Name name{balance.pool, balance.year};
      EXPECT_EQ(balance.budget_fen, reference_.pools[name].budget);
      EXPECT_EQ(balance.budget_fen - balance.free_fen, reference_.Used(name));
      EXPECT_GE(balance.free_fen, 0);
      EXPECT_EQ(balance.closed, reference_.pools[name].closed);
    }
    ExpectSound(ledger_.get());
  }

  const std::map<std::string, int64_t>& answers() const { return answers_; }

 private:
  void Open() {
    Diagnostics diagnostics;
    ledger_ = Ledger::Open(url_, {}, &diagnostics);
    ASSERT_TRUE(ledger_) << diagnostics.Text();
  }
  void Reopen() {
    ledger_.reset();
    Open();
  }
  int Pick(int count) { return static_cast<int>(random_() % static_cast<uint64_t>(count)); }
  Name PickPool() { return {Pick(4) == 0 ? "south" : "north", 2026 + Pick(2)}; }
  Act PickAct() { return {Pick(2) == 0 ? "lin" : "wu", 1'780'000'000 + Pick(1'000)}; }
  static EventKey KeyOf(const std::pair<std::string, std::string>& key) {
    return {key.first, "award", "", 2026, key.second};
  }
  // Any payment, old attempts included; null while there is none.
  Reference::Pay* PickPay() {
    std::vector<Reference::Pay*> all;
    for (auto& [key, attempts] : reference_.keys) {
      if (!attempts.empty() && Pick(3) == 0)
        all.push_back(&attempts[static_cast<size_t>(Pick(static_cast<int>(attempts.size())))]);
      if (!attempts.empty()) all.push_back(&attempts.back());
    }
    return all.empty() ? nullptr : all[static_cast<size_t>(Pick(static_cast<int>(all.size())))];
  }
  void Compare(const std::string& what, const std::string& got, const std::string& expected) {
    ++answers_[what + " " + (expected.empty() ? "done" : expected)];
    ASSERT_EQ(got, expected) << what;
  }
  static std::string CodeOfCall(bool done, const Diagnostics& diagnostics) {
    return done ? "" : CodeOf(diagnostics);
  }

  void Budget() {
    const Name name = PickPool();
    const int64_t total_fen = Pick(60);
    Diagnostics diagnostics;
    const bool done = ledger_->SetBudget(name.first, name.second, total_fen, PickAct(), &diagnostics);
    Compare("budget", CodeOfCall(done, diagnostics), reference_.SetBudget(name, total_fen));
  }

  void CloseOrCarry() {
    const Name name = PickPool();
    Diagnostics diagnostics;
    if (Pick(8) == 0) {
      const bool done = ledger_->CloseYear(name.first, name.second, PickAct(), &diagnostics);
      return Compare("close", CodeOfCall(done, diagnostics), reference_.Close(name));
    }
    int64_t moved_fen = 0;
    const bool done = ledger_->CarryOver(name.first, name.second, PickAct(), &moved_fen, &diagnostics);
    Compare("carry", CodeOfCall(done, diagnostics), reference_.Carry(name));
  }

  void Reserve() {
    const Act act = PickAct();
    std::vector<Reservation> requests;
    for (int i = Pick(4); i >= 0; --i) {
      Reservation request = Request(std::to_string(Pick(12)), 1 + Pick(4));
      const Name name = PickPool();
      request.key.object = "";
      request.key.part = std::to_string(1 + Pick(2));
      request.pool = name.first;
      request.pool_year = name.second;
      if (Pick(10) == 0) request.policy = "growth";
      if (Pick(10) == 0) request.payee.account = "other";
      if (Pick(8) == 0) request.hold = "look at it";
      requests.push_back(request);
    }
    std::vector<ReserveAnswer> answers;
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger_->Reserve(requests, act, &answers, &diagnostics)) << diagnostics.Text();
    for (size_t i = 0; i < requests.size(); ++i) {
      const std::string expected = reference_.Reserve(requests[i], act.actor);
      const std::string got = answers[i].result == ReserveAnswer::Result::kReserved ? ""
                              : answers[i].result == ReserveAnswer::Result::kExists ? "same"
                                                                                    : answers[i].refusal.code;
      Compare("reserve", got, expected);
    }
  }

  void Apply() {
    static const EntryKind kinds[] = {EntryKind::kHold,    EntryKind::kRelease, EntryKind::kWithdraw,
                                      EntryKind::kPending, EntryKind::kUnknown, EntryKind::kPost,
                                      EntryKind::kPost,    EntryKind::kReject,  EntryKind::kVoid,
                                      EntryKind::kReturn,  EntryKind::kReturn,  EntryKind::kDemand,
                                      EntryKind::kRecover};
    std::vector<Change> changes;
    std::vector<Reference::Pay*> pays;
    for (int i = Pick(3); i >= 0; --i) {
      Reference::Pay* const pay = PickPay();
      if (pay == nullptr) return;
      const EntryKind kind = kinds[Pick(13)];
      const int64_t fen = kind >= EntryKind::kReturn || Pick(8) == 0 ? Pick(4) : 0;
      changes.push_back({pay->id, kind, fen, "", "r" + std::to_string(Pick(4)), ""});
      pays.push_back(pay);
    }
    std::vector<ChangeAnswer> answers;
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger_->Apply(changes, PickAct(), &answers, &diagnostics)) << diagnostics.Text();
    for (size_t i = 0; i < changes.size(); ++i) {
      const std::string kind(EntryKindName(changes[i].kind));
      const std::string expected =
          reference_.Apply(pays[i], kind, changes[i].amount_fen, changes[i].reference);
      const std::string got = answers[i].result == ChangeAnswer::Result::kDone      ? ""
                              : answers[i].result == ChangeAnswer::Result::kAlready ? "same"
                                                                                    : answers[i].refusal.code;
      Compare(kind, got, expected);
    }
  }

  void Export() {
    const Act act = PickAct();
    const std::string file = "f" + std::to_string(Pick(20) == 0 ? 0 : files_++);
    std::vector<std::string> ids;
    std::vector<Reference::Pay*> pays;
    for (int i = Pick(3); i >= 0; --i) {
      Reference::Pay* pay = PickPay();
      for (int tries = 0; pay != nullptr && pay->state != "reserved" && tries < 4; ++tries) pay = PickPay();
      if (pay == nullptr) return;
      ids.push_back(pay->id);
      pays.push_back(pay);
    }
    Diagnostics diagnostics;
    const bool done = ledger_->Export({file, "sha256:" + file, ""}, ids, act, &diagnostics);
    // Which payment of several is at fault first, both say by order; twice comes before the rest in the
    // ledger.
    Compare("export", CodeOfCall(done, diagnostics), reference_.Export(file, pays, act.actor));
  }

  void RetrySome() {
    Reference::Pay* const pay = PickPay();
    if (pay == nullptr || pay->state != "rejected") return;
    for (auto& [key, attempts] : reference_.keys) {
      if (attempts.empty() || &attempts.back() != pay) continue;
      const Act act = PickAct();
      std::vector<ReserveAnswer> answers;
      Diagnostics diagnostics;
      ASSERT_TRUE(ledger_->RetryRejected(std::vector{Retry{pay->id, Payee{"Firm", "new", ""}}}, act, &answers,
                                         &diagnostics));
      Compare("retry", answers[0].refusal.code, "");
      Reference::Pay next = *pay;
      pay->state = "void";
      next.id = PaymentId(KeyOf(key), static_cast<int>(attempts.size()) + 1);
      next.state = "reserved";
      next.account = "new";
      next.by = act.actor;
      next.references.clear();
      attempts.push_back(next);
      return;
    }
  }

  std::string url_;
  std::mt19937_64 random_;
  std::unique_ptr<Ledger> ledger_;
  Reference reference_;
  std::map<std::string, int64_t> answers_;
  int files_ = 1;
};

class ModelTest : public testing::TestWithParam<Backend> {};
ZHIDA_ON_BOTH_DATABASES(ModelTest);

TEST_P(ModelTest, AnswersAsTheReferenceDoes) {
  const char* const given = std::getenv("ZHIDA_SEED");
  uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  const bool sqlite = GetParam() == Backend::kSqlite;
  const int64_t steps = sqlite ? (FullSize() ? 1'000'000 : 20'000) : (FullSize() ? 50'000 : 1'000);
  const uint64_t first_seed = seed;
  std::map<std::string, int64_t> answers;
  int ledgers = 0;
  for (int64_t step = 0; step < steps; ++seed, ++ledgers) {
    Place place(GetParam());
    Stepper stepper(place.url(), seed);
    // Long enough for years to be closed, short enough not to spend its life with closed years only.
    for (int own = 0; own < 2'000 && step < steps && !HasFailure(); ++own, ++step) stepper.Step();
    stepper.CompareAll();
    for (const auto& [answer, count] : stepper.answers()) answers[answer] += count;
    ASSERT_FALSE(HasFailure()) << "ZHIDA_SEED=" << seed;
  }
  // A tester that never meets an answer says nothing about it.
  for (const char* const needed :
       {"reserve done", "reserve same", "reserve ZD7114", "reserve ZD7120", "reserve ZD7121",
        "reserve ZD7122", "budget ZD7115", "post done", "post same", "void done", "return done",
        "return same", "recover done", "demand done", "export done", "export ZD7133", "retry done",
        "reject done", "unknown done"}) {
    EXPECT_GT(answers[needed], 0) << needed;
  }
  std::printf("steps: %lld on %d ledgers, seeds %llu to %llu\n", static_cast<long long>(steps), ledgers,
              static_cast<unsigned long long>(first_seed), static_cast<unsigned long long>(seed - 1));
}

}  // namespace
}  // namespace zhida::ledger

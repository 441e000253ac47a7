// Ledgers that a hand has changed: the audit names the first bad entry, or the table that does not follow.

#include <gtest/gtest.h>

#include <vector>

#include "engine/ledger/bounds.h"
#include "engine/ledger/canonical.h"
#include "tests/ledger/fixture.h"

namespace zhida::ledger {
namespace {

class AuditTest : public OnBothDatabases {
 protected:
  // Entries: 1 budget, 2 reserve A, 3 file, 4 export A, 5 post A, 6 reserve B, 7 hold B, 8 return of A,
  // 9 answer, 10 void B, 11 reserve B again, 12 close of another pool's year.
  void MakeLedger() {
    SetBudget(100'000);
    paid_ = Paid("A", 30'000);
    Reservation held = Request("B", 5'000);
    held.hold = "look";
    const std::string b = ReserveOne(ledger_.get(), held).id;
    EXPECT_EQ(ApplyOne(ledger_.get(), {paid_, EntryKind::kReturn, 1'000, "", "r", ""}).state, State::kPaid);
    bool again = false;
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger_->RecordAnswer({"answer", false, "d", 1, 1, "", 0}, kPayer, &again, &diagnostics));
    EXPECT_EQ(ApplyOne(ledger_.get(), {b, EntryKind::kVoid, 0, "", "", ""}).state, State::kVoid);
    Reserved("B", 6'000);
    SetBudget(7, "other", 2020);
    ASSERT_TRUE(ledger_->ReadHead(&head_, &diagnostics));
    ASSERT_EQ(head_.seq, 12);
    ExpectSound(ledger_.get());
  }

  AuditReport AuditAfter(const std::string& sql, const std::optional<Head>& anchor = std::nullopt) {
    ledger_.reset();
    place_.Tamper(sql);
    ledger_ = place_.Open();
    AuditReport report;
    Diagnostics diagnostics;
    EXPECT_TRUE(ledger_->Audit(anchor, &report, &diagnostics)) << diagnostics.Text();
    EXPECT_EQ(report.ok, report.findings.empty());
    return report;
  }

  std::string paid_;
  Head head_;
};
ZHIDA_ON_BOTH_DATABASES(AuditTest);

struct Tampering {
  std::string sql;
  std::string code;
  int64_t seq;  // the entry that is named; 0: none
};

TEST_P(AuditTest, NamesWhatWasChanged) {
  const std::vector<Tampering> rows = {
      {"UPDATE entry SET amount_fen = 29999 WHERE seq = 2", "ZD7140", 2},
      {"UPDATE entry SET payee_account = '666' WHERE seq = 6", "ZD7140", 6},
      {"UPDATE entry SET reason = 'fine' WHERE seq = 7", "ZD7140", 7},
      {"UPDATE entry SET actor = 'wang' WHERE seq = 5", "ZD7140", 5},
      {"UPDATE entry SET at = at + 1 WHERE seq = 12", "ZD7140", 12},
      {"UPDATE entry SET kind = 'recover' WHERE seq = 8", "ZD7140", 8},
      {"UPDATE entry SET kind = 'steal' WHERE seq = 8", "ZD7106", 8},
      {"UPDATE entry SET digest = (SELECT digest FROM entry WHERE seq = 4) WHERE seq = 5", "ZD7140", 5},
      {"DELETE FROM entry WHERE seq = 4", "ZD7141", 4},
      {"DELETE FROM entry WHERE seq = 1", "ZD7141", 1},
      {"DELETE FROM entry WHERE seq > 10", "ZD7141", 11},
      {"DELETE FROM entry WHERE seq > 11", "ZD7141", 12},
      {"UPDATE payment SET state = 'returned' WHERE number = 1", "ZD7143", 0},
      {"UPDATE payment SET state = 'gone' WHERE number = 1", "ZD7106", 13},
      {"UPDATE payment SET returned_fen = 0 WHERE number = 1", "ZD7143", 0},
      {"UPDATE payment SET demanded_fen = 5 WHERE number = 1", "ZD7143", 0},
      {"UPDATE payment SET file = 'x' WHERE number = 1", "ZD7143", 0},
      {"UPDATE payment SET reserve_seq = 6 WHERE number = 1", "ZD7143", 0},
      {"UPDATE payment SET id = 'ZD00' WHERE number = 3", "ZD7143", 0},
      {"DELETE FROM payment WHERE number = 3", "ZD7143", 0},
      {"DELETE FROM payment WHERE number = 1", "ZD7143", 0},
      {"INSERT INTO payment SELECT 4, 'ZDX', reserve_seq, state, 0, 0, '' FROM payment WHERE number = 3",
       "ZD7143", 0},
      {"UPDATE pool SET budget_fen = budget_fen + 1, free_fen = free_fen + 1", "ZD7144", 0},
      {"DELETE FROM pool WHERE year = 2020", "ZD7144", 0},
      {"INSERT INTO pool VALUES ('new', 2026, 0, 5, 5, 0, 0, 0)", "ZD7144", 0},
      {"UPDATE file SET digest = 'sha256:other' WHERE outgoing = 1", "ZD7146", 0},
      {"DELETE FROM file WHERE outgoing = 0", "ZD7146", 0},
      {"INSERT INTO file VALUES ('z', 1, 'd', 1, 1, '', 99)", "ZD7146", 0},
      {"UPDATE head SET seq = 11", "ZD7147", 0},
      {"UPDATE head SET seq = 20", "ZD7141", 13},
      {"UPDATE head SET payments = 9", "ZD7147", 0},
  };
  MakeLedger();
  ledger_.reset();
  for (const Tampering& row : rows) {
    // The tables as they were, put back after each.
    place_.Tamper(
        "CREATE TABLE entry2 AS SELECT * FROM entry; CREATE TABLE payment2 AS SELECT * FROM payment;"
        "CREATE TABLE pool2 AS SELECT * FROM pool; CREATE TABLE file2 AS SELECT * FROM file;"
        "CREATE TABLE head2 AS SELECT * FROM head;");
    const AuditReport report = AuditAfter(row.sql);
    EXPECT_FALSE(report.ok) << row.sql;
    if (!report.ok) {
      EXPECT_EQ(report.findings[0].code, row.code) << row.sql << ": " << report.findings[0].Text();
      EXPECT_EQ(report.first_bad_seq, row.seq) << row.sql << ": " << report.findings[0].Text();
    }
    ledger_.reset();
    for (const char* const table : {"entry", "payment", "pool", "file", "head"}) {
      const std::string name(table);
      place_.Tamper("DELETE FROM " + name + "; INSERT INTO " + name + " SELECT * FROM " + name +
                    "2; DROP TABLE " + name + "2");
    }
  }
  ledger_ = place_.Open();
  ExpectSound(ledger_.get(), head_);
}

// Whoever changes an entry and all digests after it is found out by a head that was written down before.
TEST_P(AuditTest, AHeadWrittenDownFindsARewrittenOrShortenedLedger) {
  MakeLedger();
  ExpectSound(ledger_.get(), head_);
  Head wrong = head_;
  wrong.digest[0] ^= 1;
  AuditReport report;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->Audit(wrong, &report, &diagnostics));
  ASSERT_FALSE(report.ok);
  EXPECT_EQ(report.findings[0].code, "ZD7145");
  EXPECT_EQ(report.first_bad_seq, 12);
  // Cut short without a trace: the last entry, what it made, and the head as it was before.
  std::string digest;
  ASSERT_TRUE(ledger_->ForEachEntry(
      10,
      [&](const Entry& entry) {
        digest = DigestHex(entry.digest);
        return false;
      },
      &diagnostics));
  const std::string bytes =
      GetParam() == Backend::kSqlite ? "x'" + digest + "'" : "decode('" + digest + "', 'hex')";
  report = AuditAfter(
      "DELETE FROM entry WHERE seq = 12; DELETE FROM pool WHERE year = 2020; UPDATE head SET seq = 11, "
      "digest = " +
      bytes);
  EXPECT_TRUE(report.ok);
  report = AuditAfter("UPDATE head SET seq = 11", head_);
  ASSERT_FALSE(report.ok);
  EXPECT_EQ(report.findings[0].code, "ZD7145");
  EXPECT_EQ(report.first_bad_seq, 12);
}

TEST(AuditSqliteTest, BytesThatAreNoDigestAndIdsThatComeTwice) {
  Place place(Backend::kSqlite);
  {
    const auto ledger = place.Open();
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger->SetBudget("pool", 2026, 100, kPlanner, &diagnostics));
    ReserveOne(ledger.get(), Request("A", 10));
    ReserveOne(ledger.get(), Request("B", 10));
  }
  const auto audit = [&] {
    AuditReport report;
    Diagnostics diagnostics;
    EXPECT_TRUE(place.Open()->Audit(std::nullopt, &report, &diagnostics));
    return report;
  };
  place.Tamper(
      "ALTER TABLE payment RENAME TO old; CREATE TABLE payment AS SELECT * FROM old;"
      "UPDATE payment SET id = (SELECT id FROM old WHERE number = 1)");
  const AuditReport twice = audit();
  ASSERT_EQ(twice.findings.size(), 2u);
  EXPECT_NE(twice.findings[1].what.find("in the index twice"), std::string::npos) << twice.findings[1].what;
  place.Tamper("UPDATE entry SET digest = x'00' WHERE seq = 3");
  const AuditReport damaged = audit();
  ASSERT_FALSE(damaged.ok);
  EXPECT_EQ(damaged.findings[0].code, "ZD7106");
  EXPECT_EQ(damaged.first_bad_seq, 3);
}

TEST_P(AuditTest, AWindowOfAnySizeFindsTheSame) {
  MakeLedger();
  for (const int64_t window : {1, 2, 3}) {
    AuditReport report;
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger_->Audit(head_, &report, &diagnostics, window));
    EXPECT_TRUE(report.ok) << window;
    EXPECT_EQ(report.entries, 12);
    EXPECT_EQ(report.payments, 3);
  }
  ledger_.reset();
  place_.Tamper("UPDATE payment SET returned_fen = 3 WHERE number = 3");
  ledger_ = place_.Open();
  AuditReport report;
  Diagnostics diagnostics;
  ASSERT_TRUE(ledger_->Audit(head_, &report, &diagnostics, 1));
  EXPECT_EQ(report.findings.size(), 1u);
}

TEST(AuditLimitsTest, ListsSoManyFindings) {
  Place place(Backend::kSqlite);
  {
    const auto ledger = place.Open();
    Diagnostics diagnostics;
    ASSERT_TRUE(ledger->SetBudget("pool", 2026, 1'000'000, kPlanner, &diagnostics));
    std::vector<Reservation> requests;
    for (int i = 0; i < 300; ++i) requests.push_back(Request(std::to_string(i), 10));
    std::vector<ReserveAnswer> answers;
    ASSERT_TRUE(ledger->Reserve(requests, kPlanner, &answers, &diagnostics));
  }
  place.Tamper("UPDATE payment SET returned_fen = 1");
  AuditReport report;
  Diagnostics diagnostics;
  ASSERT_TRUE(place.Open()->Audit(std::nullopt, &report, &diagnostics));
  EXPECT_EQ(report.findings.size(), limits::kAuditFindingsMax);
}

// --- Ledgers with a sound chain, written by something that does not keep the rules.

class Forger {
 public:
  explicit Forger(const Place& place) : place_(place) { place.Open(); }

  void Add(Entry entry) {
    entry.seq = ++seq_;
    entry.actor = "forger";
    std::string buffer;
    entry.digest = last_ = ChainDigest(last_, entry, &buffer);
    const auto text = [](const std::string& value) { return "'" + value + "'"; };
    const auto number = [](int64_t value) { return std::to_string(value); };
    std::string row;
    for (const std::string& value : {number(entry.seq),       text(std::string(EntryKindName(entry.kind))),
                                     number(entry.at),        text(entry.actor),
                                     number(entry.payment),   text(entry.key.subject),
                                     text(entry.key.kind),    text(entry.key.object),
                                     number(entry.key.year),  text(entry.key.part),
                                     number(entry.attempt),   text(entry.policy),
                                     text(entry.payee.name),  text(entry.payee.account),
                                     text(entry.payee.bank),  text(entry.memo),
                                     text(entry.link),        text(entry.pool),
                                     number(entry.pool_year), number(entry.amount_fen),
                                     text(entry.file),        text(entry.reference),
                                     text(entry.reason),      "x'" + DigestHex(entry.digest) + "'"}) {
      row += (row.empty() ? "" : ", ") + value;
    }
    place_.Tamper("INSERT INTO entry VALUES (" + row + ")");
  }
  void Budget(int64_t fen) { Add(Of(EntryKind::kBudget, 0, fen)); }
  void Reserve(int64_t number, int64_t fen, int32_t attempt = 1, const std::string& subject = "") {
    Entry entry = Of(EntryKind::kReserve, number, fen);
    entry.key = {subject.empty() ? "A" + std::to_string(number) : subject, "k", "", 2026, "1"};
    entry.attempt = attempt;
    Add(entry);
    place_.Tamper("INSERT INTO payment VALUES (" + std::to_string(number) + ", '" +
                  PaymentId(entry.key, attempt) + "', " + std::to_string(seq_) + ", 'reserved', 0, 0, '')");
  }
  void Payment(int64_t number, int32_t attempt, int64_t seq, const std::string& subject) {
    const EventKey key{subject, "k", "", 2026, "1"};
    place_.Tamper("INSERT INTO payment VALUES (" + std::to_string(number) + ", '" + PaymentId(key, attempt) +
                  "', " + std::to_string(seq) + ", 'reserved', 0, 0, '')");
  }
  static Entry Of(EntryKind kind, int64_t payment, int64_t fen) {
    Entry entry;
    entry.kind = kind;
    entry.payment = payment;
    entry.amount_fen = fen;
    if (kind != EntryKind::kExport && kind != EntryKind::kHold) entry.pool = "pool", entry.pool_year = 2026;
    return entry;
  }
  static Entry OfFile(const std::string& id, int32_t count, int64_t fen) {
    Entry entry;
    entry.kind = EntryKind::kFileOut;
    entry.file = id;
    entry.attempt = count;
    entry.amount_fen = fen;
    return entry;
  }
  static Entry OfExport(int64_t payment, int64_t fen, const std::string& file) {
    Entry entry = Of(EntryKind::kExport, payment, fen);
    entry.file = file;
    return entry;
  }

  // The last entry is the one that is named.
  void ExpectFound(const char* what) const {
    AuditReport report;
    Diagnostics diagnostics;
    ASSERT_TRUE(place_.Open()->Audit(std::nullopt, &report, &diagnostics));
    ASSERT_FALSE(report.ok) << what;
    for (const Diagnostic& finding : report.findings) {
      if (finding.code == "ZD7142") {
        EXPECT_EQ(report.first_bad_seq, seq_) << what;
        return;
      }
    }
    ADD_FAILURE() << what << ": " << report.findings[0].Text();
  }

 private:
  const Place& place_;
  int64_t seq_ = 0;
  Digest last_{};
};

TEST(ForgedLedgerTest, StepsThatTheLedgerDoesNotAllowAreNamed) {
  using Forge = void (*)(Forger*);
  const std::pair<const char*, Forge> rows[] = {
      {"over the budget", [](Forger* f) { f->Budget(10), f->Reserve(1, 11); }},
      {"no budget at all", [](Forger* f) { f->Reserve(1, 11); }},
      {"a number left out", [](Forger* f) { f->Budget(10), f->Reserve(2, 5); }},
      {"the same event twice", [](Forger* f) { f->Budget(10), f->Reserve(1, 5), f->Reserve(2, 5, 2, "A1"); }},
      {"a second attempt without a first", [](Forger* f) { f->Budget(10), f->Reserve(1, 5, 7); }},
      {"a second attempt before the first",
       [](Forger* f) {
         // The first is in the table of payments when the audit looks for it, but later.
         f->Budget(10), f->Payment(2, 1, 1, "A1"), f->Reserve(1, 5, 2, "A1");
       }},
      {"a post of what was not exported",
       [](Forger* f) { f->Budget(10), f->Reserve(1, 5), f->Add(Forger::Of(EntryKind::kPost, 1, 5)); }},
      {"a void of another amount",
       [](Forger* f) { f->Budget(10), f->Reserve(1, 5), f->Add(Forger::Of(EntryKind::kVoid, 1, 4)); }},
      {"a void in another pool",
       [](Forger* f) {
         f->Budget(10), f->Reserve(1, 5);
         Entry other = Forger::Of(EntryKind::kBudget, 0, 5);
         other.pool = "other";
         f->Add(other);
         Entry reserve = Forger::Of(EntryKind::kReserve, 2, 5);
         reserve.key = {"A2", "k", "", 2026, "1"};
         reserve.attempt = 1;
         reserve.pool = "other";
         f->Add(reserve), f->Payment(2, 1, 4, "A2");
         Entry taken = Forger::Of(EntryKind::kVoid, 1, 5);
         taken.pool = "other";
         f->Add(taken);
       }},
      {"a void in no pool",
       [](Forger* f) {
         f->Budget(10), f->Reserve(1, 5);
         Entry taken = Forger::Of(EntryKind::kVoid, 1, 5);
         taken.pool = "none";
         f->Add(taken);
       }},
      {"a step of a payment that is not there",
       [](Forger* f) { f->Budget(10), f->Add(Forger::Of(EntryKind::kHold, 1, 0)); }},
      {"a step of no payment", [](Forger* f) { f->Budget(10), f->Add(Forger::Of(EntryKind::kHold, 0, 0)); }},
      {"a budget that is about a payment",
       [](Forger* f) { f->Budget(10), f->Reserve(1, 5), f->Add(Forger::Of(EntryKind::kBudget, 1, 10)); }},
      {"a budget below what is reserved", [](Forger* f) { f->Budget(10), f->Reserve(1, 5), f->Budget(4); }},
      {"a year closed twice",
       [](Forger* f) {
         f->Budget(10);
         f->Add(Forger::Of(EntryKind::kClose, 0, 0));
         f->Add(Forger::Of(EntryKind::kClose, 0, 0));
       }},
      {"a budget of a closed year",
       [](Forger* f) { f->Budget(10), f->Add(Forger::Of(EntryKind::kClose, 0, 0)), f->Budget(11); }},
      {"more carried over than there is",
       [](Forger* f) { f->Budget(10), f->Add(Forger::Of(EntryKind::kCarryOver, 0, 11)); }},
      {"a debt carried over",
       [](Forger* f) { f->Budget(10), f->Add(Forger::Of(EntryKind::kCarryOver, 0, -1)); }},
      {"an export into no file",
       [](Forger* f) { f->Budget(10), f->Reserve(1, 5), f->Add(Forger::OfExport(1, 5, "f")); }},
      {"an export into another file",
       [](Forger* f) {
         f->Budget(10), f->Reserve(1, 5), f->Add(Forger::OfFile("f", 1, 5)),
             f->Add(Forger::OfExport(1, 5, "g"));
       }},
      {"more exports than the file counts",
       [](Forger* f) {
         f->Budget(10), f->Reserve(1, 5), f->Reserve(2, 5), f->Add(Forger::OfFile("f", 1, 5));
         f->Add(Forger::OfExport(1, 5, "f")), f->Add(Forger::OfExport(2, 5, "f"));
       }},
      {"another total than the file's",
       [](Forger* f) {
         f->Budget(10), f->Reserve(1, 5), f->Add(Forger::OfFile("f", 1, 6)),
             f->Add(Forger::OfExport(1, 5, "f"));
       }},
      {"a file twice",
       [](Forger* f) { f->Add(Forger::OfFile("f", 0, 0)), f->Add(Forger::OfFile("f", 0, 0)); }},
      {"a file before the last is complete",
       [](Forger* f) { f->Add(Forger::OfFile("f", 1, 5)), f->Add(Forger::OfFile("g", 0, 0)); }},
      {"a file that is not complete", [](Forger* f) { f->Add(Forger::OfFile("f", 1, 5)); }},
      {"a file that supersedes none",
       [](Forger* f) {
         Entry file = Forger::OfFile("f", 0, 0);
         file.reference = "none";
         f->Add(file);
       }},
  };
  for (const auto& [what, forge] : rows) {
    Place place(Backend::kSqlite);
    Forger forger(place);
    forge(&forger);
    forger.ExpectFound(what);
  }
}

}  // namespace
}  // namespace zhida::ledger

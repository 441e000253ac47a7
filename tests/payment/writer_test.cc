// Payment files: the bytes of both formats, what is refused, and that memory and bytes do not vary.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <random>

#include "tests/payment/fixture.h"

namespace zhida::payment {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(FenDecimal, GoesThereAndBack) {
  for (const int64_t fen : {int64_t{0}, int64_t{1}, int64_t{10}, int64_t{99}, int64_t{100},
                            int64_t{6'600'000}, kTransferFenMax}) {
    int64_t back = -1;
    EXPECT_TRUE(ParseFenDecimal(FenDecimal(fen), &back));
    EXPECT_EQ(back, fen);
  }
  EXPECT_EQ(FenDecimal(6'600'001), "66000.01");
  EXPECT_EQ(FenDecimal(-5), "-0.05");
}

TEST(FenDecimal, TakesWhatBanksWriteAndNothingElse) {
  const std::pair<const char*, int64_t> good[] = {{"5", 500}, {"5.", 500},      {"5.0", 500},
                                                  {".5", 50}, {"5.12000", 512}, {"005.10", 510}};
  for (const auto& [text, fen] : good) {
    int64_t value = -1;
    EXPECT_TRUE(ParseFenDecimal(text, &value)) << text;
    EXPECT_EQ(value, fen) << text;
  }
  for (const char* bad : {"", ".", "-5", "+5", "5.001", "5,00", "1e3", " 5", "5.0.0", "五",
                          "99999999999999999999", "92233720368547758.08"}) {
    int64_t value = -1;
    EXPECT_FALSE(ParseFenDecimal(bad, &value)) << bad;
  }
}

TEST(Pain001, HoldsWhatTheBatchSays) {
  const std::vector<Transfer> transfers = {TransferOf(1, 6'600'000),
                                           TransferOf(2, 1, "A & B <\"有限\"> 公司")};
  const std::string text = Written(Profile(kPain001Profile), BatchOf(transfers), transfers);
  EXPECT_EQ(
      text,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n"
      "<CstmrCdtTrfInitn>\n"
      "<GrpHdr><MsgId>ZD-20261130-0001</MsgId><CreDtTm>2026-11-29T09:30:00+08:00</CreDtTm>"
      "<NbOfTxs>2</NbOfTxs><CtrlSum>66000.01</CtrlSum><InitgPty><Nm>样例市财政局</Nm></InitgPty></GrpHdr>\n"
      "<PmtInf><PmtInfId>ZD-20261130-0001</PmtInfId><PmtMtd>TRF</PmtMtd><NbOfTxs>2</NbOfTxs>"
      "<CtrlSum>66000.01</CtrlSum><ReqdExctnDt><Dt>2026-11-30</Dt></ReqdExctnDt>"
      "<Dbtr><Nm>样例市财政局</Nm></Dbtr><DbtrAcct><Id><Othr><Id>3500123456789012345</Id></Othr></Id></"
      "DbtrAcct>"
      "<DbtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>102391000018</MmbId>"
      "</ClrSysMmbId></FinInstnId></DbtrAgt>\n"
      "<CdtTrfTxInf><PmtId><EndToEndId>ZD00000000000000000000000000000001</EndToEndId></PmtId>"
      "<Amt><InstdAmt Ccy=\"CNY\">66000.00</InstdAmt></Amt><CdtrAgt><FinInstnId><ClrSysMmbId>"
      "<ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>105397000017</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>"
      "<Cdtr><Nm>泉州样例机械有限公司</Nm></Cdtr><CdtrAcct><Id><Othr><Id>6222020000000000001</Id></Othr></Id>"
      "</CdtrAcct><RmtInf><Ustrd>研发投入增量奖补</Ustrd></RmtInf></CdtTrfTxInf>\n"
      "<CdtTrfTxInf><PmtId><EndToEndId>ZD00000000000000000000000000000002</EndToEndId></PmtId>"
      "<Amt><InstdAmt Ccy=\"CNY\">0.01</InstdAmt></Amt><CdtrAgt><FinInstnId><ClrSysMmbId>"
      "<ClrSysId><Cd>CNAPS</Cd></ClrSysId><MmbId>105397000017</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>"
      "<Cdtr><Nm>A &amp; B &lt;\"有限\"&gt; 公司</Nm></Cdtr><CdtrAcct><Id><Othr><Id>6222020000000000002</Id>"
      "</Othr></Id></CdtrAcct><RmtInf><Ustrd>研发投入增量奖补</Ustrd></RmtInf></CdtTrfTxInf>\n"
      "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n");
}

TEST(Pain001, AnEmptyMemoIsLeftOut) {
  Transfer transfer = TransferOf(1, 100);
  transfer.memo.clear();
  EXPECT_THAT(Written(Profile(kPain001Profile), BatchOf({transfer}), {transfer}), Not(HasSubstr("RmtInf")));
}

TEST(Writer, TheSameBatchGivesTheSameBytes) {
  std::vector<Transfer> transfers;
  for (int i = 1; i <= 1000; ++i) transfers.push_back(TransferOf(i, i * 137));
  for (const std::string_view profile : {kPain001Profile, kCsvProfile}) {
    EXPECT_EQ(Written(Profile(profile), BatchOf(transfers), transfers),
              Written(Profile(profile), BatchOf(transfers), transfers));
  }
}

TEST(Writer, RefusesATransferThatABankWouldReadOtherwise) {
  struct Row {
    void (*spoil)(Transfer& transfer);
    const char* told;
  };
  const Row rows[] = {
      {[](Transfer& t) { t.amount_fen = 0; }, "the amount is 0.00 yuan"},
      {[](Transfer& t) { t.amount_fen = -5; }, "the amount is -0.05 yuan"},
      {[](Transfer& t) { t.payee.name = "甲\n乙公司"; },
       "the payee's name holds the control character U+000A"},
      {[](Transfer& t) { t.payee.name = "甲\u202E公司"; },
       "the payee's name holds the control character U+202E"},
      {[](Transfer& t) { t.payee.name = "甲\xFF"; }, "the payee's name is not UTF-8"},
      {[](Transfer& t) { t.payee.name = ""; }, "the payee's name is empty"},
      {[](Transfer& t) { t.payee.name = " 甲公司"; }, "begins or ends with a blank"},
      {[](Transfer& t) { t.payee.name = "甲公司\u3000"; }, "begins or ends with a blank"},
      {[](Transfer& t) { t.payee.name = std::string(141, 'x'); }, "has 141 characters; a bank takes 140"},
      {[](Transfer& t) { t.payee.number = "=1+2"; }, "something other than letters, digits and hyphens"},
      {[](Transfer& t) { t.payee.number = "-12"; }, "the payee's account begins with a hyphen"},
      {[](Transfer& t) { t.payee.number = std::string(35, '1'); }, "has 35 characters; a bank takes 34"},
      {[](Transfer& t) { t.payee.number = ""; }, "the payee's account is empty"},
      {[](Transfer& t) { t.payee.bank = ""; }, "the payee's bank is empty"},
      {[](Transfer& t) { t.memo = std::string(141, 'm'); }, "the memo has 141 characters"},
      {[](Transfer& t) { t.memo = std::string("\x01"); }, "the memo holds the control character U+0001"},
  };
  for (const std::string_view profile : {kPain001Profile, kCsvProfile}) {
    for (const Row& row : rows) {
      Transfer transfer = TransferOf(1, 100);
      row.spoil(transfer);
      Batch batch = BatchOf({TransferOf(1, 100)});
      EXPECT_THAT(Written(Profile(profile), batch, {transfer}), HasSubstr(row.told));
    }
  }
}

TEST(Writer, RefusesABatchWhoseHeadWouldBeWrong) {
  const std::vector<Transfer> transfers = {TransferOf(1, 100), TransferOf(2, 250)};
  struct Row {
    void (*spoil)(Batch& batch);
    const char* told;
  };
  const Row rows[] = {
      {[](Batch& b) { b.count = 3; }, "promises 3 transfers of 3.50 yuan and holds 2 of 3.50"},
      {[](Batch& b) { b.total_fen = 351; }, "promises 2 transfers of 3.51 yuan and holds 2 of 3.50"},
      {[](Batch& b) { b.count = 0; }, "the batch holds no transfer"},
      {[](Batch& b) { b.id = ""; }, "the batch's id is empty"},
      {[](Batch& b) { b.id = std::string(36, 'Z'); }, "the batch's id has 36 characters"},
      {[](Batch& b) { b.created_at = "2026-11-29 09:30"; }, "the time of the batch is no moment"},
      {[](Batch& b) { b.created_at = "2026-11-29T09:30:00"; }, "the time of the batch is no moment"},
      {[](Batch& b) { b.total_fen = kTransferFenMax + 1; }, "total has more than 18 digits"},
  };
  for (const Row& row : rows) {
    Batch batch = BatchOf(transfers);
    row.spoil(batch);
    EXPECT_THAT(Written(Profile(kPain001Profile), batch, transfers), HasSubstr(row.told));
  }
}

TEST(BankCsv, HoldsHeadTitlesAndLines) {
  const std::vector<Transfer> transfers = {TransferOf(1, 6'600'000), TransferOf(2, 5, "甲,\"乙\"公司")};
  EXPECT_EQ(Written(Profile(kCsvProfile), BatchOf(transfers), transfers),
            "批次号,ZD-20261130-0001,笔数,2,总金额,66000.05\r\n"
            "序号,收款户名,收款账号,行号,金额,附言,业务编号\r\n"
            "1,泉州样例机械有限公司,6222020000000000001,105397000017,66000.00,研发投入增量奖补,"
            "ZD00000000000000000000000000000001\r\n"
            "2,\"甲,\"\"乙\"\"公司\",6222020000000000002,105397000017,0.05,研发投入增量奖补,"
            "ZD00000000000000000000000000000002\r\n");
}

TEST(BankCsv, EveryFieldHasItsValue) {
  const std::string profile =
      "debtor: {name: 样例市财政局, account: \"3500123456789012345\", bank: \"102391000018\"}\n"
      "format: csv\n"
      "csv:\n"
      "  head: [[\"{date}\", \"{total_fen}\", \"{payer_name}\", \"{payer_account}\", \"{payer_bank}\"]]\n"
      "  columns:\n"
      "    - {title: 户名, value: \"{payee_name}\"}\n"
      "    - {title: 账号, value: \"{payee_account}\"}\n"
      "    - {title: 分, value: \"{amount_fen}\"}\n"
      "    - {title: 编号, value: \"{id}\"}\n"
      "  tail: [[\"共 {count} 笔\"]]\n";
  const Transfer transfer = TransferOf(1, 6'600'000);
  EXPECT_THAT(Written(Profile(profile), BatchOf({transfer}), {transfer}),
              AllOf(HasSubstr("2026-11-30,6600000,样例市财政局,3500123456789012345,102391000018"),
                    HasSubstr(",6600000,"), HasSubstr("共 1 笔")));
}

TEST(BankCsv, NeutralisesFormulas) {
  for (const std::string_view name : {"=1+2", "+86公司", "-甲公司", "@甲", "＝1", "＋1", "－1", "＠1"}) {
    const Transfer transfer = TransferOf(1, 100, std::string(name));
    EXPECT_THAT(Written(Profile(kCsvProfile), BatchOf({transfer}), {transfer}),
                HasSubstr("1,'" + std::string(name) + ","));
  }
}

TEST(BankCsv, EncodesAsTheBankReads) {
  const Transfer transfer = TransferOf(1, 100, "泉州㐀𠮷公司");
  std::string profile(kCsvProfile);
  profile.replace(profile.find("csv:\n"), 5, "csv:\n  encoding: gb18030\n  line_end: lf\n  titles: false\n");
  const std::string text = Written(Profile(profile), BatchOf({transfer}), {transfer});
  // 泉州 in two bytes each, 㐀 and 𠮷 in four.
  EXPECT_THAT(text, HasSubstr("1,\xC8\xAA\xD6\xDD\x81\x39\xEE\x39\x95\x34\xB2\x35\xB9\xAB\xCB\xBE,"));
  EXPECT_THAT(text, StartsWith("\xC5\xFA\xB4\xCE\xBA\xC5,"));
  EXPECT_THAT(text, Not(HasSubstr("\r")));

  profile.replace(profile.find("gb18030"), 7, "utf-8-bom");
  EXPECT_THAT(Written(Profile(profile), BatchOf({transfer}), {transfer}), StartsWith("\xEF\xBB\xBF批次号,"));
}

TEST(BankProfile, TellsEveryMistakeWithItsPlace) {
  const auto told = [](std::string_view text) {
    Diagnostics diagnostics;
    EXPECT_FALSE(ReadBankProfile(text, "bank.yaml", diagnostics));
    return diagnostics.Text();
  };
  EXPECT_THAT(told("format: pain001\n"), AllOf(HasSubstr("bank.yaml:1:9"), HasSubstr("debtor")));
  EXPECT_THAT(told("debtor: {name: a, account: \"1 2\", bank: \"1\"}\nformat: pain.001.001.09\nlimit: 3\n"),
              AllOf(HasSubstr("bank.yaml:1:9"), HasSubstr("letters, digits and hyphens"),
                    HasSubstr("bank.yaml:3:1"), HasSubstr("limit")));
  std::string csv(kCsvProfile);
  csv.replace(csv.find("{amount}"), 8, "{amuont}");
  EXPECT_THAT(told(csv), AllOf(HasSubstr("bank.yaml:11:26"), HasSubstr("did you mean amount"),
                               HasSubstr("no column holds the amount")));
  csv = kCsvProfile;
  csv.replace(csv.find("{batch}"), 7, "{memo}");
  EXPECT_THAT(told(csv), HasSubstr("\"{memo}\" stands for nothing here"));
  csv = kCsvProfile;
  csv.replace(csv.find("{id}"), 4, "x");
  EXPECT_THAT(told(csv), HasSubstr("no column holds {id}"));
}

// The address sanitizer keeps up to 256 MiB of what was freed.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr long kGrowthKibMax = 400 << 10;
#else
constexpr long kGrowthKibMax = 4 << 10;
#endif

// As many transfers as a province pays in one go, in the memory of one buffer.
TEST(Writer, MemoryDoesNotGrowWithTheTransfers) {
  class Counting final : public ByteSink {
   public:
    bool Write(std::string_view text) override {
      bytes += text.size();
      return true;
    }
    size_t bytes = 0;
  };
  const bool full = std::getenv("ZHIDA_TEST_SIZE") != nullptr;
  const int count = full ? 1'000'000 : 100'000;
  const BankProfile profile = Profile(kPain001Profile);
  Batch batch = BatchOf({TransferOf(1, 100)});
  batch.count = count;
  batch.total_fen = int64_t{100} * count;
  Counting sink;
  Diagnostics diagnostics;
  const std::unique_ptr<FileWriter> writer = MakeFileWriter(profile, batch, sink, diagnostics);
  ASSERT_TRUE(writer->Begin());
  const auto peak_kib = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  Transfer transfer = TransferOf(1, 100);
  ASSERT_TRUE(writer->Add(transfer));
  const long before_kib = peak_kib();
  for (int i = 1; i < count; ++i) ASSERT_TRUE(writer->Add(transfer));
  ASSERT_TRUE(writer->Finish()) << diagnostics.Text();
  EXPECT_GT(sink.bytes, size_t{400} * static_cast<size_t>(count));
  EXPECT_LT(peak_kib() - before_kib, kGrowthKibMax);
}

}  // namespace
}  // namespace zhida::payment

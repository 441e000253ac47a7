// Answers of a bank: what each message says, and what is refused, with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "engine/base/text.h"
#include "engine/payment/bank_answer.h"
#include "tests/payment/answers.h"
#include "tests/payment/fixture.h"

namespace zhida::payment {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string kId1 = TransferOf(1, 1).end_to_end_id;
const std::string kId2 = TransferOf(2, 1).end_to_end_id;

BankAnswer Read(const std::string& text, Diagnostics* warnings = nullptr) {
  Diagnostics diagnostics;
  std::optional<BankAnswer> answer = ReadBankAnswer(text, "answer.xml", diagnostics);
  if (!answer) ADD_FAILURE() << diagnostics.Text();
  if (warnings != nullptr) *warnings = diagnostics;
  return answer.value_or(BankAnswer());
}

std::string Refused(const std::string& text) {
  Diagnostics diagnostics;
  EXPECT_FALSE(ReadBankAnswer(text, "answer.xml", diagnostics)) << text;
  return diagnostics.Text();
}

TEST(StatusReport, SaysWhatBecameOfEachTransfer) {
  const BankAnswer answer = Read(
      StatusReport("<OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>10.50</OrgnlCtrlSum><GrpSts>PART</GrpSts>",
                   "<OrgnlPmtInfAndSts><PmtInfSts>PART</PmtInfSts>\n" + StatusOf(kId1, "ACCP") +
                       StatusOf(kId2, "RJCT", "AC04") + StatusOf(kId1, "ACSC") +
                       StatusOf(kId2, "RJCT", "AM05") + "</OrgnlPmtInfAndSts>"));
  EXPECT_EQ(answer.kind, AnswerKind::kStatusReport);
  EXPECT_EQ(answer.id, "B-1");
  EXPECT_EQ(answer.batch_id, "ZD-20261130-0001");
  EXPECT_EQ(answer.batch_count, 3);
  EXPECT_EQ(answer.batch_total_fen, 1050);
  EXPECT_FALSE(answer.batch_word);
  ASSERT_EQ(answer.items.size(), 4u);
  EXPECT_EQ(answer.items[0].word, Word::kPending);
  EXPECT_EQ(answer.items[1].word, Word::kRejected);
  EXPECT_EQ(answer.items[1].code, "AC04");
  EXPECT_EQ(answer.items[1].text, "账户已销");
  EXPECT_EQ(answer.items[1].line, 7);
  EXPECT_EQ(answer.items[2].word, Word::kPaid);
  EXPECT_EQ(answer.items[3].word, Word::kDuplicate);
}

TEST(StatusReport, SpeaksOfTheWholeFile) {
  EXPECT_EQ(Read(StatusReport("<GrpSts>ACCP</GrpSts>")).batch_word, Word::kPending);
  const BankAnswer rejected =
      Read(StatusReport("<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM10</Cd></Rsn></StsRsnInf>"));
  EXPECT_EQ(rejected.batch_word, Word::kRejected);
  EXPECT_EQ(rejected.batch_code, "AM10");
  // "I have had this file before" is no word about its payments.
  for (const char* code : {"AM05", "DUPL", "DU01"}) {
    EXPECT_EQ(Read(StatusReport("<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>" + std::string(code) +
                                "</Cd></Rsn></StsRsnInf>"))
                  .batch_word,
              Word::kDuplicate);
  }
}

TEST(StatusReport, NoStatusIsGuessed) {
  EXPECT_THAT(Refused(StatusReport("<GrpSts>PART</GrpSts>", "<OrgnlPmtInfAndSts>\n" + StatusOf(kId1, "OKAY") +
                                                                "</OrgnlPmtInfAndSts>")),
              AllOf(HasSubstr("ZD8207 answer.xml:6:84"), HasSubstr("\"OKAY\" is not known")));
  EXPECT_THAT(Refused(StatusReport("<GrpSts>PART</GrpSts>",
                                   "<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>" + kId1 +
                                       "</OrgnlEndToEndId></TxInfAndSts></OrgnlPmtInfAndSts>")),
              HasSubstr("the transfer has no status"));
}

TEST(Notification, SaysWhatWasPaidAndWhatCameBack) {
  const BankAnswer answer = Read(
      Notification(EntryOf(kId1, "66000.00", "DBIT") +
                   EntryOf(kId2, "12.5", "CRDT", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>", "R-2") +
                   EntryOf("NOTPROVIDED", "3.00", "DBIT") +
                   "<Ntry><Amt Ccy=\"CNY\">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts></Ntry>"));
  ASSERT_EQ(answer.items.size(), 2u);
  EXPECT_EQ(answer.items[0].word, Word::kPaid);
  EXPECT_EQ(answer.items[0].amount_fen, 6'600'000);
  EXPECT_EQ(answer.items[0].reference, "R-1");
  EXPECT_EQ(answer.items[1].word, Word::kReturned);
  EXPECT_EQ(answer.items[1].code, "AC04");
  EXPECT_EQ(answer.items[1].amount_fen, 1250);
  EXPECT_EQ(answer.other_entries, 2);
}

TEST(Notification, OneEntryMayStandForManyTransfers) {
  const auto transfer = [](const std::string& id, const std::string& amount) {
    return "<TxDtls><Refs><EndToEndId>" + id + "</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy=\"CNY\">" +
           amount + "</Amt></TxAmt></AmtDtls></TxDtls>";
  };
  const auto entry = [](const std::string& details) {
    return "<Ntry><Amt Ccy=\"CNY\">3.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><NtryDtls>" +
           details + "</NtryDtls></Ntry>";
  };
  const BankAnswer answer = Read(Notification(entry(transfer(kId1, "1.00") + transfer(kId2, "2.00"))));
  ASSERT_EQ(answer.items.size(), 2u);
  EXPECT_EQ(answer.items[1].amount_fen, 200);
  EXPECT_THAT(Refused(Notification(entry(transfer(kId1, "1.00") + transfer(kId2, "1.00")))),
              HasSubstr("the entry is of 3.00 yuan and its transfers come to 2.00"));
  // Alone, a transfer without an amount has the entry's.
  EXPECT_EQ(Read(Notification(entry("<TxDtls><Refs><EndToEndId>" + kId1 + "</EndToEndId></Refs></TxDtls>")))
                .items.at(0)
                .amount_fen,
            300);
}

TEST(Notification, AnEntryThatIsNotBookedPaysNothing) {
  std::string pending = EntryOf(kId1, "1.00", "DBIT");
  pending.replace(pending.find("BOOK"), 4, "PDNG");
  EXPECT_EQ(Read(Notification(pending)).items.at(0).word, Word::kPending);
  pending = EntryOf(kId1, "1.00", "CRDT");
  pending.replace(pending.find("BOOK"), 4, "PDNG");
  EXPECT_TRUE(Read(Notification(pending)).items.empty());
  pending.replace(pending.find("PDNG"), 4, "MAYB");
  EXPECT_THAT(Refused(Notification(pending)), HasSubstr("the entry's status is \"MAYB\""));
}

TEST(Statement, SumsAndBalancesMustAgree) {
  const std::string entries = EntryOf(kId1, "10.00", "DBIT") + EntryOf(kId2, "4.00", "CRDT");
  const auto summary = [](const std::string& count, const std::string& sum) {
    return "<TxsSummry><TtlNtries><NbOfNtries>" + count + "</NbOfNtries><Sum>" + sum +
           "</Sum></TtlNtries><TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>10.00</Sum></TtlDbtNtries></"
           "TxsSummry>\n";
  };
  EXPECT_EQ(Read(Statement(summary("2", "14.00") + entries)).items.size(), 2u);
  EXPECT_THAT(Refused(Statement(summary("3", "14.00") + entries)), HasSubstr("states 3 entries and holds 2"));
  EXPECT_THAT(Refused(Statement(summary("2", "14.01") + entries)),
              AllOf(HasSubstr("ZD8206 answer.xml:4:"),
                    HasSubstr("the control sum is 14.01 and the entries come to 14.00")));

  const auto balances = [](const std::string& closing) {
    return "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt "
           "Ccy=\"CNY\">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>"
           "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">" +
           closing + "</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>\n";
  };
  Diagnostics warnings;
  Read(Statement(balances("94.00") + entries), &warnings);
  EXPECT_TRUE(warnings.all().empty()) << warnings.Text();
  EXPECT_EQ(Read(Statement(balances("91.00") + entries), &warnings).items.size(), 2u);
  EXPECT_THAT(warnings.Text(), AllOf(HasSubstr("ZD8208"), HasSubstr("the balances move by -3.00 yuan more")));
}

TEST(Return, IsAnnouncedWithItsReason) {
  const auto message = [](const std::string& sum) {
    return Document("pacs.004.001.09",
                    "<PmtRtr><GrpHdr><MsgId>P-1</MsgId><NbOfTxs>1</NbOfTxs><CtrlSum>" + sum +
                        "</CtrlSum></GrpHdr><TxInf><RtrId>R-9</RtrId><OrgnlEndToEndId>" + kId1 +
                        "</OrgnlEndToEndId><RtrdIntrBkSttlmAmt Ccy=\"CNY\">5.00</RtrdIntrBkSttlmAmt>"
                        "<RtrRsnInf><Rsn><Cd>AC04</Cd></Rsn></RtrRsnInf></TxInf></PmtRtr>");
  };
  const BankAnswer answer = Read(message("5.00"));
  ASSERT_EQ(answer.items.size(), 1u);
  EXPECT_EQ(answer.items[0].word, Word::kAnnounced);
  EXPECT_EQ(answer.items[0].code, "AC04");
  EXPECT_THAT(Refused(message("5.01")), HasSubstr("the control sum is 5.01 and the returns come to 5.00"));
}

TEST(Notification, WhatNoRuleCoversIsRefused) {
  EXPECT_THAT(Refused(Notification(EntryOf(kId1, "1.00", "DBIT").insert(6, "<RvslInd>true</RvslInd>"))),
              AllOf(HasSubstr("ZD8207"), HasSubstr("is reversed")));
  std::string nameless = EntryOf(kId1, "1.00", "CRDT", "", "");
  EXPECT_THAT(Refused(Notification(nameless)),
              AllOf(HasSubstr("ZD8204"), HasSubstr("has no reference and no date")));
  // The day of booking tells two returns apart as well.
  nameless.replace(nameless.find("<AcctSvcrRef></AcctSvcrRef>"), 27,
                   "<BookgDt><Dt>2026-11-30</Dt></BookgDt>");
  EXPECT_EQ(Read(Notification(nameless)).items.at(0).reference, "2026-11-30");
}

TEST(StatusReport, OnNoFileOrWithAnAmountOfItsOwn) {
  EXPECT_THAT(Refused(Document("pain.002.001.10",
                               "<CstmrPmtStsRpt><GrpHdr><MsgId>B</MsgId></GrpHdr></CstmrPmtStsRpt>")),
              AllOf(HasSubstr("ZD8204"), HasSubstr("on which file it is")));
  const std::string amount = "<OrgnlTxRef><Amt><InstdAmt Ccy=\"CNY\">7.00</InstdAmt></Amt></OrgnlTxRef>";
  std::string transfer = StatusOf(kId1, "ACCP");
  transfer.insert(transfer.find("</TxInfAndSts>"), amount);
  EXPECT_EQ(
      Read(StatusReport("<GrpSts>PART</GrpSts>", "<OrgnlPmtInfAndSts>" + transfer + "</OrgnlPmtInfAndSts>"))
          .items.at(0)
          .amount_fen,
      700);
}

TEST(Answer, PrefixesOfNamesDoNotMatter) {
  const std::string text =
      "<p:Document "
      "xmlns:p=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.12\"><p:CstmrPmtStsRpt><p:GrpHdr><p:MsgId>B"
      "</p:MsgId></p:GrpHdr><p:OrgnlGrpInfAndSts><p:OrgnlMsgId>A</p:OrgnlMsgId><p:GrpSts>ACTC</p:GrpSts>"
      "</p:OrgnlGrpInfAndSts></p:CstmrPmtStsRpt></p:Document>";
  EXPECT_EQ(Read(text).batch_word, Word::kPending);
}

TEST(Answer, HostileAndBrokenFilesAreRefusedWithTheirPlace) {
  const std::string good = StatusReport("<GrpSts>ACCP</GrpSts>");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return Refused(text);
  };
  EXPECT_THAT(Refused(""), HasSubstr("ZD8202"));
  EXPECT_THAT(Refused("no xml"), HasSubstr("ZD8202"));
  EXPECT_THAT(Refused("<a/>"), HasSubstr("ZD8203"));
  EXPECT_THAT(Refused("<a/><b/>"), HasSubstr("a second root element"));
  EXPECT_THAT(Refused(good.substr(0, good.size() / 2)), HasSubstr("ZD8202 answer.xml:"));
  EXPECT_THAT(with("B-1", "B\xFF"), HasSubstr("ZD8202 answer.xml:3:33: the file is not UTF-8"));
  EXPECT_THAT(with("B-1", std::string("B\0", 2)), HasSubstr("a NUL byte"));
  EXPECT_THAT(with("UTF-8", "GBK"), HasSubstr("encoded as \"GBK\""));
  EXPECT_THAT(with("<Document", "<!DOCTYPE Document [<!ENTITY a \"aaaa\">]><Document"),
              HasSubstr("the file has a document type"));
  EXPECT_THAT(with("pain.002.001.10", "pain.001.001.09"), HasSubstr("ZD8203"));
  EXPECT_THAT(with("xmlns=", "a=\"1\" a=\"2\" xmlns="), HasSubstr("the attribute \"a\" is there twice"));
  EXPECT_THAT(with("<GrpHdr>", "text<GrpHdr>"), HasSubstr("text between elements"));
  EXPECT_THAT(with("<MsgId>B-1</MsgId>", ""), HasSubstr("<CstmrPmtStsRpt> has no GrpHdr/MsgId"));
  std::string deep;
  for (int i = 0; i < 300'000; ++i) deep += "<a>";
  EXPECT_THAT(Refused(deep), HasSubstr("ZD8202"));
  for (int i = 0; i < 300'000; ++i) deep += "</a>";
  EXPECT_THAT(Refused(deep), HasSubstr("elements nest deeper than 64"));
}

TEST(Answer, AmountsAreExactYuan) {
  for (const char* bad : {"1.001", "-1.00", "1e2", "", "1,00", "99999999999999999999"}) {
    EXPECT_THAT(Refused(Notification(EntryOf(kId1, bad, "DBIT"))), HasSubstr("is no amount of yuan and fen"));
  }
  std::string euro = Notification(EntryOf(kId1, "1.00", "DBIT"));
  euro.replace(euro.find("CNY"), 3, "EUR");
  EXPECT_THAT(Refused(euro), HasSubstr("the amount is in \"EUR\", not in CNY"));
}

// Whatever is done to a good file, reading ends in an answer or in a message.
TEST(Answer, ChangedFilesNeverBreakTheReader) {
  const char* const given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const bool full = std::getenv("ZHIDA_TEST_SIZE") != nullptr;
  const std::vector<std::string> good = {
      StatusReport("<GrpSts>PART</GrpSts>",
                   "<OrgnlPmtInfAndSts>" + StatusOf(kId1, "RJCT", "AC04") + "</OrgnlPmtInfAndSts>"),
      Notification(EntryOf(kId1, "66000.00", "DBIT") + EntryOf(kId2, "12.5", "CRDT")),
      Statement("<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries><Sum>1.00</Sum></TtlNtries></TxsSummry>" +
                EntryOf(kId1, "1.00", "DBIT"))};
  const std::string parts = "<>&;\"'/!?=- \n0019.CDRTB\xE4\x00\xFF";
  int taken = 0;
  for (int i = 0; i < (full ? 400'000 : 20'000); ++i) {
    std::string text = good[random() % good.size()];
    for (uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
      const size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = parts[random() % parts.size()];
          break;
        case 1:
          text.erase(at, 1 + random() % 20);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 60));
      }
      if (text.empty()) text = "<";
    }
    Diagnostics diagnostics;
    const std::optional<BankAnswer> answer = ReadBankAnswer(text, "answer.xml", diagnostics);
    if (answer) ++taken;
    ASSERT_EQ(answer.has_value(), diagnostics.ok()) << "seed " << seed << "\n" << text;
  }
  EXPECT_GT(taken, 0);
}

}  // namespace
}  // namespace zhida::payment

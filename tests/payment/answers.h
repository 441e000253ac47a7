// Made-up answers of a bank, as small as the standard lets them be.
#ifndef ZHIDA_TESTS_PAYMENT_ANSWERS_H_
#define ZHIDA_TESTS_PAYMENT_ANSWERS_H_

#include <string>

namespace zhida::payment {

inline std::string Document(const std::string& message, const std::string& body) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:" +
         message + "\">\n" + body + "\n</Document>\n";
}

inline std::string StatusReport(const std::string& group, const std::string& batches = "",
                                const std::string& id = "B-1") {
  return Document("pain.002.001.10", "<CstmrPmtStsRpt><GrpHdr><MsgId>" + id +
                                         "</MsgId></GrpHdr>\n<OrgnlGrpInfAndSts>"
                                         "<OrgnlMsgId>ZD-20261130-0001</OrgnlMsgId>" +
                                         group + "</OrgnlGrpInfAndSts>\n" + batches + "</CstmrPmtStsRpt>");
}

inline std::string StatusOf(const std::string& id, const std::string& status,
                            const std::string& reason = "") {
  return "<TxInfAndSts><OrgnlEndToEndId>" + id + "</OrgnlEndToEndId><TxSts>" + status + "</TxSts>" +
         (reason.empty()
              ? ""
              : "<StsRsnInf><Rsn><Cd>" + reason + "</Cd></Rsn><AddtlInf>账户已销</AddtlInf></StsRsnInf>") +
         "</TxInfAndSts>\n";
}

inline std::string EntryOf(const std::string& id, const std::string& amount, const std::string& side,
                           const std::string& more = "", const std::string& reference = "R-1") {
  return "<Ntry><Amt Ccy=\"CNY\">" + amount + "</Amt><CdtDbtInd>" + side +
         "</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><AcctSvcrRef>" + reference +
         "</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>" + id + "</EndToEndId></Refs><Amt Ccy=\"CNY\">" +
         amount + "</Amt>" + more + "</TxDtls></NtryDtls></Ntry>\n";
}

inline std::string Notification(const std::string& entries, const std::string& id = "N-1") {
  return Document("camt.054.001.08", "<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>" + id +
                                         "</MsgId></GrpHdr>\n<Ntfctn><Id>N-1</Id>\n" + entries +
                                         "</Ntfctn></BkToCstmrDbtCdtNtfctn>");
}

inline std::string Statement(const std::string& inside, const std::string& id = "S-1") {
  return Document("camt.053.001.08", "<BkToCstmrStmt><GrpHdr><MsgId>" + id + "</MsgId></GrpHdr>\n<Stmt>" +
                                         inside + "</Stmt></BkToCstmrStmt>");
}

}  // namespace zhida::payment

#endif  // ZHIDA_TESTS_PAYMENT_ANSWERS_H_

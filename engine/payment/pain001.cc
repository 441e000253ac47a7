#include "engine/payment/pain001.h"

namespace zhida::payment {
namespace {

constexpr std::string_view kHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n"
    "<CstmrCdtTrfInitn>\n";

// What may not stand in an element's text. The rest was refused by TransferFault().
void AppendText(std::string_view text, std::string* out) {
  for (const char byte : text) {
    switch (byte) {
      case '&':
        *out += "&amp;";
        break;
      case '<':
        *out += "&lt;";
        break;
      case '>':  // `]]>` may not stand in text
        *out += "&gt;";
        break;
      default:
        *out += byte;
    }
  }
}

void Append(std::string_view name, std::string_view text, std::string* out) {
  ((*out += '<') += name) += '>';
  AppendText(text, out);
  ((*out += "</") += name) += '>';
}

void AppendBank(std::string_view name, std::string_view number, std::string* out) {
  ((*out += '<') += name) += "><FinInstnId><ClrSysMmbId><ClrSysId><Cd>CNAPS</Cd></ClrSysId>";
  Append("MmbId", number, out);
  ((*out += "</ClrSysMmbId></FinInstnId></") += name) += '>';
}

void AppendAccount(std::string_view name, std::string_view number, std::string* out) {
  ((*out += '<') += name) += "><Id><Othr>";
  Append("Id", number, out);
  ((*out += "</Othr></Id></") += name) += '>';
}

class Pain001Writer final : public FileWriter {
 public:
  Pain001Writer(const Batch& batch, ByteSink& sink, Diagnostics& diagnostics)
      : FileWriter(batch, sink, diagnostics) {}

 private:
  void AppendTotals(std::string* out) const {
    Append("NbOfTxs", std::to_string(batch_.count), out);
    Append("CtrlSum", FenDecimal(batch_.total_fen), out);
  }

  void WriteHead(std::string* out) override {
    *out += kHead;
    *out += "<GrpHdr>";
    Append("MsgId", batch_.id, out);
    Append("CreDtTm", batch_.created_at, out);
    AppendTotals(out);
    *out += "<InitgPty>";
    Append("Nm", batch_.debtor.name, out);
    *out += "</InitgPty></GrpHdr>\n<PmtInf>";
    Append("PmtInfId", batch_.id, out);
    *out += "<PmtMtd>TRF</PmtMtd>";
    AppendTotals(out);
    *out += "<ReqdExctnDt>";
    Append("Dt", batch_.execution.ToString(), out);
    *out += "</ReqdExctnDt><Dbtr>";
    Append("Nm", batch_.debtor.name, out);
    *out += "</Dbtr>";
    AppendAccount("DbtrAcct", batch_.debtor.number, out);
    AppendBank("DbtrAgt", batch_.debtor.bank, out);
    *out += '\n';
  }

  void WriteTransfer(const Transfer& transfer, int64_t, std::string* out) override {
    *out += "<CdtTrfTxInf><PmtId>";
    Append("EndToEndId", transfer.end_to_end_id, out);
    ((*out += "</PmtId><Amt><InstdAmt Ccy=\"") += kCurrency) += "\">";
    *out += FenDecimal(transfer.amount_fen);
    *out += "</InstdAmt></Amt>";
    AppendBank("CdtrAgt", transfer.payee.bank, out);
    *out += "<Cdtr>";
    Append("Nm", transfer.payee.name, out);
    *out += "</Cdtr>";
    AppendAccount("CdtrAcct", transfer.payee.number, out);
    if (!transfer.memo.empty()) {
      *out += "<RmtInf>";
      Append("Ustrd", transfer.memo, out);
      *out += "</RmtInf>";
    }
    *out += "</CdtTrfTxInf>\n";
  }

  void WriteTail(std::string* out) override { *out += "</PmtInf>\n</CstmrCdtTrfInitn>\n</Document>\n"; }
};

}  // namespace

std::unique_ptr<FileWriter> MakePain001Writer(const Batch& batch, ByteSink& sink, Diagnostics& diagnostics) {
  return std::make_unique<Pain001Writer>(batch, sink, diagnostics);
}

}  // namespace zhida::payment

#include "engine/capi/ledger_json.h"

#include "engine/base/json_writer.h"

namespace zhida::capi {
namespace {

using ledger::Entry;
using ledger::Payment;

void AppendEntry(const Entry& entry, JsonWriter* json) {
  json->BeginObject();
  json->Key("seq").Int(entry.seq);
  json->Key("kind").String(ledger::EntryKindName(entry.kind));
  json->Key("at").Int(entry.at);
  json->Key("actor").String(entry.actor);
  json->Key("amount_fen").Int(entry.amount_fen);
  json->Key("file").String(entry.file);
  json->Key("reference").String(entry.reference);
  json->Key("reason").String(entry.reason);
  json->Key("digest").String(ledger::DigestHex(entry.digest));
  json->EndObject();
}

void AppendPayment(const Payment& payment, const std::vector<Entry>* entries, JsonWriter* json) {
  const Entry& reserve = payment.reserve;
  json->BeginObject();
  json->Key("number").Int(payment.number);
  json->Key("id").String(payment.id);
  json->Key("state").String(ledger::StateName(payment.state));
  json->Key("subject").String(reserve.key.subject);
  json->Key("kind").String(reserve.key.kind);
  json->Key("object").String(reserve.key.object);
  json->Key("year").Int(reserve.key.year);
  json->Key("part").String(reserve.key.part);
  json->Key("attempt").Int(reserve.attempt);
  json->Key("policy").String(reserve.policy);
  json->Key("pool").String(reserve.pool);
  json->Key("pool_year").Int(reserve.pool_year);
  json->Key("amount_fen").Int(reserve.amount_fen);
  json->Key("returned_fen").Int(payment.returned_fen);
  json->Key("demanded_fen").Int(payment.demanded_fen);
  json->Key("payee_name").String(reserve.payee.name);
  json->Key("payee_account").String(reserve.payee.account);
  json->Key("payee_bank").String(reserve.payee.bank);
  json->Key("memo").String(reserve.memo);
  json->Key("link").String(reserve.link);
  json->Key("file").String(payment.file);
  json->Key("reserved_by").String(reserve.actor);
  json->Key("reserved_at").Int(reserve.at);
  if (entries != nullptr) {
    json->Key("entries").BeginArray();
    for (const Entry& entry : *entries) AppendEntry(entry, json);
    json->EndArray();
  }
  json->EndObject();
}

void AppendHead(const ledger::Head& head, JsonWriter* json) {
  json->BeginObject();
  json->Key("seq").Int(head.seq);
  json->Key("digest").String(ledger::DigestHex(head.digest));
  json->Key("payments").Int(head.payments);
  json->EndObject();
}

}  // namespace

std::string PaymentJson(const Payment& payment, const std::vector<Entry>* entries) {
  JsonWriter json;
  AppendPayment(payment, entries, &json);
  return json.Take();
}

std::string AttemptsJson(const std::vector<Payment>& payments) {
  JsonWriter json;
  json.BeginArray();
  for (const Payment& payment : payments) AppendPayment(payment, nullptr, &json);
  json.EndArray();
  return json.Take();
}

std::string StatusJson(const std::vector<ledger::Balance>& balances,
                       const std::vector<ledger::FileRecord>& files, const ledger::Head& head) {
  JsonWriter json;
  json.BeginObject();
  json.Key("pools").BeginArray();
  for (const ledger::Balance& balance : balances) {
    json.BeginObject();
    json.Key("pool").String(balance.pool);
    json.Key("year").Int(balance.year);
    json.Key("closed").Bool(balance.closed);
    json.Key("budget_fen").Int(balance.budget_fen);
    json.Key("free_fen").Int(balance.free_fen);
    json.Key("reserved_fen").Int(balance.reserved_fen);
    json.Key("posted_fen").Int(balance.posted_fen);
    json.Key("returned_fen").Int(balance.returned_fen);
    json.EndObject();
  }
  json.EndArray();
  json.Key("files").BeginArray();
  for (const ledger::FileRecord& file : files) {
    json.BeginObject();
    json.Key("id").String(file.id);
    json.Key("outgoing").Bool(file.outgoing);
    json.Key("digest").String(file.digest);
    json.Key("count").Int(file.count);
    json.Key("total_fen").Int(file.total_fen);
    json.Key("superseded_by").String(file.superseded_by);
    json.Key("seq").Int(file.seq);
    json.EndObject();
  }
  json.EndArray();
  json.Key("head");
  AppendHead(head, &json);
  json.EndObject();
  return json.Take();
}

std::string AuditJson(const ledger::AuditReport& report) {
  JsonWriter json;
  json.BeginObject();
  json.Key("ok").Bool(report.ok);
  json.Key("entries").Int(report.entries);
  json.Key("payments").Int(report.payments);
  json.Key("pools").Int(report.pools);
  json.Key("files").Int(report.files);
  json.Key("head");
  AppendHead(report.head, &json);
  json.Key("first_bad_seq").Int(report.first_bad_seq);
  json.Key("findings").BeginArray();
  for (const Diagnostic& finding : report.findings) {
    json.BeginObject();
    json.Key("code").String(finding.code);
    json.Key("what").String(finding.what);
    json.Key("mend").String(finding.mend);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return json.Take();
}

}  // namespace zhida::capi

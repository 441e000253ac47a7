// The C API's bodies for payment files and the bank's answers.

#include "engine/base/json_writer.h"
#include "engine/capi/handles.h"
#include "engine/payment/bank_answer.h"
#include "engine/payment/bank_profile.h"
#include "engine/payment/export.h"
#include "engine/payment/reconcile.h"
#include "zhida/payment.h"

using zhida::Diagnostic;
using zhida::Diagnostics;
using zhida::JsonWriter;
using zhida::capi::Fail;
using zhida::capi::Guarded;
using zhida::capi::Known;
using zhida::capi::Return;
using zhida::capi::View;

namespace payment = zhida::payment;

namespace {

std::string Copy(zhida_str text) { return std::string(View(text)); }
zhida::ledger::Act ActOf(const zhida_act* act) { return {Copy(act->actor), act->at}; }

// A storage or a folder that failed is I/O, an answer that cannot be read is data; a refusal is the ledger's.
zhida_status StatusOfPayment(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    const std::string& code = diagnostic.code;
    if ((code >= "ZD7101" && code <= "ZD7109") || code == "ZD8110") return ZHIDA_E_IO;
    if (code.starts_with("ZD82")) return ZHIDA_E_DATA;
    if (code == "ZD8101" || code == "ZD8104") return ZHIDA_E_USAGE;
  }
  return ZHIDA_E_LEDGER;
}

void AppendDiagnostic(const Diagnostic& found, JsonWriter* json) {
  json->BeginObject();
  json->Key("code").String(found.code);
  json->Key("warning").Bool(found.severity == zhida::Severity::kWarning);
  json->Key("file").String(found.where.file);
  json->Key("line").Int(found.where.line);
  json->Key("column").Int(found.where.column);
  json->Key("what").String(found.what);
  json->Key("mend").String(found.mend);
  json->EndObject();
}

void AppendDiagnostics(const char* key, const std::vector<Diagnostic>& all, JsonWriter* json) {
  json->Key(key).BeginArray();
  for (const Diagnostic& found : all) AppendDiagnostic(found, json);
  json->EndArray();
}

std::string ExportJson(const payment::ExportReport& report) {
  JsonWriter json;
  json.BeginObject().Key("files").BeginArray();
  for (const payment::ExportedFile& file : report.files) {
    json.BeginObject();
    json.Key("id").String(file.id);
    json.Key("path").String(file.path);
    json.Key("digest").String(file.digest);
    json.Key("count").Int(file.count);
    json.Key("total_fen").Int(file.total_fen);
    json.Key("resumed").Bool(file.resumed);
    json.EndObject();
  }
  json.EndArray();
  AppendDiagnostics("held", report.held, &json);
  json.Key("stopped").Bool(report.stopped).EndObject();
  return json.Take();
}

std::string AnswerJson(const payment::BankAnswer& answer, const std::vector<Diagnostic>& warnings) {
  JsonWriter json;
  json.BeginObject();
  json.Key("kind").String(payment::AnswerKindName(answer.kind));
  json.Key("id").String(answer.id);
  json.Key("digest").String(answer.digest);
  json.Key("batch_id").String(answer.batch_id);
  json.Key("batch_word").String(answer.batch_word ? payment::WordName(*answer.batch_word) : "");
  json.Key("other_entries").Int(answer.other_entries);
  json.Key("items").BeginArray();
  for (const payment::AnswerItem& item : answer.items) {
    json.BeginObject();
    json.Key("id").String(item.end_to_end_id);
    json.Key("word").String(payment::WordName(item.word));
    json.Key("code").String(item.code);
    json.Key("text").String(item.text);
    json.Key("amount_fen");
    item.amount_fen ? json.Int(*item.amount_fen) : json.Null();
    json.Key("reference").String(item.reference);
    json.Key("line").Int(item.line);
    json.Key("column").Int(item.column);
    json.EndObject();
  }
  json.EndArray();
  AppendDiagnostics("warnings", warnings, &json);
  json.EndObject();
  return json.Take();
}

std::string ReportJson(const payment::AnswerReport& report) {
  JsonWriter json;
  json.BeginObject();
  json.Key("kind").String(payment::AnswerKindName(report.kind));
  json.Key("id").String(report.id);
  json.Key("batch_id").String(report.batch_id);
  json.Key("again").Bool(report.again);
  json.Key("items").Int(report.items);
  json.Key("pending").Int(report.pending);
  json.Key("paid").Int(report.paid);
  json.Key("paid_fen").Int(report.paid_fen);
  json.Key("rejected").Int(report.rejected);
  json.Key("returned").Int(report.returned);
  json.Key("returned_fen").Int(report.returned_fen);
  json.Key("unknown").Int(report.unknown);
  json.Key("announced").Int(report.announced);
  json.Key("already").Int(report.already);
  json.Key("refused").Int(report.refused);
  json.Key("other_entries").Int(report.other_entries);
  AppendDiagnostics("findings", report.findings, &json);
  json.EndObject();
  return json.Take();
}

zhida_status Export(zhida_ledger* ledger, const payment::BankProfile& profile, zhida_str folder,
                    const zhida_export_options& options, const zhida_act* act, zhida_text** out,
                    zhida_error** error) {
  payment::ExportRequest request;
  request.folder = Copy(folder);
  request.execution = zhida::Date{options.execution};
  if (options.pool.size != 0) request.pool = Copy(options.pool);
  if (options.on_progress != nullptr) {
    request.on_progress = [&](int64_t exported) {
      return options.on_progress(exported, options.payload) == 0;
    };
  }
  const std::string again = Copy(options.again);
  const std::string supersede = Copy(options.supersede);
  if (again.empty() && options.execution == 0) {
    return Fail(error, ZHIDA_E_USAGE, "the day on which the bank shall pay is not given");
  }
  payment::ExportReport report;
  Diagnostics diagnostics;
  const bool done =
      !again.empty()
          ? payment::ExportAgain(*ledger->ledger, profile, again, request.folder, &report, diagnostics)
      : !supersede.empty()
          ? payment::Supersede(*ledger->ledger, profile, supersede, request, ActOf(act), &report, diagnostics)
          : payment::ExportReserved(*ledger->ledger, profile, request, ActOf(act), &report, diagnostics);
  if (!done) return Fail(error, StatusOfPayment(diagnostics), diagnostics);
  return Return(ExportJson(report), out);
}

}  // namespace

extern "C" {

zhida_status zhida_payment_check_profile(zhida_str profile, zhida_str name, zhida_error** error) {
  return Guarded(error, [&] {
    Diagnostics diagnostics;
    const auto read = payment::ReadBankProfile(View(profile), Copy(name), diagnostics);
    return read ? zhida_status{ZHIDA_OK} : Fail(error, ZHIDA_E_USAGE, diagnostics);
  });
}

zhida_status zhida_payment_export(zhida_ledger* ledger, zhida_str profile, zhida_str profile_name,
                                  zhida_str folder, const zhida_export_options* options, const zhida_act* act,
                                  zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    Diagnostics diagnostics;
    const auto read = payment::ReadBankProfile(View(profile), Copy(profile_name), diagnostics);
    if (!read) return Fail(error, ZHIDA_E_USAGE, diagnostics);
    return Export(ledger, *read, folder, Known(options), act, out, error);
  });
}

zhida_status zhida_payment_read_answer(zhida_str bytes, zhida_str name, zhida_text** out,
                                       zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    Diagnostics diagnostics;
    const auto answer = payment::ReadBankAnswer(View(bytes), Copy(name), diagnostics);
    if (!answer) return Fail(error, ZHIDA_E_DATA, diagnostics);
    return Return(AnswerJson(*answer, diagnostics.all()), out);
  });
}

zhida_status zhida_payment_reconcile(zhida_ledger* ledger, zhida_str bytes, zhida_str name,
                                     const zhida_act* act, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    payment::AnswerReport report;
    Diagnostics diagnostics;
    if (!payment::Reconcile(*ledger->ledger, View(bytes), Copy(name), ActOf(act), &report, diagnostics)) {
      return Fail(error, StatusOfPayment(diagnostics), diagnostics);
    }
    return Return(ReportJson(report), out);
  });
}

zhida_status zhida_payment_mark_unanswered(zhida_ledger* ledger, int64_t before, const zhida_act* act,
                                           int64_t* count, zhida_error** error) {
  *count = 0;
  return Guarded(error, [&] {
    Diagnostics diagnostics;
    if (!payment::MarkUnanswered(*ledger->ledger, before, ActOf(act), count, diagnostics)) {
      return Fail(error, StatusOfPayment(diagnostics), diagnostics);
    }
    return zhida_status{ZHIDA_OK};
  });
}

}  // extern "C"

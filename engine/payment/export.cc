#include "engine/payment/export.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>

#include "engine/base/text.h"
#include "engine/ledger/bounds.h"
#include "engine/payment/file_writer.h"
#include "engine/payment/output_file.h"

namespace zhida::payment {
namespace {

using ledger::FileRecord;
using ledger::Ledger;
using ledger::Payment;
using ledger::State;

constexpr int64_t kDaySeconds = 86'400;
constexpr int64_t kChinaSeconds = 8 * 3'600;

std::string TwoDigits(int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

// The moment on China's clocks: "2026-11-29T09:30:00+08:00".
std::string MomentText(int64_t at) {
  const int64_t local = at + kChinaSeconds;
  const int64_t days = local >= 0 ? local / kDaySeconds : (local - kDaySeconds + 1) / kDaySeconds;
  const int64_t seconds = local - days * kDaySeconds;
  return Date{days}.ToString() + "T" + TwoDigits(seconds / 3600) + ":" + TwoDigits(seconds / 60 % 60) + ":" +
         TwoDigits(seconds % 60) + "+08:00";
}

std::string IdOf(Date execution, int64_t number) {
  std::string day = execution.ToString();
  std::erase(day, '-');
  std::string digits = std::to_string(number);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return "ZD-" + day + "-" + digits;
}

// The day and the number of a file's id.
std::optional<std::pair<Date, int64_t>> ParseId(std::string_view id) {
  if (!id.starts_with("ZD-") || id.size() < 16 || id[11] != '-') return std::nullopt;
  const std::string_view number = id.substr(12);
  if (number.size() > 9 || number.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  const std::string day =
      std::string(id.substr(3, 4)) + "-" + std::string(id.substr(7, 2)) + "-" + std::string(id.substr(9, 2));
  const std::optional<Date> date = Date::Parse(day);
  if (!date) return std::nullopt;
  return std::pair(*date, std::stoll(std::string(number)));
}

Transfer TransferOf(const Payment& payment) {
  const ledger::Payee& payee = payment.reserve.payee;
  return {payment.id, payment.amount_fen(), {payee.name, payee.account, payee.bank}, payment.reserve.memo};
}

class Exporter {
 public:
  Exporter(Ledger& ledger, const BankProfile& profile, std::string folder, ExportReport* report,
           Diagnostics& diagnostics)
      : ledger_(ledger),
        profile_(profile),
        folder_(std::move(folder)),
        report_(*report),
        diagnostics_(diagnostics) {}

  bool NameUnnamed(const std::vector<FileRecord>& files);
  bool ExportReserved(const ExportRequest& request, const ledger::Act& act);
  bool Supersede(const std::string& old_id, const ExportRequest& request, const ledger::Act& act);
  bool Again(const std::string& file_id);

 private:
  bool Error(std::string code, std::string what, std::string mend) {
    diagnostics_.Error(std::move(code), {}, std::move(what), std::move(mend));
    return false;
  }
  std::string PathOf(const std::string& id) const {
    return (std::filesystem::path(folder_) / (id + std::string(profile_.extension()))).string();
  }
  int64_t ChunkMax() const {
    return std::min(profile_.transfers_max, static_cast<int64_t>(limits::kLedgerBatchMax));
  }
  bool NextNumber(Date execution);
  bool CollectReserved(const ExportRequest& request, const ledger::Act& act, std::vector<Payment>* payments);
  bool HoldUnwritable(std::vector<Payment>* payments, const ledger::Act& act);
  bool ExportOne(std::span<const Payment> payments, Date execution, const std::string& supersedes,
                 const ledger::Act& act);
  bool WriteTo(OutputFile& file, const Batch& batch, const std::function<bool(FileWriter&)>& add_all);
  Batch BatchFor(const std::string& id, Date execution, int64_t at) const;

  Ledger& ledger_;
  const BankProfile& profile_;
  const std::string folder_;
  ExportReport& report_;
  Diagnostics& diagnostics_;
  int64_t next_number_ = 1;
  int64_t after_number_ = 0;  // of the last payment looked at
};

// Files that were recorded and whose writer did not live to name them.
bool Exporter::NameUnnamed(const std::vector<FileRecord>& files) {
  for (const FileRecord& record : files) {
    if (!record.outgoing || !record.superseded_by.empty()) continue;
    const std::string path = PathOf(record.id);
    const std::string part_path = path + ".part";
    const size_t before = diagnostics_.error_count();
    const std::optional<std::string> part = DigestOfFile(part_path, diagnostics_);
    if (diagnostics_.error_count() != before) return false;
    if (!part || *part != record.digest) continue;
    if (std::filesystem::exists(path)) continue;
    if (!RenameDurably(part_path, path, diagnostics_)) return false;
    report_.files.push_back({record.id, path, record.digest, record.count, record.total_fen, true});
  }
  return true;
}

bool Exporter::NextNumber(Date execution) {
  std::vector<FileRecord> files;
  if (!ledger_.Files(&files, &diagnostics_) || !NameUnnamed(files)) return false;
  for (const FileRecord& file : files) {
    const auto id = ParseId(file.id);
    if (id && id->first == execution) next_number_ = std::max(next_number_, id->second + 1);
  }
  return true;
}

bool Exporter::CollectReserved(const ExportRequest& request, const ledger::Act& act,
                               std::vector<Payment>* payments) {
  payments->clear();
  ledger::PaymentFilter filter;
  filter.state = State::kReserved;
  filter.pool = request.pool;
  filter.after_number = after_number_;
  int64_t own = 0;
  std::string own_id;
  const bool read = ledger_.ForEachPayment(
      filter,
      [&](const Payment& payment) {
        after_number_ = payment.number;
        if (payment.reserve.actor == act.actor) {
          ++own;
          own_id = payment.id;
        }
        payments->push_back(payment);
        return static_cast<int64_t>(payments->size()) < ChunkMax();
      },
      &diagnostics_);
  if (!read) return false;
  if (own == 0) return true;
  return Error("ZD8120",
               act.actor + " reserved " + std::to_string(own) + " of these payments (" + own_id +
                   ") and so cannot export them",
               "let another person export; names are recorded, not checked");
}

bool Exporter::HoldUnwritable(std::vector<Payment>* payments, const ledger::Act& act) {
  std::vector<ledger::Change> holds;
  std::vector<Diagnostic> reasons;
  std::erase_if(*payments, [&](const Payment& payment) {
    const std::string fault = TransferFault(TransferOf(payment));
    if (fault.empty()) return false;
    ledger::Change hold;
    hold.id = payment.id;
    hold.kind = ledger::EntryKind::kHold;
    hold.reason = "cannot stand in a bank file: " + fault;
    holds.push_back(std::move(hold));
    reasons.push_back({"ZD8121",
                       Severity::kError,
                       {},
                       "payment " + payment.id + " is held: " + fault,
                       "void it, and reserve it anew with the right payee"});
    return true;
  });
  if (holds.empty()) return true;
  std::vector<ledger::ChangeAnswer> answers;
  if (!ledger_.Apply(holds, act, &answers, &diagnostics_)) return false;
  report_.held.insert(report_.held.end(), reasons.begin(), reasons.end());
  return true;
}

Batch Exporter::BatchFor(const std::string& id, Date execution, int64_t at) const {
  Batch batch;
  batch.id = id;
  batch.created_at = MomentText(at);
  batch.execution = execution;
  batch.debtor = profile_.debtor;
  return batch;
}

bool Exporter::WriteTo(OutputFile& file, const Batch& batch,
                       const std::function<bool(FileWriter&)>& add_all) {
  const std::unique_ptr<FileWriter> writer = MakeFileWriter(profile_, batch, file, diagnostics_);
  return writer != nullptr && writer->Begin() && add_all(*writer) && writer->Finish() && file.Finish();
}

bool Exporter::ExportOne(std::span<const Payment> payments, Date execution, const std::string& supersedes,
                         const ledger::Act& act) {
  Batch batch = BatchFor(IdOf(execution, next_number_++), execution, act.at);
  std::vector<std::string> ids;
  for (const Payment& payment : payments) {
    ids.push_back(payment.id);
    ++batch.count;
    if (__builtin_add_overflow(batch.total_fen, payment.amount_fen(), &batch.total_fen)) {
      return Error("ZD8101", "the batch's total has more than 18 digits",
                   "lower transfers_max of the profile");
    }
  }
  // Its id is new, so a file that is there is somebody else's; better told before anything is recorded.
  if (std::filesystem::exists(PathOf(batch.id))) {
    return Error("ZD8111", PathOf(batch.id) + " is there already, and not from this ledger",
                 "export into another folder: one for each ledger");
  }
  OutputFile file(PathOf(batch.id), diagnostics_);
  const auto add_all = [&](FileWriter& writer) {
    for (const Payment& payment : payments) {
      if (!writer.Add(TransferOf(payment))) return false;
    }
    return true;
  };
  if (!WriteTo(file, batch, add_all)) return false;
  if (!ledger_.Export({batch.id, file.digest(), supersedes}, ids, act, &diagnostics_)) return false;
  if (!file.Publish()) return false;
  report_.files.push_back({batch.id, PathOf(batch.id), file.digest(), batch.count, batch.total_fen, false});
  return true;
}

bool Exporter::ExportReserved(const ExportRequest& request, const ledger::Act& act) {
  if (!NextNumber(request.execution)) return false;
  std::vector<Payment> payments;
  int64_t exported = 0;
  for (;;) {
    const int64_t before = after_number_;
    if (!CollectReserved(request, act, &payments)) return false;
    if (after_number_ == before) return true;
    if (!HoldUnwritable(&payments, act)) return false;
    if (payments.empty()) continue;
    if (!ExportOne(payments, request.execution, "", act)) return false;
    exported += static_cast<int64_t>(payments.size());
    if (request.on_progress && !request.on_progress(exported)) {
      report_.stopped = true;
      return true;
    }
  }
}

bool Exporter::Supersede(const std::string& old_id, const ExportRequest& request, const ledger::Act& act) {
  if (!NextNumber(request.execution)) return false;
  ledger::PaymentFilter filter;
  filter.file = old_id;
  filter.state = State::kExported;
  std::vector<Payment> payments;
  if (!ledger_.ForEachPayment(
          filter,
          [&](const Payment& payment) {
            payments.push_back(payment);
            return payments.size() <= limits::kLedgerBatchMax;
          },
          &diagnostics_)) {
    return false;
  }
  if (payments.empty()) {
    return Error("ZD8122", "file " + old_id + " holds no payment that the bank has not answered",
                 "zhida pay status lists the files");
  }
  return ExportOne(payments, request.execution, old_id, act);
}

bool Exporter::Again(const std::string& file_id) {
  std::optional<FileRecord> record;
  if (!ledger_.FindFile(file_id, &record, &diagnostics_)) return false;
  const auto id = ParseId(file_id);
  if (!record || !record->outgoing || !id) {
    return Error("ZD8123", file_id + " is no payment file of this ledger",
                 "zhida pay status lists the files");
  }
  if (!record->superseded_by.empty()) {
    return Error("ZD8124", "file " + file_id + " was superseded by " + record->superseded_by,
                 "export that one again");
  }
  int64_t at = 0;
  const auto first = [&](const ledger::Entry& entry) {
    at = entry.at;
    return false;
  };
  if (!ledger_.ForEachEntry(record->seq - 1, first, &diagnostics_)) return false;

  Batch batch = BatchFor(file_id, id->first, at);
  batch.count = record->count;
  batch.total_fen = record->total_fen;
  OutputFile file(PathOf(file_id), diagnostics_);
  const auto add_all = [&](FileWriter& writer) {
    ledger::PaymentFilter filter;
    filter.file = file_id;
    bool added = true;
    const bool read = ledger_.ForEachPayment(
        filter, [&](const Payment& payment) { return added = writer.Add(TransferOf(payment)); },
        &diagnostics_);
    return read && added;
  };
  if (!WriteTo(file, batch, add_all)) return false;
  if (file.digest() != record->digest) {
    return Error(
        "ZD8112",
        "file " + file_id + " comes out as " + file.digest() + ", and " + record->digest + " was handed out",
        "the bank profile has changed since; give the one it was made with");
  }
  if (!file.Publish()) return false;
  report_.files.push_back({file_id, PathOf(file_id), record->digest, record->count, record->total_fen, true});
  return true;
}

}  // namespace

bool ExportReserved(Ledger& ledger, const BankProfile& profile, const ExportRequest& request,
                    const ledger::Act& act, ExportReport* report, Diagnostics& diagnostics) {
  return Exporter(ledger, profile, request.folder, report, diagnostics).ExportReserved(request, act);
}

bool Supersede(Ledger& ledger, const BankProfile& profile, const std::string& file_id,
               const ExportRequest& request, const ledger::Act& act, ExportReport* report,
               Diagnostics& diagnostics) {
  return Exporter(ledger, profile, request.folder, report, diagnostics).Supersede(file_id, request, act);
}

bool ExportAgain(Ledger& ledger, const BankProfile& profile, const std::string& file_id,
                 const std::string& folder, ExportReport* report, Diagnostics& diagnostics) {
  return Exporter(ledger, profile, folder, report, diagnostics).Again(file_id);
}

}  // namespace zhida::payment

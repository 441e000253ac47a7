#include "engine/payment/file_writer.h"

#include "engine/payment/bank_csv.h"
#include "engine/payment/pain001.h"

namespace zhida::payment {

bool FileWriter::Begin() {
  if (!CheckBatch(batch_, diagnostics_)) return false;
  WriteHead(&buffer_);
  return Send();
}

bool FileWriter::Add(const Transfer& transfer) {
  if (const std::string fault = TransferFault(transfer); !fault.empty()) {
    diagnostics_.Error("ZD8102", {}, "payment " + transfer.end_to_end_id + " cannot be written: " + fault,
                       "void it, and reserve it anew with the right payee");
    return false;
  }
  if (__builtin_add_overflow(total_fen_, transfer.amount_fen, &total_fen_)) total_fen_ = -1;
  WriteTransfer(transfer, ++count_, &buffer_);
  return Send();
}

bool FileWriter::Finish() {
  if (count_ != batch_.count || total_fen_ != batch_.total_fen) {
    diagnostics_.Error("ZD8103", {},
                       "the batch promises " + std::to_string(batch_.count) + " transfers of " +
                           FenDecimal(batch_.total_fen) + " yuan and holds " + std::to_string(count_) +
                           " of " + FenDecimal(total_fen_),
                       "run zhida pay audit");
    return false;
  }
  WriteTail(&buffer_);
  return Send();
}

bool FileWriter::Send() {
  const bool sent = sink_.Write(buffer_);
  buffer_.clear();
  return sent;
}

std::unique_ptr<FileWriter> MakeFileWriter(const BankProfile& profile, const Batch& batch, ByteSink& sink,
                                           Diagnostics& diagnostics) {
  if (profile.format == FileFormat::kCsv) return MakeCsvWriter(profile, batch, sink, diagnostics);
  return MakePain001Writer(batch, sink, diagnostics);
}

}  // namespace zhida::payment

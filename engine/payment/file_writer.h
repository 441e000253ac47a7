// FileWriter: one batch as the bytes a bank reads, transfer by transfer.
//
//   Begin() once, Add() for each transfer in the batch's order, Finish() once.
//
// The bytes depend on the batch, the transfers and the profile alone. Memory does not grow with the
// transfers. Fails (false, and a diagnostic ZD81xx) on a transfer that no bank would read as it is meant, and
// in Finish() when count or total differ from what the head of the file has promised. One thread.
#ifndef ZHIDA_ENGINE_PAYMENT_FILE_WRITER_H_
#define ZHIDA_ENGINE_PAYMENT_FILE_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/payment/bank_profile.h"
#include "engine/payment/output_file.h"
#include "engine/payment/transfer.h"

namespace zhida::payment {

class FileWriter {
 public:
  virtual ~FileWriter() = default;
  bool Begin();
  bool Add(const Transfer& transfer);
  bool Finish();

 protected:
  FileWriter(const Batch& batch, ByteSink& sink, Diagnostics& diagnostics)
      : batch_(batch), sink_(sink), diagnostics_(diagnostics) {}

  virtual void WriteHead(std::string* out) = 0;
  // `line` counts from 1.
  virtual void WriteTransfer(const Transfer& transfer, int64_t line, std::string* out) = 0;
  virtual void WriteTail(std::string* out) = 0;

  const Batch batch_;

 private:
  bool Send();

  ByteSink& sink_;
  Diagnostics& diagnostics_;
  std::string buffer_;
  int64_t count_ = 0;
  int64_t total_fen_ = 0;
};

// The writer for the profile's format; profile, sink and diagnostics must outlive it.
std::unique_ptr<FileWriter> MakeFileWriter(const BankProfile& profile, const Batch& batch, ByteSink& sink,
                                           Diagnostics& diagnostics);

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_FILE_WRITER_H_

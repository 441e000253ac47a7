// A ByteSink takes the bytes of a file in order; an OutputFile is one on disk that appears whole or not at
// all.
//
// OutputFile writes to `path.part`, counts and digests what it is given, and takes its name only in
// Publish(), after the bytes have reached the disk. Dropped before that, it leaves nothing behind; a process
// that is killed leaves the .part file, which the next run overwrites. A file that has its name is never
// written again: Publish() onto another file of that name fails, onto an equal one it succeeds.
// Owns a descriptor and a buffer of 256 KiB. One thread. Fails with ZD8110, naming the system's reason.
#ifndef ZHIDA_ENGINE_PAYMENT_OUTPUT_FILE_H_
#define ZHIDA_ENGINE_PAYMENT_OUTPUT_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/base/digest.h"

namespace zhida::payment {

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  // False once something failed; the sink has reported it and takes nothing more.
  virtual bool Write(std::string_view bytes) = 0;
};

class OutputFile final : public ByteSink {
 public:
  OutputFile(std::string path, Diagnostics& diagnostics);
  ~OutputFile() override;
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  bool Write(std::string_view bytes) override;
  // Everything is on disk, still as .part.
  bool Finish();
  // The file takes its name, durably. Call after Finish().
  bool Publish();

  int64_t byte_count() const { return byte_count_; }
  std::string digest() const { return "sha256:" + digest_.Hex(); }

 private:
  bool Flush();
  bool Fail(const std::string& path, std::string_view what);

  const std::string path_;
  const std::string part_path_;
  Diagnostics& diagnostics_;
  int descriptor_ = -1;
  bool ok_ = false;
  bool exists_ = false;  // the .part file
  std::string buffer_;
  Sha256 digest_;
  int64_t byte_count_ = 0;
};

// Gives a file another name in the same folder, durably. Reports a failure.
bool RenameDurably(const std::string& from, const std::string& to, Diagnostics& diagnostics);

// "sha256:..." of a file's bytes; nullopt, without a report, if there is no such file. Other failures are
// reported.
std::optional<std::string> DigestOfFile(const std::string& path, Diagnostics& diagnostics);

}  // namespace zhida::payment

#endif  // ZHIDA_ENGINE_PAYMENT_OUTPUT_FILE_H_

#include "engine/payment/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace zhida::payment {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

// Makes the names in the folder of `path` reach the disk.
bool SyncFolder(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced;
}

}  // namespace

OutputFile::OutputFile(std::string path, Diagnostics& diagnostics)
    : path_(std::move(path)), part_path_(path_ + ".part"), diagnostics_(diagnostics) {
  // Never through a symbolic link that somebody has laid there.
  descriptor_ = open(part_path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (descriptor_ < 0) {
    Fail(part_path_, "cannot be written");
    return;
  }
  exists_ = true;
  ok_ = true;
  buffer_.reserve(kBufferBytes);
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (exists_) unlink(part_path_.c_str());
}

bool OutputFile::Write(std::string_view bytes) {
  if (!ok_) return false;
  digest_.Update(bytes);
  byte_count_ += static_cast<int64_t>(bytes.size());
  buffer_ += bytes;
  return buffer_.size() < kBufferBytes || Flush();
}

bool OutputFile::Finish() {
  if (!ok_ || !Flush()) return false;
  if (fsync(descriptor_) != 0) return Fail(part_path_, "cannot be written");
  const int closed = close(descriptor_);
  descriptor_ = -1;
  return (closed == 0 && SyncFolder(path_)) || Fail(part_path_, "cannot be written");
}

bool OutputFile::Publish() {
  if (!ok_) return false;
  const std::optional<std::string> there = DigestOfFile(path_, diagnostics_);
  if (there && *there != digest()) {
    ok_ = false;
    diagnostics_.Error("ZD8111", {path_, 0, 0}, "a file of this name is there and holds something else",
                       "a file that was handed out is never changed; put it elsewhere, or export into "
                       "another folder");
    return false;
  }
  if (there) return true;
  exists_ = false;  // whatever comes of it, the file is no longer ours to remove: it is recorded
  ok_ = RenameDurably(part_path_, path_, diagnostics_);
  return ok_;
}

bool OutputFile::Flush() {
  size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t written = write(descriptor_, buffer_.data() + done, buffer_.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Fail(part_path_, "cannot be written");
    done += static_cast<size_t>(written);
  }
  buffer_.clear();
  return true;
}

bool OutputFile::Fail(const std::string& path, std::string_view what) {
  const int error = errno;
  ok_ = false;
  diagnostics_.Error("ZD8110", {path, 0, 0}, std::string(what) + ": " + std::strerror(error),
                     "check the folder, its rights and the free space");
  return false;
}

bool RenameDurably(const std::string& from, const std::string& to, Diagnostics& diagnostics) {
  if (std::rename(from.c_str(), to.c_str()) == 0 && SyncFolder(to)) return true;
  diagnostics.Error("ZD8110", {to, 0, 0}, std::string("cannot be given its name: ") + std::strerror(errno),
                    "check the folder and its rights, and export again");
  return false;
}

std::optional<std::string> DigestOfFile(const std::string& path, Diagnostics& diagnostics) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno != ENOENT) {
      diagnostics.Error("ZD8110", {path, 0, 0}, std::string("cannot be read: ") + std::strerror(errno),
                        "check the name and its rights");
    }
    return std::nullopt;
  }
  Sha256 digest;
  std::string buffer(kBufferBytes, '\0');
  ssize_t got = 0;
  while ((got = read(descriptor, buffer.data(), buffer.size())) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    digest.Update({buffer.data(), static_cast<size_t>(got)});
  }
  const int error = errno;
  close(descriptor);
  if (got < 0) {
    diagnostics.Error("ZD8110", {path, 0, 0}, std::string("cannot be read: ") + std::strerror(error),
                      "check the name and its rights");
    return std::nullopt;
  }
  return "sha256:" + digest.Hex();
}

}  // namespace zhida::payment

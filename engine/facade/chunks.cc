#include "engine/facade/chunks.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/limits.h"

namespace zhida::facade {
namespace {

constexpr size_t kPadding = 64;  // simdjson reads past the end of its input
constexpr size_t kSkippedAtOnce = size_t{1} << 16;

}  // namespace

ChunkReader::ChunkReader(std::vector<std::string> paths) : paths_(std::move(paths)) {
  for (const std::string& path : paths_) {
    struct stat info {};
    if (stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode)) bytes_total_ += info.st_size;
  }
}

ChunkReader::~ChunkReader() { Close(); }

void ChunkReader::Close() {
  if (file_ >= 0) close(file_);
  file_ = -1;
}

bool ChunkReader::OpenNext() {
  while (file_ < 0 && next_file_ < paths_.size()) {
    const std::string& path = paths_[next_file_++];
    // Without O_NONBLOCK to open a pipe would wait for its writer.
    file_ = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    struct stat info {};
    const bool folder = file_ >= 0 && fstat(file_, &info) == 0 && S_ISDIR(info.st_mode);
    if (file_ < 0 || folder) {
      error_ = "cannot read " + path + ": " + (folder ? "it is a folder" : std::strerror(errno));
      Close();
      return false;
    }
    waits_ = !S_ISREG(info.st_mode);
    fresh_ = true;
  }
  return file_ >= 0;
}

ChunkReader::Got ChunkReader::Fill(std::string* text, size_t kept, size_t size) {
  size_t filled = kept;
  text->resize(size);
  Got got = Got::kBytes;
  while (filled < size && got == Got::kBytes) {
    pollfd ready{file_, POLLIN, 0};
    if (waits_ && poll(&ready, 1, 0) <= 0) {
      got = Got::kNothingYet;
      break;
    }
    const ssize_t bytes = read(file_, text->data() + filled, size - filled);
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) got = errno == EAGAIN ? Got::kNothingYet : Got::kFailed;
    if (bytes == 0) got = Got::kEnd;
    if (bytes <= 0) break;
    filled += static_cast<size_t>(bytes);
    bytes_read_ += bytes;
  }
  if (got == Got::kFailed) {
    error_ = "reading " + paths_[next_file_ - 1] + " failed: " + std::strerror(errno);
  }
  text->resize(filled);
  return got;
}

ChunkReader::Got ChunkReader::SkipRestOfLine() {
  for (;;) {
    std::string skipped;
    const Got got = Fill(&skipped, 0, kSkippedAtOnce);
    if (const size_t newline = skipped.find('\n'); newline != std::string::npos) {
      rest_ += '\n';
      rest_.append(skipped, newline + 1);
      return Got::kBytes;
    }
    if (got != Got::kBytes) return got;
  }
}

Taken ChunkReader::Next(Chunk* chunk) {
  while (error_.empty()) {
    if (file_ < 0 && !OpenNext()) return Taken::kEnd;
    Got got = Got::kBytes;
    if (too_long_) {
      got = SkipRestOfLine();
      if (got == Got::kNothingYet) return Taken::kLater;
      too_long_ = false;
    }
    // What the chunk held before is overwritten in place: it has about the same size.
    std::string& text = chunk->text;
    const size_t kept = rest_.size();
    text.resize(got == Got::kBytes ? kept + chunk_bytes_ : kept);
    std::memcpy(text.data(), rest_.data(), kept);
    rest_.clear();
    if (got == Got::kBytes) got = Fill(&text, kept, kept + chunk_bytes_);
    if (got == Got::kFailed) return Taken::kEnd;
    if (got == Got::kNothingYet) {
      rest_ = text;
      return Taken::kLater;
    }
    chunk->file = next_file_ - 1;
    chunk->starts_file = fresh_;
    if (got == Got::kEnd) {
      Close();
    } else if (const size_t newline = text.rfind('\n'); newline != std::string::npos) {
      rest_ = text.substr(newline + 1);
      text.resize(newline + 1);
    } else {
      rest_ = std::move(text);
      too_long_ = rest_.size() > limits::kLineBytesMax;
      continue;
    }
    fresh_ = false;
    if (text.empty()) continue;
    chunk->size = text.size();
    text.append(kPadding, ' ');
    return Taken::kPiece;
  }
  return Taken::kEnd;
}

}  // namespace zhida::facade

#include "engine/facade/chunks.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/limits.h"

namespace zhida::facade {
namespace {

constexpr size_t kPadding = 64;  // simdjson reads past the end of its input

}  // namespace

ChunkReader::ChunkReader(std::vector<std::string> paths) : paths_(std::move(paths)) {
  for (const std::string& path : paths_) {
    struct stat info {};
    if (stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode)) bytes_total_ += info.st_size;
  }
}

ChunkReader::~ChunkReader() {
  if (file_ != nullptr) std::fclose(file_);
}

bool ChunkReader::OpenNext() {
  while (file_ == nullptr && next_file_ < paths_.size()) {
    const std::string& path = paths_[next_file_++];
    struct stat info {};
    const bool folder = stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
    file_ = folder ? nullptr : std::fopen(path.c_str(), "rb");
    if (file_ == nullptr) {
      error_ = "cannot read " + path + ": " + (folder ? "it is a folder" : std::strerror(errno));
      return false;
    }
    fresh_ = true;
  }
  return file_ != nullptr;
}

bool ChunkReader::SkipRestOfLine() {
  for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) {
    ++bytes_read_;
    if (c == '\n') return true;
  }
  return std::ferror(file_) == 0;
}

bool ChunkReader::Next(Chunk* chunk) {
  while (error_.empty()) {
    if (file_ == nullptr && !OpenNext()) return false;
    chunk->file = next_file_ - 1;
    chunk->starts_file = fresh_;
    std::string& text = chunk->text;
    // What the chunk held before is overwritten in place: bytes of about the same number, once.
    const size_t kept = rest_.size();
    text.resize(kept + chunk_bytes_);
    std::memcpy(text.data(), rest_.data(), kept);
    rest_.clear();
    const size_t got = std::fread(text.data() + kept, 1, chunk_bytes_, file_);
    if (std::ferror(file_) != 0) {
      error_ = "reading " + path(chunk->file) + " failed: " + std::strerror(errno);
      return false;
    }
    bytes_read_ += static_cast<int64_t>(got);
    text.resize(kept + got);
    if (got < chunk_bytes_) {
      std::fclose(file_);
      file_ = nullptr;
    } else if (const size_t newline = text.rfind('\n'); newline != std::string::npos) {
      rest_ = text.substr(newline + 1);
      text.resize(newline + 1);
    } else if (text.size() <= limits::kLineBytesMax) {
      rest_ = std::move(text);
      continue;
    } else {
      SkipRestOfLine();
      text += '\n';
    }
    fresh_ = false;
    if (text.empty()) continue;
    chunk->size = text.size();
    text.append(kPadding, ' ');
    return true;
  }
  return false;
}

}  // namespace zhida::facade

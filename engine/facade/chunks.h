// Chunks: NDJSON files cut into pieces of whole lines, in order, in bounded memory.
// Never waits for a pipe or a terminal: says kLater where nothing has come yet. One thread at a time.
#ifndef ZHIDA_ENGINE_FACADE_CHUNKS_H_
#define ZHIDA_ENGINE_FACADE_CHUNKS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/pipeline.h"

namespace zhida::facade {

// Whole lines of one file, followed by padding that a reader may look at. The bytes before the padding are
// `size`.
struct Chunk {
  std::string text;
  size_t size = 0;
  size_t file = 0;           // index of the file
  bool starts_file = false;  // line numbers begin at 1 here
};

class ChunkReader {
 public:
  explicit ChunkReader(std::vector<std::string> paths);
  ~ChunkReader();

  // So much is read at once from now on; a piece has at least as many bytes, but for the last of a file.
  void set_chunk_bytes(size_t bytes) { chunk_bytes_ = bytes; }
  // kEnd at the end of the last file, or on failure; then error() tells.
  Taken Next(Chunk* chunk);
  const std::string& error() const { return error_; }
  const std::string& path(size_t file) const { return paths_[file]; }
  int64_t bytes_read() const { return bytes_read_; }
  int64_t bytes_total() const { return bytes_total_; }  // 0 where a file's size is not known (a pipe)

 private:
  enum class Got : uint8_t { kBytes, kEnd, kNothingYet, kFailed };

  bool OpenNext();
  void Close();
  // Reads behind the first `kept` bytes of `text`, until it has `size`. It ends where what was read ends.
  Got Fill(std::string* text, size_t kept, size_t size);
  // Drops the rest of a line that is too long, so that memory stays bounded; its head is kept and will be
  // rejected.
  Got SkipRestOfLine();

  std::vector<std::string> paths_;
  size_t chunk_bytes_ = size_t{2} << 20;
  size_t next_file_ = 0;
  int file_ = -1;          // its descriptor, or -1
  bool waits_ = false;     // a pipe or the like
  bool fresh_ = false;     // nothing of the file has been handed out
  bool too_long_ = false;  // the line in rest_ is, and its end has not been met
  std::string rest_;       // what was read of the next chunk
  std::string error_;
  int64_t bytes_read_ = 0;
  int64_t bytes_total_ = 0;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_CHUNKS_H_

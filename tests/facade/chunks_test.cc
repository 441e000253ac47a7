// Pieces of files and of pipes: whole lines, all of them, however they arrive.

#include "engine/facade/chunks.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/limits.h"

namespace zhida::facade {
namespace {

std::string PathOf(const std::string& name) {
  return testing::TempDir() + "zhida-chunks-" + std::to_string(getpid()) + "-" + name;
}

// Lines of many lengths, one beyond the limit, and an end without a line break.
std::string Lines() {
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += std::string(static_cast<size_t>(i % 97), 'x') + std::to_string(i) + "\n";
  text += std::string(limits::kLineBytesMax + 5000, 'y') + "\nafter\n";
  return text + "last";
}

// What comes out, with the line that is too long cut to its head.
std::string Read(ChunkReader* reader, int* waits) {
  std::string text;
  Chunk chunk;
  for (;;) {
    switch (reader->Next(&chunk)) {
      case Taken::kEnd:
        EXPECT_EQ(reader->error(), "");
        return text;
      case Taken::kLater:
        ++*waits;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
        break;
      case Taken::kPiece:
        EXPECT_EQ(chunk.text.size(), chunk.size + 64);
        EXPECT_EQ(chunk.starts_file, text.empty());
        text.append(chunk.text, 0, chunk.size);
        break;
    }
  }
}

// The long line keeps a head over the limit, so that it will be refused, and never its whole length.
void ExpectSame(const std::string& got, const std::string& sent) {
  const size_t begin = sent.find('y');
  const size_t head = got.find('\n', begin) - begin;
  EXPECT_GT(head, limits::kLineBytesMax);
  EXPECT_EQ(got.substr(0, begin), sent.substr(0, begin));
  EXPECT_EQ(got.substr(begin + head), sent.substr(sent.find("\nafter")));
}

TEST(Chunks, OfAFile) {
  const std::string path = PathOf("file");
  const std::string lines = Lines();
  std::ofstream(path, std::ios::binary) << lines;
  for (const size_t bytes : {size_t{1000}, size_t{4096}, size_t{2} << 20}) {
    ChunkReader reader({path});
    reader.set_chunk_bytes(bytes);
    int waits = 0;
    ExpectSame(Read(&reader, &waits), lines);
    EXPECT_EQ(waits, 0);
    EXPECT_EQ(reader.bytes_read(), static_cast<int64_t>(lines.size()));
    EXPECT_EQ(reader.bytes_total(), static_cast<int64_t>(lines.size()));
  }
  unlink(path.c_str());
}

TEST(Chunks, OfAPipeThatDribbles) {
  const std::string path = PathOf("pipe");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const std::string lines = Lines();
  ChunkReader reader({path});
  reader.set_chunk_bytes(4096);
  Chunk chunk;
  EXPECT_EQ(reader.Next(&chunk), Taken::kLater);  // nobody writes yet
  std::thread writer([&] {
    const int pipe = open(path.c_str(), O_WRONLY);
    for (size_t at = 0; at < lines.size();) {
      const size_t part = std::min<size_t>(lines.size() - at, 1 + at % 30'000);
      const ssize_t written = write(pipe, lines.data() + at, part);
      ASSERT_GT(written, 0);
      at += static_cast<size_t>(written);
      if (at % 7 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
    }
    close(pipe);
  });
  int waits = 0;
  ExpectSame(Read(&reader, &waits), lines);
  writer.join();
  EXPECT_GT(waits, 0);
  unlink(path.c_str());
}

TEST(Chunks, WhatCannotBeReadIsNamed) {
  Chunk chunk;
  ChunkReader missing({PathOf("missing")});
  EXPECT_EQ(missing.Next(&chunk), Taken::kEnd);
  EXPECT_NE(missing.error().find("cannot read"), std::string::npos);
  ChunkReader folder({testing::TempDir()});
  EXPECT_EQ(folder.Next(&chunk), Taken::kEnd);
  EXPECT_NE(folder.error().find("it is a folder"), std::string::npos);
}

}  // namespace
}  // namespace zhida::facade

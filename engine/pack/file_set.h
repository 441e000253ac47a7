// FileSet: the bytes of one pack, from a folder or from memory, before anything is read out of them.
//
// Owns all bytes; immutable; any thread may read it. Paths are relative, with '/', in byte order. Not taken
// in, wherever the bytes come from, so that the digest does not depend on an editor: names that begin with a
// dot, and editors' backups (`a~`, `#a#`, `a.bak`, `a.orig`, `a.swp`). At most limits::kPackBytesMax bytes
// and kPackFilesMax files. Fails with diagnostics ZD105x: symbolic links, paths that leave the pack, files
// that cannot be read, a folder that is no pack. One thread makes it.
//
// Also here: what every reader does with the bytes of one file first, CheckedText() and TextCursor.
#ifndef ZHIDA_ENGINE_PACK_FILE_SET_H_
#define ZHIDA_ENGINE_PACK_FILE_SET_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/pack/tree.h"

namespace zhida::pack {

// Files of one pack: four times kPoliciesMax, as a pack may hold a file for each policy and its cases.
// Bounds the work that a pack of empty files can cause.
inline constexpr size_t kPackFilesMax = size_t{1} << 20;

class FileSet {
 public:
  struct File {
    std::string path;  // "policies/fj-rd.yaml"
    std::string bytes;
  };

  // Everything below `folder`, which may itself be reached by any path. A `bytes_max` below the limit is for
  // callers that share one limit among several packs; 0 stands for kPackBytesMax.
  static std::optional<FileSet> FromFolder(const std::string& folder, Diagnostics& diagnostics,
                                           size_t bytes_max = 0);
  // `name` stands for the folder in messages.
  static std::optional<FileSet> FromMemory(std::string name, std::map<std::string, std::string> files,
                                           Diagnostics& diagnostics, size_t bytes_max = 0);
  size_t byte_count() const;  // of all files

  const std::string& name() const { return name_; }
  const std::vector<File>& files() const { return files_; }
  const File* Find(std::string_view path) const;  // nullptr if absent
  // Frees the bytes of all files below `folder`, whose names stay.
  void DropBytes(std::string_view folder);
  // The files below `folder` ("policies"), in path order, whose name ends in one of `endings` (".yaml").
  std::vector<const File*> Below(std::string_view folder, const std::vector<std::string>& endings) const;
  // pack.yaml or pack.json; there is always exactly one.
  const File& pack_file() const;

  // "sha256:" + 64 hexadecimal digits over, for each file in path order, `path NUL length LF bytes`, the
  // length in decimal digits. No path holds a NUL, so no two different packs give the same sequence.
  std::string Digest() const;

 private:
  FileSet(std::string name, std::vector<File> files);
  std::string name_;
  std::vector<File> files_;
};

// The text of one file without a UTF-8 byte order mark; nullopt, and a diagnostic (ZD1001..ZD1005), if it is
// over limits::kPackFileBytesMax, empty, UTF-16, or holds a NUL byte or malformed UTF-8. A view into `bytes`.
std::optional<std::string_view> CheckedText(std::string_view bytes, const std::string& file,
                                            Diagnostics& diagnostics);

// Turns byte offsets that never decrease into positions, in one pass over the text.
class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}
  Position At(size_t offset);

 private:
  std::string_view text_;
  size_t offset_ = 0;
  Position position_;
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_FILE_SET_H_

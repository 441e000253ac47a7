#include "engine/pack/file_set.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/limits.h"
#include "engine/base/text.h"

namespace zhida::pack {
namespace {

namespace fs = std::filesystem;

std::string_view BaseName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Names that no pack means: hidden files (version control, editors' locks, which are dangling links) and
// backups.
bool IsIgnoredName(std::string_view name) {
  return name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')) ||
         name.ends_with(".bak") || name.ends_with(".orig") || name.ends_with(".swp");
}

bool IsIgnoredPath(std::string_view path) {
  const std::vector<std::string> parts = SplitOn(path, '/');
  return std::any_of(parts.begin(), parts.end(), [](const std::string& part) { return IsIgnoredName(part); });
}

// Why a path cannot stand in a pack, or "".
std::string PathFault(std::string_view path) {
  if (path.empty()) return "the path is empty";
  if (!IsValidUtf8(path)) return "the path is not UTF-8";
  for (const char c : path) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return "the path holds a control character";
    if (c == '\\') return "the path holds a backslash";
  }
  if (path.front() == '/') return "the path is not relative";
  for (const std::string& part : SplitOn(path, '/')) {
    if (part.empty()) return "the path has an empty part";
    if (part == "." || part == "..") return "the path has the part \"" + part + "\"";
  }
  return "";
}

// Reports what stands in the way of a set of paths being a pack. `place` is the folder, or its stand-in.
bool HasPackFile(const std::vector<FileSet::File>& files, const std::string& place,
                 Diagnostics& diagnostics) {
  bool yaml = false;
  bool json = false;
  std::string inner;
  std::vector<std::string> seen;  // files and folders at the top, each once
  for (const FileSet::File& file : files) {
    yaml |= file.path == "pack.yaml";
    json |= file.path == "pack.json";
    const std::string_view name = BaseName(file.path);
    if (inner.empty() && (name == "pack.yaml" || name == "pack.json")) inner = file.path;
    const size_t slash = file.path.find('/');
    std::string top = slash == std::string::npos ? file.path : file.path.substr(0, slash + 1);
    if (seen.empty() || seen.back() != top) seen.push_back(std::move(top));
  }
  if (yaml && json) {
    diagnostics.Error("ZD1053", {place}, "the pack has both pack.yaml and pack.json", "keep one of the two");
    return false;
  }
  if (yaml || json) return true;
  constexpr size_t kNamesShown = 8;
  std::string found = "nothing";
  if (!seen.empty()) {
    const size_t more = seen.size() - std::min(seen.size(), kNamesShown);
    seen.resize(seen.size() - more);
    found = Join(seen, ", ") + (more > 0 ? " and " + std::to_string(more) + " more" : "");
  }
  std::string mend = "give the folder that holds pack.yaml";
  if (!inner.empty()) {
    mend = "did you mean " + place + "/" + inner.substr(0, inner.rfind('/')) + "?";
  } else if (std::find(seen.begin(), seen.end(), "pack.yml") != seen.end()) {
    mend = "rename pack.yml to pack.yaml";
  }
  diagnostics.Error("ZD1052", {place}, "this is no pack: it has no pack.yaml or pack.json, found " + found,
                    mend);
  return false;
}

// Counts files and bytes against the limits of a pack, and says once when one is passed.
class Meter {
 public:
  Meter(std::string place, size_t bytes_max, Diagnostics& diagnostics)
      : place_(std::move(place)), diagnostics_(diagnostics) {
    if (bytes_max > 0 && bytes_max < bytes_max_) bytes_max_ = bytes_max;
  }

  bool Add(size_t bytes) {
    ++files_;
    bytes_ += bytes;
    if (files_ > kPackFilesMax) {
      diagnostics_.Error("ZD1054", {place_},
                         "the pack has more files than kPackFilesMax = " + std::to_string(kPackFilesMax),
                         "split it into several packs");
      return false;
    }
    if (bytes_ > bytes_max_) {
      diagnostics_.Error("ZD1054", {place_},
                         "the pack has more bytes than kPackBytesMax = " + std::to_string(bytes_max_),
                         "move what is no policy elsewhere, or split it into several packs");
      return false;
    }
    return true;
  }

 private:
  std::string place_;
  Diagnostics& diagnostics_;
  size_t bytes_max_ = limits::kPackBytesMax;
  size_t files_ = 0;
  size_t bytes_ = 0;
};

// Reads one regular file whose length was seen before; a file that has grown since is read no further.
// The descriptor must not follow a link or wait for a pipe that took the file's place in between.
bool ReadFile(const std::string& path, size_t length, std::string* bytes, std::string* fault) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) {
    *fault = std::strerror(errno);
    return false;
  }
  bytes->resize(length);
  size_t filled = 0;
  while (filled < length) {
    const ssize_t count = read(descriptor, bytes->data() + filled, length - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) *fault = std::strerror(errno);
    if (count == 0) *fault = "the file became shorter while it was read";
    if (count <= 0) break;
    filled += static_cast<size_t>(count);
  }
  close(descriptor);
  return filled == length;
}

struct Found {
  std::string path;
  size_t length = 0;
};

// Walks the folders below `root` and lists every file that belongs to the pack.
class Walk {
 public:
  Walk(const std::string& root, size_t bytes_max, Diagnostics& diagnostics)
      : root_(root), diagnostics_(diagnostics), meter_(root, bytes_max, diagnostics) {}

  // False if a limit was passed; other faults are reported and the walk goes on.
  bool Run() {
    std::vector<std::string> folders = {""};
    while (!folders.empty()) {
      const std::string folder = std::move(folders.back());
      folders.pop_back();
      std::error_code error;
      for (fs::directory_iterator entry(root_ + "/" + folder, error), end; !error && entry != end;
           entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (!IsIgnoredName(name) && !Visit(folder + name, &folders)) return false;
      }
      if (error)
        Fault("ZD1051", folder, "the folder cannot be read: " + error.message(), "check its permissions");
    }
    return true;
  }

  std::vector<Found> TakeFound() { return std::move(found_); }

 private:
  bool Visit(const std::string& path, std::vector<std::string>* folders) {
    const std::string fault = PathFault(path);
    struct stat status;
    if (!fault.empty()) {
      Fault("ZD1055", path, fault, "rename it");
    } else if (lstat((root_ + "/" + path).c_str(), &status) != 0) {
      Fault("ZD1051", path, std::string("the file cannot be read: ") + std::strerror(errno), "");
    } else if (S_ISLNK(status.st_mode)) {
      Fault("ZD1056", path, "a pack holds no symbolic links", "put the file itself there");
    } else if (S_ISDIR(status.st_mode)) {
      folders->push_back(path + "/");
    } else if (!S_ISREG(status.st_mode)) {
      Fault("ZD1056", path, "a pack holds only plain files and folders", "move it out of the pack");
    } else {
      found_.push_back({path, static_cast<size_t>(status.st_size)});
      return meter_.Add(found_.back().length);
    }
    return true;
  }

  void Fault(const char* code, const std::string& path, std::string what, std::string mend) {
    diagnostics_.Error(code, {root_ + "/" + path}, std::move(what), std::move(mend));
  }

  const std::string& root_;
  Diagnostics& diagnostics_;
  Meter meter_;
  std::vector<Found> found_;
};

// True if `folder` is one; else says what is there and which neighbour may have been meant.
bool IsFolder(const std::string& folder, Diagnostics& diagnostics) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (fs::is_directory(status)) return true;
  if (fs::exists(status)) {
    diagnostics.Error("ZD1050", {folder}, "this is a file, not a folder",
                      "give the folder that holds pack.yaml");
    return false;
  }
  const fs::path path(folder);
  std::vector<std::string> neighbours;
  for (fs::directory_iterator entry(path.has_parent_path() ? path.parent_path() : fs::path("."), error), end;
       !error && entry != end; entry.increment(error)) {
    if (entry->is_directory(error)) neighbours.push_back(entry->path().filename().string());
  }
  std::sort(neighbours.begin(), neighbours.end());
  const std::string near = NearestName(path.filename().string(), neighbours);
  diagnostics.Error("ZD1050", {folder}, "there is no such folder",
                    near.empty() ? "give the folder that holds pack.yaml"
                                 : "did you mean " + (path.parent_path() / near).string() + "?");
  return false;
}

}  // namespace

FileSet::FileSet(std::string name, std::vector<File> files)
    : name_(std::move(name)), files_(std::move(files)) {
  std::sort(files_.begin(), files_.end(), [](const File& a, const File& b) { return a.path < b.path; });
}

std::optional<FileSet> FileSet::FromFolder(const std::string& folder, Diagnostics& diagnostics,
                                           size_t bytes_max) {
  std::string root = folder;
  while (root.size() > 1 && root.ends_with('/')) root.pop_back();
  if (!IsFolder(root, diagnostics)) return std::nullopt;
  const size_t errors_before = diagnostics.error_count();
  Walk walk(root, bytes_max, diagnostics);
  if (!walk.Run()) return std::nullopt;
  std::vector<File> files;
  for (Found& found : walk.TakeFound()) {
    File file{std::move(found.path), ""};
    std::string fault;
    if (!ReadFile(root + "/" + file.path, found.length, &file.bytes, &fault)) {
      diagnostics.Error("ZD1051", {root + "/" + file.path}, "the file cannot be read: " + fault,
                        "check its permissions");
    }
    files.push_back(std::move(file));
  }
  FileSet set(root, std::move(files));
  if (!HasPackFile(set.files_, root, diagnostics) || diagnostics.error_count() > errors_before)
    return std::nullopt;
  return set;
}

std::optional<FileSet> FileSet::FromMemory(std::string name, std::map<std::string, std::string> files,
                                           Diagnostics& diagnostics, size_t bytes_max) {
  const size_t errors_before = diagnostics.error_count();
  Meter meter(name, bytes_max, diagnostics);
  std::vector<File> kept;
  for (auto& [path, bytes] : files) {
    const std::string fault = PathFault(path);
    if (!fault.empty()) {
      diagnostics.Error("ZD1055", {name}, fault + ": " + JsonQuote(path), "name files like policies/a.yaml");
      continue;
    }
    if (IsIgnoredPath(path)) continue;
    if (!meter.Add(bytes.size())) return std::nullopt;
    kept.push_back({path, std::move(bytes)});
  }
  FileSet set(std::move(name), std::move(kept));
  if (!HasPackFile(set.files_, set.name_, diagnostics) || diagnostics.error_count() > errors_before) {
    return std::nullopt;
  }
  return set;
}

size_t FileSet::byte_count() const {
  size_t count = 0;
  for (const File& file : files_) count += file.bytes.size();
  return count;
}

const FileSet::File* FileSet::Find(std::string_view path) const {
  const auto found =
      std::lower_bound(files_.begin(), files_.end(), path,
                       [](const File& file, std::string_view wanted) { return file.path < wanted; });
  return found != files_.end() && found->path == path ? &*found : nullptr;
}

void FileSet::DropBytes(std::string_view folder) {
  for (File& file : files_) {
    if (file.path.starts_with(folder) && file.path.size() > folder.size() &&
        file.path[folder.size()] == '/') {
      file.bytes = {};
    }
  }
}

std::vector<const FileSet::File*> FileSet::Below(std::string_view folder,
                                                 const std::vector<std::string>& endings) const {
  std::vector<const File*> below;
  const std::string prefix = std::string(folder) + "/";
  for (const File& file : files_) {
    if (!file.path.starts_with(prefix)) continue;
    const auto fits = [&](const std::string& ending) { return file.path.ends_with(ending); };
    if (std::any_of(endings.begin(), endings.end(), fits)) below.push_back(&file);
  }
  return below;
}

const FileSet::File& FileSet::pack_file() const {
  const File* yaml = Find("pack.yaml");
  return yaml != nullptr ? *yaml : *Find("pack.json");
}

std::string FileSet::Digest() const {
  Sha256 digest;
  for (const File& file : files_) {
    digest.Update(file.path);
    digest.Update(std::string_view("\0", 1));
    digest.Update(std::to_string(file.bytes.size()) + "\n");
    digest.Update(file.bytes);
  }
  return "sha256:" + digest.Hex();
}

std::optional<std::string_view> CheckedText(std::string_view bytes, const std::string& file,
                                            Diagnostics& diagnostics) {
  if (bytes.size() > limits::kPackFileBytesMax) {
    diagnostics.Error(
        "ZD1001", {file},
        "the file has " + std::to_string(bytes.size()) +
            " bytes, more than kPackFileBytesMax = " + std::to_string(limits::kPackFileBytesMax),
        "split it into several files");
    return std::nullopt;
  }
  // UTF-16 shows by its byte order mark, or by a NUL beside its first letter.
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF") ||
      (bytes.size() >= 2 && (bytes[0] == '\0') != (bytes[1] == '\0'))) {
    diagnostics.Error("ZD1004", {file}, "the file is UTF-16", "save it as UTF-8");
    return std::nullopt;
  }
  std::string_view text = bytes;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    diagnostics.Error("ZD1002", {file}, "the file is empty", "write it, or delete it");
    return std::nullopt;
  }
  const size_t nul = text.find('\0');
  if (nul != std::string_view::npos) {
    const Position where = TextCursor(text).At(nul);
    diagnostics.Error("ZD1003", {file, where.line, where.column}, "the file holds a NUL byte",
                      "delete it; is this a text file?");
    return std::nullopt;
  }
  size_t bad = 0;
  if (!IsValidUtf8(text, &bad)) {
    const Position where = TextCursor(text).At(bad);
    diagnostics.Error("ZD1005", {file, where.line, where.column}, "this byte is not UTF-8",
                      "if the file is GB18030 or GBK, convert it: iconv -f GB18030 -t UTF-8");
    return std::nullopt;
  }
  return text;
}

Position TextCursor::At(size_t offset) {
  for (; offset_ < offset && offset_ < text_.size(); ++offset_) {
    const char c = text_[offset_];
    const bool lone_return = c == '\r' && (offset_ + 1 == text_.size() || text_[offset_ + 1] != '\n');
    if (c == '\n' || lone_return) {
      ++position_.line;
      position_.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      ++position_.column;
    }
  }
  return position_;
}

}  // namespace zhida::pack

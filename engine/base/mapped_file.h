// MappedFile: the bytes of a file, read by the system when they are first looked at.
//
// Immutable and shared by any number of threads. A file that another process makes shorter meanwhile ends
// this process (SIGBUS), so files of this kind are replaced by renaming and never written in place.
#ifndef ZHIDA_ENGINE_BASE_MAPPED_FILE_H_
#define ZHIDA_ENGINE_BASE_MAPPED_FILE_H_

#include <memory>
#include <string>
#include <string_view>

namespace zhida {

class MappedFile {
 public:
  // Null with a reason ("No such file or directory") if it cannot be opened or is no plain file.
  static std::unique_ptr<MappedFile> Open(const std::string& path, std::string* reason);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::string_view bytes() const { return {data_, size_}; }
  // These bytes will not be looked at for some time, so they need not count as this process's memory.
  void Release(std::string_view part) const;

 private:
  MappedFile(const char* data, size_t size) : data_(data), size_(size) {}
  const char* data_;
  size_t size_;
};

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_MAPPED_FILE_H_

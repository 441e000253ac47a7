#include "engine/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

namespace zhida {

std::unique_ptr<MappedFile> MappedFile::Open(const std::string& path, std::string* reason) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    *reason = std::strerror(errno);
    return nullptr;
  }
  struct stat info {};
  const char* data = nullptr;
  size_t size = 0;
  if (fstat(file, &info) != 0) {
    *reason = std::strerror(errno);
  } else if (!S_ISREG(info.st_mode)) {
    *reason = "it is no plain file";
  } else {
    size = static_cast<size_t>(info.st_size);
    void* const place = size == 0 ? nullptr : mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    if (place == MAP_FAILED)
      *reason = std::strerror(errno);
    else
      data = static_cast<const char*>(place);
  }
  close(file);
  if (!reason->empty()) return nullptr;
  return std::unique_ptr<MappedFile>(new MappedFile(data, size));
}

MappedFile::~MappedFile() {
  if (size_ > 0) munmap(const_cast<char*>(data_), size_);
}

void MappedFile::Release(std::string_view part) const {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  // Whole pages within the part; those at its ends belong to its neighbours too.
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(part.data()) + page - 1) / page * page;
  const uintptr_t end = (reinterpret_cast<uintptr_t>(part.data()) + part.size()) / page * page;
  if (begin < end) madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

}  // namespace zhida

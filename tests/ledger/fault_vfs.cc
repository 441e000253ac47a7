#include "tests/ledger/fault_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>

namespace zhida::ledger {
namespace {

constexpr int64_t kSector = 512;

FaultDisk* disk = nullptr;  // the one in use

struct Handle {
  sqlite3_file base;
  FaultDisk::File* file;
};

FaultDisk::File& FileOf(sqlite3_file* handle) { return *reinterpret_cast<Handle*>(handle)->file; }

void Put(std::string* content, int64_t offset, std::string_view bytes) {
  const size_t end = static_cast<size_t>(offset) + bytes.size();
  if (content->size() < end) content->resize(end);
  std::copy(bytes.begin(), bytes.end(), content->begin() + offset);
}

void Redo(std::string* content, const FaultDisk::Write& write) {
  if (write.kind == FaultDisk::Write::Kind::kTruncate) {
    content->resize(static_cast<size_t>(write.offset));
  } else {
    Put(content, write.offset, write.bytes);
  }
}

int Close(sqlite3_file*) { return SQLITE_OK; }

int Read(sqlite3_file* handle, void* to, int size, sqlite3_int64 offset) {
  if (const int code = disk->BeginCall(false)) return code == SQLITE_IOERR ? SQLITE_IOERR_READ : code;
  const std::string& now = FileOf(handle).now;
  const int64_t there = std::clamp<int64_t>(static_cast<int64_t>(now.size()) - offset, 0, size);
  if (there > 0) std::memcpy(to, now.data() + offset, static_cast<size_t>(there));
  if (there == size) return SQLITE_OK;
  std::memset(static_cast<char*>(to) + there, 0, static_cast<size_t>(size - there));
  return SQLITE_IOERR_SHORT_READ;
}

int Write(sqlite3_file* handle, const void* from, int size, sqlite3_int64 offset) {
  FaultDisk::File& file = FileOf(handle);
  const int code = disk->BeginCall(true);
  // The write in whose middle the power goes counts among those that may be kept, lost or torn.
  if (code != 0 && !disk->is_off()) return code == SQLITE_IOERR ? SQLITE_IOERR_WRITE : code;
  file.pending.push_back({FaultDisk::Write::Kind::kBytes, offset,
                          std::string(static_cast<const char*>(from), static_cast<size_t>(size))});
  Redo(&file.now, file.pending.back());
  return code == 0 ? SQLITE_OK : SQLITE_IOERR_WRITE;
}

int Truncate(sqlite3_file* handle, sqlite3_int64 size) {
  if (const int code = disk->BeginCall(true)) return code == SQLITE_IOERR ? SQLITE_IOERR_TRUNCATE : code;
  FaultDisk::File& file = FileOf(handle);
  file.pending.push_back({FaultDisk::Write::Kind::kTruncate, size, ""});
  Redo(&file.now, file.pending.back());
  return SQLITE_OK;
}

int Sync(sqlite3_file* handle, int) {
  if (const int code = disk->BeginCall(true)) return code == SQLITE_IOERR ? SQLITE_IOERR_FSYNC : code;
  FaultDisk::File& file = FileOf(handle);
  file.durable = file.now;
  file.pending.clear();
  file.exists_durably = true;
  return SQLITE_OK;
}

int FileSize(sqlite3_file* handle, sqlite3_int64* size) {
  if (const int code = disk->BeginCall(false)) return code == SQLITE_IOERR ? SQLITE_IOERR_FSTAT : code;
  *size = static_cast<sqlite3_int64>(FileOf(handle).now.size());
  return SQLITE_OK;
}

// One process, one connection: nobody to lock out.
int Lock(sqlite3_file*, int) { return SQLITE_OK; }
int CheckReservedLock(sqlite3_file*, int* out) {
  *out = 0;
  return SQLITE_OK;
}
int FileControl(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int SectorSize(sqlite3_file*) { return kSector; }
int Characteristics(sqlite3_file*) { return 0; }  // promises nothing

// Version 1 has no shared memory, which a ledger never asks for.
constexpr sqlite3_io_methods kMethods = {1,
                                         Close,
                                         Read,
                                         Write,
                                         Truncate,
                                         Sync,
                                         FileSize,
                                         Lock,
                                         Lock,
                                         CheckReservedLock,
                                         FileControl,
                                         SectorSize,
                                         Characteristics,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr};

int Open(sqlite3_vfs*, const char* name, sqlite3_file* out, int flags, int* out_flags) {
  out->pMethods = nullptr;
  if (const int code = disk->BeginCall(false)) return code == SQLITE_IOERR ? SQLITE_CANTOPEN : code;
  FaultDisk::File& file = disk->files()[name == nullptr ? "unnamed" : name];
  if (!file.exists) {
    if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
    file.exists = true;
    file.now.clear();
    file.pending = {{FaultDisk::Write::Kind::kTruncate, 0, ""}};
  }
  reinterpret_cast<Handle*>(out)->file = &file;
  out->pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int sync) {
  if (const int code = disk->BeginCall(true)) return code == SQLITE_IOERR ? SQLITE_IOERR_DELETE : code;
  const auto found = disk->files().find(name);
  if (found == disk->files().end() || !found->second.exists) return SQLITE_IOERR_DELETE_NOENT;
  found->second.exists = false;
  if (sync != 0) found->second.exists_durably = false;
  return SQLITE_OK;
}

int Access(sqlite3_vfs*, const char* name, int, int* out) {
  if (const int code = disk->BeginCall(false)) return code == SQLITE_IOERR ? SQLITE_IOERR_ACCESS : code;
  const auto found = disk->files().find(name);
  *out = found != disk->files().end() && found->second.exists ? 1 : 0;
  return SQLITE_OK;
}

int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}
// The same run is the same run.
int Randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 7, static_cast<size_t>(size));
  return size;
}
int Sleep(sqlite3_vfs*, int) { return 0; }
int CurrentTime(sqlite3_vfs*, double* out) {
  *out = 2461000.5;
  return SQLITE_OK;
}

sqlite3_vfs system_of_disk = {1,       sizeof(Handle), 512,        nullptr,      FaultDisk::kName, nullptr,
                              Open,    Delete,         Access,     FullPathname, nullptr,          nullptr,
                              nullptr, nullptr,        Randomness, Sleep,        CurrentTime,      nullptr,
                              nullptr, nullptr,        nullptr,    nullptr};

}  // namespace

FaultDisk::FaultDisk() {
  disk = this;
  sqlite3_vfs_register(&system_of_disk, 0);
}

FaultDisk::~FaultDisk() { disk = nullptr; }

int FaultDisk::BeginCall(bool changes) {
  if (off_) return SQLITE_IOERR;
  ++calls_;
  if (changes && ++changes_ == cut_at_) {
    off_ = true;
    return SQLITE_IOERR;
  }
  const bool fails = fail_at_ > 0 && (calls_ == fail_at_ || (fail_lasts_ && calls_ > fail_at_));
  // A disk that is full or may not be written can still be read.
  return fails && (changes || fail_code_ == SQLITE_IOERR) ? fail_code_ : 0;
}

void FaultDisk::Boot(Cut cut, uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto coin = [&] { return (random() & 1) != 0; };
  for (auto& [name, file] : files_) {
    for (const Write& write : file.pending) {
      if (cut == Cut::kAllLost || (cut == Cut::kMixed && coin())) continue;
      if (cut == Cut::kMixed && write.kind == Write::Kind::kBytes && coin()) {
        // Torn: some sectors of it, as the head happened to pass.
        for (size_t at = 0; at < write.bytes.size(); at += kSector) {
          if (coin())
            Put(&file.durable, write.offset + static_cast<int64_t>(at), write.bytes.substr(at, kSector));
        }
        continue;
      }
      Redo(&file.durable, write);
    }
    // A name that was made or deleted without a sync may or may not be there.
    if (file.exists != file.exists_durably && (cut == Cut::kAllKept || (cut == Cut::kMixed && coin()))) {
      file.exists_durably = file.exists;
    }
    file.exists = file.exists_durably;
    if (!file.exists) file.durable.clear();
    file.now = file.durable;
    file.pending.clear();
  }
  off_ = false;
  cut_at_ = fail_at_ = 0;
}

}  // namespace zhida::ledger

// A disk in memory that loses power on request: a file system for SQLite whose writes reach the platter only
// with a sync.
//
// Every file has what is on the platter and the writes since its last sync. At a power cut each of those may
// have been kept, lost or torn at a sector, in any combination; the next boot sees the result. Besides, one
// call (or every call from one on) may be made to fail. One disk is in use at a time; one thread.
#ifndef ZHIDA_TESTS_LEDGER_FAULT_VFS_H_
#define ZHIDA_TESTS_LEDGER_FAULT_VFS_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace zhida::ledger {

class FaultDisk {
 public:
  static constexpr char kName[] = "zhida-fault";  // of the file system, for OpenOptions::sqlite_vfs

  // What becomes of writes that were not synced when the power goes.
  enum class Cut : uint8_t { kAllLost, kAllKept, kMixed };

  FaultDisk();
  ~FaultDisk();
  FaultDisk(const FaultDisk&) = delete;
  FaultDisk& operator=(const FaultDisk&) = delete;

  // Counts writes, syncs, truncations and deletions (`calls` = false) or all calls, reads and opens included.
  int64_t changes() const { return changes_; }
  int64_t calls() const { return calls_; }

  // The power goes at that change (from 1), in the middle of it; every later call fails.
  void CutAt(int64_t change) { cut_at_ = change; }
  // That call (from 1) fails with a SQLite code; all from there on if `lasting`.
  void FailAt(int64_t call, int code, bool lasting) {
    fail_at_ = call;
    fail_code_ = code;
    fail_lasts_ = lasting;
  }
  bool is_off() const { return off_; }
  // Settles what the cut left on the platter and switches on again, without faults.
  void Boot(Cut cut, uint64_t seed);

  // --- For the file system.
  struct Write {
    enum class Kind : uint8_t { kBytes, kTruncate } kind;
    int64_t offset;
    std::string bytes;
  };
  struct File {
    std::string durable;
    std::vector<Write> pending;  // since the last sync
    std::string now;             // durable with all pending
    bool exists = false;         // now
    bool exists_durably = false;
  };
  // 0, or the code with which the call fails.
  int BeginCall(bool changes);
  std::map<std::string, File>& files() { return files_; }

 private:
  std::map<std::string, File> files_;
  int64_t changes_ = 0;
  int64_t calls_ = 0;
  int64_t cut_at_ = 0;
  int64_t fail_at_ = 0;
  int fail_code_ = 0;
  bool fail_lasts_ = false;
  bool off_ = false;
};

}  // namespace zhida::ledger

#endif  // ZHIDA_TESTS_LEDGER_FAULT_VFS_H_

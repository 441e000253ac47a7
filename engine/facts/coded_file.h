// Coded files: facts as the engine keeps them, written once and mapped into memory by every later run.
// docs/coded-file.md is the layout.
//
// The values are bound to the digest of the schema, the codes behind them (engine/plan/coded_codes.h) to pack
// and day; the codes may be replaced without the values. Opening checks the header, the directories and every
// offset; each piece of data is checked against its checksum, and all that the engine relies on, when it is
// first used.
#ifndef ZHIDA_ENGINE_FACTS_CODED_FILE_H_
#define ZHIDA_ENGINE_FACTS_CODED_FILE_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/base/mapped_file.h"
#include "engine/facts/coded_bytes.h"
#include "engine/facts/coded_group.h"
#include "engine/pack/pack.h"

namespace zhida::facts {

inline constexpr uint32_t kCodedVersion = 1;
// The first bytes of a coded file that is complete.
inline constexpr std::string_view kCodedMagic = "ZHIDAcf\n";

inline constexpr char kNotCoded[] = "ZD4201";      // no coded file, or not a complete one
inline constexpr char kOtherVersion[] = "ZD4202";  // of another version of the format
inline constexpr char kOtherSchema[] = "ZD4203";   // of a pack with other facts
inline constexpr char kDamaged[] = "ZD4204";       // a checksum or a bound does not hold
inline constexpr char kCannotRead[] = "ZD4205";    // the system does not let us

// What binds values to a pack: everything that decides how facts are read. Policies, parameters and ages may
// change and the file still fits.
std::string SchemaDigest(const pack::Pack& pack);

// A piece of the file that a directory points to.
struct CodedPiece {
  uint64_t begin = 0;
  uint64_t size = 0;
  uint64_t checksum = 0;  // of the values: of the head alone, since it has those of the facts
  uint64_t head_size = 0;
};

// Writes one file from front to back under a name beside the wanted one, which it gets when it is complete.
// Never throws; the first failure is kept and told by error().
class CodedWriter {
 public:
  CodedWriter(std::string path, const pack::Pack& pack);
  ~CodedWriter();  // removes what is not complete

  bool ok() const { return error_.empty(); }
  const std::string& error() const { return error_; }
  uint64_t bytes() const { return at_; }

  void AddGroup(const WrittenGroup& group, int64_t rows);
  // After the last group. A reader of what is there so far, for whoever makes the codes.
  std::unique_ptr<class CodedFile> FinishValues(const pack::Pack& pack, Diagnostics* diagnostics);
  // Instead of groups: the values of another file as they are.
  void CopyValues(const class CodedFile& other);
  // One for each group, in order; then what they have in common.
  void AddCodes(std::string_view codes);
  void FinishCodes(std::string_view binding);
  // The file is complete and has its name.
  bool Commit();

 private:
  void Write(std::string_view bytes);
  void Align(size_t step);
  void WriteHeader();
  CodedPiece WritePiece(std::string_view bytes);

  std::string path_;
  std::string part_;
  std::FILE* file_ = nullptr;
  std::string error_;
  std::string digest_;
  std::string pack_name_;
  uint64_t at_ = 0;
  std::vector<CodedPiece> groups_;
  std::vector<CodedPiece> codes_;
  std::vector<uint64_t> rows_;  // by group
  CodedPiece values_directory_;
  CodedPiece codes_directory_;
};

// A coded file that was opened. Immutable; any thread.
class CodedFile {
 public:
  // Null with a diagnostic if it does not fit the pack or is not sound.
  static std::unique_ptr<CodedFile> Open(const std::string& path, const pack::Pack& pack,
                                         Diagnostics* diagnostics);

  const std::string& path() const { return path_; }
  size_t group_count() const { return groups_.size(); }
  uint64_t bytes() const { return map_->bytes().size(); }
  uint64_t rows() const { return row_count_; }
  uint64_t rows(size_t group) const { return rows_[group]; }
  std::string_view group(size_t group) const { return Bytes(groups_[group]); }
  // The head of a group, if it is sound and has as many rows as the directory says.
  bool ReadHead(size_t group, size_t fact_count, GroupHead* head) const;

  bool has_codes() const { return !binding_.empty(); }
  std::string_view binding() const { return binding_; }  // of the codes, or ""
  std::string_view codes(size_t group) const { return Bytes(codes_[group]); }
  bool CodesHold(size_t group) const;  // by their checksum
  // The group will not be used again soon.
  void Release(size_t group) const;

 private:
  friend class CodedWriter;
  bool ReadHeader(const pack::Pack& pack, Diagnostics* diagnostics);
  bool ReadValuesDirectory(const CodedPiece& place, const pack::Pack& pack, Diagnostics* diagnostics);
  bool ReadCodesDirectory(const CodedPiece& place);
  bool ReadPieces(ByteReader* in, size_t count, uint64_t end, std::vector<CodedPiece>* pieces) const;
  bool Damaged(const std::string& what, Diagnostics* diagnostics) const;
  bool IsWithin(const CodedPiece& piece) const;
  std::string_view Bytes(const CodedPiece& piece) const {
    return map_->bytes().substr(piece.begin, piece.size);
  }

  std::string path_;
  std::unique_ptr<MappedFile> map_;
  CodedPiece values_directory_;
  std::vector<CodedPiece> groups_;
  std::vector<uint64_t> rows_;
  uint64_t row_count_ = 0;
  std::vector<CodedPiece> codes_;
  std::string_view binding_;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_CODED_FILE_H_

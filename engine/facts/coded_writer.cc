// Coded files are written here and read in coded_file.cc.

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/checksum.h"
#include "engine/base/digest.h"
#include "engine/facts/coded_file.h"
#include "engine/facts/coded_layout.h"

namespace zhida::facts {
namespace {

// Codes are worked on in whole lines of the processor's cache.
constexpr size_t kPieceStep = 64;
constexpr size_t kBufferBytes = size_t{1} << 20;

void WriteType(const pack::FactType& type, const feel::Model& model, ByteWriter* out) {
  out->Put<uint32_t>(static_cast<uint32_t>(type.kind));
  out->Put<int32_t>(type.scale);
  out->Put<int32_t>(type.kind == pack::FactKind::kMoney ? type.unit.fen_power : 0);
  out->Put<uint32_t>(static_cast<uint32_t>(type.period));
  if (type.kind == pack::FactKind::kCode) {
    out->Text(type.code_list);
    if (const feel::CodeList* const list = model.FindCodeList(type.code_list)) {
      out->Put<uint32_t>(static_cast<uint32_t>(list->shape));
      out->Put<uint32_t>(list->open ? 1 : 0);
      out->Put<uint32_t>(static_cast<uint32_t>(list->codes().size()));
      for (const feel::Code& code : list->codes()) out->Text(code.code);
    }
  }
  if (type.element != nullptr) WriteType(*type.element, model, out);
  out->Put<uint32_t>(static_cast<uint32_t>(type.members.size()));
  for (const pack::FactMember& member : type.members) {
    out->Text(member.id);
    out->Put<uint32_t>(member.nullable ? 1 : 0);
    WriteType(*member.type, model, out);
  }
}

}  // namespace

std::string SchemaDigest(const pack::Pack& pack) {
  ByteWriter out;
  out.Text(pack.schema.kind);
  out.Put<int32_t>(pack.schema.key);
  for (const pack::Fact& fact : pack.schema.facts) {
    out.Text(fact.id);
    out.Put<uint32_t>((fact.nullable ? 1 : 0) | (fact.check_uscc ? 2 : 0));
    WriteType(*fact.type, pack.model, &out);
  }
  return "sha256:" + Sha256Hex(out.bytes());
}

CodedWriter::CodedWriter(std::string path, const pack::Pack& pack)
    : path_(std::move(path)),
      part_(path_ + "." + std::to_string(getpid()) + ".part"),
      digest_(SchemaDigest(pack)),
      pack_name_(pack.id + " " + pack.version) {
  const int file = open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  file_ = file < 0 ? nullptr : fdopen(file, "wb");
  if (file_ == nullptr) {
    error_ = "cannot write " + path_ + ": " + std::strerror(errno);
    return;
  }
  std::setvbuf(file_, nullptr, _IOFBF, kBufferBytes);
  // Zeros until all is there; then WriteHeader() makes it a coded file.
  Write(std::string(kHeaderBytes, '\0'));
}

CodedWriter::~CodedWriter() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  std::remove(part_.c_str());
}

void CodedWriter::Write(std::string_view bytes) {
  if (!ok()) return;
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size())
    error_ = "writing " + path_ + " failed: " + std::strerror(errno);
  at_ += bytes.size();
}

void CodedWriter::Align(size_t step) { Write(std::string((step - at_ % step) % step, '\0')); }

CodedPiece CodedWriter::WritePiece(std::string_view bytes) {
  Align(kPieceStep);
  const CodedPiece piece{at_, bytes.size(), Checksum(bytes), 0};
  Write(bytes);
  return piece;
}

void CodedWriter::AddGroup(const WrittenGroup& group, int64_t rows) {
  Align(kPieceStep);
  groups_.push_back({at_, group.facts.size() + group.head.size(), Checksum(group.head), group.head.size()});
  rows_.push_back(static_cast<uint64_t>(rows));
  Write(group.facts);
  Write(group.head);
}

namespace {

void WritePieces(const std::vector<CodedPiece>& pieces, ByteWriter* out) {
  for (const CodedPiece& piece : pieces) {
    out->Put(piece.begin);
    out->Put(piece.size);
    out->Put(piece.checksum);
    out->Put(piece.head_size);
  }
}

}  // namespace

std::unique_ptr<CodedFile> CodedWriter::FinishValues(const pack::Pack& pack, Diagnostics* diagnostics) {
  ByteWriter out;
  out.Text(digest_);
  out.Text(pack_name_);
  out.Put<uint32_t>(static_cast<uint32_t>(groups_.size()));
  out.Align(8);
  WritePieces(groups_, &out);
  for (const uint64_t rows : rows_) out.Put(rows);
  values_directory_ = WritePiece(out.bytes());
  WriteHeader();
  if (!ok()) return nullptr;
  return CodedFile::Open(part_, pack, diagnostics);
}

void CodedWriter::CopyValues(const CodedFile& other) {
  const CodedPiece& last = other.values_directory_;
  const std::string_view values = other.map_->bytes().substr(0, last.begin + last.size);
  constexpr size_t kStep = size_t{4} << 20;
  for (size_t at = kHeaderBytes; at < values.size() && ok(); at += kStep) {
    const std::string_view part = values.substr(at, kStep);
    Write(part);
    other.map_->Release(part);
  }
  groups_ = other.groups_;
  rows_ = other.rows_;
  values_directory_ = last;
}

void CodedWriter::AddCodes(std::string_view codes) { codes_.push_back(WritePiece(codes)); }

void CodedWriter::FinishCodes(std::string_view binding) {
  ByteWriter out;
  out.Text(binding);
  out.Align(8);
  out.Put<uint32_t>(static_cast<uint32_t>(codes_.size()));
  out.Align(8);
  WritePieces(codes_, &out);
  codes_directory_ = WritePiece(out.bytes());
  WriteHeader();
}

// At the front; the file goes on where it was.
void CodedWriter::WriteHeader() {
  if (!ok()) return;
  ByteWriter out;
  out.Raw(kCodedMagic.data(), kCodedMagic.size());
  out.Put<uint32_t>(kCodedVersion);
  out.Put<uint32_t>(kByteOrderMark);
  out.Put<uint64_t>(at_);
  for (const CodedPiece& piece : {values_directory_, codes_directory_}) {
    out.Put(piece.begin);
    out.Put(piece.size);
    out.Put(piece.checksum);
  }
  out.Put<uint64_t>(Checksum(out.bytes()));
  out.Align(kHeaderBytes);
  const bool done = std::fflush(file_) == 0 && std::fseek(file_, 0, SEEK_SET) == 0 &&
                    std::fwrite(out.bytes().data(), 1, out.size(), file_) == out.size() &&
                    std::fseek(file_, 0, SEEK_END) == 0;
  if (!done) error_ = "writing " + path_ + " failed: " + std::strerror(errno);
}

bool CodedWriter::Commit() {
  if (!ok()) return false;
  const bool whole = std::fflush(file_) == 0 && fsync(fileno(file_)) == 0;
  if (!whole) {
    error_ = "writing " + path_ + " failed: " + std::strerror(errno);
    return false;
  }
  std::fclose(file_);
  file_ = nullptr;
  if (std::rename(part_.c_str(), path_.c_str()) == 0) return true;
  error_ = "cannot write " + path_ + ": " + std::strerror(errno);
  std::remove(part_.c_str());
  return false;
}

}  // namespace zhida::facts

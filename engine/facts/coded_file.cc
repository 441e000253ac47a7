#include "engine/facts/coded_file.h"

#include <algorithm>
#include <utility>

#include "engine/base/checksum.h"
#include "engine/facts/coded_layout.h"

namespace zhida::facts {
namespace {

constexpr size_t kGroupsMax = size_t{16} << 20;
constexpr char kEncodeAgain[] = "make it again with zhida encode";

}  // namespace

bool CodedFile::Damaged(const std::string& what, Diagnostics* diagnostics) const {
  diagnostics->Error(kDamaged, {path_, 0, 0}, "the coded file is damaged: " + what, kEncodeAgain);
  return false;
}

bool CodedFile::IsWithin(const CodedPiece& piece) const {
  const uint64_t size = map_->bytes().size();
  return piece.begin % 64 == 0 && piece.begin >= kHeaderBytes && piece.begin <= size &&
         piece.size <= size - piece.begin;
}

std::unique_ptr<CodedFile> CodedFile::Open(const std::string& path, const pack::Pack& pack,
                                           Diagnostics* diagnostics) {
  std::unique_ptr<CodedFile> file(new CodedFile);
  file->path_ = path;
  std::string reason;
  file->map_ = MappedFile::Open(path, &reason);
  if (!file->map_) {
    diagnostics->Error(kCannotRead, {path, 0, 0}, "the coded file cannot be read: " + reason,
                       "check the name");
    return nullptr;
  }
  if (!file->ReadHeader(pack, diagnostics)) return nullptr;
  return file;
}

bool CodedFile::ReadHeader(const pack::Pack& pack, Diagnostics* diagnostics) {
  ByteReader in(map_->bytes());
  const std::string_view magic = in.Raw(kCodedMagic.size());
  if (magic != kCodedMagic) {
    diagnostics->Error(kNotCoded, {path_, 0, 0},
                       map_->bytes().empty() ? "the file is empty" : "this is no complete coded file",
                       "name a file that zhida encode has made");
    return false;
  }
  const auto version = in.Get<uint32_t>();
  const auto order = in.Get<uint32_t>();
  if (in.ok() && (version != kCodedVersion || order != kByteOrderMark)) {
    diagnostics->Error(kOtherVersion, {path_, 0, 0},
                       "the coded file has format " + std::to_string(version) + ", and this version reads " +
                           std::to_string(kCodedVersion),
                       kEncodeAgain);
    return false;
  }
  const auto size = in.Get<uint64_t>();
  CodedPiece directories[2];
  for (CodedPiece& piece : directories) {
    piece.begin = in.Get<uint64_t>();
    piece.size = in.Get<uint64_t>();
    piece.checksum = in.Get<uint64_t>();
  }
  const auto checksum = in.Get<uint64_t>();
  if (!in.ok() || checksum != Checksum(map_->bytes().substr(0, kHeaderUsedBytes)))
    return Damaged("its header does not hold", diagnostics);
  if (size != map_->bytes().size()) {
    return Damaged(
        "it has " + std::to_string(map_->bytes().size()) + " bytes and should have " + std::to_string(size),
        diagnostics);
  }
  if (!ReadValuesDirectory(directories[0], pack, diagnostics)) return false;
  if (directories[1].size == 0) return true;
  return ReadCodesDirectory(directories[1]) || Damaged("the list of its codes does not hold", diagnostics);
}

bool CodedFile::ReadPieces(ByteReader* in, size_t count, uint64_t end,
                           std::vector<CodedPiece>* pieces) const {
  for (size_t i = 0; i < count; ++i) {
    CodedPiece piece;
    piece.begin = in->Get<uint64_t>();
    piece.size = in->Get<uint64_t>();
    piece.checksum = in->Get<uint64_t>();
    piece.head_size = in->Get<uint64_t>();
    if (!in->ok() || !IsWithin(piece) || piece.begin + piece.size > end || piece.head_size > piece.size)
      return in->Fail();
    pieces->push_back(piece);
  }
  return in->ok();
}

bool CodedFile::ReadValuesDirectory(const CodedPiece& place, const pack::Pack& pack,
                                    Diagnostics* diagnostics) {
  constexpr char kDirectory[] = "the list of its groups does not hold";
  if (!IsWithin(place) || Checksum(Bytes(place)) != place.checksum) return Damaged(kDirectory, diagnostics);
  values_directory_ = place;
  ByteReader in(Bytes(place));
  const std::string_view digest = in.Text();
  const std::string pack_name(in.Text());
  if (in.ok() && digest != SchemaDigest(pack)) {
    diagnostics->Error(kOtherSchema, {path_, 0, 0},
                       "the file was coded for the facts of pack " + pack_name +
                           ", which differ from those of pack " + pack.id + " " + pack.version,
                       "encode the facts again with this pack, or name the pack they were coded for");
    return false;
  }
  const size_t groups = in.Count(kPieceBytes + 8, kGroupsMax);
  in.Align(8);
  if (!ReadPieces(&in, groups, place.begin, &groups_)) return Damaged(kDirectory, diagnostics);
  for (size_t i = 0; i < groups; ++i) {
    rows_.push_back(in.Get<uint64_t>());
    row_count_ += rows_.back();
  }
  return in.ok() || Damaged(kDirectory, diagnostics);
}

bool CodedFile::ReadCodesDirectory(const CodedPiece& place) {
  if (!IsWithin(place) || Checksum(Bytes(place)) != place.checksum) return false;
  ByteReader in(Bytes(place));
  binding_ = in.Text();
  in.Align(8);
  const size_t count = in.Count(kPieceBytes, kGroupsMax);
  in.Align(8);
  return in.ok() && count == groups_.size() && ReadPieces(&in, count, place.begin, &codes_);
}

bool CodedFile::ReadHead(size_t group, size_t fact_count, GroupHead* head) const {
  const CodedPiece& piece = groups_[group];
  const std::string_view bytes = Bytes(piece);
  return Checksum(bytes.substr(bytes.size() - piece.head_size)) == piece.checksum &&
         head->Read(bytes, piece.head_size, fact_count) && head->rows == rows_[group];
}

bool CodedFile::CodesHold(size_t group) const { return Checksum(codes(group)) == codes_[group].checksum; }

void CodedFile::Release(size_t group) const {
  map_->Release(Bytes(groups_[group]));
  if (!codes_.empty()) map_->Release(Bytes(codes_[group]));
}

}  // namespace zhida::facts

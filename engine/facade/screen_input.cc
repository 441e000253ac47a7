#include "engine/facade/screen_input.h"

#include <utility>

#include "engine/base/json_writer.h"
#include "engine/facts/ndjson.h"
#include "engine/plan/coded_codes.h"

namespace zhida::facade {
namespace {

constexpr int64_t kArrowRowsPerPiece = 8192;
constexpr size_t kLargePieceBytes = size_t{8} << 20;

// `file` may be null.
std::string RejectLine(const facts::Reject& reject, const std::string* file) {
  JsonWriter json;
  json.BeginObject().Key("row").Int(reject.row).Key("line").Int(reject.line);
  if (file != nullptr) json.Key("file").String(*file);
  json.Key("field").String(reject.field).Key("code").String(reject.code).Key("reason").String(reject.reason);
  return json.EndObject().Take() + "\n";
}

class Ndjson : public ScreenInput {
 public:
  Ndjson(const pack::Pack& pack, const facts::DateRules& rules, std::vector<std::string> paths,
         size_t workers)
      : pack_(pack), rules_(rules), chunks_(std::move(paths)), readers_(workers) {}

  Taken Take(InputPiece* piece) override { return chunks_.Next(&piece->chunk); }

  void Read(InputPiece* piece, size_t worker) override {
    std::unique_ptr<facts::NdjsonReader>& reader = readers_[worker];
    if (!reader) reader = std::make_unique<facts::NdjsonReader>(pack_, rules_);
    const std::string_view text(piece->chunk.text.data(), piece->chunk.size);
    // Lines and rows before this piece are not known yet; Settle() adds them. Only a file's first line may
    // begin with a byte order mark.
    const int64_t first_line = piece->chunk.starts_file ? 1 : 2;
    piece->lines = reader->Read(text, first_line, 0, piece->block.get(), &piece->rejects, &piece->counts);
    for (facts::Reject& reject : piece->rejects) reject.line -= first_line - 1;
    piece->block->Finish();
  }

  std::string Settle(InputPiece* piece, int64_t rows) override {
    if (piece->chunk.starts_file) lines_ = 0;
    std::string text;
    for (facts::Reject& reject : piece->rejects) {
      reject.row += rows;
      reject.line += lines_;
      text += RejectLine(reject, &chunks_.path(piece->chunk.file));
    }
    lines_ += piece->lines;
    return text;
  }

  void MakeLargePieces() override { chunks_.set_chunk_bytes(kLargePieceBytes); }
  std::string error() const override { return chunks_.error(); }
  InputBytes bytes() const override { return {chunks_.bytes_read(), chunks_.bytes_total()}; }

 private:
  const pack::Pack& pack_;
  const facts::DateRules rules_;
  ChunkReader chunks_;
  std::vector<std::unique_ptr<facts::NdjsonReader>> readers_;  // by worker; made when first needed
  int64_t lines_ = 0;                                          // of the current file
};

class Arrow : public ScreenInput {
 public:
  explicit Arrow(std::unique_ptr<facts::ArrowReader> reader) : reader_(std::move(reader)) {}

  Taken Take(InputPiece* piece) override {
    return reader_->Next(kArrowRowsPerPiece, &piece->slice) ? Taken::kPiece : Taken::kEnd;
  }
  void Read(InputPiece* piece, size_t) override {
    reader_->Convert(piece->slice, piece->block.get(), &piece->rejects, &piece->counts);
    piece->block->Finish();
  }
  std::string Settle(InputPiece* piece, int64_t) override {
    std::string text;
    for (const facts::Reject& reject : piece->rejects) text += RejectLine(reject, nullptr);
    return text;
  }
  bool rows_are_relative() const override { return false; }
  std::string error() const override { return reader_->error(); }

 private:
  std::unique_ptr<facts::ArrowReader> reader_;
};

}  // namespace

std::unique_ptr<ScreenInput> NdjsonInput(const pack::Pack& pack, const facts::DateRules& rules,
                                         std::vector<std::string> paths, size_t workers) {
  return std::make_unique<Ndjson>(pack, rules, std::move(paths), workers);
}

std::unique_ptr<ScreenInput> ArrowInput(const pack::Pack& pack, const facts::DateRules& rules,
                                        ArrowArrayStream* stream, Diagnostics* diagnostics) {
  std::unique_ptr<facts::ArrowReader> reader = facts::ArrowReader::Open(pack, rules, stream, diagnostics);
  return reader ? std::make_unique<Arrow>(std::move(reader)) : nullptr;
}

std::unique_ptr<CodedInput> CodedInput::Open(const pack::Pack& pack, const facts::DateRules& rules,
                                             const std::string& path, size_t workers,
                                             Diagnostics* diagnostics) {
  std::unique_ptr<facts::CodedFile> file = facts::CodedFile::Open(path, pack, diagnostics);
  return file ? std::make_unique<CodedInput>(pack, rules, std::move(file), workers) : nullptr;
}

CodedInput::CodedInput(const pack::Pack& pack, const facts::DateRules& rules,
                       std::unique_ptr<facts::CodedFile> file, size_t workers)
    : pack_(pack),
      rules_(rules),
      plan_(pack),
      states_(pack.schema, rules),
      file_(std::move(file)),
      values_(workers, facts::ValuesReader(plan_)) {}

void CodedInput::UseCodes(const plan::Codebook& codes) {
  const int threads = static_cast<int>(values_.size());
  if (file_->has_codes() && plan::AdoptBinding(file_->binding(), codes, pack_, rules_, threads))
    codes_ = &codes;
}

Taken CodedInput::Take(InputPiece* piece) {
  if (next_ >= file_->group_count()) return Taken::kEnd;
  piece->group = next_++;
  rows_taken_ += file_->rows(piece->group);
  return Taken::kPiece;
}

bool CodedInput::Fill(InputPiece* piece, size_t worker) {
  const size_t group = piece->group;
  const size_t facts = plan_.facts.size();
  facts::GroupHead head;
  if (!file_->ReadHead(group, facts, &head)) return false;
  piece->counts = head.counts;
  piece->rejects_text = head.rejects;
  piece->source = std::make_shared<facts::GroupSource>(plan_, states_, &values_[worker], file_->group(group),
                                                       std::move(head));
  const facts::GroupHead& kept = piece->source->head();
  if (codes_ == nullptr) return piece->source->LoadAll(piece->block.get(), &piece->counts);
  plan::GroupNotes notes;
  if (!file_->CodesHold(group) ||
      !plan::ReadCodes(file_->codes(group), *codes_, kept.rows, facts, &piece->codes, &notes)) {
    return false;
  }
  piece->has_codes = true;
  piece->counts.undated = notes.undated;
  piece->counts.refused_commitments = notes.refused_commitments;
  piece->block->FillLater(piece->source, kept.input_rows, kept.irregular_rows, notes.committed_facts);
  return true;
}

namespace {

std::string DamagedGroup(const facts::CodedFile& file, size_t group) {
  return std::string(facts::kDamaged) + " " + file.path() + ": the coded file is damaged in group " +
         std::to_string(group + 1) + " of " + std::to_string(file.group_count()) +
         "; make it again with zhida encode";
}

}  // namespace

void CodedInput::Read(InputPiece* piece, size_t worker) {
  if (!Fill(piece, worker)) piece->error = DamagedGroup(*file_, piece->group);
}

void CodedInput::Check(InputPiece* piece) {
  if (piece->source && !piece->source->ok()) piece->error = DamagedGroup(*file_, piece->group);
}

std::string CodedInput::Settle(InputPiece* piece, int64_t) {
  std::string text(piece->rejects_text);
  // Nothing of the piece is used any more, but for what the block has borrowed.
  piece->block->Clear();
  piece->source.reset();
  file_->Release(piece->group);
  return text;
}

InputBytes CodedInput::bytes() const {
  const auto total = static_cast<int64_t>(file_->bytes());
  const uint64_t rows = file_->rows();
  return {rows == 0 ? total : static_cast<int64_t>(static_cast<uint64_t>(total) * rows_taken_ / rows), total};
}

}  // namespace zhida::facade

#include "engine/facade/encode.h"

#include <memory>
#include <utility>
#include <vector>

#include "engine/batch/batch.h"
#include "engine/facts/coded_file.h"
#include "engine/plan/coded_codes.h"

namespace zhida::facade {
namespace {

class Encoder {
 public:
  Encoder(const Engine& engine, const facts::DateRules& rules, const OrderedPipeline& pipeline,
          const std::string& path, const EncodeHooks& hooks)
      : engine_(engine), rules_(rules), pipeline_(pipeline), hooks_(hooks), writer_(path, engine.pack()) {}

  Encoded Run(ScreenInput* input, uint64_t* bytes, std::string* error) {
    const bool done = writer_.ok() && (input->coded() != nullptr ? CopyValues(*input) : WriteValues(input)) &&
                      WriteCodes() && writer_.Commit();
    if (stopped_) return Encoded::kStopped;
    *error = !error_.empty() ? error_ : writer_.error();
    *bytes = writer_.bytes();
    return done ? Encoded::kDone : Encoded::kFailed;
  }

 private:
  struct Piece {
    InputPiece in;
    facts::WrittenGroup group;
    plan::CodedRows codes;
    std::string bytes;
  };

  bool GoOn() {
    stopped_ = stopped_ || !hooks_.go_on();
    return !stopped_;
  }

  void Read(ScreenInput* input, bool keep_said, InputPiece* piece, size_t worker) const {
    if (!piece->block) piece->block = std::make_shared<facts::FactBlock>(engine_.pack().schema);
    piece->block->Clear();
    if (keep_said) piece->block->KeepSaid();
    piece->rejects.clear();
    piece->counts = {};
    input->Read(piece, worker);
  }

  bool WriteValues(ScreenInput* input) {
    input->MakeLargePieces();
    std::vector<Piece> pieces(pipeline_.slots());
    OrderedPipeline::Steps steps;
    steps.take = [&](size_t slot) { return GoOn() ? input->Take(&pieces[slot].in) : Taken::kEnd; };
    steps.work = [&](size_t slot, size_t worker) {
      InputPiece& piece = pieces[slot].in;
      Read(input, true, &piece, worker);
      const int64_t first_row = input->rows_are_relative() ? 0 : piece.slice.first_row;
      pieces[slot].group = facts::WriteGroup(*piece.block, first_row, piece.counts);
    };
    steps.merge = [&](size_t slot) {
      InputPiece& piece = pieces[slot].in;
      const std::string rejects = input->Settle(&piece, hooks_.rows_read());
      facts::AddRejects(rejects, &pieces[slot].group);
      writer_.AddGroup(pieces[slot].group, static_cast<int64_t>(piece.block->row_count()));
      hooks_.merged(piece.counts, rejects);
      return writer_.ok();
    };
    pipeline_.Run(steps);
    error_ = input->error();
    if (stopped_ || !error_.empty()) return false;
    Diagnostics diagnostics;
    written_ = writer_.FinishValues(engine_.pack(), &diagnostics);
    if (!written_ && writer_.ok()) error_ = diagnostics.Text();
    return written_ != nullptr;
  }

  bool CopyValues(const ScreenInput& input) {
    writer_.CopyValues(*input.coded());
    Diagnostics diagnostics;
    written_ = facts::CodedFile::Open(input.coded()->path(), engine_.pack(), &diagnostics);
    if (!written_) error_ = diagnostics.Text();
    is_copy_ = true;
    return written_ != nullptr && writer_.ok();
  }

  bool WriteCodes() {
    // The same that a run will make: kinds of texts come out alike.
    const batch::BatchEngine batch(engine_.plan(), {});
    const plan::Codebook& codebook = batch.codes();
    CodedInput values(engine_.pack(), rules_, std::move(written_), pipeline_.threads());
    std::vector<Piece> pieces(pipeline_.slots());
    std::vector<std::unique_ptr<plan::Codebook::Local>> locals(pipeline_.threads());
    OrderedPipeline::Steps steps;
    steps.take = [&](size_t slot) { return GoOn() ? values.Take(&pieces[slot].in) : Taken::kEnd; };
    steps.work = [&](size_t slot, size_t worker) {
      Piece& piece = pieces[slot];
      Read(&values, false, &piece.in, worker);
      if (!piece.in.error.empty()) return;
      if (!locals[worker]) locals[worker] = std::make_unique<plan::Codebook::Local>(codebook);
      locals[worker]->StartBlock();
      const facts::FactBlock& block = *piece.in.block;
      codebook.Encode(block, 0, block.row_count(), locals[worker].get(), &piece.codes);
      piece.bytes = plan::WriteCodes(piece.codes, codebook.column_count(), block, piece.in.counts);
    };
    steps.merge = [&](size_t slot) {
      Piece& piece = pieces[slot];
      error_ = piece.in.error;
      if (!error_.empty()) return false;
      const std::string rejects = values.Settle(&piece.in, 0);
      if (is_copy_) {
        hooks_.merged(piece.in.counts, rejects);
      } else {
        // The rest was told when the values were read; these show only now that the rules are applied.
        facts::ReadCounts resolved;
        resolved.undated = piece.in.counts.undated;
        resolved.refused_commitments = piece.in.counts.refused_commitments;
        hooks_.merged(resolved, {});
      }
      writer_.AddCodes(piece.bytes);
      return writer_.ok();
    };
    pipeline_.Run(steps);
    if (stopped_ || !error_.empty()) return false;
    writer_.FinishCodes(plan::WriteBinding(codebook, engine_.pack(), rules_));
    return writer_.ok();
  }

  const Engine& engine_;
  const facts::DateRules& rules_;
  const OrderedPipeline& pipeline_;
  const EncodeHooks& hooks_;
  facts::CodedWriter writer_;
  std::unique_ptr<facts::CodedFile> written_;
  bool is_copy_ = false;
  bool stopped_ = false;
  std::string error_;
};

}  // namespace

Encoded Encode(const Engine& engine, const facts::DateRules& rules, ScreenInput* input,
               const OrderedPipeline& pipeline, const std::string& path, const EncodeHooks& hooks,
               uint64_t* bytes, std::string* error) {
  return Encoder(engine, rules, pipeline, path, hooks).Run(input, bytes, error);
}

}  // namespace zhida::facade

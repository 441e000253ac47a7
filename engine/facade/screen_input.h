// ScreenInput: where the rows of a screen come from, piece by piece: NDJSON files, an Arrow stream, a coded
// file.
//
// Take() and Settle() are called one at a time, each in the order of the pieces; Read() by several threads at
// once, each with its own worker number. A piece is filled again and again.
#ifndef ZHIDA_ENGINE_FACADE_SCREEN_INPUT_H_
#define ZHIDA_ENGINE_FACADE_SCREEN_INPUT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/base/pipeline.h"
#include "engine/facade/chunks.h"
#include "engine/facts/arrow_abi.h"
#include "engine/facts/arrow_reader.h"
#include "engine/facts/coded_file.h"
#include "engine/facts/fact_block.h"
#include "engine/facts/reading.h"
#include "engine/plan/codes.h"

namespace zhida::facade {

// A piece of input as facts.
struct InputPiece {
  std::shared_ptr<facts::FactBlock> block;
  plan::CodedRows codes;
  bool has_codes = false;  // then they are the block's, and its columns are loaded when somebody asks
  std::vector<facts::Reject> rejects;
  facts::ReadCounts counts;
  std::string error;  // why the piece cannot be used; ends the run

  // Of one kind of input each.
  Chunk chunk;
  int64_t lines = 0;
  facts::ArrowSlice slice;
  size_t group = 0;
  std::string_view rejects_text;
  std::shared_ptr<facts::GroupSource> source;
};

struct InputBytes {
  int64_t read = 0;
  int64_t total = 0;  // 0 where not known
};

class ScreenInput {
 public:
  virtual ~ScreenInput() = default;
  // The next piece, without its facts. kEnd also on failure; then error() tells.
  virtual Taken Take(InputPiece* piece) = 0;
  // Fills the block, which is empty, and all that is said of it.
  virtual void Read(InputPiece* piece, size_t worker) = 0;
  // When the piece was judged: whether all that was loaded meanwhile was sound. Sets piece->error.
  virtual void Check(InputPiece* piece) { (void)piece; }
  // The piece's rejects as NDJSON, with their places in the whole input; `rows` were read before.
  virtual std::string Settle(InputPiece* piece, int64_t rows) = 0;
  // Whether the rows of the block count from the piece's first, and not from the input's.
  virtual bool rows_are_relative() const { return true; }
  // Pieces may be large: what is made of them is kept.
  virtual void MakeLargePieces() {}
  virtual std::string error() const = 0;
  virtual InputBytes bytes() const { return {}; }
  // The file of which the values can be taken as they are, or null.
  virtual const facts::CodedFile* coded() const { return nullptr; }
};

// `pack` must outlive the input. Blocks that keep what rows said (FactBlock::KeepSaid) get it unresolved.
std::unique_ptr<ScreenInput> NdjsonInput(const pack::Pack& pack, const facts::DateRules& rules,
                                         std::vector<std::string> paths, size_t workers);
// Takes over *stream. Null with diagnostics when its columns are refused.
std::unique_ptr<ScreenInput> ArrowInput(const pack::Pack& pack, const facts::DateRules& rules,
                                        ArrowArrayStream* stream, Diagnostics* diagnostics);

// A coded file; a codebook can be given before the first Take() to read codes by.
class CodedInput : public ScreenInput {
 public:
  // Null with diagnostics if the file does not fit.
  static std::unique_ptr<CodedInput> Open(const pack::Pack& pack, const facts::DateRules& rules,
                                          const std::string& path, size_t workers, Diagnostics* diagnostics);
  CodedInput(const pack::Pack& pack, const facts::DateRules& rules, std::unique_ptr<facts::CodedFile> file,
             size_t workers);

  // Codes are read if those of the file were made for the same pack, day and rules.
  void UseCodes(const plan::Codebook& codes);
  bool uses_codes() const { return codes_ != nullptr; }

  Taken Take(InputPiece* piece) override;
  void Read(InputPiece* piece, size_t worker) override;
  void Check(InputPiece* piece) override;
  std::string Settle(InputPiece* piece, int64_t rows) override;
  std::string error() const override { return ""; }
  InputBytes bytes() const override;
  const facts::CodedFile* coded() const override { return file_.get(); }

 private:
  bool Fill(InputPiece* piece, size_t worker);

  const pack::Pack& pack_;
  const facts::DateRules rules_;
  const facts::ReadingPlan plan_;
  const facts::StateRules states_;
  const std::unique_ptr<facts::CodedFile> file_;
  std::vector<facts::ValuesReader> values_;  // by worker
  const plan::Codebook* codes_ = nullptr;
  size_t next_ = 0;
  uint64_t rows_taken_ = 0;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_SCREEN_INPUT_H_

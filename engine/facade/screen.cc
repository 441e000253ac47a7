#include "engine/facade/screen.h"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "engine/base/json_writer.h"
#include "engine/base/parallel.h"
#include "engine/batch/batch.h"
#include "engine/facade/chunks.h"
#include "engine/facade/result_batch.h"
#include "engine/facts/arrow_reader.h"
#include "engine/facts/ndjson.h"

namespace zhida::facade {

using batch::BatchEngine;
using batch::BlockResult;
using batch::PolicyTotals;

namespace {

// Pieces of input a thread gets in one wave: enough that none waits long for the last one, few enough to stay
// small.
constexpr size_t kPiecesPerThread = 3;
constexpr int64_t kArrowRowsPerPiece = 4096;

// A piece of input and what became of it.
struct Piece {
  Chunk chunk;
  facts::ArrowSlice slice;
  std::vector<facts::Reject> rejects;
  facts::ReadCounts counts;
  int64_t lines = 0;
  BlockResult result;
  std::shared_ptr<facts::FactBlock> block;
};

}  // namespace

class Screen::Impl {
 public:
  Impl(std::shared_ptr<const Engine> engine_in, ScreenOptions options_in)
      : engine(std::move(engine_in)), options(std::move(options_in)), batches(engine->pack()) {
    rules = engine->DateRulesOf(options.dates);
    totals.resize(engine->pack().policies.size());
    threads = engine->threads() > 0 ? static_cast<size_t>(engine->threads())
                                    : std::max<size_t>(1, std::thread::hardware_concurrency());
    pieces.resize(threads * kPiecesPerThread);
  }
  ~Impl() {
    if (rejects_file != nullptr) std::fclose(rejects_file);
  }

  bool Prepare(Diagnostics* diagnostics);
  bool ReadWave();  // false when the input has ended or failed
  void JudgeWave(const CancelFlag& cancel);
  void JudgePiece(Piece* piece);
  void MergeWave(bool keep_batches);
  void WriteReject(const facts::Reject& reject, const Piece& piece);
  Step Failed(std::string message) {
    error = std::move(message);
    return Step::kFailed;
  }
  Step Advance(const CancelFlag& cancel, bool keep_batches);

  // What one thread works with; made when first needed.
  struct Tools {
    std::unique_ptr<facts::NdjsonReader> reader;
    std::unique_ptr<BatchEngine::Worker> batch;
    std::unique_ptr<point::PointEngine::Worker> point;
  };
  std::unique_ptr<Tools> Borrow();
  void Return(std::unique_ptr<Tools> tools);
  void JudgeRowByRow(Tools* tools, Piece* piece);

  std::shared_ptr<const Engine> engine;
  ScreenOptions options;
  facts::DateRules rules;
  ResultBatches batches;
  std::unique_ptr<BatchEngine> batch_engine;
  std::vector<bool> selected;
  std::unique_ptr<ChunkReader> chunks;        // NDJSON, or
  std::unique_ptr<facts::ArrowReader> arrow;  // Arrow
  size_t threads = 1;
  std::vector<Piece> pieces;
  size_t wave = 0;  // pieces of this wave
  std::mutex tools_mutex;
  std::vector<std::unique_ptr<Tools>> idle_tools;
  std::deque<std::shared_ptr<const facts::ArrowColumn>> ready;

  facts::ReadCounts counts;
  std::vector<PolicyTotals> totals;
  batch::WorkCounts work;
  int64_t lines = 0;  // of the current file
  std::FILE* rejects_file = nullptr;
  std::string error;
  bool started = false;
  bool complete = false;
};

bool Screen::Impl::Prepare(Diagnostics* diagnostics) {
  if (!engine->SelectPolicies(options.policies, &selected, diagnostics)) return false;
  if (!options.rejects_path.empty()) {
    rejects_file = std::fopen(options.rejects_path.c_str(), "wb");
    if (rejects_file == nullptr) {
      diagnostics->Error("ZD6003", {options.rejects_path, 0, 0},
                         "the file for rejected rows cannot be written",
                         "choose a folder that exists and may be written to");
      return false;
    }
  }
  batch::BatchOptions batch_options;
  batch_options.block_rows = std::max<size_t>(1, options.block_rows);
  batch_options.wanted = options.outcomes;
  batch_options.policies = selected;
  batch_engine = std::make_unique<BatchEngine>(engine->plan(), std::move(batch_options));
  return true;
}

bool Screen::Impl::ReadWave() {
  wave = 0;
  while (wave < pieces.size()) {
    Piece& piece = pieces[wave];
    piece.rejects.clear();
    piece.counts = {};
    piece.lines = 0;
    const bool more = chunks ? chunks->Next(&piece.chunk) : arrow->Next(kArrowRowsPerPiece, &piece.slice);
    if (!more) break;
    ++wave;
  }
  return wave > 0;
}

std::unique_ptr<Screen::Impl::Tools> Screen::Impl::Borrow() {
  const std::lock_guard lock(tools_mutex);
  if (idle_tools.empty()) return std::make_unique<Tools>();
  auto tools = std::move(idle_tools.back());
  idle_tools.pop_back();
  return tools;
}

void Screen::Impl::Return(std::unique_ptr<Tools> tools) {
  const std::lock_guard lock(tools_mutex);
  idle_tools.push_back(std::move(tools));
}

void Screen::Impl::JudgePiece(Piece* piece) {
  std::unique_ptr<Tools> tools = Borrow();
  if (!piece->block) piece->block = std::make_shared<facts::FactBlock>(engine->pack().schema);
  piece->block->Clear();
  if (chunks) {
    if (!tools->reader) tools->reader = std::make_unique<facts::NdjsonReader>(engine->pack(), rules);
    const std::string_view text(piece->chunk.text.data(), piece->chunk.size);
    // Lines and rows before this piece are not known yet; MergeWave() adds them. Only a file's first line may
    // begin with a byte order mark.
    const int64_t first_line = piece->chunk.starts_file ? 1 : 2;
    piece->lines =
        tools->reader->Read(text, first_line, 0, piece->block.get(), &piece->rejects, &piece->counts);
    for (facts::Reject& reject : piece->rejects) reject.line -= first_line - 1;
  } else {
    arrow->Convert(piece->slice, piece->block.get(), &piece->rejects, &piece->counts);
  }
  piece->block->Finish();
  if (options.evaluator == Evaluator::kBatch) {
    if (!tools->batch) tools->batch = std::make_unique<BatchEngine::Worker>(*batch_engine);
    tools->batch->Run(*piece->block, nullptr, &piece->result);
  } else {
    JudgeRowByRow(tools.get(), piece);
  }
  Return(std::move(tools));
}

void Screen::Impl::JudgeRowByRow(Tools* tools, Piece* piece) {
  const pack::Pack& pack = engine->pack();
  piece->result.Clear(pack.policies.size());
  if (!tools->point) tools->point = std::make_unique<point::PointEngine::Worker>(engine->point());
  std::vector<pack::Judgement> judgements(pack.policies.size());
  for (size_t row = 0; row < piece->block->row_count(); ++row) {
    const facts::BlockRow subject(*piece->block, row);
    pack::SubjectJudge judge(pack, engine->as_of(), subject);
    if (options.evaluator == Evaluator::kPoint) tools->point->Run(*piece->block, row, &judgements);
    for (size_t policy = 0; policy < pack.policies.size(); ++policy) {
      if (!selected.empty() && !selected[policy]) continue;
      const pack::Judgement judgement = options.evaluator == Evaluator::kPoint
                                            ? judgements[policy]
                                            : judge.Decide(static_cast<int>(policy));
      ++piece->result.work.pairs;
      PolicyTotals& policy_totals = piece->result.totals[policy];
      ++policy_totals.outcomes[static_cast<size_t>(judgement.outcome)];
      const int64_t amount = judgement.amount_fen.value_or(0);
      if (judgement.outcome == pack::Outcome::kEligible) policy_totals.amount_fen += amount;
      if (judgement.outcome == pack::Outcome::kConditional) policy_totals.conditional_amount_fen += amount;
      if (!options.outcomes[static_cast<size_t>(judgement.outcome)]) continue;
      batch::Pair& pair = piece->result.pairs.emplace_back();
      pair.amount_fen = amount;
      pair.row = static_cast<uint32_t>(row);
      pair.policy = static_cast<uint32_t>(policy) & 0xFFFFFFF;
      pair.outcome = judgement.outcome;
      pair.has_amount = judgement.amount_fen.has_value();
    }
  }
}

void Screen::Impl::JudgeWave(const CancelFlag& cancel) {
  ParallelFor(wave, static_cast<int>(threads), [&](size_t i) {
    if (!cancel.raised()) JudgePiece(&pieces[i]);
  });
}

void Screen::Impl::WriteReject(const facts::Reject& reject, const Piece& piece) {
  if (rejects_file == nullptr) return;
  JsonWriter json;
  json.BeginObject().Key("row").Int(reject.row).Key("line").Int(reject.line);
  if (chunks) json.Key("file").String(chunks->path(piece.chunk.file));
  json.Key("field").String(reject.field).Key("code").String(reject.code).Key("reason").String(reject.reason);
  const std::string line = json.EndObject().Take() + "\n";
  if (std::fwrite(line.data(), 1, line.size(), rejects_file) != line.size() && error.empty()) {
    error = "writing rejected rows to " + options.rejects_path + " failed";
  }
}

void Screen::Impl::MergeWave(bool keep_batches) {
  for (size_t i = 0; i < wave; ++i) {
    Piece& piece = pieces[i];
    const int64_t row_base = chunks ? counts.rows_read : 0;
    if (chunks && piece.chunk.starts_file) lines = 0;
    for (facts::Reject& reject : piece.rejects) {
      reject.row += row_base;
      if (chunks) reject.line += lines;
      WriteReject(reject, piece);
    }
    counts.Add(piece.counts);
    lines += piece.lines;
    for (size_t policy = 0; policy < totals.size(); ++policy) totals[policy].Add(piece.result.totals[policy]);
    work.Add(piece.result.work);
    if (keep_batches && !piece.result.pairs.empty()) {
      ready.push_back(batches.Make(*piece.block, piece.result.pairs, row_base));
    }
  }
}

Screen::Step Screen::Impl::Advance(const CancelFlag& cancel, bool keep_batches) {
  if (!error.empty()) return Step::kFailed;
  if (complete) return Step::kEnd;
  if (cancel.raised()) return Step::kCancelled;
  if (!ReadWave()) {
    if (chunks && !chunks->error().empty()) return Failed(chunks->error());
    if (arrow && !arrow->error().empty()) return Failed(arrow->error());
    if (rejects_file != nullptr && std::fflush(rejects_file) != 0) {
      return Failed("writing rejected rows to " + options.rejects_path + " failed");
    }
    complete = true;
    return Step::kEnd;
  }
  JudgeWave(cancel);
  if (cancel.raised()) return Step::kCancelled;
  MergeWave(keep_batches);
  if (!error.empty()) return Step::kFailed;
  if (options.progress) {
    ScreenProgress progress;
    progress.rows = counts.rows_read;
    if (chunks) {
      progress.bytes = chunks->bytes_read();
      progress.bytes_total = chunks->bytes_total();
    }
    if (!options.progress(progress)) return Step::kCancelled;
  }
  return Step::kBatch;
}

Screen::Screen() = default;
Screen::~Screen() = default;

std::unique_ptr<Screen> Screen::OpenNdjson(std::shared_ptr<const Engine> engine,
                                           std::vector<std::string> paths, ScreenOptions options,
                                           Diagnostics* diagnostics) {
  std::unique_ptr<Screen> screen(new Screen);
  screen->impl_ = std::make_unique<Impl>(std::move(engine), std::move(options));
  if (!screen->impl_->Prepare(diagnostics)) return nullptr;
  screen->impl_->chunks = std::make_unique<ChunkReader>(std::move(paths));
  return screen;
}

std::unique_ptr<Screen> Screen::OpenArrow(std::shared_ptr<const Engine> engine, ArrowArrayStream* rows,
                                          ScreenOptions options, Diagnostics* diagnostics) {
  std::unique_ptr<Screen> screen(new Screen);
  screen->impl_ = std::make_unique<Impl>(std::move(engine), std::move(options));
  Impl& impl = *screen->impl_;
  impl.arrow = facts::ArrowReader::Open(impl.engine->pack(), impl.rules, rows, diagnostics);
  if (!impl.arrow || !impl.Prepare(diagnostics)) return nullptr;
  return screen;
}

Screen::Step Screen::Next(ArrowArray* batch) {
  while (impl_->ready.empty()) {
    const Step step = impl_->Advance(cancel_, true);
    if (step != Step::kBatch) return step;
  }
  facts::ExportArray(impl_->ready.front(), batch);
  impl_->ready.pop_front();
  return Step::kBatch;
}

Screen::Step Screen::Run() {
  for (;;) {
    const Step step = impl_->Advance(cancel_, false);
    if (step != Step::kBatch) return step;
  }
}

void Screen::ExportSchema(ArrowSchema* out) const { impl_->batches.ExportSchema(out); }

const std::string& Screen::error() const { return impl_->error; }

namespace {

void WriteOutcomes(const std::array<int64_t, pack::kOutcomeCount>& outcomes, JsonWriter* json) {
  for (int i = 0; i < pack::kOutcomeCount; ++i) {
    json->Key(pack::OutcomeName(static_cast<pack::Outcome>(i))).Int(outcomes[static_cast<size_t>(i)]);
  }
}

}  // namespace

std::string Screen::SummaryJson() const {
  const Impl& run = *impl_;
  const pack::Pack& pack = run.engine->pack();
  PolicyTotals all;
  int64_t policies = 0;
  for (size_t i = 0; i < run.totals.size(); ++i) {
    all.Add(run.totals[i]);
    if (run.selected.empty() || run.selected[i]) ++policies;
  }
  const int64_t subjects = run.counts.rows_read - run.counts.rows_rejected;
  JsonWriter json;
  json.BeginObject()
      .Key("schema_version")
      .Int(kSchemaVersion)
      .Key("as_of")
      .String(run.engine->as_of().ToString());
  json.Key("pack").Raw(PackJson(pack)).Key("complete").Bool(run.complete);
  json.Key("rows_read").Int(run.counts.rows_read).Key("rows_rejected").Int(run.counts.rows_rejected);
  json.Key("subjects").Int(subjects).Key("policies").Int(policies).Key("pairs").Int(run.work.pairs);
  json.Key("outcomes").BeginObject();
  WriteOutcomes(all.outcomes, &json);
  json.EndObject().Key("amount_fen").Raw(zhida::ToString(all.amount_fen));
  json.Key("conditional_amount_fen").Raw(zhida::ToString(all.conditional_amount_fen));
  json.Key("undated").Int(run.counts.undated).Key("bad_check_digits").Int(run.counts.bad_check_digits);
  json.Key("refused_commitments").Int(run.counts.refused_commitments).Key("undeclared").BeginObject();
  for (const auto& [name, rows] : run.counts.undeclared) json.Key(name).Int(rows);
  json.EndObject().Key("work").BeginObject().Key("judged_pairs").Int(run.work.judged_pairs);
  json.Key("interpreted_conditions")
      .Int(run.work.expressions)
      .Key("judged_amounts")
      .Int(run.work.judged_amounts);
  json.Key("text_evaluations").Int(run.batch_engine ? run.batch_engine->text_evaluations() : 0).EndObject();
  json.Key("by_policy").BeginArray();
  for (size_t i = 0; i < run.totals.size(); ++i) {
    if (!run.selected.empty() && !run.selected[i]) continue;
    json.BeginObject().Key("policy").String(pack.policies[i].id).Key("title").String(pack.policies[i].title);
    WriteOutcomes(run.totals[i].outcomes, &json);
    json.Key("amount_fen").Raw(zhida::ToString(run.totals[i].amount_fen));
    json.Key("conditional_amount_fen").Raw(zhida::ToString(run.totals[i].conditional_amount_fen)).EndObject();
  }
  json.EndArray();
  // Each run proves that nothing was lost.
  int64_t judged = 0;
  for (int64_t count : all.outcomes) judged += count;
  json.Key("adds_up").Bool(judged == run.work.pairs && run.work.pairs == subjects * policies);
  return json.EndObject().Take();
}

}  // namespace zhida::facade

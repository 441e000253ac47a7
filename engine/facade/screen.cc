#include "engine/facade/screen.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <thread>
#include <utility>

#include "engine/base/pipeline.h"
#include "engine/batch/batch.h"
#include "engine/facade/award_batch.h"
#include "engine/facade/bitmap_batch.h"
#include "engine/facade/encode.h"
#include "engine/facade/screen_input.h"
#include "engine/facade/screen_near.h"
#include "engine/facade/screen_summary.h"

namespace zhida::facade {

using batch::BatchEngine;
using batch::BlockResult;
using batch::PolicyTotals;

namespace {

// Next() makes batches ahead, since when it returns no thread is at work, and each has waited for the last.
// They end when there are so many a thread, or so many bytes of them; but a few there always are.
constexpr size_t kBatchesAhead = 16;
constexpr size_t kFewBatchesAhead = 2;
constexpr size_t kBytesAhead = size_t{64} << 20;

// A piece of input and what became of it.
struct Piece {
  InputPiece in;
  std::vector<NearLine> near;
  std::shared_ptr<facts::ArrowColumn> batch;  // null: no pairs, or nobody wants them
};

// What one thread works with; made when first needed.
struct Tools {
  std::unique_ptr<BatchEngine::Worker> batch;
  std::unique_ptr<Layers::Finder> point;
  std::unique_ptr<ScreenNear> near;
  BlockResult result;
  BlockResult near_result;  // where the batch engine finds near misses only
};

}  // namespace

class Screen::Impl {
 public:
  Impl(std::shared_ptr<const Engine> engine_in, ScreenOptions options_in)
      : engine(std::move(engine_in)),
        options(std::move(options_in)),
        batches(engine->policies(), options.bitmaps ? ResultColumns{} : options.columns),
        pipeline(engine->threads()),
        pieces(pipeline.slots()),
        tools(pipeline.threads()) {
    rules = engine->DateRulesOf(options.dates);
    if (options.awards) {
      awards = std::make_unique<AwardBatches>(engine->pack(), engine->as_of(), options.possible_awards);
      options.outcomes = {true, true, true, false, false};
    } else if (options.bitmaps) {
      bitmaps = std::make_unique<BitmapBatches>(engine->policies());
    }
    for (Tools& each : tools) each.result.StartBlock(engine->policies().size());
  }
  ~Impl() {
    for (std::FILE* file : {rejects_file, near_file}) {
      if (file != nullptr) std::fclose(file);
    }
  }

  // `read` are the files of the input, as far as they are known.
  bool Prepare(const std::vector<std::string>& read, Diagnostics* diagnostics);
  // The pack whose facts are read.
  const pack::Pack& reads() const {
    const pack::Pack* const wanted = options.task ? options.task->reads() : nullptr;
    return wanted != nullptr ? *wanted : engine->pack();
  }
  static std::FILE* MakeFile(const std::string& path, const char* what, const std::vector<std::string>& read,
                             Diagnostics* diagnostics);
  void MakeBatchEngine(bool keep_batches);
  // Judges pieces until there are enough batches, or to the end.
  Step Advance(const CancelFlag& cancel, bool keep_batches);
  // Between pieces: false if the run is to stop. One thread at a time.
  bool GoOn(const CancelFlag& cancel);
  void Judge(Piece* piece, Tools* with, bool keep_batch);
  void JudgeRowByRow(const facts::FactBlock& block, Tools* with);
  void Merge(Piece* piece);
  void WriteRejects(std::string_view rejects);
  bool HasEnough() const;
  bool ReportProgress();  // of what is new; false: stop
  Step End();
  BlockResult Totals() const;

  std::shared_ptr<const Engine> engine;
  ScreenOptions options;
  facts::DateRules rules;
  ResultBatches batches;
  std::unique_ptr<AwardBatches> awards;    // instead of pairs
  std::unique_ptr<BitmapBatches> bitmaps;  // likewise
  std::unique_ptr<BatchEngine> batch_engine;
  std::vector<bool> selected;
  std::unique_ptr<ScreenInput> input;
  CodedInput* coded = nullptr;  // the input, if it is one
  OrderedPipeline pipeline;
  std::vector<Piece> pieces;  // by slot
  std::vector<Tools> tools;   // by worker
  std::deque<std::shared_ptr<const facts::ArrowColumn>> ready;
  // Of `ready`, and of `counts`: pieces are taken while others are merged.
  std::atomic<size_t> batches_ready{0};
  std::atomic<size_t> bytes_ready{0};
  std::atomic<int64_t> rows_merged{0};

  facts::ReadCounts counts;
  int64_t bytes_encoded = -1;  // of the coded file that was made instead of judging
  std::thread::id caller;
  int64_t rows_reported = 0;
  bool waits = false;  // the input has nothing yet
  bool stopped = false;
  std::FILE* rejects_file = nullptr;
  std::FILE* near_file = nullptr;
  int64_t near_pairs = 0;
  std::string error;
  bool input_ended = false;
  bool complete = false;
};

bool Screen::Impl::Prepare(const std::vector<std::string>& read, Diagnostics* diagnostics) {
  if (!IsAboutSubjects(reads(), diagnostics)) return false;
  if (!engine->SelectPolicies(options.policies, &selected, diagnostics)) return false;
  if (options.awards && !engine->MaySettle(diagnostics)) return false;
  if (options.task) selected.assign(engine->policies().size(), false);
  if (options.population && options.population->engine().pack().digest != engine->pack().digest) {
    diagnostics->Error("ZD6004", {}, "the population was counted for another pack",
                       "count it anew with this pack");
    return false;
  }
  if (!options.rejects_path.empty())
    rejects_file = MakeFile(options.rejects_path, "rejected rows", read, diagnostics);
  if (!options.near_path.empty()) near_file = MakeFile(options.near_path, "near misses", read, diagnostics);
  return diagnostics->ok();
}

std::FILE* Screen::Impl::MakeFile(const std::string& path, const char* what,
                                  const std::vector<std::string>& read, Diagnostics* diagnostics) {
  for (const std::string& one : read) {
    std::error_code none;
    if (!std::filesystem::equivalent(path, one, none)) continue;
    diagnostics->Error("ZD6003", {path, 0, 0}, "the file for " + std::string(what) + " is one that is read",
                       "name another file");
    return nullptr;
  }
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    diagnostics->Error("ZD6003", {path, 0, 0}, "the file for " + std::string(what) + " cannot be written",
                       "choose a folder that exists and may be written to");
  }
  return file;
}

// When it is known whether anybody wants pairs.
void Screen::Impl::MakeBatchEngine(bool keep_batches) {
  batch::BatchOptions batch_options;
  batch_options.block_rows = std::max<size_t>(1, options.block_rows);
  batch_options.wanted = keep_batches ? options.outcomes : OutcomeMask{};
  batch_options.policies = selected;
  batch_options.bitmaps = bitmaps != nullptr;
  if (near_file != nullptr) batch_options.near = &engine->near_index().curable;
  batch_options.near_only = options.evaluator != Evaluator::kBatch;
  batch_engine = std::make_unique<BatchEngine>(engine->plan(), std::move(batch_options));
  // What was worked out beforehand knows nothing of a population; tasks and near misses read the facts
  // themselves.
  const bool plain = !options.task && !options.population && near_file == nullptr && !options.blocked;
  if (coded != nullptr && plain && options.evaluator == Evaluator::kBatch) {
    coded->UseCodes(batch_engine->codes());
  }
}

void Screen::Impl::Judge(Piece* piece, Tools* with, bool keep_batch) {
  InputPiece& in = piece->in;
  if (!in.block) in.block = std::make_shared<facts::FactBlock>(reads().schema);
  in.block->Clear();
  in.rejects.clear();
  in.counts = {};
  in.has_codes = false;
  piece->batch.reset();
  piece->near.clear();
  input->Read(&in, static_cast<size_t>(with - tools.data()));
  if (!in.error.empty()) return;
  if (options.population) options.population->Supply(in.block.get());
  const facts::FactBlock& block = *in.block;
  if (options.task) {
    piece->batch = options.task->Work(block, keep_batch);
    input->Check(&in);
    return;
  }
  const bool in_batch = options.evaluator == Evaluator::kBatch;
  BlockResult& by_batch = in_batch ? with->result : with->near_result;
  if (in_batch || near_file != nullptr) {
    if (!with->batch) with->batch = std::make_unique<BatchEngine::Worker>(*batch_engine);
    with->batch->Run(block, in.has_codes ? &in.codes : nullptr, &by_batch);
  }
  if (!in_batch) JudgeRowByRow(block, with);
  if (near_file != nullptr || options.blocked) {
    if (!with->near) with->near = std::make_unique<ScreenNear>(*engine);
    with->near->Tell(block, by_batch.near, &piece->near);
    if (options.blocked) with->near->Block(block, selected);
  }
  if (keep_batch && bitmaps && with->result.bitmaps.count() > 0) {
    piece->batch = bitmaps->Make(block, &with->result.bitmaps);
  } else if (keep_batch && with->result.pairs.size() > 0) {
    piece->batch = awards ? awards->Make(block, with->result.pairs) : batches.Make(block, with->result.pairs);
    if (piece->batch->length == 0) piece->batch.reset();
  }
  input->Check(&in);
}

void Screen::Impl::JudgeRowByRow(const facts::FactBlock& block, Tools* with) {
  const PolicyList& policies = engine->policies();
  BlockResult& result = with->result;
  result.StartBlock(policies.size());
  result.bitmaps.Start();
  result.bitmaps.StartBlock(0, block.row_count());
  if (!with->point) with->point = std::make_unique<Layers::Finder>(engine->MakeFinder());
  std::vector<pack::Judgement> judgements(policies.size());
  for (size_t row = 0; row < block.row_count(); ++row) {
    const facts::BlockRow subject(block, row);
    pack::SubjectJudge judge(engine->pack(), engine->as_of(), subject);
    if (options.evaluator == Evaluator::kPoint) with->point->Run(block, row, &judgements);
    for (size_t policy = 0; policy < policies.size(); ++policy) {
      if (!selected.empty() && !selected[policy]) continue;
      const pack::Judgement judgement =
          options.evaluator == Evaluator::kPoint ? judgements[policy] : judge.Decide(policies[policy]);
      ++result.work.pairs;
      PolicyTotals& policy_totals = result.totals[policy];
      ++policy_totals.outcomes[static_cast<size_t>(judgement.outcome)];
      const int64_t amount = judgement.amount_fen.value_or(0);
      if (judgement.outcome == pack::Outcome::kEligible) policy_totals.amount_fen += amount;
      if (judgement.outcome == pack::Outcome::kConditional) policy_totals.conditional_amount_fen += amount;
      if (!options.outcomes[static_cast<size_t>(judgement.outcome)]) continue;
      if (bitmaps) {
        result.bitmaps.Add(static_cast<uint32_t>(policy), judgement.outcome, row);
      } else {
        result.pairs.Add(judgement, static_cast<uint32_t>(policy));
      }
    }
    result.pairs.EndRow();
  }
}

void Screen::Impl::WriteRejects(std::string_view rejects) {
  if (rejects_file == nullptr || rejects.empty()) return;
  if (std::fwrite(rejects.data(), 1, rejects.size(), rejects_file) != rejects.size() && error.empty()) {
    error = "writing rejected rows to " + options.rejects_path + " failed";
  }
}

void Screen::Impl::Merge(Piece* piece) {
  if (!piece->in.error.empty()) {
    error = piece->in.error;
    return;
  }
  const int64_t rows_before = counts.rows_read;
  WriteRejects(input->Settle(&piece->in, rows_before));
  for (const NearLine& near : piece->near) {
    const std::string line = near.Text(input->rows_are_relative() ? rows_before : 0);
    if (std::fwrite(line.data(), 1, line.size(), near_file) != line.size() && error.empty())
      error = "writing near misses to " + options.near_path + " failed";
  }
  near_pairs += static_cast<int64_t>(piece->near.size());
  counts.Add(piece->in.counts);
  rows_merged = counts.rows_read;
  if (!piece->batch) return;
  if (!awards && input->rows_are_relative()) batches.AddToRows(rows_before, piece->batch.get());
  bytes_ready += facts::ByteCount(*piece->batch);
  ready.push_back(std::move(piece->batch));
  ++batches_ready;
}

bool Screen::Impl::HasEnough() const {
  const size_t threads = pipeline.threads();
  return batches_ready >= kBatchesAhead * threads ||
         (batches_ready >= kFewBatchesAhead * threads && bytes_ready >= kBytesAhead);
}

bool Screen::Impl::ReportProgress() {
  // Where the input lets us wait there is no progress, but whoever wants to stop the run has to be heard.
  const int64_t rows = rows_merged;
  if (!options.progress || (rows == rows_reported && !waits)) return true;
  rows_reported = rows;
  const InputBytes bytes = input->bytes();
  return options.progress({rows, bytes.read, bytes.total});
}

bool Screen::Impl::GoOn(const CancelFlag& cancel) {
  // The caller's own code runs on its thread, which works as the others do.
  if (!stopped && std::this_thread::get_id() == caller) stopped = !ReportProgress();
  return !stopped && !cancel.raised();
}

Screen::Step Screen::Impl::End() {
  if (error.empty()) error = input->error();
  if (error.empty() && options.task) error = options.task->error();
  if (error.empty() && rejects_file != nullptr && std::fflush(rejects_file) != 0) {
    error = "writing rejected rows to " + options.rejects_path + " failed";
  }
  if (error.empty() && near_file != nullptr && std::fflush(near_file) != 0) {
    error = "writing near misses to " + options.near_path + " failed";
  }
  complete = error.empty();
  return complete ? Step::kEnd : Step::kFailed;
}

Screen::Step Screen::Impl::Advance(const CancelFlag& cancel, bool keep_batches) {
  if (!error.empty()) return Step::kFailed;
  if (complete) return Step::kEnd;
  if (input_ended) return End();
  if (!batch_engine) MakeBatchEngine(keep_batches);
  caller = std::this_thread::get_id();
  OrderedPipeline::Steps steps;
  steps.take = [&](size_t slot) {
    if (HasEnough() || !GoOn(cancel)) return Taken::kEnd;
    const Taken taken = input->Take(&pieces[slot].in);
    input_ended = taken == Taken::kEnd;
    waits = taken == Taken::kLater;
    return taken;
  };
  steps.work = [&](size_t slot, size_t worker) { Judge(&pieces[slot], &tools[worker], keep_batches); };
  steps.merge = [&](size_t slot) {
    Merge(&pieces[slot]);
    return error.empty();
  };
  pipeline.Run(steps);
  if (!error.empty()) return Step::kFailed;
  if (!stopped && !cancel.raised()) stopped = !ReportProgress();
  return stopped || cancel.raised() ? Step::kCancelled : Step::kBatch;
}

BlockResult Screen::Impl::Totals() const {
  BlockResult all;
  all.StartBlock(engine->policies().size());
  for (const Tools& each : tools) {
    for (size_t policy = 0; policy < all.totals.size(); ++policy) {
      all.totals[policy].Add(each.result.totals[policy]);
    }
    all.work.Add(each.result.work);
  }
  return all;
}

Screen::Screen() = default;
Screen::~Screen() = default;

std::unique_ptr<Screen> Screen::OpenNdjson(std::shared_ptr<const Engine> engine,
                                           std::vector<std::string> paths, ScreenOptions options,
                                           Diagnostics* diagnostics) {
  std::unique_ptr<Screen> screen(new Screen);
  screen->impl_ = std::make_unique<Impl>(std::move(engine), std::move(options));
  if (!screen->impl_->Prepare(paths, diagnostics)) return nullptr;
  Impl& impl = *screen->impl_;
  impl.input = NdjsonInput(impl.reads(), impl.rules, std::move(paths), impl.pipeline.threads());
  return screen;
}

std::unique_ptr<Screen> Screen::OpenArrow(std::shared_ptr<const Engine> engine, ArrowArrayStream* rows,
                                          ScreenOptions options, Diagnostics* diagnostics) {
  std::unique_ptr<Screen> screen(new Screen);
  screen->impl_ = std::make_unique<Impl>(std::move(engine), std::move(options));
  Impl& impl = *screen->impl_;
  impl.input = ArrowInput(impl.reads(), impl.rules, rows, diagnostics);
  if (!impl.input || !impl.Prepare({}, diagnostics)) return nullptr;
  return screen;
}

std::unique_ptr<Screen> Screen::OpenCoded(std::shared_ptr<const Engine> engine, const std::string& path,
                                          ScreenOptions options, Diagnostics* diagnostics) {
  std::unique_ptr<Screen> screen(new Screen);
  screen->impl_ = std::make_unique<Impl>(std::move(engine), std::move(options));
  Impl& impl = *screen->impl_;
  if (impl.reads().schema.facts.size() > impl.engine->pack().schema.facts.size()) {
    diagnostics->Error("ZD6019", {path, 0, 0},
                       "a coded file holds the facts of one pack, and the other pack reads more",
                       "name the file that it was made from");
    return nullptr;
  }
  std::unique_ptr<CodedInput> input =
      CodedInput::Open(impl.reads(), impl.rules, path, impl.pipeline.threads(), diagnostics);
  if (!input || !impl.Prepare({path}, diagnostics)) return nullptr;
  impl.coded = input.get();
  impl.input = std::move(input);
  return screen;
}

Screen::Step Screen::Next(ArrowArray* batch) {
  while (impl_->ready.empty()) {
    const Step step = impl_->Advance(cancel_, true);
    if (step != Step::kBatch) return step;
  }
  impl_->bytes_ready -= facts::ByteCount(*impl_->ready.front());
  --impl_->batches_ready;
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

Screen::Step Screen::Encode(const std::string& path) {
  Impl& run = *impl_;
  run.caller = std::this_thread::get_id();
  EncodeHooks hooks;
  hooks.go_on = [&] { return run.GoOn(cancel_); };
  hooks.rows_read = [&] { return run.counts.rows_read; };
  hooks.merged = [&](const facts::ReadCounts& counts, std::string_view rejects) {
    run.WriteRejects(rejects);
    run.counts.Add(counts);
    run.rows_merged = run.counts.rows_read;
  };
  uint64_t bytes = 0;
  run.input_ended = true;
  switch (facade::Encode(*run.engine, run.rules, run.input.get(), run.pipeline, path, hooks, &bytes,
                         &run.error)) {
    case Encoded::kStopped:
      return Step::kCancelled;
    case Encoded::kFailed:
      return Step::kFailed;
    case Encoded::kDone:
      break;
  }
  run.bytes_encoded = static_cast<int64_t>(bytes);
  return run.End();
}

void Screen::ExportSchema(ArrowSchema* out) const {
  if (impl_->awards) return impl_->awards->ExportSchema(out);
  if (impl_->bitmaps) return impl_->bitmaps->ExportSchema(out);
  const std::shared_ptr<BlockTask>& task = impl_->options.task;
  task ? facts::ExportSchema(task->Columns(), out) : impl_->batches.ExportSchema(out);
}

const std::string& Screen::error() const { return impl_->error; }
bool Screen::complete() const { return impl_->complete; }

std::string Screen::SummaryJson() const {
  const Impl& run = *impl_;
  const RunHead head{*run.engine, run.counts, run.complete};
  if (run.bytes_encoded >= 0) return EncodedJson(head, run.bytes_encoded);
  const BlockResult result = run.Totals();
  ScreenSummary summary{head, result, run.selected, 0, "", run.options.task.get(), std::nullopt, ""};
  if (run.batch_engine) summary.text_evaluations = run.batch_engine->text_evaluations();
  if (run.coded != nullptr) summary.codes = run.coded->uses_codes() ? "from the file" : "made anew";
  if (run.near_file != nullptr) summary.near_pairs = run.near_pairs;
  if (run.options.blocked) {
    BlockedFacts blocked;
    for (const Tools& each : run.tools) {
      if (each.near) AddBlocked(each.near->blocked(), &blocked);
    }
    summary.blocked = BlockedJson(run.engine->pack(), blocked);
  }
  return facade::SummaryJson(summary);
}

}  // namespace zhida::facade

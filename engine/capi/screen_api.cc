// The C API's bodies for screening, and the exported stream of pairs.

#include <cerrno>

#include "engine/capi/handles.h"
#include "engine/facade/decisions.h"
#include "engine/facade/simulation.h"

using zhida::Diagnostics;
using zhida::capi::Fail;
using zhida::capi::Guarded;
using zhida::capi::Known;
using zhida::capi::Return;
using zhida::capi::Strings;
using zhida::capi::View;
using zhida::facade::Screen;

namespace {

zhida::facade::ResultColumns ColumnsOf(uint32_t mask) {
  if (mask == 0) return {};
  const auto has = [mask](int column) { return (mask >> column & 1) != 0; };
  return {has(ZHIDA_COLUMN_ROW), has(ZHIDA_COLUMN_SUBJECT), has(ZHIDA_COLUMN_POLICY),
          has(ZHIDA_COLUMN_OUTCOME), has(ZHIDA_COLUMN_AMOUNT_FEN)};
}

zhida::facade::ScreenOptions OptionsOf(const zhida_screen_options* given) {
  const zhida_screen_options known = Known(given);
  zhida::facade::ScreenOptions options;
  options.dates = zhida::capi::DatesOf(known.dates);
  options.outcomes = zhida::capi::MaskOf(known.outcomes, zhida::facade::kAllButIneligible);
  options.policies = Strings(known.policies, known.policy_count);
  options.rejects_path = std::string(View(known.rejects_path));
  options.near_path = std::string(View(known.near_path));
  options.blocked = known.blocked != 0;
  options.columns = ColumnsOf(known.columns);
  if (known.block_rows > 0) options.block_rows = static_cast<size_t>(known.block_rows);
  if (known.population != nullptr) options.population = known.population->population;
  switch (known.by) {
    case ZHIDA_BY_POINT:
      options.evaluator = zhida::facade::Evaluator::kPoint;
      break;
    case ZHIDA_BY_INTERPRETER:
      options.evaluator = zhida::facade::Evaluator::kInterpreter;
      break;
    default:
      options.evaluator = zhida::facade::Evaluator::kBatch;
      break;
  }
  if (known.progress != nullptr) {
    options.progress = [progress = known.progress,
                        payload = known.progress_payload](const zhida::facade::ScreenProgress& state) {
      const zhida_progress now{state.rows, state.bytes, state.bytes_total};
      return progress(&now, payload) == 0;
    };
  }
  return options;
}

std::shared_ptr<zhida::facade::BlockTask> Simulation(const zhida_engine* engine,
                                                     const zhida_screen_options& given,
                                                     Diagnostics* diagnostics) {
  zhida::facade::SimulationOptions options;
  if (given.against != nullptr) options.against = given.against->engine;
  for (size_t i = 0; i < given.sweep_count; ++i) options.sweep.push_back(given.sweep[i]->engine);
  options.by = Strings(given.group_by, given.group_by_count);
  options.policies = Strings(given.policies, given.policy_count);
  options.forecast = given.without_forecast == 0;
  return zhida::facade::SimulationTask::Open(engine->engine, std::move(options), diagnostics);
}

// The handle of a screen that is still to be opened with `options`; null with diagnostics.
std::unique_ptr<zhida_screen> Prepared(const zhida_engine* engine, const zhida_screen_options* given,
                                       zhida::facade::ScreenOptions* options, Diagnostics* diagnostics) {
  auto screen = std::make_unique<zhida_screen>();
  switch (Known(given).what) {
    case ZHIDA_DECISIONS:
      options->task = std::make_shared<zhida::facade::DecisionTask>(engine->engine);
      break;
    case ZHIDA_POPULATION:
      screen->counted = std::make_shared<zhida::facade::Population>(engine->engine);
      options->task = std::make_shared<zhida::facade::PopulationTask>(screen->counted);
      break;
    case ZHIDA_POPULATION_FACTS:
      options->task = std::make_shared<zhida::facade::PopulationFactsTask>(engine->engine);
      break;
    case ZHIDA_AWARDS:
      options->awards = true;
      break;
    case ZHIDA_BITMAPS:
      options->bitmaps = true;
      break;
    case ZHIDA_POSSIBLE_AWARDS:
      options->awards = options->possible_awards = true;
      break;
    case ZHIDA_SIMULATION:
      options->task = Simulation(engine, Known(given), diagnostics);
      options->policies.clear();  // the simulation has taken them: some may be in the other pack only
      if (!options->task) return nullptr;
      break;
    default:
      break;
  }
  return screen;
}

// Opens a screen by `open(options, diagnostics)` and hands its handle out.
template <class Open>
zhida_status OpenScreen(const zhida_engine* engine, const zhida_screen_options* given, zhida_screen** out,
                        zhida_error** error, Open open) {
  *out = nullptr;
  return Guarded(error, [&] {
    Diagnostics diagnostics;
    zhida::facade::ScreenOptions options = OptionsOf(given);
    std::unique_ptr<zhida_screen> handle = Prepared(engine, given, &options, &diagnostics);
    if (handle) handle->screen = open(std::move(options), &diagnostics);
    if (!handle || !handle->screen) return Fail(error, zhida::capi::StatusOfCall(diagnostics), diagnostics);
    *out = handle.release();
    return zhida_status{ZHIDA_OK};
  });
}

// The stream of rows keeps its screen alive.
struct PairStream {
  std::shared_ptr<Screen> screen;
  std::string error;
};

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  auto* pairs = static_cast<PairStream*>(stream->private_data);
  try {
    pairs->screen->ExportSchema(out);
    return 0;
  } catch (const std::exception& problem) {
    pairs->error = problem.what();
    return ENOMEM;
  }
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  auto* pairs = static_cast<PairStream*>(stream->private_data);
  out->release = nullptr;
  try {
    switch (pairs->screen->Next(out)) {
      case Screen::Step::kBatch:
      case Screen::Step::kEnd:
        return 0;
      case Screen::Step::kFailed:
        pairs->error = pairs->screen->error();
        return EIO;
      case Screen::Step::kCancelled:
        pairs->error = "the run was cancelled";
        return ECANCELED;
    }
  } catch (const std::exception& problem) {
    pairs->error = std::string("internal error: ") + problem.what();
  }
  return EIO;
}

const char* GetLastError(ArrowArrayStream* stream) {
  const auto* pairs = static_cast<PairStream*>(stream->private_data);
  return pairs->error.empty() ? nullptr : pairs->error.c_str();
}

void ReleaseStream(ArrowArrayStream* stream) {
  delete static_cast<PairStream*>(stream->private_data);
  stream->release = nullptr;
}

zhida_status StatusOfRun(Screen::Step step, const zhida_screen& screen, zhida_error** error) {
  switch (step) {
    case Screen::Step::kBatch:
    case Screen::Step::kEnd:
      return ZHIDA_OK;
    case Screen::Step::kFailed:
      return Fail(error, ZHIDA_E_IO, screen.screen->error());
    case Screen::Step::kCancelled:
      return Fail(error, ZHIDA_E_CANCELLED, "the run was cancelled");
  }
  return ZHIDA_E_INTERNAL;
}

}  // namespace

extern "C" {

zhida_status zhida_screen_open_ndjson(const zhida_engine* engine, const zhida_str* paths, size_t path_count,
                                      const zhida_screen_options* options, zhida_screen** out,
                                      zhida_error** error) {
  return OpenScreen(engine, options, out, error, [&](auto with, Diagnostics* diagnostics) {
    return Screen::OpenNdjson(engine->engine, Strings(paths, path_count), std::move(with), diagnostics);
  });
}

zhida_status zhida_screen_open_arrow(const zhida_engine* engine, struct ArrowArrayStream* rows,
                                     const zhida_screen_options* options, zhida_screen** out,
                                     zhida_error** error) {
  const zhida_status status =
      OpenScreen(engine, options, out, error, [&](auto with, Diagnostics* diagnostics) {
        return Screen::OpenArrow(engine->engine, rows, std::move(with), diagnostics);
      });
  // The stream is moved in whatever comes of it, refused options included.
  if (status != ZHIDA_OK && rows->release != nullptr) rows->release(rows);
  return status;
}

zhida_status zhida_screen_open_coded(const zhida_engine* engine, zhida_str path,
                                     const zhida_screen_options* options, zhida_screen** out,
                                     zhida_error** error) {
  return OpenScreen(engine, options, out, error, [&](auto with, Diagnostics* diagnostics) {
    return Screen::OpenCoded(engine->engine, std::string(View(path)), std::move(with), diagnostics);
  });
}

zhida_status zhida_screen_encode(zhida_screen* screen, zhida_str path, zhida_error** error) {
  return Guarded(error, [&] {
    if (screen->exported) return Fail(error, ZHIDA_E_USAGE, "this screen was used already; open another one");
    screen->exported = true;
    return StatusOfRun(screen->screen->Encode(std::string(View(path))), *screen, error);
  });
}

zhida_status zhida_screen_export(zhida_screen* screen, struct ArrowArrayStream* out, zhida_error** error) {
  out->release = nullptr;
  return Guarded(error, [&] {
    if (screen->exported)
      return Fail(error, ZHIDA_E_USAGE, "this screen was exported already; open another one");
    screen->exported = true;
    out->get_schema = &GetSchema;
    out->get_next = &GetNext;
    out->get_last_error = &GetLastError;
    out->release = &ReleaseStream;
    out->private_data = new PairStream{screen->screen, ""};
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_screen_run(zhida_screen* screen, zhida_error** error) {
  return Guarded(error, [&] { return StatusOfRun(screen->screen->Run(), *screen, error); });
}

zhida_status zhida_screen_summary(const zhida_screen* screen, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] { return Return(screen->screen->SummaryJson(), out); });
}

zhida_status zhida_screen_population(const zhida_screen* screen, zhida_population** out,
                                     zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    if (!screen->counted || !screen->screen->complete())
      return Fail(error, ZHIDA_E_USAGE,
                  "nothing was counted; run a screen of ZHIDA_POPULATION to its end first");
    *out = new zhida_population{screen->counted};
    return zhida_status{ZHIDA_OK};
  });
}

void zhida_population_free(zhida_population* population) { delete population; }
void zhida_screen_cancel(zhida_screen* screen) { screen->screen->Cancel(); }
void zhida_screen_free(zhida_screen* screen) { delete screen; }

}  // extern "C"

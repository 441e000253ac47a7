// zhida._native.Screen: a run over many subjects, and its results as an Arrow stream.
//
// The engine works without the interpreter's lock. Between waves of blocks it calls OnProgress(), which takes
// the lock, lets Python handle signals (so that Ctrl-C ends a long run) and tells the caller's function how
// far the run has come.

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <optional>

#include "native.h"

namespace zhida_python {
namespace {

// Shared by the Python object and the stream of results, which may outlive it.
class Run {
 public:
  Run(EngineHandle engine, nb::object progress)
      : engine_(std::move(engine)), progress_(std::move(progress)) {}
  ~Run();
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  void set_screen(zhida_screen* screen) { screen_ = screen; }
  zhida_screen* screen() const { return screen_; }
  // Nobody may have raised the exception that stopped the run: a foreign consumer of the stream only sees an
  // error.
  void set_foreign() { foreign_ = true; }

  static int32_t OnProgress(const zhida_progress* progress, void* run);
  // Raises what stopped the run, if a signal or the caller's function did. Needs the interpreter's lock.
  void RaiseStopped();
  // "ValueError: enough"; "" when nothing of Python stopped the run.
  const std::string& stopped_text() const { return stopped_text_; }
  // What the run holds of Python goes when it has ended, or when the garbage collector says so.
  void DropProgress() { progress_ = nb::none(); }
  PyObject* progress() const { return progress_.ptr(); }

  // The C API wants one thread at a time.
  bool Begin() { return !busy_.exchange(true); }
  void End() { busy_.store(false); }

 private:
  void Stop(nb::python_error error);

  const EngineHandle engine_;
  zhida_screen* screen_ = nullptr;
  nb::object progress_;
  std::optional<nb::python_error> stopped_;
  std::string stopped_text_;
  bool foreign_ = false;
  std::atomic<bool> busy_{false};
};

Run::~Run() {
  // Freeing releases the input stream, whose owner may need the interpreter's lock on this or another thread.
  if (screen_ != nullptr) Unlocked([this] { zhida_screen_free(screen_); });
  if (Py_IsInitialized()) {
    const nb::gil_scoped_acquire acquired;
    if (acquired.is_valid()) {
      progress_.reset();
      stopped_.reset();
      return;
    }
  }
  // The interpreter is gone, and with it the objects.
  (void)progress_.release();
  if (stopped_) new nb::python_error(std::move(*stopped_));
}

int32_t Run::OnProgress(const zhida_progress* progress, void* payload) {
  Run* const run = static_cast<Run*>(payload);
  const nb::gil_scoped_acquire acquired;
  if (!acquired.is_valid()) return 1;
  try {
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    if (!run->progress_.is_none()) run->progress_(progress->rows, progress->bytes, progress->bytes_total);
    return 0;
  } catch (nb::python_error& error) {
    run->Stop(std::move(error));
    return 1;
  }
}

void Run::Stop(nb::python_error error) {
  stopped_text_ = nb::str(error.type().attr("__name__")).c_str();
  const std::string reason = nb::str(error.value()).c_str();
  if (!reason.empty()) stopped_text_ += ": " + reason;
  if (foreign_ && error.matches(PyExc_KeyboardInterrupt)) {
    // The consumer turns our error into its own; the interpreter shall see the interrupt all the same.
    PyErr_SetInterrupt();
    return;
  }
  stopped_.emplace(std::move(error));
}

void Run::RaiseStopped() {
  // A signal may have broken a system call off before OnProgress() could see it.
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
  if (!stopped_) return;
  nb::python_error error = std::move(*stopped_);
  stopped_.reset();
  throw error;
}

// The engine's stream, with the run kept alive, the interpreter's lock let go and Python's exceptions named.
class ResultStream {
 public:
  ResultStream(std::shared_ptr<Run> run, const ArrowArrayStream& inner)
      : run_(std::move(run)), inner_(inner) {}
  ~ResultStream() {
    Unlocked([this] { inner_.release(&inner_); });
  }
  ResultStream(const ResultStream&) = delete;
  ResultStream& operator=(const ResultStream&) = delete;

  static ArrowArrayStream ToC(std::unique_ptr<ResultStream> stream) {
    return {&GetSchema, &GetNext, &GetLastError, &Release, stream.release()};
  }

 private:
  static ResultStream* Of(ArrowArrayStream* stream) {
    return static_cast<ResultStream*>(stream->private_data);
  }

  static int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
    ResultStream* const self = Of(stream);
    self->error_.clear();
    return self->inner_.get_schema(&self->inner_, out);
  }

  static int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
    ResultStream* const self = Of(stream);
    self->error_.clear();
    if (!self->run_->Begin()) {
      self->error_ = "the run is in use by another thread";
      return EBUSY;
    }
    const int status = Unlocked([&] { return self->inner_.get_next(&self->inner_, out); });
    self->run_->End();
    if (status != 0 || out->release == nullptr) {
      const nb::gil_scoped_acquire acquired;
      if (acquired.is_valid()) self->run_->DropProgress();
    }
    if (status == ECANCELED && !self->run_->stopped_text().empty()) self->error_ = self->run_->stopped_text();
    return status;
  }

  static const char* GetLastError(ArrowArrayStream* stream) {
    ResultStream* const self = Of(stream);
    return self->error_.empty() ? self->inner_.get_last_error(&self->inner_) : self->error_.c_str();
  }

  static void Release(ArrowArrayStream* stream) {
    delete Of(stream);
    stream->release = nullptr;
  }

  const std::shared_ptr<Run> run_;
  ArrowArrayStream inner_;
  std::string error_;
};

struct Screen {
  std::shared_ptr<Run> run;
};

struct Population {
  std::shared_ptr<zhida_population> handle;
};

// What a simulating run compares its engine with.
struct Simulation {
  EngineHandle against;  // may be null
  std::vector<EngineHandle> sweep;
  std::vector<std::string> group_by;
  bool forecast = true;
};

Simulation MakeSimulation(const Engine* against, const std::vector<Engine>& sweep,
                          std::vector<std::string> group_by, bool forecast) {
  Simulation made{against == nullptr ? nullptr : against->handle, {}, std::move(group_by), forecast};
  for (const Engine& engine : sweep) made.sweep.push_back(engine.handle);
  return made;
}

// The options of a run, with what they point to.
struct RunOptions {
  std::vector<std::string> policies;
  std::string rejects_path;
  std::string near_path;
  bool blocked = false;
  DateOptions dates;
  uint32_t outcomes = 0;
  uint32_t columns = 0;
  int64_t block_rows = 0;
  int32_t by = ZHIDA_BY_BATCH;
  int32_t what = ZHIDA_PAIRS;
  std::shared_ptr<zhida_population> population;
  Simulation simulation;
  std::vector<zhida_str> policy_views;
  std::vector<zhida_str> group_views;
  std::vector<const zhida_engine*> sweep_views;

  zhida_screen_options ToC(Run* run) {
    policy_views = Strings(policies);
    zhida_screen_options options{};
    options.struct_size = sizeof options;
    options.dates = dates.ToC();
    options.outcomes = outcomes;
    options.columns = columns;
    options.policies = policy_views.data();
    options.policy_count = policy_views.size();
    options.rejects_path = Str(rejects_path);
    options.near_path = Str(near_path);
    options.blocked = blocked ? 1 : 0;
    options.progress = &Run::OnProgress;
    options.progress_payload = run;
    options.block_rows = block_rows;
    options.by = by;
    options.what = what;
    options.population = population.get();
    group_views = Strings(simulation.group_by);
    for (const EngineHandle& engine : simulation.sweep) sweep_views.push_back(engine.get());
    options.against = simulation.against.get();
    options.sweep = sweep_views.data();
    options.sweep_count = sweep_views.size();
    options.group_by = group_views.data();
    options.group_by_count = group_views.size();
    options.without_forecast = simulation.forecast ? 0 : 1;
    return options;
  }
};

RunOptions MakeOptions(std::vector<std::string> policies, uint32_t outcomes, uint32_t columns,
                       int32_t facts_date, int32_t known_on, bool undated_is_stale, std::string rejects_path,
                       std::string near_path, bool blocked, int64_t block_rows, int32_t by, int32_t what,
                       const Population* population, const Simulation* simulation) {
  RunOptions options;
  options.policies = std::move(policies);
  options.rejects_path = std::move(rejects_path);
  options.near_path = std::move(near_path);
  options.blocked = blocked;
  options.dates = {facts_date, known_on, undated_is_stale};
  options.outcomes = outcomes;
  options.columns = columns;
  options.block_rows = block_rows;
  options.by = by;
  options.what = what;
  if (population != nullptr) options.population = population->handle;
  if (simulation != nullptr) options.simulation = *simulation;
  return options;
}

template <typename Open>
Screen OpenScreen(const Engine& engine, RunOptions given, nb::object progress, Open open) {
  auto run = std::make_shared<Run>(engine.handle, std::move(progress));
  const zhida_screen_options options = given.ToC(run.get());
  run->set_screen(Made<zhida_screen>([&](zhida_screen** out, zhida_error** error) {
    return open(engine.handle.get(), &options, out, error);
  }));
  return {std::move(run)};
}

Screen OpenNdjson(const Engine& engine, const std::vector<std::string>& paths, const RunOptions& options,
                  nb::object progress) {
  const std::vector<zhida_str> views = Strings(paths);
  return OpenScreen(
      engine, options, std::move(progress),
      [&](const zhida_engine* of, const zhida_screen_options* with, zhida_screen** out, zhida_error** error) {
        return zhida_screen_open_ndjson(of, views.data(), views.size(), with, out, error);
      });
}

Screen OpenArrow(const Engine& engine, const nb::object& source, const RunOptions& options,
                 nb::object progress) {
  ArrowArrayStream rows = TakeStream(source);
  return OpenScreen(
      engine, options, std::move(progress),
      [&](const zhida_engine* of, const zhida_screen_options* with, zhida_screen** out, zhida_error** error) {
        return zhida_screen_open_arrow(of, &rows, with, out, error);
      });
}

Screen OpenCoded(const Engine& engine, const std::string& path, const RunOptions& options,
                 nb::object progress) {
  return OpenScreen(
      engine, options, std::move(progress),
      [&](const zhida_engine* of, const zhida_screen_options* with, zhida_screen** out, zhida_error** error) {
        return zhida_screen_open_coded(of, Str(path), with, out, error);
      });
}

void Use(Run* run) {
  if (run->Begin()) return;
  PyErr_SetObject(nb::module_::import_("zhida.errors").attr("UsageError").ptr(),
                  nb::str("this run is in use; wait until it has ended, or cancel() it").ptr());
  throw nb::python_error();
}

// Runs to the end by `call`, and raises what went wrong on the way.
template <typename Call>
void RunBy(const Screen& screen, Call call) {
  Run* const run = screen.run.get();
  Use(run);
  zhida_error* error = nullptr;
  const zhida_status status = Unlocked([&] { return call(run->screen(), &error); });
  run->End();
  run->DropProgress();
  if (status == ZHIDA_OK) return;
  std::unique_ptr<zhida_error, decltype(&zhida_error_free)> owned(error, &zhida_error_free);
  run->RaiseStopped();
  Raise(status, owned.release());
}

void RunAll(const Screen& screen) { RunBy(screen, &zhida_screen_run); }

void Encode(const Screen& screen, const std::string& path) {
  RunBy(screen,
        [&](zhida_screen* of, zhida_error** error) { return zhida_screen_encode(of, Str(path), error); });
}

nb::object Export(const Screen& screen, bool foreign) {
  Run* const run = screen.run.get();
  Use(run);
  ArrowArrayStream inner{};
  zhida_error* error = nullptr;
  const zhida_status status = zhida_screen_export(run->screen(), &inner, &error);
  run->End();
  if (status != ZHIDA_OK) Raise(status, error);
  if (foreign) run->set_foreign();
  return StreamCapsule(ResultStream::ToC(std::make_unique<ResultStream>(screen.run, inner)));
}

nb::str Summary(const Screen& screen) {
  Run* const run = screen.run.get();
  Use(run);
  struct Ended {
    Run* run;
    ~Ended() { run->End(); }
  } const ended{run};
  return Text(
      [&](zhida_text** out, zhida_error** error) { return zhida_screen_summary(run->screen(), out, error); });
}

Population CountedBy(const Screen& screen) {
  return {std::shared_ptr<zhida_population>(
      Made<zhida_population>([&](zhida_population** out, zhida_error** error) {
        return zhida_screen_population(screen.run->screen(), out, error);
      }),
      &zhida_population_free)};
}

// A progress function may well refer to the screen that calls it. The cycle is the collector's only while no
// stream of results shares the run.
int Traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  if (!nb::inst_ready(self)) return 0;
  const auto& run = nb::inst_ptr<Screen>(self)->run;
  if (run != nullptr && run.use_count() == 1) Py_VISIT(run->progress());
  return 0;
}

int Clear(PyObject* self) {
  if (!nb::inst_ready(self)) return 0;
  const auto& run = nb::inst_ptr<Screen>(self)->run;
  if (run != nullptr && run.use_count() == 1) run->DropProgress();
  return 0;
}

const PyType_Slot kScreenSlots[] = {{Py_tp_traverse, reinterpret_cast<void*>(&Traverse)},
                                    {Py_tp_clear, reinterpret_cast<void*>(&Clear)},
                                    {0, nullptr}};

}  // namespace

void BindScreen(nb::module_& module) {
  using namespace nb::literals;
  nb::class_<Population>(module, "Population");
  nb::class_<Simulation>(module, "Simulation")
      .def_static("create", &MakeSimulation, "against"_a.none(), "sweep"_a, "group_by"_a, "forecast"_a);
  nb::class_<RunOptions>(module, "RunOptions")
      .def_static("make", &MakeOptions, "policies"_a, "outcomes"_a, "columns"_a, "facts_date"_a, "known_on"_a,
                  "undated_is_stale"_a, "rejects_path"_a, "near_path"_a, "blocked"_a, "block_rows"_a, "by"_a,
                  "what"_a, "population"_a.none(), "simulation"_a.none());
  nb::class_<Screen>(module, "Screen", nb::type_slots(kScreenSlots))
      .def_static("open_ndjson", &OpenNdjson, "engine"_a, "paths"_a, "options"_a, "progress"_a.none())
      .def_static("open_arrow", &OpenArrow, "engine"_a, "source"_a, "options"_a, "progress"_a.none())
      .def_static("open_coded", &OpenCoded, "engine"_a, "path"_a, "options"_a, "progress"_a.none())
      .def("run", &RunAll, "To the end, without rows.")
      .def("encode", &Encode, "path"_a, "To the end, into a coded file instead of judging.")
      .def("export_stream", &Export, "foreign"_a,
           "The rows, once: a capsule `arrow_array_stream`. `foreign`: the consumer is not this package.")
      .def(
          "raise_stopped", [](const Screen& screen) { screen.run->RaiseStopped(); },
          "Raises the exception that stopped the run, if a signal or the progress function did.")
      .def("summary", &Summary, "JSON: what zhida_screen_summary returns.")
      .def("population", &CountedBy, "What a run that counts has counted, once it has ended.")
      .def("cancel", [](const Screen& screen) { zhida_screen_cancel(screen.run->screen()); });
}

}  // namespace zhida_python

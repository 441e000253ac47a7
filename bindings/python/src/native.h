// What the files of the extension share: owned handles of the C API, failed calls as Python exceptions,
// texts.
//
// The extension is thin: it sees include/zhida only, moves arguments in and texts out, and lets other Python
// threads run while the engine works. Types that people meet are made in Python (zhida/engine.py,
// zhida/results.py) on top of it.
#ifndef ZHIDA_BINDINGS_PYTHON_NATIVE_H_
#define ZHIDA_BINDINGS_PYTHON_NATIVE_H_

#include <nanobind/nanobind.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "zhida/zhida.h"

namespace zhida_python {

namespace nb = nanobind;

// Handles are shared: a screen keeps its engine, a stream of results keeps its screen.
using PackHandle = std::shared_ptr<zhida_pack>;
using EngineHandle = std::shared_ptr<zhida_engine>;

// Python objects may go away on any thread, with or without the interpreter's lock. Runs `work` without it.
template <typename Work>
auto Unlocked(Work work) {
  if (!PyGILState_Check()) return work();
  const nb::gil_scoped_release released;
  return work();
}

// Raises the exception of zhida.errors that fits the status, with all diagnostics. Takes over `error`, which
// may be null.
[[noreturn]] void Raise(zhida_status status, zhida_error* error);

// A call of the form call(&out, &error), without the interpreter's lock; raises when it fails.
template <typename Handle, typename Call>
Handle* Made(Call call) {
  Handle* out = nullptr;
  zhida_error* error = nullptr;
  const zhida_status status = Unlocked([&] { return call(&out, &error); });
  if (status != ZHIDA_OK) Raise(status, error);
  return out;
}

// The same for a call that makes nothing: call(&error).
template <typename Call>
void Done(Call call) {
  zhida_error* error = nullptr;
  const zhida_status status = Unlocked([&] { return call(&error); });
  if (status != ZHIDA_OK) Raise(status, error);
}

// The same for a call that returns a text.
template <typename Call>
nb::str Text(Call call) {
  const std::unique_ptr<zhida_text, decltype(&zhida_text_free)> text(Made<zhida_text>(call),
                                                                     &zhida_text_free);
  const zhida_str view = zhida_text_view(text.get());
  return nb::str(view.data, view.size);
}

inline zhida_str Str(const std::string& text) { return {text.data(), text.size()}; }
std::vector<zhida_str> Strings(const std::vector<std::string>& texts);

// The bytes of a str (as UTF-8) or bytes object, valid as long as the object. Raises for any other type.
zhida_str TextOf(nb::handle text);

// The stream of an object that speaks Arrow (`__arrow_c_stream__`), which is moved out. Raises when it has
// none.
ArrowArrayStream TakeStream(const nb::object& source);
// A stream as the capsule that the Arrow PyCapsule interface asks for. Takes over `stream`.
nb::object StreamCapsule(const ArrowArrayStream& stream);

// What a run is told about dates, as days since 1970-01-01; 0: not given.
struct DateOptions {
  int32_t facts_date = 0;
  int32_t known_on = 0;
  bool undated_is_stale = false;

  zhida_fact_dates ToC() const { return {facts_date, known_on, undated_is_stale ? 1 : 0}; }
};

struct Pack {
  PackHandle handle;
};

struct Engine {
  EngineHandle handle;
};

// Each adds its class to the module.
void BindPack(nb::module_& module);
void BindEngine(nb::module_& module);
void BindScreen(nb::module_& module);
void BindLedger(nb::module_& module);
void BindHealth(nb::module_& module);
void BindPayment(nb::module_& module);
void BindSettlement(nb::module_& module);

}  // namespace zhida_python

#endif  // ZHIDA_BINDINGS_PYTHON_NATIVE_H_

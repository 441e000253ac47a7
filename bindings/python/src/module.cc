// The module zhida._native, and what its files share.

#include "native.h"

namespace zhida_python {
namespace {

constexpr char kStreamCapsule[] = "arrow_array_stream";

// As the Arrow PyCapsule interface asks: whoever takes the stream out sets release to null; otherwise it is
// released here.
void ReleaseStreamCapsule(PyObject* capsule) {
  auto* const stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, kStreamCapsule));
  if (stream->release != nullptr) stream->release(stream);
  delete stream;
}

nb::str ToPython(zhida_str text) { return nb::str(text.data == nullptr ? "" : text.data, text.size); }

}  // namespace

void Raise(zhida_status status, zhida_error* error) {
  const std::unique_ptr<zhida_error, decltype(&zhida_error_free)> owned(error, &zhida_error_free);
  nb::list diagnostics;
  nb::str message("");
  if (error != nullptr) {
    message = ToPython(zhida_error_message(error));
    for (size_t i = 0; i < zhida_error_diagnostic_count(error); ++i) {
      zhida_diagnostic found{};
      zhida_error_diagnostic(error, i, &found);
      diagnostics.append(nb::make_tuple(ToPython(found.code), found.is_warning != 0, ToPython(found.file),
                                        found.line, found.column, ToPython(found.what),
                                        ToPython(found.mend)));
    }
  }
  const nb::object exception =
      nb::module_::import_("zhida.errors").attr("from_native")(status, message, diagnostics);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
  throw nb::python_error();
}

std::vector<zhida_str> Strings(const std::vector<std::string>& texts) {
  std::vector<zhida_str> views;
  views.reserve(texts.size());
  for (const std::string& text : texts) views.push_back(Str(text));
  return views;
}

zhida_str TextOf(nb::handle text) {
  if (PyUnicode_Check(text.ptr())) {
    Py_ssize_t size = 0;
    const char* const data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
    if (data == nullptr) throw nb::python_error();
    return {data, static_cast<size_t>(size)};
  }
  if (!PyBytes_Check(text.ptr())) throw nb::type_error("a JSON text must be str or bytes");
  return {PyBytes_AS_STRING(text.ptr()), static_cast<size_t>(PyBytes_GET_SIZE(text.ptr()))};
}

ArrowArrayStream TakeStream(const nb::object& source) {
  const nb::object capsule = source.attr("__arrow_c_stream__")();
  auto* const given = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule.ptr(), kStreamCapsule));
  if (given == nullptr) throw nb::python_error();
  if (given->release == nullptr) throw nb::value_error("this Arrow stream was taken already; make a new one");
  const ArrowArrayStream stream = *given;
  given->release = nullptr;
  return stream;
}

nb::object StreamCapsule(const ArrowArrayStream& given) {
  auto stream = std::make_unique<ArrowArrayStream>(given);
  PyObject* const capsule = PyCapsule_New(stream.get(), kStreamCapsule, &ReleaseStreamCapsule);
  if (capsule == nullptr) {
    stream->release(stream.get());
    throw nb::python_error();
  }
  (void)stream.release();
  return nb::steal(capsule);
}

}  // namespace zhida_python

NB_MODULE(_native, module) {
  namespace nb = nanobind;
#ifdef NDEBUG
  // Objects that a program still holds at its end are no concern of its users.
  nb::set_leak_warnings(false);
#endif
  module.doc() = "The C API of libzhida, as it is. Use the package zhida, which stands on it.";
  module.def(
      "version",
      [] {
        const zhida_str version = zhida_version();
        return nb::str(version.data, version.size);
      },
      "The version of libzhida, such as 0.1.0.");
  zhida_python::BindPack(module);
  zhida_python::BindEngine(module);
  zhida_python::BindScreen(module);
  zhida_python::BindLedger(module);
  zhida_python::BindHealth(module);
  zhida_python::BindPayment(module);
  zhida_python::BindSettlement(module);
}

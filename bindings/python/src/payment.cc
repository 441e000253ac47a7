// zhida._native: payment files and the bank's answers, over a native Ledger; reports are JSON.
// zhida/payment.py gives them their types.

#include <nanobind/stl/string.h>

#include <optional>

#include "ledger.h"

namespace zhida_python {
namespace {

using std::string;

// Calls a Python function after each file; what it raises stops the export, and is raised when it has ended.
class ExportProgress {
 public:
  explicit ExportProgress(nb::object function) : function_(std::move(function)) {}

  static int32_t Call(int64_t exported, void* self) {
    return static_cast<ExportProgress*>(self)->Tell(exported);
  }
  void RaiseStopped() {
    if (stopped_) throw nb::python_error(std::move(*stopped_));
  }

 private:
  int32_t Tell(int64_t exported) {
    const nb::gil_scoped_acquire acquired;
    if (!acquired.is_valid()) return 1;
    try {
      if (PyErr_CheckSignals() != 0) throw nb::python_error();
      if (!function_.is_none()) function_(exported);
      return 0;
    } catch (nb::python_error& error) {
      stopped_.emplace(std::move(error));
      return 1;
    }
  }

  nb::object function_;
  std::optional<nb::python_error> stopped_;
};

nb::str Export(Ledger& self, const string& profile, const string& profile_name, const string& folder,
               int32_t execution, const string& pool, const string& again, const string& supersede,
               const string& actor, int64_t at, nb::object on_progress) {
  ExportProgress progress(std::move(on_progress));
  zhida_export_options options{};
  options.struct_size = sizeof options;
  options.execution = execution;
  options.pool = Str(pool);
  options.again = Str(again);
  options.supersede = Str(supersede);
  options.on_progress = &ExportProgress::Call;
  options.payload = &progress;
  const zhida_act act{Str(actor), at};
  const nb::str report = self.DoText([&](zhida_ledger* ledger, zhida_text** out, zhida_error** error) {
    return zhida_payment_export(ledger, Str(profile), Str(profile_name), Str(folder), &options, &act, out,
                                error);
  });
  progress.RaiseStopped();
  return report;
}

nb::str Reconcile(Ledger& self, const nb::bytes& bytes, const string& name, const string& actor, int64_t at) {
  const zhida_act act{Str(actor), at};
  const zhida_str view = TextOf(bytes);
  return self.DoText([&](zhida_ledger* ledger, zhida_text** out, zhida_error** error) {
    return zhida_payment_reconcile(ledger, view, Str(name), &act, out, error);
  });
}

int64_t MarkUnanswered(Ledger& self, int64_t before, const string& actor, int64_t at) {
  const zhida_act act{Str(actor), at};
  int64_t count = 0;
  self.Do([&](zhida_ledger* ledger, zhida_error** error) {
    return zhida_payment_mark_unanswered(ledger, before, &act, &count, error);
  });
  return count;
}

nb::str ReadAnswer(const nb::bytes& bytes, const string& name) {
  const zhida_str view = TextOf(bytes);
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_payment_read_answer(view, Str(name), out, error);
  });
}

void CheckProfile(const string& profile, const string& name) {
  zhida_error* error = nullptr;
  const zhida_status status = zhida_payment_check_profile(Str(profile), Str(name), &error);
  if (status != ZHIDA_OK) Raise(status, error);
}

}  // namespace

void BindPayment(nb::module_& module) {
  using namespace nb::literals;
  module.def("payment_export", &Export, "ledger"_a, "profile"_a, "profile_name"_a, "folder"_a, "execution"_a,
             "pool"_a, "again"_a, "supersede"_a, "actor"_a, "at"_a, "on_progress"_a.none());
  module.def("payment_reconcile", &Reconcile, "ledger"_a, "answer"_a, "name"_a, "actor"_a, "at"_a);
  module.def("payment_mark_unanswered", &MarkUnanswered, "ledger"_a, "before"_a, "actor"_a, "at"_a);
  module.def("payment_read_answer", &ReadAnswer, "answer"_a, "name"_a);
  module.def("payment_check_profile", &CheckProfile, "profile"_a, "name"_a);
}

}  // namespace zhida_python

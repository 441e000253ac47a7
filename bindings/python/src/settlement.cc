// zhida._native.Settlement: awards and earlier payments in, a plan of payments out.

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "native.h"

namespace zhida_python {
namespace {

struct Settlement {
  std::shared_ptr<zhida_settlement> handle;
};

Settlement Create(const Engine& engine) {
  return {std::shared_ptr<zhida_settlement>(
      Made<zhida_settlement>([&](zhida_settlement** out, zhida_error** error) {
        return zhida_settlement_create(engine.handle.get(), out, error);
      }),
      &zhida_settlement_free)};
}

void AddAwards(const Settlement& settlement, const nb::object& source) {
  ArrowArrayStream rows = TakeStream(source);
  Done([&](zhida_error** error) {
    return zhida_settlement_add_awards(settlement.handle.get(), &rows, error);
  });
}

void AddPayments(const Settlement& settlement, const nb::object& source) {
  ArrowArrayStream rows = TakeStream(source);
  Done([&](zhida_error** error) {
    return zhida_settlement_add_payments(settlement.handle.get(), &rows, error);
  });
}

void RunAll(const Settlement& settlement) {
  Done([&](zhida_error** error) { return zhida_settlement_run(settlement.handle.get(), error); });
}

nb::object Export(const Settlement& settlement) {
  ArrowArrayStream rows{};
  Done([&](zhida_error** error) { return zhida_settlement_export(settlement.handle.get(), &rows, error); });
  return StreamCapsule(rows);
}

nb::str Summary(const Settlement& settlement) {
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_settlement_summary(settlement.handle.get(), out, error);
  });
}

}  // namespace

void BindSettlement(nb::module_& module) {
  using namespace nb::literals;
  nb::class_<Settlement>(module, "Settlement")
      .def_static("create", &Create, "engine"_a)
      .def("add_awards", &AddAwards, "source"_a,
           "Anything with __arrow_c_stream__; all awards before the payments.")
      .def("add_payments", &AddPayments, "source"_a)
      .def("run", &RunAll)
      .def("export_stream", &Export, "The plan: a capsule `arrow_array_stream`.")
      .def("summary", &Summary, "JSON: what zhida_settlement_summary returns.");
}

}  // namespace zhida_python

// zhida._native.Health: the health of a pack, from the pack alone and from counts over a registry.

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <array>

#include "native.h"
#include "zhida/analyze.h"

namespace zhida_python {
namespace {

struct Health {
  std::shared_ptr<zhida_health> handle;
};

Health Create(const Pack& pack, int32_t as_of, int32_t threads) {
  zhida_engine_options options{};
  options.struct_size = sizeof options;
  options.as_of = as_of;
  options.threads = threads;
  return {std::shared_ptr<zhida_health>(Made<zhida_health>([&](zhida_health** out, zhida_error** error) {
                                          return zhida_health_create(pack.handle.get(), &options, out, error);
                                        }),
                                        &zhida_health_free)};
}

Engine VariantsEngine(const Health& health) {
  return {EngineHandle(Made<zhida_engine>([&](zhida_engine** out, zhida_error** error) {
                         return zhida_health_engine(health.handle.get(), out, error);
                       }),
                       &zhida_engine_free)};
}

void AddClaims(const Health& health, const nb::object& source) {
  ArrowArrayStream rows = TakeStream(source);
  Done([&](zhida_error** error) { return zhida_health_add_claims(health.handle.get(), &rows, error); });
}

void SetPublished(const Health& health, const std::string& file, const std::vector<std::string>& policies) {
  const std::vector<zhida_str> ids = Strings(policies);
  Done([&](zhida_error** error) {
    return zhida_health_set_published(health.handle.get(), Str(file), ids.data(), ids.size(), error);
  });
}

// `counts` holds five numbers a policy of the engine, or none at all.
nb::str Report(const Health& health, const std::vector<int64_t>& counts, int64_t subjects) {
  constexpr size_t kOutcomes = std::size(zhida_outcome_counts{}.outcomes);
  std::vector<zhida_outcome_counts> of(counts.size() / kOutcomes);
  for (size_t i = 0; i < of.size() * kOutcomes; ++i) of[i / kOutcomes].outcomes[i % kOutcomes] = counts[i];
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_health_report(health.handle.get(), of.data(), of.size(), subjects, out, error);
  });
}

}  // namespace

void BindHealth(nb::module_& module) {
  using namespace nb::literals;
  nb::class_<Health>(module, "Health")
      .def_static("create", &Create, "pack"_a, "as_of"_a, "threads"_a)
      .def("engine", &VariantsEngine, "The engine of the pack's policies and their variants.")
      .def("add_claims", &AddClaims, "source"_a, "Anything with __arrow_c_stream__.")
      .def("set_published", &SetPublished, "file"_a, "policies"_a,
           nb::sig("def set_published(self, file: str, policies: Sequence[str]) -> None"))
      .def("report", &Report, "counts"_a, "subjects"_a,
           nb::sig("def report(self, counts: Sequence[int], subjects: int) -> str"),
           "JSON: what zhida_health_report returns; `counts` has five numbers a policy of the engine.");
}

}  // namespace zhida_python

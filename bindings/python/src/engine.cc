// zhida._native.Engine

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "native.h"

namespace zhida_python {
namespace {

Engine Create(const Pack& pack, int32_t as_of, int32_t threads) {
  zhida_engine_options options{};
  options.struct_size = sizeof options;
  options.as_of = as_of;
  options.threads = threads;
  return {EngineHandle(Made<zhida_engine>([&](zhida_engine** out, zhida_error** error) {
                         return zhida_engine_create(pack.handle.get(), &options, out, error);
                       }),
                       &zhida_engine_free)};
}

zhida_match_options MatchOptions(const DateOptions& dates) {
  zhida_match_options options{};
  options.struct_size = sizeof options;
  options.dates = dates.ToC();
  return options;
}

nb::str Match(const Engine& engine, nb::handle subject, const std::vector<std::string>& policies,
              uint32_t outcomes, bool clauses, int32_t facts_date, int32_t known_on, bool undated_is_stale) {
  const std::vector<zhida_str> ids = Strings(policies);
  zhida_match_options options = MatchOptions({facts_date, known_on, undated_is_stale});
  options.outcomes = outcomes;
  options.without_clauses = clauses ? 0 : 1;
  options.policies = ids.data();
  options.policy_count = ids.size();
  const zhida_str facts = TextOf(subject);
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_engine_match(engine.handle.get(), facts, &options, out, error);
  });
}

nb::str Explain(const Engine& engine, nb::handle subject, const std::string& policy, int32_t facts_date,
                int32_t known_on, bool undated_is_stale) {
  const zhida_match_options options = MatchOptions({facts_date, known_on, undated_is_stale});
  const zhida_str facts = TextOf(subject);
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_engine_explain(engine.handle.get(), facts, Str(policy), &options, out, error);
  });
}

nb::str Best(const Engine& engine, nb::handle subject, const std::vector<std::string>& policies,
             int32_t facts_date, int32_t known_on, bool undated_is_stale) {
  const std::vector<zhida_str> ids = Strings(policies);
  zhida_match_options options = MatchOptions({facts_date, known_on, undated_is_stale});
  options.policies = ids.data();
  options.policy_count = ids.size();
  const zhida_str facts = TextOf(subject);
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_engine_best(engine.handle.get(), facts, &options, out, error);
  });
}

nb::str Paper(const Engine& engine, nb::handle subject, int64_t nearest, bool near_only, int32_t facts_date,
              int32_t known_on, bool undated_is_stale) {
  zhida_paper_options options{};
  options.struct_size = sizeof options;
  options.dates = DateOptions{facts_date, known_on, undated_is_stale}.ToC();
  options.nearest = nearest == 0 ? -1 : nearest;
  options.near_only = near_only ? 1 : 0;
  const zhida_str facts = TextOf(subject);
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_engine_paper(engine.handle.get(), facts, &options, out, error);
  });
}

Engine WithPolicies(const Engine& engine, nb::handle text, const std::string& label) {
  const zhida_str policies = TextOf(text);
  return {EngineHandle(Made<zhida_engine>([&](zhida_engine** out, zhida_error** error) {
                         return zhida_engine_with_policies(engine.handle.get(), policies, Str(label), out,
                                                           error);
                       }),
                       &zhida_engine_free)};
}

Engine WithoutPolicies(const Engine& engine, const std::vector<std::string>& ids) {
  const std::vector<zhida_str> views = Strings(ids);
  return {EngineHandle(Made<zhida_engine>([&](zhida_engine** out, zhida_error** error) {
                         return zhida_engine_without_policies(engine.handle.get(), views.data(), views.size(),
                                                              out, error);
                       }),
                       &zhida_engine_free)};
}

nb::str Policies(const Engine& engine) {
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_engine_policies(engine.handle.get(), out, error);
  });
}

nb::str Costs(const Engine& engine) {
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_engine_costs(engine.handle.get(), out, error);
  });
}

nb::str Plan(const Engine& engine) {
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_engine_plan(engine.handle.get(), out, error);
  });
}

}  // namespace

void BindEngine(nb::module_& module) {
  using namespace nb::literals;
  nb::class_<Engine>(module, "Engine")
      .def_static("create", &Create, "pack"_a, "as_of"_a, "threads"_a)
      .def("match", &Match, "subject"_a, "policies"_a, "outcomes"_a, "clauses"_a, "facts_date"_a,
           "known_on"_a, "undated_is_stale"_a,
           nb::sig(
               "def match(self, subject: str | bytes, policies: Sequence[str], outcomes: int, clauses: bool, "
               "facts_date: int, known_on: int, undated_is_stale: bool) -> str"),
           "JSON: what zhida_engine_match returns.")
      .def("explain", &Explain, "subject"_a, "policy"_a, "facts_date"_a, "known_on"_a, "undated_is_stale"_a,
           nb::sig("def explain(self, subject: str | bytes, policy: str, facts_date: int, known_on: int, "
                   "undated_is_stale: bool) -> str"),
           "JSON: what zhida_engine_explain returns.")
      .def(
          "best", &Best, "subject"_a, "policies"_a, "facts_date"_a, "known_on"_a, "undated_is_stale"_a,
          nb::sig(
              "def best(self, subject: str | bytes, policies: Sequence[str], facts_date: int, known_on: int, "
              "undated_is_stale: bool) -> str"),
          "JSON: what zhida_engine_best returns.")
      .def("paper", &Paper, "subject"_a, "nearest"_a, "near_only"_a, "facts_date"_a, "known_on"_a,
           "undated_is_stale"_a,
           nb::sig("def paper(self, subject: str | bytes, nearest: int, near_only: bool, facts_date: int, "
                   "known_on: int, undated_is_stale: bool) -> str"),
           "JSON: what zhida_engine_paper returns.")
      .def("with_policies", &WithPolicies, "text"_a, "label"_a,
           nb::sig("def with_policies(self, text: str | bytes, label: str) -> Engine"))
      .def("without_policies", &WithoutPolicies, "ids"_a)
      .def("policies", &Policies, "JSON: what zhida_engine_policies returns.")
      .def("costs", &Costs, "JSON: what zhida_engine_costs returns.")
      .def("plan", &Plan, "The compiled plan, for people.");
}

}  // namespace zhida_python

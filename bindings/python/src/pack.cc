// zhida._native.Pack

#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include "native.h"

namespace zhida_python {
namespace {

Pack Own(zhida_pack* pack) { return {PackHandle(pack, &zhida_pack_free)}; }

using Settings = std::vector<std::pair<std::string, std::string>>;

// The options of loading, with what they point to; borrows the rest.
class LoadOptions {
 public:
  LoadOptions(const std::vector<std::string>& search_path, int32_t threads, const Settings& settings)
      : search_path_(Strings(search_path)) {
    for (const auto& [name, value] : settings) settings_.push_back({Str(name), Str(value)});
    options_.struct_size = sizeof options_;
    options_.search_path = search_path_.data();
    options_.search_path_count = search_path_.size();
    options_.threads = threads;
    options_.settings = settings_.data();
    options_.setting_count = settings_.size();
  }
  LoadOptions(const LoadOptions&) = delete;
  LoadOptions& operator=(const LoadOptions&) = delete;
  const zhida_load_options* c() const { return &options_; }

 private:
  std::vector<zhida_str> search_path_;
  std::vector<zhida_setting> settings_;
  zhida_load_options options_{};
};

Pack Load(const std::vector<std::string>& folders, const std::vector<std::string>& search_path,
          int32_t threads, const Settings& settings) {
  const std::vector<zhida_str> views = Strings(folders);
  const LoadOptions options(search_path, threads, settings);
  return Own(Made<zhida_pack>([&](zhida_pack** out, zhida_error** error) {
    return zhida_pack_load(views.data(), views.size(), options.c(), out, error);
  }));
}

Pack LoadFiles(const nb::dict& files, int32_t threads, const Settings& settings) {
  std::vector<zhida_file> views;
  for (const auto& [path, bytes] : files) views.push_back({TextOf(path), TextOf(bytes)});
  const LoadOptions options({}, threads, settings);
  return Own(Made<zhida_pack>([&](zhida_pack** out, zhida_error** error) {
    return zhida_pack_load_files(views.data(), views.size(), options.c(), out, error);
  }));
}

nb::str Describe(const Pack& pack) {
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_pack_describe(pack.handle.get(), out, error);
  });
}

nb::str Test(const Pack& pack) {
  return Text(
      [&](zhida_text** out, zhida_error** error) { return zhida_pack_test(pack.handle.get(), out, error); });
}

nb::str Deadline(const Pack& pack, const std::string& calendar, int32_t received, int32_t received_at_s,
                 int32_t closing_s, int32_t on, int64_t days,
                 const std::vector<std::pair<int32_t, int32_t>>& stops) {
  std::vector<zhida_stop> views;
  for (const auto& [from, to] : stops) views.push_back({from, to});
  zhida_deadline_options options{};
  options.struct_size = sizeof options;
  options.calendar = Str(calendar);
  options.received = received;
  options.received_at_s = received_at_s;
  options.closing_s = closing_s;
  options.on = on;
  options.days = days;
  options.stops = views.data();
  options.stop_count = views.size();
  return Text([&](zhida_text** out, zhida_error** error) {
    return zhida_pack_deadline(pack.handle.get(), &options, out, error);
  });
}

}  // namespace

void BindPack(nb::module_& module) {
  using namespace nb::literals;
  nb::class_<Pack>(module, "Pack")
      .def_static("load", &Load, "folders"_a, "search_path"_a, "threads"_a, "settings"_a)
      .def_static("load_files", &LoadFiles, "files"_a, "threads"_a, "settings"_a,
                  nb::sig("def load_files(files: dict[str, bytes], threads: int, settings: "
                          "Sequence[tuple[str, str]]) -> Pack"))
      .def("describe", &Describe, "JSON: what zhida_pack_describe returns.")
      .def(
          "deadline", &Deadline, "calendar"_a, "received"_a, "received_at_s"_a, "closing_s"_a, "on"_a,
          "days"_a, "stops"_a,
          nb::sig(
              "def deadline(self, calendar: str, received: int, received_at_s: int, closing_s: int, on: int, "
              "days: int, stops: Sequence[tuple[int, int]]) -> str"),
          "JSON: what zhida_pack_deadline returns.")
      .def("test", &Test, "JSON: what zhida_pack_test returns.");
}

}  // namespace zhida_python

// The C API's bodies for errors, texts, packs and engines.

#include "engine/capi/handles.h"
#include "engine/facade/cases.h"

using zhida::Diagnostics;
using zhida::capi::Fail;
using zhida::capi::Guarded;
using zhida::capi::Known;
using zhida::capi::Return;
using zhida::capi::Str;
using zhida::capi::Strings;
using zhida::capi::View;

namespace {

// A folder or file that cannot be read is I/O; a mistake inside one is the pack's.
zhida_status StatusOf(const Diagnostics& diagnostics) {
  for (const zhida::Diagnostic& diagnostic : diagnostics.all()) {
    const bool unreadable = diagnostic.code == "ZD1050" || diagnostic.code == "ZD1051";
    if (diagnostic.severity == zhida::Severity::kError && !unreadable) return ZHIDA_E_PACK;
  }
  return ZHIDA_E_IO;
}

zhida::pack::LoadOptions OptionsOf(const zhida_load_options& given) {
  zhida::pack::LoadOptions options;
  options.search_path = Strings(given.search_path, given.search_path_count);
  options.threads = given.threads;
  for (size_t i = 0; i < given.setting_count; ++i) {
    options.settings.push_back(
        {std::string(View(given.settings[i].name)), std::string(View(given.settings[i].value))});
  }
  return options;
}

// Loads by `load(options, diagnostics)` and hands the pack out.
template <class Load>
zhida_status LoadInto(zhida_pack** out, zhida_error** error, const zhida_load_options* options, Load load) {
  *out = nullptr;
  return Guarded(error, [&] {
    const zhida_load_options known = Known(options);
    if (known.threads < 0) return Fail(error, ZHIDA_E_USAGE, "threads must be 0 (all cores) or more");
    Diagnostics diagnostics;
    zhida::pack::PackPtr pack = load(OptionsOf(known), &diagnostics);
    if (!pack) return Fail(error, StatusOf(diagnostics), diagnostics);
    *out = new zhida_pack{std::move(pack)};
    return zhida_status{ZHIDA_OK};
  });
}

}  // namespace

extern "C" {

zhida_status zhida_error_status(const zhida_error* error) { return error->status; }
zhida_str zhida_error_message(const zhida_error* error) { return Str(error->message); }
size_t zhida_error_diagnostic_count(const zhida_error* error) { return error->diagnostics.size(); }

void zhida_error_diagnostic(const zhida_error* error, size_t index, zhida_diagnostic* out) {
  const zhida::Diagnostic& diagnostic = error->diagnostics[index];
  out->code = Str(diagnostic.code);
  out->is_warning = diagnostic.severity == zhida::Severity::kWarning ? 1 : 0;
  out->file = Str(diagnostic.where.file);
  out->line = diagnostic.where.line;
  out->column = diagnostic.where.column;
  out->what = Str(diagnostic.what);
  out->mend = Str(diagnostic.mend);
}

void zhida_error_free(zhida_error* error) { delete error; }
zhida_str zhida_text_view(const zhida_text* text) { return Str(text->text); }
void zhida_text_free(zhida_text* text) { delete text; }
zhida_str zhida_version(void) { return Str(ZHIDA_VERSION); }

zhida_status zhida_pack_load(const zhida_str* folders, size_t folder_count, const zhida_load_options* options,
                             zhida_pack** out, zhida_error** error) {
  return LoadInto(out, error, options, [&](const auto& load, Diagnostics* diagnostics) {
    return zhida::pack::LoadPack(Strings(folders, folder_count), load, diagnostics);
  });
}

zhida_status zhida_pack_load_files(const zhida_file* files, size_t file_count,
                                   const zhida_load_options* options, zhida_pack** out, zhida_error** error) {
  return LoadInto(out, error, options, [&](const auto& load, Diagnostics* diagnostics) {
    std::map<std::string, std::string> bytes;
    for (size_t i = 0; i < file_count; ++i)
      bytes[std::string(View(files[i].path))] = std::string(View(files[i].bytes));
    return zhida::pack::LoadPackFiles(bytes, diagnostics, load);
  });
}

zhida_status zhida_pack_describe(const zhida_pack* pack, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] { return Return(zhida::facade::DescribeJson(*pack->pack), out); });
}

zhida_status zhida_pack_test(const zhida_pack* pack, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] { return Return(zhida::facade::RunCases(pack->pack), out); });
}

void zhida_pack_free(zhida_pack* pack) { delete pack; }

zhida_status zhida_engine_create(const zhida_pack* pack, const zhida_engine_options* options,
                                 zhida_engine** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    const zhida_engine_options known = Known(options);
    if (known.as_of == 0) {
      return Fail(error, ZHIDA_E_USAGE, "an engine needs an as-of date; set zhida_engine_options.as_of");
    }
    if (pack->pack->schema.key < 0) {
      return Fail(error, ZHIDA_E_USAGE,
                  "pack " + pack->pack->id + " is about no subject; load a pack that uses it");
    }
    if (known.threads < 0) return Fail(error, ZHIDA_E_USAGE, "threads must be 0 (all cores) or more");
    *out = new zhida_engine{
        std::make_shared<const zhida::facade::Engine>(pack->pack, zhida::Date{known.as_of}, known.threads)};
    return zhida_status{ZHIDA_OK};
  });
}

void zhida_engine_free(zhida_engine* engine) { delete engine; }

zhida_status zhida_engine_with_policies(const zhida_engine* engine, zhida_str text, zhida_str label,
                                        zhida_engine** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    Diagnostics diagnostics;
    auto changed = engine->engine->With(View(text), std::string(View(label)), &diagnostics);
    if (!changed) return Fail(error, ZHIDA_E_PACK, diagnostics);
    *out = new zhida_engine{std::move(changed)};
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_engine_without_policies(const zhida_engine* engine, const zhida_str* ids, size_t id_count,
                                           zhida_engine** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    Diagnostics diagnostics;
    auto changed = engine->engine->Without(Strings(ids, id_count), &diagnostics);
    if (!changed) return Fail(error, zhida::capi::StatusOfCall(diagnostics), diagnostics);
    *out = new zhida_engine{std::move(changed)};
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_engine_policies(const zhida_engine* engine, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] { return Return(engine->engine->PoliciesJson(), out); });
}

zhida_status zhida_engine_costs(const zhida_engine* engine, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] { return Return(engine->engine->CostsJson(), out); });
}

zhida_status zhida_engine_plan(const zhida_engine* engine, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] { return Return(engine->engine->plan()->Dump(), out); });
}

zhida_status zhida_engine_match(const zhida_engine* engine, zhida_str subject,
                                const zhida_match_options* options, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    const zhida_match_options known = Known(options);
    zhida::facade::MatchOptions match;
    match.dates = zhida::capi::DatesOf(known.dates);
    match.outcomes = zhida::capi::MaskOf(known.outcomes, zhida::facade::kAllOutcomes);
    match.with_clauses = known.without_clauses == 0;
    match.policies = Strings(known.policies, known.policy_count);
    Diagnostics diagnostics;
    auto json = engine->engine->Match(View(subject), match, &diagnostics);
    if (!json) return Fail(error, zhida::capi::StatusOfCall(diagnostics), diagnostics);
    return Return(std::move(*json), out);
  });
}

zhida_status zhida_engine_explain(const zhida_engine* engine, zhida_str subject, zhida_str policy,
                                  const zhida_match_options* options, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    const zhida_match_options known = Known(options);
    Diagnostics diagnostics;
    auto json =
        engine->engine->Explain(View(subject), View(policy), zhida::capi::DatesOf(known.dates), &diagnostics);
    if (!json) return Fail(error, zhida::capi::StatusOfCall(diagnostics), diagnostics);
    return Return(std::move(*json), out);
  });
}

}  // extern "C"

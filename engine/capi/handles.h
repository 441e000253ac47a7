// What the opaque handles of the C API hold, and how calls report failure.
#ifndef ZHIDA_ENGINE_CAPI_HANDLES_H_
#define ZHIDA_ENGINE_CAPI_HANDLES_H_

#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/facade/engine.h"
#include "engine/facade/screen.h"
#include "engine/facade/settle.h"
#include "engine/ledger/ledger.h"
#include "zhida/zhida.h"

struct zhida_error {
  zhida_status status = ZHIDA_E_INTERNAL;
  std::vector<zhida::Diagnostic> diagnostics;
  std::string message;
};

struct zhida_text {
  std::string text;
};

struct zhida_pack {
  zhida::pack::PackPtr pack;
};

struct zhida_engine {
  std::shared_ptr<const zhida::facade::Engine> engine;
};

struct zhida_screen {
  std::shared_ptr<zhida::facade::Screen> screen;
  std::shared_ptr<zhida::facade::Population> counted;  // of a run of ZHIDA_POPULATION
  bool exported = false;
};

struct zhida_ledger {
  std::shared_ptr<zhida::ledger::Ledger> ledger;
};

struct zhida_population {
  std::shared_ptr<const zhida::facade::Population> population;
};

struct zhida_settlement {
  std::shared_ptr<zhida::facade::SettleRun> run;
};

namespace zhida::capi {

inline std::string_view View(zhida_str text) {
  return text.data == nullptr ? std::string_view() : std::string_view(text.data, text.size);
}
inline zhida_str Str(std::string_view text) { return {text.data(), text.size()}; }

inline zhida_status Fail(zhida_error** error, zhida_status status, std::string message) {
  if (error != nullptr) {
    *error = new zhida_error;
    (*error)->status = status;
    (*error)->message = std::move(message);
  }
  return status;
}

inline zhida_status Fail(zhida_error** error, zhida_status status, const Diagnostics& diagnostics) {
  Fail(error, status, diagnostics.Text());
  if (error != nullptr) (*error)->diagnostics = diagnostics.all();
  return status;
}

// Runs a body that returns a status; nothing is thrown across the C boundary.
template <typename Body>
zhida_status Guarded(zhida_error** error, Body body) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return Fail(error, ZHIDA_E_INTERNAL, "out of memory");
  } catch (const std::exception& problem) {
    return Fail(error, ZHIDA_E_INTERNAL, std::string("internal error: ") + problem.what());
  } catch (...) {
    return Fail(error, ZHIDA_E_INTERNAL, "internal error of an unknown kind");
  }
}

inline zhida_status Return(std::string text, zhida_text** out) {
  *out = new zhida_text{std::move(text)};
  return ZHIDA_OK;
}

// A copy of a caller's options as far as the caller's version knows them; the rest is zero, which means
// default.
template <typename Options>
Options Known(const Options* given) {
  Options known{};
  if (given != nullptr) {
    const size_t size = given->struct_size < sizeof(Options) ? given->struct_size : sizeof(Options);
    __builtin_memcpy(static_cast<void*>(&known), given, size);
  }
  return known;
}

inline std::vector<std::string> Strings(const zhida_str* texts, size_t count) {
  std::vector<std::string> out;
  for (size_t i = 0; i < count; ++i) out.emplace_back(View(texts[i]));
  return out;
}

inline std::optional<Date> OptionalDate(int32_t days) {
  return days == 0 ? std::nullopt : std::optional<Date>(Date{days});
}

inline facade::FactDates DatesOf(const zhida_fact_dates& dates) {
  return {OptionalDate(dates.facts_date), OptionalDate(dates.known_on), dates.undated_is_stale != 0};
}

inline facade::OutcomeMask MaskOf(uint32_t bits, facade::OutcomeMask otherwise) {
  if (bits == 0) return otherwise;
  facade::OutcomeMask mask{};
  for (size_t i = 0; i < mask.size(); ++i) mask[i] = ((bits >> i) & 1) != 0;
  return mask;
}

// Unknown policies and unwritable files are the caller's; the rest is about the facts.
inline zhida_status StatusOfCall(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    const std::string& code = diagnostic.code;
    // Runs (ZD60xx) are refused for what was asked of them, but for these.
    if (code.starts_with("ZD600") && code != "ZD6002" && code != "ZD6003") return ZHIDA_E_USAGE;
    if (diagnostic.code == "ZD6003" || diagnostic.code == "ZD4205") return ZHIDA_E_IO;
  }
  return ZHIDA_E_DATA;
}

}  // namespace zhida::capi

#endif  // ZHIDA_ENGINE_CAPI_HANDLES_H_

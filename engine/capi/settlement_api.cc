// The C API's bodies for settlement.

#include <cerrno>

#include "engine/capi/handles.h"

using zhida::Diagnostics;
using zhida::capi::Fail;
using zhida::capi::Guarded;
using zhida::capi::Known;
using zhida::capi::Return;
using zhida::capi::Strings;
using zhida::capi::View;
using zhida::facade::PlanStream;
using zhida::facade::SettleRun;

namespace {

// The exported plan, and what went wrong with it.
struct ExportedPlan {
  PlanStream plan;
  std::string error;
};

ExportedPlan* PlanOf(ArrowArrayStream* stream) { return static_cast<ExportedPlan*>(stream->private_data); }

template <typename Body>
int Exported(ArrowArrayStream* stream, const Body& body) noexcept {
  try {
    body(PlanOf(stream)->plan);
    return 0;
  } catch (const std::exception& problem) {
    PlanOf(stream)->error = problem.what();
    return ENOMEM;
  }
}

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) noexcept {
  return Exported(stream, [out](PlanStream& plan) { plan.ExportSchema(out); });
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) noexcept {
  out->release = nullptr;
  return Exported(stream, [out](PlanStream& plan) { plan.Next(out); });
}

const char* GetLastError(ArrowArrayStream* stream) {
  return PlanOf(stream)->error.empty() ? nullptr : PlanOf(stream)->error.c_str();
}

void ReleasePlan(ArrowArrayStream* stream) {
  delete PlanOf(stream);
  stream->release = nullptr;
}

// The stream is moved in, on failure too.
template <typename Add>
zhida_status AddRows(zhida_settlement* settlement, ArrowArrayStream* rows, zhida_error** error, Add add) {
  return Guarded(error, [&] {
    Diagnostics diagnostics;
    if (settlement->run->done()) {
      if (rows->release != nullptr) rows->release(rows);
      return Fail(error, ZHIDA_E_USAGE, "this settlement has run already; create another one");
    }
    if (!add(*settlement->run, &diagnostics)) return Fail(error, ZHIDA_E_DATA, diagnostics);
    return zhida_status{ZHIDA_OK};
  });
}

}  // namespace

extern "C" {

zhida_status zhida_settlement_create(const zhida_engine* engine, zhida_settlement** out,
                                     zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    *out = new zhida_settlement{std::make_shared<SettleRun>(engine->engine)};
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_settlement_add_awards(zhida_settlement* settlement, struct ArrowArrayStream* awards,
                                         zhida_error** error) {
  return AddRows(settlement, awards, error, [awards](SettleRun& run, Diagnostics* diagnostics) {
    return run.AddAwards(awards, diagnostics);
  });
}

zhida_status zhida_settlement_add_payments(zhida_settlement* settlement, struct ArrowArrayStream* payments,
                                           zhida_error** error) {
  return AddRows(settlement, payments, error, [payments](SettleRun& run, Diagnostics* diagnostics) {
    return run.AddPayments(payments, diagnostics);
  });
}

zhida_status zhida_settlement_run(zhida_settlement* settlement, zhida_error** error) {
  return Guarded(error, [&] {
    if (settlement->run->done()) {
      return Fail(error, ZHIDA_E_USAGE, "this settlement has run already; create another one");
    }
    settlement->run->Run();
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_settlement_export(const zhida_settlement* settlement, struct ArrowArrayStream* out,
                                     zhida_error** error) {
  out->release = nullptr;
  return Guarded(error, [&] {
    if (!settlement->run->done()) return Fail(error, ZHIDA_E_USAGE, "run the settlement first");
    auto* plan = new ExportedPlan{PlanStream(settlement->run), ""};
    *out = {&GetSchema, &GetNext, &GetLastError, &ReleasePlan, plan};
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_settlement_summary(const zhida_settlement* settlement, zhida_text** out,
                                      zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    if (!settlement->run->done()) return Fail(error, ZHIDA_E_USAGE, "run the settlement first");
    return Return(settlement->run->SummaryJson(), out);
  });
}

void zhida_settlement_free(zhida_settlement* settlement) { delete settlement; }

zhida_status zhida_engine_best(const zhida_engine* engine, zhida_str subject,
                               const zhida_match_options* options, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    const zhida_match_options known = Known(options);
    zhida::facade::MatchOptions match;
    match.dates = zhida::capi::DatesOf(known.dates);
    match.policies = Strings(known.policies, known.policy_count);
    Diagnostics diagnostics;
    auto json = zhida::facade::BestMixJson(*engine->engine, View(subject), match, &diagnostics);
    if (!json) return Fail(error, zhida::capi::StatusOfCall(diagnostics), diagnostics);
    return Return(std::move(*json), out);
  });
}

}  // extern "C"

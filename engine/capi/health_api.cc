// The C API's bodies for the health of packs.

#include <algorithm>

#include "engine/capi/handles.h"
#include "engine/facade/health.h"
#include "zhida/analyze.h"

using zhida::Diagnostics;
using zhida::capi::Fail;
using zhida::capi::Guarded;
using zhida::capi::Known;
using zhida::capi::Return;
using zhida::capi::Strings;
using zhida::capi::View;
using zhida::facade::HealthCheck;

struct zhida_health {
  HealthCheck check;
};

extern "C" {

zhida_status zhida_health_create(const zhida_pack* pack, const zhida_engine_options* options,
                                 zhida_health** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    const zhida_engine_options known = Known(options);
    if (known.as_of == 0) {
      return Fail(error, ZHIDA_E_USAGE, "a check needs an as-of date; set zhida_engine_options.as_of");
    }
    if (known.threads < 0) return Fail(error, ZHIDA_E_USAGE, "threads must be 0 (all cores) or more");
    *out = new zhida_health{HealthCheck(pack->pack, zhida::Date{known.as_of}, known.threads)};
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_health_engine(zhida_health* health, zhida_engine** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    *out = new zhida_engine{health->check.VariantsEngine()};
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_health_add_claims(zhida_health* health, struct ArrowArrayStream* claims,
                                     zhida_error** error) {
  return Guarded(error, [&] {
    Diagnostics diagnostics;
    if (!health->check.AddClaims(claims, &diagnostics)) return Fail(error, ZHIDA_E_DATA, diagnostics);
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_health_set_published(zhida_health* health, zhida_str file, const zhida_str* policies,
                                        size_t count, zhida_error** error) {
  return Guarded(error, [&] {
    health->check.SetPublished({std::string(View(file)), Strings(policies, count)});
    return zhida_status{ZHIDA_OK};
  });
}

zhida_status zhida_health_report(const zhida_health* health, const zhida_outcome_counts* counts, size_t count,
                                 int64_t subjects, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    if (count > 0 && count != health->check.VariantCount()) {
      return Fail(error, ZHIDA_E_USAGE,
                  "there are counts for " + std::to_string(count) +
                      " policies, and zhida_health_engine has " +
                      std::to_string(health->check.VariantCount()) + "; screen all of them");
    }
    HealthCheck::Counts of(count);
    for (size_t i = 0; i < count; ++i) std::copy_n(counts[i].outcomes, of[i].size(), of[i].begin());
    return Return(health->check.ReportJson(of, subjects), out);
  });
}

void zhida_health_free(zhida_health* health) { delete health; }

}  // extern "C"

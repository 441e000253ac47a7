// The C API's bodies for papers and deadlines.

#include "engine/capi/handles.h"
#include "engine/facade/deadline_json.h"
#include "engine/facade/paper.h"

using zhida::Diagnostics;
using zhida::capi::Fail;
using zhida::capi::Guarded;
using zhida::capi::Known;
using zhida::capi::OptionalDate;
using zhida::capi::Return;
using zhida::capi::View;

extern "C" {

zhida_status zhida_engine_paper(const zhida_engine* engine, zhida_str subject,
                                const zhida_paper_options* options, zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    const zhida_paper_options known = Known(options);
    zhida::facade::PaperOptions paper;
    paper.dates = zhida::capi::DatesOf(known.dates);
    if (known.nearest != 0) paper.nearest = known.nearest < 0 ? 0 : static_cast<size_t>(known.nearest);
    paper.near_only = known.near_only != 0;
    Diagnostics diagnostics;
    auto json = zhida::facade::PaperJson(*engine->engine, View(subject), paper, &diagnostics);
    if (!json) return Fail(error, zhida::capi::StatusOfCall(diagnostics), diagnostics);
    return Return(std::move(*json), out);
  });
}

zhida_status zhida_pack_deadline(const zhida_pack* pack, const zhida_deadline_options* options,
                                 zhida_text** out, zhida_error** error) {
  *out = nullptr;
  return Guarded(error, [&] {
    const zhida_deadline_options known = Known(options);
    if (known.received == 0) {
      return Fail(error, ZHIDA_E_USAGE, "a deadline needs the day of receipt; set received");
    }
    zhida::feel::DeadlineTerms terms;
    terms.received = zhida::Date{known.received};
    if (known.closing_s != 0) {
      terms.closing_s = known.closing_s;
      terms.received_at_s = known.received_at_s;
    }
    terms.days = known.days;
    for (size_t i = 0; i < known.stop_count; ++i)
      terms.pauses.push_back({zhida::Date{known.stops[i].from}, OptionalDate(known.stops[i].to)});
    Diagnostics diagnostics;
    const zhida::Date on = OptionalDate(known.on).value_or(terms.received);
    auto json = zhida::facade::DeadlineJson(*pack->pack, View(known.calendar), terms, on, &diagnostics);
    if (!json) return Fail(error, zhida::capi::StatusOfCall(diagnostics), diagnostics);
    return Return(std::move(*json), out);
  });
}

}  // extern "C"

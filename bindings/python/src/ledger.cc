// zhida._native.Ledger: the ledger's calls with tuples in and tuples or JSON out. zhida/ledger.py gives them
// their types.
//
// The engine works without the interpreter's lock, one thread at a time.

#include "ledger.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <tuple>

namespace zhida_python {
namespace {

using std::string;

using Key = std::tuple<string, string, string, int32_t, string>;
using Payee = std::tuple<string, string, string>;
// key, policy, pool, pool_year, amount_fen, payee, memo, subject_name, hold, link
using Reservation = std::tuple<Key, string, string, int32_t, int64_t, Payee, string, string, string, string>;
// id, kind, amount_fen, file, reference, reason
using Change = std::tuple<string, string, int64_t, string, string, string>;

zhida_event_key ToC(const Key& key) {
  return {Str(std::get<0>(key)), Str(std::get<1>(key)), Str(std::get<2>(key)), std::get<3>(key),
          Str(std::get<4>(key))};
}

zhida_payee ToC(const Payee& payee) {
  return {Str(std::get<0>(payee)), Str(std::get<1>(payee)), Str(std::get<2>(payee))};
}

zhida_reservation ToC(const Reservation& r) {
  return {ToC(std::get<0>(r)), Str(std::get<1>(r)), Str(std::get<2>(r)), std::get<3>(r),
          std::get<4>(r),      ToC(std::get<5>(r)), Str(std::get<6>(r)), Str(std::get<7>(r)),
          Str(std::get<8>(r)), Str(std::get<9>(r))};
}

// [(result, attempt, state, id, code, what, mend)]
template <typename Call>
nb::list Answers(Ledger* self, Call call) {
  zhida_ledger_answers* out = nullptr;
  self->Do([&](zhida_ledger* ledger, zhida_error** error) { return call(ledger, &out, error); });
  const std::unique_ptr<zhida_ledger_answers, decltype(&zhida_ledger_answers_free)> answers(
      out, &zhida_ledger_answers_free);
  const auto text = [](zhida_str view) { return nb::str(view.data == nullptr ? "" : view.data, view.size); };
  nb::list list;
  for (size_t i = 0; i < zhida_ledger_answers_count(out); ++i) {
    zhida_ledger_answer answer{};
    zhida_ledger_answers_get(out, i, &answer);
    list.append(nb::make_tuple(answer.result, answer.attempt, text(zhida_ledger_state_name(answer.state)),
                               text(answer.id), text(answer.refusal.code), text(answer.refusal.what),
                               text(answer.refusal.mend)));
  }
  return list;
}

Ledger* Open(const string& url, bool must_exist) {
  zhida_ledger_options options{};
  options.struct_size = sizeof options;
  options.must_exist = must_exist ? 1 : 0;
  return new Ledger(Made<zhida_ledger>([&](zhida_ledger** out, zhida_error** error) {
    return zhida_ledger_open(Str(url), &options, out, error);
  }));
}

void SetBudget(Ledger* self, const string& pool, int32_t year, int64_t total_fen, string actor, int64_t at) {
  const Act act{std::move(actor), at};
  const zhida_act c = act.ToC();
  self->Do([&](zhida_ledger* ledger, zhida_error** error) {
    return zhida_ledger_set_budget(ledger, Str(pool), year, total_fen, &c, error);
  });
}

void CloseYear(Ledger* self, const string& pool, int32_t year, string actor, int64_t at) {
  const Act act{std::move(actor), at};
  const zhida_act c = act.ToC();
  self->Do([&](zhida_ledger* ledger, zhida_error** error) {
    return zhida_ledger_close_year(ledger, Str(pool), year, &c, error);
  });
}

int64_t CarryOver(Ledger* self, const string& pool, int32_t year, string actor, int64_t at) {
  const Act act{std::move(actor), at};
  const zhida_act c = act.ToC();
  int64_t moved_fen = 0;
  self->Do([&](zhida_ledger* ledger, zhida_error** error) {
    return zhida_ledger_carry_over(ledger, Str(pool), year, &c, &moved_fen, error);
  });
  return moved_fen;
}

nb::list Reserve(Ledger* self, const std::vector<Reservation>& requests, string actor, int64_t at) {
  const Act act{std::move(actor), at};
  const zhida_act c = act.ToC();
  std::vector<zhida_reservation> rows;
  for (const Reservation& request : requests) rows.push_back(ToC(request));
  return Answers(self, [&](zhida_ledger* ledger, zhida_ledger_answers** out, zhida_error** error) {
    return zhida_ledger_reserve(ledger, rows.data(), rows.size(), &c, out, error);
  });
}

nb::list ReserveArrow(Ledger* self, const nb::object& source, string actor, int64_t at) {
  const Act act{std::move(actor), at};
  const zhida_act c = act.ToC();
  ArrowArrayStream rows = TakeStream(source);
  return Answers(self, [&](zhida_ledger* ledger, zhida_ledger_answers** out, zhida_error** error) {
    return zhida_ledger_reserve_arrow(ledger, &rows, &c, out, error);
  });
}

nb::list Apply(Ledger* self, const std::vector<Change>& changes, string actor, int64_t at) {
  const Act act{std::move(actor), at};
  const zhida_act c = act.ToC();
  std::vector<zhida_change> rows;
  for (const Change& change : changes) {
    rows.push_back({Str(std::get<0>(change)), Str(std::get<1>(change)), std::get<2>(change),
                    Str(std::get<3>(change)), Str(std::get<4>(change)), Str(std::get<5>(change))});
  }
  return Answers(self, [&](zhida_ledger* ledger, zhida_ledger_answers** out, zhida_error** error) {
    return zhida_ledger_apply(ledger, rows.data(), rows.size(), &c, out, error);
  });
}

nb::list Retry(Ledger* self, const string& id, const std::vector<Payee>& payee, string actor, int64_t at) {
  const Act act{std::move(actor), at};
  const zhida_act c = act.ToC();
  zhida_payee other{};
  if (!payee.empty()) other = ToC(payee[0]);
  return Answers(self, [&](zhida_ledger* ledger, zhida_ledger_answers** out, zhida_error** error) {
    return zhida_ledger_retry(ledger, Str(id), payee.empty() ? nullptr : &other, &c, out, error);
  });
}

void Export(Ledger* self, const string& file, const string& digest, const string& supersedes,
            const std::vector<string>& ids, string actor, int64_t at) {
  const Act act{std::move(actor), at};
  const zhida_act c = act.ToC();
  const std::vector<zhida_str> views = Strings(ids);
  self->Do([&](zhida_ledger* ledger, zhida_error** error) {
    return zhida_ledger_export(ledger, Str(file), Str(digest), Str(supersedes), views.data(), views.size(),
                               &c, error);
  });
}

bool RecordAnswer(Ledger* self, const string& file, const string& digest, int64_t count, int64_t total_fen,
                  string actor, int64_t at) {
  const Act act{std::move(actor), at};
  const zhida_act c = act.ToC();
  int32_t again = 0;
  self->Do([&](zhida_ledger* ledger, zhida_error** error) {
    return zhida_ledger_record_answer(ledger, Str(file), Str(digest), count, total_fen, &c, &again, error);
  });
  return again != 0;
}

nb::object Payments(Ledger* self, const string& state, const string& pool, const string& file,
                    const string& subject) {
  zhida_payment_filter filter{sizeof filter, Str(state), Str(pool), Str(file), Str(subject)};
  ArrowArrayStream stream{};
  self->Do([&](zhida_ledger* ledger, zhida_error** error) {
    return zhida_ledger_payments(ledger, &filter, &stream, error);
  });
  return StreamCapsule(stream);
}

nb::object Entries(Ledger* self, int64_t after_seq) {
  ArrowArrayStream stream{};
  self->Do([&](zhida_ledger* ledger, zhida_error** error) {
    return zhida_ledger_entries(ledger, after_seq, &stream, error);
  });
  return StreamCapsule(stream);
}

}  // namespace

void BindLedger(nb::module_& module) {
  using namespace nb::literals;
  nb::class_<Ledger>(module, "Ledger")
      .def_static("open", &Open, "url"_a, "must_exist"_a, nb::rv_policy::take_ownership)
      .def("close", &Ledger::Close)
      .def("set_budget", &SetBudget, "pool"_a, "year"_a, "total_fen"_a, "actor"_a, "at"_a)
      .def("close_year", &CloseYear, "pool"_a, "year"_a, "actor"_a, "at"_a)
      .def("carry_over", &CarryOver, "pool"_a, "year"_a, "actor"_a, "at"_a)
      .def("reserve", &Reserve, "requests"_a, "actor"_a, "at"_a)
      .def("reserve_arrow", &ReserveArrow, "source"_a, "actor"_a, "at"_a)
      .def("apply", &Apply, "changes"_a, "actor"_a, "at"_a)
      .def("retry", &Retry, "id"_a, "payee"_a, "actor"_a, "at"_a)
      .def("export", &Export, "file"_a, "digest"_a, "supersedes"_a, "ids"_a, "actor"_a, "at"_a)
      .def("record_answer", &RecordAnswer, "file"_a, "digest"_a, "count"_a, "total_fen"_a, "actor"_a, "at"_a)
      .def(
          "payment",
          [](Ledger* self, const string& id) {
            return self->DoText([&](zhida_ledger* ledger, zhida_text** out, zhida_error** error) {
              return zhida_ledger_payment(ledger, Str(id), out, error);
            });
          },
          "id"_a)
      .def(
          "attempts",
          [](Ledger* self, const Key& key) {
            const zhida_event_key c = ToC(key);
            return self->DoText([&](zhida_ledger* ledger, zhida_text** out, zhida_error** error) {
              return zhida_ledger_attempts(ledger, &c, out, error);
            });
          },
          "key"_a)
      .def("status", [](Ledger* self) { return self->DoText(&zhida_ledger_status); })
      .def(
          "audit",
          [](Ledger* self, int64_t seq, const string& digest) {
            return self->DoText([&](zhida_ledger* ledger, zhida_text** out, zhida_error** error) {
              return zhida_ledger_audit(ledger, seq, Str(digest), out, error);
            });
          },
          "anchor_seq"_a, "anchor_digest"_a)
      .def("payments", &Payments, "state"_a, "pool"_a, "file"_a, "subject"_a,
           "A capsule `arrow_array_stream`, read on one thread at a time with everything else.")
      .def("entries", &Entries, "after_seq"_a, "Likewise.");
}

}  // namespace zhida_python

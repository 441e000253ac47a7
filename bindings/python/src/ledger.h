// The ledger's handle, which several files of the extension call.
#ifndef ZHIDA_BINDINGS_PYTHON_LEDGER_H_
#define ZHIDA_BINDINGS_PYTHON_LEDGER_H_

#include <mutex>
#include <string>

#include "native.h"

namespace zhida_python {

// Calls take turns; the engine works without the interpreter's lock.
class Ledger {
 public:
  explicit Ledger(zhida_ledger* ledger) : ledger_(ledger, &zhida_ledger_free) {}

  // Runs call(ledger, &error); raises when it fails.
  template <typename Call>
  void Do(Call call) {
    zhida_error* error = nullptr;
    const zhida_status status = Unlocked([&] {
      const std::lock_guard<std::mutex> turn(busy_);
      return ledger_ ? call(ledger_.get(), &error) : zhida_status{ZHIDA_E_USAGE};
    });
    if (status != ZHIDA_OK) Raise(status, error);
  }

  template <typename Call>
  nb::str DoText(Call call) {
    zhida_text* out = nullptr;
    Do([&](zhida_ledger* ledger, zhida_error** error) { return call(ledger, &out, error); });
    const std::unique_ptr<zhida_text, decltype(&zhida_text_free)> text(out, &zhida_text_free);
    const zhida_str view = zhida_text_view(out);
    return nb::str(view.data, view.size);
  }

  void Close() {
    Unlocked([&] {
      const std::lock_guard<std::mutex> turn(busy_);
      ledger_.reset();
    });
  }

 private:
  std::mutex busy_;
  std::unique_ptr<zhida_ledger, decltype(&zhida_ledger_free)> ledger_;
};

// Who and when.
struct Act {
  std::string actor;
  int64_t at;
  zhida_act ToC() const { return {Str(actor), at}; }
};

}  // namespace zhida_python

#endif  // ZHIDA_BINDINGS_PYTHON_LEDGER_H_

#include "engine/ledger/requests.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"
#include "engine/ledger/bounds.h"
#include "engine/value/money.h"

namespace zhida::ledger {
namespace {

struct Named {
  std::string_view what;
  const std::string* text;
  bool required;
};

std::optional<Diagnostic> FaultOfText(const Named& named) {
  const std::string& text = *named.text;
  if (named.required && TrimAscii(text).empty()) {
    return Refusal("ZD7110", std::string(named.what) + " is missing", "give it");
  }
  if (text.size() > limits::kLedgerTextBytesMax) {
    return Refusal("ZD7110",
                   std::string(named.what) + " has " + std::to_string(text.size()) + " bytes, at most " +
                       std::to_string(limits::kLedgerTextBytesMax) + " are kept",
                   "shorten it");
  }
  if (!IsValidUtf8(text) || text.find('\0') != std::string::npos) {
    return Refusal("ZD7110", std::string(named.what) + " is not UTF-8 text",
                   "convert it to UTF-8 without NUL characters");
  }
  return std::nullopt;
}

template <size_t count>
std::optional<Diagnostic> FirstFault(const std::array<Named, count>& texts) {
  for (const Named& named : texts) {
    if (auto fault = FaultOfText(named)) return fault;
  }
  return std::nullopt;
}

}  // namespace

Diagnostic Refusal(std::string code, std::string what, std::string mend) {
  return {std::move(code), Severity::kError, {}, std::move(what), std::move(mend)};
}

std::string Yuan(int64_t fen) { return FenText(fen) + " yuan"; }

std::optional<Diagnostic> FaultOf(const Act& act) {
  return FaultOfText({"the name of who does this", &act.actor, true});
}

std::optional<Diagnostic> FaultOfName(std::string_view what, const std::string& name) {
  return FaultOfText({what, &name, true});
}

std::optional<Diagnostic> FaultOf(const Payee& payee) {
  return FirstFault(std::array<Named, 3>{{{"payee.name", &payee.name, true},
                                          {"payee.account", &payee.account, true},
                                          {"payee.bank", &payee.bank, false}}});
}

std::optional<Diagnostic> FaultOf(const Reservation& reservation) {
  if (auto fault = FirstFault(std::array<Named, 10>{{{"subject", &reservation.key.subject, true},
                                                     {"kind", &reservation.key.kind, true},
                                                     {"object", &reservation.key.object, false},
                                                     {"part", &reservation.key.part, true},
                                                     {"policy", &reservation.policy, true},
                                                     {"pool", &reservation.pool, true},
                                                     {"memo", &reservation.memo, false},
                                                     {"subject_name", &reservation.subject_name, false},
                                                     {"hold", &reservation.hold, false},
                                                     {"link", &reservation.link, false}}})) {
    return fault;
  }
  if (auto fault = FaultOf(reservation.payee)) return fault;
  if (reservation.amount_fen <= 0) {
    return Refusal("ZD7111", "the amount " + Yuan(reservation.amount_fen) + " is not above zero",
                   "reserve positive amounts only; what is owed back is a recovery");
  }
  if (reservation.amount_fen > limits::kBudgetFenMax) {
    return Refusal("ZD7111", "the amount " + Yuan(reservation.amount_fen) + " is larger than any budget",
                   "check the amount and its unit, which is fen");
  }
  return std::nullopt;
}

std::optional<Diagnostic> FaultOf(const Change& change) {
  if (change.kind < EntryKind::kHold || change.kind > EntryKind::kRecover ||
      change.kind == EntryKind::kExport) {
    return Refusal("ZD7110", std::string(EntryKindName(change.kind)) + " is not a step of a payment",
                   "use the call that is made for it");
  }
  const bool money_back = change.kind >= EntryKind::kReturn;  // kReturn, kDemand, kRecover
  return FirstFault(std::array<Named, 3>{{{"file", &change.file, false},
                                          {"reference", &change.reference, money_back},
                                          {"reason", &change.reason, false}}});
}

std::optional<Diagnostic> FaultOfBatch(size_t count) {
  if (count <= limits::kLedgerBatchMax) return std::nullopt;
  return Refusal("ZD7110",
                 std::to_string(count) + " requests in one call, at most " +
                     std::to_string(limits::kLedgerBatchMax) + " are taken",
                 "cut the list into several calls");
}

bool SameActor(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(TrimAscii(a), TrimAscii(b), {}, lower, lower);
}

}  // namespace zhida::ledger

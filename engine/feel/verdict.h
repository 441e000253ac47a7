// Verdict: a truth with what a report needs beside it, the cause of an unknown and the text of an error.
//
// Sixteen bytes, passed by value; conditions are computed in verdicts and become values only at their root.
// Pure; any thread. Of several errors the leftmost text is kept, of several unknowns the first cause.
// Source: docs/semantics.md, section 1.
#ifndef ZHIDA_ENGINE_FEEL_VERDICT_H_
#define ZHIDA_ENGINE_FEEL_VERDICT_H_

#include "engine/value/truth.h"
#include "engine/value/value.h"

namespace zhida::feel {

struct Verdict {
  Truth truth = Truth::kTrue;
  Cause cause = Cause::kMissing;  // where truth is unknown
  const char* error = nullptr;    // where truth is error; static storage

  static constexpr Verdict Of(bool value) { return {ToTruth(value), Cause::kMissing, nullptr}; }
  static constexpr Verdict Unknown(Cause cause) { return {Truth::kUnknown, cause, nullptr}; }
  static constexpr Verdict Error(const char* what) { return {Truth::kError, Cause::kMissing, what}; }

  constexpr bool is(Truth other) const { return truth == other; }
};

constexpr Verdict Not(Verdict a) {
  a.truth = zhida::Not(a.truth);
  return a;
}

// The stronger of two verdicts neither of which decides: error before unknown before what is known.
constexpr Verdict Undecided(const Verdict& a, const Verdict& b) {
  if (a.is(Truth::kError)) return a;
  if (b.is(Truth::kError)) return b;
  if (a.is(Truth::kUnknown) && b.is(Truth::kUnknown)) return Verdict::Unknown(FirstCause(a.cause, b.cause));
  return a.is(Truth::kUnknown) ? a : b;
}

constexpr Verdict And(const Verdict& a, const Verdict& b) {
  if (a.is(Truth::kFalse)) return a;
  if (b.is(Truth::kFalse)) return b;
  return Undecided(a, b);
}

constexpr Verdict Or(const Verdict& a, const Verdict& b) {
  if (a.is(Truth::kTrue)) return a;
  if (b.is(Truth::kTrue)) return b;
  return Undecided(a, b);
}

// A condition's value as a verdict; anything but a boolean, an unknown or an error is an error.
inline Verdict ToVerdict(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kBoolean:
      return Verdict::Of(value.boolean());
    case ValueKind::kUnknown:
      return Verdict::Unknown(value.cause());
    case ValueKind::kError:
      return Verdict::Error(value.error());
    case ValueKind::kNull:
      return Verdict::Error("null stands where true or false is needed");
    default:
      return Verdict::Error("not true or false");
  }
}

inline Value ToValue(const Verdict& verdict) {
  return Value::FromTruth(verdict.truth, verdict.cause, verdict.error);
}

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_VERDICT_H_

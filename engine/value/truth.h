// Truth: strong Kleene logic with a fourth value for evaluation errors.
//
// and: any false is false, else any error is error, else any unknown is unknown, else true; or dually;
// not keeps unknown and error. Hence the order of operands never matters, and no engine may let it.
// Source: docs/semantics.md, section "Truth".
#ifndef ZHIDA_ENGINE_VALUE_TRUTH_H_
#define ZHIDA_ENGINE_VALUE_TRUTH_H_

#include <cstdint>
#include <string_view>

namespace zhida {

enum class Truth : uint8_t { kFalse = 0, kTrue = 1, kUnknown = 2, kError = 3 };

constexpr Truth ToTruth(bool value) { return value ? Truth::kTrue : Truth::kFalse; }

constexpr Truth Not(Truth a) {
  switch (a) {
    case Truth::kFalse:
      return Truth::kTrue;
    case Truth::kTrue:
      return Truth::kFalse;
    case Truth::kUnknown:
      return Truth::kUnknown;
    case Truth::kError:
      return Truth::kError;
  }
  return Truth::kError;
}

constexpr Truth And(Truth a, Truth b) {
  if (a == Truth::kFalse || b == Truth::kFalse) return Truth::kFalse;
  if (a == Truth::kError || b == Truth::kError) return Truth::kError;
  if (a == Truth::kUnknown || b == Truth::kUnknown) return Truth::kUnknown;
  return Truth::kTrue;
}

constexpr Truth Or(Truth a, Truth b) { return Not(And(Not(a), Not(b))); }

constexpr std::string_view TruthName(Truth truth) {
  switch (truth) {
    case Truth::kFalse:
      return "false";
    case Truth::kTrue:
      return "true";
    case Truth::kUnknown:
      return "unknown";
    case Truth::kError:
      return "error";
  }
  return "error";
}

// Why something is unknown. The order is the order of report: the first of these among the unknowns that
// kept a clause undecided is the clause's cause.
enum class Cause : uint8_t { kVagueRule = 0, kConflict, kNotAuthorised, kStale, kMissing };

constexpr std::string_view CauseName(Cause cause) {
  switch (cause) {
    case Cause::kVagueRule:
      return "vague_rule";
    case Cause::kConflict:
      return "conflict";
    case Cause::kNotAuthorised:
      return "not_authorised";
    case Cause::kStale:
      return "stale";
    case Cause::kMissing:
      return "missing";
  }
  return "missing";
}

constexpr Cause FirstCause(Cause a, Cause b) { return a < b ? a : b; }

}  // namespace zhida

#endif  // ZHIDA_ENGINE_VALUE_TRUTH_H_
